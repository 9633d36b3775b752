# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever stands for others fares no better than they do: senders, recipients and pairs of them whose mail the check must walk (section 9)."""

from __future__ import annotations

from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import check

from tests.unit.mail_flow.mail_flow_judgements import (
    ANNA,
    BERND,
    BY_DOMAIN,
    CLARA,
    DLP_HOST,
    DORA,
    EVERYBODY,
    FROM_DLP,
    HEADER,
    HOME,
    INBOUND,
    INSIDE,
    INTEGRATION,
    INTERNAL_RULE,
    OUTBOUND,
    OUTBOUND_RULE,
    OUTGOING,
    PROTECT,
    RULES,
    SALES,
    SECOND,
    TO_DLP,
    conditions,
    connector_out,
    inline,
    protecting,
    without,
)
from tests.unit.mail_flow.mail_flow_samples import (
    NOW,
    Change,
    Plain,
    blocking,
    changed,
    classes,
    first,
    group,
    inbound,
    knows,
    last,
    mailbox,
    more,
    outbound,
    rule,
)

PREMISES = inbound(
    "From premises",
    connector_type="OnPremises",
    tls_sender_certificate_name=f"<I>CN=Authority<S>CN=mail.{HOME}",
)


def _checked(*changes: Change) -> Plain:
    return check(changed(*changes, base=inline), INTEGRATION, now=NOW)


def _rejects_direct_send(tenant: Plain) -> None:
    tenant["organization_config"] = {"reject_direct_send": True}


def _worst(result: Plain, kind: str) -> set[str]:
    return {item["verdict"] for name, item in classes(result).items() if name.partition("#")[0] == kind}


def test_a_sender_behind_a_gateway_whose_mail_no_rule_ends_first() -> None:
    """Mail of those in the group ends at the desk; that of all others may be refused as Direct Send when the vendor returns it."""
    result = _checked(
        _rejects_direct_send,
        knows(group(SALES, [ANNA, BERND])),
        first(
            rule(
                "Desk",
                conditions={"from_member_of": [SALES]},
                actions={"redirect_message_to": [DORA], "stop_rule_processing": True},
            )
        ),
        without(INBOUND, "Check Point Inbound"),
        more(INBOUND, PREMISES),
    )
    assert "not_proved" in _worst(result, "from-gateway:From premises")


def test_a_sender_behind_a_gateway_whose_domain_may_not_send() -> None:
    """No rule tells it from the others, but the service may refuse what the vendor returns (2.12)."""
    result = _checked(
        lambda tenant: tenant["accepted_domains"][1].update(sending_from_domain_disabled=True),
        conditions(sent_to_scope=INSIDE),
        more(INBOUND, {**PREMISES, "tls_sender_certificate_name": HOME}),
    )
    assert "not_proved" in _worst(result, "from-gateway:From premises")


def test_internal_mail_whose_way_hangs_on_the_manager_of_whoever_sends() -> None:
    """A stranger has none, so that mail from the internet does not show it (5.1)."""
    spared = {"sent_to": [ANNA]}
    result = _checked(
        lambda tenant: tenant[RULES].clear(),
        first(rule("Approve", exceptions=spared, actions={"add_manager_as_recipient_type": "Redirect"})),
    )
    assert "not_proved" in _worst(result, "internal")


def test_a_mailbox_that_sends_mail_of_a_named_sender_on() -> None:
    """Who forwards is told from the others by what rules make of the copy, not of what comes in."""
    result = _checked(
        knows(mailbox(ANNA, external="anna@elsewhere.example"), group(SALES, None)),
        last(rule("Partner", conditions={"sender_domain_is": ["partner.example"], "sent_to": [BERND, ANNA]})),
        more(
            RULES,
            protecting(OUTBOUND_RULE, TO_DLP, sent_to_scope="NotInOrganization", from_member_of=[SALES]),
        ),
        more(OUTBOUND, connector_out(TO_DLP, DLP_HOST, connector_type="OnPremises")),
        more(INBOUND, inbound(FROM_DLP, connector_type="OnPremises", sender_ip_addresses=list(OUTGOING))),
    )
    assert "forward-sender-lost" in blocking(result)


