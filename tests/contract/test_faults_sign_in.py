# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the login service, and what stands before it, can do to a sign-in: by kind of answer, in each way to sign in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fake_exchange.control import Practice

from .module_run import Patience, run, run_process

READ = {"gather": ["journal_rules"], "timeout": 5}
WAYS = ("secret", "certificate", "pfx", "federated")
# Which request of a sign-in, and in which way it is made.
REQUESTS = [("token", way) for way in WAYS] + [("discovery", "secret"), ("identity", "managed_identity")]
OAUTH = {
    "error": "temporarily_unavailable",
    "error_description": "AADSTS90033: A transient error has occurred.",
}


def _read(tenant: Practice, way: str, patience: Patience | None = None, **more: Any) -> dict[str, Any]:
    return run("o365_info", {**READ, **more}, tenant.env(way=way), waiting=(patience or Patience()).waiting)


def _refusal(code: int, **more: Any) -> dict[str, Any]:
    body = {
        "error": "invalid_client",
        "error_description": f"AADSTS{code}: The service's words. Trace ID: 1 Correlation ID: 2",
        "error_codes": [code],
        "correlation_id": "00000000-0000-4000-8000-0000000000ab",
    }
    return {"at": "token", "status": 400, "json": body, "times": 9, **more}


def _assert_sentence(result: dict[str, Any], kind: str = "AuthenticationError") -> None:
    """A failed task with one sentence of ours, and no object of Python in it."""
    assert result.get("failed"), result
    assert result["error"]["kind"] == kind
    assert "{'" not in result["msg"]
    assert "object at 0x" not in result["msg"]
    assert "\n" not in result["msg"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize(("at", "way"), REQUESTS)
def test_a_redirect_takes_nothing_elsewhere(
    tenant: Practice, at: str, way: str, scheme: str, status: int
) -> None:
    place = f"{tenant.foreign_host(scheme)}/token"
    tenant.answers({"at": at, "status": status, "headers": {"Location": place}, "times": 9})
    result = _read(tenant, way)
    _assert_sentence(result)
    assert f'points to "{tenant.foreign_host(scheme)}", which is not part of localhost' in result["msg"]
    assert "Nothing was sent there" in result["msg"]
    assert tenant.taken() == []


def test_a_token_endpoint_elsewhere_gets_nothing(tenant: Practice) -> None:
    elsewhere = tenant.foreign_host()
    tenant.answers(
        {
            "at": "discovery",
            "json": {
                "token_endpoint": f"{elsewhere}/t/token",
                "authorization_endpoint": f"{elsewhere}/t/authorize",
            },
        }
    )
    _assert_sentence(_read(tenant, "secret"))
    assert tenant.taken() == []


def test_a_redirect_inside_is_followed_with_its_form(tenant: Practice) -> None:
    place = "{base}{path}?again=1"
    tenant.answers({"at": "token", "status": 307, "headers": {"Location": place}})
    assert not _read(tenant, "secret").get("failed")
    tenant.answers({"at": "token", "status": 307, "headers": {"Location": place}, "times": 99})
    _assert_sentence(_read(tenant, "secret"))


PASSING = [
    {"status": 503, "json": OAUTH},
    {"status": 400, "json": {**OAUTH, "error": "server_error", "error_codes": [90033]}},
    {"status": 503},
    {
        "status": 502,
        "body": "<html><title>Bad gateway</title></html>",
        "headers": {"Content-Type": "text/html"},
    },
    {"status": 500, "body": "oops"},
    {"status": 504, "json": ["a", "list"]},
    {"status": 429, "headers": {"Retry-After": "1"}},
    {"status": 429, "json": {"error": "too_many_requests"}},
    {"status": 408},
    {"drop": True},
    {"json": {"access_token": "half of it"}, "cut": 9},
]


@pytest.mark.parametrize("answer", PASSING, ids=str)
@pytest.mark.parametrize(("at", "way"), REQUESTS)
def test_passing_trouble_is_tried_again(tenant: Practice, at: str, way: str, answer: dict[str, Any]) -> None:
    tenant.answers({**answer, "at": at, "times": 2})
    patience = Patience()
    assert not _read(tenant, way, patience).get("failed")
    assert len(patience.pauses) == 2


@pytest.mark.parametrize("answer", PASSING, ids=str)
def test_trouble_that_stays_ends_in_a_sentence(tenant: Practice, answer: dict[str, Any]) -> None:
    tenant.answers({**answer, "at": "token", "times": 99})
    patience = Patience()
    result = _read(tenant, "secret", patience)
    _assert_sentence(result)
    assert len(patience.pauses) == 5
    assert sum(patience.pauses) < 80
    assert any("trying again" in text for text in patience.told)
    if "status" in answer:
        assert result["error"]["status"] == answer["status"]
    if answer.get("json") == OAUTH:
        assert "AADSTS90033" in result["msg"]


def test_the_module_process_says_the_same(tenant: Practice) -> None:
    tenant.answers(_refusal(7000222))
    result = run_process("o365_info", READ, tenant.env())
    _assert_sentence(result)
    assert "has expired" in result["msg"]


def test_what_the_login_service_asks_to_wait_is_waited(tenant: Practice) -> None:
    tenant.answers({"at": "token", "status": 503, "headers": {"Retry-After": "40"}})
    patience = Patience()
    assert not _read(tenant, "secret", patience).get("failed")
    assert patience.pauses == [40]
    assert "40 seconds" in patience.told[0]


@pytest.mark.parametrize(
    "answer",
    [
        {"body": ""},
        {"body": "<html><body>Welcome to the hotel</body></html>"},
        {"body": "not JSON"},
        {"body": '{"access_token": '},
        {"body": "[" * 100_000},
        {"json": []},
        {"json": "text"},
        {"json": None},
        {"json": {}},
        {"json": {"token_type": "Bearer", "expires_in": 3599}},
        {"json": {"access_token": None, "expires_in": 3599}},
        {"json": {"access_token": "", "expires_in": 3599}},
        {"json": {"access_token": {"a": 1}, "expires_in": 3599}},
        {"json": {"access_token": "two words\r\nX-Header: 1", "expires_in": 3599}},
        {"json": {"access_token": "opaque-token-of-the-service", "expires_in": "soon"}},
        {"json": {"access_token": "opaque-token-of-the-service", "expires_in": [3599]}},
        {"json": {"access_token": "opaque-token-of-the-service", "expires_in": -1}},
        {"json": {"access_token": "opaque-token-of-the-service", "expires_in": 0}},
        {"body": '{"access_token": "opaque-token-of-the-service", "expires_in": NaN}'},
        {"body": '{"access_token": "opaque-token-of-the-service", "expires_in": 1e999}'},
        {"json": {"access_token": "opaque-token-of-the-service", "expires_in": 10**30}},
        {"status": 400, "body": ""},
        {"status": 400, "json": ["invalid_client"]},
        {"status": 400, "json": {"error": {"code": "x"}}},
        {"status": 401, "body": "<html>login</html>"},
        {"status": 403, "body": "blocked"},
        {"status": 404, "json": {"error_codes": "x"}},
        {"status": 400, "json": {"error": "e", "error_description": 7, "error_codes": ["x", None, {}]}},
        {"json": {"error": "invalid_client", "error_description": "said in a success"}},
    ],
    ids=lambda answer: json.dumps(answer)[:80],
)
@pytest.mark.parametrize(
    ("at", "way"), [("token", "secret"), ("token", "federated"), ("identity", "managed_identity")]
)
def test_an_answer_that_is_none_ends_in_a_sentence(
    tenant: Practice, at: str, way: str, answer: dict[str, Any]
) -> None:
    tenant.answers({**answer, "at": at, "times": 99})
    result = _read(tenant, way)
    _assert_sentence(result)
    assert "opaque-token" not in json.dumps(result)
    assert tenant.calls() == []


def test_a_time_that_comes_as_text_is_one(tenant: Practice) -> None:
    token = tenant.env(way="access_token")["O365_ACCESS_TOKEN"]
    for lasts in ("3599", 3599.5):
        tenant.answers({"at": "token", "json": {"access_token": token, "expires_in": lasts}})
        assert not _read(tenant, "secret").get("failed")


@pytest.mark.parametrize(
    "answer", [{"json": {}}, {"json": {"token_endpoint": 5}}, {"body": "<html>"}, {"status": 404}]
)
def test_a_discovery_that_is_none_ends_in_a_sentence(tenant: Practice, answer: dict[str, Any]) -> None:
    tenant.answers({**answer, "at": "discovery", "times": 99})
    _assert_sentence(_read(tenant, "secret"))


@pytest.mark.parametrize("at", ["token", "discovery"])
def test_slow_and_large_answers_have_an_end(tenant: Practice, at: str) -> None:
    tenant.answers({"at": at, "json": {"access_token": "x" * 400}, "slow": 0.05, "times": 9})
    result = _read(tenant, "secret", timeout=1)
    _assert_sentence(result)
    assert "within" in result["msg"]
    tenant.answers({"at": at, "size": 200 << 20, "times": 9})
    result = _read(tenant, "secret")
    _assert_sentence(result)
    assert "larger than 1 MB" in result["msg"]


def test_a_silent_service_is_asked_twice(tenant: Practice) -> None:
    tenant.answers({"at": "token", "silent": 30, "times": 9})
    _assert_sentence(_read(tenant, "secret", timeout=1))
    assert tenant.counters()["sign_ins"] == 2


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (700024, "clock and the time zone"),
        (500011, "Exchange Online licence"),
        (50053, "wait"),
        (7000222, "has expired"),
        (700016, "check client_id and tenant_id"),
        (53003, "conditional access"),
        (90002, "Check tenant_id"),
        (700213, "federated credential"),
        (7000112, "switched off"),
    ],
)
def test_codes_of_the_service_have_advice(tenant: Practice, code: int, advice: str) -> None:
    tenant.answers(_refusal(code))
    result = _read(tenant, "secret")
    _assert_sentence(result)
    assert f"AADSTS{code}: The service's words." in result["msg"]
    assert advice in result["msg"]
    assert "(request id 00000000-0000-4000-8000-0000000000ab)" in result["msg"]
    assert "Trace ID" not in result["msg"]


def test_a_code_that_nobody_knows_is_shown(tenant: Practice) -> None:
    tenant.answers(_refusal(99999999))
    assert "AADSTS99999999: The service's words." in _read(tenant, "secret")["msg"]


def test_a_certificate_that_is_not_known_everywhere_is_tried_again(tenant: Practice) -> None:
    tenant.answers({**_refusal(700027), "times": 2})
    patience = Patience()
    assert not _read(tenant, "certificate", patience).get("failed")
    assert patience.pauses == [10, 10]
    tenant.answers(_refusal(700027))
    _assert_sentence(_read(tenant, "certificate"))


def test_a_password_of_netrc_takes_no_tokens_place(
    tenant: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password of-another-service\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert not _read(tenant, "secret").get("failed")
