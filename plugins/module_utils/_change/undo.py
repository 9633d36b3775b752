# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rolling back a recorded change: every object to what it was before the run, the newest first, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._engine.object_module import OBJECT_MODULES
from .._engine.outcome import Outcome
from .._engine.progress import Progress
from .._engine.revert import neighbours, restoring_options
from .._exchange.cmdlets import Cmdlets
from .._exchange.errors import CERTAINLY_REFUSED, ConfigurationError
from .._run.agenda import RECORD
from .._run.documents import REFUSED, Document, RecordedChange
from .._schema.resource import State
from .gate import Terms, judge
from .given_document import given_document, refuse, tenant_problems
from .sequence import Part, carry_out, part, rehearse

_REMEDY = "Put it back by hand as the record left it, or undo the newer change first."


@dataclass(frozen=True)
class Touched:
    """An object that the run changed.

    first, last: its entries at both ends of the run. moved: whether the run gave it another place among the others.
    """

    first: Part
    last: Part
    moved: bool


class UndoModule:
    """The module that rolls back a change."""

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {"path": {"type": "path"}, "record": {"type": "raw"}, "variable": {"type": "str"}}

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """Check that every object is as the record left it, and bring each back to what it was before."""
        document = given_document(params, "record")
        tenant = {"id": cmdlets.tenant, "name": str(params.get("tenant_id") or "")}
        refuse(tenant_problems(document, tenant, "record"), "Sign in to that tenant.")
        done = [entry for entry in document["entries"] if _did_something(entry)]
        kept = [entry for entry in done if entry["module"] not in OBJECT_MODULES]
        progress.warn(*(f"The {entry['object']['title']} cannot be rolled back and stays." for entry in kept))
        parts = [part(entry) for entry in done if entry not in kept]
        seen = {item.key: item.look(cmdlets, progress) for item in parts}
        touched = _touched([item.spelled_as_in(seen[item.key].before, cmdlets) for item in parts])
        left = [item for item in touched if not _is_back(item, seen[item.last.key])]
        final = _final_order(parts)
        refuse((text for item in left for text in _changed_since(item, seen[item.last.key], final)), _REMEDY)
        places = _former_places(left, seen)
        parts = [
            _way_back(item, places.get(item.last.key, {}), seen[item.last.key], progress) for item in left
        ]
        steps = rehearse(parts, cmdlets, progress, check_mode=check_mode)
        if parts:
            _refuse_what_is_worse(document, parts, cmdlets, progress)
        progress.run_record.note(
            remarks=[f'Rolls back "{document["title"]}" of {document["created"]}.'],
            protection=_reversed(document.get("protection")),
        )
        changed = carry_out(parts, steps, cmdlets, progress, check_mode=check_mode)
        progress.run_record.agenda.strike(RECORD)
        return {"changed": changed, "title": document["title"], "already_undone": not left}


def _refuse_what_is_worse(
    document: Document, parts: Sequence[Part], cmdlets: Cmdlets, progress: Progress
) -> None:
    """ConfigurationError when a step back would do something to mail that does not happen now, or cannot be made."""
    terms = Terms.of(document, only_worse=True)
    verdict = judge(parts, cmdlets, progress, terms)
    verdict.note(progress.run_record, terms, refused=verdict.refused)
    if verdict.refused:
        raise ConfigurationError(f"{REFUSED}{verdict.refused}")


