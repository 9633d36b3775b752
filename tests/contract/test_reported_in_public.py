# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people have reported of tools like this one: forms of addresses, names in any script, settings that are only switched."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from tests.fake_exchange.control import Practice

from .module_run import run

RULE, CONNECTOR, GROUP = "o365_mail_flow_rule", "o365_connector", "o365_distribution_group"
JOURNAL, FILTER = "o365_journal_rule", "o365_connection_filter"
OUTBOUND = {
    "direction": "outbound",
    "name": "Out",
    "is_transport_rule_scoped": True,
    "tls_settings": "EncryptionOnly",
}
INBOUND = {"direction": "inbound", "name": "In", "sender_domains": ["*"]}


def _do(tenant: Practice, module: str, **options: Any) -> dict[str, Any]:
    result = run(module, options, tenant.env(way="access_token"))
    assert not result.get("failed"), result["msg"]
    return result


def _refused(tenant: Practice, module: str, **options: Any) -> str:
    """The message; check mode and run say the same, and nothing is written."""
    told = [run(module, options, tenant.env(way="access_token"), check=check) for check in (True, False)]
    assert [result.get("failed") for result in told] == [True, True], told
    assert told[0]["msg"] == told[1]["msg"]
    assert tenant.writes() == []
    return str(told[0]["msg"])


def _settled(tenant: Practice, module: str, **options: Any) -> dict[str, Any]:
    """The result of a run after which a second one changes nothing."""
    result = _do(tenant, module, **options)
    assert not _do(tenant, module, **options)["changed"]
    return result


# ------------------------------------------------------------------------------------------------- forms of addresses


@pytest.mark.parametrize(
    ("form", "same"),
    [
        ("[198.51.100.10]", "198.51.100.10"),
        ("relay.example.", "relay.example"),
        (" relay.example ", "relay.example"),
        ("RELAY.Example", "relay.example"),
        ("relay_1.example", "relay_1.example"),
    ],
)
def test_a_smart_host_in_another_form_is_the_same(tenant: Practice, form: str, same: str) -> None:
    _settled(tenant, CONNECTOR, **OUTBOUND, smart_hosts=[form])
    assert not _do(tenant, CONNECTOR, **OUTBOUND, smart_hosts=[same])["changed"]


@pytest.mark.parametrize(
    "form",
    [
        "10.1.2.3",
        "2001:db8::5",
        "smtp://relay.example",
        "https://relay.example/",
        "user@relay.example",
        "relay.example:587",
        "300.1.2.3",
        "198.51.100.010",
        "198.51.100",
        "relay.1",
    ],
)
def test_what_is_no_smart_host_is_refused(tenant: Practice, form: str) -> None:
    assert form in _refused(tenant, CONNECTOR, **OUTBOUND, smart_hosts=[form])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["198.51.100.10/28"], ["198.51.100.0/28"]),
        (["198.51.100.1/25", "198.51.100.0/25"], ["198.51.100.0/25"]),
        (["198.51.100.5/32"], ["198.51.100.5"]),
    ],
)
def test_blocks_with_bits_of_hosts_are_their_networks(
    tenant: Practice, given: list[str], kept: list[str]
) -> None:
    result = _settled(tenant, CONNECTOR, **INBOUND, sender_ip_addresses=given)
    assert result["connector"]["sender_ip_addresses"] == kept


@pytest.mark.parametrize("form", ["198.51.96.0/19", "198.51.100.1-198.51.100.9", "198.51.100.010"])
def test_what_a_connector_takes_for_no_address(tenant: Practice, form: str) -> None:
    assert form in _refused(tenant, CONNECTOR, **INBOUND, sender_ip_addresses=[form])


@pytest.mark.parametrize(
    "given",
    [
        ["198.51.100.1-198.51.100.200"],
        ["198.51.100.0/24"],
        ["198.51.100.77/24"],
        ["198.51.100.1 - 198.51.100.9"],
        ["2001:db8::5"],
        "198.51.100.1, 203.0.113.7",
    ],
)
def test_entries_of_the_allow_list_in_any_form(tenant: Practice, given: Any) -> None:
    _settled(tenant, FILTER, ip_allow_list=given)


@pytest.mark.parametrize(
    "entry",
    [
        "198.51.100.0-198.51.101.200",
        "198.51.100.0/23",
        "2001:db8::/64",
        "198.51.100.9-198.51.100.1",
        "198.51.100.1–198.51.100.9",
    ],
)
def test_entries_that_the_allow_list_cannot_have(tenant: Practice, entry: str) -> None:
    assert entry in _refused(tenant, FILTER, ip_allow_list=[entry])


# ---------------------------------------------------------------------------------------------------- names and texts


NAME = "Règle – « Ne pas transférer » ’24 ✉"


