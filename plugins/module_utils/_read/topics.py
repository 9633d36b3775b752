# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All objects of a class, by option names."""

from __future__ import annotations

from typing import Any

from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import ServiceError
from .._schema.resource import Resource


def topic_records(resource: Resource, cmdlets: Cmdlets) -> list[Record]:
    """Every object once, as the service shows it and in its order.

    The O365Error family; ServiceError, too, when what always exists is missing.
    """
    records: dict[str, Record] = {}
    for parameters in resource.listings:
        for number, record in enumerate(cmdlets.read(resource.noun, dict(parameters))):
            known = record.get("Guid") or record.get("Name") or f"without a name, {number}"
            records.setdefault(str(known), record)
    if resource.singleton and not records:
        raise ServiceError(f"The service returned no {resource.title}.", cmdlet=f"Get-{resource.noun}")
    return list(records.values())


def topic_result(resource: Resource, records: list[Record]) -> Any:
    """The objects by option names: a list, in order where there is one, or one object where it exists once.

    ServiceError for an order that cannot be told.
    """
    objects = [to_result(resource, record) for record in in_order(resource, records)]
    if resource.singleton:
        return objects[0] if objects else {}
    return objects


def to_result(resource: Resource, record: Record) -> dict[str, Any]:
    """A record by option names."""
    return resource.to_result(record.get("Name"), resource.read(record))


def in_order(resource: Resource, records: list[Record]) -> list[Record]:
    """The records in the order of their objects, where these have one. ServiceError when a place cannot be told."""
    if not resource.priority:
        return records
    placed: list[tuple[int, Record]] = []
    for record in records:
        place = resource.read(record).get("priority")
        if not isinstance(place, int):
            raise ServiceError(
                f'The place of the {resource.title} "{record.get("Name")}" in the order is not known: '
                f"its priority reads {record.get('Priority')!r:.60}.",
                cmdlet=f"Get-{resource.noun}",
            )
        placed.append((place, record))
    return [record for _place, record in sorted(placed, key=lambda pair: pair[0])]
