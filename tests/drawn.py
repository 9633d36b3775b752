# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of the drawn cases a test takes: a share each day, all of it with FUZZ=whole, as `make fuzz` does."""

from __future__ import annotations

import os

_WHOLE = os.environ.get("FUZZ") == "whole"


def share(daily: int, whole: int) -> int:
    """A number of cases or, of a list, of steps from case to case."""
    return whole if _WHOLE else daily
