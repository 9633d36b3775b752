# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From dispositions to verdicts, findings and the path that a reader follows (8.4 to 8.7, section 10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .._mail_flow import advice
from .._mail_flow.submission import Disposition, MessageClass, WalkResult
from .._mail_flow.trace import Cause, length_of
from .acceptance import Acceptances
from .verdicts import VERDICTS, gravity, worst

ORDER = (
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
    "forward-sender-lost",
    "direct-send-rejected",
    "direct-send-unclear",
    "connector-missing",
    "connector-disabled",
    "connector-not-rule-scoped",
    "wrong-smart-host",
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
    "domain-sending-disabled",
    "recipient-unknown",
    "alias-outside-scope",
    "centralised-mail-flow",
    "journal-unroutable",
    "journal-undeliverable-recipient",
    "shared-address-attribution",
    "null-sender-return",
    "shared-address-onpremises",
    "direct-send-would-reject",
    "audit-mode",
    "not-yet-active",
    "entry-limit",
    "content-decides",
    "senders-left-out",
    "ways-left-out",
    "journal-inside",
    "address-rule-below-protect",
    "own-rule-ends",
)
ESSENTIAL = {
    "mail_flow_rules": ("the mail-flow rules", "Get-TransportRule"),
    "inbound_connectors": ("the inbound connectors", "Get-InboundConnector"),
    "outbound_connectors": ("the outbound connectors", "Get-OutboundConnector"),
    "accepted_domains": ("the accepted domains", "Get-AcceptedDomain"),
}
"""The topics without which nothing can be said, for people, and the cmdlets that read them."""


Finding = dict[str, Any]
Key = tuple[str, str]


@dataclass
class _FoundCause:
    """cause: as told of the worst disposition. weight: of that one, 0 for a note."""

    cause: Cause
    weight: int = 0
    classes: dict[str, None] = field(default_factory=dict)


class Findings:
    """What was found in a tenant; what is accepted by name counts for nothing."""

    def __init__(self, accepted: Acceptances) -> None:
        self._accepted = accepted
        # What has the same remedy is told once, whether it is certain or only possible.
        self._found: dict[tuple[object, ...], _FoundCause] = {}

    def is_accepted(self, cause: Cause, verdict: str) -> bool:
        """Whether somebody has accepted that it comes to this verdict."""
        return self._accepted.of(cause.finding, cause.subject, verdict) is not None

    def block(self, cause: Cause, name: str, weight: int) -> None:
        """Something that makes a class other than safe. weight: how bad that is."""
        found = self._entry(cause, name)
        if weight > found.weight:
            found.cause, found.weight = cause, weight

    def note(self, cause: Cause, name: str = "") -> None:
        """Something that a reader should know."""
        self._entry(cause, name)

    def _entry(self, cause: Cause, name: str) -> _FoundCause:
        key = (cause.finding, cause.subject, cause.remedy, cause.edits)
        found = self._found.setdefault(key, _FoundCause(cause))
        if name:
            found.classes[name] = None
        return found

    def _ordered(self) -> list[_FoundCause]:
        """What blocks first, then in the order of section 10; that a rule ends mail as before is not said beside a refusal of it."""
        blamed = {item.cause.subject for item in self._found.values() if item.weight}
        told = [
            item
            for item in self._found.values()
            if item.cause.finding != "own-rule-ends" or item.cause.subject not in blamed
        ]
        return sorted(told, key=lambda item: (not item.weight, ORDER.index(item.cause.finding)))

    def _accepting(self, item: _FoundCause) -> dict[str, Any]:
        """Whether a finding is accepted, until when and why."""
        accepted = self._accepted.of(item.cause.finding, item.cause.subject, VERDICTS[item.weight])
        return {
            "accepted": accepted is not None,
            "reason": accepted.reason if accepted else "",
            "expires": accepted.expires.isoformat() if accepted and accepted.expires else "",
        }

    def causes(self) -> list[Cause]:
        """Of each, in the order of the result."""
        return [item.cause for item in self._ordered()]

    def to_result(self) -> list[dict[str, Any]]:
        """As in the result."""
        return [
            {
                "id": item.cause.finding,
                "severity": "block" if item.weight else "note",
                "subject": item.cause.subject,
                "cause": item.cause.cause,
                "remedy": item.cause.remedy or item.cause.ask,
                "classes": list(item.classes),
                **self._accepting(item),
            }
            for item in self._ordered()
        ]


