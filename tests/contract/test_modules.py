# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every managing module promises, over TLS against the practice tenant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.ansible_run import play
from tests.fake_exchange.control import Practice

from .module_run import run, run_process

RULE = {
    "name": "Contract rule",
    "conditions": {"from_scope": "NotInOrganization", "subject_contains_words": ["invoice"]},
    "actions": {"prepend_subject": "[X] "},
}
# Module, options that make an object, options that change it, the class and name of the object.
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any], str, str]] = {
    "journal rule": (
        "o365_journal_rule",
        {"name": "Contract journal", "journal_email_address": "j@archive.example", "scope": "Global"},
        {"recipient": "user01@contoso.example", "enabled": False},
        "JournalRule",
        "Contract journal",
    ),
    "inbound connector": (
        "o365_connector",
        {"direction": "inbound", "name": "Contract in", "sender_domains": ["*"], "comment": "Grüße"},
        {"sender_ip_addresses": ["203.0.113.4", "198.51.100.9/24"], "comment": "", "enabled": False},
        "InboundConnector",
        "Contract in",
    ),
    "outbound connector": (
        "o365_connector",
        {
            "direction": "outbound",
            "name": "Contract out",
            "recipient_domains": ["b.example"],
            "tls_settings": "EncryptionOnly",
        },
        {
            "is_transport_rule_scoped": True,
            "smart_hosts": ["203.0.113.9", "mx.example"],
            "tls_settings": "",
            "validation_recipients": ["p@b.example"],
        },
        "OutboundConnector",
        "Contract out",
    ),
    "mail-flow rule": (
        "o365_mail_flow_rule",
        RULE,
        {
            "priority": 0,
            "enabled": False,
            "comments": "note",
            "conditions": {"subject_contains_words": [], "sent_to": ["user01"], "message_size_over": "10MB"},
            "exceptions": {
                "sender_ip_ranges": ["192.0.2.0/24", "198.51.100.1-198.51.100.9"],
                "scl_over": "5",
            },
            "actions": {"prepend_subject": "", "reject_message_reason_text": "No"},
        },
        "TransportRule",
        "Contract rule",
    ),
    "transport config": (
        "o365_transport_config",
        {"journaling_report_ndr_to": "ndr@archive.example", "message_expiration": "12:00:00"},
        {"journaling_report_ndr_to": "", "max_recipient_envelope_limit": "500"},
        "TransportConfig",
        "",
    ),
    "connection filter": (
        "o365_connection_filter",
        {"ip_allow_list": ["203.0.113.4", "198.51.100.9/24"], "admin_display_name": "note"},
        {"ip_allow_list": ["203.0.113.4/32"], "mode": "remove"},
        "HostedConnectionFilterPolicy",
        "",
    ),
    "distribution group": (
        "o365_distribution_group",
        {
            "name": "Contract group",
            "type": "Security",
            "managed_by": ["User 01"],
            "members": ["user02", "user03@contoso.example"],
            "mail_tip": "Ask first",
        },
        {"members": ["user04"], "managed_by": ["user05"], "moderated_by": ["user06"], "mail_tip": ""},
        "Recipient",
        "Contract group",
    ),
    "mail contact": (
        "o365_mail_contact",
        {"name": "Contract contact", "external_email_address": "a@archive.example", "last_name": "Archive"},
        {"external_email_address": "b@archive.example", "hidden_from_address_lists_enabled": True},
        "Recipient",
        "Contract contact",
    ),
}


@pytest.fixture
def prepared(tenant: Practice) -> Practice:
    """A tenant that takes journal rules."""
    tenant.put("TransportConfig", {"JournalingReportNdrTo": "old@archive.example"})
    return tenant


def _succeeds(result: dict[str, Any]) -> dict[str, Any]:
    assert not result.get("failed"), result
    return result


