# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a playbook and read its result without our code: with the real ansible-playbook, or with the warm one for roles' logic."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

COLLECTIONS = Path(__file__).resolve().parents[1] / "build" / "collections"
# Of all runs in this process: where the tasks stand that were not skipped, as file:line, and their modules.
CARRIED_OUT: set[tuple[str, str]] = set()
_FORGOTTEN = ("O365_", "AZURE_", "IDENTITY_")


@dataclass(frozen=True)
class Run:
    """code: exit code; results: task results in their order; text: everything that Ansible wrote."""

    code: int
    results: list[dict[str, Any]]
    stats: dict[str, Any]
    text: str

    @property
    def plan(self) -> list[dict[str, Any]]:
        """The writing calls of all tasks in their order."""
        steps: list[dict[str, Any]] = []
        for result in self.results:
            for part in result.get("results", [result]):
                steps += part.get("plan", [])
        return steps

    @property
    def changed(self) -> int:
        return int(sum(host["changed"] for host in self.stats.values()))

    @property
    def message(self) -> str:
        """What the failed tasks say, the first first: that which ended the run, and the end of its report."""
        failed = [result for result in self.results if result.get("failed")]
        assert failed, self.text
        return "\n".join(str(result["msg"]) for result in failed)


def prepared(
    tmp_path: Path, content: Any, env: dict[str, str], *arguments: str
) -> tuple[list[str], dict[str, str]]:
    """The command that runs tasks (a list) or a playbook by name, and its environment."""
    if isinstance(content, list):
        file = tmp_path / "play.yml"
        plays = [{"hosts": "localhost", "gather_facts": False, "tasks": content}]
        file.write_text(yaml.safe_dump(plays, sort_keys=False))
        content = str(file)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(_FORGOTTEN)}
    settings = {
        **clean,
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
        **env,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACKS_ENABLED": "task_results",
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callbacks"),
        "TASK_RESULTS": str(tmp_path / "results.json"),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_HOME": str(tmp_path / "ansible"),
    }
    return [str(Path(sys.executable).parent / "ansible-playbook"), content, *arguments], settings


Way = Callable[[list[str], dict[str, str], Path], tuple[int, str]]
"""Carries out a command with its environment in a folder; the exit code, and everything that was written."""


def real(command: list[str], env: dict[str, str], cwd: Path) -> tuple[int, str]:
    """ansible-playbook as everybody starts it."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


class Warm:
    """The warm ansible-playbook; see warm_ansible.py. Start it with `with`."""

    def __enter__(self) -> Self:
        settings = prepared(Path(), "", {})[1]
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "warm_ansible.py")],
            env={name: value for name, value in settings.items() if name != "ANSIBLE_HOME"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_exc: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def __call__(self, command: list[str], env: dict[str, str], cwd: Path) -> tuple[int, str]:
        """Carry out a command; what configures Ansible itself is as in every run."""
        output = cwd / "output"
        order = {"arguments": command[1:], "env": env, "cwd": str(cwd), "output": str(output)}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        code = self._process.stdout.readline()
        assert code, "the warm ansible-playbook has ended"
        text = output.read_text()
        output.unlink()
        return int(code), text


_way: Way = real


@contextmanager
def carried_out(way: Way) -> Iterator[None]:
    """Let `play` do so for a while."""
    global _way
    before, _way = _way, way
    try:
        yield
    finally:
        _way = before


def play(tmp_path: Path, content: Any, env: dict[str, str], *arguments: str) -> Run:
    """Run tasks (a list) or a playbook by name."""
    command, settings = prepared(tmp_path, content, env, *arguments)
    written = tmp_path / "results.json"
    written.unlink(missing_ok=True)
    code, text = _way(command, settings, tmp_path)
    report = (
        json.loads(written.read_text())
        if written.exists()
        else {"results": [], "stats": {}, "carried_out": []}
    )
    CARRIED_OUT.update((place, action) for place, action in report["carried_out"])
    return Run(code, report["results"], report["stats"], text)


def variables(**values: Any) -> list[str]:
    """Extra variables as arguments."""
    return ["-e", json.dumps(values)]
