# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pytest plugin for the runs of one version of Ansible: pytest -p tests.every_task -m "role or playbook".

The tests fail when they have left out a task of a role or playbook, or a module: what the newest version alone is asked about roles
rests on what each version does with every task. Tasks of a controller are carried out by the tests of controllers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.ansible_run import CARRIED_OUT

_ROOT = Path(__file__).resolve().parents[1]
_ELSEWHERE = _ROOT / "playbooks" / "tasks" / "controller.yml"
_LISTS = {"tasks", "pre_tasks", "post_tasks", "block", "rescue", "always"}
# What these bring in is carried out in their place.
_BRINGS_IN = re.compile(r"ansible\.builtin\.(import|include)_(tasks|role|playbook)")


def _tasks(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """The tasks of a list of tasks or plays, those inside blocks in the place of the blocks."""
    for item in node.value if isinstance(node, yaml.SequenceNode) else []:
        inside = {key.value: value for key, value in item.value}
        if _LISTS & inside.keys():
            yield from (task for name in _LISTS & inside.keys() for task in _tasks(inside[name]))
        elif "hosts" not in inside and not any(map(_BRINGS_IN.fullmatch, inside)):
            yield item


def _places() -> set[str]:
    """Where each task stands, as file:line in the collection."""
    files = {*_ROOT.glob("roles/*/tasks/*.yml"), *_ROOT.glob("playbooks/**/*.yml")} - {_ELSEWHERE}
    return {
        f"{file.relative_to(_ROOT)}:{task.start_mark.line + 1}"
        for file in files
        for task in _tasks(yaml.compose(file.read_text()))
    }


def _left_out() -> set[str]:
    seen = {place.partition("/avanan/office365/")[2] for place, _action in CARRIED_OUT}
    modules = {f"avanan.office365.{path.stem}" for path in (_ROOT / "plugins" / "modules").glob("o365_*.py")}
    return (_places() - seen) | (modules - {action for _place, action in CARRIED_OUT})


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    for place in sorted(_left_out()):
        terminalreporter.write_line(f"no test has carried out: {place}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _left_out() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
