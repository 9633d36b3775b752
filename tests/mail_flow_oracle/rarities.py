# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only some tenants have: for the points of the mail-flow model that usual tenants do not meet, one change each.

A change takes a snapshot, what is known of the vendor, and a source of random choices; it may find nothing to change.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Tenant = dict[str, Any]
Rarity = Callable[[Tenant, Tenant, random.Random], None]

RULES, INTO, OUT = "mail_flow_rules", "inbound_connectors", "outbound_connectors"
_OTHER_RETURNS = (["35.174.145.124", "44.211.178.96/28"], ["52.212.19.177", "3.252.108.160/28"])


def _one(rows: list[Tenant], source: random.Random) -> Tenant:
    """One of the rows; what is done to a row that is not there is lost."""
    return rows[source.randrange(len(rows))] if rows else {"conditions": {}, "exceptions": {}, "actions": {}}


def _named(rows: list[Tenant], *names: str) -> list[Tenant]:
    return [row for row in rows if row["name"] in names]


def _foreign(snapshot: Tenant) -> list[Tenant]:
    return [row for row in snapshot[RULES] if not row["name"].startswith("Avanan")]


def _people(snapshot: Tenant) -> list[str]:
    return [key for key, row in snapshot["recipients"].items() if row["kind"] in ("individual", "missing")]


