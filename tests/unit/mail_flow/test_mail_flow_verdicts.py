# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants with a verdict that is known: what the roles write, every defect by itself, and products of others."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow import (
    classes as classes_of_messages,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import refusing
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.mail_flow.mail_flow_samples import (
    IN,
    INCOMING,
    OUT,
    OUTGOING,
    PROTECT,
    SCOPE,
    Change,
    Plain,
    blocking,
    changed,
    classes,
    first,
    full,
    group,
    inbound,
    knows,
    last,
    less,
    mailbox,
    monitored,
    more,
    named,
    noted,
    outbound,
    rule,
    small,
    verdict,
)

RULES, INBOUND, OUTBOUND = "mail_flow_rules", "inbound_connectors", "outbound_connectors"
REJECT = {"reject_message_reason_text": "no"}
OUTSIDE = {"from_scope": "NotInOrganization"}
_CONDITIONS = full()[RULES][0]["conditions"]


def _exceptions(*addresses: str) -> Change:
    return named(RULES, PROTECT, exceptions={"sender_ip_ranges": list(addresses)})


def _conditions(**conditions: Any) -> Change:
    return named(RULES, PROTECT, conditions=conditions)


def _gateway(**settings: Any) -> Change:
    return more(INBOUND, inbound("Gateway in", sender_ip_addresses=["198.51.100.0/24"], **settings))


def _add_route(**settings: Any) -> tuple[Change, ...]:
    """A foreign rule with a connector of its own."""
    conditions = {"from_scope": "InOrganization"}
    taken = {"conditions": conditions, **settings}
    actions = {"route_message_outbound_connector": "Gateway out", "stop_rule_processing": True}
    return (last(rule(**{"actions": actions, **taken})), more(OUTBOUND, outbound()))


def _rejects_direct_send(tenant: Plain) -> None:
    tenant["organization_config"]["reject_direct_send"] = True


# Protect Internal takes mail, and its way back is named by no connector any more.
_UNSPOKEN = (
    _rejects_direct_send,
    named(INBOUND, "Avanan DLP Inbound", sender_ip_addresses=["198.51.100.9"]),
    less(RULES, OUT),
)
_FORWARDER = mailbox("user02@contoso.example", external="me@elsewhere.example")


def _domain(number: int, **settings: Any) -> Change:
    return lambda tenant: tenant["accepted_domains"][number].update(settings)


def _through(*numbers: int) -> tuple[Change, ...]:
    """Products that each take a message to the inside once, one after the other."""
    found: list[Change] = []
    for number in numbers:
        name, address = f"Product {number}", f"198.51.100.{number}"
        others = [f"198.51.100.{other}" for other in numbers if other <= number]
        actions = {"route_message_outbound_connector": name, "stop_rule_processing": True}
        taken = rule(
            name,
            conditions={"sent_to": ["user04@contoso.example"], "sent_to_scope": "InOrganization"},
            exceptions={"sender_ip_ranges": [*others, *OUTGOING, *INCOMING]},
            actions=actions,
        )
        found += [
            first(taken),
            more(OUTBOUND, outbound(name, smart_hosts=[address])),
            more(INBOUND, inbound(f"From {number}", sender_ip_addresses=[address])),
        ]
    return tuple(found)


