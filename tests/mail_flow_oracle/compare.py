# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing the product's evaluator with this one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .oracle import ORDER, Judged, explained, worst_of
from .tenants import NOW, Case

Checker = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Disagreement:
    """One class, or "" for the tenant, with what the product and what this evaluator says."""

    name: str
    product: str
    oracle: str

    @property
    def wrongly_safe(self) -> bool:
        return self.product == "safe"

    @property
    def gravity(self) -> int:
        """0 for a product that says safe, then what is too mild, then what is too hard."""
        if self.wrongly_safe:
            return 0
        return 1 if ORDER.index(self.product) < ORDER.index(self.oracle) else 2


def product_check() -> Checker:
    """The product's evaluator."""
    from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import check

    return check


def product_verdicts(case: Case) -> dict[str, str]:
    """By class without number, and under "" that of the tenant; without the informative classes."""
    snapshot, integration = deepcopy(case)
    result = product_check()(snapshot, integration, now=NOW)
    found: dict[str, list[str]] = {}
    for one in result["classes"]:
        name = one["class"].partition("#")[0]
        if name not in ("auto-reply-outbound", "peer-customer"):
            found.setdefault(name, []).append(one["verdict"])
    return {**{name: worst_of(values) for name, values in found.items()}, "": result["verdict"]}


def compare(case: Case) -> list[Disagreement]:
    """Where the two differ in what both say, the gravest first.

    Also where the product calls a tenant safe because it walks one of several, while another one is not.
    """
    product, mine = product_verdicts(case), explained(*deepcopy(case), now=NOW)
    found = [
        Disagreement(name, product[name], mine[name].verdict)
        for name in sorted(product.keys() & mine.keys())
        if name and not (_agree(product[name], mine[name]) and _represents(product[""], mine[name]))
    ]
    worst = worst_of(value for name, value in product.items() if name)
    if product[""] != worst:
        found.append(Disagreement("", product[""], worst))
    return sorted(found, key=lambda one: (one.gravity, one.name))


def _represents(tenant: str, mine: Judged) -> bool:
    return tenant != "safe" or mine.verdict == "safe"


def _agree(product: str, mine: Judged) -> bool:
    """The same, for some of those whom the document lets stand for the others, or for more of them.

    It does not say when both sides of an undecided question lead to one certain end, so a sterner word for what is not safe
    is no disagreement.
    """
    mildest, worst = min(map(ORDER.index, mine.possible)), ORDER.index(mine.verdict)
    return mildest <= ORDER.index(product) <= worst or (mildest > 0 and ORDER.index(product) > mildest)


def minimised(case: Case, still: Callable[[Case], bool]) -> Case:
    """The smallest tenant, by leaving out one thing after the other, for which the question is still answered yes."""
    best, shrunk = case, True
    while shrunk:
        shrunk = False
        for candidate in _smaller(best):
            if _holds(still, candidate):
                best, shrunk = candidate, True
                break
    return best


def _holds(still: Callable[[Case], bool], case: Case) -> bool:
    try:
        return still(case)
    except (KeyError, IndexError, TypeError, ValueError):
        return False


def _routes(snapshot: dict[str, Any]) -> set[str]:
    """Connectors that rules name: without them every message would be stranded."""
    return {rule["actions"].get("route_message_outbound_connector") for rule in snapshot["mail_flow_rules"]}


def _smaller(case: Case) -> Iterator[Case]:
    snapshot, integration = case
    named = json.dumps(snapshot["mail_flow_rules"])
    for name in (
        "mail_flow_rules",
        "inbound_connectors",
        "outbound_connectors",
        "journal_rules",
        "accepted_domains",
    ):
        for place, row in enumerate(snapshot[name]):
            if name == "accepted_domains" and row["domain_name"] in json.dumps(snapshot["recipients"]):
                continue
            if row.get("default") or (name == "outbound_connectors" and row["name"] in _routes(snapshot)):
                continue
            changed = deepcopy(snapshot)
            del changed[name][place]
            yield changed, integration
    for key in list(snapshot["recipients"]):
        if (
            any(key in (other.get("members") or []) for other in snapshot["recipients"].values())
            or key in named
        ):
            continue
        changed = deepcopy(snapshot)
        del changed["recipients"][key]
        yield changed, integration
    for place, rule in enumerate(snapshot["mail_flow_rules"]):
        for section in ("conditions", "exceptions", "actions"):
            for key in rule[section]:
                changed = deepcopy(snapshot)
                del changed["mail_flow_rules"][place][section][key]
                yield changed, integration
    for key in ("ip_allow_list", "ip_block_list"):
        if snapshot["connection_filter"].get(key):
            changed = deepcopy(snapshot)
            changed["connection_filter"][key] = []
            yield changed, integration


def shown(case: Case) -> str:
    """A tenant for reading: what is usual is left out."""
    snapshot, _integration = case
    usual: tuple[Any, ...] = (
        "",
        [],
        None,
        False,
        {},
        "Enforce",
        "Ignore",
        "Resolved",
        "Header",
        "Opportunistic",
    )
    lines = []
    for name in ("mail_flow_rules", "inbound_connectors", "outbound_connectors", "accepted_domains"):
        for row in snapshot[name]:
            kept = {key: value for key, value in row.items() if value not in usual or key == "enabled"}
            lines.append(f"  {name}: {json.dumps(kept)}")
    lines += [f"  recipient {key}: {json.dumps(row)}" for key, row in snapshot["recipients"].items()]
    lines.append(f"  filter: {json.dumps(snapshot['connection_filter'])}")
    lines.append(
        f"  journal: {json.dumps(snapshot['journal_rules'])} {json.dumps(snapshot['transport_config'])}"
    )
    return "\n".join(lines)
