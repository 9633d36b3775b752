# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision, without any service: which steps lead from a record to a wish."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._engine.diff import (
    ExistingState,
    decide,
)
from ansible_collections.avanan.office365.plugins.module_utils._engine.object_module import (
    ObjectModule,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)
from ansible_collections.avanan.office365.plugins.module_utils._resources import (
    connector,
    journal_rule,
    mail_flow_rule,
    transport_config,
)

from tests.fake_exchange.classes import CLASSES
from tests.fake_exchange.tenant import Tenant

_COMMON = {"name": "X", "other_names": [], "state": "present"}


def _record(noun: str, **values: Any) -> dict[str, Any]:
    tenant = Tenant("11111111-2222-4333-8444-555555555555", "contoso.onmicrosoft.example")
    tenant.clear()
    record = tenant.fresh(CLASSES[noun], "X")
    return {**record, "Guid": "the-guid", **values}


def _steps(
    definition: ObjectModule, options: dict[str, Any], record: dict[str, Any] | None, count: int = 1
) -> list[Any]:
    params = {**_COMMON, **options}
    resource, wish = definition.resource(params), definition.wish(params)
    decision = decide(resource, wish, ExistingState("X", record, count if record else 0))
    return [(step.cmdlet, step.parameters) for step in decision.steps]


RULE = {"actions": {"prepend_subject": "[X] "}}
CONNECTOR = {"direction": "outbound", "is_transport_rule_scoped": True, "smart_hosts": ["a.example"]}


@pytest.mark.parametrize(
    ("definition", "options", "record", "expected"),
    [
        pytest.param(
            journal_rule.DEFINITION,
            {"journal_email_address": "a@b.example"},
            None,
            [("New-JournalRule", {"Name": "X", "JournalEmailAddress": "a@b.example", "Enabled": True})],
            id="a journal rule is switched on when it is made",
        ),
        pytest.param(
            journal_rule.DEFINITION,
            {"journal_email_address": "new@b.example", "enabled": False},
            _record("JournalRule", JournalEmailAddress="a@b.example", Enabled=True),
            [
                ("Disable-JournalRule", {"Identity": "the-guid", "Confirm": False}),
                ("Set-JournalRule", {"Identity": "the-guid", "JournalEmailAddress": "new@b.example"}),
            ],
            id="off before the change",
        ),
        pytest.param(
            journal_rule.DEFINITION,
            {"journal_email_address": "new@b.example", "enabled": True},
            _record("JournalRule", JournalEmailAddress="a@b.example", Enabled=False),
            [
                ("Set-JournalRule", {"Identity": "the-guid", "JournalEmailAddress": "new@b.example"}),
                ("Enable-JournalRule", {"Identity": "the-guid"}),
            ],
            id="on after the change",
        ),
        pytest.param(
            journal_rule.DEFINITION,
            {"recipient": ""},
            _record("JournalRule", JournalEmailAddress="a@b.example", Recipient="u@c.example"),
            [("Set-JournalRule", {"Identity": "the-guid", "Recipient": None})],
            id="empty clears",
        ),
        pytest.param(
            journal_rule.DEFINITION,
            {"state": "absent"},
            _record("JournalRule"),
            [("Remove-JournalRule", {"Identity": "the-guid", "Confirm": False})],
            id="removal",
        ),
        pytest.param(journal_rule.DEFINITION, {"state": "absent"}, None, [], id="nothing to remove"),
        pytest.param(
            mail_flow_rule.DEFINITION,
            {**RULE, "priority": 0, "enabled": True},
            _record("TransportRule", PrependSubject="[X] ", Priority=3, State="Disabled"),
            [
                ("Enable-TransportRule", {"Identity": "the-guid"}),
                ("Set-TransportRule", {"Identity": "the-guid", "Priority": 0}),
            ],
            id="the place comes last",
        ),
        pytest.param(
            mail_flow_rule.DEFINITION,
            {"actions": {"reject_message_reason_text": "No"}},
            _record(
                "TransportRule", RejectMessageReasonText="Yes", RejectMessageEnhancedStatusCode="5.7.900"
            ),
            [
                (
                    "Set-TransportRule",
                    {
                        "Identity": "the-guid",
                        "RejectMessageReasonText": "No",
                        "RejectMessageEnhancedStatusCode": "5.7.900",
                    },
                )
            ],
            id="a group is sent whole, or the service would reset the rest",
        ),
        pytest.param(
            mail_flow_rule.DEFINITION,
            {
                "conditions": {"sent_to": []},
                "exceptions": {"from_scope": ""},
                "actions": {"stop_rule_processing": False},
            },
            _record(
                "TransportRule",
                SentTo=["a@b.example"],
                ExceptIfFromScope="InOrganization",
                StopRuleProcessing=True,
                PrependSubject="[X]",
            ),
            [
                (
                    "Set-TransportRule",
                    {
                        "Identity": "the-guid",
                        "SentTo": [],
                        "ExceptIfFromScope": None,
                        "StopRuleProcessing": False,
                    },
                )
            ],
            id="each kind of value has its way to be cleared",
        ),
        pytest.param(
            mail_flow_rule.DEFINITION,
            {**RULE, "activation_date": "2020-01-01T00:00:00Z"},
            _record("TransportRule", PrependSubject="[X] "),
            [],
            id="a date in the past is none",
        ),
        pytest.param(
            connector.DEFINITION,
            {**CONNECTOR, "validation_recipients": ["p@a.example"]},
            None,
            [
                (
                    "New-OutboundConnector",
                    {
                        "Name": "X",
                        "ConnectorType": "Partner",
                        "Enabled": True,
                        "UseMXRecord": False,
                        "SmartHosts": ["a.example"],
                        "IsTransportRuleScoped": True,
                    },
                ),
                ("Set-OutboundConnector", {"Identity": "X", "ValidationRecipients": ["p@a.example"]}),
            ],
            id="what only Set- takes follows New-",
        ),
        pytest.param(
            connector.DEFINITION,
            CONNECTOR,
            _record("OutboundConnector", RecipientDomains=["c.example"]),
            [
                (
                    "Set-OutboundConnector",
                    {
                        "Identity": "the-guid",
                        "UseMXRecord": False,
                        "SmartHosts": ["a.example"],
                        "RecipientDomains": [],
                        "IsTransportRuleScoped": True,
                    },
                )
            ],
            id="settings that depend on each other change in one call",
        ),
        pytest.param(
            connector.DEFINITION,
            {**CONNECTOR, "sender_rewriting_enabled": False, "cloud_services_mail_enabled": False},
            None,
            [
                (
                    "New-OutboundConnector",
                    {
                        "Name": "X",
                        "ConnectorType": "Partner",
                        "Enabled": True,
                        "UseMXRecord": False,
                        "SmartHosts": ["a.example"],
                        "IsTransportRuleScoped": True,
                    },
                )
            ],
            id="a partner connector never gets what is for on-premises ones",
        ),
        pytest.param(
            transport_config.DEFINITION,
            {"journaling_report_ndr_to": ""},
            _record("TransportConfig", JournalingReportNdrTo="a@b.example"),
            [("Set-TransportConfig", {"JournalingReportNdrTo": "<>"})],
            id="a singleton has no identity",
        ),
        pytest.param(
            transport_config.DEFINITION,
            {"message_expiration": "24:00:00", "journaling_report_ndr_to": ""},
            _record("TransportConfig"),
            [],
            id="the same in other words",
        ),
    ],
)
def test_steps(definition: ObjectModule, options: dict[str, Any], record: Any, expected: list[Any]) -> None:
    assert _steps(definition, options, record) == expected


