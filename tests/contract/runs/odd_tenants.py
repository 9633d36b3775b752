# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants with mail flow of others or with halves of ours: what makes each odd, written on a practice tenant.

What they hold is what administrators and products really leave: signature services, gateways, lock-downs, archives, hybrid
connectors, rules on top, earlier attempts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fake_exchange.control import Practice
from tests.powershell.interpreter import Call
from tests.powershell.replay import replay

GATEWAY = ["203.0.113.0/28"]
RETURNS = ["35.174.145.124", "44.211.178.96/28", "3.101.216.128/28"]
DLP_RETURNS = ["3.214.204.181", "44.211.178.112/28", "3.101.216.144/28"]
Values = dict[str, Any]
Begin = Callable[[Practice], None]


@dataclass(frozen=True)
class OddTenant:
    """write: what is odd, on the small practice tenant.

    refused: by phase, the findings for which its gate must refuse what is odd; they are accepted by name then. unproved: findings for
    which a gate may refuse as well, because what is odd keeps the opposite from being proved. left_out: modules whose tasks the roles
    leave out here.
    """

    write: Begin
    refused: Mapping[str, set[str]] = field(default_factory=dict)
    unproved: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    footprints: tuple[str, ...] = ("manual", "automatic")


def _always(*findings: str) -> dict[str, set[str]]:
    """Refused in every phase that has a gate."""
    return {phase: set(findings) for phase in ("inline", "outbound", "rescope")}


@dataclass(frozen=True)
class HalfTenant:
    """A tenant with parts that are ours, or look so. playbook: of the phase that is run on it, with its variables.

    refused: words of the refusal, before which nothing is written; "" when the phase completes what is there. way_back: whether it
    can be taken back. back_refused: words with which the gate refuses the way back, into a loop that there was before.
    """

    write: Begin
    playbook: str = "manual_mode"
    values: Values = field(default_factory=dict)
    refused: str = ""
    way_back: bool = True
    back_refused: str = ""


def _new(practice: Practice, noun: str, name: str, **parameters: Any) -> None:
    replay([Call(f"New-{noun}", {"Name": name, **parameters})], practice)


def _change(practice: Practice, noun: str, name: str, **parameters: Any) -> None:
    replay([Call(f"Set-{noun}", {"Identity": name, **parameters})], practice)


def _rule(practice: Practice, name: str, place: int = 0, **parameters: Any) -> None:
    _new(practice, "TransportRule", name, Priority=place, **parameters)


def _routed(practice: Practice, name: str, host: str, **parameters: Any) -> None:
    """An outbound connector that rules use."""
    _new(
        practice,
        "OutboundConnector",
        name,
        IsTransportRuleScoped=True,
        UseMXRecord=False,
        SmartHosts=[host],
        TlsSettings="EncryptionOnly",
        **parameters,
    )


def _partner(practice: Practice, name: str, addresses: list[str], **parameters: Any) -> None:
    _new(
        practice,
        "InboundConnector",
        name,
        ConnectorType="Partner",
        SenderDomains=["*"],
        SenderIPAddresses=addresses,
        **parameters,
    )


# ----------------------------------------------------------------------------------------------- other products


def signature_service(practice: Practice) -> None:
    """Outgoing mail goes to a signature service, by a rule on top that stops the others, and comes back marked."""
    _routed(practice, "Send to Exclaimer", "smtp.us1.exclaimer.net", ConnectorType="OnPremises")
    _new(
        practice,
        "InboundConnector",
        "Receive from Exclaimer",
        ConnectorType="OnPremises",
        SenderDomains=["*"],
        RequireTls=True,
        TlsSenderCertificateName="smtp.us1.exclaimer.net",
    )
    _rule(
        practice,
        "Identify messages to send to Exclaimer",
        FromScope="InOrganization",
        RouteMessageOutboundConnector="Send to Exclaimer",
        ExceptIfHeaderMatchesMessageHeader="X-ExclaimerHostedSignatures-MessageProcessed",
        ExceptIfHeaderMatchesPatterns=["true"],
        StopRuleProcessing=True,
    )


def gateway_in_front(practice: Practice) -> None:
    """Mail of the internet is accepted from a gateway alone."""
    _partner(practice, "Only from gateway", GATEWAY, RestrictDomainsToIPAddresses=True, RequireTls=True)


def gateway_that_knows_the_vendor(practice: Practice) -> None:
    """The same, and the administrator has let the vendor in beforehand."""
    addresses = [*GATEWAY, *RETURNS, *DLP_RETURNS]
    _partner(practice, "Only from gateway", addresses, RestrictDomainsToIPAddresses=True, RequireTls=True)


