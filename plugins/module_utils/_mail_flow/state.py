# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a message is on its way, and what becomes of it (8.1, 8.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .bifurcations import RuleEnd
from .directory import MailUser
from .message import Headers, Message, Source
from .routing import Destination
from .trace import Cause, Trace

DispositionKind = Literal["delivered", "left", "rejected", "stranded", "loop", "unknown"]


@dataclass(frozen=True)
class Submission:
    """A message about to enter, or to enter again. first: the same message as it first came; hop: from where it comes back.

    forced: the outbound connector to which some rule is taken to route it (9.11). copied: a rule has made it;
    copied_by: the places of the rules that have made copies of it.
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
    trail: Trace | None = None
    forced: str = ""
    copied: bool = False
    copied_by: frozenset[int] = frozenset()

    @property
    def key(self) -> tuple[object, ...]:
        """Tells arrivals apart whose ways may differ."""
        source = (self.source.kind, self.source.piece, self.source.certificates)
        begun = self.first.key if self.first else ()
        way = (self.headers, self.history, self.hop, self.copied, self.copied_by)
        return (self.message, self.recipients, source, begun, *way)


@dataclass(frozen=True)
class Disposition:
    """What becomes of a message for one recipient. counts: it is not as it would be without us (8.6)."""

    recipient: MailUser
    end: DispositionKind
    certain: bool
    cause: Cause | None = None
    counts: bool = True
    trail: Trace | None = None


@dataclass
class Walked:
    """What came of a class. notes: what a reader should know; reached: where messages were handed to; rule_ends: all of them."""

    ends: list[Disposition] = field(default_factory=list)
    notes: dict[Cause, None] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    rule_ends: list[RuleEnd] = field(default_factory=list)
