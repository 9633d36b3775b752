# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the tenant's mail-flow rules match a message with its recipients (section 4)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from .._mail_flow_objects.directory import Directory
from .._mail_flow_objects.logic import Truth, Vector, all_of
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import COPYING_ACTIONS, ENDING_ACTIONS, TransportRule
from .._mail_flow_objects.rows import Row, text, texts
from .bifurcations import Bifurcation, RulesOutcome
from .message import Header, Headers, HeaderState, Message, MessageView
from .predicates import Conjunct, conjuncts


class CompiledRule:
    """A rule with its parts, each by its place among the different parts of all rules."""

    def __init__(self, rule: TransportRule, parts: Sequence[Conjunct], places: Sequence[int]) -> None:
        self.rule = rule
        self.parts = parts
        self.of_message = [
            place for part, place in zip(parts, places, strict=True) if part.aspect in ("message", "content")
        ]
        self.of_recipient = [
            place for part, place in zip(parts, places, strict=True) if part.aspect == "recipient"
        ]
        self.late = [part for part in parts if part.aspect in ("header", "together")]
        self.actions: Row = {} if rule.audited else rule.actions
        # 4.2: in test mode nothing happens, but whether it stops the others is not known.
        self.acts: Truth = None if rule.audited and rule.acts else rule.acts

    @cached_property
    def ending(self) -> str:
        """How it ends what it takes, for people; "" when it does not."""
        return next((what for name, what in ENDING_ACTIONS.items() if self.actions.get(name)), "")

    @cached_property
    def redirects_to(self) -> list[str]:
        """The addresses that get what it takes instead."""
        return texts(self.actions, "redirect_message_to")

    @cached_property
    def adds(self) -> list[str]:
        """The addresses that get a copy of what it takes."""
        return [address for name in COPYING_ACTIONS for address in texts(self.actions, name)]

    @cached_property
    def manager(self) -> str:
        """As what the sender's manager is added: to, cc, bcc or redirect; "" when not."""
        return text(self.actions, "add_manager_as_recipient_type").lower()

    @cached_property
    def header_changes(self) -> dict[str, HeaderState]:
        """The headers that it removes or sets."""
        changes: dict[str, HeaderState] = {}
        if removed := text(self.actions, "remove_header"):
            changes[removed.lower()] = Header.ABSENT
        if name := text(self.actions, "set_header_name"):
            changes[name.lower()] = text(self.actions, "set_header_value")
        return changes

    @cached_property
    def said(self) -> str:
        """What it does that decides on more than the next rule, for people."""
        said = []
        if self.rule.connector and not self.rule.audited:
            said.append(f'routes the message to the connector "{self.rule.connector}"')
        if name := text(self.actions, "set_header_name"):
            said.append(f"sets the header {name}")
        if removed := text(self.actions, "remove_header"):
            said.append(f"removes the header {removed}")
        if self.rule.stops:
            said.append("stops the rules after it")
        return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}" if said else ""

    def values(self, view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Vector:
        """What each part comes to. recipients: all of the bifurcation."""
        return (self.acts, *(part.value(view, user, recipients) for part in self.parts))

    def doubts(self, view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> tuple[str, ...]:
        """The parts that are not known, for people."""
        texts = [part.text for part in self.parts if part.value(view, user, recipients) is None]
        return (*(["whether it acts"] if self.acts is None else []), *texts)

    def passes_plain(self, view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> bool:
        """Whether a rule of which it is not known whether it matches lets a plain message pass for sure (4.5)."""
        return any(part.is_plain for part in self.parts if part.value(view, user, recipients) is None)


class RuleSet:
    """The rules of a tenant that act or may act and can change where a message goes, in order."""

    def __init__(self, directory: Directory, rules: Iterable[TransportRule]) -> None:
        self._directory = directory
        self._parts: list[Conjunct] = []
        places: dict[str, int] = {}
        self.compiled: list[CompiledRule] = []
        for rule in rules:
            if rule.acts is False or not rule.has_effect:
                continue
            parts = conjuncts(directory, rule)
            own = []
            for part in parts:
                place = places.setdefault(part.signature, len(self._parts))
                if place == len(self._parts):
                    self._parts.append(part)
                own.append(place)
            self.compiled.append(CompiledRule(rule, parts, own))
        self._places = {item.rule.place: place for place, item in enumerate(self.compiled)}
        self._conjuncts: dict[int, list[Conjunct]] = {}
        self._represented: dict[MailUser, Sequence[MailUser]] = {}
        self._of_message: dict[tuple[object, ...], Vector] = {}
        self._of_recipient: dict[tuple[MailUser, Truth], Vector] = {}
        self._told: dict[tuple[object, ...], Hashable] = {}
        self.outcomes: dict[Hashable, tuple[Bifurcation, RulesOutcome]] = {}
        """What the rules make of what comes in, with what it was first made of."""
        self._meant: dict[tuple[int, MailUser], Truth] = {}

    @property
    def rules(self) -> list[TransportRule]:
        """The rules that take part."""
        return [item.rule for item in self.compiled]

    @cached_property
    def protecting(self) -> list[TransportRule]:
        """The vendor's rules that hand mail over, in order."""
        return [rule for rule in self.rules if rule.vendor_managed and rule.connector]

    def user(self, address: str) -> MailUser:
        """Who an address in an action is."""
        return self._directory.user(address)

    def represent(self, users: Sequence[MailUser], representative: MailUser) -> None:
        """Let one stand for many: what differs among them is unknown of the representative."""
        self._represented[representative] = users

    def represented(self, representative: MailUser) -> Sequence[MailUser]:
        """For whom one stands."""
        return self._represented.get(representative, ())

    # ---------------------------------------------------------------------------------- all rules, as vectors of values

    def message_vector(self, view: MessageView) -> Vector:
        """For each rule whether the message as a whole lets it match; headers left aside."""
        key = (view.message, view.authenticated, view.by_smtp, view.address)
        if key not in self._of_message:
            self._of_message[key] = self._new_message_vector(view)
        return self._of_message[key]

    def _new_message_vector(self, view: MessageView) -> Vector:
        message = view.message
        if message.author in self._represented:
            return _joined_vectors(
                self._new_message_vector(replace(view, message=message.by(message.author, user)))
                for user in self._represented[message.author]
            )
        values = {
            place: part.value(view, message.author, ())
            for place, part in enumerate(self._parts)
            if part.aspect in ("message", "content")
        }
        return tuple(
            all_of([item.acts, *[values[place] for place in item.of_message]]) for item in self.compiled
        )

    def told_apart(self, view: MessageView) -> Hashable:
        """The same for messages that rules do not tell apart; headers left aside."""
        key = (view.message, view.authenticated, view.by_smtp, view.address)
        if key not in self._told:
            author = view.message.author
            values = tuple(
                part.value(view, author, ()) for part in self._parts if part.aspect in ("message", "content")
            )
            together = any(part.aspect == "together" for part in self._parts)
            seen = author if together or author in self._represented else None
            self._told[key] = (values, view.authenticated, seen)
        return self._told[key]

    def recipient_vector(self, view: MessageView, user: MailUser) -> Vector:
        """For each rule whether a recipient by itself lets it match."""
        # Who sends matters only for who is missing (4.6, sent_to_scope).
        key = (user, view.authenticated if user.kind == "missing" else None)
        if key not in self._of_recipient:
            if user in self._represented:
                vector = _joined_vectors(
                    self.recipient_vector(view, item) for item in self._represented[user]
                )
            else:
                vector = self._new_recipient_vector(view, user)
            self._of_recipient[key] = vector
        return self._of_recipient[key]

    def _new_recipient_vector(self, view: MessageView, user: MailUser) -> Vector:
        values = {
            place: part.value(view, user, (user,))
            for place, part in enumerate(self._parts)
            if part.aspect == "recipient"
        }
        return tuple(
            all_of([values[place] for place in item.of_recipient]) if item.of_recipient else True
            for item in self.compiled
        )

    def differing(self, view: MessageView, other: MessageView) -> frozenset[int]:
        """The rules that may treat one message otherwise than another, as far as that hangs on the message; headers left aside."""
        apart = view.message.author != other.message.author
        values = zip(self.message_vector(view), self.message_vector(other), strict=True)
        return frozenset(
            place
            for place, (one, two) in enumerate(values)
            if one != two or (apart and any(part.aspect == "together" for part in self.compiled[place].late))
        )

    def concerns(
        self, places: Iterable[int], view: MessageView, user: MailUser, first: MailUser | None
    ) -> bool:
        """Whether one of these rules may match for a recipient by itself, and not just as for the first one."""
        vector = self.recipient_vector(view, user)
        known = self.recipient_vector(view, first) if first else None
        return any(
            vector[place] is not False and (known is None or vector[place] != known[place])
            for place in places
        )

    def lone_vector(self, view: MessageView, user: MailUser) -> Vector:
        """For each rule what a recipient alone comes to, with all that depends on recipients (section 9)."""
        return (*self.recipient_vector(view, user), *self.together_vector(view, user))

    def together_vector(self, view: MessageView, user: MailUser) -> Vector:
        """What each part comes to that hangs on sender and recipient together."""
        return tuple(part.value(view, user, (user,)) for part in self._parts if part.aspect == "together")

    def parts(self, rule: TransportRule) -> list[Conjunct]:
        """Everything that must be so for a rule to match; also of a rule that does not act."""
        if rule.place not in self._conjuncts:
            self._conjuncts[rule.place] = conjuncts(self._directory, rule)
        return self._conjuncts[rule.place]

    def recipient_match(self, rule: TransportRule, user: MailUser) -> Truth:
        """Whether a rule is meant for a recipient, as far as that hangs on the recipient alone; also of a rule that does not act."""
        key = (rule.place, user)
        if key not in self._meant:
            view = MessageView(Message(user, user), False, True, None, Headers())
            of_recipient = (part for part in self.parts(rule) if part.aspect in ("recipient", "together"))
            self._meant[key] = all_of(part.value(view, user, (user,)) for part in of_recipient)
        return self._meant[key]

    def message_match(self, rule: TransportRule, view: MessageView) -> Truth:
        """Whether the message as a whole lets a rule match; headers left aside."""
        return self.message_vector(view)[self._places[rule.place]]

    def match(self, rule: TransportRule, view: MessageView, user: MailUser) -> Truth:
        """Whether a rule matches a message with one recipient."""
        place = self._places[rule.place]
        whole, own = self.message_vector(view)[place], self.recipient_vector(view, user)[place]
        late = self.compiled[place].late
        return all_of((whole, own, *(part.value(view, user, (user,)) for part in late)))


def _joined_vectors(vectors: Iterable[Vector]) -> Vector:
    """What is the same in all of them; the rest is unknown."""
    return tuple(values[0] if len(set(values)) == 1 else None for values in zip(*vectors, strict=True))
