# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A practice service inside of the tests' own process, for tests of what runs decide and not of how they reach a service.

Its handlers get what `requests` would send, and their answers come back the same way: no process, no socket, no TLS. What happens to
connections cannot be practised here, beside that one ends without an answer.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import requests
from aiohttp import web
from multidict import CIMultiDict
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from yarl import URL

from .control import Practice
from .material import Material
from .seed import seed
from .server import application, make_tenants
from .sink import Sink

_BASE = "https://practice.invalid"


class _Dropped(Exception):
    """The connection ended."""


class _Incoming:
    """A request as the handlers look at it."""

    def __init__(self, method: str, url: URL, headers: Mapping[str, str], body: bytes) -> None:
        self.method, self.url, self.rel_url = method, url, url.relative()
        self.path, self.query = url.path, url.query
        self.headers = CIMultiDict(headers)
        self.cookies = {name: item.value for name, item in SimpleCookie(self.headers.get("Cookie")).items()}
        self.transport = SimpleNamespace(abort=self._abort)
        self.match_info: Mapping[str, str] = {}
        self._body = body

    def _abort(self) -> None:
        raise _Dropped

    async def read(self) -> bytes:
        return self._body

    async def json(self) -> Any:
        return json.loads(self._body)

    async def post(self) -> dict[str, str]:
        return dict(parse_qsl(self._body.decode()))


class Inside(Practice):
    """As a running service; what this process sends there goes to its handlers."""

    def __init__(self, tenants: int = 1, seed: str = "small", foreign_rules: int = 0) -> None:
        super().__init__(tenants, seed, foreign_rules)
        self._begins = (tenants, seed, foreign_rules)
        self._loop = asyncio.new_event_loop()
        self._adapter = _Adapter(self)

    def start(self) -> None:
        """Let its address lead here."""
        material, (count, kind, foreign_rules) = Material(), self._begins
        tenants = make_tenants(count)
        for tenant in tenants:
            seed(tenant, kind, foreign_rules)
        self._application = application(material, tenants, _BASE, Sink())
        guids = [tenant.guid for tenant in tenants]
        self._environments = material.write(
            Path(self._directory.name), _BASE, guids, f"{_BASE}/identity/token"
        )
        really = requests.Session.get_adapter

        def adapter(session: requests.Session, url: str) -> BaseAdapter:
            return self._adapter if url.startswith(_BASE) else really(session, url)

        self._leading = patch.object(requests.Session, "get_adapter", adapter)
        self._leading.start()

    def stop(self) -> None:
        """Let it lead to the network again."""
        self._leading.stop()
        self._loop.close()

    def answer(self, incoming: _Incoming) -> web.Response:
        """What the service answers. _Dropped."""
        found: web.Response = self._loop.run_until_complete(self._answered(incoming))
        return found

    async def _answered(self, incoming: Any) -> Any:
        found = await self._application.router.resolve(incoming)
        incoming.match_info = found
        try:
            return await found.handler(incoming)
        except web.HTTPException as error:
            return error


class _Adapter(BaseAdapter):
    """Sends requests to a service inside of the process."""

    def __init__(self, service: Inside) -> None:
        super().__init__()
        self._service = service
        self._cookies: dict[str, str] = {}

    def send(self, request: requests.PreparedRequest, *_given: Any, **_options: Any) -> requests.Response:
        """As of any adapter."""
        body = (
            request.body if isinstance(request.body, (bytes, str)) else (request.body or io.BytesIO()).read()
        )
        body = body.encode() if isinstance(body, str) else body
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {**request.headers, "Cookie": cookies}
        incoming = _Incoming(str(request.method), URL(str(request.url), encoded=True), headers, body)
        try:
            answer = self._service.answer(incoming)
        except _Dropped:
            raise requests.ConnectionError("the connection ended") from None
        self._cookies |= {name: item.value for name, item in answer.cookies.items()}
        found = requests.Response()
        found.status_code, found.url, found.request = answer.status, str(request.url), request
        found.headers.update(answer.headers)
        content = io.BytesIO(answer.body if isinstance(answer.body, bytes) else b"")
        found.raw = HTTPResponse(content, answer.headers, answer.status, preload_content=False)
        return found

    def close(self) -> None:
        """There is nothing to close."""
