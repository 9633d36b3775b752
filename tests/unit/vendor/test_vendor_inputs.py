# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the variables of a run: everything at once, each thing in one sentence, and nothing that is right."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._vendor.decision import remarks
from ansible_collections.avanan.office365.plugins.module_utils._vendor.inputs import (
    left_out,
    problems,
)
from ansible_collections.avanan.office365.plugins.module_utils._vendor.nearest import nearest
from ansible_collections.avanan.office365.plugins.module_utils._vendor.recipients import (
    named_by,
    wrong_recipients,
)
from ansible_collections.avanan.office365.plugins.module_utils._vendor.tenant import ObservedTenant
from ansible_collections.avanan.office365.plugins.module_utils._vendor.value_checks import texts

from tests.unit.vendor.vendor_runs import FULL, PHASES, run_of, wrong

_EVERYONE = {"protect_everyone": True}
_SENDERS = {"outbound_users": ["user02"], "portal_values": {"dlp_require_tls": True}}
_LONG = "x" * 65


@pytest.mark.parametrize("phase", PHASES)
def test_what_is_right_is_right(phase: str) -> None:
    assert wrong(phase, **FULL) == []


@pytest.mark.parametrize(
    "phases", [("monitor", "inline"), ("monitor", "inline", "outbound"), ("inline", "rescope")]
)
def test_phases_together(phases: tuple[str, ...]) -> None:
    assert wrong(*phases, **FULL, inline_inbound_connector="monitor" not in phases) == []


@pytest.mark.parametrize(
    ("phase", "inputs", "words"),
    [
        ("monitor", {"portal_name": ""}, "portal_name is not given"),
        ("monitor", {"portal_name": "Customer X"}, "not a single host label"),
        ("monitor", {"portal_name": "x" * 60}, "too long for a host name"),
        ("monitor", {"portal_farm": "a.b"}, "portal_farm: "),
        ("monitor", {"portal_farm": "mt-prod-av-1"}, "is in region eu, not in portal_region us"),
        ("monitor", {"portal_region": None}, "portal_region is not given"),
        ("monitor", {"portal_region": "au"}, "give portal_farm or monitor_undeliverable_recipient"),
        ("monitor", {"portal_ip_addresses": ["10.0.0.300"]}, "not an IPv4 address"),
        ("monitor", {"portal_others": [{"name": "Customer Y", "region": "us"}]}, "not a single host label"),
        ("monitor", {"portal_others": [{"name": "customer-x", "region": "us"}]}, "name only further portals"),
        ("monitor", {"monitor_undeliverable_recipient": "nobody"}, "not an SMTP address"),
        ("monitor", {"portal_values": {"inbound_connector_name": _LONG}}, "65 characters long"),
        ("monitor", {"portal_values": {"protect_rule_name": "a\nb"}}, "line break"),
        ("monitor", {"portal_values": {"journal_rule_name": " x"}}, "begins or ends with a blank"),
        ("monitor", {"portal_values": {"smart_host": "host"}}, "neither a host name"),
        ("monitor", {"portal_values": {"journal_address": "host"}}, "not an SMTP address"),
        ("monitor", {"portal_values": {"header_name": "X Y"}}, "not the name of a header field"),
        ("monitor", {"portal_values": {"header_value": "a\r\nX-Evil: b"}}, "line break"),
        ("monitor", {"portal_group_domain": "contoso"}, "portal_group_domain: "),
        (
            "monitor",
            {"portal_footprint": "automatic"},
            "the journaling connector: give portal_values.journaling_connector_type and",
        ),
        ("inline", {}, "Nobody would be protected"),
        ("inline", {**_EVERYONE, "protected_domains": ["a.example"]}, "protect_everyone excludes"),
        ("inline", {"protected_domains": ["nowhere"]}, "not a domain"),
        ("inline", {**_EVERYONE, "portal_region": "uk"}, "would make mail loop"),
        ("inline", {**_EVERYONE, "inline_inbound_connector": False}, "has not run before"),
        ("inline", {**_EVERYONE, "inline_additional_ip_addresses": ["2001:db8::1"]}, "IPv6"),
        (
            "inline",
            {"protected_users": ["u"], "inline_group": True},
            "give portal_group_domain and portal_group_owners",
        ),
        (
            "rescope",
            {
                "protected_users": ["u"],
                "protected_groups": ["g"],
                "portal_values": {"protect_rule_name": "x" * 60},
            },
            "give a name of at most 56",
        ),
        ("outbound", {"portal_values": {"dlp_require_tls": True}}, "Nobody's outgoing mail"),
        ("outbound", {**_SENDERS, "outbound_everyone": True}, "outbound_everyone excludes"),
        ("outbound", {**_SENDERS, "outbound_groups": ["g"]}, "would protect only those who are both"),
        ("outbound", {**_SENDERS, "outbound_protect_outgoing": False}, "Nothing is to be protected"),
        (
            "outbound",
            {"outbound_users": ["u"]},
            "the DLP inbound connector: give portal_values.dlp_require_tls",
        ),
    ],
)
def test_what_is_wrong_gets_one_sentence(phase: str, inputs: dict[str, Any], words: str) -> None:
    (problem,) = wrong(phase, **inputs)
    assert words in problem


