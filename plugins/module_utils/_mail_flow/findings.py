# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From ends to verdicts, findings and the path that a reader follows (8.4 to 8.7, section 10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .classes import Class
from .state import Disposition, Walked
from .trace import Cause, Trace

_ORDER = (
    "reversed-predicate",
    "loop-exception-missing",
    "enhanced-filtering",
    "return-addresses-unknown",
    "two-portals",
    "vendor-lock-down",
    "return-rejected-by-lock-down",
    "return-lock-down-unclear",
    "vendor-address-blocked",
    "return-not-recognized",
    "dlp-return-not-relayed",
    "connector-missing",
    "connector-disabled",
    "connector-not-rule-scoped",
    "tls-name-mismatch",
    "foreign-rule-stops-before",
    "foreign-rule-reroutes",
    "foreign-rule-stops-return",
    "foreign-loop",
    "foreign-loop-possible",
    "foreign-hop-unpaired",
    "gateway-exempted-monitor-only",
    "scope-intersection",
    "scope-group-missing",
    "scope-group-unknown",
    "recipient-unknown",
    "alias-outside-scope",
    "centralised-mail-flow",
    "journal-unroutable",
    "journal-undeliverable-recipient",
    "shared-address-attribution",
    "null-sender-return",
    "audit-mode",
    "not-yet-active",
    "content-decides",
    "own-rule-ends",
)
_BAD = ("loop", "rejected", "stranded", "unknown")
# What cannot be read, for people, and the cmdlet that reads it.
_TOPICS = {
    "mail_flow_rules": ("the mail-flow rules", "Get-TransportRule"),
    "inbound_connectors": ("the inbound connectors", "Get-InboundConnector"),
    "outbound_connectors": ("the outbound connectors", "Get-OutboundConnector"),
    "accepted_domains": ("the accepted domains", "Get-AcceptedDomain"),
}


@dataclass
class _Finding:
    """cause: as told of the worst end. weight: of that end, 0 for a note."""

    cause: Cause
    weight: int = 0
    classes: list[str] = field(default_factory=list)


class Findings:
    """What was found in a tenant; what is accepted by name counts for nothing."""

    def __init__(self, accepted: Iterable[str]) -> None:
        self._accepted = {item.strip().casefold() for item in accepted}
        # What has the same remedy is told once, whether it is certain or only possible.
        self._found: dict[tuple[str, ...], _Finding] = {}

    def is_accepted(self, cause: Cause) -> bool:
        """Whether somebody has accepted it, by its id or by id:subject."""
        return (
            cause.finding.casefold() in self._accepted
            or f"{cause.finding}:{cause.subject}".casefold() in self._accepted
        )

    def block(self, cause: Cause, name: str, weight: int) -> None:
        """Something that makes a class other than safe. weight: how bad its end is."""
        found = self._entry(cause, name)
        if weight > found.weight:
            found.cause, found.weight = cause, weight

    def note(self, cause: Cause, name: str = "") -> None:
        """Something that a reader should know."""
        self._entry(cause, name)

    def _entry(self, cause: Cause, name: str) -> _Finding:
        found = self._found.setdefault((cause.finding, cause.subject, cause.remedy), _Finding(cause))
        if name and name not in found.classes:
            found.classes.append(name)
        return found

    def to_result(self) -> list[dict[str, Any]]:
        """As in the result: what blocks first, then in the order of section 10."""
        ordered = sorted(
            self._found.values(), key=lambda item: (not item.weight, _ORDER.index(item.cause.finding))
        )
        return [
            {
                "id": item.cause.finding,
                "severity": "block" if item.weight else "note",
                "subject": item.cause.subject,
                "cause": item.cause.cause,
                "remedy": item.cause.remedy,
                "classes": item.classes,
                "accepted": self.is_accepted(item.cause),
            }
            for item in ordered
        ]


@dataclass(frozen=True)
class Judged:
    """A class with its verdict. accepted: the findings without which it would be another."""

    item: Class
    verdict: str
    ends: list[Disposition]
    decisive: Disposition | None
    accepted: list[str]

    def to_result(self) -> dict[str, Any]:
        """As in the result."""
        cause = self.decisive.cause if self.decisive and self.verdict != "safe" else None
        trail: Trace | None = self.decisive.trail if self.decisive else None
        return {
            "class": self.item.id,
            "title": self.item.title,
            "verdict": self.verdict,
            "informative": self.item.informative,
            "accepted": self.accepted,
            "ends": list(_shown_ends(self.ends)),
            "path": [step.to_result() for step in trail.steps()] if trail else [],
            "cause": cause.cause if cause else "",
            "remedy": cause.remedy if cause else "",
            "finding": cause.finding if cause else None,
        }


