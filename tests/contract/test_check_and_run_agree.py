# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode is green if and only if the run starts; a run that starts ends well, and a refused one writes nothing.

Drawn: the phases, whom they protect, what the portal is said to be, what the tenant has of its own, and what an earlier run has left.
A case is named by its number, from which alone it is drawn.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.drawn import share
from tests.fake_exchange.control import Practice
from tests.phase_run import PhaseRun, Result
from tests.powershell.interpreter import Call
from tests.powershell.replay import replay
from tests.scenarios import FULL, LOCK_DOWN, OLD

CASES, TOGETHER = share(80, 300), 20
PHASES = (
    ["monitor"],
    ["inline"],
    ["monitor", "inline"],
    ["rescope"],
    ["outbound"],
    ["remove"],
)
USERS = (
    "user01",
    "user01@contoso.example",
    "USER02@Contoso.Example",
    "user01@fabrikam.example",
    "user03+tag@contoso.example",
)
NOBODY = ("usr01@contoso.example", "nobody", "ada@elsewhere.example", "pilot")
GROUPS = ("pilot", "sales-team@contoso.example", "Finance team", "research-all")
NO_GROUPS = ("project-north", "nobodies@contoso.example", "user05")
DOMAINS = ("fabrikam.example", "tailspin.example", "FABRIKAM.example", "elsewhere.example")
LONG = "x" * 65
VALUES: tuple[dict[str, Any], ...] = (
    {},
    {},
    {},
    {"inbound_connector_name": "From the vendor"},
    {"inbound_connector_name": LONG},
    {"outbound_connector_name": "Disclaimer"},
    {"protect_rule_name": "x" * 60},
    {"header_name": "X-Own-Header"},
    {"header_value": "a\r\nb"},
    {"smart_host": "relay.example"},
    {"smart_host": "10.0.0.1"},
    {"journal_address": "user01@contoso.example"},
    {"journal_address": "copies@archive.example"},
)
MORE: tuple[dict[str, Any], ...] = (
    {},
    {},
    {},
    {"portal_region": "eu"},
    {"portal_region": None},
    {"portal_region": "au"},
    {"portal_brand": "checkpoint"},
    {"portal_name": ""},
    {"portal_ip_addresses": ["203.0.113.9", "203.0.113.128/28"]},
    {"inline_inbound_connector": False},
    {"inline_whitelist_rule": True, "inline_connection_filter": True},
    {"monitor_undeliverable_contact": True},
    {"monitor_undeliverable_recipient": "user09@contoso.example"},
    {"inline_rule_enabled": False},
    {"outbound_protect_internal": True},
    FULL,
)
Writes = list[tuple[str, dict[str, Any]]]
OWN: tuple[Writes, ...] = (
    [],
    [],
    [("InboundConnector", LOCK_DOWN)],
    [("TransportConfig", {"JournalingReportNdrTo": "own@archive.example"})],
    [
        ("TransportConfig", {"JournalingReportNdrTo": "own@archive.example"}),
        *(
            (
                "JournalRule",
                {
                    "Name": f"Own {number}",
                    "JournalEmailAddress": f"a{number}@archive.example",
                    "Enabled": True,
                },
            )
            for number in range(10)
        ),
    ],
    [("OutboundConnector", {"Name": "Avanan Outbound", "Enabled": False, "SmartHosts": ["x.example"]})],
    [
        (
            "TransportRule",
            {
                "Name": "Own route",
                "State": "Enabled",
                "Mode": "Enforce",
                "RouteMessageOutboundConnector": "Avanan Outbound",
            },
        )
    ],
    [
        (
            "TransportRule",
            {
                "Name": "Own group",
                "FromMemberOf": ["avanan_inline_incoming@contoso.example"],
                "PrependSubject": "x",
            },
        )
    ],
    [("Recipient", {"Name": "Pilot users", "Members": []})],
    [("OrganizationConfig", {"IsDehydrated": True})],
    list(OLD),
)