def rule_on_top(practice: Practice) -> None:
    """Own rules on top that stop all others, for some mail and, further down, for all."""
    _rule(
        practice,
        "Partners stay out",
        SenderDomainIs=["partner.example"],
        SetSCL=-1,
        StopRuleProcessing=True,
    )
    _rule(practice, "The rest ends here", 3, FromScope="NotInOrganization", PrependSubject="[ext] ")
    _change(practice, "TransportRule", "The rest ends here", StopRuleProcessing=True)


def only_from_addresses(practice: Practice) -> None:
    """An own rule rejects mail of the internet that does not come from the gateway."""
    _partner(practice, "From gateway", GATEWAY, RequireTls=True)
    _rule(
        practice,
        "Only the gateway",
        FromScope="NotInOrganization",
        ExceptIfSenderIpRanges=GATEWAY,
        RejectMessageReasonText="Send to our published address",
        RejectMessageEnhancedStatusCode="5.7.1",
    )


def other_archive(practice: Practice) -> None:
    """Everything is journaled to an archive already, over a connector of its own."""
    practice.put("TransportConfig", {"JournalingReportNdrTo": "reports@archive.example"})
    _new(
        practice,
        "OutboundConnector",
        "Journal to archive",
        RecipientDomains=["archive.example"],
        UseMXRecord=False,
        SmartHosts=["in.archive.example"],
        TlsSettings="CertificateValidation",
    )
    _new(
        practice,
        "JournalRule",
        "Archive",
        JournalEmailAddress="all@archive.example",
        Scope="Global",
        Enabled=True,
    )


def hybrid(practice: Practice) -> None:
    """Exchange servers on premises, with the connectors of the hybrid wizard and a shared name space."""
    _new(
        practice,
        "InboundConnector",
        "Inbound from premises",
        ConnectorType="OnPremises",
        SenderDomains=["*"],
        RequireTls=True,
        TlsSenderCertificateName="mail.contoso.example",
        CloudServicesMailEnabled=True,
    )
    _new(
        practice,
        "OutboundConnector",
        "Outbound to premises",
        ConnectorType="OnPremises",
        RecipientDomains=["premises.contoso.example"],
        UseMXRecord=False,
        SmartHosts=["mail.contoso.example"],
        TlsSettings="DomainValidation",
        TlsDomain="mail.contoso.example",
        CloudServicesMailEnabled=True,
    )


def centralised(practice: Practice) -> None:
    """Hybrid, and all mail to the outside goes through the premises."""
    hybrid(practice)
    _new(
        practice,
        "OutboundConnector",
        "All to premises",
        ConnectorType="OnPremises",
        RecipientDomains=["*"],
        RouteAllMessagesViaOnPremises=True,
        UseMXRecord=False,
        SmartHosts=["mail.contoso.example"],
        TlsSettings="EncryptionOnly",
    )


def internal_relay(practice: Practice) -> None:
    """One of the domains has part of its mailboxes elsewhere."""
    practice.put("AcceptedDomain", {"Name": "tailspin.example", "DomainType": "InternalRelay"})
    _new(
        practice,
        "OutboundConnector",
        "Tailspin elsewhere",
        ConnectorType="OnPremises",
        RecipientDomains=["tailspin.example"],
        UseMXRecord=False,
        SmartHosts=["mx.tailspin-old.example"],
        TlsSettings="EncryptionOnly",
    )


def other_dlp(practice: Practice) -> None:
    """Outgoing mail with certain words, or encrypted, takes the way through a gateway of another vendor."""
    _routed(practice, "To DLP gateway", "dlp.gateway.example")
    _rule(
        practice,
        "Secrets to DLP gateway",
        FromScope="InOrganization",
        SentToScope="NotInOrganization",
        SubjectOrBodyContainsWords=["secret"],
        RouteMessageOutboundConnector="To DLP gateway",
        ExceptIfHeaderContainsMessageHeader="X-DLP-Seen",
        ExceptIfHeaderContainsWords=["yes"],
    )
    _rule(
        practice,
        "Block card numbers",
        FromScope="InOrganization",
        SentToScope="NotInOrganization",
        SubjectOrBodyMatchesPatterns=[r"\d\d\d\d-\d\d\d\d-\d\d\d\d-\d\d\d\d"],
        RejectMessageReasonText="No card numbers",
        RejectMessageEnhancedStatusCode="5.7.1",
    )


def allowed_before(practice: Practice) -> None:
    """Addresses of the vendor stand on the allow list already, next to others; a rule trusts them, too."""
    allowed = ["192.0.2.10", RETURNS[0], "44.211.178.96/28"]
    practice.put(
        "HostedConnectionFilterPolicy",
        {"Name": "Default", "IPAllowList": allowed, "IPBlockList": ["198.51.100.7"]},
    )
    _rule(practice, "Trust the scanner", SenderIpRanges=[RETURNS[0]], SetSCL=-1)


