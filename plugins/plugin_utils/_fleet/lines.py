# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of many tenants for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._phrases import shortened
from .rows import drift_text, totals

_HEADING = ("TENANT", "MODE", "OUTCOME", "PENDING", "MAIL FLOW", "DRIFT", "FINDINGS")
_LONGEST_FAILURE = 160


def lines(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """table: rows. The failures follow the table, which would not be one with them."""
    cells = [_HEADING, *(_cells(row) for row in table)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADING))]
    failures = [
        f"{row['host']}: {shortened(row['failure'], _LONGEST_FAILURE)}" for row in table if row["failure"]
    ]
    counts = ", ".join(f"{number} {outcome}" for outcome, number in totals(table).items())
    return [
        *(
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ),
        *failures,
        f"{len(table)} tenants: {counts}.",
    ]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = (str(row[key] or "") for key in ("pending", "findings"))
    pending, findings = numbers
    return (row["host"], row["mode"], row["outcome"], pending, row["verdict"], drift_text(row), findings)
