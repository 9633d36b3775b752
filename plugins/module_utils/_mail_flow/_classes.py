# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The classes of messages that are walked (section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ._directory import Party, domain_of
from ._integration import VENDOR_DOMAINS, is_below
from ._message import Certificates, Header, Headers, HeaderState, Message, Source, headers
from ._message import Kind as MessageKind
from ._model import Model
from ._networks import NOWHERE, Networks, networks, pieces
from ._objects import Inbound, Journal, Outbound, text, texts
from ._people import People, first_sender
from ._routing import Destination, connector_sources, destination, returns
from ._state import Arrival


@dataclass(frozen=True)
class Class:
    """A class of messages. informative: it gives notes but no verdict (8.5). journal: the rule whose reports they are."""

    id: str
    title: str
    starts: tuple[Arrival, ...]
    informative: bool = False
    journal: Journal | None = None


@dataclass(frozen=True)
class Generator:
    """Makes the classes of a tenant."""

    model: Model
    people: People

    def classes(self) -> Iterator[Class]:
        """The classes of 9.1 to 9.5, from which most others follow."""
        yield from self._from_internet()
        yield from self._from_inside()

    def others(self, reached: Mapping[str, set[str]]) -> Iterator[Class]:
        """All others, in the order of section 9. reached: the destinations to which the walks of the first came, by class."""
        everything: set[str] = set().union(*reached.values())
        yield from self._returned_mail(reached.get("internet-to-protected", set()), everything)
        yield from self._journal_reports()
        yield from self._special_types()
        yield from self._from_gateways()
        yield from self._to_gateways(everything)
        yield from self._other_recipients()
        yield from self._forwards()
        yield from self._protected_internal()
        yield from self._informative()

    # ------------------------------------------------------------------------------------------ messages as they begin

    def _headers(self) -> Headers:
        """New mail carries none of the headers that are set by rules, by the vendor or by known products (1.4)."""
        known = self.model.known
        absent: dict[str, HeaderState] = dict.fromkeys(
            (known.header, *self.model.set_by_rules, *(mark.header for mark in known.marks)), Header.ABSENT
        )
        return headers(absent, self.model.tracked)

    def _start(
        self,
        sender: Party | None,
        author: Party,
        to: Iterable[Party],
        source: Source,
        kind: MessageKind = "ordinary",
    ) -> Arrival:
        return Arrival(Message(sender, author, kind), tuple(to), source, self._headers())

    def internet(self) -> list[Source]:
        """From where mail of the internet comes: through the gateways in front, where they keep all else out."""
        locked = [
            item
            for item in self.model.objects.inbound
            if item.enabled is not False
            and item.premises is not True
            and item.for_everyone
            and item.restricts is not False
            and not item.vendors
        ]
        found = [source for item in locked for source in _locked_sources(item, self.model)]
        if not any(item.enabled and item.restricts for item in locked):
            found.append(Source("smtp", NOWHERE))
        return list(dict.fromkeys([*found, *self._excepted()]))

    def _excepted(self) -> list[Source]:
        """Addresses that protect rules except and that are not the vendor's: those of a gateway in front (7.8)."""
        spans = {
            span: None
            for rule in self.people.protect_rules
            for span in networks(texts(rule.exceptions, "sender_ip_ranges")).spans
            if self.model.known.loop_guard.contains(span) is False
        }
        return [Source("smtp", piece) for piece in pieces(Networks(tuple(spans)), self.model.borders)]

    def _from_outside(self, to: Iterable[Party], kind: MessageKind = "ordinary") -> tuple[Arrival, ...]:
        recipients, outside = tuple(to), self.people.outside
        return tuple(self._start(outside, outside, recipients, source, kind) for source in self.internet())

    # ------------------------------------------------------------------------------------------------- 9.1 to 9.3

    def _from_internet(self) -> Iterator[Class]:
        people = self.people
        for name, title, parties in (
            ("internet-to-protected", "from the internet to a protected recipient", people.protected),
            ("internet-to-unprotected", "from the internet to an unprotected recipient", people.unprotected),
        ):
            found = [self._from_outside([party]) for party in parties]
            for sender in people.named_outside if parties else ():
                found.append(
                    tuple(self._start(sender, sender, parties[:1], source) for source in self.internet())
                )
            for number, starts in enumerate(found, start=1):
                yield Class(_numbered(name, number), title, starts)
        if people.protected and people.unprotected:
            both = (people.protected[0], people.unprotected[0])
            yield Class(
                "internet-to-both",
                "from the internet to a protected and an unprotected recipient at once",
                self._from_outside(both),
            )

    # -------------------------------------------------------------------------------------------------- 9.4, 9.5

    def _from_inside(self) -> Iterator[Class]:
        people = self.people
        both = [*people.protected[:1], *people.unprotected[:1]]
        for number, sender in enumerate(people.senders, start=1):
            starts = (self._start(sender, sender, both, Source("submitted")),)
            yield Class(_numbered("internal", number), "from inside to inside", starts)
        for number, sender in enumerate(people.senders, start=1):
            starts = (self._start(sender, sender, [people.outside], Source("submitted")),)
            yield Class(_numbered("outbound", number), "from inside to the internet", starts)

    # ------------------------------------------------------------------------------------------------------- 9.6

    def _returned_mail(self, incoming: set[str], reached: set[str]) -> Iterator[Class]:
        """What the vendor would return, where the walks have not come to it: before the switch."""
        people, known = self.people, self.model.known
        inside = people.senders[0]
        vendor = Destination("vendor", known.hosts)
        if "vendor" not in incoming and known.hosts:
            starts = self._returned(vendor, people.outside, people.first)
            yield Class("returned", "returned by the vendor", starts)
        dlp = Destination("vendor-dlp", known.dlp_hosts)
        routed = any(there.where == "vendor-dlp" for there in self.model.connectors.values())
        if "vendor-dlp" not in reached and routed:
            starts = self._returned(dlp, inside, people.outside)
            yield Class("returned#2", "outgoing mail returned by the vendor", starts)

    def _returned(self, there: Destination, sender: Party, to: Party) -> tuple[Arrival, ...]:
        source = Source("submitted") if sender is not self.people.outside else self.internet()[0]
        first = self._start(sender, sender, [to], source)
        before = headers({self.model.known.header: Header.PRESENT}, self.model.tracked)
        states: dict[str, HeaderState] = {name: Header.UNKNOWN for name, _state in first.headers.states}
        states |= dict(before.states)
        return tuple(
            replace(
                first,
                source=back.source,
                headers=headers(states, self.model.tracked),
                first=first,
                history=frozenset({(there.key, to)}),
                hop=there,
                certain=back.certain,
                passes=2,
            )
            for back in returns(there, self.model.known, self.model.objects, self.model.borders)
        )

    # ------------------------------------------------------------------------------------------------- 9.7 to 9.9

    def _journal_reports(self) -> Iterator[Class]:
        wanted = [
            rule
            for rule in self.model.objects.journals
            if rule.enabled is not False and rule.address == self.model.known.journal_address
        ]
        service = self.model.directory.generic_mailbox(self.model.directory.default)
        for number, rule in enumerate(wanted, start=1):
            to = self.model.directory.party(rule.address)
            start = self._start(None, service, [to], Source("internal"), "journal-report")
            yield Class(
                _numbered("journal-report", number),
                f'reports of the journal rule "{rule.name}"',
                (start,),
                journal=rule,
            )

    def _special_types(self) -> Iterator[Class]:
        people = self.people
        if not people.protected:
            return
        to = people.protected[0]
        postmaster = replace(
            people.outside, written="postmaster@outside.invalid", primary="postmaster@outside.invalid"
        )
        bounces = tuple(self._start(None, postmaster, [to], source, "bounce") for source in self.internet())
        yield Class("bounce-to-protected", "a bounce to a protected recipient", bounces)
        yield Class(
            "calendar-to-protected",
            "an invitation from the internet to a protected recipient",
            self._from_outside([to], "calendar"),
        )

    # ------------------------------------------------------------------------------------------------ 9.10, 9.11

    def _from_gateways(self) -> Iterator[Class]:
        people = self.people
        recipients = [*people.protected[:1], *people.unprotected[:1]]
        for item in self.model.objects.inbound:
            sources = connector_sources(item, self.model.borders)
            if item.enabled is False or item.vendors or not sources:
                continue
            outside = first_sender(item.domains, people.outside, self.model.directory)
            senders = [outside] if item.premises is not True else [outside, people.senders[0]]
            ways = [(sender, to) for to in recipients for sender in senders]
            for number, (sender, to) in enumerate(ways, start=1):
                starts = tuple(self._start(sender, sender, [to], source) for source in sources)
                yield Class(
                    _numbered(f"from-gateway:{item.name}", number),
                    f'through the inbound connector "{item.name}" to {_described(people, to)}',
                    starts,
                )

    def _to_gateways(self, reached: set[str]) -> Iterator[Class]:
        people = self.people
        for item in self.model.objects.outbound.values():
            if item.enabled is False or not self._is_foreign(item):
                continue
            to, forced = people.outside, ""
            if item.by_rule is not False:
                if destination(item, self.model.known).key in reached:
                    continue
                forced = item.name
            elif item.domains and item.domains[0] != "*":
                to = self.model.directory.party(f"recipient@{item.domains[0].replace('*.', 'any.')}")
            start = self._start(people.senders[0], people.senders[0], [to], Source("submitted"))
            title = f'from inside through the outbound connector "{item.name}"'
            yield Class(f"to-gateway:{item.name}", title, (replace(start, forced=forced),))

    def _is_foreign(self, connector: Outbound) -> bool:
        there = destination(connector, self.model.known)
        reports = self.model.known.journal_address.rpartition("@")[2]
        for_vendor = [
            domain == reports or any(is_below(domain, vendor) for vendor in VENDOR_DOMAINS)
            for domain in connector.domains
        ]
        return not there.is_vendor and not (for_vendor and all(for_vendor))

    # ------------------------------------------------------------------------------------------------ 9.12 to 9.14

    def _other_recipients(self) -> Iterator[Class]:
        people = self.people
        if people.protected:
            for number, alias in enumerate(self._aliases(people.protected[0]), start=1):
                title = "from the internet to another address of a protected recipient"
                yield Class(_numbered("alias-of-protected", number), title, self._from_outside([alias]))
        for number, group in enumerate(self._groups(), start=1):
            title = f"from the internet to the group {group.written}"
            yield Class(_numbered("group-with-protected", number), title, self._from_outside([group]))
        contacts = [party for party in self.model.directory.parties() if self._is_contact(party)]
        for number, contact in enumerate(contacts, start=1):
            title = f"from the internet to {contact.written}, whose mailbox is elsewhere"
            yield Class(
                _numbered("external-contact", number), title, self._from_outside([self._addressed(contact)])
            )

    def _addressed(self, contact: Party) -> Party:
        """Somebody whose mailbox is elsewhere, by an address of the organization if there is one."""
        directory = self.model.directory
        inside = [item for item in sorted(contact.addresses or ()) if directory.accepted(domain_of(item))]
        return directory.party(inside[0]) if inside else contact

    def _aliases(self, party: Party) -> list[Party]:
        if party.generic or not party.is_mailbox:
            return []
        if party.addresses is None:
            others = [name for name in self.model.directory.domains if name != party.domain]
            domain = (others or self.model.directory.domains or ["outside.invalid"])[0]
            return [replace(party, written=f"alias@{domain}", primary=None, by_alias=True)]
        found: dict[object, Party] = {}
        for address in sorted(party.addresses - {party.primary or ""}):
            if self.model.directory.accepted(address.rpartition("@")[2]) is not False:
                alias = replace(party, written=address, by_alias=True)
                found.setdefault(self.people.recipient_vector(alias), alias)
        return list(found.values())

    def _groups(self) -> list[Party]:
        """The groups of protect rules that are addresses of the organization."""
        found: dict[Party, None] = {}
        for rule in self.people.protect_rules:
            for address in texts(rule.conditions, "sent_to_member_of"):
                party = self.model.directory.party(address)
                if party.kind == "group" and self.model.inside(party) is not False:
                    found[party] = None
        return list(found)

    def _is_contact(self, party: Party) -> bool:
        return party.kind in ("individual", "other") and self.model.inside(party) is False

    # ------------------------------------------------------------------------------------------------ 9.15 to 9.18

    def _forwards(self) -> Iterator[Class]:
        people = self.people
        if not people.protected:
            return
        forwarding = [party for party in people.named if party.external and people.is_protected(party)]
        box = (forwarding or people.protected)[0]
        to = self.model.directory.party(box.external) if box.external else people.outside
        kind: MessageKind = "forward-by-setting" if box.external else "forward"
        start = self._start(box, people.outside, [to], Source("internal"), kind)
        yield Class("auto-forward", f"forwarded by {box.written} to the outside", (start,))

    def _protected_internal(self) -> Iterator[Class]:
        people = self.people
        internal = [
            rule
            for rule in people.protect_rules
            if rule.acts is not False and text(rule.conditions, "from_scope").lower() == "inorganization"
        ]
        if internal and people.protected:
            sender = people.senders[0]
            start = self._start(sender, sender, people.protected[:1], Source("submitted"))
            yield Class("internal-protected", "from inside to a protected recipient", (start,))

    def _informative(self) -> Iterator[Class]:
        people = self.people
        outgoing = [
            rule
            for rule in people.protect_rules
            if rule.acts is not False
            and text(rule.conditions, "sent_to_scope").lower() == "notinorganization"
        ]
        if outgoing:
            author = next(
                (sender for sender in people.senders if people.may_send(outgoing[0], sender)), people.first
            )
            start = self._start(None, author, [people.outside], Source("internal"), "auto-reply")
            yield Class(
                "auto-reply-outbound", "an absence notice to the internet", (start,), informative=True
            )


def _locked_sources(connector: Inbound, model: Model) -> list[Source]:
    """From where a gateway sends that keeps everybody else out."""
    if connector.restricts_addresses is not False and connector.addresses.spans:
        return [Source("smtp", piece) for piece in pieces(connector.addresses, model.borders)]
    names = frozenset({connector.certificate}) if connector.certificate else None
    return [Source("smtp", None, True, Certificates(names))]


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}#{number}"


def _described(people: People, party: Party) -> str:
    return "a protected recipient" if people.is_protected(party) else "an unprotected recipient"
