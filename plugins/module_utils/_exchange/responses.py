# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the admin API answers: bodies, their two forms of errors, and what class of error that is. Pure.

The same failure comes with different HTTP statuses, so errors are told apart by the type of the exception in the body
and by text; the status decides only where there is no such type.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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

PERMISSION_HINT = (
    "The application needs the permission Exchange.ManageAsApp with admin consent, and a directory role such as "
    "Exchange Administrator; new role assignments take up to 30 minutes."
)
_TOKEN_HINT = (
    "The token was not accepted: it is for another service or tenant, or lacks Exchange.ManageAsApp. "
    + PERMISSION_HINT
)
_DEHYDRATED_HINT = "Run o365_organization_customization once, and try again when it has taken effect, which can take an hour."
_TYPE = re.compile(r"^[A-Za-z_][\w.`+]*\.?[\w`+]*(?:Exception|Error)$")


@dataclass(frozen=True)
class Response:
    """A successful call. records: what the cmdlet returned, without type notes; warnings: the service's words."""

    records: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    request_id: str = ""


@dataclass(frozen=True)
class ErrorResponse:
    """A failed call. type: name of the exception, "" when the body has none."""

    status: int
    type: str
    text: str
    retry_after: float | None = None


def decoded(raw: bytes) -> str:
    """The text of a body: some are compressed without need, and refusals can be thousands of NUL bytes."""
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            return ""
    return raw.replace(b"\0", b"").decode("utf-8", "replace").strip()


def parsed(text: str) -> dict[str, Any] | None:
    """The body as JSON object; None when it is anything else."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def records(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records of a body; the service notes types in keys with an @, which are dropped."""
    value = body.get("value")
    rows = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    return [
        {key: item for key, item in row.items() if "@" not in key} for row in rows if isinstance(row, dict)
    ]


def warnings(body: Mapping[str, Any]) -> list[str]:
    """The service's warnings."""
    return [str(text).strip() for text in body.get("@adminapi.warnings") or () if str(text).strip()]


def _lowered(mapping: Any) -> dict[str, Any]:
    return {key.lower(): value for key, value in mapping.items()} if isinstance(mapping, dict) else {}


def _detail(text: str) -> tuple[str, str]:
    """Type and words of a detail: "Id|Type|words", a JSON text, or plain words."""
    inner = _lowered(parsed(text))
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
    after = headers.get("Retry-After", "")
    retry_after = float(after) if re.fullmatch(r"\d+(\.\d+)?", after.strip()) else None
    body = parsed(text)
    if body is None:
        plain = "" if text.startswith("<") else text[:500]
        reason = re.search(r'reason="([^"]+)"', headers.get("x-ms-diagnostics", ""))
        return ErrorResponse(
            status,
            headers.get("X-ExceptionType", ""),
            plain or (reason.group(1) if reason else ""),
            retry_after,
        )
    error = _lowered(body.get("error")) or _lowered(body)
    kind, words = "", ""
    details = error.get("details")
    if isinstance(details, list) and details:
        kind, words = _detail(str(_lowered(details[0]).get("message") or ""))
    deep_kind, deep_words = _deepest(error)
    kind = kind or deep_kind or headers.get("X-ExceptionType", "")
    words = words or deep_words or str(error.get("message") or "")
    if kind.endswith("CmdletProxyException") and "{" in words:
        proxied = refusal(status, words[words.index("{") :], {})
        return ErrorResponse(status, proxied.type or kind, proxied.text or words, retry_after)
    if retry_after is None and (seconds := re.search(r"retry after (\d+(?:\.\d+)?) seconds", words)):
        retry_after = float(seconds.group(1))
    return ErrorResponse(status, kind, words, retry_after)


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
    words = found.text.lower()
    for kind, hint, types, texts in _CLASSES:
        if (found.type and found.type.endswith(types)) or any(text in words for text in texts):
            return kind, hint
    if found.status in _STATUS_CLASSES:
        return _STATUS_CLASSES[found.status]
    if found.status >= 500 and not found.type:
        return Transient, None
    return ServiceError, None


def says_never_ran(found: ErrorResponse) -> bool:
    """Whether the refusal itself says that the cmdlet did not act, so that even a writing call may be repeated."""
    kind, _hint = classify(found)
    if found.status in (429, 503):
        return True
    return kind in (Throttled, Transient) and bool(found.type or found.text) and found.status < 500
