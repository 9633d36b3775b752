# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a play as they come: from files, from the command line and from surveys, where everything is a text."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible_collections.avanan.office365.plugins.module_utils._vendor.inputs import problems
from ansible_collections.avanan.office365.plugins.module_utils._vendor.run import Run
from ansible_collections.avanan.office365.plugins.module_utils._vendor.variables import defaults
from ansible_collections.avanan.office365.plugins.plugin_utils._variables import PlayVariables

from tests.scenarios import PORTAL


class _Templar:
    """Fails for what looks like a template, and leaves all else as it is."""

    def template(self, value: Any) -> Any:
        if isinstance(value, str) and "{{" in value:
            raise AnsibleError("'nowhere' is undefined")
        return value


def _read(**given: Any) -> tuple[dict[str, Any], dict[str, str]]:
    return PlayVariables(given, _Templar()).read(given)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("protect_everyone", "yes", True),
        ("protect_everyone", "false", False),
        (
            "protected_users",
            "a@b.example, c@d.example\ne@f.example",
            ["a@b.example", "c@d.example", "e@f.example"],
        ),
        ("protected_users", ["Doe, Jane", " "], ["Doe, Jane"]),
        ("protected_users", ["user01", None], ["user01"]),
        ("portal_region", "eu", "eu"),
        ("portal_name", 365, "365"),
        ("change_phases", "monitor,inline", ["monitor", "inline"]),
        ("change_plan_lifetime", "12", 12.0),
        ("verify_interval_seconds", "5", 5),
        ("portal_values", '{"dlp_require_tls": "yes"}', {"dlp_require_tls": True}),
        ("portal_values", {"smart_host": "a.example", "header_name": ""}, {"smart_host": "a.example"}),
        ("doctor_products", [{"id": "x"}], [{"id": "x"}]),
        (
            "portal_others",
            [{"name": "customer-y", "region": "us"}],
            [{"name": "customer-y", "region": "us"}],
        ),
    ],
)
def test_what_is_given_is_converted(name: str, given: Any, value: Any) -> None:
    assert _read(**{name: given}) == ({name: value}, {})


@pytest.mark.parametrize("given", [None, "", "  "])
def test_an_empty_answer_counts_as_not_given(given: Any) -> None:
    assert _read(portal_region=given, protect_everyone=given, portal_farm=given) == ({}, {})


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("protect_everyone", "maybe", "is neither true nor false"),
        ("portal_region", "mars", "must be one of us, eu"),
        ("change_phases", ["monitor", "on line"], "must be one of monitor, inline"),
        ("change_plan_lifetime", "soon", "is not a number"),
        ("verify_interval_seconds", "1.5", "is not a whole number"),
        ("verify_interval_seconds", float("inf"), "is not a whole number"),
        ("verify_interval_seconds", float("nan"), "is not a whole number"),
        ("portal_values", ["x"], "is not a dictionary"),
        ("portal_name", ["x"], "is not a text"),
        ("protected_users", [{"a": 1}], "is not a list"),
        ("portal_farm", "{{ nowhere }}", "is undefined"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence(name: str, given: Any, words: str) -> None:
    values, unusable = _read(**{name: given})
    assert values == {}
    assert list(unusable) == [name]
    assert unusable[name].startswith(f"{name}: ")
    assert words in unusable[name]


def test_people_are_read_as_they_are_pasted_and_domains_are_split_alike() -> None:
    text = "Roth, Mia <mia@a.example>; Aas, Jon <jon@a.example>"
    for name in ("protected_users", "protected_groups", "outbound_users", "outbound_groups", "verify_users"):
        assert _read(**{name: text}) == ({name: ["mia@a.example", "jon@a.example"]}, {})
    for between in (",", "; ", "\t", "\r\n", "\r", "\n\n", ";\n", "\u2028"):
        assert _read(protected_domains=f"a.example{between}b.example") == (
            {"protected_domains": ["a.example", "b.example"]},
            {},
        )


def test_each_option_of_a_dictionary_counts_for_itself() -> None:
    given = {"smarthost": "a.example", "zzz": 1, "dlp_require_tls": "maybe", "header_name": "X-Y"}
    values, unusable = _read(portal_values=given)
    assert values == {"portal_values": {"header_name": "X-Y"}}
    assert unusable["portal_values.smarthost"].endswith("did you mean smart_host?")
    assert "not supported" in unusable["portal_values.zzz"]
    assert "neither true nor false" in unusable["portal_values.dlp_require_tls"]


def test_facts_and_results_of_tasks_are_not_given_by_people() -> None:
    given = {"ansible_facts": {"monitor_x": 1}, "monitor_x": 1, "portal_check": {"changed": False}, "mine": 1}
    assert set(PlayVariables(given, _Templar()).by_people()) == {"ansible_facts", "mine"}


def test_a_switch_of_a_playbook() -> None:
    assert PlayVariables({"portal_rehearsal": "true"}, _Templar()).flag("portal_rehearsal")
    assert not PlayVariables({}, _Templar()).flag("portal_rehearsal")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["customer-y"], "is not a dictionary"),
        ([{"name": "customer-y"}], "region is missing"),
        ([{"name": "customer-y", "region": "mars"}], '"mars" is not known'),
        ([{"name": "customer-y", "region": "us", "port": 1}], "port is not supported"),
    ],
)
def test_elements_of_a_list_are_read_like_dictionaries(given: Any, words: str) -> None:
    _values, unusable = _read(portal_others=given)
    assert words in " ".join(unusable.values())


@pytest.mark.parametrize("given", [5, True, "customer-y", ["customer-y"], [{}], [{"region": "us"}], [None]])
def test_what_lacks_something_is_told_and_not_reckoned_with(given: Any) -> None:
    values, unusable = _read(portal_others=given)
    assert unusable
    run = Run(inputs={**defaults(), **PORTAL, **values}, roles=[], phases=["monitor"])
    assert problems(run, unusable) == list(unusable.values())