def _outgoing(*changes: Change, name: str = OUTBOUND_RULE, **scope: str) -> Plain:
    """Outgoing or internal mail is to go to the vendor."""
    to_vendor = connector_out(TO_DLP, DLP_HOST, connector_type="OnPremises")
    return _checked(more(RULES, protecting(name, TO_DLP, **scope)), more(OUTBOUND, to_vendor), *changes)


def test_what_the_vendor_returns_of_each_sender_where_no_outgoing_mail_comes_to_it() -> None:
    lock = inbound(
        "Lock",
        sender_domains=[SECOND],
        tls_sender_certificate_name="mail.gateway.example",
        restrict_domains_to_certificate=True,
    )
    back = inbound(FROM_DLP, connector_type="OnPremises", sender_ip_addresses=list(OUTGOING))
    held = rule("Hold", conditions={"from_scope": INSIDE}, actions={"quarantine": True})
    result = _outgoing(first(held), more(INBOUND, lock, back), sent_to_scope="NotInOrganization")
    assert "not_proved" in _worst(result, "returned")


def test_a_mailbox_that_sends_mail_on_does_not_stand_for_outgoing_mail() -> None:
    result = _outgoing(
        first(rule("Hold", exceptions={"from_scope": "NotInOrganization"}, actions={"delete_message": True})),
        knows(mailbox(ANNA, external="anna@elsewhere.example")),
        last(rule("Anna", conditions={"sent_to": [ANNA]}, actions={"set_scl": "-1"})),
        from_scope=INSIDE,
    )
    assert "lost" in _worst(result, "returned")


def test_internal_mail_that_comes_to_the_vendor_stands_for_what_it_returns() -> None:
    """Also where only somebody of whom little is known may get it."""
    partners = rule(
        "Partners", exceptions={"recipient_domain_is": ["partner.example"]}, actions={"delete_message": True}
    )
    result = _outgoing(
        first(partners),
        last(rule("Any", conditions={"recipient_address_matches_patterns": ["(a+)+"]})),
        name=INTERNAL_RULE,
        from_scope=INSIDE,
    )
    assert "lost" not in _worst(result, "returned")


def test_a_request_for_approval_does_not_leave_the_service() -> None:
    """Not even where all mail goes through servers on premises (5.1, 6.3)."""
    result = _checked(
        first(rule("Approve", actions={"moderate_message_by_user": [DORA]})),
        more(
            OUTBOUND,
            outbound(
                "To premises",
                connector_type="OnPremises",
                is_transport_rule_scoped=False,
                recipient_domains=["premises.example"],
                route_all_messages_via_on_premises=True,
            ),
        ),
    )
    assert _worst(result, "internet-to-protected") == {"safe"}


def test_a_moderator_gets_mail_that_was_not_inspected() -> None:
    """Also one whom nothing else names."""
    held = rule("Approve", conditions={"sent_to": [BERND]}, actions={"moderate_message_by_user": [DORA]})
    (entry,) = _checked(first(held))["protection"]["scope"]
    assert (entry["kind"], entry["verdict"]) == ("everybody", "in_part")


def test_a_recipient_who_is_only_together_with_somebody_else_passed_over_by_a_rule() -> None:
    """The first protected recipient, of whom the same is not known alone, does not show that (4.4)."""
    exempt = {"header_contains_message_header": HEADER, "header_contains_words": ["tailspin"]}
    result = _checked(
        knows(group(EVERYBODY, None)),
        conditions(sent_to_member_of=[EVERYBODY], recipient_domain_is=[SECOND]),
        more(RULES, {**protecting(BY_DOMAIN, recipient_domain_is=[SECOND]), "exceptions": exempt}),
        first(
            rule(
                "Mark",
                actions={
                    "apply_html_disclaimer_text": "x",
                    "apply_html_disclaimer_fallback_action": "Reject",
                },
            )
        ),
        first(
            rule(
                "Spare",
                conditions={"any_of_recipient_address_contains_words": ["bernd"]},
                actions={"stop_rule_processing": True},
            )
        ),
    )
    assert "not_proved" in _worst(result, "internet-to-both")


