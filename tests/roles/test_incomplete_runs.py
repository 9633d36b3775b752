# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that did not do all that it set out to do says so, whatever ended it: never "no changes needed", never a plan to approve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, play, variables
from tests.change_runs import artifacts, left
from tests.fake_exchange.control import Practice
from tests.scenarios import LOCK_DOWN, PORTAL, run_playbook

SCOPE = {
    "protected_users": ["user01"],
    "protected_groups": ["pilot"],
    "protected_domains": ["fabrikam.example"],
}
# What a task of a role gets is what nobody could foresee.
BROKEN: dict[str, dict[str, Any]] = {
    "a template of the first phase": {"monitor__wanted": {"journal_rule": {"reason": "x"}}},
    "a template of the second phase": {"inline__wanted": {"rules": [{"name": "Avanan - Protect"}]}},
    "an option of a module": {
        "inline__wanted": {
            "connection_filter": {"reason": "x", "ip_allow_list": ["192.0.2.1"], "mode": "perhaps"}
        }
    },
    "a template of the gate": {"change__decided": {"phase": {"integration": {}}}},
    "nothing decided": {"change__decided": {"phase": {"tasks": [], "integration": {}, "decided": {}}}},
}
CHANGE, UNPROVED = "avanan.office365.change", "Nothing is written without the task"
REASONS = {"an option of a module": "value of mode must be one of"}
REFUSED = {
    "status": 400,
    "json": {"error": {"details": [{"message": "|ValidationException|This is not possible today."}]}},
}


def _failed(run: Run, *words: str) -> dict[str, Any]:
    """The document of a run that is red, and says why."""
    assert run.code != 0, run.text
    summary = json.loads(artifacts(run)["summary"])
    assert (summary["outcome"], summary["pending"]) == ("failed", 0)
    document = left(run)[1]
    for word in words:
        assert word in document["failed"]
    assert summary["text"].partition(": ")[2].startswith(("FAILED", "REFUSED"))
    assert "apply exactly this plan" not in run.text
    return document


def _play(tmp_path: Path, tenant: Practice, *arguments: str, **content: Any) -> Run:
    """A play of somebody's own."""
    file = tmp_path / "own.yml"
    file.write_text(
        json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, **content}])
    )
    return play(tmp_path, str(file), tenant.env(), *arguments)


@pytest.mark.parametrize(
    "mode", [pytest.param(["--check"], id="check"), pytest.param([], id="run", marks=pytest.mark.matrix)]
)
@pytest.mark.parametrize("broken", BROKEN)
def test_a_run_that_broke_off_is_not_complete(
    tmp_path: Path, tenant: Practice, broken: str, mode: list[str]
) -> None:
    run = run_playbook(
        tmp_path, tenant, "manual_mode", *mode, manual_mode_inline=True, **SCOPE, **BROKEN[broken]
    )
    _failed(run, REASONS.get(broken, "the run ended before it was complete"))
    ended = run_playbook(tmp_path, tenant, "workflow_nothing", avanan_summary=_handed(run, "summary"))
    assert ended.code != 0
    waiting = run_playbook(tmp_path, tenant, "workflow_pending", avanan_summary=_handed(run, "summary"))
    assert waiting.code != 0
    if mode:
        applied = run_playbook(tmp_path, tenant, "apply_plan", avanan_plan=_handed(run, "plan"))
        assert "the run that was to make the plan failed" in applied.message
        assert tenant.writes() == []


def _handed(run: Run, kind: str) -> dict[str, str]:
    return {"localhost": artifacts(run)[kind]}


def test_a_plan_that_was_not_even_read(tmp_path: Path, tenant: Practice) -> None:
    preview = run_playbook(tmp_path, tenant, "manual_mode", "--check")
    other = artifacts(preview)["plan"].replace('"localhost"', '"contoso"')
    run = run_playbook(tmp_path, tenant, "apply_plan", avanan_plan={"contoso": other})
    _failed(run, "avanan_plan has nothing for the host localhost")
    assert run.message in left(run)[1]["failed"]


def test_only_its_end_was_started(tmp_path: Path, tenant: Practice) -> None:
    run = run_playbook(tmp_path, tenant, "manual_mode", "--check", "--start-at-task", "Write the runbook")
    _failed(run, "not done: the check whether the change may be made")


@pytest.mark.parametrize("role", ["monitor", "inline"])
def test_tasks_that_were_left_out_by_hand(tmp_path: Path, tenant: Practice, role: str) -> None:
    """As with --step, --tags or --skip-tags: Ansible alone would be green."""
    values = variables(**PORTAL, **SCOPE, inline_inbound_connector=True)
    roles = [{"role": f"avanan.office365.{role}", "tags": ["ours"]}]
    assert _play(tmp_path, tenant, *values, "--check", "--skip-tags", "ours", roles=roles).results == []
    run = _play(
        tmp_path,
        tenant,
        *values,
        tasks=[
            {
                "avanan.office365.o365_phase": {"roles": [role]},
                "register": "change__inputs",
            },
            {"ansible.builtin.import_role": {"name": "avanan.office365.change", "tasks_from": "begin"}},
            {"ansible.builtin.import_role": {"name": "avanan.office365.change", "tasks_from": "decide"}},
            {"ansible.builtin.import_role": {"name": "avanan.office365.change", "tasks_from": "report"}},
        ],
    )
    document = _failed(run, "not done: ", "Avanan")
    assert document["entries"] == tenant.writes() == []


