# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbooks cost: python tools/bench.py [--rounds N] [--before REVISION].

Standard library only. Absolute times say little on a shared machine, so each playbook stands beside an empty play and beside as many
empty tasks, or beside the same playbook of an earlier revision, measured in turn in the same run. Medians; also in build/bench.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import package
from environments import ROOT, make, python
from practice_service import PracticeService

_PORTAL = {"portal_name": "customer-x", "portal_region": "eu"}
_PILOT = {"protected_groups": ["pilot@contoso.example"]}
_WIDER = {**_PILOT, "protected_users": ["user07@contoso.example"]}
_EMPTY_MODULE = """\
from ansible.module_utils.basic import AnsibleModule
AnsibleModule(argument_spec={}).exit_json(changed=False)
"""
_EMPTY: dict[str, dict[str, Any]] = {
    "action": {"ansible.builtin.debug": {"msg": ""}},
    "module": {"empty_module": {}},
}
_OURS = {"avanan.office365.o365_info": {"gather": ["journal_rules"]}}
_MANY_TASKS = 20
_FOREIGN_RULES = 6
_MANY_RULES = 300 - 10


@dataclass(frozen=True)
class Case:
    """A playbook in check mode on the tenant that `before` leaves; the most tasks and requests that it should take."""

    playbook: str
    values: dict[str, Any] = field(default_factory=dict)
    tasks: int = 0
    requests: int = 0


_STORY: list[Case | tuple[str, dict[str, Any]]] = [
    Case("preview_automated_mode", tasks=30, requests=22),
    Case("manual_mode", tasks=15, requests=9),
    ("manual_mode", {}),
    Case("monitor_to_inline", _PILOT, 18, 16),
    ("monitor_to_inline", _PILOT),
    Case("rescope_inline", _WIDER, 18, 16),
    Case("verify", _PILOT, 25, 20),
    Case("drift", _PILOT, 25, 18),
    Case("remove", tasks=15, requests=12),
]
"""Cases, and between them runs that change the tenant."""


