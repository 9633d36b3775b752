# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where mail-flow rules stand, on a tenant with 200 rules that are not ours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.fake_exchange.control import Practice

from .module_run import run

RULE = {"actions": {"prepend_subject": "[X] "}}


@pytest.fixture
def crowded(practice: Practice) -> Practice:
    practice.reset(foreign_rules=195)
    return practice


def _order(tenant: Practice) -> list[str]:
    return [rule["Name"] for rule in tenant.state()["TransportRule"]]


def _told(tenant: Practice, tasks: list[dict[str, Any]], *, check: bool = False) -> list[dict[str, Any]]:
    """What the tasks of one run say."""
    env, state = tenant.env(way="access_token"), RunState()
    return [run("o365_mail_flow_rule", task, env, check=check, run_state=state) for task in tasks]


def _plan(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [step for result in told for step in result["plan"]]


def _stable(tenant: Practice, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Check, run, run again: the plan, which is what is called; the foreign rules keep their order, nothing flaps."""
    foreign = _order(tenant)
    mine = {task["name"] for task in tasks}
    preview = _told(tenant, tasks, check=True)
    assert _order(tenant) == foreign
    real = _told(tenant, tasks)
    assert not any(result.get("failed") for result in real), real
    assert _plan(preview) == _plan(real) == tenant.writes()
    assert [rule for rule in _order(tenant) if rule not in mine] == [
        rule for rule in foreign if rule not in mine
    ]
    again = _told(tenant, tasks)
    assert [(result["changed"], result["plan"]) for result in again] == [(False, [])] * len(tasks)
    for told in (preview, real, again):
        assert told[-1]["order"] == _order(tenant)
    return _plan(real)


def test_two_that_want_to_be_first_do_not_displace_each_other(crowded: Practice) -> None:
    assert len(_order(crowded)) == 200
    tasks = [
        {"name": "A", **RULE, "position": "first"},
        {"name": "B", **RULE, "position": "first"},
        {"name": "Z", **RULE, "position": "last"},
    ]
    plan = _stable(crowded, tasks)
    assert _order(crowded)[:2] == ["A", "B"]
    assert _order(crowded)[-1] == "Z"
    assert [step["cmdlet"] for step in plan] == ["New-TransportRule"] * 3


def test_an_existing_rule_is_moved_by_one_call(crowded: Practice) -> None:
    middle = _order(crowded)[100]
    plan = _stable(crowded, [{"name": middle, "position": "first"}])
    assert [set(step["parameters"]) for step in plan] == [{"Identity", "Priority"}]
    assert _order(crowded)[0] == middle


def test_beside_named_rules(crowded: Practice) -> None:
    names = _order(crowded)
    tasks = [
        {"name": "Above", **RULE, "before": [names[50], names[60]]},
        {"name": "Below", **RULE, "after": ["Above", names[70]]},
        {"name": "Between", **RULE, "after": ["above"], "before": [names[50]]},
    ]
    _stable(crowded, tasks)
    after = _order(crowded)
    assert after[50:53] == ["Above", "Between", names[50]]
    assert after[after.index(names[70]) + 1] == "Below"


def test_a_rule_that_stands_well_stays(crowded: Practice) -> None:
    names = _order(crowded)
    options = {"name": names[20], "before": [names[150]], "after": [names[3]]}
    result = run("o365_mail_flow_rule", options, crowded.env(way="access_token"))
    assert (result["changed"], result["plan"]) == (False, [])


def test_rules_of_separate_runs_name_each_other(crowded: Practice) -> None:
    env = crowded.env(way="access_token")
    tasks = [
        {"name": "A", **RULE, "position": "first", "peers": ["B"]},
        {"name": "B", **RULE, "position": "first", "peers": ["A"]},
    ]
    first = [run("o365_mail_flow_rule", task, env)["changed"] for task in tasks]
    again = [run("o365_mail_flow_rule", task, env)["changed"] for task in tasks]
    assert (first, again) == ([True, True], [False, False])
    assert set(_order(crowded)[:2]) == {"A", "B"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"before": ["Nobody"]}, 'there is a rule "Nobody" beside which "Mark external mail" can stand'),
        (
            {"before": ["Disclaimer"], "after": ["Archive finance"]},
            '"Archive finance" stands above "Disclaimer"',
        ),
        ({"priority": 1, "position": "first"}, "exclude each other"),
        ({"position": "last", "after": ["Disclaimer"]}, "exclude each other"),
        ({"peers": ["Disclaimer"]}, "peers needs position"),
        ({"after": ["mark external mail"]}, "before or after itself"),
    ],
)
def test_a_place_that_cannot_be(tenant: Practice, options: dict[str, Any], words: str) -> None:
    result = run(
        "o365_mail_flow_rule", {"name": "Mark external mail", **options}, tenant.env(way="access_token")
    )
    assert result["failed"]
    assert words in result["msg"]
    assert tenant.writes() == []
