# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run has set out to do, in its order, and what of it is left: a run is complete when nothing is.

Ansible does not say why the tasks of a run ended, and goes on past a task that was skipped by hand, or failed where failures are ignored
or in a loop. So what the gate has approved is written down, and each task strikes itself off.
"""

from __future__ import annotations

from typing import Any, Protocol

from .._exchange.errors import ConfigurationError
from .._schema.names import cut

GATE, PLAN, RECORD = "the check whether the change may be made", "the approved plan", "the rollback"
INCOMPLETE = "the run ended before it was complete"
_NAMED = 3


class Lines(Protocol):
    """Where it is written down; see RunState."""

    def append(self, kind: str, content: Any) -> None:
        """Add a line."""

    def lines(self, *kinds: str) -> list[Any]:
        """All lines of these kinds, oldest first."""


class Agenda:
    """kind: of its lines in the state of the run."""

    def __init__(self, state: Lines, kind: str) -> None:
        self._state, self._kind = state, kind

    def add(self, *tasks: str) -> None:
        """Set out to do more. tasks: as people read them."""
        for task in tasks:
            self._state.append(self._kind, ["add", task])

    def strike(self, task: str) -> None:
        """A task is done; one that is not on the agenda is somebody else's."""
        self._state.append(self._kind, ["strike", task])

    def close(self) -> None:
        """The run has ended; what comes after it is free."""
        self._state.append(self._kind, ["close", ""])

    def left(self) -> list[str]:
        """What is not done yet, in order."""
        open_tasks: list[str] = []
        for act, task in self._state.lines(self._kind):
            if act == "add":
                open_tasks.append(task)
            elif act == "close":
                open_tasks.clear()
            elif task in open_tasks:
                open_tasks.remove(task)
        return open_tasks

    def incomplete(self) -> str:
        """What people are told of a run that ended too early; "" for one that is complete."""
        left = self.left()
        return f"{INCOMPLETE}; not done: {cut(left, _NAMED)}." if left else ""

    def check_turn(self, task: str) -> None:
        """ConfigurationError for a task whose turn it is not: what was proved safe is this order, without gaps."""
        left = self.left()
        if left and left[0] not in (PLAN, RECORD, task):
            raise ConfigurationError(
                f"Nothing was written here: {left[0]} was to be done before it, and was not. Solve what kept it from being done, and "
                "run the whole playbook again."
            )
