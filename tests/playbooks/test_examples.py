# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every module's documentation, as a reader would run them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ansible_run import play
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


@pytest.mark.parametrize("path", sorted(_MODULES.glob("o365_*.py")), ids=lambda path: path.stem)
def test_examples_run(tmp_path: Path, tenant: Practice, path: Path) -> None:
    examples = _examples(path)
    assert play(tmp_path, _GIVEN, tenant.env()).code == 0
    run = play(tmp_path, examples, tenant.env())
    assert run.code == 0, run.text
    again = play(tmp_path, [task for task in examples for _twice in range(2)], tenant.env())
    assert again.code == 0, again.text
    # A task that only shows what it would do shows the same again.
    expected = [bool(task.get("check_mode")) for task in examples]
    assert [result["changed"] for result in again.results[1::2]] == expected, again.text
