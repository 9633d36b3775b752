# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which settings of a record read in a form that is not known, so that nothing may be concluded from them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._schema.address_types import CONNECTOR_IPS, FILTER_ENTRIES, IP_RANGES
from .._schema.ip_ranges import networks
from .._schema.resource import Field, Resource
from .._schema.value_type import NotClearable
from .._schema.value_types import STATE

_SWITCH = ("true", "false", "")
_STATE = (*_SWITCH, "enabled", "disabled")
_ADDRESSES = (CONNECTOR_IPS, FILTER_ENTRIES, IP_RANGES)
# Texts that every object of their class has.
_ALWAYS = ("DomainName", "DomainType")
# Switches that read blank where nobody has set them, which is off.
_OFF_WHEN_BLANK = ("RejectDirectSend",)
_MOST = 60


def odd_settings(resource: Resource, record: Mapping[str, Any]) -> dict[str, str]:
    """What such settings read, by path. A setting that always has a value and has none is one of them."""
    found = {
        row.path: _shown(raw)
        for row in resource.fields
        if row.verbs != "once" and not _is_known(row, raw := record.get(row.prop or row.parameter))
    }
    name = record.get("Name")
    if not resource.singleton and not (isinstance(name, str) and name.strip()):
        found["name"] = _shown(name)
    return found


def _shown(raw: Any) -> str:
    if raw is None:
        return "nothing"
    text = json.dumps(raw, ensure_ascii=True, default=str)
    return text if len(text) <= _MOST else f"{text[:_MOST]}..."


def _is_known(row: Field, raw: Any) -> bool:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        filled = row.parameter in _ALWAYS or isinstance(row.value.clear, NotClearable)
        return row.parameter in _OFF_WHEN_BLANK or not filled
    if row.value.type == "bool":
        return isinstance(raw, bool) or (
            isinstance(raw, str) and raw.strip().lower() in (_STATE if row.value == STATE else _SWITCH)
        )
    if not all(_is_plain(item) for item in (raw if isinstance(raw, list) else [raw])):
        return False
    if isinstance(raw, list) and row.value.type != "list":
        return False
    return _is_understood(row, raw)


def _is_plain(item: Any) -> bool:
    return item is None or (isinstance(item, (str, int, float)) and not isinstance(item, bool))


def _is_understood(row: Field, raw: Any) -> bool:
    """Whether the value class makes something of it that can be compared."""
    try:
        value = row.value.canonical(raw)
        if value is not None:
            row.value.key(value)
    except (TypeError, ValueError, ArithmeticError):
        return False
    items = value if isinstance(value, list) else [] if value is None else [value]
    if row.value in _ADDRESSES and not networks(items).complete:
        return False
    if row.value.choices and not all(item in row.value.choices for item in items):
        return False
    return row.value.type != "int" or isinstance(value, int)