def test_a_sender_whom_the_directory_does_not_know_has_no_manager_who_could_hold_outgoing_mail() -> None:
    """Its mail is lost for certain, that of all others may be held before (5.1)."""
    relay = "relay.example"
    result = _checked(
        without(INBOUND, FROM_DLP),
        more(OUTBOUND, connector_out(TO_DLP, DLP_HOST)),
        more("accepted_domains", {"domain_name": relay, "domain_type": "InternalRelay"}),
        knows({**mailbox(f"gone@{relay}"), "kind": "missing"}),
        more(RULES, protecting(OUTBOUND_RULE, TO_DLP, from_scope=INSIDE)),
        first(rule("Mark", conditions={"from": [f"gone@{relay}"]}, actions={"prepend_subject": "x"})),
        first(rule("Approve", actions={"moderate_message_by_manager": True})),
    )
    assert _worst(result, "outbound") == {"not_proved", "lost"}


def test_internal_mail_to_two_of_whom_one_is_in_the_group_of_the_sender() -> None:
    """Alone on the way back from the vendor, they are not passed over by the rule that the other one may have met (4.4)."""
    both = {"between_member_of1": [EVERYBODY], "between_member_of2": [EVERYBODY]}
    result = _checked(
        knows(group(EVERYBODY, None)),
        conditions(sent_to=[ANNA, BERND]),
        more("accepted_domains", {"domain_name": SECOND, "domain_type": "Authoritative"}),
        first(rule("Hold", conditions={"recipient_domain_is": [SECOND]}, actions={"quarantine": True})),
        first(
            rule(
                "Spare",
                conditions={"sent_to": [ANNA, BERND]},
                exceptions=both,
                actions={"stop_rule_processing": True},
            )
        ),
        first(rule("Unlike", conditions={"sent_to": [CLARA]}, actions={"prepend_subject": "x"})),
    )
    assert "not_proved" in _worst(result, "internal")


def test_without_a_manager_all_else_that_a_redirect_does_is_done() -> None:
    escalated = {"add_manager_as_recipient_type": "Redirect", "route_message_outbound_connector": "Closed"}
    result = _checked(
        more(OUTBOUND, outbound("Closed", enabled=False, smart_hosts=["relay.example"])),
        first(rule("Escalate", conditions={"from_scope": INSIDE}, actions=escalated)),
    )
    ends = {(end["recipient"], end["end"]) for end in classes(result)["outbound"]["ends"]}
    assert ("somebody@outside.invalid", "stranded") in ends


def test_mail_of_the_organization_through_a_gateway_to_those_whom_a_rule_holds_for_its_manager() -> None:
    """Mail from the internet has nobody's manager to ask (5.1), and what is submitted does not carry the vendor's header."""
    marked = {"header_contains_message_header": HEADER, "header_contains_words": ["tailspin"]}
    protect = rule(
        PROTECT, conditions={"from_scope": "NotInOrganization"}, actions={"set_header_name": HEADER}
    )
    spared = {"sent_to": [ANNA, BERND]}
    held = rule("Hold", conditions=marked, exceptions=spared, actions={"moderate_message_by_manager": True})
    result = _checked(
        lambda tenant: tenant[RULES].clear(), more("inbound_connectors", PREMISES), more(RULES, protect, held)
    )
    assert "not_proved" in _worst(result, f"from-gateway:{PREMISES['name']}")


def _pilot(tenant: Plain) -> None:
    """Anna alone is in the scope, by a group."""
    knows(group(EVERYBODY, [ANNA]))(tenant)
    conditions(sent_to_member_of=[EVERYBODY])(tenant)


