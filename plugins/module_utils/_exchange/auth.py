# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a credential to an access token, through msal."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .connection import Connection
from .credentials import client_credential
from .errors import AuthenticationError, ConfigurationError
from .request_failures import reason
from .token_cache import NoCache, RunCache, Token

try:
    import msal
except ImportError:
    msal = None

if TYPE_CHECKING:
    import requests

# Seconds between attempts while a new certificate is not yet known everywhere.
_REPLICATION_PAUSE = 10.0
_REPLICATION_ATTEMPTS = 3
_NOT_REPLICATED = 700027

_SECRET_HINT = "Make a new client secret and use its value, not its id."
_TENANT_HINT = "Check tenant_id: the tenant's GUID or a verified domain."
_CONSENT_HINT = "An administrator must grant the application Exchange.ManageAsApp in this tenant."
_ASSERTION_HINT = (
    "Check subject, issuer and audience of the federated credential (api://AzureADTokenExchange)."
)
# Codes of the login service and what the reader can do (Microsoft identity platform error reference).
_HINTS = {
    700016: "The application is not known in this tenant: check client_id and tenant_id, and grant consent.",
    7000215: f"The client secret is wrong. {_SECRET_HINT}",
    7000222: f"The client secret has expired. {_SECRET_HINT}",
    700027: "The certificate is not registered with the application, or not yet known everywhere: upload its public "
    "part to the app registration, or wait a few minutes.",
    700021: _ASSERTION_HINT,
    700023: _ASSERTION_HINT,
    7000218: "Neither a secret nor an assertion reached the login service.",
    90002: _TENANT_HINT,
    900023: _TENANT_HINT,
    5000224: _TENANT_HINT,
    50059: _TENANT_HINT,
    65001: _CONSENT_HINT,
    650051: _CONSENT_HINT,
    650052: "The tenant has no service principal of Exchange Online; it needs an Exchange Online licence.",
    70011: "The scope was refused; check endpoint and cloud.",
    1002012: "The scope was refused; check endpoint and cloud.",
    53003: "A conditional access policy blocks the application's sign-in.",
    50076: "A conditional access policy asks for multi-factor authentication, which an application cannot give.",
    50079: "A conditional access policy asks for multi-factor authentication, which an application cannot give.",
    90033: "The login service is temporarily unavailable; run again later.",
}


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified: the service verifies it. ValueError when it is none."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


class TokenSource:
    """Tokens for one connection; remembers the last one for as long as it lasts."""

    def __init__(self, key: str, cache: NoCache | RunCache, acquire: Callable[[str | None], Token]) -> None:
        self._key = key
        self._cache = cache
        self._acquire = acquire
        self._kept: Token | None = None

    def token(self, *, force: bool = False, claims: str | None = None) -> Token:
        """A token that is good for some minutes.

        force: the last one was refused. claims: what the service demanded with its refusal. AuthenticationError when
        the login service gives none, ConfigurationError when the credential cannot be used.
        """
        if self._kept is None or force or not self._kept.lasts():
            self._kept = self._cache.get_or_acquire(self._key, lambda: self._acquire(claims), force=force)
        return self._kept


def token_source(connection: Connection, session: requests.Session, cache: NoCache | RunCache) -> TokenSource:
    """Tokens for a connection, asked for through a session, shared through a cache."""
    if connection.auth_method == "access_token":
        return TokenSource("", NoCache(), lambda _claims: _given_token(connection))
    if msal is None:
        raise ConfigurationError("The Python library msal is missing where Ansible runs: pip install msal.")
    return TokenSource(_key(connection), cache, _acquirer(connection, session))


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
        token = Token(connection.access_token, str(claims["tid"]), float(claims["exp"]))
    except (KeyError, TypeError, ValueError):
        raise ConfigurationError(
            "access_token is not a token of the login service (a JWT with tid and exp)."
        ) from None
    if token.expires_on <= time.time():
        raise ConfigurationError("access_token has expired; get a new one.")
    return token


