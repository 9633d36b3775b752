# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What many tenants cost: python tools/bench_tenants.py [--tenants N] [--forks N].

Standard library only. The playbook fleet in check mode, five tenants broken in different ways, beside as many empty tasks; in seconds of
processors, since seconds on the clock say little on a shared machine. Ends with an error when the table of tenants is not right.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import package
from environments import make, python
from practice_service import PracticeService

_SECRET = "not-the-secret-of-this-tenant-7301"
_LOCK_DOWN = {
    "Name": "Only from the old gateway",
    "ConnectorType": "Partner",
    "Enabled": True,
    "SenderDomains": ["smtp:*;1"],
    "SenderIPAddresses": ["203.0.113.0/28"],
    "RestrictDomainsToIPAddresses": True,
    "RequireTls": False,
}
_VALUES = {
    "portal_name": "customer-x",
    "portal_region": "us",
    "fleet_phases": ["monitor", "inline"],
    "protected_groups": ["pilot"],
}
_EXPECTED = ("failed", "failed", "failed", "pending", "failed")
"""Of the first five: no permission, expired secret, unreachable, throttled for a while, and unsafe."""


class Used(NamedTuple):
    """cpu: seconds of processors, processes of tasks included. memory: the most of one process, in MB."""

    cpu: float
    memory: int
    output: str


def _play(folder: Path, *arguments: str) -> Used:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(package.UNSET)}
    env = {
        **kept,
        **package.QUIET,
        "ANSIBLE_COLLECTIONS_PATH": str(package.INSTALLED),
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [str(python("newest").parent / "ansible-playbook"), *arguments]
    with (folder / "output").open("w+") as output:
        running = subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=subprocess.STDOUT)
        _pid, _status, usage = os.wait4(running.pid, 0)
        output.seek(0)
        return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, output.read())


def _inventory(service: PracticeService, count: int, folder: Path) -> str:
    hosts: dict[str, dict[str, str]] = {}
    for number in range(count):
        values = {name.lower(): value for name, value in service.environment(number).items()}
        hosts[f"tenant{number:03}"] = {"ansible_connection": "local", **values}
    service.faults(0, missing_role=True)
    service.faults(1, expired_secret=True)
    hosts["tenant002"] |= {"o365_endpoint": "https://localhost:9", "o365_client_secret": _SECRET}
    service.faults(3, throttle=2, retry_after=1)
    service.put(4, "InboundConnector", _LOCK_DOWN)
    file = folder / "tenants.json"
    file.write_text(json.dumps({"office365_tenants": {"hosts": hosts}}))
    return str(file)


def _wrong(folder: Path, service: PracticeService, count: int, text: str) -> list[str]:
    """What is not as it should be in the table and in the files of the tenants."""
    rows: list[dict[str, Any]] = json.loads((folder / "changes" / "tenants.json").read_text())["tenants"]
    expected = [*_EXPECTED, *["pending"] * (count - len(_EXPECTED))]
    wrong = [
        f"{row['host']} is {row['outcome']}, not {outcome}: {row['failure']}"
        for row, outcome in zip(rows, expected, strict=True)
        if row["outcome"] != outcome
    ]
    guids = {service.environment(number)["O365_TENANT_ID"]: number for number in range(count)}
    for number, row in enumerate(rows):
        files = (folder / "changes" / row["runbook"]).parent.iterdir() if row["runbook"] else ()
        said = json.dumps(row) + "".join(file.read_text(errors="replace") for file in files if file.is_file())
        others = {
            guid
            for guid in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", said)
            if guids.get(guid, number) != number
        }
        wrong += [f"{row['host']} says something of tenant {guids[guid]}" for guid in others]
    return wrong + ["a secret is shown"] * (_SECRET in text)


def main() -> None:
    """Measure, look at the table, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tenants", type=int, default=100)
    parser.add_argument("--forks", default="10")
    options = parser.parse_args()
    make("newest")
    package.install(package.build())
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        PracticeService(tenants=options.tenants) as service,
    ):
        folder = Path(name)
        more = ("-i", _inventory(service, options.tenants, folder), "--forks", options.forks)
        values = json.dumps({**_VALUES, "change_directory": str(folder / "changes")})
        ours = _play(folder, "avanan.office365.fleet", "--check", "-e", values, *more)
        (recap,) = re.findall(r"^tenant005 .* ok=(\d+) .* skipped=(\d+)", ours.output, re.MULTILINE)
        done, skipped = map(int, recap)
        task = {"ansible.builtin.debug": {"msg": ""}}
        tasks = [task] * done + [{**task, "when": False}] * skipped
        (folder / "empty.yml").write_text(
            json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}])
        )
        empty = _play(folder, "empty.yml", *more)
        wrong = _wrong(folder, service, options.tenants, ours.output)
        tokens = service.counters()["tokens"]
    print(
        f"{options.tenants} tenants, {options.forks} forks, {done + skipped} tasks each: {ours.cpu / options.tenants:.2f} s of processors"
        f" for each, {ours.cpu / empty.cpu:.2f} x as many empty tasks ({empty.cpu / options.tenants:.2f} s);"
        f" {ours.memory} MB ({empty.memory} MB); {tokens} tokens."
    )
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
