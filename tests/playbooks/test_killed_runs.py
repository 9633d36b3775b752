# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of the real ansible-playbook that is killed leaves a record that leads back."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import prepared, variables
from tests.change_runs import SCENARIOS, ChangeRuns, undone, without_ids
from tests.scenarios import PORTAL

_INLINE = SCENARIOS["inline"]


def _processes(marker: str) -> list[int]:
    """The processes in whose environment a text stands; the workers of newer cores are in no group with their parent."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if marker.encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


def _killed(changes: ChangeRuns, tmp_path: Path, name: str, cmdlet: str, **values: Any) -> Path:
    """The record of a run that was killed while it waited for the answer to a call."""
    practice = changes.practice
    command, settings = prepared(
        tmp_path, f"avanan.office365.{name}", practice.env(), *variables(**PORTAL, **values)
    )
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not any(call["cmdlet"] == cmdlet for call in practice.calls()):
            assert process.poll() is None
            time.sleep(0.05)
        for own in _processes(str(tmp_path)):
            os.kill(own, signal.SIGKILL)
    (record,) = (tmp_path / "o365-changes").glob("*/*/record.json")
    return record


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("cmdlet", "applied"),
    [("New-InboundConnector", False), ("New-TransportRule", True)],
)
def test_a_run_that_was_killed(changes: ChangeRuns, tmp_path: Path, cmdlet: str, applied: bool) -> None:
    changes.begin("inline")
    before = without_ids(changes.practice.state())
    changes.practice.faults(fail={"cmdlet": cmdlet, "delay": 600, "applied": applied})
    path = _killed(changes, tmp_path, _INLINE.playbook, cmdlet, **_INLINE.values)
    changes.practice.faults()
    assert without_ids(changes.practice.state()) != before
    record = json.loads(path.read_text())
    assert (record["kind"], record["finished"]) == ("record", None)
    last = record["entries"][-1]
    assert (last["status"], last["done"], last["steps"][0]["cmdlet"]) == ("started", [], cmdlet)
    undone(changes.practice, path)
    assert without_ids(changes.practice.state()) == before