LOCK: Plain = {"restrict_domains_to_ip_addresses": True}
_ELSEWHERE = mailbox("counsel@lawyers.example", external="counsel@lawyers.example")
SAFE: dict[str, tuple[Change, ...]] = {
    "all that the roles write": (),
    "a foreign rule that holds the same mail as before": (
        last(rule(conditions={"sender_domain_is": ["spam.example"], **OUTSIDE}, actions=REJECT)),
    ),
    "a rule on content above": (
        first(rule(conditions={"subject_contains_words": ["x"]}, actions={"quarantine": True})),
    ),
    "no inbound connector of the vendor": (less(INBOUND, "Avanan Inbound"),),
    "members unknown": (knows(group(SCOPE, None)),),
    "a group that does not exist": (knows({**group(SCOPE, None), "kind": "missing"}),),
    "a gateway without lock-down": (_gateway(),),
    "a gateway that locks and knows the vendor": (
        more(INBOUND, inbound(sender_ip_addresses=["198.51.100.0/24", *INCOMING, *OUTGOING], **LOCK)),
    ),
    "a contact outside": (knows(_ELSEWHERE),),
    "mail to the outside through a smart host": (
        more(OUTBOUND, outbound(recipient_domains=["*"], is_transport_rule_scoped=False)),
    ),
    "an archive that does not give back": (
        *_add_route(conditions={"from_scope": "InOrganization", "sent_to_scope": "NotInOrganization"}),
    ),
    "enhanced filtering elsewhere": (
        more(INBOUND, inbound("Other", sender_ip_addresses=["198.51.100.9"], ef_skip_last_ip=True)),
    ),
    "Direct Send rejected": (_rejects_direct_send,),
    "Direct Send rejected, not known": (lambda tenant: tenant.update(organization_config=None),),
    "not rejected": (*_UNSPOKEN[1:],),
    "a domain that may not send": (_domain(1, sending_from_domain_disabled=True),),
    "a forward that is rewritten from somebody whose mail is not inspected": (
        knows(mailbox("user03@contoso.example", external="me@elsewhere.example")),
    ),
    "two products one after the other": (*_through(1, 2),),
    "a hybrid connector": (
        more(
            INBOUND,
            inbound(
                "Hybrid", connector_type="OnPremises", tls_sender_certificate_name="mail.contoso.example"
            ),
        ),
    ),
}
# Findings of section 10 that keep a tenant from being safe: its id, the verdict, and how the tenant differs.
UNSAFE: dict[str, tuple[str, str, tuple[Change, ...]]] = {
    "no exception": ("loop", "loop-exception-missing", (_exceptions(),)),
    "half of the addresses": ("loop", "loop-exception-missing", (_exceptions(*INCOMING[:2], *OUTGOING),)),
    "half of a block": (
        "loop",
        "loop-exception-missing",
        (_exceptions(INCOMING[0], "44.211.178.96/29", INCOMING[2]),),
    ),
    "wrong region": ("loop", "loop-exception-missing", (_exceptions("52.212.19.177", "3.252.108.160/28"),)),
    "no exception, content decides above": (
        "loop",
        "loop-exception-missing",
        (_exceptions(), first(rule(conditions={"attachment_size_over": "10MB"}, actions=REJECT))),
    ),
    "internal without exception": (
        "loop",
        "loop-exception-missing",
        (named(RULES, IN, exceptions={}, conditions={"sent_to_scope": "InOrganization"}),),
    ),
    "addresses as condition": (
        "loop",
        "reversed-predicate",
        (named(RULES, PROTECT, exceptions={}, conditions={**_CONDITIONS, "sender_ip_ranges": INCOMING}),),
    ),
    "enhanced filtering": (
        "not_proved",
        "enhanced-filtering",
        (named(INBOUND, "Avanan Inbound", ef_skip_last_ip=True),),
    ),
    "enhanced filtering of one address": (
        "not_proved",
        "enhanced-filtering",
        (named(INBOUND, "Avanan Inbound", ef_skip_ips=[INCOMING[0]]),),
    ),
    "two portals": (
        "loop",
        "two-portals",
        (
            first(
                rule(
                    "Other portal",
                    conditions={**OUTSIDE, "sent_to_scope": "InOrganization"},
                    actions={"route_message_outbound_connector": "Other", "stop_rule_processing": True},
                )
            ),
            more(OUTBOUND, outbound("Other", smart_hosts=["customer-y-host.avanan.net"])),
        ),
    ),
    "lock-down of a former gateway": ("lost", "return-rejected-by-lock-down", (_gateway(**LOCK),)),
    "lock-down of one partner": (
        "lost",
        "return-rejected-by-lock-down",
        (
            more(
                INBOUND,
                inbound(sender_domains=["partner.example"], sender_ip_addresses=["198.51.100.7"], **LOCK),
            ),
        ),
    ),
    "lock-down by a certificate": (
        "not_proved",
        "return-rejected-by-lock-down",
        (
            more(
                INBOUND,
                inbound(
                    tls_sender_certificate_name="*.pphosted.example", restrict_domains_to_certificate=True
                ),
            ),
        ),
    ),
    "lock-down of the vendor's connector": (
        "lost",
        "vendor-lock-down",
        (named(INBOUND, "Avanan Inbound", **LOCK),),
    ),
    "two lock-downs": (
        "not_proved",
        "return-lock-down-unclear",
        (
            _gateway(**LOCK),
            more(
                INBOUND,
                inbound("Second", sender_ip_addresses=["198.51.100.0/24", *INCOMING, *OUTGOING], **LOCK),
            ),
        ),
    ),
    "blocked address": (
        "lost",
        "vendor-address-blocked",
        (lambda tenant: tenant["connection_filter"].update(ip_block_list=INCOMING[:1], ip_allow_list=[]),),
    ),
    "outgoing mail cannot come back": (
        "lost",
        "dlp-return-not-relayed",
        (named(INBOUND, "Avanan DLP Inbound", enabled=False),),
    ),
    "outgoing mail comes back as a partner's": (
        "lost",
        "dlp-return-not-relayed",
        (named(INBOUND, "Avanan DLP Inbound", connector_type="Partner"),),
    ),
    "Direct Send rejected, and nothing speaks for internal mail": (
        "lost",
        "direct-send-rejected",
        _UNSPOKEN,
    ),
    "Direct Send rejected, and a connector speaks for internal mail without restricting": (
        "not_proved",
        "direct-send-unclear",
        (*_UNSPOKEN, more(INBOUND, inbound("Named", sender_ip_addresses=list(OUTGOING)))),
    ),
    "whether Direct Send is rejected is not known": (
        "not_proved",
        "direct-send-unclear",
        (*_UNSPOKEN[1:], lambda tenant: tenant.update(organization_config=None)),
    ),
    "mail to a domain is switched off": (
        "not_proved",
        "domain-sending-disabled",
        (_domain(0, sending_to_domain_disabled=True),),
    ),
    "more entries than were seen to succeed": ("not_proved", "entry-limit", (*_through(1, 2, 3),)),
    "no connector": ("lost", "connector-missing", (less(OUTBOUND, "Avanan Outbound"),)),
    "connector off": ("lost", "connector-disabled", (named(OUTBOUND, "Avanan Outbound", enabled=False),)),
    "connector not for rules": (
        "not_proved",
        "connector-not-rule-scoped",
        (
            named(
                OUTBOUND, "Avanan Outbound", is_transport_rule_scoped=False, recipient_domains=["x.example"]
            ),
        ),
    ),
    "connector in test mode": (
        "not_proved",
        "connector-not-rule-scoped",
        (named(OUTBOUND, "Avanan Outbound", test_mode=True),),
    ),
    "another certificate": (
        "lost",
        "tls-name-mismatch",
        (named(OUTBOUND, "Avanan Outbound", tls_settings="DomainValidation", tls_domain="mail.example"),),
    ),
    "foreign rule rejects all but the gateway": (
        "lost",
        "foreign-rule-stops-return",
        (
            _gateway(**LOCK),
            named(INBOUND, "Gateway in", restrict_domains_to_ip_addresses=False, sender_domains=["*"]),
            last(
                rule(conditions=OUTSIDE, exceptions={"sender_ip_ranges": ["198.51.100.0/24"]}, actions=REJECT)
            ),
        ),
    ),
    "foreign rule deletes what the vendor returns": (
        "lost",
        "foreign-rule-stops-return",
        (last(rule(conditions={"sender_ip_ranges": ["44.0.0.0/8"]}, actions={"delete_message": True})),),
    ),
    "foreign rule holds what carries our header": (
        "lost",
        "foreign-rule-stops-return",
        (
            last(
                rule(
                    conditions={
                        "header_matches_message_header": "X-CLOUD-SEC-AV-Info",
                        "header_matches_patterns": ["inline"],
                    },
                    actions={"quarantine": True},
                )
            ),
        ),
    ),
    "foreign rule loops": (
        "loop",
        "foreign-loop",
        (
            *_add_route(conditions={"sent_to_scope": "InOrganization"}),
            more(INBOUND, inbound(tls_sender_certificate_name="mail.gateway.example")),
        ),
    ),
    "foreign product without known mark": (
        "not_proved",
        "foreign-loop-possible",
        (
            *_add_route(
                conditions={"sent_to_scope": "InOrganization"},
                exceptions={"header_contains_message_header": "X-Seen", "header_contains_words": ["yes"]},
            ),
            more(INBOUND, inbound(tls_sender_certificate_name="mail.gateway.example")),
        ),
    ),
    "foreign product from nowhere": (
        "not_proved",
        "foreign-hop-unpaired",
        (*_add_route(conditions={"sent_to_scope": "InOrganization"}),),
    ),
    "centralised mail flow": (
        "not_proved",
        "centralised-mail-flow",
        (
            more(
                OUTBOUND,
                outbound(
                    connector_type="OnPremises",
                    recipient_domains=["*"],
                    is_transport_rule_scoped=False,
                    route_all_messages_via_on_premises=True,
                ),
            ),
        ),
    ),
    "a recipient that nobody may look up": (
        "not_proved",
        "recipient-unknown",
        (_conditions(**OUTSIDE, sent_to=["user09@contoso.example"]),),
    ),
    "unknown predicate lets the rule take it again": (
        "not_proved",
        "loop-exception-missing",
        (named(RULES, PROTECT, exceptions={"subject_contains_words": ["seen"]}),),
    ),
}


