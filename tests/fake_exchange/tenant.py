# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one tenant, and everything that can be known of it without a cmdlet."""

from __future__ import annotations

import copy
import uuid
from datetime import datetime, timedelta
from typing import Any

from .classes import CLASSES, Class

Record = dict[str, Any]
_NAMESPACE = uuid.UUID("6f1c2f7e-52a5-5d6f-9d0d-3a6c5c1b7a11")
_EPOCH = datetime(2026, 1, 5, 8, 0, 0)


class Tenant:
    """objects: records by class; calls: every call made; faults: what goes wrong on purpose.

    traces: rows of message traces, each with the number of requests that must have gone before; trace_requests: when they came.
    """

    def __init__(self, guid: str, domain: str) -> None:
        self.guid = guid
        self.domain = domain
        self.objects: dict[str, list[Record]] = {}
        self.calls: list[Record] = []
        self.faults: dict[str, Any] = {}
        self.counters = {"requests": 0, "sign_ins": 0, "tokens": 0, "reads": 0, "writes": 0}
        self.warnings: list[str] = []
        self.traces: list[tuple[int, Record]] = []
        self.trace_requests: list[float] = []
        self._ticks = 0
        self._stale: dict[str, tuple[int, list[Record]]] = {}

    def clear(self) -> None:
        """Forget objects, calls, faults and counters."""
        self.objects = {noun: [] for noun, table in CLASSES.items() if not table.details}
        self.calls.clear()
        self.faults.clear()
        self._stale.clear()
        self.traces.clear()
        self.trace_requests.clear()
        self.counters = dict.fromkeys(self.counters, 0)
        self._ticks = 0

    def kept(self) -> dict[str, Any]:
        """All that there is, for `bring_back`."""
        return copy.deepcopy({name: value for name, value in vars(self).items() if name != "guid"})

    def bring_back(self, kept: dict[str, Any]) -> None:
        """Be as it was when that was kept."""
        vars(self).update(copy.deepcopy(kept))

    def warn(self, text: str) -> None:
        """Add a warning to the answer of the call being made."""
        self.warnings.append(text)

    def guid_for(self, text: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.guid}/{text}"))

    def now(self) -> datetime:
        """A clock that moves with the writes, so that two runs leave the same traces."""
        self._ticks += 1
        return _EPOCH + timedelta(minutes=self._ticks)

    # ------------------------------------------------------------------------------------------ records

    def fresh(self, table: Class, name: str) -> Record:
        """A new record with everything unset; not yet in the tenant."""
        record: Record = {
            key: copy.deepcopy(row.unset) for key, row in table.parameters.items() if key != "Name"
        }
        guid = self.guid_for(f"{table.noun}/{name}/{self._ticks}")
        container = {"TransportRule": "TransportVersioned", "JournalRule": "JournalingVersioned"}.get(
            table.noun, "Transport Settings"
        )
        record.update(
            Name=name,
            Identity=name,
            Guid=guid,
            DistinguishedName=f"CN={name},CN={container},CN=Configuration,CN={self.domain}",
            OrganizationId=f"EURPR01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/{self.domain}",
            IsValid=True,
        )
        if table.noun == "TransportRule":
            record.update(
                State="Enabled",
                Priority=len(self.objects[table.noun]),
                CreatedBy="Practice",
                LastModifiedBy="Practice",
                ManuallyModified=False,
                IsRuleConfigurationSupported=True,
                RuleConfigurationUnsupportedReason=None,
                RuleVersion="14.0.0.0",
                DlpPolicy=None,
                DlpPolicyId="00000000-0000-0000-0000-000000000000",
            )
            record.pop("Enabled")
        if table.noun in ("TransportRule", "JournalRule"):
            record["ImmutableId"] = guid
        if table.directory:
            record.update(
                AdminDisplayName="",
                ExchangeVersion="0.20 (15.0.0.0)",
                Id=name,
                OrganizationalUnitRoot=self.domain,
            )
        self.touch(table, record, created=True)
        return record

    def touch(self, table: Class, record: Record, *, created: bool = False) -> None:
        """Write the time stamps as the class has them."""
        moment = self.now()
        if table.directory:
            record["WhenChangedUTC"] = moment.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
            if created:
                record["WhenCreatedUTC"] = record["WhenChangedUTC"]
        else:
            record["WhenChanged"] = moment.strftime("%Y-%m-%dT%H:%M:%S.0000000+00:00")

    def find(self, noun: str, identity: str) -> Record | None:
        """The record with this name or GUID."""
        wanted = str(identity).lower()
        for record in self.objects[noun]:
            if wanted in (
                str(record["Name"]).lower(),
                str(record.get("Guid")).lower(),
                str(record.get("DistinguishedName")).lower(),
            ):
                return record
        return None

    def recipients(self, identity: str) -> list[Record]:
        """The recipients that carry this identity in any form."""
        return [record for record in self.objects["Recipient"] if self.carries(record, identity)]

    def carries(self, record: Record, identity: str) -> bool:
        """Whether a recipient has this name, alias, address or id."""
        keys = (
            "Name",
            "Identity",
            "Alias",
            "PrimarySmtpAddress",
            "DisplayName",
            "Guid",
            "ExternalDirectoryObjectId",
            "DistinguishedName",
        )
        texts = {str(record.get(key)).lower() for key in keys}
        texts |= {address.lower().partition(":")[2] for address in record["EmailAddresses"]}
        return str(identity).lower() in texts

    # ------------------------------------------------------------------------------------------ order and lag

    def renumber(self) -> None:
        """Priorities are always the places in the list."""
        for place, record in enumerate(self.objects["TransportRule"]):
            record["Priority"] = place

    def about_to_write(self, noun: str) -> None:
        """Remember what slower servers would still show."""
        lag = int(self.faults.get("lag_reads", 0))
        if lag:
            self._stale[noun] = (lag, copy.deepcopy(self.objects.get(noun, [])))

    def seen(self, noun: str) -> list[Record]:
        """What a read shows: the state, or for a while the state before the last write."""
        left, snapshot = self._stale.get(noun, (0, []))
        if left:
            self._stale[noun] = (left - 1, snapshot)
            return snapshot
        return self.objects.get(noun, [])
