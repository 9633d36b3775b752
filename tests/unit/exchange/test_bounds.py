# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What bounds a call: JSON without surprises, attempts in number and time, pages with an end, places that are ours."""

from __future__ import annotations

import json
import math
import threading
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange import (
    bounded_json,
    paging,
    transport,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.request_failures import (
    Misdirected,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.responses import (
    NotUnderstood,
    Page,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.transport import Home
from ansible_collections.avanan.office365.plugins.module_utils._exchange.waiting import (
    Attempts,
    Waiting,
    requested_pause,
)
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


# ---------------------------------------------------------------------------------------------- JSON


@given(JSON)
def test_json_reads_as_it_was_written(value: Any) -> None:
    assert bounded_json.parse(json.dumps(value)) == value
    assert bounded_json.parse(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        '{"a": Infinity}',
        "[-Infinity]",
        "1e999",
        "[-1e999]",
        '{"a": 1, "a": 2}',
        '[{"a": {"b": 1, "b": 1}}]',
        '"\\ud800"',
        '{"\\udfff": 1}',
        "1" * 5000,
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 66 + "]" * 66,
        '{"a":' * 66 + "1" + "}" * 66,
    ],
    ids=lambda text: text[:20],
)
def test_what_json_leaves_open_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        bounded_json.parse(text)


def test_depth_and_pairs_that_are_whole_are_read() -> None:
    deepest = bounded_json.DEEPEST
    assert bounded_json.parse("[" * deepest + "]" * deepest)
    assert bounded_json.parse('"\\ud83d\\ude00"') == "\U0001f600"


# ---------------------------------------------------------------------------------------------- attempts


class _Clock:
    """Time that passes when it is waited or worked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[str] = []

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    @property
    def waiting(self) -> Waiting:
        return Waiting(self.pass_by, lambda: self.now, self.told.append)


@given(
    st.floats(0.1, 3600),
    st.lists(st.tuples(st.floats(0, 1), st.none() | st.floats(0, 1e9), st.booleans()), max_size=60),
)
def test_whatever_happens_it_ends_in_time(
    limit: float, events: list[tuple[float, float | None, bool]]
) -> None:
    clock = _Clock()
    attempts = Attempts(clock.waiting, limit, "Get-X")
    for part, wished, succeeded in events:
        allowed = attempts.begin()
        assert 0 <= allowed <= limit
        clock.pass_by(part * allowed)
        if succeeded:
            attempts.next_page()
        elif not attempts.again("it failed", wished):
            break
    assert clock.now <= 10 * limit + 600 + 1e-6


@given(st.floats(0.1, 3600), st.none() | st.floats(0, 1e9))
def test_one_page_ends_within_twice_its_limit_and_the_pauses(limit: float, wished: float | None) -> None:
    clock = _Clock()
    attempts = Attempts(clock.waiting, limit, "Get-X")
    worked, tries = 0.0, 0
    while True:
        allowed = attempts.begin()
        clock.pass_by(allowed)
        worked += allowed
        tries += 1
        if not attempts.again("it failed", wished):
            break
    assert worked <= 2 * limit + 1e-6
    assert tries == 2
    assert clock.now - worked <= 600


def test_pauses_grow_and_long_ones_are_shown() -> None:
    clock = _Clock()
    attempts = Attempts(clock.waiting, 300, "Get-X")
    pauses = []
    while True:
        before = clock.now
        if not attempts.again("it failed"):
            break
        pauses.append(clock.now - before)
    assert [round(math.log2(pause)) for pause in pauses] == [1, 2, 3, 4, 5]
    assert len(clock.told) == len([pause for pause in pauses if pause >= 5])
    assert clock.told[-1].startswith("Get-X: it failed; trying again in ")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("14", 14),
        ("0.5", 0.5),
        (" 7 ", 7),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30),
        ("Wednesday, 21-Oct-26 07:28:30 GMT", 30),
        ("Wed, 21 Oct 2026 07:27:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("nan", None),
        ("1e9", None),
        ("9" * 400, None),
        ("Wed, 99 Foo 2026 07:28:30 GMT", None),
        ("Wed, 21 Oct 99999 07:28:30 GMT", None),
    ],
)
def test_both_forms_of_a_wish_to_wait(header: str, seconds: float | None) -> None:
    assert requested_pause(header, "Wed, 21 Oct 2026 07:28:00 GMT") == seconds


@given(st.text(), st.text())
def test_any_header_is_a_number_or_nothing(header: str, date: str) -> None:
    found = requested_pause(header, date)
    assert found is None or (found >= 0 and math.isfinite(found))


# ---------------------------------------------------------------------------------------------- pages


def _page(number: int, link: str) -> Page:
    return Page([{"Name": f"n{number}"}], [], f"id-{number}", link)


def test_a_list_has_an_end() -> None:
    pages = paging.PagedResponse()
    with pytest.raises(NotUnderstood, match="has no end"):
        for number in range(10_000):
            pages.add(_page(number, f"https://host/?{number}"), reads=True)
    assert number == paging.MOST_PAGES - 1


def test_pages_make_one_list() -> None:
    pages = paging.PagedResponse()
    for number in range(4):
        page = _page(number, f"https://host/?{number}" if number < 3 else "")
        notice = ["There are more results available than are shown."] if number < 3 else []
        pages.add(Page(page.records, [*notice, "Said."], page.request_id, page.following), reads=True)
    whole = pages.whole()
    assert [record["Name"] for record in whole.records] == ["n0", "n1", "n2", "n3"]
    assert (whole.warnings, whole.request_id) == (["Said."], "id-3")


@pytest.mark.parametrize(
    "pages",
    [
        [_page(1, "https://host/?1"), _page(2, "https://host/?1")],
        [_page(1, "https://host/?1"), _page(1, "https://host/?2")],
        [Page([], ["There are more results available."], "", "")],
    ],
)
def test_what_leads_nowhere_is_no_list(pages: list[Page]) -> None:
    found = paging.PagedResponse()
    with pytest.raises(NotUnderstood):
        for page in pages:
            found.add(page, reads=True)


# ---------------------------------------------------------------------------------------------- places

HOME = Home("https://outlook.office365.com", below=True)
LOGIN = Home("https://login.microsoftonline.com/tenant")


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://outlook.office365.com/a?b=c#d", "https://outlook.office365.com/a?b=c"),
        ("https://OUTLOOK.office365.com:443/a", "https://outlook.office365.com:443/a"),
        ("https://am0pr01.outlook.office365.com:446/a", "https://am0pr01.outlook.office365.com/a"),
    ],
)
def test_the_own_place_and_hosts_below_it(address: str, sent: str) -> None:
    assert HOME.holds(address) == sent


@pytest.mark.parametrize(
    "address",
    [
        "http://outlook.office365.com/",
        "https://outlook.office365.com:8443/",
        "https://outlook.office365.com.evil.example/",
        "https://eviloutlook.office365.com/",
        "https://evil.example\\.outlook.office365.com/",
        "https://evil.example%2f.outlook.office365.com/",
        "https://outlook.office365.com@evil.example/",
        "https://me@outlook.office365.com/",
        "https://@outlook.office365.com/",
        "https://évil.outlook.office365.com/",
        "https://evil example.outlook.office365.com/",
        "//evil.example/",
        "/adminapi",
        "",
    ],
)
def test_other_places(address: str) -> None:
    with pytest.raises(Misdirected):
        HOME.holds(address)


def test_the_login_service_is_one_origin() -> None:
    assert LOGIN.holds("https://login.microsoftonline.com/other")
    for address in ("https://sub.login.microsoftonline.com/", "https://login.microsoftonline.us/"):
        with pytest.raises(Misdirected):
            LOGIN.holds(address)


@given(st.text())
def test_any_text_is_ours_or_refused(address: str) -> None:
    try:
        assert HOME.holds(address).startswith("https://")
    except Misdirected:
        pass


# ---------------------------------------------------------------------------------------------- late threads


def test_a_body_is_not_sent_when_nobody_waits_any_more() -> None:
    given_up = threading.Event()
    body = transport._Body(b"New-X", given_up)
    assert body.read(3) == b"New"
    given_up.set()
    with pytest.raises(TimeoutError):
        body.read(3)