@pytest.mark.parametrize("case", CASES)
def test_five_steps(prepared: Practice, case: str) -> None:
    """Make, again, change, again, remove: each step previewed, carried out as previewed, and done when repeated."""
    module, make, change, _noun, _name = CASES[case]
    identity = {key: make[key] for key in ("name", "direction") if key in make}
    steps = [make, {**identity, **change}]
    if "name" in make:
        steps.append({**identity, "state": "absent"})
    for options in steps:
        before = len(prepared.writes())
        preview = _succeeds(run(module, options, prepared.env(), check=True))
        assert len(prepared.writes()) == before
        assert preview["changed"] is True
        real = _succeeds(run(module, options, prepared.env()))
        assert real["changed"] is True
        assert preview["plan"] == real["plan"] == prepared.writes()[before:]
        again = _succeeds(run(module, options, prepared.env()))
        assert (again["changed"], again["plan"]) == (False, [])
        key = next(key for key in (module.removeprefix("o365_"), "connector") if key in real)
        assert again["before"] == (real[key] or None)
        assert real["diff"]["before"] == preview["diff"]["before"]


@pytest.mark.parametrize("case", CASES)
def test_both_ways_give_the_same_result(prepared: Practice, case: str) -> None:
    module, make, _change, _noun, _name = CASES[case]
    for check in (True, False):
        results = []
        for way in (run, run_process):
            prepared.reset()
            prepared.put("TransportConfig", {"JournalingReportNdrTo": "old@archive.example"})
            result = way(module, make, prepared.env(), check=check)
            assert not result.get("failed"), result
            result.pop("invocation", None)
            # Ansible wraps the warnings of a process, differently from version to version.
            result["warnings"] = len(result.get("warnings", []))
            results.append(result)
        assert results[0] == results[1]


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][-1]])
def test_an_object_under_another_name_is_taken_over(prepared: Practice, case: str) -> None:
    module, make, _change, noun, name = CASES[case]
    _succeeds(run(module, make, prepared.env()))
    renamed = {**make, "name": "The new name", "other_names": ["Never seen", name.upper()]}
    again = _succeeds(run(module, renamed, prepared.env()))
    assert again["changed"] is False
    names = [row["Name"] for row in prepared.state()[noun]]
    assert (names.count(name), names.count("The new name")) == (1, 0)


@pytest.mark.parametrize("case", CASES)
def test_the_result_can_be_given_back_as_options(prepared: Practice, case: str) -> None:
    module, make, _change, _noun, _name = CASES[case]
    real = _succeeds(run(module, make, prepared.env()))
    key = next(
        key for key in real if key not in ("changed", "before", "diff", "plan", "preconditions", "warnings")
    )
    selector = {"direction": make["direction"]} if "direction" in make else {}
    again = _succeeds(run(module, {**selector, **real[key]}, prepared.env()))
    assert (again["changed"], again["plan"]) == (False, [])


def test_what_info_reads_can_be_given_back_as_options(prepared: Practice) -> None:
    found = _succeeds(run("o365_info", {}, prepared.env()))
    modules = {
        "mail_flow_rules": ("o365_mail_flow_rule", {}),
        "inbound_connectors": ("o365_connector", {"direction": "inbound"}),
        "outbound_connectors": ("o365_connector", {"direction": "outbound"}),
        "journal_rules": ("o365_journal_rule", {}),
    }
    for topic, (module, more) in modules.items():
        for options in found[topic]:
            again = _succeeds(run(module, {**more, **options}, prepared.env()))
            assert (again["changed"], again["plan"]) == (False, []), options
    again = _succeeds(run("o365_transport_config", found["transport_config"], prepared.env()))
    assert again["changed"] is False
    filtered = {**found["connection_filter"], "mode": "exact", "force": True}
    assert _succeeds(run("o365_connection_filter", filtered, prepared.env()))["changed"] is False
    assert prepared.writes() == []


