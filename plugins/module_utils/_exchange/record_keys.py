# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a record is one of its class, by what every record of the class has: an answer can be one to another question. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._resources.index import BY_NOUN
from .._schema.resource import NAMED, Key
from .responses import NotUnderstood


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_texts(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return value is None or all(isinstance(item, str) for item in items)


# Values are looked at only where something is decided by them.
_TESTS: dict[Key, Callable[[Any], bool]] = {
    "any": lambda _value: True,
    "text": _is_text,
    "number": _is_number,
    "switch": lambda value: isinstance(value, bool),
}
_KEYS: dict[str, Mapping[str, Key]] = {
    **{noun: resource.keys for noun, resource in BY_NOUN.items()},
    "DistributionGroupMember": BY_NOUN["Recipient"].keys,
    "MessageTraceV2": {"MessageTraceId": "text", "Received": "text", "RecipientAddress": "text"},
}
# What is decided by as well, but may be missing.
_ADDRESSES = "EmailAddresses"
CLASSES = frozenset(_KEYS)
"""The nouns of the classes that are known."""


def check(noun: str, records: Iterable[Mapping[str, Any]]) -> None:
    """NotUnderstood when one of the records is none of this class."""
    for record in records:
        if problem := _problem(noun, record):
            raise NotUnderstood(f"it has a record that is no {noun}: {problem}")


def _problem(noun: str, record: Mapping[str, Any]) -> str:
    """A missing or impossible property, or ""."""
    for key, form in _KEYS.get(noun, NAMED).items():
        if key not in record:
            return f"{key} is missing"
        if not _TESTS[form](record[key]):
            return f"{key} is {str(record[key])[:50]!r}"
    odd = record.get(_ADDRESSES)
    return "" if _is_texts(odd) else f"{_ADDRESSES} is {str(odd)[:50]!r}"
