# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service checks on an object as it would be, and what it changes by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import directory, errors
from .classes import ACTIONS

if TYPE_CHECKING:
    from .tenant import Tenant

Record = dict[str, Any]
_PREMISES_ONLY = (
    "AllAcceptedDomains",
    "RouteAllMessagesViaOnPremises",
    "CloudServicesMailEnabled",
    "SenderRewritingEnabled",
)
_EXCLUSIVE = (
    ("DeleteMessage",),
    ("RejectMessageReasonText", "RejectMessageEnhancedStatusCode"),
    ("ModerateMessageByUser",),
    ("ModerateMessageByManager",),
)
_BESIDE_EXCLUSIVE = {
    "SetAuditSeverity",
    "GenerateIncidentReport",
    "IncidentReportContent",
    "GenerateNotification",
    "StopRuleProcessing",
}
_PAIRS = (
    ("SetHeaderName", "SetHeaderValue"),
    *(
        (f"{prefix}{one}", f"{prefix}{other}")
        for prefix in ("", "ExceptIf")
        for one, other in (
            ("BetweenMemberOf1", "BetweenMemberOf2"),
            ("HeaderContainsMessageHeader", "HeaderContainsWords"),
            ("HeaderMatchesMessageHeader", "HeaderMatchesPatterns"),
        )
    ),
)
# Qualifier, what it qualifies, and what it is when the latter is given without it.
_QUALIFIERS = (
    ("ApplyHtmlDisclaimerLocation", "ApplyHtmlDisclaimerText", "Append"),
    ("ApplyHtmlDisclaimerFallbackAction", "ApplyHtmlDisclaimerText", "Wrap"),
    ("ManagerForEvaluatedUser", "ManagerAddresses", "Sender"),
    ("ExceptIfManagerForEvaluatedUser", "ExceptIfManagerAddresses", "Sender"),
    ("ADComparisonOperator", "ADComparisonAttribute", "Equal"),
    ("ExceptIfADComparisonOperator", "ExceptIfADComparisonAttribute", "Equal"),
)


def _set(record: Record, name: str) -> bool:
    return record.get(name) not in (None, False, "", [])


