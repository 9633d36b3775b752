# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a controller: options that its modules take, references that exist, surveys that are the roles' variables."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator

ROOT = Path(__file__).resolve().parents[2]
_MODULES = {
    "controller_credential_types": "credential_type",
    "controller_execution_environments": "execution_environment",
    "controller_notifications": "notification_template",
    "controller_projects": "project",
    "controller_inventories": "inventory",
    "controller_groups": "group",
    "controller_templates": "job_template",
    "controller_workflows": "workflow_job_template",
    "controller_schedules": "schedule",
}
_EDGES = ("success_nodes", "failure_nodes", "always_nodes")
# As AWX 24.6 checks them.
_FIELD = {
    "id",
    "label",
    "type",
    "format",
    "choices",
    "multiline",
    "secret",
    "help_text",
    "default",
    "ask_at_runtime",
}
_QUESTIONS = {"text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"}


class _Loader(yaml.SafeLoader):
    """Takes !unsafe as text."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def _data() -> dict[str, Any]:
    text = (ROOT / "playbooks" / "vars" / "controller.yml").read_text()
    data: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return data


DATA = _data()


def _filled(value: Any) -> Any:
    """The value with the defaults of its templates, as far as a module's options go."""
    if isinstance(value, dict):
        filled = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item is not None}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    found = isinstance(value, str) and re.fullmatch(r"\{\{ office365_\w+ \| default\((.*)\) \}\}", value)
    if not found:
        return value
    return None if found[1] == "omit" else yaml.safe_load(found[1])


class _Seen(Exception):
    """What a module says of its options."""


