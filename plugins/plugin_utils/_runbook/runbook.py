# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader of a document wants to know: the one document that all forms of a runbook show. Pure.

Every text is taken over as it is; each form makes it harmless.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._phrases import plural
from . import decision
from .baseline import Table, baseline
from .mail_flow_section import Alarm, FlowFinding, MailFlow, alarm
from .people import head_count
from .step import RunbookStep, moment

_KINDS = {
    "plan": (
        "Plan",
        "Made in check mode: nothing was changed. Do the steps by hand in this order, or apply the plan before it expires.",
    ),
    "record": ("Record", "What a run did, in this order."),
    "draft": (
        "Draft",
        "Made without looking at the tenant, as if none of these objects existed. Where one does, change it instead of creating it.",
    ),
}
_NOT_NOW = (
    "The steps are shown as they would be. Do none of them before what stands against the change is solved."
)
_HINTS = (
    "If you are not sure about a value or a step, contact the vendor's support before you go on.",
    "Every later change of the policy in your portal, such as whom it protects, has to be repeated here.",
)
_HASH = re.compile("sha256:[0-9a-f]{64}")


class Fact(NamedTuple):
    """What identifies a document. code: whether the text is for machines."""

    label: str
    text: str
    code: bool = False


class Conclusion(NamedTuple):
    """One sentence on how things stand, with its tone: calm, good or bad."""

    tone: str
    text: str


