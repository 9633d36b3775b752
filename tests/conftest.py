# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared by all tests: the collection as Ansible imports it, and a practice tenant."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COLLECTIONS = ROOT / "build" / "collections"
_LINK = COLLECTIONS / "ansible_collections" / "avanan" / "office365"
if not _LINK.is_symlink():
    _LINK.parent.mkdir(parents=True, exist_ok=True)
    _LINK.symlink_to(ROOT)
for _path in (str(COLLECTIONS), str(ROOT)):
    if _path not in sys.path:
        sys.path.insert(0, _path)

from tests.fake_exchange.control import Practice


@pytest.fixture(scope="session")
def practice() -> Iterator[Practice]:
    """A running practice service."""
    with Practice() as running:
        yield running


@pytest.fixture
def tenant(practice: Practice) -> Practice:
    """The practice service with its tenant begun anew."""
    practice.reset()
    return practice
