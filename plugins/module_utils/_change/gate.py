# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate: whether a change may be made, whatever road led to it. Decided before anything is written.

All steps are carried out on a copy of the tenant, so that a condition is met when the tenant meets it or an earlier step does.
After each step the mail flow is walked. Check mode and run ask the same gate, and get the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets, Step
from .._exchange.errors import (
    AlreadyExists,
    ConfigurationError,
    InvalidValue,
    NotApproved,
    NotConverged,
    NotFound,
)
from .._mail_flow_check.acceptance import Given
from .._mail_flow_check.check import examined
from .._mail_flow_check.comparison import (
    MailFlowResult,
    documented,
    no_longer_inspected,
    refusals,
    refusing,
    worse_than,
)
from .._mail_flow_check.findings import Checked, key_of
from .._mail_flow_check.refusal import (
    RefusedState,
    headline,
    how_to_accept,
    inspects_nobody,
    uninspected_scope,
)
from .._mail_flow_objects.named_recipients import named_recipients
from .._read.recipient_lookup import RecipientLookup
from .._read.snapshot import Snapshot, mail_flow_snapshot
from .._run.run_record import RunRecord
from .remedies import RemedySearch
from .sequence import Part
from .tenant_copy import TenantCopy

_OF_THE_CHANGE = (AlreadyExists, ConfigurationError, InvalidValue, NotApproved, NotConverged, NotFound)


@dataclass(frozen=True)
class Terms:
    """How a change is to be judged.

    integration: what is known of the vendor, as for o365_mail_flow_check; None for a change that nobody has told anything about,
    of which only the steps are rehearsed. accepted: findings that count for nothing. only_worse:
    only what is worse than before keeps the change from being made, as when it leads back. approved: the check that the one who
    approved the change has seen.
    """

    integration: Mapping[str, Any] | None = None
    accepted: Sequence[Given] = ()
    only_worse: bool = False
    approved: MailFlowResult | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any], *, only_worse: bool = False) -> Terms:
        """The terms on which the change of a plan or record was judged when it was made."""
        proof = document.get("proof") or {}
        return cls(
            integration=proof.get("integration"),
            accepted=proof.get("accepted_findings") or (),
            only_worse=only_worse or bool(proof.get("only_worse")),
            approved=(document.get("mail_flow") or {}).get("after") if proof and not only_worse else None,
        )


@dataclass(frozen=True)
class GateVerdict:
    """What the gate says.

    problems: why the steps cannot be carried out. unsafe: what they would do to mail. present: the tenant as it was read. check: the
    mail flow with all steps carried out, and as `before` the one of now; empty when it was not looked at.
    """

    problems: tuple[str, ...]
    unsafe: tuple[str, ...]
    present: Snapshot
    check: MailFlowResult = field(default_factory=dict)

    @property
    def refused(self) -> str:
        """Why the change may not be made, in sentences; "" when it may."""
        return " ".join([*self.problems, *self.unsafe])

    def note(self, run_record: RunRecord, terms: Terms, *, refused: str) -> None:
        """Leave in the document of the run what was decided, on which terms, and what was read for it."""
        if not self.check:
            run_record.note(refused=refused)
            return
        run_record.note(
            mail_flow=documented(self.check),
            refused=refused,
            proof={
                "integration": terms.integration,
                "accepted_findings": list(terms.accepted),
                "only_worse": terms.only_worse,
                "tenant": self.present,
            },
        )


def judge(parts: Sequence[Part], cmdlets: Cmdlets, progress: Progress, terms: Terms) -> GateVerdict:
    """Whether the parts may be carried out, one after the other.

    Nothing is written. The O365Error family for what keeps the gate from looking, such as a service that does not answer.
    """
    rehearsal = _Rehearsal(cmdlets, progress, walked=terms.integration is not None)
    problems = _wrong_options(parts) or rehearsal.carry_out(parts)
    present, states = rehearsal.finish()
    if terms.integration is None:
        return GateVerdict(tuple(problems), (), present)
    rules = [] if problems else [item.name for item in parts]
    unsafe, result = _walked(present, states, terms, rules)
    return GateVerdict(tuple(problems), tuple(unsafe), present, result)


def _walked(
    present: Snapshot, states: Sequence[tuple[str, Snapshot]], terms: Terms, rules: Sequence[str]
) -> tuple[list[str], MailFlowResult]:
    """What the steps would do to mail, and the check of the tenant as they leave it with the one of now as `before`.

    rules: that the change writes, of whose scope somebody has to be inspected.
    """
    now = datetime.now(UTC)

    between = list(_between(present, states))
    last = states[-1][1] if states else present

    def walked(snapshot: Snapshot) -> Checked:
        return examined(
            snapshot,
            terms.integration or {},
            now=now,
            accepted=terms.accepted,
            comparable=snapshot is present and last != present,
        )

    snapshots = [present, *(snapshot for _step, snapshot in between), *([last] if last != present else [])]
    checked = [walked(snapshot) for snapshot in snapshots]
    before, after = checked[0].result, checked[-1].result
    result = {**after, "before": before}
    # On the way only what is worse than before counts: a change that repairs begins in a state that is not safe.
    ways = [
        (step, {**item.result, "before": before})
        for (step, _snapshot), item in zip(between, checked[1:], strict=False)
    ]
    grounds = dict.fromkeys(map(key_of, refusing(result, only_worse=terms.only_worse)))
    grounds |= dict.fromkeys(key_of(found) for _step, way in ways for found in refusing(way, only_worse=True))
    search = RemedySearch(snapshots, checked, walked)
    search.complete(grounds)
    told = list(_told(result, ways, terms))
    # What does not keep the change from being made, but leaves people of its scope uninspected, can be put right before, too.
    gaps = [] if told else [key for key, _found, _cause in checked[-1].gaps()]
    first = search.before_the_change([*grounds] or gaps)
    gap = None if terms.only_worse else uninspected_scope(result, rules)
    return _framed(told, gap, result, ways, terms), {**result, "first": first}