@pytest.mark.parametrize("case", SAFE, ids=list(SAFE))
def test_safe(case: str) -> None:
    result = verdict(changed(*SAFE[case]))
    assert (result["verdict"], blocking(result)) == ("safe", [])


@pytest.mark.parametrize("case", UNSAFE, ids=list(UNSAFE))
def test_not_safe(case: str) -> None:
    wanted, finding, changes = UNSAFE[case]
    result = verdict(changed(*changes))
    assert result["verdict"] == wanted, json.dumps(result["findings"], indent=1)
    worst = [item for item in result["classes"] if item["verdict"] == wanted]
    assert finding in {item["finding"] for item in worst}
    for item in worst:
        assert item["cause"].endswith(".")
        assert item["path"]


@pytest.mark.parametrize(
    ("finding", "changes"),
    [
        ("return-not-recognized", (less(INBOUND, "Avanan Inbound"),)),
        (
            "foreign-rule-stops-before",
            (
                first(
                    rule(
                        conditions={"sender_domain_is": ["partner.example"]},
                        actions={"stop_rule_processing": True},
                    )
                ),
            ),
        ),
        (
            "foreign-rule-reroutes",
            (
                first(rule(conditions=OUTSIDE, actions={"route_message_outbound_connector": "Gateway out"})),
                more(OUTBOUND, outbound()),
            ),
        ),
        (
            "gateway-exempted-monitor-only",
            (_gateway(**LOCK), _exceptions(*INCOMING, *OUTGOING, "198.51.100.0/24")),
        ),
        ("scope-intersection", (_conditions(**_CONDITIONS, sent_to=["user01@contoso.example"]),)),
        ("scope-group-missing", (knows({**group(SCOPE, None), "kind": "missing"}),)),
        ("scope-group-unknown", (knows(group(SCOPE, None)),)),
        (
            "alias-outside-scope",
            (
                named(
                    RULES,
                    PROTECT,
                    recipient_address_type="Original",
                    conditions={**OUTSIDE, "recipient_domain_is": ["contoso.example"]},
                ),
            ),
        ),
        (
            "journal-undeliverable-recipient",
            (lambda tenant: tenant["transport_config"].update(journaling_report_ndr_to=""),),
        ),
        ("shared-address-attribution", (named(INBOUND, "Avanan Inbound", connector_type="OnPremises"),)),
        (
            "null-sender-return",
            (
                named(
                    RULES,
                    OUT,
                    sender_address_location="Header",
                    conditions={"sent_to_scope": "NotInOrganization"},
                ),
            ),
        ),
        ("direct-send-would-reject", (*_UNSPOKEN[1:],)),
        ("shared-address-onpremises", ()),
        ("audit-mode", (named(RULES, PROTECT, mode="Audit"),)),
        ("not-yet-active", (named(RULES, PROTECT, activation_date="2030-01-01T00:00:00Z"),)),
        ("own-rule-ends", ()),
        (
            "journal-undeliverable-recipient",
            (lambda tenant: tenant["transport_config"].update(journaling_report_ndr_to="x@contoso.example"),),
        ),
    ],
)
def test_notes(finding: str, changes: tuple[Change, ...]) -> None:
    result = verdict(changed(*changes))
    assert finding in noted(result)


