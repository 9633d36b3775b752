# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens of a run: kept nowhere, or shared between the tasks of one run in Ansible's own private directory."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

from .private_json import read_private_json, write_private_json
from .run_directory import run_directory

# Seconds before its end at which a token counts as expired.
_MARGIN = 300.0
# Seconds for which a worker waits for another one that signs in, and between two looks.
_LONGEST_WAIT, _LOOK = 60.0, 0.05


@dataclass(frozen=True)
class Token:
    """value: the bearer token; tenant_guid: of the tenant it is for; expires_on: seconds since the epoch."""

    value: str = field(repr=False)
    tenant_guid: str
    expires_on: float

    def lasts(self) -> bool:
        """Whether it can still be used for a while."""
        return self.expires_on - time.time() > _MARGIN


class NoCache:
    """Asks for a token each time; for a task in a process of its own."""

    def get_or_acquire(self, key: str, acquire: Callable[[], Token], *, force: bool = False) -> Token:
        """A token from acquire()."""
        return acquire()


class RunCache:
    """One file for each key in a private directory that ends with the run.

    A lock is held while a token is acquired, so that the workers of a run ask for one token together. Where nothing can be
    written, each task asks for itself.
    """

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)

    def get_or_acquire(self, key: str, acquire: Callable[[], Token], *, force: bool = False) -> Token:
        """The token of this key, from the file or from acquire(). force: the one in the file was refused."""
        try:
            place = run_directory(self._directory)
            lock = (place / f"{key}.lock").open("a")
        except OSError:
            return acquire()
        with lock:
            refused = _read(place, key) if force else None
            _wait_for(lock)
            kept = _read(place, key)
            # Another worker may have replaced the refused token while this one waited for the lock.
            if kept and kept.lasts() and kept != refused:
                return kept
            token = acquire()
            with suppress(OSError):
                write_private_json(place / f"{key}.json", asdict(token))
            return token


def _wait_for(lock: IO[str]) -> None:
    """Hold the lock, or go on without it when another worker needs too long or the file system knows no locks."""
    ends = time.monotonic() + _LONGEST_WAIT
    with suppress(OSError):
        while time.monotonic() < ends:
            with suppress(BlockingIOError):
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            time.sleep(_LOOK)


def _read(place: Path, key: str) -> Token | None:
    try:
        token = Token(**read_private_json(place / f"{key}.json"))
        return replace(token, expires_on=float(token.expires_on))
    except (TypeError, ValueError):
        return None
