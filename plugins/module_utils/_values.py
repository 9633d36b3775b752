# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Value classes: what a kind of setting looks like as an option, on the wire, and when two of them are equal.

Both sides of a comparison, the option and what the service returns, go through the same functions. An unset value is
None on both sides, whether the service says null, an empty string, an empty list or leaves the property out.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any


class NotClearable:
    """Marks a value that the service does not allow to be emptied."""


NOT_CLEARABLE = NotClearable()


@dataclass(frozen=True)
class ValueClass:
    """One kind of value.

    type, elements, choices: as in an Ansible argument specification.
    canonical: a present value, of the option or of the service, in the form shown to people; None means unset.
    key: what is compared, made from a canonical value.
    check: yields a sentence for each thing that is wrong with a value given by the user.
    wire: a canonical value as the cmdlet takes it.
    clear: what a Set- cmdlet takes to empty the setting; NOT_CLEARABLE when it cannot be emptied.
    recipients: whether, and which, recipients the value names: "" | "any" | "individual" | "group". A recipient may be
        written in several ways (name, alias, any of its addresses, GUID).
    """

    type: str
    canonical: Callable[[Any], Any]
    elements: str | None = None
    choices: tuple[str, ...] | None = None
    key: Callable[[Any], Any] = lambda value: value
    check: Callable[[Any], Iterable[str]] = lambda value: ()
    wire: Callable[[Any], Any] = lambda value: value
    clear: Any = None
    recipients: str = ""

    def same(self, one: Any, other: Any) -> bool:
        """Whether two canonical values (None = unset) mean the same to the service."""
        if one is None or other is None:
            return one is None and other is None
        try:
            return bool(self.key(one) == self.key(other))
        except (TypeError, ValueError):
            # A form of the service that nobody has seen yet.
            return bool(one == other)

    def clearing(self, value: Any) -> ValueClass:
        """The same class, emptied by sending `value`."""
        return replace(self, clear=value)


def _text(value: Any) -> str | None:
    text = str(value)
    return text if text.strip() else None


def _stripped(value: Any) -> str | None:
    return str(value).strip() or None


def _lower(value: str) -> str:
    return value.lower()


def listed(value: Any) -> list[str]:
    """A list value as a list of texts; a bare string counts as one element, blanks are dropped."""
    items = [value] if isinstance(value, str) else list(value)
    return [text for text in (str(item).strip() for item in items) if text]


def _unique(items: Iterable[Any], key: Callable[[Any], Any]) -> list[Any] | None:
    seen: dict[Any, Any] = {}
    for item in items:
        seen.setdefault(key(item), item)
    return [seen[k] for k in sorted(seen)] or None


def list_of(
    element: Callable[[str], str] = str,
    key: Callable[[str], Any] = _lower,
    check: Callable[[str], Iterable[str]] = lambda item: (),
    *,
    clear: Any = (),
    recipients: str = "",
    read: Callable[[Any], list[str]] = listed,
) -> ValueClass:
    """A list whose order has no meaning: compared as a set of element keys, shown sorted."""

    def checked(value: Any) -> Iterable[str]:
        for item in read(value):
            yield from check(item)

    return ValueClass(
        type="list",
        elements="str",
        canonical=lambda value: _unique((element(item) for item in read(value)), key),
        key=lambda value: frozenset(key(item) for item in value),
        check=checked,
        wire=list,
        clear=list(clear) if isinstance(clear, tuple) else clear,
        recipients=recipients,
    )


# ---------------------------------------------------------------------------------------------- plain values

TEXT = ValueClass("str", _text, key=lambda value: value.replace("\r\n", "\n"))
# An empty Comment reads "" on connectors and null or a line break on rules; both mean none.
COMMENT = ValueClass(
    "str",
    _stripped,
    key=lambda value: value.replace("\r\n", "\n"),
    clear="",
    check=lambda v: _longer(v, 1024),
)
NAME = ValueClass("str", _stripped, key=_lower, clear=NOT_CLEARABLE, check=lambda v: _longer(v, 64))
IDENTITY = ValueClass("str", _stripped, key=_lower)
INTEGER = ValueClass("int", int, clear=NOT_CLEARABLE)
PLACE = replace(
    INTEGER, check=lambda value: () if int(value) >= 0 else (f"is {value}; the first place is 0",)
)
BOOLEAN = ValueClass("bool", bool, clear=NOT_CLEARABLE)
# Rule predicates and actions read false when they are not part of the rule.
FLAG = ValueClass("bool", lambda value: True if value else None, clear=False)
STATE = ValueClass(
    "bool", lambda value: value if isinstance(value, bool) else str(value).lower() == "enabled"
)


def _longer(value: Any, limit: int) -> Iterable[str]:
    if len(str(value)) > limit:
        yield f"is {len(str(value))} characters long; the service takes at most {limit}"


