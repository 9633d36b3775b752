# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying an approved plan: exactly its calls, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .._engine.outcome import Outcome
from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets, Step
from .._exchange.errors import ConfigurationError
from .._run.agenda import PLAN
from .._run.documents import REFUSED, Document
from .._schema.resource import State
from .._schema.value_type import shown
from .gate import Terms, judge
from .given_document import check_plan, given_document, refuse
from .sequence import Part, carry_out, part, rehearse
from .tenant_changes import tenant_changes

_MOST_CHANGES = 20
_REMEDY = "Make a new plan with a run in check mode, and have that approved."


class PlanModule:
    """The module that applies a plan."""

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {
            "path": {"type": "path"},
            "plan": {"type": "raw"},
            "variable": {"type": "str"},
            "hash": {"type": "str"},
        }

    def approved(self, params: Mapping[str, Any]) -> bool:
        """Whether the plan may be applied where nothing else may: perform() compares it with the approved hash."""
        return bool(params.get("hash"))

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """Check the plan against the tenant and apply what of it is not applied yet."""
        document = given_document(params, "plan")
        tenant = {"id": cmdlets.tenant, "name": str(params.get("tenant_id") or "")}
        check_plan(document, tenant, datetime.now(UTC), params.get("hash") or "")
        notes = {key: document.get(key) for key in ("protection", "findings", "remarks")}
        progress.run_record.note(**{key: note for key, note in notes.items() if note})
        parts = [part(entry) for entry in document["entries"]]
        refuse(_made_twice(parts), _REMEDY)
        done = _already_done(parts, cmdlets, progress)
        left = parts[done:]
        steps = rehearse(left, cmdlets, progress, check_mode=check_mode)
        refuse(_other_calls(left, steps), _REMEDY)
        if left:
            _prove_again(document, left, cmdlets, progress)
        progress.run_record.note(
            remarks=[f'Applies the plan "{document["title"]}" of {document["created"]}, {document["hash"]}.'],
            protection=document.get("protection"),
            findings=document.get("findings") or [],
        )
        changed = carry_out(left, steps, cmdlets, progress, check_mode=check_mode)
        progress.run_record.agenda.strike(PLAN)
        return {"changed": changed, "title": document["title"], "already_applied": not left}


def _prove_again(document: Document, parts: Sequence[Part], cmdlets: Cmdlets, progress: Progress) -> None:
    """Whether the plan is still as safe as when it was approved, in the tenant as it is. ConfigurationError when it is not."""
    terms = Terms.of(document)
    verdict = judge(parts, cmdlets, progress, terms)
    read_then = (document.get("proof") or {}).get("tenant")
    changes = tenant_changes(read_then, verdict.present) if read_then else []
    verdict.note(progress.run_record, terms, refused=verdict.refused)
    if verdict.refused:
        since = f" Since the plan was made: {'; '.join(changes[:_MOST_CHANGES])}." if changes else ""
        raise ConfigurationError(f"{REFUSED}{verdict.refused}{since} {_REMEDY}")
    if changes:
        progress.warn(
            f"The tenant has changed since the plan was made, and the plan is still safe: {'; '.join(changes[:_MOST_CHANGES])}."
        )


def _made_twice(parts: Sequence[Part]) -> list[str]:
    """Objects that a task made although one before it had made them; check mode does not see that."""
    made = [item for item in parts if item.before is None and item.after is not None]
    keys = [item.key for item in made]
    return [
        f"{item.label} would be made by two tasks, of which the second could only change it"
        for item in {item.key: item for item in made if keys.count(item.key) > 1}.values()
    ]


def _already_done(parts: Sequence[Part], cmdlets: Cmdlets, progress: Progress) -> int:
    """How many of the parts, from the first, are applied already.

    ConfigurationError, naming each difference, when the tenant is neither as the plan found it nor as it leaves it, wholly or up
    to the end of one of its parts.
    """
    seen = {item.key: item.look(cmdlets, progress) for item in parts}
    parts = [item.spelled_as_in(seen[item.key].before, cmdlets) for item in parts]
    order = next((seen[item.key].order_before for item in parts if item.ordered), ())
    # When nothing fits: what the plan found counts, unless more of what it leaves is there.
    states = {done: _differences(parts, done, seen, order) for done in (len(parts), *range(len(parts)))}
    done = min(states, key=lambda done: (bool(states[done]), len(states[done]), done))
    refuse(states[done], _REMEDY)
    return done


def _differences(
    parts: Sequence[Part], done: int, seen: Mapping[tuple[str, str], Outcome], order: Sequence[str]
) -> list[str]:
    """In what the tenant is not as it would be after the first `done` parts."""
    problems = []
    for key in dict.fromkeys(item.key for item in parts):
        own = [index for index, item in enumerate(parts) if item.key == key]
        past = [parts[index] for index in own if index < done]
        item = past[-1] if past else parts[own[0]]
        planned = item.before
        for step in past:
            planned = step.applied_to(planned)
        made = any(step.before is None for step in past)
        problems += _unlike(item, planned, seen[key].before, partly=made)
    ordered = [item for item in parts if item.ordered]
    if ordered:
        past_ordered = [item for item in parts[:done] if item.ordered]
        planned = past_ordered[-1].entry["order_after"] if past_ordered else ordered[0].entry["order_before"]
        problems += _order_problems(planned, order)
    return problems


def _unlike(item: Part, planned: State | None, current: State | None, *, partly: bool) -> list[str]:
    """How an object differs from what the plan says. partly: in what the plan sets; the service added the rest."""
    if planned is None and current is None:
        return []
    if planned is None:
        return [f"{item.label} exists now, and did not when the plan was made"]
    if current is None:
        return [f"{item.label} does not exist any more"]
    paths = [path for path in item.differing(planned, current) if not partly or planned.get(path) is not None]
    return [
        f"{path} of {item.label} is {shown(current.get(path))} now, and was {shown(planned.get(path))} when the plan was made"
        for path in paths
    ]


def _order_problems(planned: Sequence[str], present: Sequence[str]) -> list[str]:
    """How the order of the rules differs from the planned one."""
    known = {name.casefold() for name in planned}
    existing = {name.casefold() for name in present}
    problems = [f'the mail-flow rule "{name}" is new' for name in present if name.casefold() not in known]
    problems += [
        f'the mail-flow rule "{name}" is gone' for name in planned if name.casefold() not in existing
    ]
    before = [name for name in planned if name.casefold() in existing]
    after = [name for name in present if name.casefold() in known]
    pairs = [
        (one, other) for one, other in zip(before, after, strict=True) if one.casefold() != other.casefold()
    ]
    if pairs:
        problems.append(
            f'the order of the mail-flow rules is another: "{pairs[0][1]}" stands where "{pairs[0][0]}" stood'
        )
    return problems


def _other_calls(parts: Sequence[Part], steps: Sequence[Sequence[Step]]) -> list[str]:
    """Where the calls that would be made now are not the planned ones."""
    return [
        f"{item.label} would now need other calls than the plan has"
        for item, calls in zip(parts, steps, strict=True)
        if [step.to_result() for step in calls] != [step.to_result() for step in item.steps()]
    ]


TASK = PlanModule()
