# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A runbook as one HTML page."""

from __future__ import annotations

from markupsafe import Markup, escape

from . import visible
from .runbook import Runbook
from .template import Form


def _text(text: str) -> Markup:
    """A text with its hidden characters as marked escapes, set apart so that its direction moves nothing else."""
    parts = visible.HIDDEN.split(str(text))
    mark = Markup('<span class="hidden">{0}</span>')
    marked = Markup("").join(
        mark.format(visible.escape(part)) if index % 2 else escape(part) for index, part in enumerate(parts)
    )
    return Markup("<bdi>{0}</bdi>").format(marked)


FORM = Form("html", {"text": _text, "plain": visible.visible})


def to_html(runbook: Runbook) -> str:
    return html("runbook", runbook)


def html(what: str, view: object) -> str:
    """The template of that name as an HTML page."""
    return FORM.fill(what, **{what: view})
