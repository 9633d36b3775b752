# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader should know of a tenant, beside what the walks find: the notes of section 10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ._advice import quoted, reversed_rule, rule_name
from ._logic import any_of
from ._model import Model, is_reversed
from ._networks import networks, pieces
from ._objects import Rule, text, texts
from ._people import People
from ._trail import Cause

_SCOPES = (
    "sent_to",
    "sent_to_member_of",
    "recipient_domain_is",
    "recipient_address_contains_words",
    "recipient_address_matches_patterns",
)


def notes(model: Model, people: People) -> Iterator[Cause]:
    """All notes that the objects alone give."""
    for rule in people.protect_rules:
        yield from _of_rule(model, rule)
        yield from _of_scope(model, people, rule)
    if any(rule.acts is not False for rule in people.protect_rules):
        yield from _unrecognized(model)
        yield from _monitored_only(model, people)
    yield from _shared_addresses(model)
    if model.objects.journals and not model.objects.undeliverable:
        yield Cause(
            "journal-undeliverable-recipient",
            "",
            "Journal reports that cannot be delivered have nowhere to go.",
            "Set journaling_report_ndr_to of the transport configuration.",
        )


def _of_rule(model: Model, rule: Rule) -> Iterator[Cause]:
    name = rule_name(rule)
    if rule.audited:
        yield Cause(
            "audit-mode",
            rule.name,
            f"Nothing is done by {name}: it is in test mode.",
            f"Set the mode of {name} to Enforce.",
        )
    if rule.dormant:
        yield Cause(
            "not-yet-active",
            rule.name,
            f"Nothing is done by {name} now: its dates say that it is not yet, or no longer, in force.",
            f"Change activation_date or expiry_date of {name}.",
        )
    if rule.acts is not False and is_reversed(model, rule):
        yield reversed_rule(rule)


def _of_scope(model: Model, people: People, rule: Rule) -> Iterator[Cause]:
    name = rule_name(rule)
    kinds = [kind for kind in _SCOPES if rule.conditions.get(kind)]
    if len(kinds) > 1:
        yield Cause(
            "scope-intersection",
            rule.name,
            f"Only recipients for whom all of {', '.join(kinds)} are true are protected by {name}.",
            f"Make one rule of {name} for each kind of recipients.",
        )
    for group in (*texts(rule.conditions, "sent_to_member_of"), *texts(rule.conditions, "from_member_of")):
        kind = text(model.directory.record(group) or {}, "kind")
        if kind == "missing":
            yield Cause(
                "scope-group-missing",
                rule.name,
                f"The group {group} of {name} does not exist, so that {name} never matches because of it.",
                f"Correct the scope of {name}.",
            )
        elif model.directory.members(group) is None:
            yield Cause(
                "scope-group-unknown",
                rule.name,
                f"The members of the group {group} of {name} could not be read.",
                "Let the application read the group (Get-DistributionGroupMember), or use a group whose members can be read.",
            )
    yield from _of_aliases(people, rule)


def _of_aliases(people: People, rule: Rule) -> Iterator[Cause]:
    for party in people.protected:
        for address in sorted((party.addresses or frozenset()) - {party.primary or ""}):
            alias = replace(party, written=address, by_alias=True)
            if people.model.recipient_match(rule, alias) != people.model.recipient_match(rule, party):
                yield Cause(
                    "alias-outside-scope",
                    rule.name,
                    f"Mail to {address} is not certainly treated like mail to {party.primary} by {rule_name(rule)}.",
                    f"Set the scope of {rule_name(rule)} by user or group, and recipient_address_type to Resolved.",
                )
                return


def _unrecognized(model: Model) -> Iterator[Cause]:
    enabled = [item for item in model.objects.inbound if item.enabled]
    lacking = [
        piece.text
        for piece in pieces(model.known.returns, model.borders)
        if any_of(item.addresses.contains(piece) for item in enabled) is not True
    ]
    if lacking:
        yield Cause(
            "return-not-recognized",
            "",
            f"No enabled inbound connector names {', '.join(lacking)}; what the vendor returns from there is treated as ordinary "
            "mail of the internet.",
            "Create or enable the vendor's inbound connector with these addresses.",
        )


def _monitored_only(model: Model, people: People) -> Iterator[Cause]:
    gateways = [
        item for item in model.objects.inbound if item.enabled and item.for_everyone and not item.vendors
    ]
    spans = [span for item in gateways for span in item.addresses.spans]
    for rule in people.protect_rules:
        excepted = networks(texts(rule.exceptions, "sender_ip_ranges"))
        others = [span.text for span in excepted.spans if model.known.loop_guard.contains(span) is False]
        passing = [span.text for span in spans if excepted.contains(span)]
        if others or passing:
            through = ", ".join(dict.fromkeys([*passing, *others]))
            yield Cause(
                "gateway-exempted-monitor-only",
                rule.name,
                f"Mail that enters from {through} is excepted by {rule_name(rule)}: it is monitored, not inspected.",
                f"Take these addresses out of {rule_name(rule)}, after checking the lock-down of the gateway's connector.",
            )


def _shared_addresses(model: Model) -> Iterator[Cause]:
    """9.18."""
    for item in model.objects.inbound:
        shared = [
            span.text for span in model.known.returns.spans if item.addresses.contains(span) is not False
        ]
        if item.enabled and item.premises and shared:
            yield Cause(
                "shared-address-attribution",
                item.name,
                f"{quoted(item.name, 'inbound').capitalize()} is of type OnPremises and names {', '.join(shared)}, from where the vendor "
                "also delivers mail of this organization's senders to its other customers.",
                f"Give {quoted(item.name, 'inbound')} the type Partner, unless outgoing mail comes back through it.",
            )
