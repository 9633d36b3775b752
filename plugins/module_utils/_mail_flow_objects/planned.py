# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant as the entries of a plan, or of a record, leave it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._resources.index import BY_NOUN
from .rows import text, texts


def after(snapshot: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The snapshot with all entries carried out, in their order; the given one is left as it is."""
    planned = {key: _copied(value) for key, value in snapshot.items()}
    for entry in entries:
        noun = str((entry.get("object") or {}).get("noun"))
        resource = BY_NOUN.get(noun)
        if noun in ("DistributionGroup", "MailContact"):
            _change_recipient(planned.setdefault("recipients", {}), entry, noun)
        elif resource and resource.topic and resource.mail_flow:
            topic = resource.topic.name
            if not resource.singleton:
                planned[topic] = _replaced(planned.get(topic) or [], entry, resource.mail_flow.defaults)
            elif entry.get("after") is not None:
                planned[topic] = {**(planned.get(topic) or {}), **entry["after"]}
    return planned


def _copied(value: Any) -> Any:
    return list(value) if isinstance(value, list) else dict(value) if isinstance(value, Mapping) else value


def _replaced(rows: list[Any], entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[Any]:
    """The objects of a class after one of them was made, changed or removed. defaults: of a new one."""
    before, result = entry.get("before"), entry.get("after")
    names = {text(state, "name").casefold() for state in (before, result) if state}
    names.add(str(entry["object"].get("name") or "").casefold())
    present = next((row for row in rows if text(row, "name").casefold() in names), None)
    place = next((index for index, row in enumerate(rows) if row is present), len(rows))
    kept = [row for row in rows if text(row, "name").casefold() not in names]
    if result is not None:
        base = defaults if present is None else present
        kept.insert(place, {**base, **result})
    return _ordered(kept, entry.get("order_after") or [])


def _ordered(rows: list[Any], names: Iterable[str]) -> list[Any]:
    """In the order of the names; a row that is not among them keeps to the one before it."""
    places = {name.casefold(): index for index, name in enumerate(names)}
    if not places:
        return rows
    last, keyed = -1, []
    for row in rows:
        last = places.get(text(row, "name").casefold(), last)
        keyed.append((last, row))
    return [
        {**row, "priority": index}
        for index, (_place, row) in enumerate(sorted(keyed, key=lambda pair: pair[0]))
    ]


def _change_recipient(recipients: dict[str, Any], entry: Mapping[str, Any], noun: str) -> None:
    """A group or contact that was made, changed or removed, under every identity that the snapshot has for it."""
    states = [state for state in (entry.get("before"), entry.get("after")) if state]
    known = {address for state in states for address in _addresses(state, noun)}
    keys = [
        key
        for key, record in recipients.items()
        if key.lower() in known or text(record, "address").lower() in known
    ]
    result = entry.get("after")
    if result is None:
        for key in keys:
            recipients[key] = {
                "address": recipients[key].get("address") or key,
                "kind": "missing",
                "addresses": [],
                "members": None,
                "external": "",
            }
        return
    found = _addresses(result, noun)
    for key in [*keys, *found[:1]]:
        recipients[key] = {**(recipients.get(key) or {}), **_recipient(result, found, noun)}


def _addresses(state: Mapping[str, Any], noun: str) -> list[str]:
    """The addresses of a group or contact, the primary one first."""
    primary = text(state, "primary_smtp_address")
    if not primary and noun == "MailContact":
        primary = text(state, "external_email_address")
    proxies = [item.partition(":")[2] or item for item in texts(state, "email_addresses")]
    found = [item.lower() for item in (primary, *proxies) if item]
    return list(dict.fromkeys(found))


def _recipient(state: Mapping[str, Any], addresses: list[str], noun: str) -> dict[str, Any]:
    contact = noun == "MailContact"
    return {
        "address": addresses[0] if addresses else "",
        "kind": "contact" if contact else "group",
        "addresses": addresses,
        "members": None if contact else [item.lower() for item in texts(state, "members")],
        "external": text(state, "external_email_address").lower() if contact else "",
    }
