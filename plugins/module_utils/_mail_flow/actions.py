# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rule does to the part of a message that it matches, or may match (section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from .bifurcations import Bifurcation, Passed, Route, RuleEnd, Vector
from .directory import MailUser
from .logic import Truth
from .message import Header, Headers, HeaderState
from .objects import TransportRule, text, texts
from .predicates import MessageView
from .trace import Trace, after

_ENDS = (
    ("delete_message", "deletes mail"),
    ("reject_message_reason_text", "rejects mail"),
    ("reject_message_enhanced_status_code", "rejects mail"),
    ("quarantine", "quarantines mail"),
    ("moderate_message_by_user", "holds mail for approval"),
)
_END_NAMES = tuple(name for name, _what in _ENDS)
_COPIES = ("add_to_recipients", "copy_to", "blind_copy_to", "add_manager_as_recipient_type")
_OTHERS = (
    "add_manager_as_recipient_type",
    "apply_html_disclaimer_text",
    "moderate_message_by_manager",
    "redirect_message_to",
    "remove_header",
    "route_message_outbound_connector",
    "set_header_name",
)


def has_effect(rule: TransportRule) -> bool:
    """Whether a rule can do anything to the way of a message (5.6)."""
    if rule.stops or rule.audited:
        return rule.stops
    if text(rule.actions, "apply_html_disclaimer_fallback_action").lower() == "reject":
        return True
    return _names_any(rule, (*_END_NAMES, *_COPIES, *set(_OTHERS) - {"apply_html_disclaimer_text"}))


def _names_any(rule: TransportRule, actions: Iterable[str]) -> bool:
    return any(rule.actions.get(name) for name in actions)


def only_copies(rule: TransportRule) -> bool:
    """Whether a rule adds recipients and does nothing else."""
    return not rule.stops and not _names_any(rule, (*_END_NAMES, *_OTHERS))


class MessageTest(Protocol):
    """What an action needs to know of the rules; see RuleSet."""

    def values(
        self, rule: TransportRule, view: MessageView, party: MailUser, fork: tuple[MailUser, ...]
    ) -> Vector:
        """What each part of a rule comes to."""

    def doubts(
        self, rule: TransportRule, view: MessageView, party: MailUser, fork: tuple[MailUser, ...]
    ) -> tuple[str, ...]:
        """The parts of a rule that are not known."""

    def passes_plain(
        self, rule: TransportRule, view: MessageView, party: MailUser, fork: tuple[MailUser, ...]
    ) -> bool:
        """Whether a plain message passes it for sure."""

    def party(self, address: str) -> MailUser:
        """Who an address in an action is."""


