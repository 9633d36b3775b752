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
from typing import Any

from .._resources.index import RESOURCES
from .cmdlets import Client, Response
from .errors import NotFound
from .private_json import read_private_json, write_private_json
from .run_directory import NAME, run_directory

_RECIPIENTS = [
    cmdlet.removeprefix("Get-")
    for resource in RESOURCES
    if resource.by_identity
    for cmdlet in resource.reading_cmdlets()
]
# Answers that change by themselves while a task waits for them.
_VOLATILE = "MessageTrace"


class RunReads:
    """Answers of reading cmdlets, by noun and call; that there is no such object is one, too.

    One file for each call, in a private directory that ends with the run. Where nothing can be written, nothing is kept.
    parts: tell apart the tenants, hosts and callers of the run, each of which has what it read itself.
    """

    def __init__(self, directory: str, *parts: str) -> None:
        self._directory = Path(directory)
        self._name = hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def get(self, noun: str, call: str) -> Response | NotFound | None:
        """The kept answer; None where there is none that can be read."""
        content = read_private_json(self._path(noun, call))
        if content is None:
            return None
        return NotFound(**content) if "text" in content else Response(**content)

    def put(self, noun: str, call: str, answer: Response | NotFound) -> None:
        """Keep an answer for the tasks that follow."""
        with suppress(OSError):
            place = run_directory(self._directory)
            write_private_json(place / self._path(noun, call).name, vars(answer))

    def forget(self, *nouns: str) -> None:
        """Drop the answers about these nouns; without any, all."""
        for noun in nouns or ("*",):
            for path in (self._directory / NAME).glob(f"{self._name}.{noun}.*.read"):
                with suppress(FileNotFoundError):
                    path.unlink()

    def _path(self, noun: str, call: str) -> Path:
        digest = hashlib.sha256(call.encode()).hexdigest()
        return self._directory / NAME / f"{self._name}.{noun}.{digest}.read"


def _touched(noun: str) -> list[str]:
    """The classes that a writing cmdlet changes; none for all of them."""
    if noun == "OrganizationCustomization":
        return []
    return (
        _RECIPIENTS
        if noun in _RECIPIENTS
        else [noun, *(item.noun for item in RESOURCES if item.follows == noun)]
    )


class SnapshotClient:
    """A client that asks the service for each thing once; see Client."""

    def __init__(self, client: Client, reads: RunReads) -> None:
        self._client = client
        self._reads = reads

    @property
    def tenant(self) -> str:
        """The id of the tenant."""
        return self._client.tenant

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        """Carry out a cmdlet, or tell again what it returned before in this run."""
        verb, _dash, noun = cmdlet.partition("-")
        if verb != "Get":
            return self._write(cmdlet, noun, parameters)
        if noun.startswith(_VOLATILE):
            return self._client.invoke(cmdlet, parameters)
        call = json.dumps(parameters, sort_keys=True)
        kept = self._reads.get(noun, call)
        if isinstance(kept, NotFound):
            raise kept
        if kept is not None:
            return kept
        try:
            answer = self._client.invoke(cmdlet, parameters)
        except NotFound as error:
            self._reads.put(noun, call, error)
            raise
        self._reads.put(noun, call, answer)
        return answer

    def _write(self, cmdlet: str, noun: str, parameters: dict[str, Any]) -> Response:
        touched = _touched(noun)
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
