# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message on its way (section 1)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from .._mail_flow_objects.headers import Headers
from .._mail_flow_objects.logic import Truth
from .._mail_flow_objects.mail_user import MailUser
from .._schema.ip_ranges import Span

MessageKind = Literal[
    "ordinary", "calendar", "auto-reply", "bounce", "journal-report", "forward", "forward-by-setting"
]


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
