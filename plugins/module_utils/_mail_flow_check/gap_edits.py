# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edits that may close a way past inspection. None is said before it is proved: see remedies.py. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._mail_flow import connector_advice
from .._mail_flow.predicates import SECOND_OF_PAIR, Conjunct
from .._mail_flow.tenant import Tenant
from .._mail_flow.trace import Cause
from .._mail_flow_objects.edit import (
    INBOUND,
    OUTBOUND,
    RECIPIENTS,
    RULES,
    Edit,
    Edits,
    above,
    adding,
    off,
    set_part,
    set_to,
)
from .._mail_flow_objects.integration import Integration
from .._mail_flow_objects.logic import any_of
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import Inbound, TransportRule
from .._mail_flow_objects.rows import text, texts
from .._schema.ip_ranges import networks, pieces, uncovered

_RANGES = "sender_ip_ranges"
# What makes a rule one for incoming mail is never taken out of it.
_DIRECTION = ("from_scope", "sent_to_scope")
_GROUPS = "sent_to_member_of"
_RECIPIENTS = ("sent_to", _GROUPS, "recipient_domain_is")
_VENDOR_GROUPS = ("_inline_incoming", "_inline_outgoing", "_inline_outcoming")


def into_scope(tenant: Tenant, rule: TransportRule, users: Iterable[MailUser]) -> tuple[Edits, ...]:
    """Recipients taken into a scope of users, or into one of its groups; who is in the vendor's, the variables say."""
    people = [user.primary for user in users if user.primary and not user.generic]
    kinds = [name for name in _RECIPIENTS if rule.conditions.get(name)]
    if not people or len(kinds) != 1:
        return ()
    named = texts(rule.conditions, kinds[0])
    if kinds == ["sent_to"]:
        return (adding(RULES, rule.name, "conditions.sent_to", people),)
    groups = [tenant.directory.key(item) for item in named if tenant.directory.members(item) is not None]
    return tuple(
        adding(RECIPIENTS, group, "members", people)
        for group in groups
        if not group.partition("@")[0].endswith(_VENDOR_GROUPS)
    )


def naming_inner_groups(tenant: Tenant, rule: TransportRule, user: MailUser) -> tuple[Edits, ...]:
    """The groups in those that a rule names, of which somebody is a member, named by the rule as well."""
    directory = tenant.directory
    waiting = list(texts(rule.conditions, _GROUPS))
    seen: set[str] = set()
    found = []
    while waiting:
        group = waiting.pop(0)
        if directory.user(group).kind != "group" or directory.key(group) in seen:
            continue
        seen.add(directory.key(group))
        waiting += directory.members(group) or ()
        if directory.group(group).has(user) is True:
            found.append(directory.key(group))
    return tuple(adding(RULES, rule.name, f"conditions.{_GROUPS}", [group]) for group in found)


def with_header(tenant: Tenant, rule: TransportRule) -> tuple[Edits, ...]:
    """The header as the vendor reads it, set by the rule that takes mail to the vendor, and kept from then on."""
    known = tenant.known
    setting = tuple(
        edit
        for name, wanted in (
            ("set_header_name", known.header_name),
            ("set_header_value", known.incoming_header),
        )
        if wanted and text(rule.actions, name) != wanted
        for edit in set_part(rule.name, "actions", **{name: wanted})
    )
    stopping = () if rule.stops else set_part(rule.name, "actions", stop_rule_processing=True)
    others = tuple(
        edit
        for item in tenant.objects.changing.get(known.header, ())
        if item.name != rule.name and not item.vendor_managed
        for edit in _without_header(item, known)
    )
    return _each(setting, stopping, (*setting, *stopping), others, (*setting, *others))


def _without_header(rule: TransportRule, known: Integration) -> Iterator[Edit]:
    """A rule of somebody else that leaves the vendor's header alone."""
    removes = text(rule.actions, "remove_header").lower() == known.header
    sets = text(rule.actions, "set_header_name").lower() == known.header
    gone = [
        *(["remove_header"] if removes else []),
        *(["set_header_name", "set_header_value"] if sets else []),
    ]
    if gone:
        rest = {name for name, value in rule.actions.items() if value} - set(gone)
        # A rule cannot be without any action.
        yield from set_part(rule.name, "actions", **dict.fromkeys(gone)) if rest else off(RULES, rule.name)


