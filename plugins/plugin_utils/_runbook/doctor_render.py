# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor's report in the forms in which people and programs read it. Pure but for reading the templates."""

from __future__ import annotations

import json

from .doctor_report import DoctorReport
from .to_html import html
from .to_markdown import markdown

FORMAT = 1


def render_doctor(report: DoctorReport) -> dict[str, str]:
    """The text of each form, with line feeds as line ends, by the ending of its file."""
    return {"html": html("doctor", report), "md": markdown("doctor", report), "json": _json(report)}


def _json(report: DoctorReport) -> str:
    heading = report.heading
    content = {
        "format": FORMAT,
        "kind": "doctor",
        "created": heading.created,
        "collection": dict(zip(("name", "version"), heading.collection, strict=True)),
        "portal": heading.portal,
        "summary": {
            "outcome": report.outcome.text,
            "counts": dict(report.counts),
            "next": report.next_step,
        },
        **report.examined,
        "tenant": heading.tenant,
        "baseline": {**report.snapshot, "mx": {domain: list(hosts) for domain, hosts in report.mx.items()}},
    }
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"
