# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long is waited, and how often something is tried: the bounds of every call and of every sign-in.

For an answer its limit; for all answers of a call twice that, and of a list ten times; for pauses ten minutes in all. So
nothing that the other side does keeps a task longer.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_PAUSES = (2.0, 4.0, 8.0, 16.0, 32.0)
LONGEST_PAUSE = 120.0
"""Seconds; a service that asks for more is not waited for any longer at a time."""
_ALL_PAUSES = len(_PAUSES) * LONGEST_PAUSE
_ANSWERS, _LISTS = 2, 10
_SHOWN = 5.0
"""Seconds from which on a pause is shown while it lasts."""


def silent(_text: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Waiting:
    """sleep and clock: as in the time module. tell: shows the user a sentence while a wait lasts."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], None] = silent


def requested_pause(retry_after: str, date: str = "") -> float | None:
    """Seconds that a header Retry-After asks for, in either of its forms; None when it says nothing.

    date: the header Date of the same answer, by whose clock the time is meant.
    """
    text = retry_after.strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    then, now = _moment(text), _moment(date) or datetime.now(UTC)
    return max((then - now).total_seconds(), 0.0) if then else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Attempts:
    """The tries of one call, or of one sign-in, with all pages and repetitions.

    limit: seconds that an answer may take. what: is called so when a pause is shown.
    """

    def __init__(self, waiting: Waiting, limit: float, what: str) -> None:
        self._waiting = waiting
        self._limit = limit
        self._what = what
        self._left = limit * _LISTS
        self._pauses_left = _ALL_PAUSES
        self._began: float | None = None
        self.next_page()

    def next_page(self) -> None:
        """What was asked for is here, and something else is asked for next."""
        self._stop()
        self._pauses = iter(_PAUSES)
        self._page_left = self._limit * _ANSWERS

    def begin(self) -> float:
        """Begin a try: the seconds that its answer may take."""
        self._stop()
        self._began = self._waiting.clock()
        return max(min(self._limit, self._page_left, self._left), 0.0)

    def again(self, why: str, requested: float | None = None) -> bool:
        """Pause before the next try; False when there is none. requested: seconds that the service asks for."""
        self._stop()
        own = next(self._pauses, None)
        # A try that cannot last for a moment is none.
        if own is None or min(self._page_left, self._left) < self._limit / 10:
            return False
        pause = max(own * random.uniform(0.8, 1.2), min(requested or 0.0, LONGEST_PAUSE))
        if pause > self._pauses_left:
            return False
        self._pauses_left -= pause
        if pause >= _SHOWN:
            self._waiting.tell(f"{self._what}: {why}; trying again in {pause:.0f} seconds.")
        self._waiting.sleep(pause)
        return True

    def _stop(self) -> None:
        if self._began is not None:
            took = self._waiting.clock() - self._began
            self._left -= took
            self._page_left -= took
            self._began = None
