# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One truth or one number for each rule of a tenant, as sets of bits, so that hundreds of rules are compared and joined at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .logic import Truth


class RuleValues(NamedTuple):
    """The rules, by their bits, for which something is not so, and those for which it is not known."""

    no: int = 0
    unknown: int = 0

    def of(self, place: int) -> Truth:
        """The value for the rule in a place."""
        if self.no >> place & 1:
            return False
        return None if self.unknown >> place & 1 else True

    def differing(self, other: RuleValues) -> int:
        """The rules for which another one has something else, by their bits."""
        return (self.no ^ other.no) | (self.unknown ^ other.unknown)


def all_of_rules(values: Iterable[RuleValues]) -> RuleValues:
    """AND, for each rule."""
    no = unknown = 0
    for value in values:
        no |= value.no
        unknown |= value.unknown
    return RuleValues(no, unknown & ~no)


def in_common(values: Iterable[RuleValues]) -> RuleValues:
    """What is the same in all of them; the rest is unknown."""
    first, *others = values
    differing = 0
    for other in others:
        differing |= first.differing(other)
    return RuleValues(first.no & ~differing, first.unknown | differing)


def places(bits: int) -> Iterator[int]:
    """The places of the rules of a set of bits, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


_SIZE = 4
_MOST = (1 << 8 * _SIZE) - 1


def in_bits(numbers: Iterable[int]) -> int:
    """A number for each rule, all in one."""
    return int.from_bytes(b"".join(number.to_bytes(_SIZE, "little") for number in numbers), "little")


def number_of(bits: int, place: int) -> int:
    """The one of the rule in a place."""
    return bits >> 8 * _SIZE * place & _MOST


def bits_about(rules: int) -> int:
    """Those bits that are about some rules, given by theirs."""
    return in_bits(_MOST if rules >> place & 1 else 0 for place in range(rules.bit_length()))
