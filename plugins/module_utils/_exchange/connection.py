# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach and enter a tenant: options, environment variables, and what must be there before the network is used."""

from __future__ import annotations

import base64
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from ansible.module_utils.basic import AnsibleFallbackNotFound

from .clouds import CLOUDS
from .errors import ConfigurationError
from .masking import SecretRegistry
from .request_failures import Misdirected
from .transport import Home


def filled(*variables: str) -> str:
    """The value of the first of these environment variables that has one: an empty one is an unfilled field of a credential."""
    for variable in variables:
        if (value := os.environ.get(variable, "")).strip():
            return value
    raise AnsibleFallbackNotFound


def _text(*variables: str, **more: Any) -> dict[str, Any]:
    return {"type": "str", "fallback": (filled, list(variables)), **more}


CONNECTION_OPTIONS: dict[str, Any] = {
    "tenant_id": _text("O365_TENANT_ID", "AZURE_TENANT_ID"),
    "client_id": _text("O365_CLIENT_ID", "AZURE_CLIENT_ID"),
    "client_secret": _text("O365_CLIENT_SECRET", no_log=True),
    "certificate_path": _text("O365_CERTIFICATE_PATH", type="path"),
    "certificate_password": _text("O365_CERTIFICATE_PASSWORD", no_log=True),
    "federated_token_file": _text("O365_FEDERATED_TOKEN_FILE", type="path", no_log=False),
    "access_token": _text("O365_ACCESS_TOKEN", no_log=True),
    "auth_method": _text(
        "O365_AUTH_METHOD",
        choices=[
            "auto",
            "client_secret",
            "certificate",
            "workload_identity",
            "managed_identity",
            "access_token",
        ],
    ),
    "cloud": _text("O365_CLOUD", choices=list(CLOUDS)),
    "endpoint": _text("O365_ENDPOINT"),
    "authority": _text("O365_AUTHORITY"),
    "ca_path": _text("O365_CA_PATH", type="path"),
    "timeout": {"type": "float", "default": 300.0},
    "offline": _text("O365_OFFLINE", type="bool"),
}
_LONGEST_TIMEOUT = 3600.0
_SECRET_VARIABLES = (
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "IDENTITY_HEADER",
    "MSI_SECRET",
)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

