# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the check finds again instead of working it out is what it would work out (8.1)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.bifurcations import Kind
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.evidence import Evidence
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.decisions import Decisions

from tests.mail_flow_oracle.compare import product_check
from tests.mail_flow_oracle.large import large
from tests.mail_flow_oracle.tenants import NOW, tenant

# Among them rules that ask for nothing but the sender's manager.
TENANTS = (8_000_005, 8_000_007, 8_000_091, 8_000_133, 8_000_179, *range(8_100_000, 8_100_060))


def test_outcomes_of_rules_are_found_again_for_messages_of_which_the_same_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = product_check()
    found = [check(*tenant(number), now=NOW) for number in TENANTS]
    monkeypatch.setattr(Decisions, "find", lambda *_given: None)
    assert found == [check(*tenant(number), now=NOW) for number in TENANTS]


class Forgetful(dict[Any, Any]):
    """What is looked up in it is never there, but for who has just put it there."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[object] = []

    def __contains__(self, key: object) -> bool:
        return False

    def __setitem__(self, key: object, value: object) -> None:
        # As in the product, nothing that was worked out is given up before the end.
        self.kept.append(value)
        super().__setitem__(key, value)


def test_what_a_rule_makes_of_bifurcations_is_found_again_for_those_that_differ_in_the_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check, cases = product_check(), [*map(tenant, TENANTS[:30]), large(1_000_006, 30)]
    found = [check(*case, now=NOW) for case in cases]
    created = Kind.__init__

    def forgetful(self: Kind, state: int) -> None:
        created(self, state)
        self.meant, self.meetings = Forgetful(), Forgetful()

    monkeypatch.setattr(Kind, "__init__", forgetful)
    assert found == [check(*case, now=NOW) for case in cases]


def test_gaps_are_explained_again_for_deliveries_that_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    # In the last one, rules that stop others ask for the sender.
    check, cases = product_check(), [*map(tenant, TENANTS[:10]), large(3_019, 60)]
    found = [check(*case, now=NOW) for case in cases]
    monkeypatch.setattr(Evidence, "_explanations", Forgetful())
    monkeypatch.setattr(Evidence, "_stances", Forgetful())
    assert found == [check(*case, now=NOW) for case in cases]
