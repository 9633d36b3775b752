# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The integration is taken away from a tenant in which rules of somebody else rely on it: that is refused, with the rule and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import check
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import refusals

from tests.unit.mail_flow.mail_flow_judgements import (
    ANNA,
    COMES_IN,
    DLP_HOST,
    GUARD,
    HEADER,
    INBOUND,
    INSIDE,
    INTEGRATION,
    MIMECAST,
    OUTBOUND,
    OUTBOUND_RULE,
    OUTSIDE,
    REJECT,
    RULES,
    complete,
    connector_out,
    gateway,
    inline,
    without,
)
from tests.unit.mail_flow.mail_flow_samples import NOW, Change, Plain, changed, last, more, rule


def _without_ours(tenant: Plain) -> None:
    """As the phase remove leaves it."""
    for topic in (RULES, INBOUND, OUTBOUND):
        tenant[topic] = [row for row in tenant[topic] if not row["name"].startswith("Check Point")]
    tenant["journal_rules"] = []
    tenant["connection_filter"]["ip_allow_list"] = []


def _refused(*changes: Change, base: Callable[[], Plain] = inline) -> list[str]:
    before = check(changed(*changes, base=base), INTEGRATION, now=NOW)
    after = check(changed(*changes, _without_ours, base=base), INTEGRATION, now=NOW)
    return refusals({**after, "before": before}, only_worse=True)


def _uninspected(actions: Plain, *, excepted: Plain, **conditions: Any) -> Change:
    """A rule for what the vendor has not returned."""
    return last(
        rule(
            "Only inspected",
            conditions={"from_scope": OUTSIDE, **conditions},
            exceptions=excepted,
            actions=actions,
        )
    )


_RETURNED: Plain = {"sender_ip_ranges": GUARD}
_BY_HEADER: Plain = {"header_contains_message_header": HEADER, "header_contains_words": ["tailspin"]}


@pytest.mark.parametrize(
    "changes",
    [
        (_uninspected(REJECT, excepted=_RETURNED),),
        (_uninspected({"delete_message": True}, excepted=_BY_HEADER, sent_to=[ANNA]),),
        (_uninspected({"quarantine": True}, excepted=_RETURNED), gateway("Mimecast", MIMECAST)),
    ],
)
def test_a_rule_that_lets_pass_only_what_was_inspected(changes: tuple[Change, ...]) -> None:
    (told,) = _refused(*changes)
    assert '"Only inspected"' in told
    assert "would get no mail of the internet any more" in told
    assert "Change or remove this rule first." in told


def test_a_rule_that_lets_pass_what_a_gateway_brings_cuts_nobody_off() -> None:
    both = {"sender_ip_ranges": [*GUARD, *MIMECAST]}
    assert _refused(_uninspected(REJECT, excepted=both), gateway("Mimecast", MIMECAST)) == []


def test_a_rule_that_rejects_mail_with_and_without_the_vendor() -> None:
    own = rule("No mail for Anna", conditions={**COMES_IN, "sent_to": [ANNA]}, actions=REJECT)
    assert _refused(last(own)) == []


def test_a_rule_that_sends_outgoing_mail_through_a_connector_of_its_own() -> None:
    own = rule(
        "Bank",
        conditions={"from_scope": INSIDE, "recipient_domain_is": ["bank.example"]},
        exceptions=_RETURNED,
        actions={"route_message_outbound_connector": "Old"},
    )
    changes = (last(own), more(OUTBOUND, connector_out("Old", DLP_HOST)))
    (told,) = _refused(*changes, base=complete)
    assert '"Bank" sends it to the vendor' in told
    assert 'Change or remove the mail-flow rule "Bank", or keep' in told
    # Without the rule nothing goes there.
    assert _refused(*changes, without(RULES, "Bank"), base=complete) == []
    assert _refused(without(RULES, OUTBOUND_RULE), base=complete) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (("delivered", True, True), ("rejected", True, False), True),
        # What only may arrive, or may end, is told as before.
        (("delivered", False, True), ("rejected", True, False), False),
        (("rejected", True, True), ("rejected", True, False), False),
        (("delivered", True, True), ("rejected", False, False), False),
        (("delivered", True, True), ("delivered", True, False), False),
        # What counts is a verdict of the class.
        (("delivered", True, True), ("rejected", True, True), False),
    ],
)
def test_only_what_certainly_arrived_and_certainly_ends_is_cut_off(
    before: tuple[str, bool, bool], after: tuple[str, bool, bool], told: bool
) -> None:
    def walked(end: str, certain: bool, counts: bool) -> Plain:
        ends = [
            {"recipient": ANNA, "end": end, "certain": certain, "counts": counts, "cause": "It is rejected."}
        ]
        item = {"class": "internet-to-protected", "title": "", "verdict": "safe", "path": [], "ends": ends}
        return {"classes": [item], "findings": []}

    assert bool(refusals({**walked(*after), "before": walked(*before)}, only_worse=True)) is told
