# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The difference between an existing object and the desired one, and the cmdlets that make up for it, in order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .._exchange.cmdlets import Record, Step
from .._exchange.errors import ConfigurationError
from .._schema.priority import PriorityConstraint
from .._schema.resource import Change, Field, Precondition, Resource, State


@dataclass(frozen=True)
class DesiredState:
    """What a task asks for.

    name, other_names: the object is the one with the first of these names that exists; "" for a singleton.
    typed_name: the name with the blanks around it that were typed, which a new object does not get.
    values: only the settings that the task gives; None empties one.
    forced: accept what would otherwise be refused as dangerous.
    constraint: where the object shall stand among the others of its class.
    mode: what happens to the elements of partial lists: "add", "remove" or "exact"; "restore" is exact for all of them.
    """

    name: str
    present: bool
    values: State
    other_names: tuple[str, ...] = ()
    forced: bool = False
    constraint: PriorityConstraint | None = None
    mode: str = "exact"
    typed_name: str = ""


@dataclass(frozen=True)
class ExistingState:
    """What the tenant has.

    name: of the object, or the one that it would get. count: objects of its class; order: their names, top first, where
    they have an order. same_position_rules: names of those that asked for the same end of the order before. state: what the
    record says, where that is known already.
    """

    name: str
    record: Record | None
    count: int
    order: tuple[str, ...] = ()
    same_position_rules: tuple[str, ...] = ()
    state: State | None = None

    def read(self, resource: Resource) -> State | None:
        """The object's state; None when it does not exist."""
        if self.record is None:
            return None
        return resource.read(self.record) if self.state is None else self.state


@dataclass(frozen=True)
class Diff:
    """settings: paths that change; conditions: what must be so when the steps are carried out."""

    change: Change
    steps: tuple[Step, ...]
    settings: tuple[str, ...]
    conditions: tuple[Precondition, ...] = ()


def decide(resource: Resource, desired: DesiredState, existing: ExistingState) -> Diff:
    """The steps for one object. ConfigurationError when the desired state cannot be carried out."""
    before = existing.read(resource)
    if not desired.present:
        diff = _removal(resource, existing, before)
        _refuse(resource, existing, diff, resource.unwritable(existing.record or {}))
        return diff
    combined = _combined(resource, desired, before or {})
    values = {**resource.imply(combined, before), **_placed(desired, existing)}
    if existing.record is None:
        diff = _creation(resource, desired, existing, values)
    else:
        diff = _update(resource, desired, existing, values, before or {})
    if diff.steps:
        record = existing.record or {}
        # A rule that cannot be edited faithfully can still be switched off.
        edited = any(step.cmdlet.startswith("Set-") for step in diff.steps)
        uneditable = resource.uneditable(record) if edited else ""
        reasons = (*resource.check(diff.change), uneditable, resource.unwritable(record))
        _refuse(resource, existing, diff, *reasons)
    return replace(diff, conditions=(*diff.conditions, *_standing(desired, existing)))


def _refuse(resource: Resource, existing: ExistingState, diff: Diff, *reasons: str) -> None:
    problems = [reason for reason in reasons if reason]
    if diff.steps and problems:
        raise ConfigurationError(f"{resource.called(existing.name)}: {'; '.join(problems)}.")


def _combined(resource: Resource, desired: DesiredState, before: State) -> State:
    """The desired values with the lists of which only a part is named made whole."""
    rows = resource.by_path()
    return {
        path: rows[path].combined(desired.mode, before.get(path), value)
        for path, value in desired.values.items()
    }


def _placed(desired: DesiredState, existing: ExistingState) -> State:
    """The priority that a constraint comes to; nothing when the object stands well."""
    index = desired.constraint and desired.constraint.index(
        existing.order, existing.name, existing.same_position_rules
    )
    return {} if index is None else {"priority": index}


def _standing(desired: DesiredState, existing: ExistingState) -> tuple[Precondition, ...]:
    if desired.constraint is None:
        return ()
    return tuple(
        Precondition(text, met) for text, met in desired.constraint.problems(existing.order, existing.name)
    )


def _identity(resource: Resource, record: Record) -> dict[str, Any]:
    if resource.singleton:
        return {"Identity": resource.identity, **resource.constant} if resource.identity else {}
    # The GUID, because a name can be read as a pattern and can change hands.
    identity = record.get("Guid") or record.get("Identity") or record["Name"]
    return {"Identity": identity, **resource.constant}


def _removal(resource: Resource, existing: ExistingState, before: State | None) -> Diff:
    steps: list[Step] = []
    if existing.record is not None:
        steps.append(
            Step(f"Remove-{resource.noun}", {**_identity(resource, existing.record), "Confirm": False})
        )
    return Diff(Change(before, None, existing.name), tuple(steps), ())


def _creation(resource: Resource, desired: DesiredState, existing: ExistingState, values: State) -> Diff:
    if resource.singleton:
        raise ConfigurationError(f"The service returned no {resource.title}.")
    after = {row.path: values.get(row.path, row.on_new) for row in resource.fields}
    after = {path: value for path, value in after.items() if value is not None}
    missing = [row.path for row in resource.fields if row.required_on_new and row.path not in after]
    if missing:
        raise ConfigurationError(
            f'{resource.title} "{desired.name}" does not exist yet, and {" and ".join(missing)} must be given to create it.'
        )
    if resource.priority:
        asked = {"Priority": after["priority"]} if "priority" in after else {}
        after.setdefault("priority", existing.count)
    else:
        asked = {}
    at_once = _rows(resource, after, "both", "new", "toggle", "once", "each")
    later = _rows(resource, after, "set")
    steps = [Step(f"New-{resource.noun}", {"Name": desired.name, **_sent(at_once, after), **asked})]
    if later:
        identity = {"Identity": desired.name, **resource.constant}
        steps.append(
            Step(
                f"Set-{resource.noun}",
                {**identity, **{row.parameter: row.wire_change(None, after[row.path]) for row in later}},
            )
        )
    after = {path: value for path, value in after.items() if resource.by_path()[path].verbs != "once"}
    conditions = _room(resource, existing, asked.get("Priority"), highest=existing.count)
    return Diff(Change(None, after, desired.name, desired.forced), tuple(steps), tuple(after), conditions)


