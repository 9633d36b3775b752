# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check comes to the verdict that is right for whole tenants, and says why, where and what to do."""

from __future__ import annotations

import json

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change.remedies import remedied
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import examined
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.planned import after

from tests.unit.mail_flow.mail_flow_judgements import INTEGRATION, JUDGEMENTS, Judgement
from tests.unit.mail_flow.mail_flow_samples import NOW, Plain


def _judged(case: Judgement) -> Plain:
    tenant = after(case.tenant(), case.entries)
    known = {**INTEGRATION, **case.integration}
    return remedied(tenant, lambda snapshot: examined(snapshot, known, now=NOW))


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_the_right_verdict(name: str) -> None:
    case = JUDGEMENTS[name]
    result = _judged(case)
    told = json.dumps(
        [result["findings"], [row for row in result["classes"] if row["verdict"] != "safe"]], indent=1
    )
    assert result["verdict"] == case.verdict, told
    wanted = "note" if case.verdict == "safe" else "block"
    if case.finding:
        found = [row for row in result["findings"] if (row["id"], row["severity"]) == (case.finding, wanted)]
        assert found, told
        text = " ".join(f"{row['subject']} {row['cause']} {row['remedy']}" for row in found)
        for part in (*case.names, *case.remedy):
            assert part in text, told
