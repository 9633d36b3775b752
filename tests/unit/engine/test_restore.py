# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back: for any two states of an object, the options and calls that lead from one to the other."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.avanan.office365.plugins.module_utils._engine.diff import (
    DesiredState,
    ExistingState,
    decide,
)
from ansible_collections.avanan.office365.plugins.module_utils._engine.object_module import (
    OBJECT_MODULES,
    ObjectModule,
)
from ansible_collections.avanan.office365.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.avanan.office365.plugins.module_utils._engine.revert import (
    differing,
    inverse,
    neighbours,
    restoring_options,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema.resource import (
    Resource,
    State,
)
from hypothesis import given, settings
from hypothesis import strategies as st

RULES = OBJECT_MODULES["o365_mail_flow_rule"]
# Settings of each module in two states; the second has nothing of what the first has beyond what it names.
PAIRS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "o365_mail_flow_rule",
        {
            "enabled": True,
            "mode": "Enforce",
            "comments": "a",
            "conditions": {"sent_to": ["a@x.example"], "from_scope": "NotInOrganization"},
            "exceptions": {"sender_ip_ranges": ["192.0.2.1"]},
            "actions": {"set_header_name": "X-A", "set_header_value": "1", "stop_rule_processing": True},
        },
        {
            "enabled": False,
            "mode": "Audit",
            "conditions": {"subject_contains_words": ["y"]},
            "exceptions": {"from": ["b@x.example"]},
            "actions": {"prepend_subject": "[y] ", "stop_rule_processing": False},
        },
    ),
    (
        "o365_connector",
        {
            "direction": "outbound",
            "enabled": True,
            "connector_type": "Partner",
            "recipient_domains": ["a.example"],
            "is_transport_rule_scoped": False,
            "use_mx_record": True,
            "comment": "a",
        },
        {
            "direction": "outbound",
            "enabled": False,
            "connector_type": "Partner",
            "is_transport_rule_scoped": True,
            "use_mx_record": False,
            "smart_hosts": ["b.example"],
            "tls_settings": "EncryptionOnly",
        },
    ),
    (
        "o365_connector",
        {
            "direction": "inbound",
            "enabled": True,
            "connector_type": "Partner",
            "sender_domains": ["*"],
            "sender_ip_addresses": ["192.0.2.1"],
            "require_tls": True,
        },
        {
            "direction": "inbound",
            "enabled": False,
            "connector_type": "Partner",
            "sender_domains": ["a.example"],
            "require_tls": False,
            "comment": "b",
        },
    ),
    (
        "o365_journal_rule",
        {
            "journal_email_address": "a@x.example",
            "scope": "Global",
            "enabled": True,
            "recipient": "b@x.example",
        },
        {"journal_email_address": "c@x.example", "scope": "Internal", "enabled": False},
    ),
    (
        "o365_connection_filter",
        {"ip_allow_list": ["192.0.2.1", "192.0.2.2"], "enable_safe_list": True},
        {
            "ip_allow_list": ["192.0.2.2", "192.0.2.3"],
            "ip_block_list": ["192.0.2.9"],
            "enable_safe_list": False,
        },
    ),
    (
        "o365_distribution_group",
        {"members": ["a@x.example", "b@x.example"], "managed_by": ["o@x.example"], "mail_tip": "a"},
        {"members": ["b@x.example", "c@x.example"], "managed_by": ["p@x.example"], "custom_attribute1": "1"},
    ),
    (
        "o365_mail_contact",
        {"external_email_address": "a@y.example", "hidden_from_address_lists_enabled": True},
        {
            "external_email_address": "b@y.example",
            "hidden_from_address_lists_enabled": False,
            "mail_tip": "b",
        },
    ),
    (
        "o365_transport_config",
        {"journaling_report_ndr_to": "a@x.example"},
        {},
    ),
]


def _params(definition: ObjectModule, options: dict[str, Any]) -> dict[str, Any]:
    validated = ArgumentSpecValidator(definition.argument_spec()).validate(options)
    assert not validated.error_messages, validated.error_messages
    return validated.validated_parameters


