# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the roles and playbooks, from inputs.yml: what each takes, whose it is, and what is none of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from .._schema.data_file import load

_FILE = Path(__file__).with_name("inputs.yml")
PHASES = ("monitor", "inline", "rescope", "outbound", "remove")
_SPECIFIED = ("type", "elements", "choices", "default", "required")


@dataclass(frozen=True)
class Variable:
    """spec: as in an argument specification. check: what else is looked at, see value_checks.py. options: of a dictionary."""

    name: str
    spec: Mapping[str, Any]
    check: str = ""
    options: Mapping[str, Variable] = field(default_factory=dict)

    @property
    def default(self) -> Any:
        """Its value where none is given; empty rather than nothing for lists and dictionaries."""
        return self.spec.get("default", {"list": [], "dict": {}}.get(self.spec["type"]))


@cache
def variables() -> dict[str, Variable]:
    """Every variable of the roles by its name."""
    return {name: _variable(name, row) for name, row in load(_FILE)["variables"].items()}


def _variable(name: str, row: Mapping[str, Any]) -> Variable:
    spec = {key: row[key] for key in _SPECIFIED if key in row}
    options = {key: _variable(f"{name}.{key}", option) for key, option in row.get("options", {}).items()}
    if options:
        spec["options"] = {key: option.spec for key, option in options.items()}
    return Variable(name, spec, row.get("check", ""), options)


def defaults() -> dict[str, Any]:
    """Every variable of the roles with its default."""
    return {name: deepcopy(variable.default) for name, variable in variables().items()}


@cache
def variables_of(role: str) -> tuple[str, ...]:
    """The names of a role's variables, those of the roles that it stands on included, in their order."""
    roles = load(_FILE)["roles"]
    entries = roles[role]["variables"]
    return tuple(name for entry in entries for name in (variables_of(entry) if entry in roles else (entry,)))


def needed_by(roles: Iterable[str]) -> tuple[str, ...]:
    """The variables that roles look at. The doctor looks at those of a portal and its scope, where they are given."""
    looked_at = {"doctor": ("doctor", "rescope")}
    entries = [entry for role in roles for entry in looked_at.get(role, (role,))]
    names = [name for entry in entries for name in variables_of(entry)]
    return tuple(dict.fromkeys([*names, "portal_ignored_variables", "change_require_plan"]))


# ------------------------------------------------------------------------------------------------------------ none of ours


def unknown_variables(names: Iterable[str], ignored: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """A sentence for each name that looks like a variable of ours, or is one typing error away from one, and is none.

    names: of all variables of a play. ignored: those that are meant for something else. others: of ours, beside those of roles.
    """
    content = load(_FILE)
    known = {*variables(), *content["playbooks"], *others}
    prefixes = tuple(content["prefixes"])
    return [
        _refusal(name, known)
        for name in sorted(set(names) - known - set(ignored))
        if "__" not in name
        and (name.lower().startswith(prefixes) or any(_one_error_apart(name, ours) for ours in known))
    ]


def _refusal(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name.lower(), known, n=1)
    advice = f"did you mean {nearest[0]}?" if nearest else "it would do nothing."
    return (
        f"{name} is not a variable of this collection; {advice} If it is meant for something else, name it in "
        "portal_ignored_variables."
    )


def _one_error_apart(name: str, other: str) -> bool:
    """Whether one letter was left out, doubled, mistyped or moved."""
    if abs(len(name) - len(other)) > 1 or len(set(name) ^ set(other)) > 2:
        return False
    blocks = SequenceMatcher(None, name, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= max(len(name), len(other)) - 1