INBOUND = {"direction": "inbound", "sender_domains": ["*"]}


@pytest.mark.parametrize(
    ("definition", "options", "words"),
    [
        (journal_rule.DEFINITION, {}, "journal_email_address must be given"),
        (journal_rule.DEFINITION, {"journal_email_address": ""}, "cannot be emptied"),
        (journal_rule.DEFINITION, {"journal_email_address": "nobody"}, "not an SMTP address"),
        (journal_rule.DEFINITION, {"name": " "}, "name is empty"),
        (journal_rule.DEFINITION, {"name": "x" * 65}, "at most 64"),
        (mail_flow_rule.DEFINITION, {}, "at least one action"),
        (mail_flow_rule.DEFINITION, {"actions": {"set_header_name": "X-A"}}, "need each other"),
        (
            mail_flow_rule.DEFINITION,
            {"actions": {"delete_message": True, "prepend_subject": "x"}},
            "cannot be combined",
        ),
        (mail_flow_rule.DEFINITION, {**RULE, "priority": -1}, "first place is 0"),
        (
            mail_flow_rule.DEFINITION,
            {**RULE, "conditions": {"header_contains_words": ["a"]}},
            "need each other",
        ),
        (
            mail_flow_rule.DEFINITION,
            {**RULE, "exceptions": {"ad_comparison_operator": "Equal"}},
            "needs exceptions.",
        ),
        (
            connector.DEFINITION,
            {**INBOUND, "restrict_domains_to_ip_addresses": True, "sender_ip_addresses": ["198.51.100.1"]},
            "rejects all mail from the internet",
        ),
        (
            connector.DEFINITION,
            {**INBOUND, "restrict_domains_to_ip_addresses": True, "force": True},
            "needs sender_ip",
        ),
        (connector.DEFINITION, {**INBOUND, "connector_type": "OnPremises"}, "needs sender_ip_addresses or"),
        (
            connector.DEFINITION,
            {**INBOUND, "tls_sender_certificate_name": "a.example", "require_tls": False},
            "needs require_tls",
        ),
        (connector.DEFINITION, {**INBOUND, "smart_hosts": ["a.example"]}, "outbound objects only"),
        (connector.DEFINITION, {"direction": "outbound"}, "exactly one scope"),
        (connector.DEFINITION, {**CONNECTOR, "recipient_domains": ["a.example"]}, "exactly one scope"),
        (connector.DEFINITION, {**CONNECTOR, "use_mx_record": True}, "smart_hosts need use_mx_record false"),
        (connector.DEFINITION, {**CONNECTOR, "tls_settings": "DomainValidation"}, "need each other"),
        (connector.DEFINITION, {**CONNECTOR, "all_accepted_domains": True}, "exactly one scope"),
        (
            connector.DEFINITION,
            {**CONNECTOR, "sender_rewriting_enabled": True},
            "needs connector_type OnPremises",
        ),
    ],
)
def test_refusals_come_before_any_write(
    definition: ObjectModule, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        _steps(definition, options, None)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_rules_that_the_cmdlets_cannot_show_are_left_alone() -> None:
    with pytest.raises(ConfigurationError, match="ManuallyModified"):
        _steps(mail_flow_rule.DEFINITION, RULE, _record("TransportRule", ManuallyModified=True))


def test_force_accepts_a_lock() -> None:
    options = {
        **INBOUND,
        "restrict_domains_to_ip_addresses": True,
        "sender_ip_addresses": ["198.51.100.1"],
        "force": True,
    }
    assert _steps(connector.DEFINITION, options, None)[0][0] == "New-InboundConnector"
