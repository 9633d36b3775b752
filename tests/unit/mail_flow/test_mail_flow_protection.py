# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether incoming mail is inspected comes from walking it, never from what a rule says; every way past inspection is told."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import pytest
from ansible_collections.avanan.office365.plugins.filter.mail_flow_refusals import mail_flow_refusals
from ansible_collections.avanan.office365.plugins.module_utils._change.edit_entries import edit_entries
from ansible_collections.avanan.office365.plugins.module_utils._change.remedies import RemedySearch, remedied
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.bifurcations import Bifurcation
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.message import Message, MessageView
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.submission import (
    Delivery,
    Disposition,
    DispositionKind,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.tenant import tenant
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.trace import Cause
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import (
    baseline,
    check,
    examined,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import (
    concerned_classes,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.gap_edits import to_own_host
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.protected import (
    Gap,
    Seen,
    Sureness,
    of_all,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.remedies import MOST_WORDS
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.without_vendor import (
    without_vendor,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.edit import (
    NotEditable,
    adding,
    set_part,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.edited import edited
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.headers import Headers
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.inspection import Inspection
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.mail_user import MailUser
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.mail_flow_report import lines

from tests.mail_flow_oracle import verdicts
from tests.mail_flow_oracle.oracle import ORDER
from tests.unit.mail_flow.mail_flow_judgements import (
    AMERICA,
    ANNA,
    BERND,
    CLARA,
    COMES_IN,
    DORA,
    EVERYBODY,
    EXCLAIMER,
    FRIEND,
    FROM_VENDOR,
    GUARD,
    GUEST,
    HEADER,
    HOME,
    INBOUND,
    INTEGRATION,
    LOCK,
    MIMECAST,
    OUTBOUND,
    OUTSIDE,
    PROTECT,
    REJECT,
    RULES,
    SALES,
    SECOND,
    TO_VENDOR,
    conditions,
    connector_out,
    exceptions,
    gateway,
    inline,
    monitor,
    protecting,
    signatures,
    stopping,
    without,
)
from tests.unit.mail_flow.mail_flow_samples import (
    NOW,
    Change,
    Plain,
    changed,
    first,
    group,
    inbound,
    knows,
    last,
    mailbox,
    more,
    named,
    rule,
)
from tests.unit.mail_flow.test_remedies import Tried

DESK, VENDOR_GROUP = f"desk@{HOME}", f"checkpoint_inline_incoming@{HOME}"


def _header(value: str, name: str = HEADER) -> Change:
    actions = {**protecting()["actions"], "set_header_name": name, "set_header_value": value}
    return named(RULES, PROTECT, actions=actions)


def _only(**more_of_it: object) -> Change:
    return conditions(PROTECT, **COMES_IN, **more_of_it)


def _below(actions: Plain) -> Change:
    """A rule between the protect rule, which does not stop then, and the end."""

    def change(tenant: Plain) -> None:
        del tenant[RULES][0]["actions"]["stop_rule_processing"]
        tenant[RULES].insert(1, rule("Below", conditions={"from_scope": OUTSIDE}, actions=actions))

    return change


def _blocks_and_allows_nothing(tenant: Plain) -> None:
    tenant["connection_filter"] = {"ip_allow_list": [], "ip_block_list": []}


@dataclass(frozen=True)
class Case:
    """A tenant; the verdict on its scope, the effective mode of its first entry, whether it has a gap, and what of it must be told."""

    verdict: str
    mode: str
    changes: tuple[Change, ...] = ()
    gap: bool = True
    finding: str = ""
    names: tuple[str, ...] = ()


OK = {"gap": False}
CASES: dict[str, Case] = {
    "everybody": Case("inspected", "inline", **OK),
    "a group": Case("inspected", "inline", (_only(sent_to_member_of=[SALES]),), **OK),
    "one user, and a sender whom a connector names": Case(
        "inspected",
        "inline",
        (_only(sent_to=[ANNA]), gateway("Scanner", ["198.51.100.25"], sender_domains=["scanner.example"])),
        **OK,
    ),
    "a domain": Case("inspected", "inline", (_only(recipient_domain_is=[SECOND]),), **OK),
    "a user by the alias": Case("inspected", "inline", (_only(sent_to=[f"anna@{SECOND}"]),), **OK),
    "a rule for users and one for groups": Case(
        "inspected",
        "inline",
        (
            _only(sent_to=[ANNA]),
            first(protecting("Check Point - Protect groups", **COMES_IN, sent_to_member_of=[SALES])),
        ),
        **OK,
    ),
    "nobody": Case("none", "monitored", (without(RULES, PROTECT),), **OK),
    "a person and a group without her": Case(
        "not_inspected",
        "monitored",
        (_only(sent_to=[ANNA], sent_to_member_of=[SALES]),),
        finding="scope-intersection",
        names=(PROTECT,),
    ),
    "a person and a group with her": Case(
        "in_part",
        "inline",
        (_only(sent_to=[BERND], sent_to_member_of=[SALES]),),
        finding="scope-intersection",
        names=(CLARA,),
    ),
    "header in monitor mode": Case(
        "not_inspected",
        "monitored",
        (_header("tailspin,office365_emails,monitor"),),
        finding="mode-header",
        names=("monitor",),
    ),
    "header of another portal": Case(
        "not_inspected",
        "monitored",
        (_header("fabrikam,office365_emails,inline"),),
        finding="mode-header",
        names=("fabrikam",),
    ),
    "another header": Case(
        "not_inspected",
        "monitored",
        (_header("tailspin,office365_emails,inline", "X-Other"),),
        finding="mode-header",
    ),
    "header stripped below": Case(
        "not_inspected",
        "monitored",
        (_below({"remove_header": HEADER}),),
        finding="mode-header",
        names=(HEADER,),
    ),
    "header rewritten below": Case(
        "not_inspected",
        "monitored",
        (_below({"set_header_name": HEADER, "set_header_value": "tailspin,office365_emails,monitor"}),),
        finding="mode-header",
    ),
    "activated later": Case(
        "not_inspected",
        "monitored",
        (named(RULES, PROTECT, activation_date="2031-01-01T00:00:00Z"),),
        finding="not-yet-active",
    ),
    "expired": Case(
        "not_inspected",
        "monitored",
        (named(RULES, PROTECT, expiry_date="2026-01-01T00:00:00Z"),),
        finding="not-yet-active",
    ),
    "in test mode": Case(
        "not_inspected", "monitored", (named(RULES, PROTECT, mode="Audit"),), finding="audit-mode"
    ),
    "switched off": Case(
        "none", "monitored", (named(RULES, PROTECT, enabled=False),), finding="protect-disabled", **OK
    ),
    "an empty group": Case(
        "not_inspected", "monitored", (knows(group(SALES, [])), _only(sent_to_member_of=[SALES]))
    ),
    "a group that is gone": Case(
        "not_inspected",
        "monitored",
        (knows({**group(SALES, None), "kind": "missing"}), _only(sent_to_member_of=[SALES])),
    ),
    "a dynamic group": Case(
        "not_proved", "not_proved", (knows(group(SALES, None)), _only(sent_to_member_of=[SALES]))
    ),
    "an unknown user": Case("not_proved", "not_proved", (_only(sent_to=["Somebody"]),)),
    "smart host of another portal": Case(
        "not_inspected",
        "lost",
        (named(OUTBOUND, TO_VENDOR, smart_hosts=["tailspn-host.checkpointcloudsec.com"]),),
    ),
    "certificate name of the other brand": Case(
        "not_inspected",
        "held_up",
        (named(OUTBOUND, TO_VENDOR, tls_settings="DomainValidation", tls_domain="*.avanan.net"),),
    ),
    "connector switched off": Case("not_inspected", "held_up", (named(OUTBOUND, TO_VENDOR, enabled=False),)),
    "no return address excepted": Case("not_inspected", "loop", (exceptions(),)),
    "some return addresses excepted": Case("in_part", "loop", (exceptions(*GUARD[:2]),)),
    "addresses of another region excepted": Case("not_inspected", "loop", (exceptions(*AMERICA),)),
    "an older rule below": Case(
        "in_part",
        "loop",
        (
            last(
                {
                    **protecting("Check Point old", "Old", **COMES_IN),
                    "exceptions": {"sender_ip_ranges": GUARD[:1]},
                }
            ),
            more(OUTBOUND, connector_out("Old")),
        ),
    ),
    "only for some senders the vendor's connector recognizes what comes back": Case(
        "not_proved",
        "not_proved",
        (named(INBOUND, FROM_VENDOR, sender_domains=["partner.example"]), _blocks_and_allows_nothing),
        finding="return-not-recognized",
    ),
    "for some senders, beside the list of allowed addresses": Case(
        "inspected", "inline", (named(INBOUND, FROM_VENDOR, sender_domains=["partner.example"]),), **OK
    ),
    "lock-down by the vendor's connector": Case(
        "not_inspected", "lost", (named(INBOUND, FROM_VENDOR, **LOCK),)
    ),
    "a gateway in front, excepted": Case(
        "in_part",
        "partly",
        (gateway("Mimecast", MIMECAST), exceptions(*GUARD, *MIMECAST)),
        finding="gateway-exempted-monitor-only",
        names=(PROTECT, MIMECAST[0]),
    ),
    "a gateway that keeps all else out, excepted": Case(
        "not_inspected",
        "monitored",
        (gateway("Mimecast", [*MIMECAST, *GUARD], **LOCK), exceptions(*GUARD, *MIMECAST)),
        finding="gateway-exempted-monitor-only",
        names=(PROTECT,),
    ),
    "a gateway that keeps all else out lets the vendor in": Case(
        "inspected", "inline", (gateway("Mimecast", [*MIMECAST, *GUARD], **LOCK),), **OK
    ),
    "a lock-down for one partner lets the vendor in": Case(
        "inspected",
        "inline",
        (gateway("Bank", ["198.51.100.9", *GUARD], sender_domains=["bank.example"], **LOCK),),
        **OK,
    ),
    "a gateway by certificate, of which the addresses are not known": Case(
        "inspected",
        "inline",
        (gateway("Mimecast", [], tls_sender_certificate_name="*.mimecast.com"),),
        **OK,
    ),
    "a gateway by certificate, of which addresses may be excepted": Case(
        "in_part",
        "partly",
        (
            gateway("Mimecast", [], tls_sender_certificate_name="*.mimecast.com"),
            exceptions(*GUARD, *MIMECAST),
        ),
        finding="content-decides",
    ),
    "single addresses excepted, which no gateway has": Case(
        "in_part",
        "partly",
        (exceptions(*GUARD, "198.51.100.7"),),
        finding="gateway-exempted-monitor-only",
        **OK,
    ),
    "addresses excepted that a connector for one partner names": Case(
        "in_part",
        "partly",
        (gateway("Bank", MIMECAST, sender_domains=["bank.example"]), exceptions(*GUARD, *MIMECAST)),
        finding="gateway-exempted-monitor-only",
        **OK,
    ),
    "addresses excepted of a gateway that is switched off": Case(
        "in_part",
        "partly",
        (gateway("Mimecast", MIMECAST, enabled=False), exceptions(*GUARD, *MIMECAST)),
        finding="gateway-exempted-monitor-only",
        **OK,
    ),
    "addresses excepted of a gateway that may be switched off": Case(
        "in_part",
        "partly",
        (gateway("Mimecast", MIMECAST, enabled=None), exceptions(*GUARD, *MIMECAST)),
        finding="gateway-exempted-monitor-only",
    ),
    "a phishing simulation above from the addresses of the gateway": Case(
        "in_part",
        "partly",
        (
            gateway("Mimecast", MIMECAST),
            first(stopping("Simulation", {"set_scl": "-1"}, sender_ip_ranges=MIMECAST[:1])),
        ),
        finding="foreign-rule-stops-before",
        names=("Simulation",),
    ),
    "the rule looks at addresses as written, and names the alias": Case(
        "not_proved",
        "not_proved",
        (
            _only(sent_to=[f"anna@{SECOND}", f"clara.m@{HOME}"]),
            named(RULES, PROTECT, recipient_address_type="Original"),
        ),
        finding="content-decides",
        names=("sent_to",),
    ),
    "somebody of the scope is excepted": Case(
        "in_part",
        "partly",
        (_only(sent_to_member_of=[SALES]), exceptions(*GUARD, sent_to=[BERND, DORA])),
        finding="protect-passes",
        names=(BERND,),
    ),
    "mail with a header is excepted": Case(
        "in_part",
        "partly",
        (
            exceptions(
                *GUARD,
                header_contains_message_header="X-Internal",
                header_contains_words=["yes"],
            ),
        ),
        finding="content-decides",
    ),
    "a rule above stops for a domain": Case(
        "in_part",
        "partly",
        (first(stopping("Partners", sender_domain_is=["partner.example"])),),
        finding="foreign-rule-stops-before",
        names=("Partners", "partner.example"),
    ),
    "the same among many rules": Case(
        "in_part",
        "partly",
        (
            first(stopping("Partners", sender_domain_is=["partner.example"])),
            *(
                first(
                    rule(
                        f"Harmless {n}", conditions={"from_scope": OUTSIDE}, actions={"prepend_subject": "x"}
                    )
                )
                for n in range(99)
            ),
        ),
        finding="foreign-rule-stops-before",
        names=("Partners",),
    ),
    "a rule above stops for one person": Case(
        "in_part",
        "partly",
        (first(stopping("Boss", sent_to=[ANNA])),),
        finding="foreign-rule-stops-before",
        names=("Boss", ANNA),
    ),
    "a rule above stops for words": Case(
        "in_part",
        "partly",
        (first(stopping("Invoices", subject_contains_words=["invoice"])),),
        finding="foreign-rule-stops-before",
        names=("Invoices", "subject_contains_words"),
    ),
    "a rule above stops for a header": Case(
        "in_part",
        "partly",
        (first(stopping("Trusted", header_contains_message_header="X-T", header_contains_words=["x"])),),
        finding="foreign-rule-stops-before",
    ),
    "a rule above stops for everything": Case(
        "not_inspected",
        "monitored",
        (first(stopping("All", from_scope=OUTSIDE)),),
        finding="foreign-rule-stops-before",
    ),
    "a rule above stops for a contact": Case(
        "in_part",
        "partly",
        (knows(FRIEND), first(stopping("Friends", **{"from": [FRIEND["address"]]}))),
        finding="foreign-rule-stops-before",
        names=("Friends", FRIEND["address"]),
    ),
    "guests in a group of senders are excepted": Case(
        "in_part",
        "partly",
        (
            knows(GUEST, group(EVERYBODY, [ANNA, GUEST["address"]])),
            exceptions(*GUARD, from_member_of=[EVERYBODY]),
        ),
        finding="protect-passes",
        names=(GUEST["address"],),
    ),
    "a contact is the whole scope": Case(
        "not_inspected",
        "monitored",
        (knows(FRIEND), _only(sent_to=[FRIEND["address"]])),
        finding="scope-group-missing",
        names=(FRIEND["address"],),
    ),
    "one rule is switched off, another one acts": Case(
        "inspected",
        "inline",
        (
            _only(sent_to=[ANNA]),
            first(
                {
                    **protecting("Check Point - Protect groups", **COMES_IN, sent_to_member_of=[SALES]),
                    "enabled": False,
                }
            ),
        ),
        **OK,
    ),
    "a mailbox forwards into the scope that no rule names": Case(
        "in_part",
        "partly",
        (knows(mailbox(DORA, external=BERND)), _only(sent_to_member_of=[SALES])),
        finding="brought-uninspected",
        names=(DORA, BERND),
    ),
    "a mailbox on premises whose mail goes on to another address of its own": Case(
        "inspected",
        "inline",
        (
            knows(mailbox(DESK, f"desk@{SECOND}", external=f"desk@{SECOND}")),
            _only(sent_to=[DESK]),
        ),
        **OK,
    ),
    "redirected above the rule, and mail of which the address is not known": Case(
        "inspected",
        "inline",
        (
            knows(mailbox(DESK)),
            *EXCLAIMER,
            first(rule("Desk", conditions={"sent_to": [DESK]}, actions={"redirect_message_to": [ANNA]})),
        ),
        **OK,
    ),
    "whose mail goes to somebody else of the scope, or is rejected": Case(
        "inspected",
        "inline",
        (
            knows(group(SALES, [ANNA, DORA])),
            _only(sent_to_member_of=[SALES]),
            last(rule("Programs", conditions={"attachment_has_executable_content": True}, actions=REJECT)),
            last(rule("Leaver", conditions={"sent_to": [DORA]}, actions={"redirect_message_to": [ANNA]})),
        ),
        **OK,
    ),
    "phishing simulation above": Case(
        "in_part",
        "partly",
        (first(stopping("Simulation", {"set_scl": "-1"}, sender_ip_ranges=["198.51.100.7"])),),
        finding="foreign-rule-stops-before",
        names=("Simulation",),
        **OK,
    ),
    "redirected into the scope": Case(
        "in_part",
        "partly",
        (
            knows(mailbox(DESK)),
            _only(sent_to_member_of=[SALES]),
            last(rule("Desk", conditions={"sent_to": [DESK]}, actions={"redirect_message_to": [BERND]})),
        ),
        finding="brought-uninspected",
        names=("Desk", DESK, BERND),
    ),
    "redirected to a group with somebody of the scope": Case(
        "in_part",
        "partly",
        (
            knows(mailbox(DESK)),
            _only(sent_to=[BERND]),
            last(rule("Desk", conditions={"sent_to": [DESK]}, actions={"redirect_message_to": [SALES]})),
        ),
        finding="brought-uninspected",
        names=("Desk", DESK, BERND),
    ),
    "held for the approval of somebody of the scope": Case(
        "in_part",
        "partly",
        (
            knows(mailbox(DESK)),
            _only(sent_to=[BERND]),
            last(rule("Held", conditions={"sent_to": [DESK]}, actions={"moderate_message_by_user": [BERND]})),
        ),
        finding="brought-uninspected",
        names=("Held", DESK, BERND),
    ),
    "redirected to another address of somebody of the scope": Case(
        "in_part",
        "partly",
        (
            knows(mailbox(DESK)),
            _only(sent_to=[CLARA]),
            last(
                rule(
                    "Desk",
                    conditions={"sent_to": [DESK]},
                    actions={"redirect_message_to": [f"clara.m@{HOME}"]},
                )
            ),
        ),
        finding="brought-uninspected",
        names=("Desk", DESK),
    ),
    "copied into the scope": Case(
        "in_part",
        "partly",
        (
            knows(mailbox(DESK)),
            _only(sent_to_member_of=[SALES]),
            last(rule("Copy", conditions={"sent_to": [DESK]}, actions={"blind_copy_to": [CLARA]})),
        ),
        finding="brought-uninspected",
        names=("Copy", CLARA),
    ),
    "forwarded into the scope": Case(
        "in_part",
        "partly",
        (
            knows(mailbox(DORA, external=BERND)),
            _only(sent_to_member_of=[SALES]),
            first(rule("R", conditions={"sent_to": [DORA]})),
        ),
        finding="brought-uninspected",
        names=(DORA,),
    ),
    "the vendor's inbound connector is off": Case(
        "not_proved",
        "not_proved",
        (
            named(INBOUND, FROM_VENDOR, enabled=False),
            _blocks_and_allows_nothing,
        ),
        finding="return-not-recognized",
    ),
    "it is not known whether the vendor's inbound connector is on": Case(
        "not_proved",
        "not_proved",
        (named(INBOUND, FROM_VENDOR, enabled=None), _blocks_and_allows_nothing),
        finding="return-not-recognized",
        names=("not known",),
    ),
    "the vendor's inbound connector asks for a certificate": Case(
        "not_proved",
        "not_proved",
        (
            named(
                INBOUND, FROM_VENDOR, sender_ip_addresses=[], tls_sender_certificate_name="other.avanan.net"
            ),
            _blocks_and_allows_nothing,
        ),
        finding="return-not-recognized",
    ),
    "only an own connector may recognize what comes back": Case(
        "not_proved",
        "not_proved",
        (
            without(INBOUND, FROM_VENDOR),
            more(
                INBOUND,
                inbound("Premises", connector_type="OnPremises", tls_sender_certificate_name=f"mail.{HOME}"),
            ),
            _blocks_and_allows_nothing,
        ),
        finding="return-not-recognized",
    ),
    "the vendor's addresses are allowed, and no connector names them": Case(
        "inspected", "inline", (without(INBOUND, FROM_VENDOR),), **OK
    ),
    "asks for more than the scope": Case(
        "in_part",
        "partly",
        (_only(subject_contains_words=["x"]),),
        finding="content-decides",
        names=("subject_contains_words",),
    ),
}


def _protection(case: Case) -> Plain:
    tenant = changed(*case.changes, base=inline)
    protection = check(tenant, INTEGRATION, now=NOW)["protection"]
    assert isinstance(protection, dict)
    return protection


@pytest.mark.parametrize("name", CASES)
def test_the_right_protection(name: str) -> None:
    case = CASES[name]
    found = _protection(case)
    told = json.dumps(found, indent=1)
    assert found["verdict"] == case.verdict, told
    row = (found["scope"] or [found["everybody"]])[0]
    assert found["gap"] is case.gap, told
    assert case.mode in (row["mode"], found["scope"][-1]["mode"] if found["scope"] else row["mode"]), told
    if row["verdict"] != "inspected":
        assert row["why"], told
    if case.finding:
        gaps = [item for item in found["gaps"] if item["id"] == case.finding]
        assert gaps, told
        text = json.dumps(gaps)
        assert all(part in text for part in case.names), told


# What only somebody can close who keeps groups, or by a phase.
_TO_ASK = {
    "a person and a group without her",
    "a person and a group with her",
    "an empty group",
    "a group that is gone",
    "a dynamic group",
    "an unknown user",
    "a contact is the whole scope",
    "only an own connector may recognize what comes back",
}


@pytest.mark.parametrize("name", CASES)
def test_every_remedy_of_a_gap_closes_it_and_does_no_harm(name: str) -> None:
    tenant = changed(*CASES[name].changes, base=inline)
    tried = Tried(tenant, INTEGRATION)
    before = _open(tried.checked.result)
    RemedySearch([tenant], [tried.checked], tried.examine).complete()
    found = tried.search.complete(tried.checked.gaps())
    assert {key for key, _row, _cause in tried.checked.gaps()} == set(found)
    for key, row, cause in tried.checked.gaps():
        assert row["remedies"] == [{"text": item.text, "effect": item.effect} for item in found[key]]
        assert len(f"{row['cause']} {row['remedy']}".split()) <= MOST_WORDS
        assert cause.remedy or cause.ask or found[key]
        assert bool(found[key]) == ("No proved remedy" not in row["remedy"])
        for remedy in found[key]:
            snapshot = edited(tenant, remedy.edits)
            result = tried.examine(snapshot).result
            after = _open(result)
            assert (row["id"], row["subject"]) not in after
            assert after <= before, remedy.text
            old, new = (verdicts(deepcopy(side), INTEGRATION, now=NOW)[""] for side in (tenant, snapshot))
            assert ORDER.index(new) <= ORDER.index(old), remedy.text
            assert edit_entries(tenant, remedy.edits)
    assert bool(found) and not all(found.values()) or name not in _TO_ASK
    assert not found or all(found.values()) or name in _TO_ASK


def _open(result: Plain) -> set[tuple[str, str]]:
    gaps = result["protection"]["gaps"]
    return {(item["id"], item["subject"]) for item in gaps if not item["chosen"]}


def test_what_closes_a_gap_can_be_done_and_undone_before_a_change() -> None:
    """As entries for the runbook, like the remedies of a refusal."""
    tenant = changed(first(stopping("Partners", sender_domain_is=["partner.example"])), base=inline)
    tried = Tried(tenant, INTEGRATION)
    search = RemedySearch([tenant], [tried.checked], tried.examine)
    search.complete()
    before = search.before_the_change([key for key, _row, _cause in tried.checked.gaps()])
    assert before is not None
    (entry,) = before["entries"]
    assert (entry["object"]["name"], before["together"]) == (PROTECT, True)
    assert [step["cmdlet"] for step in (*entry["steps"], *entry["undo"])] == ["Set-TransportRule"] * 2
    assert any("Then inspected: " in text for text in before["effects"])


@pytest.mark.parametrize(
    ("scope", "offered"),
    [
        ({"sent_to": [BERND]}, f"Add {DESK} to the condition sent_to"),
        ({"sent_to_member_of": [SALES]}, f"Add {DESK} to members of the group {SALES}"),
        # Who is in the vendor's group, the variables say.
        ({"sent_to_member_of": [VENDOR_GROUP]}, 'Move the mail-flow rule "Desk" above'),
    ],
)
def test_whom_a_rule_brings_in_is_taken_into_the_scope(scope: Plain, offered: str) -> None:
    desk = rule("Desk", conditions={"sent_to": [DESK]}, actions={"redirect_message_to": [BERND]})
    known = knows(mailbox(DESK), group(VENDOR_GROUP, [BERND]))
    tenant = changed(known, _only(**scope), last(desk), base=inline)
    gaps = remedied(tenant, partial(examined, integration=INTEGRATION, now=NOW))["protection"]["gaps"]
    (gap,) = [item for item in gaps if item["id"] == "brought-uninspected"]
    assert gap["remedies"][0]["text"].startswith(offered)


def test_a_domain_has_those_whom_only_the_actions_of_rules_name() -> None:
    """Whether later rules see a copy is not known, so a domain with such a mailbox is not certainly inspected."""
    copies = rule("Copies", conditions={"from_scope": OUTSIDE}, actions={"blind_copy_to": [DESK]})
    tenant = changed(knows(mailbox(DESK)), _only(recipient_domain_is=[HOME]), first(copies), base=inline)
    (entry,) = examined(tenant, INTEGRATION, now=NOW).result["protection"]["scope"]
    assert entry["gap"]
    assert DESK in entry["why"]


def test_whom_a_rule_copies_to_stands_for_nobody_else() -> None:
    """To the own mail of that mailbox the rule adds nobody, to that of others it does."""
    copies = rule("Copies", conditions={"sent_to_member_of": [SALES]}, actions={"blind_copy_to": [BERND]})
    tenant = changed(_only(), first(copies), base=inline)
    rows = examined(tenant, INTEGRATION, now=NOW).result["protection"]["gaps"]
    assert any(row["id"] == "brought-uninspected" and row["subject"] == "Copies" for row in rows)


def test_a_group_inside_the_group_of_the_scope_is_one_doubt_with_what_to_do() -> None:
    tenant = changed(
        knows(group(EVERYBODY, [SALES])),
        _only(sent_to_member_of=[EVERYBODY]),
        gateway("Scanner", ["198.51.100.25"], sender_domains=["scanner.example"]),
        base=inline,
    )
    examine = partial(examined, integration=INTEGRATION, now=NOW)
    gaps = examine(tenant).result["protection"]["gaps"]
    (gap,) = [item for item in gaps if item["id"] == "content-decides"]
    assert gap["mail"] == "mail by what the check cannot know (condition sent_to_member_of)"
    assert "members of a group inside a group" in gap["remedy"]
    (gap,) = [
        item for item in remedied(tenant, examine)["protection"]["gaps"] if item["id"] == "content-decides"
    ]
    assert gap["remedies"][0]["text"].startswith(f"Add {SALES} to the condition sent_to_member_of")


def test_a_member_is_added_and_taken_out_by_a_cmdlet_of_its_own() -> None:
    tenant = changed(knows(group(SALES, [BERND])), base=inline)
    (entry,) = edit_entries(tenant, adding("recipients", SALES, "members", [CLARA]))
    assert (entry["before"], entry["after"]) == (
        {"name": SALES, "members": [BERND]},
        {"name": SALES, "members": [BERND, CLARA]},
    )
    cmdlets = [step["cmdlet"] for step in (*entry["steps"], *entry["undo"])]
    assert cmdlets == ["Add-DistributionGroupMember", "Remove-DistributionGroupMember"]
    assert entry["steps"][0]["parameters"]["Member"] == CLARA
    for nobody in (ANNA, f"nothing@{HOME}"):
        with pytest.raises(NotEditable):
            edit_entries(tenant, adding("recipients", nobody, "members", [CLARA]))


def test_a_group_that_a_change_writes_is_not_the_administrators_to_edit() -> None:
    """What the change writes takes out who was added before."""
    desk = rule("Desk", conditions={"sent_to": [DESK]}, actions={"redirect_message_to": [BERND]})
    before = changed(knows(mailbox(DESK)), _only(sent_to_member_of=[SALES]), last(desk), base=inline)
    written = changed(knows(group(SALES, [BERND])), base=lambda: before)
    examine = partial(examined, integration=INTEGRATION, now=NOW)
    checked = [examine(before), examine(written)]
    RemedySearch([before, written], checked, examine).complete()
    (gap,) = [row for _key, row, _cause in checked[1].gaps() if row["id"] == "brought-uninspected"]
    assert [item["text"].partition(" ")[0] for item in gap["remedies"]] == ["Move"]


def test_a_remedy_never_takes_somebody_out_of_the_scope() -> None:
    """Whoever is no longer named is no gap, and gets all mail uninspected."""
    tenant = changed(_only(sent_to=[ANNA], sent_to_member_of=[SALES]), base=inline)
    tried = Tried(tenant, INTEGRATION)
    (gap,) = tried.checked.gaps()
    smaller = set_part(PROTECT, "conditions", sent_to_member_of=None)
    assert not tried.search.helps([gap[0]], smaller)
    assert _open(tried.examine(edited(tenant, smaller)).result) == set()


def test_the_header_of_a_remedy_is_the_one_that_the_vendor_gave() -> None:
    own = {**INTEGRATION, "header_value": "second,inline"}
    tenant = changed(_header("tailspin,monitor"), base=inline)
    result = remedied(tenant, partial(examined, integration=own, now=NOW))
    (gap,) = [item for item in result["protection"]["gaps"] if not item["chosen"]]
    assert gap["remedy"].startswith(
        f'Set set_header_value of the mail-flow rule "{PROTECT}" to second,inline.'
    )


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("second, inline", "inspected"), ("second,monitor", "not_inspected"), ("own text", "not_proved")],
)
def test_a_value_of_the_header_that_the_vendor_gave(value: str, verdict: str) -> None:
    """It is inline as far as it ends so; what the vendor reads in another form is not known."""
    tenant = changed(_header(value), base=inline)
    assert check(tenant, INTEGRATION, now=NOW)["protection"]["verdict"] == "not_inspected"
    given = {**INTEGRATION, "header_value": value}
    assert check(tenant, given, now=NOW)["protection"]["verdict"] == verdict


SERVICE = signatures("Signatures", "smtp.signatures.example", "X-Signed", stop_rule_processing=True)


def test_what_is_no_worse_than_without_the_vendor_is_nothing_to_fail_on() -> None:
    """After a green run, verify says of a doubt about somebody else's product what the gate said: one line, and no refusal."""
    tenant = changed(*SERVICE, base=inline)
    result = check(tenant, INTEGRATION, now=NOW)
    alone = baseline(tenant, INTEGRATION, now=NOW)
    assert (result["verdict"], alone["verdict"]) == ("not_proved", "not_proved")
    assert mail_flow_refusals(result) != []
    held = {**result, "baseline": alone}
    assert mail_flow_refusals(held) == []
    told = lines(held)
    assert [text for text in told if text.startswith(("BLOCKS", "WALKED"))] == []
    assert len([text for text in told if text.startswith("AS BEFORE")]) == 1
    gate = {
        **result,
        "before": examined(changed(*SERVICE, base=monitor), INTEGRATION, now=NOW, comparable=True).result,
    }
    assert mail_flow_refusals(gate) == []


@pytest.mark.parametrize(
    "change",
    [
        exceptions(),
        named(OUTBOUND, TO_VENDOR, enabled=False),
        named(INBOUND, FROM_VENDOR, **LOCK),
        gateway("Mimecast", MIMECAST, **LOCK),
        named(RULES, PROTECT, mode="Audit"),
        first(stopping("Boss", sent_to=[ANNA])),
    ],
)
def test_what_the_vendor_brings_about_is_still_to_fail_on(change: Change) -> None:
    tenant = changed(*SERVICE, change, base=inline)
    held = {**check(tenant, INTEGRATION, now=NOW), "baseline": baseline(tenant, INTEGRATION, now=NOW)}
    assert mail_flow_refusals(held) != []


def test_without_the_vendor_nothing_of_the_portal_is_left() -> None:
    tenant = changed(*SERVICE, base=inline)
    kept = deepcopy(tenant)
    alone = without_vendor(tenant, INTEGRATION, NOW)
    names = {topic: [row["name"] for row in alone[topic]] for topic in (RULES, INBOUND, OUTBOUND)}
    assert names == {
        RULES: ["Send to Signatures"],
        INBOUND: ["From Signatures"],
        OUTBOUND: ["To Signatures"],
    }
    assert alone["journal_rules"] == []
    assert tenant == kept


def test_a_header_proves_nothing_where_the_portal_is_not_known() -> None:
    found = check(inline(), {**INTEGRATION, "portal": ""}, now=NOW)["protection"]
    assert found["verdict"] == "not_proved"
    assert "is the portal is not known" in found["gaps"][0]["cause"]


def test_a_class_that_a_change_adds_is_held_against_the_same_mail_before_it() -> None:
    """A signature service whose header the check does not know: the doubt about forwards was there before anybody was protected."""
    service = signatures("Signatures", "smtp.signatures.example", "X-Signed", stop_rule_processing=True)
    before = changed(*service, base=monitor)
    after = changed(*service, base=inline)
    compared = examined(before, INTEGRATION, now=NOW, comparable=True).result
    alone = check(before, INTEGRATION, now=NOW)
    assert compared["verdict"] == alone["verdict"]
    kinds = {item["class"] for item in compared["classes"]} - {item["class"] for item in alone["classes"]}
    assert kinds == {"auto-forward"}
    without = concerned_classes({**check(after, INTEGRATION, now=NOW), "before": alone}, only_worse=True)
    held = concerned_classes({**check(after, INTEGRATION, now=NOW), "before": compared}, only_worse=True)
    assert "auto-forward" in without
    assert "auto-forward" not in held


# --------------------------------------------------------------------------------------------- the words of the second verdict

_SOMEBODY = MailUser(ANNA, ANNA, kind="individual")
_SEEN = MessageView(Message(_SOMEBODY, _SOMEBODY), False, True, None, Headers())


def _end(kind: DispositionKind, done: bool | None = False, *, certain: bool = True) -> Disposition:
    bifurcation = Bifurcation((_SOMEBODY,), Headers(), False, frozenset())
    delivery = Delivery(Inspection(done), _SEEN, bifurcation) if kind == "delivered" else None
    return Disposition(_SOMEBODY, kind, certain, None, True, None, delivery)


def _gap(sureness: Sureness) -> Gap:
    return Gap(Cause("outside-scope", PROTECT, "."), "all mail", sureness)


@pytest.mark.parametrize(
    ("ends", "gaps", "verdict"),
    [
        ([_end("delivered", True)], [], "inspected"),
        ([_end("delivered", True)], [_gap("sure")], "in_part"),
        ([_end("delivered", True)], [_gap("some")], "in_part"),
        ([_end("delivered", True)], [_gap("unknown")], "not_proved"),
        ([_end("delivered", True)], [_gap("unknown"), _gap("sure")], "in_part"),
        ([_end("delivered")], [_gap("sure")], "not_inspected"),
        ([_end("delivered")], [_gap("sure"), _gap("unknown")], "not_proved"),
        ([_end("delivered", None)], [_gap("unknown")], "not_proved"),
        ([_end("delivered"), _end("unknown")], [_gap("sure")], "in_part"),
        ([_end("delivered", True), _end("unknown")], [], "not_proved"),
        ([_end("delivered", True), _end("loop", certain=False)], [], "not_proved"),
        ([_end("unknown")], [_gap("sure")], "not_proved"),
        ([_end("rejected", certain=False)], [], "not_proved"),
        ([_end("loop")], [], "not_inspected"),
        ([_end("stranded")], [_gap("sure")], "not_inspected"),
        ([_end("delivered", True), _end("loop")], [], "in_part"),
        ([_end("delivered", True), _end("rejected")], [], "in_part"),
        ([], [], "not_proved"),
    ],
)
def test_the_verdict_on_one_kind_of_recipient(ends: list[Disposition], gaps: list[Gap], verdict: str) -> None:
    assert Seen(ends, gaps).verdict == verdict


@pytest.mark.parametrize(
    ("verdicts_of_each", "verdict"),
    [
        (["inspected", "inspected"], "inspected"),
        (["inspected", "not_inspected"], "in_part"),
        (["inspected", "in_part"], "in_part"),
        (["not_inspected", "in_part"], "in_part"),
        (["not_proved", "in_part"], "in_part"),
        (["inspected", "not_proved"], "not_proved"),
        (["not_inspected", "not_proved"], "not_proved"),
        (["inspected", "not_inspected", "not_proved"], "in_part"),
    ],
)
def test_the_verdict_on_several(verdicts_of_each: list[str], verdict: str) -> None:
    assert of_all(verdicts_of_each) == verdict


def test_only_what_is_certainly_stranded_is_held_up() -> None:
    assert Seen([_end("stranded")]).held_up
    assert not Seen([_end("stranded", certain=False)]).held_up
    assert not Seen([_end("rejected")]).held_up


# ------------------------------------------------------------------------------------------- one line for each distinct way


def _gaps_of(*changes: Change) -> list[Plain]:
    found = examined(changed(*changes, base=inline), INTEGRATION, now=NOW).result["protection"]
    gaps: list[Plain] = found["gaps"]
    return gaps


_NAMED = last(
    rule(
        "Hold",
        conditions={"sender_domain_is": ["a.example"], "sent_to": [DORA]},
        actions={"quarantine": True},
    )
)


def test_a_way_of_all_mail_is_not_told_again_for_senders_whom_rules_name() -> None:
    (gap,) = _gaps_of(_NAMED, named(RULES, PROTECT, mode="Audit"))
    assert (gap["id"], gap["mail"]) == ("audit-mode", "all mail")


def test_what_senders_have_in_common_is_told_once_for_all_of_them() -> None:
    """Two are let pass, and a rule tells them apart."""
    way = exceptions(*GUARD, sender_domain_is=["a.example", "b.example"])
    (gap,) = _gaps_of(_NAMED, way)
    assert (gap["id"], gap["mail"]) == ("protect-passes", "mail from sender@a.example, sender@b.example")


def test_that_nobody_knows_the_members_of_a_group_is_said_of_the_group_alone() -> None:
    (gap,) = _gaps_of(conditions(**COMES_IN, sent_to_member_of=[EVERYBODY]), knows(group(EVERYBODY, None)))
    assert (gap["id"], gap["whom"]) == ("scope-group-unknown", [EVERYBODY])


def test_a_note_is_not_told_beside_the_gap_that_says_more() -> None:
    case = changed(gateway("Mimecast Inbound", MIMECAST), exceptions(*GUARD, *MIMECAST), base=inline)
    result = remedied(case, partial(examined, integration=INTEGRATION, now=NOW))
    told = [text for text in lines(result) if "gateway-exempted-monitor-only" in text]
    assert [text.partition("  ")[0] for text in told] == ["GAP"]
    assert f"This concerns mail that comes in from {', '.join(MIMECAST)} to " in told[0]


@pytest.mark.parametrize(
    "header", ["tailspin,office365_emails,inline", "", "fabrikam,office365_emails,inline"]
)
def test_a_wrong_host_is_corrected_unless_the_rule_speaks_of_another_portal(header: str) -> None:
    case = changed(
        _header(header),
        named(OUTBOUND, TO_VENDOR, smart_hosts=["fabrikam-host.checkpointcloudsec.com"]),
        base=inline,
    )
    corrected = [
        edit.name for edits in to_own_host(tenant(case, INTEGRATION, NOW), PROTECT) for edit in edits
    ]
    assert corrected == ([] if header.startswith("fabrikam") else [TO_VENDOR])
