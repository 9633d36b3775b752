# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP endpoint: InvokeCommand of the Exchange Online admin API.

Headers, redirects, retries and paging. A writing call is repeated only where the service says that it did not act;
where that is unknown, UncertainWrite tells the caller to read the object again.
"""

from __future__ import annotations

import base64
import json
import random
import re
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from . import permissions, responses
from .connection import Connection
from .errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidValue,
    NotPermitted,
    O365Error,
    ServiceError,
    Throttled,
    Transient,
    UncertainWrite,
)
from .request_failures import reason
from .responses import ErrorResponse, Response

try:
    import requests
    from urllib3.exceptions import HTTPError as StreamError
except ImportError:
    requests = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from .auth import TokenSource
    from .token_cache import Token

# Routes a call to the tenant's own servers; the mailbox is the same in every tenant (Microsoft's module).
_SYSTEM_MAILBOX = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"
_PAUSES = (2.0, 4.0, 8.0, 16.0, 32.0)
_LONGEST_PAUSE = 120.0
_REDIRECTS = 5
_CONNECT_TIMEOUT = 10.0
_TRUNCATED = "there are more results available"
_DISTRUSTED = "CERTIFICATE_VERIFY_FAILED"
_UNCONNECTED = (_DISTRUSTED, "Connection refused", "Failed to resolve")
_STALE_PAGE = "invalid pagination request"


def open_session(connection: Connection) -> requests.Session:
    """The one session of a task, for sign-in and calls."""
    if requests is None:
        raise ConfigurationError(
            "The Python library requests is missing where Ansible runs: pip install requests."
        )
    session = requests.Session()
    session.headers["User-Agent"] = "avanan.office365"
    return session


class AdminClient:
    """Carries out cmdlets in one tenant.

    read_only: refuse every cmdlet that is not a Get-, whatever asks for it; only may() can name one. sleep: as time.sleep.
    """

    def __init__(
        self,
        connection: Connection,
        session: requests.Session,
        tokens: TokenSource,
        *,
        read_only: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self._session = session
        self._tokens = tokens
        self._read_only = read_only
        self._sleep = sleep
        self._base = connection.endpoint

    @property
    def tenant(self) -> str:
        """The id of the tenant, from the token where that says it."""
        return self._tokens.token().tenant_guid or self._connection.tenant_id

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        """Carry out a cmdlet: its records, complete, and the service's warnings.

        Raises the O365Error family, with the service's words, the cmdlet, the object and the request id.
        """
        call = _Call(cmdlet, parameters)
        if self._read_only and not call.reads:
            raise ConfigurationError(f"{cmdlet} was not sent: nothing is written in check mode.")
        try:
            return self._complete(call)
        except InvalidValue as error:
            # Confirm is a common parameter, but nobody lists the cmdlets that take it.
            named = re.search(r"invalid cmdlet parameters specified.*\bConfirm\b", error.text, re.IGNORECASE)
            if "Confirm" in parameters and named:
                return self._complete(
                    _Call(cmdlet, {key: parameters[key] for key in parameters if key != "Confirm"})
                )
            raise

    def refresh(self) -> None:
        """Nothing is kept here."""

    def may(self, cmdlet: str) -> bool | None:
        """Whether the application may run a cmdlet; None when the answer does not say so. In check mode too.

        The only thing that this can send is one parameter that no cmdlet has; see _probe. Raises ConfigurationError for a
        cmdlet that is not asked for in this way, and AuthenticationError.
        """
        if cmdlet not in (*permissions.WRITING, *permissions.READING):
            raise ConfigurationError(f"{cmdlet} was not sent: it is not one that is only asked for.")
        try:
            self._pages(_Call(cmdlet, {permissions.PARAMETER: True}))
        except AuthenticationError:
            raise
        except O365Error as error:
            return permissions.verdict(error.exception_type, error.status, error.text)
        return None

    def _complete(self, call: _Call) -> Response:
        try:
            return self._pages(call)
        except O365Error as error:
            if _STALE_PAGE not in error.text.lower():
                raise
        return self._pages(call)

    def _pages(self, call: _Call) -> Response:
        records: list[dict[str, Any]] = []
        warnings: list[str] = []
        url: str | None = None
        seen: set[str] = set()
        while True:
            body, request_id = self._sent(call, url)
            records += responses.records(body)
            following = str(body.get("@odata.nextLink") or "")
            told = responses.warnings(body)
            cut = [text for text in told if text.lower().startswith(_TRUNCATED)]
            warnings += [text for text in told if text not in cut and text not in warnings]
            if not following:
                if cut and call.reads:
                    raise ServiceError(
                        f"the list is not complete and the service gives no way to the rest: {cut[0]}",
                        **call.told(request_id),
                    )
                return Response(records, warnings, request_id)
            url = self._inside(following, call, request_id)
            if url in seen:
                raise ServiceError("the service sent the same page twice", **call.told(request_id))
            seen.add(url)

    # ---------------------------------------------------------------------------------------------- one page

    def _sent(self, call: _Call, url: str | None) -> tuple[dict[str, Any], str]:
        """The body of a successful answer, and its request id."""
        refreshed = False
        pauses = iter(_PAUSES)
        token = self._tokens.token()
        while True:
            try:
                response, text = self._exchange(call, url, token)
            except (requests.RequestException, StreamError) as error:
                self._survive_lost_answer(call, error, next(pauses, None))
                continue
            request_id = response.headers.get("request-id") or call.request_id
            body = responses.parsed(text) or {}
            if response.status_code < 300 and not body.get("error") and not body.get("@adminapi.errors"):
                return self._checked(call, body, text, request_id), request_id
            found = _refused(response, text, body)
            if found.status == 401 and not refreshed:
                refreshed = True
                token = self._tokens.token(force=True, claims=_demanded_claims(response.headers))
                continue
            pause = next(pauses, None) if self._may_repeat(call, found) else None
            if pause is None:
                raise self._error(call, found, request_id)
            self._sleep(_pause(pause, found.retry_after))

    def _checked(self, call: _Call, body: dict[str, Any], text: str, request_id: str) -> dict[str, Any]:
        if text and not body:
            raise ServiceError(
                f"the answer is not what the admin API sends: {text[:200]!r}",
                hint="Check endpoint and proxy.",
                **call.told(request_id),
            )
        if body.get("@adminapi.confirmationmessage"):
            raise ServiceError("the service asked for confirmation and did nothing", **call.told(request_id))
        return body

    def _exchange(self, call: _Call, url: str | None, token: Token) -> tuple[requests.Response, str]:
        """One request, redirects followed by hand: requests would drop the method, the body or the token."""
        tenant = token.tenant_guid or self._connection.tenant_id
        target = url or f"{self._base}/adminapi/beta/{tenant}/InvokeCommand"
        for _hop in range(_REDIRECTS + 1):
            response = self._session.post(
                target,
                data=call.body,
                headers=call.headers(token),
                timeout=(_CONNECT_TIMEOUT, self._connection.timeout),
                verify=self._connection.verify,
                allow_redirects=False,
                stream=True,
            )
            # Read without decoding: the service declares gzip for bodies that are not.
            text = responses.decoded(response.raw.read(decode_content=False))
            if response.status_code not in (301, 302, 303, 307, 308):
                return response, text
            request_id = response.headers.get("request-id") or call.request_id
            target = self._inside(urljoin(target, response.headers.get("Location", "")), call, request_id)
            parts = urlsplit(target)
            self._base = f"{parts.scheme}://{parts.netloc}"
        raise ServiceError(
            f"the service redirected more than {_REDIRECTS} times", **call.told(call.request_id)
        )

    def _inside(self, address: str, call: _Call, request_id: str) -> str:
        """The address, if it is the configured host or below it; the token goes nowhere else."""
        home = urlsplit(self._connection.endpoint)
        parts = urlsplit(address)
        host, own = parts.hostname or "", home.hostname or ""
        if parts.scheme != "https" or not (host == own or host.endswith(f".{own}")):
            raise ServiceError(
                f'the service points to "{parts.scheme}://{parts.netloc}", which is not part of {own}',
                hint="Nothing was sent there; check endpoint and cloud.",
                **call.told(request_id),
            )
        # The front door names an internal port (observed).
        netloc = host if parts.port == 446 else parts.netloc
        return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))

    # ---------------------------------------------------------------------------------------------- failures

    def _may_repeat(self, call: _Call, found: ErrorResponse) -> bool:
        kind, _hint = responses.classify(found)
        if call.reads:
            return kind in (Throttled, Transient)
        return responses.says_never_ran(found)

    def _survive_lost_answer(self, call: _Call, error: Exception, pause: float | None) -> None:
        """Wait before another try, or say why there is none."""
        if not call.reads and not _never_sent(error):
            raise UncertainWrite(f"no answer came ({reason(error)})", **call.told(call.request_id)) from None
        if pause is None or _DISTRUSTED in str(error):
            raise Transient(
                f"cannot reach {self._base} ({reason(error)})",
                hint="Check endpoint, ca_path, proxy and network.",
                **call.told(call.request_id),
            ) from None
        self._sleep(_pause(pause, None))

    def _error(self, call: _Call, found: ErrorResponse, request_id: str) -> O365Error:
        kind, hint = responses.classify(found)
        unknown = not call.reads and kind is Transient and not responses.says_never_ran(found)
        if unknown or (not call.reads and found.status in (500, 502, 504) and not found.type):
            kind = UncertainWrite
        text = found.text or _SILENT.get(
            found.status, f"the service answered with HTTP status {found.status}"
        )
        if kind in (AuthenticationError, NotPermitted):
            text = f"{text.rstrip('.')} (HTTP {found.status})."
        return kind(
            text,
            exception_type=found.type or None,
            status=found.status,
            hint=hint,
            **call.told(request_id),
        )


_SILENT = {
    401: "the service does not accept the token",
    403: "the application may not run this cmdlet",
}


class _Call:
    """One cmdlet with its parameters, as it goes over the wire; the same through all retries and pages."""

    def __init__(self, cmdlet: str, parameters: dict[str, Any]) -> None:
        self.cmdlet = cmdlet
        self.reads = cmdlet.startswith("Get-")
        self.target = parameters.get("Identity") or parameters.get("Name")
        self.request_id = str(uuid.uuid4())
        # ASCII escapes and an explicit charset: accented text failed without (reported by others).
        self.body = json.dumps({"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}}).encode(
            "ascii"
        )

    def headers(self, token: Token) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token.value}",
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Accept-Language": "en-US",
            "X-AnchorMailbox": f"{_SYSTEM_MAILBOX}@{token.tenant_guid}",
            "X-CmdletName": self.cmdlet,
            "Prefer": "odata.maxpagesize=1000",
            "client-request-id": self.request_id,
        }

    def told(self, request_id: str) -> dict[str, Any]:
        """For an error: what was tried on which object."""
        return {
            "cmdlet": self.cmdlet,
            "target": str(self.target) if self.target else None,
            "request_id": request_id,
        }


def _refused(response: requests.Response, text: str, body: dict[str, Any]) -> ErrorResponse:
    if body.get("@adminapi.errors") and not body.get("error"):
        errors = body["@adminapi.errors"]
        first = errors[0] if isinstance(errors, list) and errors else errors
        message = first if isinstance(first, str) else json.dumps(first)
        inner = {"error": {"details": [{"message": message}]}}
        return responses.refusal(400, json.dumps(inner), response.headers)
    return responses.refusal(response.status_code, text, response.headers)


def _pause(pause: float, retry_after: float | None) -> float:
    if retry_after is not None:
        return min(retry_after, _LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)


def _demanded_claims(headers: Any) -> str | None:
    """The claims that a 401 demands of the next token (continuous access evaluation)."""
    match = re.search(r'claims="([^"]+)"', headers.get("WWW-Authenticate", ""))
    if not match:
        return None
    text = match.group(1)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None


def _never_sent(error: Exception) -> bool:
    """Whether the connection failed before the request could go out."""
    words = str(error)
    return isinstance(error, requests.exceptions.ConnectTimeout) or any(
        text in words for text in _UNCONNECTED
    )
