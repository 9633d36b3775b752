# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a credential to an access token, through msal."""

from __future__ import annotations

import base64
import hashlib
import math
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import bounded_json, login_codes
from .connection import Connection
from .credentials import client_credential
from .errors import AuthenticationError, ConfigurationError, O365Error
from .login_http import LoginHttp
from .masking import SecretRegistry
from .token_cache import NoCache, RunCache, Token
from .transport import Transport
from .waiting import Attempts, Waiting

try:
    import msal
except ImportError:
    msal = None

# Seconds between attempts while a new certificate is not yet known everywhere.
_REPLICATION_PAUSE = 10.0
_REPLICATION_ATTEMPTS = 3
# Seconds for an answer of the login service, at most.
_LIMIT = 60.0
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BEARER = re.compile(r"[A-Za-z0-9._-]+")


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified: the service verifies it. ValueError or TypeError when it is none."""
    if token.count(".") != 2 or not _BEARER.fullmatch(token):
        raise ValueError("no JWT")
    part = token.split(".")[1]
    claims = bounded_json.parse(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode())
    if not isinstance(claims, dict):
        raise TypeError("no claims")
    return claims


class TokenSource:
    """Tokens for one connection; remembers the last one for as long as it lasts."""

    def __init__(
        self,
        key: str,
        cache: NoCache | RunCache,
        acquire: Callable[[str | None], Token],
        secrets: SecretRegistry,
    ) -> None:
        self._key = key
        self._cache = cache
        self._acquire = acquire
        self._secrets = secrets
        self._kept: Token | None = None

    def token(self, *, force: bool = False, claims: str | None = None) -> Token:
        """A token that is good for some minutes.

        force: the last one was refused. claims: what the service demanded with its refusal. AuthenticationError when
        the login service gives none, ConfigurationError when the credential cannot be used.
        """
        if self._kept is None or force or not self._kept.lasts():
            self._kept = self._cache.get_or_acquire(self._key, lambda: self._acquire(claims), force=force)
            self._secrets.add(self._kept.value)
        return self._kept


def token_source(
    connection: Connection,
    transport: Transport,
    cache: NoCache | RunCache,
    *,
    secrets: SecretRegistry,
    waiting: Waiting,
) -> TokenSource:
    """Tokens for a connection, asked for through a transport, shared through a cache."""
    if connection.auth_method == "access_token":
        return TokenSource("", NoCache(), lambda _claims: _given_token(connection), secrets)
    if msal is None:
        raise ConfigurationError("The Python library msal is missing where Ansible runs: pip install msal.")
    return TokenSource(
        _key(connection), cache, _SignIn(connection, transport, secrets, waiting).acquire, secrets
    )


def _key(connection: Connection) -> str:
    """A name for the token that tells nothing about the credential."""
    parts = [
        connection.auth_method,
        connection.tenant_id.lower(),
        connection.client_id.lower(),
        connection.endpoint,
        connection.authority,
        connection.client_secret,
        connection.certificate_path,
        connection.certificate_password,
        connection.federated_token_file,
        os.environ.get("IDENTITY_ENDPOINT", ""),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _given_token(connection: Connection) -> Token:
    try:
        claims = claims_of(connection.access_token)
        tenant, expires = str(claims["tid"]), float(claims["exp"])
    except (KeyError, TypeError, ValueError, OverflowError):
        tenant, expires = "", math.nan
    if not _GUID.fullmatch(tenant) or not math.isfinite(expires):
        raise ConfigurationError("access_token is not a token of the login service (a JWT with tid and exp).")
    if expires <= time.time():
        raise ConfigurationError("access_token has expired; get a new one.")
    return Token(connection.access_token, tenant, expires)


@dataclass(frozen=True)
class _SignIn:
    """Asks the login service, or the machine's identity service, for one connection."""

    connection: Connection
    transport: Transport
    secrets: SecretRegistry
    waiting: Waiting

    def acquire(self, claims: str | None) -> Token:
        """A new token. claims: what the service demanded of it."""
        for attempt in range(_REPLICATION_ATTEMPTS):
            try:
                return _token(self.connection, self._guarded(claims))
            except AuthenticationError as error:
                last = attempt == _REPLICATION_ATTEMPTS - 1
                found = login_codes.codes({"error_description": error.text})
                if (
                    last
                    or login_codes.NOT_REPLICATED not in found
                    or self.connection.auth_method != "certificate"
                ):
                    raise
            self.waiting.tell(
                f"The sign-in: the certificate is not known everywhere yet; trying again in {_REPLICATION_PAUSE:.0f} seconds."
            )
            self.waiting.sleep(_REPLICATION_PAUSE)
        raise AssertionError("the last attempt returns or raises")

    def _guarded(self, claims: str | None) -> Mapping[str, Any]:
        """What msal brings back; its own exceptions come as one of our errors."""
        identity = self.connection.auth_method == "managed_identity"
        attempts = Attempts(self.waiting, min(self.connection.timeout, _LIMIT), "The sign-in")
        authority = "" if identity else self.connection.authority
        http = LoginHttp(self.transport, authority, attempts, self.secrets)
        try:
            answer = self._managed_identity(http, claims) if identity else self._confidential(http, claims)
        except O365Error:
            raise
        except Exception as error:  # noqa: BLE001  (msal does not say what it raises)
            words = self.secrets.masked(" ".join(str(error).split()))[:300]
            raise AuthenticationError(
                f"Sign-in failed: {type(error).__name__}: {words}".rstrip(": .") + ".",
                hint="Check authority, ca_path, proxy and network.",
            ) from None
        if not isinstance(answer, Mapping) or not isinstance(answer.get("access_token"), str):
            raise AuthenticationError(f"Sign-in failed: {self.secrets.masked(_said(answer))}.")
        return answer

    def _confidential(self, http: LoginHttp, claims: str | None) -> Any:
        connection = self.connection
        application = msal.ConfidentialClientApplication(
            connection.client_id,
            authority=f"{connection.authority}/{connection.tenant_id}",
            client_credential=client_credential(connection, self.secrets),
            http_client=http,
            # The authority is one of Microsoft's or the user's own choice; nobody else is asked about it.
            instance_discovery=False,
        )
        return application.acquire_token_for_client(
            [f"{connection.endpoint}/.default"], claims_challenge=claims
        )

    def _managed_identity(self, http: LoginHttp, claims: str | None) -> Any:
        client_id = self.connection.client_id
        identity = (
            msal.UserAssignedManagedIdentity(client_id=client_id)
            if client_id
            else msal.SystemAssignedManagedIdentity()
        )
        return msal.ManagedIdentityClient(identity, http_client=http).acquire_token_for_client(
            # With the slash, as Microsoft's module asks for it.
            resource=f"{self.connection.endpoint}/",
            **({"claims_challenge": claims} if claims else {}),
        )


def _said(answer: Any) -> str:
    found = answer if isinstance(answer, Mapping) else {}
    return str(found.get("error_description") or found.get("error") or "no token was given")[:500].rstrip(".")


def _token(connection: Connection, answer: Mapping[str, Any]) -> Token:
    value = answer["access_token"]
    try:
        tenant = str(claims_of(value)["tid"])
    except (KeyError, TypeError, ValueError):
        tenant = ""
    known = tenant if _GUID.fullmatch(tenant) else connection.tenant_id
    return Token(value, known, time.time() + float(answer.get("expires_in", 3600)))
