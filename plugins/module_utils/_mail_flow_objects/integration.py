# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of the vendor for this portal, and which hosts and connectors are the vendor's (6.5, 7.6, 7.7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from .._schema.data_file import load
from .._schema.domain_names import host_name, is_below
from .._schema.ip_ranges import Networks, networks
from .._vendor.portals import VENDOR_DOMAINS
from .logic import all_of

SERVICE, INLINE = "office365_emails", "inline"
"""In the header, after the portal: the service and the mode for incoming mail (7.9)."""
Way = Literal["", "incoming", "outgoing"]


@dataclass(frozen=True)
class Mark:
    """A header that a product sets on what it has seen, and its value.

    way: only on mail to the inside or to the outside; "" for both. on_new_mail: mail that it has not seen may carry it, too.
    """

    header: str
    value: str
    way: Way = ""
    on_new_mail: bool = False


@dataclass(frozen=True)
class FlowProduct:
    """What a walk knows of a product. hosts: domains of its hosts; certificates: domains of the names with which it comes back."""

    hosts: tuple[str, ...]
    certificates: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    def has(self, hosts: Iterable[str]) -> bool:
        """Whether all of some hosts are its own."""
        found = list(hosts)
        return bool(found) and all(any(is_below(host, domain) for domain in self.hosts) for host in found)


@dataclass(frozen=True)
class KnownPortal:
    """Hosts of a portal, for incoming mail and for outgoing and internal mail, and from where each comes back."""

    hosts: frozenset[str]
    dlp_hosts: frozenset[str]
    returns: Networks
    dlp_returns: Networks
    complete: bool

    def returns_from(self, hosts: frozenset[str]) -> list[Networks]:
        """The addresses from which what these hosts take comes back."""
        both = ((self.returns, self.hosts), (self.dlp_returns, self.dlp_hosts))
        return [addresses for addresses, own in both if hosts & own]


@dataclass(frozen=True)
class Integration:
    """The vendor as seen from one tenant.

    hosts: that take incoming mail; dlp_hosts: that take outgoing and internal mail; returns, dlp_returns: from where each comes
    back; loop_guard: both. header: its name without case; header_name: as written; header_value: on incoming mail, "" where it
    follows from the portal. complete: whether these are all addresses. protect_rules: names of the integration's rules, without
    case. products: of others, as far as they are known; others: further portals of the vendor.
    """

    portal: str
    hosts: frozenset[str]
    dlp_hosts: frozenset[str]
    returns: Networks
    dlp_returns: Networks
    loop_guard: Networks
    complete: bool
    journal_address: str
    header: str
    header_name: str
    header_value: str
    protect_rules: frozenset[str]
    products: tuple[FlowProduct, ...]
    others: tuple[KnownPortal, ...] = ()

    @property
    def own(self) -> KnownPortal:
        """This portal."""
        return KnownPortal(self.hosts, self.dlp_hosts, self.returns, self.dlp_returns, self.complete)

    def other(self, hosts: frozenset[str]) -> KnownPortal | None:
        """The further portal that has all of these hosts."""
        return next((item for item in self.others if hosts <= item.hosts | item.dlp_hosts), None)

    @cached_property
    def returns_of_all(self) -> Networks:
        """From where this portal and the further ones return mail."""
        others = (
            span for item in self.others for whole in (item.returns, item.dlp_returns) for span in whole.spans
        )
        return Networks(tuple(dict.fromkeys((*self.loop_guard.spans, *others))), self.loop_guard.complete)

    @property
    def guard(self) -> tuple[str, ...]:
        """The addresses from which the vendor returns mail, as texts."""
        return tuple(span.text for span in self.loop_guard.spans)

    @property
    def incoming_header(self) -> str:
        """What the header says on incoming mail that is to be inspected; "" when that is not known."""
        portal = f"{self.portal},{SERVICE},{INLINE}" if self.portal else ""
        return self.header_value or portal

    def is_vendor_name(self, name: str) -> bool:
        """Whether a host or certificate name is one of the vendor's."""
        return name in self.hosts or name in self.dlp_hosts or is_vendor_host(name)

    @property
    def marks(self) -> list[Mark]:
        """The marks of all known products."""
        return [mark for product in self.products for mark in product.marks]

    def marks_of(self, hosts: Collection[str], *, inside: bool) -> list[Mark]:
        """The marks that these hosts are known to set. inside: on mail to recipients of the organization, else to others."""
        unfit = "outgoing" if inside else "incoming"
        found = [product for product in self.products if product.has(hosts)]
        return [mark for product in found for mark in product.marks if mark.way != unfit]

    def comes_back_as(self, hosts: Collection[str], certificate: str) -> bool:
        """Whether the product with these hosts is known to come back with such a certificate."""
        return any(
            is_below(certificate, domain)
            for product in self.products
            if product.has(hosts)
            for domain in product.certificates
        )

    def covers(self, addresses: Networks) -> bool:
        """Whether all of some addresses are the vendor's."""
        return bool(addresses) and all_of(self.loop_guard.contains(span) for span in addresses.spans) is True


