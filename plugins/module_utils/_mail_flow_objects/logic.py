# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three values: True, False, and None for what cannot be known. Section numbers in this package: docs/mail-flow-model.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = "bool | None"
Vector: TypeAlias = "tuple[Truth, ...]"
"""One value for each rule, or for each thing that must be so for one rule."""


def all_of(values: Iterable[Truth]) -> Truth:
    """AND: no if one is no, else unknown if one is unknown, else yes."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Truth]) -> Truth:
    """OR: yes if one is yes, else unknown if one is unknown, else no."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def negation(value: Truth) -> Truth:
    """NOT; what is unknown stays unknown."""
    return None if value is None else not value
