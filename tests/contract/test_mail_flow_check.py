# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail-flow check as a module: what it reads, whom it looks up, and the tenant as tasks and plans would leave it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import play
from tests.fake_exchange.control import Practice

from .module_run import run, run_process

CHECK = "o365_mail_flow_check"
INCOMING = ["35.174.145.124", "44.211.178.96/28", "3.101.216.128/28"]
INTEGRATION: dict[str, Any] = {
    "portal": "customer-x",
    "smart_hosts": ["customer-x-host.avanan.net"],
    "return_addresses": INCOMING,
    "header_name": "X-CLOUD-SEC-AV-Info",
    "protect_rules": ["Avanan - Protect"],
}
CONNECTOR: dict[str, Any] = {
    "direction": "outbound",
    "name": "Avanan Outbound",
    "is_transport_rule_scoped": True,
    "smart_hosts": ["customer-x-host.avanan.net"],
}


def _rule(*addresses: str, **conditions: Any) -> dict[str, Any]:
    return {
        "name": "Avanan - Protect",
        "mode": "Enforce",
        "position": "first",
        "conditions": {"from_scope": "NotInOrganization", "sent_to_scope": "InOrganization", **conditions},
        "exceptions": {"sender_ip_ranges": list(addresses)},
        "actions": {
            "route_message_outbound_connector": "Avanan Outbound",
            "set_header_name": "X-CLOUD-SEC-AV-Info",
            "set_header_value": "customer-x,office365_emails,inline",
            "stop_rule_processing": True,
        },
    }


def _check(tenant: Practice, *, check: bool = False, **options: Any) -> dict[str, Any]:
    given = {"integration": INTEGRATION, **options}
    return run(CHECK, given, tenant.env(way="access_token"), check=check)


def _write(tenant: Practice, *addresses: str, **conditions: Any) -> None:
    env = tenant.env(way="access_token")
    assert run("o365_connector", CONNECTOR, env)["changed"]
    assert run("o365_mail_flow_rule", _rule(*addresses, **conditions), env)["changed"]


def _classes(result: dict[str, Any]) -> dict[str, Any]:
    return {item["class"]: item for item in result["classes"]}


def test_it_reads_everything_once_and_writes_nothing(tenant: Practice) -> None:
    _write(tenant, *INCOMING, sent_to_member_of=["pilot@contoso.example"])
    before = tenant.state()
    calls = len(tenant.calls())
    result = _check(tenant)
    assert (result["changed"], result["verdict"], result["state"], result["before"]) == (
        False,
        "safe",
        "present",
        None,
    )
    made = [
        (call["cmdlet"], json.dumps(call["parameters"], sort_keys=True)) for call in tenant.calls()[calls:]
    ]
    assert len(made) == len(set(made))
    assert all(cmdlet.startswith("Get-") for cmdlet, _parameters in made)
    assert tenant.state() == before
    ends = _classes(result)["internet-to-protected"]["ends"]
    assert {(end["recipient"], end["end"]) for end in ends if end["certain"]} == {
        ("user02@contoso.example", "delivered")
    }


def test_a_loop_is_named(tenant: Practice) -> None:
    _write(tenant, INCOMING[0])
    result = _check(tenant)
    assert result["verdict"] == "loop"
    finding = result["findings"][0]
    assert (finding["id"], finding["severity"], finding["subject"]) == (
        "loop-exception-missing",
        "block",
        "Avanan - Protect",
    )
    assert all(address in finding["remedy"] for address in INCOMING[1:])
    accepted = {"finding": "loop-exception-missing", "object": "Avanan - Protect"}
    # A certain loop is never accepted.
    again = _check(tenant, accepted_findings=[accepted])
    assert again["verdict"] == "loop"
    assert not any(item["accepted"] for item in again["findings"])
    assert "a certain loop, which cannot be accepted" in again["acceptances"][0]["problem"]


def test_the_module_process_says_the_same(tenant: Practice) -> None:
    _write(tenant, INCOMING[0])
    options = {"integration": INTEGRATION, "classes": ["internet-to-protected"]}
    result = run_process(CHECK, options, tenant.env(way="access_token"))
    assert result["verdict"] == "loop"
    assert set(_classes(result)) <= {
        f"internet-to-protected{suffix}" for suffix in ("", "#2", "#3", "#4", "#5")
    }


def test_who_may_not_be_looked_up_is_unknown(tenant: Practice) -> None:
    _write(tenant, *INCOMING, sent_to=["user01@contoso.example"], sent_to_member_of=["pilot@contoso.example"])
    tenant.faults(denied_cmdlets=["Get-DistributionGroupMember"])
    result = _check(tenant)
    assert "scope-group-unknown" in {item["id"] for item in result["findings"]}
    assert any("Pilot" in text or "pilot@" in text for text in result["warnings"])
    tenant.faults(denied_cmdlets=["Get-Recipient"])
    result = _check(tenant)
    assert result["verdict"] == "not_proved"
    assert "recipient-unknown" in {item["id"] for item in result["findings"]}
    assert len([text for text in result["warnings"] if "could not be looked up" in text]) == 1


