# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in, and what can go wrong on the way to the service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._engine.reconcile import (
    Reconciliation,
)

from tests.fake_exchange.control import Practice

from .module_run import Patience, run

READ = {"gather": ["mail_flow_rules"]}
RULE = {"name": "Faulty", "actions": {"prepend_subject": "[X] "}}


def _read(tenant: Practice, env: dict[str, str]) -> dict[str, Any]:
    return run("o365_info", READ, env)


@pytest.mark.parametrize(
    "way", ["secret", "certificate", "pfx", "federated", "access_token", "managed_identity"]
)
def test_every_way_to_sign_in(tenant: Practice, way: str) -> None:
    result = _read(tenant, tenant.env(way=way))
    assert not result.get("failed"), result
    assert len(result["mail_flow_rules"]) == 5


def test_azure_variables_are_the_second_fallback(tenant: Practice) -> None:
    env = tenant.env()
    env["AZURE_TENANT_ID"] = env.pop("O365_TENANT_ID")
    env["AZURE_CLIENT_ID"] = env.pop("O365_CLIENT_ID")
    env["AZURE_CLIENT_SECRET"] = env.pop("O365_CLIENT_SECRET")
    assert not _read(tenant, env).get("failed")
    env["O365_ACCESS_TOKEN"] = tenant.env(way="access_token")["O365_ACCESS_TOKEN"]
    assert not _read(tenant, env).get("failed")


def _without(env: dict[str, str], *names: str, **more: str) -> dict[str, str]:
    return {**{name: value for name, value in env.items() if name not in names}, **more}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda env: _without(env, "O365_CLIENT_SECRET"), "No credential is given"),
        (lambda env: _without(env, O365_CERTIFICATE_PATH="x.pem"), "More than one credential"),
        (lambda env: _without(env, "O365_CLIENT_ID"), "client_id (or O365_CLIENT_ID)"),
        (lambda env: _without(env, "O365_TENANT_ID"), "tenant_id (or O365_TENANT_ID)"),
        (lambda env: _without(env, O365_TENANT_ID="not a tenant"), "neither a GUID nor a domain"),
        (lambda env: _without(env, O365_CLIENT_ID="me"), "not a GUID"),
        (lambda env: _without(env, O365_AUTH_METHOD="certificate"), "needs certificate_path"),
        (lambda env: _without(env, O365_ENDPOINT="http://a.example"), "not a base address"),
        (lambda env: _without(env, O365_CA_PATH="/nowhere.pem"), "there is no CA bundle"),
        (
            lambda env: _without(env, "O365_CLIENT_SECRET", O365_CERTIFICATE_PATH="/nowhere.pem"),
            "cannot read",
        ),
        (
            lambda env: _without(env, "O365_CLIENT_SECRET", O365_ACCESS_TOKEN="opaque-and-long-enough"),
            "not a token",
        ),
        (
            lambda env: _without(env, "O365_CLIENT_SECRET", O365_FEDERATED_TOKEN_FILE=env["O365_CA_PATH"]),
            "does not hold a token",
        ),
        (
            lambda env: _without(env, "O365_CLIENT_SECRET", O365_CERTIFICATE_PATH=env["O365_CA_PATH"]),
            "no usable private key",
        ),
    ],
)
def test_incomplete_credentials_end_before_the_network(tenant: Practice, change: Any, words: str) -> None:
    result = _read(tenant, change(tenant.env()))
    assert result["failed"]
    assert words in result["msg"]
    assert result["error"]["kind"] == "ConfigurationError"
    assert tenant.counters()["requests"] == 0


def test_a_wrong_pfx_password(tenant: Practice) -> None:
    env = tenant.env(way="pfx")
    assert "is wrong" in _read(tenant, {**env, "O365_CERTIFICATE_PASSWORD": "something else"})["msg"]
    assert "is needed" in _read(tenant, _without(env, "O365_CERTIFICATE_PASSWORD"))["msg"]


