# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The path of mail before and after a change, from the walked classes of messages, as plain data for the templates. Pure.

Classes whose mail takes the same way are one figure. What stays as it is and is safe is only named; the figures that matter
most are drawn, all are told in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from .flow_lane import ENDS, VERDICTS, Hop, Lane, Verdict, lane
from .mail_flow_report import verdict_before

MailFlowView = dict[str, Any]
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
_REFUSED = "This change is refused:"
# Classes of mail to protected recipients, and the one that shows such mail while nobody is protected.
_PROTECTED = re.compile(
    r"(?:(?:internet|bounce|calendar)-to-protected|internet-to-both|alias-of-protected|group-with-protected)(?:#\d+)?"
)
_UNPROTECTED = "internet-to-unprotected"


def picture(flow: Mapping[str, Any] | None, refused: str) -> MailFlowView:
    """All that a document says of the path of mail.

    alarm: what stands above everything else, or None, tone bad or warn; flow: the section, or None when nothing was walked.
    """
    if not flow:
        return {"alarm": _alarm(None, refused, []), "accepted": [], "flow": None}
    findings = _findings(flow)
    return {
        "alarm": _alarm(flow, refused, [one for one in findings if one["state"] == "open"]),
        "accepted": [one for one in findings if one["state"] == "accepted"],
        "flow": _section(flow, findings),
    }


def fact(flow: Mapping[str, Any] | None) -> str:
    """The verdict and what was accepted, in one line; "" when nothing was walked."""
    if not flow:
        return ""
    before, after = flow.get("before"), flow["after"]
    word = _verdict(after).word
    if before and _verdict_before(before) is not _verdict(after):
        word = f"{word} (before: {_verdict_before(before).word})"
    accepted = [finding["id"] for finding in flow["findings"] if finding["accepted"]]
    return f"{word}; accepted: {', '.join(accepted)}" if accepted else word


def _verdict(walked: Mapping[str, Any]) -> Verdict:
    return VERDICTS.get(walked["verdict"], VERDICTS["not_proved"])


def _verdict_before(walked: Mapping[str, Any]) -> Verdict:
    return VERDICTS.get(verdict_before(walked), VERDICTS["not_proved"])


def _badge(verdict: Verdict) -> MailFlowView:
    return {"word": verdict.word, "icon": verdict.icon, "tone": verdict.tone, "key": verdict.key}


# ---------------------------------------------------------------------------------------------- findings


def _findings(flow: Mapping[str, Any]) -> list[MailFlowView]:
    """state: open (it stands against the change), accepted or note; classes: their titles."""
    walked = [*flow["after"]["classes"], *((flow.get("before") or {}).get("classes") or ())]
    titles = {walk["class"]: walk["title"] for walk in reversed(walked)}
    return [
        {
            "id": finding["id"],
            "state": _state(finding),
            "cause": finding["cause"] or "",
            "remedy": finding["remedy"] or "",
            "classes": _unique(titles.get(one, one) for one in finding["classes"]),
        }
        for finding in flow["findings"]
    ]


def _state(finding: Mapping[str, Any]) -> str:
    if finding["accepted"]:
        return "accepted"
    return "note" if finding["severity"] == "note" else "open"


def _alarm(flow: Mapping[str, Any] | None, refused: str, findings: list[MailFlowView]) -> MailFlowView | None:
    if refused:
        said = refused[len(_REFUSED) :].strip() if refused.startswith(_REFUSED) else refused
        return {"lead": _REFUSED, "text": _unsaid(said, findings), "findings": findings, "tone": "bad"}
    if flow and findings:
        still = _stood_before(flow, findings)
        lead = (_STILL if still else _RISKS)[_verdict(flow["after"]).key]
        return {"lead": lead, "text": "", "findings": findings, "tone": "warn" if still else "bad"}
    return None


def _unsaid(said: str, findings: Iterable[MailFlowView]) -> str:
    """What a refusal says beyond the findings below it."""
    rest = said
    for one in findings:
        rest = rest.replace(f"{one['id']}: {one['cause']} {one['remedy']}", "")
    return rest if rest.strip() else ""


def _stood_before(flow: Mapping[str, Any], findings: Iterable[MailFlowView]) -> bool:
    """Whether there was each of the findings before."""
    known = {(walk["finding"], walk["cause"]) for walk in (flow.get("before") or {}).get("classes") or ()}
    return all((one["id"], one["cause"]) in known for one in findings)


