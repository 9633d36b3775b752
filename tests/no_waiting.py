# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pauses of the collection that take no time, by a clock that they alone move on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.avanan.office365.plugins.module_utils._engine.reconcile import (
    Reconciliation,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.cmdlets import Cmdlets
from ansible_collections.avanan.office365.plugins.module_utils._exchange.waiting import Waiting

_TAKE_TIME = (Cmdlets.__init__, Reconciliation.__init__, Waiting.__init__)


class Clock:
    """How busy the machine is has no influence on what a module does."""

    def __init__(self) -> None:
        self._now = 0.0

    def sleep(self, seconds: float) -> None:
        self._now += seconds

    def monotonic(self) -> float:
        return self._now


def install() -> None:
    """Another clock for all that would take that of the machine, in this process."""
    clock = Clock()
    instead: dict[Any, Any] = {time.sleep: clock.sleep, time.monotonic: clock.monotonic}
    for function in _TAKE_TIME:
        named = function.__kwdefaults__ or {}
        function.__defaults__ = tuple(instead.get(value, value) for value in function.__defaults__ or ())
        function.__kwdefaults__ = {name: instead.get(value, value) for name, value in named.items()}


@contextmanager
def without_waiting() -> Iterator[None]:
    """Another clock for a while."""
    before = [(function, function.__defaults__, function.__kwdefaults__) for function in _TAKE_TIME]
    install()
    try:
        yield
    finally:
        for function, defaults, named in before:
            function.__defaults__, function.__kwdefaults__ = defaults, named
