# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that has to hold before a change is good: python tools/check.py [step ...].

Standard library only. Steps run two at a time; each prints one line, a failed one also its output. The last line counts
tests and steps: "N passed, N failed".
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import package
from environments import ROOT, make, python

BUILD = package.BUILD
_TESTED = [
    "plugins/module_utils",
    "plugins/plugin_utils",
    "plugins/filter",
    "plugins/action",
    "tests/fake_exchange",
    "tests/mail_flow_oracle",
    "tests/powershell",
    "tools",
]
_FEWEST_SANITY_TESTS = 20
_UNFINISHED = "does not have pip available"
_BOOTSTRAP = """\
import ensurepip, glob, os, sys
sys.path.insert(0, glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl"))[0])
from pip._internal.cli.main import main
sys.exit(main(["install"] + [name for name in sys.argv[1:] if name not in ("--no-setuptools", "--no-wheel")]))
"""


@dataclass
class Outcome:
    """passed and failed: tests of the step; a step that is not a test runner counts as one."""

    passed: int
    failed: int
    output: str


def _run(
    command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None, tool: str = "newest"
) -> tuple[int, str]:
    """Exit code and output of a command, with an environment's tools first in the path."""
    path = f"{python(tool).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "ANSIBLE_COLLECTIONS_PATH": str(package.LINKED), **(env or {})}
    done = subprocess.run(
        command, cwd=cwd, env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


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


def _pytest(tool: str, *paths: str) -> Outcome:
    code, text = _run(["python", "-m", "pytest", *paths], tool=tool)
    counts = {
        word: int(number)
        for number, word in re.findall(
            r"(\d+) (passed|failed|errors?)", text.splitlines()[-1] if text else ""
        )
    }
    failed = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    if code and not failed:
        failed = 1
    return Outcome(counts.get("passed", 0), failed, text)


def tests_newest() -> Outcome:
    return _pytest("newest", "tests")


def tests_oldest() -> Outcome:
    return _pytest("oldest", "tests")


def molecule() -> Outcome:
    """One scenario for each role, on the installed package."""
    with tempfile.TemporaryDirectory(prefix="molecule-") as scratch:
        place = _installed(Path(scratch)) / "ansible_collections" / "avanan" / "office365"
        shutil.copytree(ROOT / "extensions", place / "extensions")
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


def _sanity(tool: str) -> Outcome:
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
        outcome = _step(command, cwd=place, env=env, tool=tool)
        if _UNFINISHED in outcome.output:
            # Installing one of the small environments failed half way, as when a registry does not answer; it is made anew.
            outcome = _step(command, cwd=place, env=env, tool=tool)
    outcome.output = "\n".join(re.findall(r"^(?:ERROR|FATAL|Running).*$", outcome.output, re.MULTILINE))
    ran = outcome.output.count("Running sanity test")
    if ran < _FEWEST_SANITY_TESTS:
        return Outcome(0, 1, f"only {ran} sanity tests ran\n{outcome.output}")
    return outcome


def sanity_newest() -> Outcome:
    return _sanity("newest")


def sanity_oldest() -> Outcome:
    return _sanity("oldest")


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


def changelog() -> Outcome:
    return _step(["antsibull-changelog", "lint"])


STEPS: dict[str, Callable[[], Outcome]] = {
    # The long ones first, so that two lanes end together.
    "tests-newest": tests_newest,
    "sanity-oldest": sanity_oldest,
    "tests-oldest": tests_oldest,
    "sanity-newest": sanity_newest,
    "molecule": molecule,
    "importer": importer,
    "lint": lint,
    "docs": docs,
    "types": types,
    "style": style,
    "fragments": fragments,
    "changelog": changelog,
}


def _timed(name: str) -> Outcome:
    started = time.monotonic()
    try:
        outcome = STEPS[name]()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever goes wrong in a step is that step's failure
        outcome = Outcome(0, 1, f"{type(error).__name__}: {error}")
    verdict = "failed" if outcome.failed else "ok"
    print(
        f"{name:<14} {verdict:<7} {outcome.passed:>4} passed {time.monotonic() - started:6.0f} s", flush=True
    )
    if outcome.failed:
        print(outcome.output, flush=True)
    return outcome


def main() -> int:
    """Run the steps; 1 when one failed."""
    unknown = [name for name in sys.argv[1:] if name not in STEPS]
    if unknown:
        raise SystemExit(f"No step {', '.join(unknown)}; there are {', '.join(STEPS)}.")
    for name in ("newest", "oldest"):
        make(name)
    package.link()
    package.build()
    with ThreadPoolExecutor(2) as lanes:
        outcomes = list(lanes.map(_timed, sys.argv[1:] or STEPS))
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
