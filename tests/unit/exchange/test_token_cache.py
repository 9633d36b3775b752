# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens shared between the tasks of a run."""

from __future__ import annotations

import json
import os
import stat
import time
from multiprocessing import get_context
from pathlib import Path

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange.cmdlets import Response
from ansible_collections.avanan.office365.plugins.module_utils._exchange.snapshot import RunReads
from ansible_collections.avanan.office365.plugins.module_utils._exchange.token_cache import (
    NoCache,
    RunCache,
    Token,
)
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import StoredRunState


def _token(name: str, lasts: float = 3600) -> Token:
    return Token(name, "tenant", time.time() + lasts)


def test_a_token_is_asked_for_once(tmp_path: Path) -> None:
    first = RunCache(str(tmp_path)).get_or_acquire("key", lambda: _token("one"))
    again = RunCache(str(tmp_path)).get_or_acquire("key", lambda: _token("two"))
    other = RunCache(str(tmp_path)).get_or_acquire("other", lambda: _token("three"))
    assert (first.value, again.value, other.value) == ("one", "one", "three")


def test_expired_refused_and_damaged_tokens_are_replaced(tmp_path: Path) -> None:
    cache = RunCache(str(tmp_path))
    cache.get_or_acquire("key", lambda: _token("old", lasts=200))
    assert cache.get_or_acquire("key", lambda: _token("new")).value == "new"
    assert cache.get_or_acquire("key", lambda: _token("forced"), force=True).value == "forced"
    (tmp_path / "o365" / "key.json").write_text("{")
    assert cache.get_or_acquire("key", lambda: _token("whole")).value == "whole"


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    RunCache(str(tmp_path)).get_or_acquire("key", lambda: _token("one"))
    assert stat.S_IMODE(os.stat(tmp_path / "o365").st_mode) == 0o700
    assert stat.S_IMODE(os.stat(tmp_path / "o365" / "key.json").st_mode) == 0o600


def _ask(directory: str, asked: str) -> None:
    def acquire() -> Token:
        with Path(asked).open("a") as file:
            file.write("x")
        time.sleep(0.2)
        return _token("one")

    RunCache(directory).get_or_acquire("key", acquire)


def test_workers_ask_together(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    workers = [
        get_context("fork").Process(target=_ask, args=(str(tmp_path), str(asked))) for _number in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert asked.read_text() == "x"


def test_no_cache_asks_each_time() -> None:
    names = iter(("one", "two"))
    assert [NoCache().get_or_acquire("key", lambda: _token(next(names))).value for _time in range(2)] == [
        "one",
        "two",
    ]


# ---------------------------------------------------------------------------------------------- what killed runs leave

_DEAD, _MINE, _NEXT = (
    "ansible-local-4194304abcd_123",
    f"ansible-local-{os.getpid()}abcd_123",
    "ansible-local-1abcd_124",
)


def _left(base: Path, name: str, **owner: object) -> Path:
    """What a run has left there; owner: what it noted of itself that is not as it should be."""
    RunCache(str(base / name)).get_or_acquire("0" * 64, lambda: _token("left"))
    place = base / name / "o365"
    noted = json.loads((place / "owner.json").read_text())
    (place / "owner.json").write_text(json.dumps({**noted, **owner}))
    return place


def _run(base: Path) -> None:
    assert RunCache(str(base / _NEXT)).get_or_acquire("1" * 64, lambda: _token("own")).value == "own"


def test_the_token_of_a_run_that_is_no_more_is_removed(tmp_path: Path) -> None:
    dead = _left(tmp_path, _DEAD, began="12345")
    (dead / ("2" * 64 + ".jsonl")).write_text("[]")
    (dead / f"{'2' * 64}.TransportRule.{'3' * 64}.read").write_text("{}")
    (dead / "tmpabcd_123").write_text("half")
    _run(tmp_path)
    assert not dead.exists()
    assert dead.parent.exists()


@pytest.mark.parametrize("first", ["read", "record"])
def test_a_run_with_a_token_of_its_own_tidies_up_too(tmp_path: Path, first: str) -> None:
    dead = _left(tmp_path, _DEAD, began="12345")
    directory = str(tmp_path / _NEXT)
    if first == "read":
        RunReads(directory, "tenant").put("TransportRule", "{}", Response())
    else:
        StoredRunState(directory, "tenant").append("note", {})
    assert not dead.exists()


def test_a_number_that_another_process_has_now_is_no_life(tmp_path: Path) -> None:
    dead = _left(tmp_path, _MINE, began="12345")
    _run(tmp_path)
    assert not dead.exists()


def test_what_may_be_alive_or_is_not_ours_stays(tmp_path: Path) -> None:
    alive = _left(tmp_path, _MINE)
    elsewhere = _left(tmp_path, _DEAD, began="1", machine="another machine")
    odd = _left(tmp_path, "ansible-local-4194303abcd_125", began="1", process="x")
    unnamed = _left(tmp_path, "ansible-local-4194302abcd_126", began="1")
    (unnamed / "owner.json").unlink()
    other = _left(tmp_path, "ansible-local-4194301abcd_127", began="1")
    (other / "notes.txt").write_text("of somebody")
    outside = tmp_path / "outside"
    outside.mkdir()
    link = tmp_path / "ansible-local-4194300abcd_128"
    link.symlink_to(_left(outside, _DEAD, began="1").parent)
    _run(tmp_path)
    kept = f"{'0' * 64}.json"
    for place in (alive, elsewhere, odd, unnamed, link / "o365"):
        assert (place / kept).exists(), place
    assert [path.name for path in other.iterdir()] == ["notes.txt"]


def test_only_the_first_task_of_a_run_tidies_up(tmp_path: Path) -> None:
    _run(tmp_path)
    dead = _left(tmp_path, _DEAD, began="12345")
    _run(tmp_path)
    assert dead.exists()


def test_without_a_place_each_task_asks(tmp_path: Path) -> None:
    (tmp_path / "o365").write_text("a file")
    names = iter(("one", "two"))
    got = [
        RunCache(str(tmp_path)).get_or_acquire("key", lambda: _token(next(names))).value for _time in range(2)
    ]
    assert got == ["one", "two"]
