# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written in several places is the same in all of them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "ansible_collections.avanan.office365.plugins"
# Runs on the controller only and signs in nowhere.
LOCAL = "o365_phase"
MODULES = sorted({path.stem for path in (ROOT / "plugins" / "modules").glob("o365_*.py")} - {LOCAL})


def _load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


def test_every_module_is_in_the_action_group() -> None:
    assert _load("meta/runtime.yml")["action_groups"]["o365"] == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_fast_path(module: str) -> None:
    action = import_module(f"{PACKAGE}.action.{module}").ActionModule
    assert action.task is import_module(f"{PACKAGE}.modules.{module}").TASK


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_options_that_exist(module: str) -> None:
    source = import_module(f"{PACKAGE}.modules.{module}")
    spec = import_module(f"{PACKAGE}.module_utils._task").argument_spec(source.TASK)
    tasks = [task for task in yaml.safe_load(source.EXAMPLES) if f"avanan.office365.{module}" in task]
    assert tasks
    for task in tasks:
        _check(task[f"avanan.office365.{module}"], spec)


def _check(given: dict[str, Any], spec: dict[str, Any]) -> None:
    for name, value in given.items():
        assert name in spec
        if isinstance(value, dict):
            _check(value, spec[name]["options"])


def test_the_local_module_documents_its_options() -> None:
    module, action = (import_module(f"{PACKAGE}.{kind}.{LOCAL}") for kind in ("modules", "action"))
    documented = yaml.safe_load(module.DOCUMENTATION)["options"]
    kept = ("type", "elements", "choices", "required", "default")
    shown = {name: {key: row[key] for key in kept if key in row} for name, row in documented.items()}
    assert shown == action._OPTIONS


@pytest.mark.parametrize("role", ["portal", "monitor", "inline", "rescope", "outbound", "remove"])
def test_role_defaults_equal_their_documentation(role: str) -> None:
    options = _load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    shared = _load("roles/portal/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    defaults = _load(f"roles/{role}/defaults/main.yml")
    inherited = _load("roles/portal/defaults/main.yml")
    assert documented == {**inherited, **defaults}
    assert {name: options[name] for name in shared} == shared


@pytest.mark.parametrize("role", ["change", "doctor", "fleet", "verify"])
def test_other_roles_document_their_defaults(role: str) -> None:
    options = _load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = _load(f"roles/{role}/defaults/main.yml")
    assert set(options) == set(defaults)
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert documented == {name: defaults[name] for name in documented}


def test_the_version_is_that_of_the_collection() -> None:
    galaxy, version = _load("galaxy.yml"), import_module(f"{PACKAGE}.module_utils._run.version")
    assert version.VERSION == galaxy["version"]
    assert f"{galaxy['namespace']}.{galaxy['name']}" == version.COLLECTION


def test_plans_can_hold_every_object_module() -> None:
    held = import_module(f"{PACKAGE}.module_utils._engine.object_module").OBJECT_MODULES
    others = {
        "o365_doctor",
        "o365_info",
        "o365_mail_flow_check",
        "o365_message_trace_info",
        "o365_organization_customization",
        "o365_plan",
        "o365_preflight",
        "o365_runbook",
        "o365_undo",
    }
    assert set(held) == set(MODULES) - others


@pytest.mark.parametrize(
    "role",
    ["portal", "monitor", "inline", "rescope", "outbound", "remove", "change", "doctor", "fleet", "verify"],
)
def test_role_readme_names_every_variable(role: str) -> None:
    options = _load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    text = (ROOT / "roles" / role / "README.md").read_text()
    assert [name for name in options if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda path: path.stem)
def test_playbooks_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 40


def test_what_tables_say_of_each_other_is_there() -> None:
    index = import_module(f"{PACKAGE}.module_utils._resources.index")
    for resource in index.RESOURCES:
        if resource.twin:
            assert index.TOPICS[resource.twin].twin == resource.topic.name
        if resource.mail_flow:
            assert resource.topic
            assert set(resource.mail_flow.defaults) <= set(resource.by_path())
        sections = {row.section for row in resource.fields if row.section}
        assert set(resource.sections) == sections
    assert len(index.BY_NOUN) == len(index.RESOURCES)


def test_what_follows_from_the_vendors_data_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    for path, text in import_module("render_vendor").rendered().items():
        assert path.read_text() == text, f"{path.name}: run tools/render_vendor.py"
