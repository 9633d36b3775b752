# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared by all tests: the collection as Ansible imports it, their tiers, and a practice tenant."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("collection", deadline=None, print_blob=True)
settings.load_profile("collection")

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

_TIERS = {"unit": "unit", "contract": "contract", "playbooks": "playbook"}
# Pure code, but what it stands on comes with Python or Ansible.
_VERSIONS = {
    "test_token_cache",
    "test_consistency",
    "test_filters",
    "test_play_variables",
    "test_documents",
    "test_snapshot",
}
_FUZZ = {"test_mail_flow_agreement", "test_fuzzed_answers"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tier of a test is its folder; what draws examples is fuzz."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        item.add_marker(_TIERS[folder])
        if item.path.stem in _VERSIONS:
            item.add_marker("versions")
        if item.path.stem in _FUZZ or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("fuzz")
        if "changes" in getattr(item, "fixturenames", ()):
            item.add_marker("changes")


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
