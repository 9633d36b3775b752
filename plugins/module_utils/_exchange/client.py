# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP endpoint: InvokeCommand of the Exchange Online admin API.

Pages, repetitions and what a failure comes to. A writing call is repeated only where the service says that it did not
act; where that is unknown, UncertainWrite tells the caller to read the object again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from . import bounded_json, permissions, record_keys, refusals, responses
from .auth import TokenSource
from .call import Call
from .cmdlets import Record, Response
from .connection import Connection
from .errors import (
    AlreadyExists,
    AuthenticationError,
    ConfigurationError,
    InvalidValue,
    NotApproved,
    NotFound,
    NotPermitted,
    O365Error,
    ServiceError,
    Throttled,
    Transient,
    UncertainWrite,
)
from .masking import SecretRegistry
from .object_names import with_names
from .paging import PagedResponse
from .refusals import ErrorResponse
from .request_failures import Misdirected, NoAnswer
from .responses import NotUnderstood, Page
from .token_cache import Token
from .transport import Answer, Home, Request, Transport, joined
from .waiting import LONGEST_PAUSE, Attempts, Waiting

_MOST_BYTES = 50 << 20
# Bytes of an error that are looked at.
_MOST_WORDS = 1 << 20
_STALE_PAGE = "invalid pagination request"
# How a cmdlet is refused whose effect is there already: by an attempt before that was answered as if it had done nothing.
# That the name of a rule is taken is an invalid argument (inferred).
_DONE_BEFORE: dict[str, tuple[type[O365Error], ...]] = {
    "New": (AlreadyExists, InvalidValue),
    "Add": (AlreadyExists, InvalidValue),
    "Enable": (AlreadyExists, InvalidValue),
    "Remove": (NotFound,),
}
_SILENT = {
    401: "the service does not accept the token",
    403: "the application may not run this cmdlet",
}


