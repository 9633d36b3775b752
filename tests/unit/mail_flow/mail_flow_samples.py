# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants for the mail-flow check, in option names: what the roles write in all phases, and pieces to add to it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import check

from tests.mail_flow_oracle import tenants

Plain = dict[str, Any]
Change = Callable[[Plain], Any]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
INCOMING = ["35.174.145.124", "44.211.178.96/28", "3.101.216.128/28"]
OUTGOING = ["3.214.204.181", "44.211.178.112/28", "3.101.216.144/28"]
PROTECT, OUT, IN = "Avanan - Protect", "Avanan - Protect Outgoing", "Avanan - Protect Internal"
INTEGRATION: Plain = {
    "portal": "customer-x",
    "brand": "avanan",
    "smart_hosts": ["customer-x-host.avanan.net"],
    "dlp_smart_hosts": ["customer-x-dlp.avanan.net"],
    "return_addresses": INCOMING,
    "dlp_addresses": OUTGOING,
    "loop_guard": [*INCOMING, *OUTGOING],
    "addresses_complete": True,
    "journal_address": "customer-x@customer-x-mail.avanan.net",
    "header_name": "X-CLOUD-SEC-AV-Info",
    "protect_rules": [PROTECT, "Avanan - Whitelist", OUT, IN],
}
SCOPE = "avanan_inline_incoming@contoso.example"
SENDERS = "avanan_inline_outgoing@contoso.example"


def rule(name: str = "Foreign", **more: Any) -> Plain:
    """A mail-flow rule that is in force."""
    return tenants.rule(name, **more)


def inbound(name: str = "Gateway in", **more: Any) -> Plain:
    """An inbound connector that is enabled and restricts nobody."""
    return tenants.inbound(name, **more)


def outbound(name: str = "Gateway out", **more: Any) -> Plain:
    """An outbound connector for rules."""
    return tenants.outbound(name, **{"smart_hosts": ["smtp.gateway.example"], "tls_settings": "", **more})


def mailbox(address: str, *aliases: str, external: str = "") -> Plain:
    """A recipient with one mailbox."""
    return {
        "address": address,
        "kind": "individual",
        "addresses": [address, *aliases],
        "members": None,
        "external": external,
    }


def group(address: str, members: list[str] | None) -> Plain:
    """A distribution group."""
    return {"address": address, "kind": "group", "addresses": [address], "members": members, "external": ""}


def _protect(name: str, conditions: Plain, connector: str) -> Plain:
    return rule(
        name,
        conditions=conditions,
        exceptions={"sender_ip_ranges": [*INCOMING, *OUTGOING]},
        actions={
            "route_message_outbound_connector": connector,
            "set_header_name": "X-CLOUD-SEC-AV-Info",
            "set_header_value": "customer-x,office365_emails,inline",
            "stop_rule_processing": True,
        },
    )


def small() -> Plain:
    """A company before anything of ours."""
    people = [
        mailbox(f"user{number:02}@contoso.example", f"user{number:02}@fabrikam.example")
        for number in range(1, 6)
    ]
    finance = group("finance@contoso.example", ["user02@contoso.example", "user05@contoso.example"])
    return {
        "mail_flow_rules": [
            rule(
                "Mark external mail",
                conditions={"from_scope": "NotInOrganization"},
                actions={"prepend_subject": "[External] "},
            ),
            rule(
                "Block executables",
                conditions={"attachment_has_executable_content": True},
                actions={"reject_message_reason_text": "Executable files are not accepted"},
            ),
        ],
        "inbound_connectors": [
            inbound("From scanner", sender_domains=["scanner.example"], sender_ip_addresses=["198.51.100.25"])
        ],
        "outbound_connectors": [
            outbound(
                "To partner",
                use_mx_record=True,
                smart_hosts=[],
                recipient_domains=["partner.example"],
                is_transport_rule_scoped=False,
            )
        ],
        "journal_rules": [],
        "transport_config": {"journaling_report_ndr_to": ""},
        "connection_filter": {"ip_allow_list": [], "ip_block_list": []},
        "accepted_domains": [
            {"domain_name": f"{name}.example", "domain_type": "Authoritative", "default": name == "contoso"}
            for name in ("contoso", "fabrikam")
        ],
        "organization_config": {},
        "recipients": {item["address"]: item for item in (*people, finance)},
    }


