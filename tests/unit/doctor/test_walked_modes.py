# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The effective mode comes from walking mail; what cannot be walked, or not be understood, is not proved."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._doctor.effective_mode import (
    Exchanger,
    MxAnswer,
)

from tests.unit.doctor.tenants import (
    GUARD,
    INCOMING,
    INTEGRATION,
    PROTECT,
    RETURN,
    Edit,
    Facts,
    all_of,
    examined,
    group,
    healthy,
    inbound,
    mailbox,
    outbound,
    rule,
)

ANNA, BERND, PILOT, INNER = (f"{name}@contoso.example" for name in ("anna", "bernd", "pilot", "inner"))
EUROPE = ["52.212.19.177", "3.252.108.160/28"]


def _protect(section: str = "", **settings: Any) -> Edit:
    def edit(facts: Facts) -> None:
        first = facts["snapshot"]["mail_flow_rules"][0]
        (first[section] if section else first).update(settings)

    return edit


def _change(topic: str, **settings: Any) -> Edit:
    return lambda facts: facts["snapshot"][topic][0].update(settings)


def _above(item: dict[str, Any]) -> Edit:
    return lambda facts: facts["snapshot"]["mail_flow_rules"].insert(0, item)


def _members(*members: str) -> Edit:
    def edit(facts: Facts) -> None:
        _protect("conditions", sent_to_member_of=[PILOT])(facts)
        facts["recipients"][PILOT] = group(PILOT, list(members))

    return edit


def _dynamic(facts: Facts) -> None:
    _members()(facts)
    facts["recipients"][PILOT]["members"] = None


def _nested(facts: Facts) -> None:
    """Whether rules look into groups of groups is not documented."""
    _members(INNER)(facts)
    facts["recipients"][INNER] = group(INNER, [ANNA])


def _below(item: dict[str, Any]) -> Edit:
    return lambda facts: facts["snapshot"]["mail_flow_rules"].append(item)


def _other_portal(facts: Facts) -> None:
    """Its rule excepts its own region, and ours excepts ours."""
    facts["snapshot"]["outbound_connectors"].append(
        outbound("Other Outbound", smart_hosts=["customer-y-host.avanan.net"])
    )
    facts["snapshot"]["inbound_connectors"].append(inbound("Other Inbound", sender_ip_addresses=EUROPE))
    actions = {
        "route_message_outbound_connector": "Other Outbound",
        "set_header_name": "X-CLOUD-SEC-AV-Info",
        "set_header_value": "customer-y,office365_emails,inline",
        "stop_rule_processing": True,
    }
    _below(
        rule(
            "Other - Protect",
            conditions=dict(INCOMING),
            exceptions={"sender_ip_ranges": EUROPE},
            actions=actions,
        )
    )(facts)


def _tenant(edit: Edit) -> Facts:
    facts = healthy()
    facts["recipients"] = {address: mailbox(address) for address in (ANNA, BERND)}
    edit(facts)
    return facts


def _second(**scope: Any) -> dict[str, Any]:
    """One more rule of the same portal."""
    return {**PROTECT, "name": "Avanan - Protect Outgoing", "conditions": {**INCOMING, **scope}}


