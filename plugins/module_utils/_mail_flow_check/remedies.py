# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remedies that are proved: edits made on a copy of the tenant, after which everything is walked again. Pure.

An edit is offered when the finding is gone and nothing else is worse, in any state that the change leaves the tenant in. The
search is bounded by the number of walks and by their work, never by time; where a tenant is too much for one walk, none is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._mail_flow.trace import Cause
from .._mail_flow_objects.edit import Edits, NotEditable, sentence, weight
from .._mail_flow_objects.effort import MOST_WORK
from .comparison import MailFlowResult, TracedClass, by_kind, passes_vendor, worst_verdict
from .findings import Checked, Finding, Key
from .protected import IN_PART, INSPECTED, NOT_INSPECTED, NOT_PROVED
from .verdicts import gravity, kind_of

MOST_WALKS = 40
"""How often the tenant is walked in search of remedies for all findings of a change."""
_MOST_EDITS = 4
MOST_WORDS = 80
"""Of cause and remedy together: they are read by somebody who has to act on them."""
_OFFERED = 2
_INSPECTED = (NOT_INSPECTED, NOT_PROVED, IN_PART, INSPECTED)
# What is only told, as of a time to come: an edit may bring it about.
_HARMLESS = (
    "own-rule-ends",
    "shared-address-onpremises",
    "direct-send-would-reject",
    "address-rule-below-protect",
)
# What is to be given or allowed, not changed in the tenant.
_INPUTS = ("return-addresses-unknown", "recipient-unknown", "not-read")
_MOST_WORDS_OF_EDITS = 36
_NONE = "No proved remedy was found."
_NOT_TRIED = "Not all remedies could be tried."


Walk = Callable[[Edits, int], Checked]
"""One of the states of the tenant walked with some edits made. NotEditable when they cannot be made."""


@dataclass(frozen=True)
class Remedy:
    """Edits that were proved. effect: what they change for mail, in a sentence."""

    edits: Edits
    effect: str

    @property
    def text(self) -> str:
        """What to do, in a sentence; where that is long, only with what."""
        text = sentence(self.edits)
        objects = list(dict.fromkeys(edit.object for edit in self.edits))
        if len(text.split()) <= _MOST_WORDS_OF_EDITS or len(objects) == 1:
            return text
        return f"Make the changes of {', '.join(objects)} together that the runbook lists before the change."


