# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs without Ansible's engine, for what comes of them and not of Ansible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ansible_run import carried_out
from tests.change_runs import changes
from tests.fake_exchange.control import Practice
from tests.fake_exchange.inside import Inside
from tests.without_engine import by_actions

__all__ = ("changes",)


@pytest.fixture(scope="session")
def practice() -> Iterator[Practice]:
    """A practice service that is reached without a network."""
    with Inside() as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def without_engine() -> Iterator[None]:
    """All runs of these tests, and of no others that the same process goes on to."""
    with carried_out(by_actions):
        yield
