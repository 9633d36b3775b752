# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports point down: which layer may import which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
_UTILS = _PLUGINS / "module_utils"
# From bottom to top; a file may import files of lower layers and of its own.
_LAYERS = (
    {
        "_errors",
        "_value_class",
        "_clouds",
        "_network",
        "_order",
        "_version",
        "_probe",
        "_portals",
        "_mail_flow",
    },
    {"_values", "_addresses"},
    {"_field", "_connection", "_token_cache", "_answers", "_files", "_document", "_message_trace"},
    {"_cmdlets", "_credentials", "_recipients", "_ledger", "_trace_evidence"},
    {"_decide", "_auth", "_journal", "_blank_tenant"},
    {"_reconcile", "_client"},
    {"_restore"},
    {"_entry"},
    {"_definition", "_gathering", "_examination", "_tracing", "_customization", "_run_document"},
    {"_people_lookup", "_sequence"},
    {"_mail_flow_task"},
    {"_apply_plan"},
    {"_undo"},
    {"_resources"},
    {"_core"},
    {"_module"},
)
_HEIGHT = {name: height for height, names in enumerate(_LAYERS) for name in names}
# Which outside libraries a file may know; every other file knows only the standard library.
_OUTSIDE = {
    "_connection": {"ansible"},
    "_credentials": {"cryptography"},
    "_auth": {"msal", "requests"},
    "_client": {"requests", "urllib3"},
    "_module": {"ansible"},
    "_sequence": {"ansible"},
}
_STANDARD = set(__import__("sys").stdlib_module_names)


def _imports(path: Path) -> tuple[set[str], set[str]]:
    """Files of module_utils and outside libraries that a file imports."""
    own: set[str] = set()
    outside: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            names = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
            own.update(names)
        elif isinstance(node, ast.ImportFrom):
            outside.add(str(node.module).split(".")[0])
        elif isinstance(node, ast.Import):
            outside.update(alias.name.split(".")[0] for alias in node.names)
    return own, outside - _STANDARD


@pytest.mark.parametrize("path", sorted(_UTILS.glob("_*.py")), ids=lambda path: path.stem)
def test_imports_of_a_layer(path: Path) -> None:
    own, outside = _imports(path)
    too_high = {name for name in own if _HEIGHT[name] > _HEIGHT[path.stem]}
    assert not too_high
    assert outside <= _OUTSIDE.get(path.stem, set())


@pytest.mark.parametrize("path", sorted((_UTILS / "_resources").glob("*.py")), ids=lambda path: path.stem)
def test_resources_know_only_tables(path: Path) -> None:
    own, outside = _imports(path)
    siblings = {file.stem for file in (_UTILS / "_resources").glob("*.py")}
    tables = {
        "_field",
        "_value_class",
        "_values",
        "_addresses",
        "_definition",
        "_gathering",
        "_examination",
        "_mail_flow_task",
        "_tracing",
        "_customization",
        "_run_document",
        "_apply_plan",
        "_undo",
    }
    assert own - siblings <= tables
    assert not outside


@pytest.mark.parametrize("path", sorted((_PLUGINS / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_modules_are_documentation_and_a_call(path: Path) -> None:
    own, outside = _imports(path)
    assert own == {"module_utils"}
    assert not outside
    code = path.read_text().partition('RETURN = r"""')[2].partition('"""')[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 8


@pytest.mark.parametrize("path", sorted((_UTILS / "_doctor").glob("*.py")), ids=lambda path: path.stem)
def test_judges_of_the_doctor_know_only_each_other(path: Path) -> None:
    own, outside = _imports(path)
    siblings = {file.stem for file in (_UTILS / "_doctor").glob("*.py")}
    assert own - siblings <= {"_portals", "_probe"}
    assert not outside


@pytest.mark.parametrize("path", sorted((_UTILS / "_mail_flow").glob("*.py")), ids=lambda path: path.stem)
def test_the_mail_flow_check_is_pure(path: Path) -> None:
    own, outside = _imports(path)
    siblings = {file.stem for file in (_UTILS / "_mail_flow").glob("*.py")}
    assert own <= siblings
    assert not outside
