# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of many tenants as a page, with a link to the runbook of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .._runbook.table_page import Cell, Row, TablePage
from .rows import drift_text, totals

_COLUMNS = (
    "Tenant",
    "Portal",
    "Mode",
    "Outcome",
    "Pending",
    "Mail flow",
    "Drift",
    "Findings",
    "Runbook",
)
_BAD = ("failed", "refused", "incomplete")


def page(table: Sequence[Mapping[str, Any]]) -> str:
    """table: rows."""
    counts = ", ".join(f"{number} {outcome}" for outcome, number in totals(table).items())
    return TablePage(f"{len(table)} tenants", _COLUMNS, [_row(row) for row in table], counts).html()


def _row(row: Mapping[str, Any]) -> Row:
    tone = "bad" if row["outcome"] in _BAD else "warn" if row["pending"] else ""
    # An inventory gives names; the tenant may be known by its GUID only.
    name = Cell(row["host"], under=row["tenant"])
    cells = [
        name,
        Cell(row["portal"]),
        Cell(row["mode"]),
        Cell(row["outcome"], under=row["failure"]),
        Cell(str(row["pending"] or "")),
        Cell(row["verdict"]),
        Cell(drift_text(row)),
        Cell(str(row["findings"] or "")),
        Cell("runbook", quote(row["runbook"], errors="replace")) if row["runbook"] else Cell(""),
    ]
    return Row(cells, tone)