@pytest.mark.parametrize(
    "settings",
    [
        {"connector_type": "OnPremises"},
        {"connector_type": "OnPremises", "sender_rewriting_enabled": True},
        {"connector_type": "Partner"},
    ],
)
def test_a_forward_may_leave_with_its_first_sender(settings: Plain) -> None:
    conditions = {"from_scope": "InOrganization", "sent_to_scope": "NotInOrganization"}
    result = verdict(
        changed(
            knows(_FORWARDER, group(SCOPE, ["user02@contoso.example"])),
            named(RULES, OUT, conditions=conditions),
            named(OUTBOUND, "Avanan DLP Outbound", **settings),
        )
    )
    found = classes(result)["auto-forward"]
    assert (found["verdict"], found["finding"]) == ("not_proved", "forward-sender-lost")


def test_a_forward_is_not_concerned_by_a_rule_for_the_header() -> None:
    """Who it is from says the header, which names somebody outside."""
    result = verdict(changed(knows(_FORWARDER, group(SCOPE, ["user02@contoso.example"]))))
    assert classes(result)["auto-forward"]["verdict"] == "safe"


def test_before_the_switch() -> None:
    for tenant in (small(), monitored()):
        result = verdict(tenant)
        assert (result["verdict"], blocking(result)) == ("safe", [])
        assert classes(result)["returned"]["ends"][0]["end"] == "delivered"
    empty = {**small(), RULES: [], INBOUND: [], OUTBOUND: [], "recipients": {}}
    assert verdict(empty)["verdict"] == "safe"


