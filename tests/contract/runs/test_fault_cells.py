# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Some cells of the fault matrix on whole runs: record, report and roll-back around what the modules do.

One fault at one call; all cells, of the modules alone, are in tests/contract/test_fault_matrix.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns, Result, without_ids
from tests.contract.module_run import run
from tests.contract.test_fault_matrix import FAULTS
from tests.fake_exchange.control import Practice

WHOLE = ("monitor", "inline")
# Of reads and of writes, what is told apart by a playbook: repeated, read back, refused, or not understood.
READS = ("dropped", "502 page", "403 with the request", "something else")
WRITES = (
    "dropped after effect",
    "500",
    "503 after effect",
    "400 with the request",
    "half an answer after effect",
)
Cell = tuple[str, str, int]


def cells() -> Iterator[Cell]:
    """Scenario, fault, and how many calls of the kind go well before."""
    for row, scenario in enumerate(WHOLE):
        yield from ((scenario, fault, 2 * column + row) for column, fault in enumerate(READS))
        yield from ((scenario, fault, (column + row) % 3) for column, fault in enumerate(WRITES))


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChangeRuns]:
    """The scenarios on a service behind connections that can break."""
    with Practice() as practice:
        yield ChangeRuns(practice, tmp_path_factory.mktemp("cells"))


def _disturbed(changes: ChangeRuns, scenario: str, fault: str, skip: int) -> Result:
    kind = {"reads": True} if fault in READS else {"writes": True}
    changes.begin(scenario)
    changes.practice.answers({**FAULTS[fault], **kind, "skip": skip})
    try:
        return changes.play(SCENARIOS[scenario].playbook, **SCENARIOS[scenario].values)
    finally:
        changes.practice.faults()


def _holds_secrets(practice: Practice, result: Result) -> bool:
    secret = practice.env()["O365_CLIENT_SECRET"]
    files = [path.read_text("utf-8", "replace") for path in result.files.values() if path.is_file()]
    return any(secret in text or "eyJ" in text for text in (result.run.text, *files))


@pytest.mark.parametrize(("scenario", "fault", "skip"), list(cells()))
def test_a_playbook_that_is_disturbed(changes: ChangeRuns, scenario: str, fault: str, skip: int) -> None:
    practice, wanted = changes.practice, SCENARIOS[scenario]
    right = without_ids(changes.real(scenario).state)
    changes.begin(scenario)
    before = without_ids(practice.state())
    disturbed = _disturbed(changes, scenario, fault, skip)
    assert "Traceback" not in disturbed.run.text
    assert "made a mistake" not in disturbed.run.text
    assert not _holds_secrets(practice, disturbed)
    if disturbed.run.code == 0:
        assert without_ids(practice.state()) == right, "green, and not what was to be"
    record = disturbed.files.get("record")
    assert record or not disturbed.writes
    following = changes.play(wanted.playbook, **wanted.values)
    assert following.run.code == 0, following.run.text
    assert without_ids(practice.state()) == right
    _rolled_back(practice, [path for path in (following.files.get("record"), record) if path], before)


def _rolled_back(practice: Practice, records: list[Path], before: str) -> None:
    """The newest record first."""
    for record in records:
        undone: dict[str, Any] = run("o365_undo", {"path": str(record)}, practice.env())
        assert not undone.get("failed"), undone["msg"]
    assert without_ids(practice.state()) == before
