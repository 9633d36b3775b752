# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts from a tenant in which nothing hides: what a terminal, editor or browser would not show, or would reorder, is spelled. Pure."""

from __future__ import annotations

import re

# Controls, format and bidirectional controls, characters without a shape, halves of surrogate pairs, noncharacters.
NEVER_RAW = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
)
"""Members of a character class that are not to be written anywhere."""
# Tags and variation selectors beyond the first plane carry text that nobody sees.
HIDDEN = re.compile(f"([{NEVER_RAW}\U000e0000-\U000e0fff])")
"""A character that must not be shown raw."""


def escape(character: str) -> str:
    """A hidden character as it is shown: \\u202e."""
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def visible(text: str) -> str:
    """A text with its hidden characters shown."""
    return HIDDEN.sub(lambda match: escape(match.group()), text)
