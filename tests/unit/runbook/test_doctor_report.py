# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor's report: every form says everything, nothing in it is taken for markup, and nothing is loaded from elsewhere."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.doctor_render import render_doctor
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.doctor_report import (
    DoctorReport,
    Heading,
)

from tests.unit.doctor.tenants import Facts, examined, healthy, inbound, troubled

_HEADING = Heading("2026-11-30T08:00:00Z", "contoso.example", "customer-x", ("avanan.office365", "1.0.0"))
_MX = {"contoso.example": ["contoso-example.mail.protection.outlook.com"]}


def _report(facts: Facts, **more: Any) -> DoctorReport:
    return DoctorReport({**examined(facts), **more}, _HEADING, facts["snapshot"], _MX)


class _Text(HTMLParser):
    """The text of a page as a reader sees it, and what it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.loads: list[str] = []
        self._skip = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip = tag == "style"
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "style")]

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())


def _plain(markdown: str) -> str:
    """Markdown as a reader sees it."""
    unescaped = re.sub(r"\\([^A-Za-z0-9\s])", r"\1", html.unescape(markdown))
    return " ".join(re.sub(r"[`*]", "", unescaped.replace("<br>", " ")).split())


def _words(text: str) -> str:
    return " ".join(re.sub(r"[`*]", "", text).split())


def test_every_form_says_everything() -> None:
    report = _report(
        troubled(), not_examined=[{"what": "the moon", "why": "it is far", "findings": ["no-mx"]}]
    )
    forms = render_doctor(report)
    shown = {"html": _words(_Text(forms["html"]).text), "md": _plain(forms["md"])}
    wanted = [report.outcome.text, report.next_step, "the moon", "it is far"]
    wanted += [
        item[key] for item in report.examined["findings"] for key in ("what", "why", "fix", "who", "id")
    ]
    wanted += [
        text
        for domain in report.examined["domains"]
        for text in (*report.parts(domain["mode"]), *domain["evidence"])
    ]
    wanted += [text for row in report.scope for text in (row["entry"], *report.parts(row["mode"]))]
    wanted += [text for table in report.baseline for row in table.rows for cell in row for text in cell]
    assert len(wanted) > 150
    for form, text in shown.items():
        assert [want for want in wanted if _words(want) not in text] == [], form


def test_the_form_for_programs_has_what_the_module_returns_and_the_baseline() -> None:
    report = _report(troubled())
    content = json.loads(render_doctor(report)["json"])
    for key in ("findings", "domains", "scope", "everybody", "permissions", "products", "not_examined"):
        assert content[key] == json.loads(json.dumps(report.examined[key]))
    assert content["summary"]["counts"] == dict(report.counts)
    assert [rule["name"] for rule in content["baseline"]["mail_flow_rules"]] == [
        rule["name"] for rule in report.snapshot["mail_flow_rules"]
    ]
    assert content["baseline"]["mx"] == _MX


def test_worst_first_and_counted() -> None:
    report = _report(troubled())
    assert [severity for severity, _meaning, _findings in report.groups] == ["critical", "warning", "info"]
    assert report.outcome.tone == "bad"
    assert sum(len(findings) for _s, _m, findings in report.groups) == len(report.examined["findings"])
    assert report.next_step.startswith(report.examined["findings"][0]["id"])


def test_a_healthy_tenant_is_told_as_such() -> None:
    report = _report(healthy())
    assert (report.outcome.tone, report.outcome.text) == ("good", "Nothing stands in the way.")
    assert "Nothing was left out." in _Text(render_doctor(report)["html"]).text


def test_nothing_that_was_not_examined_is_called_good() -> None:
    report = _report(healthy(), not_examined=[{"what": "the moon", "why": "it is far", "findings": []}])
    assert report.outcome.text == "Nothing stands in the way of what could be examined."


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a|b`c*d", "Evil\u202e\nname", "![x](http://a.example/y)"]
)
def test_names_of_a_tenant_are_never_markup(name: str) -> None:
    facts = healthy()
    facts["snapshot"]["inbound_connectors"].append(inbound(name, sender_ip_addresses=["198.51.100.1"]))
    forms = render_doctor(_report(facts))
    assert "<script" not in forms["html"]
    assert "\u202e" not in "".join(forms.values())
    assert not re.search(r"(?<!\\)!\[", re.sub(r"`[^`\n]*`", "", forms["md"]))


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = render_doctor(_report(troubled()))["html"]
    assert all(target.startswith("#") for target in _Text(page).loads)
    assert "url(" not in page and "@import" not in page
    assert "default-src 'none'" in page


def test_scope_entries_are_shown_when_they_were_walked() -> None:
    entry = {"entry": "pilot@contoso.example", "protection": "inline", "mode": "inline"}
    forms = render_doctor(_report(healthy(), scope=[entry]))
    assert "pilot@contoso.example" in forms["md"] and "pilot@contoso.example" in forms["html"]


def test_the_same_report_gives_the_same_texts() -> None:
    assert render_doctor(_report(troubled())) == render_doctor(_report(troubled()))


def test_a_mode_and_its_reason_are_told_apart() -> None:
    assert DoctorReport.parts("inline with gaps: Why: so.") == ("inline with gaps", "Why: so.")
    assert DoctorReport.parts("behind a gateway (Mimecast): inline") == (
        "behind a gateway (Mimecast): inline",
        "",
    )


def test_everybody_is_told_once() -> None:
    assert [row["entry"] for row in _report(healthy()).scope] == ["everybody"]
    facts = healthy()
    facts["snapshot"]["mail_flow_rules"][0]["conditions"]["sent_to"] = ["anna@contoso.example"]
    assert [row["entry"] for row in _report(facts).scope] == ["user anna@contoso.example", "everybody"]
