# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a task's object."""

from __future__ import annotations

from dataclasses import dataclass

from .._schema.resource import State


@dataclass(frozen=True)
class Outcome:
    """The object before and after, under the name that it has; None where it does not exist.

    order_before, order_after: the names of all objects of its class, top first, where they have an order. guid: its own, when
    it is known. same_position_rules: the objects for which earlier tasks of the run asked for the same end of the order.
    """

    changed: bool
    name: str
    before: State | None
    after: State | None
    order_before: tuple[str, ...] = ()
    order_after: tuple[str, ...] = ()
    guid: str = ""
    same_position_rules: tuple[str, ...] = ()
