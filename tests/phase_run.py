# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases of a run in this process, as the role change carries them out, without Ansible: some hundred of them in a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState
from ansible_collections.avanan.office365.plugins.module_utils._vendor import decision
from ansible_collections.avanan.office365.plugins.module_utils._vendor.inputs import problems
from ansible_collections.avanan.office365.plugins.module_utils._vendor.run import Run
from ansible_collections.avanan.office365.plugins.module_utils._vendor.tenant import ObservedTenant
from ansible_collections.avanan.office365.plugins.module_utils._vendor.variables import defaults

from tests.contract.module_run import run
from tests.fake_exchange.control import Practice
from tests.scenarios import PORTAL


@dataclass
class Result:
    """What came of a run.

    refused: why it did not start; "" when it did. failed: of the task that ended it after it had started. told: everything that any
    task returned. document: the plan or record. writes: the calls that reached the tenant.
    """

    refused: str = ""
    failed: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    writes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def green(self) -> bool:
        return not (self.refused or self.failed)


class PhaseRun:
    """One run. directory: where it leaves its record."""

    def __init__(self, practice: Practice, directory: Path, *, check: bool = False) -> None:
        self._practice = practice
        self._directory = str(directory)
        self._check = check
        self._env = practice.env(way="access_token")
        self._run_state = RunState()
        self.result = Result()

    def carry_out(self, phases: Sequence[str], **inputs: Any) -> Result:
        """The phases with these variables."""
        written = len(self._practice.writes())
        wanted = Run(
            inputs={**defaults(), **PORTAL, **inputs}, roles=["change"], phases=phases, check_mode=self._check
        )
        if wrong := problems(wanted, {}):
            self.result.refused = "; ".join(wrong)
            return self.result
        self._task("o365_runbook", {"state": "begun", "directory": self._directory})
        self._phases(wanted)
        closed = self._task("o365_runbook", {"failed": self.result.refused or None})
        self.result.document = closed.get("document") or {}
        self.result.writes = self._practice.writes()[written:]
        return self.result

    def _phases(self, wanted: Run) -> None:
        result = self.result
        found = self._task("o365_info", decision.to_read(wanted))
        if found.get("failed"):
            result.refused = found["msg"]
            return
        tenant = ObservedTenant(found)
        if refused := decision.refusals(wanted, tenant):
            result.refused = "; ".join(refused)
            return
        terms = decision.gate(wanted, tenant)
        accepted = {"accepted_findings": wanted.inputs["portal_accepted_findings"]}
        gate = self._task("o365_preflight", {**terms, **accepted})
        if gate.get("failed"):
            result.refused = gate["msg"]
            return
        for task in terms["tasks"]:
            done = self._task(task["module"], {**task["options"], "reason": task["reason"]})
            if done.get("failed"):
                result.failed = done["msg"]
                return

    def _task(self, module: str, options: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in options.items() if value is not None}
        told = run(module, given, self._env, check=self._check, diff=False, run_state=self._run_state)
        self.result.told.append(told)
        return told
