# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an exception of requests, urllib3 or ssl means, without the objects that it names."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from http.client import HTTPException

try:
    import requests
    import urllib3
except ImportError:
    requests = None  # type: ignore[assignment]


class NoAnswer(Exception):
    """A request to which no whole answer came; the text says why.

    sent: whether the service may have got it. final: whether another try would end in the same way.
    """

    def __init__(self, text: str, *, sent: bool = True, final: bool = False) -> None:
        super().__init__(text)
        self.sent = sent
        self.final = final


class Misdirected(Exception):
    """The other side points to a place where nothing may be sent, and nothing was; the text says where."""


def failures() -> tuple[type[Exception], ...]:
    """The exceptions with which a request can fail; texts that cannot be sent are ValueErrors."""
    return (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)


def no_answer(error: Exception) -> NoAnswer:
    """What a failed request comes to."""
    causes = list(_causes(error))
    return NoAnswer(
        _reason(causes[-1]),
        sent=not any(isinstance(cause, _unconnected()) or type(cause) in _OF_FILES for cause in causes),
        final=isinstance(error, ValueError) or any(map(_stays, causes)),
    )


# A file that is named cannot be used; what happens in the network has classes of its own.
_OF_FILES = (OSError, FileNotFoundError, PermissionError, IsADirectoryError)


def _unconnected() -> tuple[type[Exception], ...]:
    """What happens before a request can go out."""
    kinds = urllib3.exceptions
    before = (kinds.NewConnectionError, kinds.ConnectTimeoutError, kinds.ProxyError, kinds.LocationParseError)
    return (*before, ssl.SSLCertVerificationError)


def _stays(cause: BaseException) -> bool:
    """Whether it is due to settings: certificates, files that are named, a proxy that refuses."""
    if isinstance(cause, ssl.SSLError):
        return not isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError))
    if "Tunnel connection failed" in str(cause):
        return "Tunnel connection failed: 4" in str(cause)
    return type(cause) in _OF_FILES


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it is due to, innermost last."""
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None:
        yield cause
        seen.add(id(cause))
        inner = getattr(cause, "reason", None)
        arguments = [item for item in cause.args if isinstance(item, BaseException)]
        following = [inner] if isinstance(inner, BaseException) else arguments
        following += [item for item in (cause.__cause__, cause.__context__) if isinstance(item, OSError)]
        cause = next((item for item in following if id(item) not in seen), None)


def _reason(cause: BaseException) -> str:
    """Such as "ConnectionRefusedError: [Errno 111] Connection refused"."""
    text = re.sub(r"\s+", " ", str(cause))[:300]
    return f"{type(cause).__name__}: {text}".rstrip(": .")
