# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fast path: a task in the controller's own process, where requests and msal are imported once a run.

The same core gives the same result as the module process, which is used when the connection is not local, the task is
asynchronous or becomes another user.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ._once import imported, kept_compiled

with kept_compiled():
    from ..module_utils._engine.progress import Progress
    from ..module_utils._exchange.approval import standing
    from ..module_utils._exchange.cmdlets import Cmdlets
    from ..module_utils._exchange.connection import CONNECTION_OPTIONS, Connection, without_blanks
    from ..module_utils._exchange.errors import ConfigurationError, O365Error
    from ..module_utils._exchange.snapshot import RunReads
    from ..module_utils._exchange.token_cache import RunCache
    from ..module_utils._exchange.waiting import Waiting
    from ..module_utils._run.run_state import StoredRunState
    from ..module_utils._task import Task, argument_spec, run
    from ._plain import plain


@contextmanager
def _environment(overlay: Mapping[str, str]) -> Iterator[None]:
    """The process environment as a module process would see it."""
    before = dict(os.environ)
    os.environ.update(overlay)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _show_wait(host: str, text: str) -> None:
    """While the wait lasts, and for every one: a warning would be shown once only, and of no host."""
    Display().display(f"[{host}] {text}", color=C.COLOR_WARN)


def _parts(tenant: Connection, host: str) -> tuple[str, ...]:
    """What tells the tenants and hosts of a run apart."""
    return tenant.tenant_id.lower(), tenant.endpoint, tenant.access_token, host


def _breaks(row: Mapping[str, Any], value: Any) -> bool:
    """Whether Ansible cannot even say what is wrong with the value of an option."""
    try:
        ModuleArgumentSpecValidator({"option": dict(row)}).validate({"option": value})
    except (OverflowError, TypeError):
        return True
    return False


class Refusal:
    """In the place of a task that cannot even begin: it fails as one that did, so that the document of the run says why."""

    def __init__(self, why: str) -> None:
        self._why = why

    def argument_spec(self) -> dict[str, Any]:
        """No options of its own."""
        return {}

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """ConfigurationError."""
        raise ConfigurationError(self._why)


class FastPath(ActionBase):
    """Base of the action plugins; each carries out the task of the module of the same name."""

    _supports_async = True
    _supports_check_mode = True

    task: Task
    """What the module runs."""

    def __init_subclass__(cls, **more: Any) -> None:
        """Import the module with its action plugin: in the process that forks one for each task and tenant, and not in each of them."""
        super().__init_subclass__(**more)
        cls.task = imported(cls.__module__.replace(".plugins.action.", ".plugins.modules.")).TASK

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task result; see the module's documentation."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        if result.get("skipped"):
            return result
        self._task.args = {**self._of_host(task_vars or {}), **without_blanks(plain(self._task.args))}
        # Last, so that it counts most, in this process and in one of the module's own.
        self._task.environment = [*(self._task.environment or ()), standing(os.environ)]
        if not self._is_local():
            wrap = bool(self._task.async_val) and not self._connection.has_native_async
            result.update(self._execute_module(task_vars=task_vars, wrap_async=wrap))
            return result
        host = str((task_vars or {}).get("inventory_hostname") or "")
        with _environment(self._task_environment()):
            # First: they decide which task is carried out.
            options = self._sound_options()
            outcome, secrets = run(
                self.task,
                options,
                environ=os.environ,
                check_mode=self._task.check_mode,
                diff=self._task.diff,
                cache=RunCache(C.DEFAULT_LOCAL_TMP),
                run_state=lambda tenant: StoredRunState(C.DEFAULT_LOCAL_TMP, *_parts(tenant, host)),
                reads=lambda tenant: RunReads(C.DEFAULT_LOCAL_TMP, *_parts(tenant, host), tenant.client_id),
                waiting=Waiting(tell=lambda text: _show_wait(host, text)),
            )
            try:
                self._deliver(outcome)
            except (O365Error, ValueError) as error:
                outcome.update(failed=True, msg=secrets.masked(str(error)))
        result.update(outcome)
        if not result["warnings"]:
            del result["warnings"]
        return result

    def _deliver(self, outcome: dict[str, Any]) -> None:
        """What is to be done with the result on the controller; there are no secrets in it."""

    def _is_local(self) -> bool:
        return (
            self._connection.transport == "local"
            and not self._task.async_val
            and not self._play_context.become
        )

    def _task_environment(self) -> dict[str, str]:
        overlay: dict[str, Any] = {}
        self._compute_environment_string(overlay)
        return {str(key): str(value) for key, value in plain(overlay).items()}

    def _of_host(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The options of the connection that the host has as variables, such as o365_tenant_id; options of the task go before them."""
        given = {
            name: variables[f"o365_{name}"] for name in CONNECTION_OPTIONS if f"o365_{name}" in variables
        }
        return without_blanks({name: plain(self._templar.template(value)) for name, value in given.items()})

    def refuse(self, why: str) -> None:
        """Let the task fail for this reason, whatever its own options are."""
        self.task = Refusal(why)
        self._task.args = {
            name: value for name, value in self._task.args.items() if name in CONNECTION_OPTIONS
        }

    def _sound_options(self) -> dict[str, Any]:
        """Validated; with options that are not valid the task fails in the end, and the run with it."""
        try:
            return self._options()
        except AnsibleActionFail as error:
            self.refuse(str(error))
            return self._options()

    def _options(self) -> dict[str, Any]:
        spec, given = argument_spec(self.task), self._task.args
        validator = ModuleArgumentSpecValidator(spec)
        try:
            validated = validator.validate(given)
        except (OverflowError, TypeError) as error:
            # Ansible itself breaks down at some values of another type, such as .inf for a number.
            others = [
                f"{name} must be of type {spec[name].get('type', 'str')}"
                for name in sorted(spec.keys() & given.keys())
                if _breaks(spec[name], given[name])
            ]
            raise AnsibleActionFail(", ".join(others) or str(error)) from None
        if validated.error_messages:
            texts = ", ".join(validated.error_messages)
            raise AnsibleActionFail(remove_values(texts, validated._no_log_values))
        return dict(validated.validated_parameters)