def blocked_before(practice: Practice) -> None:
    """An address of the vendor stands on the block list."""
    practice.put("HostedConnectionFilterPolicy", {"Name": "Default", "IPBlockList": [RETURNS[0]]})


def switched_off(practice: Practice) -> None:
    """Rules that do nothing: switched off, in test mode, of last year and of next year."""
    _routed(practice, "To old gateway", "old.gateway.example")
    route: Values = {"FromScope": "NotInOrganization", "RouteMessageOutboundConnector": "To old gateway"}
    _rule(practice, "Old gateway", Enabled=False, StopRuleProcessing=True, **route)
    _rule(practice, "Old gateway test", Mode="Audit", **route)
    _rule(practice, "Old gateway of last year", 4, ExpiryDate="2025-01-01T00:00:00Z", **route)
    _rule(practice, "Old gateway of next year", 5, ActivationDate="2031-01-01T00:00:00Z", **route)


def hundreds(practice: Practice) -> None:
    """Very many rules of others."""
    practice.reset("small", foreign_rules=150)


# ------------------------------------------------------------------------------------- halves of ours, other portals


def _protect(practice: Practice, name: str, place: int, connector: str, **parameters: Any) -> None:
    values: Values = {
        "FromScope": "NotInOrganization",
        "SentToScope": "InOrganization",
        "RouteMessageOutboundConnector": connector,
        "SetHeaderName": "X-CLOUD-SEC-AV-Info",
        "SetHeaderValue": "customer-x,office365_emails,inline",
        "StopRuleProcessing": True,
        **parameters,
    }
    _rule(practice, name, place, **values)


def other_names(practice: Practice) -> None:
    """Set up by hand long ago, under other names, for a user, at the end of the rules."""
    _partner(practice, "Check Point Inbound Connector", RETURNS, RequireTls=True)
    _routed(practice, "Check Point Outbound Connector", "customer-x-host.avanan.net")
    _protect(
        practice,
        "Check Point – Protect",
        5,
        "Check Point Outbound Connector",
        SentTo=["user05@contoso.example"],
        ExceptIfSenderIpRanges=[*RETURNS, *DLP_RETURNS],
    )


def half_loop(practice: Practice) -> None:
    """The rule is there, but what comes back from the vendor is not excepted: mail loops before us."""
    _partner(practice, "Avanan Inbound", RETURNS[:1])
    _routed(practice, "Avanan Outbound", "customer-x-host.avanan.net")
    _protect(practice, "Avanan - Protect", 2, "Avanan Outbound", ExceptIfSenderIpRanges=RETURNS[1:])


def half_off(practice: Practice) -> None:
    """The rule routes to a connector that somebody has switched off, and lacks its exception, too."""
    half_loop(practice)
    practice.put("OutboundConnector", {"Name": "Avanan Outbound", "Enabled": False})


def half_elsewhere(practice: Practice) -> None:
    """The connector leads to the host of the wrong brand, and the inbound one locks everybody else out."""
    _partner(practice, "Avanan Inbound", RETURNS, RestrictDomainsToIPAddresses=True)
    _routed(practice, "Avanan Outbound", "customer-x-host.checkpointcloudsec.com")
    _protect(practice, "Avanan - Protect", 0, "Avanan Outbound", SentTo=["user01@contoso.example"])


def half_outgoing(practice: Practice) -> None:
    """Outgoing mail goes to the vendor and is not taken back, because the connector for it is off and names too little."""
    _new(
        practice,
        "InboundConnector",
        "Avanan DLP Inbound",
        ConnectorType="OnPremises",
        SenderDomains=["*"],
        SenderIPAddresses=DLP_RETURNS[:1],
        Enabled=False,
    )
    _routed(practice, "Avanan DLP Outbound", "customer-x-dlp.avanan.net", ConnectorType="OnPremises")
    _rule(
        practice,
        "Avanan - Protect Outgoing",
        FromScope="InOrganization",
        SentToScope="NotInOrganization",
        RouteMessageOutboundConnector="Avanan DLP Outbound",
        SetHeaderName="X-CLOUD-SEC-AV-Info",
        SetHeaderValue="customer-x,office365_emails,sent,inline",
    )


def half_outgoing_off(practice: Practice) -> None:
    """The same, with the way to the vendor switched off as well."""
    half_outgoing(practice)
    practice.put("OutboundConnector", {"Name": "Avanan DLP Outbound", "Enabled": False})


