# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectors and rules that let in only what comes from certain places, and with it not the vendor. Pure.

A partner connector for the sender domain * that restricts to addresses or to a certificate makes Exchange Online reject
everything else with 5.7.51 (Microsoft, connectors for a partner; IRONSCALES, migration from Barracuda).
"""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.ip_ranges import uncovered
from .finding import EXCHANGE, Finding, finding
from .tenant_view import Object, TenantView, acts, incoming, strings

_BLOCKING = ("delete_message", "quarantine", "reject_message_reason_text", "redirect_message_to")


def check(chart: TenantView) -> Iterator[Finding]:
    """Each lock-down by which the mail that the vendor gives back could not come in."""
    theirs = chart.known("return_addresses")
    for item in chart.topic("inbound_connectors"):
        if item.get("enabled") and "*" in strings(item, "sender_domains"):
            yield from _connector(chart, item, theirs)
    for rule in chart.foreign("mail_flow_rules"):
        if acts(rule) and incoming(rule) and _lets_in_some(rule):
            yield from _rule(rule, theirs)


def _connector(chart: TenantView, item: Object, theirs: list[str]) -> Iterator[Finding]:
    name = str(item["name"])
    by_address = bool(item.get("restrict_domains_to_ip_addresses"))
    if not (by_address or item.get("restrict_domains_to_certificate")):
        return
    if chart.is_ours("inbound_connectors", item):
        yield finding(
            "own-connector-locks-down",
            "critical",
            f'The vendor\'s own inbound connector "{name}" is restricted for the sender domain *.',
            "All mail of the internet that does not come from the vendor is rejected.",
            EXCHANGE,
            "Set restrict_domains_to_ip_addresses and restrict_domains_to_certificate of this connector to false.",
        )
        return
    missing = uncovered(theirs, strings(item, "sender_ip_addresses")) if by_address else theirs
    if by_address and theirs and not missing:
        return
    manner = (
        "from its own addresses"
        if by_address
        else f"with the certificate {item.get('tls_sender_certificate_name')}"
    )
    addresses = f" ({', '.join(missing)})" if missing else ""
    add = (
        f"Add the vendor's return addresses{addresses} to the connector"
        if by_address
        else "The vendor does not present this certificate: give the lock-down up"
    )
    yield finding(
        "lock-down-connector",
        "critical",
        f'The inbound connector "{name}" lets in only mail {manner}, for every sender domain.',
        "Mail that the vendor gives back after inspection does not come so, and is rejected (5.7.51).",
        EXCHANGE,
        f"{add} before going inline, or remove the restriction.",
    )


def _lets_in_some(rule: Object) -> bool:
    """Whether a rule blocks mail that does not come from certain addresses."""
    actions = rule.get("actions") or {}
    conditions = set(rule.get("conditions") or {}) - {"from_scope", "sent_to_scope"}
    blocks = any(actions.get(name) for name in _BLOCKING)
    return blocks and bool(strings(rule, "exceptions", "sender_ip_ranges")) and not conditions


def _rule(rule: Object, theirs: list[str]) -> Iterator[Finding]:
    missing = uncovered(theirs, strings(rule, "exceptions", "sender_ip_ranges"))
    if theirs and not missing:
        return
    addresses = f" ({', '.join(missing)})" if missing else ""
    yield finding(
        "lock-down-rule",
        "critical",
        f'The rule "{rule["name"]}" blocks incoming mail that does not come from certain addresses.',
        "Mail that the vendor gives back after inspection comes from other addresses and is blocked.",
        EXCHANGE,
        f"Add the vendor's return addresses{addresses} to the exceptions of this rule before going inline.",
    )
