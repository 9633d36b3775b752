# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever repeats what he was sent, whole or cut and in whatever place: no secret stands in anything that a run leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.ansible_run import play, prepared
from tests.fake_exchange.control import Practice

from .module_run import Patience, run, run_process

RULE = {"name": "Faulty", "actions": {"prepend_subject": "[X] "}}
READ = {"gather": ["mail_flow_rules"]}
WAYS = ("secret", "certificate", "federated", "access_token", "managed_identity")
# Tokens and assertions are JWTs: they begin so, and each part of one is long.
JWT = re.compile(r"eyJ[A-Za-z0-9_-]{12,}|[A-Za-z0-9_-]{80,}")
ECHOES: dict[str, dict[str, Any]] = {
    "text": {"status": 400, "body": "ECHO "},
    "page": {"status": 500, "body": "<html><title>ECHO "},
    "long text": {"status": 403, "body": "ECHO " + "words " * 330},
    "message": {"status": 400, "json": {"error": {"code": "x", "message": "ECHO {sent}"}}},
    "detail": {"status": 400, "json": {"error": {"details": [{"message": "|X.OddException|ECHO {sent}"}]}}},
    "type": {
        "status": 400,
        "json": {"error": {"innererror": {"internalexception": {"type": "{sent}", "message": "ECHO"}}}},
    },
    "late": {"right": True, "envelope": {"@adminapi.errors": ["ECHO {sent}"]}},
    "inside": {"status": 200, "json": {"error": {"message": "ECHO {sent}"}}},
    "nonsense": {"status": 200, "json": {"{sent}": "ECHO"}},
    "value": {"status": 200, "json": {"value": "ECHO {sent}"}},
    "warning": {"right": True, "envelope": {"@adminapi.warnings": ["ECHO {sent}"]}},
    "diagnostics": {"status": 401, "body": "ECHO "},
}


_PACKED = re.compile(r"\beN[A-Za-z0-9+/]{60,}={0,2}")
"""A plan or record as an artifact has it."""


def _assert_clean(tenant: Practice, *contents: Any) -> None:
    text = json.dumps(contents)
    assert not JWT.search(text), JWT.search(text)
    known = {**tenant.env(), **tenant.env(way="pfx"), **tenant.env(way="managed_identity")}
    names = ("O365_CLIENT_SECRET", "O365_CERTIFICATE_PASSWORD", "IDENTITY_HEADER")
    assert not [name for name in names if known[name] in text]


def _cut(answer: dict[str, Any], cut: Any) -> dict[str, Any]:
    return {**answer, "echo": cut, "times": 99}


@pytest.mark.parametrize("cut", [True, [0, 150], [200, 330], [60, 700]], ids=str)
@pytest.mark.parametrize("echo", ECHOES)
def test_what_the_service_repeats_shows_nowhere(tenant: Practice, echo: str, cut: Any) -> None:
    tenant.answers({**_cut(ECHOES[echo], cut), "cmdlet": "Get-TransportRule"})
    patience = Patience()
    _assert_clean(tenant, run("o365_info", READ, tenant.env(), waiting=patience.waiting), patience.told)


@pytest.mark.parametrize("echo", ["long text", "message", "detail", "late", "warning", "inside"])
def test_what_the_service_repeats_of_a_write_stands_in_no_record(tenant: Practice, echo: str) -> None:
    tenant.answers({**_cut(ECHOES[echo], True), "cmdlet": "New-TransportRule"})
    state = RunState()
    result = run("o365_mail_flow_rule", RULE, tenant.env(), run_state=state, waiting=Patience().waiting)
    lines = state.lines("heading done", "entry done", "note done", "move")
    assert "ECHO" in json.dumps(lines)
    _assert_clean(tenant, result, lines)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("echo", ["message", "inside", "late"])
def test_in_each_way_to_sign_in(tenant: Practice, echo: str, way: str) -> None:
    tenant.answers(_cut(ECHOES[echo], True))
    result = run("o365_info", READ, tenant.env(way=way), waiting=Patience().waiting)
    assert result["failed"], result
    assert "ECHO" in result["msg"]
    _assert_clean(tenant, result)


