# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants for the doctor, as facts: a healthy one, and one with much to find."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.avanan.office365.plugins.module_utils._doctor.effective_mode import (
    Exchanger,
    MxAnswer,
)
from ansible_collections.avanan.office365.plugins.module_utils._doctor.examine import examine
from ansible_collections.avanan.office365.plugins.module_utils._exchange import permissions
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.integration import (
    known_products,
)
from ansible_collections.avanan.office365.plugins.module_utils._resources.index import TOPICS

from tests.mail_flow_oracle import tenants as generated
from tests.unit.mail_flow.mail_flow_samples import group, mailbox

__all__ = ["group", "mailbox"]

Facts = dict[str, Any]
Edit = Callable[[Facts], Any]

RETURN = ["35.174.145.124", "44.211.178.96/28"]
GUARD = [*RETURN, "3.214.204.181", "44.211.178.112/28"]
INTEGRATION: dict[str, Any] = {
    "portal": "customer-x",
    "footprint": "manual",
    "return_addresses": RETURN,
    "loop_guard": GUARD,
    "additional_addresses": [],
    "scope": ["user01@contoso.example"],
    "names": {
        "mail_flow_rules": ["Avanan - Protect"],
        "inbound_connectors": ["Avanan Inbound", "Avanan DLP Inbound"],
        "outbound_connectors": ["Avanan Outbound", "Avanan DLP Outbound"],
        "journal_rules": ["Avanan - Monitor"],
    },
    "mail_flow": {
        **generated.integration(),
        "return_addresses": RETURN,
        "dlp_addresses": [address for address in GUARD if address not in RETURN],
        "loop_guard": GUARD,
        "protect_rules": ["Avanan - Protect", "Avanan - Protect Outgoing"],
    },
}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def rule(name: str, **parts: Any) -> dict[str, Any]:
    return generated.rule(name, **parts)


INCOMING = {"from_scope": "NotInOrganization", "sent_to_scope": "InOrganization"}
PROTECT = rule(
    "Avanan - Protect",
    conditions=dict(INCOMING),
    exceptions={"sender_ip_ranges": list(GUARD)},
    actions={
        "route_message_outbound_connector": "Avanan Outbound",
        "set_header_name": "X-CLOUD-SEC-AV-Info",
        "set_header_value": "customer-x,office365_emails,inline",
        "stop_rule_processing": True,
    },
)


def inbound(name: str, **parts: Any) -> dict[str, Any]:
    return generated.inbound(name, **parts)


def outbound(name: str, **parts: Any) -> dict[str, Any]:
    return generated.outbound(name, **parts)


def healthy() -> Facts:
    """A tenant that is inline and as it should be."""
    may: dict[str, bool | None] = {f"Get-{resource.noun}": True for resource in TOPICS.values()}
    may.update(dict.fromkeys((*permissions.READING, *permissions.WRITING), True))
    return {
        "tenant": "guid",
        "sign_in_problem": "",
        "may": may,
        "reasons": {},
        "notes": {},
        "recipients": {},
        "snapshot": {
            "mail_flow_rules": [copy.deepcopy(PROTECT)],
            "inbound_connectors": [inbound("Avanan Inbound", sender_ip_addresses=list(RETURN))],
            "outbound_connectors": [outbound("Avanan Outbound", smart_hosts=["customer-x-host.avanan.net"])],
            "journal_rules": [
                {
                    "name": "Avanan - Monitor",
                    "enabled": True,
                    "scope": "Global",
                    "recipient": "",
                    "journal_email_address": "customer-x@customer-x-mail.avanan.net",
                }
            ],
            "accepted_domains": [
                {"domain_name": name, "domain_type": "Authoritative", "match_subdomains": False}
                for name in ("contoso.example", "contoso.onmicrosoft.com")
            ],
            "connection_filter": {"ip_allow_list": [], "ip_block_list": []},
            "transport_config": {"journaling_report_ndr_to": "errors@mt-prod-3-journal-error.avanan.net"},
            "organization_config": {"is_dehydrated": False, "reject_direct_send": True},
            "limits": {
                "rules": 10,
                "rules_maximum": 300,
                "pattern_characters": 0,
                "pattern_characters_maximum": 20480,
                "largest_rule_maximum": 8192,
            },
        },
    }


