# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a play as a task sees them: read, and converted as Ansible converts the options of a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.validation import (
    check_type_bool,
    check_type_dict,
    check_type_float,
    check_type_int,
    check_type_list,
)
from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._vendor.people import people
from ..module_utils._vendor.value_checks import texts
from ..module_utils._vendor.variables import Variable, variables
from ._plain import plain

# What converts a value, and what is said of one that it does not take.
_TYPES = {
    "bool": (check_type_bool, "is neither true nor false"),
    "int": (check_type_int, "is not a whole number"),
    "float": (check_type_float, "is not a number"),
    "dict": (check_type_dict, "is not a dictionary"),
    "list": (check_type_list, "is not a list"),
    "str": (str, "is not a text"),
}


class PlayVariables:
    """task_vars, templar: as an action plugin has them."""

    def __init__(self, task_vars: Mapping[str, Any], templar: Any) -> None:
        self._given = task_vars
        self._templar = templar

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def read(self, names: Iterable[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Those of some variables of ours that are given, and a sentence for each, or each of its options, that cannot be used."""
        values: dict[str, Any] = {}
        unusable: dict[str, str] = {}
        for name in names:
            try:
                given = self._value(name)
            except AnsibleError as error:
                unusable[name] = f"{name}: {error}"
                continue
            if given is not None:
                values |= _converted(variables()[name], name, given, unusable)
        return values, unusable

    def flag(self, name: str) -> bool:
        """A switch that only playbooks set."""
        return bool(boolean(self._value(name) or False, strict=False))

    def text(self, name: str) -> str:
        """A text that only playbooks set; "" when none does."""
        return str(self._value(name) or "")

    def by_people(self) -> list[str]:
        """The names of the variables that somebody gave: no facts, and no results that tasks have registered."""
        facts = self._given.get("ansible_facts") or {}
        return [
            name
            for name, value in self._given.items()
            if name not in facts and not (isinstance(value, Mapping) and "changed" in value)
        ]

    def _value(self, name: str) -> Any:
        """None for what is not given."""
        if name not in self._given:
            return None
        return _unless_blank(plain(self._templar.template(self._given[name])))


def _unless_blank(value: Any) -> Any:
    """A survey makes an empty text of an answer that was not given."""
    return None if isinstance(value, str) and not value.strip() else value


def _converted(variable: Variable, key: str, given: Any, unusable: dict[str, str]) -> dict[str, Any]:
    """The value under its key; nothing, and a sentence more, when it cannot be used."""
    convert, words = _TYPES[variable.spec["type"]]
    try:
        if isinstance(given, (list, dict)) and variable.spec["type"] == "str":
            raise TypeError
        if variable.spec.get("elements") == "str":
            convert = people if variable.check == "person" else texts
        value: Any = convert(given)
    except (OverflowError, TypeError, ValueError):
        unusable[variable.name] = f'{variable.name}: "{given}" {words}'
        return {}
    if variable.options:
        items = [
            _options(variable, item, unusable) for item in (value if isinstance(value, list) else [value])
        ]
        # What lacks something is told of; nobody has to reckon with it.
        required = {name for name, option in variable.options.items() if option.spec.get("required")}
        whole = [item for item in items if required <= item.keys()]
        return {key: whole if isinstance(value, list) else items[0]}
    if problem := next(_not_offered(variable, value), None):
        unusable[variable.name] = problem
        return {}
    return {key: value}


def _options(variable: Variable, given: Any, unusable: dict[str, str]) -> dict[str, Any]:
    """The options of a dictionary, each for itself."""
    values: dict[str, Any] = {}
    if not isinstance(given, Mapping):
        unusable[variable.name] = f'{variable.name}: "{given}" {_TYPES["dict"][1]}'
        return values
    for name, option in variable.options.items():
        if option.spec.get("required") and _unless_blank(given.get(name)) is None:
            unusable[f"{variable.name}.{name}"] = f"{variable.name}: {name} is missing"
    for key, value in given.items():
        if key not in variable.options:
            nearest = get_close_matches(key, variable.options, n=1)
            advice = f"did you mean {nearest[0]}?" if nearest else "see the README of the role portal."
            unusable[f"{variable.name}.{key}"] = f"{variable.name}.{key} is not supported; {advice}"
        elif _unless_blank(value) is not None:
            values |= _converted(variable.options[key], key, value, unusable)
    return values


def _not_offered(variable: Variable, value: Any) -> Iterator[str]:
    choices = variable.spec.get("choices")
    for item in value if isinstance(value, list) else [value]:
        if choices and item not in choices:
            yield f'{variable.name}: "{item}" is not known; it must be one of {", ".join(choices)}'
