# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One snapshot a run: what reading cmdlets returned, kept until a write or a second look makes it unread.

A run asks for each class of objects once, whatever tasks it has. What a run writes, it reads back from the service: a writing
cmdlet makes its own class unread, and what hangs on it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from .cmdlets import Client, CmdletResult
from .private_json import read_private_json, write_private_json
from .responses import Response

_RECIPIENTS = ("Recipient", "DistributionGroup", "DistributionGroupMember", "MailContact")
# What a writing cmdlet changes beside the objects of its own noun.
_HANGS_ON = {
    "TransportRule": ("EtrLimits",),
    "DistributionGroup": _RECIPIENTS,
    "DistributionGroupMember": _RECIPIENTS,
    "MailContact": _RECIPIENTS,
}
# Answers that change by themselves while a task waits for them.
_VOLATILE = "MessageTrace"


class ReadStore(Protocol):
    """Keeps answers of reading cmdlets, by noun and call."""

    def get(self, noun: str, call: str) -> Response | None:
        """The answer to a call, if it is still valid."""

    def put(self, noun: str, call: str, answer: CmdletResult) -> None:
        """Keep an answer."""

    def forget(self, *nouns: str) -> None:
        """Drop the answers about these nouns; without any, all."""


class RunReads:
    """One file for each call, in a private directory that ends with the run.

    parts: tell apart the tenants, hosts and callers of the run, each of which has what it read itself.
    """

    def __init__(self, directory: str, *parts: str) -> None:
        name = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        self._directory = Path(directory) / "o365" / f"{name}.reads"

    def get(self, noun: str, call: str) -> Response | None:
        """The kept answer; None where there is none that can be read."""
        content = read_private_json(self._path(noun, call))
        return None if content is None else Response(**content)

    def put(self, noun: str, call: str, answer: CmdletResult) -> None:
        """Keep an answer for the tasks that follow."""
        content = {
            "records": answer.records,
            "warnings": list(answer.warnings),
            "request_id": answer.request_id,
        }
        write_private_json(self._path(noun, call), content)

    def forget(self, *nouns: str) -> None:
        """Drop the answers about these nouns; without any, all."""
        for pattern in [f"{noun} *" for noun in nouns] or ["*"]:
            for path in self._directory.glob(pattern):
                with suppress(FileNotFoundError):
                    path.unlink()

    def _path(self, noun: str, call: str) -> Path:
        return self._directory / f"{noun} {hashlib.sha256(call.encode()).hexdigest()}.json"


class SnapshotClient:
    """A client that asks the service for each thing once; see Client."""

    def __init__(self, client: Client, reads: ReadStore) -> None:
        self._client = client
        self._reads = reads

    @property
    def tenant(self) -> str:
        """The id of the tenant."""
        return self._client.tenant

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> CmdletResult:
        """Carry out a cmdlet, or tell again what it returned before in this run."""
        verb, _dash, noun = cmdlet.partition("-")
        if verb != "Get":
            return self._write(cmdlet, noun, parameters)
        if noun.startswith(_VOLATILE):
            return self._client.invoke(cmdlet, parameters)
        call = json.dumps(parameters, sort_keys=True)
        kept = self._reads.get(noun, call)
        if kept is not None:
            return kept
        answer = self._client.invoke(cmdlet, parameters)
        self._reads.put(noun, call, answer)
        return answer

    def _write(self, cmdlet: str, noun: str, parameters: dict[str, Any]) -> CmdletResult:
        touched = (noun, *_HANGS_ON.get(noun, ())) if noun != "OrganizationCustomization" else ()
        # Before it is sent, so that a run which ends here leaves nothing behind; after it, for what was read meanwhile.
        self._reads.forget(*touched)
        try:
            return self._client.invoke(cmdlet, parameters)
        finally:
            self._reads.forget(*touched)

    def may(self, cmdlet: str) -> bool | None:
        """Whether a cmdlet may be run, without running it."""
        return self._client.may(cmdlet)

    def refresh(self) -> None:
        """Make everything unread."""
        self._reads.forget()
        self._client.refresh()
