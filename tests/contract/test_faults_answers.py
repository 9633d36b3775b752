# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of the admin API that are none, and what is concluded from them: nothing. By kind, on reads and on writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.change_runs import without_ids
from tests.fake_exchange.control import Practice
from tests.phase_run import PhaseRun
from tests.scenarios import FULL

from .module_run import Patience, run

RULE = {"name": "Faulty", "actions": {"prepend_subject": "[X] "}}
JOURNAL = {"name": "Faulty", "journal_email_address": "archive@vendor.example"}
INBOUND = {"name": "Faulty", "direction": "inbound", "sender_domains": ["*"]}
OUTBOUND = {
    "name": "Faulty",
    "direction": "outbound",
    "smart_hosts": ["relay.vendor.example"],
    "is_transport_rule_scoped": True,
    "use_mx_record": False,
    "tls_settings": "EncryptionOnly",
}
CONTACT = {"name": "Faulty", "external_email_address": "faulty@vendor.example"}
MADE = [
    ("o365_mail_flow_rule", "TransportRule", RULE),
    ("o365_journal_rule", "JournalRule", JOURNAL),
    ("o365_connector", "InboundConnector", INBOUND),
    ("o365_connector", "OutboundConnector", OUTBOUND),
    ("o365_mail_contact", "MailContact", CONTACT),
]


def _run(
    tenant: Practice, module: str, options: dict[str, Any], patience: Patience | None = None, **more: Any
) -> dict[str, Any]:
    return run(module, {**options, **more}, tenant.env(), waiting=(patience or Patience()).waiting)


def _rules(tenant: Practice) -> list[str]:
    return [rule["Name"] for rule in tenant.state()["TransportRule"]]


NOTHING = [
    {"body": ""},
    {"status": 204},
    {"body": "null"},
    {"body": "{}"},
    {"body": "[]"},
    {"body": '"text"'},
    {"body": "not JSON"},
    {"body": '{"value": ['},
    {"body": '{"value": [], "value": []}'},
    {"body": '{"value": NaN}'},
    {"body": '{"value": [1e999]}'},
    {"body": '{"a":' * 100_000},
    {"body": "[" * 100_000},
    {"body": '{"value": [{"Name": "\\ud800", "Guid": "x", "Priority": 0}]}'},
    {"body": "<html><title>Sign in to the network</title></html>", "headers": {"Content-Type": "text/html"}},
    {"json": {"foo": 1}},
    {"json": {"value": None}},
    {"json": {"value": {}}},
    {"json": {"value": {"Name": "Tag", "Guid": "g", "Priority": 0}}},
    {"json": {"value": "none"}},
    {"json": {"value": 0}},
    {"json": {"value": [None]}},
    {"json": {"value": ["Tag"]}},
    {"json": {"value": [[]]}},
    {"json": {"value": [{}]}},
    {"json": {"Value": []}},
    {"json": {"d": {"results": []}}},
    {"json": {"@odata.context": "x", "@adminapi.warnings": []}},
    {"json": {"value": [], "@odata.nextLink": 7}},
    {"right": True, "row": {"Name": None}},
    {"right": True, "row": {"Name": ""}},
    {"right": True, "row": {"Name": 5}},
    {"right": True, "row": {"Guid": None}},
    {"right": True, "row": {"Priority": None}},
    {"right": True, "row": {"Priority": "first"}},
    {"right": True, "row": {"Priority": -1}},
    {"right": True, "row": {"Priority": True}},
    {"json": {"value": [{"Name": "A", "Guid": "g", "JournalEmailAddress": "a@b.example"}]}},
]


@pytest.mark.parametrize("answer", NOTHING, ids=lambda answer: json.dumps(answer)[:80])
def test_nothing_is_concluded_from_an_answer_that_is_none(tenant: Practice, answer: dict[str, Any]) -> None:
    made = _run(tenant, "o365_mail_flow_rule", RULE)
    assert made["changed"]
    tenant.answers({**answer, "cmdlet": "Get-TransportRule", "times": 99})
    patience = Patience()
    result = _run(tenant, "o365_mail_flow_rule", {"name": "Faulty", "state": "absent"}, patience)
    assert result["failed"], result
    assert result["error"]["kind"] == "ServiceError"
    assert "is not what the admin API sends" in result["msg"]
    assert result["error"]["request_id"]
    assert len(patience.pauses) == 1
    assert "Faulty" in _rules(tenant)