LOGIN_ECHOES = [
    {"status": 400, "json": {"error": "invalid_client", "error_description": "AADSTS7000215: ECHO {sent}"}},
    {"status": 400, "json": {"error": "ECHO {sent}"}},
    {"status": 401, "json": {"statusCode": 401, "message": "ECHO {sent}"}},
    {"status": 503, "json": {"error": "temporarily_unavailable", "error_description": "ECHO {sent}"}},
    {"status": 400, "json": {"error": "e", "error_description": "ECHO", "correlation_id": "{sent}"}},
    {"status": 400, "body": "ECHO "},
    {"status": 200, "body": "ECHO "},
    {
        "status": 200,
        "json": {"error": "invalid_client", "error_description": "ECHO {sent}", "access_token": "{sent}"},
    },
]


@pytest.mark.parametrize("cut", [True, [700, 900], [1200, 1400]], ids=str)
@pytest.mark.parametrize("answer", LOGIN_ECHOES, ids=lambda answer: json.dumps(answer)[:70])
@pytest.mark.parametrize("way", ["secret", "certificate", "federated", "managed_identity"])
def test_what_the_login_service_repeats_shows_nowhere(
    tenant: Practice, way: str, answer: dict[str, Any], cut: Any
) -> None:
    at = "identity" if way == "managed_identity" else "token"
    tenant.answers({**_cut(answer, cut), "at": at})
    patience = Patience()
    result = run("o365_info", READ, tenant.env(way=way), waiting=patience.waiting)
    assert result["failed"], result
    _assert_clean(tenant, result, patience.told)


def test_a_module_process_masks_in_the_same_way(tenant: Practice) -> None:
    tenant.answers(_cut(ECHOES["message"], True))
    result = run_process("o365_info", READ, tenant.env(way="federated"))
    assert "ECHO" in result["msg"]
    _assert_clean(tenant, {key: result[key] for key in ("msg", "error", "exception") if key in result})


def test_nothing_of_a_run_holds_what_was_repeated(tmp_path: Path, tenant: Practice) -> None:
    """Output at the highest verbosity, log, record and runbook of a real run."""
    tasks = [
        {"avanan.office365.o365_runbook": {"state": "begun", "directory": str(tmp_path / "changes")}},
        {"avanan.office365.o365_mail_flow_rule": {**RULE, "reason": "Because."}},
        {"avanan.office365.o365_mail_flow_rule": {**RULE, "name": "Other"}, "ignore_errors": True},
        {"avanan.office365.o365_runbook": {"directory": str(tmp_path / "changes")}},
    ]
    told = {**ECHOES["warning"], "cmdlet": "New-TransportRule", "echo": True}
    tenant.answers(told, {**_cut(ECHOES["message"], True), "cmdlet": "New-TransportRule"})
    env = {**tenant.env(), "ANSIBLE_LOG_PATH": str(tmp_path / "log")}
    done = play(tmp_path, tasks, env, "-vvvv")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    texts = {path.name: path.read_text("utf-8", "replace") for path in files}
    assert {"record.json", "runbook.md", "log"} <= set(texts)
    assert "ECHO" in texts["record.json"]
    assert "ECHO" in done.text
    for name, packed in {**texts, "output": done.text}.items():
        text = _PACKED.sub(lambda found: zlib.decompress(b64decode(found[0])).decode(), packed)
        assert not JWT.search(re.sub(r"sha256:[0-9a-f]+|[0-9a-f]{64}|={80,}|-{80,}|_{80,}", "", text)), name
        assert tenant.env()["O365_CLIENT_SECRET"] not in text, name


# ---------------------------------------------------------------------------------------------- killed runs


def _tokens(tmp_path: Path) -> list[Path]:
    """The files below a place that hold a token."""
    found = []
    for path in tmp_path.rglob("*"):
        if path.is_file() and re.search(r"eyJ[A-Za-z0-9_-]{12,}", path.read_text("utf-8", "replace")):
            found.append(path)
    return found


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path, tenant: Practice) -> None:
    tasks = [{"avanan.office365.o365_info": READ}]
    assert play(tmp_path, tasks, tenant.env()).code == 0
    assert _tokens(tmp_path) == []
    tenant.answers({"silent": 600, "cmdlet": "Get-TransportRule"})
    command, env = prepared(tmp_path, tasks, tenant.env())
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while not _tokens(tmp_path):
            assert process.poll() is None
            time.sleep(0.05)
        # While it runs, another run leaves its token alone.
        assert play(tmp_path, tasks, tenant.env()).code == 0
        left = _tokens(tmp_path)
        assert len(left) == 1
        os.killpg(process.pid, signal.SIGKILL)
    assert _tokens(tmp_path) == left
    assert play(tmp_path, tasks, tenant.env()).code == 0
    assert _tokens(tmp_path) == []
    assert not left[0].parent.exists()
