# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another way to say the same: where nobody has published how a value reads, a tenant can be made to show the other form.

The fault `dialect` switches it on. Unset values, lists of one, enumerations, sizes, levels, times, addresses and recipients
then read differently from what the tables say; what is stored stays as it is.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from .classes import CLASSES, LISTS, Class, Parameter
from .tenant import Record, Tenant

_NOT_OURS = ("Name", "Priority", "EmailAddresses", "Enabled")
_EXACT = re.compile(r"\(([\d,]+) bytes\)")
# Rules are known to read null when unset, connectors and policies [], both with arrays and names of enumerations.
_RULES = ("TransportRule", "JournalRule")


def spoken(tenant: Tenant, noun: str, record: Record) -> Record:
    """A record as the other dialect shows it."""
    table = CLASSES.get(noun)
    if table is None or not tenant.faults.get("dialect"):
        return record
    row = {
        name: _said(tenant, table, name, table.parameters[name], value)
        if name in table.parameters and name not in _NOT_OURS
        else value
        for name, value in record.items()
    }
    if noun == "TransportRule":
        row["State"] = str(row["State"]).lower()
    return row


def _said(tenant: Tenant, table: Class, name: str, parameter: Parameter, value: Any) -> Any:
    if name == "TlsSettings" and value is None:
        return "None"
    if name == "AssociatedAcceptedDomains":
        return [_domain_id(tenant, item) for item in value]
    if value in (None, "", []) or (value is False and table.noun == "TransportRule"):
        return _unset(table, name, parameter)
    if parameter.kind in LISTS:
        items = [_item(tenant, parameter.kind, item) for item in value]
        if parameter.kind in "aE":
            return ",".join(items) if parameter.kind == "a" else ", ".join(items)
        return items[0] if len(items) == 1 else items[::-1]
    if parameter.kind == "e":
        return str(value).lower()
    if parameter.kind == "z" and (exact := _EXACT.search(value)):
        return int(exact.group(1).replace(",", ""))
    if parameter.kind == "t":
        return str(value).removesuffix("+00:00")
    if name.endswith("DsnDefaultLanguage"):
        return {"LCID": 1033, "Name": str(value), "IsReadOnly": True}
    return str(value) if parameter.kind == "L" else _item(tenant, parameter.kind, value)


def _unset(table: Class, name: str, parameter: Parameter) -> Any:
    if parameter.kind == "b":
        return None
    if parameter.kind in LISTS:
        return ([""] if len(name) % 2 else []) if table.noun in _RULES else None
    return "" if table.noun in _RULES else None


def _item(tenant: Tenant, kind: str, item: Any) -> Any:
    if kind in "RIGrQ":
        return _called(tenant, item, "Name" if kind != "Q" else "Guid")
    if kind == "q":
        return _called(tenant, item, "Name")
    if kind in "ncf":
        return _range(item)
    if kind == "h":
        return str(item).strip("[]")
    return item


def _called(tenant: Tenant, identity: str, key: str) -> str:
    found = tenant.recipients(identity)
    return str(found[0][key]) if len(found) == 1 else identity


def _domain_id(tenant: Tenant, domain: str) -> str:
    found = [row["Guid"] for row in tenant.objects["AcceptedDomain"] if row["DomainName"] == domain.lower()]
    return str(found[0]) if found else domain


def _range(item: str) -> str:
    """A single address as a block of one, a block as a range."""
    if "-" in item:
        return item
    network = ipaddress.ip_network(item)
    return f"{network[0]}-{network[-1]}" if "/" in item and network.num_addresses > 1 else str(network)
