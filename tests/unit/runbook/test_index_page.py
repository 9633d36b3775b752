# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that list runbooks and tenants."""

from __future__ import annotations

import re

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.index_page import (
    runs_page,
    tenants_page,
)

from tests.unit.runbook import runbook_samples as samples

_RUNS = ["20261130T100000Z-manual-mode-check", "20261201T083000Z-from-monitor-to-inline-run-2", "notes"]


def _rows(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2]
    return [re.findall(r">([^<>]+)<", row) for row in body.split("</tr>") if "<tr>" in row]


def test_the_newest_runbook_comes_first() -> None:
    page = runs_page("contoso.example", _RUNS)
    assert "<h1>contoso.example</h1>" in page
    assert _rows(page) == [
        ["From monitor to inline", "Record", "2026-12-01 08:30 UTC"],
        ["Manual mode", "Plan", "2026-11-30 10:00 UTC"],
    ]
    assert 'href="20261201T083000Z-from-monitor-to-inline-run-2/runbook.html"' in page


def test_tenants_are_listed_by_their_names() -> None:
    pages = [
        (folder, runs_page(name, _RUNS)) for folder, name in (("2", "b & c.example"), ("1", "a.example"))
    ]
    page = tenants_page([*pages, ("3", "something else")])
    assert _rows(page) == [["a.example", "1"], ["b &amp; c.example", "2"]]
    assert 'href="2/index.html"' in page


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_hostile_names_stay_texts(text: str) -> None:
    page = tenants_page([("1", runs_page(text, _RUNS))])
    for written in (page, runs_page(text, _RUNS)):
        assert set(re.findall(r"</?([a-z0-9]+)", written)) <= {
            *("html", "head", "meta", "title", "style", "body", "main", "h1", "table", "thead", "tbody"),
            *("tr", "th", "td", "a"),
        }
