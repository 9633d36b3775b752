# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of the guide for controllers: each is taken by its program, with the settings that the guide lists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
_GUIDE = (ROOT / "docs" / "awx.md").read_text()
_COMMANDS = [
    line
    for block in re.findall(r"^```console\n(.*?)^```$", _GUIDE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if not line.startswith("export ")
]
# Run by test_execution_environment.py, as it stands.
_ELSEWHERE = "ansible-builder create -f execution-environment.yml"


def _settings() -> dict[str, str]:
    """Every variable of the guide's table, as whoever follows it writes it down."""
    table = _GUIDE.partition("| Variable in `settings.yml`")[2].partition("\n\n")[0]
    names = re.findall(r"`(office365_\w+)`", table)
    assert names
    return {name: f"of {name}" for name in names}


def test_all_settings_of_the_configuration_are_in_the_guide() -> None:
    configuration = (ROOT / "playbooks" / "vars" / "controller.yml").read_text()
    used = set(re.findall(r"\b(office365_\w+) \|", configuration))
    assert used <= {*_settings(), "office365_project_type", "office365_project_path"}


@pytest.mark.parametrize("line", [line for line in _COMMANDS if line != _ELSEWHERE])
def test_a_command_is_taken(line: str, tmp_path: Path) -> None:
    program, playbook, *arguments = shlex.split(line)
    assert program == "ansible-playbook"
    assert (ROOT / playbook).is_file()
    (tmp_path / "settings.yml").write_text(yaml.safe_dump(_settings()))
    done = subprocess.run(
        [str(Path(sys.executable).parent / program), str(ROOT / playbook), *arguments, "--syntax-check"],
        cwd=tmp_path,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_is_looked_at() -> None:
    assert _ELSEWHERE in _COMMANDS
    assert len(_COMMANDS) > 1
