# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of the vendor for this portal, and which hosts and connectors are the vendor's (6.5, 7.6, 7.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._schema.domain_names import host_name, is_below
from .._schema.ip_ranges import Networks, networks
from .._vendor.portals import VENDOR_DOMAINS
from .logic import all_of


@dataclass(frozen=True)
class Mark:
    """A header that a foreign product sets on what it has seen. hosts: the domain of its hosts."""

    hosts: str
    header: str
    value: str


# T5 in the sources: headers of public messages.
_MARKS = (
    Mark("exclaimer.net", "x-exclaimerhostedsignatures-messageprocessed", "true"),
    Mark("codetwo.com", "x-codetwoprocessed", "true"),
)


@dataclass(frozen=True)
class Integration:
    """The vendor as seen from one tenant.

    hosts: that take incoming mail; dlp_hosts: that take outgoing and internal mail; returns, dlp_returns: from where each comes
    back; loop_guard: both. header: its name without case; header_name: as written. complete: whether these are all addresses. protect_rules: names of the integration's
    rules, without case.
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
    protect_rules: frozenset[str]
    marks: tuple[Mark, ...]

    def is_vendor_name(self, name: str) -> bool:
        """Whether a host or certificate name is one of the vendor's."""
        return name in self.hosts or name in self.dlp_hosts or is_vendor_host(name)

    def marks_of(self, hosts: Iterable[str]) -> list[Mark]:
        """The marks that these hosts are known to set."""
        return [mark for mark in self.marks if any(is_below(host, mark.hosts) for host in hosts)]

    def covers(self, addresses: Networks) -> bool:
        """Whether all of some addresses are the vendor's."""
        return bool(addresses) and all_of(self.loop_guard.contains(span) for span in addresses.spans) is True


def is_vendor_host(name: str) -> bool:
    """Whether a host is in one of the vendor's domains, whatever the portal."""
    return any(is_below(name, domain) for domain in VENDOR_DOMAINS)


def integration(given: Mapping[str, Any]) -> Integration:
    """The plain data as an Integration."""
    returns, dlp = networks(_texts(given, "return_addresses")), networks(_texts(given, "dlp_addresses"))
    guard = networks(_texts(given, "loop_guard"))
    foreign = [
        Mark(host_name(row["hosts"]), str(row["header"]).lower(), str(row["value"]))
        for row in given.get("foreign_marks") or ()
    ]
    return Integration(
        portal=str(given.get("portal") or ""),
        hosts=frozenset(map(host_name, _texts(given, "smart_hosts"))),
        dlp_hosts=frozenset(map(host_name, _texts(given, "dlp_smart_hosts"))),
        returns=returns,
        dlp_returns=dlp,
        loop_guard=Networks(
            tuple(dict.fromkeys((*guard.spans, *returns.spans, *dlp.spans))), complete=guard.complete
        ),
        complete=given.get("addresses_complete") is not False,
        journal_address=str(given.get("journal_address") or "").lower(),
        header=str(given.get("header_name") or "").lower(),
        header_name=str(given.get("header_name") or ""),
        protect_rules=frozenset(name.casefold() for name in _texts(given, "protect_rules")),
        marks=(*_MARKS, *foreign),
    )


def _texts(given: Mapping[str, Any], key: str) -> list[str]:
    return [str(item) for item in given.get(key) or ()]
