# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules of a tenant alone make of incoming mail of a domain, wherever its MX points. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from . import foreign_rules
from .finding import listed
from .tenant_view import TenantObject, TenantView, strings

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
    rules: Sequence[TenantObject] = ()


def protection(view: TenantView, domain: str) -> Protection:
    """What the acting protect rules and the journal rule do for a domain."""
    unread = [_NEEDED[topic] for topic in view.unread(*_NEEDED)]
    if unread:
        return Protection("unknown", f"not known, because {' and '.join(unread)} could not be read")
    rules = [rule for rule in view.acting_protect_rules() if _covers(rule, domain)]
    journaled = view.journaled()
    if not rules:
        return Protection("monitored" if journaled else "none", "monitored" if journaled else "not protected")
    routes: dict[str, list[TenantObject]] = {}
    for rule in rules:
        routes.setdefault(_route(view, rule), []).append(rule)
    everyone = any(not _people(rule) for rule in rules)
    words = "; ".join(_for_whom(route, some) for route, some in routes.items())
    if not everyone:
        words += f"; all others are {'monitored' if journaled else 'not protected'}"
    stops = [str(rule["name"]) for rule in foreign_rules.stopping(view)]
    evidence = [line for rule in rules for line in _limits(rule)]
    if stops:
        evidence.append(f"rules above the protect rule keep some mail from it: {listed(stops)}")
    return Protection(_state(routes, whole=everyone and not evidence), words, evidence, rules)


def _state(routes: dict[str, list[TenantObject]], *, whole: bool) -> str:
    if any(route.startswith("held up") for route in routes):
        return "held_up"
    return "inline" if whole else "partly"


def _route(view: TenantView, rule: TenantObject) -> str:
    """Where a rule takes mail, in words."""
    off = [str(item["name"]) for item in view.routes(rule) if item.get("enabled") is False]
    if off:
        return f"held up at the outbound connector {listed(off)}, which is disabled,"
    portal = view.other_portal(rule)
    return f"inline with the other portal {portal}" if portal else "inline"


def _for_whom(route: str, rules: Sequence[TenantObject]) -> str:
    people = [text for rule in rules for text in _people(rule)]
    if any(not _people(rule) for rule in rules):
        return route.rstrip(",")
    shown = ", ".join(people[:_MOST]) + (f" and {len(people) - _MOST} more" if len(people) > _MOST else "")
    return f"{route} for {shown}"


def _people(rule: TenantObject) -> list[str]:
    return [text for option in _PEOPLE for text in strings(rule, "conditions", option)]


def _covers(rule: TenantObject, domain: str) -> bool:
    wanted = [text.lower() for text in strings(rule, "conditions", "recipient_domain_is")]
    excepted = [text.lower() for text in strings(rule, "exceptions", "recipient_domain_is")]
    return (not wanted or domain.lower() in wanted) and domain.lower() not in excepted


def _limits(rule: TenantObject) -> Iterator[str]:
    """What else decides whether a protect rule acts."""
    for section, expected, verb in (
        ("conditions", _CONDITIONS, "asks for"),
        ("exceptions", _EXCEPTIONS, "excepts"),
    ):
        parts = {key: strings(rule, section, key) for key in rule.get(section) or {} if key not in expected}
        shown = [f"{key} {', '.join(values[:_MOST])}" for key, values in parts.items() if values]
        if shown:
            yield f'the rule "{rule["name"]}" also {verb} {"; ".join(shown)}'
