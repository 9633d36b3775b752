# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks over the facts of one tenant. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from . import access, connectors, effective_mode, foreign_rules, products, vendor_objects
from .direct_send import direct_send
from .effective_mode import MxAnswer
from .finding import DoctorFinding, worst_first
from .inspection import inspection
from .journaling import journaling
from .left_out import left_out, refused
from .scope import scope
from .signature_return import signature_return
from .simulations import simulations
from .tenant_view import NotExamined, TenantView
from .vendor_connectors import vendor_connectors
from .walked_modes import WalkedModes
from .walking import walk

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
    *,
    now: datetime,
) -> dict[str, Any]:
    """Everything that is to be said: findings, worst first, permissions, modes, products, and what was not examined.

    facts: as the module finds them out. data: {"roles", "products"}, see products. answers: of DNS, None when it was not asked.
    now: with a time zone.
    """
    if facts.get("sign_in_problem"):
        findings = access.refused_sign_in(
            str(facts["sign_in_problem"]),
            str(facts.get("sign_in_hint") or ""),
            token=bool(facts.get("token_refused")),
        )
        nothing = WalkedModes(doubt="the application could not sign in")
        return _result(findings, {}, [], [], refused(findings[0]["what"]), nothing)
    view = view_of(facts, integration)
    hosts = {domain: [item.host for item in answer.exchangers] for domain, answer in (answers or {}).items()}
    recognized = products.recognize(view, data["products"], hosts)
    walked = walk(view, now)
    view = replace(view, uninspected=walked.blamed)
    domains = effective_mode.modes(view, data["products"], answers, reason, walked)
    findings = list(_findings(view))
    findings += effective_mode.check(domains, answers is not None, view.header)
    findings += list(inspection(walked, domains, findings, view.header))
    findings += products.check(view, recognized, data["roles"])
    findings += [*simulations(view, recognized), *signature_return(view, recognized)]
    findings += access.set_aside(view)
    aside = left_out(view, domains)
    return _result(findings, access.permissions(view), domains, recognized, aside, walked)


def _findings(view: TenantView) -> Iterator[DoctorFinding]:
    for check in _CHECKS:
        yield from check(view)


def _result(
    findings: Sequence[DoctorFinding],
    permissions: Mapping[str, Any],
    domains: Sequence[effective_mode.Mode],
    recognized: Sequence[products.Recognized],
    not_examined: Sequence[NotExamined],
    walked: WalkedModes,
) -> dict[str, Any]:
    return {
        "findings": worst_first(findings),
        "permissions": dict(permissions) or {"planner": {}, "applier": {}},
        "domains": [mode.to_result() for mode in domains],
        "scope": walked.scope(),
        "everybody": walked.everybody(),
        "products": [item.to_result() for item in recognized],
        "not_examined": [item.to_result() for item in not_examined],
    }
