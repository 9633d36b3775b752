# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner: plain options in, plain result out, whatever process it runs in.

The one place where an error of the family becomes the result of a failed task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ._engine.progress import Progress
from ._exchange.auth import token_source
from ._exchange.client import AdminClient, open_session
from ._exchange.cmdlets import Cmdlets
from ._exchange.connection import CONNECTION_OPTIONS, Connection, connection
from ._exchange.errors import ConfigurationError, O365Error
from ._exchange.offline import OfflineClient
from ._exchange.token_cache import NoCache, RunCache
from ._run.run_record import RunRecord
from ._run.run_state import RunState


class Task(Protocol):
    """What a module does; see ObjectModule and InfoModule. One with `reads_only` gets a client that cannot write."""

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
) -> tuple[dict[str, Any], set[str]]:
    """Carry out a task; its result, and the secrets that must not show in it.

    params: validated options. environ: for the credentials that come by environment only. run_state: where the
    tasks of the run on a tenant leave what they did. A result with `failed`
    has `msg`, `error` (the parts of the message), `plan` and `done` (the steps that the service accepted).
    """
    progress = Progress()
    secrets: set[str] = set()
    try:
        settings = connection(params, environ)
        secrets = set(settings.secrets())
        progress.run_record = RunRecord(run_state(settings), check_mode=check_mode, secrets=secrets)
        reads_only = check_mode or getattr(task, "reads_only", False)
        cmdlets = _gateway(settings, cache, read_only=reads_only)
        try:
            result = task.perform(params, cmdlets, progress, check_mode=check_mode)
        finally:
            progress.warn(*cmdlets.warnings)
    except O365Error as error:
        result = {
            "failed": True,
            "changed": bool(progress.done),
            "msg": str(error),
            "error": error.details(),
            "done": [call.to_result() for call in progress.done],
        }
    if not diff:
        result.pop("diff", None)
    result["plan"] = [step.to_result() for step in progress.plan]
    result["preconditions"] = [{"text": item.text, "met": item.met} for item in progress.preconditions]
    result["warnings"] = progress.warnings
    return result, secrets


def _gateway(settings: Connection, cache: NoCache | RunCache, *, read_only: bool) -> Cmdlets:
    if settings.auth_method == "none":
        if not read_only:
            raise ConfigurationError("offline makes drafts only; use check mode, or leave offline out.")
        return Cmdlets(OfflineClient())
    session = open_session(settings)
    tokens = token_source(settings, session, cache)
    return Cmdlets(AdminClient(settings, session, tokens, read_only=read_only))
