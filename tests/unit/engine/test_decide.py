# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision, without any service: which steps lead from a record to a desired state."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._engine.diff import (
    ExistingState,
    decide,
)
from ansible_collections.avanan.office365.plugins.module_utils._engine.object_module import (
    OBJECT_MODULES,
    ObjectModule,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)

from tests.fake_exchange.classes import CLASSES
from tests.fake_exchange.tenant import Tenant

CONNECTORS = OBJECT_MODULES["o365_connector"]
JOURNAL = OBJECT_MODULES["o365_journal_rule"]
RULES = OBJECT_MODULES["o365_mail_flow_rule"]
TRANSPORT = OBJECT_MODULES["o365_transport_config"]
_COMMON = {"name": "X", "other_names": [], "state": "present"}


def _record(noun: str, **values: Any) -> dict[str, Any]:
    tenant = Tenant("11111111-2222-4333-8444-555555555555", "contoso.onmicrosoft.example")
    tenant.clear()
    record = tenant.fresh(CLASSES[noun], "X")
    return {**record, "Guid": "the-guid", **values}


def _steps(
    module: ObjectModule, options: dict[str, Any], record: dict[str, Any] | None, count: int = 1
) -> list[Any]:
    params = {**_COMMON, **options}
    resource, desired = module.resource(params), module.desired(params)
    decision = decide(resource, desired, ExistingState("X", record, count if record else 0))
    return [(step.cmdlet, step.parameters) for step in decision.steps]


RULE = {"actions": {"prepend_subject": "[X] "}}
CONNECTOR = {"direction": "outbound", "is_transport_rule_scoped": True, "smart_hosts": ["a.example"]}


@pytest.mark.parametrize(
    ("module", "options", "record", "expected"),
    [
        pytest.param(
            JOURNAL,
            {"journal_email_address": "a@b.example"},
            None,
            [("New-JournalRule", {"Name": "X", "JournalEmailAddress": "a@b.example", "Enabled": True})],
            id="a journal rule is switched on when it is made",
        ),
        pytest.param(
            JOURNAL,
            {"journal_email_address": "new@b.example", "enabled": False},
            _record("JournalRule", JournalEmailAddress="a@b.example", Enabled=True),
            [
                ("Disable-JournalRule", {"Identity": "the-guid", "Confirm": False}),
                ("Set-JournalRule", {"Identity": "the-guid", "JournalEmailAddress": "new@b.example"}),
            ],
            id="off before the change",
        ),
        pytest.param(
            JOURNAL,
            {"journal_email_address": "new@b.example", "enabled": True},
            _record("JournalRule", JournalEmailAddress="a@b.example", Enabled=False),
            [
                ("Set-JournalRule", {"Identity": "the-guid", "JournalEmailAddress": "new@b.example"}),
                ("Enable-JournalRule", {"Identity": "the-guid"}),
            ],
            id="on after the change",
        ),
        pytest.param(
            JOURNAL,
            {"recipient": ""},
            _record("JournalRule", JournalEmailAddress="a@b.example", Recipient="u@c.example"),
            [("Set-JournalRule", {"Identity": "the-guid", "Recipient": None})],
            id="empty clears",
        ),
        pytest.param(
            JOURNAL,
            {"state": "absent"},
            _record("JournalRule"),
            [("Remove-JournalRule", {"Identity": "the-guid", "Confirm": False})],
            id="removal",
        ),
        pytest.param(JOURNAL, {"state": "absent"}, None, [], id="nothing to remove"),
        pytest.param(
            RULES,
            {**RULE, "priority": 0, "enabled": True},
            _record("TransportRule", PrependSubject="[X] ", Priority=3, State="Disabled"),
            [
                ("Enable-TransportRule", {"Identity": "the-guid"}),
                ("Set-TransportRule", {"Identity": "the-guid", "Priority": 0}),
            ],
            id="the place comes last",
        ),
        pytest.param(
            RULES,
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
            RULES,
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
            RULES,
            {**RULE, "activation_date": "2020-01-01T00:00:00Z"},
            _record("TransportRule", PrependSubject="[X] "),
            [],
            id="a date in the past is none",
        ),
        pytest.param(
            CONNECTORS,
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
            CONNECTORS,
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
            CONNECTORS,
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
            TRANSPORT,
            {"journaling_report_ndr_to": ""},
            _record("TransportConfig", JournalingReportNdrTo="a@b.example"),
            [("Set-TransportConfig", {"JournalingReportNdrTo": "<>"})],
            id="a singleton has no identity",
        ),
        pytest.param(
            TRANSPORT,
            {"message_expiration": "24:00:00", "journaling_report_ndr_to": ""},
            _record("TransportConfig"),
            [],
            id="the same in other words",
        ),
    ],
)
def test_steps(module: ObjectModule, options: dict[str, Any], record: Any, expected: list[Any]) -> None:
    assert _steps(module, options, record) == expected


