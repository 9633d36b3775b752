# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine: observe, decide, apply, verify. The gateway comes as an argument; verify is decide again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ._cmdlets import Cmdlets, Record, Step
from ._decide import Decision, Found, Wish, decide
from ._errors import AlreadyExists, ConfigurationError, InvalidValue, NotConverged, NotFound, UncertainWrite
from ._field import Precondition, Resource, State
from ._order import Placement, rearranged, replayed
from ._recipients import Alignment

# Seconds between two looks at an object that does not show the change yet.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 5.0)
# Seconds between two looks at the conditions of a change.
_PAUSES_FOR_CONDITIONS = (0.5, 1.0)
# Seconds after which an object that shows something new, but not what was asked for, is believed.
_PATIENCE_WITH_OTHER = 10.0
_ATTEMPTS = 3
_NOTHING_MODIFIED = "no settings of"


@dataclass
class Progress:
    """What is known of a run at any moment, also when it fails.

    plan: the steps decided on; done: the steps that the service accepted; warnings: for the user.
    earlier: what the tasks before this one did to the order of objects; placed: what this one does.
    """

    plan: list[Step] = field(default_factory=list)
    done: list[Step] = field(default_factory=list)
    preconditions: list[Precondition] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    earlier: list[Placement] = field(default_factory=list)
    placed: list[Placement] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """The object before and after, under the name that it has; None where it does not exist.

    order_before, order_after: the names of all objects of its class, top first, where they have an order.
    """

    changed: bool
    name: str
    before: State | None
    after: State | None
    order_before: tuple[str, ...] = ()
    order_after: tuple[str, ...] = ()


