# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each phase wants: which objects in which order, that the roles write all of it, and that no module refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.avanan.office365.plugins.module_utils._engine.object_module import (
    OBJECT_MODULES,
)
from ansible_collections.avanan.office365.plugins.module_utils._vendor import decision
from ansible_collections.avanan.office365.plugins.module_utils._vendor.footprint import (
    by_task,
    wanted,
)
from ansible_collections.avanan.office365.plugins.module_utils._vendor.inputs import problems
from ansible_collections.avanan.office365.plugins.module_utils._vendor.objects import Wanted
from ansible_collections.avanan.office365.plugins.module_utils._vendor.tenant import ObservedTenant
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.vendor.vendor_runs import EMPTY, FULL, PHASES, run_of

_ROLES = Path(__file__).resolve().parents[3] / "roles"
_SOME = {
    "protected_users": ["user01"],
    "outbound_users": ["user02"],
    "portal_values": {"dlp_require_tls": True},
}


def _objects(phase: str, tenant: ObservedTenant = EMPTY, **inputs: Any) -> list[Wanted]:
    return wanted(phase, run_of(phase, **inputs).portal, tenant)


def _named(objects: list[Wanted]) -> list[str]:
    return [item.options.get("name", item.task) for item in objects]


_INBOUND = {"name": "Avanan Inbound", "enabled": True, "connector_type": "Partner", "sender_ip_addresses": []}
_OUTBOUND = {"name": "avanan outbound", "enabled": True, "smart_hosts": ["customer-x-host.avanan.net"]}
_JOURNALING = {
    "name": "Journaling Outbound",
    "recipient_domains": ["customer-x-mail.avanan.net"],
    "smart_hosts": [],
}
_JOURNAL = {"name": "Avanan – Monitor", "journal_email_address": "Customer-X@customer-x-mail.avanan.net"}
_PROTECT: dict[str, Any] = {
    "name": "Checkpoint – Protect",
    "enabled": True,
    "priority": 3,
    "conditions": {"sent_to": ["user05@contoso.example"]},
    "exceptions": {"sender_ip_ranges": ["192.0.2.77"]},
    "actions": {
        "route_message_outbound_connector": "Avanan Outbound",
        "set_header_value": "customer-x,office365_emails,inline",
    },
}
OURS: dict[str, Any] = {
    "inbound_connectors": [_INBOUND],
    "outbound_connectors": [_OUTBOUND, _JOURNALING],
    "journal_rules": [_JOURNAL],
    "mail_flow_rules": [_PROTECT],
    "transport_config": {"journaling_report_ndr_to": "customer-x@mt-prod-3-journal-error.avanan.net"},
    "connection_filter": {"ip_allow_list": ["35.174.145.124", "192.0.2.10"]},
}


# -------------------------------------------------------------------------------------------------------- which, in which order


def test_the_manual_guides_objects() -> None:
    assert _named(_objects("monitor")) == ["undeliverable_recipient", "Avanan - Monitor", "Avanan Inbound"]
    assert _named(_objects("inline", **_SOME)) == ["Avanan Inbound", "Avanan Outbound", "Avanan - Protect"]
    assert _named(_objects("rescope", **_SOME)) == ["Avanan - Protect"]
    assert _named(_objects("outbound", **_SOME)) == [
        "Avanan DLP Inbound",
        "Avanan DLP Outbound",
        "Avanan - Protect Outgoing",
    ]
    assert _objects("remove") == []


def test_the_automatic_modes_objects() -> None:
    assert _named(_objects("monitor", **FULL)) == [
        "Avanan - Undeliverable Journal Reports",
        "undeliverable_recipient",
        "Avanan Journaling Outbound",
        "Avanan - Monitor",
        "Avanan Inbound",
    ]
    assert _named(_objects("inline", **FULL)) == [
        "avanan_inline_incoming",
        "connection_filter",
        "Avanan Inbound",
        "Avanan Outbound",
        "Avanan - Whitelist",
        "Avanan - Protect",
        "Avanan - Protect (domains)",
    ]
    assert _named(_objects("outbound", **FULL)) == [
        "avanan_inline_outgoing",
        "Avanan DLP Inbound",
        "Avanan DLP Outbound",
        "Avanan - Protect Outgoing",
        "Avanan - Protect Internal",
    ]


