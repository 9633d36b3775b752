# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._vendor.value_checks import texts


def as_list(value: Any) -> list[str]:
    """See as_list.yml."""
    try:
        return texts(value)
    except TypeError as error:
        raise AnsibleFilterError(f"as_list: {error}.") from error


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"as_list": as_list}
