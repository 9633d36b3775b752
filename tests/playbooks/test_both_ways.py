# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One tenant's life with every playbook, by the real ansible-playbook; and that other ways to run them do the same.

The role tests run the warm one, and the contract tests the action plugins alone.

Each step stands on what the steps before it left, so a step that fails takes those after it along.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, Warm, Way, carried_out, real
from tests.change_runs import left, without_ids
from tests.fake_exchange.control import Practice
from tests.scenarios import FULL, SCOPE, run_playbook
from tests.without_engine import by_actions

_PILOT = {"protected_users": ["user01"], "protected_groups": ["pilot"]}
_WIDER = {**_PILOT, "protected_users": ["user01", "user02"], "protected_domains": ["fabrikam.example"]}
_AUTOMATIC = {**FULL, **SCOPE}
_PLAN = "the plan that was checked"
_RECORD = "the record of the run before"
_REFUSED = 2


@dataclass(frozen=True)
class Step:
    """A playbook, what it is given, how it must end, and whether it must write."""

    playbook: str
    values: dict[str, Any] = field(default_factory=dict)
    check: bool = False
    code: int = 0
    writes: bool = False
    says: str = ""


STEPS: dict[str, Step] = {
    "doctor before": Step("doctor"),
    "draft": Step("draft_without_access"),
    "preview of the automatic mode": Step("preview_automated_mode", SCOPE),
    "monitor, checked": Step("manual_mode", check=True),
    "a misspelt variable": Step(
        "manual_mode", {"protected_user": ["user01"]}, code=_REFUSED, says="protected_users"
    ),
    "monitor": Step("manual_mode", writes=True),
    "monitor again": Step("manual_mode"),
    "inline for nobody, checked": Step(
        "monitor_to_inline", {"protected_users": ["nobody"]}, check=True, code=_REFUSED, says="nobody"
    ),
    "inline for nobody": Step(
        "monitor_to_inline", {"protected_users": ["nobody"]}, code=_REFUSED, says="nobody"
    ),
    "inline, checked": Step("monitor_to_inline", _PILOT, check=True),
    "inline as approved": Step("apply_plan", {"change_plan_file": _PLAN}, writes=True),
    "inline again": Step("monitor_to_inline", _PILOT),
    "verified": Step("verify", _PILOT),
    "no drift": Step("drift", _PILOT),
    "rescope, checked": Step("rescope_inline", _WIDER, check=True),
    "rescope": Step("rescope_inline", _WIDER, writes=True),
    "rescope rolled back": Step("undo", {"change_record_file": _RECORD}, writes=True),
    "drift from the wider scope": Step("drift", {**_WIDER, "drift_fail": True}, code=_REFUSED),
    "the footprint of the automatic mode": Step(
        "manual_mode", {**_AUTOMATIC, "manual_mode_inline": True}, writes=True
    ),
    "outbound": Step("outbound_protection", _AUTOMATIC, writes=True),
    "rescope of the group": Step(
        "rescope_inline", {**_AUTOMATIC, "protected_users": ["user03"]}, writes=True
    ),
    "doctor after": Step("doctor"),
    "removed, checked": Step("remove", _AUTOMATIC, check=True),
    "removed": Step("remove", _AUTOMATIC, writes=True),
    "removed again": Step("remove", _AUTOMATIC),
}
# Those that the action plugins alone can carry out.
CHANGES = {
    name: step
    for name, step in STEPS.items()
    if step.playbook not in ("doctor", "draft_without_access", "preview_automated_mode", "verify", "drift")
}
# What differs from run to run whoever runs: places, moments, what the service numbers, and what follows from these.
_CHANCE = re.compile(
    r"\b[0-9a-f]{64}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    # A packed plan or record, which is as long as chance has it.
    r"|\beN[\w+/]{60,}=*"
    r"|\d{4}-?\d\d-?\d\d[T ]?\d\d[:-]?\d\d(?:[:-]?\d\d(?:\.\d+)?)?(?:Z|\+00:00)?|localhost:\d+|127\.0\.0\.1:\d+"
)
# The second folder of one second.
_AGAIN = re.compile(r"-(run|check)-\d+\b")
_FRAME = re.compile(r"\*{3,}|\s+")


