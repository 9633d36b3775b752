# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A class of objects is one file: a made-up one, put beside the others in a copy of the collection, is everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Under a name of its own, the copy can be imported beside the collection.
NAME = "ansible_collections.made_up.office365"
TABLE = '''
"""Routing hints, which nobody has."""

from __future__ import annotations

from .._schema.resource import Field, Management, Resource, Role, Topic
from .._schema.value_type import enum, list_of
from .._schema.value_types import STATE

ROUTING_HINT = Resource(
    noun="RoutingHint",
    title="routing hint",
    role=Role("Routing Hints", always=True),
    management=Management("routing_hint"),
    topic=Topic("routing_hints", "The routing hints."),
    fields=(
        Field("Target", list_of(), "Where mail should go.", required_on_new=True),
        Field("Strength", enum("Weak", "Strong", clear=None), "How much it is meant."),
        Field("Enabled", STATE, "Whether it acts.", verbs="toggle", on_new=True),
    ),
    sheet={
        "screens": {
            "hints": {
                "portal": "Exchange admin center",
                "url": "https://admin.exchange.example/hints",
                "path": ["Mail flow", "Routing hints"],
                "create": "Select Add a hint.",
                "edit": "Select the hint {name}, then Edit.",
                "remove": "Select the hint {name}, then Delete.",
                "finish": "Save.",
            }
        },
        "navigation": {
            "sources": ["cmdlets"],
            "screen": "hints",
            "pages": [{"controls": {"name": "Name", "target": "Goes to", "strength": "How much", "enabled": "Status"}}],
        },
        "takes_effect": {"sources": ["cmdlets"], "minutes": 7, "text": "Seven minutes."},
        "severities": {
            "sources": ["cmdlets"],
            "tables": {
                "routing_hint": {
                    "object": {
                        "missing": {"critical": "Nobody knows where mail should go."},
                        "extra": {"info": "Mail is handled alike."},
                    },
                    "settings": [{"of": ["target"], "always": {"warning": "Mail goes elsewhere."}}],
                    "other": {"always": {"info": "Mail is handled alike."}},
                },
            },
        },
    },
)
'''
OPTIONS = {"name": "North", "target": ["b.example", "a.example"], "strength": "Strong"}
TENANT = {"tenant_id": "contoso.example"}


class Service:
    """As much of a service as one class needs. tenant: its id. records: by GUID. calls: that wrote."""

    tenant = "11111111-2222-4333-8444-555555555555"

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Any:
        """Carry out a cmdlet."""
        verb, _dash, noun = cmdlet.partition("-")
        found = list(self.records.values()) if noun == "RoutingHint" and verb == "Get" else []
        if verb != "Get":
            assert noun == "RoutingHint"
            self.calls.append(cmdlet)
            self._write(verb, dict(parameters))
        return SimpleNamespace(records=[dict(record) for record in found], warnings=[], request_id="r")

    def _write(self, verb: str, parameters: dict[str, Any]) -> None:
        guid = str(parameters.pop("Identity", "")) or f"guid-{len(self.calls)}"
        if verb == "Remove":
            del self.records[guid]
        elif verb in ("Enable", "Disable"):
            self.records[guid]["Enabled"] = verb == "Enable"
        else:
            self.records.setdefault(guid, {"Guid": guid}).update(parameters)

    def may(self, cmdlet: str) -> bool | None:
        """Everything but removing is allowed."""
        return not cmdlet.startswith("Remove-")


class Copy:
    """The collection with one file more."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def load(self, module: str) -> Any:
        """A file below plugins, as a Python module."""
        return import_module(f"{NAME}.plugins.{module}")

    def progress(self, *, check_mode: bool) -> Any:
        """A run that has just begun its document."""
        run_record = self.load("module_utils._run.run_record").RunRecord(check_mode=check_mode)
        progress = self.load("module_utils._engine.progress").Progress(run_record=run_record)
        runbook = self.load("module_utils._change.runbook").TASK
        options = {"state": "begun", "title": "A change", "lifetime": 1.0, "directory": self.root / "run"}
        runbook.perform(TENANT | options, self.cmdlets(Service()), progress, check_mode=check_mode)
        return progress

    def cmdlets(self, service: Service) -> Any:
        """The gateway to a service."""
        return self.load("module_utils._exchange.cmdlets").Cmdlets(service)

    def document(self, service: Service, *, check_mode: bool) -> Any:
        """What a run leaves that makes a routing hint: its plan, or its record."""
        progress = self.progress(check_mode=check_mode)
        module = self.load("module_utils._engine.object_module").OBJECT_MODULES["o365_routing_hint"]
        given = {"other_names": [], "state": "present", "wait_timeout": 0.0, **OPTIONS}
        module.perform(given, self.cmdlets(service), progress, check_mode=check_mode)
        documents = self.load("module_utils._run.documents")
        return documents.sealed(progress.run_record.document())


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """The collection with a made-up class, after the generator has run."""
    root = tmp_path_factory.mktemp("one-object") / "ansible_collections" / "made_up" / "office365"
    for folder in ("plugins", "tools", "meta"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    header = (ROOT / "tools" / "package.py").read_text().partition('"""')[0].rstrip()
    table = root / "plugins" / "module_utils" / "_resources" / "routing_hint.py"
    table.write_text(header + TABLE)
    subprocess.run([sys.executable, str(root / "tools" / "render_docs.py")], check=True)
    sys.path.insert(0, str(root.parents[2]))
    try:
        yield Copy(root)
    finally:
        sys.path.remove(str(root.parents[2]))
        for name in [name for name in sys.modules if name.startswith("ansible_collections.made_up")]:
            del sys.modules[name]


