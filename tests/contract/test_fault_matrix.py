# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario x fault x call: whatever disturbs a run, the next one converges, and nothing is left behind or given away.

Of all combinations, a covering design takes so many that each scenario meets each fault, and each fault each kind of call; every third of
these each day, among which is each fault. A disturbed run
ends well or in one sentence; after it, the next run leaves the tenant that an undisturbed one leaves, without a second object, without a
change to what is not ours, and roll-back of the disturbed run leads to where it began. Secrets are in no result and in no file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.change_runs import without_ids
from tests.drawn import share
from tests.fake_exchange.control import Practice
from tests.phase_run import PhaseRun, Result
from tests.powershell.interpreter import Call
from tests.powershell.replay import replay
from tests.scenarios import FULL, OURS

from .module_run import run

SCOPE: dict[str, Any] = {"protected_users": ["user01"], "protected_groups": ["pilot"]}
OTHERS: dict[str, Any] = {"protected_groups": ["sales-team"], "protected_domains": ["fabrikam.example"]}
# Phases, their variables, and the scenario that leaves the tenant in which they begin.
SCENARIOS: dict[str, tuple[tuple[str, ...], dict[str, Any], str]] = {
    "monitor": (("monitor",), {}, ""),
    "inline": (("monitor", "inline"), {**SCOPE, "inline_inbound_connector": False}, ""),
    "automatic": (("monitor", "inline"), {**FULL, **SCOPE, "inline_inbound_connector": False}, ""),
    "rescope": (("rescope",), OTHERS, "inline"),
    "remove": (("remove",), {}, "inline"),
}
_PROXY = "<html><body>Your organization's proxy</body></html>"
# What happens instead of the right answer; of writes, whether they take effect.
FAULTS: dict[str, dict[str, Any]] = {
    "dropped": {"drop": True},
    "dropped after effect": {"drop": True, "applied": True},
    "500": {"status": 500, "body": "oops"},
    "500 after effect": {"status": 500, "body": "oops", "applied": True},
    "502 page": {"status": 502, "body": _PROXY},
    "503": {"status": 503, "headers": {"Retry-After": "1"}},
    "503 after effect": {"status": 503, "applied": "once"},
    "504 after effect": {"status": 504, "applied": True},
    "429": {"status": 429, "headers": {"Retry-After": "2"}},
    "429 after effect": {
        "status": 429,
        "headers": {"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"},
        "applied": "once",
    },
    "401": {"status": 401, "body": ""},
    "403 with the request": {
        "status": 403,
        "json": {"error": {"code": "Forbidden", "message": "{sent}"}},
        "echo": True,
    },
    "400 with the request": {
        "status": 400,
        "json": {"error": {"code": "BadRequest", "message": "{sent}"}},
        "echo": True,
    },
    "half an answer": {"json": {"value": []}, "cut": 5},
    "half an answer after effect": {"json": {"value": []}, "cut": 5, "applied": True},
    "empty": {"body": ""},
    "something else": {"json": {"foo": 1}},
    "a page of a proxy after effect": {
        "body": _PROXY,
        "headers": {"Content-Type": "text/html"},
        "applied": True,
    },
    "redirect elsewhere": {"status": 307, "headers": {"Location": "https://elsewhere.example/{path}"}},
}
LASTS = (1, 100)
CALLS = ("first read", "later read", "first write", "second write", "last write")
Cell = tuple[str, str, str, int]


def _order(name: str, cells: int) -> int:
    return sum(ord(letter) * place for place, letter in enumerate(name, 1)) % cells