def enum(*choices: str, clear: Any = NOT_CLEARABLE) -> ValueClass:
    """One of Microsoft's names; the service matches them without regard to case."""
    spelling = {choice.lower(): choice for choice in choices}

    def canonical(value: Any) -> str | None:
        text = _stripped(value)
        return spelling.get(text.lower(), text) if text else None

    return ValueClass("str", canonical, choices=choices, key=_lower, clear=clear)


def enum_list(*choices: str) -> ValueClass:
    """Several of Microsoft's names."""
    spelling = {choice.lower(): choice for choice in choices}
    base = list_of(lambda item: spelling.get(item.lower(), item))
    return replace(base, choices=choices)


# ---------------------------------------------------------------------------------------------- addresses

_ADDRESS = re.compile(r"^[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")
_DOMAIN = re.compile(
    r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
)


def _smtp_problem(value: Any) -> Iterable[str]:
    if not _ADDRESS.match(str(value).strip()):
        yield f'"{value}" is not an SMTP address such as journal@example.com'


SMTP = ValueClass("str", _stripped, key=_lower, check=_smtp_problem)


def _null_sender(value: Any) -> str | None:
    text = _stripped(value)
    return None if text == "<>" else text


# An unset undeliverable-journal recipient reads, and is cleared, as the null reverse path (inferred).
NULLABLE_SMTP = ValueClass("str", _null_sender, key=_lower, clear="<>", check=_smtp_problem)


def is_domain(text: str) -> bool:
    """Whether a text is a DNS domain name of two labels or more."""
    return bool(_DOMAIN.match(text)) and len(text) <= 253


def _domain_problem(item: str) -> Iterable[str]:
    if not is_domain(item):
        yield f'"{item}" is not a domain such as example.com'


def _domain_pattern_problem(item: str) -> Iterable[str]:
    if item != "*" and not is_domain(item.removeprefix("*.")):
        yield f'"{item}" is not a domain such as example.com, *.example.com or *'


def _domain(item: str) -> str:
    return item.lower().rstrip(".")


DOMAINS = list_of(_domain, check=_domain_problem)
DOMAIN_PATTERNS = list_of(_domain, check=_domain_pattern_problem)
SMTP_LIST = list_of(check=_smtp_problem)


def _address_spaces(value: Any) -> list[str]:
    # Several address spaces may come joined in one text: "smtp:a;1,smtp:b;1".
    return [part.strip() for item in listed(value) for part in item.split(",") if part.strip()]


def _address_space(item: str) -> str:
    # The service stores "*" as "smtp:*;1" (observed live): prefix and default cost are noise.
    domain, _separator, cost = item.lower().removeprefix("smtp:").partition(";")
    return domain if cost in ("", "1") else f"{domain};{cost}"


def _address_space_problem(item: str) -> Iterable[str]:
    domain, _separator, cost = _address_space(item).partition(";")
    if cost and not (cost.isdigit() and 1 <= int(cost) <= 100):
        yield f'"{item}" has a cost that is not a number from 1 to 100'
    yield from _domain_pattern_problem(domain)


SENDER_DOMAINS = replace(
    list_of(_address_space, check=_address_space_problem, read=_address_spaces, clear=NOT_CLEARABLE),
    wire=lambda value: [f"smtp:{item}" if ";" in item else item for item in value],
)


def _host(item: str) -> str:
    return item.strip("[]").rstrip(".").lower()


def _host_problem(item: str) -> Iterable[str]:
    host = _host(item)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not is_domain(host):
            yield f'"{item}" is neither a host name nor a public IPv4 address'
        return
    yield from _public_ipv4_problem(item, ipaddress.ip_network(address))


HOSTS = list_of(_host, check=_host_problem)

# ---------------------------------------------------------------------------------------------- IP addresses

_RESERVED = [
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4")
]


def _network(item: str) -> Any:
    return ipaddress.ip_network(item, strict=False)


def _ip_bounds(item: str) -> tuple[int, int]:
    """First and last address of a single address, a CIDR block or a range a-b, as integers."""
    if "-" in item:
        first, last = (ipaddress.ip_address(part.strip()) for part in item.split("-", 1))
        return int(first), int(last)
    network = _network(item)
    return int(network[0]), int(network[-1])


def _ip_shown(item: str) -> str:
    """198.51.100.7/32 and 198.51.100.7-198.51.100.7 as 198.51.100.7, a block by its network address."""
    text = item.replace(" ", "")
    try:
        first, last = _ip_bounds(text)
        if first == last:
            return text.split("-")[0].split("/")[0]
        return text if "-" in text else str(_network(text))
    except ValueError:
        return item


def _ip_key(item: str) -> Any:
    try:
        return (0, *_ip_bounds(item))
    except ValueError:
        return (1, item.lower(), "")


def _public_ipv4_problem(item: str, network: Any) -> Iterable[str]:
    if network.version == 6:
        yield f'"{item}" is an IPv6 address; the service takes IPv4 only'
    elif any(network.overlaps(reserved) for reserved in _RESERVED):
        yield f'"{item}" is a private or reserved address; the service takes public addresses only'


