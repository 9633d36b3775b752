# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents and the files that they stand in: sealed, whole or not there, for their owner only."""

from __future__ import annotations

import json
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change import given_document
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.masking import (
    SecretRegistry,
)
from ansible_collections.avanan.office365.plugins.module_utils._run import documents, private_files
from ansible_collections.avanan.office365.plugins.module_utils._run.run_record import RunRecord
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
TENANT = {"id": "11111111-2222-3333-4444-555555555555", "name": "contoso.example"}


def _entry(name: str, *cmdlets: str) -> dict[str, Any]:
    return {
        "module": "o365_connector",
        "options": {"name": name},
        "reason": "",
        "object": {"noun": "OutboundConnector", "title": "outbound connector", "name": name},
        "before": None,
        "after": {"name": name},
        "order_before": [],
        "order_after": [],
        "steps": [{"cmdlet": cmdlet, "parameters": {"Name": name}} for cmdlet in cmdlets],
        "status": "planned",
        "done": [],
        "error": None,
    }


def _plan(**more: Any) -> dict[str, Any]:
    head = documents.heading("plan", "Title", TENANT, NOW, 1.0)
    return documents.sealed({**documents.assembled(head, [], [_entry("A", "New-X")]), **more})


# ---------------------------------------------------------------------------------------------- plans


def test_a_sealed_plan_survives_being_written_and_read() -> None:
    plan = _plan(remarks=["Zo\u00eb \U0001f600 \ud800", 1.5, None, True])
    content = documents.written(plan)
    assert content.isascii()
    assert documents.read(content, "plan", "it") == plan
    given_document.check_plan(documents.read(content, "plan", "it"), TENANT, NOW, plan["hash"])


def test_order_of_keys_is_nobodys_business() -> None:
    plan = _plan()
    assert documents.digest(dict(reversed(plan.items()))) == plan["hash"]


@pytest.mark.parametrize(
    ("now", "good"),
    [(NOW, True), (NOW.replace(hour=11), True), (NOW.replace(hour=11, second=1), False)],
)
def test_a_plan_expires(now: datetime, good: bool) -> None:
    if good:
        given_document.check_plan(_plan(), TENANT, now, "")
        return
    with pytest.raises(ConfigurationError, match="expired on 2026-11-25T11:00:00Z"):
        given_document.check_plan(_plan(), TENANT, now, "")


@pytest.mark.parametrize(
    "expires", [None, "", "never", "9999", "2999-01-01", 4102444800, "2999-01-01T00:00:00Z\n"]
)
def test_a_time_that_is_none_is_over(expires: Any) -> None:
    with pytest.raises(ConfigurationError, match="expired"):
        given_document.check_plan(_plan(expires=expires), TENANT, NOW, "")


def test_only_plans_expire() -> None:
    assert documents.heading("record", "Title", TENANT, NOW, 1.0)["expires"] is None


def test_all_problems_are_named_at_once() -> None:
    plan = {**_plan(tenant={"id": "other", "name": "fabrikam.example"}), "title": "changed"}
    with pytest.raises(ConfigurationError) as caught:
        given_document.check_plan(plan, TENANT, NOW.replace(year=2027), "sha256:x")
    for words in ("changed after it was made", "sha256:x was approved", "fabrikam.example", "expired"):
        assert words in caught.value.text


def test_what_two_tasks_plan_alike_is_planned_once() -> None:
    """Check mode does not show the second task what the first would do. A record keeps what was done."""
    entries = [_entry("A", "New-X"), _entry("B", "New-X"), _entry("A", "New-X"), _entry("A", "Set-X")]
    for kind, count in (("plan", 3), ("draft", 3), ("record", 4)):
        head = documents.heading(kind, "Title", TENANT, NOW, 1.0)
        assert len(documents.assembled(head, [], entries)["entries"]) == count


@pytest.mark.parametrize("broken", [[], "x", 1, None, {}, {"entries": {}}, {"entries": [], "tenant": "x"}])
def test_what_is_no_document(broken: Any) -> None:
    with pytest.raises(ConfigurationError, match="is not a plan"):
        documents.read(json.dumps(broken), "plan", "it")


@pytest.mark.parametrize(
    "change",
    [
        {"object": "A"},
        {"object": {"noun": "X"}},
        {"options": []},
        {"before": "A"},
        {"after": 1},
        {"order_before": None},
        {"steps": {}},
        {"steps": ["New-X"]},
        {"steps": [{"cmdlet": "New-X"}]},
    ],
)
def test_entries_that_are_none(change: dict[str, Any]) -> None:
    plan = {**_plan(), "entries": [{**_entry("A"), **change}]}
    with pytest.raises(ConfigurationError, match="entry 1 of it is not complete"):
        documents.read(plan, "plan", "it")


