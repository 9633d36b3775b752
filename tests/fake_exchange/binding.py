# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the parameters of a call to stored values: names, types, enumerations, and how each kind is rewritten."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from . import errors
from .classes import LISTS, Class, Parameter

if TYPE_CHECKING:
    from .tenant import Tenant

_COMMON = {"confirm", "whatif", "erroraction", "warningaction", "verbose"}
_SMTP = re.compile(r"^[^\s@<>,;]+@[A-Za-z0-9.-]+$")
_SIZE = re.compile(r"^\s*([\d.]+)\s*(B|KB|MB|GB|TB)?\s*(?:\(([\d,]+) bytes\))?\s*$", re.IGNORECASE)
_RESERVED = [
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4")
]
_GROUPS = {
    "MailUniversalDistributionGroup",
    "MailUniversalSecurityGroup",
    "DynamicDistributionGroup",
    "RoomList",
}


@dataclass(frozen=True)
class Delta:
    """What is added to a list and removed from it."""

    add: list[str]
    remove: list[str]


def bind(table: Class, verb: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters under their proper names, each checked against its type; common ones dropped."""
    known = {name.lower(): (name, row) for name, row in table.parameters.items() if verb in row.on}
    if verb == "Get":
        known = {name.lower(): (name, row) for name, row in table.get.items()}
    if verb != "New" and not (table.singleton and verb != "Get"):
        known["identity"] = ("Identity", Parameter("s"))
    if table.noun == "TransportRule" and verb == "Enable":
        known["mode"] = ("Mode", table.parameters["Mode"])
    given = {
        name: value for name, value in parameters.items() if name.lower() not in _COMMON and "@" not in name
    }
    unknown = [name for name in given if name.lower() not in known]
    if unknown:
        raise errors.unknown_parameters(unknown)
    bound: dict[str, Any] = {}
    for name, value in given.items():
        proper, row = known[name.lower()]
        # Lists of rules are always replaced; those of directory objects can be added to.
        changes = verb == "Set" and table.directory and row.kind in LISTS and _is_table(value)
        bound[proper] = _delta(proper, row, value) if changes else _typed(proper, row, value)
    if verb == "New":
        for name in table.required:
            if bound.get(name) in (None, "", []):
                raise errors.missing(name)
        empty = [name for name, value in bound.items() if value == []]
        if empty and table.noun == "TransportRule":
            raise errors.argument("The value is empty.", empty[0])
    elif verb != "Get" and not table.singleton and not bound.get("Identity"):
        raise errors.missing("Identity")
    return bound


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and value.get("@odata.type") == "#Exchange.GenericHashTable"


def _delta(name: str, row: Parameter, value: dict[str, Any]) -> Delta:
    lists = {key.lower(): items for key, items in value.items() if "@" not in key}
    if set(lists) - {"add", "remove"}:
        raise errors.bad_value(name, value, "Microsoft.Exchange.Data.MultiValuedProperty")
    return Delta(_typed(name, row, lists.get("add", [])), _typed(name, row, lists.get("remove", [])))


def _typed(name: str, row: Parameter, value: Any) -> Any:
    if value is None:
        return None
    if row.kind in LISTS:
        if isinstance(value, dict):
            raise errors.bad_value(
                name, "System.Collections.Hashtable", "Microsoft.Exchange.Data.MultiValuedProperty"
            )
        items = value if isinstance(value, list) else [value]
        items = [str(item) for item in items]
        return [_member(name, row, item) for item in items] if row.kind == "E" else items
    if isinstance(value, (list, dict)):
        raise errors.bad_value(name, value, f"System.{row.kind}")
    if row.kind == "b":
        if isinstance(value, bool) or str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise errors.bad_value(name, value, "System.Boolean")
    if row.kind == "i":
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise errors.bad_value(name, value, "System.Int32")
        return int(value)
    return _member(name, row, value) if row.kind == "e" else str(value)


def _member(name: str, row: Parameter, value: Any) -> Any:
    """An enumeration member; a prefix of just one member is taken for it."""
    text = str(value).lower()
    exact = [choice for choice in row.choices if choice.lower() == text]
    found = exact or [choice for choice in row.choices if text and choice.lower().startswith(text)]
    if len(found) != 1:
        why = (
            f"Unable to match the identifier name {value} to a valid enumerator name. Specify one of the following "
            f"enumerator names and try again: {', '.join(row.choices)}"
        )
        raise errors.bad_value(name, value, f"Microsoft.Exchange.{name}", why)
    return found[0]


def stored(tenant: Tenant, name: str, row: Parameter, value: Any, present: Any = None) -> Any:
    """A bound value as the object keeps it; empty values as the kind reads when unset."""
    if isinstance(value, Delta):
        taken = {_meant(row, item) for item in stored(tenant, name, row, value.remove)}
        kept = [item for item in present or [] if _meant(row, item) not in taken]
        held = {_meant(row, item) for item in kept}
        return kept + [item for item in stored(tenant, name, row, value.add) if _meant(row, item) not in held]
    if value is None or value == [] or (value == "" and row.kind != "S"):
        return [] if row.unset == [] else row.unset if row.kind in "bSmei" else None
    if row.kind in _STORES:
        return _STORES[row.kind](tenant, name, value)
    return value


def _meant(row: Parameter, item: str) -> Any:
    """What is equal in a list: texts without their case, addresses by what they cover."""
    if row.kind != "f":
        return item.lower()
    first, _dash, last = item.partition("-")
    network = ipaddress.ip_network(first)
    return int(network[0]), int(ipaddress.ip_address(last)) if last else int(network[-1])


def recipient(tenant: Tenant, name: str, identity: str) -> tuple[str, dict[str, Any] | None]:
    """The primary address of a recipient; an unknown address stays as it is."""
    found = tenant.recipients(identity)
    if len(found) > 1:
        raise errors.argument(
            f'There are multiple recipients matching identity "{identity}". Please specify a unique value.',
            name,
        )
    if found:
        return str(found[0]["PrimarySmtpAddress"]), found[0]
    if _SMTP.match(identity):
        return identity, None
    raise errors.not_found(identity)


def _recipients(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    return [recipient(tenant, name, item)[0] for item in value]


def _individuals(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    addresses = []
    for item in value:
        address, record = recipient(tenant, name, item)
        if record is not None and record["RecipientTypeDetails"] in _GROUPS:
            raise errors.argument(
                f"The recipient '{item}' is a distribution group, which is not allowed here.", name
            )
        addresses.append(address)
    return addresses


def _groups(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    addresses = []
    for item in value:
        address, record = recipient(tenant, name, item)
        if record is None:
            raise errors.not_found(item)
        if record["RecipientTypeDetails"] not in (*_GROUPS, "GroupMailbox"):
            raise errors.argument(f"The recipient '{item}' is not a group.", name)
        addresses.append(address)
    return addresses


def _single(tenant: Tenant, name: str, value: str) -> str:
    return recipient(tenant, name, value)[0]


def _words(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    for item in value:
        if len(item) > 128 or item != item.strip():
            raise errors.argument("A word is too long or begins or ends with a blank.", name)
    return [unicodedata.normalize("NFKC", item) for item in value]


def _patterns(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    for item in value:
        try:
            re.compile(item)
        except re.error as error:
            raise errors.argument(f"The pattern '{item}' is not valid: {error}.", name) from None
    return [unicodedata.normalize("NFKC", item) for item in value]


def _domains(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    for item in value:
        if item != "*" and not re.match(r"^(\*\.)?[\w-]+(\.[\w-]+)+$", item):
            raise errors.invalid_data(f"'{item}' is not a valid SMTP domain.")
    return value


def _sender_domains(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    spaces = []
    for item in value:
        domain, _separator, cost = item.lower().removeprefix("smtp:").partition(";")
        if domain != "*" and not re.match(r"^(\*\.)?[\w-]+(\.[\w-]+)+$", domain):
            raise errors.invalid_data(f"'{item}' is not a valid address space.")
        spaces.append(f"smtp:{domain};{cost or 1}")
    return spaces


def _connector_ips(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    shown = []
    for item in value:
        if "-" in item:
            raise errors.management("InvalidIPRangeFormatException", f"The IP range '{item}' is not valid.")
        try:
            network = ipaddress.ip_network(item, strict=False)
        except ValueError:
            raise errors.management(
                "ConnectorIPRangeContainsInvalidIPv4AddressException",
                f"'{item}' is not a valid IPv4 address.",
            ) from None
        if network.version == 6:
            raise errors.management(
                "IPv6AddressesRangesAreNotAllowedInConnectorException", f"'{item}' is IPv6."
            )
        if network.prefixlen < 24:
            raise errors.management("InvalidCidrRangeException", f"'{item}' is larger than /24.")
        if any(network.overlaps(reserved) for reserved in _RESERVED):
            raise errors.management(
                "IPRangeInConnectorContainsReservedIPAddressesException",
                f"'{item}' contains reserved addresses.",
            )
        shown.append(str(network) if "/" in item else item)
    return shown


def _ranges(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    shown = []
    for item in value:
        try:
            if "-" in item:
                first, last = (ipaddress.ip_address(part.strip()) for part in item.split("-", 1))
                if int(first) > int(last):
                    raise ValueError(item)
                shown.append(f"{first}-{last}")
            else:
                shown.append(
                    str(ipaddress.ip_network(item, strict=False))
                    if "/" in item
                    else str(ipaddress.ip_address(item))
                )
        except ValueError:
            raise errors.argument(f"'{item}' is not a valid IP address range.", name) from None
    return shown


def _filter_entries(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    for item, shown in zip(value, _ranges(_tenant, name, value), strict=True):
        first, _dash, last = shown.partition("-")
        if "-" in shown:
            many = int(ipaddress.ip_address(last)) - int(ipaddress.ip_address(first)) >= 256
            wrong = many or ":" in shown
        else:
            network = ipaddress.ip_network(shown)
            wrong = network.num_addresses > (256 if network.version == 4 else 1)
        if wrong:
            raise errors.invalid_data(f"'{item}' is not a valid entry of the list {name}.")
    return _ranges(_tenant, name, value)


def _owners(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    return [str(known_recipient(tenant, name, item)["Guid"]) for item in value]


def _people(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    return [str(known_recipient(tenant, name, item)["Name"]) for item in value]


def known_recipient(tenant: Tenant, name: str, identity: str) -> dict[str, Any]:
    """The one recipient with this identity."""
    _address, record = recipient(tenant, name, identity)
    if record is None:
        raise errors.not_found(identity)
    return record


def _proxies(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    shown = []
    for item in value:
        kind, separator, address = item.partition(":")
        shown.append(item if separator else f"smtp:{item}")
        if not separator or kind.lower() == "smtp":
            _smtp(tenant, name, address or kind)
    return shown


def _html(_tenant: Tenant, _name: str, value: str) -> str:
    return f"<html>\n<body>\n{value}\n</body>\n</html>\n"


def _hosts(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    shown = []
    for item in value:
        try:
            address = ipaddress.ip_address(item.strip("[]"))
        except ValueError:
            if not re.match(r"^[\w-]+(\.[\w-]+)+$", item):
                raise errors.management(
                    "SmartHostsIPValidationFailedException", f"'{item}' is not a valid smart host."
                ) from None
            shown.append(item)
            continue
        if address.version == 6 or any(address in reserved for reserved in _RESERVED):
            raise errors.management(
                "SmartHostsIPValidationFailedException", f"'{item}' is not a public IPv4 address."
            )
        shown.append(f"[{address}]")
    return shown


def _smtp(_tenant: Tenant, name: str, value: str) -> str:
    if value != "<>" and not _SMTP.match(value):
        raise errors.bad_value(name, value, "Microsoft.Exchange.Data.SmtpAddress")
    return value


def _smtps(tenant: Tenant, name: str, value: list[str]) -> list[str]:
    return [_smtp(tenant, name, item) for item in value]


def _attributes(_tenant: Tenant, name: str, value: list[str]) -> list[str]:
    for item in value:
        if ":" not in item:
            raise errors.argument(f"'{item}' is not of the form Attribute:words.", name)
    return value


def _size(_tenant: Tenant, name: str, value: str) -> str:
    match = _SIZE.match(value)
    if not match:
        raise errors.bad_value(name, value, "Microsoft.Exchange.Data.ByteQuantifiedSize")
    units = {"B": 0, "KB": 1, "MB": 2, "GB": 3, "TB": 4}
    exact = int(match.group(3).replace(",", "")) if match.group(3) else 0
    amount = exact or int(float(match.group(1)) * 1024 ** units[(match.group(2) or "B").upper()])
    amount = -(-amount // 1024) * 1024
    power = max(power for power in range(5) if amount >= 1024**power)
    number = f"{amount / 1024**power:.4g}"
    return f"{number} {list(units)[power]} ({amount:,} bytes)"


def _level(_tenant: Tenant, name: str, value: str) -> int:
    if not re.fullmatch(r"-1|[0-9]", value):
        raise errors.bad_value(name, value, "Microsoft.Exchange.Data.SclValue")
    return int(value)


def _time(tenant: Tenant, name: str, value: str) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise errors.bad_value(name, value, "System.DateTime") from None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if name == "ActivationDate" and moment <= datetime.now(UTC):
        tenant.warn("The activation date is in the past and was removed.")
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0000000+00:00")


def _span(_tenant: Tenant, name: str, value: str) -> str:
    match = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})", value)
    if not match:
        raise errors.bad_value(name, value, "System.TimeSpan")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    days, hours = days + hours // 24, hours % 24
    return (f"{days}." if days else "") + f"{hours:02}:{minutes:02}:{seconds:02}"


def _connector(tenant: Tenant, name: str, value: str) -> str:
    for record in tenant.objects["OutboundConnector"]:
        if value.lower() in (record["Name"].lower(), record["Guid"]):
            if not record["Enabled"]:
                raise errors.argument(f"The connector '{value}' is not enabled.", name)
            if not record["IsTransportRuleScoped"]:
                raise errors.argument(f"The connector '{value}' is not scoped to transport rules.", name)
            return str(record["Name"])
    raise errors.argument(f"The outbound connector '{value}' was not found.", name)


_STORES: dict[str, Callable[[Any, str, Any], Any]] = {
    "R": _recipients,
    "I": _individuals,
    "G": _groups,
    "r": _single,
    "w": _words,
    "p": _patterns,
    "d": _domains,
    "a": _sender_domains,
    "c": _connector_ips,
    "n": _ranges,
    "h": _hosts,
    "m": _smtp,
    "M": _smtps,
    "A": _attributes,
    "z": _size,
    "L": _level,
    "t": _time,
    "T": _span,
    "o": _connector,
    "f": _filter_entries,
    "q": _owners,
    "Q": _people,
    "P": _proxies,
    "H": _html,
}
