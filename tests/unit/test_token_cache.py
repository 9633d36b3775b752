# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens shared between the tasks of a run."""

from __future__ import annotations

import os
import stat
import time
from multiprocessing import get_context
from pathlib import Path

from ansible_collections.avanan.office365.plugins.module_utils._exchange.token_cache import (
    NoCache,
    RunCache,
    Token,
)


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
