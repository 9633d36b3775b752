# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor says of one thing: how bad it is, why, and who can do what about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._schema.names import cut
from .._schema.severities import SEVERITIES
from .catalogue import kind_of

DoctorFinding = dict[str, str]
_MOST = 8


def finding(name: str, severity: str = "", case: str = "", **values: object) -> DoctorFinding:
    """A finding as the catalogue has it: id, severity, what, why, who and fix.

    severity: where it can have several. case: which of its texts. values: what its texts have in braces.
    """
    kind = kind_of(name)
    return {"id": name, "severity": severity or kind.severities[0], **kind.texts(case, values)}


def worst_first(findings: Iterable[DoctorFinding]) -> list[DoctorFinding]:
    """By severity; within one, in the order of the checks."""
    return sorted(findings, key=lambda item: SEVERITIES.index(item["severity"]))


def listed(names: Sequence[object]) -> str:
    """Names in quotation marks, cut where they are too many to read."""
    return cut([f'"{name}"' for name in names], _MOST)
