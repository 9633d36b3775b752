# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking at message traces, in the option names of the module, and at what they say about the way through the vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import ConfigurationError, NotPermitted
from .._message_trace.evidence import Criteria, evidence
from .._message_trace.records import (
    DEFAULT_SPAN,
    MOST_REQUESTS,
    MOST_ROWS,
    STATUSES,
    TraceQuery,
    TraceRow,
    moment,
    read,
    span_problems,
    to_result,
    written,
)
from .._schema.address_types import IP_RANGES, SMTP_LIST, smtp_addresses
from .._schema.ip_ranges import is_address

_NOUN = "MessageTraceV2"
_CUT = "there are more results"
# By how much the clocks of service and controller may differ.
_SKEW = timedelta(minutes=10)
_LISTS = ("sender_addresses", "recipient_addresses", "status", "message_ids", "vendor_addresses")
# Option, parameter of the cmdlet.
_FILTERS = (
    ("sender_addresses", "SenderAddress"),
    ("recipient_addresses", "RecipientAddress"),
    ("status", "Status"),
    ("from_ip", "FromIP"),
    ("message_ids", "MessageId"),
)


class MessageTraceModule:
    """A module that looks at message traces."""

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        spec: dict[str, Any] = {name: {"type": "list", "elements": "str", "default": []} for name in _LISTS}
        spec["status"]["choices"] = list(STATUSES)
        return {
            **spec,
            "from_ip": {"type": "str"},
            "start": {"type": "str"},
            "end": {"type": "str"},
            "limit": {"type": "int", "default": MOST_ROWS},
            "changed_at": {"type": "str"},
            "settle_minutes": {"type": "float", "default": 60.0},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """messages, complete, start, end, requests; with vendor_addresses also evidence."""
        now = datetime.now(UTC)
        query, criteria = _understood(params, now)
        vendor = bool(criteria.vendor)
        users = _users(params["recipient_addresses"], cmdlets, progress) if vendor else {}
        filters = dict(query.filters)
        if users:
            filters["RecipientAddress"] = sorted({item for known in users.values() for item in known})
        trace = read(
            TraceQuery(query.start, query.end, filters, query.limit),
            lambda parameters: _page(cmdlets, progress, parameters),
        )
        if not trace.complete:
            progress.warn(_incomplete(trace.requests, query.limit))
        messages = [to_result(row) for row in trace.rows]
        result = {
            "changed": False,
            "messages": messages,
            "complete": trace.complete,
            "start": written(query.start),
            "end": written(query.end),
            "requests": trace.requests,
        }
        return (
            {**result, "evidence": _evidence(messages, users, criteria, cmdlets, progress)}
            if vendor
            else result
        )


def _page(cmdlets: Cmdlets, progress: Progress, parameters: dict[str, Any]) -> tuple[list[Record], bool]:
    """One query. That an answer is cut comes as a warning, which is for us and not for the user."""
    known = len(cmdlets.warnings)
    rows = cmdlets.read(_NOUN, parameters)
    told = cmdlets.warnings[known:]
    del cmdlets.warnings[known:]
    progress.warn(*(text for text in told if not text.lower().startswith(_CUT)))
    return rows, bool(told)


def _incomplete(requests: int, limit: int) -> str:
    if requests >= MOST_REQUESTS:
        return (
            f"The list is not complete: it ends after {MOST_REQUESTS} requests, because the service accepts no more in 5 minutes. "
            "Ask for a shorter time, or for fewer recipients or senders."
        )
    return (
        f"The list is not complete: it ends after {limit} rows, as limit says; older messages are left out."
    )


# ---------------------------------------------------------------------------------------------- options


def _understood(params: Mapping[str, Any], now: datetime) -> tuple[TraceQuery, Criteria]:
    """The options as a query and what decides on what its rows say; ConfigurationError with all that is wrong."""
    problems: list[str] = []
    times = {name: _time(params, name, problems) for name in ("start", "end", "changed_at")}
    end = times["end"] or now
    start = times["start"] or end - DEFAULT_SPAN
    problems += span_problems(start, end, now)
    if times["changed_at"] and times["changed_at"] > now + _SKEW:
        problems.append(f"changed_at ({written(times['changed_at'])}) is in the future")
    problems += _value_problems(params)
    if problems:
        raise ConfigurationError("; ".join(problems) + ".")
    filters = {parameter: params[name] for name, parameter in _FILTERS if params[name]}
    vendor = IP_RANGES.canonical(params["vendor_addresses"]) or []
    settle = timedelta(minutes=params["settle_minutes"])
    criteria = Criteria(vendor, min(now, end), changed=times["changed_at"], settle=settle)
    return TraceQuery(start, end, filters, params["limit"]), criteria


def _time(params: Mapping[str, Any], name: str, problems: list[str]) -> datetime | None:
    text = params[name]
    if not (text or "").strip():
        return None
    try:
        return moment(text)
    except ValueError:
        problems.append(f'{name}: "{text}" is not a time such as 2026-11-25T10:00:00Z')
        return None


def _value_problems(params: Mapping[str, Any]) -> Iterator[str]:
    for name in ("sender_addresses", "recipient_addresses"):
        yield from (f"{name}: {text}" for text in SMTP_LIST.check(params[name]))
    yield from (f"vendor_addresses: {text}" for text in IP_RANGES.check(params["vendor_addresses"]))
    if params["from_ip"] and not is_address(params["from_ip"]):
        yield f'from_ip: "{params["from_ip"]}" is not an IP address'
    if params["limit"] < 1:
        yield f"limit is {params['limit']}; ask for one row at least"
    if params["settle_minutes"] < 0:
        yield "settle_minutes is negative"
    hidden = [name for name in ("from_ip", "status") if params[name]]
    if params["vendor_addresses"] and hidden:
        yield (
            f"vendor_addresses excludes {' and '.join(hidden)}, because a message is judged by all of its rows, from wherever they come"
        )


# ---------------------------------------------------------------------------------------------- evidence


def _users(addresses: list[str], cmdlets: Cmdlets, progress: Progress) -> dict[str, list[str]]:
    """Each recipient with all of its addresses: mail may have come to any of them."""
    users = {address: [address] for address in addresses}
    try:
        for address, known in users.items():
            record = cmdlets.recipient(address) or {}
            known += smtp_addresses(record.get("EmailAddresses") or ())
    except NotPermitted as error:
        progress.warn(
            f"Only mail to the given addresses is looked at, not to further ones of the same users: {error}"
        )
    return users


def _evidence(
    messages: list[TraceRow],
    users: Mapping[str, list[str]],
    criteria: Criteria,
    cmdlets: Cmdlets,
    progress: Progress,
) -> list[dict[str, Any]]:
    own: frozenset[str] = frozenset()
    try:
        records = cmdlets.read("AcceptedDomain", {"ResultSize": "Unlimited"})
        own = frozenset(str(record.get("DomainName")).lower() for record in records)
    except NotPermitted as error:
        progress.warn(f"Mail of the organization itself could not be told from mail from outside: {error}")
    seen = dict.fromkeys(row["recipient_address"].lower() for row in messages)
    everybody = {address: [address] for address in seen if not own or address.rpartition("@")[2] in own}
    return evidence(messages, users or everybody, replace(criteria, own_domains=own))


TASK = MessageTraceModule()
