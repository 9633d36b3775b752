# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a rule matches a message for one recipient (4.3 to 4.10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .directory import NOBODY, UNNAMED, Directory, Person, domain_of, same_or_below
from .networks import inside
from .values import Value, every, has_word, matches, negate, setting, some

Header = bool | tuple[bool, str | None]
"""False: absent; (True, value): present, its value perhaps unknown. A header that a message does not list is unknown."""


@dataclass(frozen=True)
class Message:
    """One message on its way (1.1 to 1.5). source: submitted, internal, smtp. entries: by SMTP, before this one (8.3); inspected: 7.9."""

    envelope: Person
    header_from: Person
    kind: str
    source: str
    ip: str | None = None
    certificate: frozenset[str] | None = None
    authenticated: Value = None
    seen_ip: str | None = None
    entries: int = 0
    inspected: Value = False


Headers = tuple[tuple[str, Header], ...]


@dataclass(frozen=True)
class Sight:
    """What a predicate looks at."""

    directory: Directory
    rule: dict[str, Any]
    message: Message
    headers: Headers
    fork: tuple[Person, ...]
    recipient: Person
    section: dict[str, Any]

    @property
    def original(self) -> bool:
        return self.rule.get("recipient_address_type") == "Original"


def acts(rule: dict[str, Any], now: datetime) -> Value:
    """4.2, without the mode."""
    begins, ends = _moment(rule.get("activation_date")), _moment(rule.get("expiry_date"))
    started = True if begins == "" else None if begins is None else begins <= now
    going_on = True if ends == "" else None if ends is None else ends > now
    return every([setting(rule, "enabled"), started, going_on])


def _moment(text: Any) -> Any:
    if not text:
        return ""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def vector(
    directory: Directory,
    rule: dict[str, Any],
    message: Message,
    headers: Headers,
    fork: tuple[Person, ...],
    recipient: Person,
) -> tuple[tuple[str, Value], ...]:
    """The value of each predicate, exceptions with a minus."""
    found = []
    for sign, name in (("", "conditions"), ("-", "exceptions")):
        section = rule.get(name) or {}
        sight = Sight(directory, rule, message, headers, fork, recipient, section)
        found += [(sign + key, value) for key, value in _section(sight)]
    return tuple(found)


def met(values: tuple[tuple[str, Value], ...]) -> Value:
    conditions = every(value for key, value in values if not key.startswith("-"))
    exceptions = some(value for key, value in values if key.startswith("-"))
    return every([conditions, negate(exceptions)])


def scope(directory: Directory, rule: dict[str, Any], recipient: Person, message: Message) -> Value:
    """A rule's recipient predicates alone (9, protected)."""
    values = vector(directory, rule, message, (), (recipient,), recipient)
    return met(tuple(pair for pair in values if pair[0].lstrip("-") in PER_RECIPIENT))


def _section(sight: Sight) -> list[tuple[str, Value]]:
    given = {
        key: value
        for key, value in sight.section.items()
        if value is not None and value is not False and value != "" and value != []
    }
    found: list[tuple[str, Value]] = []
    for names, look in PAIRS:
        present = [given.pop(name, None) for name in names]
        if any(one is not None for one in present):
            found.append((names[0], look(sight, *present) if None not in present else None))
    found += [(key, TABLE[key](sight, value) if key in TABLE else None) for key, value in given.items()]
    return sorted(found, key=lambda pair: pair[0])


# ---------------------------------------------------------------------------------------------- sender


def _senders(sight: Sight) -> list[Person]:
    where = sight.rule.get("sender_address_location") or "Header"
    return {
        "Header": [sight.message.header_from],
        "Envelope": [sight.message.envelope],
        "HeaderOrEnvelope": [sight.message.header_from, sight.message.envelope],
    }[where]


def _of_sender(look: Callable[[Sight, Person, str], Value]) -> Callable[[Sight, Any], Value]:
    def value(sight: Sight, wanted: Any) -> Value:
        values = wanted if isinstance(wanted, list) else [wanted]
        return _by_senders(sight, lambda person: some(look(sight, person, one) for one in values))

    return value


def _by_senders(sight: Sight, look: Callable[[Person], Value]) -> Value:
    """One of the senders that the rule looks at; of a forward it is not known which one the envelope has (9.15)."""
    message = sight.message
    if message.kind != "forward":
        return some(False if person.written == "" else look(person) for person in _senders(sight))
    author, mailbox = look(message.header_from), look(message.envelope)
    envelope = author if author is mailbox else None
    return some(author if person == message.header_from else envelope for person in _senders(sight))


