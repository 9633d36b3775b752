# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom the variables of the phases name: what is to be looked up, and what is wrong with what was found. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .run import Run
from .tenant import Tenant


def named_by(run: Run) -> list[str]:
    """The identities that the phases of a run name, each once."""
    names = [name for kind in _kinds(run) for name in (f"{kind}_users", f"{kind}_groups")]
    return list(dict.fromkeys(identity for name in names for identity in run.inputs[name]))


def _kinds(run: Run) -> list[str]:
    """How the variables with users and groups begin that the phases look at."""
    incoming = {"inline", "rescope"} & set(run.phases)
    internal = "outbound" in run.phases and run.portal.wants("protect_internal_rule")
    kinds = ["protected"] if incoming or internal else []
    return [*kinds, "outbound"] if "outbound" in run.phases else kinds


def wrong_recipients(run: Run, tenant: Tenant) -> Iterator[str]:
    """A sentence for each that is of the wrong kind or not there. A group may come later when only a plan is made."""
    for kind in _kinds(run):
        for user in run.inputs[f"{kind}_users"]:
            yield from _user_problems(kind, user, tenant.kind(user))
        for group in run.inputs[f"{kind}_groups"]:
            yield from _group_problems(kind, group, tenant.kind(group), may_come=run.preview)


def _user_problems(kind: str, user: str, found: str) -> Iterator[str]:
    if found == "group":
        yield f'{kind}_users: "{user}" is a group; give it in {kind}_groups'
    if found == "missing" and "@" not in user:
        yield f'{kind}_users: there is no recipient "{user}" in the tenant'
    yield from _not_looked_up(f"{kind}_users", user, found)


def _group_problems(kind: str, group: str, found: str, *, may_come: bool) -> Iterator[str]:
    if found == "individual":
        yield f'{kind}_groups: "{group}" is a single recipient; give it in {kind}_users'
    if found == "missing" and not may_come:
        yield f'{kind}_groups: there is no group "{group}" in the tenant'
    yield from _not_looked_up(f"{kind}_groups", group, found)


def _not_looked_up(variable: str, identity: str, found: str) -> Iterator[str]:
    if found == "unknown" and "@" not in identity:
        yield (
            f'{variable}: "{identity}" cannot be looked up, because the application may not run Get-Recipient; give the primary '
            "address"
        )
