# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflow, job by job as a controller runs it: with changes, without, with a broken tenant, verified and rolled back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.controller.controller_jobs import Controller
from tests.fake_exchange.control import Practice
from tests.tenant_inventory import of_host

_ANSWERS = {"protected_users": "user01\nuser02", "protected_groups": "pilot", "protect_everyone": "false"}
_BACK = "Office 365: Apply the approved roll back"
_FLEET_APPLY = "Office 365: Apply the approved plans of many tenants"
_EMPTY = {"protected_domains": ""}


@pytest.fixture(scope="module")
def service() -> Iterator[Practice]:
    with Practice(tenants=2) as running:
        yield running


def _inventory(service: Practice, **more: dict[str, str]) -> dict[str, Any]:
    names = ("contoso", "fabrikam")
    hosts = {
        name: {**of_host(service, number), "portal_name": name, "portal_region": "us", **more.get(name, {})}
        for number, name in enumerate(names)
    }
    group = {"hosts": list(names), "vars": {"ansible_connection": "local"}}
    return {"office365_tenants": group, "_meta": {"hostvars": hosts}}


@pytest.fixture(params=["newest", "oldest"])
def core(request: pytest.FixtureRequest, service: Practice) -> str:
    for number in range(2):
        service.reset(tenant=number)
        # Names that newer ansible-core reads as something else, or takes for a template, when a controller tags them.
        service.put("TransportRule", {"Name": "*", "Priority": 0}, tenant=number)
        service.put("TransportRule", {"Name": "{{ 7 * 7 }}", "Priority": 1}, tenant=number)
    return str(request.param)


def test_check_approve_apply_verify_and_roll_back(service: Practice, tmp_path: Path, core: str) -> None:
    kept = {"O365_CHANGE_DIRECTORY": str(tmp_path / "changes")}
    controller = Controller(tmp_path, core, _inventory(service), kept)
    preview = controller.launch("monitor_to_inline", check=True, **_ANSWERS, **_EMPTY)
    assert preview.code == 0, preview.text
    assert set(preview.artifacts) == {"avanan_summary", "avanan_plan"}
    # What the approver sees last.
    last = preview.text[preview.text.rindex("Sum up") :]
    for text in preview.artifacts["avanan_summary"].values():
        assert json.loads(text)["text"].partition(": ")[2] in last
        assert json.loads(text)["runbook"] in last
    for summary in map(json.loads, preview.artifacts["avanan_summary"].values()):
        assert "monitor_to_inline, job 1, launched by operator" in Path(summary["runbook"]).read_text()
    assert "approve the plan in the workflow" in last
    assert "without --check" not in last
    waiting = controller.launch("workflow_pending", **preview.artifacts, **_ANSWERS)
    assert waiting.code == 0, waiting.text
    assert [service.writes(number) for number in range(2)] == [[], []]
    applied = controller.launch("apply_plan", **preview.artifacts, **_ANSWERS)
    assert applied.code == 0, applied.text
    for number in range(2):
        assert [call["cmdlet"] for call in service.writes(number)].count("New-TransportRule") == 2
    handed = {**preview.artifacts, **applied.artifacts}
    verified = controller.launch("verify", **handed, **_ANSWERS, verify_phases=["inline"])
    assert verified.code == 0, verified.text
    again = controller.launch("monitor_to_inline", check=True, **_ANSWERS)
    nothing = controller.launch("workflow_pending", **again.artifacts)
    assert nothing.code != 0
    assert "Nothing waits for approval" in nothing.text
    assert controller.launch("workflow_nothing", **again.artifacts).code == 0
    written = [len(service.writes(number)) for number in range(2)]
    unapproved = controller.launch("undo", **handed, **_ANSWERS)
    assert "nothing is written here without an approved plan" in " ".join(unapproved.text.split())
    assert [len(service.writes(number)) for number in range(2)] == written
    way_back = controller.launch("undo", check=True, **handed, **_ANSWERS)
    assert way_back.code == 0, way_back.text
    assert controller.launch("workflow_pending", **{**handed, **way_back.artifacts}).code == 0
    # Where the plan of the roll back is missing, that of the change is not taken for it.
    wrong = controller.launch("apply_plan", template=_BACK, **handed, **_ANSWERS)
    assert wrong.code != 0
    assert [len(service.writes(number)) for number in range(2)] == written
    undone = controller.launch("apply_plan", template=_BACK, **{**handed, **way_back.artifacts}, **_ANSWERS)
    assert undone.code == 0, undone.text
    for number in range(2):
        names = {row["Name"] for row in service.state(number)["TransportRule"]}
        assert {"*", "{{ 7 * 7 }}"} <= names
        assert not any("Protect" in name for name in names)


