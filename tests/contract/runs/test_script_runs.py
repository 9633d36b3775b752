# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The script of a runbook on a tenant that is fresh, half done, done, changed or another one; there and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns, steps, without_ids
from tests.powershell.interpreter import Call
from tests.powershell.program import ScriptError, Session, run
from tests.powershell.replay import Refused, TenantHost, refusal


def _script(changes: ChangeRuns, scenario: str) -> bytes:
    return changes.preview(scenario).files["ps1"].read_bytes()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_there_and_back_and_each_once(changes: ChangeRuns, scenario: str) -> None:
    script, practice = _script(changes, scenario), changes.practice
    changes.begin(scenario)
    before, host = without_ids(practice.state()), TenantHost(practice)
    planned = steps(changes.preview(scenario).document)
    said = run(script, "5.1", host, Session(what_if=True))
    assert host.writes == []
    assert sum(line.startswith("What if: ") for line in said) == len(planned)
    run(script, "7", host, Session())
    assert [call.cmdlet for call in host.writes] == [step["cmdlet"] for step in planned]
    assert practice.state() == changes.real(scenario).state
    again = run(script, "5.1", host, Session())
    assert len(host.writes) == len(planned)
    assert sum(line.startswith("Done already: ") for line in again) == len(planned)
    run(script, "7", host, Session(undo=True))
    assert without_ids(practice.state()) == before
    undone = len(host.writes)
    run(script, "5.1", host, Session(undo=True))
    assert len(host.writes) == undone


@pytest.mark.parametrize("place", range(4))
def test_a_script_that_ended_half_way_goes_on(changes: ChangeRuns, place: int) -> None:
    script, practice = _script(changes, "inline"), changes.practice
    changes.begin("inline")
    broken = TenantHost(practice)
    broken.refuse = lambda call: len(broken.writes) == place
    with pytest.raises(Refused):
        run(script, "7", broken, Session())
    assert len(broken.writes) == place
    host = TenantHost(practice)
    said = run(script, "7", host, Session())
    assert sum(line.startswith("Done already: ") for line in said) == place
    assert practice.state() == changes.real("inline").state


def test_a_declined_step_ends_the_script(changes: ChangeRuns) -> None:
    script, practice = _script(changes, "inline"), changes.practice
    changes.begin("inline")
    host = TenantHost(practice)
    said = run(script, "7", host, Session(confirm=lambda question: "JournalRule" not in question))
    assert [call.cmdlet for call in host.writes] == ["Set-TransportConfig"]
    assert said[-1] == "Stopped before: New-JournalRule, journal rule: Avanan - Monitor"


@pytest.mark.parametrize("signed_in", [(1,), (0, 1)])
@pytest.mark.parametrize("undo", [False, True])
def test_a_session_in_another_tenant(changes: ChangeRuns, signed_in: tuple[int, ...], undo: bool) -> None:
    script, practice = _script(changes, "monitor"), changes.practice
    changes.begin("monitor")

    class Elsewhere(TenantHost):
        """Some of the sessions are in a tenant of somebody else."""

        def call(self, call: Call) -> list[dict[str, object]]:
            if call.cmdlet == "Get-ConnectionInformation":
                ids = {0: practice.guid(), 1: "11111111-2222-4333-8444-555555555555"}
                return [{"State": "Connected", "TenantID": ids[one]} for one in signed_in]
            return super().call(call)

    host = Elsewhere(practice)
    said = refusal(script, host, undo=undo)
    assert "a session is in the tenant 11111111-2222-4333-8444-555555555555" in said
    assert host.writes == []


def test_no_session(changes: ChangeRuns) -> None:
    host = TenantHost(changes.practice, signed_in=())
    assert "there is no session" in refusal(_script(changes, "monitor"), host)


def test_an_expired_plan(changes: ChangeRuns) -> None:
    script = _script(changes, "monitor")
    changes.begin("monitor")
    host = TenantHost(changes.practice)
    assert "this plan expired on" in refusal(script, host, now=datetime(2099, 1, 1, tzinfo=UTC))
    assert host.writes == []


def test_a_tenant_that_was_changed_since(changes: ChangeRuns) -> None:
    script, practice = _script(changes, "inline"), changes.practice
    edits = [
        (
            "Set-TransportConfig",
            {"JournalingReportNdrTo": "other@elsewhere.example"},
            "JournalingReportNdrTo is",
        ),
        (
            "New-InboundConnector",
            {"Name": "Avanan Inbound", "ConnectorType": "Partner", "SenderDomains": ["x.example"]},
            "inbound connector: Avanan Inbound exists already",
        ),
        ("New-TransportRule", {"Name": "Somebody's", "PrependSubject": "x"}, "the other mail-flow rules are"),
        (
            "Remove-TransportRule",
            {"Identity": "Disclaimer", "Confirm": False},
            "the other mail-flow rules are",
        ),
        ("Set-TransportRule", {"Identity": "Disclaimer", "Priority": 0}, "the other mail-flow rules are"),
    ]
    for cmdlet, parameters, words in edits:
        changes.begin("inline")
        TenantHost(practice).call(Call(cmdlet, dict(parameters)))
        host = TenantHost(practice)
        assert words in refusal(script, host), cmdlet
        assert host.writes == []


def test_what_somebody_added_since_is_not_rolled_back(changes: ChangeRuns) -> None:
    script, practice = _script(changes, "inline"), changes.practice
    changes.begin("inline")
    run(script, "7", TenantHost(practice), Session())
    edit = Call("Set-TransportRule", {"Identity": "Avanan - Protect", "ExceptIfSubjectContainsWords": ["x"]})
    TenantHost(practice).call(edit)
    host = TenantHost(practice)
    assert "ExceptIfSubjectContainsWords is [x] and was []" in refusal(script, host, undo=True)
    assert host.writes == []


def test_a_call_that_shows_no_effect_stops_the_script(changes: ChangeRuns) -> None:
    """A service that says yes and does nothing."""
    script = _script(changes, "monitor")
    changes.begin("monitor")

    class Idle(TenantHost):
        def call(self, call: Call) -> list[dict[str, object]]:
            return super().call(call) if call.cmdlet.startswith("Get-") else []

    with pytest.raises(ScriptError, match="does not show the change"):
        run(script, "7", Idle(changes.practice), Session())
