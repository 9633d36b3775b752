# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that is wrong with the variables of a run is told at once, before anything is read, and by every playbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import PORTAL, run_playbook

WRONG: dict[str, Any] = {
    "manual_mode_inline": "yes",
    "protected_user": ["user01"],
    "portl_region": "us",
    "protected_domains": "nowhere",
    "inline_rule_enabled": "maybe",
    "portal_brand": "other",
    "portal_values": {"inbound_connector_name": "x" * 70, "smarthost": "a.example"},
    "monitor_undeliverable_recipient": "nobody",
    "change_plan_lifetime": "soon",
}


def test_everything_is_told_at_once(tmp_path: Path, tenant: Practice) -> None:
    calls = len(tenant.calls())
    run = run_playbook(tmp_path, tenant, "manual_mode", **WRONG)
    assert run.code != 0
    head, *lines = run.message.split("\n- ")
    assert head == "Nothing was written, for 9 reasons:"
    named = [line.partition(" ")[0].rstrip(":") for line in lines]
    assert sorted(named) == [
        "change_plan_lifetime",
        "inline_rule_enabled",
        "monitor_undeliverable_recipient",
        "portal_brand",
        "portal_values.inbound_connector_name",
        "portal_values.smarthost",
        "portl_region",
        "protected_domains",
        "protected_user",
    ]
    assert len(tenant.calls()) == calls
    assert list(tmp_path.glob("o365-changes/*/*")) == []


@pytest.mark.parametrize(
    ("playbook", "name", "nearest"),
    [
        ("monitor_to_inline", "protected_user", "protected_users"),
        ("apply_plan", "change_plan_hsh", "change_plan_hash"),
        ("verify", "verify_user", "verify_users"),
        ("doctor", "doctor_fail", "doctor_fail_on"),
    ],
)
def test_a_misspelt_variable_is_refused_unless_it_is_meant_for_something_else(
    tmp_path: Path, tenant: Practice, playbook: str, name: str, nearest: str
) -> None:
    given = {"protect_everyone": True, "change_plan_file": "plan.json" if playbook == "apply_plan" else None}
    run = run_playbook(tmp_path, tenant, playbook, **given, **{name: "x"})
    assert run.code != 0
    assert f"did you mean {nearest}?" in run.message
    assert tenant.writes() == []


def test_what_is_meant_for_something_else_can_be_said(tmp_path: Path, tenant: Practice) -> None:
    run = run_playbook(
        tmp_path, tenant, "manual_mode", "--check", monitor_host="x", portal_ignored_variables="monitor_host"
    )
    assert run.code == 0, run.text


def test_roles_by_themselves_are_held_to_the_same(tmp_path: Path, tenant: Practice) -> None:
    """Each with its own variables: what was checked for one role says nothing of the next."""
    roles = [
        {"name": "avanan.office365.monitor"},
        {"name": "avanan.office365.inline"},
    ]
    tasks: list[dict[str, Any]] = [{"ansible.builtin.include_role": role} for role in roles]
    tasks[1]["vars"] = {"portal_ip_addresses": ["10.0.0.300"], "protect_everyone": True, "portal_zone": "x"}
    run = play(tmp_path, tasks, tenant.env(), *variables(**PORTAL))
    assert run.code != 0
    assert "10.0.0.300" in run.message
    assert "portal_zone" in run.message
    assert [step["cmdlet"] for step in tenant.writes()] == [
        "Set-TransportConfig",
        "New-JournalRule",
        "New-InboundConnector",
    ]


def test_the_role_of_the_portal_checks_its_variables(tmp_path: Path, tenant: Practice) -> None:
    tasks = [{"ansible.builtin.include_role": {"name": "avanan.office365.portal"}}]
    calls = len(tenant.calls())
    right = play(tmp_path, tasks, tenant.env(), *variables(**PORTAL))
    assert right.code == 0, right.text
    run = play(tmp_path, tasks, tenant.env(), *variables(**PORTAL, portal_ip_addresses=["10.0.0.300"]))
    assert run.code != 0
    assert "10.0.0.300" in run.message
    assert len(tenant.calls()) == calls


def test_the_guides_names(tmp_path: Path, tenant: Practice) -> None:
    run = run_playbook(tmp_path, tenant, "monitor_to_inline", portal_brand="guide", protect_everyone=True)
    assert run.code == 0, run.text
    names = [step["parameters"]["Name"] for step in run.plan]
    assert names == ["Avanan Inbound", "Avanan Outbound", "Checkpoint – Protect"]
    again = run_playbook(tmp_path, tenant, "monitor_to_inline", protect_everyone=True)
    assert (again.code, again.changed) == (0, 0), again.text


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("priority", float("inf"), "int"),
        ("conditions", 5, "dict"),
        ("actions", [None], "dict"),
        ("exceptions", True, "dict"),
    ],
)
def test_a_value_at_which_ansible_breaks_down_is_told_of_its_option(
    tmp_path: Path, tenant: Practice, option: str, value: Any, wanted: str
) -> None:
    """Older versions know some of them."""
    options = {"name": "X", "actions": {"prepend_subject": "[x] "}, option: value}
    run = play(tmp_path, [{"avanan.office365.o365_mail_flow_rule": options}], tenant.env())
    assert option in run.message
    assert wanted in run.message
    assert tenant.writes() == []
