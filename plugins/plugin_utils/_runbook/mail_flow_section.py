# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a document says of the mail flow before and after a change, from the traced classes of messages. Pure.

Classes whose mail takes the same path are one figure. What stays as it is and is safe is only named; the figures that matter
most are drawn, all are told in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, NamedTuple

from ...module_utils._mail_flow_check.comparison import (
    notes_beside,
    open_gaps,
    told_gap,
    verdict_after,
    verdict_before,
)
from ...module_utils._mail_flow_check.verdicts import gravity
from .mail_flow_lane import VERDICTS, Lane, Verdict, lane

_DRAWN = 4
# Stations that stand in one row where there is room for rows.
_PER_ROW = 6
_RISKS = {
    "loop": "Mail would loop:",
    "lost": "Mail would be lost:",
    "not_proved": "Not proved that all mail arrives:",
    "safe": "Open finding:",
}
# Where nothing of it is of the change's making.
_STILL = {
    "loop": "As before this change, mail loops:",
    "lost": "As before this change, mail is lost:",
    "not_proved": "As before this change, it is not proved that all mail arrives:",
    "safe": "Open finding:",
}
_UNINSPECTED = "Mail of the scope is not inspected, or that it is is not proved:"
_REFUSED = "This change is refused:"
# In a refusal, the place of a finding.
_FINDING = "\0"
# Classes of mail to protected recipients, and the one that shows such mail while nobody is protected.
_PROTECTED = re.compile(
    r"(?:(?:internet|bounce|calendar)-to-protected|internet-to-both|alias-of-protected|group-with-protected)(?:#\d+)?"
)
_UNPROTECTED = "internet-to-unprotected"


class FlowFinding(NamedTuple):
    """A finding of the check. state: open (it stands against the change), accepted or note. terms: why and until when it is accepted."""

    id: str
    state: str
    cause: str
    remedy: str
    terms: str = ""


class Alarm(NamedTuple):
    """What stands above everything else. text: before the findings; closing: behind them; tone: bad or warn."""

    lead: str
    text: str
    findings: list[FlowFinding]
    tone: str
    closing: str = ""