@pytest.mark.parametrize("answer", NOTHING[:3] + NOTHING[13:17], ids=lambda answer: json.dumps(answer)[:80])
def test_a_good_answer_after_it_is_believed(tenant: Practice, answer: dict[str, Any]) -> None:
    tenant.answers({**answer, "cmdlet": "Get-TransportRule"})
    assert not _run(tenant, "o365_mail_flow_rule", RULE).get("failed")


# What tells one class from another in every place where objects are read.
KEYS = [
    ("mail_flow_rules", "TransportRule", "Priority"),
    ("journal_rules", "JournalRule", "JournalEmailAddress"),
    ("inbound_connectors", "InboundConnector", "SenderDomains"),
    ("outbound_connectors", "OutboundConnector", "SmartHosts"),
    ("connection_filter", "HostedConnectionFilterPolicy", "IPAllowList"),
    ("accepted_domains", "AcceptedDomain", "DomainName"),
    ("organization_config", "OrganizationConfig", "IsDehydrated"),
    ("transport_config", "TransportConfig", "JournalingReportNdrTo"),
]


@pytest.mark.parametrize(("topic", "noun", "key"), KEYS)
def test_records_are_of_the_class_that_was_asked_for(
    tenant: Practice, topic: str, noun: str, key: str
) -> None:
    tenant.put("InboundConnector", {"Name": "There"})
    tenant.put("OutboundConnector", {"Name": "There"})
    tenant.put("JournalRule", {"Name": "There", "JournalEmailAddress": "a@vendor.example"})
    assert _run(tenant, "o365_info", {"gather": [topic]})[topic]
    for answer in ({"right": True, "row": {key: None}}, {"json": {"value": [{"Name": "x", "Guid": "y"}]}}):
        tenant.answers({**answer, "cmdlet": f"Get-{noun}", "times": 9})
        result = _run(tenant, "o365_info", {"gather": [topic]})
        assert result["failed"], result
        assert f"a record that is no {noun}" in result["msg"]


@pytest.mark.parametrize("noun", ["TransportConfig", "OrganizationConfig"])
def test_what_exists_always_is_never_missing(tenant: Practice, noun: str) -> None:
    topic = {"TransportConfig": "transport_config", "OrganizationConfig": "organization_config"}[noun]
    tenant.answers({"json": {"value": []}, "cmdlet": f"Get-{noun}", "times": 9})
    result = _run(tenant, "o365_info", {"gather": [topic]})
    assert result["failed"], result


@pytest.mark.parametrize(
    "answer",
    [
        {
            "status": 404,
            "body": "<html><title>Not found</title>The object couldn't be found on this server</html>",
        },
        {"status": 404, "body": "The page couldn't be found on this server."},
        {
            "status": 500,
            "body": "Couldn't find object of this name.",
            "headers": {"X-ExceptionType": "x.ADNoSuchObjectException"},
        },
        {"status": 404, "json": {"message": "The page couldn't be found on the proxy."}},
    ],
    ids=str,
)
def test_absence_is_not_concluded_from_somebodys_words(tenant: Practice, answer: dict[str, Any]) -> None:
    _run(tenant, "o365_mail_contact", CONTACT)
    tenant.answers({**answer, "cmdlet": "Get-MailContact", "times": 99})
    result = _run(tenant, "o365_mail_contact", {"name": "Faulty", "state": "absent"})
    assert result["failed"], result
    assert [row["Name"] for row in tenant.state()["Recipient"]].count("Faulty") == 1


def test_of_a_whole_class_nothing_can_be_missing(tenant: Practice) -> None:
    missing = {
        "type": "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
        "text": "The operation couldn't be performed because object 'x' couldn't be found on 'DC'.",
        "status": 404,
        "times": 99,
    }
    tenant.faults(fail={"cmdlet": "Get-InboundConnector", **missing})
    result = _run(tenant, "o365_connector", {**INBOUND, "state": "absent"})
    assert result["failed"], result


