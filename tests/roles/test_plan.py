# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans as Ansible hands them on: as files, variables and artifacts, whose texts are no templates."""

from __future__ import annotations

import json
from pathlib import Path

from tests.change_runs import SCENARIOS, ChangeRuns, artifacts, steps


def test_a_plan_as_a_variable_is_no_template(changes: ChangeRuns, tmp_path: Path) -> None:
    """Ansible takes what comes with -e for templates, and a plan holds the names of foreign rules."""
    practice, trap = changes.practice, tmp_path / "trap"

    def begin() -> None:
        changes.begin("inline")
        practice.put("TransportRule", {"Name": f"{{{{ lookup('pipe', 'touch {trap}') }}}}", "Priority": 0})

    begin()
    preview = changes.play("manual_mode", "--check", **SCENARIOS["inline"].values)
    plan = preview.document
    assert str(trap) in json.dumps(plan)
    for given in (
        {"change_plan": json.dumps(plan)},
        {"change_plan": json.dumps(plan, indent=2)},
    ):
        begin()
        applied = changes.play("apply_plan", **given)
        assert applied.run.code == 0, applied.run.text
        assert applied.writes == steps(plan)
        assert not trap.exists()
    # What the tenant says is no template in the other direction either: that of a record.
    undone = changes.play("undo", change_record_file=str(applied.files["record"]))
    assert undone.run.code == 0, undone.run.text
    assert not trap.exists()


def test_a_variable_that_names_the_artifact_of_another_job(changes: ChangeRuns) -> None:
    artifact = {"localhost": artifacts(changes.preview("inline").run)["plan"]}
    for named in ("{{ avanan_plan[inventory_hostname] }}", "{{ avanan_plan }}"):
        changes.begin("inline")
        applied = changes.play("apply_plan", change_plan=named, avanan_plan=artifact)
        assert applied.run.code == 0, applied.run.text
        assert applied.state == changes.real("inline").state


def test_it_is_refused_in_a_playbook_too(changes: ChangeRuns) -> None:
    preview = changes.preview("inline")
    changes.begin("inline")
    changes.practice.put("TransportRule", {"Name": "Disclaimer", "Priority": 3})
    for name in ("apply_plan", SCENARIOS["inline"].playbook):
        values = SCENARIOS["inline"].values if name != "apply_plan" else {}
        refused = changes.play(name, change_plan_file=str(preview.files["plan"]), **values)
        assert refused.run.code != 0
        assert refused.writes == []
        assert "the order of the mail-flow rules is another" in refused.run.message
        assert "Traceback" not in refused.run.text
