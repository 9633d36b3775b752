# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait says of which host it is, what it waits for and how long, while it lasts."""

from __future__ import annotations

import re
from pathlib import Path

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import PORTAL


def test_a_throttled_call_is_told_while_it_is_waited_for(tmp_path: Path, tenant: Practice) -> None:
    tenant.faults(throttle=1, retry_after=6)
    given = variables(**PORTAL, drift_phases=["monitor"])
    run = play(tmp_path, "avanan.office365.drift", tenant.env(), *given)
    assert run.code == 0, run.text
    assert re.search(r"^\[localhost\] Get-\w+: .*; trying again in 6 seconds\.$", run.text, re.MULTILINE)


def test_a_change_that_does_not_show_yet_is_told_once(tmp_path: Path, tenant: Practice) -> None:
    tenant.faults(lag_reads=5)
    run = play(tmp_path, "avanan.office365.manual_mode", tenant.env(), *variables(**PORTAL))
    assert run.code == 0, run.text
    told = re.findall(
        r"^\[localhost\] The change of the .*; waiting for it up to 60 seconds\.$", run.text, re.MULTILINE
    )
    assert told
    assert len(told) == len(set(told))