# Credential option -> (sign-in method, variable of the Azure SDK that is its second fallback).
_CREDENTIALS = {
    "access_token": ("access_token", ""),
    "client_secret": ("client_secret", "AZURE_CLIENT_SECRET"),
    "certificate_path": ("certificate", "AZURE_CLIENT_CERTIFICATE_PATH"),
    "federated_token_file": ("workload_identity", "AZURE_FEDERATED_TOKEN_FILE"),
}
_NEEDED = {method: option for option, (method, _variable) in _CREDENTIALS.items()}
_GUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_DOMAIN = re.compile(r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$")


@dataclass(frozen=True)
class Connection:
    """Everything needed to sign in to a tenant and call it; checked, with the cloud's addresses filled in.

    auth_method: never "auto"; "none" when nothing is to be looked at. timeout: seconds to wait for an answer.
    """

    auth_method: str
    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    certificate_path: str
    certificate_password: str = field(repr=False)
    federated_token_file: str
    access_token: str = field(repr=False)
    endpoint: str
    authority: str
    ca_path: str
    timeout: float

    @property
    def verify(self) -> bool | str:
        """For the parameter `verify` of requests; TLS is always verified."""
        return (
            self.ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        )


def without_blanks(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as they were given, without those of the connection that are empty: they count as not given."""
    return {
        name: value
        for name, value in options.items()
        if name not in CONNECTION_OPTIONS or not isinstance(value, str) or value.strip()
    }


def given_secrets(params: Mapping[str, Any], environ: Mapping[str, str]) -> SecretRegistry:
    """What must not show of options and environment, known before anything is done with them."""
    secrets = SecretRegistry(
        str(params.get(name) or "") for name, spec in CONNECTION_OPTIONS.items() if spec.get("no_log")
    )
    secrets.add(*(environ.get(name, "") for name in _SECRET_VARIABLES))
    for name in _PROXIES:
        for address in (environ.get(name, ""), environ.get(name.lower(), "")):
            account = unquote(address.rpartition("@")[0].rpartition("//")[2])
            if password := account.partition(":")[2]:
                secrets.add(password, base64.b64encode(account.encode()).decode())
    return secrets


def connection(params: Mapping[str, Any], environ: Mapping[str, str]) -> Connection:
    """The connection that options and environment describe.

    ConfigurationError, with one sentence, for what is missing or cannot be right. Nothing is sent.
    """
    given = {
        name: str(params.get(name) or "").strip()
        for name in CONNECTION_OPTIONS
        if name not in ("timeout", "offline")
    }
    offline = bool(params.get("offline"))
    credentials = {} if offline else _credentials(given, environ)
    method = "none" if offline else _method(given["auth_method"] or "auto", credentials, environ)
    cloud = CLOUDS[given["cloud"] or "worldwide"]
    certificate_password = given["certificate_password"] or (
        environ.get("AZURE_CLIENT_CERTIFICATE_PASSWORD", "") if method == "certificate" else ""
    )
    made = Connection(
        auth_method=method,
        tenant_id=given["tenant_id"],
        client_id=given["client_id"],
        certificate_password=certificate_password,
        endpoint=_base(given["endpoint"] or cloud.endpoint, "endpoint"),
        authority=_base(given["authority"] or cloud.authority, "authority"),
        ca_path=_file(given["ca_path"], "ca_path", "O365_CA_PATH", "CA bundle"),
        timeout=_timeout(params.get("timeout")),
        **{
            option: credentials.get(option, "") if _NEEDED.get(method) == option else ""
            for option in _CREDENTIALS
        },
    )
    _check_identifiers(made)
    return made


def _credentials(given: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The credentials that are there; those of the Azure SDK only when there is none of our own."""
    own = {option: given[option] for option in _CREDENTIALS if given[option]}
    if own:
        return own
    found = {
        option: environ.get(variable, "").strip()
        for option, (_method, variable) in _CREDENTIALS.items()
        if variable
    }
    return {option: value for option, value in found.items() if value}


def _named(option: str) -> str:
    return f"{option} (or O365_{option.upper()})"


def _method(asked: str, credentials: Mapping[str, str], environ: Mapping[str, str]) -> str:
    if asked == "managed_identity":
        return asked
    if asked != "auto":
        option = _NEEDED[asked]
        if option not in credentials:
            raise ConfigurationError(f"auth_method {asked} needs {_named(option)}.")
        return asked
    if len(credentials) > 1:
        raise ConfigurationError(
            f"More than one credential is given ({', '.join(credentials)}); give one, or choose with auth_method."
        )
    if credentials:
        return _CREDENTIALS[next(iter(credentials))][0]
    if environ.get("IDENTITY_ENDPOINT", "").strip():
        return "managed_identity"
    choices = ", ".join(
        _named(option) for option in ("client_secret", "certificate_path", "federated_token_file")
    )
    raise ConfigurationError(
        f"No credential is given; give one of {choices} or {_named('access_token')}, or auth_method managed_identity."
    )


def _check_identifiers(made: Connection) -> None:
    proves_itself = made.auth_method in ("client_secret", "certificate", "workload_identity")
    needed = ("tenant_id", "client_id") if proves_itself else ()
    missing = [_named(name) for name in needed if not getattr(made, name)]
    if missing:
        raise ConfigurationError(f"Sign-in with {made.auth_method} also needs {' and '.join(missing)}.")
    if made.tenant_id and not (_GUID.match(made.tenant_id) or _DOMAIN.match(made.tenant_id)):
        raise ConfigurationError(
            f'tenant_id "{made.tenant_id}" is neither a GUID nor a domain such as example.onmicrosoft.com.'
        )
    if made.client_id and not _GUID.match(made.client_id):
        raise ConfigurationError(
            f'client_id "{made.client_id}" is not a GUID; give the application (client) id of the app registration.'
        )


def _base(address: str, option: str) -> str:
    try:
        parts = urlsplit(address)
        Home(address).holds(address)
        usable = parts.scheme == "https" and not parts.query and not parts.fragment and parts.port != 0
    except (ValueError, Misdirected):
        usable = False
    if not usable:
        # The address can have a password in it.
        shown = re.sub(r"//[^/]*@", "//", address)
        raise ConfigurationError(
            f'{option} "{shown}" is not a base address such as https://host.example.com.'
        )
    return address.rstrip("/")


def _file(path: str, option: str, variable: str, what: str) -> str:
    if path and not os.path.isfile(path):
        raise ConfigurationError(f'{option} (or {variable}): there is no {what} at "{path}".')
    return path


def _timeout(value: Any) -> float:
    seconds = float(value) if value is not None else 300.0
    if not math.isfinite(seconds) or not 0 < seconds <= _LONGEST_TIMEOUT:
        raise ConfigurationError(
            f"timeout is {seconds:g}; give the seconds to wait for an answer, more than 0 and at most "
            f"{_LONGEST_TIMEOUT:g}."
        )
    return seconds
