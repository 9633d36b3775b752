# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets of IP addresses, and how one is cut where others begin and end (1.3)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .logic import Truth


@dataclass(frozen=True)
class Span:
    """Addresses from first to last, as integers. version: 4 or 6; 0 for an address that nothing names. text: for people."""

    version: int
    first: int
    last: int
    text: str


NOWHERE = Span(0, 0, 0, "the internet")


@dataclass(frozen=True)
class Networks:
    """A set of addresses. complete: every entry could be read."""

    spans: tuple[Span, ...] = ()
    complete: bool = True

    def contains(self, piece: Span | None) -> Truth:
        """Whether a piece lies in it. None as piece is an unknown address; a piece that lies partly in it is unknown, too."""
        if piece is None:
            return None if self.spans or not self.complete else False
        result: Truth = False if self.complete else None
        for span in self.spans:
            if span.version != piece.version or span.last < piece.first or piece.last < span.first:
                continue
            if span.first <= piece.first and piece.last <= span.last:
                return True
            result = None
        return result

    def __bool__(self) -> bool:
        return bool(self.spans) or not self.complete

    @property
    def text(self) -> str:
        """All of it, for people."""
        return ", ".join(span.text for span in self.spans)


def networks(items: Iterable[object]) -> Networks:
    """Single addresses, CIDR blocks and ranges a-b."""
    spans, complete = [], True
    for item in items:
        text = str(item).strip()
        try:
            spans.append(_span(text))
        except ValueError:
            complete = False
    return Networks(tuple(spans), complete)


def _span(text: str) -> Span:
    if "-" in text:
        first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
        if first.version != last.version:
            raise ValueError(text)
        return Span(first.version, int(first), int(last), text)
    block = ipaddress.ip_network(text, strict=False)
    return Span(block.version, int(block[0]), int(block[-1]), text)


def pieces(whole: Networks, borders: Sequence[Networks]) -> list[Span]:
    """A set, cut so that each piece lies wholly inside or outside of every border; pieces inside the same ones count once."""
    groups: dict[frozenset[int], list[Span]] = {}
    for span in whole.spans:
        near = [
            (index, border)
            for index, borders_of_one in enumerate(borders)
            for border in borders_of_one.spans
            if border.version == span.version and border.first <= span.last and span.first <= border.last
        ]
        cuts = {span.first, span.last + 1}
        for _index, border in near:
            cuts |= {cut for cut in (border.first, border.last + 1) if span.first < cut <= span.last}
        for first, after in pairwise(sorted(cuts)):
            inside = frozenset(
                index for index, border in near if border.first <= first and after - 1 <= border.last
            )
            groups.setdefault(inside, []).append(_part(span, first, after - 1))
    return [
        replace(parts[0], text=", ".join(dict.fromkeys(part.text for part in parts)))
        for parts in groups.values()
    ]


def _part(span: Span, first: int, last: int) -> Span:
    if (first, last) == (span.first, span.last):
        return span
    kind = ipaddress.IPv4Address if span.version == 4 else ipaddress.IPv6Address
    text = str(kind(first)) if first == last else f"{kind(first)}-{kind(last)}"
    return Span(span.version, first, last, text)
