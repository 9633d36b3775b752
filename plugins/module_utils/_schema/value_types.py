# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Value classes of everything that is no address: texts, numbers, switches, words, recipients, sizes, times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .regular_expressions import unbalanced
from .value_type import NOT_CLEARABLE, ValueType, list_of, longer, lowered, stripped, verbatim


def _text(value: Any) -> str | None:
    text = str(value)
    return text if text.strip() else None


TEXT = ValueType("str", _text, key=lambda value: value.replace("\r\n", "\n"))
# An empty Comment reads "" on connectors and null or a line break on rules; both mean none.
COMMENT = ValueType(
    "str",
    stripped,
    key=lambda value: value.replace("\r\n", "\n"),
    clear="",
    check=lambda v: longer(v, 1024),
    several_lines=True,
)
IDENTITY = ValueType("str", stripped, key=lowered)
INTEGER = ValueType("int", int, clear=NOT_CLEARABLE)
PLACE = replace(
    INTEGER, check=lambda value: () if int(value) >= 0 else (f"is {value}; the first place is 0",)
)


def truth(value: Any) -> bool:
    """A switch; as a text it is what the text says."""
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


BOOLEAN = ValueType("bool", truth, clear=NOT_CLEARABLE)
# Rule predicates and actions read false when they are not part of the rule.
FLAG = ValueType("bool", lambda value: truth(value) or None, clear=False)
STATE = ValueType(
    "bool",
    lambda value: value if isinstance(value, bool) else str(value).strip().lower() in ("enabled", "true"),
)


def _normal(item: str) -> str:
    return unicodedata.normalize("NFKC", item)


def _word_problem(item: str) -> Iterable[str]:
    yield from longer(item, 128)


def _pattern_problem(item: str) -> Iterable[str]:
    if fault := unbalanced(item):
        yield f'"{item}" is not a regular expression: {fault}'


# The service normalises words and patterns to NFKC when it stores them (inferred); words match without case.
WORDS = list_of(key=lambda item: _normal(item).casefold(), check=_word_problem)
PATTERNS = list_of(key=_normal, check=_pattern_problem, read=verbatim)
# Written without the dot (inferred).
EXTENSIONS = list_of(
    lambda item: item.removeprefix("."), key=lambda item: _normal(item).casefold(), check=_word_problem
)
RECIPIENTS = list_of(recipients="any")
INDIVIDUALS = list_of(recipients="individual")
GROUPS = list_of(recipients="group")
RECIPIENT = ValueType("str", stripped, key=lowered, recipients="any")


def _header_problem(value: Any) -> Iterable[str]:
    if not re.fullmatch(r"[!-9;-~]+", str(value).strip()):
        yield f'"{value}" is not the name of a header field such as X-Department'


HEADER = ValueType("str", stripped, key=lowered, check=_header_problem)


def _scl(value: Any) -> int | None:
    text = stripped(value)
    return int(text) if text else None


def _scl_problem(value: Any) -> Iterable[str]:
    if not re.fullmatch(r"-1|[0-9]", str(value).strip()):
        yield f'"{value}" is not a spam confidence level from -1 to 9'


# A text as an option, so that an empty one can clear it; the service answers with a number or a text (inferred).
SCL = ValueType("str", _scl, check=_scl_problem)


def _attribute_patterns(item: str) -> tuple[str, tuple[str, ...]]:
    name, _separator, words = item.partition(":")
    return name.strip().lower(), tuple(sorted({_normal(word).strip() for word in words.split(",")}))


def _attribute_words(item: str) -> tuple[str, tuple[str, ...]]:
    return _attribute_patterns(item.casefold())


def _attribute_problem(item: str) -> Iterable[str]:
    name, _separator, words = item.partition(":")
    if not name.strip() or not all(word.strip() for word in words.split(",")):
        yield f'"{item}" is not of the form Attribute:word,word'


def _attribute_pattern_problem(item: str) -> Iterable[str]:
    yield from _attribute_problem(item)
    yield from _pattern_problem(item)