INBOUND = {"direction": "inbound", "sender_domains": ["*"]}


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (JOURNAL, {}, "journal_email_address must be given"),
        (JOURNAL, {"journal_email_address": ""}, "cannot be emptied"),
        (JOURNAL, {"journal_email_address": "nobody"}, "not an SMTP address"),
        (JOURNAL, {"name": " "}, "name is empty"),
        (JOURNAL, {"name": "x" * 65}, "at most 64"),
        (RULES, {}, "at least one action"),
        (RULES, {"actions": {"set_header_name": "X-A"}}, "need each other"),
        (
            RULES,
            {"actions": {"delete_message": True, "prepend_subject": "x"}},
            "cannot be combined",
        ),
        (RULES, {**RULE, "priority": -1}, "first place is 0"),
        (
            RULES,
            {**RULE, "conditions": {"header_contains_words": ["a"]}},
            "need each other",
        ),
        (
            RULES,
            {**RULE, "exceptions": {"ad_comparison_operator": "Equal"}},
            "needs exceptions.",
        ),
        (
            CONNECTORS,
            {**INBOUND, "restrict_domains_to_ip_addresses": True, "sender_ip_addresses": ["198.51.100.1"]},
            "rejects all mail from the internet",
        ),
        (
            CONNECTORS,
            {**INBOUND, "restrict_domains_to_ip_addresses": True, "force": True},
            "needs sender_ip",
        ),
        (CONNECTORS, {**INBOUND, "connector_type": "OnPremises"}, "needs sender_ip_addresses or"),
        (
            CONNECTORS,
            {**INBOUND, "tls_sender_certificate_name": "a.example", "require_tls": False},
            "needs require_tls",
        ),
        (CONNECTORS, {**INBOUND, "smart_hosts": ["a.example"]}, "outbound objects only"),
        (CONNECTORS, {"direction": "outbound"}, "exactly one scope"),
        (CONNECTORS, {**CONNECTOR, "recipient_domains": ["a.example"]}, "exactly one scope"),
        (CONNECTORS, {**CONNECTOR, "use_mx_record": True}, "smart_hosts need use_mx_record false"),
        (CONNECTORS, {**CONNECTOR, "tls_settings": "DomainValidation"}, "need each other"),
        (CONNECTORS, {**CONNECTOR, "all_accepted_domains": True}, "exactly one scope"),
        (
            CONNECTORS,
            {**CONNECTOR, "sender_rewriting_enabled": True},
            "needs connector_type OnPremises",
        ),
    ],
)
def test_refusals_come_before_any_write(module: ObjectModule, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        _steps(module, options, None)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_rules_that_the_cmdlets_cannot_show_are_left_alone() -> None:
    with pytest.raises(ConfigurationError, match="ManuallyModified"):
        _steps(RULES, RULE, _record("TransportRule", ManuallyModified=True))


def test_force_accepts_a_lock() -> None:
    options = {
        **INBOUND,
        "restrict_domains_to_ip_addresses": True,
        "sender_ip_addresses": ["198.51.100.1"],
        "force": True,
    }
    assert _steps(CONNECTORS, options, None)[0][0] == "New-InboundConnector"
