# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls of the admin API on a bad way: other places, no end, too much, too late; and options that could never work."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import play
from tests.fake_exchange.control import Practice

from .module_run import Patience, run, run_process

RULES = {"gather": ["mail_flow_rules"]}
RULE = {"name": "Faulty", "actions": {"prepend_subject": "[X] "}}
REDIRECTS = (301, 302, 303, 307, 308)


def _read(tenant: Practice, patience: Patience | None = None, **more: Any) -> dict[str, Any]:
    return run("o365_info", {**RULES, **more}, tenant.env(), waiting=(patience or Patience()).waiting)


def _write(tenant: Practice, patience: Patience | None = None, **more: Any) -> dict[str, Any]:
    return run(
        "o365_mail_flow_rule", {**RULE, **more}, tenant.env(), waiting=(patience or Patience()).waiting
    )


def _elsewhere(tenant: Practice) -> list[str]:
    """Addresses of other places, some of which look like ours."""
    https, http = tenant.foreign_host(), tenant.foreign_host("http")
    port = https.rpartition(":")[2]
    base = tenant.env()["O365_ENDPOINT"]
    return [
        f"{https}/adminapi",
        f"{http}/adminapi",
        f"//localhost:{port}/adminapi",
        f"https://127.0.0.1:{port}/adminapi",
        base.replace("https:", "http:"),
        f"{base.replace('https://', 'https://me:pw@')}/adminapi",
        f"{base}@localhost:{port}/adminapi",
        f"https://localhost:{port}\\.localhost/adminapi",
        f"https://localhost.evil.example:{port}/",
        "https://localhost:99999/",
        "https://localhost:port/",
        "https://[::1/",
        "ftp://localhost/",
        "javascript:alert(1)",
    ]


# ---------------------------------------------------------------------------------------------- other places


@pytest.mark.parametrize("number", range(14))
def test_redirects_and_links_lead_nowhere_else(tenant: Practice, number: int) -> None:
    place = _elsewhere(tenant)[number]
    status = REDIRECTS[number % len(REDIRECTS)]
    link = {"right": True, "envelope": {"@odata.nextLink": place}}
    for answer in ({"status": status, "headers": {"Location": place}}, link):
        tenant.answers({**answer, "cmdlet": "Get-TransportRule", "times": 99})
        result = _read(tenant)
        assert result["error"]["kind"] == "ServiceError", result
        assert "Nothing was sent there" in result["msg"]
        assert "pw@" not in json.dumps(result)
    tenant.answers(
        {"status": status, "headers": {"Location": place}, "cmdlet": "New-TransportRule", "times": 99}
    )
    assert _write(tenant)["error"]["kind"] == "ServiceError"
    assert tenant.taken() == []


def test_the_foreign_host_would_notice(tenant: Practice) -> None:
    """The proof that an empty list of what it took means something."""
    env = {**tenant.env(), "O365_AUTHORITY": tenant.foreign_host()}
    assert run("o365_info", RULES, env, waiting=Patience().waiting)["failed"]
    assert tenant.taken()


@pytest.mark.parametrize("status", REDIRECTS)
def test_redirects_inside_keep_method_and_body_and_have_an_end(tenant: Practice, status: int) -> None:
    inside = {"status": status, "headers": {"Location": "{path}?again={n}"}, "cmdlet": "New-TransportRule"}
    tenant.answers({**inside, "times": 4})
    assert not _write(tenant).get("failed")
    tenant.answers({**inside, "times": 99})
    result = _write(tenant, name="Another")
    assert "more than 5 times" in result["msg"]
    assert result["error"]["request_id"]


@pytest.mark.parametrize("form", ["whole", "path", "name", "query"])
def test_a_link_to_the_next_page_may_leave_out_what_is_the_same(tenant: Practice, form: str) -> None:
    whole = _read(tenant)["mail_flow_rules"]
    tenant.faults(page_size=2, link=form)
    assert _read(tenant)["mail_flow_rules"] == whole
    pages = [call for call in tenant.calls() if call["cmdlet"] == "Get-TransportRule"]
    assert len(pages) > 2


# ---------------------------------------------------------------------------------------------- no end


def test_the_same_page_again_is_no_list(tenant: Practice) -> None:
    for link in ("{base}{path}?page=1", "{base}{path}?page={n}"):
        tenant.answers(
            {"right": True, "envelope": {"@odata.nextLink": link}, "cmdlet": "Get-TransportRule", "times": 99}
        )
        result = _read(tenant)
        assert "the same page came twice" in result["msg"]
        assert len(tenant.calls()) < 10


def test_empty_pages_have_an_end(tenant: Practice) -> None:
    page = {"value": [], "@odata.nextLink": "{base}{path}?page={n}"}
    tenant.answers({"json": page, "cmdlet": "Get-TransportRule", "times": 99})
    result = _read(tenant)
    assert "the list has no end" in result["msg"]
    assert len(tenant.calls()) < 10