def _named(definition: ObjectModule, options: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Options with what every task on the object has."""
    selector = {key: like[key] for key in (definition.selector,) if key}
    return {**options, **selector, **({} if definition.singleton else {"name": "It"})}


def _case(module: str, options: dict[str, Any]) -> tuple[ObjectModule, Resource, State]:
    definition = OBJECT_MODULES[module]
    params = _params(definition, _named(definition, options, options))
    state = definition.state(params, options)
    assert state is not None
    return definition, definition.resource(params), state


def _after(
    definition: ObjectModule, resource: Resource, options: dict[str, Any], state: State
) -> State | None:
    """The state to which a module with these options brings an object."""
    desired = definition.desired(_params(definition, options))
    record = {"Name": "It", "Guid": "g"}
    change = decide(resource, desired, ExistingState("It", record, 1, ("It",), state=state)).change
    return change.after


@pytest.mark.parametrize(("module", "one", "other"), PAIRS, ids=[module for module, *_states in PAIRS])
@pytest.mark.parametrize("turned", [False, True])
def test_options_lead_from_any_state_to_any_other(
    module: str, one: dict[str, Any], other: dict[str, Any], turned: bool
) -> None:
    wanted, current = (other, one) if turned else (one, other)
    definition, resource, there = _case(module, wanted)
    _definition, _resource, here = _case(module, current)
    options, lost = restoring_options(resource, there, here)
    assert lost == []
    result = _after(definition, resource, _named(definition, options, wanted), here)
    assert differing(resource, result, there) == []


@pytest.mark.parametrize(("module", "one", "other"), PAIRS, ids=[module for module, *_states in PAIRS])
def test_what_is_equal_needs_nothing(module: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    definition, resource, state = _case(module, one)
    options, lost = restoring_options(resource, state, state)
    assert (set(options) - {"state"}, lost) == (set(), [])
    assert inverse(resource, Outcome(False, "It", state, state, guid="g")) == ()
    assert definition.state(
        _params(definition, _named(definition, one, one)), resource.to_result("It", state)
    ) == {
        **dict.fromkeys(row.path for row in resource.fields if _shown_empty(row.path, resource, state)),
        **state,
    }


def _shown_empty(path: str, resource: Resource, state: State) -> bool:
    view = resource.to_result("It", {**state, path: None})
    return path in view and state.get(path) is None


@pytest.mark.parametrize(("module", "one", "other"), PAIRS, ids=[module for module, *_states in PAIRS])
def test_the_inverse_of_a_change(module: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    """The calls noted in a document are those that a module would make with the options of the way back."""
    definition, resource, before = _case(module, one)
    _definition, _resource, after = _case(module, other)
    steps = inverse(resource, Outcome(True, "It", before, after, guid="g"))
    assert steps
    assert all(step.cmdlet.partition("-")[0] != "New" for step in steps)
    if not definition.singleton:
        made = inverse(resource, Outcome(True, "It", None, after, guid="g"))
        assert [step.cmdlet for step in made] == [f"Remove-{resource.noun}"]
        removed = inverse(resource, Outcome(True, "It", before, None))
        assert removed[0].cmdlet == f"New-{resource.noun}"
        assert removed[0].parameters["Name"] == "It"


def test_what_cannot_be_taken_back_is_said() -> None:
    _definition, resource, here = _case(
        "o365_distribution_group",
        {"managed_by": ["a@x.example"], "alias": "a", "email_addresses": ["b@x.example"]},
    )
    options, lost = restoring_options(resource, {"managed_by": ["a@x.example"]}, here)
    assert set(lost) == {"alias", "email_addresses"}
    assert set(options) == {"state"}


def test_a_new_object_is_removed_and_a_removed_one_made_with_all_it_had() -> None:
    definition, resource, state = _case(PAIRS[0][0], PAIRS[0][1])
    assert restoring_options(resource, None, state) == ({"state": "absent"}, [])
    options, lost = restoring_options(resource, state, None)
    assert lost == []
    desired = definition.desired(_params(definition, {**options, "name": "It"}))
    after = decide(resource, desired, ExistingState("It", None, 0)).change.after
    assert differing(resource, after, {**after, **state} if after else None) == []


# ---------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("order", "present", "place"),
    [
        ("a x b", "a b", {"after": ["a"], "before": ["b"]}),
        ("x a b", "a b", {"before": ["a"]}),
        ("a b x", "a b", {"after": ["b"]}),
        ("x", "", {}),
        ("x", "n m", {}),
        # A neighbour is gone, others have come: the nearest that still are.
        ("a b x c d", "a n d", {"after": ["a"], "before": ["d"]}),
        # The neighbours have changed places: the upper one decides.
        ("a x b", "b a", {"after": ["a"]}),
        ("A X B", "a b", {"after": ["A"], "before": ["B"]}),
        # The rule itself is no neighbour.
        ("a x b", "x a b", {"after": ["a"], "before": ["b"]}),
    ],
)
def test_between_whom_a_rule_stood(order: str, present: str, place: dict[str, list[str]]) -> None:
    assert neighbours("x", order.split(), present.split()) == place


@settings(deadline=None)
@given(st.permutations(list("abcdefx")), st.sets(st.sampled_from("abcdef")), st.integers(0, 7))
def test_a_rule_that_was_moved_returns_to_its_place(order: list[str], gone: set[str], index: int) -> None:
    """Whatever else has gone, as long as the others kept their order."""
    present = [name for name in order if name != "x" and name not in gone]
    present.insert(min(index, len(present)), "x")
    place = neighbours("x", order, present)
    params = _params(RULES, {"name": "x", **place})
    desired: DesiredState = RULES.desired(params)
    others = [name for name in present if name != "x"]
    to = desired.constraint.index(present, "x") if desired.constraint else None
    result = present if to is None else [*others[:to], "x", *others[to:]]
    if others:
        assert result == [name for name in order if name not in gone]
