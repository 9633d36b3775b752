# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From where messages come back (sections 7.1 to 7.6)."""

from __future__ import annotations

from dataclasses import dataclass

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.integration import Integration
from .._mail_flow_objects.objects import Inbound, Objects
from .._schema.ip_ranges import Networks, Span, pieces
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


def pairs(objects: Objects, known: Integration, hop: Destination) -> list[Inbound]:
    """The inbound connectors through which a foreign hop returns (7.6)."""
    return [
        item
        for item in objects.inbound
        if item.enabled is not False and not item.vendor_managed and _is_pair(item, known, hop.hosts)
    ]


def _is_pair(connector: Inbound, known: Integration, hosts: frozenset[str]) -> bool:
    certificate = connector.certificate.removeprefix("*.")
    if certificate and known.comes_back_as(hosts, certificate):
        return True
    own = _last_labels(certificate)
    for host in hosts:
        if own and own == _last_labels(host):
            return True
        if _is_address(host) and _contains(connector.addresses, host):
            return True
    return False


def _last_labels(name: str) -> str:
    labels = name.split(".")
    plain = len(labels) > 1 and "=" not in name and not _is_address(name)
    return ".".join(labels[-2:]) if plain else ""


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdigit()


def _contains(addresses: Networks, host: str) -> bool:
    number = 0
    for part in host.split("."):
        number = number * 256 + int(part or 0)
    return addresses.contains(Span(4, number, number, host)) is True
