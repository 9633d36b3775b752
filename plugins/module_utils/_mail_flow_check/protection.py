# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second verdict on a tenant: whether incoming mail is inspected before delivery, for whom, and which is not (9.19)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from .._mail_flow.trace import Cause
from .._mail_flow_objects.mail_user import MailUser
from .protected import IN_PART, INSPECTED, NOT_INSPECTED, NOT_PROVED, Gap, Seen, Subject, joined, of_all
from .verdicts import gravity, worst

NOBODY = "none"
"""The verdict where no rule takes mail to the vendor."""
Accepted: TypeAlias = Callable[[Gap], bool]
"""Whether a gap counts for nothing."""


@dataclass(frozen=True)
class Protection:
    """seen: what the walks show for somebody; otherwise: the mode without inspection, monitored, none or not proved."""

    scope: Sequence[Subject]
    domains: Sequence[Subject]
    everybody: Subject
    seen: Callable[[MailUser], Seen]
    otherwise: str

    def to_result(self, accepted: Accepted) -> dict[str, Any]:
        """As in the result: verdict, gap (whether the scope has one), scope, domains, everybody, gaps and otherwise."""
        entries = [self._row(one, accepted) for one in self.scope]
        wanted = [row for row in entries if not row["off"]]
        within = frozenset(user for one in self._meant for user in one.users)
        return {
            "verdict": of_all(row["verdict"] for row in wanted) if wanted else NOBODY,
            "gap": any(row["gap"] for row in wanted),
            "scope": entries,
            "domains": [self._domain_row(one, within, accepted) for one in self.domains],
            "everybody": self._row(self.everybody, accepted),
            "gaps": [_gap_row(item, whom, accepted) for item, whom in self.gaps],
            "otherwise": self.otherwise,
        }

    def _row(self, subject: Subject, accepted: Accepted) -> dict[str, Any]:
        seen = [self.seen(user) for user in subject.users]
        # Who gets no mail leaves the others' verdict as it is.
        getting = [one for one in seen if not one.gets_nothing] or seen
        verdict = of_all(one.verdict for one in getting) if getting else NOT_INSPECTED
        if subject.trouble and verdict != NOT_INSPECTED:
            verdict = NOT_PROVED
        flow = worst(one.flow for one in seen)
        gaps = [*([subject.trouble] if subject.trouble else []), *(item for one in seen for item in one.gaps)]
        unwanted = next((item for item in gaps if not (item.chosen or accepted(item))), None)
        doubted = verdict == NOT_PROVED and flow != "safe"
        return {
            "kind": subject.kind,
            "name": subject.name,
            "verdict": verdict,
            "flow": flow,
            "mode": self._mode(verdict, flow, seen),
            "gap": unwanted is not None or doubted or flow in ("loop", "lost"),
            "rule": subject.rule,
            "off": subject.off,
            "why": _why(seen, unwanted or next(iter(gaps), None)),
        }

    def _mode(self, verdict: str, flow: str, seen: Iterable[Seen]) -> str:
        """The effective mode in one word."""
        if flow == "loop":
            return flow
        if flow == "lost":
            return "held_up" if any(one.held_up for one in seen) else flow
        if flow == "not_proved" and verdict != NOT_INSPECTED:
            return NOT_PROVED
        return {INSPECTED: "inline", IN_PART: "partly", NOT_PROVED: NOT_PROVED}.get(verdict, self.otherwise)

    def _domain_row(
        self, subject: Subject, within: frozenset[MailUser], accepted: Accepted
    ) -> dict[str, Any]:
        """A domain, by those of its people who are in the scope: inline for all, as scoped, or with gaps."""
        whole = self._row(subject, accepted)
        inside = tuple(user for user in subject.users if user in within)
        if not inside:
            left_out = self.scope and whole["verdict"] == NOT_INSPECTED
            why = "Nobody of the domain is in the scope." if left_out else whole["why"]
            return {**whole, "gap": False, "why": why, "exempt": _exempt([])}
        part = self._row(Subject(subject.kind, subject.name, inside, self._doubt), accepted)
        mode = part["mode"]
        if mode in ("inline", "partly"):
            everyone = len(inside) == len(subject.users)
            mode = "with_gaps" if part["gap"] else "inline" if everyone and mode == "inline" else "as_scoped"
        exempt = _exempt([self.seen(user).gaps for user in inside])
        return {**part, "mode": mode, "verdict": whole["verdict"], "exempt": exempt}

    @cached_property
    def _doubt(self) -> Gap | None:
        """That an entry stands for people who may be in any domain."""
        nameless = (
            one for one in self._meant if any("@" not in user.written or user.group for user in one.users)
        )
        return next((one.trouble for one in nameless if one.trouble), None)

    @property
    def _meant(self) -> Sequence[Subject]:
        """The entries of rules that are switched on; where none is, those that were."""
        return [one for one in self.scope if not one.off] or self.scope

    @cached_property
    def gaps(self) -> list[tuple[Gap, list[str]]]:
        """Each way past inspection once, with those of the scope whom it concerns; those that nobody has chosen first."""
        found: dict[Hashable, tuple[dict[Cause, Gap], dict[str, None]]] = {}
        for item, whom in self._all_gaps():
            alike, people = found.setdefault(item.way, ({}, {}))
            alike.setdefault(item.cause, item)
            people[whom] = None
        ways = {way: (joined(alike.values()), people) for way, (alike, people) in found.items()}
        listed = _of_several_authors(_uncovered(ways))
        return sorted(((item, list(people)) for item, people in listed), key=lambda pair: pair[0].chosen)

    def _all_gaps(self) -> Iterator[tuple[Gap, str]]:
        unknown = {one.users[0] for one in self.scope if one.trouble and one.users}
        yield from ((one.trouble, one.name) for one in self.scope if one.trouble and not one.off)
        for user in dict.fromkeys(user for subject in self._meant for user in subject.users):
            for item in self.seen(user).gaps:
                # That nobody knows who a group is, is said of the group.
                if not (user in unknown and user.group and item.by_members):
                    yield item, user.written


