# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Undo: the tenant as it was after every scenario, also half way; and not a step where somebody else was at work since."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns, given_record, refused, steps, undo, undone, without_ids
from tests.contract.module_run import run
from tests.fake_exchange.control import Practice
from tests.powershell.replay import replay_json
from tests.scenarios import OLD

_INLINE = SCENARIOS["inline"]


def _refused(practice: Practice, record: Path | dict[str, Any], *words: str) -> None:
    refused(practice, "o365_undo", given_record(record), *words)


# ---------------------------------------------------------------------------------------------- all the way back


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_everything_is_as_before(changes: ChangeRuns, scenario: str) -> None:
    real, practice = changes.real(scenario), changes.practice
    changes.begin(scenario)
    before = without_ids(practice.state())
    replay_json(changes.preview(scenario).document, practice)
    record = str(real.files["record"])
    preview = changes.play("undo", "--check", change_record_file=record)
    assert preview.run.code == 0, preview.run.text
    assert preview.writes == []
    assert preview.document["kind"] == "plan"
    back = changes.play("undo", change_record_file=record)
    assert back.run.code == 0, back.run.text
    assert back.writes == preview.run.plan == steps(preview.document) != []
    assert without_ids(back.state) == before
    again = undo(practice, Path(record))
    assert (again["changed"], again["already_undone"], again["plan"]) == (False, True, [])
    # The way back has its own record, and so a way back.
    undone(practice, back.files["record"])
    assert without_ids(practice.state()) == without_ids(real.state)
    # Its plan can be approved and applied like any other.
    changes.end(scenario)
    applied = run("o365_plan", {"plan": json.dumps(preview.document)}, practice.env())
    assert not applied.get("failed"), applied
    assert without_ids(practice.state()) == before


def test_newest_first(changes: ChangeRuns) -> None:
    changes.end("inline")
    called = undone(changes.practice, changes.real("inline").files["record"])
    assert [step["cmdlet"] for step in called] == [
        "Remove-TransportRule",
        "Remove-TransportRule",
        "Remove-TransportRule",
        "Remove-OutboundConnector",
        "Remove-InboundConnector",
        "Remove-JournalRule",
        "Set-TransportConfig",
    ]


def test_what_was_made_by_hand_gets_its_own_values_back(changes: ChangeRuns) -> None:
    practice = changes.practice
    practice.reset("small", foreign_rules=3)
    practice.put("TransportConfig", {"JournalingReportNdrTo": "own@archive.example"})
    for noun, row in OLD:
        practice.put(noun, dict(row))
    practice.put("TransportRule", {"Name": "Checkpoint – Protect", "Priority": 4, "Comments": "by hand"})
    before = practice.state()
    values = {"manual_mode_inline": True, "protected_users": ["user01"]}
    more = {"monitor_replace_undeliverable_recipient": True, "inline_connection_filter": True}
    real = changes.play("manual_mode", **values, **more)
    assert real.run.code == 0, real.run.text
    assert without_ids(real.state) != without_ids(before)
    undone(practice, real.files["record"])
    assert without_ids(practice.state()) == without_ids(before)


def test_two_runs_are_taken_back_one_after_the_other(changes: ChangeRuns) -> None:
    """The first only when the second is: it would lose what the second did."""
    practice = changes.practice
    outbound, rescope = changes.real("outbound"), changes.real("rescope")
    changes.begin("outbound")
    before = without_ids(practice.state())
    changes.end("rescope")
    _refused(practice, changes.real("automatic").files["record"], "members of distribution group")
    undone(practice, rescope.files["record"])
    undone(practice, outbound.files["record"])
    assert without_ids(practice.state()) == before


@pytest.mark.parametrize(
    ("scenario", "fault"), [("automatic", {"lag_reads": 2}), ("remove", {"page_size": 3})]
)
def test_a_service_that_is_slow_to_show_changes(
    changes: ChangeRuns, scenario: str, fault: dict[str, Any]
) -> None:
    record = changes.real(scenario).files["record"]
    changes.begin(scenario)
    before = without_ids(changes.practice.state())
    changes.end(scenario)
    changes.practice.faults(**fault)
    result = undo(changes.practice, record)
    changes.practice.faults()
    assert not result.get("failed"), result["msg"]
    assert without_ids(changes.practice.state()) == before


