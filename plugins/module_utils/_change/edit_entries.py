# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edits of a remedy as entries of a document: objects before and after, the calls that make them, and those that undo them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.change_recorder import blank_change
from .._engine.diff import DesiredState, ExistingState, decide
from .._engine.outcome import Outcome
from .._engine.revert import differing, inverse
from .._exchange.errors import ConfigurationError
from .._mail_flow_objects.edit import RECIPIENTS, Edit, NotEditable
from .._mail_flow_objects.edited import edited
from .._resources.distribution_group import DISTRIBUTION_GROUP
from .._resources.index import TOPICS
from .._run.documents import RecordedChange
from .._schema.resource import Resource, State, by_path

Snapshot = Mapping[str, Any]


def edit_entries(snapshot: Snapshot, edits: Iterable[Edit]) -> list[RecordedChange]:
    """One entry for each object, in the order of the edits. NotEditable when a cmdlet would refuse one."""
    groups: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        groups.setdefault((edit.topic, edit.name.casefold()), []).append(edit)
    entries, present = [], snapshot
    for several in groups.values():
        after = edited(present, several)
        entries.append(_entry(present, after, several[0]))
        present = after
    return entries


def _entry(before: Snapshot, after: Snapshot, edit: Edit) -> RecordedChange:
    resource = _resource(edit)
    old, new = (_row(side[edit.topic], edit) for side in (before, after))
    name = str((new or {}).get("name") or edit.name)
    orders = [_order(resource, side[edit.topic]) for side in (before, after)]
    state, wanted = (_state(resource, row, order) for row, order in ((old, orders[0]), (new, orders[1])))
    try:
        steps = _steps(resource, name, state, wanted or {}, orders[0])
    except ConfigurationError as error:
        raise NotEditable(str(error)) from None
    outcome = Outcome(True, name, state, wanted, orders[0], orders[1])
    blank = blank_change(
        f"o365_{resource.management.result}" if resource.management else "",
        {},
        resource.title,
        resource.noun,
        "" if resource.singleton else name,
    )
    # Nobody has done anything of it, and no run will.
    return {
        **{key: value for key, value in blank.items() if key not in ("status", "done", "error")},
        "before": old,
        "after": new,
        "order_before": list(orders[0]),
        "order_after": list(orders[1]),
        "steps": [step.to_result() for step in steps],
        "undo": [step.to_result() for step in inverse(resource, outcome)],
    }


def _resource(edit: Edit) -> Resource:
    """The table of the object; of a group the members alone, of which the mail flow knows nothing else."""
    if edit.topic == RECIPIENTS:
        fields = tuple(field for field in DISTRIBUTION_GROUP.fields if field.path == edit.path)
        return replace(DISTRIBUTION_GROUP, fields=fields)
    topic = TOPICS[edit.topic]
    more = topic.mail_flow.more if topic.mail_flow else ()
    return replace(topic, fields=(*topic.fields, *more))


def _steps(
    resource: Resource, name: str, state: State | None, wanted: State, order: tuple[str, ...]
) -> tuple[Any, ...]:
    values = {path: wanted.get(path) for path in differing(resource, state, wanted)}
    record = None if state is None else {"Name": name}
    desired = DesiredState("" if resource.singleton else name, True, values, forced=True)
    existing = ExistingState(name, record, max(len(order), 1), order, state=state)
    steps = decide(resource, desired, existing).steps
    if not steps:
        raise NotEditable(name)
    return steps


def _row(rows: Any, edit: Edit) -> dict[str, Any] | None:
    if edit.topic == RECIPIENTS:
        found = (row for row in rows.values() if str(row.get("address")).lower() == edit.name)
        return {"name": edit.name, edit.path: next(found)["members"]}
    if isinstance(rows, Mapping):
        return dict(rows)
    wanted = edit.name.casefold()
    return next((dict(row) for row in rows or () if str(row.get("name")).casefold() == wanted), None)


def _order(resource: Resource, rows: Any) -> tuple[str, ...]:
    return tuple(str(row["name"]) for row in rows) if resource.priority else ()


def _state(resource: Resource, row: Mapping[str, Any] | None, order: tuple[str, ...]) -> State | None:
    """A row in option names as a state. order: of all objects of the class, by name."""
    if row is None:
        return None
    given = by_path(row)
    found = {field.path: given.get(field.path) for field in resource.fields}
    if resource.priority:
        found["priority"] = order.index(str(row["name"]))
    return {path: None if value in ("", [], None) else value for path, value in found.items()}
