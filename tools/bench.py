# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the scenarios take: python tools/bench.py [--rounds N].

Standard library only. Absolute times say little on a shared machine, so each scenario stands beside the same number of empty
module tasks and of empty action tasks, measured in the same run. Medians; the figures are also written to build/bench.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import package
from environments import make, python
from practice_service import PracticeService

_PORTAL = {"portal_name": "customer-x", "portal_region": "eu"}
_PILOT = {"protected_groups": ["pilot@contoso.example"]}
_WIDER = {**_PILOT, "protected_users": ["user07@contoso.example"]}
_EMPTY_MODULE = """\
from ansible.module_utils.basic import AnsibleModule
AnsibleModule(argument_spec={}).exit_json(changed=False)
"""
_MANY_TENANTS = 20
_MANY_RULES = 300 - 10


@dataclass
class Figures:
    """Seconds of each round; tasks: how many ran on a host; ours: how many of them were our modules; counts of one round."""

    seconds: list[float] = field(default_factory=list)
    tasks: int = 0
    ours: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


class Bench:
    """Runs playbooks and keeps what they took."""

    def __init__(self, scratch: Path, rounds: int) -> None:
        self._scratch = scratch
        self.rounds = rounds
        (scratch / "library").mkdir()
        (scratch / "library" / "empty_module.py").write_text(_EMPTY_MODULE)

    def _environment(self) -> dict[str, str]:
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith(("O365_", "AZURE_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(package.INSTALLED),
            "ANSIBLE_LIBRARY": str(self._scratch / "library"),
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_NOCOLOR": "1",
        }

    def play(self, playbook: str, env: dict[str, str], *arguments: str) -> tuple[float, str]:
        """Wall seconds and output of one ansible-playbook."""
        command = [str(python("newest").parent / "ansible-playbook"), playbook, *arguments]
        started = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=self._scratch,
            env={**self._environment(), **env},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(f"{done.stdout}{done.stderr}")
        return seconds, done.stdout

    def tasks(self, name: str, task: dict[str, Any], count: int) -> str:
        """A playbook of so many equal tasks."""
        path = self._scratch / f"{name}-{count}.yml"
        tasks = [task] * count
        path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
        return str(path)


def _variables(**values: Any) -> tuple[str, str]:
    return "-e", json.dumps({**_PORTAL, **values})


def _scenario(bench: Bench, service: PracticeService, foreign: int) -> dict[str, Figures]:
    """The way of one tenant through all scenarios, so many times; each step on its own."""
    steps: dict[str, tuple[str, tuple[str, ...]]] = {
        "manual_mode --check": ("manual_mode", (*_variables(), "--check")),
        "manual_mode": ("manual_mode", _variables()),
        "manual_mode, again": ("manual_mode", _variables()),
        "monitor_to_inline": ("monitor_to_inline", _variables(**_PILOT)),
        "rescope_inline": ("rescope_inline", _variables(**_WIDER)),
        "rescope_inline, again": ("rescope_inline", _variables(**_WIDER)),
    }
    figures = {name: Figures() for name in steps}
    for _round in range(bench.rounds):
        service.reset(foreign_rules=foreign)
        for name, (playbook, arguments) in steps.items():
            before, calls = service.counters(), len(service.calls())
            seconds, output = bench.play(f"avanan.office365.{playbook}", service.environment(), *arguments)
            after = service.counters()
            one = figures[name]
            one.seconds.append(seconds)
            one.tasks = output.count("\nTASK [")
            one.ours = sum(output.count(f": {verb} ") for verb in ("Read", "Write", "Set"))
            one.counts = {key: after[key] - before[key] for key in after}
            lists = [call["cmdlet"] for call in service.calls()[calls:] if not call["write"]]
            one.counts["most_lists_of_a_class"] = max(lists.count(cmdlet) for cmdlet in lists)
    return figures


def _floors(bench: Bench, counts: set[int]) -> dict[tuple[str, int], float]:
    """Medians for so many empty tasks: kind and number -> seconds."""
    kinds: dict[str, dict[str, Any]] = {
        "module": {"empty_module": {}},
        "action": {"ansible.builtin.debug": {"msg": ""}},
    }
    floors = {}
    for count in sorted(counts):
        for kind, task in kinds.items():
            playbook = bench.tasks(kind, task, count)
            floors[kind, count] = statistics.median(
                bench.play(playbook, {})[0] for _round in range(bench.rounds)
            )
    return floors


def _one_task(bench: Bench, service: PracticeService) -> dict[str, float]:
    """Seconds a task, beside an empty play, an empty action and an empty module."""
    number = 20
    ours = {"avanan.office365.o365_info": {"gather": ["journal_rules"]}}
    kinds: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
        "ours": (ours, service.environment()),
        "action": ({"ansible.builtin.debug": {"msg": ""}}, {}),
        "module": ({"empty_module": {}}, {}),
    }
    empty = [bench.play(bench.tasks("none", {}, 0), {})[0] for _round in range(bench.rounds)]
    start = statistics.median(empty)
    result = {}
    for kind, (task, env) in kinds.items():
        playbook = bench.tasks(f"one-{kind}", task, number)
        seconds = statistics.median(bench.play(playbook, env)[0] for _round in range(bench.rounds))
        result[kind] = (seconds - start) / number
    return result