def test_what_is_there_is_met_under_the_name_that_it_has() -> None:
    rule = _objects("inline", ObservedTenant(OURS), **_SOME)[-1]
    assert rule.options["actions"]["route_message_outbound_connector"] == "avanan outbound"
    assert "192.0.2.77" in rule.options["exceptions"]["sender_ip_ranges"]
    strict = _objects("inline", ObservedTenant(OURS), **_SOME, inline_keep_ip_exceptions=False)[-1]
    assert "192.0.2.77" not in strict.options["exceptions"]["sender_ip_ranges"]
    assert _named(_objects("monitor", ObservedTenant(OURS))) == ["Avanan - Monitor", "Avanan Inbound"]


def test_a_new_inbound_connector_notes_whose_the_filter_entries_were() -> None:
    found = {**OURS, "inbound_connectors": []}
    (connector,) = [
        item for item in _objects("monitor", ObservedTenant(found)) if item.task == "inbound_connector"
    ]
    assert connector.options["comment"].endswith(": 35.174.145.124")
    (connector,) = [
        item for item in _objects("monitor", ObservedTenant(OURS)) if item.task == "inbound_connector"
    ]
    assert "comment" not in connector.options
    noted = {**_INBOUND, "comment": "Entries of the connection filter that were there before: 35.174.145.124"}
    gone = _objects("remove", ObservedTenant({**OURS, "inbound_connectors": [noted]}), **FULL)
    (entries,) = [item.options["ip_allow_list"] for item in gone if item.task == "connection_filter"]
    assert "35.174.145.124" not in entries
    assert "44.211.178.96/28" in entries


def test_what_is_removed_and_when() -> None:
    tenant = ObservedTenant(OURS)
    assert [(item.task, item.options.get("name")) for item in _objects("remove", tenant, **FULL)] == [
        ("rules", "Checkpoint – Protect"),
        ("rules", "Checkpoint – Protect"),
        ("connectors", "avanan outbound"),
        ("connectors", "Avanan Inbound"),
        ("connection_filter", None),
        ("groups", "avanan_inline_incoming"),
        ("groups", "avanan_inline_outgoing"),
        ("journal_rules", "Avanan – Monitor"),
        ("journaling_connectors", "Journaling Outbound"),
        ("undeliverable_recipient", None),
        ("contact", "Avanan - Undeliverable Journal Reports"),
    ]
    archive = {"name": "Archive", "journal_email_address": "a@archive.example"}
    kept = _objects("remove", ObservedTenant({**OURS, "journal_rules": [_JOURNAL, archive]}), **FULL)
    assert not {"undeliverable_recipient", "contact"} & {item.task for item in kept}
    own = {**OURS, "transport_config": {"journaling_report_ndr_to": "own@contoso.example"}}
    assert "undeliverable_recipient" not in {item.task for item in _objects("remove", ObservedTenant(own))}


# ------------------------------------------------------------------------------------------------------------------ decisions


def test_what_is_somebody_elses_is_refused() -> None:
    run = run_of("inline", **_SOME)
    other = {**_PROTECT, "actions": {"set_header_value": "customer-y,office365_emails,inline"}}
    assert decision.refusals(run, ObservedTenant(OURS)) == []
    (text,) = decision.refusals(run, ObservedTenant({**OURS, "mail_flow_rules": [other]}))
    assert 'the mail-flow rule "Checkpoint – Protect" belongs to portal customer-y' in text
    (text,) = decision.refusals(run, ObservedTenant({"outbound_connectors": [{"name": "Avanan Inbound"}]}))
    assert "the outbound connector has it" in text
    retyped = {**OURS, "inbound_connectors": [{**_INBOUND, "connector_type": "OnPremises"}]}
    (text,) = decision.refusals(run, ObservedTenant(retyped))
    assert "portal_values.inbound_connector_type" in text


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"outbound_connectors": [{**_OUTBOUND, "smart_hosts": ["other.example"]}]}, "avanan outbound"),
        ({"journal_rules": [{**_JOURNAL, "journal_email_address": "x@y.example"}]}, "Avanan – Monitor"),
        (
            {"outbound_connectors": [{**_JOURNALING, "recipient_domains": ["y.example"]}]},
            "Journaling Outbound",
        ),
        ({"mail_flow_rules": [{**_PROTECT, "actions": {"set_header_value": "y"}}]}, "Checkpoint – Protect"),
    ],
)
def test_only_what_works_for_the_portal_is_removed(change: dict[str, Any], name: str) -> None:
    assert decision.refusals(run_of("remove"), ObservedTenant(OURS)) == []
    (text,) = decision.refusals(run_of("remove"), ObservedTenant({**OURS, **change}))
    assert f"does not belong to the portal customer-x: {name};" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"outbound_connectors": []}, "missing or switched off"),
        ({"outbound_connectors": [{**_OUTBOUND, "enabled": False}]}, "missing or switched off"),
        ({"outbound_connectors": [{**_OUTBOUND, "smart_hosts": ["old.example"]}]}, "leads elsewhere"),
        (
            {"inbound_connectors": [{**_INBOUND, "restrict_domains_to_ip_addresses": True}]},
            "keeps other senders out",
        ),
        ({"outbound_connectors": [], "mail_flow_rules": [{**_PROTECT, "enabled": False}]}, ""),
    ],
)
def test_a_rule_that_would_loop_as_soon_as_its_way_is_open(change: dict[str, Any], words: str) -> None:
    tenant = ObservedTenant({**OURS, **change})
    found = [text for text in decision.refusals(run_of("inline", **_SOME), tenant) if "would loop" in text]
    assert [words in text for text in found] == ([True] if words else [])
    assert decision.refusals(run_of("inline", **_SOME, preview=True), tenant) == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_rescope_needs_a_rule(check_mode: bool) -> None:
    run = run_of("rescope", check_mode=check_mode, **_SOME)
    assert "There is no protect rule" in decision.refusals(run, EMPTY)[0]
    assert decision.refusals(run_of("rescope", preview=True, **_SOME), EMPTY) == []
    assert decision.refusals(run_of("inline", "rescope", check_mode=check_mode, **_SOME), EMPTY) == []