MICROSOFT = {"contoso.example": MxAnswer([Exchanger("contoso-example.mail.protection.outlook.com")])}


def examined(
    facts: Facts,
    answers: Mapping[str, MxAnswer] | None = MICROSOFT,
    integration: Mapping[str, Any] = INTEGRATION,
) -> dict[str, Any]:
    """What the doctor says of a tenant."""
    return examine(facts, integration, known_products(), answers, "switched off", now=NOW)


def troubled() -> Facts:
    """A tenant in which nearly every check finds something."""
    facts = healthy()
    snapshot = facts["snapshot"]
    snapshot["organization_config"]["is_dehydrated"] = True
    snapshot["limits"].update(rules=295, rules_maximum=300, pattern_characters=20470)
    snapshot["mail_flow_rules"] = [
        rule(
            "Exempt",
            conditions={"sender_ip_ranges": ["198.51.100.1"]},
            actions={"stop_rule_processing": True},
        ),
        rule("Tag", conditions=dict(INCOMING), actions={"prepend_subject": "[External] "}),
        *snapshot["mail_flow_rules"],
        rule(
            "Elsewhere",
            conditions=dict(INCOMING),
            actions={"route_message_outbound_connector": "To them"},
        ),
        rule("Hold", conditions=dict(INCOMING), actions={"quarantine": True}),
        rule(
            "Gateway only",
            conditions={"from_scope": "NotInOrganization"},
            exceptions={"sender_ip_ranges": ["198.51.100.0/24"]},
            actions={"delete_message": True},
        ),
        rule("Second", enabled=False, conditions=dict(INCOMING), actions=copy.deepcopy(PROTECT["actions"])),
    ]
    snapshot["mail_flow_rules"][2]["exceptions"]["sender_ip_ranges"] = [*RETURN, "198.51.100.7"]
    snapshot["inbound_connectors"] += [
        inbound(
            "Gateway",
            restrict_domains_to_ip_addresses=True,
            sender_ip_addresses=["198.51.100.0/24"],
            ef_skip_last_ip=True,
        ),
        inbound("Old", enabled=False, sender_ip_addresses=["203.0.113.1"], connector_type="OnPremises"),
    ]
    snapshot["outbound_connectors"] += [
        outbound("To them", smart_hosts=["relay.nobody.example"], enabled=False),
        outbound("To us", smart_hosts=["mail.contoso.example"], route_all_messages_via_on_premises=True),
        outbound("Other", smart_hosts=["customer-y-host.avanan.net"]),
    ]
    snapshot["outbound_connectors"].append(
        outbound("Out", smart_hosts=["gw.example"], recipient_domains=["*"], is_transport_rule_scoped=False)
    )
    snapshot["outbound_connectors"][0].update(
        tls_settings="DomainValidation", tls_domain="*.checkpointcloudsec.com"
    )
    snapshot["mail_flow_rules"].append(
        rule("Simulation", conditions={"sender_ip_ranges": ["198.51.100.9"]}, actions={"set_scl": "-1"})
    )
    snapshot["journal_rules"] += [
        {"name": "Archive", "enabled": True, "journal_email_address": "in@archive.example"},
        {"name": "Inside", "enabled": True, "journal_email_address": "journal@contoso.example"},
    ]
    snapshot["connection_filter"]["ip_block_list"] = ["35.174.145.0/24"]
    snapshot["transport_config"]["journaling_report_ndr_to"] = "ndr@contoso.example"
    snapshot["organization_config"]["reject_direct_send"] = False
    return facts


def all_of(*edits: Edit) -> Edit:
    """Several edits, one after another."""

    def edit(facts: Facts) -> None:
        for one in edits:
            one(facts)

    return edit
