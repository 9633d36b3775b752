# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that has to hold before a change is good: python tools/check.py [--quick] [step ...].

Standard library only. Steps run side by side, the long ones first; each says when it begins and how it ended, a failed one also
its output. At the end stands where the time went. The last line counts tests and steps: "N passed, N failed".
--quick: only what is over in a minute.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import package
from browser import PROGRAM as BROWSER
from environments import ROOT, make, python

BUILD = package.BUILD
_TESTED = [
    "plugins/module_utils",
    "plugins/plugin_utils",
    "plugins/filter",
    "plugins/action",
    "plugins/callback",
    "tests/fake_exchange",
    "tests/mail_flow_oracle",
    "tests/mail_flow_solver",
    "tests/powershell",
    "tools",
]
# One more than there are processors at least, because a step waits a fifth of its time for the processes that it speaks to.
_LANES = 3
_UNIT, _CONTRACT, _RUNS = ("tests/unit",), ("tests/contract",), ("tests/roles", "tests/playbooks")
_WITHOUT_ENGINE = "tests/contract/runs"
_EVERY_TASK = ("-p", "tests.every_task", *_RUNS)
_FEWEST_SANITY_TESTS = 20
# What a version of ansible-core has no say in: style of the sources, and the changelog.
_OF_SOURCES = ("changelog", "pep8", "pylint", "yamllint")
# What Ansible itself loads, and with it everything that these files import.
_LOADED = tuple(f"plugins/{kind}/" for kind in ("action", "callback", "filter", "modules"))
_UNFINISHED = "does not have pip available"
_BOOTSTRAP = """\
import ensurepip, glob, os, sys
sys.path.insert(0, glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl"))[0])
from pip._internal.cli.main import main
sys.exit(main(["install"] + [name for name in sys.argv[1:] if name not in ("--no-setuptools", "--no-wheel")]))
"""


@dataclass
class Outcome:
    """passed and failed: tests of the step; a step that is not a test runner counts as one. slowest: tests, by seconds.

    missing: why the step was not run.
    """

    passed: int
    failed: int
    output: str
    skipped: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    missing: str = ""


class Spent(threading.local):
    """Processor seconds of what the step of this thread has run."""

    cpu = 0.0


_SPENT = Spent()