def test_mail_of_a_named_sender_to_two_of_whom_a_rule_sees_one_only_together_with_the_other() -> None:
    """Alone, Bernd's mail meets the rule that ends it; nobody else's mail does (4.4)."""
    both = {
        "any_of_recipient_address_contains_words": ["anna"],
        "recipient_address_contains_words": ["anna", "bernd"],
    }
    result = _checked(
        _pilot,
        knows(mailbox(BERND)),
        last(rule("Spare", conditions=both, actions={"stop_rule_processing": True})),
        last(
            rule("Hold", conditions={"sender_domain_is": ["lawyers.example"]}, actions={"quarantine": True})
        ),
        last(rule("Mark", conditions={"sent_to": [DORA]}, actions={"prepend_subject": "x"})),
    )
    assert "lost" in _worst(result, "internet-to-both")


def test_what_a_mailbox_sends_on_excuses_no_other_message_to_the_same_recipient() -> None:
    """Without the vendor the rule ends what Anna's mailbox sends on to Bernd, and not what comes to both (8.6)."""
    result = _checked(
        _pilot,
        knows(mailbox(ANNA, external=BERND), mailbox(BERND)),
        last(
            rule(
                "Spare",
                conditions={"any_of_recipient_address_contains_words": ["anna"]},
                actions={"stop_rule_processing": True},
            )
        ),
        last(
            rule("Hold", conditions={"sender_domain_is": ["lawyers.example"]}, actions={"quarantine": True})
        ),
    )
    assert "lost" in _worst(result, "internet-to-both")


def test_mail_that_looks_like_ours_to_those_whom_only_a_rule_about_pairs_tells_apart() -> None:
    """Dora is in the other group, Clara in none: what is redirected of Clara's mail alone is not known for both together."""
    result = _checked(
        _pilot,
        knows(group(SALES, [ANNA, DORA]), mailbox(CLARA)),
        last(
            rule(
                "Turn",
                conditions={"sender_domain_is": [HOME]},
                exceptions={"between_member_of1": [EVERYBODY], "between_member_of2": [SALES]},
                actions={"redirect_message_to": ["out@partner.example"]},
            )
        ),
    )
    assert "lost" in _worst(result, "internet-to-both")


def test_the_address_of_a_manager_may_be_any_that_a_rule_asks_for() -> None:
    """Also where the rule looks at addresses as they are written."""
    result = _checked(
        lambda tenant: tenant[RULES].clear(),
        more(OUTBOUND, outbound("Closed", enabled=False, smart_hosts=["relay.example"])),
        last(rule("Escalate", actions={"add_manager_as_recipient_type": "Redirect"})),
        last(
            rule(
                "Relay",
                recipient_address_type="Original",
                conditions={"recipient_address_contains_words": ["chief"]},
                actions={"route_message_outbound_connector": "Closed"},
            )
        ),
        last(rule("Turn", actions={"redirect_message_to": ["out@partner.example"]})),
    )
    assert "not_proved" in _worst(result, "outbound")


def test_whom_a_redirect_takes_a_message_from_the_same_rule_may_add_again() -> None:
    """Whether the protect rule sees the copy is not known (5.3)."""
    again = {"redirect_message_to": [DORA], "add_to_recipients": [ANNA]}
    result = _checked(
        first(rule("Turn", conditions={"sent_to": [ANNA]}, actions=again)), knows(mailbox(ANNA))
    )
    (entry,) = result["protection"]["scope"]
    assert (entry["kind"], entry["verdict"]) == ("everybody", "not_proved")


def test_a_guest_may_have_a_manager_whom_a_stranger_has_not() -> None:
    """So that mail of both is walked where a rule redirects to the manager of the sender (5.1)."""
    guest = "guest@partner.example"
    result = _checked(
        knows({**mailbox(guest), "external": guest}),
        first(
            rule(
                "Mark", conditions={"from": ["ceo@partner.example", guest]}, actions={"prepend_subject": "x"}
            )
        ),
        first(
            rule(
                "Escalate",
                conditions={"from_scope": "NotInOrganization"},
                actions={"add_manager_as_recipient_type": "Redirect"},
            )
        ),
    )
    assert "not_proved" in _worst(result, "internet-to-protected")