class Search:
    """The search for remedies of one change. unedited: its states as they are, walked; the first one is the one of now."""

    def __init__(self, unedited: Sequence[Checked], walk: Walk, *, most: int = MOST_WALKS) -> None:
        self._unedited = unedited
        self._walk = walk
        self._left = 0 if any(item.cut_off for item in unedited) else most
        self._work = 0
        self._known: dict[tuple[Edits, int], Checked | None] = {}
        self._proved: dict[Edits, None] = {}
        self.exhausted = False

    def remedies(self, wanted: Key, finding: Finding, cause: Cause) -> list[Remedy]:
        """The proved remedies of a finding or gap, the smallest first; where nothing else helps, one that was proved for another."""
        grave = not is_note(finding)
        found = self._tried(wanted, cause.edits, combine=grave)
        if grave and not found:
            found = self._tried(wanted, [*self._proved], combine=False)
        self._proved.update((item.edits, None) for item in found[:1])
        return found

    def complete(self, findings: Iterable[tuple[Key, Finding, Cause]]) -> dict[Key, list[Remedy]]:
        """The remedies of several findings; what helps against one of them is tried on those for which nothing was found."""
        listed = list(findings)
        found: dict[Key, list[Remedy]] = {}
        for key, finding, cause in [*listed, *listed]:
            if not found.get(key):
                found[key] = self.remedies(key, finding, cause)
        return found

    def _tried(self, wanted: Key, candidates: Sequence[Edits], *, combine: bool) -> list[Remedy]:
        found: list[Remedy] = []
        waiting = sorted(candidates, key=weight)
        seen = set(waiting)
        while waiting and len(found) < _OFFERED:
            edits = waiting.pop(0)
            last = self._walked(edits, len(self._unedited) - 1)
            if last is None:
                continue
            if self.helps([wanted], edits):
                found.append(Remedy(edits, self._effect(last)))
            elif combine and not found:
                further = [item for item in self._further(edits, wanted, last) if item not in seen]
                seen.update(further)
                waiting = sorted([*waiting, *further], key=weight)
        return found

    def helps(self, wanted: Sequence[Key], edits: Edits) -> bool:
        """Whether some findings are gone and nothing is worse, in every state; the last one is walked first."""
        for place in reversed(range(len(self._unedited))):
            state, before = self._walked(edits, place), self._unedited[place]
            if state is None or _is_worse(before, state, edits):
                return False
            if any(key in wanted for key, _found, _cause in state.troubles()):
                return False
        return True

    def _walked(self, edits: Edits, place: int) -> Checked | None:
        """None for edits that cannot be made, or for which no walk is left."""
        if (edits, place) not in self._known:
            if not self._left or self._work > MOST_WORK:
                self.exhausted = True
                return None
            self._left -= 1
            try:
                walked = self._known[edits, place] = self._walk(edits, place)
                self._work += walked.work
            except NotEditable:
                self._known[edits, place] = None
        return self._known[edits, place]

    def _further(self, edits: Edits, wanted: Key, last: Checked) -> Iterator[Edits]:
        """The edits with others that may help against what is left, or has come to light."""
        known = {key for key, _found, _cause in self._unedited[-1].troubles()} - {wanted}
        for key, found, cause in last.troubles():
            if key in known or is_note(found):
                continue
            for item in cause.edits:
                union = (*edits, *(edit for edit in item if edit not in edits))
                if edits != union and len(union) <= _MOST_EDITS + len(item):
                    yield union

    def _effect(self, last: Checked) -> str:
        """What the edits change for the mail that was walked, in the tenant as the change leaves it."""
        arriving: dict[str, None] = {}
        inspected: dict[str, None] = {}
        left: dict[str, dict[str, None]] = {}
        old = {traced["class"]: traced for traced in self._unedited[-1].result["classes"]}
        for traced in last.result["classes"]:
            was = old.get(traced["class"])
            if was and gravity(traced["verdict"]) < gravity(was["verdict"]):
                arriving[traced["title"]] = None
            elif was and passes_vendor(traced) and not passes_vendor(was):
                inspected[traced["title"]] = None
            for host in (_hosts(was) if was else set()) - _hosts(traced):
                left.setdefault(host, {})[traced["title"]] = None
        better = _better(self._unedited[-1].result, last.result)
        told = [
            _titles("Then arrives", arriving),
            _titles("Then inspected", [*inspected, *better]),
            *(_titles(f"No longer goes to {host}", titles) for host, titles in sorted(left.items())),
        ]
        return " ".join(filter(None, told)) or "No mail that was walked goes another way."


def _hosts(traced: TracedClass) -> set[str]:
    """The products of others that a class goes through."""
    return {stop["name"] for stop in traced["path"] if stop["at"] == "gateway" and stop["name"]}


def _better(before: MailFlowResult, after: MailFlowResult) -> Iterator[str]:
    """Of whom all incoming mail is inspected, and was not."""
    old, new = ((side.get("protection") or {"scope": ()})["scope"] for side in (before, after))
    was = {(row["kind"], row["name"]) for row in old if row["verdict"] == INSPECTED}
    for row in new:
        if row["verdict"] == INSPECTED and (row["kind"], row["name"]) not in was:
            yield " ".join(filter(None, ("all incoming mail of", row["kind"], row["name"])))


def _titles(what: str, titles: Iterable[str]) -> str:
    """At most two of them, and how many more."""
    listed = list(dict.fromkeys(titles))
    more = f"; and {len(listed) - 2} more" if len(listed) > 2 else ""
    return f"{what}: {'; '.join(listed[:2])}{more}." if listed else ""


# ------------------------------------------------------------------------------------------------------ what is worse

