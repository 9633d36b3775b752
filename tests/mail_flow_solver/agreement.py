# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict of the check on mail from outside, beside the solver's."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from tests.mail_flow_oracle.compare import product_check
from tests.mail_flow_oracle.tenants import NOW, Case

from .solver import Question

_ORDER = ("safe", "not_proved", "lost", "loop")
_FROM_OUTSIDE = (
    "internet-to-protected",
    "internet-to-unprotected",
    "internet-to-both",
    "from-address",
    "from-gateway",
)


@dataclass(frozen=True)
class Judged:
    """What both say. witness: the message that the solver found."""

    product: str
    solver: str
    witness: str

    @property
    def too_mild(self) -> bool:
        """The solver has found a message that is worse off than the check says."""
        return _ORDER.index(self.product) < _ORDER.index(self.solver)

    @property
    def too_strict(self) -> bool:
        """The check speaks of a message that the solver says cannot be: one that no gateway in front lets in."""
        return _ORDER.index(self.product) > _ORDER.index(self.solver)


def judged(case: Case) -> Judged:
    """A tenant, judged by both."""
    snapshot, integration = deepcopy(case)
    result = product_check()(snapshot, integration, now=NOW)
    verdicts = [one["verdict"] for one in result["classes"] if one["class"].startswith(_FROM_OUTSIDE)]
    verdict = max(verdicts, key=_ORDER.index, default="safe")
    question = Question(*deepcopy(case))
    return Judged(verdict, question.verdict(), question.told)
