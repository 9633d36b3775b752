# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules carried out in order: what each does to the part of a message that it matches, or may match (sections 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_

from .._mail_flow_objects.headers import Headers
from .._mail_flow_objects.logic import Truth, Vector, all_of
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import FINAL, TransportRule
from .._mail_flow_objects.rows import Row, text
from .._mail_flow_objects.rule_values import number_of, places
from .bifurcations import NO_ROUTE, Bifurcation, Meeting, Route, RuleDisposition, RulesOutcome
from .merging import MeetingPoints, Merged, distinct_ends
from .message import MessageView
from .predicates import Conjunct
from .rules import CompiledRule, RuleSet
from .trace import Beginning, Trace, after, with_trace

_MANAGER = MailUser("the sender's manager", None)


def carry_out(
    rules: RuleSet, view: MessageView, start: Bifurcation, *, without_vendor: bool = False
) -> RulesOutcome:
    """All rules in order (4.2 to 4.5, section 5). without_vendor: as if the vendor's rules did not exist (8.6).

    TooMuchWork where that is too much. start: as it has come in. What the rules do not tell apart is carried out once.
    """
    copies = (start.copied, start.copied_by)
    key = (view.authenticated, start.recipients, start.headers, start.certain, *copies, without_vendor)
    answers = rules.answers(view)
    known = rules.outcomes.find(key, lambda _rules: answers)
    if known is None:
        way = _Way(rules, view, without_vendor=without_vendor)
        known = start, _carried_out(way, start, without_vendor=without_vendor)
        rules.outcomes.keep(key, lambda _rules: answers, {0: known[1].asked}, known)
    before, outcome = known
    if before is start:
        return replace(outcome, bifurcations=[*outcome.bifurcations])
    begun = Beginning(before.trace, start.trace)
    return RulesOutcome(
        [with_trace(item, begun.of(item.trace)) for item in outcome.bifurcations],
        outcome.dispositions,
        outcome.asked,
        begun,
    )


def _carried_out(way: _Way, start: Bifurcation, *, without_vendor: bool) -> RulesOutcome:
    kinds, effort, done = way.rules.kinds, way.rules.effort, list[Bifurcation]()
    waiting = MeetingPoints(kinds, without_vendor=without_vendor)
    finished = Merged(kinds, without_vendor=without_vendor)
    # Of what the same rule makes of the same kind again, the first is enough.
    ended: dict[int, RuleDisposition] = {}
    _wait(way, waiting, finished, start, 0)
    while waiting:
        place, bifurcations = waiting.next_rule()
        for bifurcation in bifurcations:
            meeting = way.meeting(place, bifurcation)
            if meeting is None:
                raise LookupError(place)
            effort.part(way.rules.compiled[place].rule.name, meeting.size)
            begun = Beginning(None, bifurcation.trace)
            for end in meeting.outcome.dispositions:
                if id(end) not in ended:
                    ended[id(end)] = with_trace(end, begun.of(end.trace))
            done += [with_trace(part, begun.of(part.trace)) for part in meeting.outcome.bifurcations]
            for part in meeting.onward:
                _wait(way, waiting, finished, with_trace(part, begun.of(part.trace)), place + 1)
    return RulesOutcome([*done, *finished], distinct_ends(ended.values()), way.rules.bits(way.asked))


def _wait(way: _Way, waiting: MeetingPoints, finished: Merged, bifurcation: Bifurcation, first: int) -> None:
    """Before the next rule that takes it or may take it, together with those in the same state; or done when there is none."""
    place = way.next_place(bifurcation, first)
    if place is None:
        finished.add(bifurcation)
    else:
        waiting.add(place, bifurcation)


