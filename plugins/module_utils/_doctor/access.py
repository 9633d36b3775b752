# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the application may do, which plans need for reading and changes for writing, and what the organization has room for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from .._exchange.permissions import UNASKED
from .._resources.index import RESOURCES
from .finding import APPLICATION, ENTRA, EXCHANGE, OPERATOR, DoctorFinding, finding
from .tenant_view import TenantObject, TenantView

_ROLES = {
    cmdlet: resource.role
    for resource in RESOURCES
    for cmdlet in (*resource.reading_cmdlets(), *resource.writing_cmdlets())
}
_VIEW_ONLY = "View-Only Configuration"
_MOST_ASIDE = 8
_WAIT = "A new assignment takes up to 30 minutes."


def permissions(view: TenantView) -> dict[str, dict[str, bool | None]]:
    """The cmdlets of the planner, who only reads, and of the applier, who writes: allowed, refused, or not established."""
    writing = {cmdlet: allowed for cmdlet, allowed in view.may.items() if not cmdlet.startswith("Get-")}
    if writing:
        writing.update(dict.fromkeys(UNASKED))
    reading = {cmdlet: allowed for cmdlet, allowed in view.may.items() if cmdlet.startswith("Get-")}
    return {"planner": reading, "applier": writing}


def refused_sign_in(problem: str, hint: str, *, token: bool) -> list[DoctorFinding]:
    """Nothing else can be found out then. token: there is one, and the service does not accept it."""
    words = problem.rstrip(".")
    if token:
        return [
            finding(
                "token-refused",
                "critical",
                f"The application signs in, but Exchange Online does not accept its token: {words}.",
                "Nothing was looked at. Mostly the permission Exchange.ManageAsApp or its admin consent is missing, or the token is "
                "for another tenant or cloud.",
                ENTRA,
                hint
                or "Grant Exchange.ManageAsApp with admin consent and a directory role (docs/authentication.md).",
            )
        ]
    return [
        finding(
            "sign-in-refused",
            "critical",
            f"The application could not sign in: {words}.",
            "Without a token nothing can be read or written, and nothing was looked at.",
            APPLICATION,
            f"{hint or 'Check tenant_id, client_id and the credential.'} See docs/authentication.md.",
        )
    ]


