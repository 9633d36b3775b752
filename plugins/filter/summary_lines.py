# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._runbook.effects import findings
from .plan_lines import plan_lines


def summary_lines(report: Mapping[str, Any]) -> list[str]:
    """See summary_lines.yml."""
    document = report["document"]
    entries = document["entries"]
    audits = [f"Audits will report: {text}" for text in findings(entries, document["findings"])]
    return [*(plan_lines(entries) or ["No changes."]), *audits, *_places(report["files"], document)]


def _places(files: Mapping[str, str], document: Mapping[str, Any]) -> list[str]:
    """Where to find what the run left."""
    lines = [f"To read: {files['html']} (or .md)"]
    if not document["entries"] or document.get("refused"):
        return lines
    lines.append(f"To run by hand: {files['ps1']}")
    if "plan" in files:
        lines += [
            f"To apply as it is: {files['plan']}",
            f"Its hash: {document['hash']}",
            f"Valid until: {document['expires']}",
        ]
    if "record" in files:
        lines.append(f"To take it back: {files['record']}")
    return lines


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"summary_lines": summary_lines}
