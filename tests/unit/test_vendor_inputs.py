# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the variables of a run: everything at once, each thing in one sentence, and nothing that is right."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._vendor.inputs import left_out, problems
from ansible_collections.avanan.office365.plugins.module_utils._vendor.recipients import (
    named_by,
    wrong_recipients,
)
from ansible_collections.avanan.office365.plugins.module_utils._vendor.tenant import Tenant
from ansible_collections.avanan.office365.plugins.module_utils._vendor.value_checks import texts

from .vendor_runs import FULL, PHASES, run_of, wrong

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

    assert "Nothing is to be done" in change()[0]
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
    tenant = Tenant({"recipients": {"x": {"kind": kind, "address": "x"}}})
    run = run_of(phase, check_mode=False, **inputs)
    (problem,) = wrong_recipients(run, tenant)
    assert words in problem


def test_a_preview_accepts_addresses_outside_and_groups_to_come() -> None:
    missing = {"x@y.example": {"kind": "missing"}, "g": {"kind": "missing"}}
    run = run_of("inline", preview=True, protected_users=["x@y.example"], protected_groups=["g"])
    assert list(wrong_recipients(run, Tenant({"recipients": missing}))) == []


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


def test_lists_may_come_as_texts() -> None:
    assert texts("a@b.example, c@d.example\r\n\n e@f.example") == [
        "a@b.example",
        "c@d.example",
        "e@f.example",
    ]
    assert texts(None) == texts("") == texts([" ", ""]) == []
    with pytest.raises(TypeError, match="neither a list nor a text"):
        texts({"a": 1})