# ---------------------------------------------------------------------------------------------- classes


def _section(flow: Mapping[str, Any], findings: list[MailFlowView]) -> MailFlowView:
    before = flow.get("before")
    figures, unchanged = _figures(flow)
    told = {(one["cause"], one["remedy"]) for one in findings}
    return {
        "verdict": _badge(_verdict(flow["after"])),
        "before": _badge(_verdict_before(before)) if before else None,
        "figures": [_drawn(figure) for figure in figures[:_DRAWN]],
        "rows": [_told(figure, told) for figure in figures],
        "unchanged": unchanged,
        "dashed": any(not hop.certain for figure in figures[:_DRAWN] for hop in _hops(figure)),
        "findings": findings,
        "outside": list(flow["outside_the_model"]),
    }


def _figures(flow: Mapping[str, Any]) -> tuple[list[MailFlowView], list[str]]:
    """Figures, the gravest first, and the titles of the classes that stay as they are and are safe.

    A figure is titles and before and after, each a lane or None, and first: what the lane before is called.
    """
    groups: dict[Any, MailFlowView] = {}
    unchanged: list[str] = []
    for title, before, after, stands_in in _classes(flow):
        shapes = tuple(one.shape() if one else None for one in (before, after))
        plain = all(one.verdict.key == "safe" and one.stays_inside() for one in (before, after) if one)
        if after and after.verdict.key == "safe" and (plain or shapes[0] == shapes[1]):
            unchanged.append(title)
            continue
        if after is None and before and before.verdict.key == "safe":
            # What there is no more, and was no danger, says nothing about the change.
            continue
        causes = tuple((one.cause, one.remedy) if one else None for one in (before, after))
        first = "Before, unprotected" if stands_in else "Before"
        figure = groups.setdefault(
            (shapes, causes, first), {"titles": [], "before": before, "after": after, "first": first}
        )
        figure["titles"].append(title)
    for figure in groups.values():
        figure["same"] = _same(figure)
        figure["whom"] = _whom(figure)
        if len(figure["titles"]) > 1:
            figure["before"], figure["after"] = (
                one and one.nameless() for one in (figure["before"], figure["after"])
            )
    figures = sorted(groups.values(), key=_weight)
    _tell_apart(figures)
    return figures, _unique(unchanged)


def _whom(figure: MailFlowView) -> str:
    """Whose mail was walked, in words; "" when that is not known."""
    one = figure["after"] or figure["before"]
    start = one.stations[0] if one.stations else None
    if start and start.kind == "mailbox" and start.name:
        return f"from {start.name}"
    return f"to {one.ends[0][0]}" if one.ends and one.ends[0][0] else ""


def _tell_apart(figures: Iterable[MailFlowView]) -> None:
    """Figures of the same title get the sender or recipient that was walked."""
    heads = Counter(figure["titles"][0] for figure in figures)
    for figure in figures:
        head = figure["titles"][0]
        if heads[head] > 1 and figure["whom"]:
            figure["titles"] = [
                f"{head}, for example {figure['whom']}",
                *(title for title in figure["titles"] if title != head),
            ]


def _classes(flow: Mapping[str, Any]) -> list[tuple[str, Lane | None, Lane | None, bool]]:
    """Title, before and after of each class, in the order in which they were walked, and whether another stands in for before.

    Where nobody was protected before, mail to the protected went as that to unprotected recipients does.
    """
    before, after = (
        {walk["class"]: walk for walk in (flow.get(key) or {}).get("classes") or ()}
        for key in ("before", "after")
    )
    earlier = None if any(map(_PROTECTED.fullmatch, before)) else before.get(_UNPROTECTED)
    rows = []
    for name in [*after, *(name for name in before if name not in after)]:
        stands_in = earlier is not None and name not in before and bool(_PROTECTED.fullmatch(name))
        walked = earlier if stands_in else before.get(name)
        lanes = (lane(walked) if walked else None, lane(after[name]) if name in after else None)
        rows.append(({**before, **after}[name]["title"], *lanes, stands_in))
    return rows


def _same(figure: MailFlowView) -> bool:
    before, after = figure["before"], figure["after"]
    return bool(before and after and before.shape() == after.shape())


def _weight(figure: MailFlowView) -> tuple[int, bool]:
    """The worse it becomes, the earlier; then what changes; what is gone at the end."""
    after = figure["after"]
    return (after.verdict.rank if after else len(VERDICTS), figure["same"])


