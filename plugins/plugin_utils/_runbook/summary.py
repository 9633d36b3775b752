# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run comes to, small enough for every reader: an approver, the next job of a workflow, the table of many tenants. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._change.given_document import not_applicable
from ...module_utils._mail_flow_check.comparison import goes_to_vendor, verdict_after, verdict_before
from .._phrases import shortened
from .last_lines import last_lines
from .runbook import Runbook

FORMAT = 1
_LONGEST_TEXT = 300


def summary(runbook: Runbook, host: str, files: Mapping[str, str]) -> dict[str, Any]:
    """The artifact avanan_summary of one host; docs/awx.md has its keys.

    runbook: of a finished plan, record or draft. files: what the run left, by kind.
    """
    document = runbook.document
    counts = dict(runbook.counts)
    flow = document.get("mail_flow") or {}
    return {
        "format": FORMAT,
        "host": host,
        "tenant": document["tenant"],
        "title": document["title"],
        "kind": document["kind"],
        "outcome": _outcome(runbook),
        "pending": _pending(runbook),
        "counts": {**counts, "failed": sum(step.status == "failed" for step in runbook.steps)},
        "verdict": verdict_after({**flow, **flow["after"]}) if flow.get("after") else "",
        "verdict_before": verdict_before(flow["before"]) if flow.get("before") else "",
        "mode": _mode(flow.get("after" if document["kind"] == "record" else "before")),
        "protection": {
            way: len(people or ())
            for way, people in (document.get("protection") or {}).items()
            if way in ("enters", "leaves", "stays")
        },
        "findings": len(runbook.findings) + len(runbook.accepted),
        "hash": document.get("hash") or "",
        "expires": document.get("expires") or "",
        "runbook": files.get("html", ""),
        "text": shortened(
            f"{document['tenant'].get('name') or host}: {last_lines(runbook, files)[0]}", _LONGEST_TEXT
        ),
    }


def _outcome(runbook: Runbook) -> str:
    """failed, refused, unchanged, pending, changed or incomplete."""
    if runbook.failed:
        return "failed"
    if runbook.refused and runbook.kind != "record":
        return "refused"
    if not runbook.steps:
        return "unchanged"
    if runbook.kind != "record":
        return "pending"
    return "changed" if runbook.outcome.tone == "good" else "incomplete"


def _mode(walked: Mapping[str, Any] | None) -> str:
    """Whether mail goes to the vendor in the tenant as it is now; "" when none was walked. Mail that comes from there says nothing."""
    if not walked:
        return ""
    return "inline" if goes_to_vendor(walked["classes"]) else "not inline"


def _pending(runbook: Runbook) -> int:
    """How many objects a plan would change that may be applied; what is refused or only a preview waits for nobody."""
    if runbook.kind != "plan" or not_applicable(runbook.document):
        return 0
    return len(runbook.steps)
