# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift: each difference by its severity and words, and that no setting of ours is left unranked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.avanan.office365.plugins.filter import drift_findings, drift_lines
from ansible_collections.avanan.office365.plugins.module_utils._schema.resource import by_path
from ansible_collections.avanan.office365.plugins.module_utils._vendor.footprint import wanted
from ansible_collections.avanan.office365.plugins.module_utils._vendor.tenant import ObservedTenant
from ansible_collections.avanan.office365.plugins.plugin_utils._drift import findings

from tests.unit.vendor.vendor_runs import FULL, run_of

_LINES = drift_lines.FilterModule().filters()["drift_lines"]
_FINDINGS = drift_findings.FilterModule().filters()["drift_findings"]
_NOUNS = {
    "o365_connection_filter": ("HostedConnectionFilterPolicy", "connection filter"),
    "o365_distribution_group": ("DistributionGroup", "distribution group"),
    "o365_journal_rule": ("JournalRule", "journal rule"),
    "o365_mail_contact": ("MailContact", "mail contact"),
    "o365_mail_flow_rule": ("TransportRule", "mail-flow rule"),
    "o365_transport_config": ("TransportConfig", "transport configuration"),
    "inbound": ("InboundConnector", "inbound connector"),
    "outbound": ("OutboundConnector", "outbound connector"),
}

# ---------------------------------------------------------------------------------------------- what ours look like

PROTECT: dict[str, Any] = {
    "name": "Avanan - Protect",
    "enabled": True,
    "priority": 0,
    "mode": "Enforce",
    "comments": "",
    "activation_date": "",
    "expiry_date": "",
    "rule_error_action": "Ignore",
    "conditions": {
        "from_scope": "NotInOrganization",
        "sent_to_scope": "InOrganization",
        "sent_to_member_of": ["avanan_inline_incoming@contoso.example", "pilot@contoso.example"],
    },
    "exceptions": {"sender_ip_ranges": ["35.174.145.124", "44.211.178.96/28", "44.211.178.112/28"]},
    "actions": {
        "route_message_outbound_connector": "Avanan Outbound",
        "set_header_name": "X-CLOUD-SEC-AV-Info",
        "set_header_value": "customer-x,office365_emails,inline",
        "stop_rule_processing": True,
    },
}
WHITELIST: dict[str, Any] = {
    "name": "Avanan - Whitelist",
    "enabled": True,
    "priority": 1,
    "mode": "Enforce",
    "conditions": {"sender_ip_ranges": ["35.174.145.124"]},
    "exceptions": {
        "header_matches_message_header": "X-CLOUD-SEC-AV-SCL",
        "header_matches_patterns": ["true"],
    },
    "actions": {"set_scl": "-1"},
}
INBOUND: dict[str, Any] = {
    "name": "Avanan Inbound",
    "connector_type": "Partner",
    "enabled": True,
    "comment": "",
    "sender_domains": ["*"],
    "sender_ip_addresses": ["35.174.145.124", "44.211.178.96/28"],
    "require_tls": True,
    "restrict_domains_to_ip_addresses": False,
    "restrict_domains_to_certificate": False,
    "cloud_services_mail_enabled": False,
}
RELAY: dict[str, Any] = {**INBOUND, "name": "Avanan DLP Inbound", "connector_type": "OnPremises"}
OUTBOUND: dict[str, Any] = {
    "name": "Avanan Outbound",
    "connector_type": "Partner",
    "enabled": True,
    "comment": "",
    "use_mx_record": False,
    "smart_hosts": ["customer-x-host.avanan.net"],
    "recipient_domains": [],
    "is_transport_rule_scoped": True,
    "tls_settings": "EncryptionOnly",
    "tls_domain": "",
}
JOURNALING: dict[str, Any] = {
    **OUTBOUND,
    "name": "Avanan Journaling Outbound",
    "recipient_domains": ["customer-x-mail.avanan.net"],
    "is_transport_rule_scoped": False,
}
JOURNAL: dict[str, Any] = {
    "name": "Avanan - Monitor",
    "journal_email_address": "customer-x@customer-x-mail.avanan.net",
    "recipient": "",
    "scope": "Global",
    "enabled": True,
}
CONTACT: dict[str, Any] = {
    "name": "Avanan - Undeliverable Journal Reports",
    "external_email_address": "customer-x@mt-prod-3-journal-error.avanan.net",
    "hidden_from_address_lists_enabled": True,
    "display_name": "Avanan",
}
GROUP: dict[str, Any] = {
    "name": "avanan_inline_incoming",
    "members": ["user01@contoso.example", "user02@contoso.example"],
    "managed_by": ["user09"],
    "primary_smtp_address": "avanan_inline_incoming@contoso.example",
    "display_name": "avanan_inline_incoming",
}
CONFIG: dict[str, Any] = {"journaling_report_ndr_to": "customer-x@mt-prod-3-journal-error.avanan.net"}
FILTER: dict[str, Any] = {"ip_allow_list": ["35.174.145.124"], "enable_safe_list": False}
_KINDS = {
    "Avanan - Protect": "o365_mail_flow_rule",
    "Avanan - Whitelist": "o365_mail_flow_rule",
    "Avanan Inbound": "inbound",
    "Avanan DLP Inbound": "inbound",
    "Avanan Outbound": "outbound",
    "Avanan Journaling Outbound": "outbound",
    "Avanan - Monitor": "o365_journal_rule",
    "Avanan - Undeliverable Journal Reports": "o365_mail_contact",
    "avanan_inline_incoming": "o365_distribution_group",
}


