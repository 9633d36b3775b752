# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as a controller runs them: transmitted and processed by its own process, worked on by another; variables tagged, artifacts handed on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_runner import run as runner

from tests.controller.test_controller_data import DATA
from tests.controller_variables import written

ROOT = Path(__file__).resolve().parents[2]
_RUNNER = str(Path(sys.executable).parent / "ansible-runner")
_TEMPLATES = {item["name"]: item for item in DATA["controller_templates"]}
# Of those of one playbook, the first.
_FIRST = {item["playbook"]: item for item in reversed(DATA["controller_templates"])}


@dataclass(frozen=True)
class Job:
    """What became of a job. artifacts: as the next one gets them."""

    code: int
    text: str
    artifacts: dict[str, Any] = field(default_factory=dict)
    hosts: dict[str, Any] = field(default_factory=dict)


class Controller:
    """Launches the job templates of the configuration. core: newest or oldest; env: what credentials and settings inject."""

    def __init__(self, folder: Path, core: str, inventory: dict[str, Any], env: dict[str, str]) -> None:
        self._folder = folder
        self._inventory = inventory
        self._path = f"{ROOT / '.venv' / core / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self._env = {**env, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections")}
        self._jobs = 0

    def launch(
        self, playbook: str, *, check: bool = False, limit: str = "", template: str = "", **values: Any
    ) -> Job:
        """Launch a template of a playbook. values: survey answers, artifacts of the jobs before, variables of the workflow."""
        self._jobs += 1
        place = self._folder / f"job{self._jobs}"
        own = (_TEMPLATES[template] if template else _FIRST[f"playbooks/{playbook}.yml"]).get(
            "extra_vars", {}
        )
        values |= {"awx_job_id": self._jobs, "awx_job_template_name": playbook, "awx_user_name": "operator"}
        data = self._data(place, own, check, limit, values)
        with (place / "sent").open("wb") as sent:
            runner(
                streamer="transmit",
                private_data_dir=str(data),
                playbook=f"playbooks/{playbook}.yml",
                ident="7",
                _output=sent,
            )
        self._work(place)
        with (place / "done").open("rb") as done:
            runner(
                streamer="process",
                private_data_dir=str(place / "out"),
                ident="7",
                quiet=True,
                _input=done,
            )
        return self._job(place / "out" / "artifacts" / "7")

    def _work(self, place: Path) -> None:
        """As the node that executes does. It gets no environment but its own, which would be part of what it writes."""
        (place / "worker").mkdir()
        settings = {"PATH": self._path, "HOME": str(place), "LANG": "C.UTF-8"}
        command = [_RUNNER, "worker", "--private-data-dir", str(place / "worker")]
        with (place / "sent").open("rb") as sent, (place / "done").open("wb") as done:
            subprocess.run(
                command, stdin=sent, stdout=done, stderr=subprocess.DEVNULL, env=settings, check=False
            )

    def _data(
        self, place: Path, own: dict[str, Any], check: bool, limit: str, values: dict[str, Any]
    ) -> Path:
        data = place / "data"
        for name in ("project", "inventory", "env"):
            (data / name).mkdir(parents=True)
        shutil.copytree(ROOT / "playbooks", data / "project" / "playbooks")
        hosts = data / "inventory" / "hosts"
        hosts.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(self._inventory)}\nEND\n")
        hosts.chmod(0o700)
        file = data / "env" / "variables"
        written(file, values, own)
        (data / "env" / "extravars").write_text(file.read_text() or "{}")
        file.unlink()
        (data / "env" / "envvars").write_text(json.dumps(self._env))
        options = " ".join(
            filter(None, ["--check --diff" if check else "", f"--limit {limit}" if limit else ""])
        )
        (data / "env" / "cmdline").write_text(options)
        return data

    def _job(self, place: Path) -> Job:
        events = [json.loads(path.read_text()) for path in (place / "job_events").glob("*.json")]
        stats = next((event["event_data"] for event in events if event["event"] == "playbook_on_stats"), {})
        text = (place / "stdout").read_text()
        return Job(int((place / "rc").read_text()), text, stats.get("artifact_data") or {}, stats)
