# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change board decides on: who asked, which third party sees which mail, what the tenant is like now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

REQUEST = {
    "customer": "Customer",
    "portal": "Portal",
    "requester": "Requested by",
    "approver": "Approved by",
    "ticket": "Ticket",
    "window": "Change window",
}
"""What somebody may say about the request, by key, as people read it. What nobody said is printed empty, to be filled in."""
_JOB = {"job": "Job"}

_BRANDS = {"avanan": "Avanan", "checkpoint": "Check Point"}
_COPIED = {
    "Global": "ALL mail {whose}, internal mail included",
    "Internal": "all internal mail {whose}",
    "External": "all mail {whose} from and to the outside",
}
_DIRECTIONS = {"NotInOrganization": "Incoming mail", "InOrganization": "Mail from inside the organization"}
_RECIPIENTS = ("sent_to", "sent_to_member_of", "recipient_domain_is")
_SENDERS = ("from", "from_member_of")


class Table(NamedTuple):
    """A part of the tenant as it is: rows of texts under their headings."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def tenant_name(document: Mapping[str, Any]) -> str:
    """The name by which people know the tenant: its default domain, where that was read; else as the connection names it."""
    domains = _read(document).get("accepted_domains") or ()
    default = next((str(domain["name"]) for domain in domains if domain.get("default")), "")
    return default or str(document["tenant"]["name"] or "")


def request(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of the request, label and text; "" for what nobody said; the job of a controller only where there is one."""
    said = document.get("request") or {}
    portal = str(_integration(document).get("portal") or "")
    known = {"portal": portal, **{key: str(said[key]) for key in (*REQUEST, *_JOB) if said.get(key)}}
    return [
        (label, known.get(key, ""))
        for key, label in (REQUEST | _JOB).items()
        if key in REQUEST or key in known
    ]


def third_parties(document: Mapping[str, Any]) -> list[str]:
    """Which mail goes to somebody outside because of the change, or does no longer, a sentence each."""
    party = _BRANDS.get(str(_integration(document).get("brand")), "The receiver")
    hosts = _hosts(document)
    texts: list[str] = []
    for entry in document["entries"]:
        if entry["steps"] and entry["object"]["noun"] == "JournalRule":
            texts += _copies(entry, party)
        elif entry["steps"] and entry["object"]["noun"] == "TransportRule":
            texts += _routed(entry, party, hosts)
    return list(dict.fromkeys(texts))


def _copies(entry: Mapping[str, Any], party: str) -> Iterator[str]:
    before, after = entry["before"] or {}, entry["after"] or {}
    if after.get("enabled"):
        mail = _COPIED.get(str(after.get("scope")), "mail {whose}")
        whose = f"of {after['recipient']}" if after.get("recipient") else "of everyone"
        yield (
            f"{party} gets a copy of {mail.format(whose=whose)}: journal reports go to "
            f"{after.get('journal_email_address')}, outside the tenant."
        )
    elif before.get("enabled"):
        yield f"{party} no longer gets copies of mail from the journal rule {entry['object']['name']}."


def _routed(entry: Mapping[str, Any], party: str, hosts: Mapping[str, str]) -> Iterator[str]:
    before, after = (_route(entry[side]) for side in ("before", "after"))
    if after:
        host = hosts.get(after.casefold(), "")
        through = f"{host} (connector {after})" if host else f"the connector {after}"
        yield f"{_whose(entry['after'])} is routed through {party}, {through}, before it is delivered."
    elif before:
        yield f"{_whose(entry['before'])} is no longer routed through the connector {before}."


def _route(state: Mapping[str, Any] | None) -> str:
    """The connector through which a rule sends mail that it matches; "" where it does not."""
    acts = state and state.get("enabled") and state.get("mode") in (None, "", "Enforce")
    return str((state or {}).get("actions", {}).get("route_message_outbound_connector") or "") if acts else ""