def prepared_off(practice: Practice) -> None:
    """Everything is there and off, as after an emergency stop."""
    _partner(practice, "Avanan Inbound", RETURNS, RequireTls=True)
    practice.put("InboundConnector", {"Name": "Avanan Inbound", "Enabled": False})
    _routed(practice, "Avanan Outbound", "customer-x-host.avanan.net")
    _protect(practice, "Avanan - Protect", 0, "Avanan Outbound", Enabled=False)
    practice.put("OutboundConnector", {"Name": "Avanan Outbound", "Enabled": False})


def other_portal(practice: Practice) -> None:
    """A second portal of the vendor protects a subsidiary, under names of its own."""
    _routed(practice, "Second Outbound", "customer-y-host.avanan.net")
    _protect(
        practice,
        "Second - Protect",
        0,
        "Second Outbound",
        RecipientDomainIs=["tailspin.example"],
        SetHeaderValue="customer-y,office365_emails,inline",
        ExceptIfSenderIpRanges=[*RETURNS, *DLP_RETURNS],
    )


def other_portal_same_names(practice: Practice) -> None:
    """A second portal of the vendor under the names that ours would have."""
    _routed(practice, "Avanan Outbound", "customer-y-host.avanan.net")
    _protect(
        practice,
        "Avanan - Protect",
        0,
        "Avanan Outbound",
        SetHeaderValue="customer-y,office365_emails,inline",
        ExceptIfSenderIpRanges=[*RETURNS, *DLP_RETURNS],
    )


def half_guarded(practice: Practice) -> None:
    """The rule is right, and its connector is switched off: mail strands before us."""
    _partner(practice, "Avanan Inbound", RETURNS)
    _routed(practice, "Avanan Outbound", "customer-x-host.avanan.net")
    _protect(
        practice, "Avanan - Protect", 2, "Avanan Outbound", ExceptIfSenderIpRanges=[*RETURNS, *DLP_RETURNS]
    )
    practice.put("OutboundConnector", {"Name": "Avanan Outbound", "Enabled": False})


_OWN_RULE = frozenset({"foreign-rule-stops-return"})
ODD: dict[str, OddTenant] = {
    "signature service": OddTenant(
        signature_service,
        {"outbound": {"content-decides"}, "rescope": {"content-decides"}},
        unproved=_OWN_RULE | {"foreign-loop-possible", "entry-limit"},
    ),
    "gateway in front": OddTenant(
        gateway_in_front,
        _always("return-rejected-by-lock-down"),
        unproved=frozenset({"return-lock-down-unclear"}),
    ),
    "gateway that knows the vendor": OddTenant(gateway_that_knows_the_vendor),
    "rule on top": OddTenant(rule_on_top),
    "only from addresses": OddTenant(only_from_addresses, _always("foreign-rule-stops-return")),
    "other archive": OddTenant(other_archive, left_out=frozenset({"o365_transport_config"})),
    "hybrid": OddTenant(hybrid),
    "centralised": OddTenant(centralised, _always("centralised-mail-flow")),
    "internal relay": OddTenant(internal_relay),
    "other dlp": OddTenant(other_dlp, unproved=_OWN_RULE),
    "allowed before": OddTenant(allowed_before),
    "blocked before": OddTenant(blocked_before, _always("vendor-address-blocked")),
    "switched off": OddTenant(switched_off),
    # Walking so many rules takes longest, and what is odd is their number alone.
    "hundreds": OddTenant(hundreds, footprints=("automatic",)),
    "other portal": OddTenant(
        other_portal,
        {"inline": {"two-portals"}, "outbound": {"two-portals"}},
        unproved=_OWN_RULE | {"two-portals", "dlp-return-not-relayed"},
    ),
}
_INLINE: Values = {"manual_mode_inline": True, "protected_users": ["user01"]}
_OUTBOUND: Values = {
    "protected_users": ["user01"],
    "outbound_users": ["user02"],
    "portal_values": {"dlp_require_tls": True},
}
_WAITS = "so that mail would loop as soon as it is"
HALF: dict[str, HalfTenant] = {
    "other names": HalfTenant(other_names, values=_INLINE),
    "looping": HalfTenant(half_loop, values=_INLINE, way_back=False, back_refused="loop-exception-missing"),
    "switched off": HalfTenant(half_off, values=_INLINE, refused=_WAITS),
    "elsewhere": HalfTenant(half_elsewhere, values=_INLINE, refused=_WAITS),
    "guarded": HalfTenant(half_guarded, values=_INLINE, way_back=False),
    "prepared and off": HalfTenant(prepared_off, values=_INLINE, way_back=False),
    "outgoing": HalfTenant(half_outgoing, "outbound_protection", _OUTBOUND, refused=_WAITS),
    "outgoing, switched off": HalfTenant(half_outgoing_off, "outbound_protection", _OUTBOUND, refused=_WAITS),
    "other portal, same names": HalfTenant(
        other_portal_same_names, values=_INLINE, refused="belongs to portal"
    ),
}
