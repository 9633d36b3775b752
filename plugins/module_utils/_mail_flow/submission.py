# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages that are submitted, alone and as classes, and what becomes of them in the end (8.1, 8.4, section 9)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from .._mail_flow_objects.decisions import Key
from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.headers import Headers
from .._mail_flow_objects.inspection import NOT_INSPECTED, Inspection
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import JournalRule
from .attribution import ConnectorAttribution
from .bifurcations import Bifurcation, RuleDisposition
from .message import Message, MessageKind, MessageView, Source
from .trace import Cause, Trace, last

MOST_ENTRIES = 3
"""By SMTP, of one message, that were seen to succeed (8.3)."""
DispositionKind = Literal["delivered", "left", "rejected", "stranded", "loop", "unknown"]


@dataclass(frozen=True)
class Submission:
    """A message about to enter, or to enter again. first: the same message as it first came; hop: from where it comes back.

    history: the hand-overs that it has behind it; perhaps: further ones that it may have.

    entries: how often the message has come in by SMTP before (8.3). forced: the outbound connector to which some rule is
    taken to route it (9.11). copied: a rule has made it;
    copied_by: the places of the rules that have made copies of it. touched: it would not be there without the vendor's rules, as
    far as is known. inspection: what the vendor has done so far.
    """

    message: Message
    recipients: tuple[MailUser, ...]
    source: Source
    headers: Headers
    first: Submission | None = None
    history: frozenset[tuple[str, MailUser]] = frozenset()
    hop: Destination | None = None
    certain: bool = True
    passes: int = 1
    entries: int = 0
    trace: Trace | None = None
    forced: str = ""
    perhaps: frozenset[tuple[str, MailUser]] = frozenset()
    copied: bool = False
    copied_by: frozenset[int] = frozenset()
    touched: bool = False
    inspection: Inspection = NOT_INSPECTED

    @property
    def entries_after(self) -> int:
        """How often the message has come in by SMTP once this has entered."""
        return self.entries + (self.source.kind == "smtp")

    @property
    def beginning(self) -> Hashable:
        """The same for those with which the same begins."""
        past = (self.history, self.perhaps, self.certain, self.passes, self.entries, self.touched)
        return (*self.here, self.first_here, *past, self.forced, self.inspection)

    @property
    def key(self) -> tuple[object, ...]:
        """Tells submissions apart that may go elsewhere, whatever they were handed to before."""
        return (self.message, *self.here, self.first.key if self.first else ())

    @property
    def first_here(self) -> tuple[object, ...]:
        """How it first came, but for who has written it."""
        return self.first.here if self.first else ()

    @property
    def here(self) -> tuple[object, ...]:
        """The same, as far as that does not hang on how they first came; for whoever has written it."""
        source = (self.source.kind, self.source.address, self.source.certificates)
        rules = (self.copied, self.copied_by)
        past = (self.headers, self.hop, *rules, self.inspection.done)
        return (self.message.shape, self.recipients, source, *past)


@dataclass(frozen=True)
class MessageClass:
    """A class of messages. informative: it gives notes but no verdict (8.5). journal: the rule whose reports they are."""

    id: str
    title: str
    starts: tuple[Submission, ...]
    informative: bool = False
    journal: JournalRule | None = None


@dataclass(frozen=True)
class Delivery:
    """How a message came into a mailbox. view, bifurcation: as the rules of its last entry saw it, and left it."""

    inspection: Inspection
    view: MessageView
    bifurcation: Bifurcation

    @property
    def forwarded_by(self) -> MailUser | None:
        """The mailbox that has sent it on, if one has."""
        message = self.view.message
        return (
            message.sender
            if message.kind == "forward-by-setting" and not message.keeps_outside_sender
            else None
        )

    @cached_property
    def key(self) -> Hashable:
        """The same for those of which the same is said."""
        view, part = self.view, self.bifurcation
        rules = tuple(rule.place if rule else None for rule in (part.brought_by, part.stopped_by))
        routes = tuple((route.rule.place if route.rule else None) for route in part.routes)
        seen = (view.message.shape, view.authenticated, view.by_smtp, view.address, view.headers)
        return Key((self.inspection, *rules, routes, *seen))

    @property
    def brought(self) -> bool:
        """Whether a rule or a mailbox has put in the recipient."""
        return self.bifurcation.brought_by is not None or self.view.message.kind == "forward-by-setting"


@dataclass(frozen=True)
class Disposition:
    """What becomes of a message for one recipient. counts: it is not as it would be without the vendor (8.6).

    delivery: of what was delivered.
    """

    recipient: MailUser
    kind: DispositionKind
    certain: bool
    cause: Cause | None = None
    counts: bool = True
    trace: Trace | None = None
    delivery: Delivery | None = None

    def by(self, author: MailUser) -> Disposition:
        """What becomes of the same message by somebody else."""
        if self.delivery is None or self.delivery.view.message.author is author:
            return self
        view = self.delivery.view
        view = replace(view, message=view.message.like(author))
        return replace(self, delivery=replace(self.delivery, view=view))

    @cached_property
    def key(self) -> Hashable:
        """The same for those that differ in the trace alone, as far as anybody asks for more of that than its length."""
        delivered = self.delivery.key if self.delivery else None
        through = last(self.trace, "connector")
        return Key((self.recipient, self.kind, self.certain, self.cause, self.counts, through, delivered))

    @property
    def verdict(self) -> str:
        """Of its class, if nothing worse becomes of other messages (8.5)."""
        if self.kind in ("delivered", "left"):
            return "safe"
        if not self.certain or self.kind == "unknown":
            return "not_proved"
        return "loop" if self.kind == "loop" else "lost"


@dataclass(frozen=True)
class Entered:
    """How a submission has entered. bifurcation: None when it was let in for nobody; dispositions: of those it was not let in for.

    notes: what a reader should know of an entry that succeeds. inspection: what the vendor has done so far, as far as the message
    is known as its own.
    """

    attribution: ConnectorAttribution
    view: MessageView
    bifurcation: Bifurcation | None
    dispositions: list[Disposition]
    notes: list[Cause]
    inspection: Inspection


@dataclass
class WalkResult:
    """What came of a class. notes: what a reader should know; reached: where messages were handed to.

    by_rules: all that rules ended, and of what type it was (1.5). left_out: why not all of its ways were walked; None where they were.
    asked: what decided of who has written the messages.
    """

    dispositions: list[Disposition] = field(default_factory=list)
    notes: dict[Cause, None] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    by_rules: list[tuple[MessageKind, RuleDisposition]] = field(default_factory=list)
    left_out: Cause | None = None
    asked: dict[int, int] = field(default_factory=dict)
