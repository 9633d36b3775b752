# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A practice tenant to play with: python tools/practice.py.

Standard library only. Installs the collection, starts a practice tenant, and writes what a shell needs to use both into a file
that only its owner reads. Runs until Ctrl-C.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import package
from environments import ROOT, make, python
from practice_service import PracticeService

DIRECTORY = package.BUILD / "practice"
SETTINGS = DIRECTORY / "env"


def write_settings(file: Path, environment: dict[str, str], collections: Path = package.INSTALLED) -> None:
    """Shell commands that set variables; readable by the owner only. PATH is put in front of the shell's own."""
    tools = shlex.quote(str(python("newest").parent))
    variables = {
        **environment,
        **package.QUIET,
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_STDOUT_CALLBACK": "avanan.office365.change",
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items())]
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write("\n".join([f'export PATH={tools}:"$PATH"', *lines, ""]))


def main() -> None:
    """Install, start, say how to use it, and wait."""
    make("newest")
    package.install(package.build())
    DIRECTORY.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with PracticeService(directory=DIRECTORY) as service:
            write_settings(SETTINGS, service.environment())
            print("The practice tenant is running; Ctrl-C stops it. In another terminal:\n")
            print(f"    cd {shlex.quote(str(ROOT))}")
            print(f"    source {SETTINGS.relative_to(ROOT)}")
            print(
                "    ansible-playbook avanan.office365.doctor -e portal_name=customer-x -e portal_region=eu\n"
            )
            print("What to do next: docs/tutorial.md", flush=True)
            service.wait()
    except KeyboardInterrupt:
        print("\nThe practice tenant has ended.")
    finally:
        SETTINGS.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
