# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages that come in, and are the same but for what they were handed to before, are walked on as one (8.1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from heapq import heappop, heappush
from itertools import islice

from .._mail_flow_objects.mail_user import MailUser
from .submission import MOST_ENTRIES, Submission

# So many of one state are kept apart; further ones are joined.
_KEPT = 3
# So many are walked in the baseline (8.6); without further ones fewer ends are excused.
_MOST_OF_BASELINE = 500


class Arrivals:
    """What waits to enter, what has come the shortest way first. Whatever is taken out is walked.

    What certainly comes is kept apart by its history, and so are the first uncertain ones of a state. Further ones are joined: what all
    of them were handed to before keeps them from going on, what some of them were handed to makes a loop when it comes again (8.2).
    A way that none of them could go alone is walked only where one of them has come to a loop, so that no verdict changes.
    """

    def __init__(self, *, without_vendor: bool) -> None:
        """without_vendor: they belong to the baseline (8.6), where nothing is joined."""
        self._without_vendor = without_vendor
        self._most = _MOST_OF_BASELINE if without_vendor else None
        self._states: dict[Hashable, _State] = {}
        self._queue: list[tuple[int, int, Submission | _State]] = []
        self._count = 0

    def __iter__(self) -> Iterator[Submission]:
        return islice(self._taken(), self._most)

    def _taken(self) -> Iterator[Submission]:
        while self._queue:
            waiting = heappop(self._queue)[-1]
            yield waiting if isinstance(waiting, Submission) else waiting.taken()

    def add(self, submission: Submission) -> None:
        """One more, unless it can come to nothing that is not known already."""
        state = self._states.setdefault(submission.key, _State())
        if state.knows(submission):
            return
        if submission.certain or state.is_open:
            state.add(submission)
            self._push(submission.passes, submission)
        elif not self._without_vendor and state.join(submission):
            self._push(submission.passes, state)

    def _push(self, passes: int, waiting: Submission | _State) -> None:
        self._count += 1
        heappush(self._queue, (passes, -self._count, waiting))


class _State:
    """What has come in one state."""

    def __init__(self) -> None:
        self._alone: list[Submission] = []
        self._joined: Submission | None = None
        self._waits = False

    @property
    def is_open(self) -> bool:
        """Whether one more is kept apart."""
        return len(self._alone) < _KEPT

    def knows(self, submission: Submission) -> bool:
        """Whether others show all that it could come to: one with less behind it, and for each hand-over one that has it behind it."""
        if submission.certain:
            return any(
                other.certain
                and other.history == submission.history
                and _entries(other) >= _entries(submission)
                for other in self._alone
            )
        behind: set[tuple[str, MailUser]] = set()
        for other in self._alone:
            behind |= other.history
        return (
            submission.history <= behind
            and submission.perhaps <= behind
            and any(other.history <= submission.history for other in self._alone)
            and any(_entries(submission) <= _entries(other) for other in self._alone)
        )

    def add(self, submission: Submission) -> None:
        """One that is walked for itself."""
        self._alone.append(submission)

    def join(self, submission: Submission) -> bool:
        """One more of those that are walked as one; whether they have to wait for that anew."""
        known = self._joined
        if known is None:
            known = self._alone[0]
            for other in self._alone[1:]:
                known = _joined(known, other)
        self._joined = _joined(known, submission)
        if self._joined is known or self._waits:
            return False
        self._waits = True
        return True

    def taken(self) -> Submission:
        """Those that are walked as one."""
        if self._joined is None:
            raise LookupError
        self._waits = False
        return self._joined


def _entries(submission: Submission) -> int:
    """As far as they count (8.3)."""
    return min(submission.entries, MOST_ENTRIES)


def _joined(known: Submission, other: Submission) -> Submission:
    """Either of two; the first where the other says nothing new."""
    history = known.history & other.history
    perhaps = (known.history | known.perhaps | other.history | other.perhaps) - history
    entries = max(known.entries, other.entries)
    if (history, perhaps) == (known.history, known.perhaps) and _entries(other) <= _entries(known):
        return known
    return replace(
        known,
        history=history,
        perhaps=perhaps,
        entries=entries,
        certain=False,
        touched=known.touched and other.touched,
    )
