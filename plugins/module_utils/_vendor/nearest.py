# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Existing recipients that somebody may have meant by one that does not exist. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

_MOST = 3
# As difflib compares texts: alike from here on, 1 for the same.
_ALIKE = 0.75


def nearest(identity: str, known: Iterable[str]) -> list[str]:
    """At most three of the known identities, the nearest first.

    Names and domains are compared each for itself: with the same long domain, any two addresses are alike.
    """
    name, _at, domain = identity.lower().partition("@")
    by_name: dict[str, str] = {}
    for other in known:
        its_name, _at, its_domain = other.lower().partition("@")
        if not domain or SequenceMatcher(None, domain, its_domain).ratio() >= _ALIKE:
            by_name.setdefault(its_name, other)
    return [by_name[match] for match in get_close_matches(name, by_name, n=_MOST, cutoff=_ALIKE)]
