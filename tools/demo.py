# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From nothing to a protected practice tenant, in the scenarios of the guide: python tools/demo.py.

Standard library only. Builds and installs the collection, starts a practice tenant, and runs the playbooks against it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import package
from environments import make, python
from practice_service import PracticeService

CHANGES = package.BUILD / "o365-changes"
_PORTAL = ("-e", "portal_name=customer-x", "-e", "portal_region=eu")
_PILOT = ("-e", '{"protected_groups": ["pilot@contoso.example"]}')
_WIDER = (
    "-e",
    '{"protected_groups": ["pilot@contoso.example"], "protected_users": ["user07@contoso.example"]}',
)


@dataclass(frozen=True)
class Scene:
    """title: what happens; playbook and arguments: how; writes: whether the tenant may change.

    {plan} and {record} in an argument are the files that earlier scenes left.
    """

    title: str
    playbook: str
    arguments: tuple[str, ...]
    writes: bool


SCENES = (
    Scene(
        "What would the automatic mode change in this tenant?",
        "preview_automated_mode",
        (*_PORTAL, *_PILOT),
        False,
    ),
    Scene("Manual mode, in check mode: what would be done?", "manual_mode", (*_PORTAL, "--check"), False),
    Scene("Manual mode: the journal rule and the inbound connector", "manual_mode", _PORTAL, True),
    Scene("Manual mode once more: nothing left to do", "manual_mode", _PORTAL, False),
    Scene(
        "Inline for the pilot group, in check mode",
        "monitor_to_inline",
        (*_PORTAL, *_PILOT, "--check"),
        False,
    ),
    Scene(
        "Inline: exactly the plan that was just made", "apply_plan", ("-e", "change_plan_file={plan}"), True
    ),
    Scene("Another scope: the pilot group and one more user", "rescope_inline", (*_PORTAL, *_WIDER), True),
    Scene("Another scope once more: nothing left to do", "rescope_inline", (*_PORTAL, *_WIDER), False),
    Scene("Has somebody changed it?", "drift", (*_PORTAL, *_WIDER), False),
    Scene("The last change taken back", "undo", ("-e", "change_record_file={record}"), True),
    Scene("And out again, in check mode", "remove", (*_PORTAL, "--check"), False),
)


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def _newest(name: str) -> str:
    """The last file of this name that a run left, if it holds a change."""
    found = sorted(CHANGES.glob(f"*/*/{name}.json"), key=lambda path: path.stat().st_mtime)
    full = [path for path in found if json.loads(path.read_text())["entries"]]
    return os.path.relpath(full[-1], package.BUILD) if full else ""


def _filled(argument: str) -> str:
    return argument.replace("{plan}", _newest("plan")).replace("{record}", _newest("record"))


def _play(scene: Scene, arguments: list[str], service: PracticeService) -> str:
    settings = {
        **os.environ,
        **service.environment(),
        "ANSIBLE_COLLECTIONS_PATH": str(package.INSTALLED),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [str(python("newest").parent / "ansible-playbook"), f"avanan.office365.{scene.playbook}"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=package.BUILD,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}\nThe demo failed at: {scene.title}")
    return done.stdout


def _lists(output: str, task: str) -> list[str]:
    """The lines that a task of the roles shows."""
    blocks = [
        block.partition("\nTASK")[0].partition("\nPLAY")[0] for block in output.split(f"Show {task}")[1:]
    ]
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("        ")]
    return [str(json.loads(line.strip().rstrip(","))) for line in lines]


def _wrapped(line: str) -> str:
    """A call over several lines, one parameter each."""
    number, _dot, call = line.partition(". ")
    parts = re.split(r" (?=[A-Z]\w+[+-]?=)", call)
    return f"  {number}. {parts[0]}\n" + "".join(f"       {part}\n" for part in parts[1:])


def _show(number: int, scene: Scene, service: PracticeService) -> None:
    print(_bold(f"\n{number}. {scene.title}"))
    arguments = [_filled(part) for part in scene.arguments]
    shown = " ".join(f"'{part}'" if " " in part else part for part in arguments)
    print(f"   $ ansible-playbook avanan.office365.{scene.playbook} {shown}\n")
    before = len(service.calls())
    started = time.monotonic()
    output = _play(scene, arguments, service)
    seconds = time.monotonic() - started
    scope = _lists(output, "who enters and who leaves")
    for line in scope:
        print(f"  {line}")
    if scope:
        print()
    for line in _lists(output, "the drift"):
        print(f"  {line}")
    for line in _lists(output, "the plan"):
        print(_wrapped(line) if re.match(r"\d+\. ", line) else f"  {line}")
    calls: list[dict[str, Any]] = service.calls()[before:]
    writes = [call for call in calls if call["write"]]
    print(
        f"  The tenant saw {len(calls) - len(writes)} reading and {len(writes)} writing calls, in {seconds:.1f} s."
    )
    if bool(writes) != scene.writes:
        raise SystemExit(f"The demo failed: {scene.title} should {'write' if scene.writes else 'not write'}.")


def _runbook() -> Path:
    return max(CHANGES.glob("*/*/runbook.html"), key=lambda path: path.stat().st_mtime)


def main() -> None:
    """Set up, then scene by scene."""
    make("newest")
    where = package.install(package.build())
    shutil.rmtree(CHANGES, ignore_errors=True)
    print(
        f"The collection is installed in {os.path.relpath(where)}; the practice tenant starts on this machine."
    )
    with PracticeService() as service:
        for number, scene in enumerate(SCENES, start=1):
            _show(number, scene, service)
    print(f"\nEvery run left a runbook; this is the last one: {os.path.relpath(_runbook())}")
    print(
        _bold("\nDone.")
        + ' The same playbooks run against your own tenant: see README.md, "Your own tenant".'
    )
    shutil.rmtree(package.BUILD / "package", ignore_errors=True)


if __name__ == "__main__":
    main()
