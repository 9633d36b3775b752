# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters that the roles compute with."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

_FILTERS = Path(__file__).resolve().parents[2] / "plugins" / "filter"
_NAMES = sorted(path.stem for path in _FILTERS.glob("[!_]*.py"))
_RULE_NAMES = ["Avanan - Protect", "Checkpoint – Protect"]
_DEFINITION = {
    "enabled": True,
    "mode": "Enforce",
    "conditions": {"from_scope": "NotInOrganization"},
    "exceptions": {"sender_ip_ranges": ["192.0.2.1"]},
    "actions": {"route_message_outbound_connector": "Avanan Outbound"},
}


def _filter(name: str) -> Any:
    module = import_module(f"ansible_collections.avanan.office365.plugins.filter.{name}")
    return module.FilterModule().filters()[name]


def _rule(name: str, priority: int = 0, **conditions: Any) -> dict[str, Any]:
    common = {**_DEFINITION["conditions"], **conditions}  # type: ignore[dict-item]
    return {**_DEFINITION, "name": name, "priority": priority, "conditions": common}


def _steps(scope: dict[str, Any], *rules: dict[str, Any], rescope: bool = False) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = _filter("protect_rules")(
        scope, _RULE_NAMES, list(rules), _DEFINITION, rescope=rescope
    )
    return steps


def _recipients(step: dict[str, Any]) -> dict[str, Any]:
    kinds = ("sent_to_member_of", "sent_to", "recipient_domain_is")
    return {kind: value for kind, value in step["conditions"].items() if kind in kinds and value}


@pytest.mark.parametrize("name", _NAMES)
def test_every_filter_is_documented_under_its_name(name: str) -> None:
    documented = yaml.safe_load((_FILTERS / f"{name}.yml").read_text())
    assert documented["DOCUMENTATION"]["name"] == name
    assert callable(_filter(name))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("", []),
        (" , \n", []),
        ("a@b.example", ["a@b.example"]),
        ("a@b.example, c@d.example\ne@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        (["Doe, Jane", " ", "x "], ["Doe, Jane", "x"]),
        (("a",), ["a"]),
    ],
)
def test_as_list(given: Any, expected: list[str]) -> None:
    assert _filter("as_list")(given) == expected


def test_as_list_refuses_what_is_no_list() -> None:
    with pytest.raises(AnsibleFilterError, match="neither a list nor a text"):
        _filter("as_list")({"a": 1})


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        (["198.51.100.7", "198.51.100.0/24"], "connector_addresses", ""),
        (["2001:db8::1"], "connector_addresses", "IPv6"),
        (["198.51.0.0/16"], "connector_addresses", "larger than /24"),
        (["198.51.100.1-198.51.100.9"], "connector_addresses", "is a range"),
        (["10.0.0.1"], "connector_addresses", "private"),
        (["somewhere"], "connector_addresses", "not an IPv4 address"),
        (["198.51.100.1-198.51.100.9"], "address_ranges", ""),
        (["198.51.100.9-198.51.100.1"], "address_ranges", "ends before it begins"),
        (["2001:db8::/32"], "address_ranges", "IPv6"),
        (["2001:db8::1 - 2001:db8::2"], "address_ranges", "IPv6"),
        (["contoso.example"], "domains", ""),
        (["contoso"], "domains", "not a domain"),
        (["host.contoso.example"], "hosts", ""),
        (["host"], "hosts", "neither a host name"),
        (["a@b.example"], "smtp_addresses", ""),
        (["nobody"], "smtp_addresses", "not an SMTP address"),
    ],
)
def test_input_problems(values: list[str], kind: str, words: str) -> None:
    problems = _filter("input_problems")(values, kind)
    assert len(problems) == (1 if words else 0)
    assert words in "".join(problems)


def test_input_problems_knows_its_kinds() -> None:
    with pytest.raises(AnsibleFilterError, match="is not one of"):
        _filter("input_problems")([], "colours")


def test_addresses_get_one_spelling() -> None:
    given = ["3.27.51.178/28", "3.27.51.176/28", "192.0.2.1/32", "192.0.2.1"]
    assert sorted(_filter("ip_networks")(given)) == ["192.0.2.1", "3.27.51.176/28"]
    assert _filter("ip_networks")([]) == []


def test_a_plan_is_readable() -> None:
    new = {"cmdlet": "New-InboundConnector", "parameters": {"Name": "Avanan Inbound", "RequireTls": True}}
    set_ = {
        "cmdlet": "Set-TransportRule",
        "parameters": {"Identity": "x", "SentTo": ["a", "b"], "SetSCL": None},
    }
    remove = {"cmdlet": "Remove-TransportRule", "parameters": {"Identity": "x", "Confirm": False}}
    config = {"cmdlet": "Set-TransportConfig", "parameters": {"JournalingReportNdrTo": ""}}
    results = [
        {"plan": [new], "before": None},
        {"skipped": True},
        {"plan": [set_, remove], "before": {"name": "Old rule"}},
        {"plan": [config], "before": {"journaling_report_ndr_to": "a@b.example"}},
        {"plan": [remove]},
    ]
    assert _filter("plan_lines")(results) == [
        '1. New-InboundConnector Name="Avanan Inbound" RequireTls=true',
        '2. Set-TransportRule "Old rule" SentTo=[a, b] SetSCL=null',
        '3. Remove-TransportRule "Old rule"',
        '4. Set-TransportConfig JournalingReportNdrTo=""',
        "5. Remove-TransportRule Identity=x",
    ]


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
    assert all(step["exceptions"] == _DEFINITION["exceptions"] for step in steps)


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
    report = _filter("scope_difference")(
        {"groups": ["G@x.example"], "users": ["u@x.example"]}, _RULE_NAMES, rules
    )
    assert report == {"enters": ["user u@x.example"], "leaves": [], "stays": ["group g@x.example"]}
    report = _filter("scope_difference")({"everyone": True}, _RULE_NAMES, rules)
    assert report == {"enters": ["everyone"], "leaves": ["group g@x.example"], "stays": []}


def test_recipients_of_the_wrong_kind_are_named() -> None:
    found = {
        "pilot": {"address": "pilot@x.example", "kind": "group"},
        "user01": {"address": "user01@x.example", "kind": "individual"},
        "none": {"address": "none", "kind": "missing"},
    }
    problems = _filter("recipient_problems")
    assert problems(found, ["user01"], ["pilot"]) == []
    assert len(problems(found, ["pilot"], ["user01"])) == 2
    assert problems(found, [], ["none"]) != []
    assert problems(found, [], ["none"], groups_may_come=True) == []
