# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs in one setting between a tenant and the variables. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...module_utils._schema import ip_ranges
from ...module_utils._schema.address_types import CONNECTOR_IPS, FILTER_ENTRIES, IP_RANGES
from ...module_utils._schema.resource import Field

_ADDRESSES = (CONNECTOR_IPS, FILTER_ENTRIES, IP_RANGES)


@dataclass(frozen=True)
class Difference:
    """What differs in one setting. lost: elements that a list lacks; gained: those that it has too many."""

    now: Any
    wanted: Any
    lost: Sequence[str] = ()
    gained: Sequence[str] = ()


def unset(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def difference(field: Field | None, now: Any, wanted: Any) -> Difference | None:
    """None when the service takes both for the same."""
    if unset(now) and unset(wanted):
        return None
    plain = [None if value in ("", []) else value for value in (now, wanted)]
    if now == wanted or (field is not None and field.value.same(*plain)):
        return None
    one, other = (
        list(value or ()) if isinstance(value, (list, type(None))) else None for value in (now, wanted)
    )
    if one is None or other is None or not (isinstance(now, list) or isinstance(wanted, list)):
        return Difference(now, wanted)
    return Difference(now, wanted, _lacking(field, other, one), _lacking(field, one, other))


def added_addresses(field: Field | None, found: Difference) -> int:
    """How many addresses a list has too many; 0 for a list of something else."""
    if field is None or field.value not in _ADDRESSES:
        return 0
    return ip_ranges.count(found.gained)


def _lacking(field: Field | None, items: list[Any], others: list[Any]) -> list[str]:
    """The elements of one list that are not in another; addresses also when no larger block there holds them."""
    texts, present = [str(item) for item in items], [str(item) for item in others]
    if field is None or field.value.type != "list":
        return [text for text in texts if text not in present]
    missing = field.value.lacking(texts, present)
    if field.value in _ADDRESSES:
        missing = ip_ranges.uncovered(missing, present)
    return [str(item) for item in missing]