def judged(item: Class, walked: Walked, findings: Findings) -> Judged:
    """The verdict of a class, and its findings noted."""
    bad = [end for end in walked.ends if end.counts and end.end in _BAD]
    for note in walked.notes:
        findings.note(note, item.id)
    if item.informative:
        if bad:
            findings.note(_null_sender(bad), item.id)
        return Judged(item, "safe", walked.ends, _most_telling(walked.ends), [])
    for end in bad:
        if end.cause:
            findings.block(end.cause, item.id, _weight(end))
    left = [end for end in bad if end.cause is None or not findings.is_accepted(end.cause)]
    taken = {end.cause for end in bad if end.cause and findings.is_accepted(end.cause)}
    verdict = _verdict(left)
    accepted = sorted({f"{cause.finding}:{cause.subject}" for cause in taken}) if taken else []
    return Judged(item, verdict, walked.ends, _worst(left) or _most_telling(walked.ends), accepted)


def _null_sender(ends: list[Disposition]) -> Cause:
    """Absence notices that may not get through. The rule is the one that sends them to the vendor."""
    rule = ""
    for step in next((end.trail.steps() for end in ends if end.trail), []):
        if step.at == "vendor":
            break
        rule = step.name if step.at == "rule" else rule
    name = f'the mail-flow rule "{rule}"' if rule else "the rule for outgoing mail"
    return Cause(
        "null-sender-return",
        rule,
        "Absence notices to the internet may be lost: they have no envelope sender, by which what the vendor returns is known as "
        "mail of the organization.",
        f"Except absence notices in {name} (message_type_matches: OOF).",
    )


def _verdict(bad: list[Disposition]) -> str:
    """8.5."""
    return {3: "loop", 2: "lost", 1: "not_proved"}[max(map(_weight, bad))] if bad else "safe"


def _weight(end: Disposition) -> int:
    if not end.certain or end.end == "unknown":
        return 1
    return 3 if end.end == "loop" else 2


def _worst(bad: list[Disposition]) -> Disposition | None:
    """The end that decides: the worst, then by the order of section 10, then the one of the shortest way (8.7)."""
    return min(bad, key=lambda end: (-_weight(end), _rank(end), len(_steps(end))), default=None)


def _rank(end: Disposition) -> int:
    return _ORDER.index(end.cause.finding) if end.cause else len(_ORDER)


def _steps(end: Disposition) -> list[object]:
    return list(end.trail.steps()) if end.trail else []


def _most_telling(ends: list[Disposition]) -> Disposition | None:
    """For a reader of a safe class: a certain end, through as many hands as possible."""
    good = [end for end in ends if end.end in ("delivered", "left")]
    return max(good or ends, key=lambda end: (end.certain, len(_steps(end))), default=None)


def _shown_ends(ends: list[Disposition]) -> Iterator[dict[str, Any]]:
    """Each end once."""
    seen: set[tuple[object, ...]] = set()
    for end in sorted(ends, key=lambda item: (not item.certain,)):
        key = (end.recipient.written, end.end, end.counts, end.cause)
        if key in seen:
            continue
        seen.add(key)
        yield {
            "recipient": end.recipient.written,
            "end": end.end,
            "certain": end.certain,
            "counts": end.counts,
            "cause": end.cause.cause if end.cause else "",
        }


def unread(topics: list[str], outside_the_model: Iterable[str]) -> dict[str, Any]:
    """The result for a tenant of which something essential is not known."""
    told = [_TOPICS.get(topic, (topic, "")) for topic in topics]
    what = " and ".join(name for name, _cmdlet in told)
    cmdlets = ", ".join(cmdlet for _name, cmdlet in told if cmdlet)
    finding = {
        "id": "not-read",
        "severity": "block",
        "subject": "",
        "cause": f"Nothing can be proved: {what} could not be read.",
        "remedy": f"Let the application read them ({cmdlets}); a warning of this task says why it could not.",
        "classes": [],
        "accepted": False,
    }
    return {
        "verdict": "not_proved",
        "classes": [],
        "findings": [finding],
        "outside_the_model": list(outside_the_model),
    }
