# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP client that msal asks for: it lets through what msal understands, and everything else is one of our errors.

msal raises and logs what it does not understand, with the answer in it; so nothing of that kind reaches it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import bounded_json, login_codes
from .errors import AuthenticationError
from .masking import SecretRegistry
from .request_failures import Misdirected, NoAnswer
from .transport import Answer, Home, Request, Transport
from .waiting import Attempts, requested_pause

_MOST_BYTES = 1 << 20
# Fields of a form, and headers, with which an application proves who it is.
_SECRET_FIELDS = ("client_secret", "client_assertion", "password", "refresh_token", "assertion")
_SECRET_HEADERS = ("authorization", "x-identity-header", "secret")
_TOKENS = ("access_token", "refresh_token", "id_token")
_TOKEN = re.compile(r"[\x21-\x7e]+")
# Until when a token can last: seconds from now, and since the epoch.
_LAST = {"expires_in": 86400.0 * 30, "expires_on": 1e11}
_NETWORK_HINT = "Check authority, ca_path, proxy and network."
_PLACE_HINT = "Nothing was sent there; check authority and cloud."


@dataclass(frozen=True)
class LoginAnswer:
    """An answer in the form that msal reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Statuses of failure do not get here."""


@dataclass(frozen=True)
class LoginHttp:
    """Sends msal's requests: to one place, for as long as the attempts allow, tried again in passing trouble.

    authority: where they may go; "" for the machine's identity service, which msal finds. secrets: get to know every
    credential before it is sent, and every token before it is used. AuthenticationError, with one sentence, from each method.
    """

    transport: Transport
    authority: str
    attempts: Attempts
    secrets: SecretRegistry

    def post(
        self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_more: Any
    ) -> LoginAnswer:
        """The answer to a form."""
        fields = data if isinstance(data, Mapping) else {}
        self.secrets.add(*(str(fields[name]) for name in _SECRET_FIELDS if fields.get(name)))
        return self._answered(Request("POST", url, dict(headers or {}), data, params))

    def get(self, url: str, params: Any = None, headers: Any = None, **_more: Any) -> LoginAnswer:
        """The answer to a question."""
        given = dict(headers or {})
        self.secrets.add(*(str(given[name]) for name in given if name.lower() in _SECRET_HEADERS))
        return self._answered(Request("GET", url, given, None, params))

    def close(self) -> None:
        """The transport is shared."""

    def _answered(self, request: Request) -> LoginAnswer:
        home = Home(self.authority or request.address)
        while True:
            try:
                answer = self.transport.send(request, home, limit=self.attempts.begin(), most=_MOST_BYTES)
            except Misdirected as error:
                raise AuthenticationError(f"The login service points {error}.", hint=_PLACE_HINT) from None
            except NoAnswer as error:
                if error.final or not self.attempts.again(str(error)):
                    raise AuthenticationError(f"Sign-in failed: {error}.", hint=_NETWORK_HINT) from None
                continue
            body = _body(answer)
            self.secrets.add(*(body[name] for name in _TOKENS if isinstance(body.get(name), str)))
            said = self.secrets.masked(body)
            requested = requested_pause(answer.headers.get("Retry-After", ""), answer.headers.get("Date", ""))
            passing = login_codes.passes(answer.status, said)
            if passing and self.attempts.again(
                f"the login service answered with HTTP status {answer.status}", requested
            ):
                continue
            if not self._is_challenge(answer):
                if answer.status >= 300 or passing or body.get("error") is not None or not body:
                    raise self._refused(answer, said)
                body = self._usable(request, answer, body)
            return LoginAnswer(answer.status, json.dumps(body), dict(answer.headers))

    def _is_challenge(self, answer: Answer) -> bool:
        """Whether a machine in Azure Arc is told which file proves that the caller may ask; msal reads it."""
        return not self.authority and answer.status == 401 and "WWW-Authenticate" in answer.headers

    def _usable(self, request: Request, answer: Answer, body: dict[str, Any]) -> dict[str, Any]:
        """The body of a success, with times as msal reads them."""
        if "openid-configuration" in urlsplit(request.address).path:
            for name in ("token_endpoint", "authorization_endpoint"):
                if not isinstance(body.get(name), str):
                    raise self._unusable(answer, f"which has no {name}")
            return body
        token = body.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise self._unusable(answer, "which has no usable access_token")
        times = {name: _seconds(body[name]) for name in _LAST if name in body}
        for name, seconds in times.items():
            if not 1 <= seconds <= _LAST[name]:
                raise self._unusable(answer, f"whose {name} is not a time")
        return {**body, **{name: int(seconds) for name, seconds in times.items()}}

    def _refused(self, answer: Answer, body: Mapping[str, Any]) -> AuthenticationError:
        said = body.get("error_description") or body.get("message") or body.get("error")
        if not isinstance(said, str) or not said.strip():
            return self._unusable(answer, "which says nothing that could be understood")
        first = re.split(r"\s+Trace ID:|\r?\n", said.strip())[0][:2000]
        return AuthenticationError(
            f"The login service refused the sign-in: {first}",
            exception_type=str(body.get("error") or "")[:100] or None,
            status=answer.status,
            request_id=_request_id(answer, body),
            hint=login_codes.hint(login_codes.codes(body)),
        )

    def _unusable(self, answer: Answer, problem: str) -> AuthenticationError:
        return AuthenticationError(
            f"The login service answered with HTTP status {answer.status} and {_kind(answer)}, {problem}.",
            status=answer.status,
            request_id=_request_id(answer, {}),
            hint=_NETWORK_HINT if answer.status < 500 else login_codes.hint([90033]),
        )


def _body(answer: Answer) -> dict[str, Any]:
    """The JSON object that came; empty for anything else."""
    try:
        body = bounded_json.parse(answer.content.decode("utf-8-sig"))
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _kind(answer: Answer) -> str:
    """What sort of thing came; nothing of it is shown."""
    text = answer.content.lstrip()
    if not text:
        return "an empty body"
    if text.startswith(b"<"):
        return "a web page"
    try:
        found = bounded_json.parse(answer.content.decode("utf-8-sig"))
    except ValueError:
        return "a text that is not JSON"
    return "a JSON object" if isinstance(found, dict) else "a JSON value that is no object"


def _seconds(value: Any) -> float:
    """A number, also when it comes as a text; not a number for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _request_id(answer: Answer, body: Mapping[str, Any]) -> str | None:
    found = body.get("correlation_id") or answer.headers.get("x-ms-request-id")
    return str(found)[:100] if found else None
