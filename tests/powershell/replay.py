# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the calls of a runbook on a practice tenant, as ExchangeOnlineManagement would, with nothing but requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import requests

from tests.fake_exchange.control import Practice

from .interpreter import Call

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


def replay(calls: Iterable[Call], practice: Practice, tenant: int = 0) -> None:
    """Make the calls in order on the tenant of that number; raises Refused at the first that does not succeed."""
    env = practice.env(tenant)
    with requests.Session() as session:
        # Settings of the machine would otherwise replace the certificates, and may name a proxy.
        session.trust_env = False
        session.verify = env["O365_CA_PATH"]
        session.headers["Authorization"] = f"Bearer {_token(session, env)}"
        url = f"{env['O365_ENDPOINT']}/adminapi/beta/{env['O365_TENANT_ID']}/InvokeCommand"
        for place, call in enumerate(calls):
            if call.cmdlet.lower() not in _SESSION:
                _invoke(session, url, place, call)


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


def _invoke(session: requests.Session, url: str, place: int, call: Call) -> None:
    body = {"CmdletInput": {"CmdletName": call.cmdlet, "Parameters": _sent(call.parameters)}}
    answer = session.post(url, json=body, timeout=30)
    content = answer.json() if answer.ok and answer.content else {}
    if not answer.ok:
        raise Refused(place, call, _words(answer))
    if "@adminapi.confirmationmessage" in content:
        raise Refused(place, call, content["@adminapi.confirmationmessage"])
    if content.get("@adminapi.errors"):
        raise Refused(place, call, "; ".join(content["@adminapi.errors"]))


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
