# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader of a document wants to know, as plain data for the templates. Pure.

Every text of the document is taken over as it is; the templates make it harmless for their format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._resources.index import BY_NOUN
from ...module_utils._schema.resource import Field
from .._sheets.loader import sheet_of
from . import effects, flow_picture
from .navigation import Click, navigate, texts
from .powershell import arguments, command

RunbookView = dict[str, Any]
Flat = dict[str, Any]

RESOURCES = {noun: resource for noun, resource in BY_NOUN.items() if resource.management}
_UNSET: tuple[Any, ...] = (None, "", [], {})
_KINDS = {
    "plan": (
        "Plan",
        "Made in check mode: nothing was changed. Do the steps by hand in this order, or apply the plan before it expires.",
    ),
    "record": ("Record", "What a run did, in this order."),
    "draft": (
        "Draft",
        "Made without looking at the tenant, as if none of these objects existed. Where one does, change it instead of creating it.",
    ),
}
_STATUS = {
    "planned": "not done",
    "started": "begun, outcome unknown",
    "done": "done",
    "failed": "failed",
}
_AREAS = {"conditions": "If", "exceptions": "Except if", "actions": "Do"}
_NOT_NOW = (
    "The steps are shown as they would be. Do none of them before what stands against the change is solved."
)
# Names shown on each side of a rule that moves; longer orders are shortened.
_NEIGHBOURS = 3
_SHORT = 10


def view(document: Mapping[str, Any]) -> RunbookView:
    """The whole document: heading, summary and numbered steps."""
    entries = list(document["entries"])
    steps: list[RunbookView] = []
    for index, entry in enumerate(entries):
        if entry["steps"] or entry.get("error"):
            steps.append(_step(entry, index, len(steps) + 1, document["kind"]))
    label, note = _KINDS[document["kind"]]
    refused = str(document.get("refused") or "")
    if refused and document["kind"] != "record":
        note = _NOT_NOW
    acting = [step for step in steps if step["status"] in ("", "done")]
    return {
        "kind": document["kind"],
        "unset": "not known" if document["kind"] == "draft" else "not set",
        "label": label,
        "note": note,
        "title": document["title"],
        "facts": _facts(document),
        "counts": [
            {"label": kind, "number": sum(step["kind"] == kind for step in acting)}
            for kind in ("created", "changed", "removed")
        ],
        "minutes": max((step["minutes"] for step in acting), default=0),
        "outcome": _outcome(document, steps),
        "protection": _protection(document.get("protection")),
        "findings": effects.findings(entries, document["findings"]),
        "remarks": list(document["remarks"]),
        **flow_picture.picture(document.get("mail_flow"), refused),
        "steps": steps,
        "unchanged": [
            _named(entry["object"]) for entry in entries if not entry["steps"] and not entry.get("error")
        ],
        "collection": document["collection"],
    }


def _facts(document: Mapping[str, Any]) -> list[RunbookView]:
    """What identifies the document: label, text, and whether it is code."""
    tenant = document["tenant"]
    facts = [
        ("Tenant", tenant["name"] or "not known", False),
        ("Tenant id", tenant["id"] if tenant["id"] != tenant["name"] else "", True),
        ("Made", moment(document["created"]), False),
        ("Ended", moment(document.get("finished")), False),
        ("Expires", moment(document.get("expires")), False),
        ("Hash", document.get("hash"), True),
        ("Path of mail", flow_picture.fact(document.get("mail_flow")), False),
    ]
    return [{"label": label, "text": text, "code": code} for label, text, code in facts if text]


def moment(text: str | None) -> str:
    """2026-11-25T10:00:00Z as 2026-11-25 10:00 UTC."""
    day, separator, clock = (text or "").partition("T")
    return f"{day} {clock[:5]} UTC" if separator and clock.endswith("Z") else text or ""


def _outcome(document: Mapping[str, Any], steps: list[RunbookView]) -> RunbookView:
    """One sentence on how things stand, with its tone: calm, good or bad."""
    if not steps:
        done = document["kind"] == "record"
        text = "Nothing was changed" if done else "Nothing is to be done"
        return {"tone": "good", "text": f"{text}: everything is as wished."}
    if document["kind"] != "record" and document.get("refused"):
        return {"tone": "bad", "text": f"Refused: {_plural(len(steps), 'step')} not to be done."}
    if document["kind"] != "record":
        return {"tone": "calm", "text": f"{_plural(len(steps), 'step')} to do."}
    failed = [step for step in steps if step["status"] == "failed"]
    done_steps = sum(step["status"] == "done" for step in steps)
    tally = f"{done_steps} of {_plural(len(steps), 'step')} done"
    if failed:
        numbers = ", ".join(str(step["number"]) for step in failed)
        return {"tone": "bad", "text": f"Step{'s' if len(failed) > 1 else ''} {numbers} failed; {tally}."}
    if not document.get("finished"):
        return {"tone": "bad", "text": f"The run has not ended; {tally}."}
    return {"tone": "good" if done_steps == len(steps) else "bad", "text": f"{tally}."}


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _protection(scope: Mapping[str, Any] | None) -> list[RunbookView]:
    if scope is None:
        return []
    labels = {"enters": "Protected from now on", "leaves": "No longer protected", "stays": "Stays protected"}
    return [
        {"label": label, "kind": key, "items": list(scope.get(key) or ())} for key, label in labels.items()
    ]


