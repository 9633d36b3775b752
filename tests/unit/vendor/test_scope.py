# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of a scope: which, in which order, and nobody unprotected in between."""

from __future__ import annotations

from typing import Any

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


RULE_NAMES = ["Avanan - Protect", "Checkpoint – Protect"]


def _rule(name: str, priority: int = 0, **conditions: Any) -> dict[str, Any]:
    common = {"from_scope": "NotInOrganization", **conditions}
    return {**DEFINITION, "name": name, "priority": priority, "conditions": common}


def _steps(scope: dict[str, Any], *rules: dict[str, Any], rescope: bool = False) -> list[dict[str, Any]]:
    return scopes.rule_steps(scope, RULE_NAMES, list(rules), DEFINITION, rescope=rescope)


def _recipients(step: dict[str, Any]) -> dict[str, Any]:
    kinds = ("sent_to_member_of", "sent_to", "recipient_domain_is")
    return {kind: value for kind, value in step["conditions"].items() if kind in kinds and value}


def test_one_rule_for_each_kind_of_recipients() -> None:
    steps = _steps({"users": ["u"], "groups": ["g"], "domains": ["d"]})
    assert [(step["name"], step["priority"]) for step in steps] == [
        ("Avanan - Protect", 0),
        ("Avanan - Protect (users)", 1),
        ("Avanan - Protect (domains)", 2),
    ]
    assert [_recipients(step) for step in steps] == [
        {"sent_to_member_of": ["g"]},
        {"sent_to": ["u"]},
        {"recipient_domain_is": ["d"]},
    ]
    assert all(step["exceptions"] == DEFINITION["exceptions"] for step in steps)


def test_everyone_is_a_rule_without_recipients() -> None:
    (step,) = _steps({"everyone": True})
    assert _recipients(step) == {}


def test_an_existing_rule_is_narrowed_last_and_what_is_left_over_goes() -> None:
    rules = [
        _rule("Avanan - Protect", 0, sent_to=["u"]),
        _rule("Avanan - Protect (domains)", 1, recipient_domain_is=["d"]),
    ]
    steps = _steps({"users": ["u"], "groups": ["g"]}, *rules)
    assert [(step["name"], step["state"]) for step in steps] == [
        ("Avanan - Protect (users)", "present"),
        ("Avanan - Protect", "present"),
        ("Avanan - Protect (domains)", "absent"),
    ]
    assert steps[1]["conditions"]["sent_to"] == []


def test_rescope_gives_an_existing_rule_nothing_but_recipients() -> None:
    (step,) = _steps({"groups": ["g"]}, _rule("checkpoint – protect", 4, sent_to=["u"]), rescope=True)
    assert set(step) == {"name", "other_names", "state", "conditions"}
    assert step["conditions"] == {"sent_to_member_of": ["g"], "sent_to": [], "recipient_domain_is": []}


def test_rescope_makes_further_rules_like_the_first_and_right_behind_it() -> None:
    base = {**_rule("Avanan - Protect", 4, sent_to=["u"]), "exceptions": {"sender_ip_ranges": ["192.0.2.9"]}}
    further, _base = _steps({"users": ["u"], "groups": ["g"]}, base, rescope=True)
    assert further["priority"] == 5
    assert further["exceptions"] == base["exceptions"]
    assert further["conditions"]["from_scope"] == "NotInOrganization"


def test_who_enters_and_who_leaves() -> None:
    rules = [
        _rule("Avanan - Protect", 0, sent_to_member_of=["g@x.example"]),
        {**_rule("Avanan - Protect (users)", 1, sent_to=["off@x.example"]), "enabled": False},
    ]
    report = scopes.difference({"groups": ["G@x.example"], "users": ["u@x.example"]}, RULE_NAMES, rules)
    assert report == {"enters": ["user u@x.example"], "leaves": [], "stays": ["group g@x.example"]}
    report = scopes.difference({"everyone": True}, RULE_NAMES, rules)
    assert report == {"enters": ["everyone"], "leaves": ["group g@x.example"], "stays": []}
