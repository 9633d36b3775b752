# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way in which requests go out, for sign-in and calls.

Requests carry credentials. So they go to the place that was configured and nowhere else, whatever an answer points to;
and an answer is bounded, in time as a whole and in size.
"""

from __future__ import annotations

import io
import queue
import re
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from .errors import ConfigurationError
from .request_failures import Misdirected, NoAnswer, failures, no_answer
from .waiting import Waiting

try:
    import requests
except ImportError:
    requests = None  # type: ignore[assignment]

_REDIRECTS = 5
_REDIRECTING = (301, 302, 303, 307, 308)
_CONNECT_TIMEOUT = 10.0
_CHUNK = 1 << 16
# Seconds after which the user is told that an answer is awaited still.
_SHOWN_AFTER = 30.0
_PORTS = {"https": 443, "http": 80}
# The front door names an internal port (observed).
_INTERNAL_PORT = 446
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?|[0-9a-f.]*:[0-9a-f:.]*")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Home:
    """Where requests may go: the origin of an address, and with `below` also the hosts below that one.

    Redirects and links are followed inside of it, by https only.
    """

    address: str
    below: bool = False

    @property
    def host(self) -> str:
        """Its host, as sentences name it."""
        return urlsplit(self.address).hostname or ""

    def holds(self, address: str) -> str:
        """The address in the form in which it is sent. Misdirected when it is not part of this place."""
        try:
            parts, home = urlsplit(address), urlsplit(self.address)
            host, port, own = parts.hostname or "", parts.port, home.hostname or ""
            home_port = home.port or _PORTS.get(home.scheme)
        except ValueError:
            raise Misdirected("to something that is no address") from None
        if port == _INTERNAL_PORT:
            port = None
        inside = host == own or (self.below and host.endswith(f".{own}"))
        same = parts.scheme == home.scheme and (port or _PORTS.get(parts.scheme)) == home_port
        # A host with other characters is read differently by different libraries.
        if not (inside and same) or parts.username is not None or not _HOST.fullmatch(host):
            shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"[:200]
            raise Misdirected(f'to "{shown}", which is not part of {own}')
        netloc = f"[{host}]" if ":" in host else host
        netloc = f"{netloc}:{port}" if port else netloc
        return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


@dataclass(frozen=True)
class Request:
    """One request. data: the body, or the fields of a form."""

    method: str
    address: str
    headers: Mapping[str, str]
    data: Any = None
    params: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """What came back. headers: without regard to case; content: the body, unpacked; address: who answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    address: str