def test_the_gate_is_asked_for_all_phases_in_their_order() -> None:
    gate = decision.gate(run_of("monitor", "inline", **_SOME), EMPTY)
    assert [task["module"] for task in gate["tasks"]][-1] == "o365_mail_flow_rule"
    assert all(task["reason"] and "reason" not in task["options"] for task in gate["tasks"])
    assert (gate["only_worse"], gate["preview"]) == (False, False)
    assert decision.gate(run_of("remove"), ObservedTenant(OURS))["only_worse"]
    assert decision.gate(run_of("inline", preview=True, **_SOME), EMPTY)["preview"]


def test_who_is_protected_is_told() -> None:
    run = run_of("rescope", **_SOME)
    scope = decision.decided(run, ObservedTenant(OURS))["rescope"]["scope"]
    assert scope == [
        "Protected from now on: user user01",
        "No longer protected: user user05@contoso.example",
        "Stays protected: nobody",
    ]
    off = run_of("inline", **_SOME, inline_rule_enabled=False)
    assert "switched off" in decision.decided(off, EMPTY)["inline"]["scope"][-1]
    assert decision.protection(run_of("remove"), ObservedTenant(OURS))["leaves"] == [
        "user user05@contoso.example"
    ]
    assert decision.protection(run_of("monitor"), ObservedTenant(OURS)) == {}


def test_groups_are_told_with_their_number_of_members() -> None:
    groups = ["pilot", "one", "none", "dynamic"]
    recipients: dict[str, Any] = {
        name: {"kind": "group", "address": f"{name.title()}@contoso.example"} for name in groups
    }
    for name, members in (("pilot", 12), ("one", 1), ("none", 0)):
        recipients[name]["members"] = members
    run = run_of("rescope", protected_groups=groups)
    tenant = ObservedTenant({**OURS, "recipients": recipients})
    assert decision.protection(run, tenant)["enters"] == [
        "group dynamic@contoso.example",
        "group none@contoso.example (nobody yet)",
        "group one@contoso.example (1 member)",
        "group pilot@contoso.example (12 members)",
    ]


def test_a_recipient_of_the_organization_stays_and_that_is_told() -> None:
    tenant = ObservedTenant({"transport_config": {"journaling_report_ndr_to": "own@contoso.example"}})
    (text,) = decision.remarks(run_of("monitor"), tenant)
    assert "keep going to own@contoso.example" in text
    assert decision.remarks(run_of("monitor", monitor_replace_undeliverable_recipient=True), tenant) == []
    assert decision.remarks(run_of("monitor"), ObservedTenant(OURS)) == []


def test_what_is_read_is_what_is_needed() -> None:
    assert "transport_config" not in decision.to_read(run_of("inline", **_SOME))["gather"]
    assert "connection_filter" not in decision.to_read(run_of("monitor"))["gather"]
    both = decision.to_read(run_of("monitor", "inline", **FULL))
    assert {"transport_config", "connection_filter"} <= set(both["gather"])
    assert both["resolve"] == ["user01", "pilot"]


# ------------------------------------------------------------------------------------------------- what roles and modules take


def _tasks(phase: str) -> Iterator[dict[str, Any]]:
    yield from yaml.safe_load((_ROLES / phase / "tasks" / "phase.yml").read_text())


