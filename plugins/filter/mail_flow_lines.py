# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._runbook.mail_flow_report import lines


def mail_flow_lines(told: Mapping[str, Any]) -> list[str]:
    """See mail_flow_lines.yml."""
    return lines(told)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"mail_flow_lines": mail_flow_lines}
