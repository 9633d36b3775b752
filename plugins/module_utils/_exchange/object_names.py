# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that settings of others name, such as the connector of a mail-flow rule: by name, in whatever form the service shows them.

That they read as names is inferred; GUIDs, distinguished names and paths are identities of the same objects (cmdlet reference).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .._resources.index import BY_NOUN
from .._schema.resource import Resource
from .cmdlets import Record, identities
from .errors import NotPermitted

_NO_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|cn=.+|[^/]+(/[^/]+)+", re.IGNORECASE)

Read = Callable[[str, dict[str, Any]], list[Record]]
"""(Get- cmdlet, parameters) -> records."""


def with_names(noun: str, records: list[Record], read: Read) -> list[Record]:
    """Records of a class with names where they show other identities; as they are where whose they are is not shown."""
    for row in BY_NOUN[noun].fields if noun in BY_NOUN else ():
        shown, named = row.prop or row.parameter, BY_NOUN.get(row.names)
        # Recipients are looked up one by one; there can be very many.
        if not named or named.by_identity:
            continue
        if any(_NO_NAME.fullmatch(str(record.get(shown))) for record in records):
            names = _names(named, read)
            records = [
                {**record, shown: names.get(str(record.get(shown) or "").lower(), record.get(shown))}
                for record in records
            ]
    return records


def _names(resource: Resource, read: Read) -> dict[str, str]:
    """The names of a class by each identity of its objects; of two objects, a name goes before another's other identity."""
    try:
        found = [
            record for listing in resource.listings for record in read(f"Get-{resource.noun}", dict(listing))
        ]
    except NotPermitted:
        return {}
    every = {text: str(record["Name"]) for record in found for text in identities(record)}
    return every | {str(record["Name"]).lower(): str(record["Name"]) for record in found}