def monitored() -> Plain:
    """The same with what the monitor phase writes."""
    tenant = small()
    tenant["journal_rules"] = [
        {
            "name": "Avanan - Monitor",
            "journal_email_address": "customer-x@customer-x-mail.avanan.net",
            "recipient": "",
            "scope": "Global",
            "enabled": True,
        }
    ]
    tenant["transport_config"] = {"journaling_report_ndr_to": "customer-x@mt-prod-3-journal-error.avanan.net"}
    tenant["inbound_connectors"].append(inbound("Avanan Inbound", sender_ip_addresses=list(INCOMING)))
    tenant["outbound_connectors"].append(
        outbound(
            "Avanan Journaling Outbound",
            smart_hosts=["journal.vendor.example"],
            recipient_domains=["customer-x-mail.avanan.net"],
            is_transport_rule_scoped=False,
            tls_settings="EncryptionOnly",
        )
    )
    return tenant


def full() -> Plain:
    """The same with what the phases inline and outbound write."""
    tenant = monitored()
    inside, outside = "InOrganization", "NotInOrganization"
    tenant["mail_flow_rules"] = [
        _protect(
            PROTECT,
            {"from_scope": outside, "sent_to_scope": inside, "sent_to_member_of": [SCOPE]},
            "Avanan Outbound",
        ),
        rule(
            "Avanan - Whitelist",
            conditions={"sender_ip_ranges": list(INCOMING)},
            exceptions={
                "header_matches_message_header": "X-CLOUD-SEC-AV-SCL",
                "header_matches_patterns": ["true"],
            },
            actions={"set_scl": -1},
        ),
        _protect(
            OUT,
            {"from_scope": inside, "sent_to_scope": outside, "from_member_of": [SENDERS]},
            "Avanan DLP Outbound",
        ),
        _protect(
            IN,
            {"from_scope": inside, "sent_to_scope": inside, "sent_to_member_of": [SCOPE]},
            "Avanan DLP Outbound",
        ),
        *tenant["mail_flow_rules"],
    ]
    tenant["inbound_connectors"].append(
        inbound("Avanan DLP Inbound", connector_type="OnPremises", sender_ip_addresses=list(OUTGOING))
    )
    hosts = {
        "Avanan Outbound": "customer-x-host.avanan.net",
        "Avanan DLP Outbound": "customer-x-dlp.avanan.net",
    }
    tenant["outbound_connectors"] += [
        outbound(name, smart_hosts=[host], tls_settings="EncryptionOnly") for name, host in hosts.items()
    ]
    tenant["connection_filter"]["ip_allow_list"] = [*INCOMING, *OUTGOING]
    tenant["recipients"] |= {
        SCOPE: group(SCOPE, ["user01@contoso.example"]),
        SENDERS: group(SENDERS, ["user02@contoso.example"]),
    }
    return tenant


def changed(*changes: Change, base: Callable[[], Plain] = full) -> Plain:
    """A tenant with changes."""
    tenant = deepcopy(base())
    for change in changes:
        change(tenant)
    return tenant


def named(topic: str, name: str, **settings: Any) -> Change:
    """Other settings of an object."""
    return lambda tenant: next(row for row in tenant[topic] if row["name"] == name).update(settings)


def first(row: Plain) -> Change:
    """One more rule above all others."""
    return lambda tenant: tenant["mail_flow_rules"].insert(0, row)


def last(row: Plain) -> Change:
    """One more rule below all others."""
    return lambda tenant: tenant["mail_flow_rules"].append(row)


def more(topic: str, *rows: Plain) -> Change:
    """More objects of a class."""
    return lambda tenant: tenant[topic].extend(rows)


def less(topic: str, name: str) -> Change:
    """Without an object."""
    return lambda tenant: tenant.update({topic: [row for row in tenant[topic] if row["name"] != name]})


def knows(*records: Plain) -> Change:
    """More recipients, or other facts of them."""
    return lambda tenant: tenant["recipients"].update({record["address"]: record for record in records})


def verdict(
    tenant: Plain, *, accepted: tuple[str, ...] = (), only: tuple[str, ...] = (), **integration: Any
) -> Plain:
    """The result of the check."""
    return check(tenant, {**INTEGRATION, **integration}, now=NOW, classes=only, accepted=accepted)


def blocking(result: Plain) -> list[str]:
    """The findings that keep classes from being safe."""
    return [item["id"] for item in result["findings"] if item["severity"] == "block"]


def noted(result: Plain) -> set[str]:
    """All findings."""
    return {item["id"] for item in result["findings"]}


def classes(result: Plain) -> dict[str, Plain]:
    """The walked classes by their ids."""
    return {item["class"]: item for item in result["classes"]}
