# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a change may be made, from the mail-flow check of the tenant as it would leave it; and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from ...module_utils._mail_flow.comparison import (
    MailFlowResult,
    TracedClass,
    blocks,
    concerned_classes,
    uninspected,
    verdict_before,
)
from .visible import visible

_SAFE = "safe"
_VERDICTS = {
    "safe": "every message that was walked arrives",
    "not_proved": "it is not proved that every message arrives",
    "lost": "messages are lost",
    "loop": "messages loop",
}
# What stands against the change comes first.
_URGENCY = ("BLOCKS", "AS BEFORE", "ACCEPTED", "NOTE")
_INSPECTED = {
    "inspected": "inspected",
    "in_part": "inspected in part",
    "not_inspected": "not inspected",
    "not_proved": "not proved to be inspected",
}
_MOST_ENTRIES = 12
# More paths are not told one by one.
_MOST_PATHS = 20
_STOPS = {"rule": 'rule "{}"', "connector": 'connector "{}"', "vendor": "vendor ({})", "gateway": "host {}"}
_ENDS = {"loop": "it loops", "lost": "it is lost", "not_proved": "not proved that it arrives"}


def lines(check: MailFlowResult) -> list[str]:
    """The verdict, every finding with its remedy, the gravest first, and the ways that are not safe, for the output of a play.

    Messages that take the same way to the same end are one line.
    """
    before = check.get("before")
    now = f" (as it is now: {_VERDICTS[verdict_before(before)]})" if before else ""
    verdict = f"Mail flow: {_VERDICTS[check['verdict']]}{now}."
    return [visible(text) for text in (*_protection(check), verdict, *_findings(check))]


def _protection(check: MailFlowResult) -> Iterator[str]:
    """What of the scope is inspected, ways past it first."""
    protection = check.get("protection")
    if not protection:
        return
    yield from (f"GAP  {text}" for text in uninspected(check))
    counted = [row for row in protection["scope"] if not row["off"]]
    entries = "; ".join(
        dict.fromkeys(f"{_named(row)} {_INSPECTED[row['verdict']]}" for row in counted[:_MOST_ENTRIES])
    )
    more = f"; {len(counted) - _MOST_ENTRIES} more entries" if len(counted) > _MOST_ENTRIES else ""
    yield f"Incoming mail: {entries or 'nobody is in the scope of a rule that is switched on'}{more}."


def _named(row: Mapping[str, Any]) -> str:
    return "everybody" if row["kind"] == "everybody" else f"{row['kind']} {row['name']}".strip()


def _findings(check: MailFlowResult) -> Iterator[str]:
    concerned = concerned_classes(check)
    said = [(_word(finding, check, concerned), finding) for finding in check["findings"]]
    for word, finding in sorted(said, key=lambda pair: _URGENCY.index(pair[0])):
        yield f"{word}  {finding['id']}: {finding['cause']} {finding['remedy']}"
    ways: dict[str, dict[str, None]] = {}
    for traced in check["classes"]:
        if traced["verdict"] != _SAFE:
            ways.setdefault(_way(traced), {})[str(traced["title"])] = None
    for way, titles in list(ways.items())[:_MOST_PATHS]:
        yield f"WALKED  {'; '.join(titles)}: {way}"
    if len(ways) > _MOST_PATHS:
        yield f"WALKED  {len(ways) - _MOST_PATHS} other ways; all are in the runbook."


def _word(finding: Mapping[str, Any], check: MailFlowResult, concerned: set[str]) -> str:
    if finding.get("accepted"):
        return "ACCEPTED"
    if blocks(finding, check, concerned):
        return "BLOCKS"
    return "AS BEFORE" if finding["severity"] == "block" else "NOTE"


def _way(traced: TracedClass) -> str:
    """The way of a message and how it ends, in one line; two steps at the same place are one."""
    stops = [_STOPS.get(stop["at"], "{}").format(stop.get("name") or stop["at"]) for stop in traced["path"]]
    way = [stop for stop, _again in groupby(stops)]
    return f"{' -> '.join(way)}: {_ENDS[traced['verdict']]}"
