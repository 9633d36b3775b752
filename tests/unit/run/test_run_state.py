# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of a run leave for each other, also where the disk is full in the middle of a line."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import StoredRunState


def _state(place: Path) -> StoredRunState:
    return StoredRunState(str(place), "tenant")


def test_tasks_see_what_earlier_ones_have_left(tmp_path: Path) -> None:
    _state(tmp_path).append("note", {"a": 1})
    _state(tmp_path).append("move", {"b": 2})
    assert _state(tmp_path).lines("note") == [{"a": 1}]
    assert _state(tmp_path).lines("note", "move") == [{"a": 1}, {"b": 2}]
    assert StoredRunState(str(tmp_path), "another").lines("note") == []


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _state(tmp_path).append("note", {"a": 1})

    def full(*_arguments: Any, **_more: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(ConfigurationError) as refused:
        _state(tmp_path).append("note", {"b": 2})
    assert "cannot be noted" in str(refused.value)
    assert "No space left on device" in str(refused.value)
    monkeypatch.undo()
    assert _state(tmp_path).lines("note") == [{"a": 1}]


@pytest.mark.parametrize("half", ['["note", {"b"', '["note"', "["])
def test_half_a_line_is_not_read(tmp_path: Path, half: str) -> None:
    _state(tmp_path).append("note", {"a": 1})
    file = next((tmp_path / "o365").glob("*.jsonl"))
    file.write_text(file.read_text() + half)
    assert _state(tmp_path).lines("note") == [{"a": 1}]


def test_what_follows_half_a_line_is_read(tmp_path: Path) -> None:
    _state(tmp_path).append("note", {"a": 1})
    file = next((tmp_path / "o365").glob("*.jsonl"))
    file.write_text(file.read_text() + '["note", {"b"')
    _state(tmp_path).append("note", {"c": 3})
    assert _state(tmp_path).lines("note") == [{"a": 1}, {"c": 3}]
