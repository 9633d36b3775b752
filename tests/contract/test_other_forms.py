# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants that differ from ours: what stands there already, what reads otherwise, and what is no longer clear."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_exchange.control import Practice

from .module_run import run

RULE = "o365_mail_flow_rule"
CONNECTOR = "o365_connector"
GROUP = "o365_distribution_group"
ACTIONS = {"prepend_subject": "[X] "}


def _do(tenant: Practice, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
    return run(module, options, tenant.env(way="access_token"), check=check)


def _stable(tenant: Practice, module: str, **options: Any) -> dict[str, Any]:
    done = _do(tenant, module, **options)
    assert done["changed"], done.get("msg", done["plan"])
    again = _do(tenant, module, **options)
    assert (again["changed"], again["plan"]) == (False, [])
    return done


def _record(tenant: Practice, noun: str, name: str) -> dict[str, Any]:
    return dict(next(row for row in tenant.state()[noun] if row["Name"] == name))


def test_a_name_in_a_rule_that_two_recipients_have_is_compared_as_text(tenant: Practice) -> None:
    for user in ("User 01", "User 02"):
        tenant.put("Recipient", {"Name": user, "DisplayName": "Twin"})
    tenant.put("TransportRule", {"Name": "Old", "PrependSubject": "[X] ", "SentTo": ["Twin"]})
    done = _stable(tenant, RULE, name="Old", conditions={"sent_to": ["user03"]})
    assert done["mail_flow_rule"]["conditions"]["sent_to"] == ["user03@contoso.example"]


@pytest.mark.parametrize("setting", ["sent_to", "any_of_to_header", "manager_addresses"])
def test_a_name_that_nobody_has_is_refused_before_writing(tenant: Practice, setting: str) -> None:
    options = {"name": "New", "actions": ACTIONS, "conditions": {setting: ["nobody"]}}
    words = f'the recipient "nobody" of conditions.{setting} exists in the tenant'
    assert {"text": words, "met": False} in _do(tenant, RULE, check=True, **options)["preconditions"]
    assert words in _do(tenant, RULE, **options)["msg"]
    assert tenant.writes() == []


def test_a_group_can_be_a_sender(tenant: Practice) -> None:
    _stable(tenant, RULE, name="New", actions=ACTIONS, conditions={"from": ["Sales team"]})


def test_combinations_that_the_service_has_accepted_are_left_alone(tenant: Practice) -> None:
    odd = {
        "DeleteMessage": True,
        "PrependSubject": "[X] ",
        "ApplyHtmlDisclaimerLocation": "Append",
        "HeaderContainsWords": ["yes"],
        "ActivationDate": "1/31/2031 8:00:00 AM",
        "ExpiryDate": "2030-01-01T08:00:00.0000000+00:00",
    }
    tenant.put("TransportRule", {"Name": "Odd", **odd})
    done = _do(tenant, RULE, check=True, name="Odd", comments="ours", expiry_date="2032-01-01T08:00:00Z")
    assert [set(step["parameters"]) for step in done["plan"]] == [{"Identity", "Comments", "ExpiryDate"}]
    assert "cannot be combined" in _do(tenant, RULE, name="Odd", actions={"quarantine": True})["msg"]


def test_a_rule_can_route_to_a_connector_in_test_mode(tenant: Practice) -> None:
    tenant.put("OutboundConnector", {"Name": "Test", "IsTransportRuleScoped": True, "TestMode": True})
    _stable(tenant, RULE, name="New", actions={"route_message_outbound_connector": "Test"})


def test_a_connector_without_smart_hosts_goes_by_mx(tenant: Practice) -> None:
    common = {"direction": "outbound", "name": "New", "recipient_domains": ["a.example"]}
    _stable(tenant, CONNECTOR, **common, smart_hosts=["mx.example"])
    done = _stable(tenant, CONNECTOR, **common, smart_hosts=[])
    assert done["connector"]["use_mx_record"] is True


def test_a_connector_that_becomes_a_partners_loses_what_only_own_servers_have(tenant: Practice) -> None:
    own = {"ConnectorType": "OnPremises", "SenderDomains": ["smtp:*;1"], "SenderIPAddresses": ["203.0.113.4"]}
    tenant.put("InboundConnector", {"Name": "Own", **own, "TreatMessagesAsInternal": True})
    _stable(tenant, CONNECTOR, direction="inbound", name="Own", connector_type="Partner")
    assert _record(tenant, "InboundConnector", "Own")["TreatMessagesAsInternal"] is False


def test_a_language_is_compared_without_case(tenant: Practice) -> None:
    tenant.faults(dialect=True)
    _stable(tenant, "o365_transport_config", internal_dsn_default_language="de-DE")
    assert not _do(tenant, "o365_transport_config", internal_dsn_default_language="de-de")["changed"]


def test_a_pattern_in_other_case_is_another_pattern(tenant: Practice) -> None:
    for pattern in (r"City:^\s", r"City:^\S"):
        conditions = {"sender_ad_attribute_matches_patterns": [pattern]}
        _stable(tenant, RULE, name="New", actions=ACTIONS, conditions=conditions)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "sales-team"}, 'the recipient "Sales team" (MailUniversalDistributionGroup) has it'),
        ({"name": "New", "alias": "project-north"}, 'the recipient "Project north" (GroupMailbox) has it'),
        (
            {"name": "New", "primary_smtp_address": "USER01@fabrikam.example"},
            'the recipient "User 01" (UserMailbox) has it',
        ),
    ],
)
def test_a_new_group_whose_alias_or_address_is_taken(
    tenant: Practice, options: dict[str, Any], words: str
) -> None:
    refused = _do(tenant, GROUP, managed_by=["user09"], **options)
    assert words in refused["msg"]
    assert tenant.writes() == []


def test_a_group_that_one_server_still_shows_is_gone(tenant: Practice) -> None:
    _stable(tenant, GROUP, name="Team", managed_by=["user09"], members=["user01"])
    tenant.faults(lag_reads=2)
    gone = _do(tenant, GROUP, name="Team", state="absent")
    assert not gone.get("failed"), gone["msg"]
