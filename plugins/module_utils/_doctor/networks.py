# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses, blocks and ranges as pairs of integers: what covers what. Pure.

Texts in no known form, and IPv6 beside IPv4, cover nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Bounds = tuple[int, int, int]


def bounds(text: str) -> Bounds | None:
    """IP version, first and last address; None when the text is no address, block or range."""
    try:
        if "-" in text:
            first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
            return first.version, int(first), int(last)
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return network.version, int(network[0]), int(network[-1])


def size(text: str) -> int:
    """How many addresses it covers."""
    found = bounds(text)
    return found[2] - found[1] + 1 if found else 0


def uncovered(wanted: Iterable[str], cover: Iterable[str]) -> list[str]:
    """Those of the wanted ones that the cover, taken together, does not hold completely."""
    spans = sorted(found for text in cover if (found := bounds(text)))
    return [text for text in wanted if (found := bounds(text)) is None or not _held(found, spans)]


def overlapping(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those of some that share an address with one of the others."""
    spans = [found for text in others if (found := bounds(text))]
    return [
        text
        for text in some
        if (found := bounds(text))
        and any(found[0] == span[0] and found[1] <= span[2] and span[1] <= found[2] for span in spans)
    ]


def _held(wanted: Bounds, spans: list[Bounds]) -> bool:
    version, position, last = wanted
    for other, first, end in spans:
        if other == version and first <= position <= end:
            position = end + 1
        if position > last:
            return True
    return False
