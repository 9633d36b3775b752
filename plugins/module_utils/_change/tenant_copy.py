# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant to rehearse on: it reads the real one, and carries writing cmdlets out on a copy of what it has read.

A rehearsal is a run against this copy, so that conditions, order and the look back after a change are decided as in the run
itself. Nothing that changes anything is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from .._exchange.cmdlets import Client, Record, Response, Step, identities
from .._exchange.errors import AlreadyExists, NotFound, NotPermitted
from .._resources.index import BY_NOUN
from .._schema.address_types import smtp_addresses
from .._schema.resource import Field, Resource

_MEMBER = "DistributionGroupMember"
_GROUP_TYPES = {"Security": "MailUniversalSecurityGroup"}
_RECIPIENT_TYPES = {"DistributionGroup": "MailUniversalDistributionGroup", "MailContact": "MailContact"}
_CONTROL = ("Identity", "Confirm", "Priority")


class TenantCopy:
    """A client for rehearsals; see Client. written: called after each writing cmdlet."""

    def __init__(self, client: Client, written: Callable[[Step], None] = lambda step: None) -> None:
        self._client = client
        self._written = written
        # The objects of a class, all of them, from the first one that was written; of recipients those that were.
        self._copies: dict[str, list[Record]] = {}
        self._members: dict[str, list[Record]] = {}
        self._removed: set[str] = set()

    @property
    def tenant(self) -> str:
        """The id of the tenant."""
        return self._client.tenant

    def may(self, cmdlet: str) -> bool | None:
        """Whether a cmdlet may be run, without running it."""
        return self._client.may(cmdlet)

    def refresh(self) -> None:
        """What was written stays written."""

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        """Carry out a cmdlet: a reading one on the tenant with what was written, a writing one on the copy only."""
        verb, _dash, noun = cmdlet.partition("-")
        if verb == "Get":
            return self._read(cmdlet, noun, parameters)
        if noun == _MEMBER:
            self._write_member(verb, parameters)
        else:
            self._write(verb, BY_NOUN[noun], parameters)
        self._written(Step(cmdlet, parameters))
        return Response()

    # ------------------------------------------------------------------------------------------------------ reading

    def _read(self, cmdlet: str, noun: str, parameters: dict[str, Any]) -> Response:
        resource = BY_NOUN.get(noun)
        identity = str(parameters.get("Identity") or "")
        if noun == _MEMBER and identity in self._members:
            return Response([dict(row) for row in self._members[identity]])
        if resource is None or not resource.by_identity:
            copy = self._copies.get(noun)
            return self._client.invoke(cmdlet, parameters) if copy is None else Response([*map(dict, copy)])
        for record in self._recipients(noun):
            if identity.lower() in identities(record):
                return Response([dict(record)])
        answer = self._client.invoke(cmdlet, parameters)
        left = [record for record in answer.records if str(record.get("Guid")) not in self._removed]
        if answer.records and not left:
            raise NotFound(f'"{identity}" was removed.', cmdlet=cmdlet, target=identity)
        return Response(left, list(answer.warnings), answer.request_id)

    def _recipients(self, noun: str) -> list[Record]:
        """The recipients that were written, of a class or of all."""
        nouns = _RECIPIENT_TYPES if noun == "Recipient" else (noun,)
        return [record for name in nouns for record in self._copies.get(name, ())]

    # ------------------------------------------------------------------------------------------------------ writing

    def _write(self, verb: str, resource: Resource, parameters: dict[str, Any]) -> None:
        objects = self._copy(resource, parameters)
        if verb == "New":
            self._create(resource, objects, parameters)
            return
        record = self._named(resource, objects, parameters)
        if verb == "Set":
            _set(resource, record, parameters)
            if "Priority" in parameters and resource.priority:
                objects.remove(record)
                objects.insert(int(parameters["Priority"]), record)
        elif verb == "Remove":
            objects.remove(record)
            self._removed |= {str(record["Guid"])} if record.get("Guid") else set()
        else:
            _toggle(resource, record, on=verb == "Enable")
        _renumber(resource, objects)

    def _copy(self, resource: Resource, parameters: dict[str, Any]) -> list[Record]:
        """The objects of a class, in their order; of recipients those that a rehearsal has touched, and the one that is named."""
        objects = self._copies.get(resource.noun)
        if objects is None:
            listings = () if resource.by_identity else resource.listings
            found: dict[str, Record] = {}
            for listing in listings:
                for record in self._client.invoke(f"Get-{resource.noun}", dict(listing)).records:
                    found.setdefault(str(record.get("Guid") or record.get("Name")), dict(record))
            objects = list(found.values())
            if resource.priority:
                objects.sort(key=lambda record: int(record["Priority"]))
            self._copies[resource.noun] = objects
        if resource.by_identity and "Identity" in parameters:
            self._take_over(resource, objects, str(parameters["Identity"]))
        return objects

    def _take_over(self, resource: Resource, objects: list[Record], identity: str) -> None:
        if not any(identity.lower() in identities(record) for record in objects):
            found = self._client.invoke(f"Get-{resource.noun}", {"Identity": identity}).records
            objects.extend(dict(record) for record in found[:1])

    def _named(self, resource: Resource, objects: list[Record], parameters: dict[str, Any]) -> Record:
        if resource.singleton:
            return objects[0]
        identity = str(parameters["Identity"]).lower()
        for record in objects:
            if identity in identities(record):
                return record
        raise NotFound(f'There is no {resource.title} "{identity}".', cmdlet=f"Set-{resource.noun}")

    def _create(self, resource: Resource, objects: list[Record], parameters: dict[str, Any]) -> None:
        name = str(parameters["Name"])
        if any(name.casefold() == str(record.get("Name")).casefold() for record in objects):
            raise AlreadyExists(
                f'The {resource.title} "{name}" already exists.', cmdlet=f"New-{resource.noun}", target=name
            )
        guid = str(uuid.uuid4())
        defaults = resource.mail_flow.defaults if resource.mail_flow else {}
        record: Record = {"Name": name, "Guid": guid, "Identity": name}
        record |= {_property(row): defaults[row.path] for row in resource.fields if row.path in defaults}
        _set(resource, record, parameters)
        if resource.noun in _RECIPIENT_TYPES:
            _complete_recipient(resource.noun, record, parameters)
            self._members[guid] = self._members[name] = []
            for member in parameters.get("Members") or ():
                self._write_member("Add", {"Identity": guid, "Member": member})
        objects.insert(int(parameters.get("Priority", len(objects))), record)
        _renumber(resource, objects)

    def _write_member(self, verb: str, parameters: dict[str, Any]) -> None:
        identity, member = str(parameters["Identity"]), str(parameters["Member"])
        if identity not in self._members:
            found = self._client.invoke(f"Get-{_MEMBER}", {"Identity": identity, "ResultSize": "Unlimited"})
            self._members[identity] = [dict(row) for row in found.records]
        rows = self._members[identity]
        if verb == "Remove":
            rows[:] = [row for row in rows if member.lower() not in identities(row)]
            return
        try:
            known = self.invoke("Get-Recipient", {"Identity": member, "ResultSize": "Unlimited"}).records
        except (NotFound, NotPermitted):
            known = []
        matching = [row for row in known if member.lower() in identities(row)]
        rows.append(dict(matching[0]) if matching else {"PrimarySmtpAddress": member})


