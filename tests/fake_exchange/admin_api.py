# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The admin API over HTTP: who may call, what a body looks like, and what can go wrong on the way."""

from __future__ import annotations

import asyncio
import copy
import gzip
import hashlib
import json
import time
import uuid
from typing import Any

import jwt
from aiohttp import web

from . import cmdlets, faults, message_trace
from .dialect import spoken
from .errors import CmdletError
from .material import Material
from .tenant import Record, Tenant

_ODATA_ERROR = "Microsoft.Exchange.Admin.OData.Core.ODataServiceException"
_ROLE_TEXT = (
    "The role assigned to application {app} isn't supported in this scenario. Please check online documentation for assigning "
    "correct Directory Roles to Azure AD Application for EXO App-Only Authentication."
)
_INTEGERS = ("Priority", "RegexSize", "JournalMessageExpirationDays", "Size")
_TIMES = ("When", "Received")


class AdminApi:
    """Handlers for one service; tenants by GUID and by domain."""

    def __init__(self, material: Material, tenants: dict[str, Tenant], base: str) -> None:
        self._material = material
        self._tenants = tenants
        self._base = base
        self._known: dict[str, Record] = {}

    async def not_here(self, request: web.Request) -> web.Response:
        """InvokeCommand exists under beta only."""
        return web.Response(status=405)

    async def module_file(self, request: web.Request) -> web.Response:
        """The list of cmdlets that the caller may use."""
        tenant = self._tenants.get(request.match_info["tenant"].lower())
        if tenant is None or not self._admitted(request, tenant):
            return web.Response(status=401)
        denied = self._denied(tenant)
        names = [name for name in cmdlets.exported() if name.lower() not in denied]
        return web.json_response({"value": [{"exportedCmdlets": ",".join(names)}]})

    async def invoke(self, request: web.Request) -> web.StreamResponse:
        """One cmdlet."""
        tenant = self._tenants.get(request.match_info["tenant"].lower())
        if tenant is None:
            return web.Response(status=404, text="Not found")
        tenant.counters["requests"] += 1
        if not self._admitted(request, tenant):
            return web.Response(status=401, headers={"WWW-Authenticate": f'Bearer realm="{tenant.guid}"'})
        if redirect := self._redirected(request, tenant):
            return redirect
        try:
            given = (await request.json())["CmdletInput"]
            cmdlet, parameters = str(given["CmdletName"]), given["Parameters"]
            if not isinstance(parameters, dict):
                raise TypeError(parameters)
        except (ValueError, KeyError, TypeError):
            return web.Response(
                status=500, text="<html><body>Server Error</body></html>", content_type="text/html"
            )
        return await _Exchange(self, request, tenant, cmdlet, parameters).answered()

    def _admitted(self, request: web.Request, tenant: Tenant) -> bool:
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        claims = self._claims(token)
        if claims is None or claims["exp"] <= time.time():
            return False
        if tenant.faults.get("expire_tokens", 0) > 0:
            tenant.faults["expire_tokens"] -= 1
            return False
        fits = claims.get("tid") == tenant.guid and "Exchange.ManageAsApp" in claims.get("roles", ())
        return scheme == "Bearer" and fits

    def _claims(self, token: str) -> Record | None:
        """What a token says, which is verified once; None for one that is not ours."""
        if token not in self._known:
            audiences = [self._base, "https://outlook.office365.com", "00000002-0000-0ff1-ce00-000000000000"]
            key = self._material.token_key.public_key()
            try:
                self._known[token] = jwt.decode(
                    token, key, algorithms=["RS256"], audience=audiences, options={"require": ["exp"]}
                )
            except jwt.PyJWTError:
                return None
        return self._known[token]

    def _redirected(self, request: web.Request, tenant: Tenant) -> web.Response | None:
        wanted = tenant.faults.get("redirect")
        if not wanted or "redirected" in request.query:
            return None
        location = f"{request.path}?redirected=1" if wanted is True else str(wanted)
        return web.Response(status=302, headers={"Location": location})

    def _denied(self, tenant: Tenant) -> set[str]:
        return {str(name).lower() for name in tenant.faults.get("denied_cmdlets", ())}