def _spec(module: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The argument specification of a module of awx.awx, and its rules."""
    source = import_module(f"ansible_collections.awx.awx.plugins.modules.{module}")

    def stop(_self: Any, argument_spec: Any = None, **rules: Any) -> None:
        raise _Seen(argument_spec, rules)

    with patch.object(source.ControllerAPIModule, "__init__", stop), pytest.raises(_Seen) as seen:
        source.main()
    spec, rules = seen.value.args
    known = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
    return spec, {name: rule for name, rule in rules.items() if name in known}


def _problems(module: str, item: Mapping[str, Any]) -> list[str]:
    spec, rules = _spec(module)
    return list(ModuleArgumentSpecValidator(spec, **rules).validate(_filled(dict(item))).error_messages)


def _nodes() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for workflow in DATA["controller_workflows"]:
        for node in workflow["simplified_workflow_nodes"]:
            yield workflow, node


def test_every_list_is_loaded() -> None:
    assert set(DATA) == set(_MODULES)
    tasks = yaml.safe_load((ROOT / "playbooks" / "tasks" / "controller.yml").read_text())
    loaded = [str(task["loop"]) for task in tasks]
    assert all(any(name in loop for loop in loaded) for name in _MODULES)


@pytest.mark.parametrize("name", _MODULES)
def test_the_modules_take_it(name: str) -> None:
    for item in DATA[name]:
        options = {key: value for key, value in item.items() if key != "simplified_workflow_nodes"}
        assert _problems(_MODULES[name], options) == [], item["name"]


def test_the_modules_take_the_nodes() -> None:
    for workflow, node in _nodes():
        options = {**node, "workflow": workflow["name"], "organization": "Default"}
        assert _problems("workflow_job_template_node", options) == [], node["identifier"]


def test_the_modules_take_the_edges_and_no_node_without_any() -> None:
    """An edge is set by itself, once all nodes are there; the module refuses a node of which nothing is said."""
    tasks = yaml.safe_load((ROOT / "playbooks" / "tasks" / "controller.yml").read_text())
    (task,) = (one for one in tasks if one["name"] == "Edges of the workflows")
    assert all(edge in task["when"] for edge in _EDGES)
    for workflow, node in _nodes():
        about = {"workflow": workflow["name"], "organization": "Default", "identifier": node["identifier"]}
        edges = {edge: node[edge] for edge in _EDGES if edge in node}
        assert bool(edges) == (_edge_problems({**about, **edges}) == []), node["identifier"]


def _edge_problems(options: dict[str, Any]) -> list[str]:
    return _problems("workflow_job_template_node", options)


def test_a_wrong_option_would_be_seen() -> None:
    assert _problems("job_template", {**DATA["controller_templates"][0], "job_type": "dry"}) != []


def test_every_template_is_of_a_playbook_and_the_other_way_round() -> None:
    used = {item["playbook"] for item in DATA["controller_templates"]}
    there = {f"playbooks/{path.name}" for path in (ROOT / "playbooks").glob("*.yml")}
    assert used == there - {"playbooks/configure_awx.yml"}


def test_nodes_name_what_exists_and_may_set_what_they_set() -> None:
    templates = {item["name"]: item for item in DATA["controller_templates"]}
    asks = {"extra_data": "ask_variables_on_launch", "job_type": "ask_job_type_on_launch"}
    for workflow, node in _nodes():
        known = {one["identifier"] for one in workflow["simplified_workflow_nodes"]}
        assert set(chain.from_iterable(node.get(edge, ()) for edge in _EDGES)) <= known
        if "approval_node" in node:
            assert node["approval_node"]["timeout"] > 0
            continue
        template = templates[node["unified_job_template"]]
        # Without its ask_ flag a controller ignores in silence what a node sets.
        assert all(template.get(flag) for key, flag in asks.items() if key in node), node
        assert template["ask_limit_on_launch"]
    for schedule in DATA["controller_schedules"]:
        assert schedule["unified_job_template"] in templates


def test_a_workflow_asks_only_when_something_waits_and_ends_green_otherwise() -> None:
    for workflow in DATA["controller_workflows"]:
        nodes = {node["identifier"]: node for node in workflow["simplified_workflow_nodes"]}
        for preview, gate in (("preview", "pending"), ("plan of the roll back", "anything to roll back")):
            assert nodes[preview]["job_type"] == "check"
            assert nodes[preview]["always_nodes"] == [gate]
            assert nodes[gate]["unified_job_template"] == "Office 365: Does anything wait for approval?"
        # A failed node without a failure edge makes the workflow fail.
        assert (nodes["pending"]["success_nodes"], nodes["pending"]["failure_nodes"]) == (
            ["approval"],
            ["nothing"],
        )
        assert nodes["approval"]["success_nodes"] == ["apply"]
        changed = [nodes[name] for name in ("apply", "verify") if name in nodes]
        assert len(changed) == 2 or "fleet" in _template(nodes["apply"])["playbook"]
        assert all(node["failure_nodes"] == ["plan of the roll back"] for node in changed)
        assert nodes["anything to roll back"]["success_nodes"] == ["roll back"]
        assert "failure_nodes" not in nodes["anything to roll back"]
        assert nodes["roll back"]["success_nodes"] == ["undo"]


def _template(node: dict[str, Any]) -> dict[str, Any]:
    (found,) = (item for item in DATA["controller_templates"] if item["name"] == node["unified_job_template"])
    return dict(found)


# Playbooks that end before a write whatever they are given: check mode is forced, or no task of theirs writes to a tenant.
_NEVER_WRITES = (
    "preview_automated_mode",
    "draft_without_access",
    "drift",
    "verify",
    "doctor",
    "workflow_pending",
    "workflow_nothing",
)


def test_playbooks_that_are_said_never_to_write_do_not() -> None:
    for name in _NEVER_WRITES:
        (play,) = yaml.safe_load((ROOT / "playbooks" / f"{name}.yml").read_text())
        tasks = json.dumps(play["tasks"])
        reads = any(word in tasks for word in ("office365.doctor", "builtin.assert"))
        assert play.get("check_mode") is True or reads, name


def test_what_can_write_needs_an_approved_plan_whoever_launches_it() -> None:
    for item in DATA["controller_templates"]:
        assert not item["allow_simultaneous"]
        if Path(item["playbook"]).stem in _NEVER_WRITES:
            continue
        assert item["extra_vars"]["change_require_plan"] is True, item["name"]
        # A variable that may be given at launch goes before that of the template.
        assert not item.get("ask_variables_on_launch"), item["name"]
        asked = {question["variable"] for question in item.get("survey_spec", {}).get("spec", ())}
        assert not asked & {"change_require_plan", "change_plan_hash"}
        if item["job_type"] == "run":
            assert "avanan_summary" in item["extra_vars"]["change_plan_hash"]
        else:
            assert item["ask_job_type_on_launch"]
            assert "change_plan_hash" not in item["extra_vars"]
    for workflow in DATA["controller_workflows"]:
        assert not workflow.get("ask_variables_on_launch")


def _surveyed() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for item in (*DATA["controller_templates"], *DATA["controller_workflows"]):
        if item.get("survey_enabled"):
            yield item["name"], item["survey_spec"]["spec"]


def test_surveys_ask_for_variables_of_the_roles() -> None:
    rows = yaml.safe_load((ROOT / "plugins" / "module_utils" / "_vendor" / "inputs.yml").read_text())[
        "variables"
    ]
    for name, questions in _surveyed():
        assert questions, name
        assert len({question["variable"] for question in questions}) == len(questions)
        for question in questions:
            row = rows[question["variable"]]
            choices = ["true", "false"] if row["type"] == "bool" else row.get("choices")
            if choices and row["type"] != "list":
                assert (question["type"], question["choices"]) == ("multiplechoice", choices)
            else:
                kind = {"list": "textarea", "int": "integer", "float": "float"}.get(row["type"], "text")
                assert question["type"] == kind
                # An empty answer to a text is then not sent, and the inventory's value stands.
                assert kind in ("integer", "float") or question["min"] == 1
            assert question["type"] in _QUESTIONS
            assert question["required"] is False


def test_credential_types_are_as_a_controller_takes_them() -> None:
    for item in DATA["controller_credential_types"]:
        fields = item["inputs"]["fields"]
        assert all(set(field) <= _FIELD and field["type"] in ("string", "boolean") for field in fields)
        names = {field["id"] for field in fields}
        assert set(item["inputs"]["required"]) <= names
        texts = [*item["injectors"]["env"].values(), *item["injectors"].get("file", {}).values()]
        used = set(re.findall(r"\{\{ (\w+) \}\}", " ".join(texts)))
        assert used == names
        assert all(
            name.startswith("O365_") and text.isascii() for name, text in item["injectors"]["env"].items()
        )


def test_this_runs_where_the_modules_are() -> None:
    """The lists are checked against the real modules, not skipped."""
    assert any((Path(place) / "ansible_collections" / "awx" / "awx").is_dir() for place in sys.path)
