# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared by the tests of plan, undo and runbook."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ansible_run import Warm, carried_out
from tests.change_runs import changes

__all__ = ("changes",)


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """All runs of these tests, also those that other fixtures of the session make."""
    with Warm() as way, carried_out(way):
        yield
