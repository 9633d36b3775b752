# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor says of one thing: how bad it is, why, and who can do what about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._schema.severities import SEVERITIES

DoctorFinding = dict[str, str]

# Who can fix something.
OPERATOR = "whoever runs this collection"
EXCHANGE = "an Exchange administrator of the tenant"
ENTRA = "an administrator of Microsoft Entra who may assign roles"
APPLICATION = "whoever owns the application in Microsoft Entra"
MICROSOFT = "Microsoft support, by a ticket of the tenant"
VENDOR = "the vendor's support, or an administrator of the portal"
GATEWAY = "whoever manages the other product"
DNS = "whoever manages the domain's DNS"


def finding(name: str, severity: str, what: str, why: str, who: str, fix: str) -> DoctorFinding:
    """name: stable and kebab-case; what, why and fix: sentences."""
    return {"id": name, "severity": severity, "what": what, "why": why, "who": who, "fix": fix}


def worst_first(findings: Iterable[DoctorFinding]) -> list[DoctorFinding]:
    """By severity; within one, in the order of the checks."""
    return sorted(findings, key=lambda item: SEVERITIES.index(item["severity"]))


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in quotation marks, cut where they are too many to read."""
    shown = ", ".join(f'"{name}"' for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
