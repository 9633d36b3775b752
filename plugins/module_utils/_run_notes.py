# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of one run tell each other about the order of objects, so that they do not undo each other's moves."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from ._connection import Connection
from ._order import Placement


class NoNotes:
    """Nothing is told; for a task in a process of its own."""

    def read(self, tenant: Connection) -> list[Placement]:
        """What earlier tasks noted."""
        return []

    def add(self, tenant: Connection, placements: Iterable[Placement]) -> None:
        """Note something for the tasks that follow."""


class RunNotes(NoNotes):
    """One file for each tenant in a private directory that ends with the run."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory) / "o365"

    def read(self, tenant: Connection) -> list[Placement]:
        """What earlier tasks of the run noted, in their order."""
        try:
            lines = self._path(tenant).read_text().splitlines()
        except OSError:
            return []
        return [Placement(**json.loads(line)) for line in lines]

    def add(self, tenant: Connection, placements: Iterable[Placement]) -> None:
        """Append to the notes of the run."""
        text = "".join(json.dumps(asdict(placement)) + "\n" for placement in placements)
        if not text:
            return
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path(tenant).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(text)

    def _path(self, tenant: Connection) -> Path:
        parts = (tenant.tenant_id.lower(), tenant.endpoint, tenant.access_token)
        return self._directory / f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}.notes"
