# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of something, found again for whatever gives the same answers to all that was asked on the way (8.1)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeAlias, TypeVar

Found = TypeVar("Found")
Answer = Callable[[int], int]
"""What something says to a question, in bits."""
Asked: TypeAlias = Mapping[int, int]
"""The questions, each a number, and which bits of the answers to them have decided."""


class Key:
    """Something long by which much is looked up: what it hashes to is worked out once."""

    __slots__ = ("_content", "_hash")

    def __init__(self, content: Hashable) -> None:
        self._content = content
        self._hash = hash(content)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._hash == other._hash and self._content == other._content


class Decisions(Generic[Found]):
    """What came of each way to begin. What is asked next follows from the beginning and the answers so far."""

    def __init__(self) -> None:
        self._known: dict[Hashable, dict[tuple[tuple[int, int], ...], dict[tuple[int, ...], Found]]] = {}

    def find(self, beginning: Hashable, answer: Answer) -> Found | None:
        """What came of the same beginning with the same answers; None when it did not come up yet."""
        for asked, known in self._known.get(beginning, {}).items():
            found = known.get(tuple([answer(question) & bits for question, bits in asked]))
            if found is not None:
                return found
        return None

    def keep(self, beginning: Hashable, answer: Answer, asked: Asked, found: Found) -> None:
        """What came of a beginning."""
        answers = tuple([answer(question) & bits for question, bits in asked.items()])
        self._known.setdefault(beginning, {}).setdefault(tuple(asked.items()), {})[answers] = found


def join(known: dict[int, int], asked: Asked) -> None:
    """Note what else was asked."""
    for question, bits in asked.items():
        known[question] = known.get(question, 0) | bits