def _reversed(protection: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Whom the way back concerns: who had entered leaves, and the other way round."""
    if not protection:
        return None
    return {**protection, "enters": protection.get("leaves"), "leaves": protection.get("enters")}


def _did_something(entry: RecordedChange) -> bool:
    """Whether the entry can have changed anything.

    A call of which nobody knows whether it was carried out counts, and what the tenant shows then decides. One that was refused
    for certain does not: an object of that name is somebody else's.
    """
    if entry.get("done"):
        return True
    if entry.get("status") == "failed":
        return (entry.get("error") or {}).get("kind") not in CERTAINLY_REFUSED
    return entry.get("status") in ("started", "done")


def _touched(parts: Sequence[Part]) -> list[Touched]:
    """The objects in the order in which they are brought back: by the first change of each, the newest first."""
    found = []
    for key in dict.fromkeys(item.key for item in parts):
        own = [item for item in parts if item.key == key]
        moved = any(item.entry["order_before"] != item.entry["order_after"] for item in own)
        found.append(Touched(own[0], own[-1], moved))
    return found[::-1]


def _is_back(item: Touched, seen: Outcome) -> bool:
    """Whether the object is what it was before the run."""
    before, current = item.first.before, seen.before
    if (before is None) != (current is None):
        return False
    same = before is None or not item.last.differing(before, current)
    return same and (
        before is None or not item.moved or _stands_as(item.first.entry["order_before"], item, seen)
    )


def _stands_as(order: Sequence[str], item: Touched, seen: Outcome) -> bool:
    """Whether the object stands between the same others, of those that exist, as in an order."""
    name = item.last.name
    return neighbours(name, order, seen.order_before) == neighbours(name, seen.order_before, order)


def _final_order(parts: Sequence[Part]) -> list[str]:
    """The order that the run left, newest part last; a later part can have moved others past an earlier one's object."""
    whole = [item.entry for item in parts if item.entry.get("status") == "done"]
    orders = [entry["order_after"] for entry in whole if entry["order_after"]]
    return orders[-1] if orders else []


def _changed_since(item: Touched, seen: Outcome, final_order: Sequence[str]) -> list[str]:
    """What somebody else has changed since the run: nothing may be lost by rolling back the run."""
    last, current = item.last, seen.before
    label, whole = last.label, last.entry.get("status") == "done"
    possible = [last.after] if whole else [last.after, last.before]
    if current is None:
        return [] if None in possible else [f"{label} was removed by somebody else since"]
    if all(state is None for state in possible):
        return [f"{label} was created again by somebody else since"]
    states = [state for state in possible if state is not None]
    # A change that ended half way can have left each setting as it was or as it was to be.
    differing = set.intersection(*(set(last.differing(state, current)) for state in states))
    if not whole:
        differing = {path for path in differing if not _in_between(last, path, current)}
    if not whole and last.before is None:
        differing &= last.set_at_once()
    problems = [
        f"{path} of {label} was changed by somebody else since: it is {current.get(path)!r}, and the run left {states[0].get(path)!r}"
        for path in sorted(differing)
    ]
    if whole and item.moved and not _stands_as(final_order, item, seen):
        problems.append(f"{label} was moved by somebody else since")
    return problems


def _in_between(item: Part, path: str, current: State) -> bool:
    """Whether a list has some of what was to come, and some of what was to go, as calls for single elements leave it."""
    row = item.module.resource(item.params).by_path()[path]
    before, after = ((state or {}).get(path) or [] for state in (item.before, item.after))
    if row.value.type != "list":
        return False
    present = current.get(path) or []
    staying = [value for value in before if not row.value.lacking([value], after)]
    return not row.value.lacking(present, [*before, *after]) and not row.value.lacking(staying, present)


def _former_places(
    left: Sequence[Touched], seen: Mapping[tuple[str, str], Outcome]
) -> dict[tuple[str, str], dict[str, list[str]]]:
    """Where each moved or removed rule stood, in terms of the rules that there are when its turn comes."""
    ordered = [item for item in left if item.last.ordered]
    present = list(seen[ordered[0].last.key].order_before) if ordered else []
    places = {}
    for item in ordered:
        name, key = item.last.name, item.last.key
        if item.first.before is not None and not item.moved:
            continue
        present = [known for known in present if known.casefold() != name.casefold()]
        if item.first.before is not None:
            places[key] = neighbours(name, item.first.entry["order_before"], present)
            present.insert(_index(places[key], present), name)
    return places


def _index(place: Mapping[str, list[str]], present: Sequence[str]) -> int:
    names = [known.casefold() for known in present]
    if place.get("after"):
        return names.index(place["after"][0].casefold()) + 1
    return names.index(place["before"][0].casefold()) if place.get("before") else len(names)


def _way_back(item: Touched, place: Mapping[str, list[str]], current: Outcome, progress: Progress) -> Part:
    """The task that brings an object back. place: where it belongs, as options."""
    source = item.last
    module = source.module
    options, lost = restoring_options(module.resource(source.params), item.first.before, current.before)
    progress.warn(*(f"{path} of {source.label} cannot be brought back and stays as it is." for path in lost))
    if not module.singleton:
        options["name"] = source.name
    if module.selector:
        options[module.selector] = source.params[module.selector]
    options.update(place)
    entry = {
        **source.entry,
        "options": options,
        "reason": f"Back to what it was before: {source.entry.get('reason') or source.entry['object']['title']}",
        "before": None,
        "after": None,
    }
    return part(entry)


TASK = UndoModule()
