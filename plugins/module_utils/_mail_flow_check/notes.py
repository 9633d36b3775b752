# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader should know of a tenant, beside what the walks find: the notes of section 10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._mail_flow import connector_advice
from .._mail_flow.advice import reversed_rule, senders_for_recipients
from .._mail_flow.people import DELIVERED, People
from .._mail_flow.phrases import capital, rule_name
from .._mail_flow.tenant import Tenant
from .._mail_flow.trace import Cause
from .._mail_flow_objects.edit import RULES, Edit, set_to
from .._mail_flow_objects.objects import TransportRule
from .._mail_flow_objects.regions import addresses_of_all_regions
from .._mail_flow_objects.rows import text, texts
from .._schema.ip_ranges import networks
from .gap_edits import unrecognized

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
        yield from filter(None, (unrecognized(tenant),))
        yield from _monitored_only(tenant, people)
        yield from _seen_from_elsewhere(tenant, people)
    yield from _shared_addresses(tenant)
    yield from _undeliverable_reports(tenant)
    yield from _reports_to_the_inside(tenant)


def _undeliverable_reports(tenant: Tenant) -> Iterator[Cause]:
    address = tenant.objects.undeliverable
    inside = tenant.directory.treatment(address.rpartition("@")[2]) == "authoritative"
    if tenant.objects.journals and (inside or not address):
        yield connector_advice.undeliverable_reports(address)


def _reports_to_the_inside(tenant: Tenant) -> Iterator[Cause]:
    """Journal rules of somebody else whose reports stay in the organization (9.7)."""
    for rule in tenant.objects.journals:
        inside = tenant.directory.treatment(rule.address.rpartition("@")[2]) in DELIVERED
        if inside and rule.enabled is not False and rule.address != tenant.known.journal_address:
            yield Cause(
                "journal-inside",
                rule.name,
                f'The journal rule "{rule.name}" sends reports to {rule.address} (journal_email_address), an address of the organization, which '
                "Exchange Online does not support: they may bounce, be journaled again, or go to the vendor like other mail.",
                ask="Ask who keeps it for an address outside of Exchange Online.",
            )


def _seen_from_elsewhere(tenant: Tenant, people: People) -> Iterator[Cause]:
    """Rules by sending address that see mail only when it comes back, from the vendor's addresses."""
    protect = next((rule for rule in people.rules.protecting if rule.stops and not rule.audited), None)
    below = [rule for rule in tenant.objects.rules if protect and rule.place > protect.place]
    for rule in below:
        asked = networks(texts(rule.conditions, "sender_ip_ranges"))
        foreign = bool(asked) and all(tenant.known.loop_guard.contains(span) is False for span in asked.spans)
        if protect and foreign and rule.acts is not False and not rule.vendor_managed:
            yield Cause(
                "address-rule-below-protect",
                rule.name,
                f"{capital(rule_name(rule))} asks for sending addresses (sender_ip_ranges) and stands below {rule_name(protect)}: mail that "
                "the vendor returns comes from the vendor's addresses, so that it no longer takes that mail.",
                ask=f"Ask who keeps {rule_name(rule)} whether it is still to act, as for a phishing simulation.",
            )


def _of_rule(tenant: Tenant, rule: TransportRule) -> Iterator[Cause]:
    name = rule_name(rule)
    if rule.audited:
        yield Cause(
            "audit-mode",
            rule.name,
            f"Nothing is inspected by means of {name}: it is in test mode.",
            "Leave it so while it is only to be tried.",
            (set_to(RULES, rule.name, mode="Enforce"),),
        )
    if rule.dormant:
        yield Cause(
            "not-yet-active",
            rule.name,
            f"Nothing is inspected by means of {name} now: by its dates it is not yet, or no longer, in force.",
            "Leave it so if it is not meant to act now.",
            (
                set_to(RULES, rule.name, activation_date=None),
                set_to(RULES, rule.name, expiry_date=None),
                set_to(RULES, rule.name, activation_date=None, expiry_date=None),
            ),
        )
    if rule.acts is not False and tenant.is_reversed(rule):
        yield reversed_rule(rule, tenant.known.guard)
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
            "If recipients of each are to be protected, carry out the rescope phase, which writes one rule for each.",
        )
    for group in (*texts(rule.conditions, "sent_to_member_of"), *texts(rule.conditions, "from_member_of")):
        kind = text(tenant.directory.record(group) or {}, "kind")
        if kind == "missing":
            yield Cause(
                "scope-group-missing",
                rule.name,
                f"Nobody is protected through the group {group}, which {name} names: it does not exist.",
                f"Ask who keeps the groups for the right name of {group}, and carry out the rescope phase with it.",
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
                    "",
                    (set_to(RULES, rule.name, recipient_address_type="Resolved"),),
                )
                return


def _monitored_only(tenant: Tenant, people: People) -> Iterator[Cause]:
    gateways = [
        item
        for item in tenant.objects.inbound
        if item.enabled and item.for_everyone and not item.vendor_managed
    ]
    # The vendor's own addresses have to be excepted, also where a gateway's connector names them, or of another region.
    guard = networks([*tenant.known.guard, *addresses_of_all_regions()])
    spans = [span for item in gateways for span in item.addresses.spans if guard.contains(span) is False]
    for rule in people.protect_rules:
        excepted = networks(texts(rule.exceptions, "sender_ip_ranges"))
        others = [span.text for span in excepted.spans if guard.contains(span) is False]
        passing = [span.text for span in spans if excepted.contains(span)]
        if others or passing:
            through = ", ".join(dict.fromkeys([*passing, *others]))
            yield Cause(
                "gateway-exempted-monitor-only",
                rule.name,
                f"Mail that comes in from {through} is not inspected before delivery, only monitored: {rule_name(rule)} excepts these "
                "addresses.",
                "Leave it so if this mail is only to be monitored.",
                ((Edit(RULES, rule.name, "exceptions.sender_ip_ranges", "take", tuple(others)),),)
                if others
                else (),
            )


def _shared_addresses(tenant: Tenant) -> Iterator[Cause]:
    """9.18."""
    for item in tenant.objects.inbound:
        shared = [
            span.text for span in tenant.known.returns.spans if item.addresses.contains(span) is not False
        ]
        if item.enabled and item.on_premises and shared:
            yield connector_advice.shared_addresses(item, shared)
        outgoing = any(item.addresses.contains(span) is not False for span in tenant.known.dlp_returns.spans)
        if item.enabled and item.on_premises and outgoing and not item.certificate:
            yield connector_advice.shared_on_premises(item.name)
