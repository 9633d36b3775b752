# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine: observe, decide, apply, verify. The gateway comes as an argument; verify is decide again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any

from .._exchange.cmdlets import Cmdlets, Record, Step
from .._exchange.errors import (
    AlreadyExists,
    ConfigurationError,
    InvalidValue,
    NotApproved,
    NotConverged,
    NotFound,
    NotPermitted,
    UncertainWrite,
)
from .._run.documents import stamp
from .._schema.priority import PriorityMove, rearranged, replayed
from .._schema.resource import Precondition, Resource, State
from .._schema.value_type import shown
from .diff import DesiredState, Diff, ExistingState, decide
from .outcome import Outcome
from .progress import AcceptedCall, Progress
from .recipients import RecipientResolver
from .usage import Usage

# Seconds between two looks at an object that does not show the change yet; from the fourth on the user is told.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 5.0)
_TOLD = 3
# Seconds between two looks at the conditions of a change.
_PAUSES_FOR_CONDITIONS = (0.5, 1.0)
# Seconds after which an object that shows something new, but not what was asked for, is believed.
_PATIENCE_WITH_OTHER = 10.0
_ATTEMPTS = 3
# What only foretells a refusal of the service; a change does not fail because the application may not read it.
_FORESEEN_BY_LOOKING = ("Recipient", "AcceptedDomain")
_NOTHING_MODIFIED = "no settings of"


