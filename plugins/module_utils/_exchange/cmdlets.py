# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The grammar of the cmdlets: nouns, verbs and identities on one side, calls of the admin API on the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .errors import InvalidValue, NotFound, NotPermitted
from .waiting import silent

Record = dict[str, Any]


@dataclass(frozen=True)
class Response:
    """A successful call. records: what the cmdlet returned, without type notes; warnings: the service's words."""

    records: list[Record] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    request_id: str = ""


class Client(Protocol):
    """Anything that carries out a cmdlet.

    tenant: the id of the tenant in which it does; "" when there is none.
    """

    @property
    def tenant(self) -> str:
        """The id of the tenant."""

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        """Carry out a cmdlet."""

    def may(self, cmdlet: str) -> bool | None:
        """Whether a cmdlet may be run, without running it."""

    def refresh(self) -> None:
        """Forget what was read: the next question goes to the service."""


@dataclass(frozen=True)
class Step:
    """One writing call."""

    cmdlet: str
    parameters: dict[str, Any]

    def to_result(self) -> dict[str, Any]:
        """As an element of the task result's `plan`."""
        return {"cmdlet": self.cmdlet, "parameters": self.parameters}


_RECIPIENT_KEYS = (
    "Identity",
    "Name",
    "Alias",
    "PrimarySmtpAddress",
    "DisplayName",
    "Guid",
    "ExternalDirectoryObjectId",
    "DistinguishedName",
    "WindowsLiveID",
)


def identities(record: Record) -> set[str]:
    """All texts under which a recipient is known, in lower case; addresses without their type."""
    texts = {str(record.get(key) or "").lower() for key in _RECIPIENT_KEYS}
    addresses = record.get("EmailAddresses") or []
    external = record.get("ExternalEmailAddress")
    for address in [
        *([addresses] if isinstance(addresses, str) else addresses),
        *([external] if external else []),
    ]:
        texts.add(str(address).lower().partition(":")[2] or str(address).lower())
    return texts - {""}


class Cmdlets:
    """Reads and writes objects of one tenant through a client.

    warnings: what the service warned about, in order, without repetitions. sleep: as time.sleep; a rehearsal waits for nothing.
    tell: shows the user a sentence while a wait lasts.
    """

    def __init__(
        self,
        client: Client,
        *,
        sleep: Callable[[float], None] = time.sleep,
        tell: Callable[[str], None] = silent,
    ) -> None:
        self.client = client
        self.tell = tell
        self._sleep = sleep
        self._recipients: dict[str, Record] = {}
        self._forbidden: NotPermitted | None = None
        self.warnings: list[str] = []

    @property
    def tenant(self) -> str:
        """The id of the tenant; signs in when that has not happened yet."""
        return self.client.tenant

    def read(self, noun: str, parameters: dict[str, Any]) -> list[Record]:
        """The records of Get-<noun>. Members of a group need not be looked up again as recipients."""
        records = self._invoke(f"Get-{noun}", parameters).records
        if noun == "DistributionGroupMember":
            for record in records:
                self._recipients.setdefault(str(record.get("PrimarySmtpAddress") or "").lower(), record)
        return records

    def found(self, noun: str, parameters: dict[str, Any]) -> list[Record]:
        """The records of Get-<noun>; none when the service knows no such object."""
        try:
            return self.read(noun, parameters)
        except NotFound:
            return []

    def may(self, cmdlet: str) -> bool | None:
        """Whether the application may run a cmdlet; None when that cannot be established. Changes nothing."""
        return self.client.may(cmdlet)

    def pause(self, seconds: float) -> None:
        """Wait, and look at the tenant anew from then on."""
        self._sleep(seconds)
        self._recipients.clear()
        self.client.refresh()

    def write(self, step: Step) -> Response:
        """Carry out one step."""
        return self._invoke(step.cmdlet, step.parameters)

    def forget_recipients(self) -> None:
        """Look recipients up anew from now on: one of them is about to change."""
        self._recipients.clear()

    def _invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        answer = self.client.invoke(cmdlet, parameters)
        self.warnings.extend(text for text in answer.warnings if text not in self.warnings)
        return answer

    def recipient(self, identity: str) -> Record | None:
        """The recipient with this name, alias, address or GUID, or None when there is none.

        Get-Recipient may answer an unknown identity with every recipient (cmdlet reference), so only rows that carry
        the identity count. InvalidValue when several do; NotPermitted when the application may not look recipients up.
        """
        key = identity.strip().lower()
        if self._forbidden is not None:
            raise self._forbidden
        if key not in self._recipients:
            try:
                found = self._look_up(identity, key)
            except NotPermitted as error:
                self._forbidden = error
                raise
            if found is None:
                # Not remembered: a later task of several may make it.
                return None
            self._recipients[key] = found
        return self._recipients[key]

    def _look_up(self, identity: str, key: str) -> Record | None:
        rows = self.found("Recipient", {"Identity": identity, "ResultSize": "Unlimited"})
        matching = [row for row in rows if key in identities(row)]
        if len(matching) > 1:
            raise InvalidValue(
                f'"{identity}" names {len(matching)} recipients; give an address or GUID instead.',
                cmdlet="Get-Recipient",
                target=identity,
            )
        return matching[0] if matching else None
