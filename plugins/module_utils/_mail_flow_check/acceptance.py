# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings that somebody accepts: what cannot be known and is taken as good, by name, with a reason and until a day. Pure.

An acceptance names a finding and its object. A certain loop is never accepted, a certain loss only where it is named with its object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeAlias

Given: TypeAlias = "str | Mapping[str, Any]"
"""An acceptance as it is given: "finding", "finding:object", or a mapping with finding, object, reason and expires."""

_KEYS = {"finding", "object", "reason", "expires"}
_FORM = '{{finding: {}, object: "{}", reason: why, expires: 2027-12-31}}'


@dataclass(frozen=True)
class Acceptance:
    """object: None for one that names a finding only. named: it is a mapping. expires: the last day, None for no end."""

    finding: str
    object: str | None
    named: bool
    reason: str = ""
    expires: date | None = None

    @property
    def text(self) -> str:
        """As it is told."""
        return self.finding if self.object is None else f"{self.finding}:{self.object}"

    def matches(self, finding: str, subject: str) -> bool:
        """Whether it names a finding, whatever that has come to."""
        same = finding.casefold() == self.finding.casefold()
        return same and (self.object is None or self.object.casefold() == subject.casefold())


def acceptance(given: Given) -> Acceptance:
    """An acceptance as it was given. ValueError, with a sentence, for what is none."""
    if isinstance(given, str):
        finding, colon, subject = given.strip().partition(":")
        return Acceptance(finding.strip(), subject.strip() if colon else None, named=False)
    if not isinstance(given, Mapping) or set(given) - _KEYS or not str(given.get("finding") or "").strip():
        raise ValueError(
            f"{given} does not name a finding; give {_FORM.format('id', 'name of the rule or connector')}."
        )
    expires = str(given.get("expires") or "").strip()[:10]
    try:
        until = date.fromisoformat(expires) if expires else None
    except ValueError:
        raise ValueError(f'"{given["expires"]}" is not a date such as 2027-12-31.') from None
    name = given.get("object")
    return Acceptance(
        str(given["finding"]).strip(),
        None if name is None else str(name).strip(),
        True,
        str(given.get("reason") or "").strip(),
        until,
    )


class Acceptances:
    """What is accepted of that which was found. found: the finding, object and verdict of everything that is not safe."""

    def __init__(self, given: Iterable[Given], now: datetime, found: Iterable[tuple[str, str, str]]) -> None:
        self._all = [acceptance(item) for item in given]
        self._today = now.date()
        self._found = list(dict.fromkeys(found))

    def of(self, finding: str, subject: str, verdict: str) -> Acceptance | None:
        """The acceptance because of which a finding counts for nothing."""
        return next((item for item in self._all if self._covers(item, finding, subject, verdict)), None)

    def _covers(self, item: Acceptance, finding: str, subject: str, verdict: str) -> bool:
        if not item.matches(finding, subject) or self._is_over(item) or verdict == "loop":
            return False
        if item.object is None and len(self._objects(item)) > 1:
            return False
        return verdict != "lost" or (item.named and item.object is not None)

    def _is_over(self, item: Acceptance) -> bool:
        return item.expires is not None and item.expires < self._today

    def _objects(self, item: Acceptance) -> list[str]:
        return sorted(
            {subject for finding, subject, _verdict in self._found if item.matches(finding, subject)}
        )

    def to_result(self) -> list[dict[str, Any]]:
        """Each acceptance, and whether it counts: `used`, or why not, in a sentence."""
        return [
            {
                "finding": item.finding,
                "object": item.object or "",
                "reason": item.reason,
                "expires": item.expires.isoformat() if item.expires else "",
                "used": any(self._covers(item, *one) for one in self._found),
                "problem": " ".join(self._problems(item)),
            }
            for item in self._all
        ]

    def _problems(self, item: Acceptance) -> Iterator[str]:
        """Why an acceptance does not count, or not for all that it names."""
        matching = [one for one in self._found if item.matches(one[0], one[1])]
        if self._is_over(item):
            yield f"The acceptance of {item.text} expired on {item.expires}."
        elif not matching:
            yield f"The acceptance of {item.text} matches nothing that was found{self._nearest(item)}."
        elif item.object is None and len(self._objects(item)) > 1:
            forms = " and ".join(_FORM.format(item.finding, name) for name in self._objects(item)[:2])
            yield f"{item.text} was found for several objects; accept each by its name: {forms}."
        else:
            yield from (text for one in matching for text in self._uncovered(item, *one))

    def _uncovered(self, item: Acceptance, finding: str, subject: str, verdict: str) -> Iterator[str]:
        if verdict == "loop":
            yield f"{finding}:{subject} is a certain loop, which cannot be accepted."
        elif not self._covers(item, finding, subject, verdict):
            yield f"{finding}:{subject} is a certain loss; accept it only by its object: {_FORM.format(finding, subject)}."

    def _nearest(self, item: Acceptance) -> str:
        known = [f"{finding}:{subject}" for finding, subject, _verdict in self._found]
        close = get_close_matches(item.text, known, n=1, cutoff=0.5)
        return f"; the nearest is {close[0]}" if close else ""
