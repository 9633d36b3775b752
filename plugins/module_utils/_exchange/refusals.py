# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the admin API answers when a call fails, in the forms that it has for that, and what class of error that is. Pure.

The same failure comes with different HTTP statuses, so errors are told apart by the type of the exception in the body and
by text; the status decides only where there is no such type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import bounded_json
from .errors import (
    AlreadyExists,
    AuthenticationError,
    Dehydrated,
    InvalidValue,
    NotFound,
    NotPermitted,
    O365Error,
    ServiceError,
    Throttled,
    Transient,
)
from .responses import LATE_ERRORS
from .waiting import requested_pause

PERMISSION_HINT = (
    "The application needs the permission Exchange.ManageAsApp with admin consent, and a directory role such as "
    "Exchange Administrator; new role assignments take up to 30 minutes."
)
_TOKEN_HINT = (
    "The token was not accepted: it is for another service or tenant, or lacks Exchange.ManageAsApp. "
    + PERMISSION_HINT
)
_DEHYDRATED_HINT = "Run o365_organization_customization once, and try again when it has taken effect, which can take an hour."
_ROUTE_HINT = "Check endpoint and proxy."
_TYPE = re.compile(r"^[A-Za-z_][\w.`+]*\.?[\w`+]*(?:Exception|Error)$")
# How much of the service's words is shown.
_SHOWN = 2000


@dataclass(frozen=True)
class ErrorResponse:
    """A failed call. type: name of the exception, "" when the body has none.

    formed: whether the body is an error of the admin API, so that its words can be relied on; web_page: whether it is a
    page for a browser, such as a proxy sends.
    """

    status: int
    type: str
    text: str
    retry_after: float | None = None
    formed: bool = False
    web_page: bool = False


