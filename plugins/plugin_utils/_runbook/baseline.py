# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail flow of a tenant as it was read, as tables to keep and to compare with. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._phrases import texts

Cell = list[str]
_SECTIONS = ("conditions", "exceptions", "actions")


class Table(NamedTuple):
    """title: what it shows; empty: what is said when there is nothing. A row has a cell for each column."""

    title: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]
    empty: str


def baseline(snapshot: Mapping[str, Any], mx: Mapping[str, Sequence[str]] | None = None) -> list[Table]:
    """snapshot: in option names; mx: hosts by domain, as far as they were looked up, None where nobody looks."""
    tables = []
    for topic, title, columns, row in _TOPICS:
        rows = [row(number, item) for number, item in enumerate(snapshot.get(topic) or (), start=1)]
        if topic == "accepted_domains" and mx is not None:
            columns = (*columns, "MX")
            rows = [[*cells, list(mx.get(cells[0][0], ()))] for cells in rows]
        empty = "There are none." if topic in snapshot else "They could not be read."
        tables.append(Table(title, columns, rows, empty))
    settings = _settings(snapshot)
    return [*tables, Table("Further settings", ("Setting", "Value"), settings, "")] if settings else tables


def _text(item: Mapping[str, Any], name: str) -> str:
    return ", ".join(texts(item.get(name)))


def _state(item: Mapping[str, Any]) -> Cell:
    on = item.get("enabled")
    mode = _text(item, "mode")
    words = "on" if on is True else "off" if on is False else "not known"
    return [words if mode in ("", "Enforce") else f"{words}, test mode ({mode})"]


def _domain(_number: int, item: Mapping[str, Any]) -> list[Cell]:
    return [[_text(item, "domain_name") or _text(item, "name")], [_text(item, "domain_type")]]


def _section(item: Mapping[str, Any], section: str) -> Cell:
    return [
        name.replace("_", " ") + ("" if value is True else f": {', '.join(texts(value))}")
        for name, value in (item.get(section) or {}).items()
        if value not in (None, "", [], False)
    ]


def _rule(number: int, item: Mapping[str, Any]) -> list[Cell]:
    return [
        [str(number)],
        [_text(item, "name")],
        _state(item),
        *(_section(item, section) for section in _SECTIONS),
    ]


def _inbound(_number: int, item: Mapping[str, Any]) -> list[Cell]:
    restricted = item.get("restrict_domains_to_ip_addresses") or item.get("restrict_domains_to_certificate")
    return [
        [_text(item, "name"), _text(item, "connector_type")],
        _state(item),
        texts(item.get("sender_domains")),
        [*texts(item.get("sender_ip_addresses")), *texts(item.get("tls_sender_certificate_name"))],
        ["yes" if restricted else "no"],
    ]


def _outbound(_number: int, item: Mapping[str, Any]) -> list[Cell]:
    domains = ["rules only"] if item.get("is_transport_rule_scoped") else texts(item.get("recipient_domains"))
    tls = [*texts(item.get("tls_settings")), *texts(item.get("tls_domain"))]
    return [
        [_text(item, "name"), _text(item, "connector_type")],
        _state(item),
        domains,
        texts(item.get("smart_hosts")) or ["by MX"],
        tls or ["opportunistic"],
    ]


def _journal(_number: int, item: Mapping[str, Any]) -> list[Cell]:
    return [
        [_text(item, "name")],
        _state(item),
        [_text(item, "recipient") or "everybody's", _text(item, "scope")],
        [_text(item, "journal_email_address")],
    ]


_TOPICS = (
    (
        "mail_flow_rules",
        "Mail-flow rules in their order",
        ("No.", "Rule", "State", "If", "Except if", "Do"),
        _rule,
    ),
    (
        "inbound_connectors",
        "Inbound connectors",
        ("Connector", "State", "From", "Addresses or certificate", "Restricted to them"),
        _inbound,
    ),
    (
        "outbound_connectors",
        "Outbound connectors",
        ("Connector", "State", "Used for", "Sends to", "TLS"),
        _outbound,
    ),
    ("journal_rules", "Journal rules", ("Rule", "State", "Whose mail", "Reports to"), _journal),
    ("accepted_domains", "Accepted domains", ("Domain", "Type"), _domain),
)


def _settings(snapshot: Mapping[str, Any]) -> list[list[Cell]]:
    policy, transport, organization = (
        snapshot.get(topic) or {}
        for topic in ("connection_filter", "transport_config", "organization_config")
    )
    found = (
        ("Connection filter: allowed addresses", policy, "ip_allow_list"),
        ("Connection filter: blocked addresses", policy, "ip_block_list"),
        ("Undeliverable journal reports go to", transport, "journaling_report_ndr_to"),
        ("Direct Send is rejected", organization, "reject_direct_send"),
    )
    return [[[title], texts(item.get(name)) or ["not set"]] for title, item, name in found if item]
