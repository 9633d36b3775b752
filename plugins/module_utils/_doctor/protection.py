# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules of a tenant alone make of incoming mail of a domain, wherever its MX points. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from . import foreign_rules
from .finding import EXCHANGE, Finding, finding, listed
from .tenant_view import Object, TenantView, strings

_NEEDED = {
    "mail_flow_rules": "the mail-flow rules",
    "outbound_connectors": "the outbound connectors",
    "journal_rules": "the journal rules",
}
# Conditions that say for whom, and exceptions that are told elsewhere.
_PEOPLE = ("sent_to", "sent_to_member_of")
_CONDITIONS = {"from_scope", "sent_to_scope", "recipient_domain_is", *_PEOPLE}
_EXCEPTIONS = {"sender_ip_ranges", "recipient_domain_is"}
_MOST = 4


@dataclass
class Protection:
    """state: inline, partly, held_up, monitored, none or unknown; words: the same, in words; evidence: what else to know.

    rules: those that act on mail of the domain.
    """

    state: str
    words: str
    evidence: list[str] = field(default_factory=list)
    rules: Sequence[Object] = ()


def protection(chart: TenantView, domain: str) -> Protection:
    """What the acting protect rules and the journal rule do for a domain."""
    unread = [_NEEDED[topic] for topic in chart.unread(*_NEEDED)]
    if unread:
        return Protection("unknown", f"not known, because {' and '.join(unread)} could not be read")
    rules = [rule for rule in chart.acting_protect_rules() if _covers(rule, domain)]
    journaled = chart.journaled()
    if not rules:
        return Protection("monitored" if journaled else "none", "monitored" if journaled else "not protected")
    ways: dict[str, list[Object]] = {}
    for rule in rules:
        ways.setdefault(_way(chart, rule), []).append(rule)
    everyone = any(not _people(rule) for rule in rules)
    words = "; ".join(_told(way, some) for way, some in ways.items())
    if not everyone:
        words += f"; all others are {'monitored' if journaled else 'not protected'}"
    stops = [str(rule["name"]) for rule in foreign_rules.stopping(chart)]
    evidence = [line for rule in rules for line in _limits(rule)]
    if stops:
        evidence.append(f"rules above the protect rule keep some mail from it: {listed(stops)}")
    return Protection(_state(ways, whole=everyone and not evidence), words, evidence, rules)


def _state(ways: dict[str, list[Object]], *, whole: bool) -> str:
    if any(way.startswith("held up") for way in ways):
        return "held_up"
    return "inline" if whole else "partly"


def _way(chart: TenantView, rule: Object) -> str:
    """Where a rule takes mail, in words."""
    off = [str(item["name"]) for item in chart.routes(rule) if item.get("enabled") is False]
    if off:
        return f"held up at the outbound connector {listed(off)}, which is disabled,"
    portal = chart.other_portal(rule)
    return f"inline with the other portal {portal}" if portal else "inline"


def _told(way: str, rules: Sequence[Object]) -> str:
    people = [text for rule in rules for text in _people(rule)]
    if any(not _people(rule) for rule in rules):
        return way.rstrip(",")
    shown = ", ".join(people[:_MOST]) + (f" and {len(people) - _MOST} more" if len(people) > _MOST else "")
    return f"{way} for {shown}"


def _people(rule: Object) -> list[str]:
    return [text for option in _PEOPLE for text in strings(rule, "conditions", option)]


def _covers(rule: Object, domain: str) -> bool:
    wanted = [text.lower() for text in strings(rule, "conditions", "recipient_domain_is")]
    excepted = [text.lower() for text in strings(rule, "exceptions", "recipient_domain_is")]
    return (not wanted or domain.lower() in wanted) and domain.lower() not in excepted


def _limits(rule: Object) -> Iterator[str]:
    """What else decides whether a protect rule acts."""
    for section, expected, verb in (
        ("conditions", _CONDITIONS, "asks for"),
        ("exceptions", _EXCEPTIONS, "excepts"),
    ):
        parts = {key: strings(rule, section, key) for key in rule.get(section) or {} if key not in expected}
        shown = [f"{key} {', '.join(values[:_MOST])}" for key, values in parts.items() if values]
        if shown:
            yield f'the rule "{rule["name"]}" also {verb} {"; ".join(shown)}'


def check(chart: TenantView) -> Iterator[Finding]:
    """Protect rules that are there and do not act."""
    acting = {str(rule["name"]) for rule in chart.acting_protect_rules()}
    idle = [rule for rule in chart.protect_rules() if str(rule["name"]) not in acting]
    for enabled, severity, words, fix in (
        (
            True,
            "warning",
            "in test mode",
            "Set its mode to Enforce (the inline playbook does), or switch it off.",
        ),
        (
            False,
            "info",
            "switched off",
            "Nothing, when going back to monitoring was meant; else run the inline playbook.",
        ),
    ):
        names = [str(rule["name"]) for rule in idle if bool(rule.get("enabled")) is enabled]
        if names:
            yield finding(
                "protect-rule-idle",
                severity,
                f"Protect rules are there, but {words}: {listed(names)}.",
                "They take no mail to the vendor, whatever the portal shows.",
                EXCHANGE,
                fix,
            )
