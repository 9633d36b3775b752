# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands around the findings of a refusal: what would become of mail, who would not be inspected, what can be accepted. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .comparison import MailFlowResult, concerned_classes, refusing
from .verdicts import worst

_HEADLINES = {
    "loop": "Mail would loop.",
    "lost": "Mail would be lost.",
    "not_proved": "It is not proved that all mail arrives.",
}
_ACCEPT = "To accept that all the same: portal_accepted_findings:"


@dataclass(frozen=True)
class RefusedState:
    """What of one state of a change keeps it from being made. verdict: of the worst mail; named: findings that can be accepted, with objects."""

    verdict: str
    named: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, check: MailFlowResult, *, only_worse: bool) -> RefusedState:
        """only_worse: as for comparison.refusals."""
        concerned = concerned_classes(check, only_worse=only_worse)
        verdicts = {item["class"]: str(item["verdict"]) for item in check["classes"]}
        named, blamed = list[tuple[str, str]](), list[str]()
        for found in refusing(check, only_worse=only_worse):
            of_it = [verdicts[name] for name in found["classes"] if name in concerned]
            blamed += of_it
            # Of a certain loss the object must be given.
            if "loop" not in of_it and (found["subject"] or "lost" not in of_it):
                named.append((found["id"], found["subject"]))
        return cls(worst(blamed), named)


def headline(states: Iterable[RefusedState]) -> str:
    """What would become of mail, in a sentence; "" where that is not the reason. states: the one at the end first, then those on the way."""
    return next((_HEADLINES[state.verdict] for state in states if state.verdict != "safe"), "")


def how_to_accept(states: Iterable[RefusedState], gap: Mapping[str, Any] | None) -> str:
    """How to go on all the same, in the form in which it is given; "" where a certain loop, or what is no finding, stands against it.

    gap: that leaves nobody inspected.
    """
    listed = list(states)
    named = [pair for state in listed for pair in state.named]
    named += [(gap["id"], gap["subject"])] if gap and gap["id"] else []
    if any(state.verdict == "loop" for state in listed):
        return ""
    forms = [
        f"{{finding: {finding}{f', object: {json.dumps(subject, ensure_ascii=False)}' if subject else ''}}}"
        for finding, subject in dict.fromkeys(named)
    ]
    return f"{_ACCEPT} [{', '.join(forms)}]." if forms else ""


def uninspected_scope(check: MailFlowResult, rules: Iterable[str]) -> Mapping[str, Any] | None:
    """The way past inspection because of which a change with these rules leaves nobody of its scope inspected; None when somebody is."""
    names = {name.casefold() for name in rules}
    protection = check.get("protection") or {"scope": (), "gaps": ()}
    rows = [row for row in protection["scope"] if not row["off"]]
    first = next((row for row in rows if row["gap"]), None)
    concerned = any(row["rule"].casefold() in names for row in rows)
    if not concerned or first is None or any(row["verdict"] != "not_inspected" for row in rows):
        return None
    if any(row["flow"] in ("loop", "lost") for row in rows):
        return None
    gap = {"id": "", "subject": "", "cause": first["why"], "remedy": "", "remedies": ()}
    return next((item for item in protection["gaps"] if item["cause"] == first["why"]), gap)


def inspects_nobody(gap: Mapping[str, Any], told: Iterable[str]) -> str:
    """What to say of it. told: what is said of the findings; where one of them has the same remedy, nothing more is said."""
    nobody = "Nobody of the scope would be inspected."
    proved = [item["text"] for item in gap["remedies"][:1]]
    if any(text in other for text in proved for other in told):
        return nobody
    named = f"{gap['id']}: " if gap["id"] else ""
    return f"{named}{nobody} {gap['cause']} {gap['remedy']}".rstrip()