def _from_scope(sight: Sight, wanted: Any) -> Value:
    message, directory = sight.message, sight.directory
    person = message.envelope if message.envelope.written else message.header_from
    kind = directory.kind(person)
    stranger = person.kind not in ("generic", "symbolic", "alias") and _is_elsewhere(directory, person)
    if wanted == "NotInOrganization" and message.authenticated is not True and stranger:
        return True
    if person.kind in ("generic", "symbolic", "alias") or kind in ("individual", "group"):
        is_inside: Value = True
    else:
        is_inside = directory.within(domain_of(person.written))
    if wanted == "InOrganization":
        return every([message.authenticated, is_inside])
    accepted, domain_type = directory.accepted(domain_of(person.written))
    if is_inside is True:
        return False if message.authenticated is True else None
    if is_inside is None:
        return None
    if domain_type == "externalrelay" and accepted is True:
        return True
    return True if kind in ("outside", "missing", "contact") and accepted is False else None


def _is_elsewhere(directory: Directory, person: Person) -> bool:
    """Whether the address of an object is in no accepted domain."""
    address = directory.primary(person) or person.written
    return "@" in address and directory.accepted(domain_of(address))[0] is False


def _sender_domain(_sight: Sight, person: Person, wanted: str) -> Value:
    if person.kind in ("symbolic", "alias"):
        return None
    return same_or_below(domain_of(person.written), wanted)


def _from(sight: Sight, person: Person, wanted: str) -> Value:
    directory = sight.directory
    if person.kind in ("symbolic", "alias"):
        return None
    if wanted.lower() in directory.addresses(person):
        return True
    if person.kind in ("outside", "generic"):
        return False
    mine, theirs = directory.record(person.written), directory.record(wanted)
    if mine is not None and mine is theirs:
        return True
    if directory.kind(person) == "outside":
        return False
    if theirs is not None and theirs.get("kind") == "missing":
        return False
    if theirs is None or theirs.get("kind") == "unknown":
        return None
    return None if mine is None or mine.get("kind") == "unknown" else False


def _from_text(look: Callable[[str, str], Value]) -> Callable[[Sight, Person, str], Value]:
    def value(sight: Sight, person: Person, wanted: str) -> Value:
        if person.kind in ("outside", "symbolic", "alias"):
            return None
        return look(sight.directory.primary(person) or person.written, wanted)

    return value


def _from_member(sight: Sight, wanted: Any) -> Value:
    return _by_senders(sight, lambda person: some(sight.directory.member(person, group) for group in wanted))


def _about_sender(sight: Sight, _wanted: Any) -> Value:
    return False if all(person.kind == "outside" for person in _senders(sight)) else None


def _sender_ip(sight: Sight, wanted: Any) -> Value:
    return inside(sight.message.seen_ip, wanted) if sight.message.source == "smtp" else False


# ---------------------------------------------------------------------------------------------- recipient


def _sent_to_scope(sight: Sight, wanted: Any) -> Value:
    value = _inside_recipient(sight)
    return value if wanted == "InOrganization" else negate(value)


def _inside_recipient(sight: Sight) -> Value:
    person, directory = sight.recipient, sight.directory
    if person.kind in ("symbolic", "alias"):
        return True
    if directory.kind(person) == "outside":
        return False
    address = directory.primary(person)
    if address is None:
        return None
    if directory.kind(person) == "contact":
        return False
    if directory.within(domain_of(address)) is not True:
        return None
    relay = directory.accepted(domain_of(address))[1] == "internalrelay"
    if relay and directory.kind(person) == "missing" and sight.message.authenticated is not True:
        return None
    return True


def alias_used(directory: Directory, person: Person) -> bool:
    return person.kind == "alias" or (
        directory.primary(person) is not None and person.written.lower() != directory.primary(person)
    )


def _sent_to(sight: Sight, wanted: Any) -> Value:
    return some(_is_recipient(sight, one) for one in wanted)


def _is_recipient(sight: Sight, wanted: str) -> Value:
    person, directory = sight.recipient, sight.directory
    if person.kind in ("outside", "generic"):
        return False
    if person.kind in UNNAMED or (sight.original and alias_used(directory, person)):
        return None
    mine, theirs = directory.record(person.written), directory.record(wanted)
    if theirs is not None and theirs.get("kind") == "group":
        return None
    if wanted.lower() in directory.addresses(person):
        return True
    if mine is not None and mine is theirs:
        return True
    if theirs is not None and theirs.get("kind") == "missing":
        return False
    known = all(
        row is not None and row.get("kind") in ("individual", "contact", "other", "group", "missing")
        for row in (mine, theirs)
    )
    return False if known else None


