# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the application may do, which plans need for reading and changes for writing, and what the organization has room for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from .._exchange.permissions import UNASKED
from .._resources.index import RESOURCES
from .finding import DoctorFinding, finding
from .tenant_view import TenantObject, TenantView

_ROLES = {
    cmdlet: resource.role
    for resource in RESOURCES
    for cmdlet in (*resource.reading_cmdlets(), *resource.writing_cmdlets())
}
_VIEW_ONLY = "View-Only Configuration"
_MOST_ASIDE = 8


def permissions(view: TenantView) -> dict[str, dict[str, bool | None]]:
    """The cmdlets of the planner, who only reads, and of the applier, who writes: allowed, refused, or not established."""
    writing = {cmdlet: allowed for cmdlet, allowed in view.may.items() if not cmdlet.startswith("Get-")}
    if writing:
        writing.update(dict.fromkeys(UNASKED))
    reading = {cmdlet: allowed for cmdlet, allowed in view.may.items() if cmdlet.startswith("Get-")}
    return {"planner": reading, "applier": writing}


def refused_sign_in(problem: str, hint: str, *, token: bool) -> list[DoctorFinding]:
    """Nothing else can be found out then. token: there is one, and the service does not accept it."""
    name = "token-refused" if token else "sign-in-refused"
    return [finding(name, case="hint" if hint else "", problem=problem.rstrip("."), hint=hint)]


def missing_roles(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding for each role that is missing."""
    found = permissions(view)
    if found["planner"] and not any(found["planner"].values()):
        yield finding("no-role")
        return
    yield from _missing(view, found["planner"], reads=True)
    if found["applier"] and not any(found["applier"].values()) and False in found["applier"].values():
        yield finding("reads-only")
        return
    yield from _missing(view, found["applier"], reads=False)
    yield from _unclear(found["applier"])


def _missing(view: TenantView, cmdlets: Mapping[str, bool | None], *, reads: bool) -> Iterator[DoctorFinding]:
    lacking: dict[str, list[str]] = {}
    for cmdlet, allowed in cmdlets.items():
        if allowed is False:
            lacking.setdefault(_role(cmdlet, reads=reads), []).append(cmdlet)
    whole = view.integration.get("footprint") == "automatic"
    for role, names in lacking.items():
        needed = whole or any(_ROLES[name].always for name in names)
        yield finding(
            f"{'planner' if reads else 'applier'}-lacks-{role.lower().replace(' ', '-')}",
            "" if needed else "info",
            "" if needed else "automatic",
            cmdlets=", ".join(names),
            role=role,
            also=_also(names, role),
        )


def _role(cmdlet: str, *, reads: bool) -> str:
    role = _ROLES[cmdlet]
    return (role.reader if reads else "") or role.name


def _also(names: list[str], role: str) -> str:
    """The role that only reads, when it is another one."""
    viewing = _ROLES[names[0]].reader or _VIEW_ONLY
    return "" if viewing == role else f" (for a planner {viewing} is enough)"


def _unclear(cmdlets: Mapping[str, bool | None]) -> Iterator[DoctorFinding]:
    names = [cmdlet for cmdlet, allowed in cmdlets.items() if allowed is None and cmdlet not in UNASKED]
    if names:
        yield finding("writing-not-established", cmdlets=", ".join(names))


def unread(view: TenantView) -> Iterator[DoctorFinding]:
    """Classes that could not be read for another reason than a missing role."""
    for cmdlet, reason in view.reasons.items():
        if view.may.get(cmdlet) is None:
            yield finding("not-examined", cmdlet=cmdlet, reason=reason.rstrip("."))


def set_aside(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding for the settings that kept other checks from looking at something; after all of them."""
    aside = [f"{item.what}: {item.why}" for item in view.not_examined]
    if aside:
        more = f"; and {len(aside) - _MOST_ASIDE} more" if len(aside) > _MOST_ASIDE else ""
        yield finding("not-examined", case="settings", aside="; ".join(aside[:_MOST_ASIDE]) + more)


# ----------------------------------------------------------------------------------------- the organization


def dehydrated(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding, when the tenant is dehydrated."""
    yield from view.each([view.single("organization_config")], _dehydrated, "dehydrated-tenant")


def _dehydrated(view: TenantView, organization: TenantObject) -> Iterator[DoctorFinding]:
    if organization.get("is_dehydrated"):
        yield finding("dehydrated-tenant")


# What a footprint adds at most: three rules of incoming protection (groups, users, domains); the whole one also whitelist,
# outgoing and internal, and the pattern "true" of the whitelist rule. Sizes are estimates: Microsoft does not say what it counts.
_OURS = {"automatic": (6, 4), "manual": (3, 0)}
_RULE_BASE = 1200
_PER_NAME = 12
_TIGHT = 0.9


def limits(view: TenantView) -> Iterator[DoctorFinding]:
    """Limits that would be exceeded (critical) or nearly so (warning)."""
    automatic = view.integration.get("footprint") == "automatic"
    rules, patterns = _OURS["automatic" if automatic else "manual"]
    found = [view.single("limits")]
    for name, option, needed in (
        ("limit-of-rules", "rules", lambda there: max(rules - there, 0)),
        ("limit-of-patterns", "pattern_characters", lambda there: 0 if there else patterns),
    ):
        yield from view.each(found, partial(_of_limit, name=name, option=option, needed=needed), name)
    yield from view.each(found, _rule_size, "limit-of-rule-size")


def _of_limit(
    view: TenantView, limits: TenantObject, *, name: str, option: str, needed: Callable[[int], int]
) -> Iterator[DoctorFinding]:
    used, most = limits.get(option), limits.get(f"{option}_maximum")
    if used is None or not most:
        return
    added = needed(sum(1 for rule in view.rules if view.is_vendor_managed("mail_flow_rules", rule)))
    if used + added > most:
        yield finding(name, "critical", "full", used=used, most=most, added=added)
    elif used + added > most * _TIGHT:
        yield finding(name, "warning", used=used, most=most, added=added)


def _rule_size(view: TenantView, limits: TenantObject) -> Iterator[DoctorFinding]:
    scope, most = view.known("scope"), limits.get("largest_rule_maximum") or 0
    wanted = _RULE_BASE + sum(len(name) + _PER_NAME for name in scope)
    if scope and most and wanted > most * _TIGHT:
        severity = "warning" if wanted <= most else "critical"
        yield finding("limit-of-rule-size", severity, wanted=wanted, most=most, number=len(scope))
