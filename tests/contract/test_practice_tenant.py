# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The practice tenant behaves as the service is documented and was observed, seen with nothing but requests."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.fake_exchange.control import Practice

CONNECTOR = {"Name": "Out", "IsTransportRuleScoped": True, "UseMXRecord": False, "SmartHosts": ["a.example"]}
RULE = {"Name": "R", "PrependSubject": "[X] "}


class Caller:
    """A client that knows only the wire."""

    def __init__(self, practice: Practice) -> None:
        self._env = practice.env(way="access_token")
        self.guid = practice.guid()

    def post(
        self, cmdlet: str, headers: dict[str, str] | None = None, **parameters: Any
    ) -> requests.Response:
        return requests.post(
            f"{self._env['O365_ENDPOINT']}/adminapi/beta/{self.guid}/InvokeCommand",
            json={"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}},
            headers={"Authorization": f"Bearer {self._env['O365_ACCESS_TOKEN']}", **(headers or {})},
            verify=self._env["O365_CA_PATH"],
            timeout=30,
        )

    def rows(self, cmdlet: str, **parameters: Any) -> list[dict[str, Any]]:
        answer = self.post(cmdlet, **parameters)
        assert answer.status_code in (200, 204), answer.text
        return list((answer.json() if answer.content else {}).get("value") or [])

    def fault(self, cmdlet: str, **parameters: Any) -> tuple[int, str, str]:
        """Status, exception type without its namespace, and words of a failure."""
        answer = self.post(cmdlet, **parameters)
        assert answer.status_code >= 400, answer.text
        inner = answer.json()["error"]["innererror"]["internalexception"]
        return answer.status_code, inner["type"].rpartition(".")[2], inner["message"]


@pytest.fixture
def caller(tenant: Practice) -> Caller:
    return Caller(tenant)


def test_the_envelope(caller: Caller) -> None:
    body = caller.post("Get-TransportRule", ResultSize="Unlimited").json()
    assert body["@adminapi.warnings"] == []
    first = body["value"][0]
    assert (first["Priority"], first["Priority@data.type"]) == (0, "System.Int32")
    assert first["Conditions@odata.type"] == "#Collection(String)"
    assert (first["SentTo"], first["StopRuleProcessing"], first["State"]) == (None, False, "Enabled")
    assert first["WhenChanged"].endswith(".0000000+00:00")


@pytest.mark.parametrize(
    ("cmdlet", "parameters", "kind"),
    [
        ("Get-JournalRule", {"ResultSize": "Unlimited"}, "AmbiguousParameterSetException"),
        ("Set-TransportRule", {"Identity": "Disclaimer", "Enabled": True}, "AmbiguousParameterSetException"),
        ("Set-JournalRule", {"Identity": "x", "Enabled": True}, "AmbiguousParameterSetException"),
        (
            "New-OutboundConnector",
            {**CONNECTOR, "ValidationRecipients": ["a@b.example"]},
            "AmbiguousParameterSetException",
        ),
        ("New-TransportRule", {**RULE, "Mode": "Nonsense"}, "ParameterTransformationException"),
        (
            "New-TransportRule",
            {**RULE, "GenerateIncidentReport": ["a@b.example"]},
            "ParameterTransformationException",
        ),
        ("New-TransportRule", {"PrependSubject": "x"}, "ParameterBindingException"),
        ("New-InboundConnector", {"Name": "In"}, "ParameterBindingException"),
        ("Set-TransportRule", {"Identity": "nobody", "Comments": "x"}, "ManagementObjectNotFoundException"),
        ("New-TransportRule", {"Name": "R"}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "Name": "DISCLAIMER"}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "SentTo": []}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "SentTo": ["sales-team"]}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "SetHeaderName": "X-A"}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "DeleteMessage": True}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "RouteMessageOutboundConnector": "To partner"}, "ArgumentException"),
        ("New-TransportRule", {**RULE, "Priority": 6}, "InvalidPriorityException"),
        ("New-TransportRule", {**RULE, "Priority": -1}, "ArgumentException"),
        ("Set-TransportRule", {"Identity": "Disclaimer", "Priority": 5}, "InvalidPriorityException"),
        ("New-JournalRule", {"Name": "J", "JournalEmailAddress": "a@b.example"}, "InvalidOperationException"),
        (
            "New-OutboundConnector",
            {**CONNECTOR, "Name": "to ARCHIVE"},
            "ErrorOutboundConnectorAlreadyExistsException",
        ),
        ("New-OutboundConnector", {**CONNECTOR, "SenderRewritingEnabled": False}, "ArgumentException"),
        (
            "New-OutboundConnector",
            {**CONNECTOR, "RecipientDomains": ["a.example"]},
            "OutboundConnectorIncorrectTransportRuleScopedParametersException",
        ),
        (
            "Remove-OutboundConnector",
            {"Identity": "To archive"},
            "ConnectorIncorrectUsageConnectorStillReferencedException",
        ),
        (
            "New-InboundConnector",
            {"Name": "In", "SenderDomains": ["*"], "SenderIPAddresses": ["10.0.0.1"]},
            "IPRangeInConnectorContainsReservedIPAddressesException",
        ),
        (
            "New-InboundConnector",
            {"Name": "In", "SenderDomains": ["*"], "SenderIPAddresses": ["2001:db8::1"]},
            "IPv6AddressesRangesAreNotAllowedInConnectorException",
        ),
        (
            "New-InboundConnector",
            {"Name": "In", "SenderDomains": ["*"], "RestrictDomainsToIPAddresses": True},
            "DataValidationException",
        ),
        ("Enable-OrganizationCustomization", {}, "InvalidOperationException"),
    ],
)
def test_refusals(
    tenant: Practice, caller: Caller, cmdlet: str, parameters: dict[str, Any], kind: str
) -> None:
    before = tenant.state()
    _status, found, _words = caller.fault(cmdlet, **parameters)
    assert found == kind
    assert tenant.state() == before


