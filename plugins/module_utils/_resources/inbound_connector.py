# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inbound connectors (New-, Set-, Remove-InboundConnector)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._schema.address_types import CONNECTOR_IPS, DOMAINS, IP_RANGES, SENDER_DOMAINS, SMTP_LIST
from .._schema.domain_names import is_domain
from .._schema.ip_ranges import blocks
from .._schema.resource import (
    IDENTIFIED,
    Change,
    Field,
    MailFlowData,
    Management,
    Reader,
    Resource,
    Role,
    State,
    Topic,
)
from .._schema.value_type import ValueType, enum, list_of, listed
from .._schema.value_types import BOOLEAN, COMMENT


def _certificate_problem(value: Any) -> Iterable[str]:
    text = str(value).strip()
    if text == "*" or ("=" not in text and not is_domain(text.removeprefix("*."))):
        yield f'"{value}" is neither a domain such as mail.example.com or *.example.com nor a full certificate name'


_CERTIFICATE = ValueType(
    "str", lambda value: str(value).strip() or None, key=str.lower, check=_certificate_problem
)


def _check(change: Change) -> Iterable[str]:
    after: State = change.after or {}
    by_address, by_certificate = (
        after.get("restrict_domains_to_ip_addresses"),
        after.get("restrict_domains_to_certificate"),
    )
    premises = after.get("connector_type") == "OnPremises"
    addresses, certificate = after.get("sender_ip_addresses"), after.get("tls_sender_certificate_name")
    if premises and not addresses and not certificate:
        yield "connector_type OnPremises needs sender_ip_addresses or tls_sender_certificate_name"
    if certificate and not after.get("require_tls"):
        yield "tls_sender_certificate_name needs require_tls true"
    if by_address and not addresses:
        yield "restrict_domains_to_ip_addresses needs sender_ip_addresses"
    if by_certificate and not certificate:
        yield "restrict_domains_to_certificate needs tls_sender_certificate_name"
    if by_address and by_certificate:
        yield "restrict_domains_to_ip_addresses and restrict_domains_to_certificate exclude each other"
    if after.get("cloud_services_mail_enabled") and not premises:
        yield "cloud_services_mail_enabled needs connector_type OnPremises"
    if after.get("treat_messages_as_internal") and (not premises or after.get("cloud_services_mail_enabled")):
        yield "treat_messages_as_internal needs connector_type OnPremises without cloud_services_mail_enabled"
    yield from _lock_down(change, after)


def _lock_down(change: Change, after: State) -> Iterable[str]:
    """A restriction on senders from everywhere turns the connector into a lock on the whole tenant."""
    everyone = "*" in (after.get("sender_domains") or ())
    for path, what in (
        ("restrict_domains_to_ip_addresses", "addresses"),
        ("restrict_domains_to_certificate", "certificate"),
    ):
        if everyone and after.get(path) and after.get("enabled") and not change.forced:
            yield (
                f"{path} with sender_domains * rejects all mail from the internet that does not come with the "
                f"connector's {what}; name the sender domains, or set force if the whole tenant shall be locked"
            )


def _imply(desired: State, before: State | None) -> State:
    """What only connectors to the own servers can have goes with their type."""
    values, present = dict(desired), before or {}
    if values.get("connector_type") == "Partner":
        for path in ("cloud_services_mail_enabled", "treat_messages_as_internal"):
            if present.get(path):
                values.setdefault(path, False)
    return values


def _in_own_words(record: dict[str, Any], read: Reader) -> dict[str, Any]:
    """The record as it can be given back: accepted domains, which may read as ids or as address spaces, and addresses, which may read as
    ranges (both inferred)."""
    shown = [
        item.lower().removeprefix("smtp:") for item in listed(record.get("AssociatedAcceptedDomains") or ())
    ]
    if any(not is_domain(item) for item in shown):
        names = {
            str(row.get(key)).lower(): str(row.get("DomainName"))
            for row in read("AcceptedDomain", {"ResultSize": "Unlimited"})
            for key in ("DistinguishedName", "Guid", "Identity", "Name", "ExchangeObjectId")
            if row.get(key)
        }
        shown = [names.get(item, item) for item in shown]
    addresses = [
        block for item in listed(record.get("SenderIPAddresses") or ()) for block in blocks(str(item))
    ]
    return {**record, "AssociatedAcceptedDomains": shown, "SenderIPAddresses": addresses}