class _Judgement:
    """What a walk comes to, of whatever class it is, with its findings that block."""

    def __init__(self, walked: WalkResult, findings: Findings) -> None:
        self.walked = walked
        self.bad = [item for item in walked.dispositions if item.counts and item.verdict != "safe"]
        blamed = ((item.cause, gravity(item.verdict)) for item in self.bad if item.cause)
        self.blocking = list(dict.fromkeys(blamed))
        left = []
        taken = set()
        for item in self.bad:
            if item.cause and findings.is_accepted(item.cause, item.verdict):
                taken.add(f"{item.cause.finding}:{item.cause.subject}")
            else:
                left.append(item)
        self.verdict = worst(item.verdict for item in left)
        self.accepted = sorted(taken)
        self.decisive = _worst(left) or self.telling

    @cached_property
    def telling(self) -> Disposition | None:
        """What a reader sees of it where nothing is bad."""
        return _most_telling(self.walked.dispositions)

    @cached_property
    def ends(self) -> list[dict[str, Any]]:
        """As in the result."""
        return list(_distinct(self.walked.dispositions))


@dataclass(frozen=True)
class ClassResult:
    """A class with its verdict. accepted: the findings without which it would be another."""

    message_class: MessageClass
    judgement: _Judgement
    verdict: str
    decisive: Disposition | None
    accepted: list[str]

    @property
    def _sender(self) -> str:
        """Who sends all of it; "" for several. What came of it may have been found for somebody else."""
        senders = {start.message.origin.written for start in self.message_class.starts}
        return senders.pop() if len(senders) == 1 else ""

    def to_result(self) -> dict[str, Any]:
        """As in the result."""
        cause = self.decisive.cause if self.decisive and self.verdict != "safe" else None
        trace, sender = self.decisive.trace if self.decisive else None, self._sender
        return {
            "class": self.message_class.id,
            "title": self.message_class.title,
            "verdict": self.verdict,
            "informative": self.message_class.informative,
            "complete": self.judgement.walked.left_out is None,
            "accepted": list(self.accepted),
            "ends": [dict(end) for end in self.judgement.ends],
            "path": [step.by(sender).to_result() for step in trace.steps()] if trace else [],
            "cause": cause.cause if cause else "",
            "remedy": (cause.remedy or cause.ask) if cause else "",
            "finding": cause.finding if cause else None,
        }


def class_results(
    walks: Iterable[tuple[MessageClass, WalkResult]], findings: Findings
) -> Iterator[ClassResult]:
    """The verdict of each class, and its findings noted. What several have come to is judged once."""
    judged: dict[int, _Judgement] = {}
    for message_class, walked in walks:
        if id(walked) not in judged:
            judged[id(walked)] = _Judgement(walked, findings)
        yield _class_result(message_class, judged[id(walked)], findings)


def _class_result(item: MessageClass, judgement: _Judgement, findings: Findings) -> ClassResult:
    walked, bad = judgement.walked, judgement.bad
    for note in walked.notes:
        findings.note(note, item.id)
    if item.informative:
        if bad:
            findings.note(walked.left_out or _null_sender(bad), item.id)
        return ClassResult(item, judgement, "safe", judgement.telling, [])
    for cause, weight in judgement.blocking:
        findings.block(cause, item.id, weight)
    return ClassResult(item, judgement, judgement.verdict, judgement.decisive, judgement.accepted)


