# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""If a run stopped after any single call, no class of message would be lost or looped that was not so before.

Every phase and its undo, on a plain tenant and on odd ones: the calls are replayed one by one on a practice tenant, and the classes are
walked after each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change import mail_flow_check
from ansible_collections.avanan.office365.plugins.module_utils._exchange.cmdlets import Response
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import NotFound
from ansible_collections.avanan.office365.plugins.module_utils._exchange.snapshot import RunReads
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import (
    refusals,
    refusing,
)
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.change_runs import SCENARIOS, ChangeRuns, Result, without_ids
from tests.contract.module_run import answering, run
from tests.fake_exchange.control import Practice
from tests.mail_flow_oracle.oracle import ORDER
from tests.powershell.interpreter import Call
from tests.powershell.replay import replay
from tests.scenarios import FULL, US_INCOMING, US_OUTGOING

from .odd_tenants import HALF, ODD

_PREFIXES = [f"{brand}{dash}" for brand, dash in product(("Avanan", "Check Point"), (" - ", " \u2013 "))]
INTEGRATION: dict[str, Any] = {
    "portal": "customer-x",
    "brand": "avanan",
    "smart_hosts": ["customer-x-host.avanan.net"],
    "dlp_smart_hosts": ["customer-x-dlp.avanan.net"],
    "return_addresses": sorted(US_INCOMING),
    "dlp_addresses": sorted(US_OUTGOING),
    "loop_guard": sorted(US_INCOMING | US_OUTGOING),
    "journal_address": "customer-x@customer-x-mail.avanan.net",
    "protect_rules": [
        f"{prefix}Protect{kind}"
        for prefix in _PREFIXES
        for kind in ("", " (groups)", " (users)", " (domains)", " Outgoing", " Internal")
    ],
    "header_name": "X-CLOUD-SEC-AV-Info",
}
SOME = {"protected_users": ["user01", "user02"], "protected_groups": ["pilot"]}
OTHERS = {"protected_users": ["user03"], "protected_groups": ["sales-team"]}
DOMAIN = {"protected_domains": ["fabrikam.example"]}
EVERYONE = {"protect_everyone": True}
RESCOPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "to others": (SOME, OTHERS),
    "to everyone": (SOME, EVERYONE),
    "to a domain": (SOME, DOMAIN),
    "from everyone to some": (EVERYONE, SOME),
    "from a domain to some and the domain": (DOMAIN, {**SOME, **DOMAIN}),
}
Walked = dict[str, dict[str, Any]]
"""By class without number: the worst of its walks."""
Calls = list[dict[str, Any]]


@dataclass
class Steps:
    """What was seen: per prefix, its last call and the walked classes. accepted: findings that are no problem."""

    before: Walked
    accepted: Sequence[str] = ()
    after: list[tuple[str, Walked]] = field(default_factory=list)

    def problems(self) -> Iterator[str]:
        for place, (call, walked) in enumerate(self.after, start=1):
            for name, walk in walked.items():
                earlier = self.before.get(name, {}).get("verdict", "safe")
                if ORDER.index(walk["verdict"]) > ORDER.index(earlier) and not self._known(name, walk):
                    told = f"{walk['verdict']} (was {earlier}): {walk['finding']}: {walk['cause']}"
                    yield f"after call {place}, {call}: {name} is {told}"

    def _known(self, name: str, walk: Mapping[str, Any]) -> bool:
        """Whether it was accepted by name, or is no more than what the gate has let pass for the end."""
        last = self.after[-1][1].get(name, {})
        same = walk["verdict"] == "not_proved" and last.get("finding") == walk["finding"]
        return same or walk["finding"] in self.accepted


_WALKED: dict[str, Walked] = {}
# Neither remedies nor the tenant without the vendor are asked for here; they take longer than the walks.
_WALKS_ALONE: dict[str, Any] = {
    "remedied": lambda tenant, examine, _shown: examine(tenant).result,
    "_baseline": lambda _params, _tenant: None,
}


