# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is walked of one tenant (8.9). Work is counted and never timed: the same tenant always comes to the same end."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WORK = 850_000
"""For one tenant, in things each of which takes about as long; usual tenants take less than a hundredth of it."""
OF_A_PASS, OF_AN_END = 15, 2
"""How much one pass through the service is, and something that a message comes to in it."""
_OF_A_PART, _NAMED = 3, 3


@contextmanager
def without_collection() -> Iterator[None]:
    """A walk makes millions of objects and keeps them: to look among them for what refers to itself takes a quarter of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class TooMuchWork(Exception):
    """Not all ways of messages can be walked."""


class Effort:
    """The work done for one tenant."""

    def __init__(self) -> None:
        self._most = MOST_WORK
        self._forks: Counter[str] = Counter()
        self.spent = 0

    @property
    def is_too_much(self) -> bool:
        """Whether something was left undone."""
        return self.spent > self._most

    def spend(self, work: int) -> None:
        """Note what was done. TooMuchWork where all of it is too much, even if this was nothing."""
        self.spent += work
        if self.is_too_much:
            raise TooMuchWork

    def part(self, rule: str, parts: int) -> None:
        """A rule met, which makes so many parts of a message."""
        self._forks[rule] += parts - 1
        self.spend(_OF_A_PART * parts)

    @property
    def parting(self) -> list[str]:
        """The rules that have parted messages most often."""
        return [name for name, times in self._forks.most_common(_NAMED) if times > 0]