INBOUND_CONNECTOR = Resource(
    noun="InboundConnector",
    title="inbound connector",
    role=Role("Remote and Accepted Domains", always=True),
    management=Management(
        "connector",
        selector="direction",
        variant="inbound",
        selector_help="Whether mail comes in or goes out through the connector.",
        force_help="Accept settings that reject the mail of the whole internet, and take away an outbound connector that rules or "
        "journal rules use.",
    ),
    topic=Topic("inbound_connectors", "The inbound connectors."),
    mail_flow=MailFlowData(
        defaults={
            "enabled": True,
            "connector_type": "Partner",
            "require_tls": False,
            "restrict_domains_to_ip_addresses": False,
            "restrict_domains_to_certificate": False,
            "cloud_services_mail_enabled": False,
            "treat_messages_as_internal": False,
            "ef_skip_last_ip": False,
        }
    ),
    notes={"ConnectorSource": "connector_source"},
    twin="outbound_connectors",
    keys={**IDENTIFIED, "SenderDomains": "any"},
    rank=3,
    listings=({"ResultSize": "Unlimited"},),
    imply=_imply,
    complete=_in_own_words,
    check=_check,
    fields=(
        Field(
            "ConnectorType",
            enum("Partner", "OnPremises"),
            "Whose servers are at the other end. A new connector is V(Partner) unless this says otherwise.",
            on_new="Partner",
        ),
        Field(
            "Enabled",
            BOOLEAN,
            "Whether the connector acts. A new connector is enabled unless this is V(false).",
            on_new=True,
        ),
        Field("Comment", COMMENT, "A note for administrators."),
        Field(
            "SenderDomains",
            SENDER_DOMAINS,
            "Domains whose mail the connector accepts: V(*), V(example.com) or V(*.example.com). "
            "Required for a new connector.",
            required_on_new=True,
        ),
        Field(
            "SenderIPAddresses",
            CONNECTOR_IPS,
            "Public IPv4 addresses and blocks from /24 to /32 from which mail comes.",
        ),
        Field(
            "RequireTls",
            BOOLEAN,
            "Whether mail must come encrypted. A new connector requires it unless this is V(false).",
            on_new=True,
        ),
        Field(
            "RestrictDomainsToIPAddresses",
            BOOLEAN,
            "Whether mail of O(sender_domains) from other addresses is rejected. "
            "Refused together with sender domain V(*) unless O(force).",
        ),
        Field(
            "RestrictDomainsToCertificate",
            BOOLEAN,
            "Whether mail of O(sender_domains) without the certificate is rejected. "
            "Refused together with sender domain V(*) unless O(force).",
        ),
        Field(
            "TlsSenderCertificateName",
            _CERTIFICATE,
            "Domain in the certificate of the sending server, or the full name of the certificate.",
        ),
        Field(
            "AssociatedAcceptedDomains",
            DOMAINS,
            "Accepted domains to which the connector applies; empty means all.",
        ),
        Field(
            "CloudServicesMailEnabled",
            BOOLEAN,
            "Whether internal headers are kept; for hybrid organizations.",
        ),
        Field(
            "TreatMessagesAsInternal",
            BOOLEAN,
            "Whether mail counts as internal; for O(connector_type=OnPremises).",
        ),
        Field(
            "TrustedOrganizations", list_of(), "Other Microsoft 365 organizations that are trusted as source."
        ),
        Field("EFSkipLastIP", BOOLEAN, "Whether enhanced filtering skips the last source address."),
        Field(
            "EFSkipIPs",
            IP_RANGES,
            "Addresses, blocks and ranges that enhanced filtering skips.",
            option="ef_skip_ips",
        ),
        Field("EFUsers", SMTP_LIST, "Recipients to whom enhanced filtering applies; empty means all."),
    ),
)
