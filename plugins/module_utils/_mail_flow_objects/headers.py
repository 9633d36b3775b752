# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The headers of a message, as far as they are known (1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TypeAlias


class Header(Enum):
    """What is known of a header without a known value (1.4)."""

    ABSENT = "absent"
    PRESENT = "present"
    UNKNOWN = "unknown"


HeaderState: TypeAlias = "Header | str"
"""A header: its value, or what is known of it."""


@dataclass(frozen=True)
class Headers:
    """The headers that matter, by name in lower case; all others are unknown."""

    states: tuple[tuple[str, HeaderState], ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # There may be hundreds, and every bifurcation is looked up by them.
        return hash(self.states)

    @cached_property
    def _by_name(self) -> dict[str, HeaderState]:
        return dict(self.states)

    def state(self, name: str) -> HeaderState:
        """What is known of a header."""
        return self._by_name.get(name, Header.UNKNOWN)

    def having(self, changes: Mapping[str, HeaderState]) -> Headers:
        """With these headers in these states; only those that were there before are kept track of."""
        if all(self._by_name.get(name, state) == state for name, state in changes.items()):
            return self
        return Headers(tuple((name, changes.get(name, state)) for name, state in self.states))

    def joined(self, other: Headers) -> Headers:
        """Either of two: what differs is unknown (4.5)."""
        if other is self:
            return self
        pairs = zip(self.states, other.states, strict=True)
        return Headers(
            tuple((name, one if one == two else Header.UNKNOWN) for (name, one), (_same, two) in pairs)
        )


def headers(states: Mapping[str, HeaderState], tracked: Iterable[str]) -> Headers:
    """The headers in these states, as far as they are kept track of."""
    wanted = sorted(set(tracked) & set(states))
    return Headers(tuple((name, states[name]) for name in wanted))
