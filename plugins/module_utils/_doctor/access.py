# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the application may do: reading, which plans need, and writing, which changes need. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .._exchange.permissions import UNASKED
from .._resources.index import RESOURCES
from .finding import APPLICATION, ENTRA, Finding, finding
from .tenant_view import TenantView

_ROLES = {
    cmdlet: resource.role
    for resource in RESOURCES
    for cmdlet in (*resource.reading_cmdlets(), *resource.writing_cmdlets())
}
_VIEW_ONLY = "View-Only Configuration"
_WAIT = "A new assignment takes up to 30 minutes."


def permissions(chart: TenantView) -> dict[str, dict[str, bool | None]]:
    """The cmdlets of the planner, who only reads, and of the applier, who writes: allowed, refused, or not established."""
    writing = {cmdlet: allowed for cmdlet, allowed in chart.may.items() if not cmdlet.startswith("Get-")}
    if writing:
        writing.update(dict.fromkeys(UNASKED))
    reading = {cmdlet: allowed for cmdlet, allowed in chart.may.items() if cmdlet.startswith("Get-")}
    return {"planner": reading, "applier": writing}


def refused_sign_in(problem: str, hint: str, *, token: bool) -> list[Finding]:
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


def check(chart: TenantView) -> Iterator[Finding]:
    """One finding for each role that is missing."""
    found = permissions(chart)
    if found["planner"] and not any(found["planner"].values()):
        yield _no_role()
        return
    yield from _missing(chart, found["planner"], reads=True)
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
    yield from _missing(chart, found["applier"], reads=False)
    yield from _unclear(found["applier"])


def _no_role() -> Finding:
    return finding(
        "no-role",
        "critical",
        "The application signs in, but may not read anything.",
        "The token is good, and neither a directory role nor an Exchange role group stands behind it. Nothing was looked at.",
        ENTRA,
        f"Give the application the directory role Global Reader to plan, or Exchange Administrator to apply; for less, see "
        f"docs/authentication.md. {_WAIT}",
    )


def _missing(chart: TenantView, cmdlets: Mapping[str, bool | None], *, reads: bool) -> Iterator[Finding]:
    lacking: dict[str, list[str]] = {}
    for cmdlet, allowed in cmdlets.items():
        if allowed is False:
            lacking.setdefault(_role(cmdlet, reads=reads), []).append(cmdlet)
    whole = chart.integration.get("footprint") == "automatic"
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


def _unclear(cmdlets: Mapping[str, bool | None]) -> Iterator[Finding]:
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


def unread(chart: TenantView) -> Iterator[Finding]:
    """Classes that could not be read for another reason than a missing role."""
    for cmdlet, reason in chart.reasons.items():
        if chart.may.get(cmdlet) is None:
            yield finding(
                "not-examined",
                "warning",
                f"{cmdlet} failed, so what it reads was not examined: {reason.rstrip('.')}.",
                "What stands there is missing from all the other findings.",
                ENTRA,
                "Run the doctor again; if it stays, the service's own words above are what its support needs.",
            )
