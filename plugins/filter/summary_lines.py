# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils._change.given_document import not_applicable
from ..plugin_utils._runbook.effects import findings
from .plan_lines import plan_lines


def summary_lines(report: Mapping[str, Any]) -> list[str]:
    """See summary_lines.yml."""
    document = report["document"]
    entries = document["entries"]
    audits = [f"Audits will report: {text}" for text in findings(entries, document["findings"])]
    failed = [f"FAILED: {document['failed']}"] if document.get("failed") else []
    changes = plan_lines(entries) or ([] if failed else ["No changes."])
    return [*changes, *audits, *failed, *_places(report["files"], document)]


def _places(files: Mapping[str, str], document: Mapping[str, Any]) -> list[str]:
    """Where to find what the run left."""
    lines = [f"To read: {files['html']} (or .md)"]
    if "record" in files and document["entries"]:
        lines.append(f"To roll back: {files['record']}")
    if not document["entries"] or document["kind"] == "record" or not_applicable(document):
        return lines
    lines.append(f"To run by hand: {files['ps1']}")
    if "plan" in files:
        lines += [
            f"To apply as it is: {files['plan']}",
            f"Its hash: {document['hash']}",
            f"Valid until: {document['expires']}",
        ]
    return lines


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"summary_lines": summary_lines}