def test_codes_of_the_login_service_are_explained(tenant: Practice) -> None:
    wrong = _read(tenant, {**tenant.env(), "O365_CLIENT_SECRET": "a-wrong-secret-of-some-length"})
    assert "AADSTS7000215" in wrong["msg"]
    assert "use its value, not its id" in wrong["msg"]
    assert "a-wrong-secret" not in json.dumps(wrong)
    tenant.faults(expired_secret=True)
    assert "has expired" in _read(tenant, tenant.env())["msg"]
    unknown = _read(tenant, {**tenant.env(), "O365_CLIENT_ID": "bbbbbbbb-0000-4000-8000-000000000002"})
    assert "AADSTS700016" in unknown["msg"]


def test_missing_rights_are_explained(tenant: Practice) -> None:
    tenant.faults(missing_permission=True)
    assert "Exchange.ManageAsApp" in _read(tenant, tenant.env())["msg"]
    tenant.faults()
    tenant.faults(missing_role=True)
    result = run("o365_mail_flow_rule", RULE, tenant.env())
    assert result["error"]["kind"] == "NotPermitted"
    assert "directory role" in result["msg"]
    assert tenant.state()["TransportRule"][-1]["Name"] != "Faulty"


def test_a_refusal_of_nothing_but_nul_bytes(tenant: Practice) -> None:
    tenant.faults(denied_cmdlets=["Get-TransportRule"])
    for _attempt in range(2):
        result = _read(tenant, tenant.env())
        assert result["error"] == {
            **result["error"],
            "kind": "NotPermitted",
            "cmdlet": "Get-TransportRule",
            "status": 403,
        }
        assert "\0" not in result["msg"]


def test_recipients_that_may_not_be_looked_up_are_compared_as_written(tenant: Practice) -> None:
    tenant.faults(denied_cmdlets=["Get-Recipient"])
    rule = {**RULE, "conditions": {"sent_to": ["user01@contoso.example"]}}
    result = run("o365_mail_flow_rule", rule, tenant.env())
    assert not result.get("failed"), result
    assert len([text for text in result["warnings"] if "compared as they are written" in text]) == 1
    named = run("o365_mail_flow_rule", {**rule, "conditions": {"sent_to": ["user02"]}}, tenant.env())
    assert "give the primary address" in named["msg"]
    assert len(tenant.writes()) == 1


def test_a_throttled_call_is_repeated(tenant: Practice) -> None:
    tenant.faults(throttle=3, retry_after=0.1)
    result = run("o365_mail_flow_rule", RULE, tenant.env(), waiting=Patience().waiting)
    assert not result.get("failed"), result
    assert [call["error"] for call in tenant.calls()][:3] == ["throttled"] * 3


def test_a_refused_token_is_replaced_once(tenant: Practice) -> None:
    tenant.faults(expire_tokens=1)
    assert not _read(tenant, tenant.env()).get("failed")
    assert tenant.counters()["tokens"] == 2
    tenant.faults(expire_tokens=5)
    assert _read(tenant, tenant.env())["error"]["kind"] == "AuthenticationError"


@pytest.mark.parametrize("module", ["o365_mail_flow_rule", "o365_connector"])
def test_a_slow_service_hides_the_write_whose_answer_was_lost(tenant: Practice, module: str) -> None:
    cmdlet = {"o365_mail_flow_rule": "New-TransportRule", "o365_connector": "New-InboundConnector"}[module]
    options = (
        {"name": "Faulty", "direction": "inbound", "sender_domains": ["*"]} if "connector" in module else RULE
    )
    tenant.faults(lag_reads=1, fail={"cmdlet": cmdlet, "applied": True, "status": 504})
    result = run(module, options, tenant.env())
    assert not result.get("failed"), result
    noun = cmdlet.partition("-")[2]
    assert [row["Name"] for row in tenant.state()[noun]].count("Faulty") == 1


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 502}, {"status": 504}, {"drop": True}])
def test_a_write_without_an_answer_is_read_back_and_not_repeated_blindly(
    tenant: Practice, fault: dict[str, Any], *, applied: bool
) -> None:
    tenant.faults(fail={"cmdlet": "New-TransportRule", "applied": applied, **fault})
    result = run("o365_mail_flow_rule", RULE, tenant.env())
    assert not result.get("failed"), result
    rules = [rule for rule in tenant.state()["TransportRule"] if rule["Name"] == "Faulty"]
    assert len(rules) == 1
    made = [call for call in tenant.writes() if call["cmdlet"] == "New-TransportRule"]
    assert len(made) == (1 if applied else 2)