def missing_roles(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding for each role that is missing."""
    found = permissions(view)
    if found["planner"] and not any(found["planner"].values()):
        yield _no_role()
        return
    yield from _missing(view, found["planner"], reads=True)
    if found["applier"] and not any(found["applier"].values()) and False in found["applier"].values():
        yield finding(
            "reads-only",
            "info",
            "The application may read, but not change anything.",
            "It can make plans and previews, and no plan can be applied with it; that is as it should be for a planner.",
            ENTRA,
            "To apply, use another application, or give this one the roles of docs/authentication.md.",
        )
        return
    yield from _missing(view, found["applier"], reads=False)
    yield from _unclear(found["applier"])


def _no_role() -> DoctorFinding:
    return finding(
        "no-role",
        "critical",
        "The application signs in, but may not read anything.",
        "The token is good, and neither a directory role nor an Exchange role group stands behind it. Nothing was looked at.",
        ENTRA,
        f"Give the application the directory role Global Reader to plan, or Exchange Administrator to apply; for less, see "
        f"docs/authentication.md. {_WAIT}",
    )


def _missing(view: TenantView, cmdlets: Mapping[str, bool | None], *, reads: bool) -> Iterator[DoctorFinding]:
    lacking: dict[str, list[str]] = {}
    for cmdlet, allowed in cmdlets.items():
        if allowed is False:
            lacking.setdefault(_role(cmdlet, reads=reads), []).append(cmdlet)
    whole = view.integration.get("footprint") == "automatic"
    for role, names in lacking.items():
        needed = whole or any(_ROLES[name].always for name in names)
        severity = ("critical" if reads else "warning") if needed else "info"
        uses = "" if needed else " It is needed for the whole footprint, not for the manual mode."
        yield finding(
            f"{'planner' if reads else 'applier'}-lacks-{role.lower().replace(' ', '-')}",
            severity,
            f"The application may not run {', '.join(names)}.",
            f"{'What these read was not looked at, and' if reads else 'What these change cannot be written:'} a run ends where it "
            f"needs them.{uses}",
            ENTRA,
            f"Give it the Exchange role {role}{_also(names, role) if reads else ''}, or a directory role that contains it. {_WAIT}",
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
        yield finding(
            "writing-not-established",
            "info",
            f"Whether the application may run {', '.join(names)} could not be established.",
            "The service answered the question in a form that is not known.",
            ENTRA,
            "Check the roles by hand (docs/authentication.md), or find out with the first change.",
        )


def unread(view: TenantView) -> Iterator[DoctorFinding]:
    """Classes that could not be read for another reason than a missing role."""
    for cmdlet, reason in view.reasons.items():
        if view.may.get(cmdlet) is None:
            yield finding(
                "not-examined",
                "warning",
                f"{cmdlet} failed, so what it reads was not examined: {reason.rstrip('.')}.",
                "What stands there is missing from all the other findings.",
                ENTRA,
                "Run the doctor again; if it stays, the service's own words above are what its support needs.",
            )


def set_aside(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding for the settings that kept other checks from looking at something; after all of them."""
    aside = [f"{item.what}: {item.why}" for item in view.not_examined]
    if aside:
        more = f"; and {len(aside) - _MOST_ASIDE} more" if len(aside) > _MOST_ASIDE else ""
        yield finding(
            "not-examined",
            "warning",
            f"Something in this tenant could not be examined. {'; '.join(aside[:_MOST_ASIDE])}{more}.",
            "What hangs on it is missing from the other findings; not_examined of the result says which.",
            EXCHANGE,
            "Look at these objects in the admin center, and report the form that is not understood.",
        )


# ----------------------------------------------------------------------------------------- the organization


def dehydrated(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding, when the tenant is dehydrated."""
    yield from view.each([view.single("organization_config")], _dehydrated, "dehydrated-tenant")


def _dehydrated(view: TenantView, organization: TenantObject) -> Iterator[DoctorFinding]:
    if not organization.get("is_dehydrated"):
        return
    yield finding(
        "dehydrated-tenant",
        "warning",
        "The organization has not been customized yet (it is dehydrated).",
        "Exchange Online keeps new organizations in a shared form in which some settings cannot be written; the first such "
        "write would fail.",
        OPERATOR,
        "Run the module o365_organization_customization once, and wait until it has taken effect, which can take an hour.",
    )


# What a footprint adds at most: three rules of incoming protection (groups, users, domains); the whole one also whitelist,
# outgoing and internal, and the pattern "true" of the whitelist rule. Sizes are estimates: Microsoft does not say what it counts.
_OUR_RULES = {"automatic": 6, "manual": 3}
_OUR_PATTERNS = 4
_RULE_BASE = 1200
_PER_NAME = 12
_TIGHT = 0.9


def limits(view: TenantView) -> Iterator[DoctorFinding]:
    """Limits that would be exceeded (critical) or nearly so (warning)."""
    footprint = "automatic" if view.integration.get("footprint") == "automatic" else "manual"
    patterns = _OUR_PATTERNS if footprint == "automatic" else 0
    found = [view.single("limits")]
    for name, option, added, words in (
        ("rules", "rules", lambda there: max(_OUR_RULES[footprint] - there, 0), "mail-flow rules"),
        (
            "patterns",
            "pattern_characters",
            lambda there: 0 if there else patterns,
            "characters in patterns of rules",
        ),
    ):
        check = partial(_of_limit, name=name, option=option, needed=added, words=words)
        yield from view.each(found, check, f"limit-of-{name}")
    yield from view.each(found, _rule_size, "limit-of-rule-size")


def _of_limit(
    view: TenantView,
    limits: TenantObject,
    *,
    name: str,
    option: str,
    needed: Callable[[int], int],
    words: str,
) -> Iterator[DoctorFinding]:
    used, most = limits.get(option), limits.get(f"{option}_maximum")
    if used is None or not most:
        return
    added = needed(sum(1 for rule in view.rules if view.is_vendor_managed("mail_flow_rules", rule)))
    after = used + added
    if after <= most * _TIGHT:
        return
    full = after > most
    yield finding(
        f"limit-of-{name}",
        "critical" if full else "warning",
        f"{used} of {most} {words} are used; this integration needs up to {added} more.",
        "It does not fit, and a run would stop half-way." if full else "There is hardly room for more.",
        EXCHANGE,
        "Remove rules that are switched off or no longer needed, or join some.",
    )


def _rule_size(view: TenantView, limits: TenantObject) -> Iterator[DoctorFinding]:
    scope, most = view.known("scope"), limits.get("largest_rule_maximum") or 0
    wanted = _RULE_BASE + sum(len(name) + _PER_NAME for name in scope)
    if scope and most and wanted > most * _TIGHT:
        yield finding(
            "limit-of-rule-size",
            "warning" if wanted <= most else "critical",
            f"The protect rule would take about {wanted} of the {most} bytes that a rule can have; {len(scope)} users, "
            "groups and domains are to be in it.",
            "The service refuses a rule that is too large.",
            OPERATOR,
            "Protect a group instead of its members (protected_groups).",
        )
