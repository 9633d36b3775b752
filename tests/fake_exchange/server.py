# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The routes of a practice service, and its life from start to signal."""

from __future__ import annotations

import asyncio
import signal
import ssl
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from .admin_api import AdminApi
from .login import Login
from .material import Material, write_atomically
from .practice import Practice
from .seed import seed
from .sink import Sink
from .sink import application as sink_application
from .tenant import Tenant

_HOST = "localhost"
_NAMESPACE = uuid.UUID("3f0e7a52-8d1b-5c64-a0c9-71d2b6f4e5a8")


def make_tenants(count: int) -> list[Tenant]:
    """Tenants whose GUIDs are the same at every start."""
    return [
        Tenant(str(uuid.uuid5(_NAMESPACE, str(number))), f"contoso{number or ''}.onmicrosoft.example")
        for number in range(count)
    ]


def _any_case(*parts: str) -> str:
    """A path that is read without regard to case; {tenant} stays a variable."""
    named = (
        part if part.startswith("{") else f"{{p{place}:(?i:{part})}}" for place, part in enumerate(parts)
    )
    return "/" + "/".join(named)


def application(material: Material, tenants: list[Tenant], base: str, sink: Sink) -> web.Application:
    """The whole service; base: its own address."""
    by_name = {tenant.guid: tenant for tenant in tenants} | {tenant.domain: tenant for tenant in tenants}
    login, api, practice = (
        Login(material, by_name, base),
        AdminApi(material, by_name, base),
        Practice(by_name),
    )
    app = web.Application()
    app.add_routes(
        [
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", login.configuration),
            web.post("/{tenant}/oauth2/v2.0/token", login.token),
            web.get("/identity/token", login.managed_identity),
            web.post(_any_case("adminapi", "beta", "{tenant}", "InvokeCommand"), api.invoke),
            web.post(_any_case("adminapi", r"v1\.0", "{tenant}", "InvokeCommand"), api.not_here),
            web.get(_any_case("adminapi", r"v1\.0", "{tenant}", "EXOModuleFile"), api.module_file),
            web.get("/_practice/counters", practice.counters),
            web.get("/_practice/sink", sink.shown),
            web.delete("/_practice/sink", sink.shown),
            web.get("/_practice/{tenant}/state", practice.state),
            web.get("/_practice/{tenant}/calls", practice.calls),
            web.post("/_practice/{tenant}/reset", practice.reset),
            web.put("/_practice/{tenant}/kept/{name}", practice.keep),
            web.post("/_practice/{tenant}/kept/{name}", practice.bring_back),
            web.post("/_practice/{tenant}/faults", practice.faults),
            web.put("/_practice/{tenant}/objects/{noun}", practice.put),
            web.put("/_practice/{tenant}/traces", practice.put_traces),
            web.delete("/_practice/{tenant}/traces", practice.clear_traces),
            web.delete("/_practice/{tenant}/objects/{noun}/{name}", practice.delete),
        ]
    )
    return app


async def serve(
    directory: Path,
    port: int,
    tenants: list[Tenant],
    kind: str,
    foreign: int,
    ready: Callable[[dict[str, Any]], None],
) -> None:
    """Serve until a signal; ready: called with the environments once requests are answered."""
    material = Material()
    for tenant in tenants:
        seed(tenant, kind, foreign)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    material.ca.issue_cert(_HOST, "127.0.0.1").configure_cert(context)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    chosen = await _free_port(port)
    base = f"https://{_HOST}:{chosen}"
    sink = Sink()
    service = web.AppRunner(application(material, tenants, base, sink), access_log=None, shutdown_timeout=1)
    foreign_host = web.AppRunner(sink_application(sink), access_log=None, shutdown_timeout=1)
    for runner in (service, foreign_host):
        await runner.setup()
    await web.TCPSite(service, "127.0.0.1", chosen, ssl_context=context, reuse_address=True).start()
    for tls in (context, None):
        await web.TCPSite(foreign_host, "127.0.0.1", 0, ssl_context=tls).start()
    environments = material.write(
        directory, base, [tenant.guid for tenant in tenants], f"{base}/identity/token"
    )
    ports = [address[1] for address in foreign_host.addresses]
    environments["sinks"] = {
        scheme: f"{scheme}://{_HOST}:{number}"
        for scheme, number in zip(("https", "http"), ports, strict=True)
    }
    write_atomically(directory / "environment.json", environments)
    ready(environments)
    await stop.wait()
    for runner in (service, foreign_host):
        await runner.cleanup()


async def _free_port(port: int) -> int:
    """The port that is asked for, or a free one for 0."""
    listener = await asyncio.get_running_loop().create_server(web.Server(_unready), "127.0.0.1", port)
    chosen = int(listener.sockets[0].getsockname()[1])
    listener.close()
    await listener.wait_closed()
    return chosen


async def _unready(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=503)