def walk(practice: Practice) -> Walked:
    """What the check says of the tenant as it is; a tenant like one that was walked already is not walked again."""
    records = practice.state()
    key = without_ids(records, indent=None)
    if key not in _WALKED:
        wanted = {"integration": INTEGRATION, "state": "present"}
        found: Walked = {}
        with answering(records), patch.multiple(mail_flow_check, **_WALKS_ALONE):
            result = run("o365_mail_flow_check", wanted, practice.env(way="access_token"))
        for one in result["classes"]:
            name = one["class"].partition("#")[0]
            if name not in found or ORDER.index(one["verdict"]) > ORDER.index(found[name]["verdict"]):
                found[name] = one
        _WALKED[key] = found
    return _WALKED[key]


def step_by_step(practice: Practice, calls: Iterable[dict[str, Any]], accepted: Sequence[str] = ()) -> Steps:
    """Make the calls on the tenant as it stands."""
    steps = Steps(walk(practice), accepted)
    for call in calls:
        replay([Call(call["cmdlet"], call["parameters"])], practice)
        parameters = call["parameters"]
        what = f"{call['cmdlet']} {parameters.get('Identity') or parameters.get('Name') or ''}"
        steps.after.append((what, walk(practice)))
    return steps


def undo(practice: Practice, document: Mapping[str, Any]) -> Calls:
    """The calls that take a run back."""
    env = practice.env(way="access_token")
    found = run("o365_undo", {"record": json.dumps(document)}, env, check=True)
    assert not found.get("failed"), found["msg"]
    calls: Calls = found["plan"]
    return calls


def both_ways(
    practice: Practice,
    writes: Calls,
    document: Mapping[str, Any],
    begin: Callable[[], None],
    accepted: Sequence[str] = (),
) -> list[str]:
    """Problems of a run and of taking it back. What was broken before may be so again when it is taken back."""
    begin()
    there = step_by_step(practice, writes, accepted)
    back = step_by_step(practice, undo(practice, document), accepted)
    back.before = {
        **back.before,
        **{name: _worse(walk, back.before.get(name)) for name, walk in there.before.items()},
    }
    return [*there.problems(), *(f"undo {problem}" for problem in back.problems())]


def _worse(one: dict[str, Any], other: dict[str, Any] | None) -> dict[str, Any]:
    return max(one, other or one, key=lambda walk: ORDER.index(walk["verdict"]))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_phase(changes: ChangeRuns, scenario: str) -> None:
    result = changes.real(scenario)
    assert result.writes

    def begin() -> None:
        changes.begin(scenario)

    assert both_ways(changes.practice, result.writes, result.document, begin) == []


_PLANS: dict[str, Calls] = {}


def _inline_plan(changes: ChangeRuns, values: dict[str, Any]) -> Calls:
    """The calls that lead a plain tenant to inline; planned once for the same values."""
    key = repr(values)
    if key not in _PLANS:
        changes.practice.reset("small")
        preview = changes.play("manual_mode", "--check", manual_mode_inline=True, **values)
        assert preview.run.code == 0, preview.run.text
        _PLANS[key] = preview.run.plan
    return _PLANS[key]


@pytest.mark.parametrize("footprint", ["manual", "automatic"])
@pytest.mark.parametrize("direction", RESCOPES)
def test_rescope(changes: ChangeRuns, direction: str, footprint: str) -> None:
    more = FULL if footprint == "automatic" else {}
    first, second = RESCOPES[direction]
    practice = changes.practice
    initial = _inline_plan(changes, {**more, **first})

    def begin() -> None:
        practice.reset("small")
        replay([Call(call["cmdlet"], call["parameters"]) for call in initial], practice)

    begin()
    result = changes.play("rescope_inline", **more, **second)
    assert result.run.code == 0, result.run.text
    assert result.writes
    assert both_ways(practice, result.writes, result.document, begin) == []


