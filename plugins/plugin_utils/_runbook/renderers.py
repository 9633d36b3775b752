# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runbook of a document in four forms: Markdown, one HTML page, a PowerShell script and JSON.

The names and addresses in a document may hold anything. Each form has one way to make a text harmless, and its template
puts nothing else into the page. Pure but for reading the templates; the same document always gives the same texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from . import powershell
from .view import RunbookView, view

SUFFIXES = {"md": ".md", "html": ".html", "ps1": ".ps1", "json": ".json"}
"""How the file of each form ends. PowerShell 5.1 needs the script as UTF-8 with byte order mark and CRLF line ends."""

_TEMPLATES = Path(__file__).parent / "templates"


def render(document: Mapping[str, Any]) -> dict[str, str]:
    """The four texts, by the keys of SUFFIXES, with line feeds as line ends. NotQuotable for an odd cmdlet or value."""
    shown = view(document)
    texts = {form: _environment(form).get_template(f"runbook.{form}.j2").render(shown) for form in _FILTERS}
    return {**texts, "json": _json(document, shown)}


@cache
def _environment(form: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS[form])
    return environment


# ---------------------------------------------------------------------------------------------- HTML


def _html(text: str) -> Markup:
    """A text with its hidden characters as marked escapes, set apart so that its direction moves nothing else."""
    parts = powershell.HIDDEN.split(str(text))
    mark = Markup('<span class="hidden">{0}</span>')
    marked = Markup("").join(
        mark.format(powershell.escape(part)) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )
    return Markup("<bdi>{0}</bdi>").format(marked)


# ---------------------------------------------------------------------------------------------- Markdown

_TICKS = re.compile("`+")
# What can begin markup anywhere in a line, and what only at its start.
_MARKUP = re.compile(r"([\\`*_{}\[\]#~$])")
_OPENING = re.compile(r"^(\d+)([.)])|^([-+=])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
# Viewers make links of these by themselves, except inside of code.
_LINKS = re.compile(r"(\S*(?:@|://|www\.)\S*)", re.IGNORECASE)


def _code(text: str) -> str:
    """A value as a code span, which shows everything as it is; bars outside of it, so that no table takes them."""
    pieces = [piece for piece in re.split(r"(\|)", powershell.visible(str(text))) if piece]
    return "".join("&#124;" if piece == "|" else _span(piece) for piece in pieces) or "` `"


def _span(text: str) -> str:
    fence = "`" * (_longest(text) + 1)
    padded = f" {text} " if text[0] in "` " or text[-1] in "` " else text
    return f"{fence}{padded}{fence}"


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)


def _prose(text: str) -> str:
    """A sentence with its markup taken away; what a viewer would make a link of becomes code."""
    parts = _LINKS.split(powershell.visible(str(text)))
    return "".join(
        _code(part) if index % 2 else _plain(part, first=not index) for index, part in enumerate(parts)
    )


def _plain(text: str, *, first: bool) -> str:
    escaped = _MARKUP.sub(r"\\\1", text)
    escaped = "".join(_ENTITIES.get(character, character) for character in escaped)
    return _OPENING.sub(r"\1\\\2\3", escaped) if first else escaped


def _block(lines: list[RunbookView]) -> str:
    """Command lines as a fenced block."""
    text = "\n".join(powershell.visible(line["text"]) for line in lines)
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}powershell\n{text}\n{fence}"


# ---------------------------------------------------------------------------------------------- JSON


def _json(document: Mapping[str, Any], shown: RunbookView) -> str:
    """The document as it is, and under `runbook` what the other forms say, step by step."""
    runbook = {
        "summary": {key: shown[key] for key in ("label", "note", "outcome", "counts", "minutes", "findings")},
        "steps": [_step_texts(step) for step in shown["steps"]],
    }
    return json.dumps({**document, "runbook": runbook}, indent=2, ensure_ascii=True) + "\n"


def _step_texts(step: RunbookView) -> dict[str, Any]:
    """entry: index of the entry in the document. admin_center: lines to follow."""
    verify, undo = step["verify"], step["undo"]
    return {
        "entry": step["entry"],
        "number": step["number"],
        "title": _title(step),
        "admin_center": _way_lines(step["admin_center"]),
        "powershell": [line["text"] for line in step["powershell"]],
        "wait": step["wait"],
        "verify": {
            "powershell": [line["text"] for line in verify["lines"]],
            "expect": [
                f"{item['property']}: {', '.join(item['items']) or 'empty'}" for item in verify["expect"]
            ],
            "gone": verify["gone"],
            "test": verify["test"],
        },
        "undo": {"powershell": [line["text"] for line in undo["lines"]], "note": undo["note"]},
    }


def _title(step: RunbookView) -> str:
    return " ".join(part for part in (step["verb"], step["object"]["title"], step["object"]["name"]) if part)


def _way_lines(way: RunbookView) -> list[str]:
    lines = []
    for visit in way["visits"]:
        lines.append(" > ".join([f"{visit['portal']} ({visit['url']})", *visit["path"]]))
        lines.append("".join(visit["select"].values()))
        lines += [
            *_page_lines(visit["pages"]),
            *filter(None, [visit["finish"]]),
            *_page_lines(visit["later"]),
        ]
    if way["missing"]:
        lines.append(f"Only with PowerShell: {', '.join(way['missing'])}")
    return lines


def _page_lines(pages: list[RunbookView]) -> list[str]:
    return [
        f"{page['page'] and page['page'] + ': '}{line['label']}{_inputs(line['inputs'])}"
        for page in pages
        for line in page["lines"]
    ]


def _inputs(inputs: list[RunbookView]) -> str:
    marks = {"add": "add ", "remove": "remove ", "clear": "", "": ""}
    shown = [
        f"{entry['slot']}: ".lstrip(": ")
        + ", ".join(marks[item["mark"]] + item["text"] for item in entry["items"])
        for entry in inputs
    ]
    return f": {'; '.join(shown)}" if shown else ""


_FILTERS: dict[str, dict[str, Any]] = {
    "md": {"code": _code, "text": _prose, "block": _block},
    "html": {"text": _html, "plain": powershell.visible},
    "ps1": {"comment": powershell.comment},
}
