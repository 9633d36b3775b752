# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A document in the forms in which people and programs read it. Pure but for reading the templates.

The names and addresses in a document may hold anything. Each form has one way to make a text harmless, and puts nothing
else into what it writes. The same document always gives the same texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._sheets.loader import sheet_files, sheet_of
from . import to_html, to_json, to_markdown, to_powershell
from .runbook import Runbook
from .view import view

FORMS: dict[str, Callable[[Runbook], str]] = {
    "md": to_markdown.to_markdown,
    "html": to_html.to_html,
    "ps1": to_powershell.to_powershell,
    "json": to_json.to_json,
}
"""Each form by the ending of its file."""


def render(document: Mapping[str, Any]) -> dict[str, str]:
    """The text of each form, with line feeds as line ends. NotQuotable for an odd cmdlet or value."""
    return rendered(view(document))


def rendered(runbook: Runbook) -> dict[str, str]:
    """The same of a document that is a runbook already."""
    return {form: to_text(runbook) for form, to_text in FORMS.items()}


def prepare() -> None:
    """Compile the templates and read the sheets: for a process that forks others, each of which would have to do it."""
    for noun in sheet_files():
        sheet_of(noun)
    for form in (to_markdown.FORM, to_html.FORM, to_powershell.FORM):
        form.template("runbook")
    for name in ("page", "mail_flow", "table"):
        to_html.FORM.template(name)
