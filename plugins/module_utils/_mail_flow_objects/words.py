# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words and patterns in addresses and headers (4.7, 4.8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .logic import Truth, any_of

_ESCAPES = frozenset("dwsb")
_MOST_QUANTIFIERS = 4
_COUNT = re.compile(r"\{\d+(?:,\d*)?\}")


def contains_words(words: Iterable[str], text: str) -> Truth:
    """Whether one of the words stands in a text: by itself yes, as part of something longer unknown (4.7)."""
    return any_of(_contains_word(str(word).casefold(), text.casefold()) for word in words)


def _contains_word(word: str, text: str) -> Truth:
    result: Truth = False
    start = text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        if not text[max(start - 1, 0) : start].isalnum() and not text[end : end + 1].isalnum():
            return True
        result = None
        start = text.find(word, start + 1)
    return result


def matches_patterns(patterns: Iterable[str], text: str) -> Truth:
    """Whether one of the patterns is found in a text; unknown for patterns that are not plain (4.8)."""
    return any_of(_matches(str(pattern), text) for pattern in patterns)


def _matches(pattern: str, text: str) -> Truth:
    compiled = _compiled(pattern)
    return None if compiled is None else bool(compiled.search(text))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if not _is_plain(pattern):
        return None
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError):
        return None


def _is_plain(pattern: str) -> bool:
    """Whether a pattern has only what means the same everywhere, and no quantifier over a quantified part.

    More than a few quantifiers are not plain either: they could take very long.
    """
    groups = [False]
    quantifiable = quantified = False
    position = quantifiers = 0
    while position < len(pattern):
        char = pattern[position]
        length = 1
        if char in "*+?{":
            count = _COUNT.match(pattern, position)
            if not quantifiable or quantified or (char == "{" and not count):
                return False
            length = len(count.group()) if count else 1
            quantifiers += 1
            quantifiable, groups[-1] = False, True
        elif char == "(":
            if pattern.startswith("(?", position):
                return False
            groups.append(False)
            quantifiable = False
        elif char == ")":
            if len(groups) == 1:
                return False
            quantified = groups.pop()
            groups[-1] = groups[-1] or quantified
            quantifiable = True
        else:
            length = _atom(pattern, position)
            if not length:
                return False
            quantifiable, quantified = char not in "^$|" and pattern[position : position + 2] != "\\b", False
        position += length
    return len(groups) == 1 and quantifiers <= _MOST_QUANTIFIERS


def _atom(pattern: str, position: int) -> int:
    """The length of a literal, escape, anchor or class; 0 when it is not plain."""
    char = pattern[position]
    if char == "[":
        return _class(pattern, position)
    if char != "\\":
        return 0 if char in "]}" else 1
    return 2 if _is_plain_escape(pattern[position + 1 : position + 2]) else 0


def _is_plain_escape(char: str) -> bool:
    return char in _ESCAPES or bool(char and char.isascii() and not char.isalnum() and not char.isspace())


def _class(pattern: str, start: int) -> int:
    position = start + (2 if pattern.startswith("[^", start) else 1)
    if pattern.startswith("]", position):
        return 0
    while position < len(pattern):
        char = pattern[position]
        if char == "]":
            return position + 1 - start
        if char == "[":
            return 0
        if char == "\\":
            escaped = pattern[position + 1 : position + 2]
            if not _is_plain_escape(escaped) or escaped == "b":
                return 0
            position += 1
        elif pattern.startswith(("--", "&&", "~~", "||"), position):
            return 0
        position += 1
    return 0


def sample(wanted: str) -> str:
    """Something in which a word, or a plain pattern, is found: the text without what only has a meaning in patterns."""
    return re.sub(r"\\(.)", r"\1", wanted.strip().lower()).strip("^$")
