# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Message traces: windows, pages and limits against the practice tenant, and what the rows say about the way of mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.filter import trace_lines
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import ServiceError
from ansible_collections.avanan.office365.plugins.module_utils._message_trace import (
    evidence as judge,
)
from ansible_collections.avanan.office365.plugins.module_utils._message_trace import (
    records as trace,
)

from tests.contract.module_run import run, run_process
from tests.fake_exchange.control import Practice

MODULE = "o365_message_trace_info"
NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
ALICE = "alice@contoso.example"
VENDOR = "35.174.145.124"
OUTSIDE = "203.0.113.9"
_LINES = trace_lines.FilterModule().filters()["trace_lines"]


# ---------------------------------------------------------------------------------------------- windows and pages


def test_a_long_span_is_asked_for_in_windows_of_ten_days() -> None:
    found = list(trace.windows(NOW - timedelta(days=25), NOW))
    assert [(end - start).days for start, end in found] == [10, 10, 5]
    assert found[0][1] == NOW
    assert found[-1][0] == NOW - timedelta(days=25)
    assert list(trace.windows(NOW - timedelta(days=10), NOW)) == [(NOW - timedelta(days=10), NOW)]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (91, 80, "91.0 days back, and message traces reach back 90 days"),
        (1, 2, "is not before end"),
        (1, 1, "is not before end"),
    ],
)
def test_spans_that_cannot_be_asked_for(start: int, end: int, words: str) -> None:
    found = list(trace.span_problems(NOW - timedelta(days=start), NOW - timedelta(days=end), NOW))
    assert len(found) == 1
    assert words in found[0]
    assert list(trace.span_problems(NOW - timedelta(days=90), NOW, NOW)) == []


def test_times_are_utc_unless_they_say_otherwise() -> None:
    assert trace.moment("2026-11-25T12:00:00.0480000Z") == NOW + timedelta(milliseconds=48)
    assert trace.moment("2026-11-25T13:00:00+01:00") == trace.moment("2026-11-25 12:00") == NOW


def _query(limit: int = 5000, days: int = 1) -> trace.TraceQuery:
    return trace.TraceQuery(NOW - timedelta(days=days), NOW, {}, limit)


def _rows(count: int, at: str = "2026-11-25T10:00:00Z") -> list[dict[str, Any]]:
    return [
        {"MessageTraceId": str(n), "RecipientAddress": ALICE, "FromIP": OUTSIDE, "Received": at}
        for n in range(count)
    ]


