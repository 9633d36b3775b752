# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What o365_info has found in the tenant, as the phases look at it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .spellings import spellings

Object = dict[str, Any]


@dataclass(frozen=True)
class ObservedTenant:
    """found: the topics and the recipients as o365_info returns them; a topic that was not read is empty."""

    found: Mapping[str, Any]

    def objects(self, topic: str) -> list[Object]:
        """All objects of a topic, in their order."""
        return list(self.found.get(topic) or ())

    def named(self, topic: str, names: Iterable[str]) -> list[Object]:
        """The objects of a topic that have one of the names, best name first."""
        by_name = {str(item["name"]).casefold(): item for item in self.objects(topic)}
        return [by_name[name] for name in dict.fromkeys(map(str.casefold, names)) if name in by_name]

    def setting(self, topic: str, name: str) -> Any:
        """A setting of something that exists once; None when it is not set."""
        return (self.found.get(topic) or {}).get(name)

    def addresses(self, identities: Iterable[str]) -> list[str]:
        """The addresses of recipients that were looked up, each once; an identity itself where nothing was found."""
        found: dict[str, str] = {}
        for identity in identities:
            address = str(self._recipient(identity).get("address", identity))
            found.setdefault(address.casefold(), address)
        return list(found.values())

    def kind(self, identity: str) -> str:
        """What a recipient is: individual, group, other, missing, unknown (may not be looked up) or unchecked (was not)."""
        return str(self._recipient(identity).get("kind", "unchecked"))

    def recipient_type(self, identity: str) -> str:
        """What the service calls a recipient, such as UserMailbox; empty when it was not found."""
        return str(self._recipient(identity).get("type", ""))

    def present_addresses(self, kind: str) -> list[str]:
        """The addresses of all recipients of a kind that were looked up and found."""
        recipients = (self.found.get("recipients") or {}).values()
        return [str(recipient["address"]) for recipient in recipients if recipient["kind"] == kind]

    def members(self) -> dict[str, int]:
        """How many members the groups have whose members could be read, by address in lower case."""
        recipients = (self.found.get("recipients") or {}).values()
        return {
            str(item["address"]).lower(): int(item["members"]) for item in recipients if "members" in item
        }

    def taken_for_another(self, identity: str) -> bool:
        """Whether a recipient was found only under another spelling of its address."""
        written = (self.found.get("recipients") or {}).get(identity, {})
        return written.get("kind") == "missing" and self.kind(identity) != "missing"

    def _recipient(self, identity: str) -> Mapping[str, Any]:
        recipients = self.found.get("recipients") or {}
        found = [recipients[spelling] for spelling in spellings(identity) if spelling in recipients]
        there = [recipient for recipient in found if recipient["kind"] != "missing"]
        recipient: Mapping[str, Any] = next(iter([*there, *found]), {})
        return recipient
