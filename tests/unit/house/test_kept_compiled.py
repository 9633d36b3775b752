# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plugins import is compiled once for all runs, where Python may keep it, and works alike where it may not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]
# As Ansible does it: its own finder first, then the plugin.
_RUN = """
import sys
from ansible.plugins.loader import action_loader, init_plugin_loader
init_plugin_loader([sys.argv[1]])
assert action_loader.find_plugin("avanan.office365.o365_runbook")
from importlib import import_module
name = "ansible_collections.avanan.office365.plugins."
import_module(name + "action.o365_runbook")
render = import_module(name + "plugin_utils._runbook.render")
assert render.__spec__.cached.endswith(".pyc")
print(type(import_module(name + "plugin_utils").__loader__).__name__)
"""


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """The plugins in a place of their own, without what was compiled before."""
    place = tmp_path / "ansible_collections" / "avanan" / "office365"
    shutil.copytree(_ROOT / "plugins", place / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(_ROOT / "meta", place / "meta")
    return place


def _imported(collection: Path, **environment: str) -> tuple[str, set[str]]:
    """What an import says, and the names of the compiled files that are there after it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "ANSIBLE_"))}
    home = collection.parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(home)],
        env={**kept, "ANSIBLE_HOME": str(home / "home"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = {path.name for path in collection.rglob("__pycache__/*")}
    return done.stdout, files


def test_what_is_imported_is_compiled_once(collection: Path) -> None:
    said, files = _imported(collection)
    stems = {name.partition(".")[0] for name in files if name.endswith(".pyc")}
    assert {"render", "client", "transport"} <= stems
    assert any(name.startswith("template.") and name.endswith(".jinja") for name in files)
    before = {path: path.stat().st_mtime_ns for path in collection.rglob("__pycache__/*")}
    assert _imported(collection) == (said, files)
    assert {path: path.stat().st_mtime_ns for path in collection.rglob("__pycache__/*")} == before


def test_a_changed_template_is_compiled_again(collection: Path) -> None:
    _imported(collection)
    template = next(collection.rglob("page.html.j2"))
    template.write_text("other")
    compiled = {path: path.read_bytes() for path in collection.rglob("*.jinja")}
    _imported(collection)
    assert sum(path.read_bytes() != content for path, content in compiled.items()) == 1


def test_nothing_is_kept_where_python_is_not_to(collection: Path) -> None:
    assert _imported(collection, PYTHONDONTWRITEBYTECODE="1")[1] == set()


def test_folders_are_left_to_ansible(collection: Path) -> None:
    assert _imported(collection)[0].strip() == "_AnsibleCollectionLoader"
