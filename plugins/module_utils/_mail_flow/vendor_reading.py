# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the vendor reads what it is handed: whose mail it is, and whether it is to be inspected before delivery (7.9)."""

from __future__ import annotations

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.headers import Header, HeaderState
from .._mail_flow_objects.inspection import Inspection
from .._mail_flow_objects.integration import INLINE, SERVICE, Integration
from .._mail_flow_objects.logic import Truth


def handed_over(
    before: Inspection, there: Destination, known: Integration, header: HeaderState, through: str
) -> Inspection:
    """What is known once a message has been handed to somebody. through: the rule or connector that did it."""
    if before.done is True or there.where == "hop":
        return before
    if there.where == "portal":
        why = f"it goes to {there.text}, which belongs to another portal of the vendor"
        return Inspection(None, why, through, "two-portals")
    if there.where == "vendor-dlp":
        why = f"it goes to {there.text}, the vendor's host for outgoing mail"
        return Inspection(None, why, through, "mode-header")
    done, why = _read(known, header)
    return Inspection(done, why, through, "" if done else "mode-header")


def _read(known: Integration, header: HeaderState) -> tuple[Truth, str]:
    """How the vendor reads the header: portal, service, direction if it is not incoming, mode."""
    if not known.header:
        return None, "the name of the header in which the vendor reads portal and mode is not known"
    if header is Header.ABSENT:
        return (
            False,
            f"nothing sets the header {known.header_name}, in which the vendor reads portal and mode",
        )
    if isinstance(header, Header):
        return None, f"what the header {known.header_name} says when the vendor gets it is not known"
    portal, *rest = [part.strip().lower() for part in header.split(",")]
    told = f'the header {known.header_name} says "{header}"'
    if ",".join((portal, *rest)) == known.header_value:
        if rest[-1:] == [INLINE]:
            return True, ""
        if not rest:
            return None, f"{told} as given, and what the vendor reads in a text without commas is not known"
    if known.portal and portal != known.portal.lower():
        return (
            False,
            f"the header {known.header_name} names the portal {portal or 'of nobody'}, not {known.portal}",
        )
    if rest == [SERVICE, INLINE]:
        unknown = f"whether {portal or 'nobody'}, which the header {known.header_name} names, is the portal is not known"
        return (True, "") if known.portal else (None, unknown)
    if rest[-1:] == [INLINE]:
        return None, f"{told}, which the vendor does not read as incoming mail"
    return False, f'{told}: the vendor reads the mode at its end, and that is not "{INLINE}"'
