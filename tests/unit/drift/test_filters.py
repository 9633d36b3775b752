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
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.last_lines import last_lines
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.people import head_count
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.view import view

from tests.unit.runbook import runbook_samples as samples

_FILTERS = Path(__file__).resolve().parents[3] / "plugins" / "filter"
_NAMES = sorted(path.stem for path in _FILTERS.glob("[!_]*.py"))


def _filter(name: str) -> Any:
    module = import_module(f"ansible_collections.avanan.office365.plugins.filter.{name}")
    return module.FilterModule().filters()[name]


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


_FILES = {"html": "/runs/runbook.html", "ps1": "/runs/runbook.ps1"}


def _last_lines(document: dict[str, Any]) -> list[str]:
    kind = {"plan": "plan", "record": "record"}.get(document["kind"])
    files = {**_FILES, kind: f"/runs/{kind}.json"} if kind else _FILES
    return last_lines(view(document), files)


def test_the_last_lines_of_a_plan() -> None:
    lines = _last_lines(samples.manual())
    assert lines[0] == "Plan: + 8 create, ~ 3 change, - 0 remove"
    assert lines[2] == "  ~ Set recipient of undeliverable journal reports"
    assert lines[3] == "  + Create journal rule: Avanan - Monitor"
    assert lines[6] == "  ~ Set IP allow list of the connection filter"
    assert lines[12:] == [
        "Mail flow: safe",
        "Protected from now on: 1 group: group pilot@contoso.example",
        "No longer protected: nobody",
        "Stays protected: nobody",
        *(line for line in lines if line.startswith("Audits will report: ")),
        "Note: Undeliverable journal reports go to customer-x@mt-prod-3-journal-error.avanan.net from now on.",
        "Runbook: /runs/runbook.html (beside it: .md, .ps1)",
        (
            "Next: apply exactly this plan before 2026-12-02 10:00 UTC: ansible-playbook avanan.office365.apply_plan "
            f"-e change_plan_file=/runs/plan.json -e change_plan_hash={samples.manual()['hash']}"
        ),
        "Next: or run the same command without --check, or by hand: /runs/runbook.ps1",
    ]


def test_the_last_lines_of_a_refusal_offer_nothing_and_do_not_repeat_it() -> None:
    lines = _last_lines(samples.refused())
    assert lines[0] == (
        "REFUSED: nothing was written, and nothing of this may be applied; the reason stands above."
    )
    text = "\n".join(lines)
    assert samples.refused()["refused"] not in text
    assert "apply_plan" not in text
    assert "runbook.ps1" not in text
    assert lines[-1] == "Next: solve what is said above, then run the same command again."


def test_the_last_lines_of_a_failed_run_say_how_to_go_on_and_back() -> None:
    lines = _last_lines(samples.failed_record())
    assert lines[0] == "FAILED: 2 of 4 steps done; the reason stands above."
    assert lines[3] == "  + Create outbound connector: Avanan Outbound [failed]"
    assert lines[-2:] == [
        "Next: solve what is said above, then run the same command again to go on.",
        "Next: to roll back: ansible-playbook avanan.office365.undo -e change_record_file=/runs/record.json",
    ]


@pytest.mark.parametrize("kind", ["plan", "record"])
def test_the_last_lines_where_nothing_changes(kind: str) -> None:
    lines = _last_lines(samples.nothing(kind))
    assert lines[0] == "No changes needed."
    assert lines[-1] == "Next: nothing to do."


def test_the_last_lines_of_a_run_that_failed_before_its_first_step() -> None:
    lines = _last_lines({**samples.nothing("record"), "failed": 'there is no recipient "nobody"'})
    assert lines[0] == "FAILED: nothing was written; the reason stands above."
    assert lines[-1] == "Next: solve what is said above, then run the same command again to go on."


def test_a_preview_is_never_applied() -> None:
    lines = _last_lines({**samples.rescope(), "purpose": "preview"})
    assert lines[0] == "Plan: + 1 create, ~ 2 change, - 0 remove"
    assert "The recipient > is a member of this group" in lines[1]
    assert lines[-1] == "Next: read the runbook; a plan of a preview is never applied."


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([], "nobody"),
        (["everyone"], "everyone"),
        (["user a@x.example", "user b@x.example", "domain y.example"], "2 users, 1 domain"),
        (["group a (10 members)", "group b (nobody yet)"], "2 groups with 10 members"),
        (["group a (1 member)"], "1 group with 1 member"),
        (["group a (10 members)", "group b"], "2 groups"),
    ],
)
def test_people_are_counted(labels: list[str], said: str) -> None:
    assert head_count(labels) == said
