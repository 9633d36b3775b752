# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a value class is: what a kind of setting looks like as an option, on the wire, and when two of them are equal.

Both sides of a comparison, the option and what the service returns, go through the same functions. An unset value is
None on both sides, whether the service says null, an empty string, an empty list or leaves the property out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any


class NotClearable:
    """Marks a value that the service does not allow to be emptied."""


NOT_CLEARABLE = NotClearable()


@dataclass(frozen=True)
class ValueType:
    """One kind of value.

    type, elements, choices: as in an Ansible argument specification.
    canonical: a present value, of the option or of the service, in the form shown to people; None means unset.
    key: what is compared, made from a canonical value.
    check: yields a sentence for each thing that is wrong with a value given by the user.
    several_lines: whether a text may have line breaks and tabs; other control characters never mean anything to the service.
    wire: a canonical value as the cmdlet takes it.
    clear: what a Set- cmdlet takes to empty the setting; NOT_CLEARABLE when it cannot be emptied.
    recipients: whether, and which, recipients the value names: "" | "any" | "individual" | "group" | "member" (any, which
        must exist). A recipient may be written in several ways (name, alias, any of its addresses, GUID).
    """

    type: str
    canonical: Callable[[Any], Any]
    elements: str | None = None
    choices: tuple[str, ...] | None = None
    key: Callable[[Any], Any] = lambda value: value
    check: Callable[[Any], Iterable[str]] = lambda value: ()
    several_lines: bool = False
    wire: Callable[[Any], Any] = lambda value: value
    clear: Any = None
    recipients: str = ""

    def problems(self, value: Any) -> Iterable[str]:
        """A sentence for each thing that is wrong with a value given by the user."""
        for item in verbatim(value):
            yield from unprintable(item, several_lines=self.several_lines)
        yield from self.check(value)

    def same(self, one: Any, other: Any) -> bool:
        """Whether two canonical values (None = unset) mean the same to the service."""
        if one is None or other is None:
            return one is None and other is None
        try:
            return bool(self.key(one) == self.key(other))
        except (TypeError, ValueError):
            # A form of the service that nobody has seen yet.
            return bool(one == other)

    def lacking(self, items: Iterable[Any] | None, others: Iterable[Any] | None) -> list[Any]:
        """The elements of one list that another has in no spelling."""
        present = self.key(list(others or ()))
        return [item for item in items or () if self.key([item]) - present]

    def clearing(self, value: Any) -> ValueType:
        """The same class, emptied by sending `value`."""
        return replace(self, clear=value)


def stripped(value: Any) -> str | None:
    return str(value).strip() or None


def lowered(value: str) -> str:
    return value.lower()


def unprintable(text: str, *, several_lines: bool = False) -> Iterable[str]:
    """A sentence when a text has control characters (or halves of characters, which no request can carry)."""
    allowed = "\t\r\n" if several_lines else ""
    found = [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in allowed]
    if found:
        yield f"{text!a} has the control character {found[0]!a}; take it out"


def blank_elements(items: Iterable[Any]) -> Iterable[str]:
    """A sentence when an element of a list says nothing, as a template makes of an unset variable."""
    if any(item is None or not str(item).strip() for item in items):
        yield "has an empty element; take it out, or give an empty list ([]) if nothing is meant"


def listed(value: Any) -> list[str]:
    """A list value as a list of texts without the blanks around them; a bare string counts as one element."""
    return [item.strip() for item in verbatim(value)]


def verbatim(value: Any) -> list[str]:
    """The same with the blanks around each element, which mean something in a pattern."""
    items = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return ["" if item is None else str(item) for item in items]


def separated(value: Any) -> list[str]:
    """The same for elements that may also come joined by commas in one text."""
    return [part for item in listed(value) for part in listed(item.split(","))]


def _unique(items: Iterable[Any], key: Callable[[Any], Any]) -> list[Any] | None:
    seen: dict[Any, Any] = {}
    for item in items:
        seen.setdefault(key(item), item)
    return [seen[k] for k in sorted(seen)] or None


def list_of(
    element: Callable[[str], str] = str,
    key: Callable[[str], Any] = lowered,
    check: Callable[[str], Iterable[str]] = lambda item: (),
    *,
    clear: Any = (),
    recipients: str = "",
    read: Callable[[Any], list[str]] = listed,
) -> ValueType:
    """A list whose order has no meaning: compared as a set of element keys, shown sorted.

    read: its texts. Empty ones are dropped from what the service shows, and refused in what a user gives.
    """

    def present(value: Any) -> list[str]:
        return [item for item in read(value) if item.strip()]

    def checked(value: Any) -> Iterable[str]:
        yield from blank_elements(read(value))
        for item in present(value):
            yield from check(item)

    return ValueType(
        type="list",
        elements="str",
        canonical=lambda value: _unique((element(item) for item in present(value)), key),
        key=lambda value: frozenset(key(item) for item in value),
        check=checked,
        wire=list,
        clear=list(clear) if isinstance(clear, tuple) else clear,
        recipients=recipients,
    )


def longer(value: Any, limit: int) -> Iterable[str]:
    if len(str(value)) > limit:
        yield f"is {len(str(value))} characters long; the service takes at most {limit}"


def enum(*choices: str, clear: Any = NOT_CLEARABLE) -> ValueType:
    """One of Microsoft's names; the service matches them without regard to case."""
    spelling = {choice.lower(): choice for choice in choices}

    def canonical(value: Any) -> str | None:
        text = stripped(value)
        return spelling.get(text.lower(), text) if text else None

    return ValueType("str", canonical, choices=choices, key=lowered, clear=clear)


def enum_list(*choices: str) -> ValueType:
    """Several of Microsoft's names, which the service may show in one text."""
    spelling = {choice.lower(): choice for choice in choices}
    base = list_of(lambda item: spelling.get(item.lower(), item), read=separated)
    return replace(base, choices=choices)


def shown(value: Any) -> str:
    """A canonical value in a message."""
    return "not set" if value is None else repr(value)
