# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each object of a document looks like before its first call and after each: how a script knows where it stands. Pure.

An object stands at the last of its stages that it matches. Its calls up to there are done, those behind it are due, and an
object that matches none was changed by somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ...module_utils._schema.resource import Field, by_path
from .._sheets.loader import sheet_of
from .readback import RESOURCES, comparable, expected, fields

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
RULE = "TransportRule"
_MEMBERS = "Members"
_PREDICATES = ("conditions", "exceptions")
_UNSET: tuple[Any, ...] = (None, "", [])
_KIND = re.compile("^smtp:", re.IGNORECASE)
_OPPOSITE = {"True": "False", "False": "True"}

Settings = Mapping[str, tuple[str, ...]]
"""The texts that a property shows, by property."""


@dataclass(frozen=True)
class Stage:
    """An object at one moment. settings: of what the calls touch, as far as known. above: foreign rules above it, None for any.

    unseen: nothing shows whether the call before it was made, so that it is made again.
    """

    exists: bool
    settings: Settings = field(default_factory=dict)
    above: int | None = None
    unseen: bool = False

    @property
    def said(self) -> Settings:
        """The settings that show something."""
        return {name: texts for name, texts in self.settings.items() if texts}

    @property
    def unset(self) -> list[str]:
        """The properties that show nothing."""
        return [name for name, texts in self.settings.items() if not texts]


@dataclass
class StagedObject:
    """An object and its stages. noun: of the cmdlets that show it. names: under which it is found; none for what exists once."""

    label: str
    noun: str
    names: list[str]
    stages: list[Stage]


@dataclass(frozen=True)
class StagedCall:
    """A call, and at which stage its object stands once it is done. target: index of the object. what: the call for people.

    shown: the stage that the tenant shows then.
    """

    target: int
    stage: int
    shown: int
    call: Mapping[str, Any]
    what: str


@dataclass(frozen=True)
class Staged:
    """Calls in order, and the objects that they are about.

    own_rules: names of the mail-flow rules among them; other_rules: the rules of others in their order, as the document found them.
    """

    objects: list[StagedObject]
    calls: list[StagedCall]
    own_rules: list[str]
    other_rules: list[str]


def forward(entries: Sequence[Mapping[str, Any]]) -> Staged:
    """What a document does."""
    return _Builder().built(entries)


def backward(entries: Sequence[Mapping[str, Any]]) -> Staged:
    """What rolls it back, the newest entry first."""
    return _Builder().built([_inverse(entry) for entry in reversed(entries)])


def _inverse(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "before": entry["after"],
        "after": entry["before"],
        "order_before": entry["order_after"],
        "order_after": entry["order_before"],
        "steps": entry["undo"],
    }


class _Builder:
    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], StagedObject] = {}
        self._calls: list[StagedCall] = []

    def built(self, entries: Iterable[Mapping[str, Any]]) -> Staged:
        acting = [entry for entry in entries if entry["steps"]]
        rules = [entry for entry in acting if entry["object"]["noun"] == RULE]
        own = {entry["object"]["name"].casefold() for entry in rules}
        for entry in acting:
            self._add(entry, own)
        self._say_what_shows()
        others = rules[0]["order_before"] if rules else []
        objects = list(self._objects.values())
        return Staged(
            objects,
            self._calls,
            own_rules=[item.names[0] for item in objects if item.noun == RULE],
            other_rules=[name for name in others if name.casefold() not in own],
        )

    def _add(self, entry: Mapping[str, Any], own: set[str]) -> None:
        noun, name = entry["object"]["noun"], entry["object"]["name"]
        key = (noun, name.casefold())
        if key not in self._objects:
            label = f"{entry['object']['title']}: {name}" if name else entry["object"]["title"]
            before = Stage(_exists(entry, "before"), {}, _above(entry["order_before"], name, own))
            self._objects[key] = StagedObject(label, noun, [name] if name else [], [before])
        item = self._objects[key]
        target = list(self._objects).index(key)
        self._learn(item, entry)
        for call in entry["steps"]:
            after = _after(item.stages[-1], call, entry, own)
            same = replace(item.stages[-1], unseen=False) == after
            item.stages.append(replace(after, unseen=same and _blind(call, entry)))
            call = _by_name(call, name) if _created(item) else call
            what = f"{call['cmdlet']}, {item.label}"
            number = len(item.stages) - 1
            self._calls.append(StagedCall(target, number, number, call, what))

    def _say_what_shows(self) -> None:
        for place, one in enumerate(self._calls):
            stages = list(self._objects.values())[one.target].stages
            shown = next(number for number in range(one.stage, -1, -1) if not stages[number].unseen)
            self._calls[place] = replace(one, shown=shown)

    @staticmethod
    def _learn(item: StagedObject, entry: Mapping[str, Any]) -> None:
        """What the entry says of settings that no earlier call has touched holds for all stages until now."""
        if entry["before"] is None and item.noun in RESOURCES:
            return
        known = dict(_touched(entry, "before"))
        for number, stage in enumerate(item.stages):
            if stage.exists:
                item.stages[number] = replace(stage, settings={**known, **stage.settings})