def _sent_to_member(sight: Sight, wanted: Any) -> Value:
    if sight.original and alias_used(sight.directory, sight.recipient):
        return None
    return some(sight.directory.member(sight.recipient, group) for group in wanted)


def _recipient_text(sight: Sight, person: Person) -> str | None:
    if person.kind in UNNAMED:
        return None
    return person.written.lower() if sight.original else sight.directory.primary(person)


def _of_recipient(look: Callable[[str, str], Value]) -> Callable[[Sight, Any], Value]:
    def value(sight: Sight, wanted: Any) -> Value:
        text = _recipient_text(sight, sight.recipient)
        return None if text is None else some(look(text, one) for one in wanted)

    return value


def _any_recipient(look: Callable[[str, str], Value]) -> Callable[[Sight, Any], Value]:
    def value(sight: Sight, wanted: Any) -> Value:
        texts = {person: _recipient_text(sight, person) for person in sight.fork}
        each = {
            person: None if text is None else some(look(text, one) for one in wanted)
            for person, text in texts.items()
        }
        if each[sight.recipient] is not False:
            return each[sight.recipient]
        return False if some(each.values()) is False else None

    return value


def _domain_look(text: str, wanted: str) -> Value:
    return same_or_below(domain_of(text), wanted)


def _unknown(_sight: Sight, *_wanted: Any) -> Value:
    return None


# ---------------------------------------------------------------------------------------------- the message


def _between(sight: Sight, first: Any, second: Any) -> Value:
    values = {_between_one(sight, person, first, second) for person in sight.fork}
    return values.pop() if len(values) == 1 else None


def _between_one(sight: Sight, recipient: Person, first: Any, second: Any) -> Value:
    def member(person: Person, groups: Any) -> Value:
        return some(sight.directory.member(person, group) for group in groups)

    either = [
        every([member(sight.message.header_from, left), member(recipient, right)])
        for left, right in ((first, second), (second, first))
    ]
    return some(either)


def _header(look: Callable[[str, str], Value]) -> Callable[[Sight, Any, Any], Value]:
    def value(sight: Sight, name: Any, wanted: Any) -> Value:
        state = dict(sight.headers).get(str(name).lower())
        if isinstance(state, bool):
            return False
        if state is None or state[1] is None:
            return None
        return some(look(state[1], one) for one in wanted)

    return value


def _message_type(sight: Sight, wanted: Any) -> Value:
    if wanted in ("Encrypted", "Signed", "PermissionControlled", "Voicemail"):
        return None
    if wanted == "AutoForward" and sight.message.kind == "forward by an inbox rule":
        return None
    return {"Calendaring": "calendar", "OOF": "auto-reply"}.get(wanted) == sight.message.kind


TABLE: dict[str, Callable[[Sight, Any], Value]] = {
    "from_scope": _from_scope,
    "sent_to_scope": _sent_to_scope,
    "sender_ip_ranges": _sender_ip,
    "sender_domain_is": _of_sender(_sender_domain),
    "from": _of_sender(_from),
    "from_address_contains_words": _of_sender(_from_text(has_word)),
    "from_address_matches_patterns": _of_sender(_from_text(matches)),
    "from_member_of": _from_member,
    "sender_ad_attribute_contains_words": _about_sender,
    "sender_ad_attribute_matches_patterns": _about_sender,
    "sender_management_relationship": _about_sender,
    "sent_to": _sent_to,
    "sent_to_member_of": _sent_to_member,
    "recipient_domain_is": _of_recipient(_domain_look),
    "recipient_address_contains_words": _of_recipient(has_word),
    "recipient_address_matches_patterns": _of_recipient(matches),
    "any_of_recipient_address_contains_words": _any_recipient(has_word),
    "any_of_recipient_address_matches_patterns": _any_recipient(matches),
    "message_type_matches": _message_type,
}
PAIRS: tuple[tuple[tuple[str, str], Callable[..., Value]], ...] = (
    (("between_member_of1", "between_member_of2"), _between),
    (("header_contains_message_header", "header_contains_words"), _header(has_word)),
    (("header_matches_message_header", "header_matches_patterns"), _header(matches)),
)
PER_RECIPIENT = {
    "sent_to",
    "sent_to_member_of",
    "sent_to_scope",
    "recipient_domain_is",
    "recipient_address_contains_words",
    "recipient_address_matches_patterns",
    "recipient_ad_attribute_contains_words",
    "recipient_ad_attribute_matches_patterns",
}
__all__ = ["NOBODY", "Header", "Headers", "Message", "acts", "met", "scope", "vector"]
