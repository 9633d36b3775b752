# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that a test has ordered in the place of the right ones: what services, proxies and networks do.

The fault `answers` is a list of them; the first that concerns a request and has times left is given. Each is data:

at: whom it concerns: call (the default), token, discovery or identity.
cmdlet, reads, writes: only this cmdlet, only reading or only writing ones.
times: how often (1); skip: how many requests that it concerns go their right way before.
applied: the cmdlet is carried out first; "once": only for the first of these answers.
status (200), headers, body (a text) or json: what is answered. echo: with all that was sent behind the text, or at {sent}
in the json; two numbers: only from this character to that.
right: the right answer, with the keys of `envelope` in the body, of `row` in each of its records; null takes a key away.
size: so many bytes more. silent: seconds before anything comes. slow: seconds between the bytes of the body. cut: the
connection ends after so many bytes of the body. drop: it ends without an answer.

In texts, {n} is the number of the answer, {base} the address of the service, {path} the one that was asked for.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from .tenant import Record, Tenant

_CHUNK = b" " * (1 << 16)
_REPLACED = ("body", "json", "headers", "envelope", "row")


def due(tenant: Tenant, at: str, cmdlet: str = "") -> Record | None:
    """The answer that is ordered for this request, with one time less left."""
    for fault in tenant.faults.get("answers", ()):
        if not _concerns(fault, at, cmdlet) or fault.get("times", 1) <= 0:
            continue
        if fault.get("skip", 0) > 0:
            fault["skip"] -= 1
            continue
        fault["times"] = fault.get("times", 1) - 1
        fault["given"] = fault.get("given", 0) + 1
        return dict(fault)
    return None


def acts(fault: Record) -> bool:
    """Whether the cmdlet is carried out before this answer."""
    applied = fault.get("applied")
    return bool(fault.get("right") or (applied == "once" and fault["given"] == 1) or applied is True)


def _concerns(fault: Record, at: str, cmdlet: str) -> bool:
    reads = cmdlet.lower().startswith("get-")
    return (
        fault.get("at", "call") == at
        and fault.get("cmdlet", cmdlet).lower() == cmdlet.lower()
        and (reads or not fault.get("reads"))
        and not (reads and fault.get("writes"))
    )


async def answered(fault: Record, request: web.Request, right: Record | None = None) -> web.StreamResponse:
    """The ordered answer. right: the body of the right one, where there is one."""
    await asyncio.sleep(fault.get("silent", 0))
    if fault.get("drop"):
        return _dropped(request)
    places = {"{n}": str(fault["given"]), "{base}": str(request.url.origin()), "{path}": request.path}
    fault = {**fault, **{key: _filled(fault[key], places) for key in _REPLACED if key in fault}}
    text = await _text(fault, request, right)
    headers = {"Content-Type": "application/json", **fault.get("headers", {})}
    content = text.encode("utf-8", "surrogatepass")
    status = fault.get("status", 200)
    if not any(key in fault for key in ("size", "slow", "cut")):
        return web.Response(status=status, headers=headers, body=content)
    return await _streamed(fault, request, status, headers, content)


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _filled(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, str):
        for place, text in places.items():
            value = value.replace(place, text)
        return value
    if isinstance(value, dict):
        return {key: _filled(item, places) for key, item in value.items()}
    return [_filled(item, places) for item in value] if isinstance(value, list) else value


async def _text(fault: Record, request: web.Request, right: Record | None) -> str:
    sent = (
        f"{json.dumps(dict(request.headers))} {(await request.read()).decode('utf-8', 'replace')}"
        if fault.get("echo")
        else ""
    )
    if isinstance(fault.get("echo"), list):
        sent = sent[slice(*fault["echo"])]
    if fault.get("right"):
        body = _changed(right or {}, _filled(fault.get("envelope", {}), {"{sent}": sent}))
        if isinstance(body.get("value"), list):
            changes = _filled(fault.get("row", {}), {"{sent}": sent})
            body["value"] = [_changed(row, changes) for row in body["value"]]
        return json.dumps(body)
    if "json" in fault:
        return json.dumps(_filled(fault["json"], {"{sent}": sent}))
    return str(fault.get("body", "")) + sent


def _changed(record: Record, changes: Record) -> Record:
    changed = {**record, **changes}
    return {key: value for key, value in changed.items() if value is not None or key not in changes}


async def _streamed(
    fault: Record, request: web.Request, status: int, headers: dict[str, str], content: bytes
) -> web.StreamResponse:
    size = fault.get("size", 0)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(content) + size
    await response.prepare(request)
    try:
        if "slow" in fault:
            for byte in content:
                await response.write(bytes([byte]))
                await asyncio.sleep(fault["slow"])
        else:
            await response.write(content[: fault.get("cut", len(content))])
        if "cut" in fault:
            _dropped(request)
        for _chunk in range(size // len(_CHUNK)):
            await response.write(_CHUNK)
        await response.write(b" " * (size % len(_CHUNK)))
    except ConnectionError:
        pass
    return response
