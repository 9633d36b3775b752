# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an object looks like before its first call and after each, there and back."""

from __future__ import annotations

from typing import Any

from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.stages import backward, forward

from tests.unit.runbook import runbook_samples as samples


def test_members_come_and_go_one_by_one() -> None:
    (group,) = forward([samples.group_members()]).objects
    assert [sorted(stage.settings["Members"]) for stage in group.stages] == [
        ["pilot@contoso.example", "user02@contoso.example"],
        ["pilot@contoso.example", "user01@contoso.example", "user02@contoso.example"],
        ["user01@contoso.example", "user02@contoso.example"],
    ]
    (back,) = backward([samples.group_members()]).objects
    assert [sorted(stage.settings["Members"]) for stage in back.stages[::2]] == [
        ["user01@contoso.example", "user02@contoso.example"],
        ["pilot@contoso.example", "user02@contoso.example"],
    ]


def test_a_rule_is_placed_among_the_rules_of_others() -> None:
    (rule,) = forward([samples.rescoped_rule()]).objects
    assert [stage.above for stage in rule.stages] == [1, 1, 0]


def test_what_is_created_again_is_found_by_its_name() -> None:
    staged = backward([samples.switched_off(), samples.removed_rule()])
    assert [call.call["cmdlet"] for call in staged.calls] == ["New-TransportRule", "Enable-TransportRule"]
    assert staged.calls[1].call["parameters"]["Identity"] == samples.PROTECT
    (rule,) = staged.objects
    assert [stage.exists for stage in rule.stages] == [False, True, True]
    assert [stage.settings.get("State") for stage in rule.stages] == [None, ("Disabled",), ("Enabled",)]


def test_a_call_that_nothing_shows_is_never_taken_for_done() -> None:
    """Whether the date of a rule was set cannot be compared as text."""
    dates: dict[str, Any] = {"expiry_date": "2027-01-01T00:00:00Z"}
    entry = samples.entry(
        "TransportRule",
        "mail-flow rule",
        "Old",
        [samples.step("Set-TransportRule", Identity="Old", ExpiryDate="2027-01-01T00:00:00Z")],
        before={"name": "Old"},
        after={"name": "Old", **dates},
        order_before=["Old"],
        order_after=["Old"],
    )
    staged = forward([entry])
    assert [stage.unseen for stage in staged.objects[0].stages] == [False, True]
    assert [(call.stage, call.shown) for call in staged.calls] == [(1, 0)]


def test_what_somebody_may_have_added_to_a_rule_that_goes_is_looked_at() -> None:
    (rule,) = forward([samples.removed_rule()]).objects
    first = rule.stages[0]
    assert "ExceptIfSentTo" in first.unset
    assert first.said["SentToMemberOf"] == ("pilot@contoso.example",)
    assert "RuleErrorAction" not in first.settings


def test_a_switch_that_is_off_and_one_that_is_not_shown_are_the_same() -> None:
    staged = forward([samples.customization()])
    assert [stage.settings["IsDehydrated"] for stage in staged.objects[0].stages] == [("True",), ()]
