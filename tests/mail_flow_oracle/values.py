# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three values: True is yes, False is no, None is unknown. Text that patterns and words are looked for in."""

from __future__ import annotations

import re
from collections.abc import Iterable

Value = bool | None


def every(values: Iterable[Value]) -> Value:
    given = list(values)
    if False in given:
        return False
    return None if None in given else True


def some(values: Iterable[Value]) -> Value:
    given = list(values)
    if True in given:
        return True
    return None if None in given else False


def negate(value: Value) -> Value:
    return None if value is None else not value


def setting(record: dict[str, object], name: str) -> Value:
    """A switch as the snapshot has it; one that is lacking is unknown."""
    found = record.get(name)
    return found if isinstance(found, bool) else None


def has_word(text: str, word: str) -> Value:
    """4.7"""
    text, word = text.lower(), word.lower()
    found = False
    for start in range(len(text)):
        if word and text.startswith(word, start):
            found = True
            around = text[start - 1 : start] + text[start + len(word) : start + len(word) + 1]
            if not any(character.isalnum() for character in around):
                return True
    return None if found else False


def matches(text: str, pattern: str) -> Value:
    """4.8"""
    if not _plain(pattern):
        return None
    return re.search(pattern, text, re.IGNORECASE) is not None


def _plain(pattern: str) -> bool:
    """Whether a pattern is made of the pieces of 4.8 alone."""
    quantifier = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
    piece = re.compile(r"\\[.\-@+*?^$|(){}\[\]/\\_dwsb]|\[\^?[\w.@\- ]+\]|[^\\\[\](){}*+?]")
    # One entry for each open group: whether something in it is quantified.
    groups, place, quantifiable, inner = [False], 0, False, False
    while place < len(pattern):
        if pattern[place] == "(" and not pattern.startswith("(?", place):
            groups.append(False)
            place, quantifiable = place + 1, False
            continue
        if pattern[place] == ")" and len(groups) > 1:
            inner = groups.pop()
            groups[-1] = groups[-1] or inner
            place, quantifiable = place + 1, True
            continue
        found = quantifier.match(pattern, place)
        if found:
            if not quantifiable or inner:
                return False
            groups[-1], quantifiable, place = True, False, found.end()
            continue
        found = piece.match(pattern, place)
        if not found:
            return False
        quantifiable, inner, place = found.group() not in "^$|" and found.group() != r"\b", False, found.end()
    return len(groups) == 1