def _run(
    command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None, tool: str = "newest"
) -> tuple[int, str]:
    """Exit code and output of a command, with an environment's tools first in the path."""
    path = f"{python(tool).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "ANSIBLE_COLLECTIONS_PATH": str(package.LINKED), **(env or {})}
    # As on a machine of a user: hundreds of processes would otherwise compile the same files.
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile("w+") as output:
        running = subprocess.Popen(
            command, cwd=cwd, env=settings, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        _pid, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        _SPENT.cpu += usage.ru_utime + usage.ru_stime
        output.seek(0)
        return running.returncode, output.read()


def _step(
    *commands: list[str], cwd: Path = ROOT, env: dict[str, str] | None = None, tool: str = "newest"
) -> Outcome:
    output = ""
    for command in commands:
        code, text = _run(command, cwd=cwd, env=env, tool=tool)
        output += text
        if code:
            return Outcome(0, 1, f"$ {' '.join(command)}\n{output}")
    return Outcome(1, 0, output)


def style() -> Outcome:
    return _step(["ruff", "check", "."], ["ruff", "format", "--check", "."])


def types() -> Outcome:
    return _step(["mypy", *_TESTED])


def fragments() -> Outcome:
    return _step(["python", "tools/render_docs.py", "--check"])


def _pytest(tool: str, *arguments: str) -> Outcome:
    code, text = _run(["python", "-m", "pytest", "--durations=15", *arguments], tool=tool)
    last = text.splitlines()[-1] if text else ""
    found = re.findall(r"(\d+) (passed|failed|errors?|skipped)", last)
    counts = {word.rstrip("s") if word.startswith("error") else word: int(number) for number, word in found}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if code and not failed:
        failed = 1
    slowest = re.findall(r"^([\d.]+)s (?:call|setup) +(\S+::.+)$", text, re.MULTILINE)
    return Outcome(
        counts.get("passed", 0),
        failed,
        text,
        counts.get("skipped", 0),
        [(float(seconds), f"{test} ({tool})") for seconds, test in slowest],
    )


def unit() -> Outcome:
    return _pytest("newest", *_UNIT, "-m", "not fuzz")


def quick_unit() -> Outcome:
    return _pytest("newest", *_UNIT, "-m", "not fuzz and not long")


def fuzz() -> Outcome:
    return _pytest("newest", *_UNIT, *_CONTRACT, "-m", "fuzz")


def contract_newest() -> Outcome:
    return _pytest("newest", *_CONTRACT, "-m", "not fuzz", f"--ignore={_WITHOUT_ENGINE}")


def contract_runs() -> Outcome:
    """Whole runs without Ansible's engine."""
    return _pytest("newest", _WITHOUT_ENGINE)


def contract_oldest() -> Outcome:
    """With the unit tests of what stands on the version."""
    return _pytest("oldest", *_CONTRACT, *_UNIT, "-m", "not once and not matrix")


def roles_newest() -> Outcome:
    return _pytest("newest", *_EVERY_TASK, "-m", "(playbook or not matrix) and not once")


def roles_matrix() -> Outcome:
    """What comes of further runs of the same tasks."""
    return _pytest("newest", "tests/roles", "-m", "matrix and not once")


def roles_once() -> Outcome:
    """What no version can change of whole runs: the commands of the guides."""
    return _pytest("newest", *_RUNS, "-m", "once")


def roles_oldest() -> Outcome:
    """Every task of every role and playbook; what comes of whole runs is the same then."""
    return _pytest("oldest", *_EVERY_TASK, "-m", "not once and not matrix")


def controller() -> Outcome:
    """What a controller runs and loads, with its own parts."""
    make("controller")
    return _pytest("controller", "tests/controller")


def pages() -> Outcome:
    """What runs leave for people, in a browser."""
    if not BROWSER:
        return Outcome(
            0, 0, "", skipped=1, missing="there is no Chromium on this machine, so no page was looked at"
        )
    make("pages")
    return _pytest("pages", "tests/pages")


def formats() -> Outcome:
    """Files for other programs, by those programs' own schemas."""
    make("formats")
    return _pytest("formats", "tests/formats")


def molecule() -> Outcome:
    """One scenario for each role, on the installed package."""
    with tempfile.TemporaryDirectory(prefix="molecule-") as scratch:
        place = _installed(Path(scratch)) / "ansible_collections" / "avanan" / "office365"
        shutil.copytree(ROOT / "extensions", place / "extensions", dirs_exist_ok=True)
        env = {
            "ANSIBLE_COLLECTIONS_PATH": scratch,
            "ANSIBLE_HOME": f"{scratch}/home",
            "PRACTICE_ROOT": str(ROOT),
            "PRACTICE_DIRECTORY": f"{scratch}/practice",
        }
        command = ["molecule", "--base-config", "molecule/config.yml", "test", "--all"]
        return _step(command, cwd=place / "extensions", env=env)


def lint() -> Outcome:
    return _step(["ansible-lint", "--offline", "--profile", "production"])


def _installed(where: Path) -> Path:
    return package.install(next((BUILD / "package").glob("*.tar.gz")), where)


def _pip_settings(home: Path) -> None:
    """ansible-test drops environment variables, so pip's settings go into a file of its home."""
    _code, listed = _run([sys.executable, "-m", "pip", "config", "list"])
    lines = dict(re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
    place = home / ".config" / "pip"
    place.mkdir(parents=True, exist_ok=True)
    settings = "".join(f"{key} = {value}\n" for key, value in lines.items())
    (place / "pip.conf").write_text(f"[global]\n{settings}")


def _sanity(tool: str, *skipped: str) -> Outcome:
    """ansible-test on the installed package, outside of any git repository, whose ignored files it would skip."""
    home = BUILD / f"home-{tool}"
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in ("23_1_2", "24_2", "25_2"):
        (cache / f"get_pip_{version}.py").write_text(_BOOTSTRAP)
    _pip_settings(home)
    _code, version = _run(["python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], tool=tool)
    real = Path(os.path.realpath(python(tool))).parent
    env = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(python(tool).parent), str(real), os.environ["PATH"]]),
    }
    with tempfile.TemporaryDirectory(prefix="sanity-") as scratch:
        place = _installed(Path(scratch)) / "ansible_collections" / "avanan" / "office365"
        command = ["ansible-test", "sanity", "--python", version.strip(), "--color", "no"]
        elsewhere = [part for name in (*skipped, "import") for part in ("--skip-test", name)]
        commands = [*command, *elsewhere], [*command, "--test", "import", *_LOADED]
        outcome = _step(*commands, cwd=place, env=env, tool=tool)
        if _UNFINISHED in outcome.output:
            # Installing one of the small environments failed half way, as when a registry does not answer; it is made anew.
            outcome = _step(*commands, cwd=place, env=env, tool=tool)
    outcome.output = "\n".join(re.findall(r"^(?:ERROR|FATAL|Running).*$", outcome.output, re.MULTILINE))
    ran = outcome.output.count("Running sanity test")
    if ran < _FEWEST_SANITY_TESTS:
        return Outcome(0, 1, f"only {ran} sanity tests ran\n{outcome.output}")
    return outcome


def integration() -> Outcome:
    """The targets of ansible-test, on this checkout where ansible-test looks for collections."""
    tool = "newest"
    _code, version = _run(["python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], tool=tool)
    with tempfile.TemporaryDirectory(prefix="integration-") as scratch:
        place = Path(scratch) / "ansible_collections" / "avanan" / "office365"
        package.copy(place)
        env = {"ANSIBLE_COLLECTIONS_PATH": scratch, "HOME": scratch}
        command = ["ansible-test", "integration", "--local", "--python", version.strip(), "--color", "no"]
        return _step(command, cwd=place, env=env, tool=tool)


def sanity_newest() -> Outcome:
    return _sanity("newest")


def sanity_oldest() -> Outcome:
    return _sanity("oldest", *_OF_SOURCES)


def importer() -> Outcome:
    """galaxy-importer exits with 0 whatever it finds, so its log decides."""
    make("importer")
    tarball = next((BUILD / "package").glob("*.tar.gz"))
    config = BUILD / "importer.cfg"
    config.write_text("[galaxy-importer]\nCHECK_REQUIRED_TAGS = True\nRUN_ANSIBLE_LINT = False\n")
    env = {"GALAXY_IMPORTER_CONFIG": str(config), "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "none")}
    code, text = _run(
        ["python", "-m", "galaxy_importer.main", str(tarball)], cwd=BUILD, env=env, tool="importer"
    )
    finished = "Importer processing completed successfully" in text
    bad = code or not finished or re.search(r"^(WARNING|ERROR)", text, re.MULTILINE)
    return Outcome(0, 1, text) if bad else Outcome(1, 0, text)


def docs() -> Outcome:
    command = ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all"]
    return _step([*command, "--disallow-unknown-collection-refs", "."])


def site() -> Outcome:
    """The documentation site, without the network and with warnings as errors."""
    return _step(["python", "tools/docs_site.py"])


def changelog() -> Outcome:
    return _step(["antsibull-changelog", "lint"])


STEPS: dict[str, Callable[[], Outcome]] = {
    # The long ones first, so that the lanes end together.
    "contract-runs": contract_runs,
    "contract-newest": contract_newest,
    "roles-newest": roles_newest,
    "roles-matrix": roles_matrix,
    "roles-once": roles_once,
    "fuzz": fuzz,
    "roles-oldest": roles_oldest,
    "controller": controller,
    "contract-oldest": contract_oldest,
    "unit": unit,
    "sanity-newest": sanity_newest,
    "sanity-oldest": sanity_oldest,
    "molecule": molecule,
    "pages": pages,
    "lint": lint,
    "site": site,
    "docs": docs,
    "importer": importer,
    "integration": integration,
    "formats": formats,
    "types": types,
    "changelog": changelog,
    "style": style,
    "fragments": fragments,
}
QUICK = {"unit": quick_unit, "types": types, "style": style, "fragments": fragments}


class Progress:
    """What is said while steps run, and in the end."""

    def __init__(self, steps: Mapping[str, Callable[[], Outcome]]) -> None:
        self._steps = steps
        self._begun = self._ended = 0
        self._times: list[tuple[str, float, float]] = []
        self._lock = threading.Lock()

    def timed(self, name: str) -> Outcome:
        """Run a step."""
        started, _SPENT.cpu = time.monotonic(), 0.0
        with self._lock:
            self._begun += 1
            print(f"  begins  {name} ({self._begun} of {len(self._steps)})", flush=True)
        try:
            outcome = self._steps[name]()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever goes wrong in a step is that step's failure
            outcome = Outcome(0, 1, f"{type(error).__name__}: {error}")
        self._tell(name, outcome, time.monotonic() - started)
        return outcome

    def _tell(self, name: str, outcome: Outcome, wall: float) -> None:
        with self._lock:
            self._ended += 1
            self._times.append((name, wall, _SPENT.cpu))
            verdict = "FAILED" if outcome.failed else "NOT RUN" if outcome.missing else "ok"
            share = f"{self._ended} of {len(self._steps)}"
            print(
                f"{verdict:>8}  {name:<17} {outcome.passed:>5} passed {wall:6.0f} s   {share} done",
                flush=True,
            )
            if outcome.failed:
                print(outcome.output, flush=True)

    def summary(self, outcomes: Sequence[Outcome]) -> None:
        """Where the time went."""
        print("\nWhere the time went (seconds on the clock, and of the processors):")
        for name, wall, cpu in sorted(self._times, key=lambda row: -row[1]):
            print(f"  {name:<17} {wall:6.0f} {cpu:6.0f}")
        print(f"  {'all':<17} {'':6} {sum(cpu for _name, _wall, cpu in self._times):6.0f}")
        slowest = sorted((test for outcome in outcomes for test in outcome.slowest), reverse=True)[:15]
        if slowest:
            print("The slowest tests:")
        for seconds, test in slowest:
            print(f"  {seconds:6.1f}  {test}")


def main() -> int:
    """Run the steps; 1 when one failed."""
    given = sys.argv[1:]
    unknown = [name for name in given if name not in STEPS and name != "--quick"]
    if unknown:
        raise SystemExit(f"No step {', '.join(unknown)}; there are {', '.join(STEPS)}.")
    with ThreadPoolExecutor(2) as lanes:
        list(lanes.map(make, ("newest",) if given == ["--quick"] else ("newest", "oldest")))
    package.link()
    if given != ["--quick"]:
        package.build()
    steps = QUICK if given == ["--quick"] else {name: STEPS[name] for name in given or STEPS}
    progress = Progress(steps)
    with ThreadPoolExecutor(_LANES) as lanes:
        outcomes = list(lanes.map(progress.timed, steps))
    progress.summary(outcomes)
    failed, skipped = (sum(getattr(outcome, kind) for outcome in outcomes) for kind in ("failed", "skipped"))
    more = f", {skipped} skipped" if skipped else ""
    for name, outcome in zip(steps, outcomes, strict=True):
        if outcome.missing:
            print(f"NOT RUN: {name}: {outcome.missing}.")
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed{more}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
