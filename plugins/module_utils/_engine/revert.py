# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back from a change: the calls that roll it back, and the options with which a module does. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._exchange.cmdlets import Record, Step
from .._exchange.errors import ConfigurationError
from .._schema.resource import Field, Resource, State
from .._schema.value_type import NotClearable
from .diff import DesiredState, ExistingState, decide
from .outcome import Outcome


def differing(resource: Resource, one: State | None, other: State | None) -> list[str]:
    """The paths of the settings in which two states differ; those that cannot be read back count as equal."""
    first, second = one or {}, other or {}
    return [
        row.path
        for row in resource.fields
        if row.verbs != "once" and not row.value.same(first.get(row.path), second.get(row.path))
    ]


def inverse(resource: Resource, outcome: Outcome) -> tuple[Step, ...]:
    """The calls that bring the object back to what it was; none when that is not possible."""
    if outcome.before is None and outcome.after is None:
        return ()
    before = outcome.before or {}
    values = {path: before.get(path) for path in differing(resource, outcome.after, outcome.before)}
    desired = DesiredState(outcome.name, outcome.before is not None, values, forced=True, mode="restore")
    record: Record | None = None
    if outcome.after is not None:
        record = {"Name": outcome.name, "Guid": outcome.guid}
    existing = ExistingState(
        outcome.name, record, len(outcome.order_after), outcome.order_after, state=outcome.after
    )
    try:
        return decide(resource, desired, existing).steps
    except ConfigurationError:
        return ()


def restoring_options(
    resource: Resource, wanted: State | None, current: State | None
) -> tuple[dict[str, Any], list[str]]:
    """The options, without name and place, with which a module brings an object from one state to another.

    Beside them the paths of the settings that no option can bring back.
    """
    if wanted is None:
        return {"state": "absent"}, []
    options: dict[str, Any] = {} if resource.singleton else {"state": "present"}
    lost = []
    rows = resource.by_path()
    for path in differing(resource, wanted, current):
        row, value = rows[path], wanted.get(path)
        if resource.priority and path == "priority":
            continue
        emptied = value is None
        if current is None and emptied:
            continue
        added_to = row.partial == "add" and current is not None
        if (emptied and isinstance(row.value.clear, NotClearable)) or added_to:
            lost.append(path)
            continue
        holder = options.setdefault(row.section, {}) if row.section else options
        holder[row.name] = _emptied(row) if emptied else value
        if row.partial == "mode":
            options.update(mode="exact", force=True)
    return options, lost


def _emptied(row: Field) -> Any:
    """What an option is given to clear a setting."""
    return [] if row.value.type == "list" else False if row.value.type == "bool" else ""


def neighbours(name: str, wanted: Sequence[str], present: Sequence[str]) -> dict[str, list[str]]:
    """Between which rules one stood, as options of o365_mail_flow_rule.

    wanted: the order in which it stood; present: the rules that there are now, in their order. Of its former neighbours the
    nearest ones that still exist decide; where these have changed places, the upper one.
    """
    known = {item.casefold(): index for index, item in enumerate(present)}
    known.pop(name.casefold(), None)
    place = [item.casefold() for item in wanted].index(name.casefold())
    above = [item for item in wanted[:place] if item.casefold() in known][-1:]
    below = [item for item in wanted[place + 1 :] if item.casefold() in known][:1]
    if above and below and known[below[0].casefold()] < known[above[0].casefold()]:
        below = []
    return {key: names for key, names in (("after", above), ("before", below)) if names}
