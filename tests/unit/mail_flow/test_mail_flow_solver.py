# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A solver that is asked for any message that loops or is lost finds what the mail-flow check says."""

from __future__ import annotations

import pytest

from tests.mail_flow_oracle.tenants import US_IN, Case, complete
from tests.mail_flow_solver.agreement import judged
from tests.mail_flow_solver.core_tenants import core_tenant
from tests.mail_flow_solver.solver import Question

CHUNK, CHUNKS = 40, 8


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_solver_agrees(chunk: int) -> None:
    numbers = range(chunk * CHUNK, (chunk + 1) * CHUNK)
    found = {number: judged(core_tenant(number)) for number in numbers}
    assert {number: one for number, one in found.items() if one.too_mild} == {}
    assert sum(one.too_strict for one in found.values()) <= 1
    assert len({one.solver for one in found.values()}) == 3


def _asked(case: Case) -> tuple[str, str]:
    question = Question(*case)
    return question.verdict(), question.told


def test_the_solver_finds_messages_itself() -> None:
    assert _asked(complete()) == ("safe", "")
    looping = complete()
    looping[0]["mail_flow_rules"][0]["exceptions"] = {"sender_ip_ranges": US_IN[:1]}
    verdict, told = _asked(looping)
    assert verdict == "loop"
    assert "back from 44.211.178." in told
    lost = complete()
    lost[0]["connection_filter"]["ip_block_list"] = ["44.211.178.96/30"]
    assert _asked(lost)[0] == "lost"
