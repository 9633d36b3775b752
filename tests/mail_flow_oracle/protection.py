# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gets mail from outside that nothing says was inspected, and whom the product calls inspected all the same (7.9, 9.19)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from .classes import classes
from .compare import product_check
from .directory import Person, domain_of
from .networks import inside
from .tenants import NOW, Case
from .walk import Start, Tenant, Walk

_INCOMING = ("internet-", "calendar-", "alias-of-", "group-with-", "from-gateway", "from-address")


def uninspected(case: Case) -> dict[str, str]:
    """By primary address the class in which something is delivered that was not inspected, or may not have been."""
    tenant = Tenant(*deepcopy(case), NOW)
    found: dict[str, str] = {}
    for name, places in classes(tenant).items():
        starts = [start for takers in places.values() for several in takers.values() for start in several]
        for start in starts if name.startswith(_INCOMING) else ():
            if _is_asked(tenant, start):
                for end in Walk(tenant, start).ends():
                    if end.end == "delivered" and end.inspected is not True:
                        found.setdefault(
                            tenant.directory.primary(Person(end.recipient)) or end.recipient, name
                        )
    return found


def _is_asked(tenant: Tenant, start: Start) -> bool:
    """Mail from somebody who is certainly outside, and of which rules see that it does not come from the vendor."""
    message = start.message
    sender = message.header_from
    outside = sender.kind != "symbolic" and tenant.directory.accepted(domain_of(sender.written))[0] is False
    guard = [*(tenant.integration.get("loop_guard") or []), *tenant.returns_of_others()]
    seen = tenant.entrance.enter(message, start.recipients).message.seen_ip
    return outside and seen is not None and inside(seen, guard) is not True


def wrongly_inspected(case: Case) -> list[str]:
    """Entries of the scope that the product calls inspected, with who gets mail that was not."""
    snapshot, integration = deepcopy(case)
    protection: dict[str, Any] = product_check()(snapshot, integration, now=NOW)["protection"]
    entries = [row for row in protection["scope"] if row["verdict"] == "inspected"]
    missed = uninspected(case) if entries else {}
    return [
        f"{row['kind']} {row['name']}: {address} in {missed[address]}"
        for row in entries
        for address in _people(case[0], row)
        if address in missed
    ]


def _people(snapshot: dict[str, Any], row: dict[str, Any], seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The primary addresses for whom an entry stands, as far as they are known."""
    records = snapshot["recipients"]
    record: dict[str, Any] = next(
        (one for key, one in records.items() if key.lower() == row["name"].lower()), {}
    )
    if row["kind"] == "user":
        yield str(record.get("address") or row["name"]).lower()
    elif row["kind"] == "group":
        for member in (str(one).lower() for one in record.get("members") or []):
            kind = (records.get(member) or {}).get("kind")
            if kind == "group" and member not in seen:
                yield from _people(snapshot, {"kind": "group", "name": member}, (*seen, member))
            elif kind != "group":
                yield member
    elif row["kind"] in ("domain", "everybody"):
        wanted = row["name"].lower()
        people = (str(one["address"]).lower() for one in records.values() if one["kind"] == "individual")
        yield from (one for one in people if not wanted or domain_of(one) == wanted)
