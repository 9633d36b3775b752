# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._once import kept_compiled, read

with kept_compiled():
    from ..module_utils._exchange.approval import REFUSAL, plan_required, standing
    from ..module_utils._exchange.connection import CONNECTION_OPTIONS
    from ..module_utils._exchange.errors import ConfigurationError
    from ..module_utils._vendor import decision
    from ..module_utils._vendor.inputs import left_out, problems
    from ..module_utils._vendor.run import Run
    from ..module_utils._vendor.tenant import ObservedTenant
    from ..module_utils._vendor.values import vendor
    from ..module_utils._vendor.variables import PHASES, defaults, needed_by, unknown_variables, variables
    from ..plugin_utils._plain import plain
    from ..plugin_utils._variables import PlayVariables

_OPTIONS = {
    "roles": {
        "type": "list",
        "elements": "str",
        "choices": [*PHASES, "portal", "change", "verify", "doctor"],
        "required": True,
    },
    "earlier": {"type": "list", "elements": "str", "choices": list(PHASES), "default": []},
    "found": {"type": "dict"},
    "approval": {"type": "str", "default": ""},
}
# What can be done instead of phases: files, texts, and artifacts of earlier jobs, with what they hold.
_FILES = {"change_plan_file": "plan", "change_record_file": "record"}
_TEXTS = {"change_plan": "plan", "change_record": "record"}
_ARTIFACTS = {"avanan_plan": "plan", "avanan_record": "record"}
_KINDS = {**_FILES, **_TEXTS, **_ARTIFACTS}
# The credential of a host, and how to reach its tenant.
_OF_HOSTS = [f"o365_{name}" for name in CONNECTION_OPTIONS]
# Set by a playbook: the artifact of an earlier job that counts where nothing else is given.
_ARTIFACT = "change__artifact"

read(vendor, variables)


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task result; see the module's documentation."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        self._task.args = plain(self._task.args)
        _validation, options = self.validate_argument_spec(_OPTIONS)
        play = PlayVariables(task_vars or {}, self._templar)
        run, unusable = self._run(options, play)
        wrong = [*_unknown_artifact(play), *problems(run, unusable), *self._not_approved(run)]
        if options["found"] is None:
            ignored = run.inputs["portal_ignored_variables"]
            wrong += unknown_variables(play.by_people(), ignored, _OF_HOSTS)
        if wrong:
            return {**result, "failed": True, "msg": _message("", wrong)}
        return {**result, **_answer(run, options["found"], options["approval"])}

    def _not_approved(self, run: Run) -> list[str]:
        """Why nothing of it may be written, where only approved plans are applied."""
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        overlay = {str(key): str(value) for key, value in plain(environment).items()}
        said = {**os.environ, **overlay, **standing(os.environ)}
        try:
            required = plan_required(said) or run.inputs["change_require_plan"]
        except ConfigurationError as error:
            return [str(error)]
        writes = bool(run.phases or run.instead) and not run.check_mode
        return [REFUSAL] if writes and required and not _applies_an_approved_plan(run) else []

    def _run(self, options: dict[str, Any], play: PlayVariables) -> tuple[Run, dict[str, str]]:
        """What is to be carried out, and what is wrong with variables that cannot be used."""
        roles, instead = options["roles"], []
        given, unusable = play.read(needed_by(roles))
        inputs = {**defaults(), **given}
        phases = [role for role in roles if role in PHASES]
        if "change" in roles:
            instead = _instead(inputs, play)
            phases += [] if instead else inputs["change_phases"]
            more, wrong = play.read(needed_by(phases))
            inputs, unusable = {**inputs, **more}, {**unusable, **wrong}
        run = Run(
            inputs=inputs,
            roles=[role for role in roles if role not in PHASES],
            phases=list(dict.fromkeys(phases)),
            earlier=options["earlier"],
            instead=instead,
            check_mode=self._task.check_mode,
            preview=play.flag("portal_rehearsal"),
        )
        return run, unusable


def _instead(inputs: dict[str, Any], play: PlayVariables) -> list[str]:
    """The variables that name something to do instead of phases. Texts are not looked at: Ansible would take them for templates."""
    given = [name for name in _FILES if inputs[name]] + [name for name in _TEXTS if name in play]
    artifact = play.text(_ARTIFACT)
    return given or [name for name in _ARTIFACTS if name == artifact and name in play]


def _applies_an_approved_plan(run: Run) -> bool:
    """Whether the run does nothing but what somebody has approved by its hash; a record that is rolled back is a change like others."""
    return _kinds(run) == ["plan"] and bool(run.inputs["change_plan_hash"])


def _kinds(run: Run) -> list[str]:
    """What is carried out instead of phases: plan or record."""
    return [_KINDS[name] for name in run.instead]


def _parts(run: Run) -> list[dict[str, str]]:
    """What is carried out: the tasks of each phase, or those of the role change for a plan or record."""
    phases = [{"role": phase, "tasks": "phase"} for phase in run.phases]
    return phases or [{"role": "change", "tasks": kind} for kind in _kinds(run)]


def _unknown_artifact(play: PlayVariables) -> list[str]:
    """A playbook that names an artifact of which nobody knows what it holds."""
    name = play.text(_ARTIFACT)
    return (
        [f'{_ARTIFACT} is "{name}"; it must be one of {", ".join(_ARTIFACTS)}']
        if name not in ("", *_ARTIFACTS)
        else []
    )


def _answer(run: Run, found: dict[str, Any] | None, approval: str) -> dict[str, Any]:
    """What the tasks of the phases need: what to read, and after it was read, what to write."""
    if found is None:
        phase = {
            "phases": run.phases,
            "earlier": run.earlier,
            "parts": _parts(run),
            "instead": run.instead,
            "expects": ["gate"] if run.phases else _kinds(run),
            "inputs": run.inputs,
            "approval": str(uuid.uuid4()),
            **decision.known(run),
            **decision.to_read(run),
        }
        return _told(
            phase, [f"Left out, because the vendor does not publish it: {text}" for text in left_out(run)]
        )
    tenant = ObservedTenant(found)
    if refused := decision.refusals(run, tenant):
        return {"failed": True, "msg": _message("Nothing was written: ", refused)}
    phase = {
        "phases": run.phases,
        **decision.gate(run, tenant),
        "approval": approval,
        "decided": decision.decided(run, tenant),
        "protection": decision.protection(run, tenant),
    }
    return _told(phase, decision.remarks(run, tenant))


def _told(phase: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    return {"changed": False, "phase": phase, **({"warnings": warnings} if warnings else {})}


def _message(head: str, problems: Sequence[str]) -> str:
    """One problem in one sentence, several in one line each."""
    sentences = [text if text.endswith((".", "?")) else f"{text}." for text in problems]
    if len(sentences) == 1:
        return head + sentences[0]
    return "\n- ".join([f"Nothing was written, for {len(sentences)} reasons:", *sentences])