def test_an_error_inside_a_success_is_one(tenant: Practice) -> None:
    for error in (
        {"code": "x", "message": "Said inside."},
        "Said inside.",
        {"innererror": {"message": "Said inside."}},
    ):
        tenant.answers({"json": {"value": [], "error": error}, "cmdlet": "Get-TransportRule", "times": 9})
        result = _run(tenant, "o365_mail_flow_rule", {"name": "Faulty", "state": "absent"})
        assert result["failed"], result
        assert "Said inside." in result["msg"]


@pytest.mark.parametrize(
    "errors",
    [["|X.OddException|Said late."], "Said late.", [{"Message": "Said late."}], [None, "Said late."]],
)
def test_errors_that_come_late_are_errors(tenant: Practice, errors: Any) -> None:
    tenant.answers({"right": True, "envelope": {"@adminapi.errors": errors}, "cmdlet": "New-TransportRule"})
    result = _run(tenant, "o365_mail_flow_rule", RULE)
    assert result["failed"], result
    assert "Said late." in result["msg"]


def test_warnings_in_any_form_are_shown(tenant: Practice) -> None:
    for given in ("Said once.", ["Said once.", None, "Said once."]):
        tenant.answers(
            {"right": True, "envelope": {"@adminapi.warnings": given}, "cmdlet": "Get-TransportRule"}
        )
        assert "Said once." in _run(tenant, "o365_info", {"gather": ["mail_flow_rules"]})["warnings"]


# ---------------------------------------------------------------------------------------------- writes

HALF = [
    {"body": '{"value": [{"Na'},
    {"body": "<html>portal</html>"},
    {"json": {"foo": 1}},
    {"json": ["a"]},
    {"json": {"value": "x"}},
    {"json": {"value": []}, "cut": 5},
    {"size": 60 << 20},
    {"status": 502},
    {"status": 500, "body": "<html>oops</html>"},
    {"status": 504},
    {"status": 408},
    {"drop": True},
]
# The client repeats these by itself, so that the second New- finds the object of the first.
AGAIN = [
    {"status": 503},
    {"status": 429, "headers": {"Retry-After": "1"}},
    {
        "status": 429,
        "body": "You have reached the maximum number of concurrent requests per tenant. Please wait.",
    },
    {"status": 400, "json": {"error": {"details": [{"message": "|X.DCOverloadedException|Busy."}]}}},
    {"status": 400, "json": {"error": {"message": "The issue may be transient. Please try again."}}},
]


# Every answer for one class, and one of each kind for the others.
EFFECTS = [(*MADE[0], answer) for answer in HALF + AGAIN] + [
    (*made, answer) for made in MADE[1:] for answer in (HALF[0], HALF[-1], AGAIN[0], AGAIN[3])
]


@pytest.mark.parametrize(
    ("module", "noun", "options", "answer"),
    EFFECTS,
    ids=lambda part: json.dumps(part)[:60] if isinstance(part, dict) else part,
)
def test_a_write_that_took_effect_whatever_is_answered(
    tenant: Practice, module: str, noun: str, options: dict[str, Any], answer: dict[str, Any]
) -> None:
    tenant.put("TransportConfig", {"JournalingReportNdrTo": "undeliverable@vendor.example"})
    tenant.answers({**answer, "cmdlet": f"New-{noun}", "applied": True})
    result = _run(tenant, module, options)
    assert not result.get("failed"), result
    assert result["changed"]
    kept = "Recipient" if noun == "MailContact" else noun
    assert [row["Name"] for row in tenant.state()[kept]].count("Faulty") == 1
    assert _run(tenant, module, options)["changed"] is False


@pytest.mark.parametrize("answer", [HALF[0], HALF[-1], *AGAIN], ids=lambda answer: json.dumps(answer)[:60])
def test_a_removal_that_took_effect_whatever_is_answered(tenant: Practice, answer: dict[str, Any]) -> None:
    _run(tenant, "o365_mail_flow_rule", RULE)
    tenant.answers({**answer, "cmdlet": "Remove-TransportRule", "applied": True})
    result = _run(tenant, "o365_mail_flow_rule", {"name": "Faulty", "state": "absent"})
    assert not result.get("failed"), result
    assert "Faulty" not in _rules(tenant)