def test_one_byte_after_another_has_an_end(tenant: Practice) -> None:
    body = {"value": [], "@odata.context": "x" * 400}
    tenant.answers({"json": body, "slow": 0.05, "cmdlet": "Get-TransportRule", "times": 9})
    patience = Patience()
    result = _read(tenant, patience, timeout=1)
    assert "there was no whole answer within 1 seconds" in result["msg"]
    assert len(tenant.calls()) == 2
    tenant.answers({"json": body, "slow": 0.05, "applied": True, "cmdlet": "New-TransportRule"})
    assert not _write(tenant, timeout=1).get("failed")


def test_silence_is_waited_for_twice_by_reads_and_once_by_writes(tenant: Practice) -> None:
    tenant.answers({"silent": 30, "cmdlet": "Get-TransportRule", "times": 9})
    assert _read(tenant, timeout=1)["error"]["kind"] == "Transient"
    assert len(tenant.calls()) == 2
    tenant.answers({"silent": 30, "applied": True, "cmdlet": "New-TransportRule", "times": 9})
    assert not _write(tenant, timeout=1).get("failed")
    assert len([call for call in tenant.calls() if call["write"]]) == 1


def test_what_is_too_large_is_not_read(tenant: Practice) -> None:
    tenant.answers({"size": 200 << 20, "cmdlet": "Get-TransportRule", "times": 9})
    result = _read(tenant)
    assert "larger than 50 MB" in result["msg"]
    assert len(tenant.calls()) == 1


def test_the_body_of_a_redirect_is_not_read(tenant: Practice) -> None:
    inside = {"status": 307, "headers": {"Location": "{path}?again=1"}, "size": 200 << 20}
    tenant.answers({**inside, "cmdlet": "Get-TransportRule"})
    assert not _read(tenant).get("failed")


def test_a_small_body_that_unpacks_to_a_large_one_is_too_large() -> None:
    import gzip

    from ansible_collections.avanan.office365.plugins.module_utils._exchange import transport
    from ansible_collections.avanan.office365.plugins.module_utils._exchange.request_failures import (
        NoAnswer,
    )

    packed = gzip.compress(b"0" * (4 << 20))
    with pytest.raises(NoAnswer, match="larger than 1 MB"):
        transport._unpacked(packed, 1 << 20)
    assert len(transport._unpacked(packed, 5 << 20)) == 4 << 20


# ---------------------------------------------------------------------------------------------- pauses


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_that_is_asked_for_is_made_and_shown(tenant: Practice, form: str, status: int) -> None:
    now = datetime.now(UTC)
    headers = {"Retry-After": "50", "Date": format_datetime(now, usegmt=True)}
    if form == "date":
        headers["Retry-After"] = format_datetime(now + timedelta(seconds=50), usegmt=True)
    for cmdlet, act in (("Get-TransportRule", _read), ("New-TransportRule", _write)):
        tenant.answers({"status": status, "headers": headers, "cmdlet": cmdlet})
        patience = Patience()
        assert not act(tenant, patience).get("failed")
        assert patience.pauses == [50]
        assert [text for text in patience.told if cmdlet in text and "50 seconds" in text]


def test_pauses_are_never_shorter_than_our_own_and_never_too_long(tenant: Practice) -> None:
    for asked, least, most in (("0", 1, 3), ("soon", 1, 3), ("-5", 1, 3), ("1e9", 1, 3), ("3600", 120, 120)):
        tenant.answers({"status": 429, "headers": {"Retry-After": asked}, "cmdlet": "Get-TransportRule"})
        patience = Patience()
        assert not _read(tenant, patience).get("failed")
        assert least <= patience.pauses[0] <= most


def test_the_end_names_the_pause_that_was_asked_for(tenant: Practice) -> None:
    answer = {"status": 429, "headers": {"Retry-After": "3600"}, "times": 99}
    for cmdlet, act, kind in (
        ("Get-TransportRule", _read, "Throttled"),
        ("New-TransportRule", _write, "UncertainWrite"),
    ):
        tenant.answers({**answer, "cmdlet": cmdlet})
        patience = Patience()
        result = act(tenant, patience)
        assert result["error"]["kind"] == kind
        assert "asks for a pause of 3600 seconds" in result["msg"]
        assert sum(patience.pauses) == 600


@pytest.mark.parametrize(
    "answer", [{"status": 503}, {"status": 502}, {"drop": True}, {"status": 500}], ids=str
)
def test_a_read_is_repeated_for_about_a_minute(tenant: Practice, answer: dict[str, Any]) -> None:
    tenant.answers({**answer, "cmdlet": "Get-TransportRule", "times": 99})
    patience = Patience()
    result = _read(tenant, patience)
    assert result["error"]["kind"] == "Transient", result
    assert len(patience.pauses) == 5
    assert 40 < sum(patience.pauses) < 80


# ---------------------------------------------------------------------------------------------- who refuses


def test_a_page_of_a_proxy_is_no_word_of_the_service(tenant: Practice) -> None:
    page = "<html><head><title>Blocked by policy</title></head></html>"
    tenant.answers({"status": 403, "body": page, "headers": {"Content-Type": "text/html"}, "times": 99})
    result = _read(tenant)
    assert result["error"]["kind"] == "ServiceError"
    assert 'a web page: "Blocked by policy" (HTTP 403)' in result["msg"]
    assert "proxy" in result["msg"]


