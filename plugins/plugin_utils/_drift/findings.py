# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift: what a plan would change, read backwards as what differs in the tenant, worst first. Pure.

An entry's `before` is what the tenant has, its `after` what the variables want.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._schema.resource import Field, State, by_path
from ...module_utils._schema.severities import SEVERITIES
from .._sheets.loader import sheet_of, table_of
from .._sheets.sheet import LATE, OBJECT, ORDER, PEERS, Severity, SeverityTable
from .difference import Difference, difference
from .severity import asleep, severity_of

Entry = Mapping[str, Any]
Finding = dict[str, Any]

ABSENT, PRESENT = "absent", "present"


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


def severity_table(entry: Entry) -> SeverityTable:
    """The rows for the object of an entry, by what it shall do for mail; by what it does when it should not be there."""
    state = by_path(entry["before"] if entry["after"] is None else entry["after"])
    return sheet_of(entry["object"]["noun"]).severity_table(state)


def _fields(entry: Entry) -> Mapping[str, Field]:
    table = table_of(entry["object"]["noun"])
    return table.by_path() if table else {}


def _of_entry(entry: Entry, entries: Sequence[Entry]) -> Iterator[Finding]:
    table = severity_table(entry)
    before, after = entry["before"], entry["after"]
    now, wanted = by_path(before), by_path(after)
    rows = _fields(entry)
    # What neither acts nor shall act does nothing to mail before somebody switches it on.
    dormant = not (_acts(before, now) or _acts(after, wanted))

    def finding(setting: str, found: Difference, how_bad: Severity) -> Finding:
        rank, consequence = asleep(how_bad) if dormant else how_bad
        return {
            "severity": rank,
            "object": _label(entry),
            "setting": setting,
            "now": found.now,
            "wanted": found.wanted,
            "lost": list(found.lost),
            "gained": list(found.gained),
            "consequence": consequence,
        }

    if before is None or after is None:
        if before is not after:
            row = table.row(OBJECT)
            states = (ABSENT, PRESENT) if before is None else (PRESENT, ABSENT)
            yield finding("", Difference(*states), row.missing if before is None else row.extra)
        return
    for path in dict.fromkeys([*wanted, *now]):
        if path in ("name", "priority"):
            continue
        found = difference(rows.get(path), now.get(path), wanted.get(path))
        if found:
            yield finding(path, found, severity_of(table.row(path), rows.get(path), found))
    for setting, found, part in _moved(entry, entries):
        yield finding(setting, found, table.row(part).missing)


def _acts(present: Any, state: State) -> bool:
    return (
        present is not None
        and state.get("enabled") is not False
        and state.get("mode") in (None, "", "Enforce")
    )


def _label(entry: Entry) -> str:
    title, name = entry["object"]["title"], entry["object"]["name"]
    quoted = str(name).replace('"', "\\u0022")
    return f'{title} "{quoted}"' if name else str(title)


# ---------------------------------------------------------------------------------------------- order


def _moved(entry: Entry, entries: Sequence[Entry]) -> Iterator[tuple[str, Difference, str]]:
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
            yield "priority", Difference(before, after), "priority"
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
        yield ORDER, Difference(now, wanted, lost, gained), part


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