def _inputs(draw: Random) -> dict[str, Any]:
    def some(good: tuple[str, ...], bad: tuple[str, ...], most: int = 2) -> list[str]:
        return [draw.choice(good if draw.random() < 0.85 else bad) for _each in range(draw.randint(0, most))]

    inputs: dict[str, Any] = {**draw.choice(MORE), **draw.choice(MORE)}
    inputs |= {
        "protected_users": some(USERS, NOBODY),
        "protected_groups": some(GROUPS, NO_GROUPS),
        "protected_domains": some(DOMAINS[:3], DOMAINS, 1),
        "protect_everyone": draw.random() < 0.1,
        "outbound_users": some(USERS, NOBODY, 1),
        "outbound_groups": some(GROUPS, NO_GROUPS, 1),
    }
    inputs["portal_values"] = {**inputs.get("portal_values", {}), **draw.choice(VALUES)}
    return inputs


@cache
def _left_by(practice: Practice, place: Path, phases: tuple[str, ...]) -> list[dict[str, Any]]:
    """The calls of an earlier run."""
    practice.reset()
    result = PhaseRun(practice, place).carry_out(phases, protected_users=["user01"]) if phases else Result()
    assert result.green, result
    return result.writes


def _disagreement(practice: Practice, place: Path, number: int) -> str:
    """What is wrong with a case; "" when nothing is."""
    draw = Random(number)
    phases, inputs, own = draw.choice(PHASES), _inputs(draw), draw.choice(OWN)
    earlier = _left_by(practice, place, draw.choice(((), (), ("monitor",), ("monitor", "inline"))))
    practice.reset(draw.choice(("small", "small", "empty")) if not earlier else "small")
    replay([Call(call["cmdlet"], call["parameters"]) for call in earlier], practice)
    for noun, record in own:
        practice.put(noun, record)
    before = practice.state()
    check = PhaseRun(practice, place, check=True).carry_out(phases, **inputs)
    if practice.state() != before:
        return "check mode writes"
    real = PhaseRun(practice, place).carry_out(phases, **inputs)
    refused = f"check mode: {check.refused or check.failed or 'green'}; run: {real.refused or real.failed or 'green'}"
    if check.green != (not real.refused):
        return f"do not agree: {refused}"
    if real.refused and practice.state() != before:
        return f"a refused run writes: {refused}"
    if any("made a mistake" in text for text in (refused, *(told.get("msg", "") for told in real.told))):
        return f"a mistake: {refused}"
    if real.failed:
        return "" if _foretold(check, real) else f"a run that started fails: {refused}"
    return _again(practice, place, phases, inputs, real)


def _foretold(check: Result, real: Result) -> bool:
    """Whether check mode has warned of what the tenant's own flag says, which is known to lag behind the service."""
    warned = any("IsDehydrated" in text for told in check.told for text in told.get("warnings", ()))
    return warned and "Enable-OrganizationCustomization" in real.failed


def _again(practice: Practice, place: Path, phases: list[str], inputs: dict[str, Any], real: Result) -> str:
    """A second run has nothing to do."""
    if real.refused:
        return ""
    again = PhaseRun(practice, place).carry_out(phases, **inputs)
    return (
        ""
        if again.green and not again.writes
        else f"the second run: {again.refused or again.failed or again.writes}"
    )


@pytest.mark.parametrize("first", range(0, CASES, TOGETHER))
def test_check_mode_and_run_agree(
    practice: Practice, tmp_path_factory: pytest.TempPathFactory, first: int
) -> None:
    place = tmp_path_factory.mktemp("runs")
    found = {number: _disagreement(practice, place, number) for number in range(first, first + TOGETHER)}
    assert {number: text for number, text in found.items() if text} == {}


def test_the_cases_are_of_both_kinds(practice: Practice, tmp_path: Path) -> None:
    """Neither nearly all are refused nor nearly none."""
    green = 0
    for number in range(1000, 1040):
        draw = Random(number)
        practice.reset()
        green += (
            PhaseRun(practice, tmp_path, check=True).carry_out(draw.choice(PHASES), **_inputs(draw)).green
        )
    assert 5 <= green <= 35