def decoded(content: bytes) -> str:
    """The text of a body: refusals can be thousands of NUL bytes."""
    return content.replace(b"\0", b"").decode("utf-8-sig", "replace").strip()


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        found = bounded_json.parse(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _lowered(mapping: Any) -> dict[str, Any]:
    return {key.lower(): value for key, value in mapping.items()} if isinstance(mapping, dict) else {}


def _detail(text: str) -> tuple[str, str]:
    """Type and words of a detail: "Id|Type|words", a JSON text, or plain words."""
    inner = _lowered(_parsed(text))
    if inner.get("message"):
        while isinstance(inner.get("innererror"), dict) and _lowered(inner["innererror"]).get("message"):
            inner = _lowered(inner["innererror"])
        return str(inner.get("typename") or ""), str(inner["message"])
    parts = text.split("|", 2)
    if len(parts) == 3 and _TYPE.match(parts[1].strip()):
        return parts[1].strip(), parts[2].strip()
    return "", text.strip()


def _deepest(error: Mapping[str, Any]) -> tuple[str, str]:
    inner = _lowered(error.get("innererror"))
    while isinstance(inner.get("internalexception"), dict):
        inner = _lowered(inner["internalexception"])
        if not isinstance(inner.get("internalexception"), dict):
            return str(inner.get("type") or ""), str(inner.get("message") or "")
    return "", str(inner.get("message") or "")


def refusal(status: int, text: str, headers: Mapping[str, str]) -> ErrorResponse:
    """What a failed answer says, in whichever of its forms."""
    found = _parsed(text)
    said = _unformed(status, text, headers) if found is None else _formed(status, found, headers)
    retry_after = requested_pause(headers.get("Retry-After", ""), headers.get("Date", ""))
    if retry_after is None and (
        seconds := re.search(r"retry after (\d{1,9}(?:\.\d{1,9})?) seconds", said.text)
    ):
        retry_after = float(seconds.group(1))
    kind = _in_one_line(said.type)[:200]
    return replace(said, type=kind, text=_in_one_line(said.text), retry_after=retry_after)


def late_refusal(found: Mapping[str, Any], headers: Mapping[str, str]) -> ErrorResponse:
    """What the body of a successful answer says that failed."""
    if found.get("error") is not None:
        return refusal(200, json.dumps(found), headers)
    errors = found[LATE_ERRORS]
    first = next(filter(None, errors), "") if isinstance(errors, list) else errors
    message = first if isinstance(first, str) else json.dumps(first)
    return refusal(400, json.dumps({"error": {"details": [{"message": message}]}}), headers)


def _unformed(status: int, text: str, headers: Mapping[str, str]) -> ErrorResponse:
    reason = re.search(r'reason="([^"]+)"', headers.get("x-ms-diagnostics", ""))
    said = reason.group(1) if reason else ""
    if text.startswith("<"):
        title = re.search(r"<title[^>]*>([^<]{1,200})</title>", text, re.IGNORECASE)
        return ErrorResponse(status, "", title.group(1) if title else said, web_page=True)
    return ErrorResponse(status, headers.get("X-ExceptionType", ""), text or said)


def _formed(status: int, found: dict[str, Any], headers: Mapping[str, str]) -> ErrorResponse:
    found = _lowered(found)
    error = _lowered(found.get("error")) or found
    kind, words = "", ""
    details = error.get("details")
    if isinstance(details, list) and details:
        kind, words = _detail(str(_lowered(details[0]).get("message") or ""))
    deep_kind, deep_words = _deepest(error)
    kind = kind or deep_kind or headers.get("X-ExceptionType", "")
    words = words or deep_words or str(error.get("message") or "")
    if not words and isinstance(found.get("error"), str):
        words = found["error"]
    if kind.endswith("CmdletProxyException") and "{" in words:
        proxied = refusal(status, words[words.index("{") :], {})
        kind, words = proxied.type or kind, proxied.text or words
    return ErrorResponse(status, kind, words, formed="error" in found)


def _in_one_line(words: str) -> str:
    """Words of the service as they can stand in a sentence: without line breaks and control characters, and bounded."""
    return re.sub(r"[\x00-\x1f\x7f]", "", " ".join(words.split()))[:_SHOWN]


_TRANSIENT_TYPES = (
    "DCOverloadedException",
    "SuitabilityDirectoryException",
    "ServerInMMException",
    "ADServerSettingsChangedException",
    "StorageTransientException",
    "ADTransientException",
    "UnableToWriteToAadException",
)
_THROTTLED_TYPES = ("OverBudgetException",)
# Class, hint, ends of exception types, parts of texts in lower case. The first row that matches decides.
_CLASSES: tuple[tuple[type[O365Error], str | None, tuple[str, ...], tuple[str, ...]], ...] = (
    (Throttled, None, _THROTTLED_TYPES, ("maximum number of concurrent requests", "micro delay applied")),
    (Transient, None, _TRANSIENT_TYPES, ("issue may be transient",)),
    (
        Dehydrated,
        _DEHYDRATED_HINT,
        ("InvalidOperationInDehydratedContextException",),
        ("need to run the command: enable-organizationcustomization",),
    ),
    (
        NotPermitted,
        PERMISSION_HINT,
        ("UnauthorizedAccessException", "InsufficientPermissionsException"),
        (
            "is not present in the role definition",
            "isn't supported in this scenario",
            "is not allowed to call",
            "can only be performed by a manager of the group",
        ),
    ),
    (
        NotFound,
        None,
        ("ManagementObjectNotFoundException", "ADNoSuchObjectException", "MemberNotFoundException"),
        ("couldn't be found on", "couldn't find object"),
    ),
    (
        AlreadyExists,
        None,
        ("AlreadyExistsException",),
        ("already exists", "is already being used by the proxy addresses"),
    ),
    (
        InvalidValue,
        None,
        (
            "ParameterTransformationException",
            "AmbiguousParameterSetException",
            "ParameterBindingException",
            "ArgumentException",
            "DataValidationException",
            "InvalidOperationException",
            "RecipientTaskException",
            "WLCDManagedMemberException",
        ),
        (),
    ),
)
_STATUS_CLASSES: dict[int, tuple[type[O365Error], str | None]] = {
    401: (AuthenticationError, _TOKEN_HINT),
    403: (NotPermitted, PERMISSION_HINT),
    408: (Transient, None),
    429: (Throttled, None),
    502: (Transient, None),
    503: (Transient, None),
    504: (Transient, None),
}


def classify(found: ErrorResponse) -> tuple[type[O365Error], str | None]:
    """The error class of a refusal, and a hint for the reader."""
    if found.status == 429:
        return Throttled, None
    if found.web_page and found.status < 500 and found.status not in (401, 408):
        return ServiceError, _ROUTE_HINT
    words = found.text.lower()
    for kind, hint, types, texts in _CLASSES:
        # That something is there or not there is not concluded from what anybody could have sent.
        trusted = found.formed or kind not in (NotFound, AlreadyExists)
        if trusted and (found.type.endswith(types) or any(text in words for text in texts)):
            return kind, hint
    if found.status in _STATUS_CLASSES:
        return _STATUS_CLASSES[found.status]
    if found.status >= 500 and not found.type:
        return Transient, None
    return ServiceError, None


def says_never_ran(found: ErrorResponse) -> bool:
    """Whether the refusal itself says that the cmdlet did not act, so that even a writing call may be repeated."""
    kind, _hint = classify(found)
    if found.status in (408, 429, 503):
        return found.status != 408
    return kind in (Throttled, Transient) and bool(found.type or found.text) and found.status < 500
