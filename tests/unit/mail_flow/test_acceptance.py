# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is accepted of a mail-flow check: by finding and object, with a reason, until a day; and what never is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.acceptance import (
    Acceptances,
    acceptance,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import check
from ansible_collections.avanan.office365.plugins.module_utils._vendor.value_checks import value_problems
from ansible_collections.avanan.office365.plugins.module_utils._vendor.variables import Variable

from tests.unit.mail_flow.mail_flow_judgements import INTEGRATION, JUDGEMENTS
from tests.unit.mail_flow.mail_flow_samples import NOW, Plain

DOUBT = ("content-decides", "Rule A", "not_proved")
OTHER = ("content-decides", "Rule B", "not_proved")
LOSS = ("connector-missing", "To vendor", "lost")
LOOP = ("two-portals", "Other Protect", "loop")


def _told(given: Any, *found: tuple[str, str, str]) -> tuple[bool, str]:
    result = Acceptances([given], NOW, found).to_result()[0]
    return result["used"], result["problem"]


@pytest.mark.parametrize(
    "given",
    [
        "content-decides",
        " content-decides:rule a ",
        {"finding": "content-decides", "object": "Rule A"},
        {"finding": "content-decides", "object": "Rule A", "reason": "seen", "expires": str(NOW.date())},
    ],
)
def test_a_doubt_is_accepted(given: Any) -> None:
    assert _told(given, DOUBT) == (True, "")
    assert Acceptances([given], NOW, [DOUBT]).of(*DOUBT) is not None


def test_a_kind_alone_is_enough_for_one_object_only() -> None:
    used, problem = _told("content-decides", DOUBT, OTHER)
    assert not used
    assert '{finding: content-decides, object: "Rule A", reason: why, expires: 2027-12-31}' in problem
    assert _told("content-decides:Rule B", DOUBT, OTHER) == (True, "")


@pytest.mark.parametrize(
    "given",
    ["two-portals", "two-portals:Other Protect", {"finding": "two-portals", "object": "Other Protect"}],
)
def test_a_certain_loop_is_never_accepted(given: Any) -> None:
    used, problem = _told(given, LOOP)
    assert (used, problem) == (
        False,
        "two-portals:Other Protect is a certain loop, which cannot be accepted.",
    )


def test_a_certain_loss_is_accepted_by_its_object_only() -> None:
    for given in ("connector-missing", "connector-missing:To vendor", {"finding": "connector-missing"}):
        used, problem = _told(given, LOSS)
        assert not used
        assert '{finding: connector-missing, object: "To vendor"' in problem
    assert _told({"finding": "connector-missing", "object": "To vendor"}, LOSS) == (True, "")


def test_what_has_expired_or_matches_nothing_is_told() -> None:
    yesterday = str(NOW.date() - timedelta(days=1))
    used, problem = _told({"finding": "content-decides", "object": "Rule A", "expires": yesterday}, DOUBT)
    assert (used, problem) == (False, f"The acceptance of content-decides:Rule A expired on {yesterday}.")
    used, problem = _told("content-decides:Rule C", DOUBT)
    assert not used
    assert "matches nothing that was found; the nearest is content-decides:Rule A" in problem
    assert _told("content-decides")[1] == "The acceptance of content-decides matches nothing that was found."


@pytest.mark.parametrize(
    "given",
    [{}, {"object": "x"}, {"finding": "x", "until": "2027-01-01"}, {"finding": "x", "expires": "soon"}, 5],
)
def test_what_names_no_finding(given: Any) -> None:
    with pytest.raises(ValueError):
        acceptance(given)


def test_the_variable_is_checked() -> None:
    variable = Variable("portal_accepted_findings", {"type": "list"}, check="acceptance")
    good = ["x", "x:y", {"finding": "x", "object": "y", "reason": "r", "expires": "2027-01-01"}]
    assert list(value_problems(variable, good)) == []
    bad = [{"object": "x"}, {"finding": "x", "until": "y"}, {"finding": "x", "expires": "soon"}, " "]
    assert len(list(value_problems(variable, bad))) == len(bad)


def _judged(name: str, *accepted: Any) -> Plain:
    case = JUDGEMENTS[name]
    return check(case.tenant(), {**INTEGRATION, **case.integration}, now=NOW, accepted=accepted)


def test_an_accepted_finding_hides_no_certain_loop() -> None:
    result = _judged("another portal takes the same users", "two-portals", "two-portals:Wingtip - Protect")
    assert result["verdict"] == "loop"
    assert not any(finding["accepted"] for finding in result["findings"])


def test_reason_and_expiry_stand_with_the_finding() -> None:
    given = {
        "finding": "centralised-mail-flow",
        "object": "Outbound to premises",
        "reason": "tried with the pilots",
        "expires": "2027-03-31",
    }
    result = _judged("centralised mail flow", given, "journal-unroutable")
    assert result["verdict"] == "safe"
    finding = next(item for item in result["findings"] if item["id"] == "centralised-mail-flow")
    assert (finding["accepted"], finding["reason"], finding["expires"]) == (
        True,
        given["reason"],
        given["expires"],
    )
    assert "scanned twice, or loop" in finding["remedy"]
