# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outbound connectors (New-, Set-, Remove-OutboundConnector)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from .._schema.address_types import DOMAIN_PATTERNS, HOSTS, SMTP_LIST
from .._schema.domain_names import is_below, is_domain
from .._schema.resource import (
    IDENTIFIED,
    Change,
    Field,
    MailFlowData,
    Management,
    Resource,
    Role,
    State,
    Topic,
)
from .._schema.value_type import ValueType, enum
from .._schema.value_types import BOOLEAN, COMMENT


def _tls_level(value: Any) -> str | None:
    level = _TLS_LEVELS.canonical(value)
    return None if level is None or level.lower() == "none" else str(level)


_TLS_LEVELS = enum("EncryptionOnly", "CertificateValidation", "DomainValidation", clear=None)
# Opportunistic TLS is no value; the other enumerations of a connector call it None.
_TLS_SETTINGS = replace(_TLS_LEVELS, canonical=_tls_level)


def _tls_domain_problem(value: object) -> Iterable[str]:
    if not is_domain(str(value).strip().removeprefix("*.")):
        yield f'"{value}" is not a domain such as mail.example.com or *.example.com'


_TLS_DOMAIN = ValueType(
    "str", lambda value: str(value).strip() or None, key=str.lower, check=_tls_domain_problem
)
_PREMISES_ONLY = (
    "all_accepted_domains",
    "cloud_services_mail_enabled",
    "route_all_messages_via_on_premises",
    "sender_rewriting_enabled",
)


def _partner(state: State) -> bool:
    # The service refuses these parameters for a Partner connector even when they are false (observed for one of them).
    return state.get("connector_type") != "OnPremises"


def _imply(desired: State, before: State | None) -> State:
    """The other half of settings that the service takes only together."""
    values = dict(desired)
    present = before or {}
    if values.get("smart_hosts"):
        values.setdefault("use_mx_record", False)
    if values.get("use_mx_record") and present.get("smart_hosts"):
        values.setdefault("smart_hosts", None)
    if "smart_hosts" in values and not values["smart_hosts"] and present.get("smart_hosts"):
        values.setdefault("use_mx_record", True)
    if values.get("is_transport_rule_scoped"):
        if present.get("recipient_domains"):
            values.setdefault("recipient_domains", None)
        if present.get("all_accepted_domains"):
            values.setdefault("all_accepted_domains", False)
    elif values.get("recipient_domains") and present.get("is_transport_rule_scoped"):
        values.setdefault("is_transport_rule_scoped", False)
    if (
        "tls_settings" in values
        and values["tls_settings"] != "DomainValidation"
        and present.get("tls_domain")
    ):
        values.setdefault("tls_domain", None)
    if values.get("connector_type") == "Partner":
        values.update({path: False for path in _PREMISES_ONLY if present.get(path) and not values.get(path)})
    return values


def _check(change: Change) -> Iterable[str]:
    after: State = change.after or {}
    scoped = after.get("is_transport_rule_scoped")
    domains = after.get("recipient_domains") or after.get("all_accepted_domains")
    if bool(scoped) == bool(domains):
        yield (
            "exactly one scope is needed: is_transport_rule_scoped, or recipient_domains (or all_accepted_domains)"
        )
    through_mx = after.get("use_mx_record", True)
    if not through_mx and not after.get("smart_hosts"):
        yield "use_mx_record false needs smart_hosts"
    if through_mx and after.get("smart_hosts"):
        yield "smart_hosts need use_mx_record false"
    if (after.get("tls_settings") == "DomainValidation") != bool(after.get("tls_domain")):
        yield "tls_settings DomainValidation and tls_domain need each other"
    yield from _check_premises(after, through_mx)


def _check_premises(after: State, through_mx: bool) -> Iterable[str]:
    if _partner(after):
        for path in _PREMISES_ONLY:
            if after.get(path):
                yield f"{path} needs connector_type OnPremises"
        return
    if through_mx:
        yield "connector_type OnPremises needs smart_hosts and use_mx_record false"
    if "*" in (after.get("recipient_domains") or ()) and not after.get("route_all_messages_via_on_premises"):
        yield "recipient_domains * with connector_type OnPremises needs route_all_messages_via_on_premises"


def _withdrawn(change: Change) -> bool:
    # The service refuses all three while a rule routes to the connector (inferred).
    return change.before is not None and (
        change.after is None
        or change.turns("enabled", False)
        or (
            bool(change.before.get("is_transport_rule_scoped"))
            and not change.after.get("is_transport_rule_scoped")
        )
    )


