# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of domains and hosts as they are compared. Pure."""

from __future__ import annotations


def host_name(text: object) -> str:
    """A host without brackets, end dot and case."""
    return str(text).strip().strip("[]").rstrip(".").lower()


def is_below(name: str, domain: str) -> bool:
    """Whether a name is a domain or in it."""
    return name == domain or name.endswith(f".{domain}")
