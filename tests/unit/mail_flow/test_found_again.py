# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the check finds again instead of working it out is what it would work out (8.1)."""

from __future__ import annotations

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.decisions import Decisions

from tests.mail_flow_oracle.compare import product_check
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
