# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages walked through the tenant and back, from submission until every recipient has a disposition (sections 3 to 8)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from .._mail_flow_objects.decisions import Asked, Decisions, join
from .._mail_flow_objects.effort import OF_A_PASS, Effort, TooMuchWork
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import FINAL
from . import advice
from .arrivals import Arrivals
from .authors import Authors
from .bifurcations import RuleDisposition
from .message import MessageKind
from .passage import GONE, Ends, Handed, Passing
from .submission import Disposition, Submission, WalkResult
from .tails import Tail, Tails
from .trace import Beginning, Cause, DistinctTraces, length_of, with_trace

_PASSES = 8


class Walker:
    """Walks the classes of a tenant; what several of them come to is worked out once (8.1)."""

    def __init__(self, passing: Passing, without_vendor: Passing, authors: Authors, effort: Effort) -> None:
        """passing: each pass through the tenant; without_vendor: through the tenant with the vendor's rules switched off (8.6).

        effort: that all walks take together; what is too much for it is not proved, and said so.
        """
        self.passing = passing
        self.without_vendor = without_vendor
        self.authors = authors
        self.effort = effort
        self._tails = Tails()
        self._known: Decisions[WalkResult] = Decisions()
        self._baselines: dict[Hashable, tuple[Ends, Asked]] = {}

    def walk(self, starts: Iterable[Submission]) -> WalkResult:
        """One class of messages; or what came of one by somebody else who is treated alike."""
        starts = tuple(starts)
        first = starts[0].message.author
        if any(start.message.author != first for start in starts):
            return self._walked(MessageWalk(self), starts)
        answer, beginning = self.authors.answer(first), tuple(start.beginning for start in starts)
        found = None if self.effort.is_too_much else self._known.find(beginning, answer)
        if found is None:
            found = self._walked(MessageWalk(self), starts)
            if not found.left_out:
                self._known.keep(beginning, answer, found.asked, found)
        return found

    def walk_alone(self, starts: Iterable[Submission]) -> WalkResult:
        """The same, with nothing of what was found before but single passes."""
        return self._walked(MessageWalk(self, alone=True), starts)

    def _walked(self, walk: MessageWalk, starts: Iterable[Submission]) -> WalkResult:
        starts = tuple(starts)
        try:
            self.effort.spend(0)
            return walk.run(starts)
        except TooMuchWork:
            return walk.cut_off(starts, advice.too_many_ways(self.effort.parting))

    def tail(self, start: Submission) -> Tail:
        """What comes of an uncertain message."""
        return self._tails.of(start, self.authors.answer(start.message.author), self._walk_tail)

    def _walk_tail(self, start: Submission) -> tuple[WalkResult, bool]:
        walk = MessageWalk(self, alone=True)
        return walk.run([start]), walk.by_first

    def baseline(self, first: Submission) -> tuple[Ends, Asked]:
        """What rules end, wherever a message comes, with the vendor's rules switched off; and what that hangs on."""
        key = (*first.key, first.inspection, first.passes, first.entries, first.touched)
        if key not in self._baselines:
            walk = MessageWalk(self, without_vendor=True)
            found: dict[tuple[MessageKind, int, MailUser], list[RuleDisposition]] = {}
            walked = walk.run([replace(first, certain=True, forced="")])
            for kind, ended in walked.by_rules:
                for place in (ended.rule.place, *([GONE] if ended.certain and ended.what in FINAL else [])):
                    found.setdefault((kind, place, ended.recipient), []).append(ended)
            self._baselines[key] = found, walked.asked
        return self._baselines[key]


class MessageWalk:
    """One class of messages, walked. alone: also what other classes come to. without_vendor: as if the vendor's rules did not exist (8.6).

    by_first: whether what comes of it hangs on how the message first came.
    """

    def __init__(self, walker: Walker, *, alone: bool = False, without_vendor: bool = False) -> None:
        self._walker = walker
        self._passing = walker.without_vendor if without_vendor else walker.passing
        self._alone = alone or without_vendor
        self._result = WalkResult()
        self._traces = DistinctTraces()
        self._arrivals = Arrivals(without_vendor=without_vendor)
        self.by_first = False

    def run(self, starts: Iterable[Submission]) -> WalkResult:
        """Walk all of them."""
        for start in starts:
            self._arrivals.add(start)
        for submission in self._arrivals:
            if self._alone or submission.certain:
                self._enter(submission)
            else:
                before, result = self._walker.tail(submission)
                self._walker.effort.spend(len(result.dispositions))
                begun = None if before is submission else Beginning(before.trace, submission.trace)
                join(self._result.asked, result.asked)
                longer = length_of(submission.trace) - length_of(before.trace)
                for found in result.dispositions:
                    self._append(found, longer, begun)
                self._result.notes.update(result.notes)
                self._result.reached.update(result.reached)
        return self._result

    def cut_off(self, starts: Iterable[Submission], cause: Cause) -> WalkResult:
        """What was found up to now, and that of nobody all is known."""
        users = dict.fromkeys(user for start in starts for user in start.recipients)
        unknown = [Disposition(user, "unknown", False, cause) for user in users]
        found = [*self._result.dispositions, *unknown]
        return replace(self._result, dispositions=found, left_out=cause)

    def _enter(self, submission: Submission) -> None:
        """One pass through the service: in, through the rules, and out."""
        if submission.passes > _PASSES:
            cause, trace = advice.too_long(_PASSES), submission.trace
            for user in submission.recipients:
                self._append(Disposition(user, "unknown", False, cause, True, trace))
            return
        passage = self._passing(submission, self._walker.baseline)
        self.by_first = self.by_first or passage.by_first
        self._result.notes.update(passage.notes)
        self._result.by_rules.extend((submission.message.kind, ended) for ended in passage.by_rules)
        join(self._result.asked, passage.asked)
        sender, author = submission.message.origin.written, submission.message.author
        begun = Beginning(passage.submission.trace, submission.trace, sender)
        # What the same pass has come to before, with shorter and longer traces, is known.
        longer = length_of(submission.trace) - length_of(passage.submission.trace)
        is_new = self._traces.is_new(("pass", id(passage), author), longer)
        several = passage.found if is_new else passage.onward
        self._walker.effort.spend(OF_A_PASS + len(several))
        moved = None if passage.submission is submission else begun
        for found in several:
            if isinstance(found, Disposition):
                self._append(found, longer, moved)
            elif isinstance(found, Submission):
                message, passes = found.message.like(author), submission.passes + 1
                self._arrivals.add(
                    replace(found, message=message, passes=passes, trace=begun.of(found.trace))
                )
            else:
                self._hand_over(found, submission, begun)

    def _hand_over(self, handed: Handed, submission: Submission, begun: Beginning) -> None:
        trace = begun.of(handed.over.trace)
        if handed.loops and (submission.history or submission.perhaps):
            for found in handed.over.loops(submission, trace):
                self._append(found)
        for back in handed.over.backs(submission, trace) if handed.comes_back else ():
            if submission.message.kind != "forward-by-setting":
                self._result.reached.add(handed.over.there.key)
            self._arrivals.add(back)

    def _append(self, found: Disposition, longer: int = 0, begun: Beginning | None = None) -> None:
        """What came of a submission; or of another one, which has a trace that is so much longer and with which those of the first begin."""
        if self._traces.is_new(found.key, length_of(found.trace) + longer):
            self._result.dispositions.append(with_trace(found, begun.of(found.trace)) if begun else found)