@pytest.mark.parametrize("answer", [*AGAIN[:1], *HALF[:2]], ids=str)
def test_a_member_that_took_effect_whatever_is_answered(tenant: Practice, answer: dict[str, Any]) -> None:
    group = {"name": "Crew", "managed_by": ["user01@contoso.example"], "members": ["user02@contoso.example"]}
    assert not _run(tenant, "o365_distribution_group", group).get("failed")
    tenant.answers({**answer, "cmdlet": "Add-DistributionGroupMember", "applied": True})
    more = {**group, "members": ["user02@contoso.example", "user03@contoso.example"]}
    result = _run(tenant, "o365_distribution_group", more)
    assert not result.get("failed"), result
    assert _run(tenant, "o365_distribution_group", more)["changed"] is False


def test_a_name_that_is_taken_by_somebody_is_told(tenant: Practice) -> None:
    tenant.answers({"status": 503, "cmdlet": "New-TransportRule"})
    tenant.faults(
        fail={
            "cmdlet": "New-TransportRule",
            "status": 400,
            "type": "System.ArgumentException",
            "text": "The service's words.",
            "times": 9,
        }
    )
    result = _run(tenant, "o365_mail_flow_rule", RULE)
    assert result["failed"], result
    assert "The service's words." in result["msg"]


@pytest.mark.parametrize(
    "answer",
    [{"json": {}}, {"body": ""}, {"status": 204}, {"json": {"value": []}}, {"json": {"value": None}}],
)
def test_writes_may_answer_with_nothing(tenant: Practice, answer: dict[str, Any]) -> None:
    _run(tenant, "o365_mail_flow_rule", RULE)
    tenant.answers({**answer, "cmdlet": "Set-TransportRule", "applied": True})
    result = _run(tenant, "o365_mail_flow_rule", {**RULE, "comments": "changed"})
    assert not result.get("failed"), result
    assert len([call for call in tenant.calls() if call["cmdlet"] == "Set-TransportRule"]) == 1


def test_errors_name_the_object_and_not_its_guid(tenant: Practice) -> None:
    _run(tenant, "o365_mail_flow_rule", RULE)
    for cmdlet, options in (
        ("Set-TransportRule", {**RULE, "comments": "changed"}),
        ("Disable-TransportRule", {**RULE, "enabled": False}),
        ("Remove-TransportRule", {"name": "Faulty", "state": "absent"}),
    ):
        tenant.faults(fail={"cmdlet": cmdlet, "status": 400, "type": "X.OddException", "text": "Odd."})
        result = _run(tenant, "o365_mail_flow_rule", options)
        assert f'{cmdlet} "Faulty" failed: Odd.' in result["msg"]
        assert result["error"]["object"] == "Faulty"


@pytest.fixture(scope="module")
def removed(practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """A tenant from which everything of ours was removed: how it was before, and the record of the removal."""
    place = tmp_path_factory.mktemp("removed")
    practice.reset()
    values = {**FULL, "protected_users": ["user01"], "inline_inbound_connector": False}
    assert PhaseRun(practice, place).carry_out(["monitor", "inline"], **values).green
    before = without_ids(practice.state())
    result = PhaseRun(practice, place).carry_out(["remove"], **values)
    assert result.green, result.refused or result.failed
    practice.keep("removed")
    return before, result.document


@pytest.mark.parametrize("cmdlet", ["New-MailContact", "New-DistributionGroup", "New-TransportRule"])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_what_is_left_of_an_approved_change_is_approved(
    practice: Practice, removed: tuple[str, dict[str, Any]], cmdlet: str, status: int
) -> None:
    """A new recipient takes two calls: after the first was answered as lost, less is left than was approved."""
    before, record = removed
    assert practice.bring_back("removed")
    practice.answers({"cmdlet": cmdlet, "status": status, "body": "", "applied": True})
    options = {"record": json.dumps(record)}
    undone = run("o365_undo", options, practice.env(way="access_token"), run_state=RunState())
    assert not undone.get("failed"), undone["msg"]
    assert without_ids(practice.state()) == before
