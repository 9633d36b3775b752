# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clauses of the mail-flow check that the verdicts on whole tenants hardly show, each by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change.remedies import remedied
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.actions import carry_out
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.arrivals import Arrivals
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.bifurcations import Bifurcation
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.classes import Generator
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.message import (
    Message,
    MessageView,
    Source,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.people import People
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.predicates import conjuncts
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.rules import RuleSet
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.submission import Submission
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.tenant import Tenant, tenant
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import examined
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import (
    no_longer_inspected,
    verdict_before,
    worse_than,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.gap_edits import (
    past_gateway,
    with_header,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.directory import Directory
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.headers import Headers
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.routing import (
    on_premises_connector,
)

from tests.unit.mail_flow.mail_flow_judgements import (
    ANNA,
    BERND,
    COMES_IN,
    EVERYBODY,
    FROM_DLP,
    FROM_VENDOR,
    GUARD,
    HEADER,
    INBOUND,
    INCOMING,
    INTEGRATION,
    OUTBOUND,
    PROTECT,
    RULES,
    complete,
    conditions,
    exceptions,
    inline,
    protecting,
)
from tests.unit.mail_flow.mail_flow_samples import (
    NOW,
    Change,
    Plain,
    changed,
    classes,
    first,
    group,
    inbound,
    knows,
    last,
    less,
    mailbox,
    more,
    named,
    outbound,
    rule,
    verdict,
)

GATEWAY = "203.0.113.7"
_STOP = {"set_scl": "-1", "stop_rule_processing": True}


def _tenant(*changes: Change) -> Tenant:
    return tenant(changed(*changes, base=inline), INTEGRATION, NOW)


def _people(found: Tenant) -> People:
    return People(found.objects, found.directory, RuleSet(found.directory, found.objects.rules))


def _lock(name: str, *addresses: str, **others: Any) -> Plain:
    settings = {"sender_ip_addresses": list(addresses), "restrict_domains_to_ip_addresses": True}
    return inbound(name, **{**settings, **others})


@pytest.mark.parametrize(
    "section",
    [
        {"header_contains_words": ["x"]},
        {"header_matches_patterns": ["x"]},
        {"between_member_of2": ["sales@tailspin.example"]},
    ],
)
def test_half_of_a_pair_is_a_condition_of_which_nothing_is_known(section: Plain) -> None:
    found = _tenant(first(rule("Half", conditions=section)))
    (part,) = conjuncts(found.directory, found.objects.rules[0])
    user = found.directory.user(ANNA)
    assert part.value(MessageView.of(user), user, (user,)) is None


@pytest.mark.parametrize(
    ("source", "rejected"),
    [(Source("submitted"), True), (Source("internal"), True), (Source("smtp"), None)],
)
def test_a_domain_that_may_not_send(source: Source, rejected: bool | None) -> None:
    found = _tenant(lambda plain: plain["accepted_domains"][0].update(sending_from_domain_disabled=True))
    for address, wanted in ((ANNA, [rejected]), ("somebody@outside.invalid", [])):
        user = found.directory.user(address)
        attribution, _view = found.entered(Message(user, user), source, Headers())
        assert [item.value for item in attribution.rejections if item.by == "sending disabled"] == wanted


def test_mail_of_the_internet_comes_through_what_lets_it_in() -> None:
    def sources(*changes: Change) -> set[str]:
        found = _tenant(*changes)
        return {source.text for source in Generator(found, _people(found)).internet}

    usual = sources()
    assert sources(more(INBOUND, _lock("Lock", GATEWAY, *INCOMING))) == {GATEWAY}
    assert sources(more(INBOUND, _lock("Lock", GATEWAY, enabled=None))) == {GATEWAY, *usual}
    for open_to_all in (
        _lock("Vendor", *INCOMING),
        _lock("Off", GATEWAY, enabled=False),
        _lock("One", GATEWAY, sender_domains=["bank.example"]),
        _lock("Premises", GATEWAY, connector_type="OnPremises"),
        inbound("Named", sender_ip_addresses=[GATEWAY]),
    ):
        assert sources(more(INBOUND, open_to_all)) == usual


def test_only_somebody_else_s_acting_rule_is_asked_to_leave_the_header_alone() -> None:
    removing = {"remove_header": HEADER, "prepend_subject": "x"}
    found = _tenant(
        first(rule("Off", actions=removing, enabled=False)),
        first(rule("Acts", actions=removing)),
        first(rule("Sets", actions={"set_header_name": HEADER, "set_header_value": "x"})),
        first(rule("Other header", actions={"remove_header": "X-Other"})),
        last(protecting("Check Point - Protect groups") | {"actions": removing}),
    )
    protect = next(item for item in found.objects.rules if item.name == PROTECT)
    edits = [edit for edits in with_header(found, protect) for edit in edits]
    assert {(edit.name, edit.path, edit.value) for edit in edits} == {
        ("Acts", "actions.remove_header", None),
        # A rule cannot be without any action.
        ("Sets", "enabled", False),
    }


@pytest.mark.parametrize(
    ("lock", "opened"),
    [
        (_lock("Lock", GATEWAY), True),
        (_lock("Lock", GATEWAY, restrict_domains_to_ip_addresses=None), True),
        (_lock("Lock", GATEWAY, enabled=None), True),
        (_lock("Lock", GATEWAY, enabled=False), False),
        (inbound("Lock", sender_ip_addresses=[GATEWAY]), False),
        (_lock("Lock", GATEWAY, *GUARD), False),
    ],
)
def test_past_a_gateway_what_lets_only_that_in_takes_the_vendor_s_as_well(lock: Plain, opened: bool) -> None:
    excepted = named(RULES, PROTECT, exceptions={"sender_ip_ranges": [*GUARD, GATEWAY]})
    found = _tenant(excepted, more(INBOUND, lock))
    protect = next(item for item in found.objects.rules if item.name == PROTECT)
    candidates = past_gateway(found, protect)
    assert [edit.value for edit in candidates[0]] == [(GATEWAY,)]
    assert [[edit.name for edit in edits] for edits in candidates[1:]] == (
        [["Lock", PROTECT]] if opened else []
    )


def test_without_other_addresses_there_is_no_gateway_to_pass() -> None:
    found = _tenant(more(INBOUND, _lock("Lock", GATEWAY)))
    protect = next(item for item in found.objects.rules if item.name == PROTECT)
    assert past_gateway(found, protect) == ()


def _class(name: str, verdict_of_it: str, *, vendor: bool = False) -> Plain:
    path = [{"at": "vendor" if vendor else "mailbox", "name": "", "what": "", "certain": True}]
    return {"class": name, "verdict": verdict_of_it, "path": path, "informative": False}


@pytest.mark.parametrize(
    ("verdict_of_all", "walked", "told"),
    [
        # What would come back from the vendor is nothing of now.
        ("loop", [_class("internet-to-protected", "safe"), _class("returned", "loop")], "safe"),
        ("loop", [_class("internet-to-protected", "not_proved"), _class("returned", "loop")], "not_proved"),
        ("loop", [_class("internet-to-protected", "safe", vendor=True), _class("returned", "loop")], "loop"),
        ("loop", [_class("returned", "loop", vendor=True)], "loop"),
        # Whatever the classes say: more counts than they show.
        ("not_proved", [_class("internet-to-protected", "safe"), _class("returned", "loop")], "not_proved"),
        ("not_read", [_class("internet-to-protected", "safe"), _class("returned", "loop")], "not_read"),
        (
            "safe",
            [
                _class("internet-to-protected", "safe"),
                {**_class("peer-customer", "loop"), "informative": True},
            ],
            "safe",
        ),
    ],
)
def test_what_is_said_of_a_tenant_before_the_vendor_gets_mail(
    verdict_of_all: str, walked: list[Plain], told: str
) -> None:
    assert verdict_before({"verdict": verdict_of_all, "classes": walked}) == told


@pytest.mark.parametrize(
    ("settings", "finding"),
    [
        ({"enabled": False}, "protect-disabled"),
        ({"mode": "Audit"}, "audit-mode"),
        ({"activation_date": "2027-01-01T00:00:00Z"}, "not-yet-active"),
        ({"expiry_date": "2026-01-01T00:00:00Z"}, "not-yet-active"),
    ],
)
def test_why_a_protect_rule_does_not_act(settings: Plain, finding: str) -> None:
    result = verdict(changed(named(RULES, PROTECT, **settings), base=inline), **INTEGRATION)
    assert {row["id"] for row in result["protection"]["gaps"]} == {finding}


def test_a_recipient_elsewhere_is_walked_as_a_contact() -> None:
    contact = {**mailbox("counsel@lawyers.example", external="counsel@lawyers.example"), "kind": "other"}
    walked = classes(verdict(changed(knows(contact), base=inline), **INTEGRATION))
    assert [item["title"] for name, item in walked.items() if name.startswith("external-contact")] == [
        "from the internet to counsel@lawyers.example, whose mailbox is elsewhere"
    ]
    assert not [name for name in classes(verdict(inline(), **INTEGRATION)) if "external-contact" in name]


def test_whom_a_rule_is_meant_for_is_asked_as_of_mail_from_elsewhere() -> None:
    """For an address that nobody has in a domain that is passed on, who sends decides (4.6)."""
    relay = {"domain_name": "relay.example", "domain_type": "InternalRelay", "match_subdomains": False}
    gone = {**mailbox("gone@relay.example"), "kind": "missing", "addresses": []}
    found = _tenant(more("accepted_domains", relay), knows(gone), conditions(**COMES_IN))
    protect = next(item for item in found.objects.rules if item.name == PROTECT)
    rules = RuleSet(found.directory, found.objects.rules)
    assert rules.recipient_match(protect, found.directory.user("gone@relay.example")) is None
    assert rules.recipient_match(protect, found.directory.user(BERND)) is True


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        ([], None),
        ([{}], None),
        ([{"route_all_messages_via_on_premises": None}], ("0", None)),
        (
            [{"route_all_messages_via_on_premises": None}, {"route_all_messages_via_on_premises": True}],
            ("1", True),
        ),
        ([{"route_all_messages_via_on_premises": True, "enabled": False}], None),
    ],
)
def test_which_connector_takes_everything(
    states: list[Plain], wanted: tuple[str, bool | None] | None
) -> None:
    rows = [outbound(str(number), **state) for number, state in enumerate(states)]
    found = on_premises_connector(_tenant(more(OUTBOUND, *rows)).objects)
    assert (found and (found[0].name, found[1])) == wanted


def test_who_is_elsewhere_or_left_has_no_manager() -> None:
    """A rule that adds or redirects to the manager of the sender (5.1)."""
    for how in ("Cc", "Redirect"):
        managed = rule("Manager", conditions={}, actions={"add_manager_as_recipient_type": how})
        walked = classes(verdict(changed(first(managed), base=inline), **INTEGRATION))
        assert walked["internet-to-protected"]["verdict"] == "safe"
        assert walked["internal"]["verdict"] == "not_proved"
    held = rule(
        "Manager",
        conditions={"from_scope": "NotInOrganization"},
        actions={"moderate_message_by_manager": True},
    )
    walked = classes(verdict(changed(first(held), base=inline), **INTEGRATION))
    assert {end["end"] for end in walked["internet-to-protected"]["ends"]} == {"delivered"}


def test_what_a_lock_down_of_the_vendor_s_own_connector_needs() -> None:
    """The fewest switches that open it."""
    both = ("restrict_domains_to_ip_addresses", "restrict_domains_to_certificate")
    for switches in (both[:1], both):
        settings = {
            "tls_sender_certificate_name": "*.checkpointcloudsec.com",
            **dict.fromkeys(switches, True),
        }
        locked = changed(named(INBOUND, FROM_VENDOR, **settings), base=inline)
        found = remedied(locked, partial(examined, integration=INTEGRATION, now=NOW))["findings"]
        (finding,) = [row for row in found if row["id"] == "vendor-lock-down"]
        assert finding["cause"].startswith("Mail is lost")
        assert all((name in finding["remedies"][0]["text"]) == (name in switches) for name in both)


@pytest.mark.parametrize(
    ("exception", "whom"),
    [
        ({"sender_domain_is": ["shop.example"]}, {ANNA, BERND}),
        ({"sent_to": [ANNA]}, {ANNA}),
    ],
)
def test_whom_an_exception_of_the_protect_rule_concerns(exception: Plain, whom: set[str]) -> None:
    """One for a sender everybody in the scope, whoever was walked; one for a recipient that recipient."""
    scoped = conditions(**COMES_IN, sent_to=[ANNA, BERND])
    excepting = exceptions(sender_ip_ranges=GUARD, **exception)
    marked = last(rule("Mark", conditions={"sent_to": [BERND]}, actions={"set_scl": "-1"}))
    result = verdict(changed(scoped, excepting, marked, base=inline), **INTEGRATION)
    gaps = [row for row in result["protection"]["gaps"] if row["id"] == "protect-passes"]
    assert {one for row in gaps for one in row["whom"]} == whom


@pytest.mark.parametrize(("sender", "certain"), [(ANNA, False), ("x@outside.invalid", True)])
def test_what_a_manager_may_have_to_approve_goes_on_uncertainly(sender: str, certain: bool) -> None:
    """Nobody outside has a manager here."""
    found = _tenant(first(rule("Held", actions={"moderate_message_by_manager": True})))
    author, to = found.directory.user(sender), found.directory.user(BERND)
    view = MessageView(Message(author, author), True, False, None, Headers())
    rules = RuleSet(found.directory, found.objects.rules)
    outcome = carry_out(rules, view, Bifurcation((to,), Headers(), False, frozenset()))
    assert {part.certain for part in outcome.bifurcations} == {certain}


def _behind(directory: Directory, hop: str) -> Submission:
    """An uncertain message that was handed over once before."""
    user = directory.user(ANNA)
    message = Submission(Message(user, user), (user,), Source("smtp"), Headers(), certain=False)
    return replace(message, history=frozenset({(hop, user)}))


def test_what_is_joined_is_walked_anew_whenever_something_new_is_joined() -> None:
    """Of one state some are kept apart; the others wait as one, and again after they were taken."""
    arrivals, directory = Arrivals(without_vendor=False), _tenant().directory
    walked = []
    for hops in ("abcde", "f", "f"):
        for hop in hops:
            arrivals.add(_behind(directory, hop))
        walked.append(sorted(len(one.history | one.perhaps) for one in arrivals))
    assert walked == [[1, 1, 1, 5], [6], []]


def test_only_rules_that_act_tell_the_addresses_of_one_recipient_apart() -> None:
    original = {"recipient_address_type": "Original"}
    assert not _tenant().objects.by_written_address
    assert not _tenant(first(rule("Off", enabled=False, **original))).objects.by_written_address
    assert not _tenant(first(rule("Resolved"))).objects.by_written_address
    assert _tenant(first(rule("Original", **original))).objects.by_written_address


@pytest.mark.parametrize(
    ("domain_type", "kind", "inside"),
    [
        ("Authoritative", "missing", True),
        ("InternalRelay", "missing", True),
        # Nobody of the organization has the address, so whoever sends by it is elsewhere.
        ("ExternalRelay", "missing", False),
        ("ExternalRelay", "other", None),
        ("Unheard", "missing", None),
    ],
)
def test_whether_a_sender_by_an_accepted_domain_is_inside(
    domain_type: str, kind: str, inside: bool | None
) -> None:
    relay = {"domain_name": "relay.example", "domain_type": domain_type, "match_subdomains": False}
    sender = {**mailbox("a@relay.example"), "kind": kind, "addresses": []}
    scoped = rule("Inside", conditions={"from_scope": "InOrganization"})
    found = _tenant(more("accepted_domains", relay), knows(sender), first(scoped))
    (part,) = conjuncts(found.directory, found.objects.rules[0])
    author, to = found.directory.user("a@relay.example"), found.directory.user(ANNA)
    view = MessageView(Message(author, author), True, True, None, Headers())
    assert part.value(view, to, (to,)) is inside


@pytest.mark.parametrize(
    ("header", "above", "told"),
    [
        # As without the vendor: whether it says so hangs on the message.
        ("X-Other", (), "safe"),
        # The service writes it anew when the message comes back.
        ("Authentication-Results", (), "not_proved"),
        # Only what comes back certainly has it.
        (HEADER, (), "lost"),
        ("X-Other", ("sender_ip_ranges",), "lost"),
    ],
)
def test_what_a_rule_ends_is_excused_only_by_what_would_end_as_surely(
    header: str, above: tuple[str, ...], told: str
) -> None:
    says = {"header_contains_message_header": header, "header_contains_words": ["tailspin"]}
    ends = rule("Ends", conditions=says, actions={"delete_message": True})
    marks = {"set_header_name": header, "set_header_value": "tailspin"}
    marking = [first(rule("Marks", conditions={name: INCOMING}, actions=marks)) for name in above]
    walked = classes(verdict(changed(first(ends), *marking, base=inline), **INTEGRATION))
    assert walked["internet-to-protected"]["verdict"] == told


@pytest.mark.parametrize(
    ("condition", "above", "certain"),
    [
        ({"sender_domain_is": ["outside.invalid"]}, (), True),
        ({"subject_contains_words": ["x"]}, (), False),
        # What certainly matches happens only where nothing above has stopped it.
        ({"sender_domain_is": ["outside.invalid"]}, (EVERYBODY,), False),
    ],
)
def test_a_rule_that_may_not_act_is_told_as_possible(
    condition: Plain, above: tuple[str, ...], certain: bool
) -> None:
    marks = {"set_header_name": "X-Other", "set_header_value": "x"}
    found = rule("Marks", conditions=condition, actions={**marks, "route_message_outbound_connector": "Gone"})
    stops = [first(rule("Stops", conditions={"sent_to_member_of": [one]}, actions=_STOP)) for one in above]
    unknown = knows(group(EVERYBODY, None))
    walked = classes(verdict(changed(first(found), *stops, unknown, base=inline), **INTEGRATION))
    paths = [walked[name]["path"] for name in walked if name.startswith("internet-to-protected")]
    steps = [stop for path in paths for stop in path if stop["name"] == "Marks"]
    assert {(stop["certain"], "possibly" in stop["what"]) for stop in steps} == {(certain, not certain)}


def _walked(**paths: str) -> Plain:
    """Classes by verdict, and whether they go through the vendor."""
    found = [
        {**_class(name.replace("_", "-"), told.split()[0], vendor="vendor" in told), "title": name}
        for name, told in paths.items()
    ]
    return {"classes": found}


@pytest.mark.parametrize(
    ("now", "worse", "uninspected"),
    [
        ({"internal": "safe", "outbound": "safe vendor"}, [], []),
        ({"internal": "lost", "outbound": "safe vendor"}, ["internal"], []),
        ({"internal": "safe vendor", "outbound": "safe"}, [], ["outbound"]),
        ({"internal": "safe"}, [], ["outbound"]),
        ({"outbound": "not_proved vendor", "journal_report": "loop"}, ["outbound"], []),
    ],
)
def test_what_has_changed_since_a_plan_was_approved(
    now: dict[str, str], worse: list[str], uninspected: list[str]
) -> None:
    approved = _walked(internal="safe", outbound="safe vendor")
    assert worse_than(approved, _walked(**now)) == worse
    assert no_longer_inspected(approved, _walked(**now)) == uninspected


def test_the_rule_that_has_sent_mail_is_the_one_to_blame() -> None:
    """Another one of the vendor's may be the wrong way round."""
    reversed_one = conditions(PROTECT, **COMES_IN, sender_ip_ranges=GUARD)
    changes = (exceptions(name=PROTECT), reversed_one, less(INBOUND, FROM_DLP))
    walked = classes(verdict(changed(*changes, base=complete), **INTEGRATION))
    assert walked["outbound"]["finding"] == "dlp-return-not-relayed"
    assert walked["internal"]["finding"] == "reversed-predicate"
