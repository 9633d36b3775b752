# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan or record that a task takes from a variable, such as the artifact of an earlier job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail

from ..module_utils._exchange.errors import ConfigurationError
from ..module_utils._run.artifact import of_host
from ._plain import plain

# How JSON begins; a template begins with two braces.
_JSON = ('{"', "{ ", "{\n", "{\r")


def with_text(
    arguments: Mapping[str, Any], kind: str, variables: Mapping[str, Any], templar: Any
) -> dict[str, Any]:
    """The arguments of a task with the text for its host in the place of the variable's name.

    kind: the option that takes the text. The text is taken as it is: its names come from the tenant and are no templates.
    """
    others = {name: value for name, value in arguments.items() if name != "variable"}
    name = str(arguments.get("variable") or "")
    if not name:
        return others
    if others.get("path") or others.get(kind):
        raise AnsibleActionFail(f"Give one of path, {kind} and variable.")
    if name not in variables:
        raise AnsibleActionFail(f'There is no variable "{name}".')
    value = variables[name]
    if isinstance(value, str) and not value.lstrip().startswith(_JSON):
        # It says where the text is.
        value = templar.template(value)
    try:
        return {**others, kind: of_host(plain(value), str(variables.get("inventory_hostname") or ""), name)}
    except ConfigurationError as error:
        raise AnsibleActionFail(str(error)) from None
