# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message on its way through the tenant and back, until every recipient has an end (sections 3 to 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from . import advice
from .attribution import Entrance, Rejection, refuses_recipient
from .bifurcations import NO_ROUTE, Bifurcation, Passed, Route, RuleEnd
from .directory import MailUser, domain_of
from .logic import Truth
from .message import Header, Headers, HeaderState, Message, Source
from .model import Model, expanded, is_reversed
from .objects import Outbound, TransportRule, text
from .predicates import MessageView
from .routing import (
    Destination,
    Return,
    domain_connectors,
    is_for_domain,
    marks,
    meets_tls,
    premises_connector,
    returns,
    usable_by_rule,
)
from .state import Disposition, DispositionKind, Submission, Walked
from .trace import Cause, Trace, after

_PASSES = 8


class Walk:
    """One class of messages on its way."""

    def __init__(self, model: Model, *, without_ours: bool = False) -> None:
        """without_ours: as if the vendor's rules did not exist (8.6)."""
        self._model = model
        self._without_ours = without_ours
        self._walked = Walked()
        self._waiting: list[Submission] = []
        self._seen: dict[tuple[object, ...], bool] = {}
        self._baselines: dict[int, tuple[Submission, dict[tuple[int, MailUser], list[RuleEnd]]]] = {}

    def run(self, starts: Iterable[Submission]) -> Walked:
        """Walk all of them."""
        for start in starts:
            self._arrive(start)
        while self._waiting:
            self._enter(self._waiting.pop())
        return self._walked

    def _arrive(self, arrival: Submission) -> None:
        """Queue what comes in, unless the same is known already, at least as certainly."""
        if self._seen.get(arrival.key, False) or (arrival.key in self._seen and not arrival.certain):
            return
        self._seen[arrival.key] = arrival.certain
        self._waiting.append(arrival)

    def _end(
        self,
        parties: Iterable[MailUser],
        end: DispositionKind,
        certain: bool,
        trail: Trace | None,
        cause: Cause | None = None,
        *,
        counts: bool = True,
    ) -> None:
        for party in parties:
            self._walked.ends.append(Disposition(party, end, certain, cause, counts, trail))

    # ------------------------------------------------------------------------------------------------ entry (2)

    def _enter(self, arrival: Submission) -> None:
        if arrival.passes > _PASSES:
            self._end(arrival.recipients, "unknown", False, arrival.trail, advice.too_long(_PASSES))
            return
        way, view = self._model.entered(arrival.message, arrival.source, arrival.headers)
        certain = self._admitted(arrival, way)
        if certain is None:
            return
        parties, certain = self._accepted(arrival, way, certain=certain)
        if not parties:
            return
        trail = _entered(arrival, way, certain)
        fork = Bifurcation(
            parties,
            arrival.headers,
            certain=certain,
            trail=trail,
            copied=arrival.copied,
            copied_by=arrival.copied_by,
        )
        self._pass(arrival, way, view, fork)

    def _admitted(self, arrival: Submission, way: Entrance) -> bool | None:
        """Whether the message is certainly let in; None when it is certainly not (2.5 to 2.7)."""
        certain = arrival.certain
        for refusal in way.refusals:
            sure = certain and refusal.value is True
            trail = after(
                arrival.trail, "connector", refusal.connector, f"rejects ({refusal.by})", certain=sure
            )
            cause = self._refused(refusal, arrival)
            counts = arrival.hop is not None or refusal.ours
            self._end(arrival.recipients, "rejected", sure, trail, cause, counts=counts)
            if refusal.value:
                return None
            certain = False
        return certain

    def _refused(self, refusal: Rejection, arrival: Submission) -> Cause:
        addresses = arrival.source.text
        if refusal.ours and arrival.hop is None:
            return advice.vendor_lock_down(refusal.connector)
        if refusal.by == "block list":
            return advice.blocked(addresses)
        if refusal.by == "tls":
            return advice.needs_tls(refusal.connector, addresses)
        by_certificate = any(
            item.restricts_certificate is not False
            for item in self._model.objects.inbound
            if item.name == refusal.connector
        )
        certain = refusal.value is True
        return advice.lock_down(refusal.connector, addresses, certain=certain, by_certificate=by_certificate)

    def _accepted(
        self, arrival: Submission, way: Entrance, *, certain: bool
    ) -> tuple[tuple[MailUser, ...], bool]:
        """The recipients for whom the message is let in, groups by their members (2.8, 4.1)."""
        taken: list[MailUser] = []
        doubtful = False
        for party in arrival.recipients:
            refused: Truth = False
            if arrival.source.kind == "smtp":
                refused = refuses_recipient(self._model.directory, party, way.relays)
            if refused is not False:
                sure = certain and refused is True
                cause = self._not_relayed(arrival, party, certain=sure)
                trail = after(arrival.trail, "service", "5.7.64", f"refuses {party.written}", certain=sure)
                self._end([party], "rejected", sure, trail, cause, counts=arrival.hop is not None)
            if refused is not True:
                taken += expanded(self._model.directory, party)
                doubtful = doubtful or refused is None
        return tuple(dict.fromkeys(taken)), certain and not doubtful

    def _not_relayed(self, arrival: Submission, party: MailUser, *, certain: bool) -> Cause:
        """Why mail for the outside may not go on: the rule that sent it to the vendor is wrong, or nothing takes it back."""
        sent_by = advice.last_rule(arrival.trail)
        rule = next((item for item in self._model.objects.rules if item.ours and item.name == sent_by), None)
        if rule and arrival.hop and arrival.hop.is_vendor and is_reversed(self._model, rule):
            return advice.reversed_rule(rule)
        names = [
            item.name
            for item in self._model.objects.inbound
            if item.addresses.contains(arrival.source.piece) is not False
        ]
        return advice.not_relayed(party, arrival.source.text, certain=certain, connectors=names)

    # ------------------------------------------------------------------------------------------------ rules (4)

    def _pass(self, arrival: Submission, way: Entrance, view: MessageView, fork: Bifurcation) -> None:
        kind = arrival.message.kind
        if kind == "bounce":
            # 4.1: whether rules see it is not known.
            fork = replace(fork, certain=False)
        if kind == "journal-report":
            passed = Passed([fork], [])
        else:
            passed = self._model.rules.run(view, fork, without_ours=self._without_ours)
        if kind == "bounce":
            passed.forks.append(fork)
        for end in passed.ends:
            self._by_rule_ended(arrival, view, end)
        seen: set[tuple[object, ...]] = set()
        for part in passed.forks:
            if arrival.forced:
                part = replace(part, routes=(Route(arrival.forced),))
            key = (
                part.recipients,
                part.headers,
                part.certain,
                tuple((item.connector, item.match) for item in part.routes),
            )
            if key not in seen:
                self._leave(arrival, way, view, part)
            seen.add(key)
            self._note_order(arrival, view, part)

    def _by_rule_ended(self, arrival: Submission, view: MessageView, end: RuleEnd) -> None:
        """An end by a rule counts unless the rule would do the same without us (8.6)."""
        self._walked.rule_ends.append(end)
        if self._without_ours:
            return
        counts = end.rule.ours or not self._is_own(arrival, end)
        if counts:
            cause = advice.stops_return(end.rule, end.what, arrival.source.text, certain=end.certain)
        else:
            cause = advice.own_rule(end.rule, end.what)
            self._walked.notes[cause] = None
        self._end([end.recipient], "rejected", end.certain, end.trail, cause, counts=counts)
        protect = self._would_protect(arrival, view, end.rule, end.recipient)
        if protect and not end.rule.ours:
            self._walked.notes[advice.stops_before(end.rule, protect)] = None

    def _is_own(self, arrival: Submission, end: RuleEnd) -> bool:
        anew = arrival.hop is not None and end.match is None and _looks_at_stamps(end.rule)
        others = self._baseline(arrival.first or arrival).get((end.rule.place, end.recipient), ())
        return any(end.is_like(other) and (other.match is True or not anew) for other in others)

    def _baseline(self, first: Submission) -> dict[tuple[int, MailUser], list[RuleEnd]]:
        """What rules end on the whole way of a message with our rules switched off, by place of the rule and recipient."""
        # By identity: returns carry the very object with which they began.
        if id(first) not in self._baselines:
            walked = Walk(self._model, without_ours=True).run([replace(first, certain=True, forced="")])
            found: dict[tuple[int, MailUser], list[RuleEnd]] = {}
            for end in walked.rule_ends:
                found.setdefault((end.rule.place, end.recipient), []).append(end)
            self._baselines[id(first)] = (first, found)
        return self._baselines[id(first)][1]

    def _note_order(self, arrival: Submission, view: MessageView, fork: Bifurcation) -> None:
        """Foreign rules that keep mail from the protect rule, or send it elsewhere (section 10)."""
        stopped = fork.stopped_by
        ours = next((item.rule for item in fork.routes if item.rule and item.rule.ours), None)
        if stopped and not stopped.ours and not ours:
            protect = self._would_protect(arrival, view, stopped, fork.recipients[0])
            if protect and stopped.connector:
                self._walked.notes[advice.reroutes(stopped, protect)] = None
            elif protect:
                self._walked.notes[advice.stops_before(stopped, protect)] = None
        for route in fork.routes:
            if ours and route.rule and not route.rule.ours:
                self._walked.notes[advice.reroutes(route.rule, ours)] = None

    def _would_protect(
        self, arrival: Submission, view: MessageView, rule: object, party: MailUser
    ) -> TransportRule | None:
        """The protect rule further down that would take the message as it first comes in."""
        if arrival.hop is not None:
            return None
        later = False
        for item in self._model.rules.rules:
            if (
                later
                and item.ours
                and item.connector
                and self._model.rules.match(item, view, party) is not False
            ):
                return item
            later = later or item is rule
        return None

    # ---------------------------------------------------------------------------------------------- routing (6)

    def _leave(self, arrival: Submission, way: Entrance, view: MessageView, fork: Bifurcation) -> None:
        """Each of the ways that a fork may take."""
        sure = fork.certain and len(fork.routes) == 1
        for route in fork.routes:
            sent = _Sent(arrival, way, fork, route, sure and route.match is True)
            if route.connector:
                self._by_rule(sent)
            else:
                for party in fork.recipients:
                    self._without_rule(replace(sent, fork=replace(fork, recipients=(party,))), party)

    def _by_rule(self, sent: _Sent) -> None:
        """6.1."""
        connector = self._model.objects.outbound.get(sent.route.connector.casefold())
        if connector is None:
            self._lost(sent, "stranded", sent.certain, advice.missing(sent.route))
        elif connector.enabled is False:
            self._lost(sent, "stranded", sent.certain, advice.disabled(sent.route))
        elif connector.enabled is None or usable_by_rule(connector) is not True:
            self._lost(sent, "unknown", False, advice.not_for_rules(sent.route, connector))
        else:
            self._through(sent, connector)

    def _lost(self, sent: _Sent, end: DispositionKind, certain: bool, cause: Cause) -> None:
        name = sent.route.connector or cause.subject
        trail = after(sent.fork.trail, "connector", name, cause.cause, certain=certain)
        self._end(sent.fork.recipients, end, certain, trail, cause)

    def _through(self, sent: _Sent, connector: Outbound) -> None:
        """6.5 and 6.6: to whom a connector delivers, each recipient by whether it is inside."""
        there = self._model.connectors[connector.name.casefold()]
        by_domain = not sent.route.connector
        trail = after(
            sent.fork.trail,
            "connector",
            connector.name,
            f"delivers to {there.text or 'the MX of the recipient'}",
            certain=sent.certain,
        )
        sent = replace(
            sent, fork=replace(sent.fork, trail=trail), route=replace(sent.route, connector=connector.name)
        )
        if there.is_vendor and meets_tls(connector) is not True:
            self._lost(sent, "unknown", False, advice.tls_mismatch(connector))
        elif there.where in ("vendor", "vendor-dlp", "portal"):
            self._hand_over(sent, there)
        else:
            for party in sent.fork.recipients:
                one = replace(sent, fork=replace(sent.fork, recipients=(party,)))
                if by_domain and there.where == "hop":
                    # 7.6: what came back would be sent there again, so that nobody is set up to give it back.
                    self._end([party], "left", sent.certain, trail)
                else:
                    self._elsewhere(one, there, party)

    def _elsewhere(self, sent: _Sent, there: Destination, party: MailUser) -> None:
        """To the MX of a domain, or to a foreign hop (6.5, 7.6)."""
        outside = self._model.inside(party) is False
        if there.where == "mx" and outside:
            self._end([party], "left", sent.certain, sent.fork.trail)
        elif there.where in ("mx", "unknown"):
            self._lost(sent, "unknown", False, advice.unclear_hosts(sent.route.connector))
        elif self._returns(there, outside=outside):
            if outside:
                self._end([party], "left", False, sent.fork.trail)
            self._hand_over(replace(sent, certain=sent.certain and not outside), there, outside=outside)
        elif outside:
            self._end([party], "left", sent.certain, sent.fork.trail)
        else:
            self._lost(sent, "unknown", False, advice.unpaired(there, sent.route.connector))

    def _returns(self, there: Destination, *, outside: bool) -> list[Return]:
        """How a message comes back. outside: its recipients are outside, so that a Partner connector could not bring it (7.6)."""
        model = self._model
        found = returns(there, model.known, model.objects, model.borders)
        return [item for item in found if item.relays] if outside and there.where == "hop" else found

    def _without_rule(self, sent: _Sent, party: MailUser) -> None:
        """What no rule routed: premises, mailbox, or the connectors of the domain (6.2 to 6.4)."""
        inside = self._model.inside(party)
        premises, taken = premises_connector(self._model.objects)
        if premises is not None and not (sent.arrival.source.kind == "submitted" and inside is True):
            self._lost(sent, "unknown", False, advice.centralised(premises))
            if taken:
                return
        if inside is False:
            self._by_domain(sent, party, domain_of(party.external or party.primary or party.written))
        elif inside is None:
            self._lost(sent, "unknown", False, advice.unknown_recipient(party))
        else:
            self._into_mailbox(sent, party)

    def _into_mailbox(self, sent: _Sent, party: MailUser) -> None:
        """A recipient in an accepted domain (6.2)."""
        treatment = self._model.directory.treatment(domain_of(party.primary or ""))
        treatment = treatment or ("authoritative" if party.primary is None else "")
        missing = party.kind == "missing"
        if missing and treatment in ("internalrelay", "externalrelay"):
            self._by_domain(sent, party, domain_of(party.primary or party.written))
        elif missing and treatment == "authoritative":
            # Nobody is there, with or without us.
            self._end([party], "rejected", sent.certain, sent.fork.trail, counts=False)
        elif treatment in ("authoritative", "internalrelay") and party.kind in (
            "individual",
            "group",
            "other",
        ):
            trail = after(sent.fork.trail, "mailbox", party.written, "is delivered", certain=sent.certain)
            self._end([party], "delivered", sent.certain, trail)
            self._forward(sent, party, trail)
        else:
            self._lost(sent, "unknown", False, advice.unknown_recipient(party))

    def _forward(self, sent: _Sent, party: MailUser, trail: Trace) -> None:
        """What a mailbox with a forwarding address sends on (6.2, 9.15)."""
        message = sent.arrival.message
        if not party.external or message.kind == "journal-report":
            return
        copy = Message(party, message.author, "forward-by-setting")
        self._arrive(
            Submission(
                copy,
                (self._model.directory.party(party.external),),
                Source("internal"),
                sent.fork.headers,
                certain=sent.certain,
                passes=sent.arrival.passes + 1,
                trail=after(
                    trail, "mailbox", party.written, f"forwards to {party.external}", certain=sent.certain
                ),
            )
        )

    def _by_domain(self, sent: _Sent, party: MailUser, domain: str) -> None:
        """6.4."""
        options = domain_connectors(self._model.objects, self._model.directory, domain)
        sure = sent.certain and len(options) == 1
        for connector in options:
            one = replace(sent, certain=sure)
            to_vendor = party.written == self._model.known.journal_address
            if connector is None:
                trail = after(
                    sent.fork.trail, "internet", domain, "is delivered by the MX of the domain", certain=sure
                )
                self._end([party], "left", sure, trail)
            elif (
                to_vendor
                and sent.arrival.message.kind == "journal-report"
                and self._takes_reports(connector, domain)
            ):
                trail = after(
                    sent.fork.trail, "connector", connector.name, "delivers to the vendor", certain=sure
                )
                self._end([party], "left", sure, trail)
            else:
                self._through(one, connector)

    def _takes_reports(self, connector: Outbound, domain: str) -> bool:
        """7.3: by the vendor's host or a connector for the domain of the reports."""
        return is_for_domain(connector, domain) or self._model.connectors[connector.name.casefold()].is_vendor

    # ----------------------------------------------------------------------------------------- hand-overs (7, 8)

    def _hand_over(self, sent: _Sent, there: Destination, *, outside: bool = False) -> None:
        """To somebody who gives it back; whom it was given to before, and who gave it back, makes a loop (8.2)."""
        arrival = sent.arrival
        again = tuple(party for party in sent.fork.recipients if (there.key, party) in arrival.history)
        fresh = tuple(party for party in sent.fork.recipients if (there.key, party) not in arrival.history)
        self._walked.reached.add(there.key)
        if again:
            cause = self._why_again(sent, there)
            trail = after(
                sent.fork.trail, _place(there), there.text, "gets the message again", certain=sent.certain
            )
            self._end(again, "loop", sent.certain, trail, cause)
        if not fresh:
            return
        history = arrival.history | {(there.key, party) for party in fresh}
        what = "gets the message and gives it back"
        trail = after(sent.fork.trail, _place(there), there.text, what, certain=sent.certain)
        for back in self._returns(there, outside=outside):
            self._arrive(
                Submission(
                    arrival.message,
                    fresh,
                    back.source,
                    self._headers_after(there, sent.fork.headers),
                    arrival.first or arrival,
                    history,
                    there,
                    sent.certain and back.certain,
                    arrival.passes + 1,
                    trail,
                    copied=sent.fork.copied,
                    copied_by=sent.fork.copied_by,
                )
            )

    def _why_again(self, sent: _Sent, there: Destination) -> Cause:
        """Why a message is taken again (section 10)."""
        arrival, route = sent.arrival, sent.route
        source, hop = arrival.source, arrival.hop
        if route.rule and there.is_vendor and is_reversed(self._model, route.rule):
            return advice.reversed_rule(route.rule)
        if route.rule and route.match and there.is_vendor and hop and hop.where == "hop":
            return advice.loop_through(route, hop, source.text, arrival.trail)
        if route.rule is None or route.match or not there.is_vendor:
            return advice.loop(route, there, source.text)
        if sent.way.hidden_by and source.piece:
            return advice.hidden_address(route, sent.way.hidden_by, source.text)
        if source.piece is None and hop and hop.where == "portal":
            return advice.other_portal_returns(route, hop)
        if source.piece is None and hop and hop.where == "hop":
            return advice.hop_without_addresses(route, hop)
        if source.piece is None:
            return advice.addresses_unknown(route)
        if hop and hop.is_vendor:
            return advice.loop(route, there, source.text)
        return advice.content(
            route.rule,
            route.doubts,
            f"sends mail to the vendor again that has been there and comes in from {source.text}",
        )

    def _headers_after(self, there: Destination, before: Headers) -> Headers:
        """What is left of the headers (7.1, 7.6)."""
        known = self._model.known
        changes: dict[str, HeaderState]
        if there.where == "hop":
            changes = dict.fromkeys(self._model.set_by_rules, Header.UNKNOWN)
            changes |= {mark.header: mark.value for mark in marks(there, known)}
        else:
            changes = {name: Header.UNKNOWN for name, _state in before.states if name != known.header}
        return before.having(changes)


