# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, watch and disturb a practice tenant from a test. Independent of the collection's own code."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import requests

_ROOT = Path(__file__).resolve().parents[2]


class Practice:
    """A running service. Methods speak of the tenant with the given number, the first by default."""

    def __init__(self, tenants: int = 1, seed: str = "small", foreign_rules: int = 0) -> None:
        self._arguments = ["--tenants", str(tenants), "--seed", seed, "--foreign-rules", str(foreign_rules)]
        self._directory = tempfile.TemporaryDirectory(prefix="practice-tenant-")
        self._process: subprocess.Popen[str] | None = None
        self._environments: dict[str, Any] = {}
        self._session = requests.Session()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the service and wait until it answers."""
        path = Path(self._directory.name) / "environment.json"
        log = Path(self._directory.name) / "log"
        command = [
            sys.executable,
            "-m",
            "tests.fake_exchange",
            "--directory",
            self._directory.name,
            *self._arguments,
        ]
        with log.open("w") as output:
            self._process = subprocess.Popen(command, cwd=_ROOT, stdout=output, stderr=output, text=True)
        while not path.exists():
            if self._process.poll() is not None:
                self.stop()
                raise RuntimeError(f"the practice tenant did not start:\n{log.read_text()}")
            time.sleep(0.05)
        self._environments = json.loads(path.read_text())

    def stop(self) -> None:
        """Stop the service."""
        self._session.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def env(self, tenant: int = 0, way: str = "secret") -> dict[str, str]:
        """The environment for a client: way is secret, certificate, pfx, federated, access_token or managed_identity."""
        return dict(self._environments["tenants"][tenant] if way == "secret" else self._environments[way])

    def guid(self, tenant: int = 0) -> str:
        return self.env(tenant)["O365_TENANT_ID"]

    def _call(self, method: str, path: str, body: Any = None, tenant: int | None = 0) -> Any:
        env = self.env(tenant or 0)
        own = "" if tenant is None else f"/{self.guid(tenant)}"
        answer = self._session.request(
            method,
            f"{env['O365_ENDPOINT']}/_practice{own}/{path}",
            json=body,
            verify=env["O365_CA_PATH"],
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()

    def state(self, tenant: int = 0) -> dict[str, Any]:
        """Every record of the tenant."""
        state: dict[str, Any] = self._call("GET", "state", tenant=tenant)
        return state

    def calls(self, tenant: int = 0) -> list[dict[str, Any]]:
        """Every cmdlet call made, in order."""
        calls: list[dict[str, Any]] = self._call("GET", "calls", tenant=tenant)
        return calls

    def writes(self, tenant: int = 0) -> list[dict[str, Any]]:
        """The writing calls as a plan lists them."""
        return [
            {"cmdlet": call["cmdlet"], "parameters": call["parameters"]}
            for call in self.calls(tenant)
            if call["write"]
        ]

    def counters(self) -> dict[str, int]:
        """Requests, tokens, reads and writes over all tenants."""
        counters: dict[str, int] = self._call("GET", "counters", tenant=None)
        return counters

    def reset(self, seed: str = "small", foreign_rules: int = 0, tenant: int = 0) -> None:
        """Begin again."""
        self._call("POST", "reset", {"seed": seed, "foreign_rules": foreign_rules}, tenant)

    def keep(self, name: str, tenant: int = 0) -> None:
        """Keep the tenant as it is under a name."""
        self._call("PUT", f"kept/{quote(name, safe='')}", tenant=tenant)

    def bring_back(self, name: str, tenant: int = 0) -> bool:
        """The tenant as it was kept under that name, faults and calls included; whether it was."""
        return bool(self._call("POST", f"kept/{quote(name, safe='')}", tenant=tenant))

    def once(self, name: str, make: Callable[[], None], tenant: int = 0) -> None:
        """The tenant as `make` makes it; under the same name it is made once, and brought back from then on."""
        if not self.bring_back(name, tenant):
            make()
            self.keep(name, tenant)

    def faults(self, tenant: int = 0, **faults: Any) -> None:
        """Add faults; without any, take all away."""
        self._call("POST", "faults", faults, tenant)

    def answers(self, *ordered: dict[str, Any], tenant: int = 0) -> None:
        """Order answers in the place of the right ones; see faults.py for what each can be."""
        self.faults(tenant, answers=list(ordered))

    def foreign_host(self, scheme: str = "https") -> str:
        """The address of a host that is not the service, but is trusted as it is."""
        return str(self._environments["sinks"][scheme])

    def taken(self) -> list[str]:
        """All that came to the foreign host since the last look, whole requests as text."""
        got: list[str] = self._call("DELETE", "sink", tenant=None)
        return got

    def put(self, noun: str, record: dict[str, Any], tenant: int = 0) -> None:
        """Write a record past all checks."""
        self._call("PUT", f"objects/{noun}", record, tenant)

    def put_traces(self, *rows: dict[str, Any], tenant: int = 0) -> None:
        """Add rows of message traces; they need Received, SenderAddress, RecipientAddress and FromIP."""
        self._call("PUT", "traces", list(rows), tenant)

    def clear_traces(self, tenant: int = 0) -> None:
        """Forget all rows of message traces, and that any were asked for."""
        self._call("DELETE", "traces", tenant=tenant)

    def delete(self, noun: str, name: str, tenant: int = 0) -> None:
        """Take a record away past all checks."""
        self._call("DELETE", f"objects/{noun}/{name}", tenant=tenant)