# Words match without case, patterns with it: \s and \S are opposites.
ATTRIBUTE_WORDS = list_of(key=_attribute_words, check=_attribute_problem)
ATTRIBUTE_PATTERNS = list_of(key=_attribute_patterns, check=_attribute_pattern_problem)

_UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
# The digits in brackets are grouped as the session's language has it.
_SIZE = re.compile(r"^\s*([\d.,]+)\s*([KMGT]?B)?\s*(?:\((\d[\d.,'\u2019\s]*) bytes\))?\s*$", re.IGNORECASE)


def _size_in_bytes(value: str) -> int:
    """Of 10MB, 10485760 or 10 MB (10,485,760 bytes); ValueError when it is no size."""
    match = _SIZE.match(value)
    if not match:
        raise ValueError(value)
    if match.group(3):
        return int(re.sub(r"\D", "", match.group(3)))
    return int(float(match.group(1).replace(",", "")) * _UNITS[(match.group(2) or "B").upper()])


def _size_problem(value: Any) -> Iterable[str]:
    try:
        _size_in_bytes(str(value))
    except ValueError:
        yield f'"{value}" is not a size such as 10MB'


# Small sizes may be rounded up to whole kilobytes by the service (cmdlet reference). What the service shows is more than
# what the cmdlets are documented to take.
SIZE = ValueType(
    "str",
    stripped,
    key=lambda value: -(-_size_in_bytes(value) // 1024),
    check=_size_problem,
    wire=lambda value: f"{_size_in_bytes(value)}B" if "(" in value else value,
)


def _bytes(value: Any) -> int:
    return value if isinstance(value, int) else _size_in_bytes(str(value))


# A size that is only read, as a number or as other sizes are shown.
BYTES = ValueType("int", _bytes, clear=NOT_CLEARABLE)

# ---------------------------------------------------------------------------------------------- time

_SPAN = re.compile(r"^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?$")


def _seconds(value: str) -> int:
    match = _SPAN.match(value)
    if not match:
        raise ValueError(value)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return int(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds())


def _shown_span(value: Any) -> str | None:
    """1.00:00:00 for 24:00:00, which the service would read as days."""
    text = stripped(value)
    try:
        seconds = _seconds(text) if text else 0
    except ValueError:
        return text
    days = f"{seconds // 86400}." if seconds >= 86400 else ""
    return f"{days}{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if text else None


SPAN = ValueType(
    "str",
    _shown_span,
    key=_seconds,
    clear=NOT_CLEARABLE,
    check=lambda value: (
        () if _SPAN.match(str(value)) else (f'"{value}" is not a time span such as 12:00:00 or 1.00:00:00',)
    ),
)


def _unlimited_or_number(value: Any) -> str | None:
    text = str(value).strip()
    return "Unlimited" if text.lower() == "unlimited" else text or None


UNLIMITED_OR_NUMBER = ValueType(
    "str",
    _unlimited_or_number,
    clear=NOT_CLEARABLE,
    check=lambda value: (
        ()
        if str(_unlimited_or_number(value)) == "Unlimited" or str(value).isdigit()
        else (f'"{value}" is neither a number nor Unlimited',)
    ),
)


def instant(value: str) -> datetime:
    """A time as the service or a user writes it, as UTC to the minute; a time without a zone is UTC.

    The service prints seven decimals, which are more than some Python versions read. ValueError when it is no time.
    """
    text = re.sub(r"\.(\d{1,6})\d*", r".\1", value.strip()).replace("Z", "+00:00")
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(second=0, microsecond=0)


def _instant_problem(value: Any) -> Iterable[str]:
    try:
        instant(str(value))
    except ValueError:
        yield f'"{value}" is not a time such as 2030-01-31T08:00:00Z'


def _shown_instant(value: Any) -> str | None:
    text = stripped(value)
    try:
        return instant(text).strftime("%Y-%m-%dT%H:%M:%SZ") if text else None
    except ValueError:
        return text


DATE = ValueType("str", _shown_instant, check=_instant_problem)