class AdminClient:
    """Carries out cmdlets in one tenant.

    unwritable: why every cmdlet that is not a Get- is refused, whatever asks for it; only may() can name one. "" when none is.
    """

    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        tokens: TokenSource,
        *,
        secrets: SecretRegistry,
        waiting: Waiting,
        unwritable: str = "",
    ) -> None:
        self._connection = connection
        self._transport = transport
        self._tokens = tokens
        self._secrets = secrets
        self._waiting = waiting
        self._unwritable = unwritable
        self._home = Home(connection.endpoint, below=True)
        self._base = connection.endpoint
        self._names: dict[str, str] = {}
        self._outlasted: set[bytes] = set()

    @property
    def tenant(self) -> str:
        """The id of the tenant, from the token where that says it."""
        return self._tenant_of(self._tokens.token())

    def _tenant_of(self, token: Token) -> str:
        tenant = token.tenant_guid or self._connection.tenant_id
        if not tenant:
            raise ConfigurationError("The token does not say for which tenant it is: give tenant_id.")
        return tenant

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        """Carry out a cmdlet: its records, complete, and the service's warnings.

        Raises the O365Error family, with the service's words, the cmdlet, the object and the request id.
        """
        call = Call(cmdlet, parameters, self._names)
        if self._unwritable and not call.reads:
            raise NotApproved(f"{cmdlet} was not sent: {self._unwritable}.")
        try:
            return self._complete(call)
        except InvalidValue as error:
            # Confirm is a common parameter, but nobody lists the cmdlets that take it.
            named = re.search(r"invalid cmdlet parameters specified.*\bConfirm\b", error.text, re.IGNORECASE)
            if "Confirm" in parameters and named:
                less = {key: parameters[key] for key in parameters if key != "Confirm"}
                return self._complete(Call(cmdlet, less, self._names))
            raise

    def refresh(self) -> None:
        """Nothing is kept here."""

    def may(self, cmdlet: str) -> bool | None:
        """Whether the application may run a cmdlet; None when the answer does not say so. In check mode too.

        The only thing that this can send is one parameter that no cmdlet has; see permissions. Raises ConfigurationError for a
        cmdlet that is not asked for in this way, and AuthenticationError.
        """
        if cmdlet not in (*permissions.WRITING, *permissions.READING):
            raise ConfigurationError(f"{cmdlet} was not sent: it is not one that is only asked for.")
        try:
            self._pages(Call(cmdlet, {permissions.PARAMETER: True}, self._names))
        except AuthenticationError:
            raise
        except O365Error as error:
            return permissions.verdict(error.exception_type, error.status, error.text)
        return None

    def _complete(self, call: Call) -> Response:
        try:
            return self._pages(call)
        except O365Error as error:
            if _STALE_PAGE not in error.text.lower():
                raise
        return self._pages(call)

    def _pages(self, call: Call) -> Response:
        attempts = Attempts(self._waiting, self._connection.timeout, call.cmdlet)
        pages = PagedResponse()
        url = ""
        while True:
            page = self._page(call, url, attempts)
            try:
                pages.add(page, reads=call.reads)
            except NotUnderstood as error:
                raise ServiceError(str(error), **call.told(page.request_id)) from None
            if not page.following:
                break
            url = page.following
            attempts.next_page()
        whole = pages.whole()
        for record in whole.records:
            guid, name = record.get("Guid"), record.get("Name")
            if isinstance(guid, str) and isinstance(name, str):
                self._names[guid.lower()] = name
        return (
            replace(whole, records=with_names(call.cmdlet.partition("-")[2], whole.records, self._records))
            if call.reads
            else whole
        )

    def _records(self, cmdlet: str, parameters: dict[str, Any]) -> list[Record]:
        return self.invoke(cmdlet, parameters).records

    # ---------------------------------------------------------------------------------------------- one page

    def _page(self, call: Call, url: str, attempts: Attempts) -> Page:
        tries = _Tries(self._tokens.token())
        while True:
            try:
                answer = self._sent(call, url, tries.token, attempts.begin())
            except NoAnswer as error:
                self._after_silence(call, error, attempts)
                continue
            request_id = answer.headers.get("request-id", "")[:100]
            try:
                found = self._read(call, answer, request_id)
            except NotUnderstood as error:
                self._after_nonsense(call, error, request_id, attempts, tries)
                continue
            if isinstance(found, Page):
                return found
            if found.status == 401 and not tries.refreshed:
                tries.refreshed = True
                tries.token = self._tokens.token(force=True, claims=_demanded_claims(answer.headers))
                continue
            self._after_refusal(call, found, request_id, attempts, tries)

    def _sent(self, call: Call, url: str, token: Token, limit: float) -> Answer:
        tenant = self._tenant_of(token)
        command = f"{self._base}/adminapi/beta/{tenant}/InvokeCommand"
        try:
            # A link to a further page may leave out what is the same.
            request = Request("POST", joined(command, url), call.headers(token, tenant), call.body)
            answer = self._transport.send(request, self._home, limit=limit, most=_MOST_BYTES)
        except Misdirected as error:
            raise ServiceError(
                f"the service points {error}",
                hint="Nothing was sent there; check endpoint and cloud.",
                **call.told(),
            ) from None
        # Who answers for the tenant once is asked from then on.
        parts = urlsplit(answer.address)
        self._base = f"{parts.scheme}://{parts.netloc}"
        return answer

    def _read(self, call: Call, answer: Answer, request_id: str) -> Page | ErrorResponse:
        """What an answer says. It is masked before anything is cut out of it: half of a secret is hard to recognise."""
        if not 200 <= answer.status < 300:
            text = self._secrets.masked(refusals.decoded(answer.content[:_MOST_WORDS]))
            return refusals.refusal(answer.status, text, answer.headers)
        body = responses.body(answer.content)
        if responses.refuses(body):
            return refusals.late_refusal(self._secrets.masked(body), answer.headers)
        if body.get("@adminapi.confirmationmessage"):
            raise ServiceError("the service asked for confirmation and did nothing", **call.told(request_id))
        page = responses.page(body, call.cmdlet, request_id)
        if call.reads:
            record_keys.check(call.cmdlet.partition("-")[2], page.records)
        return page

    # ---------------------------------------------------------------------------------------------- failures

    def _after_silence(self, call: Call, error: NoAnswer, attempts: Attempts) -> None:
        """Pause before another try, or say why there is none."""
        if not call.reads and error.sent:
            raise UncertainWrite(f"no answer came ({error})", **call.told()) from None
        if error.final or not attempts.again(str(error)):
            kind = ServiceError if error.final and error.sent else Transient
            words = "no answer came from" if error.sent else "cannot reach"
            raise kind(
                f"{words} {self._base} ({error})",
                hint="Check endpoint, ca_path, proxy and network.",
                **call.told(),
            ) from None

    def _after_nonsense(
        self, call: Call, error: NotUnderstood, request_id: str, attempts: Attempts, tries: _Tries
    ) -> None:
        """The same for an answer that is none: what a writing call did is not known, a reading one is repeated once."""
        text = f"the answer is not what the admin API sends: {error}"
        if not call.reads:
            raise UncertainWrite(text, **call.told(request_id)) from None
        if tries.nonsense or not attempts.again(text):
            raise ServiceError(text, hint="Check endpoint and proxy.", **call.told(request_id)) from None
        tries.nonsense = True

    def _after_refusal(
        self, call: Call, found: ErrorResponse, request_id: str, attempts: Attempts, tries: _Tries
    ) -> None:
        """The same for an error."""
        kind, _hint = refusals.classify(found)
        passing = kind in (Throttled, Transient) if call.reads else refusals.says_never_ran(found)
        # What outlasted all pauses once is read back by the caller and tried again, but not waited for again.
        if passing and call.body not in self._outlasted:
            if attempts.again(_words(found).rstrip("."), found.retry_after):
                tries.passed = found
                return
            self._outlasted.add(call.body)
        raise self._error(call, found, request_id, tries)

    def _error(self, call: Call, found: ErrorResponse, request_id: str, tries: _Tries) -> O365Error:
        kind, hint = refusals.classify(found)
        text = _words(found)
        if kind is NotFound and call.reads and not call.identified:
            # Of a whole class nothing can be missing.
            kind = ServiceError
        elif kind in (AuthenticationError, NotPermitted):
            text = f"{text.rstrip('.')} (HTTP {found.status})."
        elif not call.reads and tries.passed and kind in _DONE_BEFORE.get(call.verb, ()):
            kind = UncertainWrite
            text = f"{text} An attempt before was answered with: {_words(tries.passed)}"
        elif not call.reads and _leaves_open(kind, found):
            kind = UncertainWrite
        if found.retry_after and found.retry_after > LONGEST_PAUSE:
            hint = f"The service asks for a pause of {found.retry_after:.0f} seconds; run again after that."
        return kind(
            text,
            exception_type=found.type or None,
            status=found.status,
            hint=hint,
            **call.told(request_id),
        )


