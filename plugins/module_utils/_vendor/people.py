# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People and groups as somebody types them, or pastes them from a mail program or a spreadsheet. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from email.errors import InvalidHeaderDefect
from email.policy import default
from typing import Any

from .value_checks import texts

# Between people in every form; commas may be part of a name.
_BETWEEN = re.compile(r"[;\t\v\f\r\n\x85\u2028\u2029]+")
# Whom a mail program knows by the address alone, it writes twice.
_TWICE = re.compile(r"""["']?([^\s<>,"']+@[^\s<>,"']+)["']?\s*<\1>""", re.IGNORECASE)


def people(value: Any) -> list[str]:
    """The identities in a list or a text, each a name, an alias, a GUID or an address.

    In a text there are commas, semicolons, tabs or line breaks in between, and blanks between addresses. The elements of a list are
    not split. Either way, of "Mia Roth <mia.roth@example.com>" the address counts; what is not clear stays as it is, with its angle
    brackets. Blank elements are dropped. TypeError for what is neither a text nor a list of texts.
    """
    if isinstance(value, str):
        return list(_in_text(value))
    elements = texts(value)
    found = [_in_text(text, one_each=True) if "<" in text else [text] for text in elements]
    return [identity for identities in found for identity in identities]


def _in_text(text: str, *, one_each: bool = False) -> Iterator[str]:
    """one_each: only semicolons and the like stand between people, so that commas belong to their names."""
    parts = [part for part in map(str.strip, _BETWEEN.split(text)) if part]
    # As Outlook writes: every one with an address, and semicolons in between.
    one_each = one_each or (";" in text and all(part.count("<") == 1 for part in parts))
    for part in parts:
        yield from _addresses(part, one_each=one_each) if "<" in part else _plain(part)


def _plain(part: str) -> Iterator[str]:
    """Identities without names of people beside them."""
    (row,) = csv.reader([part], skipinitialspace=True)
    for item in filter(None, map(str.strip, row)):
        words = item.split()
        yield from words if all("@" in word for word in words) else [item]


def _addresses(part: str, *, one_each: bool) -> list[str]:
    """The addresses of a list as in a header field of a mail; the text itself when it is none."""
    text = _TWICE.sub(r"<\1>", part.replace("<mailto:", "<"))
    name, _bracket, address = text.rpartition("<")
    if one_each and "@" not in name:
        # An unquoted name may have a comma or another character in it that has a meaning in a header field.
        quoted = re.sub(r'[\\"]', "", name).strip()
        text = f'"{quoted}" <{address}'
    header = default.header_factory("To", text)
    found = [mailbox.addr_spec for mailbox in header.addresses]
    # Outside ASCII and with a dot in an unquoted name it is clear enough.
    unclear = any(isinstance(defect, InvalidHeaderDefect) for defect in header.defects)
    return [part] if unclear or not all("@" in item for item in found) else found or [part]
