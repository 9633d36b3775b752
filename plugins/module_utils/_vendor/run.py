# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be carried out, and with which variables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .portal import Portal
from .variables import needed_by


@dataclass(frozen=True)
class Run:
    """What is to be carried out.

    inputs: every variable of variables.py, converted, with its default where it was not given. roles: whose inputs count. phases: to
    be carried out, in order. earlier: those that the play has carried out before. instead: variables that name something to do instead
    of phases. check_mode: nothing is written. preview: what is found holds nobody up, either.
    """

    inputs: Mapping[str, Any]
    roles: Sequence[str]
    phases: Sequence[str] = ()
    earlier: Sequence[str] = ()
    instead: Sequence[str] = ()
    check_mode: bool = False
    preview: bool = False

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The variables that count."""
        return needed_by((*self.roles, *self.phases))

    @cached_property
    def portal(self) -> Portal:
        """The portal that the variables describe."""
        return Portal(self.inputs)
