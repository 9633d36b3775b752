# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs leave: runbooks that do what the run does, drafts without any access, and files for their owner alone."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, play, variables
from tests.change_runs import ChangeRuns, artifacts, left, steps
from tests.fake_exchange.control import Practice
from tests.powershell.replay import carry_out, json_calls, replay, replay_json
from tests.scenarios import FULL, PORTAL, run_playbook

FORMS = {"md", "html", "ps1", "json"}
HOSTILE = [
    "'; Remove-TransportRule *; '",
    "\u2018; Remove-TransportRule * \u2019\u201a\u201b",
    '"; Remove-TransportRule * \u201c\u201d\u201e',
    "<script>alert(1)</script><!-- ]]> -->",
    "$(Remove-TransportRule *) ${x} `n `",
    "one\nRemove-TransportRule *\r\ntwo\u2028three",
    "\u202emoc.live\u202c \u2066x\u2069 \u200b",
    "# <# #> @' | **x** [y](javascript:z) & ; \u2013Force \u2014Confirm:$false",
    "``` ~~~ | a | b |\n# heading",
    "Zo\u00eb \u0411\u0412 \U0001f600 \x1b[2J",
]


def _lines(text: str) -> str:
    """Without control characters, which are refused before the network."""
    return re.sub(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", " ", text)


def _line(text: str) -> str:
    """On one line, where the service has one."""
    return re.sub(r"[\r\n\u2028\u2029]+", " ", _lines(text)).strip()


def _hostile_name(text: str) -> str:
    return _line(text)[:60].strip()


def _hostile_tasks(position: str) -> list[dict[str, Any]]:
    """Rules and connectors with names, comments and texts that mean something elsewhere."""
    tasks: list[dict[str, Any]] = [{"avanan.office365.o365_runbook": {"state": "begun", "title": HOSTILE[3]}}]
    for number, text in enumerate(HOSTILE):
        lines, line, name = _lines(text), _line(text), _hostile_name(text)
        connector = {
            "direction": "outbound",
            "name": f"C{number} {name}"[:64].strip(),
            "comment": lines,
            "reason": text,
            "recipient_domains": [f"d{number}.example"],
        }
        rule = {
            "name": name,
            "comments": lines,
            "reason": text,
            "position": position,
            "conditions": {"subject_contains_words": [line, "x"], "from_scope": "NotInOrganization"},
            "actions": {"prepend_subject": line, "set_header_name": "X-Y", "set_header_value": line},
        }
        tasks += [
            {"avanan.office365.o365_connector": connector},
            {"avanan.office365.o365_mail_flow_rule": rule},
        ]
    tasks.append({"avanan.office365.o365_runbook": {"remarks": HOSTILE, "findings": HOSTILE}})
    return tasks


def _prepare_hostile(practice: Practice) -> None:
    """Foreign rules of the same kind, and every second of the tasks' rules with other settings."""
    practice.reset("small")
    for number, text in enumerate(HOSTILE):
        practice.put("TransportRule", {"Name": f"F{number} {text}", "Comments": text})
        name = _hostile_name(text)
        if number % 2:
            row = {"FromScope": "InOrganization", "Comments": f"old {text}", "PrependSubject": f"old {text}"}
            practice.put("TransportRule", {"Name": name, **row})
    practice.put("TransportRule", {"Name": "{{ lookup('pipe', 'touch pwned') }}", "Comments": "{% x %}"})


def test_hostile_texts_break_out_of_nothing(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    _prepare_hostile(practice)
    preview = play(tmp_path, _hostile_tasks("first"), practice.env(), "--check")
    assert preview.code == 0, preview.text
    assert practice.writes() == []
    files, plan = left(preview)
    real = play(tmp_path, _hostile_tasks("first"), practice.env())
    assert real.code == 0, real.text
    expected, done = practice.state(), practice.writes()
    assert steps(plan) == done != []
    names = [row["Name"] for row in expected["TransportRule"]]
    assert len(names) == len(set(names)) > 2 * len(HOSTILE)
    _prepare_hostile(practice)
    carry_out(files["ps1"].read_bytes(), practice)
    assert practice.state() == expected
    _prepare_hostile(practice)
    replay_json(json.loads(files["json"].read_text()), practice)
    assert practice.state() == expected
    _prepare_hostile(practice)
    applied = run_playbook(tmp_path, practice, "apply_plan", change_plan_file=str(files["plan"]))
    assert applied.code == 0, applied.text
    assert practice.state() == expected
    page = files["html"].read_text()
    assert "<script>alert" not in page
    assert "javascript:z" not in page.replace("[y](javascript:z)", "")
    for form in ("html", "md", "ps1"):
        text = files[form].read_text("utf-8-sig")
        assert not set(text) & set("\u202e\u202c\u2066\u2069\u200b\x1b\u2028")
    # The names of the tenant are never taken for templates.
    assert not list(tmp_path.rglob("pwned"))


# ---------------------------------------------------------------------------------------------- drafts


_DRAFTS: dict[str, dict[str, Any]] = {
    "monitor": {},
    "inline": {"manual_mode_inline": True, "protected_users": ["user01@contoso.example"]},
    "automatic": {
        **FULL,
        "portal_group_owners": ["user09@contoso.example"],
        "manual_mode_inline": True,
        "protected_users": ["user01@contoso.example"],
        "protected_groups": ["pilot@contoso.example"],
        "protected_domains": ["fabrikam.example"],
    },
}


@pytest.mark.parametrize("scenario", _DRAFTS)
def test_a_draft_without_any_access(changes: ChangeRuns, tmp_path: Path, scenario: str) -> None:
    nowhere = {"O365_ENDPOINT": "https://127.0.0.1:9", "O365_AUTHORITY": "https://127.0.0.1:9"}
    wanted = variables(**PORTAL, **_DRAFTS[scenario])
    draft = play(tmp_path, "avanan.office365.draft_without_access", nowhere, *wanted)
    assert draft.code == 0, draft.text
    files, document = left(draft)
    assert set(files) == FORMS
    assert (document["kind"], document["tenant"]) == ("draft", {"id": "", "name": ""})
    assert document["expires"] is None
    assert "hash" not in document
    for form in FORMS - {"json"}:
        assert "without looking at the tenant" in files[form].read_text("utf-8-sig")
    practice = changes.practice
    practice.reset("empty")
    real = run_playbook(tmp_path, practice, "manual_mode", **_DRAFTS[scenario])
    assert real.code == 0, real.text
    expected = practice.state()
    practice.reset("empty")
    carry_out(files["ps1"].read_bytes(), practice)
    assert practice.state() == expected
    practice.reset("empty")
    replay(json_calls(json.loads(files["json"].read_text())), practice)
    assert practice.state() == expected


def test_without_access_nothing_but_a_draft_is_made(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    practice.reset()
    env = {**practice.env(), "O365_OFFLINE": "true"}
    refused = play(tmp_path, "avanan.office365.manual_mode", env, *variables(**PORTAL))
    assert refused.code != 0
    assert "offline makes drafts only" in refused.message
    assert not (tmp_path / "o365-changes").exists()
    draft = play(tmp_path, "avanan.office365.draft_without_access", practice.env(), *variables(**PORTAL))
    assert draft.code == 0, draft.text
    assert practice.counters() == dict.fromkeys(practice.counters(), 0)


# ---------------------------------------------------------------------------------------------- files


CANARY = "canary-7f3a9c51d2"


def _texts(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): path.read_bytes().decode("utf-8", "replace")
        for path in directory.rglob("*")
        if path.is_file()
    }


def _private(directory: Path) -> None:
    """Files for their owner alone, in directories for their owner alone, and nothing half written among them."""
    for path in (directory, *directory.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
        assert not path.name.startswith("."), path


def test_only_the_owner_can_read_what_runs_leave(changes: ChangeRuns, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        changes.practice.reset()
        for check in (("--check",), ()):
            run = run_playbook(tmp_path, changes.practice, "manual_mode", *check)
            assert run.code == 0, run.text
    finally:
        os.umask(before)
    _private(tmp_path / "o365-changes")
    names = sorted(path.name for path in (tmp_path / "o365-changes").rglob("*.*") if path.is_file())
    assert names == sorted(
        [*[f"runbook.{form}" for form in FORMS] * 2, "plan.json", "record.json", "index.html", "index.html"]
    )


def test_no_credential_is_in_any_file(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    practice.reset()
    env = practice.env()
    wrong = {**env, "O365_CLIENT_SECRET": CANARY}
    pfx = practice.env(way="pfx")
    token = practice.env(way="access_token")
    told = {"type": "System.Exception", "status": 400}
    for settings, secrets in (
        (wrong, [CANARY]),
        (env, [env["O365_CLIENT_SECRET"]]),
        (pfx, [pfx["O365_CERTIFICATE_PASSWORD"]]),
        (token, [token["O365_ACCESS_TOKEN"]]),
    ):
        practice.reset()
        # A service that repeats what it was sent.
        practice.faults(fail={"cmdlet": "New-InboundConnector", "text": f"no {secrets[0]} no", **told})
        play(tmp_path, "avanan.office365.manual_mode", settings, *variables(**PORTAL))
        texts = _texts(tmp_path)
        assert [name for name, text in texts.items() for secret in secrets if secret in text] == []
    assert any(name.endswith("record.json") for name in texts)


def test_a_directory_that_cannot_be_written_ends_the_run_first(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    practice.reset()
    (tmp_path / "taken").write_text("a file")
    for directory in (tmp_path / "taken", tmp_path / "taken" / "below"):
        run = run_playbook(tmp_path, practice, "manual_mode", change_directory=str(directory))
        assert run.code != 0
        assert str(tmp_path / "taken") in run.message
        assert "Traceback" not in run.text
    assert practice.writes() == []


def test_tenants_and_hosts_of_one_run_do_not_mix(tmp_path: Path) -> None:
    with Practice(tenants=2) as service:
        hosts = {
            f"host{number}": {
                "tenant_environment": service.env(number % 2),
                "wanted": f"host{number}.example",
            }
            for number in range(4)
        }
        inventory = tmp_path / "hosts.json"
        inventory.write_text(json.dumps({"tenants": {"hosts": hosts}}))
        connector = {
            "direction": "outbound",
            "name": "To {{ wanted }}",
            "recipient_domains": ["{{ wanted }}"],
        }
        content = {
            "hosts": "tenants",
            "connection": "local",
            "gather_facts": False,
            "environment": "{{ tenant_environment }}",
            "tasks": [
                {"avanan.office365.o365_runbook": {"state": "begun", "title": "Same title"}},
                {"avanan.office365.o365_connector": connector},
                {"avanan.office365.o365_runbook": {}},
            ],
        }
        playbook = tmp_path / "hosts.yml"
        playbook.write_text(json.dumps([content]))
        run = play(tmp_path, str(playbook), {}, "-i", str(inventory), "--forks", "4")
        assert run.code == 0, run.text
        written = [result["files"]["record"] for result in run.results if "files" in result]
        assert len(set(written)) == 4
        names = []
        for path in written:
            record = json.loads(Path(path).read_text())
            (entry,) = record["entries"]
            names.append(entry["object"]["name"])
            number = int(names[-1].removeprefix("To host").removesuffix(".example")) % 2
            assert record["tenant"]["id"] == service.guid(number)
            assert path.split("/")[-3] == service.env(number)["O365_TENANT_ID"]
        assert sorted(names) == [f"To host{number}.example" for number in range(4)]


# ---------------------------------------------------------------------------------------------- plays of one's own


def _own(*tasks: dict[str, Any]) -> list[dict[str, Any]]:
    return [{f"avanan.office365.{name}": options for name, options in task.items()} for task in tasks]


_CONNECTOR = {
    "direction": "outbound",
    "name": "Own",
    "recipient_domains": ["own.example"],
    "reason": "Asked for.",
}


def test_modules_alone_leave_nothing_on_disk(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    practice.reset()
    rule = {"name": "Own rule", "position": "first", "actions": {"prepend_subject": "[x] "}}
    tasks = _own({"o365_connector": _CONNECTOR}, {"o365_mail_flow_rule": rule})
    for check in (("--check",), ()):
        run = play(tmp_path, tasks, practice.env(), *check)
        assert (run.code, run.changed) == (0, 2), run.text
    assert practice.writes() == run.plan
    assert {path.name for path in tmp_path.iterdir()} <= {"play.yml", "results.json", "ansible"}
    assert [path for path in (tmp_path / "ansible").rglob("*") if path.is_file()] == []


def test_plan_and_record_in_one_run_are_two(changes: ChangeRuns, tmp_path: Path) -> None:
    """A play may look before it does."""
    practice = changes.practice
    practice.reset()
    begun, written = {"o365_runbook": {"state": "begun"}}, {"o365_runbook": {}}
    tasks = _own(begun, {"o365_connector": _CONNECTOR}, written)
    looks = [{**task, "check_mode": True} for task in tasks]
    run = play(tmp_path, [*looks, *tasks], practice.env())
    assert run.code == 0, run.text
    plan, record = [json.loads(path.read_text()) for path in _documents(run)]
    assert (plan["kind"], record["kind"]) == ("plan", "record")
    assert steps(plan) == steps(record) == practice.writes()
    assert record["entries"][0]["reason"] == "Asked for."


def _documents(run: Run) -> list[Path]:
    files = [result["files"] for result in run.results if "files" in result]
    return [Path(one.get("plan") or one["record"]) for one in files]


def test_an_object_that_two_tasks_make_is_made_once(changes: ChangeRuns, tmp_path: Path) -> None:
    """Check mode does not show the second task what the first would do; the plan still is what a run does."""
    practice = changes.practice
    practice.reset()
    values = {**PORTAL, "protect_everyone": True}
    tasks = [
        {"ansible.builtin.include_role": {"name": f"avanan.office365.{role}"}}
        for role in ("monitor", "inline")
    ]
    preview = play(tmp_path, tasks, practice.env(), "--check", *variables(**values))
    assert preview.code == 0, preview.text
    files, plan = left(preview)
    applied = run_playbook(tmp_path, practice, "apply_plan", change_plan_file=str(files["plan"]))
    assert applied.code == 0, applied.text
    expected = practice.state()
    assert practice.writes() == steps(plan)
    practice.reset()
    real = play(tmp_path, tasks, practice.env(), *variables(**values))
    assert real.code == 0, real.text
    assert practice.state() == expected


def test_records_are_made_where_ansible_runs_only(changes: ChangeRuns, tmp_path: Path) -> None:
    tasks = _own({"o365_runbook": {"directory": str(tmp_path / "made")}})
    tasks[0]["become"] = True
    run = play(tmp_path, tasks, changes.practice.env())
    assert run.code != 0
    assert "on the machine that runs Ansible only" in run.message
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("trouble", ["page", "sibling"])
def test_pages_that_cannot_be_written_cost_no_run_anything(
    tmp_path: Path, tenant: Practice, trouble: str
) -> None:
    changes = tmp_path / "o365-changes"
    if trouble == "page":
        (changes / "index.html").mkdir(parents=True)
    else:
        (changes / "other").mkdir(parents=True)
        (changes / "other" / "index.html").write_bytes(b"<title>\xff\xfe</title>" + b"\xff" * 100_000)
    run = run_playbook(tmp_path, tenant, "manual_mode")
    assert run.code == 0, run.text
    assert set(artifacts(run)) == {"summary", "record"}
    assert len(tenant.writes()) > 0
    assert ("could not be brought up to date" in run.text) == (trouble == "page")