class Reconciliation:
    """One object of one tenant on its way to a wish.

    wait: seconds to wait for a change to become visible. sleep and clock: as in the time module.
    """

    def __init__(
        self,
        resource: Resource,
        wish: Wish,
        cmdlets: Cmdlets,
        progress: Progress,
        *,
        wait: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._resource = resource
        self._wish = wish
        self._cmdlets = cmdlets
        self._progress = progress
        self._wait = wait
        self._sleep = sleep
        self._clock = clock
        self._rehearsing = False
        self._guid = ""
        self._order: tuple[str, ...] = ()

    def run(self, *, check_mode: bool) -> Outcome:
        """Bring the object to the wish, or only say what would be done.

        Any of the O365Error family; progress then tells what has been done.
        """
        self._rehearsing = check_mode
        decision = self._decide()
        order_before = self._order
        self._progress.plan.extend(decision.steps)
        unmet = [condition for condition in decision.conditions if not condition.met]
        if decision.steps or unmet:
            self._progress.preconditions.extend(self._conditions(decision))
        if decision.steps:
            self._warn(*self._resource.cautions(decision.change, self._cmdlets.found))
        if not check_mode and (decision.steps or unmet):
            decision = self._enforce_preconditions(decision)
        change = decision.change
        if check_mode or not decision.steps:
            order_after = self._note_place(decision)
            return Outcome(
                bool(decision.steps), change.name, change.before, change.after, order_before, order_after
            )
        if change.before is None and self._wish.present:
            # What a new object is given unasked has to read back too.
            given = {row.path: row.on_new for row in self._resource.fields if row.on_new is not None}
            self._wish = replace(self._wish, values={**given, **self._wish.values})
        unmodified = self._apply(decision)
        after = self._verify(decision)
        self._note_place(decision)
        if unmodified:
            self._progress.warnings.append(
                f"The service says that nothing was modified, although {', '.join(decision.settings)} looked different."
            )
        return Outcome(not unmodified, change.name, change.before, after, order_before, self._order)

    def _note_place(self, decision: Decision) -> tuple[str, ...]:
        """Note for the tasks that follow what happened to the order; the order as it then is."""
        if not self._resource.priority:
            return ()
        change, place = decision.change, self._wish.place
        gone = change.after is None
        before, after = (
            (change.before or {}).get("priority"),
            (change.after or {"priority": -1}).get("priority"),
        )
        moved = bool(decision.steps) and before != after
        index = after if moved else None
        end = place.end if place and not gone else ""
        if end or moved:
            done = not self._rehearsing
            self._progress.placed.append(Placement(change.name, self._guid, end, index, done))
        return tuple(rearranged(self._order, change.name, None if gone else index)) if moved else self._order

    # ------------------------------------------------------------------------------------------ observe and decide

    def _decide(self) -> Decision:
        found = self._observe()
        alignment = Alignment(self._cmdlets.recipient, members_must_exist=self._wish.mode != "remove")
        values = self._wish.values
        if self._wish.present:
            before = None if found.record is None else self._resource.read(found.record)
            values = alignment.align(self._resource, values, before)
        decision = decide(self._resource, replace(self._wish, values=values), found)
        self._warn(*alignment.warnings)
        return replace(decision, conditions=(*alignment.preconditions, *decision.conditions))

    def _warn(self, *texts: str) -> None:
        self._progress.warnings.extend(text for text in texts if text not in self._progress.warnings)

    def _observe(self) -> Found:
        records: list[Record] = []
        for parameters in self._listings():
            read = self._cmdlets.found if self._resource.by_identity else self._cmdlets.read
            records += read(self._resource.noun, dict(parameters))
            if self._resource.singleton:
                return Found("", records[0] if records else None, len(records))
            if self._resource.priority:
                records = replayed(records, self._progress.earlier if self._rehearsing else ())
                self._order = tuple(str(record["Name"]) for record in records)
            matches = self._matches(records)
            if matches:
                break
        else:
            return Found(self._wish.name, None, len(records), self._order, self._claims())
        if len(matches) > 1:
            self._warn(
                f'There is more than one {self._resource.title} of this integration: "{matches[0]["Name"]}" is '
                f"managed, {', '.join(repr(str(row['Name'])) for row in matches[1:])} left alone."
            )
        self._guid = str(matches[0].get("Guid") or "")
        record = self._resource.complete(matches[0], self._cmdlets.read)
        return Found(str(record["Name"]), record, len(records), self._order, self._claims())

    def _listings(self) -> Iterable[dict[str, Any]]:
        if not self._resource.by_identity:
            return self._resource.listings
        return ({"Identity": name} for name in (self._wish.name, *self._wish.other_names))

    def _claims(self) -> tuple[str, ...]:
        """The objects for which earlier tasks of this run asked for the same end of the order."""
        end = self._wish.place.end if self._wish.place else ""
        return tuple(placement.name for placement in self._progress.earlier if end and placement.end == end)

    def _matches(self, records: list[Record]) -> list[Record]:
        """The records under one of the wished names, best name first."""
        # An object that check mode only planned has no GUID and cannot be looked at further.
        records = [row for row in records if row.get("Guid") or row.get("Identity")]
        matches: list[Record] = []
        for name in (self._wish.name, *self._wish.other_names):
            named = [row for row in records if str(row.get("Name", "")).casefold() == name.casefold()]
            if len({row.get("Guid") for row in named}) > 1:
                raise ConfigurationError(
                    f'The service shows {len(named)} objects of class {self._resource.noun} named "{name}"; rename all but one.'
                )
            matches += [row for row in named[:1] if row not in matches]
        return matches

    # ------------------------------------------------------------------------------------------ apply and verify

    def _conditions(self, decision: Decision) -> list[Precondition]:
        return [*decision.conditions, *self._resource.preconditions(decision.change, self._cmdlets.found)]

    def _enforce_preconditions(self, decision: Decision) -> Decision:
        """The decision to carry out, once its conditions are met.

        ConfigurationError when they are not, also after giving what was just changed a moment to show.
        """
        for pause in _PAUSES_FOR_CONDITIONS:
            if all(condition.met for condition in self._progress.preconditions):
                return decision
            self._sleep(pause)
            decision = self._decide()
            self._progress.plan[:] = decision.steps
            self._progress.preconditions[:] = self._conditions(decision)
        unmet = [condition.text for condition in self._progress.preconditions if not condition.met]
        if unmet:
            raise ConfigurationError(
                f'{self._resource.title} "{decision.change.name}" was not changed, because this is not so: '
                f"{'; '.join(unmet)}."
            )
        return decision

    def _apply(self, decision: Decision) -> bool:
        """Carry out the steps; whether the service said each time that nothing was modified."""
        unclear: UncertainWrite | NotFound | None = None
        for attempt in range(_ATTEMPTS):
            answers: list[bool] = []
            try:
                for step in decision.steps:
                    answers.append(self._carry_out(step))
                return bool(answers) and all(answers)
            except (UncertainWrite, NotFound) as error:
                # Not found: somebody else was faster, or a server does not know yet what the last step made.
                unclear = error
            except (AlreadyExists, InvalidValue):
                # The name is taken by our own New- of the attempt before, which had been carried out after all; for
                # rules the service calls that an invalid argument (inferred).
                if unclear is None:
                    raise
            self._sleep(_PAUSES[attempt])
            decision = self._decide()
            if not decision.steps:
                return False
        raise unclear or NotConverged("the service refused again what it had accepted before.")

    def _carry_out(self, step: Step) -> bool:
        """Whether the service said that nothing was modified."""
        try:
            warnings = self._cmdlets.write(step).warnings
        except AlreadyExists:
            # Somebody else made the same recipient a member.
            if not step.cmdlet.startswith("Add-"):
                raise
            warnings = []
        self._progress.done.append(step)
        return any(_NOTHING_MODIFIED in text for text in warnings)

    def _verify(self, applied: Decision) -> State | None:
        """The state read back, once there is nothing left to do. NotConverged when that does not happen in time."""
        started = self._clock()
        pauses = iter(_PAUSES)
        while True:
            decision = self._decide()
            if not decision.steps:
                return decision.change.before
            waited = self._clock() - started
            shows_other = (
                decision.change.before is not None and decision.change.before != applied.change.before
            )
            if waited >= (min(self._wait, _PATIENCE_WITH_OTHER) if shows_other else self._wait):
                raise self._not_converged(decision)
            self._sleep(next(pauses, _PAUSES[-1]))

    def _not_converged(self, decision: Decision) -> NotConverged:
        if not self._wish.present:
            left = "it is still there"
        elif decision.change.before is None:
            left = "it is not there"
        else:
            left = "; ".join(
                f"{path} is {_shown(decision.change.before.get(path))} instead of {_shown((decision.change.after or {}).get(path))}"
                for path in decision.settings
            )
        words = " ".join(self._cmdlets.warnings)
        return NotConverged(
            f"the service accepted the change, but reading it back shows that {left}."
            + (f" The service warned: {words}" if words else ""),
            cmdlet=self._progress.plan[-1].cmdlet,
            target=decision.change.name or self._resource.title,
            hint="Run again in a few minutes; if it stays so, the service does not take this value.",
        )


def _shown(value: Any) -> str:
    return "not set" if value is None else repr(value)
