# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule shows its connector and its recipients by whatever identity the service likes: they stay the ones that they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils import _task
from ansible_collections.avanan.office365.plugins.module_utils._exchange.transport import Answer, Transport

from tests.fake_exchange.control import Practice
from tests.phase_run import PhaseRun
from tests.scenarios import FULL, US_INCOMING

from .module_run import run

RULE = "o365_mail_flow_rule"
FORMS = ("Guid", "DistinguishedName", "Identity")
PATH = "contoso.onmicrosoft.example/Configuration/To gateway"


def _connector(tenant: Practice) -> dict[str, Any]:
    connector = {"Name": "To gateway", "Identity": PATH, "IsTransportRuleScoped": True, "Enabled": True}
    tenant.put("OutboundConnector", {**connector, "SmartHosts": ["mx.gateway.example"]})
    return dict(next(row for row in tenant.state()["OutboundConnector"] if row["Name"] == "To gateway"))


@pytest.mark.parametrize("form", FORMS)
def test_a_connector_that_a_rule_shows_by_another_identity(tenant: Practice, form: str) -> None:
    shown = _connector(tenant)[form]
    changed = {"RouteMessageOutboundConnector": shown}
    tenant.answers({"cmdlet": "Get-TransportRule", "times": 99, "right": True, "row": changed})
    env = tenant.env(way="access_token")
    options = {"name": "New", "actions": {"route_message_outbound_connector": "to gateway"}}
    made = run(RULE, options, env)
    assert not made.get("failed"), made["msg"]
    assert made["mail_flow_rule"]["actions"] == {"route_message_outbound_connector": "To gateway"}
    assert (run(RULE, options, env)["changed"], len(tenant.writes())) == (False, 1)
    rules = run("o365_info", {"gather": ["mail_flow_rules"]}, env)["mail_flow_rules"]
    assert {rule["actions"]["route_message_outbound_connector"] for rule in rules} == {"To gateway"}
    used = run("o365_connector", {"name": "To gateway", "direction": "outbound", "state": "absent"}, env)
    assert '"New" (actions.route_message_outbound_connector)' in used["msg"]


def test_a_connector_of_which_nobody_shows_the_identity(tenant: Practice) -> None:
    """It reads as it is shown; and a connector is free to be called None."""
    tenant.put("OutboundConnector", {"Name": "None", "IsTransportRuleScoped": True, "Enabled": True})
    shown = "CN=elsewhere,CN=x"
    for name, route in (("Routes", shown), ("Tags", None)):
        tenant.put(
            "TransportRule", {"Name": name, "PrependSubject": "x", "RouteMessageOutboundConnector": route}
        )
    found = run("o365_info", {"gather": ["mail_flow_rules"]}, tenant.env(way="access_token"))
    routes = {
        rule["name"]: rule["actions"].get("route_message_outbound_connector")
        for rule in found["mail_flow_rules"]
    }
    assert (routes["Routes"], routes["Tags"]) == (shown, None)


def test_a_connector_with_a_blank_in_its_name_that_nobody_sees(tenant: Practice) -> None:
    """Whether the service finds it without the blank is not known."""
    for name in ("To gateway ", "To archive", "To archive "):
        tenant.put("OutboundConnector", {"Name": name, "IsTransportRuleScoped": True, "Enabled": True})
    for route, refused in (("To gateway", True), ("To archive", False)):
        options = {"name": "New", "actions": {"route_message_outbound_connector": route}}
        result = run(RULE, options, tenant.env(way="access_token"))
        blank = 'the outbound connector "To gateway " has no blank before or after its name'
        assert (blank in str(result.get("msg")), result["changed"]) == (refused, not refused)


@pytest.mark.parametrize("phases", [["monitor", "inline"], ["remove"]])
def test_an_object_of_ours_with_a_blank_in_its_name(
    tenant: Practice, tmp_path: Path, phases: list[str]
) -> None:
    """It would be left behind, or be moved by every run."""
    whitelist = {"Name": " Avanan - Whitelist", "SenderIpRanges": ["203.0.113.9"], "SetSCL": -1}
    tenant.put("TransportRule", whitelist)
    done = PhaseRun(tenant, tmp_path).carry_out(phases, protected_users=["user01"])
    words = 'the mail-flow rule " Avanan - Whitelist" has a blank before or after its name; rename it to "Avanan - Whitelist" or remove it'
    assert words in done.refused
    assert tenant.writes() == []


