# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that the vendor's automatic mode makes, through all phases and back; what is taken over, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run
from tests.fake_exchange.control import Practice
from tests.scenarios import (
    FOOTPRINT,
    FULL,
    OLD,
    SCOPE,
    US_INCOMING,
    US_OUTGOING,
    run_playbook,
    without_traces,
)

PHASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("manual_mode", {}),
    ("monitor_to_inline", {}),
    ("outbound_protection", {}),
    ("rescope_inline", {"protected_users": ["user03"], "protected_domains": ["fabrikam.example"]}),
    ("remove", {}),
)


def _three_times(tmp_path: Path, tenant: Practice, playbook: str, **values: Any) -> Run:
    """Check, run, run again: the plan is what is called, and nothing is left to do."""
    written = len(tenant.writes())
    preview = run_playbook(tmp_path, tenant, playbook, "--check", **values)
    assert preview.code == 0, preview.text
    assert len(tenant.writes()) == written
    real = run_playbook(tmp_path, tenant, playbook, **values)
    assert real.code == 0, real.text
    assert preview.plan == real.plan == tenant.writes()[written:] != []
    again = run_playbook(tmp_path, tenant, playbook, **values)
    assert (again.code, again.changed, again.plan) == (0, 0, []), again.text
    return real


def _by_name(tenant: Practice, noun: str) -> dict[str, dict[str, Any]]:
    return {row["Name"]: row for row in tenant.state()[noun]}


@pytest.mark.parametrize("seed", ["small", "empty"])
def test_all_phases_and_back(tmp_path: Path, practice: Practice, seed: str) -> None:
    practice.reset(seed)
    practice.put(
        "HostedConnectionFilterPolicy",
        # One of somebody else, and one of the vendor that was there before us.
        {"Name": "Default", "IPAllowList": ["192.0.2.10", "35.174.145.124"]},
    )
    before = without_traces(practice)
    made: set[str] = set()
    for playbook, more in PHASES:
        real = _three_times(tmp_path, practice, playbook, **FULL, **{**SCOPE, **more})
        made |= {step["parameters"]["Name"] for step in real.plan if step["cmdlet"].startswith("New-")}
    assert made == FOOTPRINT | {"Avanan - Protect (domains)"}
    cmdlets = [step["cmdlet"] for step in real.plan]
    order = [
        "Disable-TransportRule",
        "Remove-TransportRule",
        "Remove-OutboundConnector",
        "Remove-InboundConnector",
        "Set-HostedConnectionFilterPolicy",
        "Remove-DistributionGroup",
        "Remove-JournalRule",
        "Set-TransportConfig",
        "Remove-MailContact",
    ]
    assert list(dict.fromkeys(cmdlets)) == order
    assert without_traces(practice) == before


def test_what_the_footprint_is(tmp_path: Path, tenant: Practice) -> None:
    for playbook in ("manual_mode", "monitor_to_inline", "outbound_protection"):
        assert run_playbook(tmp_path, tenant, playbook, **FULL, **SCOPE).code == 0
    rules = _by_name(tenant, "TransportRule")
    names = list(rules)
    assert names[:4] == [
        "Avanan - Protect",
        "Avanan - Whitelist",
        "Avanan - Protect Outgoing",
        "Avanan - Protect Internal",
    ]
    whitelist = rules["Avanan - Whitelist"]
    assert (set(whitelist["SenderIpRanges"]), str(whitelist["SetSCL"])) == (US_INCOMING, "-1")
    assert whitelist["ExceptIfHeaderMatchesMessageHeader"] == "X-CLOUD-SEC-AV-SCL"
    assert whitelist["ExceptIfHeaderMatchesPatterns"] == ["true"]
    for name, header in (
        ("Avanan - Protect Outgoing", "customer-x,office365_emails,sent,inline"),
        ("Avanan - Protect Internal", "customer-x,office365_emails,internal,inline"),
    ):
        rule = rules[name]
        assert rule["RouteMessageOutboundConnector"] == "Avanan DLP Outbound"
        assert (rule["SetHeaderName"], rule["SetHeaderValue"]) == ("X-CLOUD-SEC-AV-Info", header)
        assert set(rule["ExceptIfSenderIpRanges"]) == US_INCOMING | US_OUTGOING
    assert rules["Avanan - Protect Outgoing"]["FromMemberOf"] == ["avanan_inline_outgoing@contoso.example"]
    assert rules["Avanan - Protect Internal"]["SentToMemberOf"] == ["avanan_inline_incoming@contoso.example"]
    assert rules["Avanan - Protect"]["SentToMemberOf"] == ["avanan_inline_incoming@contoso.example"]
    inbound = _by_name(tenant, "InboundConnector")["Avanan DLP Inbound"]
    assert (inbound["ConnectorType"], set(inbound["SenderIPAddresses"])) == ("OnPremises", US_OUTGOING)
    outbound = _by_name(tenant, "OutboundConnector")
    assert outbound["Avanan DLP Outbound"]["SmartHosts"] == ["customer-x-dlp.avanan.net"]
    journaling = outbound["Avanan Journaling Outbound"]
    assert journaling["RecipientDomains"] == ["customer-x-mail.avanan.net"]
    assert journaling["IsTransportRuleScoped"] is False
    people = tenant.state()["Recipient"]
    group = next(row for row in people if row["Name"] == "avanan_inline_incoming")
    members = {row["Alias"] for row in people if row["Guid"] in group["Members"]}
    assert members == {"user01", "pilot"}


