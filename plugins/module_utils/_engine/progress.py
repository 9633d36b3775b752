# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a task has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._exchange.cmdlets import Step
from .._run.run_record import RunRecord
from .._schema.resource import Precondition


@dataclass(frozen=True)
class AcceptedCall:
    """A step that the service accepted. warnings: its words; at: when, in UTC."""

    step: Step
    request_id: str
    warnings: tuple[str, ...]
    at: str

    def to_result(self) -> dict[str, Any]:
        """As an element of a record's `done`."""
        more = {"request_id": self.request_id, "warnings": list(self.warnings), "at": self.at}
        return {**self.step.to_result(), **more}


@dataclass
class Progress:
    """What is known of a task at any moment, also when it fails.

    plan: the steps decided on; done: the calls that the service accepted; warnings: for the user. run_record: of the run, with
    what its earlier tasks did.
    """

    plan: list[Step] = field(default_factory=list)
    done: list[AcceptedCall] = field(default_factory=list)
    preconditions: list[Precondition] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    run_record: RunRecord = field(default_factory=RunRecord)

    def warn(self, *texts: str) -> None:
        """Tell the user something once."""
        self.warnings.extend(text for text in texts if text not in self.warnings)

    def join(self, part: Progress) -> None:
        """Add what is known of one of several tasks that make up this one."""
        self.plan += part.plan
        self.done += part.done
        self.preconditions += part.preconditions
        self.warn(*part.warnings)
