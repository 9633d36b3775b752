# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""python -m tests.fake_exchange: start a practice tenant and print how to use it."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from .server import make_tenants, serve


def _show(environments: dict[str, Any], directory: Path) -> None:
    """Credentials are in a file that only its owner reads; nothing of them is printed."""
    tenant = environments["tenants"][0]["O365_TENANT_ID"]
    print(f"The practice tenant {tenant} runs until Ctrl-C.", flush=True)
    print(f"How to reach and enter it: {directory / 'environment.json'}", flush=True)


def main() -> None:
    """Read the options, serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fake_exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--directory", type=Path, help="where certificates and environment.json go; default: a temporary one"
    )
    parser.add_argument("--tenants", type=int, default=1)
    parser.add_argument("--seed", choices=("small", "empty"), default="small")
    parser.add_argument("--foreign-rules", type=int, default=0, help="how many rules to add to the seed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="practice-tenant-") as temporary:
        directory = (given.directory or Path(temporary)).resolve()
        tenants = make_tenants(given.tenants)
        show = partial(_show, directory=directory)
        asyncio.run(serve(directory, given.port, tenants, given.seed, given.foreign_rules, show))


if __name__ == "__main__":
    main()
