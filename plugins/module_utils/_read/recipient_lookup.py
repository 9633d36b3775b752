# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who the recipients are that options and rules name, and who is in their groups: bounded, and without guessing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._engine.progress import Progress
from .._engine.recipients import LISTED_GROUPS, kind
from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import InvalidValue, NotFound, NotPermitted, ServiceError
from .._schema.address_types import smtp_addresses

# More are not looked up in one task.
_MOST_RECIPIENTS = 1000
_MOST_GROUPS = 200
_UNREADABLE = (NotPermitted, NotFound, InvalidValue, ServiceError)


class RecipientLookup:
    """Looks recipients up, each once, and tells what it may not read."""

    def __init__(self, cmdlets: Cmdlets, progress: Progress) -> None:
        self._cmdlets = cmdlets
        self._progress = progress
        self._found: dict[str, dict[str, Any]] = {}
        self._groups = 0
        self._looked_up = 0

    def kinds(self, identities: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Address, kind, type and number of members of each identity.

        InvalidValue and ServiceError for an identity that cannot be told.
        """
        return {identity: self._kind(identity) for identity in dict.fromkeys(identities)}

    def _kind(self, identity: str) -> dict[str, Any]:
        try:
            record = self._cmdlets.recipient(identity)
        except NotPermitted as error:
            if not any("could not be looked up" in text for text in self._progress.warnings):
                self._progress.warn(f"Recipients could not be looked up: {error}")
            return {"address": identity, "kind": "unknown"}
        if record is None:
            return {"address": identity, "kind": "missing"}
        size = self._size(identity, record)
        return {
            "address": str(record.get("PrimarySmtpAddress") or identity),
            "kind": kind(record),
            "type": str(record.get("RecipientTypeDetails") or ""),
            **({} if size is None else {"members": size}),
        }

    def _size(self, identity: str, record: Record) -> int | None:
        """How many members a group has; None where that cannot be told. Who needs to know them says why they cannot be read."""
        if not _is_listed(record):
            return None
        try:
            return len(self._read_members(identity, record))
        except _UNREADABLE:
            return None

    def _read_members(self, identity: str, record: Record) -> list[Record]:
        group = str(record.get("Guid") or identity)
        return self._cmdlets.read("DistributionGroupMember", {"Identity": group, "ResultSize": "Unlimited"})

    def recipients(self, identities: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What each identity names, by identity and by address in lower case, with everybody in groups."""
        for identity in identities:
            self._resolve(identity.strip())
        return self._found

    def _resolve(self, identity: str) -> None:
        key = identity.lower()
        if not key or key in self._found:
            return
        if self._looked_up >= _MOST_RECIPIENTS:
            self._unknown(
                identity, f"rules name more than {_MOST_RECIPIENTS} recipients, and no more are looked up"
            )
            return
        self._looked_up += 1
        try:
            record = self._cmdlets.recipient(identity)
        except (NotPermitted, InvalidValue, ServiceError) as error:
            self._unknown(identity, str(error))
        else:
            self._keep(key, record)

    def _unknown(self, identity: str, why: str) -> None:
        self._progress.warn(f"Recipients could not be looked up and count as unknown: {why}")
        self._found[identity.lower()] = {**_without_record(identity), "kind": "unknown"}

    def _keep(self, key: str, record: Record | None) -> None:
        if record is None:
            self._found[key] = {**_without_record(key), "kind": "missing"}
            return
        address = str(record.get("PrimarySmtpAddress") or "").lower()
        if address in self._found and self._found[address]["kind"] != "unknown":
            self._found[key] = self._found[address]
            return
        recipient = _recipient(record)
        self._found[key] = recipient
        if address:
            self._found[address] = recipient
        if recipient["kind"] == "group":
            recipient["members"] = self._members(key, record)

    def _members(self, identity: str, record: Record) -> list[str] | None:
        """The addresses of the direct members, None when they cannot be known; each member is kept as well."""
        if not _is_listed(record):
            return None
        name = record.get("PrimarySmtpAddress") or record.get("Name")
        if self._groups >= _MOST_GROUPS:
            self._progress.warn(
                f"The members of {name} were not read: more than {_MOST_GROUPS} groups are involved."
            )
            return None
        self._groups += 1
        try:
            rows = self._read_members(identity, record)
        except _UNREADABLE as error:
            self._progress.warn(f"The members of {name} could not be read and count as unknown: {error}")
            return None
        addresses = []
        for row in rows:
            address = str(row.get("PrimarySmtpAddress") or "").lower()
            if address:
                addresses.append(address)
                if address not in self._found:
                    self._keep(address, row)
        # Who has no address gets no mail.
        return addresses


def _is_listed(record: Record) -> bool:
    return str(record.get("RecipientTypeDetails")).lower() in LISTED_GROUPS


def _without_record(identity: str) -> dict[str, Any]:
    return {
        "address": identity.lower(),
        "kind": "unknown",
        "addresses": None,
        "members": None,
        "external": "",
    }


def _recipient(record: Record) -> dict[str, Any]:
    address = str(record.get("PrimarySmtpAddress") or "").lower()
    proxies = record.get("EmailAddresses")
    return {
        "address": address,
        "kind": "contact"
        if str(record.get("RecipientTypeDetails")).lower() == "mailcontact"
        else kind(record),
        "addresses": None if proxies is None else sorted({address, *smtp_addresses(proxies)} - {""}),
        "members": None,
        "external": next(iter(smtp_addresses(record.get("ExternalEmailAddress") or [])), ""),
    }
