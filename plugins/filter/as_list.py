# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

from ansible.errors import AnsibleFilterError


def as_list(value: Any) -> list[str]:
    """See as_list.yml."""
    if value is None:
        return []
    if isinstance(value, str):
        value = re.split(r"[,\n]", value)
    if not isinstance(value, (list, tuple)):
        raise AnsibleFilterError(f'as_list: "{value}" is neither a list nor a text.')
    return [text for text in (str(item).strip() for item in value) if text]


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"as_list": as_list}