def _gap_row(item: Gap, whom: list[str], accepted: Accepted) -> dict[str, Any]:
    return {
        "id": item.cause.finding,
        "subject": item.cause.subject,
        "whom": whom,
        "mail": item.which,
        "certain": item.sureness != "unknown",
        "chosen": item.chosen,
        "accepted": accepted(item),
        "cause": item.cause.cause,
        "remedy": item.cause.remedy or item.cause.ask,
        "remedies": [],
    }


_Way: TypeAlias = tuple[Gap, dict[str, None]]
"""With those whom it concerns."""


def _uncovered(ways: Mapping[Hashable, _Way]) -> list[_Way]:
    """Those that no other one says, of the same people or more."""
    return [
        (item, people)
        for item, people in ways.values()
        if not any(
            other is not item and other.covers(item) and people.keys() <= concerned.keys()
            for other, concerned in (ways[way] for way in item.wider_ways if way in ways)
        )
    ]


def _of_several_authors(ways: Iterable[_Way]) -> list[_Way]:
    """What differs in who has written the mail alone, as one."""
    found: dict[tuple[object, ...], _Way] = {}
    for item, people in ways:
        told = (item.cause.finding, item.cause.subject, item.cause.cause, item.mail, item.origin)
        key = (*told, item.sureness, item.chosen, bool(item.authors), tuple(people))
        known, _people = found.get(key, (item, people))
        authors = tuple(dict.fromkeys((*known.authors, *item.authors)))
        found[key] = (replace(known.joined(item), authors=authors), people)
    return list(found.values())


def _exempt(gaps: Sequence[Sequence[Gap]]) -> dict[str, list[str]]:
    """The addresses from which mail passes uninspected. gaps: of each person; all: for each of them because of the address alone, some: else."""
    each = [
        {item.address for item in found if item.cause.finding == "gateway-exempted-monitor-only"}
        for found in gaps
    ]
    everybody = set[str].intersection(*each) if each else set[str]()
    others = {item.address for found in gaps for item in found} - everybody
    return {"all": sorted(everybody - {""}), "some": sorted(others - {""})}


def _why(seen: Sequence[Seen], gap: Gap | None) -> str:
    """The reason in one sentence, "" when all is inspected: of a certain loop or loss, of a gap, of what ends all mail."""
    ends = [end for one in seen for end in one.ends if end.counts and end.cause and end.verdict != "safe"]
    bad = max(ends, key=lambda end: gravity(end.verdict), default=None)
    if bad and bad.cause and (bad.verdict != "not_proved" or not gap):
        return bad.cause.cause
    if gap:
        return gap.cause.cause
    every = [end for one in seen for end in one.ends]
    ended = [] if any(end.kind == "delivered" for end in every) else [end.cause for end in every if end.cause]
    return f"No mail arrives straight from the internet. {ended[0].cause}" if ended else ""
