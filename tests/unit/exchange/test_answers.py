# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of the admin API, in the forms that others have published, and what class of error each is."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange import (
    errors,
    refusals,
    responses,
    transport,
)

_TASKS = "Microsoft.Exchange.Configuration.Tasks."
_BINDING = "Microsoft.Exchange.AdminApi.CommandInvocation."


def _piped(kind: str, text: str, prefix: str = "") -> dict[str, Any]:
    return {
        "error": {
            "code": "X",
            "message": "Error executing cmdlet",
            "details": [{"message": f"{prefix}|{kind}|{text}"}],
        }
    }


def _nested(kind: str, text: str) -> dict[str, Any]:
    inner = {"message": text, "type": kind, "stacktrace": ""}
    outer = {"message": "Invalid Operation", "type": "ODataServiceException", "internalException": inner}
    return {"error": {"code": "BadRequest", "message": "Invalid Operation", "innererror": outer}}


def _as_json(kind: str, text: str) -> dict[str, Any]:
    message = json.dumps({"Message": text, "TypeName": kind, "StackTrace": None, "InnerError": None})
    return {
        "error": {
            "code": "BadRequest",
            "message": "Error executing cmdlet",
            "details": [{"message": message}],
        }
    }


@pytest.mark.parametrize("form", [_piped, _nested, _as_json])
@pytest.mark.parametrize(
    ("status", "kind", "text", "expected"),
    [
        (
            404,
            f"{_TASKS}ManagementObjectNotFoundException",
            "object 'x' couldn't be found on 'DC'.",
            errors.NotFound,
        ),
        (
            500,
            f"{_TASKS}ManagementObjectNotFoundException",
            "object 'x' couldn't be found on 'DC'.",
            errors.NotFound,
        ),
        (
            400,
            "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
            "It exists.",
            errors.AlreadyExists,
        ),
        (400, f"{_BINDING}AmbiguousParameterSetException", "Invalid parameters. Bogus", errors.InvalidValue),
        (400, f"{_BINDING}ParameterTransformationException", "Cannot convert.", errors.InvalidValue),
        (400, "System.ArgumentException", "No action. (Parameter 'Actions')", errors.InvalidValue),
        (400, f"{_TASKS}InvalidOperationInDehydratedContextException", "Not allowed.", errors.Dehydrated),
        (
            400,
            "Microsoft.Exchange.Data.Directory.ADServerSettingsChangedException",
            "Moved.",
            errors.Transient,
        ),
        (403, "System.UnauthorizedAccessException", "No.", errors.NotPermitted),
        (400, "Some.NewException", "Never seen.", errors.ServiceError),
    ],
)
def test_classes(form: Any, status: int, kind: str, text: str, expected: type) -> None:
    found = refusals.refusal(status, json.dumps(form(kind, text)), {})
    assert (found.type, found.text) == (kind, text)
    assert refusals.classify(found)[0] is expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, "", errors.AuthenticationError),
        (403, "", errors.NotPermitted),
        (
            429,
            '{"error":{"code":"TooManyRequests","message":"Please retry after 14 seconds"}}',
            errors.Throttled,
        ),
        (
            400,
            "You have reached the maximum number of concurrent requests per tenant. Please wait.",
            errors.Throttled,
        ),
        (500, "<html>oops</html>", errors.Transient),
        (503, "", errors.Transient),
        (405, "", errors.ServiceError),
        (
            403,
            '{"error":{"code":"Forbidden","message":"User is not allowed to call Get-X"}}',
            errors.NotPermitted,
        ),
    ],
)
def test_classes_without_a_type(status: int, body: str, expected: type) -> None:
    assert refusals.classify(refusals.refusal(status, body, {}))[0] is expected


def test_how_long_to_wait() -> None:
    body = '{"error":{"message":"... Please retry after 14 seconds"}}'
    assert refusals.refusal(429, body, {}).retry_after == 14
    assert refusals.refusal(429, body, {"Retry-After": "0.5"}).retry_after == 0.5
    moments = {"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert refusals.refusal(429, "", moments).retry_after == 30
    assert refusals.refusal(429, "", {"Retry-After": "soon"}).retry_after is None


def test_a_proxied_failure_is_read_inside() -> None:
    inner = json.dumps(_piped(f"{_TASKS}ManagementObjectNotFoundException", "Gone.", "Ex6F9304"))
    found = refusals.refusal(
        400, json.dumps(_piped("X.CmdletProxyException", f"Error on proxy command: {inner}")), {}
    )
    assert (found.type, found.text) == (f"{_TASKS}ManagementObjectNotFoundException", "Gone.")


def _capitalized(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _capitalized(item) for key, item in value.items()}
    return [_capitalized(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("form", [_piped, _nested, _as_json])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\0\xef\xbb\xbf"])
@pytest.mark.parametrize("written", [dict, _capitalized])
def test_an_error_however_its_keys_and_its_beginning_are_written(
    form: Any, mark: bytes, written: Any
) -> None:
    body = written(form(f"{_TASKS}ManagementObjectNotFoundException", "It couldn't be found on 'DC'."))
    found = refusals.refusal(404, refusals.decoded(mark + json.dumps(body).encode()), {})
    assert refusals.classify(found)[0] is errors.NotFound
    assert found.text == "It couldn't be found on 'DC'."


@pytest.mark.parametrize("raw", [b"\0" * 500, gzip.compress(b"\0" * 500), b"", b"\x1f\x8bnot gzip"])
def test_bodies_of_nothing(raw: bytes) -> None:
    assert refusals.decoded(transport._unpacked(raw, 1 << 20)) == ""


def test_type_notes_are_dropped() -> None:
    row = {
        "Priority@data.type": "System.Int32",
        "Priority": 0,
        "Conditions@odata.type": "x",
        "Conditions": [],
    }
    row.update(Name="A", Guid="g")
    page = responses.page({"value": [row], "@odata.nextLink": ""}, "Get-TransportRule", "id")
    assert page.records == [{"Priority": 0, "Conditions": [], "Name": "A", "Guid": "g"}]


def test_writing_cmdlets_may_answer_with_nothing() -> None:
    envelope = {"@odata.context": "x", "adminapi.warnings@odata.type": "y", "@adminapi.warnings": ["Said."]}
    for found in ({}, {"value": None}, {"value": []}, envelope, {**envelope, "value": []}):
        assert responses.page(found, "Set-TransportRule", "id").records == []
    for found in ({}, {"value": None}, {"value": {}}, {"value": "x"}, envelope, {"foo": []}):
        with pytest.raises(responses.NotUnderstood):
            responses.page(found, "Get-TransportRule", "id")
    for found in ({"foo": 1}, {"value": {}}, {"value": ["x"]}):
        with pytest.raises(responses.NotUnderstood):
            responses.page(found, "Set-TransportRule", "id")


@pytest.mark.parametrize(
    ("status", "body", "never_ran"),
    [
        (429, "", True),
        (503, "", True),
        (500, "", False),
        (502, "", False),
        (504, "", False),
        (400, json.dumps(_piped("X.DCOverloadedException", "Busy.")), True),
        (400, json.dumps(_piped("System.ArgumentException", "Bad.")), False),
    ],
)
def test_which_writes_may_be_repeated(status: int, body: str, *, never_ran: bool) -> None:
    assert refusals.says_never_ran(refusals.refusal(status, body, {})) is never_ran
