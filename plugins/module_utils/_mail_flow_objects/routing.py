# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where connectors deliver, and which one a message takes (section 6)."""

from __future__ import annotations

from .._schema.domain_names import is_below
from .._vendor.portals import VENDOR_DOMAINS
from .destination import Destination
from .directory import Directory
from .integration import Integration, is_vendor_host
from .logic import Truth, all_of, negation
from .objects import Objects, Outbound


def destination(connector: Outbound, known: Integration) -> Destination:
    """6.5."""
    if connector.use_mx:
        return Destination("mx")
    hosts = connector.hosts
    if not hosts:
        return Destination("unknown")
    of_portal = known.hosts | known.dlp_hosts
    if hosts <= of_portal:
        return Destination("vendor" if hosts & known.hosts else "vendor-dlp", hosts)
    of_vendor = [is_vendor_host(host) for host in hosts]
    if all(of_vendor) and not hosts & of_portal:
        return Destination("portal", hosts)
    return Destination("unknown" if any(of_vendor) or hosts & of_portal else "hop", hosts)


def meets_tls(connector: Outbound) -> Truth:
    """Whether the vendor's server meets what a connector demands (6.6): no for a name outside of the vendor's domain of the host."""
    if connector.tls == "domainvalidation" and connector.tls_domain:
        name = connector.tls_domain.removeprefix("*.")
        if not any(_of_one_domain(name, host) for host in connector.hosts):
            return False
    named = any(_covers(connector.tls_domain, host) for host in connector.hosts)
    level = {"": True, "none": True, "encryptiononly": True, "certificatevalidation": True}
    met = named if connector.tls == "domainvalidation" else level.get(connector.tls, False)
    dane = connector.dane is not None and connector.dane != "mandatory"
    return True if met and dane else None


def _of_one_domain(name: str, host: str) -> bool:
    """Whether two names are below the same of the vendor's domains."""
    return any(is_below(name, domain) and is_below(host, domain) for domain in VENDOR_DOMAINS)


def _covers(domain: str, host: str) -> bool:
    return bool(domain) and (domain == host or (domain.startswith("*.") and host.endswith(domain[1:])))


def usable_by_rule(connector: Outbound) -> Truth:
    """Whether rules can send through a connector that is enabled (6.1)."""
    return all_of((connector.by_rule, negation(connector.test_mode)))


# --------------------------------------------------------------------------------------------------- domain connectors


def on_premises_connector(objects: Objects) -> tuple[Outbound, Truth] | None:
    """The connector of centralised mail flow, and whether it certainly takes everything (6.3); None where there is none."""
    values = ((item, all_of((item.enabled, item.via_on_premises))) for item in objects.outbound.values())
    found = [(item, value) for item, value in values if value is not False]
    return max(found, key=lambda pair: pair[1] is True, default=None)


def domain_connectors(objects: Objects, directory: Directory, domain: str) -> list[Outbound | None]:
    """Through which connectors mail to a domain may go (6.4); None is the domain's MX. More than one: each is possible."""
    ranked: dict[int, list[tuple[Outbound, Truth]]] = {}
    for connector in objects.outbound.values():
        usable = all_of((connector.enabled, negation(connector.by_rule), negation(connector.test_mode)))
        rank = max(_rank(connector, domain), _rank_of_accepted(connector, directory, domain))
        if usable is not False and rank:
            ranked.setdefault(rank, []).append((connector, usable))
    found: list[Outbound | None] = []
    for rank in sorted(ranked, reverse=True):
        found += [connector for connector, _usable in ranked[rank]]
        if any(usable for _connector, usable in ranked[rank]):
            return found
    return [*found, None]


_EXACT = 10_000


def _rank(connector: Outbound, domain: str) -> int:
    """How specific the connector's domains are for this one; 0: it is not among them."""
    ranks = [0]
    for item in connector.domains:
        if item == domain:
            ranks.append(_EXACT)
        elif item == "*":
            ranks.append(1)
        elif item.startswith("*.") and domain.endswith(item[1:]):
            ranks.append(len(item))
    return max(ranks)


def _rank_of_accepted(connector: Outbound, directory: Directory, domain: str) -> int:
    return _EXACT if connector.all_accepted and directory.accepted(domain) else 0


def is_for_domain(connector: Outbound, domain: str) -> bool:
    """Whether a connector is for this domain, and not for all."""
    return _rank(connector, domain) > 1
