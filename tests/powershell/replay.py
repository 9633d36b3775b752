# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the calls of a runbook on a practice tenant, as ExchangeOnlineManagement would, with nothing but requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import requests

from tests.fake_exchange.control import Practice

from .interpreter import Call
from .program import ScriptError, Session, run

# What the cmdlets take themselves and do not send (about_CommonParameters).
_LOCAL = {
    "debug",
    "erroraction",
    "errorvariable",
    "informationaction",
    "informationvariable",
    "outbuffer",
    "outvariable",
    "pipelinevariable",
    "progressaction",
    "verbose",
    "warningaction",
    "warningvariable",
}
# Cmdlets that manage the session and send nothing to the tenant.
_SESSION = {
    "connect-exchangeonline",
    "disconnect-exchangeonline",
    "set-strictmode",
    "write-host",
    "write-output",
}


class Refused(Exception):
    """The service did not do what a call asked for; its words."""

    def __init__(self, place: int, call: Call, words: str) -> None:
        super().__init__(f"call {place}, {call.cmdlet}: {words}")
        self.place = place
        self.call = call


@dataclass
class TenantHost:
    """A tenant as a script sees it. tenant: of which number; writes: what the script did; signed_in: where its sessions are."""

    practice: Practice
    tenant: int = 0
    signed_in: Sequence[int] = (0,)
    refuse: Callable[[Call], bool] = lambda call: False
    writes: list[Call] = field(default_factory=list)

    def call(self, call: Call) -> list[dict[str, Any]]:
        """The objects that the cmdlet puts out; Refused where the service does not carry it out."""
        if call.cmdlet == "Get-ConnectionInformation":
            return [
                {"State": "Connected", "TenantID": self.practice.guid(number), "IsEopSession": False}
                for number in self.signed_in
            ]
        if not call.cmdlet.startswith("Get-"):
            if self.refuse(call):
                raise Refused(len(self.writes), call, "not now")
            self.writes.append(call)
        return _invoke(*_session(self.practice, self.tenant), len(self.writes), call)


def carry_out(script: bytes, practice: Practice, **started: Any) -> list[str]:
    """A whole script on a tenant, the same in both editions of PowerShell; what it says. started: as for Session."""
    host = TenantHost(practice)
    return run(script, "7", host, Session(**started))


def refusal(script: bytes, host: TenantHost, **started: Any) -> str:
    """The sentence with which a script ends itself."""
    try:
        run(script, "5.1", host, Session(**started))
    except ScriptError as error:
        return str(error)
    return ""


# Seconds after which a session signs in again: half of the time for which a token is good.
_GOOD_FOR = 1800
# By service and number of the tenant: since when, the session, and where its calls go.
_SESSIONS: WeakKeyDictionary[Practice, dict[int, tuple[float, requests.Session, str]]] = WeakKeyDictionary()


def _session(practice: Practice, tenant: int) -> tuple[requests.Session, str]:
    """A session that is signed in to a tenant, which is kept for all calls, and where they go."""
    sessions = _SESSIONS.setdefault(practice, {})
    if tenant not in sessions or time.monotonic() - sessions[tenant][0] > _GOOD_FOR:
        env = practice.env(tenant)
        session = requests.Session()
        # Settings of the machine would otherwise replace the certificates, and may name a proxy.
        session.trust_env = False
        session.verify = env["O365_CA_PATH"]
        session.headers["Authorization"] = f"Bearer {_token(session, env)}"
        url = f"{env['O365_ENDPOINT']}/adminapi/beta/{env['O365_TENANT_ID']}/InvokeCommand"
        sessions[tenant] = (time.monotonic(), session, url)
    return sessions[tenant][1:]


def replay(calls: Iterable[Call], practice: Practice, tenant: int = 0) -> None:
    """Make the calls in order on the tenant of that number; raises Refused at the first that does not succeed."""
    for place, call in enumerate(calls):
        if call.cmdlet.lower() not in _SESSION:
            _invoke(*_session(practice, tenant), place, call)


def replay_json(document: dict[str, Any], practice: Practice, tenant: int = 0) -> None:
    """The same from a JSON runbook or a document."""
    replay(json_calls(document), practice, tenant)


def json_calls(document: dict[str, Any]) -> list[Call]:
    """The calls of a JSON runbook or a document."""
    entries = document["steps"] if "steps" in document else document["entries"]
    return [Call(step["cmdlet"], step["parameters"]) for entry in entries for step in entry["steps"]]


def _token(session: requests.Session, env: dict[str, str]) -> str:
    answer = session.post(
        f"{env['O365_AUTHORITY']}/{env['O365_TENANT_ID']}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": env["O365_CLIENT_ID"],
            "client_secret": env["O365_CLIENT_SECRET"],
            "scope": f"{env['O365_ENDPOINT']}/.default",
        },
        timeout=30,
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def _invoke(session: requests.Session, url: str, place: int, call: Call) -> list[dict[str, Any]]:
    body = {"CmdletInput": {"CmdletName": call.cmdlet, "Parameters": _sent(call.parameters)}}
    answer = session.post(url, json=body, timeout=30)
    content = answer.json() if answer.ok and answer.content else {}
    if not answer.ok:
        raise Refused(place, call, _words(answer))
    if "@adminapi.confirmationmessage" in content:
        raise Refused(place, call, content["@adminapi.confirmationmessage"])
    if content.get("@adminapi.errors"):
        raise Refused(place, call, "; ".join(content["@adminapi.errors"]))
    rows = list(content.get("value") or ())
    while link := content.get("@odata.nextLink"):
        content = session.post(link, json=body, timeout=30).json()
        rows += content["value"]
    return rows


def _words(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"]["innererror"]["internalexception"]["message"])
    except (ValueError, KeyError):
        return f"status {answer.status_code}: {answer.text[:200]}"


def _sent(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters on the wire; with -WhatIf a cmdlet would do nothing, which no runbook wants."""
    if any(name.lower() == "whatif" and value is not False for name, value in parameters.items()):
        raise ValueError("-WhatIf in a script that is carried out")
    return {name: _wire(value) for name, value in parameters.items() if name.lower() not in _LOCAL}


def _wire(value: Any) -> Any:
    if isinstance(value, dict):
        return {"@odata.type": "#Exchange.GenericHashTable", **value}
    return value
