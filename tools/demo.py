# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From nothing to a protected practice tenant, in the scenarios of the guide: python tools/demo.py [--raw].

Standard library only. Builds and installs the collection, starts a practice tenant, and runs the playbooks against it.
--raw: with the exact cmdlets of each step.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import package
import story
from environments import make, python
from practice_service import PracticeService
from scenes import SCENES, Scene
from terminal import coloured, progress, say

CHANGES = package.BUILD / "o365-changes"
INDEX = package.BUILD / "demo.html"
_MARGIN = 8


def _newest(name: str) -> str:
    """The last file of this name that a run left, if it holds a change."""
    found = sorted(CHANGES.glob(f"*/*/{name}.json"), key=lambda path: path.stat().st_mtime)
    full = [path for path in found if json.loads(path.read_text())["entries"]]
    return os.path.relpath(full[-1], package.BUILD) if full else ""


def _filled(argument: str) -> str:
    return argument.replace("{plan}", _newest("plan")).replace("{record}", _newest("record"))


def _play(scene: Scene, arguments: list[str], service: PracticeService) -> str:
    """Everything that the playbook wrote; the task that is being carried out is shown meanwhile."""
    settings = {
        **os.environ,
        **service.environment(),
        **package.QUIET,
        "ANSIBLE_COLLECTIONS_PATH": str(package.INSTALLED),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_SHOW_CUSTOM_STATS": "1",
    }
    command = [str(python("newest").parent / "ansible-playbook"), f"avanan.office365.{scene.playbook}"]
    running = subprocess.Popen(
        [*command, *arguments],
        cwd=package.BUILD,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in running.stdout or ():
        lines.append(line)
        if task := re.match(r"TASK \[(?:[\w.]+ : )?(.*)\]", line):
            progress(f"{' ' * _MARGIN}{task[1]} ...")
    progress("")
    if running.wait():
        raise SystemExit(f"{''.join(lines)}\nThe demo failed at: {scene.title}")
    return "".join(lines)


def _examined(output: str) -> dict[str, Any]:
    """What the doctor handed on, from the statistics at the end of the output."""
    stats = json.loads(output.rpartition("RUN: ")[2])
    (examined,) = stats["avanan_doctor"].values()
    return dict(json.loads(examined) if isinstance(examined, str) else examined)


def _pages() -> set[Path]:
    """What runs left to read."""
    return {*CHANGES.glob("*/*/runbook.html"), *CHANGES.glob("*/*/doctor.html")}


def _show(number: int, scene: Scene, service: PracticeService, *, raw: bool) -> story.Left:
    """Play a scene; what it left to read."""
    say(f"{number:>2} of {len(SCENES)}  {scene.title}", "bold")
    say(scene.why, indent=_MARGIN)
    arguments = [_filled(part) for part in scene.arguments]
    say(f"$ ansible-playbook avanan.office365.{scene.playbook} {' '.join(arguments)}", "blue", indent=_MARGIN)
    earlier, before, started = _pages(), len(service.calls()), time.monotonic()
    output = _play(scene, arguments, service)
    seconds = time.monotonic() - started
    (page,) = _pages() - earlier
    if page.stem == "runbook":
        lines = story.of_run(json.loads(page.with_suffix(".json").read_text()), raw=raw)
    else:
        lines = story.of_doctor(_examined(output))
    for text, colour in lines:
        inner = len(text) - len(text.lstrip())
        say(text.lstrip(), colour, indent=_MARGIN + inner)
    calls = service.calls()[before:]
    writes = sum(call["write"] for call in calls)
    if bool(writes) != scene.writes:
        raise SystemExit(f"The demo failed: {scene.title} should {'write' if scene.writes else 'not write'}.")
    say(f"{seconds:.0f} s; reads: {len(calls) - writes}, writes: {writes}", "faint", indent=_MARGIN)
    say()
    place = os.path.relpath(page, INDEX.parent)
    return story.Left(scene.title, scene.why, lines[-1][0], place, scene.best)


def main() -> None:
    """Set up, then scene by scene."""
    raw = "--raw" in sys.argv[1:]
    say(
        "Setting up: tools, the collection, and a practice tenant on this machine. The first time takes a minute."
    )
    make("newest")
    package.install(package.build())
    shutil.rmtree(CHANGES, ignore_errors=True)
    say()
    started = time.monotonic()
    with PracticeService() as service:
        left = [_show(number, scene, service, raw=raw) for number, scene in enumerate(SCENES, start=1)]
    INDEX.write_text(story.page(left))
    best = next(item for item in left if item.best)
    say(f"Done in {time.monotonic() - started:.0f} s. Nothing outside of this machine was touched.", "bold")
    say(f"Read this runbook first: {os.path.relpath(INDEX.parent / best.place)}")
    say(f"All runbooks:            {os.path.relpath(INDEX)}")
    say(f"The exact cmdlets:       make demo RAW=1{coloured('   (or in each runbook)', 'faint')}")
    say("Next: docs/tutorial.md, from the practice tenant to your own.")
    shutil.rmtree(package.BUILD / "package", ignore_errors=True)


if __name__ == "__main__":
    main()
