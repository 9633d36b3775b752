# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How large a mail-flow rule is, as far as that can be known before the service has it.

The service takes rules of up to 8 KB (Exchange Online limits). It counts what it stores, in which there is markup around every
element (inferred); the texts alone are therefore the least that a rule can have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._schema.resource import Change, State

_MOST = 8192
_NEAR = _MOST * 3 // 4


def too_large(change: Change) -> Iterable[str]:
    """A sentence when a rule grows beyond what the service takes."""
    size = _grown(change)
    if size > _MOST:
        yield (
            f"its texts have {size} characters, and the service takes rules of at most {_MOST}; "
            "divide it into several rules, or name a group instead of many recipients"
        )


def nearly_too_large(change: Change) -> Iterable[str]:
    """A sentence when a rule grows to a size that the service may refuse."""
    size = _grown(change)
    if _NEAR < size <= _MOST:
        yield (
            f'The texts of the rule "{change.name}" have {size} characters; the service takes rules of at most {_MOST}, '
            "and stores more than the texts."
        )


def _grown(change: Change) -> int:
    """The size after the change; 0 when the rule does not grow by it."""
    before, after = _size(change.before or {}), _size(change.after or {})
    return after if after > before else 0


def _size(state: State) -> int:
    return sum(len(text) for value in state.values() for text in _texts(value))


def _texts(value: Any) -> Iterable[str]:
    """Of what the service shows in another form than expected, only the texts."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return [item for item in items if isinstance(item, str)]