def test_the_generator_takes_it_up(copy: Copy) -> None:
    files = [path.relative_to(copy.root) for path in (copy.root / "plugins").rglob("*.py")]
    before = {file: (ROOT / file).read_text() if (ROOT / file).exists() else "" for file in files}
    changed = {file.as_posix() for file in files if (copy.root / file).read_text() != before[file]}
    assert changed == {
        "plugins/module_utils/_resources/routing_hint.py",
        "plugins/module_utils/_resources/index.py",
        "plugins/doc_fragments/routing_hint.py",
        "plugins/modules/o365_info.py",
    }
    assert (
        "Where mail should go." in (copy.root / "plugins" / "doc_fragments" / "routing_hint.py").read_text()
    )
    assert "The routing hints." in (copy.root / "plugins" / "modules" / "o365_info.py").read_text()


def test_what_is_generated_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "render_docs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_info_reads_it(copy: Copy) -> None:
    service = Service()
    service.records["g"] = {"Guid": "g", "Name": "North", "Target": ["A.example"], "Enabled": True}
    task = copy.load("module_utils._read.info").TASK
    assert "routing_hints" in task.argument_spec()["gather"]["choices"]
    result = task.perform(
        {"gather": ["routing_hints"], "raw": False, "resolve": []},
        copy.cmdlets(service),
        copy.progress(check_mode=True),
        check_mode=True,
    )
    assert result["routing_hints"] == [
        {"name": "North", "target": ["A.example"], "strength": "", "enabled": True}
    ]


def test_a_plan_holds_it_and_is_applied(copy: Copy) -> None:
    service = Service()
    plan = copy.document(service, check_mode=True)
    assert [step["cmdlet"] for entry in plan["entries"] for step in entry["steps"]] == ["New-RoutingHint"]
    assert plan["entries"][0]["after"] == {
        "name": "North",
        "target": ["a.example", "b.example"],
        "strength": "Strong",
        "enabled": True,
    }
    assert service.calls == []
    apply = copy.load("module_utils._change.apply").TASK
    options = {**TENANT, "plan": json.dumps(plan), "hash": plan["hash"]}
    result = apply.perform(options, copy.cmdlets(service), copy.progress(check_mode=False), check_mode=False)
    assert result["changed"]
    assert service.calls == ["New-RoutingHint"]


def test_undo_takes_it_back(copy: Copy) -> None:
    service = Service()
    record = copy.document(service, check_mode=False)
    assert [record["Name"] for record in service.records.values()] == ["North"]
    undo = copy.load("module_utils._change.undo").TASK
    options = {**TENANT, "record": json.dumps(record)}
    undo.perform(options, copy.cmdlets(service), copy.progress(check_mode=False), check_mode=False)
    assert service.calls == ["New-RoutingHint", "Remove-RoutingHint"]
    assert service.records == {}


def test_the_doctor_asks_for_its_permissions(copy: Copy) -> None:
    task = copy.load("module_utils._read.doctor").TASK
    cmdlets, progress = copy.cmdlets(Service()), copy.progress(check_mode=True)
    facts = task.perform({"probe_writes": True}, cmdlets, progress, check_mode=True)["facts"]
    asked = {cmdlet: allowed for cmdlet, allowed in facts["may"].items() if cmdlet.endswith("-RoutingHint")}
    verbs = {"Get": True, "New": True, "Set": True, "Enable": True, "Disable": True, "Remove": False}
    assert asked == {f"{verb}-RoutingHint": allowed for verb, allowed in verbs.items()}
    products = copy.load("module_utils._mail_flow_objects.integration").known_products()
    examined = copy.load("module_utils._doctor.examine").examine(
        facts, {}, products, None, now=datetime(2026, 11, 30, tzinfo=UTC)
    )
    (finding,) = [item for item in examined["findings"] if item["id"] == "applier-lacks-routing-hints"]
    assert "Remove-RoutingHint" in finding["what"]
    assert "Routing Hints" in finding["fix"]


def test_the_runbook_shows_the_way_through_the_admin_center(copy: Copy) -> None:
    plan = copy.document(Service(), check_mode=True)
    (step,) = copy.load("plugin_utils._runbook.view").view(plan).steps
    assert step.navigation["missing"] == []
    (visit,) = step.navigation["visits"]
    assert (visit["portal"], visit["path"]) == ("Exchange admin center", ["Mail flow", "Routing hints"])
    lines = {line["label"]: line["inputs"][0]["items"] for page in visit["pages"] for line in page["lines"]}
    assert [item["text"] for item in lines["Goes to"]] == ["a.example", "b.example"]
    assert (step.minutes, step.wait) == (7, "Seven minutes.")
    texts = copy.load("plugin_utils._runbook.render").render(plan)
    assert all("Routing hints" in texts[form] for form in ("md", "html"))
    assert "New-RoutingHint -Name 'North'" in texts["ps1"]


def test_drift_ranks_its_differences(copy: Copy) -> None:
    findings = copy.load("plugin_utils._drift.findings").findings
    service = Service()
    (missing,) = findings(copy.document(service, check_mode=True))
    assert (missing["severity"], missing["now"], missing["wanted"]) == ("critical", "absent", "present")
    assert missing["consequence"] == "Nobody knows where mail should go."
    service.records["g"] = {"Guid": "g", "Name": "North", "Target": ["c.example"], "Enabled": True}
    target, strength = findings(copy.document(service, check_mode=True))
    assert (target["severity"], target["setting"]) == ("warning", "target")
    assert (target["lost"], target["gained"]) == (["a.example", "b.example"], ["c.example"])
    assert (strength["severity"], strength["setting"]) == ("info", "strength")
