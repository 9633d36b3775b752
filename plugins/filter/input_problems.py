# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._schema.address_types import (
    CONNECTOR_IPS,
    DOMAINS,
    HOSTS,
    IP_RANGES,
    SMTP_LIST,
)
from ..module_utils._schema.ip_ranges import span

_KINDS = {
    "connector_addresses": CONNECTOR_IPS,
    "address_ranges": IP_RANGES,
    "domains": DOMAINS,
    "hosts": HOSTS,
    "smtp_addresses": SMTP_LIST,
}


def input_problems(values: list[str], kind: str) -> list[str]:
    """See input_problems.yml."""
    if kind not in _KINDS:
        raise AnsibleFilterError(f'input_problems: kind "{kind}" is not one of {", ".join(_KINDS)}.')
    problems = list(_KINDS[kind].check(values))
    # The service does not say whether rules take IPv6; all the vendor's addresses are IPv4 (inferred).
    if kind == "address_ranges":
        problems += [f'"{value}" is an IPv6 address; give IPv4' for value in values if _is_ipv6(value)]
    return problems


def _is_ipv6(value: str) -> bool:
    try:
        return span(value).version == 6
    except ValueError:
        return False


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"input_problems": input_problems}
