# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IP addresses, blocks and ranges against what Python's ipaddress says of single addresses."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._schema import ip_ranges
from hypothesis import given
from hypothesis import strategies as st

# All in 198.51.100.0/26, so that they meet often.
_LAST = st.integers(0, 63)
TEXTS = st.lists(
    st.one_of(
        _LAST.map(lambda number: f"198.51.100.{number}"),
        st.tuples(_LAST, st.integers(26, 32)).map(lambda pair: f"198.51.100.{pair[0]}/{pair[1]}"),
        st.tuples(_LAST, _LAST).map(lambda pair: f"198.51.100.{min(pair)} - 198.51.100.{max(pair)}"),
    ),
    max_size=5,
)


def _addresses(text: str) -> set[int]:
    """Every address of a text by itself."""
    if "-" in text:
        first, last = (int(ipaddress.ip_address(part.strip())) for part in text.split("-"))
        return set(range(first, last + 1))
    return {int(address) for address in ipaddress.ip_network(text, strict=False)}


def _all(texts: list[str]) -> set[int]:
    return {address for text in texts for address in _addresses(text)}


@given(TEXTS, TEXTS)
def test_addresses_are_compared_as_sets(some: list[str], others: list[str]) -> None:
    covered = _all(others)
    assert ip_ranges.uncovered(some, others) == [text for text in some if not _addresses(text) <= covered]
    assert ip_ranges.overlapping(some, others) == [text for text in some if _addresses(text) & covered]
    assert ip_ranges.count(some) == len(_all(some))
    for text in some:
        assert ip_ranges.span(text).size == len(_addresses(text))
        assert _addresses(ip_ranges.shown(text)) == _addresses(text)


@pytest.mark.parametrize(
    "text", ["", "198.51.100", "198.51.100.1-", "198.51.100.0/33", "198.51.100.1-2001:db8::1", "*"]
)
def test_what_is_no_address_is_held_by_nothing(text: str) -> None:
    with pytest.raises(ValueError):
        ip_ranges.span(text)
    assert ip_ranges.uncovered([text], ["0.0.0.0/0", "::/0"]) == [text]
    assert ip_ranges.overlapping([text], ["0.0.0.0/0", "::/0"]) == []
    assert ip_ranges.shown(text) == text
    assert not ip_ranges.networks([text]).complete


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("198.51.100.7/32", "198.51.100.7"),
        ("198.51.100.7-198.51.100.7", "198.51.100.7"),
        ("198.51.100.7/24", "198.51.100.0/24"),
        ("198.51.100.1 - 198.51.100.9", "198.51.100.1-198.51.100.9"),
        ("2001:DB8::1/64", "2001:db8::/64"),
    ],
)
def test_how_addresses_are_shown(text: str, shown: str) -> None:
    assert ip_ranges.shown(text) == shown
