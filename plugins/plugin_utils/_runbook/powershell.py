# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PowerShell text that means the same in Windows PowerShell 5.1 and in PowerShell 7, and out of which no value can break.

Texts are single-quoted literals, in which PowerShell expands nothing. It ends one at any of five quote characters, and a
pair of them stands for the second (tokenizer of PowerShell 7.4). What an editor or terminal could hide, reorder or take
for a line break is never raw but spelled as [char]0x202E. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from .visible import NEVER_RAW, visible

_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")
# Tags and variation selectors beyond the first plane are not spelled: PowerShell takes them as they are.
_SPELLED = re.compile(f"([{NEVER_RAW}])")

# PowerShell takes a comment for the signature that ends a script when fewer than 10 edits make it this one, spaces aside
# (tokenizer of PowerShell 7.4), and refuses what follows. Lines that are much longer are none.
_SIGNATURE = "sig#beginsignatureblock\n"
_EDITS = 10
_NO_SIGNATURE = "(this comment is not the signature of the script)"

_CMDLET = re.compile(r"[A-Za-z]+-[A-Za-z]+")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_TYPE_MARK = "@odata.type"


class NotQuotable(ValueError):
    """Something that is not written as PowerShell: an odd name, or a kind of value that no cmdlet of ours takes."""


@dataclass(frozen=True)
class Argument:
    """One parameter of a command line. text: with its value, as typed."""

    parameter: str
    text: str


def literal(text: str) -> str:
    """A text as a PowerShell expression: one literal, or literals and characters joined in parentheses."""
    parts = [
        f"[char]0x{ord(part):04X}" if _SPELLED.fullmatch(part) else _quoted(part)
        for part in _SPELLED.split(text)
        if part
    ]
    if all(part.startswith("'") for part in parts):
        return parts[0] if parts else "''"
    # A character in front would make numbers of the sum.
    first = [] if parts[0].startswith("'") else ["''"]
    return f"({' + '.join([*first, *parts])})"


def _quoted(text: str) -> str:
    return "'" + _QUOTES.sub(r"\1\1", text) + "'"


def value(item: Any) -> str:
    """A value of a step as a PowerShell argument. NotQuotable for a kind that no step has."""
    if item is None:
        return "$null"
    if isinstance(item, bool):
        return "$true" if item else "$false"
    if isinstance(item, str):
        return literal(item)
    if isinstance(item, (int, float)):
        return _number(item)
    if isinstance(item, Mapping):
        return _table(item)
    if isinstance(item, Sequence) and all(isinstance(part, str) for part in item):
        return f"@({','.join(literal(part) for part in item)})"
    raise NotQuotable(f"A value of type {type(item).__name__} cannot be written as PowerShell.")


def _number(item: float) -> str:
    if isinstance(item, float) and not isfinite(item):
        raise NotQuotable(f"{item} is not a number that can be written as PowerShell.")
    # A minus sign would look like the beginning of a parameter.
    return f"'{item}'" if item < 0 else str(item)


def _table(items: Mapping[str, Any]) -> str:
    pairs = [
        f"{_checked(_PARAMETER, key, 'key')}={value(part)}"
        for key, part in items.items()
        if key != _TYPE_MARK
    ]
    return f"@{{{'; '.join(pairs)}}}"


def _checked(pattern: re.Pattern[str], name: str, what: str) -> str:
    if not pattern.fullmatch(name):
        raise NotQuotable(f"{visible(name)!r} is not the name of a {what}.")
    return name


def arguments(parameters: Mapping[str, Any]) -> list[Argument]:
    """The parameters of a step as they are typed; booleans with a colon, which switches and booleans both take."""
    result = []
    for name, item in parameters.items():
        _checked(_PARAMETER, name, "parameter")
        joint = ":" if isinstance(item, bool) else " "
        result.append(Argument(name, f"-{name}{joint}{value(item)}"))
    return result


def command(step: Mapping[str, Any]) -> str:
    """A step as one line."""
    cmdlet = _checked(_CMDLET, step["cmdlet"], "cmdlet")
    return " ".join([cmdlet, *(argument.text for argument in arguments(step["parameters"]))])


@dataclass(frozen=True)
class CommandLine:
    """A step as it is typed. tail: what follows the call."""

    call: Mapping[str, Any]
    tail: str = ""

    @property
    def arguments(self) -> list[Argument]:
        return arguments(self.call["parameters"])

    @property
    def text(self) -> str:
        return command(self.call) + self.tail


def comment(label: str, text: str = "") -> str:
    """A comment line that is nothing but a comment. label: fixed words; text: anything."""
    line = visible(f"# {label}{text}").rstrip()
    bare = "".join(line[1:].split()).lower() + "\n"
    close = abs(len(bare) - len(_SIGNATURE)) <= _EDITS and _edits(bare, _SIGNATURE) <= _EDITS
    return f"{line} {_NO_SIGNATURE}" if close else line


def _edits(one: str, other: str) -> int:
    """How many letters must be changed, put in or taken out to make one text the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        above, row = row, [count]
        for place, wanted in enumerate(other):
            row.append(min(above[place] + (letter != wanted), above[place + 1] + 1, row[place] + 1))
    return row[-1]
