# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a mail-flow rule does to the mail that it takes, as its actions say (section 5)."""

from __future__ import annotations

from functools import cached_property

from .headers import Header, HeaderState
from .objects import COPYING_ACTIONS, ENDING_ACTIONS, TransportRule
from .rows import Row, text, texts


class RuleActions:
    """The actions of a rule. actions: as they are carried out, none in test mode."""

    def __init__(self, rule: TransportRule) -> None:
        self.rule = rule
        self.actions: Row = {} if rule.audited else rule.actions

    @cached_property
    def ending(self) -> str:
        """How it ends what it takes, for people; "" when it does not."""
        return next((what for name, what in ENDING_ACTIONS.items() if self.actions.get(name)), "")

    @cached_property
    def redirects_to(self) -> list[str]:
        """The addresses that get what it takes instead."""
        return texts(self.actions, "redirect_message_to")

    @cached_property
    def adds(self) -> list[str]:
        """The addresses that get a copy of what it takes."""
        return [address for name in COPYING_ACTIONS for address in texts(self.actions, name)]

    @cached_property
    def manager(self) -> str:
        """As what the sender's manager is added: to, cc, bcc or redirect; "" when not."""
        return text(self.actions, "add_manager_as_recipient_type").lower()

    @cached_property
    def by_manager(self) -> bool:
        """Whether what it does hangs on the sender's manager (5.1)."""
        return bool(self.manager or self.actions.get("moderate_message_by_manager"))

    @cached_property
    def header_changes(self) -> dict[str, HeaderState]:
        """The headers that it removes or sets."""
        changes: dict[str, HeaderState] = {}
        if removed := text(self.actions, "remove_header"):
            changes[removed.lower()] = Header.ABSENT
        if name := text(self.actions, "set_header_name"):
            changes[name.lower()] = text(self.actions, "set_header_value")
        return changes

    @cached_property
    def said(self) -> str:
        """What it does that decides on more than the next rule, for people."""
        said = []
        if self.rule.connector and not self.rule.audited:
            said.append(f'routes the message to the connector "{self.rule.connector}"')
        if name := text(self.actions, "set_header_name"):
            said.append(f"sets the header {name}")
        if removed := text(self.actions, "remove_header"):
            said.append(f"removes the header {removed}")
        if self.rule.stops:
            said.append("stops the rules after it")
        return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}" if said else ""
