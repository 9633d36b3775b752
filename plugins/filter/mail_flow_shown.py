# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ..module_utils._mail_flow_check.comparison import documented


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"mail_flow_shown": documented}
