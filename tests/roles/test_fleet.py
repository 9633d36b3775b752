# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many tenants in one run: what is wrong with one is told of that one, stops no other in check mode, and ends the waves in a run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import LOCK_DOWN
from tests.tenant_inventory import many

_COUNT = 4
_KINDS = 9
_WRONG = "not-the-secret-of-tenant-one-5521"
_PORTAL = {"portal_name": "customer-x", "portal_region": "us"}


@pytest.fixture(scope="module")
def service() -> Iterator[Practice]:
    with Practice(tenants=_KINDS) as running:
        yield running


@pytest.fixture
def tenants(service: Practice) -> Practice:
    for number in range(_KINDS):
        service.reset(tenant=number)
        service.faults(tenant=number)
    return service


def _fleet(
    service: Practice,
    folder: Path,
    *arguments: str,
    hosts: dict[str, Any] | None = None,
    count: int = _COUNT,
    **values: Any,
) -> Run:
    inventory = many(service, folder, count, **(hosts or {}))
    given = variables(**_PORTAL, change_directory=str(folder / "changes"), **values)
    return play(folder, "avanan.office365.fleet", {}, "-i", str(inventory), *given, *arguments)


def _table(folder: Path) -> dict[str, dict[str, Any]]:
    content = json.loads((folder / "changes" / "tenants.json").read_text())
    assert content["format"] == 1
    return {row["host"]: row for row in content["tenants"]}


_BROKEN = {
    "tenant001": {"o365_client_secret": _WRONG},
    "tenant002": {"o365_endpoint": "https://localhost:9"},
    "tenant003": {"protected_users": "nobody-of-this-name"},
}
# What the failure of each says, and of no other.
_WORDS = {
    "tenant002": "localhost:9",
    "tenant003": "nobody-of-this-name",
    "tenant006": "expired",
    "tenant008": "return-rejected-by-lock-down",
}


def test_each_failure_is_its_own(tenants: Practice, tmp_path: Path) -> None:
    tenants.faults(4, missing_role=True)
    tenants.faults(6, expired_secret=True)
    tenants.faults(7, throttle=2, retry_after=1)
    tenants.put("InboundConnector", LOCK_DOWN, tenant=8)
    scope = {"protected_groups": "pilot"}
    phases = ["monitor", "inline"]
    run = _fleet(tenants, tmp_path, "--check", hosts=_BROKEN, count=_KINDS, fleet_phases=phases, **scope)
    assert run.code != 0
    table = _table(tmp_path)
    outcomes = {host: row["outcome"] for host, row in table.items()}
    assert outcomes == {
        "tenant000": "pending",
        "tenant001": "failed",
        "tenant002": "failed",
        "tenant003": "failed",
        "tenant004": "failed",
        "tenant005": "pending",
        "tenant006": "failed",
        "tenant007": "pending",
        "tenant008": "failed",
    }
    assert table["tenant000"]["mode"] == "not inline"
    assert table["tenant000"]["pending"] == table["tenant005"]["pending"] > 0
    for host, words in _WORDS.items():
        assert [other for other, row in table.items() if words in row["failure"]] == [host], words
    # Nothing of one tenant stands in the row of another, and no secret anywhere.
    for number in range(_KINDS):
        guid, host = tenants.guid(number), f"tenant{number:03}"
        assert all(guid not in json.dumps(row) for other, row in table.items() if other != host)
        assert tenants.writes(number) == []
    files = [path.read_text() for path in (tmp_path / "changes").rglob("*") if path.is_file()]
    assert not any(_WRONG in text for text in (run.text, *files))
    page = (tmp_path / "changes" / "tenants.html").read_text()
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) >= 2
    assert all((tmp_path / "changes" / link).is_file() for link in links)
    shown = run.text[run.text.index("Show all tenants") :]
    assert "9 tenants: 6 failed, 3 pending." in shown


def test_waves_end_with_the_first_that_fails(tenants: Practice, tmp_path: Path) -> None:
    run = _fleet(tenants, tmp_path, hosts={"tenant001": _BROKEN["tenant001"]}, fleet_waves=[1, 2, "100%"])
    assert run.code != 0
    table = _table(tmp_path)
    outcomes = [row["outcome"] for row in table.values()]
    assert outcomes == ["changed", "failed", "changed", "not started"]
    assert table["tenant000"]["drift"] == {"critical": 0, "warning": 0, "info": 0}
    assert [bool(tenants.writes(number)) for number in range(_COUNT)] == [True, False, True, False]


@pytest.mark.matrix
def test_a_wave_that_is_not_verified_is_the_last(tenants: Practice, tmp_path: Path) -> None:
    wanted = {"verify_users": ["user01"], "verify_fail": ["nothing_seen"]}
    run = _fleet(tenants, tmp_path, fleet_waves=[1, "100%"], **wanted)
    assert run.code != 0
    table = _table(tmp_path)
    assert table["tenant000"]["outcome"] == "failed"
    assert "Not as it should be" in table["tenant000"]["failure"]
    assert table["tenant001"]["outcome"] == "not started"
    assert tenants.writes(1) == []


@pytest.mark.matrix
def test_all_tenants_in_their_waves(tenants: Practice, tmp_path: Path) -> None:
    before = tenants.counters()["tokens"]
    run = _fleet(tenants, tmp_path, fleet_waves=["50%", "100%"], fleet_verify=False)
    assert run.code == 0, run.text
    assert {row["outcome"] for row in _table(tmp_path).values()} == {"changed"}
    assert tenants.counters()["tokens"] - before == _COUNT


def test_the_table_is_written_where_no_tenant_has_come_to_a_record(tenants: Practice, tmp_path: Path) -> None:
    run = _fleet(tenants, tmp_path, "--check", count=1, protected_user=["user01"])
    assert run.code != 0
    row = _table(tmp_path)["tenant000"]
    assert row["outcome"] == "failed"
    assert "did you mean protected_users?" in row["failure"]
