# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._runbook.last_lines import last_lines
from ..plugin_utils._runbook.view import view


def summary_lines(report: Mapping[str, Any]) -> list[str]:
    """See summary_lines.yml."""
    return last_lines(view(report["document"]), report["files"])


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"summary_lines": summary_lines}
