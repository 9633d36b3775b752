# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An edit: one setting of one object of a tenant as a remedy would have it, and how it is said. Pure.

Edits are relative to the object: two that add to one list can both be made.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

RULES, INBOUND, OUTBOUND, FILTER, RECIPIENTS = (
    "mail_flow_rules",
    "inbound_connectors",
    "outbound_connectors",
    "connection_filter",
    "recipients",
)
_TITLES = {
    RULES: 'the mail-flow rule "{}"',
    INBOUND: 'the inbound connector "{}"',
    OUTBOUND: 'the outbound connector "{}"',
    FILTER: "the connection filter",
    RECIPIENTS: "the group {}",
}
# How much of what an administrator has built an edit of this kind undoes: the smallest are tried and told first.
_WEIGHTS = {"set": 1, "add": 1, "take": 1, "create": 2, "above": 3}
_OFF = 20


class NotEditable(Exception):
    """An edit that cannot be made, or that changes nothing."""


@dataclass(frozen=True)
class Edit:
    """topic: of the snapshot; name: of the object, of a group its address, "" for one that exists once; path: of the setting, as
    "exceptions.sent_to".

    action: set a value, add to a list or take from it, create the object with a value for each path, or place it above the
    rule that the value names. A value None empties the setting. by_run: nobody makes it in the tenant, but the change itself, when its
    variables are given so.
    """

    topic: str
    name: str
    path: str
    action: Literal["set", "add", "take", "create", "above"]
    value: Hashable
    by_run: bool = False

    @property
    def weight(self) -> int:
        """The smaller, the less it changes for mail."""
        opens = self.value is False and self.path.startswith("restrict_")
        passes = self.value is False and self.path.endswith("stop_rule_processing")
        off = self.path == "enabled" and self.value is False
        return _OFF if off else _WEIGHTS[self.action] + 9 * (opens or passes)

    @property
    def empties(self) -> tuple[str, ...]:
        """The settings that the service does not take beside it: a connector is for rules or for domains."""
        for_rules = self.topic == OUTBOUND and self.path == "is_transport_rule_scoped" and self.value is True
        return ("recipient_domains", "all_accepted_domains") if for_rules else ()

    @property
    def object(self) -> str:
        """The object in a sentence."""
        return _TITLES[self.topic].format(self.name)

    @property
    def text(self) -> str:
        """What to do, without a full stop."""
        if self.by_run:
            return f"take {_shown(self.value)} into the scope of {self.object} (protected_users)"
        if self.action == "create":
            return f"create {self.object}"
        if self.action == "above":
            return f'move {self.object} above the mail-flow rule "{self.value}"'
        if self.path == "enabled":
            return f"{'enable' if self.value else 'disable'} {self.object}"
        return self.what(f" of {self.object}")

    def what(self, of: str = "") -> str:
        """The same of a setting. of: what stands behind its name, such as " of the mail-flow rule X"."""
        setting, section = f"{self.path.rpartition('.')[2]}{of}", self.path.partition(".")[0]
        if section in ("conditions", "exceptions") and section != self.path:
            setting = f"the {section[:-1]} {setting}"
        if self.action == "add":
            return f"add {_shown(self.value)} to {setting}"
        if self.action == "take":
            return f"remove {_shown(self.value)} from {setting}"
        if isinstance(self.value, bool):
            emptied = f", with empty {self.empties[0]}" if self.empties else ""
            return f"switch {'on' if self.value else 'off'} {setting}{emptied}"
        return f"empty {setting}" if self.value in (None, ()) else f"set {setting} to {_shown(self.value)}"


Edits = tuple[Edit, ...]
"""Edits that only together are a remedy."""


def weight(edits: Iterable[Edit]) -> int:
    """Of edits that belong together."""
    return sum(edit.weight for edit in edits)


def sentence(edits: Iterable[Edit]) -> str:
    """Edits as one sentence: "Add ... and switch ...", what belongs to one object together."""
    groups: dict[str, list[Edit]] = {}
    for edit in edits:
        groups.setdefault(edit.object, []).append(edit)
    text = _and([_clause(name, several) for name, several in groups.items()])
    return f"{text[:1].upper()}{text[1:]}."


def _clause(name: str, edits: list[Edit]) -> str:
    if len(edits) == 1:
        return edits[0].text
    return f"in {name} {_and([edit.what() for edit in edits])}"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _shown(value: Hashable) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


# -------------------------------------------------------------------------------------------------------- the usual ones


def excepting(rule: str, addresses: Iterable[str]) -> Edits:
    """A rule that passes mail from some addresses."""
    return (Edit(RULES, rule, "exceptions.sender_ip_ranges", "add", tuple(addresses)),)


def set_to(topic: str, name: str, **settings: Hashable) -> Edits:
    """Other settings of the top level."""
    return tuple(Edit(topic, name, path, "set", value) for path, value in settings.items())


def set_part(rule: str, section: str, **settings: Hashable) -> Edits:
    """Other conditions, exceptions or actions of a rule."""
    return tuple(Edit(RULES, rule, f"{section}.{name}", "set", value) for name, value in settings.items())


def adding(topic: str, name: str, path: str, items: Iterable[str]) -> Edits:
    """More items of a list."""
    return (Edit(topic, name, path, "add", tuple(items)),)


def off(topic: str, name: str) -> Edits:
    """An object that is disabled."""
    return set_to(topic, name, enabled=False)


def above(rule: str, other: str) -> Edits:
    """A rule that is moved above another one."""
    return (Edit(RULES, rule, "priority", "above", other),)
