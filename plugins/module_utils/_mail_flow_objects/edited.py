# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A snapshot with edits made: the copy on which a remedy is proved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .edit import FILTER, RECIPIENTS, RULES, Edit, NotEditable
from .rows import text, texts


def edited(snapshot: Mapping[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """The snapshot with all edits made, in their order; the given one is left as it is.

    NotEditable when an object is not there, or an edit changes nothing.
    """
    result = dict(snapshot)
    for edit in edits:
        before = result.get(edit.topic)
        result[edit.topic] = _made(before, edit)
        if result[edit.topic] == before:
            raise NotEditable(edit.text)
    return result


def _made(before: Any, edit: Edit) -> Any:
    if edit.topic == FILTER:
        return _row(before or {}, edit)
    if edit.topic == RECIPIENTS:
        return _with_members(before or {}, edit)
    rows = list(before or ())
    place = _place(rows, edit.name)
    if edit.action == "create":
        if place is not None:
            raise NotEditable(edit.text)
        return [*rows, _created(edit)]
    if place is None:
        raise NotEditable(edit.text)
    if edit.action == "above":
        return _moved(rows, place, edit)
    rows[place] = _row(rows[place], edit)
    return rows


def _with_members(recipients: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    """The recipients with more members of a group, under every identity that the snapshot has for it."""
    found = {
        key: _row(record, edit)
        for key, record in recipients.items()
        if text(record or {}, "address").lower() == edit.name and record.get("members") is not None
    }
    if not found:
        raise NotEditable(edit.text)
    return {**recipients, **found}


def _place(rows: list[Any], name: object) -> int | None:
    wanted = str(name).casefold()
    return next((index for index, row in enumerate(rows) if text(row, "name").casefold() == wanted), None)


def _created(edit: Edit) -> dict[str, Any]:
    settings = edit.value if isinstance(edit.value, tuple) else ()
    return {"name": edit.name, **{str(path): _plain(value) for path, value in settings}}


def _moved(rows: list[Any], place: int, edit: Edit) -> list[Any]:
    other = _place(rows, edit.value)
    if other is None or edit.topic != RULES:
        raise NotEditable(edit.text)
    if other > place:
        return rows
    rows.insert(other, rows.pop(place))
    return [{**row, "priority": index} for index, row in enumerate(rows)]


def _row(row: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    section, _dot, name = edit.path.rpartition(".")
    if not section:
        emptied = {other: _emptied(row[other]) for other in edit.empties if row.get(other)}
        return {**row, name: _value(row, name, edit), **emptied}
    part = dict(row.get(section) or {})
    value = _value(part, name, edit)
    part.pop(name, None)
    return {**row, section: {**part, **({name: value} if value not in (None, [], "") else {})}}


def _value(part: Mapping[str, Any], name: str, edit: Edit) -> Any:
    present = texts(part, name)
    if edit.action == "set":
        return _emptied(part.get(name)) if edit.value is None else _plain(edit.value)
    items = [str(item) for item in _plain(edit.value)]
    if edit.action == "take":
        return [item for item in present if item not in items]
    return [*present, *(item for item in items if item not in present)]


def _emptied(value: Any) -> Any:
    """What an empty setting of this kind is in a snapshot."""
    empty: list[str] = []
    if isinstance(value, bool):
        return False
    return empty if isinstance(value, (list, tuple)) else "" if isinstance(value, str) else None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
