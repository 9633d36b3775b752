# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports point down: which package may import which, and which outside libraries a package may know."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
# From bottom to top. A package imports packages of lower rows only; those of one row do not know each other.
_LAYERS = (
    ("_schema",),
    ("_resources",),
    ("_vendor", "_exchange"),
    ("_mail_flow_objects",),
    ("_mail_flow",),
    ("_mail_flow_check",),
    ("_doctor", "_message_trace", "_run"),
    ("_engine",),
    ("_read",),
    ("_change",),
    ("_task", "_phrases", "_plain", "_once"),
    ("_module", "_action"),
    ("modules",),
    ("_sheets",),
    ("_drift", "_handed_on", "_runbook", "_variables"),
    ("_fleet",),
    ("filter", "action", "callback"),
)
_HEIGHT = {name: height for height, names in enumerate(_LAYERS) for name in names}
# The outside libraries of a package; the others know only the standard library.
_OUTSIDE = {
    "_schema": {"yaml"},
    "_exchange": {"ansible", "cryptography", "msal", "requests", "urllib3"},
    "_change": {"ansible"},
    "_module": {"ansible"},
    "_action": {"ansible"},
    "_handed_on": {"ansible"},
    "_variables": {"ansible"},
    "_doctor": {"dns"},
    "_runbook": {"jinja2", "markupsafe"},
    "action": {"ansible"},
    "filter": {"ansible"},
    "callback": {"ansible"},
}
_LOCAL = "o365_phase"
_LONGEST = 6000
"""How many lines the files of a package may have together."""
_DEEPEST = 10
"""How many files a chain of imports may have, the module at its top included."""


def _package(path: Path) -> str:
    parts = path.relative_to(_PLUGINS).with_suffix("").parts
    return parts[1] if parts[0] in ("module_utils", "plugin_utils") else parts[0]


def _imports(path: Path) -> Iterator[tuple[Path | None, str]]:
    """Each import of a file: the file of ours, or None and the name of an outside library."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            files = [place / f"{alias.name}.py" for alias in node.names] if place.is_dir() else []
            yield from ((file, "") for file in files or [place.with_suffix(".py")])
        elif isinstance(node, ast.ImportFrom):
            yield None, str(node.module).split(".")[0]
        elif isinstance(node, ast.Import):
            yield from ((None, alias.name.split(".")[0]) for alias in node.names)


_FILES = sorted(path for path in _PLUGINS.rglob("*.py") if "doc_fragments" not in path.parts)
_IMPORTS = {path: list(_imports(path)) for path in _FILES}


def _name(path: Path) -> str:
    return path.relative_to(_PLUGINS).as_posix()


def test_every_package_has_its_layer() -> None:
    assert {_package(path) for path in _FILES} == set(_HEIGHT)


@pytest.mark.parametrize("package", _HEIGHT)
def test_imports_of_a_package_point_down(package: str) -> None:
    wrong = [
        f"{_name(path)} imports {_name(file)}"
        for path in _FILES
        if _package(path) == package
        for file, _library in _IMPORTS[path]
        if file and _package(file) != package and _HEIGHT[_package(file)] >= _HEIGHT[package]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", _HEIGHT)
def test_outside_libraries_of_a_package(package: str) -> None:
    known = {
        library
        for path in _FILES
        if _package(path) == package
        for file, library in _IMPORTS[path]
        if file is None and library not in sys.stdlib_module_names
    }
    assert known <= _OUTSIDE.get(package, set())


@pytest.mark.parametrize("package", _HEIGHT)
def test_a_package_is_not_too_long(package: str) -> None:
    assert sum(len(path.read_text().splitlines()) for path in _FILES if _package(path) == package) <= _LONGEST


def test_imports_are_not_deep() -> None:
    depths: dict[Path, int] = {}

    def depth(path: Path, above: tuple[Path, ...] = ()) -> int:
        assert path not in above, f"a circle of imports through {_name(path)}"
        if path not in depths:
            below = (file for file, _library in _IMPORTS[path] if file)
            depths[path] = 1 + max((depth(file, (*above, path)) for file in below), default=0)
        return depths[path]

    assert max(map(depth, _FILES)) <= _DEEPEST


def test_a_module_that_runs_on_the_controller_only_is_documentation() -> None:
    path = _PLUGINS / "modules" / f"{_LOCAL}.py"
    names = [node.targets[0].id for node in ast.parse(path.read_text()).body if isinstance(node, ast.Assign)]
    assert (_IMPORTS[path], names) == ([(None, "__future__")], ["DOCUMENTATION", "EXAMPLES", "RETURN"])


@pytest.mark.parametrize(
    "path",
    sorted(path for path in (_PLUGINS / "modules").glob("*.py") if path.stem != _LOCAL),
    ids=lambda path: path.stem,
)
def test_modules_are_documentation_and_a_call(path: Path) -> None:
    packages = {_package(file) for file, _library in _IMPORTS[path] if file}
    assert "_module" in packages
    assert packages - {"_module"} <= {"_engine", "_change", "_read"}
    code = path.read_text().partition('RETURN = r"""')[2].partition('"""')[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 8
