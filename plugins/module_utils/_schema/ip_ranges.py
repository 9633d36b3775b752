# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IP addresses, CIDR blocks and ranges a-b: read, shown, compared, joined and cut. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise


@dataclass(frozen=True)
class Span:
    """Addresses from first to last, as integers. version: 4 or 6; 0 for an address that nothing names. text: for people."""

    version: int
    first: int
    last: int
    text: str

    @property
    def size(self) -> int:
        """How many addresses it has."""
        return self.last - self.first + 1

    def holds(self, other: Span) -> bool:
        """Whether another one lies wholly in it."""
        return self.version == other.version and self.first <= other.first and other.last <= self.last

    def meets(self, other: Span) -> bool:
        """Whether the two share an address."""
        return self.version == other.version and self.first <= other.last and other.first <= self.last


NOWHERE = Span(0, 0, 0, "the internet")


@lru_cache(maxsize=4096)
def span(text: str) -> Span:
    """A single address, a block (host bits count for nothing) or a range; ValueError for anything else."""
    text = text.strip()
    if "-" not in text:
        block = ipaddress.ip_network(text, strict=False)
        return Span(block.version, int(block.network_address), int(block.broadcast_address), text)
    first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
    if first.version != last.version:
        raise ValueError(text)
    return Span(first.version, int(first), int(last), text)


def is_address(text: str) -> bool:
    """Whether a text is a single address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def shown(text: str) -> str:
    """198.51.100.7/32 and 198.51.100.7-198.51.100.7 as 198.51.100.7, a block by its network address; all else as it is."""
    plain = text.replace(" ", "")
    try:
        found = span(plain)
    except ValueError:
        return text
    if found.size == 1:
        return plain.split("-")[0].split("/")[0]
    return plain if "-" in plain else str(ipaddress.ip_network(plain, strict=False))


def blocks(text: str) -> list[str]:
    """A range as the addresses and blocks that it is made of, for settings that take no ranges; all else as it is."""
    try:
        first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-"))
        return [shown(str(block)) for block in ipaddress.summarize_address_range(first, last)]
    except (TypeError, ValueError):
        return [text]


# ------------------------------------------------------------------------------------------------- one by one, as texts


def uncovered(wanted: Iterable[str], cover: Iterable[str]) -> list[str]:
    """Those of the wanted ones that the cover, taken together, does not hold completely; what is no address is held by nothing."""
    blocks = _joined(_read(cover))
    return [text for text in wanted if not any(block.holds(one) for one in _read([text]) for block in blocks)]


def overlapping(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those of some that share an address with one of the others."""
    spans = _read(others)
    return [text for text in some if any(one.meets(other) for one in _read([text]) for other in spans)]


def count(texts: Iterable[str]) -> int:
    """How many addresses there are in all, each once."""
    return sum(block.size for block in _joined(_read(texts)))


def _read(texts: Iterable[str]) -> list[Span]:
    return list(networks(texts).spans)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that overlap or touch each other as one."""
    found: list[Span] = []
    for item in sorted(spans, key=lambda item: (item.version, item.first, item.last)):
        if found and found[-1].version == item.version and item.first <= found[-1].last + 1:
            found[-1] = replace(found[-1], last=max(found[-1].last, item.last))
        else:
            found.append(item)
    return found


# ------------------------------------------------------------------------------------------------------------- as sets


@dataclass(frozen=True)
class Networks:
    """A set of addresses. complete: every entry could be read."""

    spans: tuple[Span, ...] = ()
    complete: bool = True

    def contains(self, piece: Span | None) -> bool | None:
        """Whether a piece lies in one of them; None where that is not known.

        None as piece is an unknown address; of a piece that lies partly in one of them it is not known, too.
        """
        if piece is None:
            return None if self.spans or not self.complete else False
        if piece == NOWHERE and self._are_all:
            return True
        result: bool | None = False if self.complete else None
        for one in self.spans:
            if one.version != piece.version or one.last < piece.first or piece.last < one.first:
                continue
            if one.first <= piece.first and piece.last <= one.last:
                return True
            result = None
        return result

    @cached_property
    def _are_all(self) -> bool:
        """Whether there is no address of the usual kind outside."""
        return any(one.version == 4 and one.size == 2**32 for one in _joined(self.spans))

    def __bool__(self) -> bool:
        return bool(self.spans) or not self.complete


def networks(items: Iterable[object]) -> Networks:
    """The set of single addresses, blocks and ranges."""
    spans, complete = [], True
    for item in items:
        try:
            spans.append(span(str(item)))
        except ValueError:
            complete = False
    return Networks(tuple(spans), complete)


def pieces(whole: Networks, borders: Sequence[Networks]) -> list[Span]:
    """A set, cut so that each piece lies wholly inside or outside of every border; pieces inside the same ones count once."""
    groups: dict[frozenset[int], list[Span]] = {}
    for one in whole.spans:
        near = [
            (index, border)
            for index, several in enumerate(borders)
            for border in several.spans
            if border.meets(one)
        ]
        cuts = {one.first, one.last + 1}
        for _index, border in near:
            cuts |= {cut for cut in (border.first, border.last + 1) if one.first < cut <= one.last}
        for first, after in pairwise(sorted(cuts)):
            inside = frozenset(
                index for index, border in near if border.first <= first and after - 1 <= border.last
            )
            groups.setdefault(inside, []).append(_part(one, first, after - 1))
    return [
        replace(parts[0], text=", ".join(dict.fromkeys(part.text for part in parts)))
        for parts in groups.values()
    ]


def _part(whole: Span, first: int, last: int) -> Span:
    if (first, last) == (whole.first, whole.last):
        return whole
    kind = ipaddress.IPv4Address if whole.version == 4 else ipaddress.IPv6Address
    text = str(kind(first)) if first == last else f"{kind(first)}-{kind(last)}"
    return Span(whole.version, first, last, text)