def _entry(before: Any, after: Any, kind: str = "", **more: Any) -> dict[str, Any]:
    """An entry of a plan as a phase role leaves it, as far as drift looks at it."""
    name = (after or before).get("name", "")
    kind = kind or _KINDS.get(name, "o365_mail_flow_rule")
    noun, title = _NOUNS[kind]
    module = "o365_connector" if kind.endswith("bound") else kind
    return {
        "module": module,
        "options": {},
        "reason": "",
        "object": {"noun": noun, "title": title, "name": name},
        "before": before,
        "after": after,
        "order_before": [],
        "order_after": [],
        "steps": [],
        **more,
    }


def _with(state: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A state with changes by path, a double underscore for the dot; None takes a setting away."""
    result = deepcopy(state)
    for path, value in changes.items():
        section, _dots, name = path.rpartition("__")
        holder = result[section] if section else result
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = value
    return result


def _plan(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "kind": "plan", "entries": list(entries)}


def _changed(wanted: dict[str, Any], kind: str = "", **now: Any) -> dict[str, Any]:
    return _entry(_with(wanted, **now), wanted, kind)


_ROUTE = PROTECT["exceptions"]["sender_ip_ranges"]
_OUTGOING = {
    **PROTECT,
    "name": "Avanan - Protect Outgoing",
    "conditions": {
        "from_scope": "InOrganization",
        "sent_to_scope": "NotInOrganization",
        "from_member_of": ["sales-team@contoso.example"],
    },
}
_OF_EVERYONE = _with(_OUTGOING, conditions__from_member_of=None)
# What differs, how bad that is, and words of its line.
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # Protect rule
    "protect rule missing": (_entry(None, PROTECT), "critical", "is missing. .*without being inspected"),
    "protect rule missing that shall be off": (
        _entry(None, _with(PROTECT, enabled=False)),
        "warning",
        "is missing. Only once",
    ),
    "protect rule too many": (_entry(PROTECT, None), "warning", "should not be there. .*nobody asked"),
    "protect rule too many and unguarded": (
        _entry(_with(PROTECT, exceptions__sender_ip_ranges=None), None),
        "critical",
        "mail loops",
    ),
    "outgoing rule in the vendor's form": (
        _changed(_OUTGOING, conditions__from_scope=None),
        "info",
        "conditions.from_scope .*handled alike",
    ),
    "outgoing rule for everyone without a direction": (
        _changed(_OF_EVERYONE, conditions__from_scope=None),
        "critical",
        "Mail of every direction",
    ),
    "outgoing rule for other recipients": (
        _changed(_OUTGOING, conditions__sent_to_scope="InOrganization"),
        "critical",
        "another direction",
    ),
    "protect rule off": (_changed(PROTECT, enabled=False), "critical", "enabled is false instead of true"),
    "protect rule on": (
        _entry(PROTECT, _with(PROTECT, enabled=False)),
        "warning",
        "enabled is true instead of false. .*already",
    ),
    "only tested": (_changed(PROTECT, mode="Audit"), "critical", "mode is Audit instead of Enforce"),
    "acts instead of being tested": (
        _entry(PROTECT, _with(PROTECT, mode="Audit")),
        "warning",
        "only be tested",
    ),
    "tested differently": (
        _entry(_with(PROTECT, mode="AuditAndNotify"), _with(PROTECT, mode="Audit")),
        "info",
        "alike",
    ),
    "begins later": (
        _changed(PROTECT, activation_date="2030-01-01T00:00:00Z"),
        "critical",
        "activation_date is 2030-01-01T00:00:00Z and should not be set. Until",
    ),
    "ends": (_changed(PROTECT, expiry_date="2030-01-01T00:00:00Z"), "critical", "From that time on"),
    "ends no more": (
        _entry(PROTECT, _with(PROTECT, expiry_date="2030-01-01T00:00:00Z")),
        "warning",
        "expiry_date is not set",
    ),
    "comment": (_changed(PROTECT, comments="hands off"), "info", 'comments is "hands off" and should not'),
    "rule error action": (_changed(PROTECT, rule_error_action="Defer"), "warning", "rule_error_action"),
    "loop exception lost": (
        _changed(PROTECT, exceptions__sender_ip_ranges=_ROUTE[1:]),
        "critical",
        "exceptions.sender_ip_ranges lacks 35.174.145.124. Returned mail .*mail loops",
    ),
    "all loop exceptions lost": (
        _changed(PROTECT, exceptions__sender_ip_ranges=None),
        "critical",
        "lacks 35.174.145.124, 44.211.178.96/28, 44.211.178.112/28. .*loops",
    ),
    "address excepted": (
        _changed(PROTECT, exceptions__sender_ip_ranges=[*_ROUTE, "203.0.113.7"]),
        "warning",
        "has 203.0.113.7 beside what is wanted. .*uninspected",
    ),
    "half the internet excepted": (
        _changed(PROTECT, exceptions__sender_ip_ranges=[*_ROUTE, "128.0.0.0-255.255.255.255"]),
        "critical",
        "much of the internet",
    ),
    "loop exception exchanged": (
        _changed(PROTECT, exceptions__sender_ip_ranges=[*_ROUTE[1:], "203.0.113.7"]),
        "critical",
        "lacks 35.174.145.124 and has 203.0.113.7 beside .*loops",
    ),
    "loop exceptions in one block": (
        _changed(PROTECT, exceptions__sender_ip_ranges=["35.174.145.124", "44.211.178.96/27"]),
        "info",
        "means the same",
    ),
    "loop exception within a larger block": (
        _changed(PROTECT, exceptions__sender_ip_ranges=["35.174.145.0/24", *_ROUTE[1:]]),
        "warning",
        "has 35.174.145.0/24",
    ),
    "other exception": (
        _changed(PROTECT, exceptions__subject_contains_words=["invoice"]),
        "critical",
        "has invoice beside .*meets this exception",
    ),
    "other exception lost": (
        _entry(PROTECT, _with(PROTECT, exceptions__subject_contains_words=["invoice"])),
        "critical",
        "lacks invoice.*may loop",
    ),
    "member group lost": (
        _changed(PROTECT, conditions__sent_to_member_of=["pilot@contoso.example"]),
        "critical",
        "lacks avanan_inline_incoming@contoso.example. .*uninspected",
    ),
    "member group gained": (
        _changed(
            PROTECT,
            conditions__sent_to_member_of=[
                *PROTECT["conditions"]["sent_to_member_of"],
                "all@contoso.example",
            ],
        ),
        "warning",
        "has all@contoso.example beside .*beyond",
    ),
    "everyone": (_changed(PROTECT, conditions__sent_to_member_of=None), "critical", "no longer asks"),
    "only some": (
        _changed(PROTECT, conditions__sent_to=["ceo@contoso.example"]),
        "critical",
        "has ceo@contoso.example beside .*everybody else",
    ),
    "a domain less": (
        _entry(
            _with(PROTECT, conditions__recipient_domain_is=["a.example"]),
            _with(PROTECT, conditions__recipient_domain_is=["a.example", "b.example"]),
        ),
        "critical",
        "recipient_domain_is lacks b.example",
    ),
    "sender scope lost": (_changed(PROTECT, conditions__from_scope=None), "critical", "internal mail"),
    "sender scope turned": (
        _changed(PROTECT, conditions__from_scope="InOrganization"),
        "critical",
        "from_scope is InOrganization instead of NotInOrganization. .*direction",
    ),
    "recipient scope lost": (
        _changed(PROTECT, conditions__sent_to_scope=None),
        "critical",
        "sent_to_scope is not",
    ),
    "condition too many": (
        _changed(PROTECT, conditions__subject_contains_words=["x"]),
        "critical",
        "conditions.subject_contains_words has x .*all other mail",
    ),
    "condition lost": (
        _entry(PROTECT, _with(PROTECT, conditions__message_size_over="10MB")),
        "warning",
        "more mail",
    ),
    "no route": (
        _changed(PROTECT, actions__route_message_outbound_connector=None),
        "critical",
        "route_message_outbound_connector is not set instead of",
    ),
    "other route": (
        _changed(PROTECT, actions__route_message_outbound_connector="Elsewhere"),
        "critical",
        "another way",
    ),
    "header value": (_changed(PROTECT, actions__set_header_value="x"), "critical", "whose mail"),
    "header name": (_changed(PROTECT, actions__set_header_name=None), "critical", "whose mail"),
    "goes on": (_changed(PROTECT, actions__stop_rule_processing=None), "critical", "a second time"),
    "stops": (
        _entry(PROTECT, _with(PROTECT, actions__stop_rule_processing=None)),
        "warning",
        "stop_rule_processing is true and should not be set",
    ),
    "blind copy": (
        _changed(PROTECT, actions__blind_copy_to=["spy@example.com"]),
        "critical",
        "has spy@example.com beside .*without notice",
    ),
    "deletes": (_changed(PROTECT, actions__delete_message=True), "critical", "deleted, rejected"),
    "unknown action": (_changed(PROTECT, actions__apply_ome=True), "critical", "nobody asked for"),
    "subject": (_changed(PROTECT, actions__prepend_subject="[x] "), "warning", "marked"),
    "audit severity": (_changed(PROTECT, actions__set_audit_severity="High"), "info", "reports"),
    "asleep": (
        _entry(
            _with(PROTECT, enabled=False, exceptions__sender_ip_ranges=None), _with(PROTECT, enabled=False)
        ),
        "warning",
        "Only once it is switched on: returned mail .*loops",
    ),
    # Whitelist rule
    "whitelist missing": (_entry(None, WHITELIST), "warning", "spam filter again"),
    "whitelist off": (_changed(WHITELIST, enabled=False), "warning", "spam filter again"),
    "whitelist for an address more": (
        _changed(WHITELIST, conditions__sender_ip_ranges=["35.174.145.124", "203.0.113.7"]),
        "warning",
        "has 203.0.113.7 .*whoever sends",
    ),
    "whitelist for all": (
        _changed(WHITELIST, conditions__sender_ip_ranges=None),
        "critical",
        "all mail skips",
    ),
    "whitelist for spam": (
        _changed(WHITELIST, exceptions__header_matches_patterns=None),
        "warning",
        "marked as spam",
    ),
    "spam level": (_changed(WHITELIST, actions__set_scl="9"), "critical", "set_scl is 9 instead of -1"),
    "no spam level": (_changed(WHITELIST, actions__set_scl=None), "warning", "spam filter again"),
    # Inbound connectors
    "inbound missing": (_entry(None, INBOUND), "critical", "not recognized"),
    "inbound off": (_changed(INBOUND, enabled=False), "critical", "not recognized"),
    "inbound type": (
        _changed(INBOUND, connector_type="OnPremises"),
        "critical",
        "send through the organization",
    ),
    "relay type": (_changed(RELAY, connector_type="Partner"), "critical", "refused"),
    "inbound address lost": (
        _changed(INBOUND, sender_ip_addresses=["35.174.145.124"]),
        "critical",
        "lacks 44.211.178.96/28. .*not recognized",
    ),
    "inbound address gained": (
        _changed(INBOUND, sender_ip_addresses=[*INBOUND["sender_ip_addresses"], "203.0.113.7"]),
        "warning",
        "has 203.0.113.7",
    ),
    "relay address gained": (
        _changed(RELAY, sender_ip_addresses=[*RELAY["sender_ip_addresses"], "203.0.113.7"]),
        "critical",
        "in the organization's name",
    ),
    "inbound domains": (_changed(INBOUND, sender_domains=["a.example"]), "critical", r'lacks \*|lacks "\*"'),
    "lock on addresses": (
        _changed(INBOUND, restrict_domains_to_ip_addresses=True),
        "critical",
        "restrict_domains_to_ip_addresses is true instead of false. .*rejected",
    ),
    "lock on certificate": (_changed(INBOUND, restrict_domains_to_certificate=True), "critical", "rejected"),
    "lock gone": (
        _entry(INBOUND, _with(INBOUND, restrict_domains_to_ip_addresses=True)),
        "warning",
        "accepted from everywhere",
    ),
    "TLS dropped": (_changed(INBOUND, require_tls=False), "critical", "unencrypted"),
    "TLS demanded": (_entry(RELAY, _with(RELAY, require_tls=False)), "critical", "rejected"),
    "internal headers": (_changed(RELAY, cloud_services_mail_enabled=True), "warning", "forged"),
    "inbound comment": (_changed(INBOUND, comment="x"), "info", "note"),
    # Outbound connectors
    "outbound missing": (_entry(None, OUTBOUND), "critical", "stranded"),
    "outbound off": (_changed(OUTBOUND, enabled=False), "critical", "stranded"),
    "other host": (
        _changed(OUTBOUND, smart_hosts=["evil.example"]),
        "critical",
        "lacks customer-x-host.avanan.net and has evil.example",
    ),
    "outbound type": (_changed(OUTBOUND, connector_type="OnPremises"), "critical", "connector_type"),
    "through MX": (_changed(OUTBOUND, use_mx_record=True), "critical", "use_mx_record is true .*loops"),
    "not for rules": (
        _changed(OUTBOUND, is_transport_rule_scoped=False),
        "critical",
        "is_transport_rule_scoped is false",
    ),
    "outbound domains": (_changed(OUTBOUND, recipient_domains=["*"]), "critical", "whatever the rules say"),
    "no TLS out": (_changed(OUTBOUND, tls_settings=""), "critical", "tls_settings is not set instead of"),
    "stronger TLS": (
        _changed(OUTBOUND, tls_settings="CertificateValidation"),
        "critical",
        "More is demanded",
    ),
    "weaker TLS": (
        _entry(OUTBOUND, _with(OUTBOUND, tls_settings="CertificateValidation")),
        "warning",
        "Less is demanded",
    ),
    "journaling missing": (_entry(None, JOURNALING), "critical", "reports do not reach"),
    "journaling for rules": (
        _changed(JOURNALING, is_transport_rule_scoped=True),
        "critical",
        "no rule sees them",
    ),
    "journaling domains": (
        _changed(JOURNALING, recipient_domains=["customer-x-mail.avanan.net", "a.example"]),
        "critical",
        "has a.example",
    ),
    # Journaling
    "journal rule missing": (_entry(None, JOURNAL), "critical", "reports do not reach"),
    "journal rule too many": (_entry(JOURNAL, None), "warning", "should not be there"),
    "journal rule off": (_changed(JOURNAL, enabled=False), "critical", "reports do not reach"),
    "journal address": (
        _changed(JOURNAL, journal_email_address="a@b.example"),
        "critical",
        "another address",
    ),
    "journal of one": (_changed(JOURNAL, recipient="a@b.example"), "critical", "everybody else"),
    "journal of all": (_entry(JOURNAL, _with(JOURNAL, recipient="a@b.example")), "warning", "everybody's"),
    "journal scope": (_changed(JOURNAL, scope="Internal"), "critical", "scope is Internal instead of Global"),
    "journal scope wider": (_entry(JOURNAL, _with(JOURNAL, scope="External")), "warning", "more mail"),
    "undeliverable lost": (
        _changed(CONFIG, "o365_transport_config", journaling_report_ndr_to=""),
        "critical",
        "^CRITICAL  transport configuration: journaling_report_ndr_to is not set .*get lost",
    ),
    "undeliverable elsewhere": (
        _changed(CONFIG, "o365_transport_config", journaling_report_ndr_to="a@b.example"),
        "critical",
        "to another address",
    ),
    "contact missing": (_entry(None, CONTACT), "info", "is missing"),
    "contact elsewhere": (
        _changed(CONTACT, external_email_address="a@b.example"),
        "warning",
        "another address",
    ),
    "contact shown": (_changed(CONTACT, hidden_from_address_lists_enabled=False), "info", "Users see"),
    # Scope and filter
    "group missing": (_entry(None, GROUP), "critical", "match nobody"),
    "member lost": (
        _changed(GROUP, members=["user01@contoso.example"]),
        "critical",
        "lacks user02@contoso.example",
    ),
    "member gained": (
        _changed(GROUP, members=[*GROUP["members"], "user03@contoso.example"]),
        "warning",
        "has user03@contoso.example .*beyond",
    ),
    "group empty": (_changed(GROUP, members=[]), "critical", "The group is empty"),
    "owner gained": (_changed(GROUP, managed_by=["user09", "user10"]), "warning", "can decide"),
    "owner lost": (_entry(GROUP, _with(GROUP, managed_by=["user09", "user10"])), "info", "cannot manage"),
    "group address": (_changed(GROUP, primary_smtp_address="x@contoso.example"), "warning", "wanted address"),
    "display name": (_changed(GROUP, display_name="x"), "info", "shown"),
    "allowed address lost": (
        _changed(FILTER, "o365_connection_filter", ip_allow_list=[]),
        "warning",
        "ip_allow_list lacks 35.174.145.124. .*blocked",
    ),
    "address blocked": (
        _changed(FILTER, "o365_connection_filter", ip_block_list=["35.174.145.124"]),
        "critical",
        "is rejected",
    ),
    # What nobody has ranked
    "other rule": (
        _entry(None, _with(PROTECT, name="Stamp", actions__route_message_outbound_connector=None)),
        "warning",
        "is missing",
    ),
    "unknown setting": (_changed(INBOUND, ef_skip_last_ip=True), "warning", "look whether"),
}


@pytest.mark.parametrize(("entry", "severity", "words"), CASES.values(), ids=CASES)
def test_severity_and_words(entry: dict[str, Any], severity: str, words: str) -> None:
    # As it comes out of a file.
    found = _FINDINGS(json.loads(json.dumps(_plan(entry))))
    assert [item["severity"] for item in found] == [severity]
    (line,) = _LINES(found)
    assert line.startswith(severity.upper())
    assert re.search(words, line), line


def test_a_finding_has_all_that_a_report_needs() -> None:
    ranges = [*_ROUTE[1:], "203.0.113.7"]
    assert _FINDINGS(_plan(_changed(PROTECT, exceptions__sender_ip_ranges=ranges))) == [
        {
            "severity": "critical",
            "object": 'mail-flow rule "Avanan - Protect"',
            "setting": "exceptions.sender_ip_ranges",
            "now": ranges,
            "wanted": _ROUTE,
            "lost": ["35.174.145.124"],
            "gained": ["203.0.113.7"],
            "consequence": "Returned mail would be sent to the vendor again: mail loops.",
        }
    ]


def test_worst_first_then_in_the_order_of_the_plan() -> None:
    plan = _plan(
        _changed(INBOUND, comment="x", require_tls=False),
        _changed(PROTECT, comments="x", enabled=False),
        _entry(None, WHITELIST),
    )
    assert [(item["severity"], item["setting"]) for item in _FINDINGS(plan)] == [
        ("critical", "require_tls"),
        ("critical", "enabled"),
        ("warning", ""),
        ("info", "comment"),
        ("info", "comments"),
    ]


def test_an_object_that_two_phases_look_at_is_named_once() -> None:
    assert len(_FINDINGS(_plan(_entry(None, INBOUND), _entry(None, INBOUND)))) == 1


@pytest.mark.parametrize(
    "now",
    [
        {"sender_ip_addresses": ["44.211.178.100/28", "35.174.145.124/32"]},
        {"tls_sender_certificate_name": ""},
        {"restrict_domains_to_certificate": None},
        {"connector_type": "partner"},
    ],
)
def test_another_spelling_is_no_drift(now: dict[str, Any]) -> None:
    assert _FINDINGS(_plan(_changed(INBOUND, **now))) == []


@pytest.mark.parametrize("kind", ["draft", "record", None])
def test_only_plans_show_drift(kind: str | None) -> None:
    with pytest.raises(AnsibleFilterError, match="only a plan"):
        _FINDINGS({**_plan(), "kind": kind})


# ---------------------------------------------------------------------------------------------- order

_NOW = ["Mark external mail", "Avanan - Protect", "Disclaimer"]
_LATER = ["Avanan - Protect", "Mark external mail", "Disclaimer"]


def _move(
    state: dict[str, Any], places: tuple[int, int], before: list[str], after: list[str], **options: Any
) -> dict[str, Any]:
    now, wanted = (_with(state, priority=place) for place in places)
    return _entry(now, wanted, options=options, order_before=before, order_after=after)


def _order(*entries: dict[str, Any]) -> list[tuple[str, str, list[str], list[str]]]:
    return [
        (item["severity"], item["object"], item["lost"], item["gained"])
        for item in _FINDINGS(_plan(*entries))
        if item["setting"] == "order"
    ]


def test_a_moved_rule_names_what_stands_above_it() -> None:
    (finding,) = _FINDINGS(_plan(_move(PROTECT, (1, 0), _NOW, _LATER)))
    assert (finding["severity"], finding["setting"]) == ("critical", "order")
    assert (finding["now"], finding["wanted"]) == (["Mark external mail"], [])
    (line,) = _LINES([finding])
    assert 'mail-flow rule "Avanan - Protect" stands below "Mark external mail", which should not' in line


def test_a_rule_that_comes_too_early() -> None:
    simulation = [*_LATER[:1], "Simulation"]
    (finding,) = _FINDINGS(_plan(_move(PROTECT, (0, 1), simulation, simulation[::-1])))
    assert finding["severity"] == "critical"
    assert finding["lost"] == ["Simulation"]
    assert "stands above Simulation, which should come first" in _LINES([finding])[0]


def test_a_rule_that_only_makes_way_has_not_moved() -> None:
    # The whitelist rule is made on top, and the protect rule goes back above it.
    made = ["Avanan - Whitelist", "Avanan - Protect", "Disclaimer"]
    whitelist = _entry(None, _with(WHITELIST, priority=0), order_before=made[1:], order_after=made)
    end = ["Avanan - Protect", "Avanan - Whitelist", "Disclaimer"]
    assert _order(whitelist, _move(PROTECT, (1, 0), made, end)) == []


def test_rules_of_ours_may_stand_above_each_other() -> None:
    outgoing = _with(PROTECT, name="Avanan - Protect Outgoing")
    before = ["Mark external mail", "Avanan - Protect", "Avanan - Protect Outgoing"]
    after = ["Avanan - Protect Outgoing", "Mark external mail", "Avanan - Protect"]
    peers = ["Avanan - Protect", "Avanan - Protect Outgoing"]
    assert _order(_move(outgoing, (2, 0), before, after, position="first", peers=peers)) == [
        ("critical", 'mail-flow rule "Avanan - Protect Outgoing"', [], ["Mark external mail"])
    ]


def test_only_rules_of_ours_above_are_a_warning() -> None:
    before = ["Avanan – Protect Outgoing", "Avanan - Protect"]
    other = _changed(_with(PROTECT, name="Avanan – Protect Outgoing"), comments="x")
    assert [severity for severity, *_rest in _order(_move(PROTECT, (1, 0), before, before[::-1]), other)] == [
        "warning"
    ]


def test_a_moved_whitelist_rule_is_a_warning() -> None:
    before = ["Mark external mail", "Avanan - Whitelist"]
    assert [row[0] for row in _order(_move(WHITELIST, (1, 0), before, before[::-1]))] == ["warning"]


def test_a_place_without_an_order() -> None:
    (finding,) = _FINDINGS(_plan(_move(PROTECT, (3, 0), [], [])))
    assert (finding["severity"], finding["setting"], finding["now"]) == ("critical", "priority", 3)


# ---------------------------------------------------------------------------------------------- lines


def test_no_drift_says_so() -> None:
    assert _FINDINGS(_plan()) == []
    assert _LINES([])[0].startswith("No drift:")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nCRITICAL  b", "a\\u000aCRITICAL  b"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u2028b\x00\x1b[2J\x85", "a\\u2028b\\u0000\\u001b[2J\\u0085"),
        ("zero\u200bwidth\U000e0041", "zero\\u200bwidth\\U000e0041"),
        ('x": enabled is fine. "', "x\\u0022: enabled is fine. \\u0022"),
        ("Checkpoint – Protect ‘ü’", "Checkpoint – Protect ‘ü’"),
    ],
)
def test_hostile_texts_are_visible(text: str, shown: str) -> None:
    rule = _with(PROTECT, name=text)
    lines = _LINES(
        _FINDINGS(
            _plan(
                _entry(_with(rule, comments=text, actions__copy_to=[text]), rule),
                _move(rule, (1, 0), [f"{text}!", text], [text, f"{text}!"]),
            )
        )
    )
    assert len(lines) == 3
    for line in lines:
        assert f'mail-flow rule "{shown}"' in line
        assert line.isprintable()


def test_long_lists_and_texts_are_cut() -> None:
    members = [f"user{number}@contoso.example" for number in range(500)]
    (line,) = _LINES(
        _FINDINGS(_plan(_entry(_with(GROUP, members=members[:1]), _with(GROUP, members=members))))
    )
    assert "and 479 more" in line
    (line,) = _LINES(_FINDINGS(_plan(_changed(PROTECT, comments="long " * 200))))
    assert len(line) < 400


# ---------------------------------------------------------------------------------------------- completeness


def _set_by_phases() -> Iterator[tuple[str, dict[str, Any], set[str]]]:
    """What, an entry as a phase would leave it, and the paths that it sets."""
    tenant = ObservedTenant({"connection_filter": {"ip_allow_list": ["35.174.145.124"]}})
    for phase in ("monitor", "inline", "rescope", "outbound"):
        for item in wanted(phase, run_of(phase, **FULL).portal, tenant):
            entry = _entry(None, {"name": "x", **item.options}, item.options.get("direction", item.module))
            paths = set(by_path(item.options)) & set(findings._fields(entry))
            yield f"{phase}: {item.module} {item.options.get('name', '')}", entry, paths


def test_every_setting_of_the_phases_is_ranked() -> None:
    found = list(_set_by_phases())
    assert len({where for where, *_rest in found}) >= 15
    assert sum(len(paths) for _where, _entry, paths in found) >= 60
    unranked = {
        f"{where} {path}"
        for where, entry, paths in found
        for path in paths
        if path not in findings.severity_table(entry).rows
    }
    # A whitelist rule that acts for some time only is told like any setting that has no words of its own.
    dates = {
        f"inline: o365_mail_flow_rule Avanan - Whitelist {name}_date" for name in ("activation", "expiry")
    }
    assert unranked == dates
