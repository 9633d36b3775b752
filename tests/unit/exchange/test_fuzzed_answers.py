# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the admin API answers to a read: the right result, or one sentence of the error family. Nothing else."""

from __future__ import annotations

import base64
import copy
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.avanan.office365.plugins.module_utils import _task
from ansible_collections.avanan.office365.plugins.module_utils._exchange import (
    errors,
    record_keys,
    refusals,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.token_cache import NoCache
from ansible_collections.avanan.office365.plugins.module_utils._exchange.transport import (
    Answer,
    Request,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.waiting import Waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.module_run import task
from tests.fake_exchange import cmdlets, message_trace
from tests.fake_exchange.classes import CLASSES
from tests.fake_exchange.errors import CmdletError
from tests.fake_exchange.seed import seed
from tests.fake_exchange.tenant import Tenant

# Cmdlet, status and body of the right answer -> the content that is sent.
Spoiled = Callable[[str, int, dict[str, Any]], bytes]

KINDS = {kind.__name__ for kind in errors.O365Error.__subclasses__()} - {"Unexpected"}
GUID = "0ab1e768-0000-4000-8000-000000000001"


def _token() -> str:
    claims = {"tid": GUID, "exp": time.time() + 86400}
    parts = ({"alg": "none"}, claims, {})
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )


class _Service:
    """In the place of the transport: the practice tenant's answers with what was drawn in them."""

    def __init__(self, tenant: Tenant, spoiled: Spoiled) -> None:
        # The tenant counts requests of traces in real time.
        tenant.trace_requests.clear()
        self._tenant = tenant
        self._spoiled = spoiled
        self.asked = 0

    def __call__(self, verify: object, waiting: object) -> _Service:
        return self

    def send(self, request: Request, home: object, *, limit: float, most: int) -> Answer:
        self.asked += 1
        assert self.asked < 3000, "there is no end to it"
        given = json.loads(request.data)["CmdletInput"]
        status, body = self._right(given["CmdletName"], given["Parameters"])
        content = self._spoiled(given["CmdletName"], status, body)
        return Answer(status, {"request-id": "id"}, content, request.address)

    def _right(self, cmdlet: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        try:
            return 200, {"value": copy.deepcopy(cmdlets.execute(self._tenant, cmdlet, parameters))}
        except CmdletError as error:
            detail = {"message": f"|{error.kind}|{error.text}"}
            return error.status, {"error": {"details": [detail]}}


@cache
def _tenant() -> Tenant:
    """One for all, since reading changes nothing."""
    tenant = Tenant(GUID, "contoso.onmicrosoft.example")
    seed(tenant, "small", 0)
    for noun, name in (("InboundConnector", "From"), ("OutboundConnector", "To"), ("JournalRule", "Copies")):
        tenant.objects[noun].append(tenant.fresh(CLASSES[noun], name))
    row = {
        "SenderAddress": "a@out.example",
        "RecipientAddress": "user01@contoso.example",
        "FromIP": "198.51.100.7",
    }
    received = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    message_trace.put(
        tenant, [{**row, "Received": received}, {**row, "Received": received, "FromIP": "192.0.2.1"}]
    )
    return tenant


def _read(module: str, options: dict[str, Any], spoiled: Spoiled) -> dict[str, Any]:
    definition = task(module)
    given_options = {**options, "access_token": _token()}
    validated = ModuleArgumentSpecValidator(_task.argument_spec(definition)).validate(given_options)
    assert not validated.error_messages, validated.error_messages
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_task, "Transport", _Service(_tenant(), spoiled))
        result, _secrets = _task.run(
            definition,
            validated.validated_parameters,
            environ={},
            check_mode=True,
            diff=True,
            cache=NoCache(),
            waiting=Waiting(sleep=lambda seconds: None),
        )
    return result


def _assert_told(result: dict[str, Any]) -> None:
    json.dumps(result).encode()
    if result.get("failed"):
        assert result["error"]["kind"] in KINDS, result.get("exception", result["msg"])
        assert result["msg"].strip()


# ---------------------------------------------------------------------------------------------- shapes

SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["Name", "Enabled", "Enforce", "0", "", " ", "198.51.100.0/24", "a@b.example", "smtp:*;1", GUID]
    )
)
ANY = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
RULE = {
    "name": "Faulty",
    "conditions": {"sent_to": ["user01@contoso.example"], "sent_to_member_of": ["pilot@contoso.example"]},
    "actions": {"route_message_outbound_connector": "To"},
    "position": "first",
}
GROUP = {"name": "Pilot users", "managed_by": ["user01"], "members": ["user02@contoso.example", "nobody"]}
INTEGRATION = {
    "portal": "customer-x",
    "loop_guard": ["198.51.100.7"],
    "protect_rules": ["Mark external mail"],
}
# Every module that reads, in a way in which it looks at all that it can look at.
PATHS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("o365_info", {"resolve": ["user01", "nobody"], "raw": True}, tuple(sorted(record_keys.CLASSES))),
    ("o365_mail_flow_rule", RULE, ("TransportRule", "OutboundConnector", "Recipient")),
    ("o365_mail_flow_rule", {"name": "Disclaimer", "state": "absent"}, ("TransportRule",)),
    (
        "o365_journal_rule",
        {"name": "Copies", "journal_email_address": "a@v.example"},
        ("JournalRule", "TransportConfig"),
    ),
    (
        "o365_connector",
        {"name": "From", "direction": "inbound", "sender_domains": ["*"]},
        ("InboundConnector", "AcceptedDomain"),
    ),
    (
        "o365_connector",
        {"name": "To", "direction": "outbound", "state": "absent"},
        ("OutboundConnector", "TransportRule"),
    ),
    (
        "o365_connection_filter",
        {"ip_allow_list": ["198.51.100.7"]},
        ("HostedConnectionFilterPolicy", "OrganizationConfig"),
    ),
    (
        "o365_transport_config",
        {"journaling_report_ndr_to": "a@v.example"},
        ("TransportConfig", "JournalRule", "Recipient"),
    ),
    ("o365_distribution_group", GROUP, ("DistributionGroup", "DistributionGroupMember", "Recipient")),
    (
        "o365_mail_contact",
        {"name": "C", "external_email_address": "a@v.example"},
        ("MailContact", "Recipient"),
    ),
    ("o365_organization_customization", {}, ("OrganizationConfig",)),
    (
        "o365_message_trace_info",
        {"vendor_addresses": ["198.51.100.0/24"]},
        ("MessageTraceV2", "AcceptedDomain"),
    ),
    (
        "o365_mail_flow_check",
        {"integration": INTEGRATION},
        ("TransportRule", "OutboundConnector", "InboundConnector", "Recipient"),
    ),
    (
        "o365_doctor",
        {"lookup_mx": False},
        ("TransportRule", "InboundConnector", "OutboundConnector", "JournalRule"),
    ),
]
IDS = [f"{module}-{number}" for number, (module, _options, _nouns) in enumerate(PATHS)]
GONE = "<gone>"


