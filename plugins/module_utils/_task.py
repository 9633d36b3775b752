# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner: plain options in, plain result out, whatever process it runs in.

The one place where an error of the family becomes the result of a failed task, and where secrets are taken out of results.
"""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from ._engine.progress import Progress
from ._exchange.approval import REFUSAL, plan_required
from ._exchange.auth import token_source
from ._exchange.client import AdminClient
from ._exchange.cmdlets import Client, Cmdlets
from ._exchange.connection import CONNECTION_OPTIONS, Connection, connection, given_secrets
from ._exchange.errors import ConfigurationError, O365Error, Unexpected
from ._exchange.masking import SecretRegistry
from ._exchange.offline import OfflineClient
from ._exchange.snapshot import RunReads, SnapshotClient
from ._exchange.token_cache import NoCache, RunCache
from ._exchange.transport import Transport
from ._exchange.waiting import Waiting
from ._run.run_record import RunRecord
from ._run.run_state import RunState

_LONGEST_NUMBER = 100_000
"""No option that is a number of seconds, minutes or hours can sensibly have more of them."""


class Task(Protocol):
    """What a module does; see ObjectModule and InfoModule. One with `reads_only` gets a client that cannot write.

    So does one whose options are not `approved`, where nothing is written without an approved plan.
    """

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """Carry it out, or in check mode only say what would be done: the task result."""


def argument_spec(task: Task) -> dict[str, Any]:
    """All options of a module."""
    return {**task.argument_spec(), **CONNECTION_OPTIONS}


def run(
    task: Task,
    params: Mapping[str, Any],
    *,
    environ: Mapping[str, str],
    check_mode: bool,
    diff: bool,
    cache: NoCache | RunCache,
    run_state: Callable[[Connection], RunState] = lambda settings: RunState(),
    reads: Callable[[Connection], RunReads] | None = None,
    waiting: Waiting | None = None,
) -> tuple[dict[str, Any], SecretRegistry]:
    """Carry out a task; its result, in which no secret shows, and the secrets for what is made of it.

    params: validated options. environ: for the credentials that come by environment only. run_state: where the
    tasks of the run on a tenant leave what they did. reads: where they keep what they read. waiting: how to wait; without a way to
    tell the user of it, the result has it among its warnings. A result with `failed`
    has `msg`, `error` (the parts of the message), `plan` and `done` (the steps that the service accepted).
    """
    progress = Progress()
    secrets = given_secrets(params, environ)
    tell = waiting.tell if waiting else progress.warn
    waiting = replace(waiting or Waiting(), tell=lambda text: tell(secrets.masked(text)))
    try:
        _check_numbers(argument_spec(task), params)
        settings = connection(params, environ)
        progress.run_record = RunRecord(run_state(settings), check_mode=check_mode, secrets=secrets)
        unwritable = _unwritable(task, params, environ, check_mode=check_mode)
        client = _client(settings, cache, secrets, waiting, unwritable=unwritable)
        cmdlets = Cmdlets(SnapshotClient(client, reads(settings)) if reads else client, tell=waiting.tell)
        try:
            result = task.perform(params, cmdlets, progress, check_mode=check_mode)
        finally:
            progress.warn(*cmdlets.warnings)
    except O365Error as error:
        result = _failed(error, progress)
    except Exception as error:  # noqa: BLE001  (else the user would not learn what has been done)
        result = {**_failed(_unexpected(error), progress), "exception": traceback.format_exc()}
    if not diff:
        result.pop("diff", None)
    return secrets.masked({**result, **_known(progress)}), secrets


def _known(progress: Progress) -> dict[str, Any]:
    """What every result has, however the task ended."""
    return {
        "plan": [step.to_result() for step in progress.plan],
        "preconditions": [{"text": item.text, "met": item.met} for item in progress.preconditions],
        "warnings": progress.warnings,
    }


def _failed(error: O365Error, progress: Progress) -> dict[str, Any]:
    """The result of a failed task; the document of the run says so, too, unless an earlier failure is the reason of this one."""
    if progress.run_record.heading() and not progress.run_record.document()["failed"]:
        progress.run_record.note(failed=str(error))
    return {
        "failed": True,
        "changed": bool(progress.done),
        "msg": str(error),
        "error": error.details(),
        "done": [call.to_result() for call in progress.done],
    }


def _unexpected(error: Exception) -> Unexpected:
    place = traceback.extract_tb(error.__traceback__)[-1]
    words = " ".join(str(error).split())[:300]
    return Unexpected(
        f"the collection made a mistake ({type(error).__name__}: {words}, in {Path(place.filename).name}:{place.lineno}).",
        hint="Please report it with what stands above.",
    )


def _check_numbers(spec: Mapping[str, Any], params: Mapping[str, Any]) -> None:
    """ConfigurationError for an option that is a number without end, below zero or without sense."""
    for name, row in spec.items():
        value = params.get(name)
        if row.get("type") == "float" and value is not None and not 0 <= value <= _LONGEST_NUMBER:
            shown = f"{value:g}" if math.isfinite(value) else str(value)
            raise ConfigurationError(f"{name} is {shown}; give a number from 0 to {_LONGEST_NUMBER}.")


def _unwritable(
    task: Task, params: Mapping[str, Any], environ: Mapping[str, str], *, check_mode: bool
) -> str:
    """Why the task writes nothing; "" when it may. ConfigurationError when the environment does not say what is required."""
    if check_mode or getattr(task, "reads_only", False):
        return "nothing is written in check mode"
    approved = getattr(task, "approved", None)
    return REFUSAL if plan_required(environ) and not (approved and approved(params)) else ""


def _client(
    settings: Connection,
    cache: NoCache | RunCache,
    secrets: SecretRegistry,
    waiting: Waiting,
    *,
    unwritable: str,
) -> Client:
    if settings.auth_method == "none":
        if not unwritable:
            raise ConfigurationError("offline makes drafts only; use check mode, or leave offline out.")
        return OfflineClient()
    transport = Transport(settings.verify, waiting)
    tokens = token_source(settings, transport, cache, secrets=secrets, waiting=waiting)
    return AdminClient(settings, transport, tokens, secrets=secrets, waiting=waiting, unwritable=unwritable)