class Transport:
    """Sends the requests of one task.

    verify: as in requests; certificates are always verified.
    """

    def __init__(self, verify: bool | str, waiting: Waiting) -> None:
        if requests is None:
            raise ConfigurationError(
                "The Python library requests is missing where Ansible runs: pip install requests."
            )
        self._verify = verify
        self._waiting = waiting
        self._session = _session()

    def send(self, request: Request, home: Home, *, limit: float, most: int) -> Answer:
        """The answer to a request, after redirects inside of the home.

        limit: seconds for all of it; most: bytes of the body. Raises NoAnswer and Misdirected.
        """
        ends = time.monotonic() + limit
        for _hop in range(_REDIRECTS + 1):
            request = replace(request, address=home.holds(request.address))
            answer = self._exchange(request, ends - time.monotonic(), most)
            if answer.status not in _REDIRECTING:
                return answer
            if urlsplit(request.address).scheme != "https":
                raise Misdirected("elsewhere")
            # The method and the body stay, which requests itself would not keep.
            place = joined(request.address, answer.headers.get("Location", ""))
            request = replace(request, address=place, params=None)
        raise Misdirected(f"on and on, more than {_REDIRECTS} times")

    def _exchange(self, request: Request, limit: float, most: int) -> Answer:
        """One request without redirects, in a thread of its own: so the limit holds for all that can take time.

        A thread that is late is left behind: it sends no body any more, reads no further than its next chunk, and ends
        with the process.
        """
        if limit <= 0:
            raise NoAnswer("there is no time left for it", sent=False)
        given_up = threading.Event()
        outcome: queue.SimpleQueue[Answer | NoAnswer] = queue.SimpleQueue()

        def work() -> None:
            found: Answer | NoAnswer = NoAnswer("the request ended without a result")
            try:
                found = self._sent(request, limit, most, given_up)
            except NoAnswer as error:
                found = error
            except failures() as error:
                found = no_answer(error)
            finally:
                outcome.put(found)

        threading.Thread(target=work, daemon=True).start()
        try:
            found = self._awaited(outcome, request, limit)
        finally:
            given_up.set()
        if isinstance(found, NoAnswer):
            raise found
        return found

    def _awaited(
        self, outcome: queue.SimpleQueue[Answer | NoAnswer], request: Request, limit: float
    ) -> Answer | NoAnswer:
        for seconds, last in (
            (min(_SHOWN_AFTER, limit), limit <= _SHOWN_AFTER),
            (limit - _SHOWN_AFTER, True),
        ):
            try:
                return outcome.get(timeout=seconds)
            except queue.Empty:
                if last:
                    break
                host = urlsplit(request.address).hostname
                self._waiting.tell(f"{host} has not answered yet; waiting for it up to {limit:.0f} seconds.")
        return NoAnswer(f"there was no whole answer within {round(limit, 1):g} seconds")

    def _sent(self, request: Request, limit: float, most: int, given_up: threading.Event) -> Answer:
        local = urlsplit(request.address).scheme == "http"
        response = self._session.request(
            request.method,
            request.address,
            params=request.params,
            data=_Body(request.data, given_up) if isinstance(request.data, bytes) else request.data,
            # Read without decoding: the service declares gzip for bodies that are not.
            headers={**request.headers, "Accept-Encoding": "identity"},
            timeout=(min(_CONNECT_TIMEOUT, limit), limit),
            verify=self._verify,
            allow_redirects=False,
            stream=True,
            # Only the machine's own identity service speaks plain http, and no proxy has to do with that.
            proxies={"http": "", "all": ""} if local else None,
        )
        try:
            redirects = response.status_code in _REDIRECTING
            content = b"" if redirects else _read(response, most, given_up)
        finally:
            response.close()
        return Answer(response.status_code, response.headers, content, request.address)


class _Body(io.BytesIO):
    """A body that is not sent any more once nobody waits for its answer: a late write would surprise whoever went on."""

    def __init__(self, content: bytes, given_up: threading.Event) -> None:
        super().__init__(content)
        self._given_up = given_up

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file. TimeoutError when it is too late."""
        if self._given_up.is_set():
            raise TimeoutError("nobody waits for the answer any more")
        return super().read(size)


def joined(address: str, location: str) -> str:
    """Where a link leads to that an address answered with, whole or not. Misdirected when it is none."""
    try:
        return urljoin(address, location)
    except ValueError:
        raise Misdirected("to something that is no address") from None


def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = "avanan.office365"
    # Without an own way to authenticate, requests would put a password from ~/.netrc in the place of the token.
    session.auth = lambda request: request
    # Also where it follows no redirect, requests would read where it leads to, and its body to the end.
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    return session


def _read(response: requests.Response, most: int, given_up: threading.Event) -> bytes:
    declared = str(response.headers.get("Content-Length") or "")
    expected = int(declared) if declared.isdecimal() and len(declared) < 19 else None
    parts: list[bytes] = []
    size = 0
    while expected is None or expected <= most:
        chunk = response.raw.read(_CHUNK, decode_content=False)
        size += len(chunk)
        if given_up.is_set() or size > most or not chunk:
            break
        parts.append(chunk)
    if max(size, expected or 0) > most:
        raise NoAnswer(f"the answer is larger than {most >> 20} MB", final=True)
    if expected is not None and size < expected:
        raise NoAnswer(f"the answer was cut: {size} of {expected} bytes came")
    return _unpacked(b"".join(parts), most)


def _unpacked(content: bytes, most: int) -> bytes:
    """A body that is compressed although nobody asked for that; b"" when it only says so."""
    if not content.startswith(_GZIP):
        return content
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(content, most)
    except zlib.error:
        return b""
    if unpacking.unconsumed_tail:
        raise NoAnswer(f"the answer is larger than {most >> 20} MB", final=True)
    return unpacked