# What is built, and the effective mode that it has.
MODES: dict[str, tuple[Edit, str]] = {
    "nothing special": (lambda facts: None, "inline"),
    "a sound pilot": (_members(ANNA), "as_scoped"),
    "a person and a group without her": (
        all_of(_members(BERND), _protect("conditions", sent_to=[ANNA])),
        "monitored",
    ),
    "a header that says monitor": (
        _protect("actions", set_header_value="customer-x,office365_emails,monitor"),
        "monitored",
    ),
    "a rule that acts in years": (_protect(activation_date="2031-01-01T00:00:00Z"), "monitored"),
    "a group without members": (_members(), "monitored"),
    "a dynamic group": (_dynamic, "not_proved"),
    "a dynamic group, and a person by a rule of her own": (
        all_of(_dynamic, _above(_second(sent_to=[ANNA]))),
        "not_proved",
    ),
    "a group within a group": (_nested, "not_proved"),
    "a certificate that the host has not": (
        _change(
            "outbound_connectors", tls_settings="DomainValidation", tls_domain="*.checkpointcloudsec.com"
        ),
        "held_up",
    ),
    "the host of another portal": (
        _change("outbound_connectors", smart_hosts=["customer-z-host.avanan.net"]),
        "lost",
    ),
    "exceptions that lack an address": (_protect("exceptions", sender_ip_ranges=RETURN[:1]), "loop"),
    "an inbound connector that locks down": (
        _change("inbound_connectors", restrict_domains_to_ip_addresses=True),
        "lost",
    ),
    "a rule above that deletes everything": (
        _above(rule("Delete", conditions=dict(INCOMING), actions={"delete_message": True})),
        "not_proved",
    ),
    "a rule below that quarantines everything": (
        all_of(
            lambda facts: facts["snapshot"]["mail_flow_rules"][0]["actions"].pop("stop_rule_processing"),
            _below(rule("Quarantine", conditions=dict(INCOMING), actions={"quarantine": True})),
        ),
        "not_proved",
    ),
    "a way back in for some senders": (
        _change("inbound_connectors", sender_domains=["partner.example"]),
        "not_proved",
    ),
    "no way back in": (lambda facts: facts["snapshot"]["inbound_connectors"].clear(), "not_proved"),
    "a rule above for some senders": (
        _above(
            rule(
                "Some", conditions={"sender_domain_is": ["a.example"]}, actions={"stop_rule_processing": True}
            )
        ),
        "with_gaps",
    ),
    "a rule above on words": (
        _above(
            rule(
                "Words",
                conditions={"subject_or_body_contains_words": ["x"]},
                actions={"stop_rule_processing": True},
            )
        ),
        "with_gaps",
    ),
    "a redirect to somebody of the scope": (
        all_of(
            _members(ANNA),
            _below(rule("Desk", conditions={"sent_to": [BERND]}, actions={"redirect_message_to": [ANNA]})),
        ),
        "with_gaps",
    ),
    "an older rule below that excepts one address": (
        _below(
            {
                **PROTECT,
                "name": "Mail security",
                "conditions": dict(INCOMING),
                "exceptions": {"sender_ip_ranges": RETURN[:1]},
            }
        ),
        "loop",
    ),
    "a second portal for the same people, of which nothing is known": (_other_portal, "not_proved"),
    "a gateway that keeps everybody else out, and is excepted": (
        all_of(
            _protect("exceptions", sender_ip_ranges=[*INTEGRATION["loop_guard"], "203.0.113.0/24"]),
            lambda facts: facts["snapshot"]["inbound_connectors"].append(
                inbound(
                    "Gateway",
                    sender_ip_addresses=["203.0.113.0/24", *RETURN],
                    restrict_domains_to_ip_addresses=True,
                )
            ),
        ),
        "monitored",
    ),
    "a rule above for a gateway's mail": (
        _above(
            rule(
                "VIP",
                conditions={"from_address_contains_words": ["ceo"]},
                actions={"stop_rule_processing": True},
            )
        ),
        "with_gaps",
    ),
    "a header that a rule below takes away": (
        all_of(
            lambda facts: facts["snapshot"]["mail_flow_rules"][0]["actions"].pop("stop_rule_processing"),
            _below(rule("Strip", actions={"remove_header": "X-CLOUD-SEC-AV-Info"})),
        ),
        "monitored",
    ),
    "switched off": (_protect(enabled=False), "monitored"),
    "nothing of the vendor": (
        all_of(
            lambda facts: facts["snapshot"]["mail_flow_rules"].clear(),
            lambda facts: facts["snapshot"]["journal_rules"].clear(),
        ),
        "none",
    ),
}


@pytest.mark.parametrize("case", MODES)
def test_the_effective_mode_is_that_of_walked_mail(case: str) -> None:
    edit, mode = MODES[case]
    found = examined(_tenant(edit))
    (domain,) = found["domains"]
    assert domain["protection"] == mode
    assert mode in ("inline", "as_scoped") or ": " in domain["mode"]
    assert {row["protection"] for row in found["scope"]} <= {"inline", "partly", mode}