def test_requests_end_where_the_service_would_refuse_them() -> None:
    asked: list[dict[str, Any]] = []

    def page(parameters: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
        asked.append(parameters)
        at = trace.written(NOW - timedelta(seconds=len(asked)))
        return [{**_rows(1, at)[0], "MessageTraceId": str(len(asked))}], True

    found = trace.read(_query(), page)
    assert (found.requests, len(asked), found.complete) == (100, 100, False)
    assert asked[1]["EndDate"] == "2026-11-25T11:59:59Z"
    assert asked[1]["StartingRecipientAddress"] == ALICE


def test_more_rows_of_one_moment_than_fit_are_an_error_and_not_an_endless_loop() -> None:
    with pytest.raises(ServiceError, match="not complete"):
        trace.read(_query(6000), lambda parameters: (_rows(5000), True))


def test_a_warning_that_is_about_something_else_does_no_harm() -> None:
    assert trace.read(_query(), lambda parameters: (_rows(3), True)) == trace.MessageTrace(_rows(3), True, 2)


def test_a_small_limit_is_met_although_rows_come_again() -> None:
    rows = _rows(4)
    found = trace.read(_query(3), lambda parameters: (rows[: parameters["ResultSize"]], True))
    assert [len(found.rows), found.complete] == [3, False]
    whole = trace.read(_query(4), lambda parameters: (rows[: parameters["ResultSize"]], False))
    assert [len(whole.rows), whole.complete, whole.requests] == [4, True, 1]


def test_the_same_message_under_the_same_id_from_another_address_is_not_a_repetition() -> None:
    twice = [{**row, "FromIP": ip} for row in _rows(1) for ip in (VENDOR, OUTSIDE, OUTSIDE)]
    assert len(trace.read(_query(), lambda parameters: (twice, False)).rows) == 2


# ---------------------------------------------------------------------------------------------- evidence


def _seen(minutes: float, ip: str, message: str = "<1@partner.example>", **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes)
    row = {
        "message_trace_id": f"{message}{minutes}{ip}",
        "message_id": message,
        "received": at.strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
        "sender_address": "bob@partner.example",
        "recipient_address": ALICE,
        "from_ip": ip,
        "to_ip": "",
        "subject": "",
        "status": "Delivered",
        "size": 1,
    }
    return {**row, **more}


def _judged(*rows: dict[str, Any], **setting: Any) -> dict[str, Any]:
    given = {"vendor": [VENDOR, "44.211.178.96/28", "10.0.0.1-10.0.0.9"], "horizon": NOW, **setting}
    own = given.pop("own_domains", {"contoso.example"})
    found = judge.evidence(rows, {ALICE: [ALICE]}, judge.Criteria(own_domains=frozenset(own), **given))
    assert len(found) == 1
    assert found[0]["user"] == ALICE
    return found[0]


def _signs(finding: dict[str, Any]) -> list[str]:
    return [item["sign"] for item in finding["evidence"]]


THERE_AND_BACK = (_seen(60, OUTSIDE), _seen(60 - 8 / 60, VENDOR))
DIRECT = _seen(50, OUTSIDE, "<2@partner.example>")


def test_seen_twice_went_through_the_vendor() -> None:
    found = _judged(*reversed(THERE_AND_BACK))
    assert found["verdict"] == "inline"
    assert found["evidence"][0]["what"] == (
        "seen twice: first from outside (203.0.113.9), then from the vendor's address 35.174.145.124 after 8 s"
    )


def test_delivered_and_never_back_did_not() -> None:
    found = _judged(DIRECT)
    assert found["verdict"] == "direct"
    assert "never came back" in found["evidence"][0]["what"]
    assert "gateway" in found["conclusion"]


def test_mail_that_comes_back_from_an_unknown_address_is_told() -> None:
    found = _judged(_seen(60, OUTSIDE), _seen(59.8, "52.212.19.177"))
    assert found["evidence"][0]["what"] == (
        f"came from {OUTSIDE}, and again from 52.212.19.177 after 12 s, which is no known address of the vendor"
    )
    assert "portal_region or portal_ip_addresses is wrong" in found["conclusion"]


@pytest.mark.parametrize(
    ("rows", "setting", "verdict", "signs"),
    [
        ([], {}, "nothing_seen", []),
        ([*THERE_AND_BACK, DIRECT], {}, "unclear", ["direct", "inline"]),
        # Mail of the organization itself, and reports without a sender, are not routed to the vendor.
        ([_seen(60, OUTSIDE, sender_address="carol@Contoso.example")], {}, "nothing_seen", []),
        ([_seen(60, OUTSIDE, sender_address="<>")], {}, "nothing_seen", []),
        ([_seen(60, "")], {}, "nothing_seen", []),
        ([_seen(5, OUTSIDE)], {}, "unclear", ["waiting"]),
        ([_seen(60, OUTSIDE, status="Quarantined")], {}, "unclear", ["undelivered"]),
        ([_seen(60, OUTSIDE, status="")], {}, "unclear", ["undelivered"]),
        ([_seen(60, OUTSIDE, to_ip="35.1.2.3")], {}, "unclear", ["left"]),
        ([*THERE_AND_BACK, _seen(50, OUTSIDE, "<3@x>", to_ip="35.1.2.3")], {}, "inline", ["inline", "left"]),
        ([THERE_AND_BACK[1]], {}, "unclear", ["returned"]),
        ([_seen(60, VENDOR), _seen(59, OUTSIDE)], {}, "unclear", ["returned", "returned"]),
        ([*THERE_AND_BACK, _seen(59, VENDOR)], {}, "unclear", ["repeated", "inline"]),
        # Only part of the vendor's addresses is a single one.
        ([_seen(60, OUTSIDE), _seen(59, "44.211.178.111")], {}, "inline", ["inline"]),
        ([_seen(60, OUTSIDE), _seen(59, "10.0.0.9")], {}, "inline", ["inline"]),
        (
            [_seen(60, OUTSIDE), _seen(59, "44.211.178.112", "<1@partner.example>")],
            {},
            "direct",
            ["elsewhere"],
        ),
        # Two deliveries of one message from one address, or much later, are just that.
        ([_seen(60, OUTSIDE), _seen(59, OUTSIDE)], {}, "direct", ["direct", "direct"]),
        ([_seen(90, OUTSIDE), _seen(60, "198.51.100.7")], {}, "direct", ["direct", "direct"]),
        # Before the change it says nothing, and soon after it not that the change fails.
        ([DIRECT], {"changed": NOW - timedelta(minutes=40)}, "nothing_seen", []),
        (
            [DIRECT],
            {"changed": NOW - timedelta(minutes=55), "settle": timedelta(minutes=60)},
            "unclear",
            ["early"],
        ),
        (
            [DIRECT],
            {"changed": NOW - timedelta(minutes=111), "settle": timedelta(minutes=60)},
            "direct",
            None,
        ),
        # A span that ended shortly after the message.
        ([DIRECT], {"horizon": NOW - timedelta(minutes=45)}, "unclear", ["waiting"]),
    ],
)
def test_verdicts(
    rows: list[dict[str, Any]], setting: dict[str, Any], verdict: str, signs: list[str] | None
) -> None:
    settings = {key: value for key, value in setting.items() if key != "horizon"}
    found = _judged(*rows, **settings, **({"horizon": setting["horizon"]} if "horizon" in setting else {}))
    assert found["verdict"] == verdict
    if signs is not None:
        assert _signs(found) == signs


def test_a_message_id_used_again_hides_nothing() -> None:
    found = _judged(*THERE_AND_BACK, _seen(40, OUTSIDE))
    assert found["verdict"] == "unclear"
    assert _signs(found) == ["direct", "inline"]


def test_rows_of_an_alias_and_of_its_mailbox_are_one_entry() -> None:
    alias = _seen(
        60, OUTSIDE, recipient_address="al@contoso.example", status="Resolved", message_trace_id="T"
    )
    mailbox = _seen(60, OUTSIDE, message_trace_id="t")
    setting = judge.Criteria([VENDOR], NOW)
    found = judge.evidence(
        [alias, mailbox, THERE_AND_BACK[1]], {ALICE: ["AL@contoso.example", ALICE]}, setting
    )
    assert (found[0]["verdict"], _signs(found[0])) == ("inline", ["inline"])


def test_users_do_not_share_messages() -> None:
    rows = [*THERE_AND_BACK, _seen(60, OUTSIDE, recipient_address="dave@contoso.example")]
    setting = judge.Criteria([VENDOR], NOW)
    found = judge.evidence(rows, {ALICE: [], "dave@contoso.example": []}, setting)
    assert [item["verdict"] for item in found] == ["inline", "direct"]


def test_much_evidence_is_cut_and_counted() -> None:
    many = [_seen(1 + n / 100, OUTSIDE, f"<{n}@x>") for n in range(50)]
    found = _judged(*many, DIRECT)
    assert len(found["evidence"]) == 20
    assert _signs(found)[0] == "direct"
    assert "50 perhaps still at the vendor" in found["conclusion"]


def test_what_a_sender_chooses_cannot_disturb_the_lines() -> None:
    found = _judged(_seen(60, OUTSIDE, sender_address="b\u202e\nob@x"))
    lines = _LINES([found, _judged()])
    assert not [line for line in lines if "\u202e" in line or "\n" in line]
    assert lines[0].startswith(f"{ALICE}: DIRECT. Mail of this user")
    assert lines[2].startswith(f"{ALICE}: NOTHING SEEN. No mail from outside")
    assert "evidence, not proof" in lines[-1]


# ---------------------------------------------------------------------------------------------- the module


def _put(tenant: Practice, count: int, **more: Any) -> None:
    """Messages of which three share a second, and of these some a recipient."""
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    rows = [
        {
            "Received": (begin + timedelta(seconds=n // 3)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z"),
            "SenderAddress": "bob@partner.example",
            "RecipientAddress": f"user{n % 2:02}@contoso.example",
            "FromIP": OUTSIDE,
            **more,
        }
        for n in range(count)
    ]
    for first in range(0, count, 2000):
        tenant.put_traces(*rows[first : first + 2000])


def _do(tenant: Practice, **options: Any) -> dict[str, Any]:
    return run(MODULE, options, tenant.env(way="access_token"), check=bool(len(options) % 2))


def _queries(tenant: Practice) -> list[dict[str, Any]]:
    return [call["parameters"] for call in tenant.calls() if call["cmdlet"] == "Get-MessageTraceV2"]


def test_every_row_comes_once_over_page_borders(tenant: Practice) -> None:
    _put(tenant, 10_100)
    found = _do(tenant, limit=20_000)
    keys = [row["message_trace_id"] for row in found["messages"]]
    assert (len(keys), len(set(keys)), found["complete"], found["requests"]) == (10_100, 10_100, True, 3)
    assert found["warnings"] == []
    assert [row["received"] for row in found["messages"]] == sorted(
        (row["received"] for row in found["messages"]), reverse=True
    )


def test_the_limit_takes_the_newest_and_says_so(tenant: Practice) -> None:
    _put(tenant, 30)
    found = _do(tenant, limit=7)
    assert (len(found["messages"]), found["complete"], found["requests"]) == (7, False, 1)
    assert "limit" in found["warnings"][0]
    assert _do(tenant, limit=30)["complete"]


def test_long_spans_are_split_and_filters_sent(tenant: Practice) -> None:
    now = datetime.now(UTC)
    old = (now - timedelta(days=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    row = {"SenderAddress": "bob@partner.example", "RecipientAddress": ALICE, "FromIP": OUTSIDE, "Size": 7}
    tenant.put_traces({**row, "Received": old, "Status": "Failed", "ToIP": "192.0.2.1"})
    found = _do(
        tenant,
        start=trace.written(now - timedelta(days=25)),
        sender_addresses=["BOB@partner.example"],
        recipient_addresses=[ALICE],
        status=["Failed"],
        from_ip=OUTSIDE,
        message_ids=["<0@example.com>"],
    )
    assert [(row["status"], row["size"], row["to_ip"]) for row in found["messages"]] == [
        ("Failed", 7, "192.0.2.1")
    ]
    assert len(_queries(tenant)) == 3
    assert tenant.writes() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": "2020-01-01"}, "days back, and message traces reach back 90 days"),
        ({"start": "2026-11-25T12:00Z", "end": "2026-11-25T11:00Z"}, "is not before end"),
        ({"start": "yesterday"}, 'start: "yesterday" is not a time'),
        ({"changed_at": "soon"}, 'changed_at: "soon" is not a time'),
        ({"recipient_addresses": ["alice"]}, '"alice" is not an SMTP address'),
        ({"from_ip": "somewhere"}, "is not an IP address"),
        ({"vendor_addresses": ["somewhere"]}, "is not an IP address, block or range"),
        ({"vendor_addresses": [VENDOR], "status": ["Failed"]}, "vendor_addresses excludes status"),
        ({"limit": 0}, "ask for one row at least"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    tenant: Practice, options: dict[str, Any], words: str
) -> None:
    found = _do(tenant, **options)
    assert found["failed"]
    assert words in found["msg"]
    assert tenant.calls() == []


def test_evidence_over_all_addresses_of_a_user(tenant: Practice) -> None:
    begin = datetime.now(UTC) - timedelta(hours=2)
    row = {"SenderAddress": "bob@partner.example", "RecipientAddress": "user01@contoso.example"}
    first = {**row, "Received": trace.written(begin), "FromIP": OUTSIDE, "MessageId": "<1@partner.example>"}
    back = {**first, "Received": trace.written(begin + timedelta(seconds=8)), "FromIP": VENDOR}
    internal = {**first, "SenderAddress": "user03@contoso.example", "MessageId": "<2@contoso.example>"}
    tenant.put_traces(first, back, internal)
    found = _do(tenant, recipient_addresses=["user01@contoso.example"], vendor_addresses=[VENDOR])
    assert [(item["user"], item["verdict"]) for item in found["evidence"]] == [
        ("user01@contoso.example", "inline")
    ]
    everybody = _do(tenant, vendor_addresses=[VENDOR], limit=100, settle_minutes=1)
    assert everybody["evidence"] == found["evidence"]


def test_what_may_not_be_read_beside_the_traces_is_a_warning(tenant: Practice) -> None:
    _put(tenant, 1)
    tenant.faults(denied_cmdlets=["Get-Recipient", "Get-AcceptedDomain"])
    found = _do(tenant, recipient_addresses=["user00@contoso.example"], vendor_addresses=[VENDOR])
    assert found["evidence"][0]["verdict"] == "direct"
    assert len(found["warnings"]) == 2
    tenant.faults(denied_cmdlets=["Get-MessageTraceV2"])
    assert "may not run this cmdlet" in _do(tenant)["msg"]


def test_the_module_process_gives_the_same_result(tenant: Practice) -> None:
    _put(tenant, 3)
    start = trace.written(datetime.now(UTC) - timedelta(days=1))
    end = trace.written(datetime.now(UTC))
    options = {"vendor_addresses": [VENDOR], "start": start, "end": end}
    process = run_process(MODULE, options, tenant.env(way="access_token"), check=True)
    core = _do(tenant, **options)
    assert {key: process[key] for key in ("messages", "evidence", "complete")} == {
        key: core[key] for key in ("messages", "evidence", "complete")
    }