class _Exchange:
    """One call on its way through faults, cmdlet and body."""

    def __init__(
        self, api: AdminApi, request: web.Request, tenant: Tenant, cmdlet: str, parameters: Record
    ) -> None:
        self._api = api
        self._request = request
        self._tenant = tenant
        self._cmdlet = cmdlet
        self._parameters = parameters
        self._writes = not cmdlet.lower().startswith("get-")
        self._id = str(uuid.uuid4())

    async def answered(self) -> web.StreamResponse:
        tenant = self._tenant
        if refused := self._not_allowed():
            return refused
        tenant.counters["writes" if self._writes else "reads"] += 1
        fault = self._due("fail")
        ordered = faults.due(tenant, "call", self._cmdlet)
        if fault and not fault.get("applied"):
            return await self._failed(fault)
        if ordered and not faults.acts(ordered):
            self._log(ordered.get("status", 200), "ordered", applied=False)
            return await faults.answered(ordered, self._request)
        tenant.warnings = []
        if self._parameters.get("Confirm") is True:
            self._log(200)
            return self._json({"@adminapi.confirmationmessage": "Are you sure?", "value": []})
        try:
            output = cmdlets.execute(tenant, self._cmdlet, self._parameters)
        except CmdletError as error:
            return self._cmdlet_error(error)
        if fault:
            return await self._failed(fault)
        if ordered:
            self._log(ordered.get("status", 200), "ordered")
            return await faults.answered(ordered, self._request, self._envelope(output))
        if self._due("late_errors"):
            self._log(200)
            return self._json(
                {**self._envelope([]), "@adminapi.errors": ["|System.Exception|The command did not finish."]}
            )
        self._log(200)
        return self._output(output)

    # ------------------------------------------------------------------------------------------ refusals

    def _not_allowed(self) -> web.Response | None:
        faults = self._tenant.faults
        if faults.get("throttle", 0) > 0:
            faults["throttle"] -= 1
            self._log(429, "throttled")
            after = faults.get("retry_after")
            if after is None:
                return web.Response(
                    status=429,
                    text="You have reached the maximum number of concurrent requests per tenant. Please wait and try again",
                )
            body = {"error": {"code": "TooManyRequests", "message": f"Please retry after {after} seconds"}}
            return self._json(body, 429, {"Retry-After": str(after)})
        if faults.get("missing_role"):
            self._log(403, "missing_role")
            return self._json(
                {"error": {"code": "Forbidden", "message": _ROLE_TEXT.format(app="the application")}}, 403
            )
        denied = self._cmdlet.lower() in self._api._denied(self._tenant) or (
            self._writes and faults.get("refuse_writes")
        )
        if denied or not cmdlets.known(self._cmdlet):
            self._log(403, "denied")
            # Declared as compressed in either case; only every second one is.
            nuls = b"\0" * 3000
            sent = gzip.compress(nuls) if len(self._tenant.calls) % 2 else nuls
            return web.Response(
                status=403, body=sent, headers={"Content-Encoding": "gzip", "request-id": self._id}
            )
        return None

    def _due(self, name: str) -> Record | None:
        """The fault of this name, if it concerns this call and has times left."""
        fault = self._tenant.faults.get(name)
        if not isinstance(fault, dict) or fault.get("times", 1) <= 0:
            return None
        if fault.get("cmdlet", self._cmdlet).lower() != self._cmdlet.lower():
            return None
        fault["times"] = fault.get("times", 1) - 1
        return fault

    async def _failed(self, fault: Record) -> web.StreamResponse:
        status = fault.get("status", 500)
        self._log(status, "fault", applied=bool(fault.get("applied")))
        if fault.get("drop"):
            assert self._request.transport is not None
            self._request.transport.abort()
            await asyncio.sleep(0)
            return web.Response()
        if fault.get("delay"):
            await asyncio.sleep(fault["delay"])
        if fault.get("type"):
            error = CmdletError(fault["type"], fault.get("text", "The issue may be transient."), status)
            return self._error_body(error)
        return web.Response(
            status=status, text="<html><body>Server Error</body></html>", content_type="text/html"
        )

    def _cmdlet_error(self, error: CmdletError) -> web.Response:
        status = error.status
        # The same not-found comes with different statuses.
        if status == 404 and len(self._tenant.calls) % 2:
            error.status = 500
        self._log(error.status, error.kind.rpartition(".")[2])
        return self._error_body(error)

    def _error_body(self, error: CmdletError) -> web.Response:
        code = {404: "NotFound", 500: "InternalServerError", 403: "Forbidden"}.get(error.status, "BadRequest")
        message = "Invalid Operation" if error.binding else "Error executing cmdlet"
        detail = f"|{error.kind}|{error.text}"
        if "X-ClientModuleVersion" in self._request.headers:
            detail = json.dumps(
                {"Message": error.text, "TypeName": error.kind, "StackTrace": None, "InnerError": None}
            )
        inner = {"message": error.text, "type": error.kind, "stacktrace": ""}
        body: Record = {
            "error": {
                "code": code,
                "message": message,
                "details": [
                    {"code": "Client" if error.binding else "Context", "target": "", "message": detail}
                ],
                "innererror": {
                    "message": message,
                    "type": _ODATA_ERROR,
                    "stacktrace": "",
                    "internalexception": inner,
                },
            },
            "adminapi.warnings@odata.type": "#Collection(String)",
            "@adminapi.warnings": list(self._tenant.warnings),
        }
        if error.kind.endswith("ParameterTransformationException"):
            del body["error"]["details"]
        return self._json(body, error.status)

    # ------------------------------------------------------------------------------------------ output

    def _envelope(self, rows: list[Record]) -> Record:
        context = f"{self._request.url.origin()}/adminapi/beta/{self._tenant.guid}/$metadata#Collection(Exchange.GenericHashTable)"
        return {
            "@odata.context": context,
            "adminapi.warnings@odata.type": "#Collection(String)",
            "@adminapi.warnings": list(self._tenant.warnings),
            "value": [_decorated(spoken(self._tenant, self._cmdlet.partition("-")[2], row)) for row in rows],
        }

    def _output(self, rows: list[Record]) -> web.Response:
        if self._writes and not rows:
            # Empty, absent and no content all mean success.
            form = len(self._tenant.calls) % 3
            if form == 0 and not self._tenant.warnings:
                return web.Response(status=204, headers={"request-id": self._id})
            body = self._envelope([])
            if form == 1:
                del body["value"]
            return self._json(body)
        # Message traces come whole, without links to further pages.
        return (
            self._json(self._envelope(rows))
            if self._cmdlet.lower() == message_trace.NAME.lower()
            else self._paged(rows)
        )

    def _paged(self, rows: list[Record]) -> web.Response:
        size = int(self._tenant.faults.get("page_size", 1000))
        start, cookie, anchor = 0, self._request.cookies.get("practice-affinity"), self._anchor()
        if page := self._request.query.get("$skiptoken"):
            place, _dot, proof = page.partition(".")
            if not cookie or proof != _proof(cookie, anchor):
                return self._error_body(
                    CmdletError(
                        "System.Exception",
                        "Expired or Invalid pagination request. Default Expiry time is 00:30:00",
                        binding=True,
                    )
                )
            start = int(place)
        body = self._envelope(rows[start : start + size])
        cookie = cookie or uuid.uuid4().hex
        if start + size < len(rows):
            token = f"?%24skiptoken={start + size}.{_proof(cookie, anchor)}"
            body["@odata.nextLink"] = self._link() + token
            body["@adminapi.warnings"].append(
                "There are more results available than are currently displayed. To view them, increase the value for "
                "the ResultSize parameter."
            )
        answer = self._json(body)
        answer.set_cookie("practice-affinity", cookie)
        return answer

    def _link(self) -> str:
        """Where this cmdlet goes on. OData lets links leave out what they share with the address that was asked."""
        path = f"/adminapi/beta/{self._tenant.guid}/InvokeCommand"
        short = {"path": path, "name": "InvokeCommand", "query": ""}
        return short.get(self._tenant.faults.get("link", ""), f"{self._request.url.origin()}{path}")

    def _anchor(self) -> str:
        return self._request.headers.get("X-AnchorMailbox", "")

    def _json(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
        text = json.dumps(body)
        more = {"request-id": self._id, **(headers or {})}
        return web.Response(status=status, text=text, content_type="application/json", headers=more)

    def _log(self, status: int, error: str | None = None, *, applied: bool = True) -> None:
        self._tenant.calls.append(
            {
                "cmdlet": self._cmdlet,
                "parameters": copy.deepcopy(self._parameters),
                "status": status,
                # Refused for a parameter that does not exist: the cmdlet never ran.
                "write": self._writes and error != "AmbiguousParameterSetException",
                "request_id": self._id,
                "error": error,
                "anchor": self._anchor(),
            }
        )


def _proof(cookie: str, anchor: str) -> str:
    return hashlib.sha256(f"{cookie}/{anchor}".encode()).hexdigest()[:16]


def _decorated(record: Record) -> Record:
    """A record with the notes on types that the service puts between the values."""
    row: Record = {}
    for name, value in record.items():
        if name == "Members":
            continue
        if isinstance(value, list) and value:
            row[f"{name}@odata.type"] = "#Collection(String)"
        elif name in _INTEGERS and value is not None:
            row[f"{name}@data.type"] = "System.Int32"
        elif name.startswith(_TIMES) and value is not None:
            row[f"{name}@data.type"] = "System.DateTime"
        row[name] = value
    return row