# ---------------------------------------------------------------------------------------------- half way


_REFUSAL = {
    "status": 400,
    "type": "Microsoft.Exchange.Management.Tasks.ValidationException",
    "text": "The practice tenant does not want this.",
}
_SILENCE = {"drop": True, "times": 9}


@pytest.mark.parametrize(
    ("cmdlet", "fault", "calls"),
    [
        ("New-JournalRule", _REFUSAL, 1),
        ("New-InboundConnector", _REFUSAL, 2),
        ("New-OutboundConnector", _REFUSAL, 3),
        ("New-OutboundConnector", _SILENCE, 3),
    ],
)
def test_a_run_that_failed_half_way(
    changes: ChangeRuns, cmdlet: str, fault: dict[str, Any], calls: int
) -> None:
    changes.begin("inline")
    before = without_ids(changes.practice.state())
    changes.practice.faults(fail={"cmdlet": cmdlet, **fault})
    failed = changes.play(_INLINE.playbook, **_INLINE.values)
    changes.practice.faults()
    assert failed.run.code != 0
    record = failed.document
    assert (record["kind"], bool(record["finished"])) == ("record", True)
    accepted = [call for entry in record["entries"] for call in entry["done"]]
    ids = {call["request_id"]: call["cmdlet"] for call in changes.practice.calls() if call["write"]}
    assert len(accepted) == calls
    assert all(ids[call["request_id"]] == call["cmdlet"] for call in accepted)
    last = record["entries"][-1]
    assert (last["status"], last["done"]) == ("failed", [])
    assert last["error"]["cmdlet"] == cmdlet
    assert fault.get("text", "no answer came") in last["error"]["text"]
    for form in ("md", "html", "ps1"):
        assert cmdlet in failed.files[form].read_text("utf-8-sig")
    undone(changes.practice, failed.files["record"])
    assert without_ids(changes.practice.state()) == before


@pytest.mark.parametrize("cmdlet", ["Set-TransportConfig", "New-TransportRule"])
def test_a_lost_answer_is_in_the_record(changes: ChangeRuns, cmdlet: str) -> None:
    changes.begin("inline")
    before = without_ids(changes.practice.state())
    changes.practice.faults(fail={"cmdlet": cmdlet, "drop": True, "applied": True})
    ran = changes.play(_INLINE.playbook, **_INLINE.values)
    changes.practice.faults()
    assert ran.run.code == 0, ran.run.text
    calls = [
        (call["cmdlet"], call["parameters"]) for entry in ran.document["entries"] for call in entry["done"]
    ]
    assert calls == [(call["cmdlet"], call["parameters"]) for call in ran.writes]
    undone(changes.practice, ran.files["record"])
    assert without_ids(changes.practice.state()) == before


@pytest.mark.parametrize("scenario", ["automatic", "remove"])
def test_a_run_that_was_killed_within_an_object(changes: ChangeRuns, scenario: str) -> None:
    """Of two calls on one object the first was made: the record says so, and undo knows both ends of it."""
    preview, real = changes.preview(scenario), changes.real(scenario)
    record = json.loads(real.files["record"].read_text())
    changes.begin(scenario)
    before = without_ids(changes.practice.state())
    made = {"automatic": 1, "remove": 3}[scenario]
    replay_json({"entries": [{"steps": steps(preview.document)[:made]}]}, changes.practice)
    entries, left_to_do = [], made
    for entry in record["entries"]:
        if left_to_do <= 0:
            break
        entry["done"] = entry["done"][:left_to_do]
        if left_to_do < len(entry["steps"]):
            entry["status"] = "started"
        left_to_do -= len(entry["steps"])
        entries.append(entry)
    undone(changes.practice, {**record, "finished": None, "entries": entries})
    assert without_ids(changes.practice.state()) == before


