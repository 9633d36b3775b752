# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walks say of mail corrects what settings say of it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._doctor.effective_mode import Mode
from ansible_collections.avanan.office365.plugins.module_utils._doctor.walked import scope_rows, walk_in

DOMAIN = "contoso.example"


def _row(mode: str, why: str = "") -> dict[str, Any]:
    return {"kind": "domain", "name": DOMAIN, "mode": mode, "why": why}


@pytest.mark.parametrize(
    ("walked", "protection", "words"),
    [
        ("inline", "inline", "inline"),
        ("as_scoped", "as_scoped", "inline"),
        ("with_gaps", "with_gaps", "inline with gaps: Why."),
        ("loop", "loop", "loops: Why."),
        ("monitored", "monitored", "monitored: Why."),
    ],
)
def test_what_settings_call_inline(walked: str, protection: str, words: str) -> None:
    mode = Mode(DOMAIN, "inline", "inline", "microsoft")
    walk_in([mode], {"domains": [_row(walked, "Why.")], "scope": []})
    assert (mode.protection, mode.mode) == (protection, words)


def test_a_gateway_in_front_stays_monitored_only() -> None:
    mode = Mode(DOMAIN, "monitored only", "monitored_only", "gateway")
    walk_in([mode], {"domains": [_row("with_gaps", "Why.")], "scope": []})
    assert (mode.protection, mode.mode) == ("monitored_only", "monitored only")


def test_entries_of_the_scope() -> None:
    rows = scope_rows(
        {
            "domains": [],
            "scope": [_row("partly", "Why."), {**_row("inline"), "kind": "everybody", "name": ""}],
        }
    )
    assert [(row["entry"], row["protection"]) for row in rows] == [
        (f"domain {DOMAIN}", "partly"),
        ("everybody", "inline"),
    ]
