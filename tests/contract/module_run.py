# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules for the contract tests: in this process through the core, or as the module process that Ansible would start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.avanan.office365.plugins.module_utils import _task
from ansible_collections.avanan.office365.plugins.module_utils._exchange.connection import (
    without_blanks,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.snapshot import RunReads
from ansible_collections.avanan.office365.plugins.module_utils._exchange.token_cache import NoCache
from ansible_collections.avanan.office365.plugins.module_utils._exchange.transport import Answer, Request
from ansible_collections.avanan.office365.plugins.module_utils._exchange.waiting import Waiting
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.fake_exchange import cmdlets
from tests.fake_exchange.errors import CmdletError
from tests.fake_exchange.tenant import Tenant
from tests.no_waiting import without_waiting

PACKAGE = "ansible_collections.avanan.office365.plugins"
COLLECTIONS = Path(__file__).resolve().parents[2] / "build" / "collections"


@contextmanager
def environment(env: Mapping[str, str]) -> Iterator[None]:
    """Only these variables of ours, for a while."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("O365_", "AZURE_", "IDENTITY_"))]:
        del os.environ[name]
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def task(module: str) -> Any:
    """What a module runs."""
    return import_module(f"{PACKAGE}.modules.{module}").TASK


def run(
    module: str,
    options: Mapping[str, Any],
    env: Mapping[str, str],
    *,
    check: bool = False,
    diff: bool = True,
    run_state: RunState | None = None,
    reads: RunReads | None = None,
    waiting: Waiting | None = None,
) -> dict[str, Any]:
    """The result of a module's core. run_state and reads: of a run that several modules share; waiting: how it waits for the service."""
    with environment(env), without_waiting():
        definition = task(module)
        validated = ModuleArgumentSpecValidator(_task.argument_spec(definition)).validate(
            without_blanks(options)
        )
        assert not validated.error_messages, validated.error_messages
        result, _secrets = _task.run(
            definition,
            validated.validated_parameters,
            environ=os.environ,
            check_mode=check,
            diff=diff,
            cache=NoCache(),
            run_state=lambda settings: RunState() if run_state is None else run_state,
            reads=None if reads is None else lambda settings: reads,
            waiting=waiting,
        )
    return result


class _Copy:
    """In the place of the transport: answers to reads, from records and without a service."""

    def __init__(self, records: Mapping[str, Any]) -> None:
        self._tenant = Tenant("", "")
        for noun, rows in records.items():
            self._tenant.objects[noun] = list(rows) if isinstance(rows, list) else [rows]

    def __call__(self, _verify: object, _waiting: object) -> _Copy:
        return self

    def send(self, request: Request, _home: object, **_limits: object) -> Answer:
        given = json.loads(request.data)["CmdletInput"]
        assert given["CmdletName"].startswith("Get-"), given
        try:
            value = cmdlets.execute(self._tenant, given["CmdletName"], given["Parameters"])
            status, body = 200, {"value": value}
        except CmdletError as error:
            status, body = error.status, {"error": {"details": [{"message": f"|{error.kind}|{error.text}"}]}}
        return Answer(status, {"request-id": "copy"}, json.dumps(body).encode(), request.address)


@contextmanager
def answering(records: Mapping[str, Any]) -> Iterator[None]:
    """Let modules read these records instead of asking the service; see Practice.state. They need an access token."""
    really, _task.Transport = _task.Transport, _Copy(records)
    try:
        yield
    finally:
        _task.Transport = really


class Patience:
    """Waits without time: pauses in the order in which they were made, and what the user was told of them."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.told: list[str] = []

    @property
    def waiting(self) -> Waiting:
        """For a run."""
        return Waiting(sleep=self.pauses.append, tell=self.told.append)


def run_process(
    module: str, options: dict[str, Any], env: Mapping[str, str], *, check: bool = False, diff: bool = True
) -> dict[str, Any]:
    """The result of the module as a process of its own."""
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff}
    with environment({**env, "PYTHONPATH": str(COLLECTIONS)}):
        done = subprocess.run(
            [sys.executable, "-m", f"{PACKAGE}.modules.{module}"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip(), done.stderr
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result
