# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts cut into lines that fit a drawing. Nothing can be measured here, so widths are estimated, rather too wide. Pure."""

from __future__ import annotations

import unicodedata

from .powershell import HIDDEN, escape

# Widths in parts of the size of the font, as usual sans-serif faces have them.
_USUAL, _CAPITAL, _FULL, _MARK = 0.57, 0.7, 1.05, 0.3
_NARROW, _BROAD = frozenset(" ijl.,:;'|!()[]/It"), frozenset("mwMW@%")
_ESCAPED = 0.62
_BREAKS = frozenset(" -_.@/,;:")
_MORE = "…"


def width(text: str, size: float) -> float:
    """How wide a text is at most, likely, with its hidden characters spelled."""
    return sum(_part(character) for character in text) * size


def _part(character: str) -> float:
    if HIDDEN.match(character):
        return _ESCAPED * len(escape(character)) + _MARK
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.92
    if unicodedata.combining(character):
        return _MARK
    if unicodedata.east_asian_width(character) in "WF":
        return _FULL
    return _CAPITAL if character.isupper() else _USUAL


def fit(text: str, size: float, room: float, lines: int = 1, taken: float = 0) -> list[str]:
    """A text in at most so many lines. room: of each line; taken: of it in the first line already.

    A text that is whole in the second line leaves the rest of the first one empty.
    """
    found: list[str] = []
    rest = text
    while rest:
        space = room - (0 if found else taken)
        if len(found) == lines - 1:
            return [*found, rest if width(rest, size) <= space else _cut(rest, size, space)]
        count = _count(rest, size, space)
        if count < len(rest):
            whole = bool(taken) and not found and width(rest, size) <= room
            count = 0 if whole else _break(rest, count)
        found.append(rest[:count])
        rest = rest[count:]
    return found


def _count(text: str, size: float, room: float) -> int:
    """How many characters fit, at least one."""
    used = 0.0
    for index, character in enumerate(text):
        used += _part(character) * size
        if used > room:
            return max(index, 1)
    return len(text)


def _break(text: str, count: int) -> int:
    """Where a line ends best: after a break, unless that is near its beginning, or where it is full."""
    places = [index + 1 for index in range(count // 4, count) if text[index] in _BREAKS]
    return places[-1] if places else count


def _cut(text: str, size: float, room: float) -> str:
    return text[: _count(text, size, room - width(_MORE, size))].rstrip() + _MORE