def _property(row: Field) -> str:
    return row.prop or row.parameter


def _set(resource: Resource, record: Record, parameters: dict[str, Any]) -> None:
    """Write what a cmdlet is given into a record, under the names that the service shows it with."""
    rows = {row.parameter: row for row in resource.fields}
    for parameter, value in parameters.items():
        if parameter in _CONTROL or parameter in resource.constant:
            continue
        row = rows.get(parameter)
        if row is None:
            record[parameter] = value
        elif isinstance(value, dict) and ("Add" in value or "Remove" in value):
            present = row.read(record) or []
            kept = row.value.lacking(present, value.get("Remove"))
            record[_property(row)] = [*kept, *row.value.lacking(value.get("Add"), kept)]
        else:
            record[_property(row)] = value


def _toggle(resource: Resource, record: Record, *, on: bool) -> None:
    for row in resource.fields:
        if row.verbs == "toggle":
            record[_property(row)] = on


def _renumber(resource: Resource, objects: list[Record]) -> None:
    if resource.priority:
        for index, record in enumerate(objects):
            record["Priority"] = index


def _complete_recipient(noun: str, record: Record, parameters: dict[str, Any]) -> None:
    """What the service adds to a new recipient, as far as a later task or the mail flow asks for it."""
    address = str(record.get("PrimarySmtpAddress") or "") or next(
        iter(smtp_addresses(record.get("ExternalEmailAddress") or [])), ""
    )
    record.setdefault("PrimarySmtpAddress", address)
    record.setdefault("EmailAddresses", [f"SMTP:{address}"] if address else [])
    record["RecipientTypeDetails"] = _GROUP_TYPES.get(str(parameters.get("Type")), _RECIPIENT_TYPES[noun])
