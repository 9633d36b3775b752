# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that list runbooks and tenants."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._fleet.page import page
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook import template
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.index_page import (
    runs_page,
    tenants_page,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.visible import HIDDEN

from tests.unit.runbook import runbook_samples as samples

_RUNS = ["20261130T100000Z-manual-mode-check", "20261201T083000Z-from-monitor-to-inline-run-2", "notes"]


def _rows(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2]
    return [re.findall(r">([^<>\n]+)<", row) for row in body.split("</tr>") if "<tr>" in row]


def test_the_newest_runbook_comes_first() -> None:
    shown = runs_page("contoso.example", _RUNS)
    assert "<h1><bdi>contoso.example</bdi></h1>" in shown
    assert _rows(shown) == [
        ["From monitor to inline", "Record", "2026-12-01 08:30 UTC"],
        ["Manual mode", "Plan", "2026-11-30 10:00 UTC"],
    ]
    assert 'href="20261201T083000Z-from-monitor-to-inline-run-2/runbook.html"' in shown


def test_tenants_are_listed_by_their_names() -> None:
    pages = [
        (folder, runs_page(name, _RUNS)) for folder, name in (("2", "b & c.example"), ("1", "a.example"))
    ]
    shown = tenants_page([*pages, ("3", "something else")])
    assert _rows(shown) == [["a.example", "1"], ["b &amp; c.example", "2"]]
    assert 'href="2/index.html"' in shown


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_hostile_names_stay_texts(text: str) -> None:
    listed = tenants_page([("1", runs_page(text, _RUNS))])
    row = dict.fromkeys(
        ("host", "tenant", "portal", "mode", "outcome", "verdict", "failure", "runbook"), text
    )
    fleet = page([{**row, "pending": 1, "drift": None, "findings": 0}])
    for written in (listed, runs_page(text, _RUNS), fleet):
        body = written.partition("</head>")[2]
        assert set(re.findall(r"</?([a-z0-9]+)", body)) <= {
            *(
                "body",
                "header",
                "main",
                "section",
                "h1",
                "p",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "a",
            ),
            *("bdi", "span", "html"),
        }
        assert not HIDDEN.search(written.replace("\n", ""))


def test_every_page_has_the_same_frame() -> None:
    """Nothing is loaded from elsewhere, on whatever page."""
    templates = Path(template.__file__).parent / "templates"
    for path in templates.glob("*.html.j2"):
        text = path.read_text()
        assert ("Content-Security-Policy" in text) == (path.name == "page.html.j2")
        assert text.startswith('{% extends "page.html.j2" %}') or path.name in (
            "page.html.j2",
            "mail_flow.html.j2",
            "baseline.html.j2",
        )
