# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others use is not taken away from them unasked, and who they are is said: in check mode and in a run alike."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._engine import usage

from tests.change_runs import refused
from tests.fake_exchange.control import Practice

from .module_run import RunState, run

GROUP, CONTACT, CONNECTOR = "o365_distribution_group", "o365_mail_contact", "o365_connector"
RULE, JOURNAL = "o365_mail_flow_rule", "o365_journal_rule"
SALES = {"name": "Sales team"}
OUTSIDE = {"name": "Outside", "external_email_address": "outside@archive.example"}
OUTBOUND = {"direction": "outbound", "name": "Way out"}
SCOPED = {**OUTBOUND, "is_transport_rule_scoped": True, "smart_hosts": ["relay.example"]}
BY_DOMAIN = {**OUTBOUND, "recipient_domains": ["archive.example"], "smart_hosts": ["relay.example"]}
NDR = {"journaling_report_ndr_to": "undeliverable@elsewhere.example"}


def _do(tenant: Practice, module: str, **options: Any) -> dict[str, Any]:
    result = run(module, options, tenant.env())
    assert not result.get("failed"), result["msg"]
    return result


def _rule(**options: Any) -> dict[str, Any]:
    return {"name": "User", "actions": {"prepend_subject": "[x] "}, **options}


USERS = [
    # What is taken away, what the tenant has before, and the user with the setting that names it.
    (
        GROUP,
        SALES,
        [(RULE, _rule(conditions={"from_member_of": ["sales-team"]}))],
        "conditions.from_member_of",
    ),
    (
        GROUP,
        SALES,
        [(RULE, _rule(enabled=False, exceptions={"sent_to_member_of": ["sales-team@contoso.example"]}))],
        "exceptions.sent_to_member_of",
    ),
    (
        GROUP,
        SALES,
        [
            (GROUP, {"name": "Whole", "managed_by": ["user09"], "members": ["sales-team", "user01"]}),
            (GROUP, {"name": "Wider", "managed_by": ["user09"], "members": ["Whole"]}),
            (RULE, _rule(conditions={"sent_to_member_of": ["Wider"]})),
        ],
        "conditions.sent_to_member_of, through the group wider@contoso.example",
    ),
    (
        CONTACT,
        OUTSIDE,
        [(CONTACT, OUTSIDE), (RULE, {"name": "User", "actions": {"blind_copy_to": ["Outside"]}})],
        "actions.blind_copy_to",
    ),
    (
        CONTACT,
        OUTSIDE,
        [
            (CONTACT, OUTSIDE),
            ("o365_transport_config", NDR),
            (JOURNAL, {"name": "User", "journal_email_address": "outside@archive.example"}),
        ],
        "journal_email_address",
    ),
    (
        CONTACT,
        OUTSIDE,
        [
            (CONTACT, OUTSIDE),
            ("o365_transport_config", {"journaling_report_ndr_to": "outside@archive.example"}),
        ],
        "journaling_report_ndr_to",
    ),
    (
        CONNECTOR,
        OUTBOUND,
        [
            (CONNECTOR, SCOPED),
            (RULE, {"name": "User", "actions": {"route_message_outbound_connector": "way OUT"}}),
        ],
        "actions.route_message_outbound_connector",
    ),
    (
        CONNECTOR,
        OUTBOUND,
        [
            (CONNECTOR, BY_DOMAIN),
            ("o365_transport_config", NDR),
            (JOURNAL, {"name": "User", "journal_email_address": "copies@archive.example"}),
        ],
        "its mail leaves through it",
    ),
]


def _prepared(tenant: Practice, before: list[tuple[str, dict[str, Any]]]) -> None:
    for module, options in before:
        _do(tenant, module, **options)


def _absent(module: str, options: dict[str, Any]) -> dict[str, Any]:
    kept = ("name", "direction")
    return {**{key: value for key, value in options.items() if key in kept}, "state": "absent"}


@pytest.mark.parametrize(("module", "options", "before", "setting"), USERS)
def test_it_stays_and_its_users_are_named(
    tenant: Practice, module: str, options: dict[str, Any], before: list[Any], setting: str
) -> None:
    _prepared(tenant, before)
    user = "transport configuration" if "ndr" in setting else 'rule "User"'
    refused(
        tenant, module, _absent(module, options), f"{user} ({setting}) uses it", "Change or remove that first"
    )


