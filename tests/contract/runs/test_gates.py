# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A phase that would make mail loop or get lost is refused, with reason and remedy, unless the finding is accepted by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.runs.odd_tenants import centralised
from tests.fake_exchange.control import Practice
from tests.scenarios import FULL, LOCK_DOWN, run_playbook

SCOPE = {"protected_users": ["user01"]}


def _rule_writes(tenant: Practice) -> list[str]:
    return [step["cmdlet"] for step in tenant.writes() if "TransportRule" in step["cmdlet"]]


def _document(tmp_path: Path, name: str) -> dict[str, Any]:
    found = max(tmp_path.glob(f"o365-changes/*/*/{name}"), key=lambda path: path.stat().st_mtime)
    document: dict[str, Any] = json.loads(found.read_text())
    return document


def test_inline_behind_a_lock_down_is_refused(tmp_path: Path, tenant: Practice) -> None:
    tenant.put("InboundConnector", LOCK_DOWN)
    preview = run_playbook(tmp_path, tenant, "monitor_to_inline", "--check", **SCOPE)
    assert preview.code != 0
    assert tenant.writes() == []
    for words in ("return-rejected-by-lock-down", "Only from old gateway", "portal_accepted_findings"):
        assert words in preview.message
    plan = _document(tmp_path, "plan.json")
    assert "return-rejected-by-lock-down" in plan["refused"]
    assert plan["mail_flow"]["after"]["verdict"] == "lost"
    path = next(tmp_path.glob("o365-changes/*/*/plan.json"))
    applied = run_playbook(tmp_path, tenant, "apply_plan", change_plan_file=str(path))
    assert applied.code != 0
    assert "was refused when it was made" in applied.message
    assert tenant.writes() == []
    real = run_playbook(tmp_path, tenant, "monitor_to_inline", **SCOPE)
    assert real.code != 0
    assert _rule_writes(tenant) == []
    page = max(
        tmp_path.glob("o365-changes/*/*/runbook.md"), key=lambda path: path.stat().st_mtime
    ).read_text()
    assert "This change is refused" in page
    first = plan["mail_flow"]["first"]
    assert (first["together"], [entry["object"]["name"] for entry in first["entries"]]) == (
        True,
        [LOCK_DOWN["Name"]],
    )
    section = page.partition("## Before this change")[2].partition("## Steps in order")[0]
    for words in (
        "With all of them the change goes on",
        "Set-InboundConnector",
        "**Undo:**",
        "exchange.microsoft.com",
    ):
        assert words in section
    # Somebody follows it.
    (step,) = first["entries"][0]["steps"]
    tenant.put(
        "InboundConnector",
        {**LOCK_DOWN, **{key: value for key, value in step["parameters"].items() if key != "Identity"}},
    )
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", "--check", **SCOPE).code == 0


def test_what_is_accepted_by_name_goes_on_and_is_told(tmp_path: Path, tenant: Practice) -> None:
    tenant.put("InboundConnector", LOCK_DOWN)
    other = run_playbook(
        tmp_path, tenant, "monitor_to_inline", portal_accepted_findings=["connector-missing"], **SCOPE
    )
    assert other.code != 0
    kind = ["return-rejected-by-lock-down"]
    by_kind = run_playbook(tmp_path, tenant, "monitor_to_inline", portal_accepted_findings=kind, **SCOPE)
    assert by_kind.code != 0
    assert "is a certain loss; accept it only by its object" in by_kind.message
    accepted = {
        "finding": "return-rejected-by-lock-down",
        "object": LOCK_DOWN["Name"],
        "reason": "The gateway is switched off tomorrow",
        "expires": "2999-12-31",
    }
    run = run_playbook(tmp_path, tenant, "monitor_to_inline", portal_accepted_findings=[accepted], **SCOPE)
    assert run.code == 0, run.text
    assert _rule_writes(tenant) == ["New-TransportRule"]
    flow = _document(tmp_path, "record.json")["mail_flow"]
    assert [(one["id"], one["reason"]) for one in flow["findings"] if one["accepted"]] == [
        (accepted["finding"], accepted["reason"])
    ]
    assert flow["acceptances"] == [{**accepted, "used": True, "problem": ""}]


def test_monitoring_goes_on_where_mail_would_be_lost_only_if_it_went_to_the_vendor(
    tmp_path: Path, tenant: Practice
) -> None:
    tenant.put("InboundConnector", LOCK_DOWN)
    run = run_playbook(tmp_path, tenant, "manual_mode", "--check")
    assert run.code == 0, run.text
    told = json.dumps([result.get("msg") for result in run.results])
    assert "Mail flow: every message that was walked arrives" in told
    assert "return-rejected-by-lock-down: Once mail goes to the vendor: Mail is lost: " in told
    assert '"Mail flow: safe"' in told


def test_monitoring_goes_on_where_what_the_vendor_returns_would_go_through_premises(
    tmp_path: Path, tenant: Practice
) -> None:
    centralised(tenant)
    assert run_playbook(tmp_path, tenant, "manual_mode", "--check").code == 0
    refused = run_playbook(tmp_path, tenant, "monitor_to_inline", "--check", **SCOPE).message
    assert "centralised-mail-flow: It is not proved that mail arrives" in refused


def _told_way(message: str) -> Any:
    """What a refusal says is to be given to go on all the same."""
    return yaml.safe_load(message.partition("portal_accepted_findings: ")[2].partition("].")[0] + "]")