def test_a_broken_tenant_is_not_taken_for_one_without_changes(
    service: Practice, tmp_path: Path, core: str
) -> None:
    wrong = {"fabrikam": {"o365_client_secret": "not-the-secret-of-this-application"}}
    controller = Controller(tmp_path, core, _inventory(service, **wrong), {})
    preview = controller.launch("monitor_to_inline", check=True, **_ANSWERS)
    assert preview.code != 0
    assert set(preview.artifacts["avanan_summary"]) == {"contoso"}
    assert controller.launch("workflow_pending", **preview.artifacts).code == 0
    unchanged = json.loads(preview.artifacts["avanan_summary"]["contoso"]) | {
        "outcome": "unchanged",
        "pending": 0,
    }
    summaries = {"avanan_summary": {"contoso": json.dumps(unchanged)}}
    assert controller.launch("workflow_pending", **summaries).code != 0
    ended = controller.launch("workflow_nothing", **summaries)
    assert ended.code != 0
    assert "fabrikam" in ended.text
    assert controller.launch("workflow_nothing").code != 0


# What the roles refuse they refuse on the oldest, too, in tests of their own.
@pytest.mark.parametrize("core", ["newest"], indirect=True)
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"protect_everyone": "perhaps"}, "neither true nor false"),
        ({"protected_users": "nobody-of-this-name"}, "nobody-of-this-name"),
        ({}, "Nobody would be protected"),
    ],
)
def test_wrong_answers_end_in_a_sentence(
    service: Practice, tmp_path: Path, core: str, answers: dict[str, str], words: str
) -> None:
    controller = Controller(tmp_path, core, _inventory(service), {})
    job = controller.launch("monitor_to_inline", check=True, limit="contoso", **answers)
    assert job.code != 0
    assert words in " ".join(job.text.split()), job.text


@pytest.mark.parametrize("core", ["newest"], indirect=True)
def test_without_approval_nothing_is_written(service: Practice, tmp_path: Path, core: str) -> None:
    controller = Controller(tmp_path, core, _inventory(service), {})
    job = controller.launch("monitor_to_inline", limit="contoso", **_ANSWERS)
    assert job.code != 0
    assert "nothing is written here without an approved plan" in " ".join(job.text.split())
    assert service.writes(0) == []


def test_many_tenants_by_approved_plans(service: Practice, tmp_path: Path, core: str) -> None:
    controller = Controller(tmp_path, core, _inventory(service), {"O365_CHANGE_DIRECTORY": str(tmp_path)})
    answers = {**_ANSWERS, "change_phases": "monitor\ninline"}
    unapproved = controller.launch("fleet", **answers)
    assert unapproved.code != 0
    assert "nothing is written here without an approved plan" in " ".join(unapproved.text.split())
    preview = controller.launch("fleet", check=True, **answers)
    assert preview.code == 0, preview.text
    assert controller.launch("workflow_pending", **preview.artifacts).code == 0
    assert [service.writes(number) for number in range(2)] == [[], []]
    applied = controller.launch("fleet", template=_FLEET_APPLY, **preview.artifacts, **answers)
    assert applied.code == 0, applied.text
    table = json.loads(applied.artifacts["avanan_fleet"])
    assert table["totals"] == {"changed": 2}
    # Each was verified, with the phases of the survey.
    assert all(row["drift"] == {"critical": 0, "warning": 0, "info": 0} for row in table["tenants"])
    again = controller.launch("fleet", check=True, **answers)
    assert json.loads(again.artifacts["avanan_fleet"])["totals"] == {"unchanged": 2}
