# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recipients that rules name, which somebody has to look up before a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .rows import texts

INDIVIDUALS = (
    "sent_to",
    "from",
    "any_of_to_header",
    "any_of_cc_header",
    "any_of_to_cc_header",
    "manager_addresses",
)
GROUPS = (
    "sent_to_member_of",
    "from_member_of",
    "between_member_of1",
    "between_member_of2",
    "any_of_to_header_member_of",
    "any_of_cc_header_member_of",
    "any_of_to_cc_header_member_of",
)
_ACTIONS = (
    "add_to_recipients",
    "copy_to",
    "blind_copy_to",
    "redirect_message_to",
    "moderate_message_by_user",
)


def named_recipients(snapshot: Mapping[str, Any]) -> list[str]:
    """Every identity in rules and journal rules of a snapshot, as it is written there."""
    return list(dict.fromkeys(_identities(snapshot)))


def _identities(snapshot: Mapping[str, Any]) -> Iterator[str]:
    for rule in snapshot.get("mail_flow_rules") or ():
        for section in ("conditions", "exceptions"):
            for name in (*INDIVIDUALS, *GROUPS):
                yield from texts(rule.get(section) or {}, name)
        for name in _ACTIONS:
            yield from texts(rule.get("actions") or {}, name)
    for rule in snapshot.get("journal_rules") or ():
        yield from texts(rule, "recipient")
