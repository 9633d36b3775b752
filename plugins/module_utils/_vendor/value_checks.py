# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the value of one variable: one sentence each. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .._schema.address_types import CONNECTOR_IPS, DOMAINS, HOSTS, IP_RANGES, SMTP
from .._schema.value_types import DATE, HEADER
from .variables import Variable

LONGEST_NAME = 64
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def texts(value: Any) -> list[str]:
    """The elements of a list that may have come as one text, as from a form or a spreadsheet, with commas, semicolons, tabs or line
    breaks in between; blank ones are dropped.

    TypeError for what is neither a text nor a list of texts.
    """
    if value is None:
        return []
    if isinstance(value, str):
        value = re.split(r"[,;\t\v\f\r\n\x85\u2028\u2029]", value)
    if not isinstance(value, (list, tuple)) or any(isinstance(item, (dict, list)) for item in value):
        raise TypeError(f'"{value}" is neither a list nor a text')
    return [text for text in (str(item).strip() for item in value if item is not None) if text]


def _label(value: str) -> Iterator[str]:
    if not _LABEL.fullmatch(value):
        yield f'"{value}" is not a single host label such as customer-x'


def _name(value: str) -> Iterator[str]:
    yield from _text(value)
    if len(value) > LONGEST_NAME:
        yield f'"{value}" is {len(value)} characters long; the service takes at most {LONGEST_NAME}'


def _text(value: str) -> Iterator[str]:
    if value != value.strip() or not value.isprintable():
        yield f"{value!r} begins or ends with a blank, or has a line break or another control character in it"


def _person(value: str) -> Iterator[str]:
    """See people.py."""
    yield from _text(value)
    if "<" in value:
        yield (
            f'it is not clear whom "{value}" names; give one address a line, or several as "Name" <address> with semicolons in between'
        )


def _addresses(value: str) -> Iterator[str]:
    yield from IP_RANGES.check([value])
    # The service does not say whether rules take IPv6; all the vendor's addresses are IPv4 (inferred).
    if ":" in value:
        yield f'"{value}" is an IPv6 address; give IPv4'


def _acceptance(value: Any) -> Iterator[str]:
    """What can be told of an acceptance before anything is looked at; the mail-flow check tells the rest."""
    if isinstance(value, Mapping):
        unknown = sorted(set(value) - set(_OF_ACCEPTANCE))
        if unknown or not str(value.get("finding") or "").strip():
            yield f"{dict(value)} does not name a finding with {', '.join(_OF_ACCEPTANCE)}"
        yield from DATE.check(str(value["expires"])) if value.get("expires") else ()
    elif not str(value).strip():
        yield "an empty text names no finding"


_OF_ACCEPTANCE = ("finding", "object", "reason", "expires")


def _not_negative(value: float) -> Iterator[str]:
    if not 0 <= value < math.inf:
        yield f"{value} is not a number from 0 on"


def _above_zero(value: float) -> Iterator[str]:
    if not 0 < value < math.inf:
        yield f"{value} is not a number above 0"


_CHECKS: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "label": _label,
    "name": _name,
    "text": _text,
    "address": SMTP.check,
    "addresses": _addresses,
    "person": _person,
    "connector_addresses": lambda value: CONNECTOR_IPS.check([value]),
    "domain": lambda value: DOMAINS.check([value]),
    "host": lambda value: HOSTS.check([value]),
    "header": HEADER.check,
    "time": DATE.check,
    "acceptance": _acceptance,
    "not negative": _not_negative,
    "above zero": _above_zero,
}


def value_problems(variable: Variable, value: Any) -> Iterator[str]:
    """What is wrong with the value of one variable, itself or one of its elements or options; nothing when it is not set."""
    if value in (None, "", [], {}):
        return
    if variable.options:
        for item in value if isinstance(value, list) else [value]:
            for key, option in variable.options.items():
                yield from value_problems(option, item.get(key))
    elif variable.check:
        for item in value if isinstance(value, list) else [value]:
            yield from (f"{variable.name}: {text}" for text in _CHECKS[variable.check](item))
