# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One preview and one run of each scenario, shared by the tests of plan, undo and runbook; the tenant put where each begins."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run
from tests.contract.module_run import run as run_module
from tests.fake_exchange.control import Practice
from tests.powershell.replay import replay_json
from tests.scenarios import FULL, run_playbook

FOREIGN_RULES = 20
_PEOPLE: dict[str, Any] = {
    "protected_users": ["user01"],
    "protected_groups": ["pilot"],
    "outbound_users": ["user02"],
    "outbound_groups": ["sales-team"],
}


@dataclass(frozen=True)
class Scenario:
    """A playbook with its variables, on the tenant that the scenarios named in `after` leave."""

    playbook: str
    values: dict[str, Any]
    after: tuple[str, ...] = ()


SCENARIOS: dict[str, Scenario] = {
    "monitor": Scenario("manual_mode", {}),
    "inline": Scenario(
        "manual_mode",
        {
            "manual_mode_inline": True,
            "protected_users": ["user01", "user02"],
            "protected_groups": ["pilot"],
            "protected_domains": ["fabrikam.example"],
        },
    ),
    "automatic": Scenario("manual_mode", {"manual_mode_inline": True, **FULL, **_PEOPLE}),
    "outbound": Scenario("outbound_protection", {**FULL, **_PEOPLE}, ("automatic",)),
    "rescope": Scenario(
        "rescope_inline",
        {**FULL, **_PEOPLE, "protected_users": ["user03"], "protected_domains": ["fabrikam.example"]},
        ("automatic", "outbound"),
    ),
    "remove": Scenario("remove", {**FULL, **_PEOPLE}, ("automatic", "outbound", "rescope")),
}


@dataclass(frozen=True)
class Result:
    """What a run left. state: of the tenant after it; writes: its writing calls; files: by kind."""

    run: Run
    files: dict[str, Path]
    document: dict[str, Any]
    state: dict[str, Any]
    writes: list[dict[str, Any]]


class ChangeRuns:
    """Runs scenarios once on a tenant of its own."""

    def __init__(self, practice: Practice, directory: Path) -> None:
        self.practice = practice
        self._directory = directory
        self.preview = cache(self._preview)
        self.real = cache(self._real)

    def begin(self, scenario: str) -> None:
        """The tenant as the scenario finds it."""
        practice, after = self.practice, SCENARIOS[scenario].after
        documents = [self.preview(earlier).document for earlier in after]

        def make() -> None:
            practice.reset("small", foreign_rules=FOREIGN_RULES)
            practice.put("HostedConnectionFilterPolicy", {"Name": "Default", "IPAllowList": ["192.0.2.10"]})
            for document in documents:
                replay_json(document, practice)

        practice.once(f"after {', '.join(after)}", make)

    def end(self, scenario: str) -> None:
        """The tenant as the scenario leaves it."""
        document = self.preview(scenario).document
        self.begin(scenario)
        replay_json(document, self.practice)

    @contextmanager
    def prepared(self, scenario: str) -> Iterator[Practice]:
        """The tenant as the scenario finds it."""
        self.begin(scenario)
        yield self.practice

    def play(self, playbook: str, *arguments: str, **values: Any) -> Result:
        """Run a playbook on the tenant as it is."""
        directory = Path(tempfile.mkdtemp(dir=self._directory))
        written = len(self.practice.writes())
        run = run_playbook(directory, self.practice, playbook, *arguments, **values)
        files, document = left(run)
        return Result(run, files, document, self.practice.state(), self.practice.writes()[written:])

    def _preview(self, scenario: str) -> Result:
        for earlier in SCENARIOS[scenario].after:
            self.preview(earlier)
        self.begin(scenario)
        wanted = SCENARIOS[scenario]
        result = self.play(wanted.playbook, "--check", **wanted.values)
        assert result.run.code == 0, result.run.text
        assert result.writes == []
        return result

    def _real(self, scenario: str) -> Result:
        self.preview(scenario)
        self.begin(scenario)
        wanted = SCENARIOS[scenario]
        result = self.play(wanted.playbook, **wanted.values)
        assert result.run.code == 0, result.run.text
        return result


