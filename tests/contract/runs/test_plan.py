# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans: exactly their calls and the state of the run itself; refused, with nothing written, when anything has moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns, refused, steps
from tests.contract.module_run import run
from tests.fake_exchange.control import Practice
from tests.powershell.replay import replay_json

Plan = dict[str, Any]


def _sealed(plan: Plan) -> Plan:
    """The plan with the hash of its content, as anybody could make it."""
    content = {key: value for key, value in plan.items() if key != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return {**content, "hash": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}


def _apply(practice: Practice, plan: Plan, **more: Any) -> dict[str, Any]:
    return run("o365_plan", {"plan": json.dumps(plan), **more}, practice.env())


def _refused(practice: Practice, plan: Plan, *words: str, **more: Any) -> None:
    refused(practice, "o365_plan", {"plan": json.dumps(plan), **more}, *words)


# ---------------------------------------------------------------------------------------------- applying


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_plan_does_what_the_run_does(changes: ChangeRuns, scenario: str) -> None:
    preview, real = changes.preview(scenario), changes.real(scenario)
    plan = preview.document
    assert plan["kind"] == "plan"
    assert plan == _sealed(plan)
    assert steps(plan) == preview.run.plan == real.writes != []
    changes.begin(scenario)
    path = str(preview.files["plan"])
    applied = changes.play("apply_plan", change_plan_file=path, change_plan_hash=plan["hash"])
    assert applied.run.code == 0, applied.run.text
    assert applied.writes == steps(plan)
    assert applied.state == real.state
    record = applied.document
    assert record["kind"] == "record"
    assert [step for entry in record["entries"] for step in _done(entry)] == applied.writes
    assert (record["protection"], record["findings"]) == (plan["protection"], plan["findings"])
    again = changes.play(SCENARIOS[scenario].playbook, **SCENARIOS[scenario].values, change_plan_file=path)
    assert (again.run.code, again.run.changed, again.writes) == (0, 0, []), again.run.text
    assert again.document["entries"] == []
    result = _apply(changes.practice, plan)
    assert (result["changed"], result["already_applied"]) == (False, True)


def _done(entry: dict[str, Any]) -> list[dict[str, Any]]:
    assert entry["status"] == "done"
    assert all(call["request_id"] and call["at"] for call in entry["done"])
    return [{key: call[key] for key in ("cmdlet", "parameters")} for call in entry["done"]]


def test_the_plan_of_a_plan_is_the_same(changes: ChangeRuns) -> None:
    preview = changes.preview("inline")
    changes.begin("inline")
    checked = changes.play("apply_plan", "--check", change_plan_file=str(preview.files["plan"]))
    assert checked.run.code == 0, checked.run.text
    assert checked.writes == []
    assert checked.run.plan == steps(preview.document)
    assert steps(checked.document) == steps(preview.document)
    assert checked.document["kind"] == "plan"
    result = _apply(changes.practice, checked.document)
    assert not result.get("failed"), result
    assert changes.practice.state() == changes.real("inline").state


@pytest.mark.parametrize(
    ("scenario", "applied"), [("inline", 1), ("inline", 4), ("automatic", 5), ("remove", 9)]
)
def test_a_plan_that_was_interrupted_is_completed(changes: ChangeRuns, scenario: str, applied: int) -> None:
    plan = changes.preview(scenario).document
    changes.begin(scenario)
    replay_json({"entries": plan["entries"][:applied]}, changes.practice)
    written = len(changes.practice.writes())
    result = _apply(changes.practice, plan)
    assert not result.get("failed"), result
    assert changes.practice.writes()[written:] == steps({"entries": plan["entries"][applied:]})
    assert changes.practice.state() == changes.real(scenario).state


def test_a_plan_without_anything_to_do(changes: ChangeRuns) -> None:
    changes.end("monitor")
    preview = changes.play("manual_mode", "--check")
    assert (preview.run.code, preview.document["entries"]) == (0, []), preview.run.text
    result = _apply(changes.practice, preview.document)
    assert (result["changed"], result["already_applied"]) == (False, True)


@pytest.mark.parametrize("fault", [{"lag_reads": 2}, {"page_size": 3}, {"redirect": True}])
def test_a_service_that_is_slow_to_show_changes(changes: ChangeRuns, fault: dict[str, Any]) -> None:
    changes.begin("inline")
    changes.practice.faults(**fault)
    result = _apply(changes.practice, changes.preview("inline").document)
    changes.practice.faults()
    assert not result.get("failed"), result
    assert changes.practice.state() == changes.real("inline").state


def test_a_lost_answer_in_the_middle_of_an_object(changes: ChangeRuns) -> None:
    plan = changes.preview("automatic").document
    changes.begin("automatic")
    lost = {"cmdlet": "New-MailContact", "applied": True, "drop": True}
    changes.practice.faults(fail=lost)
    result = _apply(changes.practice, plan)
    assert not result.get("failed"), result
    assert changes.practice.writes()[-len(steps(plan)) :] == steps(plan)
    assert changes.practice.state() == changes.real("automatic").state


# ---------------------------------------------------------------------------------------------- the plan has moved


def _plan(changes: ChangeRuns, scenario: str = "inline") -> Plan:
    changes.begin(scenario)
    return deepcopy(changes.preview(scenario).document)


def _other_step(plan: Plan) -> None:
    plan["entries"][-1]["steps"][0]["parameters"]["SetHeaderValue"] = "other"


def _other_option(plan: Plan) -> None:
    plan["entries"][-1]["options"]["actions"]["set_header_value"] = "other"


def _one_entry_less(plan: Plan) -> None:
    del plan["entries"][1]


def _other_order(plan: Plan) -> None:
    plan["entries"].insert(0, plan["entries"].pop())


def _another_object(plan: Plan) -> None:
    plan["entries"][2]["options"]["name"] = "Another"


def _step_more(plan: Plan) -> None:
    wanted = {"cmdlet": "Remove-TransportRule", "parameters": {"Identity": "Disclaimer", "Confirm": False}}
    plan["entries"][0]["steps"].append(wanted)


def _remove_a_rule(plan: Plan) -> None:
    entry = deepcopy(plan["entries"][-1])
    entry.update(
        options={"name": "Disclaimer", "state": "absent"},
        object={**entry["object"], "name": "Disclaimer"},
        steps=[{"cmdlet": "Remove-TransportRule", "parameters": {"Identity": "x", "Confirm": False}}],
        after=None,
    )
    plan["entries"].append(entry)


@pytest.mark.parametrize(
    "change",
    [
        _other_step,
        _other_option,
        _one_entry_less,
        _other_order,
        _another_object,
        _step_more,
        _remove_a_rule,
        lambda plan: plan.update(title="Other"),
        lambda plan: plan.update(expires="2999-01-01T00:00:00Z"),
        lambda plan: plan.update(more=1),
        lambda plan: plan["entries"][0].update(reason="Other"),
        lambda plan: plan.pop("hash"),
    ],
)
def test_changed_content_is_refused(changes: ChangeRuns, change: Callable[[Plan], None]) -> None:
    plan = _plan(changes)
    change(plan)
    _refused(changes.practice, plan, "the plan was changed after it was made")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_other_step, 'mail-flow rule "Avanan - Protect (domains)" would now need other calls'),
        (_other_option, 'mail-flow rule "Avanan - Protect (domains)" would now need other calls'),
        (_another_object, 'inbound connector "Avanan Inbound" would now need other calls'),
        (_step_more, "transport configuration would now need other calls"),
        (_remove_a_rule, 'mail-flow rule "Disclaimer"'),
        (_other_order, "the order of the mail-flow rules is another|is new|is gone"),
        (lambda plan: plan["entries"][0].update(module="o365_info"), '"o365_info" cannot be part of a plan'),
        (lambda plan: plan["entries"][0].update(module="command"), '"command" cannot be part of a plan'),
        (
            lambda plan: plan["entries"][1]["options"].update(endpoint="https://elsewhere.example"),
            "not valid",
        ),
        (lambda plan: plan["entries"][1]["options"].update(more=1), "not valid"),
        (lambda plan: plan["entries"][1].update(options=[]), "entry 2 of the plan is not complete"),
        (lambda plan: plan["entries"][1].pop("steps"), "entry 2 of the plan is not complete"),
        (lambda plan: plan["entries"][1].update(steps=["Remove"]), "entry 2 of the plan is not complete"),
        (lambda plan: plan.update(entries="all"), "is not a plan"),
        (lambda plan: plan.update(tenant="all"), "is not a plan"),
        (
            lambda plan: plan.update(expires="2020-01-01T00:00:00Z"),
            "the plan expired on 2020-01-01T00:00:00Z",
        ),
        (lambda plan: plan.update(expires="never"), "the plan expired on never"),
        (lambda plan: plan.update(expires=None), "the plan expired"),
        (lambda plan: plan["collection"].update(version="0.0.1"), "was made with version 0.0.1"),
        (
            lambda plan: plan["tenant"].update(id="00000000-0000-0000-0000-000000000000", name="fabrikam"),
            "was made for the tenant fabrikam / 00000000-0000-0000-0000-000000000000",
        ),
        (lambda plan: plan.update(kind="record"), "is a record, and a plan is needed"),
        (lambda plan: plan.update(kind="draft"), "is a draft, and a plan is needed"),
        (lambda plan: plan.update(format=2), "has format 2"),
    ],
)
def test_changed_content_with_a_new_hash_is_refused(
    changes: ChangeRuns, change: Callable[[Plan], None], words: str
) -> None:
    plan = _plan(changes)
    approved = plan["hash"]
    change(plan)
    plan = _sealed(plan)
    result = run("o365_plan", {"plan": json.dumps(plan)}, changes.practice.env(), check=True)
    assert any(word in result["msg"] for word in words.split("|")), result["msg"]
    _refused(changes.practice, plan)
    _refused(changes.practice, plan, hash=approved)


