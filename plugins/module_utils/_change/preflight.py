# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task that asks the gate for a whole phase, before its first write. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets
from .._exchange.errors import ConfigurationError
from .._run.agenda import GATE
from .._run.documents import REFUSED
from .gate import Terms, judge
from .mail_flow_check import ACCEPTED, accepted_findings, integration_spec
from .sequence import planned_part


class PreflightModule:
    """The module that decides whether a change may be made."""

    reads_only = True

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {
            "tasks": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "module": {"type": "str", "required": True},
                    "options": {"type": "dict", "required": True},
                    "reason": {"type": "str", "default": ""},
                },
            },
            "integration": {"type": "dict", "required": True, "options": integration_spec()},
            "accepted_findings": ACCEPTED,
            "only_worse": {"type": "bool", "default": False},
            "preview": {"type": "bool", "default": False},
            "approval": {"type": "str", "default": ""},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """What the gate says, with the mail flow before and after. ConfigurationError when the change is refused."""
        # A draft knows nothing of the tenant that could keep a step from being done.
        draft = bool(params.get("offline"))
        planned = [planned_part(task) for task in params["tasks"]]
        parts = [] if draft else planned
        terms = Terms(
            integration=params["integration"],
            accepted=accepted_findings(params),
            only_worse=params["only_worse"],
        )
        verdict = judge(parts, cmdlets, progress, terms)
        refused = "" if draft else verdict.refused
        verdict.note(progress.run_record, terms, refused=refused)
        if refused and not params["preview"]:
            raise ConfigurationError(f"{REFUSED}{refused}")
        agenda = progress.run_record.agenda
        agenda.strike(GATE)
        agenda.add(*(item.label for item in planned))
        return {
            "changed": False,
            **verdict.check,
            "problems": list(verdict.problems),
            "refused": refused,
            "approval": params["approval"],
        }


TASK = PreflightModule()