def test_any_script_is_kept_as_it_is_given(tenant: Practice) -> None:
    rule = {
        "name": NAME,
        "comments": "Größe, размер, サイズ",
        "conditions": {"subject_contains_words": ["Rückläufer", "срочно", "機密"]},
        "actions": {"prepend_subject": "[Éxt] "},
    }
    result = _settled(tenant, RULE, **rule)["mail_flow_rule"]
    assert result["name"] == NAME
    assert result["conditions"]["subject_contains_words"] == sorted(
        rule["conditions"]["subject_contains_words"]
    )
    odd = {"name": unicodedata.normalize("NFD", "Été ﬁn Ａ"), "actions": {"prepend_subject": "[Éﬁ] "}}
    assert _settled(tenant, RULE, **odd)["mail_flow_rule"]["name"] == odd["name"]
    connector = "Vers la passerelle – équipe d’août"
    _settled(tenant, CONNECTOR, **{**OUTBOUND, "name": connector}, smart_hosts=["relay.example"])
    route = {"route_message_outbound_connector": connector.lower()}
    placed = _settled(tenant, RULE, name="Route", actions=route, after=[NAME])
    assert placed["order"].index("Route") > placed["order"].index(NAME)
    _settled(tenant, GROUP, name="Équipe Zürich", alias="equipe-zuerich", managed_by=["user09"])


def test_a_switch_changes_nothing_else(tenant: Practice) -> None:
    def row(name: str) -> dict[str, Any]:
        found = next(rule for rule in tenant.state()["TransportRule"] if rule["Name"] == name)
        return {
            key: value
            for key, value in found.items()
            if key not in ("WhenChanged", "State", "Mode", "Priority")
        }

    before = row("Block executables")
    _settled(tenant, RULE, name="block EXECUTABLES", enabled=False)
    assert row("Block executables") == before
    redirect = {
        "name": "Redirect",
        "enabled": False,
        "mode": "Audit",
        "actions": {"redirect_message_to": ["user01"]},
    }
    _settled(tenant, RULE, **redirect, conditions={"from_scope": "NotInOrganization"})
    before = row("Redirect")
    _settled(tenant, RULE, name="Redirect", enabled=True)
    _settled(tenant, RULE, name="Redirect", mode="Enforce")
    assert row("Redirect") == before
    before = row("Mark external mail")
    _settled(tenant, RULE, name="Mark external mail", enabled=False, position="first")
    assert row("Mark external mail") == before


def test_the_last_action_is_not_taken_away(tenant: Practice) -> None:
    told = _refused(tenant, RULE, name="Disclaimer", actions={"apply_html_disclaimer_text": ""})
    assert "a rule needs at least one action" in told


def test_a_group_beside_a_microsoft_365_group(tenant: Practice) -> None:
    group = {
        "name": "crew@contoso.example",
        "primary_smtp_address": "crew2@contoso.example",
        "managed_by": ["user09"],
    }
    _settled(tenant, GROUP, **group, alias="crew2")
    security = {
        "name": "Owners",
        "type": "Security",
        "managed_by": ["User 09", "user10@contoso.example"],
        "members": ["user01@fabrikam.example", "USER02@CONTOSO.EXAMPLE", "Sales team"],
    }
    names = {row["Alias"]: row["DisplayName"] for row in tenant.state()["Recipient"] if row.get("Alias")}
    security["managed_by"] = [names["user09"], "user10@contoso.example"]
    _settled(tenant, GROUP, **security)
    assert _do(tenant, GROUP, name="Owners", state="absent")["changed"]


def test_a_name_that_is_somebodys_address(tenant: Practice) -> None:
    options = {"name": "user01@fabrikam.example", "managed_by": ["user09"]}
    preview = run(GROUP, options, tenant.env(), check=True)
    assert [item["met"] for item in preview["preconditions"]] == [False]
    refused = run(GROUP, options, tenant.env())
    assert 'the recipient "User 01" (UserMailbox) has it' in refused["msg"]
    assert tenant.writes() == []


# ---------------------------------------------------------------------------------------------------- journal addresses


@pytest.mark.parametrize("address", ["copies+portal@archive.example", "outside@archive.example"])
def test_journal_addresses_outside(tenant: Practice, address: str) -> None:
    _do(tenant, "o365_mail_contact", name="Outside", external_email_address="outside@archive.example")
    _do(tenant, "o365_transport_config", journaling_report_ndr_to="ndr@elsewhere.example")
    _settled(tenant, JOURNAL, name="J", journal_email_address=address, recipient="sales-team@contoso.example")


def test_a_name_is_no_journal_address(tenant: Practice) -> None:
    assert "is not an SMTP address" in _refused(tenant, JOURNAL, name="J", journal_email_address="Sales team")


def test_the_recipient_of_undeliverable_reports_is_needed(tenant: Practice) -> None:
    _do(tenant, "o365_transport_config", journaling_report_ndr_to="ndr@elsewhere.example")
    _do(tenant, JOURNAL, name="J", journal_email_address="a@archive.example")
    told = run("o365_transport_config", {"journaling_report_ndr_to": ""}, tenant.env())
    assert told["failed"]
    assert "J" in told["msg"]
    assert '""' not in told["msg"]
