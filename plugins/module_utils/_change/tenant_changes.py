# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between two looks at a tenant, by object and setting: for a plan that meets another tenant than it was made for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._read.snapshot import Snapshot
from .._resources.index import TOPICS
from .._schema.resource import by_path
from .._schema.value_type import shown


def tenant_changes(then: Snapshot, now: Snapshot) -> list[str]:
    """A sentence for each difference. then, now: as mail_flow_snapshot gives them, with `recipients`."""
    return [text for topic in now for text in _of_topic(topic, then.get(topic), now[topic])]


def _of_topic(topic: str, then: Any, now: Any) -> Iterator[str]:
    if then is None or now is None:
        if then is not now:
            yield f"{topic} could {'not be read then' if then is None else 'be read then, and cannot be now'}"
        return
    if topic == "recipients":
        yield from _members(then, now)
        return
    title = TOPICS[topic].title
    if isinstance(now, Mapping):
        yield from _settings(f"the {title}", then, now)
        return
    key = "name" if any("name" in item for item in now) else "domain_name"
    before, after = ({str(item.get(key)).casefold(): item for item in items} for items in (then, now))
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        label = f'the {title} "{(one or other or {}).get(key)}"'
        if one is None or other is None:
            yield f"{label} {'is new' if one is None else 'is gone'}"
        else:
            yield from _settings(label, one, other)


def _settings(label: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = by_path(then), by_path(now)
    for path in {**before, **after}:
        one, other = before.get(path), after.get(path)
        # Each rule that comes or goes shifts all below it; the order is compared for itself.
        if path != "priority" and one != other and not (_unset(one) and _unset(other)):
            yield f"{path} of {label} was {shown(one)} and is {shown(other)}"


def _unset(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _members(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Groups and people that were known at both times, and are others now."""
    for identity in now:
        if identity not in then:
            continue
        before, after = then[identity], now[identity]
        for name in ("kind", "members", "external"):
            one, other = before.get(name), after.get(name)
            if isinstance(one, list) and isinstance(other, list):
                one, other = sorted(one), sorted(other)
            if one != other:
                yield f"{name} of {identity} was {shown(one)} and is {shown(other)}"