@pytest.mark.parametrize(
    ("scenario", "cmdlet"),
    [
        ("automatic", "Remove-OutboundConnector"),
        ("automatic", "Set-TransportConfig"),
        ("remove", "New-MailContact"),
        ("remove", "New-DistributionGroup"),
        ("remove", "New-TransportRule"),
        ("rescope", "Set-TransportRule"),
    ],
)
def test_an_undo_that_failed_half_way_is_done_again(changes: ChangeRuns, scenario: str, cmdlet: str) -> None:
    record = changes.real(scenario).files["record"]
    changes.begin(scenario)
    before = without_ids(changes.practice.state())
    changes.end(scenario)
    changes.practice.faults(fail={"cmdlet": cmdlet, **_REFUSAL})
    failed = undo(changes.practice, record)
    changes.practice.faults()
    if scenario != "rescope":
        assert failed.get("failed"), failed
        assert len(changes.practice.writes()) > len(steps(changes.preview(scenario).document))
    undone(changes.practice, record) if failed.get("failed") else None
    assert without_ids(changes.practice.state()) == before


# ---------------------------------------------------------------------------------------------- somebody else since


@pytest.mark.parametrize(
    ("scenario", "change", "words"),
    [
        (
            "inline",
            lambda practice: practice.put("TransportRule", {"Name": "Avanan - Protect", "Comments": "mine"}),
            (
                "comments of mail-flow rule \"Avanan - Protect\" was changed by somebody else since: it is 'mine'",
            ),
        ),
        (
            "inline",
            lambda practice: practice.put("TransportRule", {"Name": "Avanan - Protect", "State": "Disabled"}),
            ('enabled of mail-flow rule "Avanan - Protect" was changed by somebody else since: it is False',),
        ),
        (
            "inline",
            lambda practice: practice.put("TransportRule", {"Name": "Avanan - Protect", "Priority": 7}),
            ('mail-flow rule "Avanan - Protect" was moved by somebody else since',),
        ),
        (
            "inline",
            lambda practice: practice.put(
                "OutboundConnector", {"Name": "Avanan Outbound", "SmartHosts": ["other.example"]}
            ),
            ('smart_hosts of outbound connector "Avanan Outbound" was changed', "['other.example']"),
        ),
        (
            "inline",
            lambda practice: practice.put(
                "TransportRule", {"Name": "Avanan - Protect (users)", "SentTo": None}
            ),
            ('conditions.sent_to of mail-flow rule "Avanan - Protect (users)" was changed', "it is None"),
        ),
        (
            "inline",
            lambda practice: practice.put("TransportConfig", {"JournalingReportNdrTo": "b@archive.example"}),
            ("journaling_report_ndr_to of transport configuration was changed", "b@archive.example"),
        ),
        (
            "automatic",
            lambda practice: practice.put(
                "HostedConnectionFilterPolicy", {"Name": "Default", "IPAllowList": ["192.0.2.11"]}
            ),
            ("ip_allow_list of connection filter was changed",),
        ),
        (
            "automatic",
            lambda practice: practice.put("Recipient", {"Name": "avanan_inline_incoming", "Members": []}),
            ('members of distribution group "avanan_inline_incoming" was changed',),
        ),
        (
            "rescope",
            lambda practice: practice.delete("Recipient", "avanan_inline_incoming"),
            ('distribution group "avanan_inline_incoming" was removed by somebody else since',),
        ),
        (
            "remove",
            lambda practice: practice.put("InboundConnector", {"Name": "Avanan Inbound"}),
            ('inbound connector "Avanan Inbound" was created again by somebody else since',),
        ),
    ],
)
def test_what_somebody_else_changed_is_not_lost(
    changes: ChangeRuns, scenario: str, change: Callable[[Practice], Any], words: tuple[str, ...]
) -> None:
    record = changes.real(scenario).files["record"]
    changes.end(scenario)
    change(changes.practice)
    _refused(changes.practice, record, "Nothing was written: ", *words)