def _fit(connector: State, domain: str) -> int:
    """How closely the recipient domains of a connector that needs no rule name a domain; 0 when they do not."""
    if not connector.get("enabled") or connector.get("is_transport_rule_scoped"):
        return 0
    patterns = [str(item).partition(";")[0] for item in connector.get("recipient_domains") or ()]
    fitting = [item for item in patterns if item == "*" or is_below(domain, item.removeprefix("*."))]
    return max((len(item) for item in fitting), default=0)


def _carries_reports(connector: State, journal_rule: State, connectors: Sequence[State]) -> bool:
    """Whether the reports of a journal rule leave through the connector: of all, its domains fit the address most closely."""
    domain = str(journal_rule.get("journal_email_address") or "").rpartition("@")[2].lower()
    fit = _fit(connector, domain)
    return fit > 0 and all(_fit(other, domain) <= fit for other in connectors)


OUTBOUND_CONNECTOR = Resource(
    noun="OutboundConnector",
    title="outbound connector",
    role=Role("Remote and Accepted Domains", always=True),
    management=Management("connector", selector="direction", variant="outbound"),
    topic=Topic(
        "outbound_connectors", "The outbound connectors, those scoped to rules and in test mode included."
    ),
    mail_flow=MailFlowData(
        defaults={
            "enabled": True,
            "connector_type": "Partner",
            "use_mx_record": True,
            "is_transport_rule_scoped": False,
            "smtp_dane_mode": "Opportunistic",
            "test_mode": False,
            "all_accepted_domains": False,
            "route_all_messages_via_on_premises": False,
            "sender_rewriting_enabled": False,
        }
    ),
    notes={"ConnectorSource": "connector_source"},
    twin="inbound_connectors",
    keys={**IDENTIFIED, "SmartHosts": "any"},
    rank=4,
    # Whether a plain listing hides rule-scoped and test-mode connectors is documented one way and observed another.
    listings=(
        {"ResultSize": "Unlimited"},
        {"ResultSize": "Unlimited", "IsTransportRuleScoped": True},
        {"ResultSize": "Unlimited", "IncludeTestModeConnectors": True},
    ),
    imply=_imply,
    check=_check,
    withdrawn=_withdrawn,
    users={"JournalRule": _carries_reports},
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
            "UseMXRecord",
            BOOLEAN,
            "Whether mail goes to the recipient domain's MX. V(false) needs O(smart_hosts), and follows from them.",
        ),
        Field("SmartHosts", HOSTS, "Host names or public IPv4 addresses that the connector delivers to."),
        Field("RecipientDomains", DOMAIN_PATTERNS, "Recipient domains for which the connector is used."),
        Field(
            "IsTransportRuleScoped",
            BOOLEAN,
            "Whether only mail-flow rules send mail through the connector, instead of O(recipient_domains).",
        ),
        Field(
            "TlsSettings",
            _TLS_SETTINGS,
            "What is demanded of the other server's TLS. Empty means opportunistic TLS.",
        ),
        Field(
            "TlsDomain",
            _TLS_DOMAIN,
            "Domain in the other server's certificate, for O(tls_settings=DomainValidation).",
        ),
        Field(
            "MtaStsMode", enum("Opportunistic", "None"), "How MTA-STS policies of recipient domains are used."
        ),
        Field("SmtpDaneMode", enum("Opportunistic", "Mandatory", "None"), "How DANE for SMTP is used."),
        Field(
            "TestMode", BOOLEAN, "Whether the connector is in test mode, which hides it from plain listings."
        ),
        Field(
            "ValidationRecipients",
            SMTP_LIST,
            "Recipients to which the admin center sends its test message.",
            verbs="set",
        ),
        Field(
            "AllAcceptedDomains",
            BOOLEAN,
            "Whether mail to all accepted domains goes through it; for O(connector_type=OnPremises).",
            omitted_when=_partner,
        ),
        Field(
            "CloudServicesMailEnabled",
            BOOLEAN,
            "Whether internal headers are kept; for hybrid organizations.",
            omitted_when=_partner,
        ),
        Field(
            "RouteAllMessagesViaOnPremises",
            BOOLEAN,
            "Whether all outbound mail goes through it (centralized mail transport); for O(connector_type=OnPremises).",
            omitted_when=_partner,
        ),
        Field(
            "SenderRewritingEnabled",
            BOOLEAN,
            "Whether the sender rewriting scheme is applied; for O(connector_type=OnPremises).",
            omitted_when=_partner,
        ),
    ),
)
