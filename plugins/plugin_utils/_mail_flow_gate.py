# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a change may be made, from the mail-flow check of the tenant as it would leave it; and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._powershell import visible

Check = Mapping[str, Any]
_SAFE = "safe"
# Reports are copies; what becomes of them is told, but keeps nobody's mail from arriving.
_COPIES = "journal-report"
_VERDICTS = {
    "safe": "every message that was walked arrives",
    "not_proved": "it is not proved that every message arrives",
    "lost": "messages would be lost",
    "loop": "messages would loop",
}


def refusals(check: Check) -> list[str]:
    """Why the change must not be made: a sentence for each finding, with what to do; none when nothing keeps it from being safe.

    A class that is as it was before and does not go through the vendor is not a matter of the change.
    """
    concerned = {str(walk["class"]) for walk in check["classes"] if _concerned(walk, check.get("before"))}
    return [
        f"{finding['id']}: {finding['cause']} {finding['remedy']}"
        for finding in check["findings"]
        if finding["severity"] == "block"
        and not finding.get("accepted")
        and (not check["classes"] or concerned & set(finding["classes"]))
    ] + [
        f"{walk['title']}: {walk['cause']}"
        for walk in check["classes"]
        if walk["class"] in concerned and not walk.get("finding")
    ]


def _concerned(walk: Mapping[str, Any], before: Check | None) -> bool:
    if walk["verdict"] == _SAFE or walk["class"].partition("#")[0] == _COPIES:
        return False
    earlier = {item["class"]: item for item in (before or {}).get("classes", ())}.get(walk["class"])
    same = earlier is not None and all(earlier[key] == walk[key] for key in ("verdict", "finding", "cause"))
    return not same or any(stop["at"] == "vendor" for stop in walk["path"])


def lines(check: Check) -> list[str]:
    """The verdict, every finding with its remedy, and the way of each class that is not safe, for the output of a play."""
    before = check.get("before")
    told = f" (as it is now: {_VERDICTS[before['verdict']]})" if before else ""
    return [visible(text) for text in (f"Mail flow: {_VERDICTS[check['verdict']]}{told}.", *_findings(check))]


def _findings(check: Check) -> Iterator[str]:
    for finding in check["findings"]:
        word = (
            "ACCEPTED" if finding.get("accepted") else "BLOCKS" if finding["severity"] == "block" else "NOTE"
        )
        yield f"{word}  {finding['id']}: {finding['cause']} {finding['remedy']}"
    for walk in check["classes"]:
        if walk["verdict"] != _SAFE:
            way = " -> ".join(str(stop.get("name") or stop["at"]) for stop in walk["path"])
            yield f"WALKED  {walk['title']}: {way}: {walk['verdict'].replace('_', ' ')}"


def shown(check: Check) -> dict[str, Any]:
    """The check as a document keeps it, for the picture."""
    before = check.get("before")
    kept = ("verdict", "classes")
    return {
        "before": {key: before[key] for key in kept} if before else None,
        "after": {key: check[key] for key in kept},
        "findings": check["findings"],
        "outside_the_model": check["outside_the_model"],
    }
