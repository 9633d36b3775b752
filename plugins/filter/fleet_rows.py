# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..plugin_utils._fleet.rows import rows
    from ..plugin_utils._plain import plain

_KEPT = ("portal_name", "fleet__summary", "fleet__failure", "fleet__drift")


def fleet_rows(
    variables: Mapping[str, Mapping[str, Any]], hosts: Sequence[str], folder: str
) -> list[dict[str, Any]]:
    """See fleet_rows.yml."""
    return rows(hosts, {host: _kept(variables[host]) for host in hosts}, folder)


def _kept(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(variables.get(name)) for name in _KEPT}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"fleet_rows": fleet_rows}
