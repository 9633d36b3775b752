# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as Ansible finds it: a link to this checkout, or what a user gets from the built package.

Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from environments import ROOT, python

BUILD = ROOT / "build"
LINKED = BUILD / "collections"
INSTALLED = BUILD / "installed"
QUIET = {"ANSIBLE_LOCALHOST_WARNING": "False", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False"}
"""Settings for playbooks on this machine alone, which need no inventory."""
UNSET = ("O365_", "AZURE_", "ANSIBLE_", "PYTHONDONTWRITEBYTECODE")
"""How variables begin that a measured playbook does not get: it is to run as on a machine of a user, where Python keeps what it compiles."""
_NOT_COPIED = shutil.ignore_patterns(
    ".*cache", ".ansible", ".git", ".hypothesis", ".venv", "__pycache__", "build"
)
LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?(?=\))")
"""Links of a page to other files of the repository: path and anchor."""


def link() -> Path:
    """A collections path whose avanan.office365 is this checkout."""
    place = LINKED / "ansible_collections" / "avanan" / "office365"
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_symlink():
        place.symlink_to(ROOT)
    return LINKED


def home() -> str:
    """Where the project lives, as galaxy.yml says."""
    found = re.search(r"^repository: (\S+)$", (ROOT / "galaxy.yml").read_text(), re.MULTILINE)
    if not found:
        raise SystemExit("galaxy.yml names no repository.")
    return found[1]


def with_absolute_links(text: str, repository: str) -> str:
    """A page of the top folder for readers elsewhere, as on Galaxy: its links lead to the repository."""

    def absolute(found: re.Match[str]) -> str:
        kind = "raw" if found[1].endswith(".png") else "blob"
        return f"{repository}/{kind}/main/{found[0]}"

    return LINK.sub(absolute, text)


def copy(place: Path) -> None:
    """A copy of this checkout, without what is made in it."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT, place, symlinks=True, ignore=_NOT_COPIED)


def build() -> Path:
    """The package of this checkout."""
    target, stage = BUILD / "package", BUILD / "stage"
    shutil.rmtree(target, ignore_errors=True)
    copy(stage)
    readme = stage / "README.md"
    readme.write_text(with_absolute_links(readme.read_text(), home()))
    galaxy = python("newest").parent / "ansible-galaxy"
    _quietly(str(galaxy), "collection", "build", "--force", "--output-path", str(target), str(stage))
    shutil.rmtree(stage)
    return next(target.glob("*.tar.gz"))


def install(package: Path, where: Path = INSTALLED) -> Path:
    """A collections path with the installed package; the collection's own folder is below it."""
    shutil.rmtree(where, ignore_errors=True)
    galaxy = python("newest").parent / "ansible-galaxy"
    _quietly(str(galaxy), "collection", "install", "--offline", "--force", "-p", str(where), str(package))
    return where


def _quietly(*command: str) -> None:
    settings = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "none")}
    done = subprocess.run(command, capture_output=True, text=True, env=settings, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
