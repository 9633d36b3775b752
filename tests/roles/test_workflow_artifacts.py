# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one job of a workflow hands on, and the next one takes as a controller gives it: JSON texts, every one of them tagged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns, Result, artifacts, refused, steps
from tests.controller_variables import written

_SUMMARY = {
    "format": int,
    "host": str,
    "tenant": dict,
    "title": str,
    "kind": str,
    "outcome": str,
    "pending": int,
    "counts": dict,
    "verdict": str,
    "verdict_before": str,
    "mode": str,
    "protection": dict,
    "findings": int,
    "hash": str,
    "expires": str,
    "runbook": str,
    "text": str,
}
_LONGEST = 20_000


def _summary(result: Result) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(artifacts(result.run)["summary"])
    assert {key: type(value) for key, value in summary.items()} == _SUMMARY
    assert len(json.dumps(summary)) < 2000
    assert "\n" not in summary["text"]
    return summary


def _next(changes: ChangeRuns, playbook: str, result: Result, folder: Path) -> Result:
    """The next job, which gets all that the one before has handed on."""
    handed = {f"avanan_{kind}": {"localhost": text} for kind, text in artifacts(result.run).items()}
    return changes.play(playbook, *written(folder / "variables.yml", handed))


def test_check_apply_and_undo_from_artifacts(changes: ChangeRuns, tmp_path: Path) -> None:
    practice, trap = changes.practice, tmp_path / "trap"
    changes.begin("inline")
    before = practice.state()["TransportRule"]
    for name in ("*", f"{{{{ lookup('pipe', 'touch {trap}') }}}}"):
        practice.put("TransportRule", {"Name": name, "Priority": 0})
    preview = changes.play("manual_mode", "--check", **SCENARIOS["inline"].values)
    planned = _summary(preview)
    assert (planned["kind"], planned["outcome"], planned["host"]) == ("plan", "pending", "localhost")
    assert planned["pending"] == len(preview.document["entries"]) > 0
    assert planned["hash"] == preview.document["hash"]
    assert planned["counts"]["created"] > 0
    assert planned["verdict"] == "safe"
    assert planned["protection"]["enters"] > 0
    applied = _next(changes, "apply_plan", preview, tmp_path)
    assert applied.run.code == 0, applied.run.text
    assert applied.writes == steps(preview.document)
    done = _summary(applied)
    assert (done["kind"], done["outcome"], done["pending"]) == ("record", "changed", 0)
    undone = _next(changes, "undo", applied, tmp_path)
    assert undone.run.code == 0, undone.run.text
    assert len(practice.state()["TransportRule"]) == len(before) + 2
    assert not trap.exists()
    nothing = _next(changes, "undo", applied, tmp_path)
    assert (_summary(nothing)["outcome"], nothing.writes) == ("unchanged", [])


@pytest.mark.matrix
def test_nothing_changes(changes: ChangeRuns) -> None:
    changes.end("monitor")
    summary = _summary(changes.play("manual_mode", "--check"))
    assert (summary["outcome"], summary["pending"]) == ("unchanged", 0)
    assert "no change" in summary["text"].lower() or "nothing" in summary["text"].lower()


@pytest.mark.matrix
def test_what_may_not_be_applied_waits_for_nobody(changes: ChangeRuns) -> None:
    changes.begin("monitor")
    summary = _summary(changes.play("preview_automated_mode", **SCENARIOS["automatic"].values))
    assert summary["pending"] == 0


@pytest.mark.matrix
def test_many_rules_of_others_stay_within_the_limit(changes: ChangeRuns) -> None:
    """The service takes 300 rules; the practice tenant has some already."""
    changes.practice.reset("small", foreign_rules=280)
    preview = changes.play("manual_mode", "--check", **SCENARIOS["inline"].values)
    assert preview.run.code == 0, preview.run.text
    text = artifacts(preview.run)["plan"]
    assert json.loads(text)["encoding"] == "zlib+base64"
    assert len(text) < _LONGEST


@pytest.mark.matrix
def test_a_file_instead_of_its_text(changes: ChangeRuns, tmp_path: Path) -> None:
    """What is too long for an artifact is referred to by its file, which must be the same still."""
    preview = changes.preview("inline")
    changes.begin("inline")
    content = preview.files["plan"].read_bytes()
    copy = tmp_path / "plan.json"
    copy.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    about = {"artifact": "plan", "format": 1, "host": "localhost", "encoding": "file", "path": str(copy)}
    text = json.dumps({**about, "digest": f"sha256:{digest}"})
    applied = changes.play("apply_plan", change_plan=text)
    assert applied.writes == steps(preview.document)
    copy.write_bytes(content + b" ")
    changed = changes.play("apply_plan", change_plan=text)
    assert "it was changed since" in changed.run.message


@pytest.mark.parametrize("kind", ["plan", "record"])
def test_dictionaries_of_older_versions_are_refused(changes: ChangeRuns, kind: str, tmp_path: Path) -> None:
    result = changes.preview("inline") if kind == "plan" else changes.real("inline")
    playbook = "apply_plan" if kind == "plan" else "undo"
    changes.begin("inline")
    document = json.loads(json.dumps(result.document).replace('"*"', '"all"'))
    for given in ({f"avanan_{kind}": {"localhost": document}}, {f"change_{kind}": document}):
        run = changes.play(playbook, **given)
        assert f"_{kind} is not JSON text" in run.run.message
        assert run.writes == []
    refused(changes.practice, f"o365_{playbook.removeprefix('apply_')}", {kind: document}, "is not JSON text")


def test_another_host_is_named(changes: ChangeRuns) -> None:
    text = artifacts(changes.preview("inline").run)["plan"].replace('"localhost"', '"contoso"')
    changes.begin("inline")
    run = changes.play("apply_plan", avanan_plan={"contoso": text})
    assert "avanan_plan has nothing for the host localhost; it is of contoso" in run.run.message
