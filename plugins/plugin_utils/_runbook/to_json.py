# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A runbook as JSON: the document as it is, and what the other forms say."""

from __future__ import annotations

import json
from typing import Any

from .runbook import Runbook
from .step import RunbookStep

_MARKS = {"add": "add ", "remove": "remove ", "clear": "", "": ""}


def to_json(runbook: Runbook) -> str:
    """The document, and under `runbook` what the other forms say, step by step."""
    summary = {
        "label": runbook.label,
        "note": runbook.note,
        "outcome": runbook.outcome._asdict(),
        "counts": [{"label": label, "number": number} for label, number in runbook.counts],
        "minutes": runbook.minutes,
        "findings": runbook.findings,
    }
    first = [_step(step) for step in runbook.first]
    said = {"summary": summary, "first": first, "steps": [_step(step) for step in runbook.steps]}
    return json.dumps({**runbook.document, "runbook": said}, indent=2, ensure_ascii=True) + "\n"


def _step(step: RunbookStep) -> dict[str, Any]:
    """entry: index of the entry in the document. admin_center: lines to follow."""
    verify, thing = step.verify, step.object
    return {
        "entry": step.index,
        "number": step.number,
        "title": " ".join(filter(None, (step.verb, thing["title"], thing["name"]))),
        "admin_center": _navigation(step.navigation),
        "powershell": [line.text for line in step.powershell],
        "wait": step.wait,
        "verify": {
            "powershell": [line.text for line in verify.lines],
            "expect": [f"{item.property}: {', '.join(item.items) or 'empty'}" for item in verify.expect],
            "gone": verify.gone,
            "test": verify.test,
        },
        "undo": {"powershell": [line.text for line in step.undo], "note": step.undo_note},
    }


def _navigation(way: dict[str, Any]) -> list[str]:
    lines = []
    for visit in way["visits"]:
        lines += [
            " > ".join([f"{visit['portal']} ({visit['url']})", *visit["path"]]),
            "".join(visit["select"].values()),
            *_pages(visit["pages"]),
            *filter(None, [visit["finish"]]),
            *_pages(visit["later"]),
        ]
    if way["missing"]:
        lines.append(f"Only with PowerShell: {', '.join(way['missing'])}")
    return lines


def _pages(pages: list[dict[str, Any]]) -> list[str]:
    return [
        f"{page['page'] and page['page'] + ': '}{line['label']}{_inputs(line['inputs'])}"
        for page in pages
        for line in page["lines"]
    ]


def _inputs(inputs: list[dict[str, Any]]) -> str:
    texts = [
        f"{entry['slot']}: ".lstrip(": ")
        + ", ".join(_MARKS[item["mark"]] + item["text"] for item in entry["items"])
        for entry in inputs
    ]
    return f": {'; '.join(texts)}" if texts else ""
