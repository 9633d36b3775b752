# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A runbook as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .powershell import CommandLine
from .runbook import Runbook
from .template import Form
from .visible import visible

_TICKS = re.compile("`+")
# What can begin markup anywhere in a line, and what only at its start.
_MARKUP = re.compile(r"([\\`*_{}\[\]#~$])")
_OPENING = re.compile(r"^(\d+)([.)])|^([-+=])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
# Viewers make links of these by themselves, except inside of code.
_LINKS = re.compile(r"(\S*(?:@|://|www\.)\S*)", re.IGNORECASE)


def _code(text: str) -> str:
    """A value as a code span, which shows everything as it is; bars outside of it, so that no table takes them."""
    pieces = [piece for piece in re.split(r"(\|)", visible(str(text))) if piece]
    return "".join("&#124;" if piece == "|" else _span(piece) for piece in pieces) or "` `"


def _span(text: str) -> str:
    fence = "`" * (_longest(text) + 1)
    padded = f" {text} " if text[0] in "` " or text[-1] in "` " else text
    return f"{fence}{padded}{fence}"


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)


def _prose(text: str) -> str:
    """A sentence with its markup taken away; what a viewer would make a link of becomes code."""
    parts = _LINKS.split(visible(str(text)))
    return "".join(
        _code(part) if index % 2 else _unmarked(part, first=not index) for index, part in enumerate(parts)
    )


def _unmarked(text: str, *, first: bool) -> str:
    escaped = _MARKUP.sub(r"\\\1", text)
    escaped = "".join(_ENTITIES.get(character, character) for character in escaped)
    return _OPENING.sub(r"\1\\\2\3", escaped) if first else escaped


def _block(lines: Sequence[CommandLine]) -> str:
    """Command lines as a fenced block."""
    text = "\n".join(visible(line.text) for line in lines)
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}powershell\n{text}\n{fence}"


FORM = Form("md", {"code": _code, "text": _prose, "block": _block})


def to_markdown(runbook: Runbook) -> str:
    return markdown("runbook", runbook)


def markdown(what: str, view: object) -> str:
    """The template of that name as Markdown."""
    return FORM.fill(what, **{what: view})
