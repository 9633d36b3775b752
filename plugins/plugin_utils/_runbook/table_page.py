# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table as an HTML page. Pure but for reading the templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .to_html import html


class Cell(NamedTuple):
    """target: where its text leads to, relative to the page. under: what is said below it in small letters."""

    text: str
    target: str = ""
    under: str = ""


class Row(NamedTuple):
    """tone: bad, warn or nothing. cells: the first one names the row."""

    cells: Sequence[Cell]
    tone: str = ""


class TablePage(NamedTuple):
    """A page of one table."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Row]
    lead: str = ""

    def html(self) -> str:
        """HTML without scripts and without anything from elsewhere; all texts may come from anybody."""
        return html("table", self)
