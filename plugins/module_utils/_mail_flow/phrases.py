# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words that all advice shares: rules, connectors and addresses for people."""

from __future__ import annotations

from collections.abc import Sequence

from .._mail_flow_objects.objects import TransportRule
from .._schema.ip_ranges import uncovered
from .message import Source

_UNKNOWN_ADDRESSES = Source("smtp").text


def rule_name(rule: TransportRule) -> str:
    """A rule for people."""
    return f'the mail-flow rule "{rule.name}"'


def quoted(connector: str, direction: str = "outbound") -> str:
    """A connector for people."""
    return f'the {direction} connector "{connector}"'


def returning(addresses: str, guard: Sequence[str]) -> tuple[str, ...]:
    """From where mail comes back, for an edit: all addresses of the vendor where it is one of these; () when it is not known."""
    if addresses == _UNKNOWN_ADDRESSES:
        return ()
    items = tuple(addresses.split(", "))
    return items if uncovered(items, guard) else tuple(guard)


def capital(text: str) -> str:
    """A sentence that begins as one."""
    return text[:1].upper() + text[1:]