@pytest.mark.parametrize("claims", ["!!!", "bm90IEpTT04=", "WzFd", "e30="])
def test_odd_claims_of_a_refused_token_do_no_harm(tenant: Practice, claims: str) -> None:
    header = {"WWW-Authenticate": f'Bearer claims="{claims}"'}
    tenant.answers({"status": 401, "headers": header, "cmdlet": "Get-TransportRule"})
    assert not _read(tenant).get("failed")
    tenant.answers({"status": 401, "headers": header, "cmdlet": "Get-TransportRule", "times": 99})
    assert _read(tenant)["error"]["kind"] == "AuthenticationError"


def test_a_bundle_that_is_none_and_a_host_that_is_not_there(tenant: Practice, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for change in (
        {"O365_CA_PATH": str(tmp_path / "ca.pem")},
        {"O365_ENDPOINT": "https://localhost:1"},
        {"O365_AUTHORITY": "https://localhost:1"},
        {"O365_AUTHORITY": "https://nowhere.invalid"},
        {"HTTPS_PROXY": "http://user:Pa55word-of-proxy@localhost:1"},
    ):
        env = {**tenant.env(), **change}
        result = run("o365_info", {**RULES, "timeout": 5}, env, waiting=Patience().waiting)
        assert result["error"]["kind"] in ("AuthenticationError", "Transient"), result
        assert "Check" in result["msg"]
        assert "Pa55word" not in json.dumps(result)


def test_a_certificate_of_somebody_else_is_never_tried_again(tenant: Practice) -> None:
    env = tenant.env()
    del env["O365_CA_PATH"]
    patience = Patience()
    result = run("o365_info", RULES, env, waiting=patience.waiting)
    assert "certificate verify failed" in result["msg"].lower().replace("_", " ")
    assert patience.pauses == []


# ---------------------------------------------------------------------------------------------- options


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "1e300"])
@pytest.mark.parametrize(
    ("module", "options", "name"),
    [
        ("o365_mail_flow_rule", RULE, "timeout"),
        ("o365_mail_flow_rule", RULE, "wait_timeout"),
        ("o365_organization_customization", {}, "wait_timeout"),
        ("o365_message_trace_info", {}, "settle_minutes"),
    ],
)
def test_numbers_without_sense_end_before_the_network(
    tenant: Practice, module: str, options: dict[str, Any], name: str, value: str
) -> None:
    result = run(module, {**options, name: value}, tenant.env())
    assert result["error"]["kind"] == "ConfigurationError", result
    assert result["msg"].startswith(f"{name} is ")
    assert tenant.counters()["requests"] == 0


def test_a_timeout_of_nothing_is_refused(tenant: Practice) -> None:
    for value in (0, 3601):
        assert "more than 0 and at most 3600" in _read(tenant, timeout=value)["msg"]


EMPTY = (
    "O365_CLOUD",
    "O365_AUTH_METHOD",
    "O365_OFFLINE",
    "O365_ENDPOINT",
    "O365_AUTHORITY",
    "O365_CA_PATH",
    "O365_CERTIFICATE_PATH",
    "O365_CERTIFICATE_PASSWORD",
    "O365_FEDERATED_TOKEN_FILE",
    "O365_ACCESS_TOKEN",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "O365_CHANGE_DIRECTORY",
)


@pytest.mark.parametrize("blank", ["", "  "])
def test_empty_variables_are_not_given(tenant: Practice, blank: str) -> None:
    env = tenant.env()
    empty = {name: blank for name in EMPTY if name not in env}
    result = run("o365_info", RULES, {**empty, **env, "HTTPS_PROXY": ""})
    assert not result.get("failed"), result
    # Where the service is comes by options then.
    options = {
        name.removeprefix("O365_").lower(): env[name]
        for name in ("O365_ENDPOINT", "O365_AUTHORITY", "O365_CA_PATH")
    }
    others = {name: value for name, value in env.items() if name not in EMPTY}
    every = {**dict.fromkeys(EMPTY, blank), **others, "HTTPS_PROXY": ""}
    assert not run_process("o365_info", {**RULES, **options}, every).get("failed")


def test_empty_options_are_not_given(tenant: Practice, tmp_path: Path) -> None:
    empty = dict.fromkeys(
        (
            "cloud",
            "auth_method",
            "offline",
            "timeout",
            "client_secret",
            "certificate_path",
            "access_token",
            "endpoint",
        ),
        "",
    )
    assert not run("o365_info", {**RULES, **empty}, tenant.env()).get("failed")
    assert not run_process("o365_info", {**RULES, **empty}, tenant.env()).get("failed")
    done = play(tmp_path, [{"avanan.office365.o365_info": {**RULES, **empty}}], tenant.env())
    assert done.code == 0, done.text


def test_the_second_variable_counts_when_the_first_is_empty(tenant: Practice) -> None:
    env = tenant.env()
    env["AZURE_TENANT_ID"], env["O365_TENANT_ID"] = env["O365_TENANT_ID"], ""
    assert not run("o365_info", RULES, env).get("failed")
