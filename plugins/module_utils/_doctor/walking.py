# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walking the mail of the tenant that the doctor looks at, as far as all that decides on it can be understood. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._mail_flow_check.check import check
from .._mail_flow_check.findings import ESSENTIAL
from .foreign_rules import not_as_they_read
from .odd_settings import Unreadable
from .tenant_view import TenantView, acts
from .walked_modes import WalkedModes

_NO_PORTAL = "portal_name was not given, so that the vendor's rules and connectors cannot be told from others"


def walk(view: TenantView, now: datetime) -> WalkedModes:
    """Whose mail is inspected. now: with a time zone, for rules that act between dates."""
    known = view.integration.get("mail_flow")
    if not known:
        return WalkedModes(doubt=_NO_PORTAL)
    if unread := view.unread(*ESSENTIAL):
        return WalkedModes(doubt=f"{' and '.join(ESSENTIAL[topic][0] for topic in unread)} could not be read")
    try:
        hidden = _hidden(view)
        for rule in view.entire("mail_flow_rules"):
            # Their order counts, and the walk takes it from the list.
            rule.get("priority")
        result = check(_snapshot(view), known, now=now)
    except Unreadable as odd:
        doubt = f"{odd.setting} of {odd.what} reads {odd.reads}, which is not understood"
        view.leave_out("whether mail is inspected", doubt)
        return WalkedModes(doubt=doubt)
    if result["protection"] is None:
        return WalkedModes(doubt="the tenant has no accepted domain")
    if hidden:
        return WalkedModes(doubt=f'what the rule "{hidden}" does need not be what is read of it', hidden=True)
    return WalkedModes(result["protection"])


def _snapshot(view: TenantView) -> dict[str, Any]:
    """The tenant for the walk, in which whoever needs a setting that cannot be understood learns it."""
    found = {
        topic: view.single(topic) if isinstance(item, Mapping) else view.entire(topic)
        for topic, item in view.snapshot.items()
    }
    return {**found, "recipients": view.recipients}


def _hidden(view: TenantView) -> str:
    """The first rule in force that need not do what is read of it, "" when there is none."""
    names = not_as_they_read(view)
    rules = (str(rule["name"]) for rule in view.entire("mail_flow_rules") if acts(rule))
    return next((name for name in rules if name in names), "")
