# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift: what a plan would change, read backwards as what differs in the tenant, worst first. Pure.

An entry's `before` is what the tenant has, its `after` what the variables want.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...module_utils._resources.index import BY_NOUN
from ...module_utils._schema.address_types import CONNECTOR_IPS, FILTER_ENTRIES, IP_RANGES
from ...module_utils._schema.resource import Field
from . import severity
from .severity import (
    LATE,
    OBJECT,
    ORDER,
    PEERS,
    SAME,
    SEVERITIES,
    WIDE,
    SettingSeverity,
    Severity,
    Table,
)

Entry = Mapping[str, Any]
Finding = dict[str, Any]
State = dict[str, Any]

ABSENT, PRESENT = "absent", "present"
_TABLES = {
    "o365_connection_filter": severity.CONNECTION_FILTER,
    "o365_distribution_group": severity.GROUP,
    "o365_journal_rule": severity.JOURNAL_RULE,
    "o365_mail_contact": severity.CONTACT,
    "o365_transport_config": severity.TRANSPORT_CONFIG,
}
_ADDRESSES = (CONNECTOR_IPS, FILTER_ENTRIES, IP_RANGES)
_ROUTE = "actions.route_message_outbound_connector"
_GUARD = "exceptions.sender_ip_ranges"


@dataclass(frozen=True)
class _Difference:
    """What differs in one setting. lost: elements that a list lacks; gained: those that it has too many."""

    now: Any
    wanted: Any
    lost: Sequence[str] = ()
    gained: Sequence[str] = ()


def findings(document: Mapping[str, Any]) -> list[Finding]:
    """The differences of a plan, by severity and then in the order of its entries.

    Each: severity ("critical", "warning", "info"); object, such as 'mail-flow rule "Avanan - Protect"'; setting, "" for the
    object itself and "order" for a rule's place; now and wanted, "absent" and "present" for an object, for "order" the
    names of the rules above; lost and gained, the elements that a list lacks and those that it has too many; consequence,
    a sentence. Texts come from the tenant as they are, except that a quotation mark in a name is written \\u0022.
    """
    entries = document["entries"]
    found: list[Finding] = []
    for entry in entries:
        # Two phases may look at the same object; in check mode the second sees what the first saw.
        found += [item for item in _of_entry(entry, entries) if item not in found]
    return sorted(found, key=lambda item: SEVERITIES.index(item["severity"]))


def table_of(entry: Entry) -> Table:
    """The rows for the object of an entry, by what it shall do for mail; by what it does when it should not be there."""
    module = entry["module"]
    state = _flat(entry["before"] if entry["after"] is None else entry["after"])
    if module == "o365_connector":
        return _connector_table(_direction(entry), state)
    if module == "o365_mail_flow_rule":
        if state.get(_ROUTE):
            unguarded = entry["after"] is None and not state.get(_GUARD)
            return severity.UNGUARDED_RULE if unguarded else severity.ROUTING_RULE
        whitelist = str(state.get("actions.set_scl")) == "-1"
        return severity.WHITELIST_RULE if whitelist else severity.OTHER_RULE
    return _TABLES.get(module, severity.UNKNOWN)


def _connector_table(direction: str, state: State) -> Table:
    if direction == "inbound":
        relays = state.get("connector_type") == "OnPremises"
        return severity.RELAY_CONNECTOR if relays else severity.INBOUND_CONNECTOR
    journals = state.get("recipient_domains") and not state.get("is_transport_rule_scoped")
    return severity.JOURNALING_CONNECTOR if journals else severity.OUTBOUND_CONNECTOR


def _direction(entry: Entry) -> str:
    return "inbound" if entry["object"]["noun"] == "InboundConnector" else "outbound"


def _flat(state: Mapping[str, Any] | None) -> State:
    """A nested state by path."""
    flat: State = {}
    for key, value in (state or {}).items():
        if isinstance(value, Mapping):
            flat.update({f"{key}.{name}": item for name, item in value.items()})
        else:
            flat[key] = value
    return flat


def _of_entry(entry: Entry, entries: Sequence[Entry]) -> Iterator[Finding]:
    table = table_of(entry)
    before, after = entry["before"], entry["after"]
    now, wanted = _flat(before), _flat(after)
    rows = _rows(entry)
    # What neither acts nor shall act does nothing to mail before somebody switches it on.
    dormant = not (_acts(before, now) or _acts(after, wanted))

    def finding(setting: str, difference: _Difference, verdict: Severity) -> Finding:
        rank, consequence = _asleep(verdict) if dormant else verdict
        return {
            "severity": rank,
            "object": _label(entry),
            "setting": setting,
            "now": difference.now,
            "wanted": difference.wanted,
            "lost": list(difference.lost),
            "gained": list(difference.gained),
            "consequence": consequence,
        }

    if before is None or after is None:
        if before is not after:
            row = severity.row(table, OBJECT)
            states = (ABSENT, PRESENT) if before is None else (PRESENT, ABSENT)
            yield finding("", _Difference(*states), row.missing if before is None else row.extra)
        return
    for path in dict.fromkeys([*wanted, *now]):
        if path in ("name", "priority"):
            continue
        difference = _difference(rows.get(path), now.get(path), wanted.get(path))
        if difference:
            yield finding(path, difference, _verdict(severity.row(table, path), rows.get(path), difference))
    for setting, difference, part in _moved(entry, entries):
        yield finding(setting, difference, severity.row(table, part).missing)


def _rows(entry: Entry) -> Mapping[str, Field]:
    resource = BY_NOUN.get(entry["object"]["noun"])
    return resource.by_path() if resource else {}


