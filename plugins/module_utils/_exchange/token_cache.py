# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens of a run: kept nowhere, or shared between the tasks of one run in Ansible's own private directory."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

# Seconds before its end at which a token counts as expired.
_MARGIN = 300.0


@dataclass(frozen=True)
class Token:
    """value: the bearer token; tenant_guid: of the tenant it is for; expires_on: seconds since the epoch."""

    value: str
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

    A lock is held while a token is acquired, so that the workers of a run ask for one token together.
    """

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory) / "o365"

    def get_or_acquire(self, key: str, acquire: Callable[[], Token], *, force: bool = False) -> Token:
        """The token of this key, from the file or from acquire(). force: the one in the file was refused."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        refused = self._read(key) if force else None
        with (self._directory / f"{key}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = self._read(key)
            # Another worker may have replaced the refused token while this one waited for the lock.
            if kept and kept.lasts() and kept != refused:
                return kept
            token = acquire()
            self._write(key, token)
            return token

    def _read(self, key: str) -> Token | None:
        try:
            return Token(**json.loads((self._directory / f"{key}.json").read_text()))
        except (OSError, TypeError, ValueError):
            return None

    def _write(self, key: str, token: Token) -> None:
        handle, name = tempfile.mkstemp(dir=self._directory)
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(token), file)
        os.replace(name, self._directory / f"{key}.json")