def _exists(entry: Mapping[str, Any], side: str) -> bool:
    noun = entry["object"]["noun"]
    return entry[side] is not None or noun not in RESOURCES or RESOURCES[noun].singleton


def _created(item: StagedObject) -> bool:
    """Whether a call has created the object, which has another GUID from then on."""
    exist = [stage.exists for stage in item.stages]
    return any(later and not earlier for earlier, later in pairwise(exist))


def _by_name(call: Mapping[str, Any], name: str) -> dict[str, Any]:
    parameters = dict(call["parameters"])
    if _GUID.fullmatch(str(parameters.get("Identity") or "")):
        parameters["Identity"] = name
    return {**call, "parameters": parameters}


# ---------------------------------------------------------------------------------------------- one stage


def _after(stage: Stage, call: Mapping[str, Any], entry: Mapping[str, Any], own: set[str]) -> Stage:
    """The stage behind a call."""
    verb = call["cmdlet"].partition("-")[0]
    if verb == "Remove" and not call["cmdlet"].endswith("Member"):
        return Stage(exists=False)
    above = stage.above
    if verb == "New" or "Priority" in call["parameters"]:
        above = _above(entry["order_after"], entry["object"]["name"], own)
    given = dict(_given(call, entry))
    if call["cmdlet"].endswith("Member"):
        given[_MEMBERS] = _members(stage, call, added=verb == "Add")
    kept = {} if verb == "New" else stage.settings
    return Stage(True, {**kept, **given}, above)


def _blind(call: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether a call gives something that cannot be seen; another one that changes nothing need not be made again."""
    noun = entry["object"]["noun"]
    by_parameter = {row.parameter: row for row in fields(noun).values()}
    given = [by_parameter[name] for name in call["parameters"] if name in by_parameter]
    return any(row.parameter == "Priority" or not comparable(noun, row) for row in given)


def _given(call: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the properties show that a call sets."""
    noun, verb = entry["object"]["noun"], call["cmdlet"].partition("-")[0]
    rows = fields(noun)
    if noun not in RESOURCES:
        yield from ((name, _telling([text])) for name, text in sheet_of(noun).shown_otherwise.items())
        return
    if verb in ("Enable", "Disable") and "enabled" in rows:
        yield _shown("enabled", rows["enabled"], verb == "Enable")
    by_parameter = {row.parameter: row for row in rows.values()}
    for name, value in call["parameters"].items():
        row = by_parameter.get(name)
        if row is None or name in ("Identity", "Priority") or not comparable(noun, row):
            continue
        if isinstance(value, Mapping):
            # What is added and removed: afterwards the list is as the document says.
            yield _shown(row.path, row, by_path(entry["after"]).get(row.path))
        else:
            yield _shown(row.path, row, None if value is None else row.value.canonical(value))


def _touched(entry: Mapping[str, Any], side: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the properties show, on one side of the entry, that its calls set."""
    noun = entry["object"]["noun"]
    if noun not in RESOURCES:
        for name, text in sheet_of(noun).shown_otherwise.items():
            yield name, _telling([_OPPOSITE.get(text, text)])
        return
    whole = entry["after"] is None
    sides = {each: by_path(entry[each]) for each in ("before", "after")}
    for path, row in fields(noun).items():
        before, after = sides["before"].get(path), sides["after"].get(path)
        # What an object that goes does not say is of interest where somebody may have added it since; the rest has defaults.
        concerned = (before not in _UNSET or row.section in _PREDICATES) if whole else before != after
        if concerned and path not in ("priority", "name") and comparable(noun, row):
            yield _shown(path, row, sides[side].get(path))


def _members(stage: Stage, call: Mapping[str, Any], *, added: bool) -> tuple[str, ...]:
    """The members of a group behind a call that adds one, or takes one out."""
    member = str(call["parameters"]["Member"])
    others = tuple(text for text in stage.settings.get(_MEMBERS, ()) if text.casefold() != member.casefold())
    return (*others, member) if added else others


def _shown(path: str, row: Field, value: Any) -> tuple[str, tuple[str, ...]]:
    item = expected(path, row, None if value in _UNSET else value)
    return item.property, _telling(item.items)


def _telling(texts: Iterable[str]) -> tuple[str, ...]:
    """Without what the service shows, or does not show, for what is not set; the script leaves the same out."""
    plain = (_KIND.sub("", text.strip()) for text in texts)
    return tuple(text for text in plain if text not in ("", "False", "<>"))


def _above(order: Sequence[str], name: str, own: set[str]) -> int | None:
    """How many foreign rules stand above one; None where there is no order, or it is not in it."""
    names = [item.casefold() for item in order]
    if name.casefold() not in names:
        return None
    return sum(item not in own for item in names[: names.index(name.casefold())])