class _Way:
    """The rules that a message may meet, and about which of them it was asked. without_vendor: the vendor's are left out."""

    def __init__(self, rules: RuleSet, view: MessageView, *, without_vendor: bool) -> None:
        self.rules = rules
        self._view = view
        self._whole = rules.message_values(view)
        self._answers = rules.answers(view)
        self._without_vendor = without_vendor
        self.asked = 0

    def next_place(self, bifurcation: Bifurcation, first: int) -> int | None:
        """The first rule from a place on that takes it or may take it."""
        meant = -1 << first & self._meant(bifurcation)
        for place in places(meant & ~self._whole.no):
            if not self.rules.compiled[place].late or self.meeting(place, bifurcation):
                self._ask(meant & (2 << place) - 1)
                return place
        self._ask(meant)
        return None

    def _meant(self, bifurcation: Bifurcation) -> int:
        """The rules that somebody lets match, by their bits."""
        kind, key = self.rules.kinds.of(bifurcation), (self._view.authenticated, self._without_vendor)
        if key not in kind.meant:
            rules = self.rules
            own = [rules.recipient_values(self._view, user) for user in bifurcation.recipients]
            nobody = rules.vendor_managed if self._without_vendor else 0
            nobody |= rules.only_copying if bifurcation.copied else 0
            kind.meant[key] = rules.everything & ~(reduce(and_, (values.no for values in own)) | nobody)
        return kind.meant[key]

    def _ask(self, rules: int) -> None:
        """Note about which rules, given by their bits, the message was asked; about the others all messages say the same."""
        self.asked |= rules & self.rules.telling_apart

    def meeting(self, place: int, bifurcation: Bifurcation) -> Meeting | None:
        """What a rule makes of it, with traces that begin there; None when it matches nobody."""
        kind = self.rules.kinds.of(bifurcation)
        key = (place, self._view.authenticated, number_of(self._answers, place))
        if key not in kind.meetings:
            kind.meetings[key] = self._met(place, bifurcation)
        return kind.meetings[key]

    def _met(self, place: int, bifurcation: Bifurcation) -> Meeting | None:
        item, seen = self.rules.compiled[place], replace(self._view, headers=bifurcation.headers)
        own = [
            (user, self.rules.recipient_values(self._view, user).of(place)) for user in bifurcation.recipients
        ]
        groups = _groups(item.late, seen, own, self._whole.of(place))
        if not groups:
            return None
        outcome = RulesOutcome([], [])
        onward = _split(self.rules, item, seen, with_trace(bifurcation, None), groups, outcome)
        for part in (*onward, *outcome.bifurcations):
            self.rules.kinds.of(part)
        return Meeting(onward, outcome)


def _groups(
    late: Sequence[Conjunct], view: MessageView, by_itself: Sequence[tuple[MailUser, Truth]], whole: Truth
) -> dict[Truth, list[MailUser]]:
    """The recipients by whether a rule matches; empty when it matches nobody.

    by_itself: what each recipient alone comes to; whole: the message; late: what hangs on headers or on all recipients.
    """
    recipients = tuple(user for user, _own in by_itself)
    groups: dict[Truth, list[MailUser]] = {}
    for user, own in by_itself:
        match = False if own is False else whole if own else None
        if late and match is not False:
            match = all_of((match, *(part.value(view, user, recipients) for part in late)))
        groups.setdefault(match, []).append(user)
    return groups if set(groups) != {False} else {}


def _split(
    rules: RuleSet,
    item: CompiledRule,
    view: MessageView,
    bifurcation: Bifurcation,
    groups: dict[Truth, list[MailUser]],
    outcome: RulesOutcome,
) -> list[Bifurcation]:
    """What a rule makes of one bifurcation, and meets the next rule (4.4)."""
    found = []
    everybody = bifurcation.recipients
    if item.rule.vendor_managed:
        bifurcation = bifurcation.but(touched=True)
    for match, users in groups.items():
        part = bifurcation if len(groups) == 1 else bifurcation.to(tuple(users))
        if match is False:
            found.append(part)
        else:
            found += _Act(rules, item, view, match, everybody, outcome).carry_out(part)
    return found


