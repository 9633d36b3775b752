# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs are real here, whatever tests ran before in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ansible_run import carried_out, real
from tests.change_runs import changes

__all__ = ("changes",)


@pytest.fixture(autouse=True)
def ansible_playbook() -> Iterator[None]:
    """All runs of these tests."""
    with carried_out(real):
        yield
