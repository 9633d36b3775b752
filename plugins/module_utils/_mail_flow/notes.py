# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader should know of a tenant, beside what the walks find: the notes of section 10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._schema.ip_ranges import networks, pieces
from .advice import capital, quoted, reversed_rule, rule_name, senders_for_recipients
from .logic import any_of
from .objects import TransportRule
from .people import People
from .rows import text, texts
from .tenant import Tenant
from .trace import Cause

_SCOPES = (
    "sent_to",
    "sent_to_member_of",
    "recipient_domain_is",
    "recipient_address_contains_words",
    "recipient_address_matches_patterns",
)
_FROM_OUTSIDE = "notinorganization"


def notes(tenant: Tenant, people: People) -> Iterator[Cause]:
    """All notes that the objects alone give."""
    for rule in people.protect_rules:
        yield from _of_rule(tenant, rule)
        yield from _of_scope(tenant, people, rule)
    if any(rule.acts is not False for rule in people.protect_rules):
        yield from _unrecognized(tenant)
        yield from _monitored_only(tenant, people)
    yield from _shared_addresses(tenant)
    if tenant.objects.journals and not tenant.objects.undeliverable:
        yield Cause(
            "journal-undeliverable-recipient",
            "",
            "Journal reports that cannot be delivered have nowhere to go: no address is set for them, and they stay in the queue.",
            "Set journaling_report_ndr_to of the transport configuration to an address outside of Exchange Online.",
        )


def _of_rule(tenant: Tenant, rule: TransportRule) -> Iterator[Cause]:
    name = rule_name(rule)
    if rule.audited:
        yield Cause(
            "audit-mode",
            rule.name,
            f"Nothing is inspected by means of {name}: it is in test mode.",
            f"Set the mode of {name} to Enforce when mail is to be inspected.",
        )
    if rule.dormant:
        yield Cause(
            "not-yet-active",
            rule.name,
            f"Nothing is inspected by means of {name} now: by its dates it is not yet, or no longer, in force.",
            f"Change activation_date or expiry_date of {name} if it is meant to act now.",
        )
    if rule.acts is not False and tenant.is_reversed(rule):
        yield reversed_rule(rule)
    groups = texts(rule.conditions, "from_member_of")
    if rule.acts is not False and groups and text(rule.conditions, "from_scope").lower() == _FROM_OUTSIDE:
        yield senders_for_recipients(rule, groups)


def _of_scope(tenant: Tenant, people: People, rule: TransportRule) -> Iterator[Cause]:
    name = rule_name(rule)
    kinds = [kind for kind in _SCOPES if rule.conditions.get(kind)]
    if len(kinds) > 1:
        yield Cause(
            "scope-intersection",
            rule.name,
            f"{capital(name)} protects only recipients for whom all of its conditions {', '.join(kinds)} are true at once, not "
            "those of each.",
            f"Split {name} into one rule for each of these conditions, if recipients of each are to be protected.",
        )
    for group in (*texts(rule.conditions, "sent_to_member_of"), *texts(rule.conditions, "from_member_of")):
        kind = text(tenant.directory.record(group) or {}, "kind")
        if kind == "missing":
            yield Cause(
                "scope-group-missing",
                rule.name,
                f"Nobody is protected through the group {group}, which {name} names: it does not exist.",
                f"Name the right group in {name}, or create {group}.",
            )
        elif tenant.directory.members(group) is None:
            yield Cause(
                "scope-group-unknown",
                rule.name,
                f"Whom {name} protects is not known: the members of its group {group} could not be read, or it is a dynamic group.",
                "Let the application read its members (Get-DistributionGroupMember), or name a group whose members can be listed.",
            )
    yield from _of_aliases(people, rule)


def _of_aliases(people: People, rule: TransportRule) -> Iterator[Cause]:
    for user in people.protected:
        for address in sorted((user.addresses or frozenset()) - {user.primary or ""}):
            alias = replace(user, written=address, by_alias=True)
            if people.rules.recipient_match(rule, alias) != people.rules.recipient_match(rule, user):
                yield Cause(
                    "alias-outside-scope",
                    rule.name,
                    f"Mail to {address} may go uninspected although mail to {user.primary}, the same mailbox, is inspected: "
                    f"{rule_name(rule)} looks at the address as written.",
                    f"Set recipient_address_type of {rule_name(rule)} to Resolved, and its scope by user or group.",
                )
                return


def _unrecognized(tenant: Tenant) -> Iterator[Cause]:
    enabled = [item for item in tenant.objects.inbound if item.enabled]
    lacking = [
        piece.text
        for piece in pieces(tenant.known.returns, tenant.borders)
        if any_of(item.addresses.contains(piece) for item in enabled) is not True
    ]
    if lacking:
        yield Cause(
            "return-not-recognized",
            "",
            f"Mail that the vendor returns from {', '.join(lacking)} counts as any mail of the internet, and may be taken for spam or be "
            "slowed down: no enabled inbound connector names these addresses.",
            "Create or enable the vendor's inbound connector, with these addresses.",
        )


def _monitored_only(tenant: Tenant, people: People) -> Iterator[Cause]:
    gateways = [
        item
        for item in tenant.objects.inbound
        if item.enabled and item.for_everyone and not item.vendor_managed
    ]
    spans = [span for item in gateways for span in item.addresses.spans]
    for rule in people.protect_rules:
        excepted = networks(texts(rule.exceptions, "sender_ip_ranges"))
        others = [span.text for span in excepted.spans if tenant.known.loop_guard.contains(span) is False]
        passing = [span.text for span in spans if excepted.contains(span)]
        if others or passing:
            through = ", ".join(dict.fromkeys([*passing, *others]))
            yield Cause(
                "gateway-exempted-monitor-only",
                rule.name,
                f"Mail that comes in from {through} is not inspected before delivery, only monitored: {rule_name(rule)} excepts these "
                "addresses.",
                f"Take these addresses out of the exceptions of {rule_name(rule)} if this mail is to be inspected. Check first that a "
                "connector which lets in only mail of the gateway also has the vendor's addresses.",
            )


def _shared_addresses(tenant: Tenant) -> Iterator[Cause]:
    """9.18."""
    for item in tenant.objects.inbound:
        shared = [
            span.text for span in tenant.known.returns.spans if item.addresses.contains(span) is not False
        ]
        if item.enabled and item.on_premises and shared:
            yield Cause(
                "shared-address-attribution",
                item.name,
                f"{capital(quoted(item.name, 'inbound'))} is of type OnPremises and names {', '.join(shared)}. From there the vendor also "
                "delivers to its other customers; mail of this organization to them may be taken for outgoing mail of this tenant.",
                f"Give {quoted(item.name, 'inbound')} the type Partner, unless outgoing mail comes back through it.",
            )
        outgoing = any(item.addresses.contains(span) is not False for span in tenant.known.dlp_returns.spans)
        if item.enabled and item.on_premises and outgoing and not item.certificate:
            yield Cause(
                "shared-address-onpremises",
                item.name,
                f"{capital(quoted(item.name, 'inbound'))} recognizes outgoing mail by addresses that other customers of the vendor share; "
                "Microsoft has announced that such connectors may stop working without notice (MC1226222).",
                "Watch outgoing mail, and ask the vendor for a certificate to name in this connector.",
            )
