# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of many tenants as a page, with a link to the runbook of each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

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
    "Failure",
    "Runbook",
)
_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}"
    "th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "tr.bad td{background:#fdecea}tr.pending td{background:#fff8e1}"
)
_BAD = ("failed", "refused", "incomplete")


def page(table: Sequence[Mapping[str, Any]]) -> str:
    """table: rows. HTML without scripts and without anything from elsewhere."""
    counts = ", ".join(f"{number} {outcome}" for outcome, number in totals(table).items())
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8"><title>Tenants</title>',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{len(table)} tenants</h1><p>{escape(counts)}</p>",
            "<table><thead><tr>" + "".join(f"<th>{name}</th>" for name in _COLUMNS) + "</tr></thead><tbody>",
            *(f'<tr class="{_tone(row)}">{"".join(_cells(row))}</tr>' for row in table),
            "</tbody></table></body></html>",
            "",
        ]
    )


def _tone(row: Mapping[str, Any]) -> str:
    return "bad" if row["outcome"] in _BAD else "pending" if row["pending"] else ""


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    # An inventory gives names; the tenant may be known by its GUID only.
    name = f"{escape(row['host'])}<br><small>{escape(row['tenant'])}</small>"
    link = f'<a href="{escape(quote(row["runbook"]))}">runbook</a>' if row["runbook"] else ""
    texts = (
        row["portal"],
        row["mode"],
        row["outcome"],
        str(row["pending"] or ""),
        row["verdict"],
        drift_text(row),
        str(row["findings"] or ""),
        row["failure"],
    )
    for text in (name, *map(escape, texts), link):
        yield f"<td>{text}</td>"