def full_certificate_name(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """2.2: a certificate by subject and issuer."""
    _one(snapshot[INTO], source)["tls_sender_certificate_name"] = "<I>CN=Authority<S>CN=mail.gateway.example"


def unknown_restriction(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """2.5: whether a connector restricts is not known."""
    name = source.choice(["restrict_domains_to_ip_addresses", "restrict_domains_to_certificate"])
    _one(snapshot[INTO], source)[name] = None


def own_inbound(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """2.3, 2.5: the vendor's connector restricts, is of the other type, or goes by certificate."""
    settings: list[Tenant] = [
        {"restrict_domains_to_ip_addresses": True},
        {"restrict_domains_to_ip_addresses": True, "sender_domains": ["partner.example"]},
        {"connector_type": "OnPremises"},
        {"tls_sender_certificate_name": "*.avanan.net"},
        {"tls_sender_certificate_name": "*.avanan.net", "restrict_domains_to_certificate": True},
    ]
    _one(_named(snapshot[INTO], "Avanan Inbound"), source).update(source.choice(settings))


def both_lists(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """2.7: one address on both lists of the connection filter."""
    snapshot["connection_filter"].update(ip_allow_list=["35.174.145.124"], ip_block_list=["35.174.145.124"])


def dates(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """4.2: a rule that begins or ends at some time."""
    name = source.choice(["activation_date", "expiry_date"])
    _one(snapshot[RULES], source)[name] = source.choice(["2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"])


def other_predicates(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """4.6: predicates on addresses, managers and types that are rarely used."""
    predicates: list[Tenant] = [
        {"from_address_contains_words": [source.choice(["partner", "user1", "contoso"])]},
        {"any_of_recipient_address_matches_patterns": [r"user\d@"]},
        {"sender_management_relationship": "Manager"},
        {"manager_addresses": _people(snapshot)[:1], "manager_for_evaluated_user": "Recipient"},
        {"message_type_matches": source.choice(["ReadReceipt", "Voicemail", "Signed"])},
        {"recipient_address_contains_words": ["user2"], "sent_to_scope": "InOrganization"},
        {"any_of_to_header": _people(snapshot)[:1]},
    ]
    section = source.choice(["conditions", "exceptions"])
    _one(_foreign(snapshot), source)[section].update(source.choice(predicates))


def stamped_header(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """8.6: a header that the service writes anew at each entry."""
    rule = _one(_foreign(snapshot), source)
    name = source.choice(["Authentication-Results", "X-MS-Exchange-Organization-AuthAs"])
    rule["conditions"].update(
        header_contains_message_header=name, header_contains_words=[source.choice(["fail", "Anonymous"])]
    )
    if source.randrange(2):
        rule["actions"] = {"delete_message": True}


def redirect_inside(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """5.1: mail for one is brought to another one inside."""
    groups = [key for key, row in snapshot["recipients"].items() if row["kind"] == "group"]
    target = source.choice([*_people(snapshot), *groups])
    _one(_foreign(snapshot), source)["actions"] = {"redirect_message_to": [target]}


def copies(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """5.3: more recipients, by name or by who is somebody's manager."""
    someone = [source.choice([*_people(snapshot), "archive@partner.example"])]
    actions: list[Tenant] = [
        {"copy_to": someone},
        {"add_to_recipients": someone},
        {"add_manager_as_recipient_type": source.choice(["Cc", "Redirect"])},
    ]
    _one(_foreign(snapshot), source)["actions"].update(source.choice(actions))


def demands_tls(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """5.6: a rule that demands encryption on the way out."""
    _one(_foreign(snapshot), source)["actions"]["route_message_outbound_require_tls"] = True


def outbound_state(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """6.1, 6.6: an outbound connector that is in test mode, demands DANE, or of which something is not known."""
    settings: list[Tenant] = [
        {"test_mode": source.choice([True, None])},
        {"is_transport_rule_scoped": None},
        {"smtp_dane_mode": "Mandatory"},
        {"route_all_messages_via_on_premises": None},
    ]
    _one(snapshot[OUT], source).update(source.choice(settings))


def all_accepted(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """6.4: a connector for all accepted domains."""
    rows = [row for row in snapshot[OUT] if not row["is_transport_rule_scoped"]]
    _one(rows, source)["all_accepted_domains"] = True


def header_of_ours(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """6.5, 7.9: the header of a protect rule names another mode or portal, or is not set."""
    actions = _one(_named(snapshot[RULES], "Avanan - Protect"), source)["actions"]
    actions["set_header_value"] = source.choice(
        ["customer-x,office365_emails,monitor", "customer-y,office365_emails,inline", "customer-x,inline"]
    )


def second_portal(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """7.5: another portal with everything that belongs to it, given or not."""
    returns = source.choice(_OTHER_RETURNS)
    ours = _one(_named(snapshot[RULES], "Avanan - Protect"), source)
    connector = _one(_named(snapshot[OUT], "Avanan Outbound"), source)
    if "name" not in ours or "name" not in connector:
        return
    host = "customer-y-host.avanan.net"
    snapshot[OUT].append({**connector, "name": "Other Outbound", "smart_hosts": [host]})
    people = [source.choice(_people(snapshot))]
    rule = {
        **ours,
        "name": "Other - Protect",
        "conditions": {
            "from_scope": "NotInOrganization",
            "sent_to_scope": "InOrganization",
            "sent_to": people,
        },
        "exceptions": {"sender_ip_ranges": source.choice([returns, [*returns, *known["loop_guard"]]])},
        "actions": {
            **ours["actions"],
            "route_message_outbound_connector": "Other Outbound",
            "set_header_value": "customer-y,office365_emails,inline",
        },
    }
    snapshot[RULES].insert(source.randrange(2), rule)
    if source.randrange(3):
        known["other_portals"] = [
            {
                "portal": "customer-y",
                "smart_hosts": [host],
                "dlp_smart_hosts": ["customer-y-dlp.avanan.net"],
                "return_addresses": list(returns),
                "dlp_addresses": [],
            }
        ]


def hop_by_address(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """7.6: a foreign hop that is given by its address, and paired by it."""
    rows = [row for row in snapshot[OUT] if not row["name"].startswith("Avanan") and row["smart_hosts"]]
    _one(rows, source)["smart_hosts"] = ["[198.51.100.9]"]


def allowed_sender_forwards(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """9.15: a mailbox that forwards, and a rule that looks at the envelope."""
    people = [row for row in snapshot["recipients"].values() if row["kind"] == "individual"]
    _one(people, source)["external"] = "me@elsewhere.example"
    rule = _one(_foreign(snapshot), source)
    rule["sender_address_location"] = source.choice(["Envelope", "HeaderOrEnvelope"])
    rule["conditions"]["sender_domain_is"] = [source.choice(["contoso.example", "outside.invalid"])]


def contact(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """1.2: a contact or a guest whom a rule names, or who is in a group."""
    address = "friend@partner.example"
    person = {"address": address, "addresses": [address], "members": None, "external": address}
    snapshot["recipients"][address] = {**person, "kind": source.choice(["contact", "contact", "individual"])}
    groups = [row for row in snapshot["recipients"].values() if row.get("members")]
    if groups and source.random() < 0.3:
        _one(groups, source)["members"].append(address)
    rule = _one(_foreign(snapshot), source)
    part, name = source.choice(
        [
            ("conditions", "from"),
            ("conditions", "sent_to"),
            ("actions", "redirect_message_to"),
            ("actions", "copy_to"),
        ]
    )
    rule[part][name] = [address]


def forwards_inside(snapshot: Tenant, known: Tenant, source: random.Random) -> None:
    """9: a mailbox that sends its mail on to another one, whether rules name it or not."""
    people = [row for row in snapshot["recipients"].values() if row["kind"] == "individual"]
    _one(people, source)["external"] = _one(people, source).get("address", "")


RARITIES: dict[Rarity, int] = {
    full_certificate_name: 3,
    unknown_restriction: 4,
    own_inbound: 8,
    both_lists: 2,
    dates: 6,
    other_predicates: 12,
    stamped_header: 6,
    redirect_inside: 8,
    copies: 8,
    demands_tls: 2,
    outbound_state: 6,
    all_accepted: 4,
    header_of_ours: 5,
    second_portal: 8,
    hop_by_address: 4,
    allowed_sender_forwards: 5,
    contact: 8,
    forwards_inside: 4,
}
"""How many of a hundred tenants have each of them."""