def _acts(present: Any, state: State) -> bool:
    return (
        present is not None
        and state.get("enabled") is not False
        and state.get("mode") in (None, "", "Enforce")
    )


def _asleep(verdict: Severity) -> Severity:
    rank = "info" if verdict.severity == "info" else "warning"
    text = verdict.consequence
    return Severity(rank, f"Only once it is switched on: {text[:1].lower()}{text[1:]}")


def _label(entry: Entry) -> str:
    title, name = entry["object"]["title"], entry["object"]["name"]
    quoted = str(name).replace('"', "\\u0022")
    return f'{title} "{quoted}"' if name else str(title)


# ---------------------------------------------------------------------------------------------- settings


def _unset(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def _difference(field: Field | None, now: Any, wanted: Any) -> _Difference | None:
    """None when the service takes both for the same."""
    if _unset(now) and _unset(wanted):
        return None
    unset = [None if value in ("", []) else value for value in (now, wanted)]
    if now == wanted or (field is not None and field.value.same(*unset)):
        return None
    one, other = (
        list(value or ()) if isinstance(value, (list, type(None))) else None for value in (now, wanted)
    )
    if one is None or other is None or not (isinstance(now, list) or isinstance(wanted, list)):
        return _Difference(now, wanted)
    return _Difference(now, wanted, _lacking(field, other, one), _lacking(field, one, other))


def _lacking(field: Field | None, items: list[Any], others: list[Any]) -> list[str]:
    """The elements of one list that are not in another; addresses also when no larger block there holds them."""
    texts, present = [str(item) for item in items], [str(item) for item in others]
    if field is None or field.value.type != "list":
        return [text for text in texts if text not in present]
    missing = field.value.lacking(texts, present)
    if field.value in _ADDRESSES:
        blocks = _merged(_bounds(present))
        missing = [item for item in missing if not _held(item, blocks)]
    return [str(item) for item in missing]


def _bounds(items: Iterable[str]) -> list[tuple[int, int]]:
    """First and last address of each element that is an address, a block or a range."""
    return sorted((first, last) for kind, first, last in IP_RANGES.key(list(items)) if kind == 0)


def _held(item: str, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(low <= first and last <= high for first, last in _bounds([item]) for low, high in blocks)


def _merged(bounds: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted bounds with those that touch each other made one."""
    merged: list[tuple[int, int]] = []
    for first, last in bounds:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _verdict(row: SettingSeverity, field: Field | None, difference: _Difference) -> Severity:
    now, wanted = difference.now, difference.wanted
    case = None if isinstance(now, list) or isinstance(wanted, list) else row.cases.get((wanted, now))
    if case:
        return case
    if _unset(now):
        return row.missing
    if isinstance(now, list) or isinstance(wanted, list):
        return _list_verdict(row, field, difference)
    return row.extra if _unset(wanted) else row.changed or row.missing


def _list_verdict(row: SettingSeverity, field: Field | None, difference: _Difference) -> Severity:
    """The worse one of what is lost and what is gained."""
    verdicts = []
    if row.changed and difference.lost and difference.gained:
        verdicts.append(row.changed)
    if difference.lost:
        verdicts.append(row.lost or row.missing)
    if difference.gained:
        known = field is not None and field.value in _ADDRESSES
        size = sum(last - first + 1 for first, last in _merged(_bounds(difference.gained))) if known else 0
        added = row.extra if _unset(difference.wanted) else row.gained or row.extra
        verdicts.append(row.wide if row.wide and size > WIDE else added)
    return min(verdicts or [SAME], key=lambda verdict: SEVERITIES.index(verdict.severity))


# ---------------------------------------------------------------------------------------------- order


def _moved(entry: Entry, entries: Sequence[Entry]) -> Iterator[tuple[str, _Difference, str]]:
    """What differs in a rule's place: setting, difference and row.

    Rules that the plan makes or moves shift the others, so the order before the whole plan is compared with the one after.
    """
    before, after = entry["before"].get("priority"), entry["after"].get("priority")
    if before == after and list(entry["order_before"]) == list(entry["order_after"]):
        return
    orders = [item for item in entries if item["module"] == entry["module"] and item["order_after"]]
    name = str(entry["object"]["name"])
    if not orders or not entry["order_before"]:
        if before != after:
            yield "priority", _Difference(before, after), "priority"
        return
    first, last = orders[0]["order_before"], orders[-1]["order_after"]
    now, later = _above(name, first), _above(name, last)
    allowed = _folded([*later, *(entry["options"].get("peers") or ())])
    gained = [item for item in now if item.casefold() not in allowed]
    lost = [
        item for item in later if item.casefold() in _folded(first) and item.casefold() not in _folded(now)
    ]
    if gained or lost:
        wanted = [item for item in later if item.casefold() in _folded(first)]
        ours = _folded(_our_names(entries))
        foreign = [item for item in (*gained, *lost) if item.casefold() not in ours]
        part = PEERS if not foreign else ORDER if gained else LATE
        yield ORDER, _Difference(now, wanted, lost, gained), part


def _above(name: str, order: Sequence[str]) -> list[str]:
    folded = [item.casefold() for item in order]
    return list(order[: folded.index(name.casefold())]) if name.casefold() in folded else []


def _folded(names: Iterable[str]) -> set[str]:
    return {str(name).casefold() for name in names}


def _our_names(entries: Iterable[Entry]) -> Iterator[str]:
    """Every name that the plan gives to a rule of its own."""
    for entry in entries:
        if entry["module"] == "o365_mail_flow_rule":
            options = entry["options"]
            yield str(entry["object"]["name"])
            yield from options.get("peers") or ()
            yield from options.get("other_names") or ()