@pytest.mark.parametrize(("module", "options", "nouns"), PATHS, ids=IDS)
def test_the_right_answers_are_understood(
    module: str, options: dict[str, Any], nouns: tuple[str, ...]
) -> None:
    """So that what follows looks at the answers, and not at options that are refused."""
    asked = []

    def right(cmdlet: str, status: int, body: dict[str, Any]) -> bytes:
        asked.append(cmdlet.partition("-")[2])
        return json.dumps(body).encode()

    result = _read(module, options, right)
    assert not result.get("failed") or "nobody" in result["msg"], result["msg"]
    assert set(nouns) & set(asked)


@pytest.mark.parametrize(("module", "options", "nouns"), PATHS, ids=IDS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_with_anything_in_them(
    module: str, options: dict[str, Any], nouns: tuple[str, ...], data: st.DataObject
) -> None:
    noun = data.draw(st.sampled_from(nouns))

    def spoil(cmdlet: str, status: int, body: dict[str, Any]) -> bytes:
        for row in body.get("value", ()) if cmdlet == f"Get-{noun}" else ():
            names = data.draw(st.lists(st.sampled_from(sorted(row)), max_size=4)) if row else []
            for name in names:
                value = data.draw(ANY | st.just(GONE))
                row.pop(name, None)
                if value != GONE:
                    row[name] = value
        return json.dumps(body).encode()

    _assert_told(_read(module, options, spoil))


@pytest.mark.parametrize(("module", "options", "nouns"), PATHS, ids=IDS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bodies_of_any_shape(
    module: str, options: dict[str, Any], nouns: tuple[str, ...], data: st.DataObject
) -> None:
    noun = data.draw(st.sampled_from(nouns))
    keys = st.sampled_from(
        ["value", "error", "@odata.nextLink", "@adminapi.errors", "@adminapi.warnings", "message", "details"]
    )
    bodies = (
        st.dictionaries(keys, ANY, max_size=4).map(lambda body: json.dumps(body).encode())
        | ANY.map(lambda body: json.dumps(body).encode())
        | st.binary(max_size=30)
    )
    body = data.draw(bodies)
    whole = data.draw(st.booleans())

    def replace_body(cmdlet: str, status: int, right: dict[str, Any]) -> bytes:
        if cmdlet != f"Get-{noun}":
            return json.dumps(right).encode()
        return body if whole else json.dumps(right).encode()[: len(body)]

    _assert_told(_read(module, options, replace_body))


@given(
    st.integers(100, 599),
    st.binary(max_size=200) | ANY.map(lambda body: json.dumps(body).encode()),
    st.dictionaries(
        st.sampled_from(["Retry-After", "Date", "x-ms-diagnostics", "X-ExceptionType", "WWW-Authenticate"]),
        st.text(),
    ),
)
def test_any_refusal_has_a_class(status: int, content: bytes, headers: dict[str, str]) -> None:
    found = refusals.refusal(status, refusals.decoded(content), headers)
    kind, _hint = refusals.classify(found)
    assert issubclass(kind, errors.O365Error)
    assert isinstance(refusals.says_never_ran(found), bool)
    assert "\n" not in found.text
