# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which entries of a record undo takes back, and what a change that ended half way can have left."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change import undo
from ansible_collections.avanan.office365.plugins.module_utils._change.sequence import part

CALL = {"cmdlet": "New-JournalRule", "parameters": {}}


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        ({"status": "done", "done": [CALL]}, True),
        ({"status": "started", "done": []}, True),
        ({"status": "planned", "done": []}, False),
        ({"status": "failed", "done": [], "error": {"kind": "AlreadyExists"}}, False),
        ({"status": "failed", "done": [], "error": {"kind": "InvalidValue"}}, False),
        ({"status": "failed", "done": [], "error": {"kind": "NotPermitted"}}, False),
        ({"status": "failed", "done": [], "error": {"kind": "ConfigurationError"}}, False),
        ({"status": "failed", "done": [CALL], "error": {"kind": "AlreadyExists"}}, True),
        ({"status": "failed", "done": [], "error": {"kind": "UncertainWrite"}}, True),
        ({"status": "failed", "done": [], "error": {"kind": "NotConverged"}}, True),
        ({"status": "failed", "done": [], "error": {"kind": "Transient"}}, True),
        ({"status": "failed", "done": [], "error": {"kind": "ServiceError"}}, True),
        ({"status": "failed", "done": [], "error": None}, True),
    ],
)
def test_a_call_that_was_refused_for_certain_is_none_of_ours(entry: dict[str, Any], counts: bool) -> None:
    assert undo._did_something(entry) is counts


@pytest.mark.parametrize(
    ("members", "ours"),
    [
        (["a@x.example", "b@x.example"], True),
        (["b@x.example"], True),
        (["a@x.example", "b@x.example", "c@x.example"], True),
        (["b@x.example", "c@x.example"], True),
        (["a@x.example"], False),
        (["b@x.example", "z@x.example"], False),
    ],
)
def test_what_lies_between_before_and_after_is_what_the_run_left(members: list[str], ours: bool) -> None:
    def group(*addresses: str) -> dict[str, Any]:
        return {"name": "G", "members": list(addresses)}

    item = part(
        {
            "module": "o365_distribution_group",
            "options": {"name": "G", "members": ["b@x.example", "c@x.example"], "mode": "exact"},
            "object": {"noun": "DistributionGroup", "title": "distribution group", "name": "G"},
            "before": group("a@x.example", "b@x.example"),
            "after": group("b@x.example", "c@x.example"),
        }
    )
    assert undo._in_between(item, "members", {"members": members}) is ours
