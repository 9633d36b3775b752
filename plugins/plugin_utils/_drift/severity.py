# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How bad a difference between a tenant and the variables is, from the rows of its sheet. Pure.

Which severity of a row counts depends on the direction: a lost exception from the protect rule makes a loop, an added one
leaves some mail uninspected.
"""

from __future__ import annotations

from ...module_utils._schema.resource import Field
from ...module_utils._schema.severities import SEVERITIES
from .._sheets.loader import same_meaning
from .._sheets.sheet import SettingSeverity, Severity
from .difference import Difference, added_addresses, unset

WIDE = 2**16
"""Gained addresses from which a list opens to much of the internet; the gateways of large vendors stay below."""


def asleep(severity: Severity) -> Severity:
    """The severity for what neither acts nor shall act: it does nothing to mail before somebody switches it on."""
    rank = "info" if severity.severity == "info" else "warning"
    text = severity.consequence
    return Severity(rank, f"Only once it is switched on: {text[:1].lower()}{text[1:]}")


def severity_of(row: SettingSeverity, field: Field | None, found: Difference) -> Severity:
    """How bad it is that a setting differs. field: None for one that no table has."""
    now, wanted = found.now, found.wanted
    listed = isinstance(now, list) or isinstance(wanted, list)
    case = None if listed else row.cases.get((wanted, now))
    if case:
        return case
    if unset(now):
        return row.missing
    if listed:
        return _of_list(row, field, found)
    return row.extra if unset(wanted) else row.changed or row.missing


def _of_list(row: SettingSeverity, field: Field | None, found: Difference) -> Severity:
    """The worse one of what is lost and what is gained."""
    severities = []
    if row.changed and found.lost and found.gained:
        severities.append(row.changed)
    if found.lost:
        severities.append(row.lost or row.missing)
    if found.gained:
        added = row.extra if unset(found.wanted) else row.gained or row.extra
        severities.append(row.wide if row.wide and added_addresses(field, found) > WIDE else added)
    return min(severities or [same_meaning()], key=lambda severity: SEVERITIES.index(severity.severity))