class Reconciliation:
    """One object of one tenant on its way to a desired state.

    wait: seconds to wait for a change to become visible. announce: called with what is about to be done, before the first call,
    and again after each. approved: the only steps that may be taken, in this order. pause: see Cmdlets. clock: as
    time.monotonic. usage: knows who uses the object; without it, nobody asks.
    """

    def __init__(
        self,
        resource: Resource,
        desired: DesiredState,
        cmdlets: Cmdlets,
        progress: Progress,
        *,
        wait: float = 60.0,
        announce: Callable[[Outcome], None] = lambda outcome: None,
        approved: Sequence[Step] | None = None,
        pause: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        usage: Usage | None = None,
    ) -> None:
        self._resource = resource
        self._desired = desired
        self._cmdlets = cmdlets
        self._progress = progress
        self._wait = wait
        self._announce = announce
        self._approved = approved
        self._pause = pause or cmdlets.pause
        self._clock = clock
        self._usage = usage
        self._record: Record = {}
        self._rehearsing = False
        self._guid = ""
        self._order: tuple[str, ...] = ()
        self._planned: Outcome | None = None

    def run(self, *, check_mode: bool) -> Outcome:
        """Bring the object to the desired state, or only say what would be done.

        Any of the O365Error family; progress then tells what has been done.
        """
        self._rehearsing = check_mode
        diff = self._settled(self._decide())
        order_before = self._order
        self._refuse_what_is_used(diff)
        self._progress.plan.extend(diff.steps)
        unmet = [condition for condition in diff.conditions if not condition.met]
        if diff.steps or unmet:
            self._progress.preconditions.extend(self._conditions(diff))
        if diff.steps:
            self._progress.warn(*self._resource.cautions(diff.change, self._cmdlets.found))
        if not check_mode and (diff.steps or unmet):
            diff = self._enforce_preconditions(diff)
        self._planned = self._outcome(diff, order_before)
        if check_mode or not diff.steps:
            self._note_place(diff)
            return self._planned
        self._announce(self._planned)
        return self._carry_through(diff, self._planned)

    def look(self) -> Outcome:
        """The object as it is, whatever is desired."""
        existing = self._observe()
        state = existing.read(self._resource)
        return Outcome(False, existing.name, state, state, self._order, self._order, self._guid)

    def _carry_through(self, diff: Diff, planned: Outcome) -> Outcome:
        change = diff.change
        if change.before is None and self._desired.present:
            # What a new object is given unasked has to read back too.
            given = {row.path: row.on_new for row in self._resource.fields if row.on_new is not None}
            self._desired = replace(self._desired, values={**given, **self._desired.values})
        unmodified = self._apply(diff)
        after = self._lasting(self._verify(diff))
        self._note_place(diff)
        if unmodified:
            self._progress.warnings.append(
                f"The service says that nothing was modified, although {', '.join(diff.settings)} looked different."
            )
        return replace(planned, changed=not unmodified, after=after, order_after=self._order, guid=self._guid)

    def _outcome(self, diff: Diff, order_before: tuple[str, ...]) -> Outcome:
        """What the object is, and is to be, as it is recorded."""
        change = diff.change
        before, after = change.before, change.after
        if diff.steps:
            before, after = map(self._lasting, (before, after))
        return Outcome(
            bool(diff.steps),
            change.name,
            before,
            after,
            order_before,
            self._order_after(diff),
            self._guid,
            self._same_position_rules(),
        )

    def _lasting(self, state: State | None) -> State | None:
        # The owners and members of a group are not what a run removes.
        if self._resource.by_identity:
            return state
        return RecipientResolver(self._cmdlets.recipient).lasting(self._resource, state)

    def _settled(self, diff: Diff) -> Diff:
        """The diff, once it is the approved one; what was just changed is given a moment to show."""
        for pause in _PAUSES_FOR_CONDITIONS if self._approved is not None else ():
            if self._is_approved(diff):
                return diff
            self._pause(pause)
            diff = self._decide()
        self._require_approval(diff, whole=True)
        return diff

    def _require_approval(self, diff: Diff, *, whole: bool) -> None:
        """NotApproved when the steps are others than the approved ones; whole: when one is missing or smaller, too."""
        if self._approved is None:
            return
        steps, approved = list(diff.steps), list(self._approved)
        if self._is_approved(diff) or (not whole and all(self._approving(diff, step) for step in steps)):
            return
        raise NotApproved(
            f"{self._resource.called(diff.change.name)}: {_called(steps)} would be needed now, and {_called(approved)} "
            "was approved. Make a new plan."
        )

    def _is_approved(self, diff: Diff) -> bool:
        return [*map(self._meant, diff.steps)] == [*map(self._meant, self._approved or ())]

    def _meant(self, step: Step) -> Step:
        """The step with addresses in lower case: the service may show them in another case than it was given."""
        addresses = {row.parameter for row in self._resource.fields if row.value.recipients}
        return Step(
            step.cmdlet,
            {
                key: value if key not in addresses else _lowered(value)
                for key, value in step.parameters.items()
            },
        )

    def _among_approved(self, diff: Diff) -> Diff:
        """The diff with the approved spelling of its steps: an object just made is called by its name there."""
        spelled = []
        for step in diff.steps:
            given = self._approving(diff, step)
            approved = given.parameters if given else step.parameters
            identity = {key: value for key, value in approved.items() if key == "Identity"}
            spelled.append(Step(step.cmdlet, {**step.parameters, **identity}))
        return replace(diff, steps=tuple(spelled))

    def _approving(self, diff: Diff, step: Step) -> Step | None:
        """The approved step that this one is, or of which it is left over: a Set- where something stands already as it was to be."""
        known = {self._desired.name.casefold(), diff.change.name.casefold(), self._guid.casefold()}

        def plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
            identity = str(parameters.get("Identity") or "").casefold()
            return {**parameters, "Identity": ""} if identity in known else dict(parameters)

        wanted = plain(self._meant(step).parameters)
        candidates = [
            (given, plain(self._meant(given).parameters))
            for given in self._approved or ()
            if given.cmdlet == step.cmdlet
        ]
        same = [given for given, parameters in candidates if parameters == wanted]
        larger = [
            given
            for given, parameters in candidates
            if step.cmdlet.startswith("Set-") and wanted.items() <= parameters.items()
        ]
        return next(iter([*same, *larger]), None)

    def _order_after(self, diff: Diff) -> tuple[str, ...]:
        """The order as it is after the change."""
        change = diff.change
        before, after = (
            (change.before or {}).get("priority"),
            (change.after or {"priority": -1}).get("priority"),
        )
        if not self._resource.priority or not diff.steps or before == after:
            return self._order
        return tuple(rearranged(self._order, change.name, None if change.after is None else after))

    def _note_place(self, diff: Diff) -> None:
        """Note for the tasks that follow what happened to the order."""
        if not self._resource.priority:
            return
        change, constraint = diff.change, self._desired.constraint
        gone = change.after is None
        before, after = (
            (change.before or {}).get("priority"),
            (change.after or {"priority": -1}).get("priority"),
        )
        moved = bool(diff.steps) and before != after
        end = constraint.end if constraint and not gone else ""
        if end or moved:
            index = after if moved else None
            done = not self._rehearsing
            self._progress.run_record.note_moves([PriorityMove(change.name, self._guid, end, index, done)])

    # ------------------------------------------------------------------------------------------ observe and decide

    def _decide(self) -> Diff:
        existing = self._observe()
        resolver = RecipientResolver(
            self._cmdlets.recipient, members_must_exist=self._desired.mode != "remove"
        )
        values = self._desired.values
        if self._desired.present:
            before = existing.read(self._resource)
            values = resolver.align(self._resource, values, before)
        diff = decide(self._resource, replace(self._desired, values=values), existing)
        self._progress.warn(*resolver.warnings)
        return replace(diff, conditions=(*resolver.preconditions, *diff.conditions))

    def _observe(self) -> ExistingState:
        records: list[Record] = []
        matches: list[Record] = []
        for parameters in self._listings():
            read = self._cmdlets.found if self._resource.by_identity else self._cmdlets.read
            records += read(self._resource.noun, dict(parameters))
            if self._resource.singleton:
                return ExistingState("", records[0] if records else None, len(records))
            if self._resource.priority:
                records = replayed(records, self._earlier() if self._rehearsing else ())
                self._order = tuple(str(record["Name"]) for record in records)
            matches = self._matches(records)
            # An older name in the first listing says nothing of the best name in those that show what is hidden there.
            if matches and _bare(matches[0]["Name"]) == _bare(self._desired.name):
                break
        if not matches:
            return ExistingState(
                self._desired.name, None, len(records), self._order, self._same_position_rules()
            )
        if len(matches) > 1:
            self._progress.warn(
                f'There is more than one {self._resource.title} of this integration: "{matches[0]["Name"]}" is '
                f"managed, {', '.join(repr(str(row['Name'])) for row in matches[1:])} left alone."
            )
        self._guid = str(matches[0].get("Guid") or "")
        record = self._record = self._resource.complete(matches[0], self._cmdlets.found)
        return ExistingState(
            str(record["Name"]), record, len(records), self._order, self._same_position_rules()
        )

    def _listings(self) -> Iterable[dict[str, Any]]:
        if not self._resource.by_identity:
            return self._resource.listings
        return ({"Identity": name} for name in (self._desired.name, *self._desired.other_names))

    def _same_position_rules(self) -> tuple[str, ...]:
        """The objects for which earlier tasks of this run asked for the same end of the order."""
        end = self._desired.constraint.end if self._desired.constraint else ""
        return tuple(move.name for move in self._earlier() if end and move.end == end)

    def _earlier(self) -> list[PriorityMove]:
        return self._progress.run_record.moves()

    def _matches(self, records: list[Record]) -> list[Record]:
        """The records under one of the desired names, best name first."""
        # An object that check mode only planned has no GUID and cannot be looked at further.
        records = [row for row in records if row.get("Guid") or row.get("Identity")]
        matches: list[Record] = []
        for name in (self._desired.name, *self._desired.other_names):
            named = self._named(name, records)
            if len({row.get("Guid") for row in named}) > 1:
                raise ConfigurationError(
                    f'The service shows {len(named)} objects of class {self._resource.noun} named "{name}"; rename all but one.'
                )
            matches += [row for row in named[:1] if row not in matches]
        return matches

    def _named(self, name: str, records: list[Record]) -> list[Record]:
        """The records with a name; those with other blanks around it only where no name is exactly this one."""
        named = [row for row in records if _bare(row.get("Name")) == _bare(name)]
        spellings = (self._desired.typed_name, name) if name == self._desired.name else (name,)
        for spelling in spellings:
            exact = [row for row in named if str(row.get("Name")).casefold() == spelling.casefold()]
            if exact:
                return exact
        return named

    # ------------------------------------------------------------------------------------------ apply and verify

    def _conditions(self, diff: Diff) -> list[Precondition]:
        return [*diff.conditions, *self._resource.preconditions(diff.change, self._read)]

    def _read(self, noun: str, parameters: dict[str, Any]) -> list[Record]:
        """As Cmdlets.found; who may not look something up learns from the service itself what is in the way."""
        try:
            return self._cmdlets.found(noun, parameters)
        except NotPermitted as error:
            if noun not in _FORESEEN_BY_LOOKING:
                raise
            self._progress.warn(f"A condition of the change could not be looked up: {error}")
            return []

    def _enforce_preconditions(self, diff: Diff) -> Diff:
        """The diff to carry out, once its conditions are met.

        ConfigurationError when they are not, also after giving what was just changed a moment to show.
        """
        for pause in _PAUSES_FOR_CONDITIONS:
            if all(condition.met for condition in self._progress.preconditions):
                return diff
            self._pause(pause)
            diff = self._decide()
            self._progress.plan[:] = diff.steps
            self._progress.preconditions[:] = self._conditions(diff)
        unmet = [condition.text for condition in self._progress.preconditions if not condition.met]
        if unmet:
            raise ConfigurationError(
                f"{self._resource.called(diff.change.name)} was not changed, because a condition is not met: "
                f"{'; '.join(unmet)}."
            )
        return diff

    def _refuse_what_is_used(self, diff: Diff) -> None:
        """ConfigurationError when the change takes the object away from others, also after a moment in which a change can show."""
        change, usage = diff.change, self._usage
        withdrawn = bool(diff.steps) and self._resource.withdrawn(change)
        if usage is None or self._desired.forced or not withdrawn:
            return
        users: list[str] = []
        for pause in (*(() if self._rehearsing else _PAUSES_FOR_CONDITIONS), None):
            users = usage.of(self._resource, self._record, change.before or {})
            if not users:
                return
            if pause is not None:
                self._pause(pause)
        one = len(users) == 1
        raise ConfigurationError(
            f"{self._resource.called(change.name)} was not {'changed' if change.after else 'removed'}, because "
            f"{' and '.join(users)} {'uses' if one else 'use'} it. Change or remove {'that' if one else 'those'} first; "
            "a task with force takes it away all the same."
        )

    def _apply(self, diff: Diff) -> bool:
        """Carry out the steps; whether the service said each time that nothing was modified."""
        unclear: UncertainWrite | NotFound | None = None
        for attempt in range(_ATTEMPTS):
            answers: list[bool] = []
            lost: tuple[Step, UncertainWrite] | None = None
            try:
                for step in diff.steps:
                    answers.append(self._carry_out(step))
                return bool(answers) and all(answers)
            except UncertainWrite as error:
                unclear = error
                lost = (diff.steps[len(answers)], error)
            except NotFound as error:
                # Somebody else was faster, or a server does not know yet what the last step made.
                unclear = error
            except (AlreadyExists, InvalidValue):
                # The name is taken by our own New- of the attempt before, which had been carried out after all; for
                # rules the service calls that an invalid argument (inferred).
                if unclear is None:
                    raise
            self._pause(_PAUSES[attempt])
            diff = self._among_approved(self._decide())
            if lost and lost[0] not in diff.steps:
                self._note_done(AcceptedCall(lost[0], lost[1].request_id or "", (), stamp(datetime.now(UTC))))
            if not diff.steps:
                return False
            self._require_approval(diff, whole=False)
        raise unclear or NotConverged("the service refused again what it had accepted before.")

    def _carry_out(self, step: Step) -> bool:
        """Whether the service said that nothing was modified."""
        if self._resource.by_identity and step.cmdlet.endswith(f"-{self._resource.noun}"):
            self._cmdlets.forget_recipients()
        try:
            answer = self._cmdlets.write(step)
            request_id, warnings = answer.request_id, tuple(answer.warnings)
        except AlreadyExists:
            # Somebody else made the same recipient a member.
            if not step.cmdlet.startswith("Add-"):
                raise
            request_id, warnings = "", ()
        self._note_done(AcceptedCall(step, request_id, warnings, stamp(datetime.now(UTC))))
        return any(_NOTHING_MODIFIED in text for text in warnings)

    def _note_done(self, call: AcceptedCall) -> None:
        self._progress.done.append(call)
        if self._planned:
            self._announce(self._planned)

    def _verify(self, applied: Diff) -> State | None:
        """The state read back, once there is nothing left to do. NotConverged when that does not happen in time."""
        started = self._clock()
        pauses = self._between_looks()
        while True:
            try:
                diff = self._decide()
            except NotFound:
                # One server lists the object still, or already, and another does not know it.
                if self._clock() - started >= self._wait:
                    raise
                self._pause(next(pauses))
                continue
            if not diff.steps:
                return diff.change.before
            waited = self._clock() - started
            shows_other = diff.change.before is not None and diff.change.before != applied.change.before
            if waited >= (min(self._wait, _PATIENCE_WITH_OTHER) if shows_other else self._wait):
                raise self._not_converged(diff)
            self._pause(next(pauses))

    def _between_looks(self) -> Iterator[float]:
        """Seconds, without end."""
        for number, pause in enumerate(chain(_PAUSES, repeat(_PAUSES[-1]))):
            if number == _TOLD:
                name = self._resource.called(self._desired.name)
                self._cmdlets.tell(
                    f"The change of the {name} does not show yet; waiting for it up to {self._wait:.0f} seconds."
                )
            yield pause

    def _not_converged(self, diff: Diff) -> NotConverged:
        if not self._desired.present:
            left = "it is still there"
        elif diff.change.before is None:
            left = "it is not there"
        else:
            left = "; ".join(
                f"{path} is {shown(diff.change.before.get(path))} instead of {shown((diff.change.after or {}).get(path))}"
                for path in diff.settings
            )
        words = " ".join(self._cmdlets.warnings)
        return NotConverged(
            f"the service accepted the change, but reading it back shows that {left}."
            + (f" The service warned: {words}" if words else ""),
            cmdlet=self._progress.plan[-1].cmdlet,
            target=diff.change.name or self._resource.title,
            hint="Run again in a few minutes; if it stays so, the service does not take this value.",
        )


def _lowered(value: Any) -> Any:
    """A text, or a list of them, in lower case; all else as it is."""
    if isinstance(value, list):
        return [_lowered(item) for item in value]
    return value.lower() if isinstance(value, str) else value


def _bare(name: object) -> str:
    """What counts of a name: the admin center lets blanks around it pass, and nobody sees them."""
    return str(name).strip().casefold()


def _called(steps: Iterable[Step]) -> str:
    return ", then ".join(f"{step.cmdlet} {step.parameters}" for step in steps) or "nothing"