def test_everything_is_told_at_once() -> None:
    found = wrong(
        "monitor",
        "inline",
        portal_name="Customer X",
        portal_values={"smart_host": "host", "protect_rule_name": _LONG},
        protected_domains=["nowhere", "neither"],
        inline_additional_ip_addresses=["gateway"],
        portal_footprint="automatic",
        inline_inbound_connector=False,
    )
    assert len(found) == len(set(found)) == 8


def test_what_speaks_of_a_variable_without_a_value_waits_for_it() -> None:
    run = run_of("inline", portal_region=None)
    told = {
        "portal_region": "value of portal_region must be one of: us, eu",
        "protect_everyone": "protect_everyone: no",
    }
    assert problems(run, told) == list(told.values())


def test_check_mode_goes_on_without_what_the_vendor_does_not_publish() -> None:
    run = run_of(
        "monitor",
        "inline",
        "outbound",
        portal_footprint="automatic",
        protect_everyone=True,
        outbound_everyone=True,
    )
    assert [text.partition(":")[0] for text in left_out(run)] == [
        "the journaling connector",
        "the group of protected recipients",
        "the DLP inbound connector",
        "the group of protected senders",
        "the rule for internal mail",
    ]
    off = {
        "monitor_journaling_connector": False,
        "outbound_protect_outgoing": False,
        "outbound_protect_internal": False,
    }
    run = run_of("monitor", "outbound", portal_footprint="automatic", **off)
    assert [text.partition(":")[0] for text in left_out(run)] == ["the DLP inbound connector"]


def test_what_a_change_is_given() -> None:
    def change(**more: Any) -> list[str]:
        run = run_of(**{"portal_name": "", **more.pop("inputs", {})})
        return problems(type(run)(inputs=run.inputs, roles=["change"], **more), {})

    assert "Nothing to do: give the approved plan" in change()[0]
    assert change(instead=["change_plan_file"]) == []
    assert "exclude each other" in change(instead=["change_plan", "change_record_file"])[0]
    assert "run it by itself" in change(phases=["remove", "monitor"], inputs={"portal_name": "x"})[0]
    assert "above 0" in change(instead=["change_plan"], inputs={"change_plan_lifetime": float("nan")})[0]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"verify_since": "yesterday"}, "is not a time"),
        ({"verify_wait_minutes": -1.0}, "not a number from 0 on"),
        ({"verify_wait_minutes": float("inf")}, "not a number from 0 on"),
        ({"verify_interval_seconds": 0}, "not a number above 0"),
        ({"verify_users": ["user01"], "portal_region": None}, "portal_region is not given"),
    ],
)
def test_what_verify_is_given(inputs: dict[str, Any], words: str) -> None:
    run = run_of(**inputs)
    (problem,) = problems(type(run)(inputs=run.inputs, roles=["verify"]), {})
    assert words in problem


# ---------------------------------------------------------------------------------------------------------------- recipients


