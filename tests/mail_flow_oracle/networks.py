# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IP addresses: which of them need to be tried so that every combination of the tenant's networks is."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import Any

Bounds = tuple[int, int, int]
"""IP version, first and last address."""


@cache
def bounds(text: str) -> Bounds:
    """Of a single address, a block or a range a-b."""
    if "-" in text:
        first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
        return first.version, int(first), int(last)
    network = ipaddress.ip_network(text.strip(), strict=False)
    return network.version, int(network[0]), int(network[-1])


def inside(address: str | None, networks: list[str]) -> bool | None:
    """Whether an address is in one of the networks; None for an unknown address, except in no network at all."""
    if not networks:
        return False
    if address is None:
        return None
    version, number, _same = bounds(address)
    return any(one == version and first <= number <= last for one, first, last in map(bounds, networks))


def samples(networks: list[str], borders: list[str]) -> list[str | None]:
    """One address of each piece into which the borders cut the networks (1.3); [None] when there are none."""
    found: dict[tuple[Any, ...], str] = {}
    for version, first, last in map(bounds, networks):
        starts = {first}
        for one, low, high in map(bounds, borders):
            if one == version:
                starts |= {start for start in (low, high + 1) if first <= start <= last}
        for start in sorted(starts):
            address = str(ipaddress.IPv4Address(start) if version == 4 else ipaddress.IPv6Address(start))
            found.setdefault(tuple(inside(address, [border]) for border in borders), address)
    return list(found.values()) or [None]


def elsewhere(borders: list[str]) -> str:
    """An address that no network names, or as few as possible."""
    candidates = [f"198.18.{third}.1" for third in range(256)]
    candidates += [f"{first}.255.255.254" for first in range(11, 220)]
    return min(candidates, key=lambda address: sum(bool(inside(address, [one])) for one in borders))


def within(networks: list[str], others: list[str]) -> bool:
    """Whether there are networks, and each piece of them lies inside the others."""
    return bool(networks) and all(inside(address, others) for address in samples(networks, others))
