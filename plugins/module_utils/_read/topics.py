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
        for record in cmdlets.read(resource.noun, dict(parameters)):
            records.setdefault(str(record.get("Guid") or record.get("Name")), record)
    if resource.singleton and not records:
        raise ServiceError(f"The service returned no {resource.title}.", cmdlet=f"Get-{resource.noun}")
    return list(records.values())


def topic_result(resource: Resource, records: list[Record]) -> Any:
    """The objects by option names: a list, in order where there is one, or one object where it exists once."""
    objects = [resource.to_result(record.get("Name"), resource.read(record)) for record in records]
    if resource.singleton:
        return objects[0] if objects else {}
    return sorted(objects, key=lambda item: item["priority"]) if resource.priority else objects
