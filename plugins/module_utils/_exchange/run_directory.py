# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our place in Ansible's private directory of a run, and what killed runs have left there.

Ansible removes its directory when it ends, but not when it is killed. So a run notes there which process it is, and removes
the files of those that are no more: on this machine, in the same directory, of the same user, and nothing that is not ours.
"""

from __future__ import annotations

import json
import os
import platform
import re
from contextlib import suppress
from pathlib import Path

# Ansible's name: a prefix, the number of its process, and eight characters of the standard library's tempfile.
_RUN = re.compile(r"ansible-local-(\d+)[a-z0-9_]{8}")
_OURS = re.compile(r"[0-9a-f]{64}\.(json|lock|ledger)|tmp[a-z0-9_]{8}|owner\.json")
_NAME = "o365"
_OWNER = "owner.json"


def run_directory(directory: Path) -> Path:
    """Our part of the private directory of a run, for its owner only. The first task of a run tidies up. OSError."""
    own = directory / _NAME
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    named = _RUN.fullmatch(directory.name)
    if named:
        with suppress(FileExistsError):
            process = int(named.group(1))
            with (own / _OWNER).open("x") as file:
                json.dump({"process": process, "began": _began(process), "machine": _machine()}, file)
            _remove_leftovers(directory)
    return own


def _remove_leftovers(directory: Path) -> None:
    for run in directory.parent.iterdir():
        with suppress(OSError, ValueError):
            if (
                run != directory
                and _RUN.fullmatch(run.name)
                and _is_private(run)
                and _is_private(run / _NAME)
            ):
                _remove_if_dead(run / _NAME)


def _is_private(path: Path) -> bool:
    """Whether it is a directory of this user's own, and no link to one."""
    return path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid()


def _remove_if_dead(place: Path) -> None:
    owner = json.loads((place / _OWNER).read_text())
    if (
        not isinstance(owner, dict)
        or owner.get("machine") != _machine()
        or not isinstance(owner.get("process"), int)
    ):
        return
    if _began(owner["process"]) == owner.get("began") or not _can_tell():
        return
    # The note of the owner goes last: what is interrupted here goes on in the run after this one.
    for file in sorted(place.iterdir(), key=lambda file: file.name == _OWNER):
        if _OURS.fullmatch(file.name):
            file.unlink()
    place.rmdir()


def _machine() -> str:
    """This machine, as far as numbers of processes mean the same."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{platform.node()} {space}"


def _can_tell() -> bool:
    """Whether this machine shows when its processes began."""
    return _began(os.getpid()) != ""


def _began(process: int) -> str:
    """When a process began, in the system's own count; "" when there is none, or when this cannot be known."""
    try:
        # After the name, which can have anything in it: the state, and as the 20th the time.
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""