@dataclass(frozen=True)
class Act:
    """What a rule does to the part of a fork that it matches, or may match."""

    rules: MessageTest
    view: MessageView
    rule: TransportRule
    match: Truth
    fork: tuple[MailUser, ...]

    def carry_out(self, part: Bifurcation, passed: Passed) -> list[Bifurcation]:
        """The forks that go on to the next rule; what ends, and what meets no more rules, goes to passed."""
        actions = {} if self.rule.audited else dict(self.rule.actions)
        ending = next((what for name, what in _ENDS if actions.get(name)), "")
        if ending:
            self._end(part, ending, passed, certain=self.match is True)
            return [] if self.match else [self._doubted(part)]
        forks = self._added(part, passed, actions)
        if self.match and self._added_parties(actions):
            part = replace(part, copied_by=part.copied_by | {self.rule.place})
        part = self._doubtful_ends(part, passed, actions)
        redirected = self._redirected(part, passed, actions)
        if redirected is not None:
            forks += redirected
        elif self.match:
            forks += self._certainly(part, passed)
        else:
            forks += self._possibly(part, passed)
        return forks

    # ------------------------------------------------------------------------------------------------- ends (5.1)

    def _end(self, part: Bifurcation, what: str, passed: Passed, *, certain: bool) -> None:
        sure = certain and part.certain
        trail = after(part.trail, "rule", self.rule.name, f"{_may(sure)}{what}", certain=sure)
        for party in part.recipients:
            values = self.rules.values(self.rule, self.view, party, self.fork)
            passed.ends.append(
                RuleEnd(self.rule, party, self.match, values, sure, what, trail, part.spared_by)
            )

    def _doubtful_ends(self, part: Bifurcation, passed: Passed, actions: dict[str, object]) -> Bifurcation:
        """Ends that hang on something else than the match, and what is left of the fork then."""
        fallback = text(actions, "apply_html_disclaimer_fallback_action").lower()
        if actions.get("apply_html_disclaimer_text") and fallback == "reject":
            self._end(part, "rejects mail that it cannot mark,", passed, certain=False)
        if actions.get("moderate_message_by_manager"):
            self._end(part, "holds mail for approval", passed, certain=False)
            return part if self._spares_plain(part) else replace(part, certain=False)
        return part

    def _spares_plain(self, part: Bifurcation) -> bool:
        return self.match is None and self.rules.passes_plain(
            self.rule, self.view, part.recipients[0], self.fork
        )

    def _redirected(
        self, part: Bifurcation, passed: Passed, actions: dict[str, object]
    ) -> list[Bifurcation] | None:
        others = tuple(self.rules.party(address) for address in texts(actions, "redirect_message_to"))
        manager = text(actions, "add_manager_as_recipient_type").lower() == "redirect"
        if not others and not manager:
            return None
        self._end(part, "redirects mail", passed, certain=self.match is True)
        certain = part.certain and self.match is True
        if manager:
            others = (*others, _MANAGER)
        moved = replace(part, recipients=others, certain=certain)
        forks = self._certainly(moved, passed)
        return forks if self.match else [*forks, self._doubted(part)]

    # ------------------------------------------------------------------------------------------- copies (5.3)

    def _added(self, part: Bifurcation, passed: Passed, actions: dict[str, object]) -> list[Bifurcation]:
        """A fork for each recipient that the rule adds: whether later rules see it is not known, so that both are walked."""
        once = part.copied or self.rule.place in part.copied_by
        added = [] if once else self._added_parties(actions)
        route = self._route(part)
        forks = []
        for party in dict.fromkeys(added):
            if party in part.recipients:
                continue
            copy = replace(
                part,
                recipients=(party,),
                headers=self._headers(part),
                routes=part.routes if route is None else _chosen(part.routes, route),
                certain=False,
                copied=True,
                trail=after(part.trail, "rule", self.rule.name, f"adds {party.written}", certain=False),
            )
            passed.forks.append(copy)
            forks.append(copy)
        return forks

    def _added_parties(self, actions: dict[str, object]) -> list[MailUser]:
        added = [self.rules.party(address) for name in _COPIES[:3] for address in texts(actions, name)]
        if text(actions, "add_manager_as_recipient_type").lower() in ("to", "cc", "bcc"):
            added.append(_MANAGER)
        return added

    # ----------------------------------------------------------------------------------- headers, routes, stop

    def _headers(self, part: Bifurcation) -> Headers:
        changes: dict[str, HeaderState] = {}
        actions = {} if self.rule.audited else self.rule.actions
        if text(actions, "remove_header"):
            changes[text(actions, "remove_header").lower()] = Header.ABSENT
        if text(actions, "set_header_name"):
            changes[text(actions, "set_header_name").lower()] = text(actions, "set_header_value")
        return part.headers.having(changes) if changes else part.headers

    def _route(self, part: Bifurcation) -> Route | None:
        connector = "" if self.rule.audited else self.rule.connector
        if not connector:
            return None
        doubts: tuple[str, ...] = ()
        if self.match is None:
            doubts = self.rules.doubts(self.rule, self.view, part.recipients[0], self.fork)
        return Route(connector, self.rule, self.match, doubts)

    def _certainly(self, part: Bifurcation, passed: Passed) -> list[Bifurcation]:
        """A match: its headers and route, and no later rule if it says so (5.2, 5.4, 5.5)."""
        route = self._route(part)
        routes = part.routes if route is None else _chosen(part.routes, route)
        fork = replace(part, headers=self._headers(part), routes=routes, trail=self._told(part, part.certain))
        if not self.rule.stops:
            return [fork]
        passed.forks.append(replace(fork, stopped_by=self.rule))
        return []

    def _possibly(self, part: Bifurcation, passed: Passed) -> list[Bifurcation]:
        """An unknown match: both are possible; without a stop they are kept together (4.5)."""
        route = self._route(part)
        if self.rule.stops:
            routes = part.routes if route is None else _chosen(part.routes, route)
            passed.forks.append(
                replace(
                    part,
                    headers=self._headers(part),
                    routes=routes,
                    certain=False,
                    stopped_by=self.rule,
                    trail=self._told(part, False),
                )
            )
            return [self._doubted(part)]
        routes = part.routes if route is None else _with(part.routes, route)
        headers = part.headers.joined(self._headers(part))
        if routes == part.routes and headers == part.headers:
            return [part]
        return [replace(part, headers=headers, routes=routes, trail=self._told(part, False))]

    def _doubted(self, part: Bifurcation) -> Bifurcation:
        """The fork if the rule does not match after all; there are messages for which it does not if that hangs on content."""
        doubts = {
            (self.rule.place, party, self.rules.values(self.rule, self.view, party, self.fork))
            for party in part.recipients
        }
        spared = replace(part, spared_by=part.spared_by | doubts)
        if self._spares_plain(part):
            return spared
        trail = after(part.trail, "rule", self.rule.name, "may not match", certain=False)
        return replace(spared, certain=False, trail=trail)

    def _told(self, part: Bifurcation, certain: bool) -> Trace | None:
        """The trail, with the rule if it does anything to the way."""
        actions = {} if self.rule.audited else self.rule.actions
        said = []
        if self.rule.connector and not self.rule.audited:
            said.append(f'routes the message to the connector "{self.rule.connector}"')
        if text(actions, "set_header_name"):
            said.append(f"sets the header {text(actions, 'set_header_name')}")
        if text(actions, "remove_header"):
            said.append(f"removes the header {text(actions, 'remove_header')}")
        if self.rule.stops:
            said.append("stops the rules after it")
        if not said:
            return part.trail
        sure = certain and self.match is True
        return after(part.trail, "rule", self.rule.name, f"{_may(sure)}{_joined(said)}", certain=sure)


_MANAGER = MailUser("the sender's manager", None)


def _may(certain: bool) -> str:
    return "" if certain else "possibly "


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _chosen(routes: tuple[Route, ...], route: Route) -> tuple[Route, ...]:
    """The routes after one more that is certainly taken: others before it remain possible, no route does not (5.4)."""
    name = route.connector.casefold()
    return (*(item for item in routes if item.connector and item.connector.casefold() != name), route)


def _with(routes: tuple[Route, ...], route: Route) -> tuple[Route, ...]:
    """The routes with one more that may be taken."""
    known = {item.connector.casefold() for item in routes}
    return routes if route.connector.casefold() in known else (*routes, route)