@dataclass
class Figure:
    """Classes of messages whose mail takes the same path.

    titles: of the classes, the first one as heading; before, after: None where a class was not traced. first: what the lane
    before is called. whom: the sender or recipient that was traced, in words; "" when that is not known.
    """

    titles: list[str]
    before: Lane | None
    after: Lane | None
    first: str
    whom: str

    def add(self, title: str) -> None:
        """Another class; the names of what differs among them go."""
        self.titles.append(title)
        self.before, self.after = (one and one.nameless() for one in (self.before, self.after))

    @property
    def messages(self) -> list[str]:
        return _unique(self.titles)

    @property
    def same(self) -> bool:
        return bool(self.before and self.after and self.before.shape() == self.after.shape())

    @property
    def weight(self) -> tuple[int, bool]:
        """The worse it becomes, the earlier; then what changes; what is gone at the end."""
        return (-gravity(self.after.verdict.key) if self.after else 1, self.same)

    @property
    def lanes(self) -> list[tuple[str, Lane]]:
        """One or two, each with its heading."""
        named = [(self.first, self.before), ("After", self.after)]
        if self.same:
            named = [("Before and after", self.after)]
        return [(when, one) for when, one in named if one]

    @property
    def per_row(self) -> int:
        """How many stations stand in a row, alike for all lanes."""
        longest = self._longest()
        rows = -(-longest // _PER_ROW)
        return -(-longest // rows) if rows else 1

    @property
    def wraps(self) -> bool:
        return self._longest() > self.per_row

    def _longest(self) -> int:
        return max(len(one.stations) for _when, one in self.lanes)

    @property
    def spans(self) -> list[list[int]]:
        """How many columns each station takes: two lanes of one row share those of their beginning and of their end."""
        lanes = [one for _when, one in self.lanes]
        spans = [[1] * len(one.stations) for one in lanes]
        short, long = min(spans, key=len), max(spans, key=len)
        if len(short) < len(long) <= self.per_row and lanes[spans.index(short)].back is None:
            labels = [[station.label for station in one.stations] for one in lanes]
            last = max(_alike(*labels) - 1, 0)
            tail = min(_alike(*(each[::-1] for each in labels)), len(short) - 1 - last)
            if tail > 0:
                short[-1 - tail] += len(long) - len(short)
        return spans


@dataclass(frozen=True)
class MailFlow:
    """figures: the gravest first; unchanged: titles of the classes that stay as they are and are safe.

    stood_before: whether there was each open finding before the change. outside: what no check looks at. gaps: ways past inspection.
    unmet: what is wrong with what somebody has accepted.
    """

    verdict: Verdict
    before: Verdict | None
    figures: list[Figure]
    unchanged: list[str]
    findings: list[FlowFinding]
    stood_before: bool
    outside: list[str]
    gaps: list[FlowFinding]
    unmet: list[str]

    @property
    def drawn(self) -> list[Figure]:
        return self.figures[:_DRAWN]

    @property
    def dashed(self) -> bool:
        """Whether a hop that is drawn is not certain."""
        return any(not hop.certain for one in self.drawn for _when, lane in one.lanes for hop in lane.hops)

    @property
    def fact(self) -> str:
        """The verdict and what was accepted, in one line."""
        word = self.verdict.word
        if self.before and self.before is not self.verdict:
            word = f"{word} (before: {self.before.word})"
        accepted = [finding.id for finding in self.of("accepted")]
        return f"{word}; accepted: {', '.join(accepted)}" if accepted else word

    def of(self, state: str) -> list[FlowFinding]:
        """The findings of a state."""
        return [finding for finding in self.findings if finding.state == state]

    def unsaid(self, one: Lane) -> bool:
        """Whether cause and remedy of a lane do not stand among the findings."""
        said = [(item.cause, item.remedy) for item in self.findings]
        return not one.finding or (one.cause, one.remedy) not in said


def mail_flow(flow: Mapping[str, Any] | None) -> MailFlow | None:
    """flow: what a document keeps of a mail-flow check. None when nothing was traced."""
    if not flow:
        return None
    before = flow.get("before") or {}
    figures, unchanged = _figures(before, flow["after"])
    findings = [
        FlowFinding(item["id"], _state(item), item["cause"] or "", item["remedy"] or "", _terms(item))
        for item in notes_beside({**flow, **flow["after"]})
    ]
    known = {(traced["finding"], traced["cause"]) for traced in before.get("classes") or ()}
    return MailFlow(
        verdict=_verdict(verdict_after({**flow, **flow["after"]})),
        before=_verdict(verdict_before(before)) if before else None,
        figures=figures,
        unchanged=unchanged,
        findings=findings,
        stood_before=all((one.id, one.cause) in known for one in findings if one.state == "open"),
        outside=list(flow["outside_the_model"]),
        gaps=[
            FlowFinding(item["id"], "open", told_gap(item), item["remedy"])
            for item in open_gaps(flow["after"])
        ],
        unmet=[item["problem"] for item in flow.get("acceptances") or () if item["problem"]],
    )


def alarm(flow: MailFlow | None, refused: str) -> Alarm | None:
    """What is wrong with a change, if anything is. refused: why a run that is to make it would be refused."""
    findings = flow.of("open") if flow else []
    if refused:
        said = refused[len(_REFUSED) :].strip() if refused.startswith(_REFUSED) else refused
        text, closing = _beyond(said, findings)
        return Alarm(_REFUSED, text, findings, "bad", closing)
    if flow and findings:
        leads = _STILL if flow.stood_before else _RISKS
        return Alarm(
            leads[flow.verdict.key], "", [*flow.gaps, *findings], "warn" if flow.stood_before else "bad"
        )
    if flow and flow.gaps:
        return Alarm(_UNINSPECTED, "", flow.gaps, "bad")
    return None


def _verdict(key: str) -> Verdict:
    return VERDICTS.get(key, VERDICTS["not_proved"])


def _terms(finding: Mapping[str, Any]) -> str:
    parts = (("because: ", finding.get("reason")), ("until ", finding.get("expires")))
    return "; ".join(f"{lead}{text}" for lead, text in parts if text)


def _state(finding: Mapping[str, Any]) -> str:
    if finding["accepted"]:
        return "accepted"
    return "note" if finding["severity"] == "note" else "open"


def _beyond(said: str, findings: Iterable[FlowFinding]) -> tuple[str, str]:
    """What a refusal says before the findings that stand below it, and behind them."""
    rest = said
    for one in findings:
        rest = rest.replace(f"{one.id}: {one.cause} {one.remedy}", _FINDING)
    before, _finding, behind = rest.partition(_FINDING)
    return before.strip(), " ".join(behind.replace(_FINDING, "").split())


# ---------------------------------------------------------------------------------------------- figures


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[Figure], list[str]]:
    """The figures, the gravest first, and the titles of the classes that stay as they are and are safe."""
    groups: dict[Any, Figure] = {}
    unchanged: list[str] = []
    for title, old, new, first in _classes(before, after):
        shapes = [one and one.shape() for one in (old, new)]
        plain = all(one.verdict.key == "safe" and one.stays_inside() for one in (old, new) if one)
        if new and new.verdict.key == "safe" and (plain or shapes[0] == shapes[1]):
            unchanged.append(title)
            continue
        if new is None and old and old.verdict.key == "safe":
            # What there is no more, and was no danger, says nothing about the change.
            continue
        key = (*shapes, *(one and (one.cause, one.remedy) for one in (old, new)), first)
        if key in groups:
            groups[key].add(title)
        else:
            groups[key] = Figure([title], old, new, first, _whom(new or old))
    figures = sorted(groups.values(), key=lambda figure: figure.weight)
    _tell_apart(figures)
    return figures, _unique(unchanged)


def _classes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterable[tuple[str, Lane | None, Lane | None, str]]:
    """Title, before and after of each class, in the order in which they were traced, and what the lane before is called.

    Where nobody was protected before, mail to the protected went as that to unprotected recipients does.
    """
    old, new = ({traced["class"]: traced for traced in side.get("classes") or ()} for side in (before, after))
    earlier = None if any(map(_PROTECTED.fullmatch, old)) else old.get(_UNPROTECTED)
    for name in [*new, *(name for name in old if name not in new)]:
        stands_in = earlier is not None and name not in old and bool(_PROTECTED.fullmatch(name))
        traced = earlier if stands_in else old.get(name)
        title = (new.get(name) or old[name])["title"]
        lanes = (lane(traced) if traced else None, lane(new[name]) if name in new else None)
        yield title, *lanes, "Before, unprotected" if stands_in else "Before"


def _whom(one: Lane | None) -> str:
    start = one.stations[0] if one and one.stations else None
    if start and start.kind == "mailbox" and start.name:
        return f"from {start.name}"
    return f"to {one.ends[0][0]}" if one and one.ends and one.ends[0][0] else ""


def _tell_apart(figures: Iterable[Figure]) -> None:
    """Figures of the same title get the sender or recipient that was traced."""
    heads = Counter(figure.titles[0] for figure in figures)
    for figure in figures:
        head = figure.titles[0]
        if heads[head] > 1 and figure.whom:
            rest = [title for title in figure.titles if title != head]
            figure.titles = [f"{head}, for example {figure.whom}", *rest]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items two sequences begin with alike."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _unique(titles: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(titles))
