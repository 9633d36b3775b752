# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bifurcations that come to one place in the same state are walked on as one (8.1), so that effort grows with rules times states."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from heapq import heappop, heappush

from .bifurcations import Bifurcation, Kinds, RuleDisposition

# Of one state so many are kept apart by what spared them (8.6); further ones become one.
_KEPT = 4


class Merged:
    """Bifurcations, each state once, the first and more certain one first."""

    def __init__(self, kinds: Kinds, *, without_vendor: bool) -> None:
        """without_vendor: they belong to the baseline (8.6)."""
        self._kinds = kinds
        self._without_vendor = without_vendor
        self._states: dict[int, list[Bifurcation]] = {}

    def __iter__(self) -> Iterator[Bifurcation]:
        for several in self._states.values():
            yield from several

    def add(self, bifurcation: Bifurcation) -> None:
        """One more, unless it says nothing new; what then says nothing new any more is left out."""
        kind = self._kinds.of(bifurcation)
        known = self._states.setdefault(kind.state, [])
        for other in known:
            if other.kind is kind or self._covers(other, bifurcation):
                return
        known[:] = [other for other in known if not self._covers(bifurcation, other)]
        if len(known) < _KEPT:
            known.append(bifurcation)
        else:
            known[-1] = self._one_for_both(known[-1], bifurcation)

    def _covers(self, one: Bifurcation, other: Bifurcation) -> bool:
        """Whether nothing can end worse for another one: what spares it less is harder to excuse, and excuses more (8.6)."""
        if not one.spared_by <= other.spared_by:
            return False
        return self._without_vendor or one.certain >= other.certain

    def _one_for_both(self, one: Bifurcation, other: Bifurcation) -> Bifurcation:
        """What both have in common here, and what either has in the baseline, so that an end is never wrongly taken for one of before."""
        sets = (one.spared_by, other.spared_by)
        spared = frozenset.union(*sets) if self._without_vendor else frozenset.intersection(*sets)
        kept = other if other.certain and not one.certain else one
        return replace(kept, touched=one.touched or other.touched, spared_by=spared)


class MeetingPoints:
    """Bifurcations that wait before rules."""

    def __init__(self, kinds: Kinds, *, without_vendor: bool) -> None:
        self._kinds = kinds
        self._without_vendor = without_vendor
        self._places: list[int] = []
        self._waiting: dict[int, Merged] = {}

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, place: int, bifurcation: Bifurcation) -> None:
        """One more before the rule in a place."""
        if place not in self._waiting:
            heappush(self._places, place)
            self._waiting[place] = Merged(self._kinds, without_vendor=self._without_vendor)
        self._waiting[place].add(bifurcation)

    def next_rule(self) -> tuple[int, Merged]:
        """The first rule before which some wait, and all that wait there."""
        place = heappop(self._places)
        return place, self._waiting.pop(place)


def distinct_ends(ends: Iterable[RuleDisposition]) -> list[RuleDisposition]:
    """Each end of somebody by a rule once, with the least that spared them (8.6)."""
    found: dict[Hashable, list[RuleDisposition]] = {}
    for end in ends:
        known = found.setdefault(
            (end.rule.place, end.recipient, end.values, end.certain, end.touched, end.what), []
        )
        if not any(other.spared_by <= end.spared_by for other in known):
            known.append(end)
    return [end for several in found.values() for end in several]