def test_the_return_path_is_proved_before_the_switch() -> None:
    result = verdict(changed(_gateway(**LOCK), base=monitored))
    assert classes(result)["returned"]["finding"] == "return-rejected-by-lock-down"


@pytest.mark.parametrize("topic", [RULES, INBOUND, OUTBOUND, "accepted_domains"])
def test_what_is_not_read_proves_nothing(topic: str) -> None:
    assert verdict({**full(), topic: None})["verdict"] == "not_proved"


@pytest.mark.parametrize(
    ("topic", "name", "setting"),
    [
        (RULES, PROTECT, "mode"),
        (INBOUND, "Avanan Inbound", "ef_skip_last_ip"),
        (OUTBOUND, "Avanan Outbound", "enabled"),
        (OUTBOUND, "Avanan Outbound", "is_transport_rule_scoped"),
        (OUTBOUND, "Avanan Outbound", "test_mode"),
    ],
)
def test_a_setting_that_is_not_known_is_never_taken_for_good(topic: str, name: str, setting: str) -> None:
    tenant = changed(_exceptions() if setting == "mode" else lambda tenant: None)
    next(row for row in tenant[topic] if row["name"] == name).pop(setting)
    assert verdict(tenant)["verdict"] == "not_proved"


def test_the_region_must_be_known() -> None:
    for known in ({"return_addresses": [], "loop_guard": OUTGOING}, {"addresses_complete": False}):
        result = verdict(full(), **known)
        assert result["verdict"] == "not_proved"
        assert "return-addresses-unknown" in blocking(result)


def test_a_signature_product_that_is_known_by_its_mark() -> None:
    """Without the vendor's rules for outgoing mail, the mark of the product is what keeps its rule from taking mail twice."""
    product = (
        *_add_route(
            conditions={"from_scope": "InOrganization"},
            exceptions={
                "header_matches_message_header": "X-ExclaimerHostedSignatures-MessageProcessed",
                "header_matches_patterns": ["true"],
            },
        ),
        named(OUTBOUND, "Gateway out", smart_hosts=["smtp.exclaimer.net"]),
        more(INBOUND, inbound(connector_type="OnPremises", tls_sender_certificate_name="smtp.exclaimer.net")),
        less(RULES, OUT),
        less(RULES, IN),
    )
    assert verdict(changed(*product))["verdict"] == "safe"
    unmarked = named(RULES, "Foreign", exceptions={})
    assert verdict(changed(*product, unmarked))["verdict"] != "safe"


_PRODUCTS: dict[str, tuple[str, str, str, Plain, Plain]] = {
    # Name -> smart host, certificate of the way back, header and its value, conditions of the rule.
    "Exclaimer": (
        "smtp.eu1.exclaimer.net",
        "tenant.excl.cloud",
        "X-ExclaimerHostedSignatures-MessageProcessed",
        {"header_matches_patterns": ["true"]},
        {"from_scope": "InOrganization"},
    ),
    "Crossware": (
        "mail.crossware.co.nz",
        "*.crosswaretls.com",
        "X-CWEsigProcessed",
        {"header_matches_patterns": ["Y"]},
        {"from_scope": "InOrganization"},
    ),
    "SEPPmail, outgoing": (
        "relay.seppmail.cloud",
        "*.seppmail.cloud",
        "X-SM-outgoing",
        {"header_matches_patterns": ["yes"]},
        {"from_scope": "InOrganization", "sent_to_scope": "NotInOrganization"},
    ),
    "CodeTwo, whose client sets the mark, too": (
        "smtp.codetwo.com",
        "*.codetwo.com",
        "X-CodeTwoProcessed",
        {"header_matches_patterns": ["true"]},
        {"from_scope": "InOrganization"},
    ),
}


