# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..plugin_utils._fleet.lines import lines
    from ..plugin_utils._runbook.visible import visible


def fleet_lines(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """See fleet_lines.yml."""
    return [visible(line) for line in lines(table)]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"fleet_lines": fleet_lines}
