# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All judges over the facts of one tenant. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import (
    _access,
    _automatic_mode,
    _centralised_mail,
    _dehydrated,
    _disabled_connectors,
    _edited_rules,
    _effective_mode,
    _enhanced_filtering,
    _foreign_rules,
    _limits,
    _lock_down,
    _loop_guard,
    _portal_known,
    _products,
    _protection,
    _vendor_objects,
)
from ._chart import Chart
from ._effective_mode import Answer
from ._finding import Finding, worst_first

_JUDGES = (
    _access.judge,
    _access.unread,
    _automatic_mode.judge,
    _lock_down.judge,
    _loop_guard.judge,
    _protection.judge,
    _disabled_connectors.judge,
    _vendor_objects.judge,
    _dehydrated.judge,
    _limits.judge,
    _edited_rules.judge,
    _foreign_rules.judge,
    _enhanced_filtering.judge,
    _centralised_mail.judge,
    _portal_known.judge,
)


def chart_of(facts: Mapping[str, Any], integration: Mapping[str, Any]) -> Chart:
    """The facts that the module has found out, as a chart."""
    parts = {key: facts.get(key) or {} for key in ("snapshot", "notes", "may", "reasons")}
    return Chart(**parts, integration=integration)


def examine(
    facts: Mapping[str, Any],
    integration: Mapping[str, Any],
    data: Mapping[str, Any],
    answers: Mapping[str, Answer] | None,
    reason: str = "",
) -> dict[str, Any]:
    """Everything that is to be said: findings, worst first, permissions, domains and products.

    facts: of _examination. data: {"roles", "products"}, see _products. answers: of DNS, None when it was not asked.
    """
    if facts.get("sign_in_problem"):
        refused = _access.refused_sign_in(
            str(facts["sign_in_problem"]),
            str(facts.get("sign_in_hint") or ""),
            token=bool(facts.get("token_refused")),
        )
        return _result(refused, {}, [], [])
    chart = chart_of(facts, integration)
    hosts = {domain: [item.host for item in answer.exchangers] for domain, answer in (answers or {}).items()}
    products = _products.recognize(chart, data["products"], hosts)
    domains = _effective_mode.modes(chart, data["products"], answers, reason)
    findings = list(_judged(chart))
    findings += _effective_mode.judge(domains, answers is not None)
    findings += _products.judge(chart, products, data["roles"])
    return _result(findings, _access.permissions(chart), domains, products)


def _judged(chart: Chart) -> Iterator[Finding]:
    for judge in _JUDGES:
        yield from judge(chart)


def _result(
    findings: Sequence[Finding],
    permissions: Mapping[str, Any],
    domains: Sequence[_effective_mode.Mode],
    products: Sequence[_products.Recognized],
) -> dict[str, Any]:
    return {
        "findings": worst_first(findings),
        "permissions": dict(permissions) or {"planner": {}, "applier": {}},
        "domains": [mode.shown() for mode in domains],
        "products": [item.shown() for item in products],
    }