def _told(result: MailFlowResult, ways: Iterable[tuple[str, MailFlowResult]], terms: Terms) -> Iterator[str]:
    """What the steps would do to mail, in the end and on the way."""
    at_the_end = refusals(result, only_worse=terms.only_worse)
    yield from at_the_end
    if terms.approved is not None:
        for title in worse_than(terms.approved, result):
            yield f"{title}: worse than when the plan was approved."
        for title in no_longer_inspected(terms.approved, result):
            yield f"{title}: not all of it would be inspected, as it was to be when the plan was approved."
    for step, way in ways:
        for text in refusals(way, only_worse=True):
            if text not in at_the_end:
                yield f"Once {step} is done, and before the next step: {text}"


def _framed(
    told: Sequence[str],
    gap: Mapping[str, Any] | None,
    result: MailFlowResult,
    ways: Iterable[tuple[str, MailFlowResult]],
    terms: Terms,
) -> list[str]:
    """A refusal: what would become of mail, why, and how to go on all the same; empty where there is none. gap: that leaves nobody inspected."""
    states = [RefusedState.of(result, only_worse=terms.only_worse)]
    states += [RefusedState.of(way, only_worse=True) for _step, way in ways]
    nobody = [inspects_nobody(gap, told)] if gap else []
    if not (nobody or told):
        return []
    wrong = [item["problem"] for item in result["acceptances"] if item["problem"]]
    return list(filter(None, [headline(states), *nobody, *told, *wrong, how_to_accept(states, gap)]))


def _wrong_options(parts: Iterable[Part]) -> list[str]:
    """What is wrong with the options of the parts, each by itself."""
    problems = []
    for item in parts:
        try:
            item.module.desired(item.params)
        except ConfigurationError as error:
            problems.append(f"{item.label}: {error}")
    return problems


def _between(present: Snapshot, states: Sequence[tuple[str, Snapshot]]) -> Iterable[tuple[str, Snapshot]]:
    """The tenant between the steps, each state once, without the one of now and the last one."""
    seen = [present, *(snapshot for _step, snapshot in states[-1:])]
    for step, snapshot in states[:-1]:
        if snapshot not in seen:
            seen.append(snapshot)
            yield step, snapshot


class _Rehearsal:
    """The steps carried out on a copy of the tenant, which is looked at after each where the mail flow is to be walked."""

    def __init__(self, cmdlets: Cmdlets, progress: Progress, *, walked: bool) -> None:
        self._cmdlets = cmdlets
        self._progress = progress
        self._copy = TenantCopy(cmdlets.client, self._look if walked else lambda step: None)
        self._label = ""
        self._states: list[tuple[str, Snapshot]] = []
        self._run_record = RunRecord()
        self._run_record.note_moves(progress.run_record.moves())
        self._present = self._snapshot(cmdlets)

    def carry_out(self, parts: Iterable[Part]) -> list[str]:
        """What keeps a part from being carried out; the parts behind it are not tried."""
        rehearsing = Cmdlets(self._copy, sleep=lambda seconds: None)
        for item in parts:
            self._label = item.label
            own = Progress(run_record=self._run_record)
            params = {**item.params, "wait_timeout": 0.0}
            try:
                item.module.perform(params, rehearsing, own, check_mode=False)
            except _OF_THE_CHANGE as error:
                return [str(error)]
            finally:
                self._progress.warn(*own.warnings)
        return []

    def finish(self) -> tuple[Snapshot, list[tuple[str, Snapshot]]]:
        """The tenant as it is, with everybody whom the change names, and as it is after each step."""
        last = self._states[-1][1] if self._states else self._present
        identities = [*named_recipients(self._present), *named_recipients(last)]
        self._present["recipients"] = RecipientLookup(self._cmdlets, self._progress).recipients(identities)
        return self._present, self._states

    def _look(self, step: Step) -> None:
        snapshot = self._snapshot(Cmdlets(self._copy))
        identities = [*named_recipients(self._present), *named_recipients(snapshot)]
        snapshot["recipients"] = RecipientLookup(Cmdlets(self._copy), self._progress).recipients(identities)
        self._states.append((f"{step.cmdlet} of the {self._label}", snapshot))

    def _snapshot(self, cmdlets: Cmdlets) -> Snapshot:
        return mail_flow_snapshot(cmdlets, self._progress)
