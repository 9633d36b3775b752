# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail

from ..plugin_utils._action import FastPath

# How a plan begins that came as text; a template begins with two braces.
_JSON = ('{"', "{ ", "{\n", "{\r")


class ActionModule(FastPath):
    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task result. A plan in a variable is taken as it is: its names come from the tenant and are no templates."""
        arguments = dict(self._task.args)
        variable = arguments.pop("variable", None)
        if variable:
            if arguments.get("path") or arguments.get("plan"):
                raise AnsibleActionFail("Give one of path, plan and variable.")
            self._task.args = {**arguments, "plan": self._value(str(variable), task_vars or {})}
        return super().run(tmp, task_vars)

    def _value(self, name: str, variables: dict[str, Any]) -> Any:
        if name not in variables:
            raise AnsibleActionFail(f'There is no variable "{name}".')
        value = variables[name]
        if isinstance(value, str) and not value.lstrip().startswith(_JSON):
            # It says where the plan is.
            return self._templar.template(value)
        return value
