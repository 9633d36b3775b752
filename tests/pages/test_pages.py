# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of page in a real browser: what axe-core finds, in light and dark, wide and narrow, and whether anything is cut off."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import axe_selenium_python
import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._fleet.page import page as fleet_page
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.doctor_render import render_doctor
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.doctor_report import (
    DoctorReport,
    Heading,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.index_page import (
    runs_page,
    tenants_page,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.render import render

from tests.unit.doctor.tenants import examined, healthy, troubled
from tests.unit.runbook import runbook_samples as samples
from tools.browser import PROGRAM

_AXE = (Path(axe_selenium_python.__file__).parent / "node_modules" / "axe-core" / "axe.min.js").read_text()
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
# What the page says of itself is written into it, and read from what the browser shows in the end.
_ASK = """
axe.run(document, {resultTypes: ['violations']}).then(found => {
  const page = document.documentElement
  const said = {
    passes: found.passes.length, beyond: page.scrollWidth - page.clientWidth,
    violations: found.violations.map(one => ({id: one.id, impact: one.impact, help: one.help, at: one.nodes.map(node => node.html)})),
  }
  const place = document.createElement('pre'); place.id = 'said'; place.textContent = JSON.stringify(said)
  document.body.replaceChildren(place)
})
"""
_LOOKS = {
    "light and wide": ("--window-size=1280,1000", "--blink-settings=preferredColorScheme=1"),
    "dark and narrow": ("--window-size=500,1000", "--blink-settings=preferredColorScheme=0"),
}
_RUNS = ["20261130T100000Z-manual-mode-check", "20261201T083000Z-from-monitor-to-inline-run-2"]
_ROW = {
    "portal": "customer-x",
    "mode": "inline",
    "verdict": "safe",
    "findings": 2,
    "runbook": "a/runbook.html",
}


def _doctor(facts: Any) -> str:
    heading = Heading("2026-11-30T08:00:00Z", "contoso.example", "customer-x", ("avanan.office365", "1.0.0"))
    mx = {"contoso.example": ["contoso-example.mail.protection.outlook.com"]}
    return render_doctor(DoctorReport(examined(facts), heading, facts["snapshot"], mx))["html"]


def _fleet() -> str:
    drift = {"critical": 1, "warning": 0, "info": 2}
    rows = [
        {
            **_ROW,
            "host": "contoso",
            "tenant": "contoso.example",
            "outcome": "pending",
            "pending": 7,
            "drift": None,
            "failure": "",
        },
        {
            **_ROW,
            "host": "fabrikam",
            "tenant": "",
            "outcome": "failed",
            "pending": 0,
            "drift": drift,
            "failure": "The sign-in failed: " + "x" * 80,
        },
        {
            **_ROW,
            "host": "litware",
            "tenant": "",
            "outcome": "unchanged",
            "pending": 0,
            "drift": None,
            "failure": "",
        },
    ]
    return fleet_page(rows)


_PAGES = {
    "plan": lambda: render(samples.manual())["html"],
    "refused plan": lambda: render(samples.refused())["html"],
    "rescope": lambda: render(samples.rescope())["html"],
    "failed record": lambda: render(samples.failed_record())["html"],
    "draft": lambda: render(samples.draft())["html"],
    "doctor": lambda: _doctor(troubled()),
    "healthy doctor": lambda: _doctor(healthy()),
    "runs": lambda: runs_page("contoso.example", _RUNS),
    "tenants": lambda: tenants_page([("1", runs_page("contoso.example", _RUNS))]),
    "fleet": _fleet,
}


def _said(page: str, look: str, folder: Path) -> dict[str, Any]:
    """What the page says of itself when a browser has shown it."""
    without_policy, count = _POLICY.subn("", page)
    assert count == 1
    file = folder / "page.html"
    file.write_text(
        without_policy.replace("</body>", f"<script>{_AXE}</script><script>{_ASK}</script></body>")
    )
    command = [
        PROGRAM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'browser'}",
    ]
    command += [*_LOOKS[look], "--virtual-time-budget=60000", "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    said: dict[str, Any] = json.loads(html.unescape(found[1]))
    return said


@pytest.mark.parametrize("look", _LOOKS)
@pytest.mark.parametrize("name", _PAGES)
def test_a_browser_and_axe_find_nothing_wrong(name: str, look: str, tmp_path: Path) -> None:
    said = _said(_PAGES[name](), look, tmp_path)
    assert said["passes"] > 10
    assert said["violations"] == []
    assert said["beyond"] <= 0


def test_what_is_wrong_would_be_found(tmp_path: Path) -> None:
    bad = _fleet().replace(' lang="en"', "").replace("<h1>", "<h1 style='color: #bbb; width: 3000px'>")
    said = _said(bad, "light and wide", tmp_path)
    assert {one["id"] for one in said["violations"]} == {"html-has-lang", "color-contrast"}
    assert said["beyond"] > 0