def cells() -> Iterator[Cell]:
    """Each pair of scenario and fault, and of fault and call, in one cell at least; how long it lasts takes turns."""
    names = list(SCENARIOS)
    for row, fault in enumerate(FAULTS):
        for column, scenario in enumerate(names):
            call = CALLS[(row + column) % len(CALLS)]
            yield scenario, fault, call, LASTS[(row // len(CALLS) + column) % len(LASTS)]


def test_every_pair_is_in_the_matrix() -> None:
    found = list(cells())
    assert {(scenario, fault) for scenario, fault, _call, _lasts in found} == {
        (scenario, fault) for scenario in SCENARIOS for fault in FAULTS
    }
    assert {(fault, call) for _scenario, fault, call, _lasts in found} == {
        (fault, call) for fault in FAULTS for call in CALLS
    }
    assert {(scenario, call, lasts) for scenario, _fault, call, lasts in found} == {
        (scenario, call, lasts) for scenario in SCENARIOS for call in CALLS for lasts in LASTS
    }


class _Right:
    """What an undisturbed run does: its calls, and the tenant before and after."""

    def __init__(self, practice: Practice, place: Path, scenario: str) -> None:
        self.phases, self.inputs, self.earlier = SCENARIOS[scenario]
        self.before_calls = _right(practice, place, self.earlier).all_calls if self.earlier else []
        self.begin(practice)
        self.before = without_ids(practice.state())
        result = PhaseRun(practice, place).carry_out(self.phases, **self.inputs)
        assert result.green, (result.refused, result.failed)
        self.all_calls: list[dict[str, Any]] = [*self.before_calls, *result.writes]
        self.writes = result.writes
        self.after = without_ids(practice.state())

    def begin(self, practice: Practice) -> None:
        def make() -> None:
            practice.reset()
            replay([Call(call["cmdlet"], call["parameters"]) for call in self.before_calls], practice)

        practice.once(f"a cell after {self.earlier!r}", make)


@cache
def _right(practice: Practice, place: Path, scenario: str) -> _Right:
    return _Right(practice, place, scenario)


def _ordered(fault: str, call: str, lasts: int, writes: int) -> dict[str, Any]:
    places = {"first read": 0, "later read": 6, "first write": 0, "second write": 1, "last write": writes - 1}
    kind = {"reads": True} if call.endswith("read") else {"writes": True}
    return {**FAULTS[fault], **kind, "skip": places[call], "times": lasts}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def _foreign(practice: Practice) -> str:
    """Everything that is not ours."""
    state = practice.state()
    own = {**state, "TransportConfig": {}, "HostedConnectionFilterPolicy": {}}
    for noun in ("TransportRule", "InboundConnector", "OutboundConnector", "JournalRule"):
        own[noun] = [
            {key: value for key, value in row.items() if key != "Priority"}
            for row in state[noun]
            if not str(row["Name"]).startswith(OURS)
        ]
    own["Recipient"] = [
        row for row in state["Recipient"] if not str(row["Name"]).lower().startswith("avanan")
    ]
    return without_ids({key: value for key, value in own.items() if isinstance(value, (list, dict))})


def _names(practice: Practice) -> list[tuple[str, str]]:
    return [
        (noun, str(row["Name"]).casefold())
        for noun, rows in practice.state().items()
        if isinstance(rows, list)
        for row in rows
        if "Name" in row
    ]


def _given_away(practice: Practice, results: list[Result], place: Path) -> list[str]:
    """Secrets that stand in a result or in a file of the runs."""
    env = practice.env(way="access_token")
    secrets = [env["O365_ACCESS_TOKEN"], practice.env()["O365_CLIENT_SECRET"]]
    told = json.dumps([result.told for result in results])
    files = [path.read_text(errors="replace") for path in place.rglob("*") if path.is_file()]
    return [
        secret[:4]
        for secret in secrets
        if any(secret in text or secret[20:60] in text for text in (told, *files))
    ]


@pytest.mark.parametrize(("scenario", "fault", "call", "lasts"), list(cells())[:: share(3, 1)])
def test_a_cell(
    practice: Practice, place: Path, tmp_path: Path, scenario: str, fault: str, call: str, lasts: int
) -> None:
    right = _right(practice, place, scenario)
    right.begin(practice)
    foreign = _foreign(practice)
    practice.answers(_ordered(fault, call, lasts, len(right.writes)))
    disturbed = PhaseRun(practice, tmp_path).carry_out(right.phases, **right.inputs)
    practice.faults()
    ended = disturbed.refused or disturbed.failed
    assert "made a mistake" not in ended
    assert "Traceback" not in json.dumps(disturbed.told)
    assert _foreign(practice) == foreign
    practice.keep("half")
    if not ended:
        assert without_ids(practice.state()) == right.after, "green, and not what was to be"
    _rolled_back(practice, disturbed, right.before)
    practice.bring_back("half")
    following = PhaseRun(practice, tmp_path).carry_out(right.phases, **right.inputs)
    assert following.green, following.refused or following.failed
    assert without_ids(practice.state()) == right.after
    assert len(set(_names(practice))) == len(_names(practice)), "a second object"
    last = PhaseRun(practice, tmp_path).carry_out(right.phases, **right.inputs)
    assert last.green
    assert last.writes == []
    assert _given_away(practice, [disturbed, following], tmp_path) == []


def _rolled_back(practice: Practice, disturbed: Result, before: str) -> None:
    record = next((told["document"] for told in reversed(disturbed.told) if told.get("document")), None)
    if not record:
        assert disturbed.writes == []
        return
    options = {"record": json.dumps(record)}
    undone = run("o365_undo", options, practice.env(way="access_token"), run_state=RunState())
    assert not undone.get("failed"), undone["msg"]
    assert without_ids(practice.state()) == before
