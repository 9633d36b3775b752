# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..module_utils._exchange.errors import O365Error
    from ..module_utils._run import artifact, documents
    from ..module_utils._run.private_files import write_private
    from ..plugin_utils._action import FastPath
    from ..plugin_utils._runbook.decision import tenant_name
    from ..plugin_utils._runbook.index_page import runs_page, tenants_page
    from ..plugin_utils._runbook.last_lines import last_lines
    from ..plugin_utils._runbook.mail_flow_report import lines_of
    from ..plugin_utils._runbook.render import FORMS, prepare, rendered
    from ..plugin_utils._runbook.summary import summary
    from ..plugin_utils._runbook.view import view

# What PowerShell needs to read a script alike in all its versions: a byte order mark, and its own line ends.
_SCRIPT_MARK = b"\xef\xbb\xbf"
_HEAD = 4096

# Ansible imports this before it forks a process for each task and tenant.
prepare()


class ActionModule(FastPath):
    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task result; a failure where the tasks of the run could not leave it anything."""
        if not self._is_local():
            raise AnsibleActionFail(
                "A run is recorded on the machine that runs Ansible only: use connection local, without become and async."
            )
        self._host = str((task_vars or {}).get("inventory_hostname") or "")
        return super().run(tmp, task_vars)

    def _deliver(self, outcome: dict[str, Any]) -> None:
        """Write the files of the run beside its record, and give its artifacts."""
        document = outcome.get("document")
        if not document:
            return
        folder = Path(outcome["folder"])
        runbook = view(document)
        texts = rendered(runbook)
        files = {kind: (f"runbook.{kind}", _encoded(kind, texts[kind])) for kind in FORMS}
        if document["kind"] == "plan":
            files["plan"] = ("plan.json", documents.written(document))
        for name, content in files.values():
            write_private(folder / name, content)
        if document["kind"] == "record":
            files["record"] = ("record.json", b"")
        outcome["files"] = {kind: str(folder / name) for kind, (name, _content) in files.items()}
        outcome["lines"] = [*lines_of(document), *last_lines(runbook, outcome["files"])]
        outcome["summary"] = summary(runbook, self._host, outcome["files"])
        outcome["artifacts"] = self._artifacts(document, outcome)
        outcome["ansible_stats"] = {
            "data": {f"avanan_{kind}": {self._host: text} for kind, text in outcome["artifacts"].items()},
            "per_host": False,
            "aggregate": True,
        }
        try:
            _list(folder, tenant_name(document) or folder.parent.name)
        except (OSError, ValueError, O365Error) as error:
            # Nothing of this run is lost by it.
            outcome["warnings"].append(
                f"The pages that list the runbooks could not be brought up to date: {error}"
            )

    def _artifacts(self, document: dict[str, Any], outcome: dict[str, Any]) -> dict[str, str]:
        """Texts for the next job of a workflow, by their kind."""
        texts = {"summary": json.dumps(outcome["summary"])}
        kind = document["kind"]
        if kind in ("plan", "record"):
            content = documents.written(document)
            texts[kind] = artifact.packed(content, self._host, kind, outcome["files"][kind])
        return texts


def _list(folder: Path, tenant: str) -> None:
    """Bring the pages up to date that list the runbooks of the tenant, and the tenants."""
    home = folder.parent
    with _alone(home.parent):
        _write_pages(home, tenant)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No two tenants at a time: of two that list each other, the last one to write would else leave out the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_pages(home: Path, tenant: str) -> None:
    page = runs_page(tenant, [path.name for path in home.iterdir() if (path / "runbook.html").is_file()])
    write_private(home / "index.html", page.encode())
    others = [path for path in sorted(home.parent.glob("*/index.html")) if path.is_file()]
    listed = tenants_page([(path.parent.name, _head(path)) for path in others])
    write_private(home.parent / "index.html", listed.encode())


def _head(page: Path) -> str:
    """The beginning of a page, where its title is."""
    with page.open("rb") as file:
        return file.read(_HEAD).decode("utf-8", "replace")


def _encoded(kind: str, text: str) -> bytes:
    if kind != "ps1":
        return text.encode()
    return _SCRIPT_MARK + "\r\n".join(text.split("\n")).encode()
