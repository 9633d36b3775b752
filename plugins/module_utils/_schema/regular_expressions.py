# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a regular expression can be one. The service reads the dialect of .NET; Python's is near enough for brackets. Pure."""

from __future__ import annotations

import re
import warnings

# What re says of brackets that are open or closed once too often, which no dialect takes.
_UNBALANCED = ("missing )", "unbalanced parenthesis", "unterminated character set")


def unbalanced(pattern: str) -> str:
    """What is wrong with the brackets of a pattern; "" when nothing is, or when Python reads the pattern in another way."""
    fault = _fault(pattern)
    return fault if fault.startswith(_UNBALANCED) else ""


def doubtful(pattern: str) -> str:
    """Why Python does not take a pattern that the service may take; "" when it takes it, or when nobody would."""
    fault = _fault(pattern)
    return "" if fault.startswith(_UNBALANCED) else fault


def _fault(pattern: str) -> str:
    try:
        with warnings.catch_warnings():
            # Of forms that later versions of Python may read in another way.
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        return error.msg
    except (OverflowError, RecursionError):
        return "too large"
    return ""
