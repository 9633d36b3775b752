# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A practice tenant as a child process, for the tools. Standard library only."""

from __future__ import annotations

import json
import ssl
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

from environments import ROOT, python


class PracticeService:
    """Start with `with`; tenants are numbered from 0. directory: where its certificates go, by default a temporary one."""

    def __init__(self, *, tenants: int = 1, foreign_rules: int = 0, directory: Path | None = None) -> None:
        self._arguments = ["--tenants", str(tenants), "--foreign-rules", str(foreign_rules)]
        self._temporary = tempfile.TemporaryDirectory(prefix="practice-tenant-")
        self._directory = directory or Path(self._temporary.name)
        self._environments: dict[str, Any] = {}

    def __enter__(self) -> Self:
        path = self._directory
        (path / "environment.json").unlink(missing_ok=True)
        command = [
            str(python("newest")),
            "-m",
            "tests.fake_exchange",
            "--directory",
            str(path),
            *self._arguments,
        ]
        with (path / "log").open("w") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        while not (path / "environment.json").exists():
            if self._process.poll() is not None:
                raise SystemExit(f"The practice tenant did not start:\n{(path / 'log').read_text()}")
            time.sleep(0.05)
        self._environments = json.loads((path / "environment.json").read_text())
        return self

    def __exit__(self, *_exc: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._temporary.cleanup()

    def wait(self) -> None:
        """Until somebody stops it."""
        self._process.wait()

    def environment(self, tenant: int = 0) -> dict[str, str]:
        """What a client needs to reach and enter a tenant."""
        return dict(self._environments["tenants"][tenant])

    def _get(self, path: str, body: Any = None, method: str | None = None) -> Any:
        first = self.environment()
        context = ssl.create_default_context(cafile=first["O365_CA_PATH"])
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{first['O365_ENDPOINT']}/_practice/{path}", data=data, method=method
        )
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return json.loads(answer.read())

    def faults(self, tenant: int, **faults: Any) -> None:
        """Add faults to a tenant."""
        self._get(f"{self.environment(tenant)['O365_TENANT_ID']}/faults", faults)

    def put(self, tenant: int, noun: str, record: dict[str, Any]) -> None:
        """Put an object into a tenant."""
        self._get(f"{self.environment(tenant)['O365_TENANT_ID']}/objects/{noun}", record, "PUT")

    def calls(self, tenant: int = 0) -> list[dict[str, Any]]:
        """Every cmdlet call in order."""
        calls: list[dict[str, Any]] = self._get(f"{self.environment(tenant)['O365_TENANT_ID']}/calls")
        return calls

    def counters(self) -> dict[str, int]:
        """Requests, tokens, reads and writes over all tenants."""
        counters: dict[str, int] = self._get("counters")
        return counters

    def reset(self, *, tenant: int = 0, foreign_rules: int = 0) -> None:
        """Begin again."""
        body = {"seed": "small", "foreign_rules": foreign_rules}
        self._get(f"{self.environment(tenant)['O365_TENANT_ID']}/reset", body)