def _whose(state: Mapping[str, Any]) -> str:
    conditions = state.get("conditions") or {}
    direction = _DIRECTIONS.get(str(conditions.get("from_scope")), "Mail")
    to = [item for key in _RECIPIENTS for item in conditions.get(key) or ()]
    sent_by = [item for key in _SENDERS for item in conditions.get(key) or ()]
    whom = f" to {', '.join(to)}" if to else "" if sent_by else " of everyone"
    senders = f" from {', '.join(sent_by)}" if sent_by else ""
    return f"{direction}{whom}{senders}"


def _hosts(document: Mapping[str, Any]) -> dict[str, str]:
    """The smart hosts of the outbound connectors, as they are and as the document makes them."""
    states = [*(_read(document).get("outbound_connectors") or ())]
    states += [
        entry["after"]
        for entry in document["entries"]
        if entry["object"]["noun"] == "OutboundConnector" and entry["after"]
    ]
    return {str(state.get("name")).casefold(): ", ".join(state.get("smart_hosts") or ()) for state in states}


# ---------------------------------------------------------------------------------------------- the tenant as it is


def baseline(document: Mapping[str, Any]) -> list[Table]:
    """The mail flow of the tenant before the change, as the proof has read it; nothing where there was no proof."""
    read = _read(document)
    tables = [
        Table(
            "Mail-flow rules, in their order",
            ("Rule", "State", "Conditions", "Exceptions", "Actions"),
            [_rule(rule) for rule in read.get("mail_flow_rules") or ()],
        ),
        Table(
            "Inbound connectors",
            ("Connector", "State", "Type", "Mail from"),
            [
                _connector(row, "sender_domains", "sender_ip_addresses")
                for row in read.get("inbound_connectors") or ()
            ],
        ),
        Table(
            "Outbound connectors",
            ("Connector", "State", "Type", "Mail to"),
            [
                _connector(row, "recipient_domains", "smart_hosts")
                for row in read.get("outbound_connectors") or ()
            ],
        ),
        Table(
            "Journal rules",
            ("Rule", "State", "Whose mail", "Reports to"),
            [
                (
                    str(row["name"]),
                    _state(row),
                    str(row.get("recipient") or "everyone"),
                    str(row.get("journal_email_address") or ""),
                )
                for row in read.get("journal_rules") or ()
            ],
        ),
        Table(
            "Accepted domains",
            ("Domain", "Type"),
            [
                (str(row["name"]), str(row.get("domain_type") or ""))
                for row in read.get("accepted_domains") or ()
            ],
        ),
    ]
    return [table for table in tables if table.rows]


def _rule(rule: Mapping[str, Any]) -> tuple[str, ...]:
    parts = [_settings(rule.get(section) or {}) for section in ("conditions", "exceptions", "actions")]
    return (str(rule["name"]), _state(rule), *parts)


def _connector(row: Mapping[str, Any], *places: str) -> tuple[str, ...]:
    scoped = ["only for mail that a rule sends there"] if row.get("is_transport_rule_scoped") else []
    where = [", ".join(row.get(place) or ()) for place in places]
    return (
        str(row["name"]),
        _state(row),
        str(row.get("connector_type") or ""),
        "; ".join([*filter(None, where), *scoped]),
    )


def _state(row: Mapping[str, Any]) -> str:
    mode = str(row.get("mode") or "Enforce")
    return "off" if not row.get("enabled", True) else "on" if mode == "Enforce" else f"test mode ({mode})"


def _settings(section: Mapping[str, Any]) -> str:
    """The settings of a part of a rule in one text."""
    said = {key: value for key, value in section.items() if value not in (None, "", [], False)}
    texts = [
        f"{key.replace('_', ' ')}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in said.items()
    ]
    return "; ".join(texts)


def _read(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return (document.get("proof") or {}).get("tenant") or {}


def _integration(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return (document.get("proof") or {}).get("integration") or {}