def _named(shown: Mapping[str, Any]) -> RunbookView:
    return {"title": shown["title"], "name": shown["name"]}


# ---------------------------------------------------------------------------------------------- one step


def _step(entry: Mapping[str, Any], index: int, number: int, document_kind: str) -> RunbookView:
    """An entry as a step. entry: its index in the document."""
    change = _change(entry)
    effect = effects.effect(change.noun, change.kind, change.after or change.before)
    return {
        "entry": index,
        "number": number,
        "kind": change.kind,
        "verb": _verb(change),
        "object": _named(entry["object"]),
        "reason": entry["reason"],
        "rows": [_row(change, path) for path in change.paths],
        "order": _order(entry),
        "preconditions": [
            {**condition, "mark": _mark(condition["met"], document_kind)}
            for condition in entry["preconditions"]
        ],
        "warnings": list(entry["warnings"]),
        "admin_center": _way(change),
        "powershell": [_line(step) for step in entry["steps"]],
        "minutes": effect.minutes,
        "wait": effect.text,
        "verify": _verify(change, entry, effect.test),
        "undo": _undo(entry, change),
        **_outcome_of_step(entry),
    }


def _mark(met: bool, document_kind: str) -> str:
    if document_kind == "draft":
        return "to check"
    return "met" if met else "not met yet"


def flat(shown: Mapping[str, Any] | None) -> Flat:
    """An object in option names by path, without what is unset."""
    result: Flat = {}
    for key, item in (shown or {}).items():
        inner = (
            {f"{key}.{name}": value for name, value in item.items()}
            if isinstance(item, Mapping)
            else {key: item}
        )
        result.update(inner)
    return {path: value for path, value in result.items() if value not in _UNSET}


def fields(noun: str) -> dict[str, Field]:
    """The rows of a class of objects by path; none for a class that is no table."""
    return RESOURCES[noun].by_path() if noun in RESOURCES else {}


def _change(entry: Mapping[str, Any]) -> Click:
    noun, name = entry["object"]["noun"], entry["object"]["name"]
    before, after = flat(entry["before"]), flat(entry["after"])
    once = noun in RESOURCES and RESOURCES[noun].singleton
    kind = (
        "removed"
        if entry["after"] is None
        else "changed"
        if entry["before"] is not None or once
        else "created"
    )
    if kind == "created":
        # What a new object is given once is not part of what it is afterwards.
        options = {
            path: entry["options"].get(path) for path, row in fields(noun).items() if row.verbs == "once"
        }
        after = {**({"name": name} if name else {}), **after, **flat(options)}
    table = sheet_of(noun).controls(after or before)
    paths = [*table, *(path for path in {**before, **after} if path not in table)]
    if kind == "removed":
        # What a removed object was not is of no interest.
        paths = [path for path in paths if before.get(path, False) is not False and path != "name"]
    else:
        paths = [path for path in paths if before.get(path) != after.get(path)]
    return Click(noun, kind, name, before, after, tuple(paths))


def _verb(change: Click) -> str:
    if change.kind != "changed":
        return {"created": "Create", "removed": "Remove"}[change.kind]
    if change.paths == ("enabled",):
        return "Switch on" if change.after.get("enabled") else "Switch off"
    return "Move" if change.paths == ("priority",) else "Change"


def parameter(noun: str, path: str) -> str:
    """The name of a setting at the cmdlet."""
    row = fields(noun).get(path)
    return row.parameter if row else path.rpartition(".")[2].title().replace("_", "")


def _row(change: Click, path: str) -> RunbookView:
    """A setting before and after: label, parameter and two cells; a cell is a list of items with text and mark."""
    control = sheet_of(change.noun).controls(change.after or change.before).get(path)
    area = _AREAS.get(path.partition(".")[0], "") if "." in path else ""
    slot = f" ({control.slot})" if control and control.slot else ""
    label = f"{control.label}{slot}" if control and control.label else ""
    old, new = texts(change.before.get(path)), texts(change.after.get(path))
    several = change.kind == "changed" and isinstance(change.after.get(path), list)
    return {
        "area": area,
        "label": label,
        "parameter": parameter(change.noun, path),
        "before": [{"text": text, "mark": "removed" if several and text not in new else ""} for text in old],
        "after": [
            {"text": text, "mark": "added" if several and old and text not in old else ""} for text in new
        ],
    }


def _way(change: Click) -> RunbookView:
    found = navigate(change)
    return {**found, "missing": [parameter(change.noun, path) for path in found["missing"]]}