# ------------------------------------------------------------------------------- tenants that are odd by what others did

Task = tuple[str, dict[str, Any]]
PHASES = ("inline", "outbound", "rescope", "remove")
_GATED = ("inline", "outbound", "rescope")
_RULE = "o365_mail_flow_rule"
_FINDING = re.compile(r"^([a-z]+(?:-[a-z]+)+): ")
_CLEARED = re.compile(r"([a-z]+(?:-[a-z]+)+)(?::[^,]*)?(?:, |\.$)")
_MANUAL_RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "inline": ("manual_mode", {"manual_mode_inline": True, **SOME, **DOMAIN}),
    "outbound": (
        "outbound_protection",
        {**SOME, "outbound_users": ["user02"], "portal_values": {"dlp_require_tls": True}},
    ),
    "rescope": ("rescope_inline", {**OTHERS, "protected_domains": ["tailspin.example"]}),
    "remove": ("remove", {}),
}


def _tasks(result: Result) -> list[Task]:
    assert result.run.code == 0, result.run.text
    return [
        (entry["module"], {**entry["options"], "reason": entry["reason"]})
        for entry in result.document["entries"]
    ]


@pytest.fixture(scope="session")
def phases(changes: ChangeRuns) -> dict[str, dict[str, list[Task]]]:
    """By footprint and phase, what the roles ask of the modules, in their order; mail flow of others does not change that."""
    scenarios = dict(zip(PHASES, ("automatic", "outbound", "rescope", "remove"), strict=True))
    automatic = {phase: _tasks(changes.real(scenario)) for phase, scenario in scenarios.items()}
    changes.practice.reset("small")
    manual = {
        phase: _tasks(changes.play(playbook, **values)) for phase, (playbook, values) in _MANUAL_RUNS.items()
    }
    return {"automatic": automatic, "manual": manual}


