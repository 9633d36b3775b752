# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases against the practice tenant, read by its own reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import (
    OURS,
    PORTAL,
    US_INCOMING,
    US_OUTGOING,
    run_playbook,
    without_traces,
)

SCENARIOS: dict[str, tuple[str, dict[str, Any]]] = {
    "monitor": ("manual_mode", {}),
    "monitor and inline": ("manual_mode", {"manual_mode_inline": True, "protect_everyone": True}),
    "inline for a group": ("monitor_to_inline", {"protected_groups": ["Pilot users"]}),
    "inline for users, groups and a domain": (
        "monitor_to_inline",
        {
            "protected_users": ["user01", "user02"],
            "protected_groups": ["pilot"],
            "protected_domains": ["fabrikam.example"],
        },
    ),
    "check point brand": (
        "manual_mode",
        {
            "portal_brand": "checkpoint",
            "manual_mode_inline": True,
            "protected_users": ["user01@contoso.example"],
        },
    ),
}


def _foreign(tenant: Practice) -> str:
    """Everything that is not ours; a rule's place is a matter of the others."""
    state = tenant.state()
    state.pop("TransportConfig")
    for rows in state.values():
        if isinstance(rows, list):
            rows[:] = [row for row in rows if not row["Name"].startswith(OURS)]
            for row in rows:
                row.pop("Priority", None)
    return json.dumps(state, sort_keys=True)


def _rules(tenant: Practice) -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule for rule in tenant.state()["TransportRule"] if rule["Name"].startswith(OURS)}


def _present(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: record[name] for name in names}


