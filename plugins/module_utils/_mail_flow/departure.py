# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a message goes when the rules are done: into mailboxes, out of the tenant, or to somebody who gives it back (6 to 8)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.edit import Edits, set_part
from .._mail_flow_objects.headers import Header, Headers, HeaderState
from .._mail_flow_objects.inspection import Inspection
from .._mail_flow_objects.mail_user import MailUser, domain_of
from .._mail_flow_objects.objects import Outbound, TransportRule
from .._mail_flow_objects.routing import (
    domain_connectors,
    is_for_domain,
    meets_tls,
    on_premises_connector,
    usable_by_rule,
)
from . import advice, connector_advice
from .bifurcations import NO_ROUTE, Bifurcation, Route
from .message import Message, Source
from .returns import Return
from .submission import Delivery, Disposition, DispositionKind, Entered, Submission
from .tenant import Tenant
from .trace import At, Cause, DistinctTraces, Trace, after, length_of, with_trace
from .vendor_reading import handed_over


class Departures:
    """How the bifurcations of one submission depart. Those that rules send the same way in the same state do so once."""

    def __init__(self, tenant: Tenant, submission: Submission, entered: Entered) -> None:
        self._tenant = tenant
        self._submission = submission
        self._entered = entered
        self._traces = DistinctTraces()

    def of(self, bifurcation: Bifurcation) -> Iterator[Departed]:
        """Each of the routes that a bifurcation may take: what becomes of its recipients, and to whom it is handed."""
        sure = bifurcation.certain and len(bifurcation.routes) == 1
        for route in bifurcation.routes:
            certain = sure and route.match is True
            departure = _Departure(self._tenant, self._submission, self._entered, bifurcation, route, certain)
            if not route.connector:
                for user in bifurcation.recipients:
                    yield from departure.only(user).without_rule(user)
            elif self._traces.is_new(departure.key, length_of(bifurcation.trace)):
                yield from departure.by_rule()


