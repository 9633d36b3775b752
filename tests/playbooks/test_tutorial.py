# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every command of the tutorial works as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fake_exchange.control import Practice

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
import package
import practice as practice_tool

pytestmark = pytest.mark.once
_OWN_TENANT = "\n## 8. Your own tenant\n"
_FORGOTTEN = ("O365_", "AZURE_", "IDENTITY_", "ANSIBLE_")


def _commands(text: str) -> list[str]:
    return re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _run(commands: list[str], where: Path, env: dict[str, str]) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_FORGOTTEN)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(commands)],
        cwd=where,
        env={**clean, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stdout + done.stderr


def _vendors(practice: Practice) -> list[str]:
    nouns = ("TransportRule", "InboundConnector", "OutboundConnector", "JournalRule")
    names = [item["Name"] for noun in nouns for item in practice.state()[noun]]
    return [name for name in names if "Avanan" in name]


def test_every_command_of_the_tutorial_works(tmp_path: Path, practice: Practice) -> None:
    practice.reset()
    lesson, _heading, own = (ROOT / "docs" / "tutorial.md").read_text().partition(_OWN_TENANT)
    start, *commands = _commands(lesson)
    # Starting it is a matter of its own: here the tenant runs already, and its settings are written where the tutorial expects them.
    assert start == "make practice\n"
    checkout = tmp_path / "checkout"
    settings = checkout / "build" / "practice" / "env"
    settings.parent.mkdir(parents=True)
    practice_tool.write_settings(settings, practice.env(), package.link())
    _run(commands, checkout, {"HOME": str(tmp_path)})
    writes = [call["cmdlet"] for call in practice.writes()]
    assert "New-TransportRule" in writes and "Remove-JournalRule" in writes
    assert _vendors(practice) == []

    tenant = practice.env(way="certificate")
    mine = {
        "example.onmicrosoft.com": tenant.pop("O365_TENANT_ID"),
        "00000000-0000-0000-0000-000000000000": tenant.pop("O365_CLIENT_ID"),
        "~/avanan/app.pem": tenant.pop("O365_CERTIFICATE_PATH"),
    }
    for placeholder, value in mine.items():
        assert placeholder in own
        own = own.replace(placeholder, value)
    network = {
        **package.QUIET,
        **tenant,
        "HOME": str(tmp_path),
        "ANSIBLE_COLLECTIONS_PATH": str(package.link()),
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    first, *rest = _commands(own)
    _run([first], tmp_path / "avanan", {"HOME": str(tmp_path)})
    _run(rest, tmp_path, {**network, "PATH": path})
    assert _vendors(practice) == ["Avanan Inbound", "Avanan - Monitor"]
    practice.reset()