def test_info_shows_limits_and_on_request_the_services_own_records(prepared: Practice) -> None:
    found = _succeeds(run("o365_info", {"raw": True}, prepared.env()))
    assert found["limits"]["rules"] == len(prepared.state()["TransportRule"])
    assert found["limits"]["rules_maximum"] >= found["limits"]["rules"]
    assert [rule["Name"] for rule in found["raw"]["mail_flow_rules"]] == [
        rule["name"] for rule in found["mail_flow_rules"]
    ]
    prepared.faults(denied_cmdlets=["Get-EtrLimits"])
    denied = _succeeds(run("o365_info", {}, prepared.env()))
    assert denied["limits"] == {}
    assert any("limits could not be read" in text for text in denied["warnings"])


def test_recipients_in_any_spelling_are_the_same(tenant: Practice) -> None:
    rule = {
        **RULE,
        "conditions": {"sent_to": ["user01@contoso.example"], "from_member_of": ["pilot@contoso.example"]},
    }
    _succeeds(run("o365_mail_flow_rule", rule, tenant.env()))
    guid = next(row["Guid"] for row in tenant.state()["Recipient"] if row["Alias"] == "pilot")
    for user, group in (("user01", "pilot"), ("User 01", guid), ("USER01@fabrikam.example", "Pilot users")):
        spelled = {**RULE, "conditions": {"sent_to": [user], "from_member_of": [group]}}
        again = _succeeds(run("o365_mail_flow_rule", spelled, tenant.env()))
        assert (again["changed"], again["plan"]) == (False, [])


def test_a_slow_service_is_waited_for(tenant: Practice) -> None:
    tenant.faults(lag_reads=2)
    result = _succeeds(run("o365_mail_flow_rule", RULE, tenant.env()))
    assert len(tenant.writes()) == 1
    assert result["mail_flow_rule"]["name"] == "Contract rule"


def test_a_connector_that_comes_up_disabled_is_an_error_with_the_services_words(tenant: Practice) -> None:
    tenant.faults(onpremises_disabled=True)
    options = {
        "direction": "inbound",
        "name": "Premises",
        "connector_type": "OnPremises",
        "sender_domains": ["*"],
        "sender_ip_addresses": ["203.0.113.4"],
        "wait_timeout": 1,
    }
    result = run("o365_connector", options, tenant.env())
    assert result["failed"]
    assert "enabled is False instead of True" in result["msg"]
    assert "created in a disabled state" in result["msg"]
    assert [step["cmdlet"] for step in result["done"]] == ["New-InboundConnector"]


def test_hidden_connectors_are_found(tenant: Practice) -> None:
    tenant.faults(hide_rule_scoped=True)
    options = {"direction": "outbound", "name": "To archive", "smart_hosts": ["archive.example"]}
    result = _succeeds(run("o365_connector", options, tenant.env()))
    assert (result["changed"], result["plan"]) == (False, [])


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (
            "o365_journal_rule",
            {"name": "J", "journal_email_address": "a@b.example"},
            "undeliverable journal reports",
        ),
        (
            "o365_mail_flow_rule",
            {"name": "R", "actions": {"route_message_outbound_connector": "Nowhere"}},
            'there is an outbound connector "Nowhere"',
        ),
        (
            "o365_mail_flow_rule",
            {"name": "R", "actions": {"route_message_outbound_connector": "To partner"}},
            "scoped to mail-flow rules",
        ),
        (
            "o365_mail_flow_rule",
            {
                "name": "R",
                "actions": {"prepend_subject": "x"},
                "conditions": {"sent_to_member_of": ["nobody"]},
            },
            'the group "nobody"',
        ),
        ("o365_mail_flow_rule", {**RULE, "priority": 99}, "priority 99 is in range"),
    ],
)
def test_conditions_elsewhere_are_shown_in_check_mode_and_enforced_in_a_run(
    tenant: Practice, module: str, options: dict[str, Any], words: str
) -> None:
    preview = _succeeds(run(module, options, tenant.env(), check=True))
    unmet = [item["text"] for item in preview["preconditions"] if not item["met"]]
    assert any(words in text for text in unmet)
    real = run(module, options, tenant.env())
    assert real["failed"]
    assert words in real["msg"]
    assert real["preconditions"] == preview["preconditions"]
    assert tenant.writes() == []