@dataclass(frozen=True)
class _Departure:
    """A bifurcation on one of its routes. certain: whether it certainly takes it."""

    tenant: Tenant
    submission: Submission
    entered: Entered
    bifurcation: Bifurcation
    route: Route = NO_ROUTE
    certain: bool = True

    @property
    def way(self) -> tuple[object, ...]:
        """What tells ways out apart."""
        route = self.route
        rule = route.rule.place if route.rule else None
        return (route.connector, rule, route.match, route.doubts, self.certain)

    @property
    def key(self) -> tuple[object, ...]:
        """The same for those on the way of a rule that differ in the trace alone."""
        part = self.bifurcation
        return (*self.way, part.recipients, part.headers, part.copied, part.copied_by, part.touched)

    def only(self, user: MailUser) -> _Departure:
        """The same for one of the recipients."""
        if len(self.bifurcation.recipients) == 1:
            return self
        return replace(self, bifurcation=replace(self.bifurcation, recipients=(user,)))

    def _traced(self, at: At, name: str, what: str) -> Trace:
        return after(self.bifurcation.trace, at, name, what, certain=self.certain)

    def _ended(
        self,
        users: Iterable[MailUser],
        kind: DispositionKind,
        trace: Trace | None,
        cause: Cause | None = None,
    ) -> Iterator[Disposition]:
        return (Disposition(user, kind, self.certain, cause, True, trace) for user in users)

    def _left(self, user: MailUser) -> Disposition:
        return Disposition(user, "left", self.certain, trace=self.bifurcation.trace)

    def _lost(self, kind: DispositionKind, certain: bool, cause: Cause) -> Iterator[Disposition]:
        name = self.route.connector or cause.subject
        lost = replace(self, certain=certain)
        return lost._ended(
            self.bifurcation.recipients, kind, lost._traced("connector", name, cause.cause), cause
        )

    def _not_proved(self, cause: Cause) -> Iterator[Disposition]:
        return self._lost("unknown", False, cause)

    # ------------------------------------------------------------------------------------------------- through a connector

    def by_rule(self) -> Iterator[Departed]:
        """To the connector that a rule has chosen (6.1)."""
        connector = self.tenant.objects.outbound.get(self.route.connector.casefold())
        if connector is None:
            return self._lost(
                "stranded", self.certain, connector_advice.missing(self.route, self._hosts(self.route.rule))
            )
        if connector.enabled is False:
            return self._lost("stranded", self.certain, connector_advice.disabled(self.route))
        if connector.enabled is None or usable_by_rule(connector) is not True:
            return self._not_proved(connector_advice.not_for_rules(self.route, connector))
        return self._through(connector)

    def _through(self, connector: Outbound) -> Iterator[Departed]:
        """To whom a connector delivers, each recipient by whether it is inside (6.5, 6.6)."""
        there = self.tenant.connectors[connector.name.casefold()]
        by_domain = not self.route.connector
        trace = self._traced(
            "connector", connector.name, f"delivers to {there.text or 'the MX of the recipient'}"
        )
        if by_domain and there.where == "hop":
            # 7.6: what came back would be sent there again, so that nobody is set up to give it back.
            yield from self._ended(self.bifurcation.recipients, "left", trace)
            return
        sent = replace(
            self,
            bifurcation=with_trace(self.bifurcation, trace),
            route=replace(self.route, connector=connector.name),
        )
        met = meets_tls(connector) if there.where in ("vendor", "vendor-dlp", "portal") else True
        if met is False:
            yield from sent._lost(
                "stranded", self.certain, connector_advice.tls_mismatch(connector, certain=True)
            )
        elif there.is_vendor and met is None:
            yield from sent._not_proved(connector_advice.tls_mismatch(connector))
        elif there.where == "portal" and self._names_this_portal():
            wrong = connector_advice.wrong_host(
                self.route, there, self.tenant.known.portal, self._hosts(self.route.rule)
            )
            yield from sent._lost("stranded", self.certain, wrong)
        elif there.where in ("vendor", "vendor-dlp", "portal"):
            yield from sent._hand_over(there)
        else:
            for user in self.bifurcation.recipients:
                yield from sent.only(user)._elsewhere(there, user)

    def _names_this_portal(self) -> bool:
        """Whether the header says that mail is this portal's, so that another one has nothing to do with it (6.5)."""
        header, portal = self.bifurcation.headers.state(self.tenant.known.header), self.tenant.known.portal
        return isinstance(header, str) and header.partition(",")[0].strip().lower() == portal.lower() != ""

    def _hosts(self, rule: TransportRule | None) -> list[str]:
        """The vendor's hosts to which the mail of the rule belongs; none where it is not a rule of the integration."""
        known = self.tenant.known
        if rule is None or not rule.vendor_managed:
            return []
        outgoing = str(rule.conditions.get("from_scope") or "").lower() == "inorganization"
        return sorted(known.dlp_hosts if outgoing else known.hosts)

    def _elsewhere(self, there: Destination, user: MailUser) -> Iterator[Departed]:
        """To the MX of a domain, or to a foreign hop (6.5, 7.6)."""
        outside = self.tenant.directory.inside(user) is False
        if there.where == "mx" and outside:
            yield self._left(user)
        elif there.where in ("mx", "unknown"):
            yield from self._not_proved(connector_advice.unclear_hosts(self.route.connector))
        elif self._returns(there, outside=outside):
            if outside:
                yield replace(self._left(user), certain=False)
            yield from replace(self, certain=self.certain and not outside)._hand_over(there, outside=outside)
        elif outside:
            yield self._left(user)
        else:
            yield from self._not_proved(connector_advice.unpaired(there, self.route.connector))

    # --------------------------------------------------------------------------------------------------- without a rule

    def without_rule(self, user: MailUser) -> Iterator[Departed]:
        """What no rule routed: to servers on premises, a mailbox, or the connectors of the domain (6.2 to 6.4)."""
        inside = self.tenant.directory.inside(user)
        on_premises = on_premises_connector(self.tenant.objects)
        stays = inside is True and (self.submission.source.kind == "submitted" or self.bifurcation.is_request)
        if on_premises and not stays:
            yield from self._not_proved(connector_advice.centralised(on_premises[0]))
            if on_premises[1]:
                return
        if inside is False:
            yield from self._by_domain(user, domain_of(user.external or user.primary or user.written))
        elif inside is None:
            yield from self._not_proved(connector_advice.unknown_recipient(user))
        else:
            yield from self._into_mailbox(user)

    def _into_mailbox(self, user: MailUser) -> Iterator[Departed]:
        """A recipient in an accepted domain (6.2)."""
        treatment = self.tenant.directory.treatment(domain_of(user.primary or ""))
        treatment = treatment or ("authoritative" if user.primary is None else "")
        if user.kind == "missing" and treatment in ("internalrelay", "externalrelay"):
            yield from self._by_domain(user, domain_of(user.primary or user.written))
        elif self.tenant.directory.is_nobody(user):
            yield Disposition(user, "rejected", self.certain, counts=False, trace=self.bifurcation.trace)
        elif treatment in ("authoritative", "internalrelay") and user.kind in _DELIVERABLE:
            trace = self._traced("mailbox", user.written, "is delivered")
            delivery = Delivery(self.entered.inspection, self.entered.view, self.bifurcation)
            yield Disposition(user, "delivered", self.certain, trace=trace, delivery=delivery)
            if user.external and self.submission.message.kind != "journal-report":
                yield self._forwarded(user, trace)
        else:
            yield from self._not_proved(connector_advice.unknown_recipient(user))

    def _forwarded(self, user: MailUser, trace: Trace) -> Submission:
        """What a mailbox with a forwarding address sends on (6.2, 9.15)."""
        message = Message(user, self.submission.message.author, "forward-by-setting")
        what = f"forwards to {user.external}"
        return Submission(
            message,
            (self.tenant.directory.user(user.external),),
            Source("internal"),
            self.bifurcation.headers,
            certain=self.certain,
            passes=self.submission.passes + 1,
            trace=after(trace, "mailbox", user.written, what, certain=self.certain),
            inspection=self.entered.inspection,
        )

    def _by_domain(self, user: MailUser, domain: str) -> Iterator[Departed]:
        """Through the connectors of a domain, or to its MX (6.4)."""
        options = domain_connectors(self.tenant.objects, self.tenant.directory, domain)
        sent = self if len(options) == 1 else replace(self, certain=False)
        for connector in options:
            if connector is None:
                what = "is delivered by the MX of the domain"
                yield from sent._ended([user], "left", sent._traced("internet", domain, what))
            elif self._is_report(user) and self._takes_reports(connector, domain):
                trace = sent._traced("connector", connector.name, "delivers to the vendor")
                yield from sent._ended([user], "left", trace)
            else:
                yield from sent._through(connector)

    def _is_report(self, user: MailUser) -> bool:
        to_vendor = user.written == self.tenant.known.journal_address
        return to_vendor and self.submission.message.kind == "journal-report"

    def _takes_reports(self, connector: Outbound, domain: str) -> bool:
        """7.3: by the vendor's host or a connector for the domain of the reports."""
        there = self.tenant.connectors[connector.name.casefold()]
        return is_for_domain(connector, domain) or there.is_vendor

    # ----------------------------------------------------------------------------------------------- hand-overs (7, 8)

    def _returns(self, there: Destination, *, outside: bool) -> list[Return]:
        """How a message comes back. outside: its recipients are outside, so that a Partner connector could not bring it (7.6)."""
        found = self.tenant.returns(there)
        return [item for item in found if item.relays] if outside and there.where == "hop" else found

    def _hand_over(self, there: Destination, *, outside: bool = False) -> Iterator[HandOver]:
        """To somebody who gives it back."""
        yield HandOver(self, there, outside)

    def given_back(self, there: Destination, *, outside: bool) -> Iterator[Submission]:
        """As it comes in again, but for what was before."""
        headers, inspection = self._headers_after(there, outside=outside), self._inspection_by(there)
        touched = self.submission.touched or self.bifurcation.touched or bool(self.submission.forced)
        for back in self._returns(there, outside=outside):
            for message, certain in self._as_sent():
                yield Submission(
                    message,
                    self.bifurcation.recipients,
                    back.source,
                    headers,
                    hop=there,
                    certain=self.certain and back.certain and certain,
                    copied=self.bifurcation.copied,
                    copied_by=self.bifurcation.copied_by,
                    touched=touched,
                    inspection=inspection,
                )

    def _as_sent(self) -> list[tuple[Message, bool]]:
        """The message as it leaves, and whether it certainly does so: a forward may get back its first envelope sender (9.15)."""
        message = self.submission.message
        if message.kind != "forward-by-setting" or message.keeps_outside_sender:
            return [(message, True)]
        connector = self.tenant.objects.outbound[self.route.connector.casefold()]
        original = replace(message, sender=message.author)
        if connector.on_premises and connector.rewrites_sender is False:
            return [(original, True)]
        return [(message, False), (original, False)]

    def _inspection_by(self, there: Destination) -> Inspection:
        through = self.route.rule.name if self.route.rule else self.route.connector
        header = self.bifurcation.headers.state(self.tenant.known.header)
        return handed_over(self.entered.inspection, there, self.tenant.known, header, through)

    def _headers_after(self, there: Destination, *, outside: bool) -> Headers:
        """What is left of the headers (7.1, 7.6). outside: the recipients are."""
        before, known = self.bifurcation.headers, self.tenant.known
        changes: dict[str, HeaderState]
        if there.where == "hop":
            changes = dict.fromkeys(self.tenant.set_by_rules, Header.UNKNOWN)
            changes |= {mark.header: mark.value for mark in known.marks_of(there.hosts, inside=not outside)}
        else:
            changes = {name: Header.UNKNOWN for name, _state in before.states if name != known.header}
        return before.having(changes)

    def _marked(self, there: Destination) -> list[Edits]:
        """The header that a known product sets, as an exception of the rule that sends mail there."""
        rule = self.route.rule
        taken = rule is None or any(name.startswith("header_") for name in rule.exceptions)
        known = self.tenant.known
        marks = (
            []
            if taken
            else [*known.marks_of(there.hosts, inside=False), *known.marks_of(there.hosts, inside=True)]
        )
        name = rule.name if rule else ""
        return [
            set_part(
                name,
                "exceptions",
                header_contains_message_header=mark.header,
                header_contains_words=(mark.value,),
            )
            for mark in dict.fromkeys(marks)
            if mark.value
        ]

    def why_again(self, there: Destination) -> Cause:
        """Why a message is taken again (section 10)."""
        route, source, hop = self.route, self.submission.source, self.submission.hop
        guard = self.tenant.known.guard
        if route.rule and there.is_vendor and self.tenant.is_reversed(route.rule):
            return advice.reversed_rule(route.rule, guard)
        if route.rule and route.match and there.is_vendor and hop and hop.where == "hop":
            return advice.loop_through(route, hop, source.text, self.submission.trace, guard)
        if route.rule is None or route.match or not there.is_vendor:
            return advice.loop(route, there, source.text, guard, self._marked(there))
        if self.entered.attribution.hidden_by and source.address:
            return connector_advice.hidden_address(route, self.entered.attribution.hidden_by, source.text)
        if source.address is None and hop and hop.where == "portal":
            return advice.other_portal_returns(route, hop)
        if source.address is None and hop and hop.where == "hop":
            return advice.hop_without_addresses(route, hop, self.submission.trace, guard)
        if source.address is None:
            return advice.addresses_unknown(route)
        if hop and hop.is_vendor:
            return advice.loop(route, there, source.text, guard)
        what = f"sends mail to the vendor again that has been there and comes in from {source.text}"
        return advice.content(route.rule, route.doubts, what)