def _lanes(figure: MailFlowView) -> list[tuple[str, Lane]]:
    if figure["same"]:
        return [("Before and after", figure["after"])]
    named = ((figure["first"], figure["before"]), ("After", figure["after"]))
    return [(when, one) for when, one in named if one]


def _hops(figure: MailFlowView) -> list[Hop]:
    return [hop for _when, one in _lanes(figure) for hop in one.hops]


def _drawn(figure: MailFlowView) -> MailFlowView:
    """A figure for the page. per_row: stations in a row, alike for all lanes; lanes: each with its cells."""
    lanes = _lanes(figure)
    longest = max((len(one.stations) for _when, one in lanes), default=0)
    rows = -(-longest // _PER_ROW)
    per_row = -(-longest // rows) if rows else 1
    titles = _unique(figure["titles"])
    spans = _spans([one for _when, one in lanes], per_row)
    return {
        "title": titles[0],
        "also": titles[1:],
        "per_row": per_row,
        "wraps": longest > per_row,
        "lanes": [
            {"when": when, "lane": one, "spans": columns}
            for (when, one), columns in zip(lanes, spans, strict=True)
        ],
    }


def _spans(lanes: Sequence[Lane], per_row: int) -> list[list[int]]:
    """How many columns each station takes: two lanes of one row share those of their beginning and of their end."""
    spans = [[1] * len(one.stations) for one in lanes]
    short, long = min(spans, key=len), max(spans, key=len)
    if len(short) < len(long) <= per_row and lanes[spans.index(short)].back is None:
        labels = [[station.label for station in one.stations] for one in lanes]
        last = max(_alike(*labels) - 1, 0)
        tail = min(_alike(*(each[::-1] for each in labels)), len(short) - 1 - last)
        if tail > 0:
            short[-1 - tail] += len(long) - len(short)
    return spans


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items two sequences begin with alike."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


# ---------------------------------------------------------------------------------------------- words


def _told(figure: MailFlowView, findings: set[tuple[str, str]]) -> MailFlowView:
    """A figure in words. why: cause and remedy of what is not safe."""
    return {
        "titles": _unique(figure["titles"]),
        "lanes": [
            {
                "when": when,
                "verdict": _badge(one.verdict),
                "parts": _parts(one),
                "ends": _ends(one),
                **_why(one, findings),
            }
            for when, one in _lanes(figure)
        ],
    }


def _why(one: Lane, findings: set[tuple[str, str]]) -> MailFlowView:
    """A cause that stands among the findings is not said again."""
    known = one.verdict.key == "safe" or (bool(one.finding) and (one.cause, one.remedy) in findings)
    return {
        "finding": "" if one.verdict.key == "safe" else one.finding,
        "cause": "" if known else one.cause,
        "remedy": "" if known else one.remedy,
    }


def _ends(one: Lane) -> list[MailFlowView]:
    """What becomes of each recipient, when that is not the same for all."""
    if one.verdict.key == "safe":
        return []
    found: dict[str, list[str]] = {}
    for who, end, _cause in one.ends:
        words = found.setdefault(who, [])
        word = ENDS.get(end, ENDS["unknown"])
        words += [] if word in words else [word]
    differ = len({tuple(sorted(words)) for words in found.values()}) > 1
    return [{"recipient": who, "end": " or ".join(words)} for who, words in found.items()] if differ else []


def _parts(one: Lane) -> list[MailFlowView]:
    """The stations in order: arrow that leads there, label, name and the rules and connectors that act there."""
    parts: list[MailFlowView] = []
    for index, station in enumerate(one.stations):
        arrow = _arrow(one.hops[index - 1]) if index else ""
        parts.append({"arrow": arrow, "label": station.label, "name": station.name, "notes": []})
    for index, hop in enumerate(one.hops):
        # What leads from one to another outside of the service is told where mail arrives.
        here = one.stations[index].kind == "service" or index == len(parts) - 1
        parts[index if here else index + 1]["notes"] += [
            {"word": note.word, "name": note.name} for note in hop.notes
        ]
    if one.stopped or one.back is not None:
        label = one.end or one.verdict.word
        arrow = _arrow(one.hops[-1]) if one.hops else ""
        parts.append({"arrow": arrow, "label": label, "name": "", "notes": []})
    return parts


def _arrow(hop: Hop) -> str:
    return "→" if hop.certain else "⇢"


def _unique(titles: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(titles))