@pytest.mark.parametrize("seed", ["small", "empty"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_check_run_and_run_again(tmp_path: Path, practice: Practice, scenario: str, seed: str) -> None:
    practice.reset(seed)
    playbook, values = SCENARIOS[scenario]
    foreign = _foreign(practice)
    preview = run_playbook(tmp_path, practice, playbook, "--check", "--diff", **values)
    assert preview.code == 0, preview.text
    assert practice.writes() == []
    real = run_playbook(tmp_path, practice, playbook, **values)
    assert real.code == 0, real.text
    assert preview.plan == real.plan == practice.writes()
    assert preview.plan != []
    again = run_playbook(tmp_path, practice, playbook, **values)
    assert again.code == 0, again.text
    assert again.changed == 0
    assert again.plan == []
    assert practice.writes() == real.plan
    assert _foreign(practice) == foreign


def test_monitor_leaves_the_vendors_values(tmp_path: Path, tenant: Practice) -> None:
    assert run_playbook(tmp_path, tenant, "manual_mode").code == 0
    state = tenant.state()
    assert (
        state["TransportConfig"]["JournalingReportNdrTo"] == "customer-x@mt-prod-3-journal-error.avanan.net"
    )
    journal = next(row for row in state["JournalRule"] if row["Name"] == "Avanan - Monitor")
    assert _present(journal, "JournalEmailAddress", "Recipient", "Scope", "Enabled") == {
        "JournalEmailAddress": "customer-x@customer-x-mail.avanan.net",
        "Recipient": None,
        "Scope": "Global",
        "Enabled": True,
    }
    inbound = next(row for row in state["InboundConnector"] if row["Name"] == "Avanan Inbound")
    assert set(inbound["SenderIPAddresses"]) == US_INCOMING
    names = ("ConnectorType", "SenderDomains", "RequireTls", "RestrictDomainsToIPAddresses", "Enabled")
    assert _present(inbound, *names) == {
        "ConnectorType": "Partner",
        "SenderDomains": ["smtp:*;1"],
        "RequireTls": True,
        "RestrictDomainsToIPAddresses": False,
        "Enabled": True,
    }
    assert _rules(tenant) == {}


def test_inline_leaves_the_vendors_values(tmp_path: Path, tenant: Practice) -> None:
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", protect_everyone=True).code == 0
    outbound = next(row for row in tenant.state()["OutboundConnector"] if row["Name"] == "Avanan Outbound")
    names = (
        "ConnectorType",
        "UseMXRecord",
        "SmartHosts",
        "IsTransportRuleScoped",
        "RecipientDomains",
        "TlsSettings",
        "Enabled",
    )
    assert _present(outbound, *names) == {
        "ConnectorType": "Partner",
        "UseMXRecord": False,
        "SmartHosts": ["customer-x-host.avanan.net"],
        "IsTransportRuleScoped": True,
        "RecipientDomains": [],
        "TlsSettings": "EncryptionOnly",
        "Enabled": True,
    }
    (rule,) = _rules(tenant).values()
    assert set(rule["ExceptIfSenderIpRanges"]) == US_INCOMING | US_OUTGOING
    names = (
        "Name",
        "Priority",
        "State",
        "Mode",
        "FromScope",
        "SentToScope",
        "SentTo",
        "SentToMemberOf",
        "RecipientDomainIs",
    )
    assert _present(rule, *names) == {
        "Name": "Avanan - Protect",
        "Priority": 0,
        "State": "Enabled",
        "Mode": "Enforce",
        "FromScope": "NotInOrganization",
        "SentToScope": "InOrganization",
        "SentTo": None,
        "SentToMemberOf": None,
        "RecipientDomainIs": None,
    }
    names = ("RouteMessageOutboundConnector", "SetHeaderName", "SetHeaderValue", "StopRuleProcessing")
    assert list(_present(rule, *names).values()) == [
        "Avanan Outbound",
        "X-CLOUD-SEC-AV-Info",
        "customer-x,office365_emails,inline",
        True,
    ]


def test_values_can_be_given_instead_of_the_vendors(tmp_path: Path, tenant: Practice) -> None:
    assert (
        run_playbook(tmp_path, tenant, "manual_mode", manual_mode_inline=True, protect_everyone=True).code
        == 0
    )
    vendors = _foreign(tenant)
    own = {
        "journal_rule_name": "Second - Monitor",
        "journal_address": "second@journal.example",
        "inbound_connector_name": "Second Inbound",
        "outbound_connector_name": "Second Outbound",
        "smart_host": "second.host.example",
        "protect_rule_name": "Second - Protect",
        "header_value": "second,inline",
    }
    values = {"manual_mode_inline": True, "protected_groups": ["pilot"], "portal_values": own}
    refused = run_playbook(tmp_path, tenant, "manual_mode", "--check", **values)
    assert refused.code != 0
    # The first portal's mail is as it was; that a rule of the tenant may reject what the second one returns is new.
    assert "foreign-rule-stops-return" in refused.message
    values["portal_accepted_findings"] = ["foreign-rule-stops-return"]
    first = {row["Name"]: row for row in tenant.state()["TransportRule"]}["Avanan - Protect"]
    run = run_playbook(tmp_path, tenant, "manual_mode", **values)
    assert run.code == 0, run.text
    state = tenant.state()
    rules = {row["Name"]: row for row in state["TransportRule"]}
    names = ("RouteMessageOutboundConnector", "SetHeaderName", "SetHeaderValue")
    assert list(_present(rules["Second - Protect"], *names).values()) == [
        "Second Outbound",
        "X-CLOUD-SEC-AV-Info",
        "second,inline",
    ]
    outbound = {row["Name"]: row for row in state["OutboundConnector"]}
    assert outbound["Second Outbound"]["SmartHosts"] == ["second.host.example"]
    journal = {row["Name"]: row for row in state["JournalRule"]}
    assert journal["Second - Monitor"]["JournalEmailAddress"] == "second@journal.example"
    # The first portal of the tenant keeps what it has; its rule only moves one place down.
    unmoved = {key: value for key, value in rules["Avanan - Protect"].items() if key != "Priority"}
    assert unmoved == {key: value for key, value in first.items() if key != "Priority"}
    assert all(row["Name"] not in own.values() for row in json.loads(vendors)["TransportRule"])
    assert run_playbook(tmp_path, tenant, "manual_mode", **values).changed == 0


def test_members_of_either_kind_are_protected(tmp_path: Path, tenant: Practice) -> None:
    scope = {"protected_users": ["user07"], "protected_groups": ["pilot"]}
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", **scope).code == 0
    rules = _rules(tenant)
    protected = [
        (rule["SentToMemberOf"], rule["SentTo"], rule["RecipientDomainIs"]) for rule in rules.values()
    ]
    assert protected == [(["pilot@contoso.example"], None, None), (None, ["user07@contoso.example"], None)]
    assert [rule["Priority"] for rule in rules.values()] == [0, 1]
    assert all(set(rule["ExceptIfSenderIpRanges"]) == US_INCOMING | US_OUTGOING for rule in rules.values())


def test_pasted_users_are_found_and_one_that_has_left_is_refused(tmp_path: Path, tenant: Practice) -> None:
    pasted = "User, 01 <user01+news@contoso.example>; User 02 <USER02@fabrikam.example>"
    run = run_playbook(
        tmp_path, tenant, "monitor_to_inline", protected_users=pasted, protected_groups="pilot"
    )
    assert run.code == 0, run.text
    rules = _rules(tenant)
    assert rules["Avanan - Protect (users)"]["SentTo"] == ["user01@contoso.example", "user02@contoso.example"]
    assert "is taken for user01@contoso.example" in run.text
    assert "group pilot@contoso.example (10 members)" in run.text
    tenant.delete("Recipient", "User 02")
    before = len(tenant.writes())
    users = ["user01@contoso.example", "user02@contoso.example"]
    for mode in (["--check"], []):
        run = run_playbook(tmp_path, tenant, "rescope_inline", *mode, protected_users=users)
        assert run.code != 0
        assert 'protected_users: there is no recipient "user02@contoso.example" in the tenant' in run.message
    assert len(tenant.writes()) == before


def test_rescope_changes_the_recipients_and_nothing_else(tmp_path: Path, tenant: Practice) -> None:
    run_playbook(tmp_path, tenant, "monitor_to_inline", protected_users=["user01", "user02"])
    before = _rules(tenant)["Avanan - Protect"]
    run = run_playbook(tmp_path, tenant, "rescope_inline", protected_users=["user02", "user03"])
    assert run.code == 0, run.text
    after = _rules(tenant)["Avanan - Protect"]
    assert sorted(after["SentTo"]) == ["user02@contoso.example", "user03@contoso.example"]
    different = {name for name in before if before[name] != after[name]}
    assert different == {"SentTo", "WhenChanged"}
    report = next(result["msg"] for result in run.results if "who enters" in result["task"])
    assert report == [
        "Protected from now on: user user03@contoso.example",
        "No longer protected: user user01@contoso.example",
        "Stays protected: user user02@contoso.example",
    ]


def test_nobody_is_unprotected_while_the_kinds_change(tmp_path: Path, tenant: Practice) -> None:
    run_playbook(tmp_path, tenant, "monitor_to_inline", protected_users=["user01"])
    run = run_playbook(
        tmp_path, tenant, "rescope_inline", protected_users=["user01"], protected_groups=["pilot"]
    )
    assert [step["cmdlet"] for step in run.plan] == ["New-TransportRule", "Set-TransportRule"]
    assert set(_rules(tenant)) == {"Avanan - Protect", "Avanan - Protect (users)"}
    back = run_playbook(tmp_path, tenant, "rescope_inline", protected_groups=["pilot"])
    assert [step["cmdlet"] for step in back.plan] == ["Remove-TransportRule"]
    assert set(_rules(tenant)) == {"Avanan - Protect"}


@pytest.mark.parametrize("mode", [[], ["--check"]])
def test_rescope_needs_a_rule(tmp_path: Path, tenant: Practice, mode: list[str]) -> None:
    run = run_playbook(tmp_path, tenant, "rescope_inline", *mode, protect_everyone=True)
    assert run.code != 0
    assert "There is no protect rule" in run.message
    assert tenant.writes() == []


def test_the_guides_rule_is_taken_over(tmp_path: Path, tenant: Practice) -> None:
    record = {
        "Name": "Checkpoint – Protect",
        "State": "Disabled",
        "FromScope": "NotInOrganization",
        "ExceptIfSenderIpRanges": ["192.0.2.77"],
        "PrependSubject": "[old] ",
    }
    tenant.put("TransportRule", record)
    run = run_playbook(tmp_path, tenant, "monitor_to_inline", protect_everyone=True)
    assert run.code == 0, run.text
    (rule,) = _rules(tenant).values()
    assert _present(rule, "Name", "State", "Priority") == {
        "Name": "Checkpoint – Protect",
        "State": "Enabled",
        "Priority": 0,
    }
    assert set(rule["ExceptIfSenderIpRanges"]) == US_INCOMING | US_OUTGOING | {"192.0.2.77"}
    assert run_playbook(tmp_path, tenant, "monitor_to_inline", protect_everyone=True).changed == 0


def test_kept_exceptions_come_from_the_rule_that_is_managed(tmp_path: Path, tenant: Practice) -> None:
    actions = {"RouteMessageOutboundConnector": "x", "FromScope": "NotInOrganization", "State": "Enabled"}
    accepted = {"portal_accepted_findings": [{"finding": "connector-missing", "object": "x"}]}
    for name, address in (("Checkpoint – Protect", "192.0.2.77"), ("avanan - protect", "192.0.2.88")):
        tenant.put("TransportRule", {"Name": name, "ExceptIfSenderIpRanges": [address], **actions})
    vendors = US_INCOMING | US_OUTGOING
    for arguments, expected in (
        ((), vendors | {"192.0.2.88"}),
        (("-e", "inline_keep_ip_exceptions=no"), vendors),
    ):
        run = run_playbook(
            tmp_path, tenant, "monitor_to_inline", "--check", *arguments, protect_everyone=True, **accepted
        )
        assert run.code == 0, run.text
        changes = [step["parameters"] for step in run.plan if step["cmdlet"] == "Set-TransportRule"]
        sent = [one["ExceptIfSenderIpRanges"] for one in changes if "ExceptIfSenderIpRanges" in one]
        assert [set(addresses) for addresses in sent] == [expected]
    assert tenant.writes() == []


def test_the_customers_undeliverable_recipient_stays(tmp_path: Path, tenant: Practice) -> None:
    tenant.put("TransportConfig", {"JournalingReportNdrTo": "own@contoso.example"})
    run = run_playbook(tmp_path, tenant, "manual_mode")
    assert run.code == 0, run.text
    assert tenant.state()["TransportConfig"]["JournalingReportNdrTo"] == "own@contoso.example"
    assert "Set-TransportConfig" not in [step["cmdlet"] for step in run.plan]
    run_playbook(tmp_path, tenant, "manual_mode", monitor_replace_undeliverable_recipient=True)
    assert "journal-error" in tenant.state()["TransportConfig"]["JournalingReportNdrTo"]


def test_a_failed_step_leaves_a_valid_state_and_the_next_run_goes_on(
    tmp_path: Path, tenant: Practice
) -> None:
    tenant.faults(denied_cmdlets=["New-OutboundConnector"])
    run = run_playbook(tmp_path, tenant, "monitor_to_inline", protect_everyone=True)
    assert run.code != 0
    assert "New-OutboundConnector" in run.message
    assert _rules(tenant) == {}
    tenant.faults()
    rest = run_playbook(tmp_path, tenant, "monitor_to_inline", protect_everyone=True)
    assert rest.code == 0
    assert [step["cmdlet"] for step in rest.plan] == ["New-OutboundConnector", "New-TransportRule"]


@pytest.mark.parametrize(
    ("playbook", "values", "words"),
    [
        ("monitor_to_inline", {}, "Nobody would be protected"),
        ("manual_mode", {"manual_mode_inline": True}, "Nobody would be protected"),
        ("monitor_to_inline", {"protect_everyone": True, "protected_users": ["a@b.example"]}, "excludes"),
        ("manual_mode", {"portal_region": "mars"}, "must be one of"),
        ("manual_mode", {"portal_brand": "other"}, "must be one of"),
        ("manual_mode", {"portal_name": "Customer X"}, "not a single host label"),
        ("manual_mode", {"portal_ip_addresses": ["2001:db8::1"]}, "IPv6"),
        ("manual_mode", {"portal_ip_addresses": ["198.51.0.0/16"]}, "larger than /24"),
        ("manual_mode", {"portal_ip_addresses": ["somewhere"]}, "not an IPv4 address"),
        ("manual_mode", {"monitor_undeliverable_recipient": "nobody"}, "not an SMTP address"),
        ("manual_mode", {"portal_farm": "mt-prod-av-1"}, "is in region eu"),
        ("monitor_to_inline", {"portal_region": "uk", "protect_everyone": True}, "would make mail loop"),
        ("monitor_to_inline", {"protected_domains": ["nowhere"]}, "not a domain"),
        ("manual_mode", {"portal_region": None}, "portal_region is not given"),
        ("manual_mode", {"portal_region": "au"}, "give portal_farm or monitor_undeliverable_recipient"),
        ("manual_mode", {"portal_values": {"smart_host": "host"}}, "neither a host name"),
        ("manual_mode", {"portal_values": {"smarthost": "a.example"}}, "did you mean smart_host?"),
        (
            "monitor_to_inline",
            {"protect_everyone": True, "inline_additional_ip_addresses": ["2001:db8::1"]},
            "IPv6",
        ),
        ("monitor_to_inline", {"protect_everyone": True, "inline_inbound_connector": False}, "has not run"),
        ("monitor_to_inline", {"protected_groups": ["user01"]}, "is a single recipient"),
        ("monitor_to_inline", {"protected_users": ["pilot"]}, "is a group"),
        ("monitor_to_inline", {"protected_users": ["no one"]}, 'no recipient "no one"'),
        ("monitor_to_inline", {"protected_groups": ["nobody"]}, 'no group "nobody"'),
        (
            "monitor_to_inline",
            {"protected_users": ["user01", "usr01@contoso.example"]},
            'no recipient "usr01@contoso.example" in the tenant; did you mean user01@contoso.example?',
        ),
        ("monitor_to_inline", {"protected_groups": ["project-north"]}, "is a Microsoft 365 group"),
    ],
)
def test_wrong_input_gets_one_sentence(
    tmp_path: Path, tenant: Practice, playbook: str, values: dict[str, Any], words: str
) -> None:
    run = run_playbook(tmp_path, tenant, playbook, **values)
    assert run.code != 0
    assert words in run.message
    assert "Traceback" not in run.text
    assert tenant.writes() == []


@pytest.mark.parametrize(
    ("way", "fault", "words"),
    [
        ("none", {}, "No credential is given"),
        ("both", {}, "More than one credential is given"),
        ("secret", {"expired_secret": True}, "The client secret has expired"),
        ("secret", {"missing_role": True}, "a directory role such as Exchange Administrator"),
        ("secret", {"missing_permission": True}, "Exchange.ManageAsApp"),
    ],
)
def test_wrong_credentials_get_one_sentence(
    tmp_path: Path, tenant: Practice, way: str, fault: dict[str, bool], words: str
) -> None:
    env = tenant.env()
    if way == "none":
        del env["O365_CLIENT_SECRET"]
    if way == "both":
        env |= tenant.env(way="certificate")
    if fault:
        tenant.faults(**fault)
    try:
        run = play(tmp_path, "avanan.office365.manual_mode", env, *variables(**PORTAL))
        assert run.code != 0
        assert words in run.message
        assert "Traceback" not in run.text
        assert tenant.writes() == []
    finally:
        tenant.faults()


@pytest.mark.parametrize("seed", ["small", "empty"])
def test_remove_leaves_the_tenant_as_it_was(tmp_path: Path, practice: Practice, seed: str) -> None:
    practice.reset(seed)
    before = without_traces(practice)
    scope = {"protected_users": ["user01"], "protected_groups": ["pilot"]}
    run_playbook(tmp_path, practice, "manual_mode", manual_mode_inline=True, **scope)
    run_playbook(
        tmp_path,
        practice,
        "rescope_inline",
        protected_groups=["sales-team"],
        protected_domains=["fabrikam.example"],
    )
    written = len(practice.writes())
    preview = run_playbook(tmp_path, practice, "remove", "--check")
    assert preview.code == 0, preview.text
    assert len(practice.writes()) == written
    real = run_playbook(tmp_path, practice, "remove")
    assert real.code == 0, real.text
    assert preview.plan == real.plan == practice.writes()[written:]
    assert [step["cmdlet"] for step in real.plan] == [
        "Disable-TransportRule",
        "Disable-TransportRule",
        "Remove-TransportRule",
        "Remove-TransportRule",
        "Remove-OutboundConnector",
        "Remove-InboundConnector",
        "Remove-JournalRule",
        "Set-TransportConfig",
    ]
    assert without_traces(practice) == before
    again = run_playbook(tmp_path, practice, "remove")
    assert (again.code, again.changed, again.plan) == (0, 0, [])


def test_remove_leaves_what_is_not_ours(tmp_path: Path, tenant: Practice) -> None:
    tenant.put("TransportConfig", {"JournalingReportNdrTo": "own@contoso.example"})
    tenant.put(
        "JournalRule", {"Name": "Own archive", "JournalEmailAddress": "a@archive.example", "Enabled": True}
    )
    before = without_traces(tenant)
    run_playbook(tmp_path, tenant, "manual_mode", manual_mode_inline=True, protect_everyone=True)
    assert run_playbook(tmp_path, tenant, "remove").code == 0
    assert without_traces(tenant) == before


def test_remove_refuses_what_belongs_to_another_portal(tmp_path: Path, tenant: Practice) -> None:
    run_playbook(tmp_path, tenant, "manual_mode", manual_mode_inline=True, protect_everyone=True)
    written = len(tenant.writes())
    run = run_playbook(tmp_path, tenant, "remove", portal_name="customer-y")
    assert run.code != 0
    assert (
        "does not belong to the portal customer-y: Avanan - Protect, Avanan Outbound, Avanan - Monitor"
        in run.message
    )
    assert len(tenant.writes()) == written
