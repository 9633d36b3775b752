# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual environments of this checkout: the newest and the oldest supported pair of Python and ansible-core.

Standard library only. python tools/environments.py [newest|oldest|importer|site ...] makes what is missing and is quick when
nothing is; without names it makes newest and oldest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv"


@dataclass(frozen=True)
class Environment:
    """pythons: versions to look for, best first; packages: what pip installs; files: requirement files."""

    pythons: tuple[str, ...]
    packages: tuple[str, ...]
    files: tuple[str, ...] = ()


ENVIRONMENTS = {
    # Which ansible-core is the newest depends on the Python that is there.
    "newest": Environment(
        ("3.13", "3.12", "3.11"),
        ("ansible-core>=2.19,<2.22",),
        ("requirements.txt", "tests/requirements.txt", "tests/requirements-dev.txt"),
    ),
    "oldest": Environment(
        ("3.11", "3.12", "3.13"),
        ("ansible-core>=2.16.19,<2.17",),
        ("requirements.txt", "tests/requirements.txt"),
    ),
    # With the modules of awx.awx, which are on no other registry of Python, and what a controller itself runs.
    "controller": Environment(
        ("3.12", "3.13"),
        (
            "ansible>=13,<14",
            "ansible-builder>=3.2,<4",
            "ansible-runner>=2.4,<3",
            "awx-plugins.interfaces==0.0.1a5",
            "jsonschema>=4",
        ),
        ("requirements.txt", "tests/requirements.txt"),
    ),
    # With axe-core, as one of its packages carries it.
    "pages": Environment(
        ("3.13", "3.12", "3.11"),
        ("ansible-core>=2.19,<2.22", "axe-selenium-python==3.0.0"),
        ("requirements.txt", "tests/requirements.txt"),
    ),
    # What describes files for other programs.
    "formats": Environment(
        ("3.12", "3.11", "3.13"),
        ("ansible-navigator>=26.6", "ansible-rulebook>=1.2", "jsonschema>=4"),
        ("requirements.txt", "tests/requirements.txt"),
    ),
    "importer": Environment(
        ("3.12", "3.11", "3.13"), ("galaxy-importer>=0.4.30", "ansible-core>=2.16,<2.20")
    ),
    "site": Environment(
        ("3.13", "3.12", "3.11"),
        ("ansible-core>=2.19,<2.22", "antsibull-docs>=2.17", "furo>=2024.8", "myst-parser>=4", "sphinx>=8"),
    ),
}


def python(name: str) -> Path:
    """The interpreter of an environment."""
    return HOME / name / "bin" / "python"


def _runs(candidate: str | Path, version: str) -> bool:
    probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(candidate), "-c", probe], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def find_python(versions: tuple[str, ...]) -> str:
    """The first of the versions that is on this machine: running this, on the path, or kept by pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in versions:
        kept = sorted(pyenv.glob(f"{version}.*/bin/python3"), reverse=True)
        for candidate in (sys.executable, shutil.which(f"python{version}"), *kept):
            if candidate and _runs(candidate, version):
                return str(candidate)
    raise SystemExit(f"None of Python {', '.join(versions)} is on this machine.")


def _stamp(environment: Environment) -> str:
    parts = [*environment.pythons, *environment.packages]
    parts += [(ROOT / file).read_text() for file in environment.files]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _run(*command: str) -> None:
    # Bytecode once, at installation: every start of Ansible would otherwise compile it again.
    settings = {**os.environ, "UV_COMPILE_BYTECODE": "1"}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, capture_output=True, text=True, env=settings, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def make(name: str) -> Path:
    """Make an environment unless it is there already; its interpreter."""
    environment = ENVIRONMENTS[name]
    stamp = HOME / name / "stamp"
    if stamp.exists() and stamp.read_text() == _stamp(environment) and python(name).exists():
        return python(name)
    interpreter = find_python(environment.pythons)
    print(f"Making the environment {name} with {interpreter} ...", flush=True)
    shutil.rmtree(HOME / name, ignore_errors=True)
    _run(interpreter, "-m", "venv", str(HOME / name))
    files = [part for file in environment.files for part in ("-r", str(ROOT / file))]
    _run(str(python(name)), "-m", "pip", "install", "--quiet", "uv")
    _run(
        str(python(name)),
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        str(python(name)),
        *environment.packages,
        *files,
    )
    stamp.write_text(_stamp(environment))
    return python(name)


def main() -> None:
    """Make the named environments."""
    for name in sys.argv[1:] or ("newest", "oldest"):
        print(f"{name}: {make(name)}")


if __name__ == "__main__":
    main()
