# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document of a run: begun before its first task, handed over after its last, for the runbook, as plan or as record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets
from .._run.agenda import GATE, PLAN, RECORD
from .._run.documents import CHANGE, heading, sealed, stamp
from .._run.private_files import new_private_directory
from .._run.run_folders import run_folders

_NOTED = ("protection", "findings", "remarks", "mail_flow", "refused", "failed", "request")
_REQUEST = ("customer", "portal", "requester", "approver", "ticket", "window", "job")
_EXPECTED = {"gate": GATE, "plan": PLAN, "record": RECORD}
_ENDINGS = {"plan": "check", "record": "run", "draft": "draft"}


class RunbookModule:
    """The module that begins the document of a run and hands it over."""

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {
            "state": {"type": "str", "choices": ["begun", "written"], "default": "written"},
            "title": {"type": "str", "default": "Change of the mail flow"},
            "directory": {"type": "path", "default": "o365-changes"},
            "lifetime": {"type": "float", "default": 72.0},
            "protection": {
                "type": "dict",
                "options": {
                    name: {"type": "list", "elements": "str", "default": []}
                    for name in ("enters", "leaves", "stays")
                },
            },
            "findings": {"type": "list", "elements": "str", "default": []},
            "mail_flow": {"type": "dict"},
            "request": {"type": "dict", "options": {name: {"type": "str"} for name in _REQUEST}},
            "refused": {"type": "str"},
            "failed": {"type": "str"},
            "purpose": {"type": "str", "choices": [CHANGE, "preview", "verification"], "default": CHANGE},
            "remarks": {"type": "list", "elements": "str", "default": []},
            "expects": {"type": "list", "elements": "str", "choices": list(_EXPECTED), "default": []},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """The folder of the run, and with state written its document."""
        run_record, now = progress.run_record, datetime.now(UTC)
        begins = run_record.heading() is None
        if begins:
            kind = "draft" if params.get("offline") else "plan" if check_mode else "record"
            tenant = {"id": cmdlets.tenant, "name": str(params.get("tenant_id") or "")}
            head = heading(
                kind,
                params["title"],
                tenant,
                now,
                params["lifetime"],
                purpose=params.get("purpose") or CHANGE,
            )
            name = f"{params['title']}-{_ENDINGS[kind]}"
            place = tenant["name"] or tenant["id"] or "draft"
            run_record.begin(head, new_private_directory(run_folders(params["directory"], place, name, now)))
        if begins or params["state"] == "begun":
            run_record.agenda.add(*(_EXPECTED[name] for name in params.get("expects") or ()))
        folder = (run_record.heading() or {})["folder"]
        if params["state"] == "begun":
            return {"changed": False, "folder": folder}
        run_record.note(**{key: params[key] for key in _NOTED if params[key]})
        incomplete = run_record.agenda.incomplete() if not run_record.document()["failed"] else ""
        if incomplete:
            run_record.note(failed=incomplete)
        run_record.agenda.close()
        document = run_record.finish(stamp(now))
        if document["kind"] == "plan":
            document = sealed({**document, "finished": None})
        return {"changed": False, "folder": folder, "document": document, "incomplete": incomplete}


TASK = RunbookModule()
