# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Value classes of mail and network addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from . import ip_ranges
from .domain_names import host_name, is_domain
from .value_type import NOT_CLEARABLE, ValueType, list_of, lowered, separated, stripped

_ADDRESS = re.compile(r"^[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")


def _smtp_problem(value: Any) -> Iterable[str]:
    text = str(value).strip()
    local = text.partition("@")[0]
    if not _ADDRESS.match(text) or ".." in text or local != local.strip("."):
        yield f'"{value}" is not an SMTP address such as journal@example.com'


SMTP = ValueType("str", stripped, key=lowered, check=_smtp_problem)


def _null_sender(value: Any) -> str | None:
    text = stripped(value)
    return None if text == "<>" else text


# An unset undeliverable-journal recipient reads, and is cleared, as the null reverse path (inferred).
NULLABLE_SMTP = ValueType("str", _null_sender, key=lowered, clear="<>", check=_smtp_problem)


def smtp_addresses(addresses: Any) -> list[str]:
    """SMTP addresses without their type."""
    found = []
    for item in [addresses] if isinstance(addresses, str) else addresses:
        kind_of_address, separator, address = str(item).partition(":")
        if not separator:
            found.append(kind_of_address.lower())
        elif kind_of_address.lower() == "smtp":
            found.append(address.lower())
    return found


def _domain_problem(item: str) -> Iterable[str]:
    if not is_domain(item):
        yield f'"{item}" is not a domain such as example.com'


def _domain_pattern_problem(item: str) -> Iterable[str]:
    if item != "*" and not is_domain(item.removeprefix("*.")):
        yield f'"{item}" is not a domain such as example.com, *.example.com or *'


def _domain(item: str) -> str:
    return item.lower().rstrip(".")


DOMAINS = list_of(_domain, check=_domain_problem)
DOMAIN_PATTERNS = list_of(_domain, check=_domain_pattern_problem)
SMTP_LIST = list_of(check=_smtp_problem)


def _address_space(item: str) -> str:
    # The service stores "*" as "smtp:*;1" (observed live): prefix and default cost are noise.
    domain, _separator, cost = item.lower().removeprefix("smtp:").partition(";")
    return domain if cost in ("", "1") else f"{domain};{cost}"


def _address_space_problem(item: str) -> Iterable[str]:
    domain, _separator, cost = _address_space(item).partition(";")
    if cost and not (cost.isdigit() and 1 <= int(cost) <= 100):
        yield f'"{item}" has a cost that is not a number from 1 to 100'
    yield from _domain_pattern_problem(domain)


# Several address spaces may come joined in one text: "smtp:a;1,smtp:b;1".
SENDER_DOMAINS = replace(
    list_of(_address_space, check=_address_space_problem, read=separated, clear=NOT_CLEARABLE),
    wire=lambda value: [f"smtp:{item}" if ";" in item else item for item in value],
)


def _host_problem(item: str) -> Iterable[str]:
    host = host_name(item)
    if ip_ranges.is_address(host):
        yield from _public_ipv4_problem(item, ip_ranges.span(host))
    elif not is_domain(host):
        yield f'"{item}" is neither a host name nor a public IPv4 address'


HOSTS = list_of(host_name, check=_host_problem)

# ---------------------------------------------------------------------------------------------- IP addresses

# Of a block in a connector (/24), and of a block or range in the connection filter.
_MOST_ADDRESSES = 256
_RESERVED = [
    ip_ranges.span(text)
    for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4")
]


def _ip_key(item: str) -> Any:
    try:
        found = ip_ranges.span(item)
    except ValueError:
        return (1, item.lower(), "")
    return (0, found.first, found.last)


def _public_ipv4_problem(item: str, found: ip_ranges.Span) -> Iterable[str]:
    if found.version == 6:
        yield f'"{item}" is an IPv6 address; the service takes IPv4 only'
    elif any(found.meets(reserved) for reserved in _RESERVED):
        yield f'"{item}" is a private or reserved address; the service takes public addresses only'


def _connector_ip_problem(item: str) -> Iterable[str]:
    if "-" in item:
        yield f'"{item}" is a range; the service takes single IPv4 addresses and blocks from /24 to /32 here'
        return
    try:
        block = ip_ranges.span(item)
    except ValueError:
        yield f'"{item}" is not an IPv4 address or block such as 198.51.100.7 or 198.51.100.0/24'
        return
    yield from _public_ipv4_problem(item, block)
    if block.version == 4 and block.size > _MOST_ADDRESSES:
        yield f'"{item}" is larger than /24; the service takes single IPv4 addresses and blocks from /24 to /32 here'


def _ip_range_problem(item: str) -> Iterable[str]:
    try:
        found = ip_ranges.span(item)
    except ValueError:
        yield f'"{item}" is not an IP address, block or range such as 198.51.100.7, 198.51.100.0/24 or 198.51.100.1-198.51.100.9'
        return
    if found.first > found.last:
        yield f'"{item}" ends before it begins'


def _filter_entry_problem(item: str) -> Iterable[str]:
    yield from _ip_range_problem(item)
    try:
        found = ip_ranges.span(item)
    except ValueError:
        return
    if found.version == 6 and found.size != 1:
        yield f'"{item}" is an IPv6 range; the service takes ranges and blocks of IPv4 addresses only here'
    elif found.size > _MOST_ADDRESSES:
        yield f'"{item}" has {found.size} addresses; the service takes ranges of 256 addresses and blocks from /24 to /32 here'


CONNECTOR_IPS = list_of(ip_ranges.shown, _ip_key, _connector_ip_problem)
IP_RANGES = list_of(ip_ranges.shown, _ip_key, _ip_range_problem)
FILTER_ENTRIES = list_of(ip_ranges.shown, _ip_key, _filter_entry_problem)
