# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of a run: what its tasks changed, kept so that plan, record and runbook can be made of it.

It is written before a task changes anything and after every call, so that a run which ends half way leaves its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .._exchange.masking import SecretRegistry
from .._schema.priority import PriorityMove
from . import documents
from .agenda import Agenda
from .documents import Document, RecordedChange
from .private_files import write_private
from .run_state import RunState


class RunRecord:
    """What the tasks of one run on one tenant tell each other, and what is left of it.

    check_mode: of this task. What is planned and what is done in one run make two documents. secrets: what must not stand in
    either, in whatever words of the service it comes.
    """

    def __init__(
        self,
        state: RunState | None = None,
        *,
        check_mode: bool = False,
        secrets: SecretRegistry | None = None,
    ) -> None:
        self._state = state or RunState()
        self._secrets = secrets or SecretRegistry()
        self._mode = "planned" if check_mode else "done"
        self.agenda = Agenda(self._state, f"agenda {self._mode}")

    def moves(self) -> list[PriorityMove]:
        """What earlier tasks did, or would have done, to the order of objects."""
        return [PriorityMove(**line) for line in self._state.lines("move")]

    def note_moves(self, moves: Iterable[PriorityMove]) -> None:
        """Note what this task does to the order of objects."""
        for move in moves:
            self._state.append("move", asdict(move))

    def heading(self) -> dict[str, Any] | None:
        """The heading of the document with `folder` beside it, once the run has begun one."""
        lines = self._lines("heading")
        return dict(lines[0]) if lines else None

    def begin(self, heading: Mapping[str, Any], folder: Path) -> None:
        """Begin the document of the run; a record is on disk from now on."""
        self._add("heading", {**heading, "folder": str(folder)})
        self._keep()

    def enter(self, key: str, entry: RecordedChange) -> None:
        """Note an entry, or what has become of it. key: tells the entries of a run apart."""
        self._add("entry", [key, entry])
        self._keep()

    def note(self, **note: Any) -> None:
        """Note something for the reader: protection, findings or remarks."""
        self._add("note", note)

    def entries(self) -> list[RecordedChange]:
        """What the tasks have done, or would do: an entry for each that had something to do, as it is now."""
        return list(dict(self._lines("entry")).values())

    def document(self, finished: str | None = None) -> Document:
        """The document as it is now, not sealed."""
        head = self.heading() or {}
        head.pop("folder", None)
        document = documents.assembled(head, self._lines("note"), self.entries())
        return {**document, "finished": finished or document.get("finished")}

    def record_path(self) -> Path | None:
        """Where the record of this run is; None when it makes none."""
        head = self.heading()
        return Path(head["folder"]) / "record.json" if head and head["kind"] == "record" else None

    def finish(self, finished: str) -> Document:
        """The document with the time at which the run ended; a record is on disk with it."""
        document = self.document(finished)
        if path := self.record_path():
            write_private(path, documents.written(document))
        return document

    def _add(self, kind: str, content: Any) -> None:
        self._state.append(f"{kind} {self._mode}", self._secrets.masked(content))

    def _lines(self, kind: str) -> list[Any]:
        return self._state.lines(f"{kind} {self._mode}")

    def _keep(self) -> None:
        if path := self.record_path():
            write_private(path, documents.written(self.document()))