# What the service writes at each entry: after the detour it says other things of the same message.
_STAMPS = ("authentication-results", "received-spf", "x-ms-exchange-organization-authas", "received")


def _looks_at_stamps(rule: TransportRule) -> bool:
    return any(
        text(section, f"header_{way}_message_header").lower() in _STAMPS
        for section in (rule.conditions, rule.exceptions)
        for way in ("contains", "matches")
    )


@dataclass(frozen=True)
class _Sent:
    """A fork on one of its routes. certain: whether it certainly takes it."""

    arrival: Submission
    way: Entrance
    fork: Bifurcation
    route: Route = NO_ROUTE
    certain: bool = True


def _entered(arrival: Submission, way: Entrance, certain: bool) -> Trace:
    """The trail with how the message comes in."""
    if arrival.source.kind != "smtp":
        what = "sends the message" if arrival.source.kind == "submitted" else "makes the message"
        name = arrival.message.origin.written if arrival.source.kind == "submitted" else "Exchange Online"
        return after(
            arrival.trail,
            "mailbox" if arrival.source.kind == "submitted" else "service",
            name,
            what,
            certain=certain,
        )
    through = f", recognized by {', '.join(way.connectors)}" if way.connectors else ""
    what = f"comes in from {arrival.source.text}{through}"
    return after(
        arrival.trail,
        _place(arrival.hop),
        arrival.hop.text if arrival.hop else "internet",
        what,
        certain=certain,
    )


def _place(there: Destination | None) -> Literal["internet", "vendor", "gateway"]:
    if there is None:
        return "internet"
    return "gateway" if there.where == "hop" else "vendor"
