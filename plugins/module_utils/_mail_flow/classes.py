# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The classes of messages that are walked (section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.headers import Header, Headers, HeaderState, headers
from .._mail_flow_objects.integration import is_vendor_host
from .._mail_flow_objects.logic import Truth
from .._mail_flow_objects.mail_user import MailUser, domain_of
from .._mail_flow_objects.objects import Inbound, Outbound, TransportRule
from .._mail_flow_objects.rows import Row, text, texts
from .._schema.ip_ranges import NOWHERE, Networks, networks, pieces
from .message import Certificates, Message, MessageKind, MessageView, Source
from .people import People, first_sender
from .returns import connector_sources
from .submission import MessageClass, Submission
from .tenant import Tenant

MOST_FROM_ADDRESSES = 300
"""Kinds of senders and addresses that rules name are walked one by one up to this number; more senders are one for each address."""


@dataclass(frozen=True)
class Generator:
    """Makes the classes of a tenant. comparable: also those of protected people that a change may add, where nobody is protected."""

    tenant: Tenant
    people: People
    comparable: bool = False

    def classes(self) -> Iterator[MessageClass]:
        """The classes of 9.1 to 9.5 and 9.16, from which most others follow."""
        yield from self._from_internet()
        yield from self._from_inside()
        yield from self._protected_internal()

    def others(self, reached: Mapping[str, set[str]]) -> Iterator[MessageClass]:
        """All others, in the order of section 9. reached: the destinations to which the walks of the first came, by class."""
        everything: set[str] = set().union(*reached.values())
        yield from self._returned_mail(reached)
        yield from self._journal_reports()
        yield from self._special_types()
        yield from self._from_gateways()
        yield from self._from_named_addresses()
        yield from self._to_gateways(everything)
        yield from self._other_recipients()
        yield from self._forwards()
        yield from self._informative()

    # ------------------------------------------------------------------------------------------ messages as they begin

    @cached_property
    def _headers(self) -> Headers:
        """New mail carries none of the headers that are set by rules, by the vendor or by known products (1.4)."""
        known = self.tenant.known
        states: dict[str, HeaderState] = dict.fromkeys(self.tenant.tracked, Header.UNKNOWN)
        for name in (known.header, *self.tenant.set_by_rules, *(mark.header for mark in known.marks)):
            states[name] = Header.ABSENT
        states |= {mark.header: Header.UNKNOWN for mark in known.marks if mark.on_new_mail}
        return headers(states, self.tenant.tracked)

    def _start(
        self,
        sender: MailUser | None,
        author: MailUser,
        to: Iterable[MailUser],
        source: Source,
        kind: MessageKind = "ordinary",
    ) -> Submission:
        return Submission(Message(sender, author, kind), tuple(to), source, self._headers)

    @cached_property
    def internet(self) -> list[Source]:
        """From where mail of the internet comes: through the gateways in front, where they keep all else out."""
        locked = [
            item
            for item in self.tenant.objects.inbound
            if item.enabled is not False
            and item.on_premises is not True
            and item.for_everyone
            and item.restricts is not False
            and not item.vendor_managed
        ]
        locks = [source for item in locked for source in _locked_sources(item, self.tenant)]
        # Mail of the internet does not come from the vendor, whom a lock-down may let in as well.
        found = [source for source in locks if self._is_of_others(source)] or locks
        if not any(item.enabled and item.restricts for item in locked):
            found.append(Source("smtp", NOWHERE))
        return list(dict.fromkeys([*found, *self._excepted()]))

    def _is_of_others(self, source: Source) -> bool:
        return source.address is None or self.tenant.known.loop_guard.contains(source.address) is not True

    def _excepted(self) -> list[Source]:
        """Addresses that protect rules except and that are not the vendor's: those of a gateway in front (7.8)."""
        return self._named_addresses(rule.exceptions for rule in self.people.protect_rules)

    def _named_addresses(self, sections: Iterable[Row]) -> list[Source]:
        """The addresses that sections of rules name and that are not the vendor's."""
        guard = self.tenant.known.loop_guard
        spans = {
            span: None
            for section in sections
            for span in networks(texts(section, "sender_ip_ranges")).spans
            if guard.contains(span) is not True
        }
        found = pieces(Networks(tuple(spans)), self.tenant.borders)
        return [Source("smtp", piece) for piece in found if guard.contains(piece) is False]

    def _from_outside(self, to: Iterable[MailUser], kind: MessageKind = "ordinary") -> tuple[Submission, ...]:
        recipients, outside = tuple(to), self.people.outside
        return tuple(self._start(outside, outside, recipients, source, kind) for source in self.internet)

    def plain(self, user: MailUser) -> tuple[Submission, ...]:
        """Mail of the internet to somebody."""
        return self._from_outside([user])

    def _apart(
        self, message: Message, among: Iterable[MailUser], usual: Message | None = None
    ) -> list[MailUser]:
        """Of some recipients those for whom a message has to be walked: nothing says that rules treat it as the usual one."""
        stranger = self.people.outside
        seen = MessageView(message, None, True, None, Headers())
        common = replace(seen, message=usual or Message(stranger, stranger))
        if self._is_watched(message):
            return list(among)
        return self.people.apart(seen, common, among)

    def _is_watched(self, message: Message) -> bool:
        """Whether the service may refuse a message for its sender when it comes back, whoever it is for (2.5, 2.11, 2.12)."""
        directory, people, sender = self.tenant.directory, self.people, message.sender
        if sender is None:
            return False
        if not directory.inside(sender):
            return people.door(sender) != people.door(people.outside)
        return self.tenant.objects.rejects_direct_send is not False or bool(
            directory.is_disabled(sender, "sending_from")
        )

    # ------------------------------------------------------------------------------------------------- 9.1 to 9.3

    def _from_internet(self) -> Iterator[MessageClass]:
        people = self.people
        for name, title, users in (
            ("internet-to-protected", "from the internet to a protected recipient", people.protected),
            ("internet-to-unprotected", "from the internet to an unprotected recipient", people.unprotected),
        ):
            found = [self._from_outside([user]) for user in users]
            for sender in people.named_outside:
                for user in self._apart(Message(sender, sender), users):
                    found.append(
                        tuple(self._start(sender, sender, [user], source) for source in self.internet)
                    )
            for number, starts in enumerate(found, start=1):
                yield MessageClass(_numbered(name, number), title, starts)
        title = "from the internet to a protected and an unprotected recipient at once"
        pairs = [(one, both) for one in (people.outside, *people.named_outside) for both in people.pairs(one)]
        for number, (sender, both) in enumerate(pairs, start=1):
            starts = tuple(self._start(sender, sender, both, source) for source in self.internet)
            yield MessageClass(_numbered("internet-to-both", number), title, starts)

    # -------------------------------------------------------------------------------------------------- 9.4, 9.5

    def _from_inside(self) -> Iterator[MessageClass]:
        people = self.people
        for number, (sender, to) in enumerate(self._internal_pairs(), start=1):
            starts = (self._start(sender, sender, to, Source("submitted")),)
            yield MessageClass(_numbered("internal", number), "from inside to inside", starts)
        for number, sender in enumerate(people.senders, start=1):
            starts = (self._start(sender, sender, [people.outside], Source("submitted")),)
            yield MessageClass(_numbered("outbound", number), "from inside to the internet", starts)

    def _internal_pairs(self) -> Iterator[tuple[MailUser, list[MailUser]]]:
        """Every sender to one protected and one unprotected recipient, to pairs whom rules see together, and to each treated otherwise."""
        people = self.people
        both = [*people.protected[:1], *people.unprotected[:1]]
        first = people.senders[0]
        for sender in people.senders:
            yield from ((sender, list(pair)) for pair in dict.fromkeys([tuple(both), *people.pairs(sender)]))
            usual = None if sender == first else Message(first, first)
            # Protected ones have a class of their own where internal mail is inspected (9.16).
            others = people.unprotected if self._inspects_internal() else people.recipients
            users = self._apart(Message(sender, sender), [both[0], *others], usual)
            users += (
                people.nobody if usual is None else self._apart(Message(sender, sender), people.nobody, usual)
            )
            for user in users:
                if user not in both:
                    yield sender, [user]

    # ------------------------------------------------------------------------------------------------------- 9.6

    def _returned_mail(self, reached: Mapping[str, set[str]]) -> Iterator[MessageClass]:
        """What the vendor would return, where the walks have not come to it: before the switch."""
        people, known = self.people, self.tenant.known
        incoming = reached.get("internet-to-protected", ())
        vendor = Destination("vendor", known.hosts)
        everybody = [user for user in people.recipients if user.kind != "missing"]
        before = people.protected or everybody if "vendor" not in incoming and known.hosts else []
        for number, to in enumerate(before, start=1):
            starts = self._returned(vendor, people.outside, to)
            yield MessageClass(_numbered("returned", number), "returned by the vendor", starts)
        dlp = Destination("vendor-dlp", known.dlp_hosts)
        acting = (item.connector.casefold() for item in self.tenant.objects.rules if item.acts is not False)
        ways = (self.tenant.connectors.get(name) for name in acting)
        routed = any(there is not None and there.where == "vendor-dlp" for there in ways)
        outgoing = (reached.get(name, ()) for name in ("internal", "outbound", "internal-protected"))
        senders = people.senders if routed and not any("vendor-dlp" in found for found in outgoing) else []
        for number, sender in enumerate(senders, start=len(before) + 1):
            starts = self._returned(dlp, sender, people.outside)
            yield MessageClass(_numbered("returned", number), "outgoing mail returned by the vendor", starts)

    def _returned(self, there: Destination, sender: MailUser, to: MailUser) -> tuple[Submission, ...]:
        source = Source("submitted") if sender is not self.people.outside else self.internet[0]
        first = self._start(sender, sender, [to], source)
        before = headers({self.tenant.known.header: Header.PRESENT}, self.tenant.tracked)
        states: dict[str, HeaderState] = {name: Header.UNKNOWN for name, _state in first.headers.states}
        states |= dict(before.states)
        return tuple(
            replace(
                first,
                source=back.source,
                headers=headers(states, self.tenant.tracked),
                first=first,
                history=frozenset({(there.key, to)}),
                hop=there,
                certain=back.certain,
                passes=2,
                touched=True,
                entries=first.entries_after,
            )
            for back in self.tenant.returns(there)
        )

    # ------------------------------------------------------------------------------------------------- 9.7 to 9.9

    def _journal_reports(self) -> Iterator[MessageClass]:
        wanted = [
            rule
            for rule in self.tenant.objects.journals
            if rule.enabled is not False and rule.address == self.tenant.known.journal_address
        ]
        service = self.tenant.directory.generic_mailbox(self.tenant.directory.default)
        for number, rule in enumerate(wanted, start=1):
            to = self.tenant.directory.user(rule.address)
            start = self._start(None, service, [to], Source("internal"), "journal-report")
            yield MessageClass(
                _numbered("journal-report", number),
                f'reports of the journal rule "{rule.name}"',
                (start,),
                journal=rule,
            )

    def _special_types(self) -> Iterator[MessageClass]:
        people = self.people
        postmaster = replace(
            people.outside, written="postmaster@outside.invalid", primary="postmaster@outside.invalid"
        )
        bounce = Message(None, postmaster, "bounce")
        # Rules may not see a bounce at all, so that more hangs on who it is for.
        users = [*people.of_each_fate(people.protected), *self._apart(bounce, people.protected)]
        for number, to in enumerate(dict.fromkeys(users), start=1):
            starts = tuple(self._start(None, postmaster, [to], source, "bounce") for source in self.internet)
            yield MessageClass(
                _numbered("bounce-to-protected", number), "a bounce to a protected recipient", starts
            )
        calendar = Message(people.outside, people.outside, "calendar")
        title = "an invitation from the internet to a protected recipient"
        for number, to in enumerate(self._apart(calendar, people.protected), start=1):
            starts = self._from_outside([to], "calendar")
            yield MessageClass(_numbered("calendar-to-protected", number), title, starts)

    # ------------------------------------------------------------------------------------------------ 9.10, 9.11

    def _from_gateways(self) -> Iterator[MessageClass]:
        people = self.people
        for item in self.tenant.objects.inbound:
            sources = connector_sources(item, self.tenant.borders)
            if item.enabled is False or item.vendor_managed or not sources:
                continue
            for number, (sender, to) in enumerate(self._gateway_pairs(item, sources), start=1):
                starts = tuple(self._start(sender, sender, [to], source) for source in sources)
                yield MessageClass(
                    _numbered(f"from-gateway:{item.name}", number),
                    f'through the inbound connector "{item.name}" to {_described(people, to)}',
                    starts,
                )

    def _from_named_addresses(self) -> Iterator[MessageClass]:
        """9.1 and 9.2 from the addresses that rules name and that are not the vendor's: one for each kind that rules tell apart.

        After so many the senders that are left are walked as one for each address; after twice as many nothing is walked, and said so.
        """
        number = 0
        left: dict[Source, list[MailUser]] = {}
        for sender, source in self._kinds_from_addresses():
            if number < MOST_FROM_ADDRESSES:
                for made in self._from_address(sender, source, number):
                    number += 1
                    yield made
            else:
                left.setdefault(source, []).append(sender)
        for source, senders in left.items():
            if number >= 2 * MOST_FROM_ADDRESSES:
                title = "from other senders and addresses that rules name"
                yield MessageClass(_numbered("from-address", number + 1), title, ())
                return
            for made in self._from_address(self.people.one_for(senders), source, number):
                number += 1
                yield made

    def _from_address(self, sender: MailUser, source: Source, before: int) -> Iterator[MessageClass]:
        """To everybody whom rules may treat otherwise than with usual mail. before: how many classes there are already."""
        people, message = self.people, Message(sender, sender)
        view, usual = self._seen(sender, source), self._seen(people.outside, self.internet[0])
        watched = self._is_watched(message)
        found = [
            to
            for group in (people.protected, people.unprotected)
            for to in (group if watched else people.apart(view, usual, group))
        ]
        for number, to in enumerate(found, start=before + 1):
            yield MessageClass(
                _numbered("from-address", number),
                f"from the internet, from {source.text}, to {_described(people, to)}",
                (self._start(sender, sender, [to], source),),
            )

    def _kinds_from_addresses(self) -> Iterator[tuple[MailUser, Source]]:
        """The first sender and address of each kind that rules tell apart, and that is not walked anyway."""
        people, rules = self.people, self.people.rules
        elsewhere = (one for one in people.named_outside if self.tenant.directory.inside(one) is False)
        senders = {
            one: (self._on_return(one), self._is_watched(Message(one, one)))
            for one in (people.outside, *elsewhere)
        }
        seen: set[object] = {
            (rules.message_values(self._seen(one, self.internet[0])), back)
            for one, (back, _watched) in senders.items()
        }
        acting = [rule for rule in self.tenant.objects.rules if rule.acts is not False]
        sources = self._named_addresses(section for rule in acting for section in rule.sections)
        for (sender, (back, watched)), source in product(senders.items(), sources):
            kind = rules.message_values(self._seen(sender, source)), back
            vector = (*kind, people.door(sender) if watched else None)
            if kind not in seen and vector not in seen:
                seen.add(vector)
                yield sender, source

    def _on_return(self, sender: MailUser) -> frozenset[object]:
        """What rules make of a sender's messages when they come back from somebody."""
        return frozenset(
            (source, self.people.rules.message_values(self._seen(sender, source)))
            for source in self._returning
        )

    @cached_property
    def _returning(self) -> frozenset[Source]:
        """From where messages come back."""
        hops = self.tenant.connectors.values()
        return frozenset(one.source for hop in hops for one in self.tenant.returns(hop))

    def _gateway_pairs(
        self, connector: Inbound, sources: list[Source]
    ) -> Iterator[tuple[MailUser, MailUser]]:
        """Who sends through an inbound connector to whom: everybody whom rules tell apart by where the message comes from."""
        people = self.people
        outside = first_sender(connector.domains, people.outside, self.tenant.directory)
        usual = self._seen(people.outside, self.internet[0])
        seen = [self._seen(outside, source) for source in sources]
        inside = [] if connector.on_premises is not True else [*map(self._senders_through, sources)]
        senders = dict.fromkeys(sender for several in inside for sender in several)
        first = people.senders[0]
        for group in (people.protected, people.unprotected):
            watched = self._is_watched(Message(outside, outside))
            apart = (to for view in seen for to in people.apart(view, usual, group))
            yield from dict.fromkeys((outside, to) for to in (group if watched else apart))
            for sender in senders:
                watched = self._is_watched(Message(sender, sender))
                # The first one is held against mail from the internet, the others against the first.
                like = [usual if sender == first else self._seen(first, source) for source in sources]
                seen_too = zip((self._seen(sender, source) for source in sources), like, strict=True)
                apart = (to for view, other in seen_too for to in people.apart(view, other, group))
                yield from dict.fromkeys((sender, to) for to in (group if watched else apart))
        if connector.on_premises is not False:
            yield from product((outside, *senders), people.nobody)

    def _seen(self, sender: MailUser, source: Source) -> MessageView:
        """A message as it enters, for the rules."""
        return self.tenant.entered(Message(sender, sender), source, Headers())[1]

    def _senders_through(self, source: Source) -> Iterator[MailUser]:
        """The first sender inside, and those whom connectors treat otherwise, or rules, and otherwise than when they use Outlook."""
        people, rules, senders = self.people, self.people.rules, self.people.senders
        first, door = self._seen(senders[0], source), people.door(senders[0])
        for sender in senders:
            view = self._seen(sender, source)
            outlook = self._seen(sender, Source("submitted"))
            apart = rules.differing(view, first) and rules.differing(view, outlook)
            if sender == senders[0] or apart or people.door(sender) != door:
                yield sender

    def _to_gateways(self, reached: set[str]) -> Iterator[MessageClass]:
        people = self.people
        for item in self.tenant.objects.outbound.values():
            if item.enabled is False or not self._is_foreign(item):
                continue
            to, forced = people.outside, ""
            if item.by_rule:
                there = self.tenant.connectors[item.name.casefold()]
                # No mail is made up for another portal: what goes there is said by the rules of that portal.
                if there.key in reached or there.where == "portal":
                    continue
                forced = item.name
            elif item.domains and item.domains[0] != "*":
                to = self._somebody(item.domains[0].replace("*.", "any."))
            starts = [self._start(sender, sender, [to], Source("submitted")) for sender in people.senders]
            title = f'from inside through the outbound connector "{item.name}"'
            forced_starts = tuple(replace(start, forced=forced) for start in starts)
            yield MessageClass(f"to-gateway:{item.name}", title, forced_starts)

    def _somebody(self, domain: str) -> MailUser:
        """A recipient in a domain; a mailbox where the domain is, or may be, the organization's."""
        directory = self.tenant.directory
        if directory.accepted(domain) is None:
            return self.people.mailbox
        inside = directory.treatment(domain) in ("authoritative", "internalrelay")
        return directory.generic_mailbox(domain) if inside else directory.user(f"recipient@{domain}")

    def _is_foreign(self, connector: Outbound) -> bool:
        there = self.tenant.connectors[connector.name.casefold()]
        reports = self.tenant.known.journal_address.rpartition("@")[2]
        for_vendor = [domain == reports or is_vendor_host(domain) for domain in connector.domains]
        return not there.is_vendor and not (for_vendor and all(for_vendor))

    # ------------------------------------------------------------------------------------------------ 9.12 to 9.14

    def _other_recipients(self) -> Iterator[MessageClass]:
        for number, alias in enumerate(self._all_aliases(), start=1):
            title = "from the internet to another address of a protected recipient"
            yield MessageClass(_numbered("alias-of-protected", number), title, self._from_outside([alias]))
        for number, group in enumerate(self._groups(), start=1):
            title = f"from the internet to the group {group.written}"
            yield MessageClass(_numbered("group-with-protected", number), title, self._from_outside([group]))
        contacts = [user for user in self.tenant.directory.users() if self._is_contact(user)]
        for number, contact in enumerate(contacts, start=1):
            title = f"from the internet to {contact.written}, whose mailbox is elsewhere"
            yield MessageClass(
                _numbered("external-contact", number), title, self._from_outside([self._addressed(contact)])
            )

    def _addressed(self, contact: MailUser) -> MailUser:
        """Somebody whose mailbox is elsewhere, by an address of the organization if there is one."""
        directory = self.tenant.directory
        inside = [item for item in sorted(contact.addresses or ()) if directory.accepted(domain_of(item))]
        return directory.user(inside[0]) if inside else contact

    def _all_aliases(self) -> list[MailUser]:
        """Those of the first protected recipient, and of all others those that some rule tells apart from everybody walked."""
        people = self.people
        found = {alias: None for user in people.protected[:1] for alias in self._aliases(user)}
        if self.tenant.objects.by_written_address:
            walked = {people.recipient_vector(user) for user in [*people.recipients, *found]}
            for user in people.named:
                for alias in self._aliases(user) if people.is_protected(user) else ():
                    vector = people.recipient_vector(alias)
                    if vector not in walked:
                        walked.add(vector)
                        found[alias] = None
        return list(found)

    def _aliases(self, user: MailUser) -> list[MailUser]:
        if user.generic or not user.is_mailbox:
            return []
        if user.addresses is None:
            others = [name for name in self.tenant.directory.domains if name != user.domain]
            domains = others or self.tenant.directory.domains or ["outside.invalid"]
            aliases = [
                replace(user, written=f"alias@{name}", primary=None, by_alias=True) for name in domains
            ]
            return list({self._disabled(alias): alias for alias in reversed(aliases)}.values())[::-1]
        found: dict[object, MailUser] = {}
        for address in sorted(user.addresses - {user.primary or ""}):
            if self.tenant.directory.accepted(address.rpartition("@")[2]) is not False:
                alias = replace(user, written=address, by_alias=True)
                found.setdefault((self._disabled(alias), self.people.recipient_vector(alias)), alias)
        return list(found.values())

    def _disabled(self, user: MailUser) -> Truth:
        return self.tenant.directory.is_disabled(user, "sending_to")

    def _groups(self) -> list[MailUser]:
        """The groups of protect rules that are addresses of the organization, and those with somebody elsewhere."""
        directory, rules = self.tenant.directory, self.people.protect_rules
        named = (one for rule in rules for one in texts(rule.conditions, "sent_to_member_of"))
        found = [user for user in map(directory.user, named) if user.kind == "group"]
        found = [user for user in found if directory.inside(user) is not False]
        return list(dict.fromkeys([*found, *directory.groups_with_strangers()]))

    def _is_contact(self, user: MailUser) -> bool:
        return user.kind in ("individual", "other", "contact") and self.tenant.directory.inside(user) is False

    # ------------------------------------------------------------------------------------------------ 9.15 to 9.18

    def _forwards(self) -> Iterator[MessageClass]:
        people = self.people
        boxes = [user for user in people.named if user.external and people.is_protected(user)]
        starts: dict[object, Submission] = {}
        for box in boxes or people.protected or (people.recipients[:1] if self.comparable else []):
            to = self.tenant.directory.user(box.external) if box.external else people.outside
            kind: MessageKind = "forward-by-setting" if box.external else "forward"
            start = self._start(box, people.outside, [to], Source("internal"), kind)
            starts.setdefault(self._forward_vector(start), start)
        for number, start in enumerate(starts.values(), start=1):
            title = f"forwarded by {start.message.origin.written} to the outside"
            yield MessageClass(_numbered("auto-forward", number), title, (start,))

    def _forward_vector(self, start: Submission) -> object:
        """What rules and connectors make of a forwarded message."""
        to = start.recipients[0]
        view = MessageView(start.message, None, True, None, Headers())
        rules = self.people.rules
        return (
            rules.message_values(view),
            rules.lone_values(view, to),
            to.domain,
            self.people.door(start.message.origin),
        )

    def _protected_internal(self) -> Iterator[MessageClass]:
        people = self.people
        if self._inspects_internal() and people.protected:
            sender = people.senders[0]
            for number, to in enumerate(self._apart(Message(sender, sender), people.protected), start=1):
                start = self._start(sender, sender, [to], Source("submitted"))
                title = "from inside to a protected recipient"
                yield MessageClass(_numbered("internal-protected", number), title, (start,))

    def _inspects_internal(self) -> bool:
        """Whether one of the protect rules takes what is sent inside."""
        return bool(self._acting("from_scope", "inorganization"))

    def _acting(self, name: str, scope: str) -> list[TransportRule]:
        """The protect rules that act, or may, and have this scope."""
        rules = [rule for rule in self.people.protect_rules if rule.acts is not False]
        return [rule for rule in rules if text(rule.conditions, name).lower() == scope]

    def _informative(self) -> Iterator[MessageClass]:
        people = self.people
        outgoing = self._acting("sent_to_scope", "notinorganization")
        if outgoing:
            author = next(
                (sender for sender in people.senders if people.may_send(outgoing[0], sender)), people.first
            )
            start = self._start(None, author, [people.outside], Source("internal"), "auto-reply")
            yield MessageClass(
                "auto-reply-outbound", "an absence notice to the internet", (start,), informative=True
            )


def _locked_sources(connector: Inbound, tenant: Tenant) -> list[Source]:
    """From where a gateway sends that keeps everybody else out."""
    named = connector.certificate and connector.restricts_certificate is not False
    certificates = Certificates(frozenset({connector.certificate}) if named else None)
    if connector.restricts_addresses is not False and connector.addresses.spans:
        found = pieces(connector.addresses, tenant.borders)
        return [Source("smtp", piece, certificates) for piece in found]
    return [Source("smtp", None, certificates)]


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}#{number}"


def _described(people: People, user: MailUser) -> str:
    return "a protected recipient" if people.is_protected(user) else "an unprotected recipient"
