# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdicts in their order, and what kind a walked class is of (8.5, section 9)."""

from __future__ import annotations

from collections.abc import Iterable

VERDICTS = ("safe", "not_proved", "lost", "loop")
"""The worst last."""


def gravity(verdict: str) -> int:
    """0 for safe, more for worse."""
    return VERDICTS.index(verdict)


def worst(verdicts: Iterable[str]) -> str:
    """The worst of them; safe when there are none."""
    return max(verdicts, key=gravity, default=VERDICTS[0])


def kind_of(class_id: str) -> str:
    """The id without the number of its representative."""
    return class_id.partition("#")[0]
