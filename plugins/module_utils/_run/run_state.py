# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of one run leave for each other, line by line."""

from __future__ import annotations

import fcntl
import hashlib
import json
from pathlib import Path
from typing import Any


class RunState:
    """Kept in memory only; for a task in a process of its own, which sees no other."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, Any]] = []

    def append(self, kind: str, content: Any) -> None:
        """Add a line. content: plain data."""
        self._lines.append((kind, content))

    def lines(self, *kinds: str) -> list[Any]:
        """The contents of all lines of these kinds, oldest first."""
        return [content for kind, content in self._lines if kind in kinds]


class StoredRunState(RunState):
    """One file in a private directory that ends with the run.

    parts: tell the tenants and hosts of the run apart, each of which has a file of its own.
    """

    def __init__(self, directory: str, *parts: str) -> None:
        super().__init__()
        name = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        self._path = Path(directory) / "o365" / f"{name}.jsonl"

    def append(self, kind: str, content: Any) -> None:
        """Add a line to the file."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(json.dumps([kind, content]) + "\n")

    def lines(self, *kinds: str) -> list[Any]:
        """The contents of all lines of these kinds that tasks of the run have left, oldest first."""
        try:
            text = self._path.read_text()
        except OSError:
            return []
        pairs = [json.loads(line) for line in text.splitlines()]
        return [content for kind, content in pairs if kind in kinds]