@pytest.mark.parametrize(("module", "options", "before", "setting"), [*USERS[:6], USERS[-1]])
def test_with_force_it_goes(
    tenant: Practice, module: str, options: dict[str, Any], before: list[Any], setting: str
) -> None:
    _prepared(tenant, before)
    assert _do(tenant, module, **_absent(module, options), force=True)["changed"]


@pytest.mark.parametrize("change", [{"state": "absent"}, {"enabled": False}])
def test_the_services_own_refusal_stays(tenant: Practice, change: dict[str, Any]) -> None:
    _prepared(tenant, USERS[6][2])
    result = run(CONNECTOR, {**OUTBOUND, **change, "force": True}, tenant.env())
    assert result["failed"]
    assert result["error"]["kind"] != "ConfigurationError"
    assert "User" in result["msg"]


@pytest.mark.parametrize(
    "change",
    [{"enabled": False}, {"recipient_domains": ["other.example"], "is_transport_rule_scoped": False}],
)
def test_switching_it_off_takes_it_away_too(tenant: Practice, change: dict[str, Any]) -> None:
    _prepared(tenant, USERS[6][2])
    refused(tenant, CONNECTOR, {**OUTBOUND, **change}, 'mail-flow rule "User"', "was not changed")


def test_every_user_is_named(tenant: Practice) -> None:
    for name in ("One", "Two"):
        _do(tenant, RULE, **_rule(conditions={"from_member_of": ["sales-team"]}) | {"name": name})
    refused(tenant, GROUP, _absent(GROUP, SALES), '"One"', '"Two"', "use it", "those first")


def test_what_nobody_uses_goes(tenant: Practice) -> None:
    _prepared(tenant, USERS[2][2][:2])
    assert _do(tenant, GROUP, name="Sales team", state="absent")["changed"]


def test_a_connector_that_fits_less_closely_carries_no_reports(tenant: Practice) -> None:
    everywhere = {"direction": "outbound", "name": "Everywhere", "smart_hosts": ["gateway.example"]}
    _do(tenant, CONNECTOR, **everywhere, recipient_domains=["*"])
    _prepared(tenant, USERS[-1][2])
    assert _do(tenant, CONNECTOR, **_absent(CONNECTOR, everywhere))["changed"]


@pytest.mark.parametrize(
    "first",
    [{"state": "absent"}, {"actions": {"route_message_outbound_connector": "", "prepend_subject": "x"}}],
)
def test_a_run_in_check_mode_knows_what_its_earlier_tasks_take_away(
    tenant: Practice, first: dict[str, Any]
) -> None:
    _prepared(tenant, USERS[6][2])
    for check in (True, False):
        state = RunState()
        for module, options in ((RULE, {"name": "User", **first}), (CONNECTOR, _absent(CONNECTOR, OUTBOUND))):
            result = run(module, options, tenant.env(), check=check, run_state=state)
            assert not result.get("failed"), result["msg"]
            assert result["changed"]


def test_a_run_in_check_mode_knows_what_its_earlier_tasks_bring(tenant: Practice) -> None:
    state = RunState()
    rule = _rule(conditions={"from_member_of": ["sales-team"]})
    run(RULE, rule, tenant.env(), check=True, run_state=state)
    result = run(GROUP, _absent(GROUP, SALES), tenant.env(), check=True, run_state=state)
    assert 'mail-flow rule "User"' in result["msg"]


def test_who_may_not_look_does_not_know_that_nobody_uses_it(tenant: Practice) -> None:
    tenant.faults(denied_cmdlets=["Get-TransportRule"])
    try:
        refused(tenant, GROUP, _absent(GROUP, SALES), "Get-TransportRule")
    finally:
        tenant.faults()


def test_more_groups_than_are_opened_are_not_nobody(
    tenant: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "_MOST_GROUPS", 1)
    _prepared(tenant, USERS[2][2])
    refused(tenant, GROUP, _absent(GROUP, SALES), "in use is not known", "wider@contoso.example", "force")
    assert _do(tenant, GROUP, **_absent(GROUP, SALES), force=True)["changed"]


def test_each_class_is_listed_once(tenant: Practice) -> None:
    _prepared(tenant, USERS[-1][2])
    listed = []
    for name in ("Second", "Third"):
        before = len(tenant.calls())
        run(CONNECTOR, _absent(CONNECTOR, OUTBOUND), tenant.env(), check=True)
        listed.append([call["cmdlet"] for call in tenant.calls()[before:]])
        _do(tenant, JOURNAL, name=name, journal_email_address="copies@archive.example")
    assert listed[0] == listed[1]
