# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proved remedies of a change: edits of the tenant on which all of its steps are walked again, and what makes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._mail_flow.trace import Cause
from .._mail_flow_check.findings import Checked, Key
from .._mail_flow_check.remedies import Remedy, Search, is_note, told
from .._mail_flow_objects.edit import RECIPIENTS, RULES, Edit, Edits, NotEditable
from .._mail_flow_objects.edited import edited
from .._read.snapshot import Snapshot
from .._resources.index import TOPICS
from .._schema.resource import by_path
from .edit_entries import edit_entries

_SCOPE = "conditions.sent_to"
Walked = Callable[[Snapshot], Checked]


class RemedySearch:
    """What an administrator can do before a change is made.

    states: the tenant as it is and after each step; checked: the same, walked. examine: walks another one. What the change
    writes itself is not the administrator's to edit before.
    """

    def __init__(self, states: Sequence[Snapshot], checked: Sequence[Checked], examine: Walked) -> None:
        self._states = states
        self._checked = checked
        self._examine = examine
        self._written = _written(states[0], states[-1])
        self._search = Search(checked, self._walk)
        self._makeable: set[Edits] = set()
        self._found: dict[Key, list[Remedy]] = {}

    def complete(self, wanted: Collection[Key] = ()) -> None:
        """Give the findings of all states their remedies; those that are wanted get theirs first."""
        last = len(self._checked) - 1
        listed = [
            item
            for place in reversed(range(len(self._checked)))
            for item in self._checked[place].findings()
            if place == last or (item[0] in wanted and not is_note(item[1]))
        ] + list(self._checked[last].gaps())
        listed = [(key, finding, self._with_own(cause)) for key, finding, cause in listed]
        listed.sort(key=lambda item: (item[0] not in wanted, is_note(item[1])))
        self._found = self._search.complete(listed)
        for key, finding, cause in listed:
            found = self._found[key]
            finding["remedy"] = told(finding, cause, found, exhausted=self._search.exhausted)
            finding["remedies"] = [{"text": item.text, "effect": item.effect} for item in found]

    def before_the_change(self, wanted: Collection[Key]) -> dict[str, Any] | None:
        """The edits that solve some findings or gaps, as entries; None when none of them has a remedy.

        together: whether they were proved as one, and not only each for its finding.
        """
        chosen = [self._found[key][0] for key in wanted if self._found.get(key)]
        edits = tuple(dict.fromkeys(edit for remedy in chosen for edit in remedy.edits))
        solved = len(chosen) == len(wanted) and not any(edit.by_run for edit in edits)
        edits = tuple(edit for edit in edits if not edit.by_run)
        if not edits:
            return None
        return {
            "entries": edit_entries(self._states[0], edits),
            "effects": list(dict.fromkeys(remedy.effect for remedy in chosen)),
            "together": solved and self._search.helps([*wanted], edits),
        }

    def _with_own(self, cause: Cause) -> Cause:
        """A cause with edits that the change makes itself when it is given other people, where it writes of whom they are."""
        edits = tuple(tuple(map(self._own, several)) for several in cause.edits)
        return cause if edits == cause.edits else replace(cause, edits=edits)

    def _own(self, edit: Edit) -> Edit:
        more_people = edit.topic == RULES and edit.action == "add" and edit.path == _SCOPE
        return replace(edit, by_run=True) if more_people and self._writes(edit) else edit

    def _writes(self, edit: Edit) -> bool:
        """Whether the change writes the setting, or the whole object."""
        name = edit.name.casefold()
        return bool({(edit.topic, name, ""), (edit.topic, name, edit.path)} & self._written)

    def _walk(self, edits: Edits, place: int) -> Checked:
        before = tuple(edit for edit in edits if not edit.by_run)
        for edit in before:
            if self._writes(edit):
                raise NotEditable(edit.text)
        if before not in self._makeable:
            # What a cmdlet would refuse in any state is not worth a walk.
            for state in self._states:
                edit_entries(state, before)
            self._makeable.add(before)
        state = edited(self._states[place], before)
        for edit in edits:
            if edit.by_run and (place == len(self._states) - 1 or _names_people(state, edit)):
                state = edited(state, [edit])
        return self._examine(state)


def _names_people(state: Snapshot, edit: Edit) -> bool:
    """Whether the rule is there already, and names people."""
    rows = (row for row in state[edit.topic] if str(row["name"]).casefold() == edit.name.casefold())
    return any((row.get("conditions") or {}).get("sent_to") for row in rows)


def _written(present: Snapshot, last: Snapshot) -> set[tuple[str, str, str]]:
    """The settings that a change writes, by topic, object and path; the path is "" for an object that it creates or removes."""
    found: set[tuple[str, str, str]] = set()
    for topic in TOPICS:
        one, other = (_by_name(side.get(topic)) for side in (present, last))
        for name in {*one, *other}:
            if name not in one or name not in other:
                found.add((topic, name, ""))
            else:
                paths = {*one[name], *other[name]}
                found |= {
                    (topic, name, path) for path in paths if one[name].get(path) != other[name].get(path)
                }
    before, after = (side.get(RECIPIENTS) or {} for side in (present, last))
    # Of a recipient the mail flow has edits of members alone.
    return found | {(RECIPIENTS, key.lower(), "") for key in after if before.get(key) != after[key]}


def _by_name(rows: Any) -> dict[str, dict[str, Any]]:
    """Objects by name, with their settings by path; without their place, which others change."""
    if isinstance(rows, Mapping):
        return {"": _settings(rows)}
    return {str(row.get("name")).casefold(): _settings(row) for row in rows or ()}


def _settings(row: Mapping[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in by_path(row).items() if path != "priority"}


def remedied(snapshot: Snapshot, examine: Walked, shown: Checked | None = None) -> dict[str, Any]:
    """The check of one tenant, its findings with their proved remedies.

    examine: walks everything. shown: the check of some classes only; its findings get the remedies that are proved on all of them.
    """
    checked = examine(snapshot)
    RemedySearch([snapshot], [checked], examine).complete()
    if shown is None:
        return checked.result
    proved = {key: finding for key, finding, _cause in checked.findings()}
    for key, finding, _cause in shown.findings():
        finding.update({name: proved[key][name] for name in ("remedy", "remedies")})
    return shown.result