def to_own_host(tenant: Tenant, through: str) -> tuple[Edits, ...]:
    """The connector of a rule, or one that acts by itself, leads to the host of this portal. through: the rule or connector.

    None for a rule that speaks of another portal: its mail is meant for that one, and no slip in a host.
    """
    rule = next((item for item in tenant.objects.rules if item.name == through), None)
    meant_for = text(rule.actions, "set_header_value").partition(",")[0] if rule else ""
    if meant_for and meant_for.lower() != tenant.known.portal.lower():
        return ()
    name = rule.connector if rule else through
    others = [
        item.name
        for key, item in tenant.objects.outbound.items()
        if rule and tenant.connectors[key].where == "vendor" and item.enabled and item.name != name
    ]
    hosts = tuple(sorted(tenant.known.hosts))
    return _each(
        *(set_part(through, "actions", route_message_outbound_connector=other) for other in others),
        set_to(OUTBOUND, name, smart_hosts=hosts) if hosts else (),
    )


def unrecognized(tenant: Tenant) -> Cause | None:
    """Addresses from which the vendor returns mail and that no enabled inbound connector names for every sender, if there are any."""
    enabled = [
        item for item in tenant.objects.inbound if item.enabled and (item.on_premises or item.for_everyone)
    ]
    lacking = [
        address
        for piece in pieces(tenant.known.returns, tenant.borders)
        if any_of(item.addresses.contains(piece) for item in enabled) is not True
        for address in piece.text.split(", ")
    ]
    ours = [item for item in tenant.objects.inbound if item.vendor_managed and not item.on_premises]
    return connector_advice.unrecognized(lacking, ours) if lacking else None


def past_gateway(tenant: Tenant, rule: TransportRule) -> tuple[Edits, ...]:
    """The addresses of others leave the exceptions, and what lets only them in takes the vendor's as well."""
    theirs = tenant.known.returns_of_all
    excepted = networks(texts(rule.exceptions, _RANGES)).spans
    others = tuple(span.text for span in excepted if theirs.contains(span) is not True)
    if not others:
        return ()
    taken: Edits = (Edit(RULES, rule.name, f"exceptions.{_RANGES}", "take", others),)
    opened = tuple(edit for item in tenant.objects.inbound for edit in _opened(item, tenant.known.guard))
    return _each(taken, (*opened, *taken))


def _opened(connector: Inbound, guard: Sequence[str]) -> Edits:
    """A lock-down that takes what the vendor returns."""
    lacking = uncovered(guard, [span.text for span in connector.addresses.spans])
    locks = connector.enabled is not False and connector.restricts_addresses is not False
    return adding(INBOUND, connector.name, "sender_ip_addresses", lacking) if locks and lacking else ()


def leaving_out(rule: TransportRule, parts: Iterable[Conjunct], user: MailUser) -> tuple[Edits, ...]:
    """Conditions or exceptions taken out of a rule; of an exception for named recipients only the one who is concerned."""
    whole = tuple(edit for part in parts if part.name not in _DIRECTION for edit in _without(rule, part))
    named = [
        item
        for part in parts
        if part.exception and part.name in ("sent_to", "recipient_domain_is")
        for item in texts(rule.exceptions, part.name)
        if item.lower() in (user.written, user.primary, user.domain)
    ]
    alone = tuple(
        Edit(RULES, rule.name, f"exceptions.{part.name}", "take", (item,))
        for part in parts
        if part.exception
        for item in named
        if item in texts(rule.exceptions, part.name)
    )
    return _each(alone, whole)


def _without(rule: TransportRule, part: Conjunct) -> Edits:
    section, given = ("exceptions", rule.exceptions) if part.exception else ("conditions", rule.conditions)
    pair = [name for name, first in SECOND_OF_PAIR.items() if first == part.name and given.get(name)]
    return set_part(rule.name, section, **dict.fromkeys([part.name, *pair]))


def resolved(rule: TransportRule) -> tuple[Edits, ...]:
    """A rule that looks at the mailbox, whichever of its addresses is written."""
    return () if rule.original is False else (set_to(RULES, rule.name, recipient_address_type="Resolved"),)


def before(rule: TransportRule, other: TransportRule) -> tuple[Edits, ...]:
    """A rule sees the mail that another one keeps from it: it stands above, or the other one lets it pass on."""
    let_pass = set_part(other.name, "actions", stop_rule_processing=False) if other.stops else ()
    return _each(above(rule.name, other.name), let_pass)


def acting(rule: TransportRule) -> tuple[Edits, ...]:
    """A rule that acts now, whatever keeps it from that."""
    if rule.audited:
        return (set_to(RULES, rule.name, mode="Enforce"),)
    dates = [set_to(RULES, rule.name, **{name: None}) for name in ("activation_date", "expiry_date")]
    return _each(*dates, tuple(edit for one in dates for edit in one))


def _each(*candidates: Edits) -> tuple[Edits, ...]:
    """Those that have an edit, each once."""
    return tuple(dict.fromkeys(filter(None, candidates)))
