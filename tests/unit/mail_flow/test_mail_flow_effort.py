# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is walked: with rules times states, however many ways lead to a state. Counted, not timed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow import actions, walk

from tests.mail_flow_oracle.compare import product_check
from tests.mail_flow_oracle.large import large
from tests.mail_flow_oracle.tenants import NOW

RULES = 300
# Of one state before one rule so many are kept apart (merging.py), and so often one message comes in anew (arrivals.py).
KEPT, MOST_ENTRIES = 4, 12


def test_the_effort_grows_with_rules_times_states(monkeypatch: pytest.MonkeyPatch) -> None:
    split, entered = actions._split, walk.MessageWalk._enter
    walked: list[object] = []
    told: dict[object, object] = {}
    entries: Counter[tuple[object, ...]] = Counter()
    walks: list[object] = []

    def counted(rules: Any, item: Any, view: Any, bifurcation: Any, *more: Any) -> Any:
        said = (view.message, view.authenticated, view.by_smtp, view.address)
        if said not in told:
            told[said] = rules.answers(view)
        walked.append((item.rule.place, told[said], bifurcation.state))
        return split(rules, item, view, bifurcation, *more)

    def counted_entry(self: Any, submission: Any) -> None:
        walks.append(self)
        entries[(id(self), submission.key)] += 1
        entered(self, submission)

    monkeypatch.setattr(actions, "_split", counted)
    monkeypatch.setattr(walk.MessageWalk, "_enter", counted_entry)
    product_check()(*large(1_000_000, RULES), now=NOW)
    assert walked
    assert len(walked) <= KEPT * len(set(walked))
    assert max(entries.values()) <= MOST_ENTRIES
