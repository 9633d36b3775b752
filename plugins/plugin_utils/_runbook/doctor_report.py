# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor found, as its readers see it: one view that all forms of the report show. Pure.

Every text is taken over as it is; each form makes it harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...module_utils._doctor.catalogue import kind_of
from ...module_utils._schema.severities import SEVERITIES
from .._phrases import plural
from .baseline import Table, baseline
from .mail_flow_lane import VERDICTS
from .runbook import Conclusion, Fact

MEANINGS = {
    "critical": "mail is or would be lost or uninspected, or nothing can work",
    "warning": "to be decided before going inline",
    "info": "for information",
}
_WHO = {"planner": "Planner (reads)", "applier": "Applier (writes)"}
# The verdict whose sign stands for a protection; what is not here is as bad as mail that is lost.
_VERDICTS = {"inline": "safe", "as_scoped": "safe", "not_proved": "not_proved", "loop": "loop"}
_SIGNS = {"partly": ("warn", "◐"), "with_gaps": ("warn", "◐"), "monitored": ("warn", "◌")}


@dataclass(frozen=True)
class Heading:
    """When and where the report was made. collection: name and version."""

    created: str
    tenant: str
    portal: str
    collection: tuple[str, str]


@dataclass(frozen=True)
class Examined:
    """examined: what the doctor returns."""

    examined: Mapping[str, Any]

    def of(self, severity: str) -> list[Mapping[str, str]]:
        """The findings of a severity, in their order."""
        return [item for item in self.examined["findings"] if item["severity"] == severity]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many findings of each severity, and how much was not examined."""
        counted = [(name, len(self.of(name))) for name in SEVERITIES]
        return [*counted, ("not examined", len(self.examined["not_examined"]))]

    @property
    def verdict(self) -> str:
        """How things stand, in one sentence."""
        examined, counts = self.examined, dict(self.counts)
        if not examined["domains"] and examined["findings"] and not examined["permissions"].get("planner"):
            return "Nothing could be looked at."
        if counts["critical"]:
            return f"{plural(counts['critical'], 'critical finding')}: {MEANINGS['critical']}."
        if counts["warning"]:
            return (
                f"Nothing critical. {plural(counts['warning'], 'finding')} to be decided before going inline."
            )
        left = " of what could be examined" if examined["not_examined"] else ""
        return f"Nothing stands in the way{left}."

    @property
    def next_step(self) -> str:
        """What to do next: the gravest finding first."""
        found = self.of("critical") or self.of("warning")
        if found:
            more = f" Then the other {len(found) - 1}, and run the doctor again." if len(found) > 1 else ""
            return f"{found[0]['id']}, for {found[0]['who']}: {found[0]['fix']}{more}"
        if self.examined["not_examined"]:
            return "Look at what was not examined, and run the doctor again where it can be."
        return "Nothing is to be done; run the doctor again before the next change."

    @property
    def permissions(self) -> list[tuple[str, str]]:
        """For planner and applier, which cmdlets are allowed; none for what was not asked."""
        asked = self.examined["permissions"].items()
        return [(_WHO.get(who, who), _allowed(cmdlets)) for who, cmdlets in asked if cmdlets]

    @property
    def scope(self) -> list[Mapping[str, str]]:
        """The effective mode of each entry of the scope, and of everybody, whom a scope may name as well; nothing without a domain."""
        entries: list[Mapping[str, str]] = list(self.examined["scope"])
        if not self.examined["domains"] or any(row["entry"] == "everybody" for row in entries):
            return entries
        return [*entries, {"entry": "everybody", **self.examined["everybody"]}]


@dataclass(frozen=True)
class DoctorReport(Examined):
    """snapshot: as the doctor read the tenant. mx: hosts by domain."""

    heading: Heading
    snapshot: Mapping[str, Any]
    mx: Mapping[str, Sequence[str]]

    @property
    def facts(self) -> list[Fact]:
        """What identifies the report."""
        shown = [
            Fact("Tenant", self.heading.tenant, code=True),
            Fact("Portal", self.heading.portal, code=True),
            Fact("Made", self.heading.created),
        ]
        return [fact for fact in shown if fact.text]

    @cached_property
    def groups(self) -> list[tuple[str, str, list[Mapping[str, str]]]]:
        """Severity, what it means, and its findings, the worst first; those that there are."""
        found = ((name, MEANINGS[name], self.of(name)) for name in SEVERITIES)
        return [group for group in found if group[2]]

    @property
    def outcome(self) -> Conclusion:
        """One sentence on how things stand."""
        worst = next((name for name, number in self.counts[: len(SEVERITIES)] if number), "")
        return Conclusion({"critical": "bad", "": "good"}.get(worst, "calm"), self.verdict)

    @cached_property
    def baseline(self) -> list[Table]:
        """The mail flow as it was found."""
        return baseline(self.snapshot, self.mx)

    @staticmethod
    def tone(protection: str) -> tuple[str, str]:
        """Tone and icon of a protection."""
        verdict = VERDICTS[_VERDICTS.get(protection, "lost")]
        return _SIGNS.get(protection) or (verdict.tone, verdict.icon)

    @staticmethod
    def parts(mode: str) -> tuple[str, str]:
        """A mode in its word, and the reason, "" where none is given."""
        word, _colon, reason = mode.partition(": ")
        return (mode, "") if "(" in word else (word, reason)

    @staticmethod
    def section(finding: str) -> str:
        """Where the document tells of a finding."""
        return f"docs/findings.md#{kind_of(finding).section}"


def _allowed(cmdlets: Mapping[str, bool | None]) -> str:
    yes = [name for name, allowed in cmdlets.items() if allowed]
    no = [name for name, allowed in cmdlets.items() if allowed is False]
    rows = (("refused", no if yes else []), ("not established", [n for n in cmdlets if cmdlets[n] is None]))
    rest = "".join(f"; {words}: {_grouped(names)}" for words, names in rows if names)
    return f"{len(yes) or 'none'} of {len(cmdlets)} cmdlets allowed{rest}"


def _grouped(cmdlets: Sequence[str]) -> str:
    """Cmdlets by what they are for: "New- and Set-JournalRule"."""
    nouns: dict[str, list[str]] = {}
    for cmdlet in cmdlets:
        verb, _dash, noun = cmdlet.partition("-")
        nouns.setdefault(noun, []).append(f"{verb}-")
    return ", ".join(
        f"{', '.join(verbs[:-1])} and {verbs[-1]}{noun}" if len(verbs) > 1 else f"{verbs[0]}{noun}"
        for noun, verbs in nouns.items()
    )
