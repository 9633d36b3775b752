# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes every task result to a file, as it came back to the controller."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_results
type: notification
short_description: Writes every task result to a file
description: For tests.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_results"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._results: list[dict[str, Any]] = []
        self._carried_out: set[tuple[str, str]] = set()

    def _keep(self, result: Any, **more: Any) -> None:
        task = {"task": result._task.get_name(), "action": result._task.action}
        self._results.append({**task, **result._result, **more})
        self._carried_out.add((result._task.get_path(), result._task.action))

    def v2_runner_on_ok(self, result: Any) -> None:
        self._keep(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._keep(result, failed=True)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        hosts = {host: stats.summarize(host) for host in stats.processed}
        report = {"results": self._results, "stats": hosts, "carried_out": sorted(self._carried_out)}
        Path(os.environ["TASK_RESULTS"]).write_text(json.dumps(report, default=str))
