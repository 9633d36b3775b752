# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON from outside: what Python's parser lets pass, but would break or deceive whoever uses it, is refused. Pure."""

from __future__ import annotations

import json
import math
import re
from typing import Any

DEEPEST = 64
"""How many lists and objects may stand in each other; answers of the service have less than 20."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(text: str) -> Any:
    """The value of a JSON text.

    ValueError when it is none, and for what JSON does not know or leaves open: NaN and numbers without end, the same key
    twice, half characters, depth without end.
    """
    try:
        value = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_distinct
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _check_depth(value)
    if _SURROGATE.search(text):
        # Half of a pair can be read, but not be written anywhere.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _check_depth(value: Any) -> None:
    level = [value]
    for _depth in range(DEEPEST + 1):
        level = [item for item in level if isinstance(item, (dict, list))]
        if not level:
            return
        level = [
            item for parent in level for item in (parent.values() if isinstance(parent, dict) else parent)
        ]
    raise ValueError("it is nested too deeply")
