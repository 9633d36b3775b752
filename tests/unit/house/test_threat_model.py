# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests that the threat model names exist."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT


def _names() -> list[str]:
    return re.findall(r"`(test_\w+)`", (ROOT / "docs" / "threat-model.md").read_text())


def _tests() -> set[str]:
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_promise_has_its_test() -> None:
    assert len(set(_names())) > 30
    assert set(_names()) - _tests() == set()


def test_what_is_promised_names_a_test() -> None:
    rows = [
        line for line in (ROOT / "docs" / "threat-model.md").read_text().splitlines() if line.startswith("| ")
    ]
    promises = [row.split("|")[3:5] for row in rows if not row.startswith("| Who |")]
    bare = [what for what, shown in promises if not shown.strip() and not what.strip().startswith("nothing:")]
    assert bare == []