# ---------------------------------------------------------------------------------------------- files


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "record.json"
    private_files.write_private(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="No space left on device"):
        private_files.write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["record.json"]


def test_readers_see_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    contents = [bytes([letter]) * 200_000 for letter in b"ab"]
    private_files.write_private(path, contents[0])
    stop = threading.Event()
    seen = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _again in range(20):
        for content in contents:
            private_files.write_private(path, content)
    stop.set()
    reader.join()
    assert seen <= set(contents)


def test_files_are_for_their_owner_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        private_files.write_private(tmp_path / "new" / "deep" / "file", b"x")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in sorted((tmp_path / "new").rglob("*"))]
    assert [oct(mode) for mode in modes] == ["0o700", "0o600"]
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / "record.json").symlink_to(tmp_path / "elsewhere")
    private_files.write_private(tmp_path / "record.json", b"ours")
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"


def test_runs_of_the_same_second_have_folders_of_their_own(tmp_path: Path) -> None:
    def make(_number: int) -> Path:
        return private_files.new_private_directory(tmp_path / "t" / f"run-{count}" for count in range(1, 100))

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(make, range(48)))
    assert len(set(made)) == 48
    assert all(path.is_dir() for path in made)


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ConfigurationError, match=r"cannot be made|is not a directory"):
            private_files.private_directory(path)
        with pytest.raises(ConfigurationError, match=r"cannot be made|is not a directory"):
            private_files.new_private_directory([path / "new"])


# ---------------------------------------------------------------------------------------------- the journal


def _begun(
    tmp_path: Path, ledger: RunState, kind: str, *, check_mode: bool, secrets: tuple[str, ...] = ()
) -> RunRecord:
    journal = RunRecord(ledger, check_mode=check_mode, secrets=SecretRegistry(secrets))
    journal.begin(documents.heading(kind, "Title", TENANT, NOW, 1.0), tmp_path)
    return journal


def test_a_record_is_on_disk_from_the_beginning_and_after_every_step(tmp_path: Path) -> None:
    journal = _begun(tmp_path, RunState(), "record", check_mode=False)
    path = tmp_path / "record.json"
    assert json.loads(path.read_text())["entries"] == []
    journal.enter("one", {**_entry("A", "New-X"), "status": "started"})
    assert [entry["status"] for entry in json.loads(path.read_text())["entries"]] == ["started"]
    journal.enter("two", _entry("B", "New-X"))
    journal.enter("one", {**_entry("A", "New-X"), "status": "done"})
    record = json.loads(path.read_text())
    assert [(entry["object"]["name"], entry["status"]) for entry in record["entries"]] == [
        ("A", "done"),
        ("B", "planned"),
    ]
    assert record["finished"] is None
    journal.finish("2026-11-25T10:00:01Z")
    assert json.loads(path.read_text())["finished"] == "2026-11-25T10:00:01Z"


def test_what_is_planned_and_what_is_done_do_not_mix(tmp_path: Path) -> None:
    ledger = RunState()
    planned = _begun(tmp_path, ledger, "plan", check_mode=True)
    done = _begun(tmp_path, ledger, "record", check_mode=False)
    planned.enter("one", _entry("A", "New-X"))
    done.enter("two", _entry("B", "New-X"))
    for journal, kind, name in ((planned, "plan", "A"), (done, "record", "B")):
        document = journal.document()
        assert (document["kind"], [entry["object"]["name"] for entry in document["entries"]]) == (
            kind,
            [name],
        )


def test_without_a_beginning_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    journal = RunRecord(RunState())
    journal.enter("one", _entry("A", "New-X"))
    journal.finish("2026-11-25T10:00:01Z")
    assert list(tmp_path.iterdir()) == []


def test_secrets_stand_nowhere_whoever_repeats_them(tmp_path: Path) -> None:
    journal = _begun(tmp_path, RunState(), "record", check_mode=False, secrets=("s3cr3t", ""))
    told = {"text": "the service said s3cr3t and s3cr3t", "hint": None, "status": 400}
    journal.enter("one", {**_entry("A", "New-X"), "error": told, "warnings": ["s3cr3t"]})
    journal.note(remarks=["The run ended here: s3cr3t"])
    text = (tmp_path / "record.json").read_text() + json.dumps(journal.finish("x"))
    assert "s3cr3t" not in text
    assert "the service said ******** and ********" in text
