# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a practice tenant starts with: a small company with three domains, and mail flow that is not ours."""

from __future__ import annotations

from typing import Any

from .classes import CLASSES
from .cmdlets import execute
from .directory import NOT_KEPT
from .tenant import Record, Tenant

DOMAINS = ("contoso.example", "fabrikam.example", "tailspin.example")
_DEPARTMENTS = ("sales", "finance", "support", "research")
_IDENTITIES = ("Name", "Alias", "DisplayName", "PrimarySmtpAddress", "EmailAddresses")
_GROUPS = (
    ("Sales team", "sales-team", "MailUniversalDistributionGroup", "sales"),
    ("Finance team", "finance-team", "MailUniversalSecurityGroup", "finance"),
    ("Pilot users", "pilot", "MailUniversalSecurityGroup", "support"),
    ("Everyone in research", "research-all", "DynamicDistributionGroup", "research"),
    ("Project north", "project-north", "GroupMailbox", "research"),
)
_FOREIGN_RULES: tuple[Record, ...] = (
    {
        "Name": "Mark external mail",
        "FromScope": "NotInOrganization",
        "PrependSubject": "[External] ",
        "ExceptIfSenderDomainIs": ["partner.example", "supplier.example"],
        "SetAuditSeverity": "Low",
    },
    {
        "Name": "Disclaimer",
        "FromScope": "InOrganization",
        "SentToScope": "NotInOrganization",
        "ApplyHtmlDisclaimerText": "<p>Contoso, 1 Example Street</p>",
        "ApplyHtmlDisclaimerLocation": "Append",
        "ApplyHtmlDisclaimerFallbackAction": "Ignore",
        "ExceptIfSubjectContainsWords": ["no disclaimer"],
    },
    {
        "Name": "Archive finance",
        "FromMemberOf": ["finance-team@contoso.example"],
        "SentToScope": "NotInOrganization",
        "RouteMessageOutboundConnector": "To archive",
        "HeaderContainsMessageHeader": "X-Archive",
        "HeaderContainsWords": ["yes", "always"],
    },
    {
        "Name": "Block executables",
        "AttachmentHasExecutableContent": True,
        "RejectMessageReasonText": "Executable files are not accepted",
        "RejectMessageEnhancedStatusCode": "5.7.1",
    },
    {"Name": "Old spam bypass", "SenderIpRanges": ["192.0.2.0/28"], "SetSCL": "-1", "Enabled": False},
)


def seed(tenant: Tenant, kind: str, foreign_rules: int = 0) -> None:
    """Fill a tenant: "small", or "empty" for one without mail flow of its own; then more foreign rules."""
    tenant.clear()
    tenant.objects["AcceptedDomain"] = [
        _domain(tenant, name, first=index == 0) for index, name in enumerate(DOMAINS)
    ]
    tenant.objects["OrganizationConfig"] = [
        {
            "Name": tenant.domain,
            "Identity": tenant.domain,
            "Guid": tenant.guid_for("organization"),
            "IsDehydrated": False,
            "RejectDirectSend": None,
        }
    ]
    for noun in ("TransportConfig", "HostedConnectionFilterPolicy"):
        name = {"TransportConfig": "Transport Settings"}.get(noun, "Default")
        tenant.objects[noun] = [tenant.fresh(CLASSES[noun], name)]
    tenant.objects["TransportConfig"][0].pop("Force", None)
    _people(tenant)
    if kind == "small":
        _mail_flow(tenant)
    for number in range(foreign_rules):
        rule = {
            "Name": f"Department notice {number:03}",
            "SubjectContainsWords": [f"notice {number}", "announcement"],
            "SentToScope": "InOrganization",
            "SetHeaderName": "X-Department",
            "SetHeaderValue": f"notice-{number}",
        }
        execute(tenant, "New-TransportRule", rule)
    tenant.warnings.clear()


def _domain(tenant: Tenant, name: str, *, first: bool) -> Record:
    return {
        "DomainName": name,
        "DomainType": "Authoritative",
        "Default": first,
        "InitialDomain": False,
        "SendingFromDomainDisabled": False,
        "SendingToDomainDisabled": False,
        "Name": name,
        "Identity": name,
        "Guid": tenant.guid_for(f"domain/{name}"),
    }


def _recipient(tenant: Tenant, name: str, alias: str, kind: str, more: Record) -> Record:
    address = f"{alias}@{DOMAINS[0]}"
    general = kind if kind.startswith(("Mail", "Dynamic")) else "UserMailbox"
    return {
        "Name": name,
        "DisplayName": name,
        "Identity": name,
        "Alias": alias,
        "PrimarySmtpAddress": address,
        "EmailAddresses": [f"SMTP:{address}", f"smtp:{alias}@{tenant.domain}", f"smtp:{alias}@{DOMAINS[1]}"],
        "RecipientType": "MailUniversalDistributionGroup" if kind == "GroupMailbox" else general,
        "RecipientTypeDetails": kind,
        "Guid": tenant.guid_for(f"recipient/{alias}"),
        "ExternalDirectoryObjectId": tenant.guid_for(f"entra/{alias}"),
        "DistinguishedName": f"CN={name},OU={tenant.domain}",
        **more,
    }


def _people(tenant: Tenant) -> None:
    people: list[Record] = []
    members: dict[str, list[Any]] = {department: [] for department in _DEPARTMENTS}
    for number in range(1, 41):
        department = _DEPARTMENTS[number % len(_DEPARTMENTS)]
        kind = "SharedMailbox" if number > 36 else "UserMailbox"
        person = _recipient(tenant, f"User {number:02}", f"user{number:02}", kind, {})
        people.append(person)
        members[department].append(person["Guid"])
    people.append(
        _recipient(tenant, "Outside counsel", "counsel", "MailContact", _settings(tenant, "MailContact"))
    )
    people[-1]["ExternalEmailAddress"] = "SMTP:counsel@lawyers.example"
    for name, alias, kind, department in _GROUPS:
        settings = _settings(tenant, "DistributionGroup") if kind.startswith("MailUniversal") else {}
        more = {**settings, "Members": members[department]}
        if settings:
            more["ManagedBy"] = members[department][:1]
        people.append(_recipient(tenant, name, alias, kind, more))
    tenant.objects["Recipient"] = people


def _settings(tenant: Tenant, noun: str) -> Record:
    """The settings of a group or contact as they are when nobody has set them, without what identifies it."""
    table = CLASSES[noun]
    unset = tenant.fresh(table, "")
    return {
        key: value
        for key, value in unset.items()
        if key in table.parameters and key not in NOT_KEPT and key not in _IDENTITIES
    }


def _mail_flow(tenant: Tenant) -> None:
    execute(
        tenant,
        "New-InboundConnector",
        {
            "Name": "From scanner",
            "SenderDomains": ["scanner.example"],
            "SenderIPAddresses": ["198.51.100.25"],
            "RequireTls": True,
        },
    )
    execute(
        tenant,
        "New-OutboundConnector",
        {
            "Name": "To archive",
            "IsTransportRuleScoped": True,
            "UseMXRecord": False,
            "SmartHosts": ["archive.example"],
        },
    )
    execute(
        tenant,
        "New-OutboundConnector",
        {
            "Name": "To partner",
            "RecipientDomains": ["partner.example"],
            "TlsSettings": "CertificateValidation",
        },
    )
    for rule in _FOREIGN_RULES:
        execute(tenant, "New-TransportRule", dict(rule))
