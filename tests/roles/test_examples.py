# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every module's documentation, as a reader would run them."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice

_MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
# What the examples take for granted.
_GIVEN = [
    {
        "avanan.office365.o365_connector": {
            "direction": "outbound",
            "name": "To gateway",
            "is_transport_rule_scoped": True,
            "smart_hosts": ["gateway.example"],
        }
    },
    {"avanan.office365.o365_transport_config": {"journaling_report_ndr_to": "ndr@archive.example"}},
]


def _examples(path: Path) -> list[dict[str, Any]]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            return list(yaml.safe_load(ast.literal_eval(node.value)))
    raise AssertionError(f"{path.name} has no examples")


def _changed(tmp_path: Path, tenant: Practice, *arguments: str) -> dict[str, Any]:
    """The document of a run that changes something, put where the examples look for it."""
    tasks = [
        {"avanan.office365.o365_runbook": {"state": "begun", "directory": "folders"}},
        {"avanan.office365.o365_transport_config": {"journaling_report_ndr_to": "other@archive.example"}},
        {"avanan.office365.o365_runbook": {}},
    ]
    assert play(tmp_path, tasks, tenant.env(), *arguments).code == 0
    (found,) = (tmp_path / "folders").glob("*/*/[pr][le]*.json")
    (tmp_path / "changes").mkdir()
    found.rename(tmp_path / "changes" / found.name)
    document: dict[str, Any] = json.loads((tmp_path / "changes" / found.name).read_text())
    return document


@pytest.mark.parametrize("path", sorted(_MODULES.glob("o365_*.py")), ids=lambda path: path.stem)
def test_examples_run(tmp_path: Path, tenant: Practice, path: Path) -> None:
    examples = _examples(path)

    def begin() -> None:
        assert play(tmp_path, _GIVEN, tenant.env()).code == 0

    tenant.once("what the examples take for granted", begin)
    given = []
    if path.stem in ("o365_plan", "o365_undo"):
        document = _changed(tmp_path, tenant, *(["--check"] if path.stem == "o365_plan" else []))
        name = "avanan_plan" if path.stem == "o365_plan" else "avanan_record"
        given = variables(approved_hash=document.get("hash"), **{name: json.dumps(document)})
    again = play(tmp_path, [task for task in examples for _twice in range(2)], tenant.env(), *given)
    assert again.code == 0, again.text
    # A task that only shows what it would do shows the same again.
    expected = [bool(task.get("check_mode")) for task in examples]
    assert [result["changed"] for result in again.results[1::2]] == expected, again.text
