# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment: ansible-builder takes the definition, and its context holds what the collection needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
_NAME = "avanan-office365.tar.gz"


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def test_the_example_is_taken_and_its_context_is_whole(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docs" / "examples" / "execution-environment.yml", tmp_path)
    (tmp_path / _NAME).write_bytes(b"")
    command = [
        _tool("ansible-builder"),
        "create",
        "-f",
        "execution-environment.yml",
        "--context",
        "context",
        "--output-filename",
        "Containerfile",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    containerfile = (tmp_path / "context" / "Containerfile").read_text()
    assert "ansible-galaxy collection install" in containerfile
    assert (tmp_path / "context" / "_build" / _NAME).exists()
    assert _NAME in (tmp_path / "context" / "_build" / "requirements.yml").read_text()


def test_what_the_collection_needs_is_found_in_it(tmp_path: Path) -> None:
    """As the build looks for it in the installed collection."""
    wanted = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text())["dependencies"]
    place = tmp_path / "ansible_collections" / "avanan" / "office365"
    (place / "meta").mkdir(parents=True)
    for name in ("meta/execution-environment.yml", *wanted.values()):
        shutil.copy(ROOT / name, place / name)
    (place / "MANIFEST.json").write_text('{"collection_info": {"namespace": "avanan", "name": "office365"}}')
    done = subprocess.run(
        [_tool("ansible-builder"), "introspect", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load(done.stdout)
    for requirement in ("msal>=1.29", "requests>=2.31", "cryptography>=41"):
        assert requirement in str(found["python"])
    assert "ca-certificates" in str(found["system"])