def _mail_flow_check(bench: Bench, service: PracticeService) -> dict[str, float]:
    """Seconds of a play that walks messages through a tenant of very many rules, and of an empty play."""
    service.reset(foreign_rules=_MANY_RULES)
    check = {
        "avanan.office365.o365_mail_flow_check": {
            "integration": {"smart_hosts": ["customer-x-host.avanan.net"]}
        }
    }
    kinds: dict[str, dict[str, Any]] = {"check": check, "empty": {"ansible.builtin.debug": {"msg": ""}}}
    return {
        kind: statistics.median(
            bench.play(bench.tasks(f"walk-{kind}", task, 1), service.environment())[0]
            for _round in range(bench.rounds)
        )
        for kind, task in kinds.items()
    }


def _many(bench: Bench) -> dict[str, float]:
    """Twenty tenants at once, monitor mode; and the same number of hosts with as many empty module tasks."""
    with PracticeService(tenants=_MANY_TENANTS) as service:
        inventory = bench._scratch / "tenants.json"
        hosts = {}
        for number in range(_MANY_TENANTS):
            env = service.environment(number)
            variables = {"ansible_connection": "local", "ansible_python_interpreter": str(python("newest"))}
            hosts[f"tenant{number:02}"] = {**variables, "tenant_environment": env}
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
        playbook = bench._scratch / "many.yml"
        play = {
            "hosts": "all",
            "gather_facts": False,
            "environment": "{{ tenant_environment }}",
            "roles": ["avanan.office365.monitor"],
        }
        playbook.write_text(json.dumps([play]))
        empty = bench._scratch / "many-empty.yml"
        # The monitor role runs four of our modules.
        tasks: list[dict[str, Any]] = [{"empty_module": {}}] * 4
        empty.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        more = ("-i", str(inventory), "--forks", "10")
        seconds, _output = bench.play(str(playbook), {}, *more, *_variables())
        again, _output = bench.play(str(playbook), {}, *more, *_variables())
        floor, _output = bench.play(str(empty), {}, *more)
        return {
            "first": seconds,
            "again": again,
            "empty modules": floor,
            "tokens": service.counters()["tokens"],
        }


def _print(title: str, figures: dict[str, Figures], floors: dict[tuple[str, int], float]) -> None:
    print(f"\n{title}")
    head = (
        "scenario",
        "s",
        "tasks",
        "x module",
        "x action",
        "requests",
        "reads",
        "writes",
        "tokens",
        "lists",
    )
    print("{:<24}{:>7}{:>7}{:>10}{:>10}{:>10}{:>7}{:>8}{:>8}{:>7}".format(*head))
    for name, one in figures.items():
        ratios = [one.median / floors[kind, one.tasks] for kind in ("module", "action")]
        counts = [
            one.counts[key] for key in ("requests", "reads", "writes", "tokens", "most_lists_of_a_class")
        ]
        print(
            f"{name:<24}{one.median:>7.2f}{one.tasks:>7}{ratios[0]:>10.2f}{ratios[1]:>10.2f}"
            f"{counts[0]:>10}{counts[1]:>7}{counts[2]:>8}{counts[3]:>8}{counts[4]:>7}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    make("newest")
    package.install(package.build())
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        bench = Bench(Path(scratch), rounds)
        with PracticeService() as service:
            small = _scenario(bench, service, 0)
            large = _scenario(bench, service, _MANY_RULES)
            task = _one_task(bench, service)
            walk = _mail_flow_check(bench, service)
        floors = _floors(bench, {one.tasks for one in (*small.values(), *large.values())})
        many = _many(bench)
    print(
        f"Medians of {rounds} rounds. x module, x action: ratio to as many empty module or action tasks in this run."
    )
    _print("A small tenant", small, floors)
    _print(f"With {_MANY_RULES} more rules", large, floors)
    print("\nOne task of ours, sign-in shared, one call:")
    print(
        f"  {task['ours'] * 1000:.0f} ms; empty action {task['action'] * 1000:.0f} ms; empty module {task['module'] * 1000:.0f} ms"
    )
    print(f"  {task['ours'] / task['module']:.2f} x an empty module")
    print(
        f"\nThe mail-flow check with {_MANY_RULES} more rules: {walk['check']:.2f} s, an empty play {walk['empty']:.2f} s"
    )
    print(f"\n{_MANY_TENANTS} tenants, monitor mode, 10 forks:")
    print(
        f"  first run {many['first']:.1f} s, again {many['again']:.1f} s, as many empty modules {many['empty modules']:.1f} s"
    )
    print(f"  {many['tokens']:.0f} tokens for two runs")
    report = {
        "small": {name: asdict(one) for name, one in small.items()},
        "large": {name: asdict(one) for name, one in large.items()},
        "floors": {f"{kind} {count}": seconds for (kind, count), seconds in floors.items()},
        "task": task,
        "mail-flow check": walk,
        "many": many,
    }
    (package.BUILD / "bench.json").write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
