# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trace of a message as a reader follows it, and what may go wrong on it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Protocol, TypeVar

from .._mail_flow_objects.edit import Edits

At = Literal["internet", "service", "rule", "connector", "vendor", "gateway", "mailbox"]

SENDS = "sends the message"
"""What a mailbox does at the beginning."""


@dataclass(frozen=True)
class TraceStep:
    """One thing that happens to a message. name: of the rule, connector or host; what: one sentence."""

    at: At
    name: str
    what: str
    certain: bool = True

    def by(self, sender: str) -> TraceStep:
        """The same when somebody else has sent the message."""
        return replace(self, name=sender) if sender and self.what == SENDS else self

    def to_result(self) -> dict[str, Any]:
        """As in the result."""
        return {"at": self.at, "name": self.name, "what": self.what, "certain": self.certain}


@dataclass(frozen=True)
class Trace:
    """The steps so far, the last one first, so that traces can part without being copied."""

    step: TraceStep
    before: Trace | None = None
    length: int = 1

    def steps(self) -> list[TraceStep]:
        """In the order in which they happened."""
        return list(self._backwards())[::-1]

    def _backwards(self) -> Iterator[TraceStep]:
        trace: Trace | None = self
        while trace is not None:
            yield trace.step
            trace = trace.before


def after(trace: Trace | None, at: At, name: str, what: str, *, certain: bool = True) -> Trace:
    """The trace with one more step."""
    return _continued(trace, TraceStep(at, name, what, certain))


def _continued(trace: Trace | None, step: TraceStep) -> Trace:
    return Trace(step, trace, length_of(trace) + 1)


def length_of(trace: Trace | None) -> int:
    """How many steps it has."""
    return trace.length if trace else 0


class Traced(Protocol):
    """Something that has a trace."""

    @property
    def trace(self) -> Trace | None:
        """How it came to that."""


SomethingTraced = TypeVar("SomethingTraced", bound=Traced)


def with_trace(item: SomethingTraced, trace: Trace | None) -> SomethingTraced:
    """The same with another trace, and with all that was worked out of it. Several times as fast as dataclasses.replace."""
    if item.trace is trace:
        return item
    other = object.__new__(type(item))
    vars(other).update(vars(item), trace=trace)
    return other


class DistinctTraces:
    """Of what differs in the trace alone: the first, and what has a shorter or a longer one than all before (8.7)."""

    def __init__(self) -> None:
        self._lengths: dict[Hashable, tuple[int, int]] = {}

    def is_new(self, key: Hashable, length: int) -> bool:
        """Whether one more says anything. key: the same for what differs in the trace alone."""
        shortest, longest = self._lengths.get(key, (length + 1, length))
        if shortest <= length <= longest:
            return False
        self._lengths[key] = min(shortest, length), max(longest, length)
        return True


class Beginning:
    """Traces with another beginning, and by another sender."""

    def __init__(self, before: Trace | None, instead: Trace | None, sender: str = "") -> None:
        self.sender = sender
        self.longer = length_of(instead) - length_of(before)
        # By identity: what was found before is kept together with its traces.
        self._moved: dict[int, Trace | None] = {id(before): instead}

    def of(self, trace: Trace | None) -> Trace | None:
        """A trace with the other beginning."""
        if id(trace) not in self._moved and trace is not None:
            self._moved[id(trace)] = _Moved(trace, self)
        return self._moved.get(id(trace))


class _Moved(Trace):
    """A trace with another beginning: most are never read, so that its steps are not copied before somebody does."""

    found: Trace
    beginning: Beginning

    def __init__(self, found: Trace, beginning: Beginning) -> None:
        vars(self).update(length=found.length + beginning.longer, found=found, beginning=beginning)

    @property
    def step(self) -> TraceStep:
        return self.found.step.by(self.beginning.sender)

    @property
    def before(self) -> Trace | None:
        return self.beginning.of(self.found.before)


def last(trace: Trace | None, at: At) -> str:
    """The name of the last step at a rule, connector or host; "" for none."""
    while trace is not None:
        if trace.step.at == at:
            return trace.step.name
        trace = trace.before
    return ""


@dataclass(frozen=True)
class Cause:
    """Why a disposition is bad, or a note. finding: a row of section 10; subject: the rule or connector that it hangs on.

    edits: what may help, none of it proved yet. remedy: what else there is to say of what to do; ask: what to do, or whom to
    ask, when no edit is proved.
    """

    finding: str
    subject: str
    cause: str
    remedy: str = ""
    edits: tuple[Edits, ...] = ()
    ask: str = ""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # There may be many edits, and every disposition is looked up by its cause.
        return hash((self.finding, self.subject, self.cause, self.remedy, self.edits, self.ask))
