# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mail-flow rules in order, for a fork of a message (sections 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .actions import Act, has_effect, only_copies
from .bifurcations import Bifurcation, Passed, Vector
from .directory import Directory, MailUser
from .logic import Truth, all_of
from .objects import TransportRule
from .predicates import Conjunct, MessageView, conjuncts


class _Compiled:
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
        # 4.2: in test mode nothing happens, but whether it stops the others is not known.
        self.acts: Truth = None if rule.audited and rule.acts else rule.acts
        self.only_copies = only_copies(rule)


class RuleSet:
    """The rules of a tenant that act or may act and can change the way of a message, in order."""

    def __init__(self, directory: Directory, rules: Iterable[TransportRule]) -> None:
        self._directory = directory
        self._parts: list[Conjunct] = []
        places: dict[str, int] = {}
        self._rules: list[_Compiled] = []
        for rule in rules:
            if rule.acts is False or not has_effect(rule):
                continue
            parts = conjuncts(directory, rule)
            own = []
            for part in parts:
                place = places.setdefault(part.signature, len(self._parts))
                if place == len(self._parts):
                    self._parts.append(part)
                own.append(place)
            self._rules.append(_Compiled(rule, parts, own))
        self._places = {item.rule.place: place for place, item in enumerate(self._rules)}
        self._recipient_parts: dict[int, list[Conjunct]] = {}
        self._crowds: dict[MailUser, Sequence[MailUser]] = {}
        self._of_message: dict[tuple[object, ...], Vector] = {}
        self._of_recipient: dict[tuple[MailUser, Truth], Vector] = {}

    @property
    def rules(self) -> list[TransportRule]:
        """The rules that take part."""
        return [item.rule for item in self._rules]

    # -------------------------------------------------------------------------------------------------- matching

    def stand_for(self, crowd: MailUser, parties: Sequence[MailUser]) -> None:
        """Let one party stand for many: what differs among them is unknown of it."""
        self._crowds[crowd] = parties

    def message_vector(self, view: MessageView) -> Vector:
        """For each rule whether the message as a whole lets it match; headers left aside."""
        key = (view.message, view.authenticated, view.by_smtp, view.address)
        if key not in self._of_message:
            self._of_message[key] = self._new_message_vector(view)
        return self._of_message[key]

    def _new_message_vector(self, view: MessageView) -> Vector:
        message = view.message
        if message.author in self._crowds:
            return _joined_vectors(
                self._new_message_vector(replace(view, message=message.by(message.author, party)))
                for party in self._crowds[message.author]
            )
        values = {
            place: part.value(view, message.author, ())
            for place, part in enumerate(self._parts)
            if part.aspect in ("message", "content")
        }
        return tuple(
            all_of([item.acts, *[values[place] for place in item.of_message]]) for item in self._rules
        )

    def recipient_vector(self, view: MessageView, party: MailUser) -> Vector:
        """For each rule whether a recipient by itself lets it match."""
        # Who sends matters only for who is missing (4.6, sent_to_scope).
        key = (party, view.authenticated if party.kind == "missing" else None)
        if key not in self._of_recipient:
            if party in self._crowds:
                vector = _joined_vectors(self.recipient_vector(view, item) for item in self._crowds[party])
            else:
                vector = self._new_recipient_vector(view, party)
            self._of_recipient[key] = vector
        return self._of_recipient[key]

    def _new_recipient_vector(self, view: MessageView, party: MailUser) -> Vector:
        fork = (party,)
        values = {
            place: part.value(view, party, fork)
            for place, part in enumerate(self._parts)
            if part.aspect == "recipient"
        }
        return tuple(
            all_of([values[place] for place in item.of_recipient]) if item.of_recipient else True
            for item in self._rules
        )

    def differing(self, view: MessageView, other: MessageView) -> frozenset[int]:
        """The rules that may treat one message otherwise than another, as far as that hangs on the message; headers left aside."""
        apart = view.message.author != other.message.author
        values = zip(self.message_vector(view), self.message_vector(other), strict=True)
        return frozenset(
            place
            for place, (one, two) in enumerate(values)
            if one != two or (apart and any(part.aspect == "together" for part in self._rules[place].late))
        )

    def concerns(
        self, places: Iterable[int], view: MessageView, party: MailUser, first: MailUser | None
    ) -> bool:
        """Whether one of these rules may match for a recipient by itself, and not in the same way for the first one."""
        vector = self.recipient_vector(view, party)
        known = self.recipient_vector(view, first) if first else None
        return any(
            vector[place] is not False and (known is None or vector[place] != known[place])
            for place in places
        )

    def lone_vector(self, view: MessageView, party: MailUser) -> Vector:
        """For each rule what a recipient alone comes to, with all that depends on recipients (section 9)."""
        return (*self.recipient_vector(view, party), *self.together_vector(view, party))

    def together_vector(self, view: MessageView, party: MailUser) -> Vector:
        """What each part comes to that hangs on sender and recipient together."""
        return tuple(part.value(view, party, (party,)) for part in self._parts if part.aspect == "together")

    def recipient_match(self, rule: TransportRule, view: MessageView, party: MailUser) -> Truth:
        """Whether a rule is meant for a recipient, as far as that hangs on the recipient alone; also of a rule that does not act."""
        if rule.place not in self._recipient_parts:
            self._recipient_parts[rule.place] = [
                part for part in conjuncts(self._directory, rule) if part.aspect in ("recipient", "together")
            ]
        return all_of(part.value(view, party, (party,)) for part in self._recipient_parts[rule.place])

    def message_match(self, rule: TransportRule, view: MessageView) -> Truth:
        """Whether the message as a whole lets a rule match; headers left aside."""
        return self.message_vector(view)[self._places[rule.place]]

    def match(self, rule: TransportRule, view: MessageView, party: MailUser) -> Truth:
        """Whether a rule matches a message with one recipient."""
        place = self._places[rule.place]
        whole, own = self.message_vector(view)[place], self.recipient_vector(view, party)[place]
        late = self._rules[place].late
        return all_of((whole, own, *(part.value(view, party, (party,)) for part in late)))

    def values(
        self, rule: TransportRule, view: MessageView, party: MailUser, fork: tuple[MailUser, ...]
    ) -> Vector:
        """What each part of a rule comes to."""
        item = self._item(rule)
        return (item.acts, *(part.value(view, party, fork) for part in item.parts))

    def doubts(
        self, rule: TransportRule, view: MessageView, party: MailUser, fork: tuple[MailUser, ...]
    ) -> tuple[str, ...]:
        """The parts of a rule that are not known."""
        item = self._item(rule)
        texts = [part.text for part in item.parts if part.value(view, party, fork) is None]
        return (*(["whether it acts"] if item.acts is None else []), *texts)

    def passes_plain(
        self, rule: TransportRule, view: MessageView, party: MailUser, fork: tuple[MailUser, ...]
    ) -> bool:
        """Whether a rule of which it is not known whether it matches lets a plain message pass for sure (4.5)."""
        item = self._item(rule)
        return any(part.is_plain for part in item.parts if part.value(view, party, fork) is None)

    def _item(self, rule: TransportRule) -> _Compiled:
        return self._rules[self._places[rule.place]]

    # --------------------------------------------------------------------------------------------------- the pass

    def run(self, view: MessageView, start: Bifurcation, *, without_ours: bool = False) -> Passed:
        """All rules in order (4.2 to 4.5, section 5). without_ours: as if the vendor's rules did not exist (8.6)."""
        passed = Passed([], [])
        whole = self.message_vector(view)
        places = [
            place
            for place, item in enumerate(self._rules)
            if whole[place] is not False and not (without_ours and item.rule.ours)
        ]
        waiting = [(start, 0)]
        while waiting:
            fork, first = waiting.pop()
            seen = replace(view, headers=fork.headers)
            vectors = [(party, self.recipient_vector(view, party)) for party in fork.recipients]
            for place in places:
                if place < first or (fork.copied and self._rules[place].only_copies):
                    continue
                if len(vectors) == 1 and vectors[0][1][place] is False:
                    continue
                groups = self._groups(place, whole[place], seen, vectors, fork.recipients)
                if groups:
                    parts = self._split(seen, fork, place, groups, passed)
                    waiting += [(part, place + 1) for part in parts]
                    break
            else:
                passed.forks.append(fork)
        return passed

    def _groups(
        self,
        place: int,
        whole: Truth,
        view: MessageView,
        vectors: list[tuple[MailUser, Vector]],
        fork: tuple[MailUser, ...],
    ) -> dict[Truth, list[MailUser]]:
        """The recipients by whether a rule matches; empty when it matches nobody."""
        late = self._rules[place].late
        groups: dict[Truth, list[MailUser]] = {}
        for party, vector in vectors:
            own = vector[place]
            match = False if own is False else whole if own else None
            if late and match is not False:
                match = all_of((match, *(part.value(view, party, fork) for part in late)))
            groups.setdefault(match, []).append(party)
        return groups if set(groups) != {False} else {}

    def _split(
        self,
        view: MessageView,
        fork: Bifurcation,
        place: int,
        groups: dict[Truth, list[MailUser]],
        passed: Passed,
    ) -> list[Bifurcation]:
        """The forks that a rule makes of one, and that meet the next rule (4.4)."""
        forks = []
        for match, parties in groups.items():
            part = replace(fork, recipients=tuple(parties))
            if match is False:
                forks.append(part)
            else:
                act = Act(self, view, self._rules[place].rule, match, fork.recipients)
                forks += act.carry_out(part, passed)
        return forks

    def party(self, address: str) -> MailUser:
        """Who an address in an action is."""
        return self._directory.party(address)


def _joined_vectors(vectors: Iterable[Vector]) -> Vector:
    """What is the same in all of them; the rest is unknown."""
    return tuple(values[0] if len(set(values)) == 1 else None for values in zip(*vectors, strict=True))
