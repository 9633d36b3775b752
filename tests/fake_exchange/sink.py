# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A foreign host that is trusted as the service is: it remembers all that it gets, and should never get a secret."""

from __future__ import annotations

from aiohttp import web


class Sink:
    """Handlers of the sink, and of the service for looking into it."""

    def __init__(self) -> None:
        self._got: list[str] = []

    async def take(self, request: web.Request) -> web.Response:
        """Whatever comes; answered as a login service and an admin API would, so that a client goes on."""
        headers = " ".join(f"{name}: {value}" for name, value in request.headers.items())
        body = (await request.read()).decode("utf-8", "replace")
        self._got.append(f"{request.method} {request.path_qs} {headers} {body}")
        return web.json_response({"access_token": "taken", "expires_in": 3599, "value": []})

    async def shown(self, request: web.Request) -> web.Response:
        """All that came, in order; forgotten when it is asked for with DELETE."""
        got = list(self._got)
        if request.method == "DELETE":
            self._got.clear()
        return web.json_response(got)


def application(sink: Sink) -> web.Application:
    """The foreign host."""
    app = web.Application()
    app.add_routes([web.route("*", "/{any:.*}", sink.take)])
    return app