def test_what_the_vendor_does_not_publish_must_be_given(tmp_path: Path, tenant: Practice) -> None:
    for playbook, words in (
        ("manual_mode", "the journaling connector: give portal_values.journaling_connector_type"),
        (
            "monitor_to_inline",
            "the group of protected recipients: give portal_group_domain and portal_group_owners",
        ),
        ("outbound_protection", "the DLP inbound connector: give portal_values.dlp_require_tls"),
    ):
        run = run_playbook(tmp_path, tenant, playbook, portal_footprint="automatic", **SCOPE)
        assert run.code != 0
        assert words in run.message
    assert tenant.writes() == []


def test_each_object_has_a_switch(tmp_path: Path, tenant: Practice) -> None:
    run = run_playbook(
        tmp_path, tenant, "monitor_to_inline", protect_everyone=True, inline_whitelist_rule=True
    )
    assert run.code == 0, run.text
    names = [step["parameters"].get("Name") for step in run.plan]
    assert names == ["Avanan Inbound", "Avanan Outbound", "Avanan - Whitelist", "Avanan - Protect"]
    assert "SCL -1" in run.text
    assert "IP allow list" not in run.text
    run = run_playbook(
        tmp_path,
        tenant,
        "monitor_to_inline",
        protect_everyone=True,
        portal_footprint="automatic",
        portal_group_domain="contoso.example",
        portal_group_owners=["user09"],
        inline_connection_filter=False,
    )
    assert (run.code, run.changed) == (0, 0), run.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outbound_users": [], "outbound_groups": []}, "Nobody's outgoing mail would be protected"),
        ({"outbound_everyone": True}, "outbound_everyone excludes"),
        ({"outbound_group": False}, "would protect only those who are both"),
        ({"outbound_users": ["nobody@contoso.example"], "outbound_groups": []}, "nobody@contoso.example"),
        ({"outbound_additional_ip_addresses": ["gateway"]}, "is not an IP address"),
        ({"portal_region": "uk"}, "Not all of the vendor's addresses"),
    ],
)
def test_outgoing_input_that_cannot_work(
    tmp_path: Path, tenant: Practice, values: dict[str, Any], words: str
) -> None:
    run = run_playbook(tmp_path, tenant, "outbound_protection", **{**FULL, **SCOPE, **values})
    assert run.code != 0
    assert words in run.message
    assert tenant.writes() == []


def _prepare(tenant: Practice) -> None:
    """A tenant set up by hand with the names of years ago and wrong values."""
    tenant.put("TransportConfig", {"JournalingReportNdrTo": "own@archive.example"})
    for noun, record in OLD:
        tenant.put(noun, record)


