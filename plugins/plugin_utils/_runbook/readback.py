# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the properties of an object show in PowerShell for a setting of a document. Pure."""

from __future__ import annotations

from typing import Any

from ...module_utils._resources.index import BY_NOUN
from ...module_utils._schema.resource import Field
from ...module_utils._schema.value_types import DATE, SIZE, SPAN, UNLIMITED_OR_NUMBER
from .._phrases import texts
from .step import Expectation

RESOURCES = {noun: resource for noun, resource in BY_NOUN.items() if resource.management}
# The service shows these in words of its own, such as "10 MB (10,485,760 bytes)".
_OTHER_WORDS = tuple(kind.canonical for kind in (DATE, SPAN, UNLIMITED_OR_NUMBER))


def fields(noun: str) -> dict[str, Field]:
    """The rows of a class of objects by path; none for a class that is no table."""
    return RESOURCES[noun].by_path() if noun in RESOURCES else {}


def readable(row: Field | None) -> bool:
    """Whether a setting can be read back."""
    # The type of a recipient reads back in words of its own.
    return row is not None and row.verbs != "once" and row.prop != "RecipientTypeDetails"


def comparable(noun: str, row: Field | None) -> bool:
    """Whether what the service shows of a setting can be compared as text with what a document says.

    Recipients of mail-flow rules are shown by their addresses; elsewhere they may be shown by name or by any other identity.
    """
    if row is None or not readable(row) or row.value.key is SIZE.key or row.value.canonical in _OTHER_WORDS:
        return False
    return not row.value.recipients or noun == "TransportRule" or row.verbs == "each"


def expected(path: str, row: Field | None, value: Any) -> Expectation:
    """The property of a setting, and what it shows for a value; None is an unset one."""
    name = (row.prop or row.parameter) if row else path.title()
    items = texts(value)
    if value is None:
        cleared = row.value.clear if row else None
        items = [cleared] if isinstance(cleared, str) and cleared else []
    elif isinstance(value, bool):
        words = ("Enabled", "Disabled") if name == "State" else ("True", "False")
        items = [words[0] if value else words[1]]
    elif name == "SenderDomains":
        # Reads back with its kind and cost.
        items = [f"smtp:{item};1" for item in items]
    return Expectation(name, items)
