# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ..module_utils._vendor.scope import rule_steps


def protect_rules(
    scope: dict[str, Any],
    names: list[str],
    rules: list[dict[str, Any]],
    definition: dict[str, Any],
    rescope: bool = False,
) -> list[dict[str, Any]]:
    """See protect_rules.yml."""
    return rule_steps(scope, names, rules, definition, rescope=rescope)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"protect_rules": protect_rules}