def _decided_by_hand(phase: str) -> list[dict[str, Any]]:
    """As with --step, when beginning, gate and report are all left out."""
    inputs = "{{ change__inputs.phase.%s }}"
    left_out = {"when": False}
    return [
        {"avanan.office365.o365_phase": {"roles": [phase]}, "register": "change__inputs"},
        {"ansible.builtin.import_role": {"name": CHANGE, "tasks_from": "begin"}, **left_out},
        {
            "avanan.office365.o365_info": {"gather": inputs % "gather", "resolve": inputs % "resolve"},
            "register": "change__found",
        },
        {
            "avanan.office365.o365_phase": {
                "roles": [phase],
                "found": "{{ change__found }}",
                "approval": inputs % "approval",
            },
            "register": "change__decided",
        },
    ]


def _carried_out(phase: str) -> dict[str, Any]:
    return {"ansible.builtin.import_role": {"name": f"avanan.office365.{phase}", "tasks_from": "phase"}}


@pytest.mark.parametrize("left_out", ["without a trace", "skipped"])
@pytest.mark.parametrize("phase", ["monitor", "inline"])
def test_a_phase_writes_nothing_without_the_gate(
    tmp_path: Path, tenant: Practice, phase: str, left_out: str
) -> None:
    gate = {"ansible.builtin.import_role": {"name": CHANGE, "tasks_from": "gate"}, "when": False}
    run = _play(
        tmp_path,
        tenant,
        *variables(**PORTAL, **SCOPE, inline_inbound_connector=True),
        tasks=[*_decided_by_hand(phase), *([gate] if left_out == "skipped" else []), _carried_out(phase)],
    )
    assert run.code != 0
    assert UNPROVED in run.text
    assert tenant.writes() == []


@pytest.mark.parametrize("phase", ["inline", "monitor"])
@pytest.mark.parametrize("decided", [True, False], ids=["decided", "not decided"])
def test_what_was_approved_earlier_in_the_play_counts_for_nothing(
    tmp_path: Path, tenant: Practice, phase: str, decided: bool
) -> None:
    """Neither for another phase nor for the same one with other variables, whatever else of it was left out."""
    first = "monitor" if decided else phase
    approved: dict[str, Any] = {"ansible.builtin.import_role": {"name": f"avanan.office365.{first}"}}
    by_hand = _decided_by_hand(phase)[: None if decided else 2]
    changed = [{**task, "vars": {"inline_rule_enabled": False}} for task in by_hand]
    run = _play(
        tmp_path,
        tenant,
        *variables(**PORTAL, **SCOPE, inline_inbound_connector=True),
        tasks=[approved, {"ansible.builtin.debug": {"msg": "Now by hand"}}, *changed, _carried_out(phase)],
    )
    assert run.code != 0
    assert UNPROVED in run.text.partition("Now by hand")[2]
    by_hand_done = run.results[[result.get("msg") for result in run.results].index("Now by hand") :]
    assert tenant.writes()
    assert not any(result.get("changed") for result in by_hand_done)


def test_ignored_errors_do_not_lead_past_the_gate(tmp_path: Path, tenant: Practice) -> None:
    tenant.put("InboundConnector", LOCK_DOWN)
    run = _play(
        tmp_path,
        tenant,
        *variables(**PORTAL, **SCOPE),
        ignore_errors=True,
        roles=["avanan.office365.inline"],
    )
    assert tenant.writes() == []
    assert "return-rejected-by-lock-down" in left(run)[1]["failed"]


def test_what_comes_after_a_failed_item_is_not_written(tmp_path: Path, tenant: Practice) -> None:
    """A loop goes on after an item that failed; what was proved is the whole list, in its order."""
    tenant.faults(answers=[{"cmdlet": "New-TransportRule", **REFUSED}])
    try:
        run = run_playbook(tmp_path, tenant, "monitor_to_inline", **SCOPE)
    finally:
        tenant.faults()
    document = _failed(run, "not possible today")
    assert [entry["status"] for entry in document["entries"] if "Rule" in entry["object"]["noun"]] == [
        "failed"
    ]
    assert len([call for call in tenant.writes() if "TransportRule" in call["cmdlet"]]) == 1


def test_a_task_of_somebody_else_is_free(tmp_path: Path, tenant: Practice) -> None:
    """Also after a run that failed: it may be what repairs it."""
    tenant.put("InboundConnector", LOCK_DOWN)
    own = {"name": "X", "actions": {"prepend_subject": "[x] "}, "conditions": {"from": ["user01"]}}
    rule = {"avanan.office365.o365_mail_flow_rule": own}
    inline = {"ansible.builtin.import_role": {"name": "avanan.office365.inline"}}
    run = _play(
        tmp_path, tenant, *variables(**PORTAL, **SCOPE), tasks=[{"block": [inline], "rescue": [rule]}]
    )
    assert run.code == 0, run.text
    assert [call["cmdlet"] for call in tenant.writes()] == ["New-TransportRule"]
