# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The login service: tokens for a secret, a certificate, a federated token or a managed identity."""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import hashes

from . import faults
from .material import CLIENT_ID, FEDERATED_AUDIENCE, FEDERATED_ISSUER, FEDERATED_SUBJECT, Material
from .tenant import Tenant

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TEXTS = {
    700016: f"Application with identifier '{CLIENT_ID}' was not found in the directory.",
    7000215: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
    "not the client secret ID, for a secret added to the app.",
    7000222: "The provided client secret keys for the app are expired.",
    700027: "The certificate with identifier used to sign the client assertion is not registered on application.",
    700021: "Client assertion application identifier doesn't match 'client_id' parameter.",
    700023: "Client assertion audience claim does not match Realm issuer.",
    7000218: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    90002: "Tenant was not found. Check to make sure you have the correct tenant ID.",
    70011: "The provided value for the input parameter 'scope' is not valid.",
    700024: "Client assertion is not within its valid time range.",
}


class Refused(Exception):
    """A code of the login service."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Login:
    """Handlers for one service; tenants by GUID and by domain."""

    def __init__(self, material: Material, tenants: dict[str, Tenant], base: str) -> None:
        self._material = material
        self._tenants = tenants
        self._base = base

    async def configuration(self, request: web.Request) -> web.StreamResponse:
        """The OpenID configuration that msal asks for first."""
        tenant = request.match_info["tenant"]
        known = self._tenants.get(tenant.lower())
        if known is None:
            return _refusal(90002)
        if fault := faults.due(known, "discovery"):
            return await faults.answered(fault, request)
        here = f"{self._base}/{tenant}"
        return web.json_response(
            {
                "token_endpoint": f"{here}/oauth2/v2.0/token",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{here}/oauth2/v2.0/devicecode",
                "issuer": f"{here}/v2.0",
                "jwks_uri": f"{here}/discovery/v2.0/keys",
            }
        )

    async def token(self, request: web.Request) -> web.StreamResponse:
        """A client credentials grant."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        tenant = self._tenants.get(request.match_info["tenant"].lower())
        if tenant is not None:
            tenant.counters["requests"] += 1
            tenant.counters["sign_ins"] += 1
            if fault := faults.due(tenant, "token"):
                return await faults.answered(fault, request)
        try:
            if tenant is None:
                raise Refused(90002)
            self._check_client(tenant, form, str(request.url.with_query(None)))
            scope = form.get("scope", "").split(" ")[0]
            if not scope.endswith("/.default"):
                raise Refused(70011)
        except Refused as error:
            return _refusal(error.code)
        return self._issued(tenant, scope.removesuffix("/.default"))

    def _issued(self, tenant: Tenant, audience: str) -> web.Response:
        tenant.counters["tokens"] += 1
        token = self._material.access_token(
            tenant.guid, audience, roles=not tenant.faults.get("missing_permission")
        )
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}
        )

    def _check_client(self, tenant: Tenant, form: dict[str, str], endpoint: str) -> None:
        if form.get("client_id") != CLIENT_ID:
            raise Refused(700016)
        if form.get("grant_type") != "client_credentials":
            raise Refused(7000218)
        if "client_secret" in form:
            if not hmac.compare_digest(form["client_secret"], self._material.client_secret):
                raise Refused(7000215)
            if tenant.faults.get("expired_secret"):
                raise Refused(7000222)
        elif form.get("client_assertion_type") == _ASSERTION_TYPE and form.get("client_assertion"):
            self._check_assertion(form["client_assertion"], endpoint)
        else:
            raise Refused(7000218)

    def _check_assertion(self, assertion: str, endpoint: str) -> None:
        try:
            header = jwt.get_unverified_header(assertion)
            claims = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise Refused(700027) from None
        try:
            if claims.get("iss") == FEDERATED_ISSUER:
                self._verify(assertion, self._material.federated_key.public_key(), FEDERATED_AUDIENCE)
                if claims.get("sub") != FEDERATED_SUBJECT:
                    raise Refused(700021)
                return
            if not self._is_our_certificate(header):
                raise Refused(700027)
            self._verify(assertion, self._material.client_key.public_key(), endpoint)
        except jwt.InvalidAudienceError:
            raise Refused(700023) from None
        except jwt.ExpiredSignatureError:
            raise Refused(700024) from None
        except jwt.PyJWTError:
            raise Refused(700027) from None
        if claims.get("iss") != CLIENT_ID or claims.get("sub") != CLIENT_ID:
            raise Refused(700021)

    def _verify(self, assertion: str, key: Any, audience: str) -> None:
        required = ["exp", "aud", "iss", "sub"]
        jwt.decode(
            assertion, key, algorithms=["RS256", "PS256"], audience=audience, options={"require": required}
        )

    def _is_our_certificate(self, header: dict[str, Any]) -> bool:
        for name, algorithm in (("x5t", hashes.SHA1()), ("x5t#S256", hashes.SHA256())):
            if name in header:
                print_ = self._material.client_certificate.fingerprint(algorithm)
                return str(header[name]).rstrip("=") == base64.urlsafe_b64encode(print_).decode().rstrip("=")
        return False

    async def managed_identity(self, request: web.Request) -> web.StreamResponse:
        """The endpoint that App Service gives its applications."""
        tenant = next(iter(self._tenants.values()))
        if fault := faults.due(tenant, "identity"):
            return await faults.answered(fault, request)
        if request.headers.get("X-IDENTITY-HEADER") != self._material.identity_header:
            return web.json_response({"statusCode": 401, "message": "wrong identity header"}, status=401)
        answer = self._issued(tenant, request.query.get("resource", "").rstrip("/"))
        body = json.loads(answer.text or "{}")
        body["expires_on"] = str(
            int(jwt.decode(body["access_token"], options={"verify_signature": False})["exp"])
        )
        return web.json_response(body)


def _refusal(code: int) -> web.Response:
    trace, correlation = uuid.uuid4(), uuid.uuid4()
    text = f"AADSTS{code}: {_TEXTS[code]} Trace ID: {trace} Correlation ID: {correlation} Timestamp: 2026-07-23 21:51:45Z"
    body = {
        "error": "invalid_scope" if code == 70011 else "invalid_client",
        "error_description": text,
        "error_codes": [code],
        "trace_id": str(trace),
        "correlation_id": str(correlation),
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    return web.json_response(body, status=401 if code in (7000215, 7000222) else 400)