def test_a_unique_prefix_is_taken_for_an_enumeration_member(caller: Caller) -> None:
    (rule,) = caller.rows("New-TransportRule", **RULE, Mode="enf")
    assert rule["Mode"] == "Enforce"


def test_values_are_stored_in_the_services_spelling(caller: Caller) -> None:
    (rule,) = caller.rows(
        "New-TransportRule",
        **RULE,
        SentTo=["User 01"],
        SentToMemberOf=["pilot"],
        MessageSizeOver="10MB",
        ActivationDate="2020-01-01T00:00:00Z",
        RejectMessageReasonText=None,
    )
    assert rule["SentTo"] == ["user01@contoso.example"]
    assert rule["SentToMemberOf"] == ["pilot@contoso.example"]
    assert rule["MessageSizeOver"] == "10 MB (10,485,760 bytes)"
    assert rule["ActivationDate"] is None
    (connector,) = caller.rows(
        "New-InboundConnector", Name="In", SenderDomains=["A.example"], SenderIPAddresses=["198.51.100.7/24"]
    )
    assert connector["SenderDomains"] == ["smtp:a.example;1"]
    assert connector["SenderIPAddresses"] == ["198.51.100.0/24"]


def test_priorities_are_places(tenant: Practice, caller: Caller) -> None:
    names = [rule["Name"] for rule in tenant.state()["TransportRule"]]
    caller.rows("New-TransportRule", **RULE, Priority=1)
    caller.rows("Set-TransportRule", Identity=names[-1], Priority=0)
    rules = tenant.state()["TransportRule"]
    assert [rule["Name"] for rule in rules] == [names[-1], names[0], "R", *names[1:-1]]
    assert [rule["Priority"] for rule in rules] == list(range(len(rules)))


def test_a_group_of_settings_resets_what_is_not_sent(tenant: Practice, caller: Caller) -> None:
    caller.rows("Set-TransportRule", Identity="Disclaimer", ApplyHtmlDisclaimerText="new")
    rule = next(rule for rule in tenant.state()["TransportRule"] if rule["Name"] == "Disclaimer")
    assert rule["ApplyHtmlDisclaimerFallbackAction"] == "Wrap"


def test_confirmation_changes_nothing(tenant: Practice, caller: Caller) -> None:
    answer = caller.post("Remove-TransportRule", Identity="Disclaimer", Confirm=True).json()
    assert "@adminapi.confirmationmessage" in answer
    assert "Disclaimer" in [rule["Name"] for rule in tenant.state()["TransportRule"]]


def test_setting_nothing_new_is_a_warning_on_directory_objects(caller: Caller) -> None:
    answers = [
        caller.post("Set-InboundConnector", Identity="From scanner", RequireTls=True) for _time in range(3)
    ]
    assert all("no settings of" in answer.json()["@adminapi.warnings"][0] for answer in answers)


def test_the_form_of_details_follows_the_module_header(caller: Caller) -> None:
    plain = caller.post("Remove-TransportRule", Identity="x").json()["error"]["details"][0]["message"]
    assert plain.split("|")[1].endswith("ManagementObjectNotFoundException")
    named = caller.post("Remove-TransportRule", {"X-ClientModuleVersion": "3.9"}, Identity="x")
    assert named.json()["error"]["details"][0]["message"].startswith("{")


def test_tokens_are_checked(tenant: Practice, caller: Caller) -> None:
    answer = caller.post("Get-JournalRule", {"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_pages_belong_to_an_anchor(tenant: Practice, caller: Caller) -> None:
    tenant.faults(page_size=2)
    first = caller.post("Get-TransportRule", {"X-AnchorMailbox": "one"})
    env = tenant.env(way="access_token")
    headers = {"Authorization": f"Bearer {env['O365_ACCESS_TOKEN']}"}
    request = {"CmdletInput": {"CmdletName": "Get-TransportRule", "Parameters": {}}}
    for anchor, status in (("one", 200), ("two", 400)):
        answer = requests.post(
            first.json()["@odata.nextLink"],
            json=request,
            headers={**headers, "X-AnchorMailbox": anchor},
            cookies=first.cookies,
            verify=env["O365_CA_PATH"],
            timeout=30,
        )
        assert answer.status_code == status


def test_paths_are_read_in_any_case_and_version_one_has_no_invoke(tenant: Practice) -> None:
    env = tenant.env(way="access_token")
    headers = {"Authorization": f"Bearer {env['O365_ACCESS_TOKEN']}"}
    body = {"CmdletInput": {"CmdletName": "Get-JournalRule", "Parameters": {}}}
    for path, status in (("AdminApi/Beta", 200), ("adminapi/v1.0", 405)):
        url = f"{env['O365_ENDPOINT']}/{path}/{tenant.guid()}/InvokeCommand"
        answer = requests.post(url, json=body, headers=headers, verify=env["O365_CA_PATH"], timeout=30)
        assert answer.status_code == status