@dataclass(frozen=True)
class Done:
    """What a step did: the run, its writing calls, and the tenant after it."""

    run: Run
    writes: list[dict[str, Any]]
    state: str


class Life:
    """The steps on a practice tenant, each carried out when it is asked for, after those before it."""

    def __init__(
        self, way: Way, practice: Practice, directory: Path, steps: Mapping[str, Step] = STEPS
    ) -> None:
        self._way, self._practice, self._directory = way, practice, directory
        self._todo = iter(steps.items())
        self._done: dict[str, Done] = {}
        self._files: dict[str, str] = {}
        practice.reset("small", foreign_rules=5)

    def until(self, name: str) -> Done:
        while name not in self._done:
            coming, step = next(self._todo)
            self._done[coming] = self._carry_out(step)
        return self._done[name]

    def _carry_out(self, step: Step) -> Done:
        values = {
            key: self._files.get(value, value) if isinstance(value, str) else value
            for key, value in step.values.items()
        }
        written = len(self._practice.writes())
        with carried_out(self._way):
            more = ("--check", "--diff") if step.check else ()
            run = run_playbook(self._directory, self._practice, step.playbook, *more, **values)
        files, _document = left(run)
        self._files |= {
            name: str(files[kind]) for name, kind in ((_PLAN, "plan"), (_RECORD, "record")) if kind in files
        }
        return Done(run, self._practice.writes()[written:], without_ids(self._practice.state()))

    def shown(self, name: str) -> list[str]:
        """What a step did, line by line, without what depends on chance."""
        done = self.until(name)
        kept = [{key: value for key, value in result.items() if key != "diff"} for result in done.run.results]
        parts = {"code": done.run.code, "stats": done.run.stats, "writes": done.writes, "results": kept}
        lines = [*json.dumps(parts, indent=1).splitlines(), *done.state.splitlines()]
        # A process for each task tells warnings and the parts of a loop at another moment.
        return [self._plain(line) for line in (*lines, *sorted(done.run.text.splitlines()))]

    def _plain(self, line: str) -> str:
        plain = _CHANCE.sub("#", line.replace(str(self._directory), "DIRECTORY"))
        return _FRAME.sub(" ", _AGAIN.sub(r"-\1", plain))


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Life, Life]]:
    """By the real ansible-playbook, and by the warm one."""
    with Practice() as one, Practice() as other, Warm() as warm:
        yield (
            Life(real, one, tmp_path_factory.mktemp("real")),
            Life(warm, other, tmp_path_factory.mktemp("warm")),
        )


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """By the action plugins alone."""
    with Practice() as service:
        yield Life(by_actions, service, tmp_path_factory.mktemp("alone"), CHANGES)


@pytest.mark.parametrize("name", STEPS)
def test_step(lives: tuple[Life, Life], name: str) -> None:
    step, done = STEPS[name], lives[0].until(name)
    assert done.run.code == step.code, done.run.text
    assert bool(done.writes) == step.writes, done.run.text
    assert step.says in done.run.text


@pytest.mark.matrix
@pytest.mark.parametrize("name", STEPS)
def test_both_ways_end_alike(lives: tuple[Life, Life], name: str) -> None:
    one, other = (life.shown(name) for life in lives)
    assert one == other, "\n".join(unified_diff(one, other, "really", "warm", lineterm="", n=1))


@pytest.mark.matrix
@pytest.mark.parametrize("name", CHANGES)
def test_the_actions_alone_do_the_same(lives: tuple[Life, Life], alone: Life, name: str) -> None:
    one, other = lives[0].until(name), alone.until(name)
    assert (one.run.code, one.writes, one.state) == (other.run.code, other.writes, other.state)
    assert STEPS[name].says in other.run.text
