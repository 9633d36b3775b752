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

from .._exchange.errors import ConfigurationError
from .._exchange.run_directory import NAME, run_directory


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
        self._directory = Path(directory)
        self._path = self._directory / NAME / f"{name}.jsonl"

    def append(self, kind: str, content: Any) -> None:
        """Add a line to the file. ConfigurationError when it cannot be written."""
        try:
            run_directory(self._directory)
            with self._path.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                # On a line of its own, also after one that could only be written in part.
                file.write(f"\n{json.dumps([kind, content])}\n")
        except OSError as error:
            raise ConfigurationError(
                f'What this run has done cannot be noted in "{self._path.parent}": {error.strerror or error}.'
            ) from None

    def lines(self, *kinds: str) -> list[Any]:
        """The contents of all lines of these kinds that tasks of the run have left, oldest first."""
        try:
            text = self._path.read_text()
        except OSError:
            return []
        # Most lines are of other kinds, and some of them hold a whole tenant.
        heads = tuple(json.dumps([kind]).removesuffix("]") for kind in kinds)
        own = (line for line in text.split("\n") if line.startswith(heads))
        return [content for line in own for _kind, content in _pairs(line)]


def _pairs(line: str) -> list[Any]:
    """What a line says; nothing where it could only be written in part."""
    try:
        return [json.loads(line)]
    except ValueError:
        return []