def _acquirer(connection: Connection, session: requests.Session) -> Callable[[str | None], Token]:
    ask = _managed_identity if connection.auth_method == "managed_identity" else _confidential

    def acquire(claims: str | None) -> Token:
        for attempt in range(_REPLICATION_ATTEMPTS):
            answer = _guarded(lambda: ask(connection, session, claims))
            if "access_token" in answer:
                return _token(connection, answer)
            last = attempt == _REPLICATION_ATTEMPTS - 1
            if _NOT_REPLICATED not in _codes(answer) or last or connection.auth_method != "certificate":
                break
            time.sleep(_REPLICATION_PAUSE)
        raise _refused(answer)

    return acquire


def _guarded(ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """msal's own failures and those of the network as one of our errors, without the request that carries secrets."""
    try:
        return ask()
    except (ValueError, KeyError, RuntimeError, OSError) as error:
        # msal raises ValueError for an answer that it does not understand; the exceptions of requests are OSError.
        raise AuthenticationError(
            f"Sign-in failed: {reason(error)}.",
            hint="Check authority, ca_path, proxy and network.",
        ) from None


def _confidential(connection: Connection, session: requests.Session, claims: str | None) -> Mapping[str, Any]:
    application = msal.ConfidentialClientApplication(
        connection.client_id,
        authority=f"{connection.authority}/{connection.tenant_id}",
        client_credential=client_credential(connection),
        http_client=_Verified(session, connection),
        instance_discovery=False if connection.authority_is_custom else None,
    )
    answer: Mapping[str, Any] = application.acquire_token_for_client(
        [f"{connection.endpoint}/.default"], claims_challenge=claims
    )
    return answer


def _managed_identity(
    connection: Connection, session: requests.Session, claims: str | None
) -> Mapping[str, Any]:
    identity = (
        msal.UserAssignedManagedIdentity(client_id=connection.client_id)
        if connection.client_id
        else msal.SystemAssignedManagedIdentity()
    )
    client = msal.ManagedIdentityClient(identity, http_client=_Verified(session, connection))
    answer: Mapping[str, Any] = client.acquire_token_for_client(
        # With the slash, as Microsoft's module asks for it.
        resource=f"{connection.endpoint}/",
        **({"claims_challenge": claims} if claims else {}),
    )
    return answer


class _Verified:
    """The HTTP client that msal asks for, on our session, with our CA bundle and timeout on each request."""

    def __init__(self, session: requests.Session, connection: Connection) -> None:
        self._session = session
        self._more: dict[str, Any] = {"verify": connection.verify, "timeout": min(connection.timeout, 60.0)}

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_more: Any) -> Any:
        return self._session.post(url, params=params, data=data, headers=headers, **self._more)

    def get(self, url: str, params: Any = None, headers: Any = None, **_more: Any) -> Any:
        return self._session.get(url, params=params, headers=headers, **self._more)

    def close(self) -> None:
        """The session is shared and closed by its owner."""


def _token(connection: Connection, answer: Mapping[str, Any]) -> Token:
    value = str(answer["access_token"])
    try:
        tenant = str(claims_of(value)["tid"])
    except (KeyError, ValueError):
        tenant = connection.tenant_id
    return Token(value, tenant, time.time() + float(answer.get("expires_in", 3600)))


def _codes(answer: Mapping[str, Any]) -> list[int]:
    codes = [int(code) for code in answer.get("error_codes") or ()]
    found = re.findall(r"AADSTS(\d+)", str(answer.get("error_description") or ""))
    return codes + [int(code) for code in found]


def _refused(answer: Mapping[str, Any]) -> AuthenticationError:
    words = str(answer.get("error_description") or answer.get("error") or "no reason given")
    first = re.split(r"\s+Trace ID:|\r?\n", words)[0].strip()
    hint = next((_HINTS[code] for code in _codes(answer) if code in _HINTS), None)
    return AuthenticationError(
        f"The login service refused the sign-in: {first}",
        exception_type=str(answer.get("error") or "") or None,
        request_id=str(answer.get("correlation_id") or "") or None,
        hint=hint,
    )