def test_another_hash_was_approved(changes: ChangeRuns) -> None:
    plan = _plan(changes)
    other = f"sha256:{'0' * 64}"
    _refused(changes.practice, plan, plan["hash"], f"{other} was approved", hash=other)


def test_files_that_are_no_plan(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    changes.begin("inline")
    for name, content, words in (
        ("text", "not json", "is not JSON"),
        ("half", changes.preview("inline").files["plan"].read_text()[:-50], "is not JSON"),
        ("bytes", "\udcff\udcfe", "is not JSON"),
        ("list", "[]", "is not a plan"),
        ("empty", "{}", "is not a plan"),
        ("record", changes.real("inline").files["record"].read_text(), "is a record, and a plan is needed"),
    ):
        file = tmp_path / name
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
        for check in (True, False):
            result = run("o365_plan", {"path": str(file)}, practice.env(), check=check)
            assert result.get("failed"), name
            assert words in result["msg"], result["msg"]
            assert "Nothing was written" in result["msg"]
    missing = run("o365_plan", {"path": str(tmp_path / "missing")}, practice.env())
    assert "cannot be read: No such file" in missing["msg"]
    for wrong in ({}, {"path": "x", "plan": "{}"}):
        assert "Give either path or plan" in run("o365_plan", wrong, practice.env())["msg"]
    written = len(practice.writes())
    refused = changes.play("apply_plan", change_plan_file=str(changes.real("inline").files["record"]))
    assert refused.run.code != 0
    assert "is a record, and a plan is needed" in refused.run.message
    nothing = changes.play("apply_plan")
    assert "give the approved plan as change_plan_file" in nothing.run.message
    assert len(practice.writes()) == written


# ---------------------------------------------------------------------------------------------- the tenant has moved


def _move(practice: Practice) -> None:
    practice.put("TransportRule", {"Name": "Disclaimer", "Priority": 3})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_move, ("the order of the mail-flow rules is another", '"Disclaimer"')),
        (
            lambda practice: practice.put("TransportRule", {"Name": "New one", "Priority": 2}),
            ('the mail-flow rule "New one" is new',),
        ),
        (
            lambda practice: practice.delete("TransportRule", "Disclaimer"),
            ('the mail-flow rule "Disclaimer" is gone',),
        ),
        (
            lambda practice: practice.put("InboundConnector", {"Name": "avanan inbound"}),
            ('inbound connector "Avanan Inbound" exists now, and did not when the plan was made',),
        ),
        (
            lambda practice: practice.put("TransportConfig", {"JournalingReportNdrTo": "a@archive.example"}),
            (
                "journaling_report_ndr_to of transport configuration is 'a@archive.example' now, and was not set",
            ),
        ),
        (
            # Under one of the names of the vendor's older guides it would be taken over, so that other calls were needed.
            lambda practice: practice.put("OutboundConnector", {"Name": "checkpoint outbound"}),
            ('outbound connector "Avanan Outbound" would now need other calls',),
        ),
    ],
)
def test_a_tenant_that_has_moved_is_refused(
    changes: ChangeRuns, change: Callable[[Practice], None], words: tuple[str, ...]
) -> None:
    plan = _plan(changes)
    change(changes.practice)
    _refused(changes.practice, plan, *words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda practice: practice.put("TransportRule", {"Name": "Avanan - Protect", "Comments": "mine"}),
            "comments of mail-flow rule \"Avanan - Protect\" is 'mine' now",
        ),
        (
            lambda practice: practice.put("TransportRule", {"Name": "Avanan - Protect", "Mode": "Audit"}),
            "mode of mail-flow rule \"Avanan - Protect\" is 'Audit' now, and was 'Enforce'",
        ),
        (
            lambda practice: practice.delete("TransportRule", "Avanan - Protect"),
            'mail-flow rule "Avanan - Protect" does not exist any more',
        ),
        (
            lambda practice: practice.put(
                "InboundConnector", {"Name": "Avanan Inbound", "RequireTls": False}
            ),
            'require_tls of inbound connector "Avanan Inbound" is False now, and was True',
        ),
        (
            lambda practice: practice.put(
                "HostedConnectionFilterPolicy", {"Name": "Default", "IPBlockList": ["192.0.2.99"]}
            ),
            "ip_block_list of connection filter is ['192.0.2.99'] now",
        ),
        (
            lambda practice: practice.delete("JournalRule", "Avanan - Monitor"),
            'journal rule "Avanan - Monitor" does not exist any more',
        ),
        (
            lambda practice: practice.put("Recipient", {"Name": "avanan_inline_incoming", "Members": []}),
            'members of distribution group "avanan_inline_incoming" is not set now',
        ),
    ],
)
def test_one_of_our_objects_was_changed(
    changes: ChangeRuns, change: Callable[[Practice], None], words: str
) -> None:
    plan = _plan(changes, "remove")
    change(changes.practice)
    _refused(changes.practice, plan, words)


def test_another_tenant_is_refused(changes: ChangeRuns) -> None:
    plan = _plan(changes)
    with Practice(tenants=2) as service:
        result = run("o365_plan", {"plan": json.dumps(plan)}, service.env(1))
        assert result.get("failed")
        assert f"was made for the tenant {plan['tenant']['id']}" in result["msg"]
        assert service.writes(1) == []
