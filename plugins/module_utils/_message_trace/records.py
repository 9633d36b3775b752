# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading message traces: time windows, pages and rows. Pure; the one request is a function that is given.

Get-MessageTraceV2 (Microsoft's cmdlet reference, November 2026): 90 days of history, 10 days and 5000 rows a query, 100
queries in 5 minutes, rows newest first and then by recipient. There are no links to further pages: a cut answer is told by
a warning, and the next query ends at the last row, which comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .._exchange.errors import ServiceError
from .._schema.resource import snake_case

TraceRow = dict[str, Any]
# Parameters of one query -> its rows, and whether the service says that there are more.
FetchPage = Callable[[dict[str, Any]], tuple[list[TraceRow], bool]]

HISTORY = timedelta(days=90)
DEFAULT_SPAN = timedelta(hours=48)
MOST_REQUESTS = 100
MOST_ROWS = 5000
_WINDOW = timedelta(days=10)
STATUSES = ("Delivered", "Expanded", "Failed", "FilteredAsSpam", "GettingStatus", "Pending", "Quarantined")

_TEXTS = (
    "MessageTraceId",
    "MessageId",
    "Received",
    "SenderAddress",
    "RecipientAddress",
    "FromIP",
    "ToIP",
    "Subject",
    "Status",
)


@dataclass(frozen=True)
class TraceQuery:
    """What is looked for. filters: parameters of the cmdlet; limit: how many rows at most."""

    start: datetime
    end: datetime
    filters: Mapping[str, Any]
    limit: int


@dataclass(frozen=True)
class MessageTrace:
    """rows: newest first, each once; complete: whether these are all; requests: how many it took."""

    rows: list[TraceRow]
    complete: bool
    requests: int


def moment(text: str) -> datetime:
    """A time in ISO 8601; without an offset it is UTC. ValueError when it is none."""
    found = datetime.fromisoformat(text.strip())
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def written(time: datetime) -> str:
    """A time as the service takes it, in whole seconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span_problems(start: datetime, end: datetime, now: datetime) -> Iterator[str]:
    """A sentence for each thing that is wrong with a span of time."""
    if start >= end:
        yield f"start ({written(start)}) is not before end ({written(end)})"
    elif start < now - HISTORY:
        days = (now - start).total_seconds() / 86400
        yield f"start ({written(start)}) is {days:.1f} days back, and message traces reach back {HISTORY.days} days"


def windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The span in pieces that one query may ask for, newest first."""
    while end - start > _WINDOW:
        yield end - _WINDOW, end
        end -= _WINDOW
    yield start, end


def read(query: TraceQuery, page: FetchPage) -> MessageTrace:
    """All rows of a query, up to its limit and to the number of requests that the service accepts in 5 minutes."""
    found: dict[Any, TraceRow] = {}
    requests = 0
    for start, end in windows(query.start, query.end):
        more = True
        for pages in _Pages(query, start, end):
            if len(found) >= query.limit or requests == MOST_REQUESTS:
                complete = not more and start == query.start and len(found) <= query.limit
                return MessageTrace(list(found.values())[: query.limit], complete, requests)
            rows, more = page(pages.following())
            requests += 1
            for row in rows:
                found.setdefault(_key(row), row)
            pages.answered(rows, more)
    return MessageTrace(list(found.values())[: query.limit], len(found) <= query.limit, requests)


def _key(row: TraceRow) -> Any:
    """What tells rows apart. The same message may come in again under the same id, from another address."""
    names = ("MessageTraceId", "RecipientAddress", "FromIP")
    return tuple(str(row.get(name) or "").lower() for name in names)


class _Pages:
    """The queries of one window; each goes on where the answer to the one before ended."""

    def __init__(self, query: TraceQuery, start: datetime, end: datetime) -> None:
        self._filters = query.filters
        self._start = written(start)
        self._cursor = (written(end), "")
        self._size = min(query.limit, MOST_ROWS)
        self._open = True

    def __iter__(self) -> Iterator[_Pages]:
        while self._open:
            yield self

    def following(self) -> dict[str, Any]:
        """The parameters of the next query."""
        end, recipient = self._cursor
        follows = {"StartingRecipientAddress": recipient} if recipient else {}
        return {
            **self._filters,
            "StartDate": self._start,
            "EndDate": end,
            "ResultSize": self._size,
            **follows,
        }

    def answered(self, rows: list[TraceRow], more: bool) -> None:
        """Take the answer: its end is where the next query begins."""
        full = len(rows) >= self._size
        if not rows or not (more or full):
            self._open = False
            return
        last = (str(rows[-1].get("Received") or ""), str(rows[-1].get("RecipientAddress") or ""))
        if last != self._cursor and all(last):
            self._cursor = last
        elif not full:
            self._open = False
        elif self._size < MOST_ROWS:
            # More rows share one moment and recipient than were asked for.
            self._size = MOST_ROWS
        else:
            raise ServiceError(
                "the list of messages is not complete, and the service gives no way to the rest",
                hint="Ask for a shorter time, or for fewer recipients or senders.",
                cmdlet="Get-MessageTraceV2",
            )


def to_result(row: TraceRow) -> TraceRow:
    """A row with the keys of the result."""
    return {**{snake_case(name): str(row.get(name) or "") for name in _TEXTS}, "size": row.get("Size")}
