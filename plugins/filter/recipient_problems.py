# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ..module_utils._vendor.scope import recipient_problems as problems_of


def recipient_problems(
    recipients: dict[str, dict[str, str]], users: list[str], groups: list[str], groups_may_come: bool = False
) -> list[str]:
    """See recipient_problems.yml."""
    return problems_of(users, groups, recipients, groups_may_come=groups_may_come)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"recipient_problems": recipient_problems}
