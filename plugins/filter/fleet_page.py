# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..plugin_utils._fleet.page import page
    from ..plugin_utils._fleet.rows import to_json
    from ..plugin_utils._plain import plain


def fleet_page(table: Sequence[dict[str, Any]], form: str = "html") -> str:
    """See fleet_page.yml."""
    return page(table) if form == "html" else to_json(plain(table))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"fleet_page": fleet_page}
