# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the tenant's mail-flow rules match a message with its recipients (section 4)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_

from .._mail_flow_objects.decisions import Decisions
from .._mail_flow_objects.directory import Directory
from .._mail_flow_objects.effort import Effort
from .._mail_flow_objects.logic import Truth, Vector, all_of
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule
from .._mail_flow_objects.rows import texts
from .._mail_flow_objects.rule_actions import RuleActions
from .._mail_flow_objects.rule_values import RuleValues, all_of_rules, bits_about, in_bits, in_common, places
from .bifurcations import Bifurcation, Kinds, RulesOutcome
from .message import Message, MessageView
from .predicates import Aspect, Conjunct, conjuncts


class CompiledRule(RuleActions):
    """A rule with its parts."""

    def __init__(self, rule: TransportRule, parts: Sequence[Conjunct]) -> None:
        super().__init__(rule)
        self.parts = parts
        self.of_message = [part for part in parts if part.aspect in ("sender", "source")]
        self.late = [part for part in parts if part.aspect in ("header", "together")]
        self.of_pairs = [part for part in parts if part.aspect == "together"]
        self.hangs_on_content = any(part.aspect == "content" for part in parts)
        # 4.2: in test mode nothing happens, but whether it stops the others is not known.
        self.acts: Truth = None if rule.audited and rule.acts else rule.acts

    @property
    def tells_apart(self) -> bool:
        """Whether anything of it hangs on the message; what that is, `RuleSet.answers` says."""
        return bool(self.of_message or self.of_pairs or self.by_manager)

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
        self.compiled = [
            CompiledRule(rule, conjuncts(directory, rule))
            for rule in rules
            if rule.acts is not False and rule.has_effect
        ]
        self._places = {item.rule.place: place for place, item in enumerate(self.compiled)}
        self._parts = _by_aspect(self.compiled)
        self._always = RuleValues(
            unknown=self.having(lambda item: item.acts is None or item.hangs_on_content)
        )
        self.of_pairs = self.having(lambda item: bool(item.of_pairs))
        self.by_manager = self.having(lambda item: item.by_manager)
        self.everything = self.having(lambda item: True)
        self.telling_apart = self.having(lambda item: item.tells_apart)
        self.only_copying = self.having(lambda item: item.rule.only_copies)
        self.vendor_managed = self.having(lambda item: item.rule.vendor_managed)
        self.handing_over = self.having(lambda item: bool(item.rule.vendor_managed and item.rule.connector))
        self._conjuncts: dict[int, list[Conjunct]] = {}
        self._represented: dict[MailUser, Sequence[MailUser]] = {}
        self._of_sender: dict[tuple[Message, Truth], _Answers] = {}
        self._of_source: dict[tuple[bool, object], _Answers] = {}
        self._of_message: dict[tuple[object, ...], RuleValues] = {}
        self._of_recipient: dict[tuple[MailUser, Truth], RuleValues] = {}
        self._answered: dict[tuple[object, ...], int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._decided: dict[Hashable, int] = {}
        self._deciding: dict[Hashable, bool] = {}
        self._seen_of: dict[MailUser, Hashable] = {}
        self._bits: dict[int, int] = {}
        self.outcomes: Decisions[tuple[Bifurcation, RulesOutcome]] = Decisions()
        """What the rules make of what comes in, with what it was first made of."""
        self.kinds = Kinds()
        self.effort = Effort()
        self._meant: dict[tuple[int, MailUser], Truth] = {}

    @property
    def rules(self) -> list[TransportRule]:
        """The rules that take part."""
        return [item.rule for item in self.compiled]

    def having(self, is_so: Callable[[CompiledRule], bool]) -> int:
        """The rules of which something is so, by their bits."""
        return sum(1 << place for place, item in enumerate(self.compiled) if is_so(item))

    @cached_property
    def protecting(self) -> list[TransportRule]:
        """The vendor's rules that hand mail over, in order."""
        return [self.compiled[place].rule for place in places(self.handing_over)]

    def users(self, addresses: Iterable[str]) -> list[MailUser]:
        """Who addresses in an action are; of a group its members (4.1)."""
        return list(dict.fromkeys(one for address in addresses for one in self._directory.addressed(address)))

    def moderators(self, item: CompiledRule) -> list[MailUser]:
        """Who gets an approval request for what a rule takes, in a mailbox of the organization (5.1)."""
        named = self.users(texts(item.actions, "moderate_message_by_user"))
        return [user for user in named if user.is_mailbox and self._directory.inside(user)]

    def represent(self, users: Sequence[MailUser], representative: MailUser) -> None:
        """Let one stand for many: what differs among them is unknown of the representative."""
        self._represented[representative] = users

    def represented(self, representative: MailUser) -> Sequence[MailUser]:
        """For whom one stands."""
        return self._represented.get(representative, ())

    # --------------------------------------------------------------------------------------------- all rules at once

    def message_values(self, view: MessageView) -> RuleValues:
        """For each rule whether the message as a whole lets it match; headers left aside."""
        key = (view.message, view.authenticated, view.by_smtp, view.address)
        if key not in self._of_message:
            self._of_message[key] = self._new_message_values(view)
        return self._of_message[key]

    def sender_values(self, view: MessageView) -> RuleValues:
        """For each rule whether the sender lets it match, from wherever a message comes; no where something else never does."""
        never = RuleValues(no=self.message_values(replace(view, address=None)).no)
        return all_of_rules((never, self._by_sender(view).values))

    def _new_message_values(self, view: MessageView) -> RuleValues:
        message = view.message
        if message.author in self._represented:
            return in_common(
                self._new_message_values(replace(view, message=message.by(message.author, user)))
                for user in self._represented[message.author]
            )
        return all_of_rules((self._always, self._by_sender(view).values, self._by_source(view).values))

    def _by_sender(self, view: MessageView) -> _Answers:
        key = (view.message, view.authenticated)
        if key not in self._of_sender:
            self._of_sender[key] = self._answers("sender", view, view.message.author)
        return self._of_sender[key]

    def _by_source(self, view: MessageView) -> _Answers:
        key = (view.by_smtp, view.address)
        if key not in self._of_source:
            self._of_source[key] = self._answers("source", view, view.message.author)
        return self._of_source[key]

    def _answers(self, aspect: Aspect, view: MessageView, user: MailUser) -> _Answers:
        """What all parts of one aspect come to."""
        no = unknown = 0
        by_part: dict[str, Truth] = {}
        for part, rules in self._parts.get(aspect, {}).values():
            value = by_part[part.signature] = part.value(view, user, (user,))
            if value is False:
                no |= rules
            elif value is None:
                unknown |= rules
        return _Answers(RuleValues(no, unknown & ~no), by_part)

    def answers(self, view: MessageView) -> int:
        """What a message says of the rules, some bits for each: the same where a rule does not tell messages apart; headers left aside."""
        key = (view.message, view.authenticated, view.by_smtp, view.address)
        if key not in self._answered:
            numbers = [0] * len(self.compiled)
            for place in places(self.telling_apart & ~self.message_values(view).no):
                said = (
                    place,
                    *(key if view.message.author in self._represented else self._said(place, view)),
                )
                numbers[place] = self._numbers.setdefault(said, len(self._numbers) + 1)
            self._answered[key] = in_bits(numbers)
        return self._answered[key]

    def _said(self, place: int, view: MessageView) -> Iterator[Hashable]:
        item, author = self.compiled[place], view.message.author
        by_part = (self._by_sender(view).by_part, self._by_source(view).by_part)
        for part in item.of_message:
            yield by_part[part.aspect == "source"][part.signature]
        for part in item.of_pairs:
            yield part.of_author(author)
        yield item.by_manager and author.may_have_manager

    def bits(self, rules: int) -> int:
        """Those of the answers that are about some rules, given by their bits."""
        if rules not in self._bits:
            self._bits[rules] = bits_about(rules)
        return self._bits[rules]

    def recipient_values(self, view: MessageView, user: MailUser) -> RuleValues:
        """For each rule whether a recipient by itself lets it match."""
        # Who sends matters only for who is missing (4.6, sent_to_scope).
        key = (user, view.authenticated if user.kind == "missing" else None)
        if key not in self._of_recipient:
            self._of_recipient[key] = (
                in_common(self.recipient_values(view, item) for item in self._represented[user])
                if user in self._represented
                else self._answers("recipient", view, user).values
            )
        return self._of_recipient[key]

    def differing(self, view: MessageView, other: MessageView) -> int:
        """The rules, by their bits, that may treat one message otherwise than another, as far as that hangs on the message; headers left aside."""
        apart = view.message.author != other.message.author
        values = self.message_values(view).differing(self.message_values(other))
        if view.message.author.may_have_manager != other.message.author.may_have_manager:
            values |= self.by_manager
        return values | self.of_pairs if apart else values

    def differing_by_sender(self, view: MessageView, other: MessageView) -> int:
        """The rules, by their bits, some part of which says of one sender what it does not say of another one."""
        one, two = self._by_sender(view).by_part, self._by_sender(other).by_part
        parts = self._parts.get("sender", {}).items()
        return reduce(or_, (rules for name, (_part, rules) in parts if one[name] != two[name]), self.of_pairs)

    def concerns(self, rules: int, view: MessageView, user: MailUser) -> bool:
        """Whether one of some rules, given by their bits, may match for a recipient by itself."""
        return bool(rules & ~self.recipient_values(view, user).no)

    def lone_values(self, view: MessageView, user: MailUser) -> tuple[RuleValues, Vector]:
        """For each rule what a recipient alone comes to, with all that depends on recipients (section 9)."""
        return self.recipient_values(view, user), self.together_vector(view, user)

    def together_vector(self, view: MessageView, user: MailUser) -> Vector:
        """What each part comes to that hangs on sender and recipient together."""
        return tuple(
            part.value(view, user, (user,)) for part, _rules in self._parts.get("together", {}).values()
        )

    def decided_by(self, view: MessageView, user: MailUser, other: MailUser) -> int:
        """The rules, by their bits, of which a part comes to something else for a recipient because of another one."""
        parts, both = self._parts.get("together", {}).values(), (other, user)
        key = (self.seen_together(view.message.author), view.authenticated, user, other)
        if key in self._decided:
            return self._decided[key]
        changed = (
            rules
            for part, rules in parts
            if part.value(view, other, both) is not part.value(view, other, (other,))
        )
        self._decided[key] = reduce(or_, changed, 0)
        return self._decided[key]

    def seen_together(self, author: MailUser) -> Hashable:
        """All that the parts see of a sender that hang on sender and recipients together."""
        if author not in self._seen_of:
            parts = self._parts.get("together", {}).values()
            self._seen_of[author] = tuple(part.of_author(author) for part, _rules in parts)
        return self._seen_of[author]

    def may_decide_for_all(self, view: MessageView, user: MailUser) -> bool:
        """Whether a recipient may meet a condition or exception that then holds for all of a bifurcation."""
        key = (self.seen_together(view.message.author), view.authenticated, user)
        if key not in self._deciding:
            parts = (part for part, _rules in self._parts.get("together", {}).values())
            self._deciding[key] = any(part.ask(view, user, (user,)) is not False for part in parts)
        return self._deciding[key]

    def parts(self, rule: TransportRule) -> list[Conjunct]:
        """Everything that must be so for a rule to match; also of a rule that does not act."""
        if rule.place not in self._conjuncts:
            self._conjuncts[rule.place] = conjuncts(self._directory, rule)
        return self._conjuncts[rule.place]

    def recipient_match(self, rule: TransportRule, user: MailUser) -> Truth:
        """Whether a rule is meant for a recipient, as far as that hangs on the recipient alone; also of a rule that does not act."""
        key = (rule.place, user)
        if key not in self._meant:
            view = MessageView.of(user)
            of_recipient = (part for part in self.parts(rule) if part.aspect in ("recipient", "together"))
            self._meant[key] = all_of(part.value(view, user, (user,)) for part in of_recipient)
        return self._meant[key]

    def message_match(self, rule: TransportRule, view: MessageView) -> Truth:
        """Whether the message as a whole lets a rule match; headers left aside."""
        return self.message_values(view).of(self._places[rule.place])

    def match(self, rule: TransportRule, view: MessageView, user: MailUser) -> Truth:
        """Whether a rule matches a message with one recipient."""
        place = self._places[rule.place]
        whole, own = self.message_values(view).of(place), self.recipient_values(view, user).of(place)
        late = self.compiled[place].late
        return all_of((whole, own, *(part.value(view, user, (user,)) for part in late)))


@dataclass(frozen=True)
class _Answers:
    """What the parts of one aspect come to, for each rule and for each part by its signature."""

    values: RuleValues
    by_part: dict[str, Truth]


def _by_aspect(rules: Sequence[CompiledRule]) -> dict[Aspect, dict[str, tuple[Conjunct, int]]]:
    """The different parts of rules by aspect and signature, each with the rules that have it by their bits."""
    found: dict[Aspect, dict[str, tuple[Conjunct, int]]] = {}
    for place, item in enumerate(rules):
        for part in item.parts:
            same = found.setdefault(part.aspect, {})
            first, others = same.get(part.signature, (part, 0))
            same[part.signature] = (first, others | 1 << place)
    return found
