# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of whether the vendor has inspected a message on its way (7.9)."""

from __future__ import annotations

from dataclasses import dataclass

from .logic import Truth


@dataclass(frozen=True)
class Inspection:
    """done: whether the message was inspected before delivery. why: for people, what a hand-over lacks if not; through: its rule.

    finding: the row of section 10 for what it lacks.
    """

    done: Truth = False
    why: str = ""
    through: str = ""
    finding: str = ""


NOT_INSPECTED = Inspection()


def come_back(inspection: Inspection, *, recognized: Truth) -> Inspection:
    """What is known once the vendor has given the message back. recognized: by a connector or an allowed address."""
    if inspection.done is not True or recognized is True:
        return inspection
    lacks = (
        "no enabled inbound connector names its sender and the address from which the vendor returns it"
        if recognized is False
        else "whether an enabled inbound connector recognizes it when the vendor returns it is not known"
    )
    result = "counts" if recognized is False else "may count"
    why = f"{lacks}, so that it {result} as mail of the internet that fails SPF and may be filtered"
    return Inspection(None, why, inspection.through, "return-not-recognized")
