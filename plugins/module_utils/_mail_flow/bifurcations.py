# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of a message that rules treat alike, and what rules make of them (4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from .._mail_flow_objects.headers import Headers
from .._mail_flow_objects.logic import Truth, Vector
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule
from .trace import Beginning, Trace


@dataclass(frozen=True)
class Route:
    """Where a bifurcation may go when the rules are done. connector "": what is without a rule.

    rule: that routes there; match: whether it certainly does; doubts: what of it is not known.
    """

    connector: str = ""
    rule: TransportRule | None = None
    match: Truth = True
    doubts: tuple[str, ...] = ()

    @property
    def taker(self) -> str:
        """What routes, for people: a rule, or a connector by itself."""
        return (
            f'the mail-flow rule "{self.rule.name}"'
            if self.rule
            else f'the outbound connector "{self.connector}"'
        )

    @property
    def subject(self) -> str:
        """The name of what routes."""
        return self.rule.name if self.rule else self.connector


NO_ROUTE = Route()


@dataclass(frozen=True)
class Bifurcation:
    """Recipients of a message that are treated alike (4.4).

    certain: whether it exists for sure; copied: whether it is a copy made by a rule; copied_by: the places of the rules that
    have made copies of it, which they do once; brought_by: the rule that put in these recipients; stopped_by: the rule that kept later rules from seeing it;
    touched: whether a rule of the vendor has made it what it is; otherwise the same comes about without them (8.6);
    spared_by: the rules above that might have stopped or ended it and did not, with what their parts came to for each recipient;
    kind: all that it is but its trace, as soon as `Kinds` was asked.
    """

    recipients: tuple[MailUser, ...]
    headers: Headers
    copied: bool
    copied_by: frozenset[int]
    routes: tuple[Route, ...] = (NO_ROUTE,)
    certain: bool = True
    trace: Trace | None = None
    brought_by: TransportRule | None = None
    stopped_by: TransportRule | None = None
    touched: bool = False
    spared_by: frozenset[tuple[int, MailUser, Vector]] = frozenset()
    kind: Kind | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def is_request(self) -> bool:
        """Whether it is a request for approval, which the service makes (5.1)."""
        return bool(self.brought_by and self.brought_by.actions.get("moderate_message_by_user"))

    def but(self, **changes: Any) -> Bifurcation:
        """The same with other values of some fields. Several times as fast as dataclasses.replace."""
        other = object.__new__(Bifurcation)
        vars(other).update(vars(self), kind=None, **changes)
        return other

    def to(self, recipients: tuple[MailUser, ...]) -> Bifurcation:
        """The same for other recipients, with what spared them."""
        spared = frozenset(item for item in self.spared_by if item[1] in recipients)
        return self.but(recipients=recipients, spared_by=spared)

    @property
    def state(self) -> tuple[object, ...]:
        """The same for those of which later rules and routes make the same."""
        routes = tuple((route.connector, route.match) for route in self.routes)
        stopped = self.stopped_by.place if self.stopped_by else None
        return (self.recipients, self.headers, routes, self.copied, self.copied_by, stopped)

    @property
    def content(self) -> Hashable:
        """The same for those that differ in the trace alone."""
        routes = tuple((route.rule.place if route.rule else None, route.doubts) for route in self.routes)
        past = (self.certain, self.touched, self.spared_by, self.brought_by and self.brought_by.place)
        return (self.state, routes, *past)


@dataclass(frozen=True)
class RuleDisposition:
    """A recipient whose message a rule ends (5.1). values: what each part of the rule came to, to compare with (8.6); touched: as before."""

    rule: TransportRule
    recipient: MailUser
    match: Truth
    values: Vector
    certain: bool
    what: str
    trace: Trace | None
    touched: bool = False
    spared_by: frozenset[tuple[int, MailUser, Vector]] = frozenset()

    def is_like(self, other: RuleDisposition) -> bool:
        """Whether the message would be ended in any case, as another one says that comes about without the vendor (8.6)."""
        spared = {item for item in other.spared_by if item[1] == self.recipient}
        values = self.values if other.rule is self.rule else [True] * len(other.values)
        return spared <= self.spared_by and all(
            before is True or (before is None and value is None)
            for before, value in zip(other.values, values, strict=True)
        )


@dataclass(frozen=True)
class RulesOutcome:
    """What the rules make of a message.

    asked: which bits of what it says of the rules have decided; beginning: of the traces of the dispositions, where it is another one than they have.
    """

    bifurcations: list[Bifurcation]
    dispositions: list[RuleDisposition]
    asked: int = 0
    beginning: Beginning | None = None

    @property
    def size(self) -> int:
        """How much they make of it."""
        return len(self.bifurcations) + len(self.dispositions)

    def moved(self, trace: Trace | None) -> Trace | None:
        """The trace of a disposition with the beginning that it has here."""
        return self.beginning.of(trace) if self.beginning else trace


@dataclass(frozen=True)
class Meeting:
    """What one rule makes of a bifurcation, with traces that begin there. onward: what meets the next rule; outcome: what does not."""

    onward: list[Bifurcation]
    outcome: RulesOutcome

    @property
    def size(self) -> int:
        """How much it makes of it."""
        return len(self.onward) + self.outcome.size


class Kind:
    """All bifurcations that differ in the trace alone. state: the number of theirs, see `Bifurcation.state`.

    meant: the rules that they may meet, by what else that hangs on; meetings: what a rule makes of them, None for a rule that matches nobody.
    """

    def __init__(self, state: int) -> None:
        self.state = state
        self.meant: dict[Hashable, int] = {}
        self.meetings: dict[Hashable, Meeting | None] = {}


class Kinds:
    """The kinds of bifurcations of a tenant, so that what a rule makes of one is worked out once (8.1)."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Kind] = {}
        self._states: dict[Hashable, int] = {}

    def of(self, bifurcation: Bifurcation) -> Kind:
        """Of one; the next time it is known, and so it is of the same with another trace."""
        kind = bifurcation.kind
        if kind is None:
            number = self._states.setdefault(bifurcation.state, len(self._states))
            kind = self._known.setdefault(bifurcation.content, Kind(number))
            vars(bifurcation)["kind"] = kind
        return kind