def _connector_ip_problem(item: str) -> Iterable[str]:
    if "-" in item:
        yield f'"{item}" is a range; the service takes single IPv4 addresses and blocks from /24 to /32 here'
        return
    try:
        network = _network(item)
    except ValueError:
        yield f'"{item}" is not an IPv4 address or block such as 198.51.100.7 or 198.51.100.0/24'
        return
    yield from _public_ipv4_problem(item, network)
    if network.version == 4 and network.prefixlen < 24:
        yield f'"{item}" is larger than /24; the service takes single IPv4 addresses and blocks from /24 to /32 here'


def _ip_range_problem(item: str) -> Iterable[str]:
    try:
        first, last = _ip_bounds(item)
    except ValueError:
        yield f'"{item}" is not an IP address, block or range such as 198.51.100.7, 198.51.100.0/24 or 198.51.100.1-198.51.100.9'
        return
    if first > last:
        yield f'"{item}" ends before it begins'


CONNECTOR_IPS = list_of(_ip_shown, _ip_key, _connector_ip_problem)
IP_RANGES = list_of(_ip_shown, _ip_key, _ip_range_problem)

# ---------------------------------------------------------------------------------------------- rule values


def _normal(item: str) -> str:
    return unicodedata.normalize("NFKC", item)


def _word_problem(item: str) -> Iterable[str]:
    yield from _longer(item, 128)


# The service normalises words and patterns to NFKC when it stores them (inferred); words match without case.
WORDS = list_of(key=lambda item: _normal(item).casefold(), check=_word_problem)
PATTERNS = list_of(key=_normal)
RECIPIENTS = list_of(recipients="any")
INDIVIDUALS = list_of(recipients="individual")
GROUPS = list_of(recipients="group")
RECIPIENT = ValueClass("str", _stripped, key=_lower, recipients="any")
HEADER = ValueClass("str", _stripped, key=_lower)


def _scl(value: Any) -> int | None:
    text = _stripped(value)
    return int(text) if text else None


def _scl_problem(value: Any) -> Iterable[str]:
    if not re.fullmatch(r"-1|[0-9]", str(value).strip()):
        yield f'"{value}" is not a spam confidence level from -1 to 9'


# A text as an option, so that an empty one can clear it; the service answers with a number or a text (inferred).
SCL = ValueClass("str", _scl, check=_scl_problem)


def _attribute_words(item: str) -> tuple[str, frozenset[str]]:
    name, _separator, words = item.partition(":")
    return name.strip().lower(), frozenset(_normal(word).strip().casefold() for word in words.split(","))


def _attribute_key(item: str) -> tuple[str, tuple[str, ...]]:
    name, words = _attribute_words(item)
    return name, tuple(sorted(words))


ATTRIBUTE_WORDS = list_of(
    key=_attribute_key,
    check=lambda item: () if ":" in item else (f'"{item}" is not of the form Attribute:word,word',),
)

_UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_SIZE = re.compile(r"^\s*([\d.,]+)\s*([KMGT]?B)?\s*(?:\(([\d,]+) bytes\))?\s*$", re.IGNORECASE)


def _size_in_kilobytes(value: str) -> int:
    match = _SIZE.match(str(value))
    if not match:
        raise ValueError(value)
    exact = match.group(3)
    amount = (
        int(exact.replace(",", ""))
        if exact
        else float(match.group(1).replace(",", "")) * _UNITS[(match.group(2) or "B").upper()]
    )
    return -(-int(amount) // 1024)


def _size_problem(value: Any) -> Iterable[str]:
    if not _SIZE.match(str(value)):
        yield f'"{value}" is not a size such as 10MB'


# Small sizes may be rounded up to whole kilobytes by the service (cmdlet reference).
SIZE = ValueClass("str", _stripped, key=_size_in_kilobytes, check=_size_problem)

# ---------------------------------------------------------------------------------------------- time

_SPAN = re.compile(r"^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?$")


def _seconds(value: str) -> int:
    match = _SPAN.match(value)
    if not match:
        raise ValueError(value)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return int(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds())


SPAN = ValueClass(
    "str",
    _stripped,
    key=_seconds,
    clear=NOT_CLEARABLE,
    check=lambda value: (
        () if _SPAN.match(str(value)) else (f'"{value}" is not a time span such as 12:00:00 or 1.00:00:00',)
    ),
)


def _unlimited_or_number(value: Any) -> str | None:
    text = str(value).strip()
    return "Unlimited" if text.lower() == "unlimited" else text or None


UNLIMITED_OR_NUMBER = ValueClass(
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
    text = _stripped(value)
    try:
        return instant(text).strftime("%Y-%m-%dT%H:%M:%SZ") if text else None
    except ValueError:
        return text


DATE = ValueClass("str", _shown_instant, check=_instant_problem)