def test_a_write_that_stays_unclear_is_an_error(tenant: Practice) -> None:
    tenant.faults(fail={"cmdlet": "New-TransportRule", "status": 504, "times": 9})
    result = run("o365_mail_flow_rule", RULE, tenant.env())
    assert result["error"]["kind"] == "UncertainWrite"
    assert result["error"]["request_id"]


def test_errors_inside_a_success_are_errors(tenant: Practice) -> None:
    tenant.faults(late_errors={"cmdlet": "New-TransportRule"})
    result = run("o365_mail_flow_rule", RULE, tenant.env())
    assert result["failed"]
    assert "The command did not finish." in result["msg"]


def test_redirects_stay_inside(tenant: Practice) -> None:
    tenant.faults(redirect=True)
    assert not _read(tenant, tenant.env()).get("failed")
    tenant.faults(redirect="https://elsewhere.example/adminapi")
    result = _read(tenant, tenant.env())
    assert "not part of localhost" in result["msg"]


def test_pages_are_followed_to_the_end(tenant: Practice) -> None:
    tenant.reset(foreign_rules=20)
    tenant.faults(page_size=3)
    result = _read(tenant, tenant.env())
    assert [rule["priority"] for rule in result["mail_flow_rules"]] == list(range(25))
    assert result["warnings"] == []


def test_every_call_is_anchored(tenant: Practice) -> None:
    _read(tenant, tenant.env())
    mailbox = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"
    assert {call["anchor"] for call in tenant.calls()} == {f"{mailbox}@{tenant.guid()}"}


def test_the_services_words_reach_the_user(tenant: Practice) -> None:
    tenant.faults(
        fail={
            "cmdlet": "New-TransportRule",
            "status": 400,
            "type": "System.Odd.RareException",
            "text": "Odd words.",
        }
    )
    result = run("o365_mail_flow_rule", RULE, tenant.env())
    assert result["error"] == {
        **result["error"],
        "kind": "ServiceError",
        "text": "Odd words.",
        "cmdlet": "New-TransportRule",
        "object": "Faulty",
        "type": "System.Odd.RareException",
        "status": 400,
    }
    assert result["error"]["request_id"] in result["msg"]
    assert result["plan"]
    assert result["done"] == []


def test_one_list_call_for_each_class(tenant: Practice) -> None:
    run("o365_info", {"gather": ["mail_flow_rules", "journal_rules", "inbound_connectors"]}, tenant.env())
    assert [call["cmdlet"] for call in tenant.calls()] == [
        "Get-TransportRule",
        "Get-JournalRule",
        "Get-InboundConnector",
    ]


def test_workers_share_one_token(tmp_path: Path, tenant: Practice) -> None:
    from tests.ansible_run import play

    tasks = [{"avanan.office365.o365_info": {"gather": ["journal_rules"]}}] * 5
    assert play(tmp_path, tasks, tenant.env()).code == 0
    assert tenant.counters()["tokens"] == 1


def test_a_mistake_of_the_collection_still_tells_what_was_done(
    tenant: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(self: Reconciliation, applied: object) -> None:
        raise KeyError("a key")

    monkeypatch.setattr(Reconciliation, "_verify", mistaken)
    result = run("o365_mail_flow_rule", RULE, tenant.env())
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["error"]["kind"] == "Unexpected"
    assert "KeyError: 'a key', in test_connection.py:" in result["msg"]
    assert [call["cmdlet"] for call in result["done"]] == ["New-TransportRule"]
    assert "Traceback" in result["exception"]
