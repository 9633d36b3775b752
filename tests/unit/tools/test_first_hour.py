# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a newcomer sees first: the story of the demo, and a practice tenant whose credentials nobody prints."""

from __future__ import annotations

import subprocess
from pathlib import Path

import practice
import pytest
import story
from scenes import SCENES

from tests.fake_exchange import __main__ as fake_exchange

_SECRET = "practice-secret's-value"


def _runbook(**more: object) -> dict[str, object]:
    entries = [
        {"object": {"title": "outbound connector"}, "reason": "The rule routes through it."},
        {"object": {"title": "mail-flow rule"}, "reason": ""},
    ]
    steps = [
        {"entry": 0, "title": "Create outbound connector Avanan Outbound", "powershell": ["New-X -Name 'Y'"]},
        {"entry": 1, "title": "Switch off mail-flow rule Old", "powershell": ["Disable-X"]},
    ]
    return {"runbook": {"steps": steps}, "entries": entries, **more}


def test_a_plan_is_told_in_words() -> None:
    lines = story.of_run(_runbook())
    assert lines == [
        ("+ create the outbound connector Avanan Outbound", "green"),
        ("    The rule routes through it.", "faint"),
        ("~ switch off the mail-flow rule Old", "yellow"),
    ]


def test_cmdlets_are_shown_on_request_only() -> None:
    assert [text for text, _ in story.of_run(_runbook(), raw=True) if "PS>" in text] == [
        "    PS> New-X -Name 'Y'",
        "    PS> Disable-X",
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"mail_flow": {"after": {"verdict": "safe", "classes": [{}, {}]}}}, "Safe: 2 kinds"),
        ({"mail_flow": {"after": {"verdict": "loop", "classes": [{}, {}]}}}, "Loop: 2 kinds"),
        ({"refused": "Mail could loop."}, "Would be refused: Mail could loop."),
        ({"failed": "No answer.", "refused": "x"}, "Failed: No answer."),
    ],
)
def test_the_last_line_is_the_verdict(more: dict[str, object], told: str) -> None:
    text, colour = story.of_run(_runbook(**more))[-1]
    assert text.startswith(told)
    assert (colour == "green") == told.startswith("Safe")


def test_nothing_to_do_is_said() -> None:
    assert story.of_run({"runbook": {"steps": []}, "entries": []}) == [("No changes needed.", "green")]


def test_findings_of_the_doctor_are_counted() -> None:
    found = [{"severity": "info", "what": "A."}, {"severity": "critical", "what": "B."}]
    assert story.of_doctor({"findings": found}) == [
        ("A.", ""),
        ("B.", "red"),
        ("Findings: 1 critical, 0 warning, 1 info.", "red"),
    ]


def test_the_page_marks_the_best_runbook_and_escapes() -> None:
    left = [story.Left("A & B", "why", "<safe>", "x/y.html", best=True)]
    text = story.page(left)
    assert "A &amp; B" in text and "&lt;safe&gt;" in text
    assert text.count("read this one first") == 1


def test_one_runbook_is_the_best() -> None:
    assert sum(scene.best for scene in SCENES) == 1


def test_settings_of_the_practice_tenant_are_for_their_owner_and_survive_the_shell(tmp_path: Path) -> None:
    file = tmp_path / "env"
    practice.write_settings(file, {"O365_CLIENT_SECRET": _SECRET})
    assert file.stat().st_mode & 0o777 == 0o600
    told = subprocess.run(
        ["bash", "-ec", f'source "{file}"; printf %s "$O365_CLIENT_SECRET"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == _SECRET


def test_starting_a_practice_tenant_prints_no_credential(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entered = {"O365_TENANT_ID": "tenant-guid", "O365_CLIENT_SECRET": _SECRET}
    fake_exchange._show({"tenants": [entered], "certificate": entered}, tmp_path)
    told = capsys.readouterr().out
    assert "tenant-guid" in told and _SECRET not in told
