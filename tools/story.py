# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run in the words of an administrator: what its runbook and its doctor say, line by line, and a page of all runbooks.

Standard library only; pure.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Line = tuple[str, str]
"""A text and its colour."""

_MARKS = {"Create": ("+", "green"), "Remove": ("-", "red")}
_OTHER_MARK = ("~", "yellow")
_TONES = {"safe": ("Safe", "green"), "not_proved": ("Not proved", "yellow")}


def of_run(runbook: Mapping[str, Any], *, raw: bool = False) -> list[Line]:
    """What a run does or did. runbook: as runbook.json has it; raw: with the cmdlets."""
    return [*_protection(runbook), *_changes(runbook, raw), *_verdict(runbook)]


def _protection(runbook: Mapping[str, Any]) -> list[Line]:
    sides = (("enters", "Protected from now on"), ("leaves", "No longer protected"))
    scope = runbook.get("protection") or {}
    return [(f"{title}: {', '.join(scope[side])}", "") for side, title in sides if scope.get(side)]


def _changes(runbook: Mapping[str, Any], raw: bool) -> list[Line]:
    lines: list[Line] = []
    for step in runbook["runbook"]["steps"]:
        entry = runbook["entries"][step["entry"]]
        verb, what, name = step["title"].partition(entry["object"]["title"])
        mark, colour = _MARKS.get(verb.split()[0], _OTHER_MARK)
        lines.append((f"{mark} {verb.lower()}{'the ' if what else ''}{what}{name}", colour))
        reason = entry["reason"]
        lines += [(f"    {reason}", "faint")] if reason else []
        lines += [(f"    PS> {command}", "faint") for command in step["powershell"] if raw]
    return lines or [("No changes needed.", "green")]


def _verdict(runbook: Mapping[str, Any]) -> list[Line]:
    if runbook.get("failed"):
        return [(f"Failed: {runbook['failed']}", "red")]
    if runbook.get("refused"):
        return [(f"Would be refused: {_first_sentences(runbook['refused'])}", "red")]
    after = (runbook.get("mail_flow") or {}).get("after")
    if not after:
        return []
    word, colour = _TONES.get(after["verdict"], (after["verdict"].capitalize(), "red"))
    number = len(after["classes"])
    return [(f"{word}: {number} kinds of messages were walked through the tenant as it would be.", colour)]


def _first_sentences(text: str, most: int = 320) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    whole, dot, _rest = cut.rpartition(". ")
    return f"{whole}{dot}(more in the runbook)" if dot else f"{cut} ..."


def of_doctor(examined: Mapping[str, Any]) -> list[Line]:
    """What the doctor found. examined: what it hands on, of one tenant."""
    found = examined["findings"]
    number = {
        severity: sum(item["severity"] == severity for item in found)
        for severity in ("critical", "warning", "info")
    }
    shown = ", ".join(f"{count} {severity}" for severity, count in number.items())
    colours = {"critical": "red", "warning": "yellow", "info": ""}
    lines: list[Line] = [(item["what"], colours[item["severity"]]) for item in found]
    verdict = "red" if number["critical"] else "yellow" if number["warning"] else "green"
    return [*lines, (f"Findings: {shown}.", verdict)]


@dataclass(frozen=True)
class Left:
    """What a scene left: verdict: its last line; place: of the runbook, from the page; best: whether to read it first."""

    title: str
    why: str
    verdict: str
    place: str
    best: bool


def page(left: Iterable[Left]) -> str:
    """An HTML page of all runbooks."""
    rows = "\n".join(
        f"<tr{' class=best' if item.best else ''}><td><a href='{html.escape(item.place, quote=True)}'>"
        f"{html.escape(item.title)}</a>{' &larr; read this one first' if item.best else ''}"
        f"<br><small>{html.escape(item.why)}</small></td><td>{html.escape(item.verdict)}</td></tr>"
        for item in left
    )
    return _PAGE.replace("ROWS", rows)


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runbooks of the demo</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .6rem; border-bottom: 1px solid #8888; }
td:first-child { width: 45%; }
tr.best { background: #2a7f4f22; }
</style>
<main>
<h1>Runbooks of the demo</h1>
<p>Each run of a playbook left one, in the order of the demo. The tenant is the practice tenant.</p>
<table>
<thead><tr><th scope="col">Runbook</th><th scope="col">Result</th></tr></thead>
<tbody>
ROWS
</tbody>
</table>
</main>
</html>
"""
