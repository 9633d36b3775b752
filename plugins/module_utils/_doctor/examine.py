# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All judges over the facts of one tenant. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import (
    access,
    automatic_mode,
    centralised_mail,
    dehydrated,
    disabled_connectors,
    edited_rules,
    effective_mode,
    enhanced_filtering,
    foreign_rules,
    limits,
    lock_down,
    loop_guard,
    portal_known,
    products,
    protection,
    vendor_objects,
)
from .effective_mode import MxAnswer
from .finding import Finding, worst_first
from .tenant_view import TenantView

_JUDGES = (
    access.check,
    access.unread,
    automatic_mode.check,
    lock_down.check,
    loop_guard.check,
    protection.check,
    disabled_connectors.check,
    vendor_objects.check,
    dehydrated.check,
    limits.check,
    edited_rules.check,
    foreign_rules.check,
    enhanced_filtering.check,
    centralised_mail.check,
    portal_known.check,
)


def chart_of(facts: Mapping[str, Any], integration: Mapping[str, Any]) -> TenantView:
    """The facts that the module has found out, as a chart."""
    parts = {key: facts.get(key) or {} for key in ("snapshot", "notes", "may", "reasons")}
    return TenantView(**parts, integration=integration)


def examine(
    facts: Mapping[str, Any],
    integration: Mapping[str, Any],
    data: Mapping[str, Any],
    answers: Mapping[str, MxAnswer] | None,
    reason: str = "",
) -> dict[str, Any]:
    """Everything that is to be said: findings, worst first, permissions, domains and products.

    facts: of _examination. data: {"roles", "products"}, see _products. answers: of DNS, None when it was not asked.
    """
    if facts.get("sign_in_problem"):
        refused = access.refused_sign_in(
            str(facts["sign_in_problem"]),
            str(facts.get("sign_in_hint") or ""),
            token=bool(facts.get("token_refused")),
        )
        return _result(refused, {}, [], [])
    chart = chart_of(facts, integration)
    hosts = {domain: [item.host for item in answer.exchangers] for domain, answer in (answers or {}).items()}
    recognized = products.recognize(chart, data["products"], hosts)
    domains = effective_mode.modes(chart, data["products"], answers, reason)
    findings = list(_judged(chart))
    findings += effective_mode.check(domains, answers is not None)
    findings += products.check(chart, recognized, data["roles"])
    return _result(findings, access.permissions(chart), domains, recognized)


def _judged(chart: TenantView) -> Iterator[Finding]:
    for check in _JUDGES:
        yield from check(chart)


def _result(
    findings: Sequence[Finding],
    permissions: Mapping[str, Any],
    domains: Sequence[effective_mode.Mode],
    recognized: Sequence[products.Recognized],
) -> dict[str, Any]:
    return {
        "findings": worst_first(findings),
        "permissions": dict(permissions) or {"planner": {}, "applier": {}},
        "domains": [mode.to_result() for mode in domains],
        "products": [item.to_result() for item in recognized],
    }