@pytest.fixture(scope="session")
def changes(practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> ChangeRuns:
    """The scenarios, each run once."""
    return ChangeRuns(practice, tmp_path_factory.mktemp("changes"))


def refused(practice: Practice, module: str, options: dict[str, Any], *words: str) -> None:
    """Neither check mode nor a run does it; both say why, and nothing is written."""
    written, before = practice.writes(), practice.state()
    for check in (True, False):
        result = run_module(module, options, practice.env(way="access_token"), check=check)
        assert result.get("failed"), result
        for word in words:
            assert word in result["msg"], result["msg"]
        assert (result["changed"], result["plan"], result["done"]) == (False, [], [])
    assert practice.writes() == written
    assert practice.state() == before


def undo(practice: Practice, record: Path | dict[str, Any], *, check: bool = False) -> dict[str, Any]:
    """The result of rolling back a record, or the file of one."""
    return run_module("o365_undo", given_record(record), practice.env(), check=check)


def given_record(record: Path | dict[str, Any]) -> dict[str, Any]:
    """As options of o365_undo."""
    return {"path": str(record)} if isinstance(record, Path) else {"record": json.dumps(record)}


def undone(practice: Practice, record: Path | dict[str, Any]) -> list[dict[str, Any]]:
    """Check mode, a run and a second run; what was called."""
    written = len(practice.writes())
    check = undo(practice, record, check=True)
    assert not check.get("failed"), check["msg"]
    assert len(practice.writes()) == written
    real = undo(practice, record)
    assert not real.get("failed"), real["msg"]
    called = practice.writes()[written:]
    assert check["plan"] == real["plan"] == called
    again = undo(practice, record)
    assert (again.get("changed"), again.get("already_undone")) == (False, True), again
    return called


def left(run: Run) -> tuple[dict[str, Path], dict[str, Any]]:
    """The files that a run wrote last, by kind, and its document as it is on disk."""
    files: dict[str, Path] = {}
    for result in run.results:
        files = {kind: Path(path) for kind, path in result.get("files", {}).items()} or files
    name = files.get("plan") or files.get("record") or files.get("json")
    return files, json.loads(name.read_text()) if name else {}


def artifacts(run: Run, host: str = "localhost") -> dict[str, str]:
    """What a run hands on for a host, by its kind: JSON texts."""
    handed: dict[str, str] = {}
    for result in run.results:
        for part in result.get("results", [result]):
            data = part.get("ansible_stats", {}).get("data", {})
            handed |= {
                name.removeprefix("avanan_"): texts[host] for name, texts in data.items() if host in texts
            }
    return handed


def steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    """All calls of a document in order."""
    return [step for entry in document["entries"] for step in entry["steps"]]


# The last three say in other words what the settings of a rule say.
_TRACES = re.compile(r"When\w+|Guid|ImmutableId|ExternalDirectoryObjectId|Actions|Conditions|Exceptions")


def without_ids(state: dict[str, Any], indent: int | None = 1) -> str:
    """A tenant apart from time stamps and GUIDs; members of groups by name, because what is made anew has another GUID."""
    names = {row["Guid"]: row["Name"] for row in state["Recipient"]}
    shown: dict[str, Any] = {}
    for noun, rows in state.items():
        plain = [
            {key: value for key, value in row.items() if not _TRACES.fullmatch(key)}
            for row in (rows if isinstance(rows, list) else [rows])
        ]
        shown[noun] = (
            plain if noun == "TransportRule" else sorted(plain, key=lambda row: str(row.get("Name")))
        )
    text = json.dumps(shown, sort_keys=True, indent=indent)
    for guid, name in names.items():
        text = text.replace(guid, f"guid of {name}")
    return text
