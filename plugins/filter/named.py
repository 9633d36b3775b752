# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any


def named(objects: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """See named.yml."""
    by_name = {str(item["name"]).casefold(): item for item in objects}
    return [by_name[name.casefold()] for name in dict.fromkeys(names) if name.casefold() in by_name]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"named": named}
