# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task as an ordinary module process: the only file that knows AnsibleModule."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._exchange.connection import without_blanks
from ._exchange.token_cache import NoCache
from ._task import Task, argument_spec
from ._task import run as run_task


class _Module(AnsibleModule):
    def _load_params(self) -> None:
        """As Ansible does, before it looks at the options."""
        super()._load_params()
        self.params: dict[str, Any] = without_blanks(self.params)


def run(task: Task) -> None:
    """Read the options, carry out the task, report."""
    module = _Module(argument_spec=argument_spec(task), supports_check_mode=True)
    result, _secrets = run_task(
        task,
        module.params,
        environ=os.environ,
        check_mode=module.check_mode,
        diff=module._diff,
        cache=NoCache(),
    )
    for text in result.pop("warnings"):
        module.warn(text)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