def _line(step: Mapping[str, Any], tail: str = "") -> RunbookView:
    """A command line, whole and in parts. tail: what follows the call."""
    parts = [
        {"parameter": argument.parameter, "text": argument.text} for argument in arguments(step["parameters"])
    ]
    return {"text": command(step) + tail, "cmdlet": step["cmdlet"], "arguments": parts, "tail": tail}


# ---------------------------------------------------------------------------------------------- after the change


def _identity(entry: Mapping[str, Any], change: Click) -> str:
    """What the object is found by: the identity of the steps, which does not change hands, or its name."""
    if change.kind != "created":
        for step in entry["steps"]:
            if isinstance(step["parameters"].get("Identity"), str):
                return str(step["parameters"]["Identity"])
    return change.name


def _verify(change: Click, entry: Mapping[str, Any], test: str) -> RunbookView:
    """lines: command lines; expect: what they show; gone: whether the object must be gone; test: something to try."""
    rows = fields(change.noun)
    seen = [path for path in change.paths if path == "name" or _readable(rows.get(path))]
    calls = effects.reading(change.noun, _identity(entry, change), [path for path in seen if path != "name"])
    if change.kind == "removed":
        return {"lines": [_line(calls[0])], "expect": [], "gone": True, "test": ""}
    expect: list[RunbookView] = effects.expected(change.noun) or [
        _expected(path, rows.get(path), change.after.get(path)) for path in seen
    ]
    shown = ", ".join(item["property"] for item in expect if item["property"] != "Members")
    lines = [
        _line(call, "" if call["cmdlet"].endswith("Member") else f" | Format-List {shown}") for call in calls
    ]
    return {"lines": lines, "expect": expect, "gone": False, "test": test}


def _readable(row: Field | None) -> bool:
    # The type of a recipient reads back in words of its own.
    return row is not None and row.verbs != "once" and row.prop != "RecipientTypeDetails"


def _expected(path: str, row: Field | None, value: Any) -> RunbookView:
    """A property and what it reads back as."""
    name = (row.prop or row.parameter) if row else path.title()
    items = texts(value)
    if value is None:
        cleared = row.value.clear if row else None
        items = [cleared] if isinstance(cleared, str) and cleared else []
    elif isinstance(value, bool):
        words = ("Enabled", "Disabled") if name == "State" else ("True", "False")
        items = [words[0] if value else words[1]]
    elif name == "SenderDomains":
        # Reads back with its kind and cost.
        items = [f"smtp:{item};1" for item in items]
    return {"property": name, "items": items}


def _undo(entry: Mapping[str, Any], change: Click) -> RunbookView:
    lines = [_line(step) for step in entry["undo"]]
    if lines:
        anew = change.kind == "removed"
        return {"lines": lines, "note": "The object is made anew, with a new GUID." if anew else ""}
    untouched = entry.get("status") == "planned" or (
        entry.get("status") == "failed" and not entry.get("done")
    )
    note = "Nothing was done, so there is nothing to undo." if untouched else "This cannot be undone."
    return {"lines": [], "note": note}


def _order(entry: Mapping[str, Any]) -> list[RunbookView]:
    """The resulting order around the object, when the change alters it: number (0 is the top), name, mark; None is a gap."""
    names, former = list(entry["order_after"]), list(entry["order_before"])
    if names == former:
        return []
    place, centre = _place(names, entry["object"]["name"]), _place(former, entry["object"]["name"]) or 0
    shown = range(len(names))
    if len(names) > _SHORT:
        centre = centre if place is None else place
        shown = range(max(0, centre - _NEIGHBOURS), min(len(names), centre + _NEIGHBOURS + 1))
    lines: list[RunbookView] = [
        {"number": index, "name": names[index], "own": index == place, "gap": 0} for index in shown
    ]
    above, below = shown.start, len(names) - shown.stop
    if above > 0:
        lines.insert(0, {"number": 0, "name": "", "own": False, "gap": above})
    if below > 0:
        lines.append({"number": shown.stop, "name": "", "own": False, "gap": below})
    return lines


def _place(names: list[str], name: str) -> int | None:
    return next((index for index, item in enumerate(names) if item.casefold() == name.casefold()), None)


def _outcome_of_step(entry: Mapping[str, Any]) -> RunbookView:
    """What a record knows: status (and in words), calls done with their request ids, the service's error."""
    status = entry.get("status") or ""
    done = [
        {
            "cmdlet": call["cmdlet"],
            "at": moment(call.get("at")),
            "request_id": call.get("request_id") or "",
            "warnings": list(call.get("warnings") or ()),
        }
        for call in entry.get("done") or ()
    ]
    error = entry.get("error") or {}
    labels = {
        "text": "The service said" if error.get("status") else "Error",
        "hint": "What helps",
        "cmdlet": "Cmdlet",
        "object": "Object",
        "kind": "Kind",
        "type": "Type",
        "status": "HTTP status",
        "request_id": "Request id",
    }
    shown = [{"label": label, "text": str(error[key])} for key, label in labels.items() if error.get(key)]
    return {"status": status, "status_label": _STATUS.get(status, status), "done": done, "error": shown}
