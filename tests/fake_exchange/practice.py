# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking into a practice tenant and changing it, without any cmdlet: for tests and for the curious."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from . import message_trace
from .classes import CLASSES
from .seed import seed
from .tenant import Record, Tenant


class Practice:
    """Handlers under /_practice; no authentication, loopback only."""

    def __init__(self, tenants: dict[str, Tenant]) -> None:
        self._tenants = tenants
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}

    def _tenant(self, request: web.Request) -> Tenant:
        tenant = self._tenants.get(request.match_info["tenant"].lower())
        if tenant is None:
            raise web.HTTPNotFound(text="no such tenant")
        return tenant

    async def state(self, request: web.Request) -> web.Response:
        """Every record of every class; the transport and organization configuration as single objects."""
        objects = self._tenant(request).objects
        shown: dict[str, Any] = {
            noun: (rows[0] if rows else {}) if CLASSES[noun].singleton else rows
            for noun, rows in objects.items()
        }
        return web.json_response(shown)

    async def calls(self, request: web.Request) -> web.Response:
        """Every cmdlet call in order."""
        return web.json_response(self._tenant(request).calls)

    async def counters(self, request: web.Request) -> web.Response:
        """Requests, tokens, reads and writes over all tenants."""
        total: dict[str, int] = {}
        for tenant in {id(tenant): tenant for tenant in self._tenants.values()}.values():
            for name, value in tenant.counters.items():
                total[name] = total.get(name, 0) + value
        return web.json_response(total)

    async def reset(self, request: web.Request) -> web.Response:
        """Begin again with a seed."""
        wanted = await request.json()
        seed(self._tenant(request), wanted.get("seed", "small"), int(wanted.get("foreign_rules", 0)))
        return web.json_response({})

    async def keep(self, request: web.Request) -> web.Response:
        """Keep the tenant as it is under a name."""
        tenant = self._tenant(request)
        self._kept[tenant.guid, request.match_info["name"]] = tenant.kept()
        return web.json_response({})

    async def bring_back(self, request: web.Request) -> web.Response:
        """The tenant as it was when it was kept under that name; whether it was."""
        tenant = self._tenant(request)
        kept = self._kept.get((tenant.guid, request.match_info["name"]))
        if kept is not None:
            tenant.bring_back(kept)
        return web.json_response(kept is not None)

    async def faults(self, request: web.Request) -> web.Response:
        """Add faults; {} takes all away."""
        tenant, wanted = self._tenant(request), await request.json()
        if wanted:
            tenant.faults.update(wanted)
        else:
            tenant.faults.clear()
        return web.json_response(tenant.faults)

    async def put(self, request: web.Request) -> web.Response:
        """Write a record past all checks: changes one of that name, or adds one."""
        tenant, noun = self._tenant(request), request.match_info["noun"]
        table, given = CLASSES[noun], await request.json()
        record = tenant.objects[noun][0] if table.singleton else tenant.find(noun, given["Name"])
        if record is None:
            record = tenant.fresh(table, given["Name"])
            tenant.objects[noun].append(record)
        place = given.pop("Priority", None)
        record.update(given)
        if noun == "TransportRule":
            self._placed(tenant, record, place)
        return web.json_response(record)

    async def put_traces(self, request: web.Request) -> web.Response:
        """Add rows of message traces."""
        message_trace.put(self._tenant(request), await request.json())
        return web.json_response({})

    async def clear_traces(self, request: web.Request) -> web.Response:
        """Forget all rows, and that any were asked for."""
        tenant = self._tenant(request)
        tenant.traces.clear()
        tenant.trace_requests.clear()
        return web.json_response({})

    def _placed(self, tenant: Tenant, record: Record, place: int | None) -> None:
        if place is not None:
            tenant.objects["TransportRule"].remove(record)
            tenant.objects["TransportRule"].insert(place, record)
        tenant.renumber()

    async def delete(self, request: web.Request) -> web.Response:
        """Take a record away past all checks."""
        tenant, noun = self._tenant(request), request.match_info["noun"]
        record = tenant.find(noun, request.match_info["name"])
        if record is not None:
            tenant.objects[noun].remove(record)
            tenant.renumber()
        return web.json_response({})