def _product(name: str) -> tuple[Change, ...]:
    host, certificate, header, patterns, conditions = _PRODUCTS[name]
    exceptions = {"header_matches_message_header": header, **patterns}
    back = inbound(connector_type="OnPremises", tls_sender_certificate_name=certificate)
    return (
        *_add_route(conditions=conditions, exceptions=exceptions),
        named(OUTBOUND, "Gateway out", smart_hosts=[host]),
        more(INBOUND, back),
        less(RULES, OUT),
        less(RULES, IN),
    )


@pytest.mark.parametrize("name", _PRODUCTS)
def test_known_products_are_proved(name: str) -> None:
    result = verdict(changed(*_product(name)))
    assert (result["verdict"], blocking(result)) == ("safe", [])


@pytest.mark.parametrize("name", [name for name in _PRODUCTS if "outgoing" not in name])
def test_the_doubt_about_unknown_products_stays(name: str) -> None:
    elsewhere = named(OUTBOUND, "Gateway out", smart_hosts=["smtp.unknown.example"])
    assert verdict(changed(*_product(name), elsewhere))["verdict"] != "safe"


def test_a_mark_counts_for_mail_of_its_way_only() -> None:
    """SEPPmail marks what goes out otherwise than what comes in."""
    both = named(RULES, "Foreign", conditions={"from_scope": "InOrganization"})
    assert verdict(changed(*_product("SEPPmail, outgoing"), both))["verdict"] != "safe"


def test_a_host_that_is_not_the_products_gives_no_mark() -> None:
    mixed = named(OUTBOUND, "Gateway out", smart_hosts=["smtp.eu1.exclaimer.net", "smtp.unknown.example"])
    assert verdict(changed(*_product("Exclaimer"), mixed))["verdict"] != "safe"


_SECOND: Plain = {
    "portal": "customer-y",
    "smart_hosts": ["customer-y-host.avanan.net"],
    "dlp_smart_hosts": ["customer-y-dlp.avanan.net"],
    "return_addresses": INCOMING,
    "dlp_addresses": OUTGOING,
}


def test_a_rule_that_excepts_the_address_of_a_sender_stops_what_comes_back() -> None:
    fine_at_first = rule(
        "No false suppliers",
        conditions={"sender_domain_is": ["supplier.example"]},
        exceptions={"sender_ip_ranges": ["203.0.113.6"]},
        actions=REJECT,
    )
    walked = classes(verdict(changed(first(fine_at_first))))
    lost = [one for one in walked.values() if one["verdict"] == "lost"]
    assert {one["class"].partition("#")[0] for one in lost} == {"from-address"}
    assert {one["finding"] for one in lost} == {"foreign-rule-stops-return"}


def test_who_has_the_mailbox_elsewhere_is_walked_and_nobody_else() -> None:
    """Mail users and contacts outside; no group, nobody who does not exist, no mailbox that only forwards."""
    elsewhere = "c@freelancer.example"
    tenant = changed(
        knows(
            mailbox(elsewhere, external=elsewhere),
            {**mailbox("d@freelancer.example", external="d@freelancer.example"), "kind": "other"},
            mailbox("user01@contoso.example", external=elsewhere),
            group("all@freelancer.example", []),
            {**mailbox("gone@freelancer.example"), "kind": "missing"},
        )
    )
    titles = [
        item["title"]
        for name, item in classes(verdict(tenant)).items()
        if name.startswith("external-contact")
    ]
    assert sorted(titles) == [
        f"from the internet to {name}@freelancer.example, whose mailbox is elsewhere" for name in "cd"
    ]


def _many_senders(number: int) -> list[Plain]:
    """Rules for senders and rules for addresses, so that there are more kinds of mail than are walked one by one."""
    return [
        rule(f"{kind} {one}", conditions=conditions, actions={"stop_rule_processing": True})
        for one in range(number)
        for kind, conditions in (
            ("sender", {"sender_domain_is": [f"partner{one}.example"]}),
            ("address", {"sender_ip_ranges": [f"203.0.113.{one}"]}),
        )
    ]


def test_no_sender_is_left_out_because_there_are_many() -> None:
    """Who is not walked alone is walked with others; what one of them loses makes the verdict another one than safe."""
    below = changed(more(RULES, *_many_senders(20)))
    assert verdict(below)["verdict"] == "safe"
    fine_at_first = rule(
        "No false suppliers",
        conditions={"sender_domain_is": ["partner19.example"]},
        exceptions={"sender_ip_ranges": ["203.0.113.19"]},
        actions=REJECT,
    )
    marks = [
        {**one, "actions": {"set_header_name": "X-Known", "set_header_value": one["name"]}}
        for one in _many_senders(20)
    ]
    result = verdict(changed(*(first(one) for one in (fine_at_first, *reversed(marks)))))
    assert result["verdict"] in ("not_proved", "lost")
    assert "foreign-rule-stops-return" in blocking(result)


