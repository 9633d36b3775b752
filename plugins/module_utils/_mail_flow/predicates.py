# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each predicate of a mail-flow rule says of a message and a recipient (4.3 to 4.10). Conditions and exceptions alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .._mail_flow_objects.directory import Directory
from .._mail_flow_objects.headers import Header
from .._mail_flow_objects.logic import Truth, all_of, any_of, negation
from .._mail_flow_objects.mail_user import MailUser, domain_of
from .._mail_flow_objects.objects import TransportRule
from .._mail_flow_objects.rows import Row, text, texts
from .._mail_flow_objects.words import contains_words, matches_patterns
from .._schema.ip_ranges import networks
from .message import Message, MessageView

Aspect = Literal["sender", "source", "recipient", "header", "together", "content"]
"""On what a predicate depends: sender and type; the address; one recipient; headers; all recipients of a bifurcation; what is never known."""

Predicate = Callable[[MessageView, MailUser, tuple[MailUser, ...]], Truth]
"""The value for a message, one of its recipients, and all recipients of its bifurcation."""
PredicateMaker = Callable[[Directory, TransportRule, Row, str], Predicate]
"""From a section of a rule and the name of a predicate in it."""


@dataclass(frozen=True)
class Conjunct:
    """One of the things that must be so for a rule to match: a condition, or that an exception is not so.

    signature: the same for all that always have the same value. of_author: all that it sees of who has written, where it hangs on
    them and on recipients together.
    """

    name: str
    exception: bool
    aspect: Aspect
    ask: Predicate
    signature: str
    of_author: Callable[[MailUser], Hashable]

    def value(self, view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
        """What it contributes to the match."""
        found = self.ask(view, user, recipients)
        return negation(found) if self.exception else found

    @property
    def is_plain(self) -> bool:
        """Whether it is a condition that a message without attachments and special words does not meet."""
        return not self.exception and self.name in _NOT_PLAIN

    @property
    def text(self) -> str:
        """For people."""
        return f"{'exception' if self.exception else 'condition'} {self.name}"


def conjuncts(directory: Directory, rule: TransportRule) -> list[Conjunct]:
    """Everything that must be so for a rule to match."""
    return [
        Conjunct(
            name,
            exception,
            *_compiled(directory, rule, section, name),
            _signature(rule, section, name, exception=exception),
            _between_whom(directory, section) if name in _PAIRS else _nothing,
        )
        for section, exception in ((rule.conditions, False), (rule.exceptions, True))
        for name in _predicates(section)
    ]


def _predicates(section: Row) -> Iterator[str]:
    """The predicates of a section; of a pair only the first (4.3)."""
    for name, value in section.items():
        if value in (None, False, "", [], ()):
            continue
        if not section.get(SECOND_OF_PAIR.get(name, "")):
            yield name


def _compiled(directory: Directory, rule: TransportRule, section: Row, name: str) -> tuple[Aspect, Predicate]:
    aspect, make = _TABLE.get(name, ("content", _unknown))
    return aspect, make(directory, rule, section, name)


def _signature(rule: TransportRule, section: Row, name: str, *, exception: bool) -> str:
    """The same for all that always have the same value."""
    if name not in _TABLE:
        return "content"
    pair = SECOND_OF_PAIR.get(name, name)
    values = [(key, section[key]) for key in section if SECOND_OF_PAIR.get(key, key) == pair]
    return repr((exception, rule.location, rule.original, values))


def _nothing(_author: MailUser) -> Hashable:
    return None


def _unknown(_directory: Directory, _rule: TransportRule, _section: Row, _name: str) -> Predicate:
    return lambda view, user, recipients: None


def _found(section: Row, name: str, written: str) -> Truth:
    """Whether a text has one of the words or patterns of a predicate; blanks at the ends of a pattern count."""
    if name.endswith("words"):
        return contains_words(texts(section, name), written)
    return matches_patterns([section[name]] if isinstance(section[name], str) else section[name], written)


# ---------------------------------------------------------------------------------------------------- the sender


def _senders(rule: TransportRule, message: Message) -> list[MailUser | None]:
    """Whose address is looked at; None for an empty one, which makes a predicate no (4.10)."""
    if rule.location == "header":
        return [message.author]
    return [message.sender] if rule.location == "envelope" else [message.author, message.sender]


def _of_sender(prepare: Callable[[Directory, Row, str], Callable[[MailUser], Truth]]) -> PredicateMaker:
    """A predicate on the sender's address, wherever the rule looks for it."""

    def make(directory: Directory, rule: TransportRule, section: Row, name: str) -> Predicate:
        known_place = rule.location in ("header", "envelope", "headerorenvelope")
        value = prepare(directory, section, name)

        def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
            found = [False if sender is None else value(sender) for sender in _senders(rule, view.message)]
            if view.message.kind == "forward-by-setting" and rule.location != "header":
                # Which envelope sender a rule sees is not known (9.15).
                found[-1] = found[-1] if found[-1] is value(view.message.author) else None
            return any_of(found) if known_place or len(set(found)) == 1 else None

        return ask

    return make


def _sender_domain(_directory: Directory, section: Row, name: str) -> Callable[[MailUser], Truth]:
    domains = _domain_set(texts(section, name))
    return lambda sender: None if sender.group else _is_covered(sender.domain, domains)


def _from(directory: Directory, section: Row, name: str) -> Callable[[MailUser], Truth]:
    same = _is_one_of(directory, section, name)

    def value(sender: MailUser) -> Truth:
        found = same(sender)
        # Outside senders are compared as text.
        return False if found is None and sender.kind == "outside" else found

    return value


def _is_one_of(directory: Directory, section: Row, name: str) -> Callable[[MailUser], Truth]:
    """Whether somebody is one of those that a predicate names: yes or no only when it is known who all of them are."""
    values = texts(section, name)
    written = frozenset(value.lower() for value in values)

    def value(user: MailUser) -> Truth:
        if user.generic:
            return False
        if user.group:
            return None
        if not written.isdisjoint(user.names):
            return True
        return any_of(_same(user, item, directory) for item in values)

    return value


def _same(user: MailUser, value: str, directory: Directory) -> Truth:
    kind = text(directory.record(value) or {}, "kind")
    if kind == "missing":
        return False
    if kind == "group" or not user.identity:
        return None
    if directory.key(value) == user.identity:
        return True
    return None if kind in ("unknown", "") or user.kind == "unknown" else False


def _sender_words(_directory: Directory, section: Row, name: str) -> Callable[[MailUser], Truth]:
    # A generic outside sender stands for all of them.
    return lambda sender: (
        None
        if sender.group or (sender.generic and sender.kind == "outside")
        else _found(section, name, sender.written)
    )


def _groups(directory: Directory, section: Row, name: str) -> Callable[[MailUser], Truth]:
    groups = [directory.group(value) for value in texts(section, name)]
    if len(groups) == 1:
        return groups[0].has
    return lambda user: any_of(group.has(user) for group in groups)


def _sender_attribute(_directory: Directory, _section: Row, _name: str) -> Callable[[MailUser], Truth]:
    return lambda sender: False if sender.generic and sender.kind == "outside" else None


def _from_scope(directory: Directory, _rule: TransportRule, section: Row, name: str) -> Predicate:
    wanted = text(section, name).lower()

    def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
        sender = view.message.origin
        inside = _inside_object(sender, directory)
        if wanted == "inorganization":
            return all_of((view.authenticated, inside))
        if wanted != "notinorganization":
            return None
        strange = view.authenticated is not True and directory.inside(sender) is False
        if inside is False or strange or directory.treatment(sender.domain) == "externalrelay":
            return True
        return False if inside is True and view.authenticated is True else None

    return ask


def _inside_object(sender: MailUser, directory: Directory) -> Truth:
    if sender.kind in ("individual", "group"):
        return True
    accepted, treatment = directory.accepted(sender.domain), directory.treatment(sender.domain)
    if accepted:
        return True if treatment in ("authoritative", "internalrelay") else _treated(treatment, sender)
    if sender.kind in ("other", "unknown"):
        return None
    return accepted


def _treated(treatment: str, sender: MailUser) -> Truth:
    return False if treatment == "externalrelay" and sender.kind == "missing" else None


# ------------------------------------------------------------------------------------------------- the recipient


def _of_recipient(
    prepare: Callable[[Directory, Row, str], Callable[[MailUser], Truth]],
) -> PredicateMaker:
    """A predicate on who a recipient is; with the address as written, an alias is not resolved to that."""

    def make(directory: Directory, rule: TransportRule, section: Row, name: str) -> Predicate:
        value = prepare(directory, section, name)
        return lambda view, user, recipients: (
            None if user.by_alias and rule.original is not False else value(user)
        )

    return make


def _of_recipient_address(prepare: Callable[[Row, str], Callable[[str], Truth]]) -> PredicateMaker:
    """A predicate on the address of one recipient: the primary one, or as it is written."""

    def make(directory: Directory, rule: TransportRule, section: Row, name: str) -> Predicate:
        value = prepare(section, name)

        def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
            address = _address_seen(rule, user)
            return None if address is None else value(address)

        return ask

    return make


def _address_seen(rule: TransportRule, user: MailUser) -> str | None:
    # Of somebody's manager not even the address in the message is known.
    if user.group or "@" not in user.written:
        return None
    if rule.original is None:
        return None if user.by_alias else user.primary
    return user.written if rule.original else user.primary


def _domain_is(section: Row, name: str) -> Callable[[str], Truth]:
    domains = _domain_set(texts(section, name))
    return lambda address: _is_covered(domain_of(address), domains)


def _address_has(section: Row, name: str) -> Callable[[str], Truth]:
    return lambda address: _found(section, name, address)


def _sent_to_scope(directory: Directory, _rule: TransportRule, section: Row, name: str) -> Predicate:
    wanted = text(section, name).lower()

    def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
        inside = _recipient_inside(user, directory, view.authenticated)
        if wanted == "inorganization":
            return inside
        return negation(inside) if wanted == "notinorganization" else None

    return ask


def _recipient_inside(user: MailUser, directory: Directory, authenticated: Truth) -> Truth:
    """Whether a recipient is in the organization, whoever sends (4.6)."""
    if user.primary is None:
        # A mailbox has its primary address in one of the domains.
        return True if user.is_mailbox else None
    domain = domain_of(user.primary)
    accepted, treatment = directory.accepted(domain), directory.treatment(domain)
    if accepted and treatment == "authoritative":
        return True
    if accepted and treatment == "internalrelay":
        return None if user.kind == "missing" and authenticated is not True else True
    if user.kind == "outside":
        return False
    return False if accepted is False and user.kind in ("missing", "contact") else None


# --------------------------------------------------------------------------------------------------- all of them


def _any_of_recipients(directory: Directory, rule: TransportRule, section: Row, name: str) -> Predicate:
    """Yes for a recipient that it matches; for the others of the bifurcation nobody knows (4.4)."""
    single = _of_recipient_address(_address_has)(directory, rule, section, name)

    def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
        own = single(view, user, recipients)
        if own is not False:
            return own
        others = any_of(single(view, other, recipients) for other in recipients if other != user)
        return False if others is False else None

    return ask


def _between(directory: Directory, rule: TransportRule, section: Row, _name: str) -> Predicate:
    complete = all(texts(section, name) for name in _PAIRS)
    of = _between_whom(directory, section)

    def one(view: MessageView, user: MailUser) -> Truth:
        by_alias = user.by_alias and rule.original is not False
        by, to = of(view.message.author), (None, None) if by_alias else of(user)
        return any_of((all_of((by[0], to[1])), all_of((by[1], to[0]))))

    def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
        found = {one(view, other) for other in recipients} if complete else {None}
        return found.pop() if len(found) == 1 else None

    return ask


def _between_whom(directory: Directory, section: Row) -> Callable[[MailUser], tuple[Truth, Truth]]:
    """In which of both lists of groups somebody is."""
    first, second = (_groups(directory, section, name) for name in _PAIRS)
    # Asked again for each pair of somebody and somebody else.
    return cache(lambda user: (first(user), second(user)))


# ------------------------------------------------------------------------------------- source, headers and type


def _addresses(_directory: Directory, _rule: TransportRule, section: Row, name: str) -> Predicate:
    wanted = networks(texts(section, name))
    return lambda view, user, recipients: wanted.contains(view.address) if view.by_smtp else False


def _header(names: str, values: str) -> PredicateMaker:
    def make(_directory: Directory, _rule: TransportRule, section: Row, _name: str) -> Predicate:
        field, wanted = text(section, names).lower(), texts(section, values)

        def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
            state = view.headers.state(field)
            if not field or not wanted:
                return None
            if state is Header.ABSENT:
                return False
            return _found(section, values, state) if isinstance(state, str) else None

        return ask

    return make


_TYPES_OF_KIND = {"calendaring": "calendar", "oof": "auto-reply"}


def _message_type(_directory: Directory, _rule: TransportRule, section: Row, name: str) -> Predicate:
    wanted = text(section, name).lower()

    def ask(view: MessageView, user: MailUser, recipients: tuple[MailUser, ...]) -> Truth:
        kind = view.message.kind
        if wanted in _TYPES_OF_KIND:
            return kind == _TYPES_OF_KIND[wanted]
        if wanted == "autoforward":
            return None if kind == "forward" else False
        return False if wanted in ("readreceipt", "approvalrequest") else None

    return ask


def _domain_set(values: Iterable[str]) -> frozenset[str]:
    """Domains as they are compared."""
    return frozenset(str(value).strip().lower().lstrip("@").rstrip(".") for value in values)


def _is_covered(domain: str, domains: frozenset[str]) -> bool:
    """Whether a domain is one of some domains or lies below one."""
    while domain:
        if domain in domains:
            return True
        domain = domain.partition(".")[2]
    return False


_NOT_PLAIN = frozenset(
    {
        "subject_contains_words",
        "subject_or_body_contains_words",
        "attachment_contains_words",
        "attachment_matches_patterns",
        "attachment_name_matches_patterns",
        "attachment_extension_matches_words",
        "attachment_property_contains_words",
        "attachment_size_over",
        "attachment_processing_limit_exceeded",
        "attachment_is_unsupported",
        "attachment_has_executable_content",
        "attachment_is_password_protected",
    }
)
_PAIRS = ("between_member_of1", "between_member_of2")
SECOND_OF_PAIR = {
    "between_member_of2": "between_member_of1",
    "header_contains_words": "header_contains_message_header",
    "header_matches_patterns": "header_matches_message_header",
    "ad_comparison_operator": "ad_comparison_attribute",
    "manager_for_evaluated_user": "manager_addresses",
}
"""The second predicate of a pair, and the first one (4.3)."""
_TABLE: dict[str, tuple[Aspect, PredicateMaker]] = {
    "from": ("sender", _of_sender(_from)),
    "from_scope": ("sender", _from_scope),
    "from_member_of": ("sender", _of_sender(_groups)),
    "from_address_contains_words": ("sender", _of_sender(_sender_words)),
    "from_address_matches_patterns": ("sender", _of_sender(_sender_words)),
    "sender_domain_is": ("sender", _of_sender(_sender_domain)),
    "sender_ip_ranges": ("source", _addresses),
    "sender_ad_attribute_contains_words": ("sender", _of_sender(_sender_attribute)),
    "sender_ad_attribute_matches_patterns": ("sender", _of_sender(_sender_attribute)),
    "sender_management_relationship": ("sender", _of_sender(_sender_attribute)),
    "message_type_matches": ("sender", _message_type),
    "sent_to": ("recipient", _of_recipient(_is_one_of)),
    "sent_to_member_of": ("recipient", _of_recipient(_groups)),
    "sent_to_scope": ("recipient", _sent_to_scope),
    "recipient_domain_is": ("recipient", _of_recipient_address(_domain_is)),
    "recipient_address_contains_words": ("recipient", _of_recipient_address(_address_has)),
    "recipient_address_matches_patterns": ("recipient", _of_recipient_address(_address_has)),
    "any_of_recipient_address_contains_words": ("together", _any_of_recipients),
    "any_of_recipient_address_matches_patterns": ("together", _any_of_recipients),
    "between_member_of1": ("together", _between),
    "between_member_of2": ("together", _between),
    "header_contains_message_header": (
        "header",
        _header("header_contains_message_header", "header_contains_words"),
    ),
    "header_contains_words": ("header", _header("header_contains_message_header", "header_contains_words")),
    "header_matches_message_header": (
        "header",
        _header("header_matches_message_header", "header_matches_patterns"),
    ),
    "header_matches_patterns": (
        "header",
        _header("header_matches_message_header", "header_matches_patterns"),
    ),
}