def test_every_difference_is_named(changes: ChangeRuns) -> None:
    changes.end("inline")
    practice = changes.practice
    practice.put("TransportRule", {"Name": "Avanan - Protect", "Comments": "mine", "Priority": 9})
    practice.put("JournalRule", {"Name": "Avanan - Monitor", "Recipient": "user01@contoso.example"})
    refused = changes.play("undo", change_record_file=str(changes.real("inline").files["record"]))
    assert refused.run.code != 0
    assert refused.writes == []
    for words in (
        'comments of mail-flow rule "Avanan - Protect"',
        'mail-flow rule "Avanan - Protect" was moved',
        'recipient of journal rule "Avanan - Monitor"',
    ):
        assert words in refused.run.message
    assert "Traceback" not in refused.run.text


def test_what_somebody_else_took_back_already_is_left_alone(changes: ChangeRuns) -> None:
    changes.begin("inline")
    before = without_ids(changes.practice.state())
    changes.end("inline")
    changes.practice.delete("InboundConnector", "Avanan Inbound")
    changes.practice.delete("TransportRule", "Avanan - Protect")
    called = undone(changes.practice, changes.real("inline").files["record"])
    assert len(called) == 5
    assert without_ids(changes.practice.state()) == before


def test_other_objects_may_have_changed_since(changes: ChangeRuns) -> None:
    """Foreign rules that came, went or moved do not keep a change from being taken back, and stay as they are."""
    practice = changes.practice
    changes.end("inline")
    practice.put("TransportRule", {"Name": "Came since"})
    practice.delete("TransportRule", "Block executables")
    practice.put("TransportRule", {"Name": "Department notice 007", "Priority": 5})
    practice.put("OutboundConnector", {"Name": "To partner", "Comment": "changed"})
    names = [row["Name"] for row in practice.state()["TransportRule"]]
    undone(practice, changes.real("inline").files["record"])
    kept = [name for name in names if not name.startswith("Avanan")]
    assert [row["Name"] for row in practice.state()["TransportRule"]] == kept


def test_removed_rules_return_between_their_neighbours(changes: ChangeRuns) -> None:
    practice = changes.practice
    record = changes.real("remove").files["record"]
    changes.begin("remove")
    practice_order = [row["Name"] for row in practice.state()["TransportRule"]]
    changes.end("remove")
    practice.put("TransportRule", {"Name": "Came since", "Priority": 0})
    practice.delete("TransportRule", "Mark external mail")
    undone(practice, record)
    order = [row["Name"] for row in practice.state()["TransportRule"]]
    assert [name for name in order if name != "Came since"] == [
        name for name in practice_order if name != "Mark external mail"
    ]


# ---------------------------------------------------------------------------------------------- records that cannot be used


def test_records_that_cannot_be_used(changes: ChangeRuns, tmp_path: Path) -> None:
    practice = changes.practice
    record = json.loads(changes.real("inline").files["record"].read_text())
    changes.end("inline")
    other = {"id": "00000000-0000-0000-0000-000000000000", "name": "fabrikam"}
    _refused(practice, {**record, "tenant": other}, "was made for the tenant fabrikam / 00000000")
    _refused(practice, changes.preview("inline").document, "is a plan, and a record is needed")
    _refused(practice, {**record, "format": 7}, "has format 7")
    _refused(practice, {**record, "entries": [{}]}, "entry 1 of the record is not complete")
    broken = tmp_path / "record.json"
    broken.write_text(json.dumps(record)[:-20])
    _refused(practice, broken, "is not JSON")
    _refused(practice, tmp_path / "missing.json", "cannot be read")
    nothing = changes.play("undo")
    assert "the record of the run that is to be rolled back as change_record_file" in nothing.run.message


def test_a_run_that_changed_nothing_has_nothing_to_take_back(changes: ChangeRuns) -> None:
    changes.end("monitor")
    ran = changes.play("manual_mode")
    assert (ran.run.code, ran.run.changed, ran.document["entries"]) == (0, 0, []), ran.run.text
    result = undo(changes.practice, ran.files["record"])
    assert (result["changed"], result["already_undone"]) == (False, True)
