# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-MessageTraceV2 on rows that a test has put into the tenant.

Limits, order and the way from page to page as in Microsoft's cmdlet reference; the warning as users have published it. The
texts of errors are plain words.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from . import errors
from .binding import bind
from .classes import Class, Parameter
from .tenant import Record, Tenant

NAME = "Get-MessageTraceV2"
_STATUSES = ("Delivered", "Expanded", "Failed", "FilteredAsSpam", "GettingStatus", "Pending", "Quarantined")
_GET = {
    **{name: Parameter("l") for name in ("SenderAddress", "RecipientAddress", "MessageId")},
    **{name: Parameter("s") for name in ("FromIP", "ToIP", "MessageTraceId", "StartingRecipientAddress")},
    **{name: Parameter("t") for name in ("StartDate", "EndDate")},
    "Status": Parameter("E", _STATUSES),
    "ResultSize": Parameter("i"),
}
_TABLE = Class("MessageTraceV2", (), {}, get=_GET, singleton=True)
_EQUAL = ("FromIP", "ToIP", "MessageTraceId")
_ONE_OF = ("SenderAddress", "RecipientAddress", "MessageId", "Status")
_MOST_REQUESTS, _IN_SECONDS = 100, 300.0
_UNSET = {"ToIP": "", "Subject": "", "Status": "Delivered", "Size": 10240}


def put(tenant: Tenant, rows: list[Record]) -> None:
    """Add rows. Those with AppearsAfter are not seen by that many requests, as traces lag behind the mail."""
    for row in rows:
        number = len(tenant.traces)
        made = {"MessageTraceId": tenant.guid_for(f"trace/{number}"), "MessageId": f"<{number}@example.com>"}
        hidden = row.pop("AppearsAfter", 0) + len(tenant.trace_requests)
        tenant.traces.append((hidden, {**_UNSET, **made, **row}))


def get(tenant: Tenant, parameters: dict[str, Any]) -> list[Record]:
    """The rows that a call returns."""
    bound = bind(_TABLE, "Get", parameters)
    now = datetime.now(UTC)
    end = _moment("EndDate", bound.get("EndDate"), now)
    start = _moment("StartDate", bound.get("StartDate"), now - timedelta(hours=48))
    size = bound.get("ResultSize") or 1000
    _check(start, end, now, size)
    _throttle(tenant)
    asked = len(tenant.trace_requests)
    tenant.trace_requests.append(time.monotonic())
    border = str(bound.get("StartingRecipientAddress") or "").lower()
    rows = [
        row
        for hidden, row in tenant.traces
        if hidden <= asked
        and start <= _received(row) <= min(end, now)
        and _matches(row, bound)
        # Of the moment at the border what comes before that recipient has been seen; the recipient itself comes again.
        and not (border and _received(row) == end and _recipient(row) < border)
    ]
    rows.sort(key=_recipient)
    rows.sort(key=_received, reverse=True)
    if len(rows) > size:
        last = rows[size - 1]
        tenant.warn(
            f'There are more results, use the following command to get more. {NAME} -StartDate "{bound.get("StartDate")}" '
            f'-EndDate "{last["Received"]}" -StartingRecipientAddress "{last["RecipientAddress"]}" -ResultSize {size}'
        )
    return rows[:size]


def _check(start: datetime, end: datetime, now: datetime, size: int) -> None:
    if not 1 <= size <= 5000:
        raise errors.argument("The result size must be from 1 to 5000.", "ResultSize")
    if start > end:
        raise errors.argument("The start date must not be later than the end date.", "StartDate")
    if start < now - timedelta(days=90):
        raise errors.argument("The start date must be within the last 90 days.", "StartDate")
    if end - start > timedelta(days=10):
        raise errors.argument("The dates must not be more than 10 days apart.", "StartDate")


def _throttle(tenant: Tenant) -> None:
    recent = [moment for moment in tenant.trace_requests if moment > time.monotonic() - _IN_SECONDS]
    if len(recent) >= _MOST_REQUESTS:
        raise errors.CmdletError("System.Exception", "Too many queries within 5 minutes; please wait.", 429)


def _moment(name: str, value: Any, otherwise: datetime) -> datetime:
    if value in (None, ""):
        return otherwise
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise errors.bad_value(name, value, "System.DateTime") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _received(row: Record) -> datetime:
    return datetime.fromisoformat(row["Received"])


def _recipient(row: Record) -> str:
    return str(row["RecipientAddress"]).lower()


def _matches(row: Record, bound: dict[str, Any]) -> bool:
    return all(
        str(row[name]).lower() == str(bound[name]).lower() for name in _EQUAL if bound.get(name)
    ) and all(
        str(row[name]).lower() in [str(item).lower() for item in bound[name]]
        for name in _ONE_OF
        if bound.get(name)
    )
