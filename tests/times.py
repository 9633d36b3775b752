# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pytest plugin that notes what each test takes: pytest -p tests.times --times FILE.

One line of JSON for each test, written when it ends: its name, seconds of the clock, and seconds of the processors, those of the
processes that it started or spoke to included where the system tells them. The first line says how many tests there are.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_TICKS = os.sysconf("SC_CLK_TCK")


def _living_children() -> float:
    """Processor seconds of the children that have not ended, where the system lists them."""
    seconds = 0.0
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(map(int, fields[11:15])) / _TICKS
    return seconds


def _processors() -> float:
    own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in own) + _living_children()


class Times:
    """Notes into a file that is written on as the tests go."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _note(self, **what: Any) -> None:
        with self._path.open("a") as file:
            file.write(f"{json.dumps(what)}\n")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._note(tests=len(session.items))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began, before = time.monotonic(), _processors()
        try:
            return (yield)
        finally:
            self._note(test=item.nodeid, wall=time.monotonic() - began, cpu=_processors() - before)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--times", type=Path, help="where to note what each test takes")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--times")
    if path:
        config.pluginmanager.register(Times(path))