@dataclass(frozen=True)
class _Act:
    """What a rule does to those recipients of a bifurcation whom it matches, or may match.

    recipients: all of the bifurcation. outcome: takes what ends, and what meets no more rules.
    """

    rules: RuleSet
    item: CompiledRule
    view: MessageView
    match: Truth
    recipients: tuple[MailUser, ...]
    outcome: RulesOutcome

    @property
    def rule(self) -> TransportRule:
        """The rule that acts."""
        return self.item.rule

    @property
    def actions(self) -> Row:
        """None in test mode."""
        return self.item.actions

    @cached_property
    def _values(self) -> dict[MailUser, Vector]:
        """What each part of the rule comes to, as far as somebody has asked."""
        return {}

    def _values_for(self, user: MailUser) -> Vector:
        if user not in self._values:
            self._values[user] = self.item.values(self.view, user, self.recipients)
        return self._values[user]

    def carry_out(self, part: Bifurcation) -> list[Bifurcation]:
        """What goes on to the next rule."""
        if ending := self.item.ending:
            self._end(part, ending, certain=self.match is True)
            self._ask_for_approval(part)
            return [] if self.match else [self._doubted(part)]
        found = self._added(part)
        if self.match and self._added_users():
            part = part.but(copied_by=part.copied_by | {self.rule.place})
        part = self._ended_perhaps(part)
        redirected = self._redirected(part)
        if redirected is not None:
            found += redirected
        elif self.match:
            found += self._certainly(part)
        else:
            found += self._possibly(part)
        return found

    # ------------------------------------------------------------------------------------------------- ends (5.1)

    def _end(self, part: Bifurcation, what: str, *, certain: bool) -> None:
        sure = certain and part.certain
        trace = after(part.trace, "rule", self.rule.name, f"{_may(sure)}{what}", certain=sure)
        for user in part.recipients:
            values = self._values_for(user)
            self.outcome.dispositions.append(
                RuleDisposition(
                    self.rule, user, self.match, values, sure, what, trace, part.touched, part.spared_by
                )
            )

    def _ask_for_approval(self, part: Bifurcation) -> None:
        """The moderators get the message in a request that the service makes, and that rules do not see."""
        self.outcome.bifurcations.extend(
            replace(
                part.to((replace(moderator, external=""),)),
                routes=(NO_ROUTE,),
                certain=part.certain and self.match is True,
                copied=True,
                brought_by=self.rule,
                trace=after(part.trace, "rule", self.rule.name, f"asks {moderator.written} for approval"),
            )
            for moderator in self.rules.moderators(self.item)
        )

    def _ended_perhaps(self, part: Bifurcation) -> Bifurcation:
        """Ends that hang on something else than the match, and what is left then."""
        fallback = text(self.actions, "apply_html_disclaimer_fallback_action").lower()
        if self.actions.get("apply_html_disclaimer_text") and fallback == "reject":
            self._end(part, "rejects mail that it cannot mark,", certain=False)
        if self.actions.get("moderate_message_by_manager") and self._has_manager:
            self._end(part, "holds mail for approval", certain=False)
            return part if self._spares_plain(part) else part.but(certain=False)
        return part

    def _spares_plain(self, part: Bifurcation) -> bool:
        return self.match is None and self.item.passes_plain(self.view, part.recipients[0], self.recipients)

    @property
    def _has_manager(self) -> bool:
        """Whether the sender may have a manager; who that is, is never known (5.1)."""
        return self.view.message.author.may_have_manager

    def _redirected(self, part: Bifurcation) -> list[Bifurcation] | None:
        others = tuple(self.rules.users(self.item.redirects_to))
        manager = (_MANAGER,) if self.item.manager == "redirect" and self._has_manager else ()
        if not others and not manager:
            return None
        sure = self.match is True and bool(others)
        self._end(part, "redirects mail", certain=sure)
        to = part.to((*others, *manager)).but(certain=part.certain and sure, brought_by=self.rule)
        found = self._certainly(to)
        if others:
            return found if self.match else [*found, self._doubted(part)]
        # Without a manager all else that the rule does is done.
        left = self._doubted(part)
        return [*found, *(self._certainly(left) if self.match else self._possibly(left))]

    # ------------------------------------------------------------------------------------------- copies (5.3)

    def _added(self, part: Bifurcation) -> list[Bifurcation]:
        """A copy for each recipient that the rule adds: whether later rules see it is not known, so that both are walked."""
        once = part.copied or self.rule.place in part.copied_by
        # Whom a redirect takes the message from, the same rule can add again.
        redirects = bool(self.item.redirects_to) or self.item.manager == "redirect"
        stay = self.rules.users(self.item.redirects_to) if redirects else part.recipients
        copies = [
            part.to((user,)).but(
                headers=self._headers(part),
                routes=self._chosen(part),
                certain=False,
                copied=True,
                brought_by=self.rule,
                touched=self._touched(part),
                trace=after(part.trace, "rule", self.rule.name, f"adds {user.written}", certain=False),
            )
            for user in dict.fromkeys([] if once else self._added_users())
            if user not in stay
        ]
        self.outcome.bifurcations.extend(copies)
        return copies

    def _added_users(self) -> list[MailUser]:
        added = self.rules.users(self.item.adds)
        if self.item.manager in ("to", "cc", "bcc") and self._has_manager:
            added.append(_MANAGER)
        return added

    # ----------------------------------------------------------------------------------- headers, routes, stop

    def _headers(self, part: Bifurcation) -> Headers:
        changes = self.item.header_changes
        return part.headers.having(changes) if changes else part.headers

    def _route(self, part: Bifurcation) -> Route | None:
        if not self.rule.connector or self.rule.audited:
            return None
        doubts: tuple[str, ...] = ()
        if self.match is None:
            doubts = self.item.doubts(self.view, part.recipients[0], self.recipients)
        return Route(self.rule.connector, self.rule, self.match, doubts)

    def _chosen(self, part: Bifurcation) -> tuple[Route, ...]:
        """The routes if the rule acts: its own is taken, others before it remain possible, no route does not (5.4)."""
        route = self._route(part)
        if route is None:
            return part.routes
        name = route.connector.casefold()
        others = (item for item in part.routes if item.connector and item.connector.casefold() != name)
        return (*others, route)

    def _joined(self, part: Bifurcation) -> tuple[Route, ...]:
        """The routes if the rule may act: its own is one more."""
        route = self._route(part)
        known = {item.connector.casefold() for item in part.routes}
        return part.routes if route is None or route.connector.casefold() in known else (*part.routes, route)

    def _touched(self, part: Bifurcation) -> bool:
        """Whether what is left when the rule has acted would not be so without the vendor's rules (8.6)."""
        return part.touched or self.rule.vendor_managed

    def _certainly(self, part: Bifurcation) -> list[Bifurcation]:
        """A match: its headers and route, and no later rule if it says so (5.2, 5.4, 5.5)."""
        acted = part.but(
            headers=self._headers(part),
            routes=self._chosen(part),
            touched=self._touched(part),
            trace=self._traced(part, part.certain),
        )
        if not self.rule.stops:
            return [acted]
        self.outcome.bifurcations.append(acted.but(stopped_by=self.rule))
        return []

    def _possibly(self, part: Bifurcation) -> list[Bifurcation]:
        """An unknown match: both are possible; without a stop they are kept together (4.5)."""
        if self.rule.stops:
            stopped = part.but(
                headers=self._headers(part),
                routes=self._chosen(part),
                certain=False,
                stopped_by=self.rule,
                touched=self._touched(part),
                trace=self._traced(part, False),
            )
            self.outcome.bifurcations.append(stopped)
            return [self._doubted(part)]
        routes = self._joined(part)
        headers = part.headers.joined(self._headers(part))
        if routes == part.routes and headers == part.headers:
            return [part]
        touched = self._touched(part)
        return [part.but(headers=headers, routes=routes, touched=touched, trace=self._traced(part, False))]

    def _doubted(self, part: Bifurcation) -> Bifurcation:
        """What is left if the rule does not match after all; there are messages for which it does not if that hangs on content."""
        doubts = {(self.rule.place, user, self._values_for(user)) for user in part.recipients}
        spared = part if self.item.ending in FINAL else part.but(spared_by=part.spared_by | doubts)
        if self._spares_plain(part):
            return spared
        trace = after(part.trace, "rule", self.rule.name, "may not match", certain=False)
        return spared.but(certain=False, trace=trace)

    def _traced(self, part: Bifurcation, certain: bool) -> Trace | None:
        """The trace, with the rule if it decides on more than the next rule."""
        if not self.item.said:
            return part.trace
        sure = certain and self.match is True
        return after(part.trace, "rule", self.rule.name, f"{_may(sure)}{self.item.said}", certain=sure)


def _may(certain: bool) -> str:
    return "" if certain else "possibly "
