# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of a scope: which, in which order, and nobody unprotected in between."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._vendor import scope as scopes
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ["Avanan - Protect", "Checkpoint – Protect"]
DEFINITION = {
    "enabled": True,
    "mode": "Enforce",
    "conditions": {"from_scope": "NotInOrganization"},
    "exceptions": {"sender_ip_ranges": ["198.51.100.1"]},
    "actions": {"stop_rule_processing": True},
}
CONDITIONS = {kind: condition for kind, (condition, _suffix) in scopes.KINDS.items()}


def _carried_out(rules: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rules of a tenant after each step, as the service would place them."""
    present = [dict(rule) for rule in rules]
    states = []
    for step in steps:
        names = [step["name"], *step.get("other_names", [])]
        found = next((rule for name in names for rule in present if rule["name"] == name), None)
        if step["state"] == "absent":
            present.remove(found)
        else:
            if found is None:
                found = {**step, "conditions": {}, "name": step["name"]}
                present.insert(step.get("priority", len(present)), found)
            elif "priority" in step:
                present.remove(found)
                present.insert(step["priority"], found)
            merged = {**found["conditions"], **step.get("conditions", {})}
            found["conditions"] = {key: value for key, value in merged.items() if value != []}
        present = [{**rule, "priority": place} for place, rule in enumerate(present)]
        states.append(present)
    return states


def _protected(rules: list[dict[str, Any]], scope: dict[str, Any]) -> set[str]:
    """Who of a scope is protected by some rule: conditions of one rule must all be true."""
    protected = set()
    for rule in rules:
        kinds = {kind: set(rule["conditions"].get(condition, ())) for kind, condition in CONDITIONS.items()}
        given = [kind for kind in kinds if kinds[kind]]
        if rule["name"].startswith(tuple(NAMES)) and len(given) <= 1:
            for kind in CONDITIONS:
                protected |= {
                    f"{kind} {item}" for item in scope.get(kind, ()) if not given or item in kinds[kind]
                }
    return protected


_ITEMS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3)
_SCOPES = st.one_of(
    st.just({"everyone": True}),
    st.fixed_dictionaries({kind: _ITEMS for kind in CONDITIONS}).filter(lambda scope: any(scope.values())),
)
FOREIGN = [{"name": f"Foreign {number}", "conditions": {}, "enabled": True} for number in range(3)]


def _tenant(scope: dict[str, Any], start: int) -> list[dict[str, Any]]:
    """A tenant with a scope in place, its base rule at some place."""
    rules = [{**rule, "priority": place} for place, rule in enumerate(FOREIGN)]
    steps = scopes.rule_steps(scope, NAMES, rules, DEFINITION, rescope=False)
    rules = _carried_out(rules, steps)[-1]
    base = next(rule for rule in rules if rule["name"] == NAMES[0])
    rules.remove(base)
    rules.insert(min(start, len(rules)), base)
    return [{**rule, "priority": place} for place, rule in enumerate(rules)]


@settings(max_examples=300, deadline=None)
@given(_SCOPES, _SCOPES, st.integers(0, 4), st.booleans())
def test_changing_a_scope(before: dict[str, Any], after: dict[str, Any], start: int, rescope: bool) -> None:
    rules = _tenant(before, start)
    steps = scopes.rule_steps(after, NAMES, rules, DEFINITION, rescope=rescope)
    states = _carried_out(rules, steps)
    both = {
        kind: [item for item in before.get(kind, ()) if item in after.get(kind, ())] for kind in CONDITIONS
    }
    for state in states:
        assert _protected(state, both) == _protected(rules, both)
    everyone = {kind: ["a", "b", "c"] for kind in CONDITIONS}
    wanted = {f"{kind} {item}" for kind in CONDITIONS for item in after.get(kind, ())}
    assert _protected(states[-1], everyone) == (
        _protected(FOREIGN, {}) | wanted
        if not after.get("everyone")
        else {f"{kind} {item}" for kind in CONDITIONS for item in "abc"}
    )
    ours = [rule["name"] for rule in states[-1] if rule["name"].startswith(NAMES[0])]
    assert len(ours) == len(scopes.wanted_kinds(after))
    assert [rule["name"] for rule in states[-1] if rule["name"] not in ours] == [
        rule["name"] for rule in FOREIGN
    ]
    if not rescope:
        assert [rule["name"] for rule in states[-1]][: len(ours)] == ours
    again = scopes.rule_steps(after, NAMES, states[-1], DEFINITION, rescope=rescope)
    assert _carried_out(states[-1], again)[-1] == states[-1]


def test_further_rules_under_an_older_name_are_ours() -> None:
    names = [f"{NAMES[1]}{suffix}" for _condition, suffix in scopes.KINDS.values()]
    rules = [
        {"name": name, "priority": place, "conditions": {}, "enabled": True}
        for place, name in enumerate([NAMES[1], *names])
    ]
    steps = scopes.rule_steps({"groups": ["g"], "users": ["u"]}, NAMES, rules, DEFINITION, rescope=True)
    assert [(step["name"], step["state"]) for step in steps] == [
        ("Avanan - Protect (users)", "present"),
        ("Avanan - Protect", "present"),
        (names[0], "absent"),
        (names[2], "absent"),
    ]
    assert names[1] in steps[0]["other_names"]


@pytest.mark.parametrize(
    ("users", "groups", "recipients", "words"),
    [
        (["x"], [], {"x": {"kind": "group"}}, "is a group"),
        (["x"], [], {"x": {"kind": "missing"}}, "no recipient"),
        ([], ["x"], {"x": {"kind": "individual"}}, "single recipient"),
        ([], ["x"], {"x": {"kind": "missing"}}, "no group"),
    ],
)
def test_wrong_recipients(
    users: list[str], groups: list[str], recipients: dict[str, Any], words: str
) -> None:
    (problem,) = scopes.recipient_problems(users, groups, recipients, groups_may_come=False)
    assert words in problem


def test_addresses_outside_and_groups_to_come_are_accepted() -> None:
    missing = {"x@y.example": {"kind": "missing"}, "g": {"kind": "missing"}}
    assert scopes.recipient_problems(["x@y.example"], ["g"], missing, groups_may_come=True) == []