class Reads(RunReads):
    """What a run has read, in this process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Response | NotFound] = {}

    def get(self, noun: str, call: str) -> Response | NotFound | None:
        kept = self._kept.get((noun, call))
        return kept if isinstance(kept, NotFound) else deepcopy(kept)

    def put(self, noun: str, call: str, answer: Response | NotFound) -> None:
        self._kept[noun, call] = answer if isinstance(answer, NotFound) else deepcopy(answer)

    def forget(self, *nouns: str) -> None:
        self._kept = {key: answer for key, answer in self._kept.items() if nouns and key[0] not in nouns}


class Play:
    """A phase on a practice tenant without Ansible: its tasks with the gate before the rules, as the roles have it."""

    def __init__(self, practice: Practice, directory: Path) -> None:
        self._practice = practice
        self._directory = str(directory)
        self._run_state, self._reads = RunState(), Reads()
        self.acceptable: list[dict[str, str]] = []
        self.looping: set[str] = set()

    def task(self, module: str, options: Mapping[str, Any]) -> dict[str, Any]:
        env = self._practice.env(way="access_token")
        result = run(module, options, env, diff=False, run_state=self._run_state, reads=self._reads)
        assert not result.get("failed"), (module, options, result["msg"])
        return result

    def attempt(
        self,
        begin: Callable[[], None],
        tasks: Sequence[Task],
        accepted: Sequence[Mapping[str, str]] = (),
        *,
        gated: bool,
    ) -> tuple[set[str], Calls]:
        """Carry a phase out; the findings for which its gate refuses it, and the calls that were made."""
        begin()
        written = len(self._practice.writes())
        self._run_state, self._reads = RunState(), Reads()
        self.task("o365_runbook", {"state": "begun", "directory": self._directory})
        refused: set[str] = set()
        for module, options in tasks:
            if gated and module == _RULE:
                gated, refused = False, self._refused(tasks, accepted)
                if refused:
                    break
            self.task(module, options)
        return refused, self._practice.writes()[written:]

    def _refused(self, tasks: Iterable[Task], accepted: Sequence[Mapping[str, str]]) -> set[str]:
        rules = [options for module, options in tasks if module == _RULE]
        wanted = {"integration": INTEGRATION, "rules": rules, "accepted_findings": list(accepted)}
        check = self.task("o365_mail_flow_check", wanted)
        self.acceptable += [{"finding": one["id"], "object": one["subject"]} for one in refusing(check)]
        self.looping |= {str(one["finding"]) for one in check["classes"] if one["verdict"] == "loop"}
        return {finding for text in refusals(check) for finding in _findings(text)}

    def record(self) -> dict[str, Any]:
        document: dict[str, Any] = self.task("o365_runbook", {"directory": self._directory})["document"]
        return document


def _findings(refusal: str) -> list[str]:
    """The finding that a refusal is about, and those which its remedy clears as well; the whole text where it names none."""
    text, _also, cleared = refusal.partition("This also clears ")
    found = _FINDING.match(text)
    return [found[1] if found else refusal, *_CLEARED.findall(cleared)]


def _rule_calls(calls: Calls) -> Calls:
    return [call for call in calls if "TransportRule" in call["cmdlet"]]


@pytest.mark.parametrize(
    ("name", "footprint"), [(name, footprint) for name, odd in ODD.items() for footprint in odd.footprints]
)
def test_odd_tenant(
    practice: Practice, phases: dict[str, dict[str, list[Task]]], tmp_path: Path, name: str, footprint: str
) -> None:
    odd, play = ODD[name], Play(practice, tmp_path)
    done: Calls = []
    problems: list[str] = []
    accepted = sorted(
        {*odd.unproved, *(finding for findings in odd.refused.values() for finding in findings)}
    )

    def begin() -> None:
        practice.once(f"{name}, {footprint}, {len(done)} calls", make)

    def make() -> None:
        practice.reset("small")
        odd.write(practice)
        replay([Call(call["cmdlet"], call["parameters"]) for call in done], practice)

    begin()
    start = {key: one["verdict"] for key, one in walk(practice).items()}
    for phase in PHASES:
        tasks = [one for one in phases[footprint][phase] if one[0] not in odd.left_out]
        refused, writes = play.attempt(begin, tasks, gated=phase in _GATED)
        required = odd.refused.get(phase, set())
        if not required <= refused <= required | odd.unproved:
            problems.append(f"{phase} is refused for {sorted(refused)}")
        if refused:
            assert _rule_calls(writes) == []
            again, writes = play.attempt(begin, tasks, play.acceptable, gated=True)
            problems += [f"{phase} is refused for {again} all the same"] if not again <= play.looping else []
            if again:
                # A certain loop is accepted by nobody, and what comes after stands on this phase.
                break
        record = play.record()
        problems += [f"{phase}: {text}" for text in both_ways(practice, writes, record, begin, accepted)]
        done += writes
    else:
        begin()
        assert {key: one["verdict"] for key, one in walk(practice).items()} == start
    assert problems == []


@pytest.mark.parametrize("name", HALF)
def test_half_tenant(changes: ChangeRuns, name: str) -> None:
    half, practice = HALF[name], changes.practice

    def begin() -> None:
        practice.reset("small")
        half.write(practice)

    begin()
    result = changes.play(half.playbook, **half.values)
    if half.refused:
        assert result.run.code != 0
        assert half.refused in result.run.text
        assert result.writes == []
        return
    assert result.run.code == 0, result.run.text
    assert {key for key, one in walk(practice).items() if one["verdict"] in ("loop", "lost")} == set()
    if half.back_refused:
        before = len(practice.writes())
        refused = run("o365_undo", {"record": json.dumps(result.document)}, practice.env())
        assert half.back_refused in refused["msg"]
        assert len(practice.writes()) == before
    if half.way_back:
        assert both_ways(practice, result.writes, result.document, begin) == []
    else:
        begin()
        assert list(step_by_step(practice, result.writes).problems()) == []
