# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of a snapshot and their sections: a switch that is missing is unknown, lists and texts are then empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def truth(row: Row, key: str) -> bool | None:
    """A switch; None, unknown, when it is not there."""
    value = row.get(key)
    return value if isinstance(value, bool) else None


def text(row: Row, key: str) -> str:
    """A text, "" when it is not there."""
    return str(row.get(key) or "").strip()


def texts(row: Row, key: str) -> list[str]:
    """A list of texts; a single one counts as such."""
    value = row.get(key)
    items: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value] if value else ()
    return [str(item).strip() for item in items if str(item).strip()]
