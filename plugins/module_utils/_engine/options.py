# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a resource table to a module's options, and from given options to a desired state. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._exchange.errors import ConfigurationError
from .._schema.priority import PriorityConstraint
from .._schema.resource import Field, Resource, State
from .._schema.value_type import NotClearable, blank_elements, unprintable, verbatim
from .diff import DesiredState

Options = Mapping[str, Any]
Spec = dict[str, Any]

_NAMED: Spec = {
    "name": {"type": "str", "required": True},
    "other_names": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
_PLACED: Spec = {
    "position": {"type": "str", "choices": ["first", "last"]},
    "peers": {"type": "list", "elements": "str", "default": []},
    "before": {"type": "list", "elements": "str", "default": []},
    "after": {"type": "list", "elements": "str", "default": []},
}
_MODE: Spec = {"mode": {"type": "str", "choices": ["add", "remove", "exact"], "default": "add"}}
_FORCE: Spec = {"force": {"type": "bool", "default": False}}
_COMMON: Spec = {"reason": {"type": "str"}, "wait_timeout": {"type": "float", "default": 60.0}}


@dataclass(frozen=True)
class ObjectOptions:
    """The options of a module that manages one object.

    variants: its class, or one for each value of the option that tells the classes apart.
    """

    variants: Mapping[str, Resource]

    @property
    def _resources(self) -> tuple[Resource, ...]:
        return tuple(self.variants.values())

    @property
    def result(self) -> str:
        """Key of the object in the task result."""
        return next(resource.management.result for resource in self._resources if resource.management)

    @property
    def selector(self) -> str:
        """The option that tells the classes apart, "" when there is one."""
        return next(resource.management.selector for resource in self._resources if resource.management)

    @property
    def singleton(self) -> bool:
        """Whether the object exists once, without a name."""
        return all(resource.singleton for resource in self._resources)

    @property
    def ordered(self) -> bool:
        """Whether the objects have an order."""
        return any(resource.priority for resource in self._resources)

    def argument_spec(self) -> Spec:
        """The options of the module, without those of the connection."""
        spec: Spec = {} if self.singleton else dict(_NAMED)
        if self.selector:
            spec[self.selector] = {"type": "str", "choices": list(self.variants), "required": True}
        for row in self.rows():
            holder = spec
            if row.section:
                holder = spec.setdefault(row.section, {"type": "dict", "options": {}})["options"]
            holder[row.name] = option(row)
        if self.ordered:
            spec.update(_PLACED)
        if sections := list(dict.fromkeys(row.section for row in self.rows() if row.section)):
            spec["purge"] = {"type": "list", "elements": "str", "choices": sections, "default": []}
        if any(row.partial == "mode" for row in self.rows()):
            spec.update(_MODE)
        if any(resource.management and resource.management.force_help for resource in self._resources):
            spec.update(_FORCE)
        return {**spec, **_COMMON}

    def rows(self) -> Iterator[Field]:
        """Every setting once, in the order of the tables."""
        seen: set[str] = set()
        for resource in self._resources:
            for row in resource.fields:
                if row.path not in seen:
                    seen.add(row.path)
                    yield row

    def only_for(self, row: Field) -> str:
        """The variant that alone has this setting, or "" when all have it."""
        holders = [key for key, resource in self.variants.items() if row.path in resource.by_path()]
        return holders[0] if len(holders) < len(self.variants) else ""

    def resource(self, params: Options) -> Resource:
        """The table that these options speak of."""
        return self.variants[params[self.selector] if self.selector else ""]

    def desired(self, params: Options) -> DesiredState:
        """The given options as a desired state; ConfigurationError with a sentence for each value that cannot work."""
        resource = self.resource(params)
        given = dict(_given(self.rows(), params))
        problems = [
            f"{path} is a setting of {self.only_for(row)} objects only"
            for path, (row, _value) in given.items()
            if path not in resource.by_path()
        ]
        name, others = _names(self, params, problems)
        values = {
            path: _canonical(row, value, problems)
            for path, (row, value) in given.items()
            if path in resource.by_path()
        }
        for row in resource.fields:
            # Of a purged section everything goes that is not given.
            if row.section and row.section in (params.get("purge") or ()):
                values.setdefault(row.path, None)
        problems += [
            f"{path} is empty, and mode exact would take out everything that is there; set force if that is meant"
            for path, (row, value) in given.items()
            if row.partial == "mode"
            and _empty(value)
            and params.get("mode") == "exact"
            and not params.get("force")
        ]
        constraint = _constraint(params, name, problems) if self.ordered else None
        if problems:
            raise ConfigurationError("; ".join(problems) + ".")
        present = params.get("state") != "absent"
        return DesiredState(
            name,
            present,
            values,
            others,
            forced=bool(params.get("force")),
            constraint=constraint if present else None,
            mode=params.get("mode") or "exact",
            typed_name=params.get("name") or "",
        )

    def given(self, params: Options) -> dict[str, Any]:
        """The options that were given, so that the task can be done again."""
        spec = self.argument_spec()
        return {
            name: _without_none(params[name])
            for name in spec
            if params.get(name) is not None and params[name] != spec[name].get("default")
        }

    def state(self, params: Options, shown: Mapping[str, Any] | None) -> State | None:
        """A state from the form in which results and documents have it; None when there was no object."""
        if shown is None:
            return None
        given = dict(_given(iter(self.resource(params).fields), shown))
        return {
            path: None if _empty(value) else row.value.canonical(value)
            for path, (row, value) in given.items()
        }


def _constraint(params: Options, name: str, problems: list[str]) -> PriorityConstraint | None:
    position = params.get("position") or ""
    peers, before, after = (_name_list(params, option, problems) for option in ("peers", "before", "after"))
    given = [
        option
        for option, value in (("priority", params.get("priority")), ("position", position))
        if value not in (None, "")
    ]
    given += ["before and after"] if before or after else []
    if len(given) > 1:
        problems.append(
            f"{' and '.join(given)} exclude each other; say in one way where the rule shall stand"
        )
    if peers and not position:
        problems.append("peers needs position")
    if name.casefold() in (text.casefold() for text in (*before, *after)):
        problems.append(f'"{name}" cannot stand before or after itself')
    if not (position or before or after):
        return None
    return PriorityConstraint(position, peers, before, after)


def option(row: Field) -> Spec:
    """One setting as an element of an argument specification."""
    spec: Spec = {"type": row.value.type}
    if "pass" in row.name and row.value.type != "bool":
        # Ansible takes it for a password otherwise.
        spec["no_log"] = False
    if row.value.elements:
        spec["elements"] = row.value.elements
    if row.value.choices:
        clearable = row.value.type == "str" and not isinstance(row.value.clear, NotClearable)
        spec["choices"] = [*row.value.choices, *([""] if clearable else [])]
    return spec


def _given(rows: Iterator[Field], params: Options) -> Iterator[tuple[str, tuple[Field, Any]]]:
    for row in rows:
        holder = (params.get(row.section) or {}) if row.section else params
        value = holder.get(row.name)
        if value is not None:
            yield row.path, (row, value)


def _names(module: ObjectOptions, params: Options, problems: list[str]) -> tuple[str, tuple[str, ...]]:
    if module.singleton:
        return "", ()
    name = params["name"].strip()
    others = _name_list(params, "other_names", problems)
    problems += [f"name: {text}" for text in unprintable(params["name"])]
    if not name:
        problems.append("name is empty; give the name of the object")
    problems += [
        f'the name "{text}" is {len(text)} characters long; the service takes at most 64'
        for text in (name, *others)
        if len(text) > 64
    ]
    return name, tuple(text for text in others if text.casefold() != name.casefold())


def _name_list(params: Options, option: str, problems: list[str]) -> tuple[str, ...]:
    names = verbatim(params.get(option) or ())
    problems += [f"{option}: {text}" for text in blank_elements(names)]
    problems += [f"{option}: {text}" for name in names for text in unprintable(name)]
    return tuple(name.strip() for name in names)


def _without_none(value: Any) -> Any:
    """Suboptions that were not given come as None."""
    return (
        {key: item for key, item in value.items() if item is not None} if isinstance(value, dict) else value
    )


def _empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, list) and not value


def _canonical(row: Field, value: Any, problems: list[str]) -> Any:
    if _empty(value):
        if isinstance(row.value.clear, NotClearable):
            problems.append(f"{row.path} cannot be emptied; leave it out to keep what is there")
        return None
    wrong = [f"{row.path}: {text}" for text in row.value.problems(value)]
    problems.extend(wrong)
    return None if wrong else row.value.canonical(value)
