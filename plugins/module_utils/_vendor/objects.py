# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each object of the vendor but the rules, as options of the module that writes it. Pure.

How sure it is that the vendor wants a setting so, says vendor.yml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .portal import Portal
from .tenant import ObservedTenant

_FILTER_NOTE = "Entries of the connection filter that were there before: "


@dataclass(frozen=True)
class Wanted:
    """One object. task: the task of the role that writes it; module, options: how, the reason among the options."""

    task: str
    module: str
    options: dict[str, Any]


def named(portal: Portal, item: str) -> dict[str, Any]:
    """The options that name an object: under the best name when it is new, else under the one that it has."""
    name, *others = portal.names(item)
    return {"name": name, "other_names": others}


# ----------------------------------------------------------------------------------------------------------------- monitor


def contact(portal: Portal) -> Wanted:
    """The contact with the address for undeliverable reports."""
    return Wanted(
        "contact",
        "o365_mail_contact",
        {
            "reason": "Undeliverable journal reports go to the vendor; the contact is how the organization knows the address.",
            **named(portal, "undeliverable_contact"),
            "external_email_address": portal.undeliverable_address,
            "hidden_from_address_lists_enabled": True,
        },
    )


def undeliverable_recipient(portal: Portal) -> Wanted:
    """The organization's recipient of undeliverable reports."""
    return Wanted(
        "undeliverable_recipient",
        "o365_transport_config",
        {
            "reason": "Exchange accepts a journal rule only when it knows where reports go that cannot be delivered.",
            "journaling_report_ndr_to": portal.undeliverable_address,
        },
    )


def journaling_connector(portal: Portal) -> Wanted:
    """The way of journal reports; Portal.missing says what must be given for it."""
    return _connector(
        portal,
        "journaling_connector",
        "outbound",
        "Journal reports are messages of the system, which no mail-flow rule sees; only a connector for their domain "
        "carries them to the vendor.",
        connector_type=portal.given["journaling_connector_type"],
        is_transport_rule_scoped=False,
        recipient_domains=[portal.value("journal_address").rpartition("@")[2]],
        use_mx_record=False,
        test_mode=False,
        smart_hosts=[portal.given["journaling_smart_host"]],
        tls_settings=portal.given["journaling_tls_settings"],
    )


def _connector(portal: Portal, item: str, direction: str, reason: str, **settings: Any) -> Wanted:
    """A connector that is switched on; the task that writes it is called as it is."""
    options = {"reason": reason, "direction": direction, **named(portal, item), "enabled": True, **settings}
    return Wanted(item, "o365_connector", options)


def journal_rule(portal: Portal) -> Wanted:
    """The rule that sends a copy of every message."""
    return Wanted(
        "journal_rule",
        "o365_journal_rule",
        {
            "reason": "The vendor sees a copy of every message; this is the monitor mode.",
            **named(portal, "journal_rule"),
            "journal_email_address": portal.value("journal_address"),
            "recipient": "",
            "scope": "Global",
            "enabled": True,
        },
    )


def inbound_connector(portal: Portal, tenant: ObservedTenant) -> Wanted:
    """The connector that recognizes what comes back. A new one notes the filter entries that were there before us."""
    note = _filter_note(portal, tenant)
    is_new = not tenant.named("inbound_connectors", portal.names("inbound_connector"))
    return _connector(
        portal,
        "inbound_connector",
        "inbound",
        "Mail that comes back from the vendor is recognized by its addresses and must be encrypted.",
        **({"comment": note} if note and is_new else {}),
        connector_type=portal.value("inbound_connector_type"),
        sender_domains=["*"],
        sender_ip_addresses=portal.incoming_addresses,
        require_tls=True,
        **_UNRESTRICTED,
    )


# Addresses identify the vendor's mail. Restricting to them would reject all other mail of the internet; a certificate name or
# domains, which the vendor does not prescribe, would keep its mail from being recognized.
_UNRESTRICTED: dict[str, Any] = {
    "restrict_domains_to_ip_addresses": False,
    "restrict_domains_to_certificate": False,
    "tls_sender_certificate_name": "",
    "associated_accepted_domains": [],
}


def _filter_note(portal: Portal, tenant: ObservedTenant) -> str:
    present = tenant.setting("connection_filter", "ip_allow_list") or ()
    known = set(portal.loop_guard)
    found = [entry for entry in present if entry in known]
    return _FILTER_NOTE + ", ".join(found) if found else ""


def noted_filter_entries(comment: str) -> list[str]:
    """The entries that a connector notes as not ours."""
    return comment.removeprefix(_FILTER_NOTE).split(", ") if comment.startswith(_FILTER_NOTE) else []


# ------------------------------------------------------------------------------------------------------------------ inline


def group(portal: Portal, item: str, members: Sequence[str], reason: str) -> Wanted:
    """A group of the vendor with exactly these members. item: incoming_group or outgoing_group."""
    return Wanted(
        "group",
        "o365_distribution_group",
        {
            "reason": reason,
            **named(portal, item),
            "primary_smtp_address": portal.group_address(item),
            "managed_by": portal.inputs["portal_group_owners"],
            "members": list(members),
            "mode": "exact",
        },
    )


def connection_filter(portal: Portal) -> Wanted:
    """The vendor's addresses on the allow list, beside what is there."""
    return Wanted(
        "connection_filter",
        "o365_connection_filter",
        {
            "reason": "Mail that comes back from the vendor is not to be blocked for the address that it comes from.",
            "ip_allow_list": portal.loop_guard,
            "mode": "add",
        },
    )


def outbound_connector(portal: Portal) -> Wanted:
    """The way to the vendor for incoming mail."""
    reason = "The protect rule routes mail to the vendor through this connector, and nothing else uses it."
    return _way_out(portal, "outbound_connector", "smart_host", reason, connector_type="Partner")


def _way_out(portal: Portal, item: str, host: str, reason: str, **more: Any) -> Wanted:
    return _connector(
        portal,
        item,
        "outbound",
        reason,
        is_transport_rule_scoped=True,
        use_mx_record=False,
        test_mode=False,
        smart_hosts=[portal.value(host)],
        tls_settings="EncryptionOnly",
        **more,
    )


# ---------------------------------------------------------------------------------------------------------------- outbound

# Only a connector of this type may send on to the world what comes back through it.
_DLP: dict[str, Any] = {"connector_type": "OnPremises", "cloud_services_mail_enabled": False}


def dlp_inbound_connector(portal: Portal) -> Wanted:
    """The way back of outgoing and internal mail; Portal.missing says what must be given for it."""
    return _connector(
        portal,
        "dlp_inbound_connector",
        "inbound",
        "Outgoing mail that comes back from the vendor may be sent on to the world only through a connector of this type.",
        sender_domains=["*"],
        sender_ip_addresses=portal.outgoing_addresses,
        require_tls=portal.given["dlp_require_tls"],
        **_UNRESTRICTED,
        **_DLP,
    )


def dlp_outbound_connector(portal: Portal) -> Wanted:
    """The way to the vendor for outgoing and internal mail."""
    reason = "The rules for outgoing and internal mail route to the vendor through this connector, and nothing else uses it."
    return _way_out(portal, "dlp_outbound_connector", "dlp_smart_host", reason, **_DLP)
