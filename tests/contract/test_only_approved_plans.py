# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the environment says so, no module writes anything but a plan whose hash is given; reading and check mode go on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_exchange.control import Practice

from .module_run import run

REQUIRED = {"O365_REQUIRE_PLAN": "yes"}
WRITING = [
    ("o365_mail_flow_rule", {"name": "X", "actions": {"prepend_subject": "[x] "}}),
    ("o365_mail_flow_rule", {"name": "Disclaimer", "state": "absent"}),
    (
        "o365_connector",
        {"direction": "inbound", "name": "X", "sender_domains": ["*"], "sender_ip_addresses": ["192.0.2.1"]},
    ),
    ("o365_distribution_group", {"name": "X", "managed_by": ["user09"]}),
    ("o365_mail_contact", {"name": "X", "external_email_address": "x@elsewhere.example"}),
    ("o365_transport_config", {"journaling_report_ndr_to": "x@elsewhere.example"}),
    ("o365_connection_filter", {"ip_allow_list": ["192.0.2.77"]}),
]


@pytest.mark.parametrize(("module", "options"), WRITING)
def test_nothing_is_written_without_an_approved_plan(
    tenant: Practice, module: str, options: dict[str, Any]
) -> None:
    before = tenant.state()
    result = run(module, options, {**tenant.env(), **REQUIRED})
    assert result["failed"]
    assert "without an approved plan" in result["msg"]
    assert "check mode" in result["msg"]
    assert (result["changed"], result["done"]) == (False, [])
    assert tenant.writes() == []
    assert tenant.state() == before
    shown = run(module, options, {**tenant.env(), **REQUIRED}, check=True)
    assert shown["changed"]


@pytest.mark.parametrize("value", ["", "  ", "false", "0", "no"])
def test_who_does_not_ask_for_it_writes(tenant: Practice, value: str) -> None:
    module, options = WRITING[0]
    assert run(module, options, {**tenant.env(), "O365_REQUIRE_PLAN": value})["changed"]


def test_a_policy_that_says_nothing_is_no_policy_that_is_off(tenant: Practice) -> None:
    module, options = WRITING[0]
    result = run(module, options, {**tenant.env(), "O365_REQUIRE_PLAN": "perhaps"})
    assert 'O365_REQUIRE_PLAN is "perhaps"' in result["msg"]
    assert tenant.calls() == []


def test_reading_and_nothing_to_do_go_on(tenant: Practice) -> None:
    env = {**tenant.env(), **REQUIRED}
    assert run("o365_info", {"gather": ["mail_flow_rules"]}, env)["mail_flow_rules"]
    assert not run("o365_mail_flow_rule", {"name": "Disclaimer", "enabled": True}, env)["changed"]
