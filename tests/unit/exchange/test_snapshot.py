# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each thing is read once in a run, and again after whatever could have changed it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange.cmdlets import Response
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    NotFound,
    ServiceError,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.snapshot import (
    RunReads,
    SnapshotClient,
)

ALL = {"ResultSize": "Unlimited"}


class Service:
    """Counts what it is asked."""

    tenant = "t"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = self.missing = False

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        self.asked.append(cmdlet)
        if self.fails:
            raise ServiceError("No.", cmdlet=cmdlet)
        if self.missing:
            raise NotFound("It does not exist.", cmdlet=cmdlet, target="x", status=404, request_id="id")
        return Response([{"Name": f"answer {len(self.asked)}"}], ["careful"], "id")

    def may(self, cmdlet: str) -> bool | None:
        return True

    def refresh(self) -> None:
        """Nothing is kept here."""


@pytest.fixture
def service() -> Service:
    return Service()


def _task(service: Service, tmp_path: Path, identity: str = "one") -> SnapshotClient:
    return SnapshotClient(service, RunReads(str(tmp_path), identity))


def test_two_tasks_read_once(service: Service, tmp_path: Path) -> None:
    first = _task(service, tmp_path).invoke("Get-TransportRule", ALL)
    assert _task(service, tmp_path).invoke("Get-TransportRule", dict(ALL)) == first
    assert service.asked == ["Get-TransportRule"]


def test_another_question_another_tenant_and_traces_are_asked(service: Service, tmp_path: Path) -> None:
    _task(service, tmp_path).invoke("Get-TransportRule", ALL)
    _task(service, tmp_path).invoke("Get-TransportRule", {})
    _task(service, tmp_path, "two").invoke("Get-TransportRule", ALL)
    for _time in range(2):
        _task(service, tmp_path).invoke("Get-MessageTraceV2", {})
    assert len(service.asked) == 5


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(
    ("write", "unread", "kept"),
    [
        ("Set-TransportRule", {"TransportRule", "EtrLimits"}, {"InboundConnector", "Recipient"}),
        ("Disable-TransportRule", {"TransportRule", "EtrLimits"}, {"JournalRule"}),
        ("New-InboundConnector", {"InboundConnector"}, {"TransportRule", "OutboundConnector"}),
        ("Add-DistributionGroupMember", {"DistributionGroupMember", "Recipient"}, {"TransportRule"}),
        ("New-MailContact", {"MailContact", "Recipient"}, {"TransportRule"}),
        ("Enable-OrganizationCustomization", {"OrganizationConfig", "TransportRule"}, set()),
    ],
)
def test_a_write_makes_its_class_unread(
    service: Service, tmp_path: Path, write: str, unread: set[str], kept: set[str], fails: bool
) -> None:
    client = _task(service, tmp_path)
    for noun in sorted(unread | kept):
        client.invoke(f"Get-{noun}", ALL)
    service.fails = fails
    if fails:
        with pytest.raises(ServiceError):
            client.invoke(write, {"Identity": "x"})
    else:
        client.invoke(write, {"Identity": "x"})
    service.fails = False
    service.asked.clear()
    for noun in sorted(unread | kept):
        client.invoke(f"Get-{noun}", ALL)
    assert set(service.asked) == {f"Get-{noun}" for noun in unread}


def test_a_second_look_reads_again(service: Service, tmp_path: Path) -> None:
    client = _task(service, tmp_path)
    client.invoke("Get-TransportRule", ALL)
    client.refresh()
    client.invoke("Get-TransportRule", ALL)
    assert len(service.asked) == 2


def test_errors_are_not_kept(service: Service, tmp_path: Path) -> None:
    client = _task(service, tmp_path)
    service.fails = True
    for _time in range(2):
        with pytest.raises(ServiceError):
            client.invoke("Get-TransportRule", ALL)
    assert len(service.asked) == 2


def test_that_there_is_no_such_object_is_an_answer_until_something_could_have_made_it(
    service: Service, tmp_path: Path
) -> None:
    service.missing = True
    said = []
    for _time in range(2):
        with pytest.raises(NotFound) as missing:
            _task(service, tmp_path).invoke("Get-Recipient", {"Identity": "x"})
        said.append((str(missing.value), missing.value.details()))
    assert said[0] == said[1]
    assert len(service.asked) == 1
    service.missing = False
    client = _task(service, tmp_path)
    client.invoke("New-MailContact", {"Name": "x"})
    assert client.invoke("Get-Recipient", {"Identity": "x"}).records
    service.missing = True
    client.refresh()
    with pytest.raises(NotFound):
        client.invoke("Get-Recipient", {"Identity": "x"})


def test_what_is_kept_is_private(service: Service, tmp_path: Path) -> None:
    _task(service, tmp_path).invoke("Get-TransportRule", ALL)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
