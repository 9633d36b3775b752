# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The terminal of whoever watches: width, colour where it has it, and one line that is written over. Standard library only."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap

_COLOURS = {"bold": "1", "faint": "2", "red": "31", "green": "32", "yellow": "33", "blue": "36"}


def _interactive() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def coloured(text: str, colour: str) -> str:
    """The text in a colour, unless the terminal has none or NO_COLOR is set."""
    if not _interactive() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{_COLOURS[colour]}m{text}\033[0m"


def say(text: str = "", colour: str = "", *, indent: int = 0) -> None:
    """A paragraph, wrapped."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    lines = textwrap.wrap(
        text, width - indent, break_long_words=False, break_on_hyphens=False, subsequent_indent="  "
    )
    for line in lines or [""]:
        shown = coloured(line, colour) if colour else line
        print(f"{' ' * indent}{shown}", flush=True)


def progress(text: str) -> None:
    """What is going on right now, in one line that the next call writes over; an empty text clears it."""
    if not _interactive():
        return
    width = shutil.get_terminal_size((100, 24)).columns - 1
    print(f"\r\033[K{coloured(text[:width], 'faint')}", end="", flush=True)
