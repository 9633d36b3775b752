# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is wrong for good, a task ends within the bound of docs/troubleshooting.md; time passes by pauses alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests import no_waiting
from tests.fake_exchange.control import Practice

from .module_run import Patience, run
from .test_fault_matrix import FAULTS

# Seconds between the requests of a task, as documented; the second where the service asks for pauses.
BOUND, WITH_PAUSES = 80.0, 610.0
ASKING: dict[str, dict[str, Any]] = {
    "429 for an hour": {"status": 429, "headers": {"Retry-After": "3600"}},
    "503 for a day": {"status": 503, "headers": {"Retry-After": "86400"}},
    "429 until tomorrow": {"status": 429, "headers": {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}},
}
TASKS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "read": ("o365_info", {"gather": ["mail_flow_rules"]}, {"reads": True}),
    "create": ("o365_mail_flow_rule", {"name": "X", "actions": {"prepend_subject": "x"}}, {"writes": True}),
    "change": ("o365_mail_flow_rule", {"name": "Disclaimer", "comments": "x"}, {"writes": True}),
    "remove": ("o365_mail_flow_rule", {"name": "Disclaimer", "state": "absent"}, {"writes": True}),
    "members": (
        "o365_distribution_group",
        {"name": "Sales team", "members": ["user01"]},
        {"writes": True},
    ),
    "sign in": ("o365_info", {"gather": ["mail_flow_rules"]}, {"at": "token"}),
}


def _noting(waited: list[float]) -> Any:
    sleep = no_waiting.Clock.sleep

    def noted(self: Any, seconds: float) -> None:
        waited.append(seconds)
        sleep(self, seconds)

    return noted


@pytest.mark.parametrize("fault", [*FAULTS, *ASKING])
@pytest.mark.parametrize("name", TASKS)
def test_no_task_waits_longer_than_its_bound(
    tenant: Practice, monkeypatch: pytest.MonkeyPatch, name: str, fault: str
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(no_waiting.Clock, "sleep", _noting(waited))
    module, options, where = TASKS[name]
    answer = {**FAULTS, **ASKING}[fault]
    tenant.answers({**answer, **where, "times": 10_000})
    patience = Patience()
    try:
        result = run(module, options, tenant.env(), waiting=patience.waiting)
    finally:
        tenant.faults()
    assert "made a mistake" not in result.get("msg", "")
    total = sum(patience.pauses) + sum(waited)
    assert total <= (WITH_PAUSES if fault in ASKING else BOUND), (
        patience.pauses,
        waited,
    )


def test_what_never_shows_is_waited_for_as_long_as_was_said(
    tenant: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(no_waiting.Clock, "sleep", _noting(waited))
    tenant.faults(lag_reads=10_000)
    try:
        result = run(
            "o365_mail_flow_rule", {"name": "Disclaimer", "comments": "x", "wait_timeout": 90}, tenant.env()
        )
    finally:
        tenant.faults()
    assert "reading it back shows" in result["msg"]
    assert 85 <= sum(waited) <= 95