@dataclass(frozen=True)
class Runbook:
    """A document as its readers see it.

    steps: of the entries that do or failed to do something. findings: what audits will report. first: what an administrator can
    do before the change, with `first_effects` on mail.
    """

    document: Mapping[str, Any]
    steps: list[RunbookStep]
    mail_flow: MailFlow | None
    findings: list[str]
    first: list[RunbookStep]
    first_effects: list[str]

    @property
    def first_note(self) -> str:
        """What is proved of the edits before the change."""
        together = ((self.document.get("mail_flow") or {}).get("first") or {}).get("together")
        goes_on = (
            "With all of them the change goes on"
            if self.refused
            else "With all of them the findings are gone"
        )
        proved = goes_on if together else "Each solves its finding"
        return f"No run does this; it is for an administrator to decide. {proved}: that was proved on a copy of the tenant."

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def refused(self) -> str:
        """Why a run that is to make the change would be refused."""
        return str(self.document.get("refused") or "")

    @property
    def failed(self) -> str:
        """Why the run that made the document failed."""
        return str(self.document.get("failed") or "")

    @property
    def blocked(self) -> str:
        """Why none of the steps may be done; "" when they may."""
        return "" if self.kind == "record" else self.refused or self.failed

    @property
    def label(self) -> str:
        return _KINDS[self.kind][0]

    @property
    def note(self) -> str:
        return _NOT_NOW if self.blocked else _KINDS[self.kind][1]

    @property
    def unset(self) -> str:
        """What a setting without a value was before."""
        return "not known" if self.kind == "draft" else "not set"

    @property
    def facts(self) -> list[Fact]:
        document, tenant = self.document, self.document["tenant"]
        name = decision.tenant_name(document)
        facts = [
            Fact("Tenant", name or "not known"),
            Fact("Tenant id", tenant["id"] if tenant["id"] != name else "", code=True),
            Fact("Made", moment(document["created"])),
            Fact("Ended", moment(document.get("finished"))),
            Fact("Expires", moment(document.get("expires"))),
            Fact("Hash", document.get("hash") or "", code=True),
            Fact("Mail flow", self.mail_flow.fact if self.mail_flow else ""),
        ]
        return [fact for fact in facts if fact.text]

    @property
    def alarm(self) -> Alarm | None:
        return alarm(self.mail_flow, self.refused or self.blocked)

    @property
    def accepted(self) -> list[FlowFinding]:
        return self.mail_flow.of("accepted") if self.mail_flow else []

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many objects are created, changed and removed."""
        kinds = [step.kind for step in self._acting()]
        return [(kind, kinds.count(kind)) for kind in ("created", "changed", "removed")]

    @property
    def minutes(self) -> int:
        """Until everything takes effect."""
        return max((step.minutes for step in self._acting()), default=0)

    def _acting(self) -> list[RunbookStep]:
        return [step for step in self.steps if step.status in ("", "done")]

    @property
    def outcome(self) -> Conclusion:
        if self.failed:
            return self._outcome_of_failure()
        if not self.steps:
            return Conclusion("good", "No changes needed.")
        if self.kind == "record":
            return self._outcome_of_run()
        steps = plural(len(self.steps), "step")
        if self.refused:
            return Conclusion("bad", f"Refused: {steps} not to be done.")
        return Conclusion("calm", f"{steps} to do.")

    def _tally(self) -> tuple[int, str]:
        """How many steps are done, and the same in words."""
        done = sum(step.status == "done" for step in self.steps)
        return done, f"{done} of {plural(len(self.steps), 'step')} done"

    def _outcome_of_failure(self) -> Conclusion:
        done, tally = self._tally()
        if self.refused and not done:
            return Conclusion("bad", "REFUSED: nothing was written; the reason stands above.")
        tally = tally if done else "Nothing was written"
        back = " Run again to go on, or roll back with the undo playbook and this record." if done else ""
        return Conclusion("bad", f"FAILED: {self.failed} {tally}.{back}")

    def _outcome_of_run(self) -> Conclusion:
        done, tally = self._tally()
        failed = [str(step.number) for step in self.steps if step.status == "failed"]
        if failed:
            steps = "Steps" if len(failed) > 1 else "Step"
            return Conclusion("bad", f"{steps} {', '.join(failed)} failed; {tally}.")
        if not self.document.get("finished"):
            return Conclusion("bad", f"The run has not ended; {tally}.")
        return Conclusion("good" if done == len(self.steps) else "bad", f"{tally}.")

    @property
    def protection(self) -> list[tuple[str, list[str]]]:
        """Who begins, ceases and continues to be protected; nothing where that is not the document's matter."""
        scope = self.document.get("protection")
        labels = {
            "enters": "Protected from now on",
            "leaves": "No longer protected",
            "stays": "Stays protected",
        }
        return [] if scope is None else [(label, list(scope.get(key) or ())) for key, label in labels.items()]

    @property
    def affected(self) -> list[tuple[str, str, list[str]]]:
        """The same with head counts: label, count, and names where the count does not say them."""
        counted = [(label, head_count(names), names) for label, names in self.protection]
        return [(label, count, [] if names in ([], [count]) else names) for label, count, names in counted]

    @property
    def request(self) -> list[tuple[str, str]]:
        """Who asked for what, label and text; "" for what nobody said."""
        return decision.request(self.document)

    @property
    def third_parties(self) -> list[str]:
        """Which mail goes to somebody outside because of the change, or does no longer, a sentence each."""
        return decision.third_parties(self.document)

    @property
    def baseline(self) -> list[Table]:
        """The mail flow of the tenant before the change; nothing where it was not read."""
        return [table for table in baseline(decision.read_by_proof(self.document)) if table.rows]

    @property
    def rollback(self) -> str:
        """How the change is rolled back, in one line."""
        acting = self._acting()
        kept = [step.headline for step in acting if not step.entry["undo"]]
        if not acting:
            return "Nothing to roll back."
        stays = f" Not rolled back: {'; '.join(kept)}." if kept else ""
        if len(kept) == len(acting):
            return f"Cannot be rolled back.{stays}"
        return f"One command: the playbook undo with the record of the run, or runbook.ps1 -Undo.{stays}"

    @property
    def hints(self) -> list[str]:
        """What the vendor's guide says to whoever does the steps."""
        return [] if self.kind == "record" or not self.steps else list(_HINTS)

    @property
    def seal(self) -> str:
        """The hash, for the foot of each page; "" where there is none."""
        text = str(self.document.get("hash") or "")
        return text if _HASH.fullmatch(text) else ""

    @property
    def unchanged(self) -> list[Mapping[str, Any]]:
        """The objects that are left as they are, each with title and name."""
        return [entry["object"] for entry in self.document["entries"] if not is_step(entry)]


def is_step(entry: Mapping[str, Any]) -> bool:
    """Whether an entry does, or failed to do, something."""
    return bool(entry["steps"] or entry.get("error"))