@dataclass
class _Tries:
    """What happened to one page so far. passed: the last error that another try was to follow."""

    token: Token
    refreshed: bool = False
    nonsense: bool = False
    passed: ErrorResponse | None = None


def _words(found: ErrorResponse) -> str:
    """The service's words, or ours where it has none."""
    said = f': "{found.text}"' if found.text else ""
    if found.web_page:
        return f"the answer is a web page{said} (HTTP {found.status})"
    otherwise = f"the service answered with HTTP status {found.status}"
    return found.text or _SILENT.get(found.status, otherwise)


def _leaves_open(kind: type[O365Error], found: ErrorResponse) -> bool:
    """Whether a refused writing call may have been carried out all the same; even services that say no have acted."""
    return kind in (Transient, Throttled) or (found.status in (500, 502, 504) and not found.type)


def _demanded_claims(headers: Mapping[str, str]) -> str | None:
    """The claims that a 401 demands of the next token (continuous access evaluation)."""
    match = re.search(r'claims="([^"]+)"', headers.get("WWW-Authenticate", ""))
    if not match:
        return None
    text = match.group(1)
    try:
        claims = base64.b64decode(text + "=" * (-len(text) % 4)).decode()
        return claims if isinstance(bounded_json.parse(claims), dict) else None
    except ValueError:
        return None