_Classes = list[TracedClass]
# What need not go to the vendor, because it may be lost when it comes back.
_VAIN = "null-sender-return"
_INCOMING = (
    "internet-",
    "bounce-",
    "calendar-",
    "from-address",
    "alias-of-",
    "group-with-",
)


def _is_worse(before: Checked, after: Checked, edits: Edits) -> bool:
    known = {key for key, _found, _cause in before.findings()}
    new = {key for key, _found, _cause in after.findings() if key[0] not in _HARMLESS} - known
    return bool(new) or _is_graver(before, after, edits) or _less_protected(before.result, after.result)


def _less_protected(before: MailFlowResult, after: MailFlowResult) -> bool:
    """Whether somebody of the scope, or a domain, is inspected less than without the edits, or no longer in the scope, or a gap is new."""
    old, new = before.get("protection"), after.get("protection")
    if not old or not new:
        return False
    if _named(old) - _named(new):
        return True
    ranks = {
        (row["kind"], row["name"]): _INSPECTED.index(row["verdict"])
        for row in (*old["scope"], *old["domains"])
    }
    rows = [*new["scope"], *new["domains"]]
    fewer = any(_INSPECTED.index(row["verdict"]) < ranks.get((row["kind"], row["name"]), 0) for row in rows)
    known = {(item["id"], item["subject"]) for item in old["gaps"]}
    fresh = [
        item for item in new["gaps"] if not item["chosen"] and (item["id"], item["subject"]) not in known
    ]
    return fewer or (bool(fresh) and new["gap"])


def _named(protection: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Whom the rules that are switched on name."""
    rows = [
        row for row in protection["scope"] if not row["off"] and row["kind"] in ("user", "group", "domain")
    ]
    return {(row["kind"], row["name"].casefold()) for row in rows}


def _is_graver(before: Checked, after: Checked, edits: Edits) -> bool:
    """Whether some kind of mail fares worse than without the edits, or is no longer inspected."""
    old, new = by_kind(before.result), by_kind(after.result)
    # Mail through a connector that is edited is other mail than before.
    others = {f"from-gateway:{edit.name}" for edit in edits}
    in_vain = {
        kind_of(name)
        for found in before.result["findings"]
        if found["id"] == _VAIN
        for name in found["classes"]
    }
    for kind, classes in new.items():
        was = old.get(kind, [])
        if gravity(worst_verdict(classes)) > gravity(worst_verdict(was)):
            return True
        if was and kind not in others | in_vain and _less_inspected(kind, was, classes):
            return True
    return False


def _less_inspected(kind: str, before: _Classes, after: _Classes) -> bool:
    """Whether mail of a kind went to the vendor and no longer does; what goes out and cannot come back need not go there."""
    lost = not kind.startswith(_INCOMING) and worst_verdict(before) != "safe"
    return not lost and all(map(passes_vendor, before)) and not all(map(passes_vendor, after))


# ---------------------------------------------------------------------------------------------------------- the texts


def is_note(finding: Finding) -> bool:
    """Whether a finding only tells; a gap never does."""
    return finding.get("severity") == "note"


def told(finding: Finding, cause: Cause, remedies: Sequence[Remedy], *, exhausted: bool) -> str:
    """What to do about a finding: the proved edits, the smallest first; else that none was found, and whom to ask."""
    if remedies:
        first, *others = remedies
        text = " ".join(filter(None, [first.text, cause.remedy]))
        if len(f"{cause.cause} {text}".split()) > MOST_WORDS:
            text = first.text
        for item in others:
            longer = f"{text} Or {item.text[:1].lower()}{item.text[1:]}"
            text = longer if len(f"{cause.cause} {longer}".split()) <= MOST_WORDS else text
        return text
    ask = " ".join(filter(None, [cause.remedy, cause.ask]))
    if is_note(finding) or finding["id"] in _INPUTS:
        return ask
    none = _NOT_TRIED if exhausted and cause.edits else _NONE
    return " ".join(filter(None, [none, ask]))
