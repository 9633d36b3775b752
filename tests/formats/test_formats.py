# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files for other programs, by their own descriptions of them: the rulebook, and the settings of ansible-navigator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible_rulebook
import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError

ROOT = Path(__file__).resolve().parents[2]
_NAVIGATOR = str(Path(sys.executable).parent / "ansible-navigator")


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema)


def _rulebooks() -> Draft202012Validator:
    place = Path(ansible_rulebook.__file__).parent / "schema" / "ruleset_schema.json"
    return _validator(json.loads(place.read_text()))


@pytest.mark.parametrize("file", sorted((ROOT / "extensions" / "eda" / "rulebooks").glob("*.yml")))
def test_rulebooks_are_as_ansible_rulebook_takes_them(file: Path) -> None:
    content = yaml.safe_load(file.read_text())
    _rulebooks().validate(content)
    content[0]["rules"][0]["action"] = {"run_job_template": {"title": "no such key"}}
    with pytest.raises(ValidationError):
        _rulebooks().validate(content)


def test_the_settings_are_as_ansible_navigator_takes_them(tmp_path: Path) -> None:
    command = [_NAVIGATOR, "settings", "--schema", "json", "--mode", "stdout", "--ee", "false"]
    env = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    content = yaml.safe_load((ROOT / "docs" / "examples" / "ansible-navigator.yml").read_text())
    _validator(json.loads(done.stdout)).validate(content)
    content["ansible-navigator"]["no-such-setting"] = True
    with pytest.raises(ValidationError):
        _validator(json.loads(done.stdout)).validate(content)