def _rows(resource: Resource, after: State, *verbs: str) -> list[Field]:
    """The fields to send for a new object; the priority is placed by the caller."""
    return [
        row
        for row in resource.fields
        if row.verbs in verbs
        and row.path in after
        and not (resource.priority and row.path == "priority")
        and not row.omitted_when(after)
    ]


def _sent(rows: Iterable[Field], state: State) -> dict[str, Any]:
    return {row.parameter: row.wire(state.get(row.path)) for row in rows}


def _room(
    resource: Resource, existing: ExistingState, priority: int | None, highest: int
) -> tuple[Precondition, ...]:
    """Whether a priority is possible. A condition, because the tasks before this one may make further objects."""
    if priority is None or priority <= highest:
        return ()
    text = f"priority {priority} is in range: with {existing.count} objects of class {resource.noun} it can be 0 to {highest}"
    return (Precondition(text, False),)


def _update(
    resource: Resource, desired: DesiredState, existing: ExistingState, values: State, before: State
) -> Diff:
    record = existing.record or {}
    rows = resource.by_path()
    changed = [
        rows[path]
        for path, value in values.items()
        if rows[path].verbs != "once" and not rows[path].value.same(value, before.get(path))
    ]
    after = {**before, **{row.path: values[row.path] for row in changed}}
    if fixed := [row.path for row in changed if row.verbs == "new"]:
        raise ConfigurationError(
            f"{resource.called(existing.name)}: {' and '.join(fixed)} can be given only when it is created."
        )
    moved = resource.priority and any(row.path == "priority" for row in changed)
    identity = _identity(resource, record)
    steps = _set(resource, changed, identity, before, after, whole=desired.mode == "exact")
    for row in changed:
        if row.verbs == "each":
            steps += _each(resource, row, identity, before.get(row.path), after[row.path])
        if row.verbs == "toggle":
            steps = _toggled(resource, identity, steps, on=bool(after[row.path]))
    if moved:
        steps.append(Step(f"Set-{resource.noun}", {**identity, "Priority": after["priority"]}))
    change = Change(before, after, existing.name, desired.forced)
    wanted = after["priority"] if moved else None
    conditions = _room(resource, existing, wanted, highest=max(existing.count - 1, 0))
    return Diff(change, tuple(steps), tuple(row.path for row in changed), conditions)


def _set(
    resource: Resource,
    changed: list[Field],
    identity: dict[str, Any],
    before: State,
    after: State,
    *,
    whole: bool,
) -> list[Step]:
    """One Set- call with what changes and with the partners without which the service would refuse or reset it."""
    plain = {
        row.path
        for row in changed
        if row.verbs in ("both", "set") and not (resource.priority and row.path == "priority")
    }
    groups = {row.group for row in changed if row.group}
    partners = [
        row
        for row in resource.fields
        if row.path in plain or (row.group in groups and row.group and after.get(row.path) is not None)
    ]
    steps = []
    for rows, state in _batches(partners, before, after):
        sent = {
            row.parameter: row.wire_change(before.get(row.path), after.get(row.path), whole=whole)
            for row in rows
            if not row.omitted_when(state)
        }
        steps += [Step(f"Set-{resource.noun}", {**identity, **sent})] if sent else []
    return steps


def _batches(rows: list[Field], before: State, after: State) -> list[tuple[list[Field], State]]:
    """The fields for each Set- call, with the state in which it leaves the object.

    What an object of another type cannot have is refused together with the new type; it goes before, with the rest.
    """
    leaving = [row for row in rows if row.omitted_when(after) and not row.omitted_when(before)]
    if not leaving:
        return [(rows, after)]
    turning = [row for row in rows if not leaving[0].omitted_when({**after, row.path: before.get(row.path)})]
    between = {**after, **{row.path: before.get(row.path) for row in turning}}
    return [([row for row in rows if row not in turning], between), (turning, after)]


def _each(resource: Resource, row: Field, identity: dict[str, Any], before: Any, after: Any) -> list[Step]:
    """A call for each element that comes or goes; coming first, so that a list is never empty in between.

    The cmdlet that replaces the whole list could drop what somebody else added in the meantime.
    """
    noun = f"{resource.noun}Member"
    added, removed = row.value.lacking(after, before), row.value.lacking(before, after)
    steps = [Step(f"Add-{noun}", {**identity, "Member": item}) for item in added]
    return steps + [
        Step(f"Remove-{noun}", {**identity, "Member": item, "Confirm": False}) for item in removed
    ]


def _toggled(resource: Resource, identity: dict[str, Any], steps: list[Step], *, on: bool) -> list[Step]:
    # Off before the change and on after it, so that a half-changed object never acts on mail.
    if on:
        return [*steps, Step(f"Enable-{resource.noun}", dict(identity))]
    return [Step(f"Disable-{resource.noun}", {**identity, "Confirm": False}), *steps]
