# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many tenants in one table: what became of each. Pure."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._schema.severities import SEVERITIES

WAITING, FAILED = "not started", "failed"


def rows(
    hosts: Iterable[str], variables: Mapping[str, Mapping[str, Any]], folder: str
) -> list[dict[str, Any]]:
    """One row for each host, in their order.

    variables: of each host, with what the role fleet has kept there. folder: of the table, from where runbooks are linked.
    """
    return [_row(host, variables.get(host) or {}, folder) for host in hosts]


def _row(host: str, variables: Mapping[str, Any], folder: str) -> dict[str, Any]:
    summary: Mapping[str, Any] = variables.get("fleet__summary") or {}
    failure = " ".join(str(variables.get("fleet__failure") or "").split())
    drift = variables.get("fleet__drift")
    path = summary.get("runbook") or ""
    return {
        "host": host,
        "tenant": (summary.get("tenant") or {}).get("name") or "",
        "portal": str(variables.get("portal_name") or ""),
        "mode": summary.get("mode") or "",
        "outcome": FAILED if failure else summary.get("outcome") or WAITING,
        "pending": summary.get("pending", 0),
        "verdict": summary.get("verdict") or "",
        "drift": None if drift is None else _counted(drift),
        "findings": summary.get("findings", 0),
        "failure": failure,
        "runbook": os.path.relpath(path, folder) if path else "",
    }


def _counted(differences: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found = Counter(item["severity"] for item in differences)
    return {severity: found[severity] for severity in SEVERITIES}


def totals(table: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many tenants came to which outcome, the most frequent first."""
    return dict(Counter(str(row["outcome"]) for row in table).most_common())


def drift_text(row: Mapping[str, Any]) -> str:
    """The drift of a row in a few characters; "" when it was not looked for."""
    if row["drift"] is None:
        return ""
    return ", ".join(f"{number} {severity}" for severity, number in row["drift"].items() if number) or "none"


def to_json(table: list[dict[str, Any]]) -> str:
    """The table for programs."""
    return json.dumps({"format": 1, "totals": totals(table), "tenants": table}, indent=2) + "\n"
