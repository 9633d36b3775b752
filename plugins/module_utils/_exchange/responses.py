# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the admin API answers when a call succeeds: records of the class that was asked for, warnings, the next page. Pure.

What is neither that nor an error is not understood, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import bounded_json
from .cmdlets import Response

LATE_ERRORS = "@adminapi.errors"
"""The key under which an answer with a status of success says what failed all the same."""


class NotUnderstood(Exception):
    """An answer that is none: neither a list of records of the class that was asked for nor an error. The text says why."""


@dataclass(frozen=True)
class Page(Response):
    """A part of it. following: the address of the next one, "" when there is none."""

    following: str = ""


def body(content: bytes) -> dict[str, Any]:
    """The JSON object of a successful answer; empty when there is no body. NotUnderstood when it is anything else."""
    if not content.strip():
        return {}
    try:
        found = bounded_json.parse(content.decode("utf-8-sig"))
    except ValueError as error:
        raise NotUnderstood(f"it is not JSON ({str(error)[:100]})") from None
    if not isinstance(found, dict):
        raise NotUnderstood("it is no object")
    return found


def refuses(found: Mapping[str, Any]) -> bool:
    """Whether the body of an answer with a status of success says that the call failed."""
    return found.get("error") is not None or bool(found.get(LATE_ERRORS))


def page(found: Mapping[str, Any], cmdlet: str, request_id: str) -> Page:
    """What a successful answer to a cmdlet says. NotUnderstood when that is nothing that the cmdlet can say.

    Writing cmdlets may answer with nothing (users of the beta API); reading ones always send a list, of one object too.
    """
    reads = cmdlet.startswith("Get-")
    rows = _rows(found) if reads or found.get("value") is not None else []
    foreign = [] if reads else [key for key in found if key != "value" and "@" not in key]
    if foreign:
        raise NotUnderstood(f"it has {foreign[0][:50]!r} in it")
    following = found.get("@odata.nextLink") or ""
    if not isinstance(following, str):
        raise NotUnderstood("its link to the next page is no text")
    return Page(rows, _warnings(found), request_id, following)


def _rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records; the service notes types in keys with an @, which are dropped."""
    if "value" not in found:
        raise NotUnderstood("it has no list of records (value)")
    rows = found["value"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotUnderstood("its value is not a list of records")
    return [{key: item for key, item in row.items() if "@" not in key} for row in rows]


def _warnings(found: Mapping[str, Any]) -> list[str]:
    given = found.get("@adminapi.warnings") or []
    texts = given if isinstance(given, list) else [given]
    return [str(text).strip() for text in texts if str(text).strip()]
