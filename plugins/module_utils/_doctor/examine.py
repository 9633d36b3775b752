# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks over the facts of one tenant. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import access, connectors, effective_mode, foreign_rules, products, vendor_objects
from .direct_send import direct_send
from .effective_mode import MxAnswer
from .finding import DoctorFinding, worst_first
from .journaling import journaling
from .left_out import left_out, refused
from .odd_settings import Unreadable
from .scope import scope
from .tenant_view import NotExamined, TenantView
from .vendor_connectors import vendor_connectors
from .walked import Protected, scope_rows, walk_in

# Findings of one severity are told in this order.
_CHECKS = (
    access.missing_roles,
    access.unread,
    vendor_objects.automatic_mode,
    connectors.lock_downs,
    vendor_connectors,
    vendor_objects.loop_guard,
    scope,
    vendor_objects.idle_protect_rules,
    connectors.disabled,
    vendor_objects.other_names_and_portals,
    access.dehydrated,
    access.limits,
    foreign_rules.edited,
    foreign_rules.in_the_way,
    foreign_rules.below,
    connectors.enhanced_filtering,
    connectors.centralised_mail_flow,
    journaling,
    direct_send,
    vendor_objects.portal_known,
)


def view_of(facts: Mapping[str, Any], integration: Mapping[str, Any]) -> TenantView:
    """The facts that the module has found out, as the checks look at them."""
    snapshot, odd, notes, may, reasons, recipients = (
        facts.get(key) or {} for key in ("snapshot", "odd", "notes", "may", "reasons", "recipients")
    )
    return TenantView(snapshot, odd, notes, may, reasons, integration, recipients)


def examine(
    facts: Mapping[str, Any],
    integration: Mapping[str, Any],
    data: Mapping[str, Any],
    answers: Mapping[str, MxAnswer] | None,
    reason: str = "",
    protected: Protected | None = None,
) -> dict[str, Any]:
    """Everything that is to be said: findings, worst first, permissions, domains, products, and what was not examined.

    facts: as the module finds them out. data: {"roles", "products"}, see products. answers: of DNS, None when it was not asked.
    protected: what the mail-flow check says of protection; None when nothing was walked.
    """
    if facts.get("sign_in_problem"):
        findings = access.refused_sign_in(
            str(facts["sign_in_problem"]),
            str(facts.get("sign_in_hint") or ""),
            token=bool(facts.get("token_refused")),
        )
        return _result(findings, {}, [], [], refused(findings[0]["what"]))
    view = view_of(facts, integration)
    hosts = {domain: [item.host for item in answer.exchangers] for domain, answer in (answers or {}).items()}
    recognized = products.recognize(view, data["products"], hosts)
    domains = _domains(view, data, answers, reason)
    if protected:
        walk_in(domains, protected)
    findings = list(_findings(view))
    findings += effective_mode.check(domains, answers is not None)
    findings += products.check(view, recognized, data["roles"])
    findings += access.set_aside(view)
    found = _result(findings, access.permissions(view), domains, recognized, left_out(view, domains))
    return {**found, "scope": scope_rows(protected) if protected else []}


def _domains(
    view: TenantView, data: Mapping[str, Any], answers: Mapping[str, MxAnswer] | None, reason: str
) -> list[effective_mode.Mode]:
    """The effective modes; not known, where something that decides on them cannot be understood."""
    try:
        found = effective_mode.modes(view, data["products"], answers, reason)
        aside = [item for item in view.not_examined if not item.findings]
    except Unreadable as odd:
        view.set_aside(odd)
        aside = view.not_examined[-1:]
    if not aside:
        return found
    words = f"not known, because {aside[0].what} could not be understood"
    names = effective_mode.domains_to_ask(view, data["products"])
    return [effective_mode.Mode(name, words, "unknown", "unknown", [aside[0].why]) for name in names]


def _findings(view: TenantView) -> Iterator[DoctorFinding]:
    for check in _CHECKS:
        yield from check(view)


def _result(
    findings: Sequence[DoctorFinding],
    permissions: Mapping[str, Any],
    domains: Sequence[effective_mode.Mode],
    recognized: Sequence[products.Recognized],
    not_examined: Sequence[NotExamined],
) -> dict[str, Any]:
    return {
        "findings": worst_first(findings),
        "permissions": dict(permissions) or {"planner": {}, "applier": {}},
        "domains": [mode.to_result() for mode in domains],
        "products": [item.to_result() for item in recognized],
        "not_examined": [item.to_result() for item in not_examined],
    }
