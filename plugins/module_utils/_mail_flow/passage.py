# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes of a message in one pass through the service, whatever it was handed to before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeAlias

from .._mail_flow_objects.decisions import Asked
from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.mail_user import MailUser
from .bifurcations import RuleDisposition
from .message import MessageKind
from .submission import Disposition, Submission
from .trace import Cause, Trace

Ends: TypeAlias = Mapping[tuple[MessageKind, int, MailUser], list[RuleDisposition]]
"""What rules end, by place of the rule and recipient; what is certainly gone for good, under GONE as well."""
GONE = -1
Baseline: TypeAlias = Callable[[Submission], tuple[Ends, Asked]]
"""What they end of a message as it first came, wherever it comes, with the vendor's rules switched off (8.6); and what that hangs on."""


class HandedOver(Protocol):
    """What was handed to somebody who gives it back: either is for the submission that comes in, and its trace up to then."""

    @property
    def there(self) -> Destination:
        """To whom."""

    @property
    def trace(self) -> Trace | None:
        """How it came to that, for the submission of which the pass was worked out."""

    def loops(self, submission: Submission, trace: Trace | None) -> Iterator[Disposition]:
        """For whom it was given there before, and came back (8.2)."""

    def backs(self, submission: Submission, trace: Trace | None) -> Iterator[Submission]:
        """As it comes in again for all others."""


@dataclass(frozen=True)
class Handed:
    """Something that was handed to somebody. loops: whether it says anything new where that makes a loop; comes_back: where it does not."""

    over: HandedOver
    loops: bool
    comes_back: bool


@dataclass
class Passage:
    """What comes of a submission in one pass, each once, in the order in which it happens.

    by_first: whether anything hangs on how the message first came. by_rules: all that rules ended. asked: what decided of who has written it.
    """

    submission: Submission
    found: list[Disposition | Submission | Handed] = field(default_factory=list)
    notes: dict[Cause, None] = field(default_factory=dict)
    by_rules: list[RuleDisposition] = field(default_factory=list)
    by_first: bool = False
    asked: dict[int, int] = field(default_factory=dict)

    @cached_property
    def onward(self) -> list[Submission | Handed]:
        """What may come in again, or makes a loop."""
        return [item for item in self.found if not isinstance(item, Disposition)]


Passing: TypeAlias = Callable[[Submission, Baseline], Passage]
"""The pass of a submission, or of one before of which the same comes but for the beginning of the trace."""
