# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What message traces say about the way of a user's mail. Pure. Evidence, not proof.

A message that the vendor inspects enters the service twice: first from outside, then from one of the vendor's addresses.
Message-ID and recipient stay the same, and each entry leaves a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from .._schema.ip_ranges import Networks, is_address, networks, span
from .records import TraceRow, moment, written

Evidence = dict[str, Any]

# Returning takes seconds, the vendor was seen to hold mail for 5 minutes, and traces lag by 5 to 10 minutes.
PATIENCE = timedelta(minutes=15)
_MOST_SHOWN = 20
# What says something comes first when not everything is shown.
_WORDS = {
    "elsewhere": "in twice, but not from the vendor's addresses",
    "direct": "delivered directly",
    "repeated": "back from the vendor once more",
    "inline": "out to the vendor and back",
    "left": "out of the service and not back",
    "returned": "from the vendor, with nothing before it",
    "waiting": "perhaps still at the vendor",
    "early": "before the change could be expected to act",
    "undelivered": "not delivered",
}


@dataclass(frozen=True)
class Criteria:
    """What decides on what the rows say.

    vendor: addresses, blocks and ranges from which inspected mail comes back. horizon: until when was looked. own_domains: of
    the organization; mail from them is internal. changed: when the configuration was changed; older mail says nothing about
    it. settle: how long after that a change may take to act.
    """

    vendor: Sequence[str]
    horizon: datetime
    own_domains: frozenset[str] = frozenset()
    changed: datetime | None = None
    settle: timedelta = timedelta(0)


@dataclass(frozen=True)
class _Entry:
    """One row: a message entering the service."""

    at: datetime
    ip: str
    vendor: bool
    row: TraceRow

    @property
    def delivered(self) -> bool:
        return str(self.row["status"]).lower() == "delivered"


def evidence(
    rows: Iterable[TraceRow], users: Mapping[str, Iterable[str]], criteria: Criteria
) -> list[Evidence]:
    """One finding for each user: user, verdict, conclusion (a sentence) and evidence.

    rows: with the keys of the module's result. users: each with all of its addresses. verdict: "inline" (mail went to the
    vendor and came back), "direct" (mail was delivered and never came back), "nothing_seen", or "unclear". evidence: for each
    message message_id, sender, received, sign (see _WORDS) and what, a sentence.
    """
    vendor = networks(criteria.vendor)
    entries = [_entered(row, vendor) for row in rows]
    found = []
    for user, addresses in users.items():
        own = {address.lower() for address in addresses} | {user.lower()}
        mine = [item for item in entries if item and str(item.row["recipient_address"]).lower() in own]
        found.append(_of_user(user, mine, criteria))
    return found


def _entered(row: TraceRow, vendor: Networks) -> _Entry | None:
    try:
        at = moment(str(row["received"]))
    except ValueError:
        return None
    ip = str(row["from_ip"] or "")
    address = ip.strip("[] ")
    return _Entry(at, ip, is_address(address) and vendor.contains(span(address)) is True, row)


# ---------------------------------------------------------------------------------------------- one message


def _of_user(user: str, entries: Iterable[_Entry], criteria: Criteria) -> Evidence:
    messages: dict[str, list[_Entry]] = {}
    for item in _once(entries):
        if criteria.changed is None or item.at >= criteria.changed:
            # Without a Message-ID nothing can be matched.
            name = str(item.row["message_id"]).strip() or f"trace {item.row['message_trace_id']}"
            messages.setdefault(name, []).append(item)
    shown: list[Evidence] = []
    internal = 0
    for name, items in messages.items():
        if _internal(items, criteria.own_domains):
            internal += 1
        else:
            shown += [_as_result(name, item, sign, what) for item, sign, what in _signs(items, criteria)]
    shown.sort(key=lambda item: item["received"], reverse=True)
    shown.sort(key=lambda item: list(_WORDS).index(item["sign"]))
    verdict = _verdict_of({item["sign"] for item in shown})
    conclusion = _conclusion(verdict, shown, internal)
    return {"user": user, "verdict": verdict, "conclusion": conclusion, "evidence": shown[:_MOST_SHOWN]}


def _once(entries: Iterable[_Entry]) -> list[_Entry]:
    """Each entry into the service once, oldest first: it has a row for every address that led to the user."""
    found: dict[Any, _Entry] = {}
    for item in sorted(entries, key=lambda item: (item.at, not item.delivered)):
        trace = str(item.row["message_trace_id"]).lower() or written(item.at)
        key = (trace, item.vendor)
        if key not in found or (item.delivered and not found[key].delivered):
            found[key] = item
    return sorted(found.values(), key=lambda item: item.at)


def _internal(entries: Sequence[_Entry], own_domains: frozenset[str]) -> bool:
    """Whether it is mail of the organization itself, or a report without a sender; the vendor does not get these by design."""
    sender = str(entries[0].row["sender_address"]).strip().lower()
    known = sender in ("", "<>") or sender.rpartition("@")[2] in own_domains
    return not any(item.vendor for item in entries) and (known or not entries[0].ip)


