# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where nothing is written without an approved plan, playbooks and roles refuse in one sentence; the way by an approved plan is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, play, variables
from tests.change_runs import left, without_ids
from tests.fake_exchange.control import Practice
from tests.scenarios import PORTAL, run_playbook

REQUIRED = {"change_require_plan": True}
SENTENCE = "nothing is written here without an approved plan"


def _refused(run: Run, tenant: Practice, written: int = 0) -> None:
    assert run.code != 0
    assert SENTENCE in run.message
    assert "check mode" in run.message
    assert len(tenant.writes()) == written


def _plan(run: Run) -> tuple[Path, str]:
    assert run.code == 0, run.text
    files, document = left(run)
    return files["plan"], document["hash"]


@pytest.mark.parametrize(
    ("playbook", "values"),
    [
        ("manual_mode", {}),
        ("monitor_to_inline", {"protected_users": ["user01"]}),
        ("outbound_protection", {"outbound_users": ["user01"]}),
        ("rescope_inline", {"protected_users": ["user01"]}),
        ("remove", {}),
    ],
)
def test_playbooks_refuse_before_they_read(
    tmp_path: Path, tenant: Practice, playbook: str, values: dict[str, Any]
) -> None:
    _refused(run_playbook(tmp_path, tenant, playbook, **REQUIRED, **values), tenant)
    assert tenant.calls() == []


RULE = {"name": "X", "actions": {"prepend_subject": "[x] "}, "conditions": {"from": ["user01"]}}
WAYS: list[dict[str, Any]] = [
    {"roles": ["avanan.office365.monitor"]},
    {"tasks": [{"avanan.office365.o365_mail_flow_rule": RULE}]},
]


@pytest.mark.parametrize("way", WAYS, ids=["role", "module"])
@pytest.mark.parametrize(
    ("process", "overlay"), [("true", None), (None, "true"), ("true", "false"), ("yes", ""), ("no", "true")]
)
def test_the_environment_says_it_and_no_play_takes_it_back(
    tmp_path: Path, tenant: Practice, process: str | None, overlay: str | None, way: dict[str, Any]
) -> None:
    content = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "environment": {} if overlay is None else {"O365_REQUIRE_PLAN": overlay},
        **way,
    }
    playbook = tmp_path / "own.yml"
    playbook.write_text(json.dumps([content]))
    env = {**tenant.env(), **({} if process is None else {"O365_REQUIRE_PLAN": process})}
    given = variables(**PORTAL, change_require_plan=False)
    _refused(play(tmp_path, str(playbook), env, *given), tenant)


def test_a_process_of_the_modules_own_knows_it(tmp_path: Path, tenant: Practice) -> None:
    task = {"avanan.office365.o365_mail_flow_rule": RULE, "async": 60, "poll": 1}
    content = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "environment": {"O365_REQUIRE_PLAN": "false"},
        "tasks": [task],
    }
    playbook = tmp_path / "own.yml"
    playbook.write_text(json.dumps([content]))
    _refused(play(tmp_path, str(playbook), {**tenant.env(), "O365_REQUIRE_PLAN": "true"}), tenant)


@pytest.mark.parametrize("name", ["my_plan", "avanan_records", "change_plan_and_more"])
def test_an_artifact_of_unknown_content_is_refused(tmp_path: Path, tenant: Practice, name: str) -> None:
    """Its name decides whether it is applied or rolled back, and whether it has been approved."""
    path, approved = _plan(run_playbook(tmp_path, tenant, "manual_mode", "--check"))
    given = {"change__artifact": name, name: path.read_text(), "change_plan_hash": approved}
    run = run_playbook(tmp_path, tenant, "apply_plan", **given)
    assert run.code != 0
    assert f'change__artifact is "{name}"; it must be one of avanan_plan, avanan_record' in run.message
    assert tenant.writes() == []


def test_the_way_there_and_back_by_approved_plans(tmp_path: Path, tenant: Practice) -> None:
    before = without_ids(tenant.state())
    path, approved = _plan(run_playbook(tmp_path, tenant, "manual_mode", "--check", **REQUIRED))
    unapproved = run_playbook(tmp_path, tenant, "apply_plan", change_plan_file=str(path), **REQUIRED)
    _refused(unapproved, tenant)
    other = {"change_plan_file": str(path), "change_plan_hash": approved[:-1] + "x"}
    assert run_playbook(tmp_path, tenant, "apply_plan", **other, **REQUIRED).code != 0
    assert tenant.writes() == []
    given = {"change_plan_file": str(path), "change_plan_hash": approved}
    applied = run_playbook(tmp_path, tenant, "apply_plan", **given, **REQUIRED)
    assert applied.code == 0, applied.text
    written = len(tenant.writes())
    assert written > 0
    record = {"change_record_file": str(left(applied)[0]["record"])}
    _refused(run_playbook(tmp_path, tenant, "undo", **record, **REQUIRED), tenant, written)
    path, approved = _plan(run_playbook(tmp_path, tenant, "undo", "--check", **record, **REQUIRED))
    given = {"change_plan_file": str(path), "change_plan_hash": approved}
    back = run_playbook(tmp_path, tenant, "apply_plan", **given, **REQUIRED)
    assert back.code == 0, back.text
    assert without_ids(tenant.state()) == before
