# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The effective mode as the mail-flow check has walked it, for domains and for each entry of the scope. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .effective_mode import Mode

Protected = Mapping[str, Any]
"""What the mail-flow check says of protection."""
# What the walk may tell of a domain that the settings do not show.
_WORDS = {
    "with_gaps": "inline with gaps",
    "not_proved": "not proved",
    "monitored": "monitored",
    "none": "not protected",
    "held_up": "held up",
    "lost": "lost",
    "loop": "loops",
}
_ENTRY_WORDS = {**_WORDS, "inline": "inline", "partly": "inline in part"}
_CLAIMED = ("inline", "partly")


def walk_in(domains: Iterable[Mode], protected: Protected) -> None:
    """Let the walks correct what was concluded from settings: what they call inline is so only if mail was inspected on its way."""
    walked = {str(row["name"]).lower(): row for row in protected["domains"]}
    for mode in domains:
        row = walked.get(mode.domain.lower())
        if row is None or mode.protection not in _CLAIMED:
            continue
        if row["mode"] == "as_scoped":
            mode.protection = "as_scoped"
        elif row["mode"] in _WORDS:
            mode.protection = row["mode"]
            mode.mode = _told(_WORDS[row["mode"]], row)
            mode.evidence = [*mode.evidence, "walked messages"]


def scope_rows(protected: Protected) -> list[dict[str, str]]:
    """The effective mode of each entry of the scope: entry, mode in words, protection for machines."""
    return [
        {
            "entry": f"{row['kind']} {row['name']}".strip(),
            "mode": _told(_ENTRY_WORDS[row["mode"]], row),
            "protection": str(row["mode"]),
        }
        for row in protected["scope"]
    ]


def _told(words: str, row: Mapping[str, Any]) -> str:
    return f"{words}: {row['why']}" if row["why"] else words
