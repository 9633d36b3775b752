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


def test_the_last_lines_of_a_run() -> None:
    files = {"html": "/runs/runbook.html", "ps1": "/runs/runbook.ps1", "plan": "/runs/plan.json"}
    step = {"cmdlet": "New-TransportRule", "parameters": {"Name": "Whitelist", "SetSCL": -1}}
    after = {"actions": {"set_scl": "-1"}}
    entry = {"object": {"noun": "TransportRule"}, "steps": [step], "before": None, "after": after}
    document = {
        "kind": "plan",
        "entries": [entry],
        "findings": [],
        "hash": "sha256:1",
        "expires": "2026-11-30",
    }
    lines = _filter("summary_lines")({"document": document, "files": files})
    assert lines[0] == "1. New-TransportRule Name=Whitelist SetSCL=-1"
    assert lines[1].startswith("Audits will report: SCL -1")
    assert [line.partition(":")[0] for line in lines[2:]] == [
        "To read",
        "To run by hand",
        "To apply as it is",
        "Its hash",
        "Valid until",
    ]
    refused = _filter("summary_lines")(
        {"document": {**document, "entries": [], "refused": "It loops."}, "files": files}
    )
    assert [line.partition(":")[0] for line in refused] == ["No changes.", "To read"]