_OTHER = {
    "portal": "customer-y",
    "smart_hosts": ["customer-y-host.avanan.net"],
    "dlp_smart_hosts": ["customer-y-dlp.avanan.net"],
    "return_addresses": EUROPE,
    "dlp_addresses": ["52.17.62.50"],
    "addresses_complete": True,
}
_BOTH = {**INTEGRATION, "mail_flow": {**INTEGRATION["mail_flow"], "other_portals": [_OTHER]}}


def test_two_portals_for_the_same_people_in_two_regions_are_a_loop() -> None:
    (domain,) = examined(_tenant(_other_portal), integration=_BOTH)["domains"]
    assert domain["protection"] == "loop"


def test_the_addresses_of_a_further_portal_are_excepted_on_purpose() -> None:
    facts = _tenant(_other_portal)
    for one in facts["snapshot"]["mail_flow_rules"]:
        one["exceptions"]["sender_ip_ranges"] = [*GUARD, *EUROPE]
    found = examined(facts, integration=_BOTH)
    assert found["domains"][0]["protection"] == "inline"
    told = {item["id"] for item in found["findings"]}
    assert not told & {"uninspected-addresses", "uninspected-mail", "loop-guard-incomplete"}
    assert "uninspected-addresses" in {item["id"] for item in examined(facts)["findings"]}


# Incoming mail passes uninspected then: whether copies of it come to the vendor.
_OFF = _protect(enabled=False)
MONITORED: dict[str, tuple[Edit, str]] = {
    "journal rules were not read": (lambda facts: facts["snapshot"].pop("journal_rules"), "not_proved"),
    "journaling of one person": (_change("journal_rules", recipient=ANNA), "not_proved"),
    "journaling of internal mail": (_change("journal_rules", scope="Internal"), "none"),
    "journaling that is off": (_change("journal_rules", enabled=False), "none"),
    "reports through somebody else": (
        lambda facts: facts["snapshot"]["outbound_connectors"].append(
            outbound(
                "Out", smart_hosts=["gw.example"], recipient_domains=["*"], is_transport_rule_scoped=False
            )
        ),
        "not_proved",
    ),
}


@pytest.mark.parametrize("case", MONITORED)
def test_what_is_not_inspected_is_monitored_only_if_its_reports_arrive(case: str) -> None:
    edit, mode = MONITORED[case]
    (domain,) = examined(_tenant(all_of(_OFF, edit)))["domains"]
    assert domain["protection"] == mode


def _odd(topic: str, place: int, setting: str) -> Edit:
    def edit(facts: Facts) -> None:
        rows: list[dict[str, str]] = [{} for _row in facts["snapshot"][topic]]
        rows[place][setting] = '"Odd"'
        facts["odd"] = {topic: rows}

    return edit


UNPROVED: dict[str, tuple[Edit, str]] = {
    "an odd condition": (_odd("mail_flow_rules", 0, "conditions.from_scope"), "conditions.from_scope of"),
    "an odd place": (_odd("mail_flow_rules", 0, "priority"), "priority of mail-flow rule"),
    "an odd name": (_odd("mail_flow_rules", 0, "name"), "name of mail-flow rule"),
    "an odd switch": (_odd("inbound_connectors", 0, "restrict_domains_to_ip_addresses"), "restrict_domains"),
    "an odd host": (_odd("outbound_connectors", 0, "smart_hosts"), "smart_hosts of"),
    "rules that were not read": (
        lambda facts: facts["snapshot"].pop("mail_flow_rules"),
        "the mail-flow rules could not be read",
    ),
    "connectors that were not read": (
        lambda facts: facts["snapshot"].pop("inbound_connectors"),
        "the inbound connectors could not be read",
    ),
    "a rule that does more than is read": (
        lambda facts: facts.update(notes={"mail_flow_rules": {"Avanan - Protect": {"supported": False}}}),
        'the rule "Avanan - Protect" does need not be what is read of it',
    ),
    "a rule of which something odd is noted": (
        lambda facts: facts.update(notes={"mail_flow_rules": {"Avanan - Protect": {"manually_modified": 3}}}),
        'the rule "Avanan - Protect" does need not be what is read of it',
    ),
}


