# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any


def plan_lines(results: list[dict[str, Any]]) -> list[str]:
    """See plan_lines.yml."""
    steps = [
        (step, (result.get("before") or {}).get("name"))
        for result in results
        for step in result.get("plan", result.get("steps", []))
    ]
    return [f"{number}. {_step_line(step, name)}" for number, (step, name) in enumerate(steps, start=1)]


def _step_line(step: dict[str, Any], name: str | None) -> str:
    """The cmdlet, the object by its name where that is known, and the parameters; Confirm says nothing to a reader."""
    hidden = {"Confirm", "Identity"} if name else {"Confirm"}
    parameters = [
        f"{key}{text}"
        for key, value in step["parameters"].items()
        if key not in hidden
        for text in _assignments(value)
    ]
    named = [json.dumps(name, ensure_ascii=False)] if name and "Identity" in step["parameters"] else []
    return " ".join([step["cmdlet"], *named, *parameters])


def _assignments(value: Any) -> list[str]:
    """A value with its sign; what is added to a list and what is taken out of it have one each."""
    if not isinstance(value, dict):
        return [f"={_value_text(value)}"]
    signs = {"Add": "+=", "Remove": "-="}
    return [f"{sign}{_value_text(value[key])}" for key, sign in signs.items() if key in value]


def _value_text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(str(item) for item in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if " " in value or not value else value
    return json.dumps(value)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"plan_lines": plan_lines}