@dataclass
class Figures:
    """Seconds of each round, by what was run; tasks: that ran on the host; requests: of one run."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    tasks: int = 0
    requests: int = 0

    def median(self, kind: str) -> float:
        return statistics.median(self.seconds[kind])

    def ratio(self, kind: str, *, to: str) -> float:
        return self.median(kind) / self.median(to)


class Bench:
    """Runs plays and says which."""

    def __init__(self, scratch: Path, rounds: int, before: Path | None) -> None:
        self._scratch, self._rounds, self._before = scratch, rounds, before
        self._began = time.monotonic()
        (scratch / "library").mkdir()
        (scratch / "library" / "empty_module.py").write_text(_EMPTY_MODULE)

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self._began:5.0f} s  {text}", flush=True)

    def play(
        self, playbook: str, env: dict[str, str], *arguments: str, collections: Path = package.INSTALLED
    ) -> tuple[float, str]:
        """Wall seconds and output of one ansible-playbook; ends everything when it fails."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(package.UNSET)}
        settings = {
            **clean,
            **package.QUIET,
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_LIBRARY": str(self._scratch / "library"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_NOCOLOR": "1",
            **env,
        }
        command = [str(python("newest").parent / "ansible-playbook"), playbook, *arguments]
        started = time.perf_counter()
        done = subprocess.run(
            command, cwd=self._scratch, env=settings, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(f"{done.stdout}{done.stderr}")
        return seconds, done.stdout

    def tasks(self, task: dict[str, Any], count: int, hosts: str = "localhost") -> str:
        """A playbook of so many equal tasks."""
        path = self._scratch / f"{hosts}-{next(iter(task)).rpartition('.')[2]}-{count}.yml"
        path.write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "tasks": [task] * count}]))
        return str(path)

    def in_turn(self, kinds: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
        """Seconds of each kind, round by round, so that what else the machine does meets all alike."""
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _round in range(self._rounds):
            for kind, run in kinds.items():
                seconds[kind].append(run())
        return seconds

    def empty(self, task: dict[str, Any], count: int) -> float:
        return self.play(self.tasks(task, count), {})[0]

    def case(self, service: PracticeService, case: Case) -> Figures:
        """A playbook in check mode, an empty play, and as many empty tasks; and the playbook of the earlier revision."""
        given = ("--check", "-e", json.dumps({**_PORTAL, **case.values}))
        name, env = f"avanan.office365.{case.playbook}", service.environment()
        before = service.counters()["requests"]
        output = self.play(name, env, *given)[1]
        figures = Figures(tasks=output.count("\nTASK ["), requests=service.counters()["requests"] - before)
        kinds: dict[str, Callable[[], float]] = {
            "ours": lambda: self.play(name, env, *given)[0],
            "empty play": lambda: self.empty(_EMPTY["action"], 0),
            "empty actions": lambda: self.empty(_EMPTY["action"], figures.tasks),
            "empty modules": lambda: self.empty(_EMPTY["module"], figures.tasks),
        }
        if earlier := self._before:
            kinds["before"] = lambda: self.play(name, env, *given, collections=earlier)[0]
        figures.seconds = self.in_turn(kinds)
        return figures

    def story(self, service: PracticeService) -> dict[str, Figures]:
        """Every case, each on the tenant as the runs before it left it."""
        figures = {}
        service.reset(foreign_rules=_FOREIGN_RULES)
        for one in _STORY:
            if isinstance(one, Case):
                self.say(f"{one.playbook} in check mode, {self._rounds} rounds")
                figures[one.playbook] = self.case(service, one)
            else:
                playbook, values = one
                given = ("-e", json.dumps({**_PORTAL, **values}))
                self.play(f"avanan.office365.{playbook}", service.environment(), *given)
        return figures

    def many_rules(self, service: PracticeService) -> Figures:
        """The way to inline in check mode, with very many rules of others, beside the same with a few."""
        self.say(f"monitor_to_inline in check mode with {_MANY_RULES} more rules")
        given = ("--check", "-e", json.dumps({**_PORTAL, **_PILOT, "inline_inbound_connector": True}))
        seconds: dict[str, list[float]] = {}
        for kind, rules in (("few", _FOREIGN_RULES), ("many", _MANY_RULES)):
            service.reset(foreign_rules=rules)
            playbook, env = "avanan.office365.monitor_to_inline", service.environment()
            seconds[kind] = [self.play(playbook, env, *given)[0] for _round in range(self._rounds)]
        return Figures(seconds)

    def one_task(self, service: PracticeService) -> Figures:
        """Seconds of a task of ours, of an empty action and of an empty module."""
        self.say(f"{_MANY_TASKS} tasks of one module of ours, and empty ones")
        env = service.environment()
        kinds: dict[str, Callable[[], float]] = {
            "ours": lambda: self.play(self.tasks(_OURS, _MANY_TASKS), env)[0],
            "action": lambda: self.empty(_EMPTY["action"], _MANY_TASKS),
            "module": lambda: self.empty(_EMPTY["module"], _MANY_TASKS),
            "none": lambda: self.empty(_EMPTY["action"], 0),
        }
        return Figures(self.in_turn(kinds))


def _earlier(revision: str, scratch: Path) -> Path:
    """A collections path with the collection as it was at a revision."""
    place = scratch / "earlier" / "ansible_collections" / "avanan" / "office365"
    place.mkdir(parents=True)
    packed = scratch / "earlier.tar"
    subprocess.run(["git", "archive", "--output", str(packed), revision], cwd=ROOT, check=True)
    with tarfile.open(packed) as archive:
        archive.extractall(place, filter="data")
    return scratch / "earlier"


def _table(rows: dict[str, Figures], *, before: bool) -> None:
    goals = {case.playbook: case for case in _STORY if isinstance(case, Case)}
    heads = ("tasks", "(goal)", "requests", "(goal)", "s", "x empty", "x actions", "x modules")
    print(
        f"\n{'playbook, check mode':<24}" + "".join(f"{head:>11}" for head in heads) + "   x before" * before
    )
    for name, one in rows.items():
        ratios = [one.ratio("ours", to=kind) for kind in ("empty play", "empty actions", "empty modules")]
        if before:
            ratios.append(one.ratio("ours", to="before"))
        counts = (one.tasks, goals[name].tasks, one.requests, goals[name].requests)
        print(
            f"{name:<24}"
            + "".join(f"{count:>11}" for count in counts)
            + f"{one.median('ours'):>11.2f}"
            + "".join(f"{ratio:>11.2f}" for ratio in ratios)
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each thing is measured")
    parser.add_argument("--before", metavar="REVISION", help="measure the playbooks of this revision, too")
    options = parser.parse_args()
    make("newest")
    package.install(package.build())
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        earlier = _earlier(options.before, scratch) if options.before else None
        bench = Bench(scratch, options.rounds, earlier)
        with PracticeService() as service:
            story = bench.story(service)
            rules = bench.many_rules(service)
            task = bench.one_task(service)
        print(f"\nMedians of {options.rounds} rounds; x: ratio to what was measured beside it.")
        _table(story, before=bool(earlier))
    each = {
        kind: (task.median(kind) - task.median("none")) / _MANY_TASKS for kind in ("ours", "action", "module")
    }
    print(
        f"\nOne task of ours with one call: {each['ours'] * 1000:.0f} ms,"
        f" {each['ours'] / each['module']:.2f} x an empty module, {each['ours'] / each['action']:.2f} x an empty action."
        f"\nThe way to inline with {_MANY_RULES} rules of others: {rules.median('many'):.2f} s,"
        f" {rules.ratio('many', to='few'):.2f} x that with {_FOREIGN_RULES}."
    )
    report = {
        "story": {name: asdict(one) for name, one in story.items()},
        "many rules": asdict(rules),
        "one task": asdict(task),
    }
    (package.BUILD / "bench.json").write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