def test_a_recipient_that_an_answer_shows_twice(tenant: Practice) -> None:
    """As where a page begins before the end of the one before it."""
    user = next(row for row in tenant.state()["Recipient"] if row["Name"] == "User 01")
    tenant.answers({"cmdlet": "Get-Recipient", "times": 9, "json": {"value": [user, user]}})
    options = {"name": "New", "actions": {"prepend_subject": "x"}, "conditions": {"sent_to": ["User 01"]}}
    made = run(RULE, options, tenant.env(way="access_token"))
    assert made["mail_flow_rule"]["conditions"] == {"sent_to": ["user01@contoso.example"]}


def _removed(tenant: Practice, directory: Path, other: Callable[[], None]) -> dict[str, Any]:
    """The record of a removal, before which the tenant began to show things in another form."""
    values = {**FULL, "protected_users": ["user01"]}
    made = PhaseRun(tenant, directory).carry_out(["inline"], **values)
    assert made.green, made.refused or made.failed
    other()
    removed = PhaseRun(tenant, directory).carry_out(["remove"], **values)
    assert removed.green, removed.refused or removed.failed
    return removed.document


def _protect(tenant: Practice) -> dict[str, Any]:
    return dict(next(row for row in tenant.state()["TransportRule"] if row["Name"] == "Avanan - Protect"))


@pytest.mark.parametrize("form", ["Guid", "Identity"])
def test_what_was_removed_with_its_group_comes_back(tenant: Practice, tmp_path: Path, form: str) -> None:
    """The group is made again with another GUID, and its rule has to find it."""

    def other() -> None:
        rule, people = _protect(tenant), tenant.state()["Recipient"]
        scope = [row[form] for row in people if row["PrimarySmtpAddress"] in rule["SentToMemberOf"]]
        assert len(scope) == len(rule["SentToMemberOf"])
        tenant.delete("TransportRule", rule["Name"])
        tenant.put("TransportRule", {**rule, "SentToMemberOf": scope})

    document = _removed(tenant, tmp_path, other)
    undone = run("o365_undo", {"record": json.dumps(document)}, tenant.env(way="access_token"))
    assert not undone.get("failed"), undone["msg"]
    back = _protect(tenant)
    assert (back["SentToMemberOf"], back["State"]) == (["avanan_inline_incoming@contoso.example"], "Enabled")


def test_what_was_removed_where_all_reads_otherwise_comes_back(tenant: Practice, tmp_path: Path) -> None:
    """What a connector shows as a range, it takes as blocks only."""
    document = _removed(tenant, tmp_path, lambda: tenant.faults(dialect=True))
    undone = run("o365_undo", {"record": json.dumps(document)}, tenant.env(way="access_token"))
    assert not undone.get("failed"), undone["msg"]
    inbound = next(row for row in tenant.state()["InboundConnector"] if row["Name"] == "Avanan Inbound")
    assert set(inbound["SenderIPAddresses"]) == US_INCOMING


def test_what_was_removed_comes_back_where_addresses_read_in_another_case(
    tenant: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group is proved with the address that it is given, and then reads with the domain as the organization writes it."""
    document = _removed(tenant, tmp_path, lambda: None)

    class Shown(Transport):
        def send(self, *arguments: Any, **limits: Any) -> Answer:
            answer = super().send(*arguments, **limits)
            shown = answer.content.replace(b"incoming@contoso.example", b"incoming@Contoso.Example")
            return replace(answer, content=shown)

    monkeypatch.setattr(_task, "Transport", Shown)
    undone = run("o365_undo", {"record": json.dumps(document)}, tenant.env(way="access_token"))
    assert not undone.get("failed"), undone["msg"]
    assert _protect(tenant)["State"] == "Enabled"


def test_pages_that_overlap(tenant: Practice) -> None:
    rules = tenant.state()["TransportRule"]
    order = {
        "cmdlet": "Get-TransportRule",
        "json": {"value": rules[:2], "@odata.nextLink": "InvokeCommand?$skiptoken=1"},
    }
    tenant.answers(order, {"cmdlet": "Get-TransportRule", "json": {"value": rules[1:]}})
    found = run("o365_info", {"gather": ["mail_flow_rules"]}, tenant.env(way="access_token"))
    assert [rule["name"] for rule in found["mail_flow_rules"]] == [rule["Name"] for rule in rules]
