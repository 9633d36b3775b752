# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories of several practice tenants, one host for each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fake_exchange.control import Practice

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "tenants"
HOSTS = ("contoso", "fabrikam", "litware")
_SHARED = ("O365_ENDPOINT", "O365_AUTHORITY", "O365_CA_PATH")


def of_host(service: Practice, tenant: int, way: str = "secret") -> dict[str, str]:
    """The variables that a host needs for a tenant of the service: o365_tenant_id and so on."""
    env = {**service.env(way=way), "O365_TENANT_ID": service.guid(tenant)}
    return {name.lower(): value for name, value in env.items()}


def example(service: Practice, folder: Path, **more: Mapping[str, Any]) -> Path:
    """The inventory that the collection ships, with credentials in vault.yml of each host: another way to sign in for each.

    more: further variables by host.
    """
    place = folder / "tenants"
    shutil.copytree(EXAMPLE, place)
    for number, (host, way) in enumerate(zip(HOSTS, ("secret", "certificate", "federated"), strict=True)):
        values = of_host(service, number, way)
        if secret := values.pop("o365_client_secret", ""):
            values["vault_client_secret"] = secret
        else:
            values["o365_client_secret"] = ""
        (place / "host_vars" / host / "vault.yml").write_text(json.dumps({**values, **more.get(host, {})}))
    return place / "hosts.yml"


def many(service: Practice, folder: Path, count: int, **more: Mapping[str, Any]) -> Path:
    """An inventory of many tenants as JSON. more: further variables by host."""
    hosts = {
        name: {"ansible_connection": "local", **of_host(service, number), **more.get(name, {})}
        for number, name in ((number, f"tenant{number:03}") for number in range(count))
    }
    file = folder / "tenants.json"
    file.write_text(json.dumps({"office365_tenants": {"hosts": hosts}}))
    return file