def test_what_was_made_by_hand_is_taken_over(tmp_path: Path, tenant: Practice) -> None:
    _prepare(tenant)
    counts = {noun: len(tenant.state()[noun]) for noun, _record in OLD}
    _three_times(tmp_path, tenant, "manual_mode", manual_mode_inline=True, protected_users=["user01"])
    assert {noun: len(tenant.state()[noun]) for noun, _record in OLD} == counts
    rule = _by_name(tenant, "TransportRule")["Checkpoint – Protect"]
    assert (rule["State"], rule["Priority"], rule["SentTo"]) == ("Enabled", 0, ["user01@contoso.example"])
    assert not rule["SubjectContainsWords"]
    assert not rule["PrependSubject"]
    assert rule["ExceptIfFrom"] == ["user05@contoso.example"]
    assert rule["RouteMessageOutboundConnector"] == "checkpoint outbound"
    inbound = _by_name(tenant, "InboundConnector")["Avanan Inbound Connector"]
    assert (inbound["Enabled"], inbound["RequireTls"], inbound["SenderDomains"]) == (True, True, ["smtp:*;1"])
    assert set(inbound["SenderIPAddresses"]) == US_INCOMING
    outbound = _by_name(tenant, "OutboundConnector")["checkpoint outbound"]
    assert outbound["IsTransportRuleScoped"] is True
    assert outbound["SmartHosts"] == ["customer-x-host.avanan.net"]
    journal = _by_name(tenant, "JournalRule")["Avanan – Monitor"]
    assert (journal["Enabled"], journal["Scope"]) == (True, "Global")
    assert journal["JournalEmailAddress"] == "customer-x@customer-x-mail.avanan.net"


@pytest.mark.parametrize(
    ("noun", "record", "words"),
    [
        (
            "TransportRule",
            {
                "Name": "Avanan - Protect",
                "SetHeaderName": "X",
                "SetHeaderValue": "customer-y,office365_emails,inline",
            },
            'the mail-flow rule "Avanan - Protect" belongs to portal customer-y',
        ),
        (
            "OutboundConnector",
            {"Name": "Avanan Outbound", "SmartHosts": ["customer-y-host.avanan.net"]},
            'the outbound connector "Avanan Outbound" belongs to portal customer-y',
        ),
        (
            "JournalRule",
            {"Name": "Avanan - Monitor", "JournalEmailAddress": "customer-y@customer-y-mail.avanan.net"},
            'the journal rule "Avanan - Monitor" belongs to portal customer-y',
        ),
        (
            "OutboundConnector",
            {"Name": "Avanan Inbound", "RecipientDomains": ["partner.example"]},
            '"Avanan Inbound" is to be the name of the inbound connector, but the outbound connector has it',
        ),
        (
            "InboundConnector",
            {"Name": "Avanan Inbound", "ConnectorType": "OnPremises", "SenderIPAddresses": ["192.0.2.1"]},
            "the inbound connector Avanan Inbound is of type OnPremises",
        ),
    ],
)
def test_what_belongs_to_somebody_else_is_refused(
    tmp_path: Path, tenant: Practice, noun: str, record: dict[str, Any], words: str
) -> None:
    tenant.put(noun, record)
    before = without_traces(tenant)
    for check in (("--check",), ()):
        run = run_playbook(
            tmp_path, tenant, "manual_mode", *check, manual_mode_inline=True, protect_everyone=True
        )
        assert run.code != 0
        assert words in run.message, run.message
    assert without_traces(tenant) == before


def test_a_mailbox_under_the_groups_name_is_left_alone(tmp_path: Path, tenant: Practice) -> None:
    owner = next(row for row in tenant.state()["Recipient"] if row["Name"] == "User 10")
    same = {key: owner[key] for key in ("RecipientType", "RecipientTypeDetails")}
    taken = {
        "Name": "avanan_inline_incoming",
        "Alias": "taken",
        "PrimarySmtpAddress": "taken@contoso.example",
    }
    tenant.put("Recipient", {**taken, **same, "EmailAddresses": ["SMTP:taken@contoso.example"]})
    run = run_playbook(tmp_path, tenant, "monitor_to_inline", **FULL, **SCOPE)
    assert run.code != 0
    assert "a recipient of another kind (UserMailbox) has it" in run.message
    assert tenant.writes() == []