def inbound(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    premises = after["ConnectorType"] == "OnPremises"
    faults = (
        (
            premises and not after["SenderIPAddresses"] and not after["TlsSenderCertificateName"],
            "An OnPremises connector needs SenderIPAddresses or TlsSenderCertificateName.",
        ),
        (
            after["TlsSenderCertificateName"] and not after["RequireTls"],
            "TlsSenderCertificateName needs RequireTls.",
        ),
        (
            after["RestrictDomainsToIPAddresses"] and not after["SenderIPAddresses"],
            "RestrictDomainsToIPAddresses needs SenderIPAddresses.",
        ),
        (
            after["RestrictDomainsToCertificate"] and not after["TlsSenderCertificateName"],
            "RestrictDomainsToCertificate needs TlsSenderCertificateName.",
        ),
        (
            after["RestrictDomainsToIPAddresses"] and after["RestrictDomainsToCertificate"],
            "RestrictDomainsToIPAddresses and RestrictDomainsToCertificate exclude each other.",
        ),
        (
            after["CloudServicesMailEnabled"] and not premises,
            "CloudServicesMailEnabled needs an OnPremises connector.",
        ),
        (
            after["TreatMessagesAsInternal"] and (not premises or after["CloudServicesMailEnabled"]),
            "TreatMessagesAsInternal needs an OnPremises connector without CloudServicesMailEnabled.",
        ),
        (not after["SenderDomains"], "Sender Domain cannot be null."),
    )
    for wrong, text in faults:
        if wrong:
            raise errors.invalid_data(text)
    accepted = {row["DomainName"] for row in tenant.objects["AcceptedDomain"]}
    for domain in after["AssociatedAcceptedDomains"]:
        if domain.lower() not in accepted:
            raise errors.invalid_data(f"'{domain}' is not an accepted domain.")
    if premises and tenant.faults.get("onpremises_disabled"):
        if before is None and after["Enabled"]:
            after["Enabled"] = False
            tenant.warn(
                "Inbound connector for this service offering is created in a disabled state. Contact Support to enable it."
            )
        elif given.get("Enabled"):
            raise errors.invalid_operation(
                "For this service offering, you can't enable an inbound connector. Contact Support to enable it."
            )


def outbound(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    premises = after["ConnectorType"] == "OnPremises"
    if not premises:
        for name in _PREMISES_ONLY:
            if name in given:
                raise errors.argument(
                    f"The {name} parameter can only be specified for Connector type OnPremises."
                )
    if given.get("UseMXRecord") and "SmartHosts" not in given:
        after["SmartHosts"] = []
    scoped, domains = after["IsTransportRuleScoped"], after["RecipientDomains"] or after["AllAcceptedDomains"]
    faults = (
        (
            bool(scoped) == bool(domains),
            "OutboundConnectorIncorrectTransportRuleScopedParametersException",
            "Either IsTransportRuleScoped or RecipientDomains must be given, and not both.",
        ),
        (
            not after["UseMXRecord"] and not after["SmartHosts"],
            "",
            "SmartHosts are needed when UseMXRecord is false.",
        ),
        (
            after["UseMXRecord"] and after["SmartHosts"],
            "UseMXRecordShouldBeFalseIfSmartHostsIsPresentException",
            "UseMXRecord must be false when SmartHosts are given.",
        ),
        (
            (after["TlsSettings"] == "DomainValidation") != bool(after["TlsDomain"]),
            "",
            "TlsDomain goes with DomainValidation.",
        ),
        (
            premises and after["UseMXRecord"],
            "OnPremisesConnectorHasRouteUsingMXException",
            "An OnPremises connector needs SmartHosts.",
        ),
        (
            premises and "*" in after["RecipientDomains"] and not after["RouteAllMessagesViaOnPremises"],
            "RecipientDomainStarOnPremiseOutboundConnectorException",
            "RecipientDomains * needs RouteAllMessagesViaOnPremises.",
        ),
    )
    for wrong, kind, text in faults:
        if wrong:
            raise errors.management(kind, text) if kind else errors.invalid_data(text)
    if before is not None:
        taken = (before["Enabled"] and not after["Enabled"]) or (
            before["IsTransportRuleScoped"] and not scoped
        )
        if taken or before["Name"] != after["Name"]:
            still_referenced(tenant, before)


def still_referenced(tenant: Tenant, connector: Record) -> None:
    for rule in tenant.objects["TransportRule"]:
        if str(rule["RouteMessageOutboundConnector"] or "").lower() == connector["Name"].lower():
            raise errors.management(
                "ConnectorIncorrectUsageConnectorStillReferencedException",
                f"The connector '{connector['Name']}' is still referenced by the rule '{rule['Name']}'.",
            )


def rule(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    for one, other in _PAIRS:
        touched = one in given or other in given
        if touched and _set(given, one) != _set(given, other):
            raise errors.argument(f"{one} and {other} must be given together.", one)
    for qualifier, main, default in _QUALIFIERS:
        if _set(given, qualifier) and not _set(given, main):
            raise errors.argument(f"{qualifier} needs {main}.", qualifier)
        if main in given:
            after[qualifier] = (
                (after[qualifier] if _set(given, qualifier) else default) if _set(given, main) else None
            )
    _reject(after, given)
    if _set(after, "IncidentReportContent") and not _set(after, "GenerateIncidentReport"):
        raise errors.argument("IncidentReportContent needs GenerateIncidentReport.", "IncidentReportContent")
    if given.get("RemoveRMSAttachmentEncryption") and not given.get("RemoveOMEv2"):
        raise errors.argument(
            "RemoveRMSAttachmentEncryption needs RemoveOMEv2.", "RemoveRMSAttachmentEncryption"
        )
    _actions(after)
    severity = after["SetAuditSeverity"]
    if severity and severity not in ("DoNotAudit", "Low", "Medium", "High"):
        raise errors.argument(f"'{severity}' is not an audit severity.", "SetAuditSeverity")
    if after["ActivationDate"] and after["ExpiryDate"] and after["ExpiryDate"] <= after["ActivationDate"]:
        raise errors.argument("The expiry date must be later than the activation date.", "ExpiryDate")


def _reject(after: Record, given: Record) -> None:
    defaults = {
        "RejectMessageReasonText": "Delivery not authorized, message refused",
        "RejectMessageEnhancedStatusCode": "5.7.1",
    }
    if not any(name in given for name in defaults):
        return
    any_set = any(_set(given, name) for name in defaults)
    for name, default in defaults.items():
        after[name] = (given.get(name) or default) if any_set else None


def _actions(after: Record) -> None:
    present = [name for name in ACTIONS if _set(after, name)]
    if not present:
        raise errors.argument(
            "To be valid, all rules have to include at least one action. Please specify an action.", "Actions"
        )
    for names in _EXCLUSIVE:
        others = [name for name in present if name not in names and name not in _BESIDE_EXCLUSIVE]
        if others and any(name in present for name in names):
            raise errors.argument(
                f"The action {names[0]} cannot be combined with {', '.join(others)}.", names[0]
            )


def journal(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    undeliverable = str(tenant.objects["TransportConfig"][0]["JournalingReportNdrTo"])
    if before is None:
        if undeliverable == "<>":
            raise errors.invalid_operation(
                "Before you create a journal rule, you must specify an email account to receive journal reports that can't be delivered."
            )
        if len(tenant.objects["JournalRule"]) >= 10:
            raise errors.invalid_operation("There are too many journal rules.")
    target = after["JournalEmailAddress"]
    if not target:
        raise errors.argument("A journal rule needs a journal recipient.", "JournalEmailAddress")
    if "JournalEmailAddress" in given:
        found = tenant.recipients(target)
        if found and found[0]["RecipientTypeDetails"] not in ("MailUser", "MailContact", "GuestMailUser"):
            raise errors.invalid_operation(
                f"'{target}' is inside the organization; journal reports must leave it."
            )
        if not found and "@" not in target:
            raise errors.not_found(target)
        after["JournalEmailAddress"] = (
            found[0]["PrimarySmtpAddress"] if found and "@" not in target else target
        )
    if after["Recipient"] and after["Recipient"].lower() == undeliverable.lower():
        raise errors.invalid_operation(
            "The recipient of a journal rule cannot be the undeliverable recipient."
        )
    if str(after["JournalEmailAddress"]).lower() == undeliverable.lower():
        tenant.warn("The journal recipient is also the recipient of undeliverable journal reports.")


def transport_config(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    address = after["JournalingReportNdrTo"]
    if address == "<>" and "JournalingReportNdrTo" in given and tenant.objects["JournalRule"]:
        raise errors.invalid_operation("The undeliverable recipient is needed while there are journal rules.")
    for row in tenant.objects["JournalRule"]:
        if str(row["Recipient"] or "").lower() == str(address).lower():
            raise errors.invalid_operation("The undeliverable recipient is the recipient of a journal rule.")


def connection_filter(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    if tenant.objects["OrganizationConfig"][0]["IsDehydrated"]:
        raise errors.CmdletError(
            "Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException",
            "The command you tried to run isn't currently allowed in your organization. To run this command, you first need "
            "to run the command: Enable-OrganizationCustomization.",
        )


Coupling = Callable[["Tenant", Record | None, Record, Record], None]


def _independent(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    """Settings that have nothing to do with each other."""


COUPLINGS: dict[str, Coupling] = {
    "InboundConnector": inbound,
    "OutboundConnector": outbound,
    "TransportRule": rule,
    "JournalRule": journal,
    "TransportConfig": transport_config,
    "HostedConnectionFilterPolicy": connection_filter,
    "OrganizationConfig": _independent,
    "DistributionGroup": directory.group,
    "MailContact": directory.contact,
}