def test_so_many_senders_and_addresses_that_not_all_are_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict that leaves them out would not be honest; what then may go to the vendor is a matter of the change."""
    monkeypatch.setattr(classes_of_messages, "MOST_FROM_ADDRESSES", 5)
    tenant = changed(more(RULES, *_many_senders(12)))
    result = verdict(tenant)
    assert (result["verdict"], blocking(result)) == ("not_proved", ["senders-left-out"])
    assert result["protection"]["verdict"] == "not_proved"
    before = verdict(changed(more(RULES, *_many_senders(12)), base=monitored))
    assert before["verdict"] == "not_proved"
    assert [item["id"] for item in refusing({**result, "before": before})] == ["senders-left-out"]
    assert refusing({**before, "before": before}) == []
    assert verdict(tenant, accepted=("senders-left-out",))["verdict"] == "safe"


def _second_portal(scope: str) -> tuple[Change, ...]:
    exceptions = {"sender_ip_ranges": [*INCOMING, *OUTGOING]}
    actions = {
        "route_message_outbound_connector": "Second",
        "set_header_name": "X-CLOUD-SEC-AV-Info",
        "set_header_value": "customer-y,office365_emails,inline",
        "stop_rule_processing": True,
    }
    conditions = {**OUTSIDE, "sent_to_scope": "InOrganization", "sent_to": [scope]}
    return (
        first(rule("Second portal", conditions=conditions, exceptions=exceptions, actions=actions)),
        more(OUTBOUND, outbound("Second", smart_hosts=["customer-y-host.avanan.net"])),
    )


def test_a_second_portal_whose_region_is_known_is_proved() -> None:
    tenant = changed(*_second_portal("user03@contoso.example"))
    assert "two-portals" in blocking(verdict(tenant))
    result = verdict(tenant, other_portals=[_SECOND])
    assert (result["verdict"], blocking(result)) == ("safe", [])


def test_a_second_portal_of_another_region_loops() -> None:
    tenant = changed(*_second_portal("user01@contoso.example"))
    elsewhere = {**_SECOND, "return_addresses": ["52.212.19.177"]}
    result = verdict(tenant, other_portals=[elsewhere])
    assert (result["verdict"], "two-portals" in blocking(result)) == ("loop", True)


def test_a_second_portal_of_which_not_all_is_known_proves_nothing() -> None:
    tenant = changed(*_second_portal("user03@contoso.example"))
    for lacking in ({"addresses_complete": False}, {"return_addresses": []}):
        assert verdict(tenant, other_portals=[{**_SECOND, **lacking}])["verdict"] != "safe"


def test_forwarding_and_aliases() -> None:
    forwards = knows(
        mailbox("user01@contoso.example", "boss@contoso.example", external="home@elsewhere.example")
    )
    result = verdict(changed(forwards))
    assert result["verdict"] == "safe"
    walked = classes(result)
    assert {end["recipient"] for end in walked["internet-to-protected"]["ends"]} == {
        "user01@contoso.example",
        "home@elsewhere.example",
    }
    assert walked["auto-forward"]["title"].startswith("forwarded by user01@contoso.example")
    assert walked["alias-of-protected"]["ends"][0]["recipient"] == "boss@contoso.example"


def test_a_group_is_walked_by_its_members() -> None:
    nested = (
        knows(
            group(SCOPE, ["pilot@contoso.example"]),
            group("pilot@contoso.example", ["user03@contoso.example"]),
        ),
        _exceptions(),
    )
    result = verdict(changed(*nested))
    # Whether a rule sees members of groups inside is not documented (4.9).
    assert classes(result)["group-with-protected"]["verdict"] == "not_proved"


def test_what_is_accepted_by_name() -> None:
    tenant = changed(*UNSAFE["centralised mail flow"][2])
    for name in ("centralised-mail-flow", "centralised-mail-flow:gateway OUT"):
        assert verdict(tenant, accepted=(name,))["verdict"] == "not_proved"
        result = verdict(tenant, accepted=(name, "journal-unroutable"))
        assert result["verdict"] == "safe"
        assert all(item["accepted"] for item in result["findings"] if item["id"] == "centralised-mail-flow")
        assert classes(result)["internet-to-protected"]["accepted"] == ["centralised-mail-flow:Gateway out"]
    assert verdict(tenant, accepted=("centralised-mail-flow:other",))["verdict"] == "not_proved"
    assert verdict(changed(_exceptions()), accepted=("centralised-mail-flow",))["verdict"] == "loop"


def test_only_the_wanted_classes() -> None:
    result = verdict(changed(_exceptions()), only=("outbound", "journal-report"))
    assert result["verdict"] == "safe"
    assert {item["class"].partition("#")[0] for item in result["classes"]} == {"outbound", "journal-report"}


def test_the_result_is_plain_and_explained() -> None:
    result = verdict(changed(_exceptions()))
    assert json.loads(json.dumps(result)) == result
    worst = classes(result)["internet-to-protected"]
    assert worst["cause"] == (
        f'Mail loops: it comes back from {", ".join(INCOMING)}, and the exceptions of the mail-flow rule "{PROTECT}" '
        "(sender_ip_ranges) lack these addresses, so that it goes to the vendor again."
    )
    assert [step["at"] for step in worst["path"]] == [
        "internet",
        "rule",
        "connector",
        "vendor",
        "vendor",
        "rule",
        "connector",
        "vendor",
    ]
    assert (
        "inbox rules, and forwarding that is set at mailboxes, which is not read from the service"
        in result["outside_the_model"]
    )


def _many(kind: str, number: int) -> Plain:
    word, person = f"word{number}", f"person{number}@contoso.example"
    return {
        "content": rule(
            f"R{number}",
            conditions={"subject_contains_words": [word]},
            actions={"stop_rule_processing": True},
        ),
        "people": rule(
            f"R{number}",
            conditions={"sent_to": [person]},
            actions={"set_header_name": "X-D", "set_header_value": word},
        ),
        "domains": rule(
            f"R{number}",
            conditions={"sender_domain_is": [f"{word}.example"]},
            actions={"stop_rule_processing": True},
        ),
        "copies": rule(
            f"R{number}",
            conditions={"subject_contains_words": [word]},
            actions={"blind_copy_to": ["user03@contoso.example"]},
        ),
        "headers": rule(
            f"R{number}",
            conditions={"header_contains_message_header": f"X-{number}", "header_contains_words": ["x"]},
            actions={"set_header_name": f"X-{number + 1}", "set_header_value": "x"},
        ),
    }[kind]


def _large(kind: str, size: int) -> Plain:
    rules = [_many(kind, number) for number in range(size)]
    people = [mailbox(f"person{number}@contoso.example") for number in range(size)]
    return changed(knows(*people), lambda tenant: tenant[RULES].extend(rules))


def _effort(tenant: Plain) -> int:
    """Calls of functions that it takes to judge a tenant: the same on every machine, however busy it is."""
    calls = 0

    def count(_frame: object, event: str, _of: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        verdict(tenant)
    finally:
        sys.setprofile(None)
    return calls


_MANY = ("content", "people", "domains", "copies", "headers")


@pytest.mark.parametrize("kind", _MANY)
def test_three_hundred_rules(kind: str) -> None:
    assert verdict(_large(kind, 300))["verdict"] == "safe"


@pytest.mark.parametrize("kind", _MANY)
def test_the_effort_grows_with_little_more_than_the_square_of_the_rules(kind: str) -> None:
    """So that three hundred rules are judged in a few seconds at most."""
    some, twice_as_many = _effort(_large(kind, 50)), _effort(_large(kind, 100))
    assert twice_as_many < 6_000_000
    assert twice_as_many < some * 5


_SWITCHES = {
    RULES: ("enabled", "mode"),
    INBOUND: ("enabled", "connector_type", "restrict_domains_to_ip_addresses", "ef_skip_last_ip"),
    OUTBOUND: ("enabled", "is_transport_rule_scoped", "test_mode", "route_all_messages_via_on_premises"),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(UNSAFE)), st.data())
def test_knowing_less_never_makes_a_tenant_safe(case: str, data: st.DataObject) -> None:
    tenant = changed(*UNSAFE[case][2])
    topic = data.draw(st.sampled_from(sorted(_SWITCHES)))
    row = data.draw(st.sampled_from(tenant[topic]))
    row.pop(data.draw(st.sampled_from(_SWITCHES[topic])), None)
    forgotten = data.draw(st.sampled_from(["", *tenant["recipients"]]))
    tenant["recipients"].pop(forgotten, None)
    assert verdict(tenant)["verdict"] != "safe"