def test_omitted_settings_are_left_alone(tenant: Practice) -> None:
    before = next(rule for rule in tenant.state()["TransportRule"] if rule["Name"] == "Archive finance")
    _succeeds(run("o365_mail_flow_rule", {"name": "archive FINANCE", "comments": "seen"}, tenant.env()))
    after = next(rule for rule in tenant.state()["TransportRule"] if rule["Name"] == "Archive finance")
    assert {name for name in before if before[name] != after[name]} == {"Comments", "WhenChanged"}


def test_the_fast_path_honours_the_environment_and_shows_no_secret(tmp_path: Any, tenant: Practice) -> None:
    env = tenant.env()
    secret = env.pop("O365_CLIENT_SECRET")
    tasks = [
        {
            "avanan.office365.o365_info": {"gather": ["mail_flow_rules"]},
            "environment": {"O365_CLIENT_SECRET": secret},
        },
        {
            "avanan.office365.o365_mail_flow_rule": {
                **RULE,
                "comments": f"do not write {secret}",
                "client_secret": secret,
            },
        },
        {
            "avanan.office365.o365_mail_flow_rule": {**RULE, "client_secret": secret},
            "async": 60,
            "poll": 1,
        },
        {"avanan.office365.o365_info": {"gather": ["mail_flow_rules"]}},
    ]
    run_ = play(tmp_path, tasks, env, "-vvv", "--diff")
    assert run_.code != 0
    assert "No credential is given" in run_.message
    assert [result.get("changed") for result in run_.results] == [False, True, False, False]
    assert secret not in run_.text
    assert secret not in json.dumps(run_.results)
    # The asynchronous task, which is a process of its own, asks for a token itself.
    assert tenant.counters()["tokens"] == 2


def test_options_come_from_module_defaults(tmp_path: Any, tenant: Practice) -> None:
    env = tenant.env()
    options = {name.removeprefix("O365_").lower(): value for name, value in env.items()}
    file = tmp_path / "defaults.yml"
    content = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/avanan.office365.o365": options},
            "tasks": [{"avanan.office365.o365_info": {"gather": ["accepted_domains"]}}],
        }
    ]
    file.write_text(json.dumps(content))
    run_ = play(tmp_path, str(file), {})
    assert run_.code == 0, run_.text
    assert len(run_.results[0]["accepted_domains"]) == 3


def test_a_purged_section_is_as_given(tenant: Practice) -> None:
    env = tenant.env()
    full = {
        "name": "Purged",
        "conditions": {"from_scope": "NotInOrganization", "subject_contains_words": ["a"], "scl_over": "5"},
        "exceptions": {"sent_to": ["user01"], "has_no_classification": True},
        "actions": {"prepend_subject": "[X] ", "set_header_name": "X-A", "set_header_value": "a"},
    }
    _succeeds(run("o365_mail_flow_rule", full, env))
    wanted = {
        "name": "Purged",
        "conditions": {"from_scope": "NotInOrganization"},
        "actions": {"stop_rule_processing": True},
        "purge": ["conditions", "actions"],
    }
    real = _succeeds(run("o365_mail_flow_rule", wanted, env))
    assert real["mail_flow_rule"]["conditions"] == {"from_scope": "NotInOrganization"}
    assert real["mail_flow_rule"]["actions"] == {"stop_rule_processing": True}
    assert set(real["mail_flow_rule"]["exceptions"]) == {"sent_to", "has_no_classification"}
    assert len(real["plan"]) == 1
    again = _succeeds(run("o365_mail_flow_rule", wanted, env))
    assert (again["changed"], again["plan"]) == (False, [])
