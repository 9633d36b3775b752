# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verify playbook with the real ansible-playbook: reading back, and evidence of the way of mail, with and without a wait."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import PORTAL, run_playbook

OUTSIDE, VENDOR = "203.0.113.9", "35.174.145.124"
USER01, USER02 = "user01@contoso.example", "user02@contoso.example"
SCOPE: dict[str, Any] = {"protected_users": ["user01"]}
# Where only the mail matters.
QUICK: dict[str, Any] = {"verify_phases": ["monitor"]}


@pytest.fixture(scope="module")
def inline(practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A tenant in which user01 is protected."""
    practice.reset()
    run = run_playbook(
        tmp_path_factory.mktemp("inline"), practice, "manual_mode", manual_mode_inline=True, **SCOPE
    )
    assert run.code == 0, run.text
    return practice


def _seen(user: str, minutes: float, ip: str, message: str, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    return {
        "Received": at.strftime("%Y-%m-%dT%H:%M:%S.0000000Z"),
        "SenderAddress": "bob@partner.example",
        "RecipientAddress": user,
        "FromIP": ip,
        "MessageId": message,
        **more,
    }


def _there_and_back(user: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return _seen(user, 60, OUTSIDE, "<1@x>", **more), _seen(user, 59.8, VENDOR, "<1@x>", **more)


def _verify(tmp_path: Path, tenant: Practice, **values: Any) -> Run:
    """A run that has written nothing."""
    before = len(tenant.writes())
    run = run_playbook(tmp_path, tenant, "verify", **{**SCOPE, **values})
    assert len(tenant.writes()) == before
    return run


def _told(run: Run) -> dict[str, Any]:
    """The artifact."""
    shown = [
        result["ansible_stats"]["data"]["avanan_verify"]
        for result in run.results
        if "avanan_verify" in result.get("ansible_stats", {}).get("data", {})
    ]
    return dict(json.loads(shown[-1]["localhost"]))


def _verdicts(run: Run) -> dict[str, str]:
    return {finding["user"]: finding["verdict"] for finding in _told(run)["users"]}


def _looks(run: Run) -> int:
    return sum(result["task"].endswith("Look at the message traces") for result in run.results)


def _traces(tenant: Practice, *rows: dict[str, Any]) -> None:
    tenant.faults()
    tenant.clear_traces()
    tenant.put_traces(*rows)


@pytest.mark.matrix
def test_reading_back_alone(tmp_path: Path, inline: Practice) -> None:
    _traces(inline)
    run = _verify(tmp_path, inline)
    assert run.code == 0, run.text
    assert "No drift" in run.text
    assert _told(run) == {"critical": [], "mail_flow": "safe", "users": [], "problems": []}
    assert _looks(run) == 0


def test_users_who_are_inline(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, *_there_and_back(USER01))
    run = _verify(tmp_path, inline, verify_users="user01")
    assert run.code == 0, run.text
    assert _verdicts(run) == {USER01: "inline"}
    assert (
        "seen twice: first from outside (203.0.113.9), then from the vendor's address 35.174.145.124"
        in run.text
    )
    assert "evidence, not proof" in run.text


def test_a_user_who_is_not_makes_the_run_fail_unless_told_otherwise(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, *_there_and_back(USER01), _seen(USER02, 50, OUTSIDE, "<2@x>"))
    # A user of whom all is known is not waited for.
    users = {"verify_users": ["user01", USER02], "verify_wait_minutes": 5}
    run = _verify(tmp_path, inline, **QUICK, **users)
    assert run.code != 0
    assert f"Not as it should be: {USER02}: mail of this user does not go through the vendor" in run.message
    assert _verdicts(run) == {USER01: "inline", USER02: "direct"}


def test_it_waits_and_shows_for_whom_and_how_long(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, *_there_and_back(USER01, AppearsAfter=2))
    run = _verify(tmp_path, inline, verify_users=["user01"], verify_wait_minutes=2, verify_interval_seconds=2)
    assert run.code == 0, run.text
    assert _verdicts(run) == {USER01: "inline"}
    assert _looks(run) == 3
    waits = re.findall(r"Waiting for mail from outside to (\S+): ([\d.]+) of at most 2 minutes", run.text)
    assert [user for user, _passed in waits] == [USER01, USER01]


@pytest.mark.matrix
def test_the_wait_ends_and_nothing_seen_is_no_failure_unless_wanted(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, _seen(USER01, 60, OUTSIDE, "<3@x>", SenderAddress="user03@contoso.example"))
    # Long enough for the first look of a machine that is busy.
    wait = {"verify_users": ["user01"], "verify_wait_minutes": 0.2, "verify_interval_seconds": 12}
    run = _verify(tmp_path, inline, **QUICK, **wait)
    assert run.code == 0, run.text
    assert _verdicts(run) == {USER01: "nothing_seen"}
    assert _looks(run) == 2
    # What came during the last wait counts.
    names = [result["task"].rpartition(" : ")[2] for result in run.results]
    assert names[::-1].index("Look at the message traces") < names[::-1].index("Wait")
    assert "only 1 of the organization itself" in run.text


@pytest.mark.matrix
def test_mail_from_before_the_change_says_nothing(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, _seen(USER01, 50, OUTSIDE, "<4@x>"))
    since = datetime.now(UTC) - timedelta(minutes=40)
    strict = {
        "verify_users": ["user01"],
        "verify_since": since.isoformat(),
        "verify_fail": "drift,nothing_seen",
    }
    run = _verify(tmp_path, inline, **QUICK, **strict)
    assert run.code != 0
    assert _verdicts(run) == {USER01: "nothing_seen"}
    rule = {"Name": "Avanan - Protect", "WhenChanged": (since - timedelta(minutes=15)).isoformat()}
    kept = next(row for row in inline.state()["TransportRule"] if row["Name"] == rule["Name"])
    inline.put("TransportRule", rule)
    run = _verify(tmp_path, inline, **QUICK, verify_users=["user01"])
    inline.put("TransportRule", {"Name": rule["Name"], "WhenChanged": kept["WhenChanged"]})
    assert _verdicts(run) == {USER01: "unclear"}
    assert "after the change, which may not have acted yet" in run.text


def test_traces_that_cannot_be_read_fail_the_run_and_nothing_else_is_lost(
    tmp_path: Path, inline: Practice
) -> None:
    _traces(inline)
    inline.faults(denied_cmdlets=["Get-MessageTraceV2"])
    run = _verify(tmp_path, inline, verify_users=["user01"], verify_fail=[], verify_wait_minutes=5)
    inline.faults()
    assert run.code != 0
    assert "the message traces were not read: Get-MessageTraceV2 failed" in run.message
    told = _told(run)
    assert (told["mail_flow"], told["users"], len(told["problems"])) == ("safe", [], 1)
    assert "No drift" in run.text
    assert _looks(run) == 1


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("since", "words"), [("yesterday", "is not a time"), ("2099-01-01", "is in the future")]
)
def test_a_time_that_cannot_be(tmp_path: Path, inline: Practice, since: str, words: str) -> None:
    run = _verify(tmp_path, inline, **QUICK, verify_users=["user01"], verify_since=since)
    assert run.code != 0
    assert words in run.message


@pytest.mark.matrix
def test_throttling_is_waited_out(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, *_there_and_back(USER01))
    inline.faults(throttle=2, retry_after=1)
    run = _verify(tmp_path, inline, **QUICK, verify_users=["user01"])
    inline.faults()
    assert run.code == 0, run.text
    assert _verdicts(run) == {USER01: "inline"}


@pytest.mark.matrix
def test_mail_that_comes_back_from_elsewhere(tmp_path: Path, inline: Practice) -> None:
    _traces(inline, _seen(USER01, 60, OUTSIDE, "<7@x>"), _seen(USER01, 59.8, "52.212.19.177", "<7@x>"))
    since = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    run = _verify(tmp_path, inline, **QUICK, verify_users=["user01"], verify_since=since)
    assert run.code != 0
    assert "portal_region or portal_ip_addresses is wrong" in run.message


def test_typing_errors_are_not_taken_for_users_without_mail(tmp_path: Path, inline: Practice) -> None:
    run = _verify(
        tmp_path,
        inline,
        verify_users=["pilot@contoso.example", "nobody@contoso.example"],
        verify_wait_minutes=9,
    )
    assert run.code != 0
    assert 'there is no recipient "nobody@contoso.example"' in run.message
    assert '"pilot@contoso.example" is a group' in run.message


@pytest.mark.matrix
def test_critical_differences_make_the_run_fail(tmp_path: Path, practice: Practice) -> None:
    practice.reset()
    run = _verify(tmp_path, practice, verify_users=["user01"])
    assert run.code != 0
    assert "critical differences between tenant and variables" in run.message
    assert _told(run)["critical"]
    assert _verdicts(run) == {USER01: "nothing_seen"}


@pytest.mark.matrix
def test_what_stands_above_is_judged_by_what_it_takes(tmp_path: Path, practice: Practice) -> None:
    """A phishing simulation above the protect rule is meant; a rule that takes all mail is not."""
    practice.reset()
    values = {**SCOPE, "manual_mode_inline": True}
    assert run_playbook(tmp_path, practice, "manual_mode", **values).code == 0
    above = {"Name": "Above", "Priority": 0, "SetSCL": -1, "StopRuleProcessing": True}
    practice.put("TransportRule", {**above, "SenderIpRanges": ["198.51.100.7"]})
    run = _verify(tmp_path, practice)
    assert run.code == 0, run.text
    assert "stands below" in run.text
    practice.put("TransportRule", {**above, "SenderIpRanges": None, "FromScope": "NotInOrganization"})
    run = _verify(tmp_path, practice)
    assert run.code != 0
    assert 'foreign-rule-stops-before: The mail-flow rule "Above"' in run.message
    run = _verify(tmp_path, practice, verify_fail=["drift"])
    assert "critical differences between tenant and variables" in run.message


@pytest.mark.matrix
def test_right_after_the_change_in_the_same_run(tmp_path: Path, practice: Practice) -> None:
    practice.reset()
    values = variables(**PORTAL, **SCOPE, manual_mode_inline=True, verify_users=["user01"])
    run = play(tmp_path, "avanan.office365.manual_mode", practice.env(), "avanan.office365.verify", *values)
    assert run.code == 0, run.text
    assert practice.writes()
    assert "No drift" in run.text
    assert _verdicts(run) == {USER01: "nothing_seen"}


def test_the_role_in_a_play_that_is_not_in_check_mode(tmp_path: Path, practice: Practice) -> None:
    practice.reset()
    role = {"name": "avanan.office365.verify"}
    values = variables(**PORTAL, **SCOPE, verify_fail=[], verify_wait_minutes=0.02, verify_users=["user01"])
    run = play(tmp_path, [{"ansible.builtin.include_role": role}], practice.env(), *values)
    assert run.code == 0, run.text
    assert practice.writes() == []
    assert _told(run)["critical"]