def is_vendor_host(name: str) -> bool:
    """Whether a host is in one of the vendor's domains, whatever the portal."""
    return any(is_below(name, domain) for domain in VENDOR_DOMAINS)


def integration(given: Mapping[str, Any]) -> Integration:
    """The plain data as an Integration."""
    own = _portal(given)
    guard = networks(_texts(given, "loop_guard"))
    foreign = [{"hosts": [row["hosts"]], "marks": [row]} for row in given.get("foreign_marks") or ()]
    return Integration(
        portal=str(given.get("portal") or ""),
        hosts=own.hosts,
        dlp_hosts=own.dlp_hosts,
        returns=own.returns,
        dlp_returns=own.dlp_returns,
        loop_guard=Networks(
            tuple(dict.fromkeys((*guard.spans, *own.returns.spans, *own.dlp_returns.spans))),
            complete=guard.complete,
        ),
        complete=own.complete,
        journal_address=str(given.get("journal_address") or "").lower(),
        header=str(given.get("header_name") or "").lower(),
        header_name=str(given.get("header_name") or ""),
        header_value=",".join(
            part.strip() for part in str(given.get("header_value") or "").lower().split(",")
        ),
        protect_rules=frozenset(name.casefold() for name in _texts(given, "protect_rules")),
        products=tuple(_flow_products([*known_products()["products"], *foreign])),
        others=tuple(map(_portal, given.get("other_portals") or ())),
    )


def _portal(given: Mapping[str, Any]) -> KnownPortal:
    return KnownPortal(
        hosts=frozenset(map(host_name, _texts(given, "smart_hosts"))),
        dlp_hosts=frozenset(map(host_name, _texts(given, "dlp_smart_hosts"))),
        returns=networks(_texts(given, "return_addresses")),
        dlp_returns=networks(_texts(given, "dlp_addresses")),
        complete=given.get("addresses_complete") is not False,
    )


def _texts(given: Mapping[str, Any], key: str) -> list[str]:
    return [str(item) for item in given.get(key) or ()]


def known_products() -> Mapping[str, Any]:
    """date, roles and products of others, each with its source; see products.yml. Where a module runs alone, nothing is known of them."""
    path = Path(__file__).with_name("products.yml")
    return load(path) if path.is_file() else {"date": "", "roles": {}, "products": []}


def _flow_products(rows: Iterable[Mapping[str, Any]]) -> Iterator[FlowProduct]:
    """Those of which something is known that decides where mail goes."""
    for row in rows:
        marks = tuple(
            Mark(
                str(mark["header"]).lower(),
                str(mark["value"]),
                mark.get("way") or "",
                on_new_mail=bool(mark.get("on_new_mail")),
            )
            for mark in row.get("marks") or ()
        )
        hosts = (*(row.get("hosts") or ()), *(row.get("smart_hosts") or ()))
        certificates = tuple(map(host_name, row.get("return_certificates") or ()))
        if hosts and (marks or certificates):
            yield FlowProduct(tuple(map(host_name, hosts)), certificates, marks)
