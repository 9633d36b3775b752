# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who stands for all senders and recipients of a tenant (section 9, representatives)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from .._mail_flow_objects.directory import Directory
from .._mail_flow_objects.logic import Vector
from .._mail_flow_objects.mail_user import OUTSIDE, MailUser, domain_of
from .._mail_flow_objects.named_recipients import GROUPS, INDIVIDUALS
from .._mail_flow_objects.objects import Objects, TransportRule
from .._mail_flow_objects.rows import Row, text, texts
from .._mail_flow_objects.words import contains_words, matches_patterns, sample
from .attribution import fits_domain
from .message import MessageView
from .rules import RuleSet

_SENDER_TEXTS = ("from_address_contains_words", "from_address_matches_patterns")
_ADDRESS_TEXTS = tuple(
    f"{whose}_address_{how}"
    for whose in ("from", "recipient", "any_of_recipient")
    for how in ("contains_words", "matches_patterns")
)
_MOST = 100
DELIVERED = ("authoritative", "internalrelay")
"""The kinds of accepted domains whose mail is delivered here."""


@dataclass(frozen=True)
class People:
    """Who is walked, as far as the rules and objects of a tenant tell people apart."""

    objects: Objects
    directory: Directory
    rules: RuleSet

    @cached_property
    def outside(self) -> MailUser:
        """The generic outside address (1.2)."""
        return MailUser(OUTSIDE, OUTSIDE, kind="outside", addresses=frozenset({OUTSIDE}), generic=True)

    @cached_property
    def mailbox(self) -> MailUser:
        """The generic mailbox."""
        return self.directory.generic_mailbox(self.directory.default)

    @cached_property
    def protect_rules(self) -> list[TransportRule]:
        """The vendor's rules that route, whether they act or not."""
        return [rule for rule in self.objects.rules if rule.vendor_managed and rule.connector]

    # -------------------------------------------------------------------------------------------------- recipients

    @cached_property
    def named(self) -> list[MailUser]:
        """Everybody inside whom rules name or who is in a group that they name; then those who stand for all others."""
        return [
            *(user for user in self._everybody if self._is_inside(user)),
            *self._generic(),
            *self.by_address,
        ]

    @cached_property
    def _everybody(self) -> list[MailUser]:
        found: dict[MailUser, None] = {}
        for section in self._sections():
            for name in INDIVIDUALS:
                for address in texts(section, name):
                    found.update(dict.fromkeys(self.directory.expanded(self.directory.user(address))))
            for name in GROUPS:
                for address in texts(section, name):
                    found.update(dict.fromkeys(self._of_group(address)))
        for rule in self.objects.journals:
            if rule.recipient:
                found.update(dict.fromkeys(self.directory.expanded(self.directory.user(rule.recipient))))
        found.update(dict.fromkeys(self.directory.forwarding()))
        return list(found)

    def _sections(self) -> Iterator[Row]:
        for rule in self.objects.rules:
            if rule.acts is not False or rule.vendor_managed:
                yield from rule.sections

    def _of_group(self, address: str) -> list[MailUser]:
        """The members of what a rule takes for a group, whatever it is known to be."""
        record = self.directory.record(address) or {}
        if text(record, "kind") == "missing":
            return []
        members = self.directory.members(address)
        if members is None:
            return [self.directory.symbolic_member(address)]
        return [user for member in members for user in self.directory.expanded(self.directory.user(member))]

    def _generic(self) -> list[MailUser]:
        # A rule for one domain tells its people from those of every other one.
        own = (name for name in self.directory.domains if self.directory.treatment(name) in DELIVERED)
        domains = {self.directory.default: None, **dict.fromkeys(own)}
        for section in self._sections():
            for value in texts(section, "recipient_domain_is"):
                if self.directory.accepted(value.lower()):
                    domains[value.lower()] = None
        return [self.directory.generic_mailbox(domain) for domain in domains]

    @cached_property
    def by_address(self) -> list[MailUser]:
        """A mailbox for each text that rules look for in addresses: with such an address, or, of a pattern, with one that nobody knows."""
        found: dict[str, MailUser] = {}
        for section in self._sections():
            for name in _ADDRESS_TEXTS:
                for value in texts(section, name):
                    found.setdefault(value.lower(), self._addressed_like(name, value))
        return [user for user in found.values() if self.directory.inside(user) is not False]

    def _addressed_like(self, name: str, value: str) -> MailUser:
        local, _at, domain = sample(value).partition("@")
        address = f"{local or 'someone'}@{domain or self.directory.default}"
        found = contains_words if name.endswith("words") else matches_patterns
        if found([value], address):
            known = self.directory.record(address) is not None
            return self.directory.user(address) if known else self.directory.unnamed_mailbox(address)
        return self.directory.symbolic_member(f"those with an address like {value}")

    def _is_inside(self, user: MailUser) -> bool:
        if self.directory.inside(user) is False:
            return False
        return user.kind != "missing" or self.directory.treatment(user.domain) == "internalrelay"

    @cached_property
    def recipients(self) -> list[MailUser]:
        """The first of each kind of recipient that rules tell apart."""
        found: dict[tuple[object, ...], MailUser] = {}
        for user in self.named:
            found.setdefault(self._kind_of(user), user)
        return self._bounded({user: key[2:] for key, user in found.items()}, "recipients")

    @cached_property
    def nobody(self) -> list[MailUser]:
        """The first of each kind of address that rules name and nobody has (4.1)."""
        found: dict[object, MailUser] = {}
        for user in self._everybody:
            if self.directory.is_nobody(user):
                found.setdefault(self.recipient_vector(user), user)
        return list(found.values())

    def _kind_of(self, user: MailUser) -> tuple[object, ...]:
        return (self.recipient_vector(user), self.brought.get(user), *self._fate(user))

    @cached_property
    def brought(self) -> dict[MailUser, int]:
        """To whom rules add or redirect mail, with the bits of these rules: to the own mail of that mailbox they do nothing, to that of others they do."""
        found: dict[MailUser, int] = {}
        for place, item in enumerate(self.rules.compiled):
            for user in self.rules.users((*item.redirects_to, *item.adds)):
                found[user] = found.get(user, 0) | 1 << place
        return found

    def representative(self, user: MailUser) -> MailUser | None:
        """Who stands for somebody; None when nobody of the same kind was named."""
        return self._representatives.get(self._kind_of(user))

    @cached_property
    def _representatives(self) -> dict[tuple[object, ...], MailUser]:
        stands = {other: one for one in self.recipients for other in self.rules.represented(one)}
        found: dict[tuple[object, ...], MailUser] = {}
        for user in self.named:
            found.setdefault(self._kind_of(user), stands.get(user, user))
        return found

    def _bounded(self, users: Mapping[MailUser, tuple[object, ...]], what: str) -> list[MailUser]:
        """Not too many: of further ones those with the same fate are one, of whom only what they have in common is known."""
        kept = list(users)[:_MOST]
        rest: dict[tuple[object, ...], list[MailUser]] = {}
        for user in list(users)[_MOST:]:
            rest.setdefault(users[user], []).append(user)
        for number, several in enumerate(rest.values(), start=1):
            if len(several) == 1:
                kept += several
                continue
            name = (
                f"{len(several)} other {what}" if number == 1 else f"{len(several)} other {what} ({number})"
            )
            kept.append(self._standing_for(several, name))
        return kept

    def _standing_for(self, several: Sequence[MailUser], name: str) -> MailUser:
        """One of whom only is known what some have in common."""
        one = replace(several[0], written=name, primary=None, identity="", addresses=None, group=name)
        if one.is_mailbox and any(self.directory.inside(user) is not True for user in several):
            one = replace(one, kind="unknown")
        self.rules.represent(several, one)
        return one

    def one_for(self, senders: Sequence[MailUser]) -> MailUser:
        """One for some senders elsewhere, who are not walked one by one."""
        names = ", ".join(sender.written for sender in senders[:2])
        return (
            senders[0]
            if len(senders) == 1
            else self._standing_for(senders, f"{len(senders)} senders such as {names}")
        )

    def recipient_vector(self, user: MailUser) -> object:
        """What rules make of a recipient by itself; the same for those that they do not tell apart."""
        rules = self.rules
        return *rules.lone_values(MessageView.of(self.outside), user), rules.seen_together(user)

    def _fate(self, user: MailUser) -> tuple[object, ...]:
        """What of a recipient decides on where its mail goes when no rule does."""
        inside = self.directory.inside(user)
        treatment = "" if user.primary is None else self.directory.treatment(user.domain)
        return (
            user.kind,
            inside,
            treatment,
            domain_of(user.external),
            user.domain if inside is not True else "",
            self.directory.is_disabled(user, "sending_to"),
            self.is_protected(user),
        )

    def is_protected(self, user: MailUser) -> bool:
        """Whether one of the protect rules may be meant for a recipient."""
        return any(self._may_take(rule, user) for rule in self.protect_rules)

    def _may_take(self, rule: TransportRule, user: MailUser) -> bool:
        return self.rules.recipient_match(rule, user) is not False

    @cached_property
    def protected(self) -> list[MailUser]:
        """Representatives whom one of the protect rules is, or may be, meant for: those first for whom it certainly is."""
        match, rules = self.rules.recipient_match, self.protect_rules
        found = [user for user in self.recipients if self.is_protected(user)]
        return sorted(found, key=lambda user: all(match(rule, user) is not True for rule in rules))

    @cached_property
    def unprotected(self) -> list[MailUser]:
        """The others."""
        return [user for user in self.recipients if not self.is_protected(user)]

    @property
    def first(self) -> MailUser:
        """Who is walked where one recipient is enough."""
        return (self.protected or self.recipients)[0]

    def of_each_fate(self, users: Iterable[MailUser]) -> list[MailUser]:
        """The first of those of whom the same becomes when no rule decides."""
        found: dict[object, MailUser] = {}
        for user in users:
            found.setdefault(self._fate(user), user)
        return list(found.values())

    def pairs(self, sender: MailUser) -> list[tuple[MailUser, MailUser]]:
        """Protected and unprotected recipients of one message: the first of both, and those in whom rules see all recipients.

        Of somebody whom rules or connectors name, only the latter.
        """
        protected, unprotected = self.protected, self.unprotected
        pairs = [*product(protected[:1], unprotected[:1])] if sender == self.outside else []
        pairs += self._seen_by_all(sender, protected, unprotected)
        pairs += ((one, other) for other, one in self._seen_by_all(sender, unprotected, protected))
        return list(dict.fromkeys(pairs))

    def _seen_by_all(
        self, sender: MailUser, seen: Iterable[MailUser], others: Sequence[MailUser]
    ) -> Iterator[tuple[MailUser, MailUser]]:
        """Those in whom rules see all recipients, with the first of some others; the first of each kind with all for whom it makes a difference."""
        rules, view, kinds = self.rules, MessageView.of(sender), set[Vector]()
        for user in seen:
            if rules.may_decide_for_all(view, user):
                vector = rules.together_vector(view, user)
                further = [] if vector in kinds else others[1:]
                kinds.add(vector)
                yield from ((user, other) for other in others[:1])
                yield from ((user, other) for other in further if self._matters(view, user, other))

    def _matters(self, view: MessageView, user: MailUser, other: MailUser) -> bool:
        """Whether rules treat a recipient otherwise because of another one; of a named sender, where they treat that mail otherwise, too."""
        rules, usual = self.rules, MessageView.of(self.outside)
        found = apart = rules.decided_by(view, user, other)
        if found and view.message.author != self.outside:
            differing = rules.message_values(view).differing(rules.message_values(usual))
            apart = differing | (found & ~rules.decided_by(usual, user, other))
        return rules.concerns(found, view, other) and rules.concerns(apart, view, other)

    def apart(self, view: MessageView, usual: MessageView, among: Iterable[MailUser]) -> list[MailUser]:
        """The first of some recipients, and all for whom a rule may match that treats this message otherwise than the usual one.

        Other rules can then tell them from the first. A rule may match for who else gets their mail, or for where a mailbox sends it on.
        """
        rules, users = self.rules, list(among)
        differing, by_sender = rules.differing(view, usual), rules.differing_by_sender(view, usual)

        def is_apart(user: MailUser) -> bool:
            return any(
                rules.concerns(differing, view, one)
                or any(rules.concerns(by_sender, view, further) for further in self._forwarded_to(one))
                for one in self._gets_too(user)
            )

        return [*users[:1], *filter(is_apart, users[1:])]

    def _gets_too(self, user: MailUser) -> list[MailUser]:
        """Somebody, and to whom rules may bring mail to them."""
        if user not in self._getting:
            found, view = [user], MessageView.of(self.outside)
            others = [(to, by) for to, by in self.brought.items() if to != user]
            for one in found:
                meant = ~self.rules.recipient_values(view, one).no
                found += [to for to, by in others if by & meant]
                others = [(to, by) for to, by in others if not by & meant]
            self._getting[user] = found
        return self._getting[user]

    @cached_property
    def _getting(self) -> dict[MailUser, list[MailUser]]:
        return {}

    def _forwarded_to(self, user: MailUser) -> list[MailUser]:
        """To whom a mailbox sends mail on, and whom it then may come to."""
        to = self.directory.addressed(user.external) if user.external else []
        return [further for one in to for further in self._gets_too(one)]

    # ----------------------------------------------------------------------------------------------------- senders

    def may_send(self, rule: TransportRule, user: MailUser) -> bool:
        """Whether a rule may take what somebody inside sends, as far as that hangs on the sender."""
        view = MessageView.of(user, inside=True)
        return self.rules.message_match(rule, view) is not False

    @cached_property
    def senders(self) -> list[MailUser]:
        """The first of each kind of inside sender that rules tell apart."""
        found: dict[object, MailUser] = {}
        for user in self.named:
            if self.directory.inside(user) is not False:
                found.setdefault((self._sender_vector(user), self.door(user)), user)
        return self._bounded({user: (user.kind,) for user in found.values()}, "senders")

    def _sender_vector(self, user: MailUser) -> object:
        """What rules make of a sender inside, by itself and together with whomever it writes to."""
        view = MessageView.of(user, inside=True)
        rules = self.rules
        # What comes back from somebody may not count as mail of the organization any more.
        returned = [replace(view, authenticated=known, by_smtp=True) for known in (True, False, None)]
        return (
            rules.message_values(view),
            tuple(rules.sender_values(one) for one in returned),
            *self._of_author(user),
        )

    def _of_author(self, user: MailUser) -> tuple[object, ...]:
        """What of a sender hangs on the recipients besides, or on the manager (5.1)."""
        return self.rules.seen_together(user), self.rules.by_manager and user.may_have_manager

    def door(self, user: MailUser) -> object:
        """What inbound connectors make of a sender when its mail comes back."""
        connectors = [item for item in self.objects.inbound if item.enabled is not False]
        fits = ((fits_domain(item, user), user.domain in item.associated) for item in connectors)
        return (self.directory.is_disabled(user, "sending_from"), *fits)

    @cached_property
    def named_outside(self) -> list[MailUser]:
        """The first of each kind of sender elsewhere whom rules or connectors name."""
        found: dict[object, MailUser] = {}
        for address in self._outside_addresses():
            user = self.directory.user(address)
            if self.directory.inside(user) is not False and user.kind in ("individual", "group", "other"):
                continue
            connectors = tuple(fits_domain(item, user) for item in self.objects.inbound)
            seen = (self.rules.message_values(MessageView.of(user)), *self._of_author(user))
            found.setdefault((seen, connectors, self.directory.accepted(user.domain)), user)
        return self._bounded({user: (user.kind,) for user in found.values()}, "senders")

    def _outside_addresses(self) -> Iterable[str]:
        """Somebody of each list of domains, and everybody who is named; of a list those whom no other one tells apart once."""
        lists = [
            texts(section, "sender_domain_is")
            for section in self._sections()
            if section.get("sender_domain_is")
        ]
        lists += [
            [domain for domain in connector.domains if domain != "*"]
            for connector in self.objects.inbound
            if connector.enabled is not False
        ]
        found = {
            item.lower(): None
            for section in self._sections()
            for item in texts(section, "from")
            if "@" in item
        }
        found.update(dict.fromkeys(self._apart(lists)))
        found.update((user.written, None) for user in self._everybody if self.directory.inside(user) is False)
        return found

    def _apart(self, lists: list[list[str]]) -> Iterator[str]:
        """A sender for each domain, but only one for domains that nothing tells apart."""
        by_text = any(name in section for section in self._sections() for name in _SENDER_TEXTS)
        within = _by_domain(lists)
        seen: set[object] = set()
        for domain in within:
            host = domain.replace("*.", "any.")
            known = self.directory.accepted(host), self.directory.record(f"sender@{host}") is None
            key = host if by_text else (frozenset(_numbers(within, host)), known)
            if key not in seen:
                seen.add(key)
                yield f"sender@{host}"


def _by_domain(lists: list[list[str]]) -> dict[str, set[int]]:
    """In which lists each domain stands."""
    within: dict[str, set[int]] = {}
    for number, domains in enumerate(lists):
        for domain in domains:
            within.setdefault(domain.lower().lstrip("@"), set()).add(number)
    return within


def _numbers(within: Mapping[str, set[int]], host: str) -> Iterator[int]:
    """The lists that hold a domain or one above it."""
    yield from within.get(host, ())
    while host:
        host = host.partition(".")[2]
        yield from within.get(host, ())
        yield from within.get(f"*.{host}", ())


def first_sender(domains: Iterable[str], generic: MailUser, directory: Directory) -> MailUser:
    """A sender of the first domain of a connector."""
    first = next(iter(domains), "*")
    return generic if "*" in domains else directory.user(f"sender@{first.replace('*.', 'any.')}")
