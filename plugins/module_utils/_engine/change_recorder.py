# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task leaves in the record of its run: its object before and after, why, with which calls, and how to roll them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._exchange.cmdlets import Step
from .._exchange.errors import O365Error
from .._run.documents import RecordedChange
from .._schema.resource import Resource, State
from .outcome import Outcome
from .progress import Progress
from .revert import inverse


def blank_change(module: str, options: Mapping[str, Any], title: str, noun: str, name: str) -> RecordedChange:
    """A change of which nothing has happened yet. options: those given, without those of the connection."""
    return {
        "module": module,
        "options": {key: value for key, value in options.items() if key != "reason"},
        "reason": str(options.get("reason") or ""),
        "object": {"noun": noun, "title": title, "name": name},
        "before": None,
        "after": None,
        "order_before": [],
        "order_after": [],
        "steps": [],
        "undo": [],
        "preconditions": [],
        "warnings": [],
        "status": "planned",
        "done": [],
        "error": None,
    }


@dataclass
class ChangeRecorder:
    """Keeps the record of the run up to date about one task.

    check_mode: nothing is done, so that what is decided is a plan.
    """

    module: str
    options: Mapping[str, Any]
    resource: Resource
    progress: Progress
    check_mode: bool = field(kw_only=True)
    _key: str = field(init=False, default_factory=lambda: uuid.uuid4().hex)
    _last: Outcome | None = field(init=False, default=None)

    def started(self, outcome: Outcome) -> None:
        """What is about to be done, or has been done of it so far."""
        self._last = outcome
        self._enter(outcome, "started")

    def finished(self, outcome: Outcome) -> None:
        """What was done, or would be; nothing is noted of a task that has nothing to do."""
        if outcome.changed or self.progress.plan:
            self._enter(outcome, "planned" if self.check_mode else "done")

    def failed(self, error: O365Error) -> None:
        """What ended the task."""
        if self._last is None:
            self.progress.run_record.note(remarks=[f"The run ended here: {error}"])
        else:
            self._enter(self._last, "failed", error)

    def _enter(self, outcome: Outcome, status: str, error: O365Error | None = None) -> None:
        resource, progress = self.resource, self.progress
        options = dict(self.options)
        if options.get("position") and outcome.same_position_rules:
            # The task alone must come to the same place as after those before it.
            options["peers"] = list(
                dict.fromkeys([*(options.get("peers") or ()), *outcome.same_position_rules])
            )
        blank = blank_change(self.module, options, resource.title, resource.noun, outcome.name)
        steps: list[Step] = list(progress.plan)
        content = {
            "before": _shown(resource, outcome.name, outcome.before),
            "after": _shown(resource, outcome.name, outcome.after),
            "order_before": list(outcome.order_before),
            "order_after": list(outcome.order_after),
            "steps": [step.to_result() for step in steps],
            "undo": [step.to_result() for step in inverse(resource, outcome)],
            "preconditions": [{"text": item.text, "met": item.met} for item in progress.preconditions],
            "warnings": list(progress.warnings),
            "status": status,
            "done": [call.to_result() for call in progress.done],
            "error": error.details() if error else None,
        }
        progress.run_record.enter(self._key, {**blank, **content})


def _shown(resource: Resource, name: str, state: State | None) -> dict[str, Any] | None:
    return None if state is None else resource.to_result(name, state)
