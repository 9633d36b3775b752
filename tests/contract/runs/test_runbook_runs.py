# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runbooks do what the run does: the script and the JSON of each scenario."""

from __future__ import annotations

import json

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns
from tests.powershell.replay import carry_out, replay_json

FORMS = {"md", "html", "ps1", "json"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_runbook_does_what_the_run_does(changes: ChangeRuns, scenario: str) -> None:
    preview, real, practice = changes.preview(scenario), changes.real(scenario), changes.practice
    assert set(preview.files) == {*FORMS, "plan"}
    assert set(real.files) == {*FORMS, "record"}
    for files in (preview.files, real.files):
        changes.begin(scenario)
        carry_out(files["ps1"].read_bytes(), practice)
        assert practice.state() == real.state
        changes.begin(scenario)
        replay_json(json.loads(files["json"].read_text()), practice)
        assert practice.state() == real.state
