# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes of messages that several classes come to, so that it is walked once for all of them (8.1)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from .._mail_flow_objects.decisions import Answer, Decisions
from .submission import Disposition, Submission, WalkResult
from .trace import last

Tail = tuple[Submission, WalkResult]
"""A message that came in, and what came of it; of others that come in alike the same does, but for the beginning of traces."""


class Tails:
    """What came of uncertain messages, whatever class they belong to."""

    def __init__(self) -> None:
        self._known: Decisions[Tail] = Decisions()

    def of(
        self, submission: Submission, answer: Answer, walk: Callable[[Submission], tuple[WalkResult, bool]]
    ) -> Tail:
        """What comes of one. answer: of who has written it; walk: finds it out, and whether that hangs on how the message first came."""
        key = _key_of(submission)
        own = (key, submission.first_here)
        tail = self._known.find(key, answer) or self._known.find(own, answer)
        if tail is None:
            found, by_first = walk(submission)
            tail = submission, replace(found, dispositions=_distinct(found.dispositions))
            self._known.keep(own if by_first else key, answer, found.asked, tail)
        return tail


def _key_of(submission: Submission) -> Hashable:
    """The same for messages of which the same comes, as far as that does not hang on how they first came."""
    trace = submission.trace
    told = (last(trace, "rule"), last(trace, "connector"))
    past = (submission.history, submission.perhaps, submission.entries, submission.passes)
    ours = (submission.touched, submission.inspection, submission.first is None)
    return (*submission.here, *past, *ours, *told)


def _distinct(dispositions: list[Disposition]) -> list[Disposition]:
    """Those that differ in more than the trace."""
    found: dict[Hashable, Disposition] = {}
    for item in dispositions:
        key = (item.recipient, item.kind, item.certain, item.counts, item.cause, *_delivered(item))
        found.setdefault(key, item)
    return list(found.values())


def _delivered(item: Disposition) -> tuple[Hashable, ...]:
    """What of a delivery says whether and why it was not inspected."""
    if item.delivery is None:
        return ()
    view, part = item.delivery.view, item.delivery.bifurcation
    rules = tuple(rule.place if rule else None for rule in (part.brought_by, part.stopped_by))
    seen = (view.message.shape, view.authenticated, view.by_smtp, view.address, view.headers)
    return (item.delivery.inspection, *rules, *seen)
