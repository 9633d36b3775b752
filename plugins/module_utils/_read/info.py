# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading several classes of objects at once, in the option names of the modules that manage them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._engine.recipients import kind
from .._engine.reconcile import Progress
from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import InvalidValue, NotPermitted, ServiceError
from .._schema.resource import Resource, nested


@dataclass(frozen=True)
class InfoModule:
    """A module that only reads.

    topics: what can be asked for, and the table that shows it. optional: topics without which the rest is still worth
    having; what keeps them from being read is a warning.
    """

    topics: Mapping[str, Resource]
    optional: frozenset[str] = frozenset()

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        return {
            "gather": {
                "type": "list",
                "elements": "str",
                "choices": list(self.topics),
                "default": list(self.topics),
            },
            "raw": {"type": "bool", "default": False},
            "resolve": {"type": "list", "elements": "str", "default": []},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """One key for each topic: a list of objects, or one object where it exists once."""
        records = {topic: self._records(topic, cmdlets, progress) for topic in params["gather"]}
        found = {topic: topic_shown(self.topics[topic], rows) for topic, rows in records.items()}
        recipients = _resolved(params["resolve"], _texts(found), cmdlets, progress)
        raw = {"raw": records} if params["raw"] else {}
        return {"changed": False, **found, **raw, "recipients": recipients}

    def _records(self, topic: str, cmdlets: Cmdlets, progress: Progress) -> list[Record]:
        try:
            return topic_records(self.topics[topic], cmdlets)
        except (NotPermitted, InvalidValue, ServiceError) as error:
            if topic not in self.optional:
                raise
            progress.warnings.append(f"{topic} could not be read: {error}")
            return []


def topic_records(resource: Resource, cmdlets: Cmdlets) -> list[Record]:
    """The objects of a topic as the service shows them. The O365Error family; ServiceError, too, when what always exists is missing."""
    records = listed(resource, cmdlets)
    if resource.singleton and not records:
        raise ServiceError(f"The service returned no {resource.title}.", cmdlet=f"Get-{resource.noun}")
    return records


def topic_shown(resource: Resource, records: list[Record]) -> Any:
    """The objects of a topic by option names: a list, in order where there is one, or one object where it exists once."""
    shown = [_shown(resource, record) for record in records]
    if resource.singleton:
        return shown[0] if shown else {}
    return sorted(shown, key=lambda item: item["priority"]) if resource.priority else shown


def listed(resource: Resource, cmdlets: Cmdlets) -> list[Record]:
    """Every object of a class once, in the order of the service."""
    records: dict[str, Record] = {}
    for parameters in resource.listings:
        for record in cmdlets.read(resource.noun, dict(parameters)):
            records.setdefault(str(record.get("Guid") or record.get("Name")), record)
    return list(records.values())


def _texts(found: Any) -> set[str]:
    """Every text in what was read, in lower case."""
    if isinstance(found, str):
        return {found.lower()}
    items = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return {text for item in items for text in _texts(item)}


def _resolved(
    identities: list[str], known: set[str], cmdlets: Cmdlets, progress: Progress
) -> dict[str, dict[str, str]]:
    """What each identity names; those that the objects carry are left unchecked."""
    found = {identity: {"address": identity, "kind": "unchecked"} for identity in identities}
    for identity in identities:
        if identity.lower() in known:
            continue
        try:
            record = cmdlets.recipient(identity)
        except NotPermitted as error:
            if not any("could not be looked up" in text for text in progress.warnings):
                progress.warnings.append(f"Recipients could not be looked up: {error}")
            found[identity]["kind"] = "unknown"
            continue
        if record is None:
            found[identity]["kind"] = "missing"
        else:
            address = str(record.get("PrimarySmtpAddress") or identity)
            found[identity] = {"address": address, "kind": kind(record)}
    return found


def _shown(resource: Resource, record: Record) -> dict[str, Any]:
    name = {} if resource.singleton else {"name": record.get("Name")}
    return {**name, **nested(resource.fields, resource.read(record))}
