# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Order as a constraint: where an object may stand among the others, and the one move that brings it there. Pure.

Only the object itself is moved, so that all others keep their own order: that is the fewest moves there can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any


@dataclass(frozen=True)
class PriorityMove:
    """What an earlier task of the same run did to the order, or in check mode would have done.

    name, guid: of the object; guid is "" for one that does not exist yet.
    end: "first" or "last" when the task asked for that end, else "".
    index: the place that it was moved to or made at, None when it was not moved, -1 when it was removed.
    done: whether it really happened.
    """

    name: str
    guid: str = ""
    end: str = ""
    index: int | None = None
    done: bool = True


@dataclass(frozen=True)
class PriorityConstraint:
    """Where an object shall stand.

    end: "first" or "last": no other object beyond it, except those named in peers. "" asks for no end.
    before, after: names of objects; it shall stand anywhere before all of the one and after all of the other.
    """

    end: str = ""
    peers: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def problems(self, order: Sequence[str], name: str) -> Iterable[tuple[str, bool]]:
        """What must be so for the place to exist, and whether it is: sentences about the names in order."""
        known = {item.casefold(): index for index, item in enumerate(order)}
        anchors = [item for item in (*self.before, *self.after) if item.casefold() != name.casefold()]
        for anchor in anchors:
            yield f'there is a rule "{anchor}" beside which "{name}" can stand', anchor.casefold() in known
        if all(anchor.casefold() in known for anchor in anchors):
            for upper in self.after:
                for lower in self.before:
                    stands = known[upper.casefold()] < known[lower.casefold()]
                    yield f'"{upper}" stands above "{lower}", so that "{name}" can stand between them', stands

    def index(self, order: Sequence[str], name: str, same_position_rules: Sequence[str] = ()) -> int | None:
        """The place to move the object to, counted without it; None when it stands well.

        order: all names, top first, with or without the object's own. same_position_rules: names that asked for the same end
        before.
        """
        if not all(met for _text, met in self.problems(order, name)):
            return None
        own = name.casefold()
        names = [item.casefold() for item in order]
        others = [item for item in names if item != own]
        present = names.index(own) if own in names else None
        lowest, highest = self._bounds(
            others, {item.casefold() for item in (*self.peers, *same_position_rules)}
        )
        if present is not None and lowest <= present <= highest:
            return None
        if present is None:
            downward = self.end == "last" or (self.after and not self.before)
            return lowest if downward else highest
        return lowest if present < lowest else highest

    def _bounds(self, others: list[str], peers: set[str]) -> tuple[int, int]:
        """The first and the last place that will do."""
        if self.end == "first":
            return 0, _leading(others, peers)
        if self.end == "last":
            return len(others) - _leading(others[::-1], peers), len(others)
        lowest = max((others.index(item.casefold()) + 1 for item in self.after), default=0)
        highest = min((others.index(item.casefold()) for item in self.before), default=len(others))
        return lowest, highest


def _leading(names: Iterable[str], peers: set[str]) -> int:
    return len(list(takewhile(peers.__contains__, names)))


def replayed(records: Sequence[dict[str, Any]], moves: Iterable[PriorityMove]) -> list[dict[str, Any]]:
    """The records in their order, as it would be after what check mode only planned; priorities renumbered.

    An object that would have been made is a record with nothing but its name and priority.
    """
    order = sorted((dict(record) for record in records), key=lambda record: int(record["Priority"]))
    for move in moves:
        if move.done or move.index is None:
            continue
        moved = [record for record in order if _is(record, move)]
        order = [record for record in order if not _is(record, move)]
        if move.index >= 0:
            order.insert(move.index, moved[0] if moved else {"Name": move.name})
    for index, record in enumerate(order):
        record["Priority"] = index
    return order


def _is(record: dict[str, Any], move: PriorityMove) -> bool:
    if move.guid and record.get("Guid"):
        return bool(record["Guid"] == move.guid)
    return str(record["Name"]).casefold() == move.name.casefold()


def rearranged(order: Sequence[str], name: str, index: int | None) -> list[str]:
    """The names after a move of one of them; index None takes it out."""
    others = [item for item in order if item.casefold() != name.casefold()]
    if index is not None:
        others.insert(index, name)
    return others