@pytest.mark.parametrize(
    ("phase", "inputs", "kind", "words"),
    [
        ("inline", {"protected_users": ["x"]}, "group", "protected_users: "),
        ("inline", {"protected_users": ["x"]}, "missing", 'no recipient "x"'),
        ("inline", {"protected_users": ["x"]}, "unknown", "may not run Get-Recipient"),
        ("rescope", {"protected_groups": ["x"]}, "individual", "single recipient"),
        ("rescope", {"protected_groups": ["x"]}, "missing", 'no group "x"'),
        ("outbound", {"outbound_users": ["x"]}, "group", "outbound_users: "),
        ("outbound", {"outbound_groups": ["x"]}, "individual", "outbound_users"),
    ],
)
def test_recipients_of_the_wrong_kind_are_named(
    phase: str, inputs: dict[str, Any], kind: str, words: str
) -> None:
    tenant = ObservedTenant({"recipients": {"x": {"kind": kind, "address": "x"}}})
    run = run_of(phase, check_mode=False, **inputs)
    (problem,) = wrong_recipients(run, tenant)
    assert words in problem


@pytest.mark.parametrize(
    "variable", ["protected_users", "protected_groups", "outbound_users", "outbound_groups"]
)
@pytest.mark.parametrize("identity", ["x@contoso.example", "x"])
@pytest.mark.parametrize("more", [{"check_mode": True}, {"check_mode": False}, {"preview": True}])
def test_what_is_not_there_is_refused_in_every_run(
    variable: str, identity: str, more: dict[str, bool]
) -> None:
    tenant = ObservedTenant({"recipients": {identity: {"kind": "missing", "address": identity}}})
    run = run_of("inline", "outbound", **more, **{variable: [identity]})
    (problem,) = wrong_recipients(run, tenant)
    assert problem.startswith(f"{variable}: there is no ")
    assert f'"{identity}" in the tenant' in problem


@pytest.mark.parametrize(("kind", "refused"), [("unknown", 0), ("unchecked", 0), ("missing", 1)])
def test_an_address_that_may_not_be_looked_up_is_taken(kind: str, refused: int) -> None:
    address = "x@contoso.example"
    tenant = ObservedTenant({"recipients": {address: {"kind": kind, "address": address}}})
    assert len(list(wrong_recipients(run_of("inline", protected_users=[address]), tenant))) == refused


def test_the_nearest_are_named_that_the_run_has_come_across() -> None:
    written = ["mia.roht@contoso.example", "jon.ass@contoso.example", "tam@contoso.example"]
    recipients = {name: {"kind": "missing", "address": name} for name in written}
    recipients["mia"] = {"kind": "individual", "address": "mia.roth@contoso.example"}
    rule = {
        "name": "r",
        "conditions": {"sent_to": ["jon.aas@contoso.example"], "sent_to_member_of": ["tam2"]},
    }
    tenant = ObservedTenant({"recipients": recipients, "mail_flow_rules": [rule]})
    run = run_of("inline", protected_users=[*written, "mia"])
    assert [text.partition("tenant")[2] for text in wrong_recipients(run, tenant)] == [
        "; did you mean mia.roth@contoso.example?",
        "; did you mean jon.aas@contoso.example?",
        "",
    ]


def test_nearest_compares_names_and_domains_apart() -> None:
    known = [
        "user01@contoso.example",
        "User02@contoso.example",
        "user01@elsewhere.test",
        "other@contoso.example",
    ]
    assert nearest("user1@contso.example", known) == ["user01@contoso.example"]
    assert nearest("usr02@contoso.example", known)[0] == "User02@contoso.example"
    assert nearest("USER01@contosso.example", known)[0] == "user01@contoso.example"
    assert nearest("ada@contoso.example", known) == nearest("", known) == nearest("x", []) == []
    assert len(nearest("user0", [f"user0{number}@a.example" for number in range(9)])) == 3