@dataclass(frozen=True)
class HandOver:
    """A bifurcation that is handed to somebody who gives it back. outside: its recipients are not of the organization."""

    departure: _Departure
    there: Destination
    outside: bool

    @property
    def trace(self) -> Trace | None:
        """How it came to that."""
        return self.departure.bifurcation.trace

    @property
    def _recipients(self) -> tuple[MailUser, ...]:
        return self.departure.bifurcation.recipients

    @property
    def loop_key(self) -> Hashable:
        """The same for those that make the same loops, but for the trace."""
        return (self.there, self._recipients, *self.departure.way)

    @property
    def back_key(self) -> Hashable:
        """The same for those of which the same comes in again, but for the trace."""
        part = self.departure.bifurcation
        return (self.there, part.touched, *((back.here, back.certain) for back in self._backs))

    @cached_property
    def _why_again(self) -> Cause:
        return self.departure.why_again(self.there)

    @cached_property
    def _backs(self) -> list[Submission]:
        return list(self.departure.given_back(self.there, outside=self.outside))

    def loops(self, submission: Submission, trace: Trace | None) -> Iterator[Disposition]:
        """For whom of a submission it was given to before, and who gave it back (8.2). trace: as `trace`, of that submission."""
        behind, there, certain = submission.history | submission.perhaps, self.there, self.departure.certain
        again = [user for user in self._recipients if (there.key, user) in behind]
        if again:
            trace = after(trace, there.place, there.text, "gets the message again", certain=certain)
            yield from (Disposition(user, "loop", certain, self._why_again, True, trace) for user in again)

    def backs(self, submission: Submission, trace: Trace | None) -> Iterator[Submission]:
        """As it comes in again for all others. trace: as for `loops`."""
        history, there = submission.history, self.there
        fresh = tuple(user for user in self._recipients if (there.key, user) not in history)
        if not fresh:
            return
        what = "gets the message and gives it back"
        trace = after(trace, there.place, there.text, what, certain=self.departure.certain)
        history = history | {(there.key, user) for user in fresh}
        author = submission.message.author
        for back in self._backs:
            yield replace(
                back,
                message=back.message.like(author),
                recipients=fresh,
                first=submission.first or submission,
                history=history,
                perhaps=submission.perhaps - history,
                passes=submission.passes + 1,
                entries=submission.entries_after,
                trace=trace,
            )


Departed: TypeAlias = "Disposition | HandOver | Submission"
"""What becomes of a recipient, or of several who are handed to somebody, or what a mailbox sends on."""
_DELIVERABLE = ("individual", "group", "other")