@pytest.mark.parametrize("phase", PHASES)
def test_the_role_writes_everything_that_is_wanted(phase: str) -> None:
    """Each option in the task of its object, which takes it from there and from nowhere else."""
    there = [ObservedTenant({**OURS, **change}) for change in ({}, {"inbound_connectors": []})]
    objects = [item for tenant in (EMPTY, *there) for item in _objects(phase, tenant, **FULL)]
    for variable in ("protect_everyone", "outbound_everyone"):
        objects += _objects(phase, ObservedTenant(OURS), **{**FULL, variable: True})
    tasks = {
        task["register"].removeprefix(f"{phase}__"): task
        for task in _tasks(phase)
        if "register" in task and any(key.startswith("avanan.office365.o365_") for key in task)
    }
    wants: dict[tuple[str, str], set[str]] = {}
    for item in objects:
        wants.setdefault((item.task, item.module), set()).update(item.options)
    assert {name for name, _module in wants} == set(tasks)
    for (name, module), options in wants.items():
        arguments = tasks[name][f"avanan.office365.{module}"]
        # The tasks for rules are alike; what a phase does not give is left out there.
        left_out = {option for option, value in arguments.items() if value.endswith("| default(omit) }}")}
        assert options <= set(arguments) <= options | left_out
        holder = "item" if "loop" in tasks[name] else f"{phase}__object"
        assert all(value.startswith(f"{{{{ {holder}.{option}") for option, value in arguments.items())
        source = tasks[name].get("loop") or tasks[name]["vars"][holder]
        assert source == f"{{{{ {phase}__wanted.{name} }}}}"


@pytest.mark.parametrize("phase", PHASES)
def test_the_tasks_of_a_role_are_in_the_order_of_the_objects(phase: str) -> None:
    order = [task["register"].removeprefix(f"{phase}__") for task in _tasks(phase) if "register" in task]
    objects = _objects(
        phase, ObservedTenant({**OURS, "transport_config": {}} if phase == "monitor" else OURS), **FULL
    )
    places = [order.index(item.task) for item in objects]
    assert places == sorted(places)
    assert set(by_task(phase, objects)) >= {item.task for item in objects}


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=70)
_PEOPLE = st.lists(st.sampled_from(["a", "b@contoso.example"]), max_size=2)
_INPUTS = st.fixed_dictionaries(
    {
        "portal_footprint": st.sampled_from(["manual", "automatic"]),
        "portal_brand": st.sampled_from(["avanan", "checkpoint", "guide"]),
        "portal_name": st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True),
        "protected_users": _PEOPLE,
        "protected_groups": _PEOPLE,
        "protected_domains": st.lists(st.sampled_from(["contoso.example", "nowhere"]), max_size=2),
        "protect_everyone": st.booleans(),
        "inline_additional_ip_addresses": st.lists(
            st.sampled_from(["192.0.2.1", "192.0.2.1-192.0.2.9", "::1", "x"]), max_size=2
        ),
        "portal_ip_addresses": st.lists(st.sampled_from(["198.51.100.0/24", "10.0.0.1"]), max_size=1),
        "monitor_undeliverable_recipient": st.sampled_from(["", "a@b.example", "nobody"]),
    },
    optional={},
)
_VALUES = st.fixed_dictionaries(
    dict(FULL["portal_values"]) and {key: st.just(value) for key, value in FULL["portal_values"].items()},
    optional={
        "protect_rule_name": _NAMES,
        "journal_rule_name": _NAMES,
        "inbound_connector_name": _NAMES,
        "incoming_group_name": _NAMES,
        "undeliverable_contact_name": _NAMES,
        "header_name": _NAMES,
        "header_value": _NAMES,
        "smart_host": st.sampled_from(["a.example", "host", "198.51.100.7", "10.0.0.1", "a.example:25"]),
        "journal_address": st.sampled_from(["a@b.example", "b.example"]),
    },
)


@settings(max_examples=150, deadline=None)
@given(_INPUTS, _VALUES, st.sampled_from(PHASES))
def test_what_the_checks_accept_no_module_refuses(
    inputs: dict[str, Any], values: dict[str, Any], phase: str
) -> None:
    """A run must not write two objects and then refuse the third."""
    run = run_of(phase, check_mode=False, **{**FULL, **inputs, "portal_values": values})
    if problems(run, {}):
        return
    for item in wanted(phase, run.portal, ObservedTenant(OURS)):
        definition = OBJECT_MODULES[item.module]
        validated = ArgumentSpecValidator(definition.argument_spec()).validate(item.options)
        assert validated.error_messages == [], item
        definition.desired(validated.validated_parameters)
