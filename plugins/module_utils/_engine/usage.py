# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which objects use another one, so that it is not taken away from them unasked: what the tables say that a setting names.

What counts is the tenant as the run leaves it: in check mode, an object that an earlier task would change uses what it would use then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from .._exchange.cmdlets import Cmdlets, Record, identities
from .._exchange.errors import ConfigurationError, NotFound
from .._run.run_record import RunRecord
from .._schema.resource import Field, Resource, State, by_path

_RECIPIENT = "Recipient"
_MEMBER = "DistributionGroupMember"
# More groups are not opened to see whether a group is in them.
_MOST_GROUPS = 200


@dataclass(frozen=True)
class Usage:
    """Looks for the users of an object. classes: whose objects can use others; run_record: what the run has planned so far."""

    classes: Iterable[Resource]
    cmdlets: Cmdlets
    run_record: RunRecord

    def of(self, resource: Resource, record: Record, own: State) -> list[str]:
        """The objects that use one, with the setting that names it. record, own: the object as the tenant has it.

        The O365Error family where the tenant cannot be read: who may not look does not know that nobody uses it.
        """
        known = identities(record)
        by_noun = {item.noun: item for item in (resource, *self.classes)}
        states = cache(lambda noun: self._states(by_noun[noun]))
        noun = _RECIPIENT if resource.by_identity else resource.noun
        found: list[str] = []
        # Groups may be large in number; which of them matters, the rules say.
        for user in (item for item in self.classes if not item.by_identity):
            naming = [row for row in user.fields if _can_name(row, noun)]
            implied = user.noun in resource.users
            if not naming and not implied:
                continue
            for name, state in states(user.noun):
                label = user.called(name)
                settings = [row.path for row in naming if known & set(_named(row, state))]
                settings += [text for row in naming for text in self._inside(resource, row, state, known)]
                others = [other for _name, other in states(resource.noun)] if implied else []
                if implied and resource.users[user.noun](own, state, others):
                    settings.append("its mail leaves through it")
                found += [f"{label} ({', '.join(dict.fromkeys(settings))})"] if settings else []
        return found

    def _states(self, resource: Resource) -> list[tuple[str, State]]:
        """The objects of a class as the run leaves them, each once."""
        found: dict[str, tuple[str, State]] = {}
        for parameters in resource.listings:
            for record in self.cmdlets.read(resource.noun, dict(parameters)):
                name = "" if resource.singleton else str(record.get("Name"))
                found.setdefault(name.casefold(), (name, resource.read(record)))
        for entry in self.run_record.entries():
            if entry["object"]["noun"] == resource.noun and entry["status"] == "planned":
                name, after = str(entry["object"]["name"]), entry["after"]
                found.pop(name.casefold(), None)
                if after is not None:
                    found[name.casefold()] = (name, by_path(after))
        return list(found.values())

    def _inside(self, resource: Resource, row: Field, state: State, known: set[str]) -> Iterator[str]:
        """The same for a group that is in a named group: whoever is in it gets in and out of the rule with it."""
        if f"Get-{_MEMBER}" not in resource.reading_cmdlets() or row.value.recipients not in ("group", "any"):
            return
        for group in _named(row, state):
            if group not in known and self._holds(group, known):
                yield f"{row.path}, through the group {group}"

    def _holds(self, group: str, known: set[str]) -> bool:
        """Whether an object is in a group. ConfigurationError where that would take too long to find out."""
        waiting, opened = [group], set[str]()
        while waiting:
            identity = waiting.pop()
            if identity in opened:
                continue
            if len(opened) >= _MOST_GROUPS:
                raise ConfigurationError(
                    f"Whether it is in use is not known: more than {_MOST_GROUPS} groups are in the group {group}, which a rule names, and "
                    "no more are opened. See in the admin center whether it is in one of them; a task with force takes it away all the same."
                )
            opened.add(identity)
            for member in self._members(identity):
                names = identities(member)
                if names & known:
                    return True
                if "group" in str(member.get("RecipientTypeDetails")).lower():
                    waiting.append(str(member.get("Guid") or member.get("PrimarySmtpAddress")).lower())
        return False

    def _members(self, identity: str) -> list[Record]:
        try:
            return self.cmdlets.read(_MEMBER, {"Identity": identity, "ResultSize": "Unlimited"})
        except NotFound:
            return []


def _can_name(row: Field, noun: str) -> bool:
    return row.names == noun or (noun == _RECIPIENT and bool(row.value.recipients))


def _named(row: Field, state: State) -> list[str]:
    value: Any = state.get(row.path)
    items = value if isinstance(value, list) else [value] if value else []
    return [str(item).strip().lower() for item in items]
