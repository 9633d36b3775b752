# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change board decides on: who asked, which third party sees which mail, what the tenant is like now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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


def tenant_name(document: Mapping[str, Any]) -> str:
    """The name by which people know the tenant: its default domain, where that was read; else as the connection names it."""
    domains = read_by_proof(document).get("accepted_domains") or ()
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
    states = [*(read_by_proof(document).get("outbound_connectors") or ())]
    states += [
        entry["after"]
        for entry in document["entries"]
        if entry["object"]["noun"] == "OutboundConnector" and entry["after"]
    ]
    return {str(state.get("name")).casefold(): ", ".join(state.get("smart_hosts") or ()) for state in states}


def read_by_proof(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tenant before the change, as the proof has read it; empty where there was no proof."""
    return (document.get("proof") or {}).get("tenant") or {}


def _integration(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return (document.get("proof") or {}).get("integration") or {}
