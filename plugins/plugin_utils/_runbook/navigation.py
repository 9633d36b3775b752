# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to a change through Microsoft's admin centers: which screens, pages and inputs of a sheet it needs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._phrases import texts
from .._sheets.loader import sheet_of
from .._sheets.sheet import Control, Controls, Screen


@dataclass(frozen=True)
class ChangedObject:
    """A change of one object, for the way to it.

    kind: created, changed or removed. before, after: the object by path, without what is unset. paths: what differs.
    """

    noun: str
    kind: str
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    paths: tuple[str, ...]


def navigate(change: ChangedObject) -> dict[str, Any]:
    """The way to a change through the admin centers.

    visits: places in order, each with portal, url, path, select, pages, finish and, after that, later pages; a page has its
    name and lines, a line its label and inputs, an input its slot and items, an item its text and mark: "", "add", "remove"
    or "clear".
    missing: paths of settings that only PowerShell has.
    """
    sheet = sheet_of(change.noun)
    home = sheet.navigation.screen if sheet.navigation else None
    if change.kind == "removed":
        return {"visits": [_visit(home, change, home.remove, "")] if home else [], "missing": []}
    table = sheet.controls(change.after or change.before)
    missing = [path for path in change.paths if path not in table or not table[path].label]
    visits: dict[str, dict[str, Any]] = {}
    for path, control in table.items():
        screen = control.screen or home
        if screen and control.label and _touched(path, control, change, table):
            new = not control.screen and change.kind == "created"
            ends = (screen.create, screen.finish) if new else (screen.edit, "Save.")
            visit = visits.setdefault(screen.url, _visit(screen, change, *ends))
            later = control.afterwards == "always" or (new and control.afterwards)
            _enter(visit["later" if later else "pages"], path, control, change)
    for visit in visits.values():
        if not visit["pages"]:
            # Nothing is edited; what is switched or moved is there for the object that is selected.
            visit["finish"] = ""
            visit["select"]["after"] = "."
    implied = {path for path, control in table.items() if change.after.get(path) in control.implied}
    return {"visits": list(visits.values()), "missing": [path for path in missing if path not in implied]}


def _touched(path: str, control: Control, change: ChangedObject, table: Controls) -> bool:
    """Whether the setting needs a hand."""
    if path in change.paths:
        if path == "name" and table.get("display_name") == control and "display_name" in change.paths:
            return False
        return change.after.get(path) not in control.implied
    # A wizard wants a choice where PowerShell leaves something out.
    return (
        change.kind == "created" and None in control.values and path not in change.after and "." not in path
    )


def _visit(screen: Screen, change: ChangedObject, select: str, finish: str) -> dict[str, Any]:
    before, named, after = select.partition("{name}")
    return {
        "portal": screen.portal,
        "url": screen.url,
        "path": list(screen.path),
        "select": {"before": before, "name": change.name if named else "", "after": after},
        "pages": [],
        "finish": finish,
        "later": [],
    }


def _enter(pages: list[dict[str, Any]], path: str, control: Control, change: ChangedObject) -> None:
    """Add an input to the last page, or to a new one; inputs of one control stand on one line."""
    if not pages or pages[-1]["page"] != control.page:
        pages.append({"page": control.page, "lines": []})
    lines = pages[-1]["lines"]
    if not lines or lines[-1]["label"] != control.label:
        lines.append({"label": control.label, "inputs": []})
    items = _items(path, control, change)
    if items:
        lines[-1]["inputs"].append({"slot": control.slot, "items": items})


def _items(path: str, control: Control, change: ChangedObject) -> list[dict[str, str]]:
    before, after = change.before.get(path), change.after.get(path)
    if isinstance(after, list) or (isinstance(before, list) and after is None):
        old, new = texts(before), texts(after)
        added = [{"text": text, "mark": "add" if old else ""} for text in new if text not in old]
        return added + [{"text": text, "mark": "remove"} for text in old if text not in new]
    if after in control.values:
        chosen = control.values[after]
        return [{"text": text, "mark": ""} for text in ((chosen,) if isinstance(chosen, str) else chosen)]
    if after is None:
        return [{"text": "remove it" if "." in path else "empty it", "mark": "clear"}]
    if isinstance(after, bool):
        # A condition or an action of this kind has nothing to fill in.
        return [] if "." in path else [{"text": "selected" if after else "cleared", "mark": ""}]
    return [{"text": str(after), "mark": ""}]
