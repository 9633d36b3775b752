# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A document as a runbook: what each entry changes, where to click, and how to see it act. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._schema.resource import by_path
from .._phrases import texts
from .._sheets.loader import sheet_of
from .._sheets.sheet import Control
from . import effects
from .mail_flow_section import mail_flow
from .navigation import ChangedObject, navigate
from .powershell import CommandLine
from .readback import RESOURCES, expected, fields, readable
from .runbook import Runbook, is_step
from .step import Expectation, Marked, RunbookStep, SettingRow, Verification

_UNSET: tuple[Any, ...] = (None, "", [], {})
_AREAS = {"conditions": "If", "exceptions": "Except if", "actions": "Do"}


def view(document: Mapping[str, Any]) -> Runbook:
    """document: a plan, record or draft as a run keeps it."""
    entries = document["entries"]
    shown = [(index, entry) for index, entry in enumerate(entries) if is_step(entry)]
    steps = [
        _step(entry, index, number, document["kind"]) for number, (index, entry) in enumerate(shown, start=1)
    ]
    findings = effects.findings(entries, document["findings"])
    first = (document.get("mail_flow") or {}).get("first") or {"entries": [], "effects": []}
    before = [
        _step(entry, index, index + 1, document["kind"]) for index, entry in enumerate(first["entries"])
    ]
    flow = mail_flow(document.get("mail_flow"))
    return Runbook(document, steps, flow, findings, before, list(first["effects"]))


def _step(entry: Mapping[str, Any], index: int, number: int, document_kind: str) -> RunbookStep:
    change = _change(entry)
    effect = effects.effect(change.noun, change.kind, change.after or change.before)
    sheet = sheet_of(change.noun)
    controls = sheet.controls(change.after or change.before)
    navigation = navigate(change)
    navigation["missing"] = [_parameter(change.noun, path) for path in navigation["missing"]]
    return RunbookStep(
        entry,
        index,
        number,
        document_kind,
        kind=change.kind,
        verb=_verb(change),
        subject=_subject(change, entry["object"]["title"]),
        rows=[_row(change, path, controls.get(path)) for path in change.paths],
        navigation=navigation,
        validation="" if change.kind == "removed" else sheet.validation,
        minutes=effect.minutes,
        wait=effect.text,
        verify=_verification(change, entry, effect.test),
    )


# ---------------------------------------------------------------------------------------------- what changes


def _flat(state: Mapping[str, Any] | None) -> dict[str, Any]:
    """An object in option names by path, without what is unset."""
    return {path: value for path, value in by_path(state).items() if value not in _UNSET}


def _change(entry: Mapping[str, Any]) -> ChangedObject:
    noun, name = entry["object"]["noun"], entry["object"]["name"]
    before, after = _flat(entry["before"]), _flat(entry["after"])
    once = noun in RESOURCES and RESOURCES[noun].singleton
    kind = "changed" if entry["before"] is not None or once else "created"
    if entry["after"] is None:
        kind = "removed"
    if kind == "created":
        # What a new object is given once is not part of what it is afterwards.
        given = [path for path, row in fields(noun).items() if row.verbs == "once"]
        options = {path: entry["options"].get(path) for path in given}
        after = {**({"name": name} if name else {}), **after, **_flat(options)}
    table = sheet_of(noun).controls(after or before)
    paths = [*table, *(path for path in {**before, **after} if path not in table)]
    if kind == "removed":
        # What a removed object was not is of no interest.
        paths = [path for path in paths if before.get(path, False) is not False and path != "name"]
    else:
        paths = [path for path in paths if before.get(path) != after.get(path)]
    return ChangedObject(noun, kind, name, before, after, tuple(paths))


def _verb(change: ChangedObject) -> str:
    if change.kind != "changed":
        return {"created": "Create", "removed": "Remove"}[change.kind]
    if change.paths == ("enabled",):
        return "Switch on" if change.after.get("enabled") else "Switch off"
    if _called(change):
        return "Set" if any(path in change.after for path in change.paths) else "Clear"
    return "Move" if change.paths == ("priority",) else "Change"


def _called(change: ChangedObject) -> list[str]:
    """What the changed settings of an object without a name are for people; nothing where one of them has no words of its own."""
    words = sheet_of(change.noun).called
    known = not change.name and all(path in words for path in change.paths)
    return [words[path] for path in change.paths] if known else []


def _subject(change: ChangedObject, title: str) -> str:
    """What a change is done to, as precisely as people have a word for it."""
    return " and ".join(_called(change)) or title


def _parameter(noun: str, path: str) -> str:
    """The name of a setting at the cmdlet."""
    row = fields(noun).get(path)
    return row.parameter if row else path.rpartition(".")[2].title().replace("_", "")


def _row(change: ChangedObject, path: str, control: Control | None) -> SettingRow:
    label = control.label if control else ""
    slot = f" ({control.slot})" if control and label and control.slot else ""
    area = _AREAS.get(path.partition(".")[0], "") if "." in path else ""
    old, new = texts(change.before.get(path)), texts(change.after.get(path))
    several = change.kind == "changed" and isinstance(change.after.get(path), list)
    return SettingRow(
        area,
        f"{label}{slot}",
        _parameter(change.noun, path),
        [Marked(text, "removed" if several and text not in new else "") for text in old],
        [Marked(text, "added" if several and old and text not in old else "") for text in new],
    )


# ---------------------------------------------------------------------------------------------- after the change


def _verification(change: ChangedObject, entry: Mapping[str, Any], test: str) -> Verification:
    rows = fields(change.noun)
    seen = [path for path in change.paths if path == "name" or readable(rows.get(path))]
    calls = effects.reading(change.noun, _identity(entry, change), [path for path in seen if path != "name"])
    if change.kind == "removed":
        return Verification([CommandLine(calls[0])], [], True, "")
    shown = sheet_of(change.noun).shown_otherwise
    expect = [Expectation(name, [text]) for name, text in shown.items()] or [
        expected(path, rows.get(path), change.after.get(path)) for path in seen
    ]
    listed = ", ".join(item.property for item in expect if item.property != "Members")
    lines = [
        CommandLine(call, "" if call["cmdlet"].endswith("Member") else f" | Format-List {listed}")
        for call in calls
    ]
    return Verification(lines, expect, False, test)


def _identity(entry: Mapping[str, Any], change: ChangedObject) -> str:
    """What the object is found by: the identity of the steps, which does not change hands, or its name."""
    known = [call["parameters"].get("Identity") for call in entry["steps"] if change.kind != "created"]
    return next((item for item in known if isinstance(item, str)), change.name)
