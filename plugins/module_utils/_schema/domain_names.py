# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of domains and hosts: what they look like, and as they are compared. Pure."""

from __future__ import annotations

import re

_DOMAIN = re.compile(
    r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
)


def is_domain(text: str) -> bool:
    """Whether a text is a DNS domain name of two labels or more; what ends in a number is an IP address, or meant to be one."""
    return bool(_DOMAIN.match(text)) and len(text) <= 253


def host_name(text: object) -> str:
    """A host without brackets, end dot and case."""
    return str(text).strip().strip("[]").rstrip(".").lower()


def is_below(name: str, domain: str) -> bool:
    """Whether a name is a domain or in it."""
    return name == domain or name.endswith(f".{domain}")
