# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For whom protection is asked: each entry of the protect rules' scope, each accepted domain, and everybody (9, protection)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .._mail_flow.message import MessageView
from .._mail_flow.people import DELIVERED, People
from .._mail_flow.tenant import Tenant
from .._mail_flow.trace import Cause
from .._mail_flow_objects.mail_user import MailUser, domain_of
from .._mail_flow_objects.objects import TransportRule
from .._mail_flow_objects.rows import text, texts
from .protected import Gap, Subject

# Recipient conditions by which a scope is set, and what an entry of each is called.
_ENTRIES = {"sent_to": "user", "sent_to_member_of": "group", "recipient_domain_is": "domain"}


def incoming_rules(tenant: Tenant, people: People) -> list[TransportRule]:
    """The vendor's rules that take mail of the internet to mailboxes to the vendor, in force or not."""
    view = MessageView.of(people.outside)
    found = []
    for rule in people.protect_rules:
        there = tenant.connectors.get(rule.connector.casefold())
        scopes = [part for part in people.rules.parts(rule) if part.name in ("from_scope", "sent_to_scope")]
        comes_in = all(part.value(view, people.mailbox, (people.mailbox,)) is not False for part in scopes)
        if comes_in and (there is None or there.where != "vendor-dlp"):
            found.append(rule)
    return found


def scope(people: People, protect: Iterable[TransportRule]) -> list[Subject]:
    """Every entry of the rules that take incoming mail to the vendor, each once."""
    found: dict[tuple[str, str], Subject] = {}
    for rule in protect:
        off = rule.acts is False and not rule.dormant
        for one in _entries(people, rule):
            key = (one.kind, one.name.lower())
            if key not in found or found[key].off:
                found[key] = replace(one, rule=rule.name, off=off)
    return list(found.values())


def _entries(people: People, rule: TransportRule) -> Iterator[Subject]:
    named = [(kind, value) for option, kind in _ENTRIES.items() for value in texts(rule.conditions, option)]
    yield from (_entry(people, rule, kind, value) for kind, value in named)
    if not named:
        users = everybody(people).users
        concerned = tuple(user for user in users if people.rules.recipient_match(rule, user) is not False)
        yield Subject("everybody" if concerned == users else "condition", "", concerned)


def _entry(people: People, rule: TransportRule, kind: str, value: str) -> Subject:
    directory = people.directory
    if kind == "domain":
        return in_domain(people, value.lower())
    if text(directory.record(value) or {}, "kind") == "missing":
        return Subject(kind, value, (), _nobody(rule, value, f"{value} does not exist"))
    if kind == "user":
        users = tuple(
            user
            for user in directory.expanded(directory.user(value))
            if user.group or directory.inside(user) is not False
        )
        if not users:
            return Subject(kind, value, (), _nobody(rule, value, f"{value} has no mailbox here"))
        known = all(user.kind != "unknown" and not user.group for user in users)
        return Subject(kind, value, users, None if known else _unknown(rule, value))
    members = directory.members(value)
    if members is None:
        return Subject(kind, value, (directory.symbolic_member(value),), _unknown(rule, value))
    found = dict.fromkeys(user for member in members for user in directory.expanded(directory.user(member)))
    users = tuple(user for user in found if user.kind != "missing" and directory.inside(user) is not False)
    empty = None if users else _nobody(rule, value, f"the group {value} has no member with a mailbox here")
    return Subject(kind, value, users, empty)


def _nobody(rule: TransportRule, value: str, why: str) -> Gap:
    told = f'Nobody is inspected through {value}, which the mail-flow rule "{rule.name}" names: {why}.'
    cause = Cause(
        "scope-group-missing",
        rule.name,
        told,
        ask=f'Ask who keeps the scope of "{rule.name}" whom {value} is to stand for.',
    )
    return Gap(cause, "all mail", "sure", rule)


def _unknown(rule: TransportRule, value: str) -> Gap:
    told = (
        f'Whom the mail-flow rule "{rule.name}" has inspected through {value} is not known: it could not be read, or it is a dynamic '
        "group."
    )
    ask = f"Let the application read {value}, or name users or a group whose members can be listed."
    return Gap(Cause("scope-group-unknown", rule.name, told, ask=ask), "all mail", "unknown", rule)


def in_domain(people: People, domain: str) -> Subject:
    """Everybody with a primary address in an accepted domain, and somebody whom nothing names."""
    users = [user for user in _mailboxes(people) if domain_of(user.primary or user.written) == domain]
    directory = people.directory
    # Those whom rules take by their address may be in any domain.
    users += [user for user in people.by_address if (user.domain or directory.default) == domain]
    return Subject("domain", domain, tuple(dict.fromkeys([*users, directory.generic_mailbox(domain)])))


def domains(people: People) -> list[Subject]:
    """The accepted domains whose mail is delivered here."""
    directory = people.directory
    return [in_domain(people, name) for name in directory.domains if directory.treatment(name) in DELIVERED]


def everybody(people: People) -> Subject:
    """Everybody with a mailbox here, as far as rules name them, and somebody in each domain whom nothing names."""
    return Subject(
        "everybody", "", tuple(dict.fromkeys(user for one in domains(people) for user in one.users))
    )


def _mailboxes(people: People) -> list[MailUser]:
    """Those whom rules name, bring in or ask for approval, who have a mailbox here or may have one, since nobody could look them up."""
    brought = (user for one in people.brought for user in people.directory.expanded(one))
    asked = (user for item in people.rules.compiled for user in people.rules.moderators(item))
    found = dict.fromkeys((*people.named, *brought, *asked))
    return [
        user
        for user in found
        if not (user.generic or user.group)
        and (user.is_mailbox or user.kind == "unknown")
        and people.directory.inside(user) is not False
    ]
