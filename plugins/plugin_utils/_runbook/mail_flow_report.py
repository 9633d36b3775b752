# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a change may be made, from the mail-flow check of the tenant as it would leave it; and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from ...module_utils._mail_flow_check.comparison import (
    MailFlowResult,
    TracedClass,
    blocks,
    concerned_classes,
    goes_to_vendor,
    notes_beside,
    only_returns,
    uninspected,
    verdict_after,
    verdict_before,
)
from ...module_utils._mail_flow_check.verdicts import kind_of
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
_REPORTS = "journal-report"
_OF_REPORTS = {
    "not_proved": "every message that was walked arrives; that journal reports do is not proved",
    "lost": "every message that was walked arrives; journal reports do not",
    "loop": "every message that was walked arrives; journal reports loop",
}
# A remedy of so few words is said again.
_SHORT = 6
# More paths are not told one by one.
_MOST_PATHS = 20
_STOPS = {"rule": 'rule "{}"', "connector": 'connector "{}"', "vendor": "vendor ({})", "gateway": "host {}"}
_ENDS = {"loop": "it loops", "lost": "it is lost", "not_proved": "not proved that it arrives"}


def lines(check: MailFlowResult) -> list[str]:
    """The verdict, every finding with its remedy, the gravest first, and the ways that are not safe, for the output of a play.

    Messages that take the same way to the same end are one line.
    """
    before = check.get("before")
    now = f" (as it is now: {_headline(before, verdict_before(before))})" if before else ""
    head = f"Mail flow: {_headline(check, verdict_after(check))}{now}."
    told = (*_protection(check), head, *_findings(check), *_acceptances(check), *_ways(check))
    return [visible(text) for text in told]


def lines_of(document: Mapping[str, Any]) -> list[str]:
    """The same for a plan or record; what keeps a run from going on stands in the message of the task that ended it."""
    flow = document.get("mail_flow")
    return lines({**flow, **flow["after"]}) if flow and not document.get("failed") else []


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


def _headline(check: MailFlowResult, verdict: str) -> str:
    """What the verdict says; of reports alone that they are concerned, since all mail arrives."""
    bad = [traced for traced in check["classes"] if traced["verdict"] != _SAFE]
    if verdict != _SAFE and bad and all(kind_of(traced["class"]) == _REPORTS for traced in bad):
        return _OF_REPORTS[verdict]
    return _VERDICTS[verdict]


def _findings(check: MailFlowResult) -> Iterator[str]:
    """Each finding with its cause, and its remedy once: that of an earlier one is not told again."""
    concerned = concerned_classes(check)
    said = [(_word(finding, check, concerned), finding) for finding in notes_beside(check)]
    told: dict[str, str] = {}
    for word, finding in sorted(said, key=lambda pair: _URGENCY.index(pair[0])):
        remedy = str(finding["remedy"])
        if len(remedy.split()) > _SHORT and remedy in told:
            remedy = f"What to do: as for {told[remedy]}."
        told.setdefault(str(finding["remedy"]), finding["id"])
        yield f"{word}  {finding['id']}: {_when(finding, check)}{finding['cause']} {remedy}{_on_what_terms(finding)}".rstrip()


def _when(finding: Mapping[str, Any], check: MailFlowResult) -> str:
    """That something concerns only what does not go to the vendor yet."""
    classes = [traced for traced in check["classes"] if traced["class"] in finding["classes"]]
    waits = bool(classes) and all(map(only_returns, classes)) and not goes_to_vendor(check["classes"])
    return "Once mail goes to the vendor: " if waits else ""


def _on_what_terms(finding: Mapping[str, Any]) -> str:
    """Why somebody has accepted a finding, and until when."""
    reason = f" Accepted because: {finding['reason']}." if finding.get("reason") else ""
    return f"{reason} Accepted until {finding['expires']}." if finding.get("expires") else reason


def _acceptances(check: MailFlowResult) -> Iterator[str]:
    for item in check.get("acceptances") or ():
        if item["problem"]:
            yield f"NOTE  portal_accepted_findings: {item['problem']}"


def _ways(check: MailFlowResult) -> Iterator[str]:
    """The ways of what is not safe, each once, with the classes that go it; not of what is as before, of which a finding tells."""
    ways: dict[str, dict[str, None]] = {}
    concerned = concerned_classes(check)
    for traced in check["classes"]:
        told = traced["finding"] and traced["class"] not in concerned and kind_of(traced["class"]) != _REPORTS
        if traced["verdict"] != _SAFE and not told:
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