@pytest.mark.parametrize("variable", ["protected_users", "protected_groups", "outbound_groups"])
def test_a_microsoft_365_group_is_refused_with_the_remedy(variable: str) -> None:
    found = {"kind": "other", "type": "GroupMailbox", "address": "team@contoso.example"}
    run = run_of("inline", "outbound", **{variable: ["team"]})
    (problem,) = wrong_recipients(run, ObservedTenant({"recipients": {"team": found}}))
    assert problem.startswith(f'{variable}: "team" is a Microsoft 365 group')
    assert "mail-enabled security group" in problem


def test_a_mail_contact_is_said_to_be_one() -> None:
    found = {"kind": "individual", "type": "MailContact", "address": "counsel@contoso.example"}
    run = run_of("inline", protected_users=["counsel"])
    tenant = ObservedTenant({"recipients": {"counsel": found}})
    assert list(wrong_recipients(run, tenant)) == []
    (remark,) = remarks(run, tenant)
    assert remark.startswith('protected_users: "counsel" is a mail contact')


def test_only_those_are_looked_up_whom_the_phases_need() -> None:
    people = {
        "protected_users": ["a"],
        "protected_groups": ["b"],
        "outbound_users": ["a", "c"],
        "outbound_groups": [],
    }
    assert named_by(run_of("monitor", **people)) == []
    assert named_by(run_of("inline", **people)) == ["a", "b"]
    assert named_by(run_of("outbound", **people)) == ["a", "c"]
    assert named_by(run_of("outbound", outbound_protect_internal=True, **people)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("user01+news@contoso.example", "user01@contoso.example"),
        ("user01@bücher.example", "user01@xn--bcher-kva.example"),
        ("user01@xn--bcher-kva.example", "user01@bücher.example"),
        ("user01+a+b@BÜCHER.example", "user01@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_found_under_its_other_spelling(written: str, listed: str) -> None:
    run = run_of("inline", protected_users=[written])
    asked = named_by(run)
    assert asked[0] == written
    recipients = {name: {"kind": "missing", "address": name} for name in asked}
    assert len(list(wrong_recipients(run, ObservedTenant({"recipients": recipients})))) == 1
    assert listed in asked
    recipients[listed] = {"kind": "individual", "type": "UserMailbox", "address": "user01@contoso.example"}
    tenant = ObservedTenant({"recipients": recipients})
    assert list(wrong_recipients(run, tenant)) == []
    assert tenant.addresses([written]) == ["user01@contoso.example"]
    (remark,) = remarks(run, tenant)
    assert f'"{written}"; it is taken for user01@contoso.example' in remark


def test_an_address_of_its_own_stays_what_it_is() -> None:
    written = "user01+news@contoso.example"
    recipients = {
        written: {"kind": "individual", "type": "UserMailbox", "address": "news@contoso.example"},
        "user01@contoso.example": {
            "kind": "individual",
            "type": "UserMailbox",
            "address": "user01@contoso.example",
        },
    }
    tenant = ObservedTenant({"recipients": recipients})
    assert tenant.addresses([written]) == ["news@contoso.example"]
    assert remarks(run_of("inline", protected_users=[written]), tenant) == []


@pytest.mark.parametrize(
    "identity",
    [
        "user01",
        "user01@contoso.example",
        "+x@contoso.example",
        "User@CONTOSO.example",
        "a@..",
        "@",
        "x@é" + "é" * 70,
    ],
)
def test_most_have_one_spelling(identity: str) -> None:
    assert named_by(run_of("inline", protected_users=[identity])) == [identity]


def test_who_is_written_twice_is_one() -> None:
    recipients = {
        name: {"kind": "individual", "address": "User01@contoso.example"} for name in ("user01", "alias")
    }
    tenant = ObservedTenant({"recipients": recipients})
    assert tenant.addresses(["user01", "x", "alias", "user01@contoso.example"]) == [
        "User01@contoso.example",
        "x",
    ]


def test_lists_may_come_as_texts() -> None:
    assert texts("a@b.example, c@d.example\r\n\n e@f.example") == [
        "a@b.example",
        "c@d.example",
        "e@f.example",
    ]
    assert texts(None) == texts("") == texts([" ", ""]) == []
    with pytest.raises(TypeError, match="neither a list nor a text"):
        texts({"a": 1})
