# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict of every class and of the tenant (8.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .classes import classes, returned
from .directory import domain_of
from .values import every, setting
from .walk import End, Start, Tenant, Walk, by_domain, destination

ORDER = ("safe", "not_proved", "lost", "loop")


def verdict(ends: Iterable[End]) -> str:
    """Of one class, over the ends that count."""
    counted = [end for end in ends if end.counts]
    if any(end.certain and end.end == "loop" for end in counted):
        return "loop"
    if any(end.certain and end.end in ("rejected", "stranded") for end in counted):
        return "lost"
    return "not_proved" if any(end.end not in ("delivered", "left") for end in counted) else "safe"


@dataclass(frozen=True)
class Judged:
    """A class: its verdict over everybody, every verdict that it can have where one stands for others, and its ends."""

    verdict: str
    possible: frozenset[str]
    ends: list[End]


def verdicts(snapshot: dict[str, Any], integration: dict[str, Any], *, now: datetime) -> dict[str, str]:
    """By class without number, and under "" that of the tenant."""
    return {name: one.verdict for name, one in explained(snapshot, integration, now=now).items()}


def explained(snapshot: dict[str, Any], integration: dict[str, Any], *, now: datetime) -> dict[str, Judged]:
    """The same with what led there."""
    tenant = Tenant(snapshot, integration, now)
    found: dict[str, Judged] = {}
    reached: dict[str, set[str]] = {}
    for name, places in classes(tenant).items():
        walks = {place: _walks(tenant, takers) for place, takers in places.items()}
        found[name] = _judged(walks)
        every = [walk for takers in walks.values() for several in takers.values() for walk in several]
        reached[name] = {one for walk in every for one in walk.reached}
    back = returned(tenant, reached)
    if back:
        found["returned"] = _judged({place: _walks(tenant, takers) for place, takers in back.items()})
    journal = journal_reports(tenant)
    if journal:
        worst = worst_of(verdict([end]) for end in journal)
        found["journal-report"] = Judged(worst, frozenset({worst}), journal)
    worst = worst_of(one.verdict for one in found.values())
    found[""] = Judged(worst, frozenset({worst}), [])
    return found


def _walks(tenant: Tenant, takers: dict[str, list[Start]]) -> dict[str, list[Walk]]:
    return {taker: [Walk(tenant, start) for start in starts] for taker, starts in takers.items()}


def _judged(places: dict[str, dict[str, list[Walk]]]) -> Judged:
    possible, ends = {"safe"}, set[End]()
    worst = "safe"
    for takers in places.values():
        each = set()
        for walks in takers.values():
            found = [walk.ends() for walk in walks]
            ends |= {end for some in found for end in some}
            each.add(worst_of(map(verdict, found)))
        worst = worst_of([worst, *each])
        possible = {worst_of([one, other]) for one in possible for other in each}
    return Judged(worst, frozenset(possible), sorted(ends, key=str))


def worst_of(found: Iterable[str]) -> str:
    return max(found, key=ORDER.index, default="safe")


def journal_reports(tenant: Tenant) -> list[End]:
    """3 and 7.3: where reports to the integration's address end."""
    wanted = str(tenant.integration.get("journal_address") or "").lower()
    rules = [
        rule
        for rule in tenant.snapshot.get("journal_rules") or []
        if str(rule.get("journal_email_address")).lower() == wanted and rule.get("enabled") is not False
    ]
    return [_report(tenant, wanted) for _rule in rules]


def _report(tenant: Tenant, address: str) -> End:
    if tenant.directory.accepted(domain_of(address)) == (True, "authoritative"):
        return End(address, "stranded", True, True, f"{address} is in this organization")
    central = [
        every([setting(one, "enabled"), setting(one, "route_all_messages_via_on_premises")])
        for one in tenant.outbound
    ]
    if any(value is not False for value in central):
        return End(address, "unknown", False, True, "centralised mail flow")
    for connector in by_domain(tenant, domain_of(address)):
        if connector is not None and not _consumed(tenant, connector, address):
            return End(address, "unknown", False, True, f"{connector.get('name')} leads elsewhere")
    return End(address, "left", True, True, "")


def _consumed(tenant: Tenant, connector: dict[str, Any], address: str) -> bool:
    """Whether a report that goes through a connector is gone for good: to a host of the domain, or never back."""
    names = [item.lower() for item in connector.get("recipient_domains") or []]
    goal = destination(tenant, connector)
    if domain_of(address) in names or setting(connector, "use_mx_record") is True:
        return True
    return goal is not None and goal[0] != "portal"