def test_what_may_not_be_read_proves_nothing(tenant: Practice) -> None:
    tenant.faults(denied_cmdlets=["Get-InboundConnector"])
    result = _check(tenant)
    assert (result["verdict"], [item["id"] for item in result["findings"]]) == ("not_proved", ["not-read"])
    assert any("inbound_connectors could not be read" in text for text in result["warnings"])


def test_rules_of_which_the_cmdlets_do_not_show_everything(tenant: Practice) -> None:
    _write(tenant, *INCOMING)
    tenant.put("TransportRule", {"Name": "Avanan - Protect", "ExceptIfHasSenderOverride": True})
    result = _check(tenant)
    assert any("HasSenderOverride" in text for text in result["warnings"])
    assert not any(
        end["certain"]
        for end in _classes(result)["internet-to-protected"]["ends"]
        if end["end"] == "delivered"
    )


def _tasks(*addresses: str) -> list[dict[str, Any]]:
    return [
        {"avanan.office365.o365_connector": CONNECTOR},
        {"avanan.office365.o365_mail_flow_rule": _rule(*addresses)},
        {"avanan.office365.o365_mail_flow_check": {"integration": INTEGRATION}},
    ]


def test_what_the_tasks_of_a_run_have_planned(tmp_path: Path, tenant: Practice) -> None:
    """In check mode as the run would leave the tenant, beside the tenant as it is; afterwards as it really is."""
    looping = play(tmp_path, _tasks(INCOMING[0]), tenant.env(), "--check")
    assert looping.code == 0, looping.text
    result = looping.results[-1]
    assert (result["state"], result["verdict"], result["before"]["verdict"]) == ("planned", "loop", "safe")
    assert tenant.writes() == []
    real = play(tmp_path, _tasks(*INCOMING), tenant.env())
    assert real.code == 0, real.text
    result = real.results[-1]
    assert (result["state"], result["verdict"], result["before"]) == ("present", "safe", None)


def test_what_a_plan_would_leave(tenant: Practice, tmp_path: Path) -> None:
    entries = [
        {
            "module": "o365_mail_flow_rule",
            "options": {},
            "object": {"noun": "TransportRule", "title": "mail-flow rule", "name": "Avanan - Protect"},
            "before": None,
            "after": {**_rule(INCOMING[0]), "enabled": True},
            "order_before": [],
            "order_after": ["Avanan - Protect"],
            "steps": [],
        }
    ]
    result = _check(tenant, entries=entries)
    assert (result["state"], result["verdict"], result["before"]["verdict"]) == ("planned", "lost", "safe")
    assert result["findings"][0]["id"] == "connector-missing"
    plan = {
        "format": 1,
        "kind": "plan",
        "tenant": {"id": tenant.guid(), "name": ""},
        "collection": {},
        "entries": entries,
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    assert _check(tenant, plan_path=str(path))["verdict"] == "lost"
    path.write_text(json.dumps({**plan, "tenant": {"id": "another", "name": "x"}}))
    assert "another" in _check(tenant, plan_path=str(path))["msg"]
    assert "Give either" in _check(tenant, plan_path=str(path), entries=[])["msg"]
    assert "leave entries" in _check(tenant, state="present", entries=[])["msg"]


@pytest.mark.parametrize("accepted", ["loop-exception-mising", "", "everything", "two portals"])
def test_what_is_no_finding_cannot_be_accepted(tenant: Practice, accepted: str) -> None:
    gate = {"integration": INTEGRATION, "tasks": [], "accepted_findings": [accepted]}
    for told in (
        _check(tenant, accepted_findings=[accepted, "two-portals"]),
        run("o365_preflight", gate, tenant.env()),
    ):
        assert "is not a finding of the mail-flow check" in told["msg"]
    assert tenant.calls() == []


def test_a_contact_is_told_from_somebody_with_a_mailbox(tenant: Practice) -> None:
    env = tenant.env(way="access_token")
    contact = {"name": "Friend", "external_email_address": "friend@partner.example"}
    assert run("o365_mail_contact", contact, env)["changed"]
    _write(tenant, *INCOMING)
    back = {
        "direction": "inbound",
        "name": "Avanan Inbound",
        "sender_domains": ["*"],
        "sender_ip_addresses": INCOMING,
    }
    assert run("o365_connector", back, env)["changed"]
    passing = {
        "name": "Friends pass",
        "mode": "Enforce",
        "position": "first",
        "conditions": {"from": ["friend@partner.example"]},
        "actions": {"stop_rule_processing": True},
    }
    leaver = {
        "name": "Leaver",
        "mode": "Enforce",
        "position": "last",
        "conditions": {"sent_to": ["user05@contoso.example"]},
        "actions": {"redirect_message_to": ["friend@partner.example"]},
    }
    for rule in (passing, leaver):
        assert run("o365_mail_flow_rule", rule, env)["changed"]
    result = _check(tenant)
    assert (result["verdict"], result["protection"]["everybody"]["verdict"]) == ("safe", "in_part")
    assert [gap["subject"] for gap in result["protection"]["gaps"]] == ["Friends pass"]
