# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a play as a task sees them: read, and converted as Ansible converts the options of a role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._vendor.inputs import texts
from ..module_utils._vendor.variables import Variable, variables
from ._action import plain


class PlayVariables:
    """task_vars, templar: as an action plugin has them."""

    def __init__(self, task_vars: Mapping[str, Any], templar: Any) -> None:
        self._given = task_vars
        self._templar = templar

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def read(self, names: Iterable[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Those of some variables of ours that are given, and what is wrong with those that cannot be used."""
        values, unusable = {}, {}
        for name in names:
            try:
                given = self._value(name)
                if given is not None:
                    values[name] = _converted(variables()[name], given)
            except (AnsibleError, TypeError) as error:
                unusable[name] = str(error) if name in str(error) else f"{name}: {error}"
        return values, unusable

    def flag(self, name: str) -> bool:
        """A switch that only playbooks set."""
        return bool(boolean(self._value(name) or False, strict=False))

    def by_people(self) -> list[str]:
        """The names of the variables that somebody gave: no facts, and no results that tasks have registered."""
        facts = self._given.get("ansible_facts") or {}
        return [
            name
            for name, value in self._given.items()
            if name not in facts and not (isinstance(value, Mapping) and "changed" in value)
        ]

    def _value(self, name: str) -> Any:
        """None for what is not given, which is also what a survey makes of an answer that was left empty."""
        if name not in self._given:
            return None
        value = plain(self._templar.template(self._given[name]))
        return None if isinstance(value, str) and not value.strip() else value


def _converted(variable: Variable, given: Any) -> Any:
    """AnsibleError with Ansible's own words, TypeError, when it cannot be converted."""
    spec = variable.spec
    value = texts(given) if spec.get("elements") == "str" else given
    validated = ArgumentSpecValidator({variable.name: spec}).validate({variable.name: value})
    if validated.error_messages:
        raise AnsibleError("; ".join(validated.error_messages))
    return validated.validated_parameters[variable.name]
