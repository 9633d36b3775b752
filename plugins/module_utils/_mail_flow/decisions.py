# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of something, found again for whatever gives the same answers to all that was asked on the way (8.1)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Found = TypeVar("Found")
Answer = Callable[[int], Hashable]
"""What something says of the rule in a place."""


@dataclass
class _Question(Generic[Found]):
    """The rule that is asked about next, and how it goes on after each answer."""

    place: int
    answers: dict[Hashable, _Question[Found] | Found] = field(default_factory=dict)


class Decisions(Generic[Found]):
    """A tree of questions for each way to begin. What is asked next follows from the beginning and the answers so far."""

    def __init__(self) -> None:
        self._roots: dict[Hashable, _Question[Found] | Found] = {}

    def find(self, beginning: Hashable, answer: Answer) -> Found | None:
        """What came of the same beginning with the same answers; None when it did not come up yet."""
        node = self._roots.get(beginning)
        while isinstance(node, _Question):
            node = node.answers.get(answer(node.place))
        return node

    def keep(self, beginning: Hashable, answer: Answer, asked: Iterable[int], found: Found) -> None:
        """What came of a beginning. asked: about which rules, in this order."""
        branches, branch = self._roots, beginning
        for place in asked:
            question = branches.setdefault(branch, _Question(place))
            if not isinstance(question, _Question):
                raise TypeError(place)
            branches, branch = question.answers, answer(place)
        branches[branch] = found
