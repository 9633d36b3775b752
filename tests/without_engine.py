# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks that change a tenant, by the action plugins of their tasks alone: what is left of a run without Ansible's engine.

A way to carry out what `play` is given, for what comes of runs and not of Ansible. That it does what the playbooks and the tasks of
the role change do, tests/playbooks/test_both_ways.py says.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import chdir
from importlib import import_module
from inspect import signature
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from tests.contract.module_run import PACKAGE, environment
from tests.no_waiting import without_waiting

_PLAYBOOKS = Path(__file__).resolve().parents[1] / "playbooks"
_SHELL = SimpleNamespace(tmpdir=None, env_prefix=lambda **_variables: "")
_HERE = SimpleNamespace(transport="local", become=False, _shell=_SHELL)
# Newer versions template only what is told to come from somebody who may.
_AS_TEMPLATES = {
    name: True for name in ("trusted_as_template",) if name in signature(DataLoader.load_from_file).parameters
}
# Of a result, what Ansible shows to everybody.
_SHOWN = ("task", "msg", "warnings", "exception")
# What is decided and the gate is asked about.
_TERMS = ("tasks", "integration", "only_worse", "preview", "approval")
_FAILED = 2
Result = dict[str, Any]


def by_actions(command: list[str], env: dict[str, str], cwd: Path) -> tuple[int, str]:
    """Carry out the playbook of a command; see Way."""
    playbook, arguments = command[1].removeprefix("avanan.office365."), command[2:]
    with (
        tempfile.TemporaryDirectory() as local,
        patch.object(constants, "DEFAULT_LOCAL_TMP", local),
        environment(env),
        without_waiting(),
        chdir(cwd),
    ):
        results = _Play(playbook, arguments).carry_out()
    changed = sum(bool(result.get("changed")) for result in results)
    report = {"results": results, "stats": {"localhost": {"changed": changed}}, "carried_out": []}
    written = json.dumps(report, default=str)
    Path(env["TASK_RESULTS"]).write_text(written)
    shown = [{name: result[name] for name in _SHOWN if name in result} for result in results]
    text = json.dumps(shown, ensure_ascii=False, indent=1).replace('\\"', '"')
    return _FAILED if any(result.get("failed") for result in results) else 0, text


def _given(arguments: Sequence[str]) -> dict[str, Any]:
    """Extra variables, as JSON or as name=text."""
    values: dict[str, Any] = {}
    for flag, value in pairwise(arguments):
        if flag == "-e":
            name, _equals, text = value.partition("=")
            values |= json.loads(value) if value.startswith("{") else {name: text}
    return values


class _Play:
    """A playbook of one play with the role change, on localhost."""

    def __init__(self, playbook: str, arguments: Sequence[str]) -> None:
        loader = DataLoader()
        (content,) = loader.load_from_file(str(_PLAYBOOKS / f"{playbook}.yml"), **_AS_TEMPLATES)
        self._check = "--check" in arguments or bool(content.get("check_mode"))
        self._diff = "--diff" in arguments or bool(content.get("diff"))
        self._variables = {**content["vars"], **_given(arguments), "inventory_hostname": "localhost"}
        self._templar = Templar(loader, variables=self._variables)
        self._results: list[Result] = []

    def carry_out(self) -> list[Result]:
        """The results of all tasks."""
        checked = self._task("o365_phase", roles=["change"])
        if checked.get("failed"):
            return self._results
        phase = checked["phase"]
        begun = self._task(
            "o365_runbook",
            state="begun",
            title=self._variables["change_title"],
            directory=phase["inputs"]["change_directory"],
            lifetime=phase["inputs"]["change_plan_lifetime"],
            expects=phase["expects"],
            purpose=self._variables.get("change__purpose"),
        )
        if not begun.get("failed"):
            self._report(phase, self._phases(phase) if phase["phases"] else self._instead(phase))
        return self._results

    def _task(self, action: str, **options: Any) -> Result:
        task = SimpleNamespace(
            args={name: value for name, value in options.items() if value is not None},
            action=action,
            check_mode=self._check,
            diff=self._diff,
            environment=[],
            async_val=0,
        )
        plugin = import_module(f"{PACKAGE}.action.{action}").ActionModule(
            task, _HERE, _HERE, None, self._templar, None
        )
        try:
            result: Result = plugin.run(task_vars=self._variables)
        except AnsibleError as error:
            result = {"failed": True, "msg": str(error)}
        self._results.append({"task": action, "changed": False, **result})
        return result

    def _phases(self, phase: Mapping[str, Any]) -> Result:
        """Decide, ask the gate, write; what was decided."""
        found = self._task("o365_info", gather=phase["gather"], resolve=phase["resolve"])
        if found.get("failed"):
            return {}
        decided = self._task(
            "o365_phase",
            roles=phase["phases"],
            earlier=phase["earlier"],
            found={"changed": False, **found},
            approval=phase["approval"],
        )
        if decided.get("failed"):
            return decided
        terms = {name: decided["phase"][name] for name in _TERMS}
        accepted = phase["inputs"]["portal_accepted_findings"]
        done = self._task("o365_preflight", **terms, accepted_findings=accepted)
        for name in phase["phases"]:
            self._results.append(
                {"task": "Show who enters and who leaves", "msg": decided["phase"]["decided"][name]["scope"]}
            )
        for task in terms["tasks"]:
            if done.get("failed"):
                break
            done = self._task(task["module"], reason=task["reason"], **task["options"])
        return decided

    def _instead(self, phase: Mapping[str, Any]) -> Result:
        """Apply the plan or roll back the record that is given instead of phases."""
        (kind,), (name,) = phase["expects"], phase["instead"]
        path = phase["inputs"].get(f"change_{kind}_file") or None
        given = {"path": path, "variable": None if path else name}
        if kind == "plan":
            self._task("o365_plan", **given, hash=phase["inputs"]["change_plan_hash"] or None)
        else:
            self._task("o365_undo", **given)
        return {}

    def _report(self, phase: Mapping[str, Any], decided: Mapping[str, Any]) -> None:
        report = self._task(
            "o365_runbook",
            expects=phase["expects"],
            protection=decided.get("phase", {}).get("protection") or None,
            failed=decided.get("msg") if decided.get("failed") else None,
        )
        self._results.append(
            {"task": "Sum up", "msg": report.get("lines"), "failed": bool(report.get("incomplete"))}
        )
