# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From where messages come back (sections 7.1 to 7.6)."""

from __future__ import annotations

from dataclasses import dataclass

from .._mail_flow_objects.integration import Integration
from .._mail_flow_objects.objects import Inbound, Objects
from .._mail_flow_objects.routing import Destination, pairs
from .._schema.ip_ranges import Networks, pieces
from .message import Certificates, Source


@dataclass(frozen=True)
class Return:
    """How a message comes back. certain: whether it does; by: the inbound connector of a foreign hop."""

    source: Source
    certain: bool = True
    by: Inbound | None = None

    @property
    def relays(self) -> bool:
        """Whether mail for the outside can come back so: only through OnPremises connectors (2.8)."""
        return self.by is None or self.by.on_premises is not False


def returns(hop: Destination, known: Integration, objects: Objects, borders: list[Networks]) -> list[Return]:
    """From where a message comes back (7.1, 7.2, 7.4 to 7.6); nothing for a hop that no connector belongs to."""
    if hop.where == "hop":
        return [
            Return(source, certain=item.enabled is True, by=item)
            for item in pairs(objects, known, hop)
            for source in connector_sources(item, borders)
        ]
    vendor = Certificates(of_vendor=True)
    nobody_knows = Source("smtp", None, vendor)
    portal = known.other(hop.hosts) if hop.where == "portal" else known.own
    if portal is None:
        return [Return(nobody_knows)]
    used = portal.returns_from(hop.hosts)
    whole = Networks(tuple(span for addresses in used for span in addresses.spans))
    found = [Return(Source("smtp", piece, vendor)) for piece in pieces(whole, borders)]
    if not portal.complete or not all(addresses.spans and addresses.complete for addresses in used):
        found.append(Return(nobody_knows, certain=not found))
    return found


def connector_sources(connector: Inbound, borders: list[Networks]) -> list[Source]:
    """From where mail comes that an inbound connector is made for."""
    names = frozenset({connector.certificate}) if connector.certificate else None
    certificates = Certificates(names)
    if connector.addresses.spans:
        return [Source("smtp", piece, certificates) for piece in pieces(connector.addresses, borders)]
    return [Source("smtp", None, certificates)] if names else []