def test_a_refusal_says_what_would_become_of_mail_and_how_to_accept_that(
    tmp_path: Path, tenant: Practice
) -> None:
    name = "O'Brien's \"gate\" $x \u00fc \u2013 1"
    tenant.put("InboundConnector", {**LOCK_DOWN, "Name": name})
    refused = run_playbook(tmp_path, tenant, "monitor_to_inline", "--check", **SCOPE).message
    assert refused.startswith(
        "Nothing was written: Mail would be lost. return-rejected-by-lock-down: Mail is lost: "
    )
    accepted = _told_way(refused)
    assert accepted == [{"finding": "return-rejected-by-lock-down", "object": name}]
    run = run_playbook(
        tmp_path, tenant, "monitor_to_inline", "--check", portal_accepted_findings=accepted, **SCOPE
    )
    assert run.code == 0, run.text


def test_a_certain_loop_is_called_so_and_offers_nothing_to_accept(tmp_path: Path, tenant: Practice) -> None:
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", **SCOPE).code == 0
    rule = next(row for row in tenant.state()["TransportRule"] if row["Name"] == "Avanan - Protect")
    tenant.put("TransportRule", {**rule, "ExceptIfSenderIpRanges": None})
    refused = run_playbook(tmp_path, tenant, "rescope_inline", "--check", protected_users=["user02"]).message
    assert refused.startswith("Nothing was written: Mail would loop. loop-exception-missing: Mail loops: ")
    assert "portal_accepted_findings" not in refused


def test_a_rule_that_inspects_nobody_is_refused_with_what_to_do(tmp_path: Path, tenant: Practice) -> None:
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", **SCOPE).code == 0
    rule = next(row for row in tenant.state()["TransportRule"] if row["Name"] == "Avanan - Protect")
    tenant.put("TransportRule", {**rule, "Mode": "Audit"})
    values = {"protected_users": ["user01", "user02"]}
    refused = run_playbook(tmp_path, tenant, "rescope_inline", "--check", **values).message
    assert refused.startswith("Nothing was written: audit-mode: Nobody of the scope would be inspected. ")
    assert 'Set mode of the mail-flow rule "Avanan - Protect" to Enforce.' in refused
    accepted = _told_way(refused)
    assert accepted == [{"finding": "audit-mode", "object": "Avanan - Protect"}]
    run = run_playbook(
        tmp_path, tenant, "rescope_inline", "--check", portal_accepted_findings=accepted, **values
    )
    assert run.code == 0, run.text
    (entry,) = _document(tmp_path, "plan.json")["entries"]
    assert entry["object"]["name"] == "Avanan - Protect"


def test_another_scope_is_held_to_the_same(tmp_path: Path, tenant: Practice) -> None:
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", **SCOPE).code == 0
    rule = next(row for row in tenant.state()["TransportRule"] if row["Name"] == "Avanan - Protect")
    tenant.put("TransportRule", {**rule, "ExceptIfSenderIpRanges": None})
    written = len(tenant.writes())
    run = run_playbook(tmp_path, tenant, "rescope_inline", protected_users=["user01", "user02"])
    assert run.code != 0
    assert "loop-exception-missing" in run.message
    assert len(tenant.writes()) == written


FOREIGN = {"Name": "Own use", "State": "Enabled", "Mode": "Enforce", "SenderDomainIs": ["partner.example"]}


@pytest.mark.parametrize(
    ("values", "foreign", "names"),
    [
        ({}, {"RouteMessageOutboundConnector": "Avanan Outbound"}, ('connector "Avanan Outbound"',)),
        (
            FULL,
            {"FromMemberOf": ["avanan_inline_incoming@contoso.example"], "PrependSubject": "[x] "},
            ('group "avanan_inline_incoming"',),
        ),
    ],
)
def test_removal_of_what_a_rule_of_somebody_else_uses_is_refused_before_the_first_write(
    tmp_path: Path, tenant: Practice, values: dict[str, Any], foreign: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert run_playbook(tmp_path, tenant, "manual_mode", manual_mode_inline=True, **values, **SCOPE).code == 0
    tenant.put("TransportRule", {**FOREIGN, **foreign})
    before, written = tenant.state(), len(tenant.writes())
    for mode in (["--check"], []):
        run = run_playbook(tmp_path, tenant, "remove", *mode, **values)
        assert run.code != 0
        for words in (*names, 'mail-flow rule "Own use"', "Change or remove that first"):
            assert words in run.message
        assert len(tenant.writes()) == written
        assert tenant.state() == before
    assert names[0] in _document(tmp_path, "plan.json")["refused"]


def test_whom_a_run_has_to_take_into_its_scope_is_proved_and_said(tmp_path: Path, tenant: Practice) -> None:
    """The rule whose scope it is does not exist yet, so that the variables are what has to be edited."""
    desk, user = "user37@contoso.example", "user01@contoso.example"
    brings = {"Name": "Info box", "State": "Enabled", "Mode": "Enforce", "SentTo": [desk]}
    tenant.put("TransportRule", {**brings, "RedirectMessageTo": [user]})
    run = run_playbook(tmp_path, tenant, "manual_mode", "--check", manual_mode_inline=True, **SCOPE)
    assert run.code == 0, run.text
    flow = _document(tmp_path, "plan.json")["mail_flow"]
    (gap,) = flow["after"]["protection"]["gaps"]
    assert (gap["id"], [item["text"] for item in gap["remedies"]]) == (
        "brought-uninspected",
        [f'Take {desk} into the scope of the mail-flow rule "Avanan - Protect" (protected_users).'],
    )
    assert flow["first"] is None
    wider = {"protected_users": ["user01", "user37"]}
    run = run_playbook(tmp_path, tenant, "manual_mode", "--check", manual_mode_inline=True, **wider)
    assert run.code == 0, run.text
    assert _document(tmp_path, "plan.json")["mail_flow"]["after"]["protection"]["gaps"] == []
