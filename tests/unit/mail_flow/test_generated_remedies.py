# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every remedy that is offered in generated tenants helps, by the product's walk and by the second evaluator."""

from __future__ import annotations

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.remedies import MOST_WORDS
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.edited import edited

from tests.drawn import share
from tests.mail_flow_oracle.tenants import tenant as generated
from tests.unit.mail_flow.test_remedies import Tried, assert_helps

CHUNK, CHUNKS = 25, share(2, 12)
# Enough for the tenants of the generator, each of which has several defects.
WALKS = 16


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_remedy_of_generated_tenants_helps(chunk: int) -> None:
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        tried = Tried(*generated(number), WALKS)
        for finding, text, remedies in tried.offered():
            assert len(text.split()) <= MOST_WORDS, (number, text)
            for edits in remedies:
                assert_helps(tried, finding, edits)


def test_the_remedies_of_a_tenant_can_all_be_made() -> None:
    """One after the other, as somebody does who follows what is printed."""
    for number in range(share(10, 30)):
        snapshot, integration = generated(number)
        for _round in range(8):
            tried = Tried(snapshot, integration, WALKS)
            blocking = [item for item in tried.offered() if item[0]["severity"] == "block" and item[2]]
            if not blocking:
                break
            snapshot = edited(snapshot, blocking[0][2][0])
        else:
            pytest.fail(f"tenant {number}: the remedies do not come to an end")
