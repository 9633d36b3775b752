# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of a run with the callback of the collection: summaries as lines, in color where there is one."""

from __future__ import annotations

from pathlib import Path

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import PORTAL

_GREEN = "\033[0;32m"
_CALLBACK = {"ANSIBLE_STDOUT_CALLBACK": "avanan.office365.change"}


def _preview(place: Path, tenant: Practice, **settings: str) -> str:
    env = {**tenant.env(), **_CALLBACK, **settings}
    run = play(place, "avanan.office365.manual_mode", env, "--check", *variables(**PORTAL))
    assert run.code == 0, run.text
    return run.text


def test_summaries_are_lines_in_color(tmp_path: Path, tenant: Practice) -> None:
    plain = _preview(tmp_path, tenant, ANSIBLE_NOCOLOR="1").splitlines()
    assert "  + Create journal rule: Avanan - Monitor" in plain
    assert any(line.startswith("Next: apply exactly this plan") for line in plain)
    colored = _preview(tmp_path, tenant, ANSIBLE_FORCE_COLOR="1")
    assert f"{_GREEN}  + Create journal rule: Avanan - Monitor\033[0m" in colored