def _as_result(name: str, item: _Entry, sign: str, what: str) -> Evidence:
    return {
        "message_id": name,
        "sender": str(item.row["sender_address"]),
        "received": written(item.at),
        "sign": sign,
        "what": what,
    }


def _signs(entries: Sequence[_Entry], criteria: Criteria) -> Iterator[tuple[_Entry, str, str]]:
    """What one message says. Each return belongs to the entry before it; the same message may have been sent again."""
    waiting: list[_Entry] = []
    pairs, strays = 0, 0
    for item in entries:
        if not item.vendor:
            waiting.append(item)
        elif waiting:
            pairs += 1
            yield _pair(waiting.pop(), item)
        elif pairs:
            yield (
                item,
                "repeated",
                f"came back once more from the vendor's address {item.ip}: it may be looping",
            )
        else:
            strays += 1
            words = f"came from the vendor's address {item.ip}; how it got there is not in the trace"
            yield item, "returned", words
    if strays:
        for item in waiting:
            late = f"came from {item.ip} after it had come from the vendor, which does not fit together"
            yield item, "returned", late
    else:
        yield from _elsewhere([(item, *_lone(item, criteria)) for item in waiting])


def _elsewhere(lone: Sequence[tuple[_Entry, str, str]]) -> Iterator[tuple[_Entry, str, str]]:
    """Two direct entries soon after each other are as after an inspection, from an address that is not known as the vendor's."""
    direct = [item for item, sign, _what in lone if sign == "direct"]
    for first, back in pairwise(direct):
        if back.ip != first.ip and back.at - first.at <= PATIENCE:
            after = _duration((back.at - first.at).total_seconds())
            words = f"came from {first.ip}, and again from {back.ip} after {after}, which is no known address of the vendor"
            yield first, "elsewhere", words
            lone = [one for one in lone if one[0] not in (first, back)]
            break
    yield from lone


def _pair(first: _Entry, back: _Entry) -> tuple[_Entry, str, str]:
    after = _duration((back.at - first.at).total_seconds())
    words = (
        f"seen twice: first from outside ({first.ip}), then from the vendor's address {back.ip} after {after}"
    )
    return first, "inline", words


def _lone(item: _Entry, criteria: Criteria) -> tuple[str, str]:
    """What an entry says after which the message did not come back."""
    row, changed = item.row, criteria.changed
    if not item.delivered:
        return "undelivered", f"came from {item.ip}, and its status is {row['status'] or 'not known'}"
    if row["to_ip"]:
        # Blank for mail that is delivered in the organization (cmdlet reference).
        words = (
            f"came from {item.ip}, left for {row['to_ip']} and did not come back: the vendor may have kept it"
        )
        return "left", words
    if item.at > criteria.horizon - PATIENCE:
        minutes = PATIENCE.total_seconds() / 60
        return "waiting", f"came from {item.ip} less than {minutes:.0f} minutes ago and may still come back"
    if changed is not None and item.at < changed + criteria.settle:
        after = _duration((item.at - changed).total_seconds())
        return (
            "early",
            f"delivered directly from {item.ip}, {after} after the change, which may not have acted yet",
        )
    return "direct", f"delivered directly from {item.ip}, never came back from the vendor"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


# ---------------------------------------------------------------------------------------------- one user


def _verdict_of(signs: set[str]) -> str:
    if not signs:
        return "nothing_seen"
    plain = {"direct" if sign == "elsewhere" else sign for sign in signs}
    decisive = plain & {"inline", "direct", "repeated"}
    return decisive.pop() if decisive in ({"inline"}, {"direct"}) else "unclear"


_CONCLUSIONS = {
    "inline": "mail of this user goes through the vendor, as far as the trace shows",
    "direct": "mail of this user does not go through the vendor, as far as the trace shows",
    "unclear": "the trace does not say whether mail of this user goes through the vendor",
    "nothing_seen": "no mail from outside has been seen for this user; have somebody outside write to it",
}
_ELSEWHERE = (
    "; if the second address is the vendor's, portal_region or portal_ip_addresses is wrong, else another product or a mailing list "
    "has had the mail"
)
_ADVICE = (
    "; look whether the user is in the scope of the protect rule, and whether the rule excepts the address that the mail came "
    "from, as that of a gateway in front"
)


def _conclusion(verdict: str, shown: Sequence[Evidence], internal: int) -> str:
    signs = [item["sign"] for item in shown]
    counts = [f"{signs.count(sign)} {words}" for sign, words in _WORDS.items() if sign in signs]
    if internal and verdict == "nothing_seen":
        counts = [f"only {internal} of the organization itself"]
    return (
        _CONCLUSIONS[verdict]
        + (f" ({', '.join(counts)})" if counts else "")
        + (_ELSEWHERE if "elsewhere" in signs else "")
        + (_ADVICE if "direct" in signs else "")
    )