def _null_sender(dispositions: list[Disposition]) -> Cause:
    """Absence notices that may not get through. The rule is the one that sends them to the vendor."""
    rule = ""
    for step in next((item.trace.steps() for item in dispositions if item.trace), []):
        if step.at == "vendor":
            break
        rule = step.name if step.at == "rule" else rule
    return advice.null_sender(rule)


def _worst(bad: list[Disposition]) -> Disposition | None:
    """The one that decides: the worst, then by the order of section 10, then the one of the shortest trace (8.7)."""
    return min(
        bad, key=lambda item: (-gravity(item.verdict), _rank(item), length_of(item.trace)), default=None
    )


def _rank(item: Disposition) -> int:
    return ORDER.index(item.cause.finding) if item.cause else len(ORDER)


def _most_telling(dispositions: list[Disposition]) -> Disposition | None:
    """For a reader of a safe class: a certain one, through as many hands as possible."""
    good = [item for item in dispositions if item.verdict == "safe"]
    return max(good or dispositions, key=lambda item: (item.certain, length_of(item.trace)), default=None)


def _distinct(dispositions: list[Disposition]) -> Iterator[dict[str, Any]]:
    """Each once, as in the result."""
    seen: set[tuple[object, ...]] = set()
    for item in sorted(dispositions, key=lambda item: not item.certain):
        key = (item.recipient.written, item.kind, item.counts, item.cause)
        if key in seen:
            continue
        seen.add(key)
        yield {
            "recipient": item.recipient.written,
            "end": item.kind,
            "certain": item.certain,
            "counts": item.counts,
            "cause": item.cause.cause if item.cause else "",
        }


def key_of(finding: Mapping[str, Any]) -> Key:
    """What a finding is known by."""
    return str(finding["id"]), str(finding["subject"]).casefold()


@dataclass(frozen=True)
class Checked:
    """A tenant that was walked. causes: of the findings of the result, in its order; gap_causes: of its ways past inspection.

    work: that it took (effort.py); cut_off: whether it would have taken more.
    """

    result: dict[str, Any]
    causes: list[Cause] = field(default_factory=list)
    gap_causes: list[Cause] = field(default_factory=list)
    work: int = 0
    cut_off: bool = False

    def findings(self) -> Iterator[tuple[Key, Finding, Cause]]:
        """Each with what it is known by."""
        for found, cause in zip(self.result["findings"], self.causes, strict=True):
            yield key_of(found), found, cause

    def gaps(self) -> Iterator[tuple[Key, Finding, Cause]]:
        """The ways past inspection that nobody has chosen or accepted, known apart from findings."""
        rows = (self.result.get("protection") or {}).get("gaps") or ()
        for row, cause in zip(rows, self.gap_causes, strict=True):
            if not (row["chosen"] or row["accepted"]):
                finding, subject = key_of(row)
                yield (f"gap {finding}", subject), row, cause

    def troubles(self) -> Iterator[tuple[Key, Finding, Cause]]:
        """Findings and gaps."""
        yield from self.findings()
        yield from self.gaps()


def unread(topics: list[str], outside_the_model: Iterable[str]) -> Checked:
    """The result for a tenant of which something essential is not known."""
    told = [ESSENTIAL[topic] for topic in topics]
    what = " and ".join(name for name, _cmdlet in told)
    cmdlets = ", ".join(cmdlet for _name, cmdlet in told)
    cause = Cause(
        "not-read",
        "",
        f"Nothing can be proved: {what} could not be read.",
        f"Let the application read them ({cmdlets}); a warning of this task says why it could not.",
    )
    finding = {
        "id": cause.finding,
        "severity": "block",
        "subject": cause.subject,
        "cause": cause.cause,
        "remedy": cause.remedy,
        "classes": [],
        "accepted": False,
        "reason": "",
        "expires": "",
    }
    result = {
        "verdict": "not_proved",
        "protection": None,
        "classes": [],
        "findings": [finding],
        "acceptances": [],
        "outside_the_model": list(outside_the_model),
    }
    return Checked(result, [cause])
