# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message on its way (section 1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Literal, TypeAlias

from .._mail_flow_objects.logic import Truth
from .._mail_flow_objects.mail_user import MailUser
from .._schema.ip_ranges import Span

MessageKind = Literal[
    "ordinary", "calendar", "auto-reply", "bounce", "journal-report", "forward", "forward-by-setting"
]


class Header(Enum):
    """What is known of a header without a known value (1.4)."""

    ABSENT = "absent"
    PRESENT = "present"
    UNKNOWN = "unknown"


HeaderState: TypeAlias = "Header | str"
"""A header: its value, or what is known of it."""


@dataclass(frozen=True)
class Headers:
    """The headers that matter, by name in lower case; all others are unknown."""

    states: tuple[tuple[str, HeaderState], ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # There may be hundreds, and every bifurcation is looked up by them.
        return hash(self.states)

    @cached_property
    def _by_name(self) -> dict[str, HeaderState]:
        return dict(self.states)

    def state(self, name: str) -> HeaderState:
        """What is known of a header."""
        return self._by_name.get(name, Header.UNKNOWN)

    def having(self, changes: Mapping[str, HeaderState]) -> Headers:
        """With these headers in these states; only those that were there before are kept track of."""
        if all(self._by_name.get(name, state) == state for name, state in changes.items()):
            return self
        return Headers(tuple((name, changes.get(name, state)) for name, state in self.states))

    def joined(self, other: Headers) -> Headers:
        """Either of two: what differs is unknown (4.5)."""
        if other is self:
            return self
        pairs = zip(self.states, other.states, strict=True)
        return Headers(
            tuple((name, one if one == two else Header.UNKNOWN) for (name, one), (_same, two) in pairs)
        )


def headers(states: Mapping[str, HeaderState], tracked: Iterable[str]) -> Headers:
    """The headers in these states, as far as they are kept track of."""
    wanted = sorted(set(tracked) & set(states))
    return Headers(tuple((name, states[name]) for name in wanted))


@dataclass(frozen=True)
class Certificates:
    """The names in a server's certificate. names None: not known; then of_vendor says that it is the vendor's."""

    names: frozenset[str] | None = None
    of_vendor: bool = False


@dataclass(frozen=True)
class Source:
    """From where a message enters (1.3), always encrypted. address: None when it is not known."""

    kind: Literal["submitted", "internal", "smtp"]
    address: Span | None = None
    certificates: Certificates = Certificates()

    @property
    def text(self) -> str:
        """For people."""
        return self.address.text if self.address else "addresses that are not known"


@dataclass(frozen=True)
class Message:
    """What stays the same on the whole way. sender: of the envelope, None when it is empty."""

    sender: MailUser | None
    author: MailUser
    kind: MessageKind = "ordinary"

    def by(self, one: MailUser, other: MailUser) -> Message:
        """The same message by somebody else."""
        return replace(
            self,
            sender=other if self.sender == one else self.sender,
            author=other if self.author == one else self.author,
        )

    @cached_property
    def shape(self) -> Hashable:
        """The same for messages that differ in who has written them alone; whose mailbox sends mail on is not only that."""
        if self.author.external:
            return self
        return (self.kind, self.sender == self.author or self.sender)

    def like(self, author: MailUser) -> Message:
        """The message of the same shape by somebody else."""
        return self if author is self.author else self.by(self.author, author)

    @property
    def keeps_outside_sender(self) -> bool:
        """Whether it is a forward that has the envelope sender with which the message first came (9.15)."""
        return self.kind == "forward-by-setting" and self.sender == self.author

    @property
    def origin(self) -> MailUser:
        """Whose message it is: by the envelope, else by the header (4.6)."""
        return self.sender or self.author


@dataclass(frozen=True)
class MessageView:
    """What rules see of a message as a whole. address: None when it is not known; by_smtp: whether there is one (2.10)."""

    message: Message
    authenticated: Truth
    by_smtp: bool
    address: Span | None
    headers: Headers

    @classmethod
    def of(cls, author: MailUser, *, inside: bool = False) -> MessageView:
        """Any message of somebody elsewhere, or of somebody inside who is signed in."""
        return cls(Message(author, author), inside, not inside, None, Headers())
