# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..plugin_utils._action import FastPath
    from ..plugin_utils._handed_on import with_text


class ActionModule(FastPath):
    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task result; a plan in a variable is taken as it is."""
        try:
            self._task.args = with_text(self._task.args, "plan", task_vars or {}, self._templar)
        except AnsibleActionFail as error:
            self.refuse(str(error))
        return super().run(tmp, task_vars)
