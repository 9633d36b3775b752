# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate: what may be done, what not, and the same answer in check mode and in the run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_exchange.control import Practice

from .module_run import run
from .test_mail_flow_check import CONNECTOR, INCOMING, INTEGRATION, _rule

NDR = {"module": "o365_transport_config", "options": {"journaling_report_ndr_to": "reports@archive.example"}}
JOURNAL = {
    "module": "o365_journal_rule",
    "options": {"name": "Monitor", "journal_email_address": "customer-x@journal.example"},
}
OUTBOUND = {"module": "o365_connector", "options": CONNECTOR}
INBOUND = {
    "module": "o365_connector",
    "options": {
        "direction": "inbound",
        "name": "Avanan Inbound",
        "sender_domains": ["*"],
        "sender_ip_addresses": INCOMING,
    },
}


def _protect(*addresses: str, **conditions: Any) -> dict[str, Any]:
    return {"module": "o365_mail_flow_rule", "options": _rule(*addresses, **conditions)}


def _ask(tenant: Practice, *tasks: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
    given = {"integration": INTEGRATION, "tasks": list(tasks), **options}
    return run("o365_preflight", given, tenant.env(way="access_token"), check=check)


@pytest.mark.parametrize("check", [False, True])
def test_a_safe_change_may_be_made_and_nothing_is_written(tenant: Practice, check: bool) -> None:
    before = tenant.state()
    tasks = [INBOUND, OUTBOUND, _protect(*INCOMING, sent_to_member_of=["pilot@contoso.example"])]
    result = _ask(tenant, *tasks, check=check)
    assert not result.get("failed"), result["msg"]
    assert (result["refused"], result["problems"], result["verdict"]) == ("", [], "safe")
    assert tenant.state() == before


@pytest.mark.parametrize("check", [False, True])
def test_what_an_earlier_step_brings_is_there_for_a_later_one(tenant: Practice, check: bool) -> None:
    assert not _ask(tenant, NDR, JOURNAL, check=check).get("failed")
    refused = _ask(tenant, JOURNAL, check=check)
    assert refused["failed"]
    assert "recipient for undeliverable journal reports" in refused["msg"]
    assert refused["msg"].startswith("Nothing was written")


@pytest.mark.parametrize("check", [False, True])
def test_a_rule_to_a_connector_that_is_not_there(tenant: Practice, check: bool) -> None:
    result = _ask(tenant, _protect(*INCOMING, sent_to_member_of=["pilot@contoso.example"]), check=check)
    assert result["failed"]
    assert "Avanan Outbound" in result["msg"]


@pytest.mark.parametrize("check", [False, True])
def test_a_loop_is_refused(tenant: Practice, check: bool) -> None:
    tasks = [INBOUND, OUTBOUND, _protect(INCOMING[0], sent_to_member_of=["pilot@contoso.example"])]
    result = _ask(tenant, *tasks, check=check)
    assert result["failed"]
    assert "loop" in result["msg"]
    shown = _ask(tenant, *tasks, check=check, preview=True)
    assert not shown.get("failed")
    assert shown["refused"] in result["msg"]


def test_a_loop_between_two_steps_is_refused_though_the_end_is_safe(tenant: Practice) -> None:
    unguarded = _protect(INCOMING[0], sent_to_member_of=["pilot@contoso.example"])
    guarded = _protect(*INCOMING, sent_to_member_of=["pilot@contoso.example"])
    result = _ask(tenant, INBOUND, OUTBOUND, unguarded, guarded)
    assert result["failed"]
    assert "before the next step" in result["msg"]


@pytest.mark.parametrize("check", [False, True])
def test_a_group_that_does_not_exist(tenant: Practice, check: bool) -> None:
    result = _ask(
        tenant,
        INBOUND,
        OUTBOUND,
        _protect(*INCOMING, sent_to_member_of=["nobody@contoso.example"]),
        check=check,
    )
    assert result["failed"]
    assert "nobody@contoso.example" in result["msg"]


def test_a_group_that_the_change_makes(tenant: Practice) -> None:
    group = {
        "module": "o365_distribution_group",
        "options": {
            "name": "inline",
            "primary_smtp_address": "inline@contoso.example",
            "managed_by": ["ada@contoso.example"],
            "members": ["pilot@contoso.example"],
        },
    }
    tasks = [group, INBOUND, OUTBOUND, _protect(*INCOMING, sent_to_member_of=["inline@contoso.example"])]
    result = _ask(tenant, *tasks)
    assert not result.get("failed"), result["msg"]


def test_every_wrong_option_is_told_at_once(tenant: Practice) -> None:
    wrong = [
        {"module": "o365_connector", "options": {**CONNECTOR, "name": "x" * 65}},
        {"module": "o365_journal_rule", "options": {"name": "M", "journal_email_address": "no address"}},
    ]
    result = _ask(tenant, *wrong)
    assert result["failed"]
    assert "64" in result["msg"]
    assert "no address" in result["msg"]
