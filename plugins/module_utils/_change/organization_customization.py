# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switching on the customization of a fresh organization; there is no way back, so that nothing is to compare."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from .._engine.change_recorder import blank_change
from .._engine.progress import AcceptedCall, Progress
from .._exchange.cmdlets import Cmdlets, Step
from .._exchange.errors import O365Error, ServiceError, UncertainWrite
from .._run.documents import stamp

_TITLE = "organization customization"
_STEP = Step("Enable-OrganizationCustomization", {})
# The service's words when there is nothing to do, and for a fault that passes while it works (both published by users).
_NOT_REQUIRED = "operation is not required"
_PASSING = "role assignment policy"
# Seconds between two looks or attempts; from the third look on the user is told.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_TOLD = 2


class CustomizationModule:
    """A module that switches something on for good. result key: organization_customization."""

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {
            "state": {"type": "str", "choices": ["enabled"], "default": "enabled"},
            "reason": {"type": "str"},
            "wait_timeout": {"type": "float", "default": 60.0},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """Enable it when the organization is shown as dehydrated."""
        enabled = _enabled(cmdlets)
        if enabled:
            return _result(before=True, after=True, changed=False)
        progress.plan.append(_STEP)
        tell = _teller(params, progress)
        if check_mode:
            tell("planned")
            return _result(before=False, after=True, changed=True)
        deadline = time.monotonic() + params["wait_timeout"]
        tell("started")
        changed = _enable(cmdlets, progress, deadline)
        if changed:
            _await(cmdlets, progress, deadline)
        else:
            progress.warn(
                "The service says that the organization is customized already, although it is still shown as not (IsDehydrated)."
            )
        tell("done")
        return _result(before=False, after=True, changed=changed)


def _teller(params: Mapping[str, Any], progress: Progress) -> Callable[[str], None]:
    """Keeps the record of the run up to date. There is no way back, so none is noted."""
    options = {key: params[key] for key in ("reason",) if params.get(key)}
    blank = blank_change("o365_organization_customization", options, _TITLE, "OrganizationCustomization", "")
    key = uuid.uuid4().hex

    def tell(status: str) -> None:
        content = {
            "before": {"enabled": False},
            "after": {"enabled": True},
            "steps": [_STEP.to_result()],
            "warnings": list(progress.warnings),
            "status": status,
            "done": [call.to_result() for call in progress.done],
        }
        progress.run_record.enter(key, {**blank, **content})

    return tell


def _enabled(cmdlets: Cmdlets) -> bool:
    records = cmdlets.read("OrganizationConfig", {})
    if not records:
        raise ServiceError(
            "The service returned no organization configuration.", cmdlet="Get-OrganizationConfig"
        )
    return not records[0].get("IsDehydrated")


def _enable(cmdlets: Cmdlets, progress: Progress, deadline: float) -> bool:
    """Whether the service did something."""
    request_id: str = ""
    warnings: tuple[str, ...] = ()
    for attempt in range(1000):
        try:
            answer = cmdlets.write(_STEP)
            request_id, warnings = answer.request_id, tuple(answer.warnings)
        except UncertainWrite as error:
            if error.status in (429, 503):
                raise
            # It takes minutes, so that the answer can be lost; whether it works is seen when looking.
            break
        except O365Error as error:
            words = str(error).lower().replace("-", " ")
            if _NOT_REQUIRED in words:
                return False
            if _PASSING not in words or time.monotonic() >= deadline:
                raise
            cmdlets.pause(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            continue
        break
    progress.done.append(AcceptedCall(_STEP, request_id, warnings, stamp(datetime.now(UTC))))
    return True


def _await(cmdlets: Cmdlets, progress: Progress, deadline: float) -> None:
    attempt = 0
    while not _enabled(cmdlets):
        if time.monotonic() >= deadline:
            progress.warn(
                "The service accepted the customization, but still shows the organization as not customized (IsDehydrated). "
                "That can last an hour; settings that need it may be refused until then."
            )
            return
        left = max(deadline - time.monotonic(), 0)
        if attempt == _TOLD:
            cmdlets.tell(
                f"The service is customizing the organization; waiting for it up to {left:.0f} seconds."
            )
        cmdlets.pause(min(_PAUSES[min(attempt, len(_PAUSES) - 1)], left))
        attempt += 1


def _result(*, before: bool, after: bool, changed: bool) -> dict[str, Any]:
    shown = {"before": {"enabled": before}, "after": {"enabled": after}}
    return {
        "changed": changed,
        "organization_customization": {"enabled": after},
        "before": {"enabled": before},
        "diff": {**shown, "before_header": _TITLE, "after_header": _TITLE},
    }


TASK = CustomizationModule()