@pytest.mark.parametrize("case", UNPROVED)
def test_what_cannot_be_walked_is_not_proved(case: str) -> None:
    edit, why = UNPROVED[case]
    found = examined(_tenant(edit))
    (domain,) = found["domains"]
    assert domain["protection"] == found["everybody"]["protection"] == "not_proved"
    assert why in domain["mode"]
    assert domain["mode"].startswith("not proved: ")
    assert found["scope"] == []


def test_what_is_not_proved_is_told_once() -> None:
    found = [item["id"] for item in examined(_tenant(_nested))["findings"]]
    assert found == ["uninspected-mail"]


def test_without_the_portal_nothing_is_proved() -> None:
    found = examined(healthy(), integration={})
    assert {domain["protection"] for domain in found["domains"]} == {"not_proved"}
    assert "portal_name was not given" in found["domains"][0]["mode"]


def test_a_setting_that_no_walk_asks_for_proves_as_much_when_it_is_odd() -> None:
    (domain,) = examined(_tenant(_odd("mail_flow_rules", 0, "comments")))["domains"]
    assert domain["protection"] == "inline"


def test_entries_of_the_scope_and_everybody() -> None:
    found = examined(_tenant(all_of(_members(ANNA), _protect("conditions", from_scope="NotInOrganization"))))
    assert [(row["entry"], row["mode"]) for row in found["scope"]] == [(f"group {PILOT}", "inline")]
    assert found["everybody"] == {
        "mode": "inline for those in the scope; all others are monitored",
        "protection": "as_scoped",
    }


# ------------------------------------------------------------------------------------------- with what DNS says

GATEWAY = [Exchanger("mx.gateway.example", ["198.51.100.9", "198.51.100.10"])]


def _except(*addresses: str) -> Edit:
    return _protect("exceptions", sender_ip_ranges=[*INTEGRATION["loop_guard"], *addresses])


@pytest.mark.parametrize(
    ("edit", "answer", "mode"),
    [
        (_except("198.51.100.0/24"), MxAnswer(GATEWAY), "monitored_only"),
        (_except("198.51.100.9"), MxAnswer(GATEWAY), "not_proved"),
        (_except("203.0.113.7"), MxAnswer(GATEWAY), "not_proved"),
        (lambda facts: None, MxAnswer(GATEWAY), "inline"),
        (_except("198.51.100.9"), MxAnswer(problem="timeout"), "not_proved"),
        (lambda facts: None, MxAnswer(problem="timeout"), "inline"),
        (lambda facts: None, MxAnswer(fallback=["192.0.2.80"]), "not_proved"),
    ],
)
def test_a_gateway_in_front_never_makes_it_better(edit: Edit, answer: MxAnswer, mode: str) -> None:
    (domain,) = examined(_tenant(edit), {"contoso.example": answer})["domains"]
    assert domain["protection"] == mode


def test_a_second_rule_without_the_exception_inspects_what_the_first_lets_pass() -> None:
    """Two rules for one scope, of which one excepts the gateway."""
    facts = _tenant(_except("198.51.100.0/24"))
    second = rule(
        "Avanan - Protect Outgoing",
        conditions=dict(INCOMING),
        exceptions={"sender_ip_ranges": list(INTEGRATION["loop_guard"])},
        actions=dict(facts["snapshot"]["mail_flow_rules"][0]["actions"]),
    )
    facts["snapshot"]["mail_flow_rules"].append(second)
    (domain,) = examined(facts, {"contoso.example": MxAnswer(GATEWAY)})["domains"]
    assert domain["protection"] == "inline"


def test_the_connector_of_a_gateway_tells_from_where_it_sends() -> None:
    facts = _tenant(_except("203.0.113.0/24"))
    facts["snapshot"]["inbound_connectors"].append(inbound("Gateway", sender_ip_addresses=["203.0.113.0/24"]))
    (domain,) = examined(facts, {"contoso.example": MxAnswer(GATEWAY)})["domains"]
    assert domain["protection"] == "monitored_only"
