# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared by all tests: the collection as Ansible imports it, what kind of test each one is, and a practice tenant."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

ROOT = Path(__file__).resolve().parents[1]
COLLECTIONS = ROOT / "build" / "collections"
_LINK = COLLECTIONS / "ansible_collections" / "avanan" / "office365"
if not _LINK.is_symlink():
    _LINK.parent.mkdir(parents=True, exist_ok=True)
    try:
        _LINK.symlink_to(ROOT)
    except FileExistsError:
        # Another run that began at the same time has made it.
        assert _LINK.is_symlink()
for _path in (str(COLLECTIONS), str(ROOT)):
    if _path not in sys.path:
        sys.path.insert(0, _path)

from tests.fake_exchange.control import Practice

# How long an example takes says something of the machine. Whoever wants the same examples every time takes "same".
settings.register_profile("any", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("any"), derandomize=True)
settings.load_profile("any")

_TIERS = {
    "unit": "unit",
    "contract": "contract",
    "roles": "role",
    "playbooks": "playbook",
    "controller": "controller",
    "pages": "pages",
    "formats": "formats",
}
# Unit tests of what stands on the version of Python or ansible-core.
_VERSIONS = {
    "test_consistency",
    "test_documents",
    "test_filters",
    "test_play_variables",
    "test_snapshot",
    "test_token_cache",
}
# Generated cases that hypothesis does not generate.
_FUZZ = {
    "test_check_and_run_agree",
    "test_fault_matrix",
    "test_fuzzed_answers",
    "test_generated_remedies",
    "test_generated_tenants",
    "test_mail_flow_agreement",
    "test_mail_flow_solver",
    "test_odd_settings",
    "test_rule_corpus",
}
# What practice tenants show of the collection's own tables and decisions, which are the same for every version.
_ONCE = {"test_edits_after_approval", "test_guides", "test_every_setting"}
# Whole runs without Ansible's engine, as far as they show the same.
_RUNS = ROOT / "tests" / "contract" / "runs"
# What comes of whole runs, for which each version has carried out every task in other tests; see every_task.py. And what the
# modules decide about objects and answers, after other contract tests have shown that they load, sign in, read and write.
_MATRIX = {
    "test_doctor_runs",
    "test_drift_runs",
    "test_faults_answers",
    "test_gate",
    "test_lists_and_groups",
    "test_longest_waits",
    "test_mail_flow_check",
    "test_objects_in_use",
    "test_other_forms",
    "test_plan",
    "test_reported_in_public",
    "test_runbook_runs",
    "test_scenarios",
}

# Unit tests of large tenants and of many walks, for which `make quick` does not wait.
_LONG = {
    "test_a_signed_package_is_verified_and_a_changed_one_refused",
    "test_every_remedy_of_the_judgements_helps",
    "test_the_effort_grows_with_little_more_than_the_square_of_the_rules",
    "test_three_hundred_rules",
}


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """The tier of a test is its folder; fuzz is what draws its cases; once and matrix say which versions it needs."""
    for item in items:
        tier, name = _TIERS[item.path.relative_to(ROOT / "tests").parts[0]], item.path.stem
        fuzz = name in _FUZZ or is_hypothesis_test(getattr(item, "obj", None))
        item.add_marker(tier)
        if fuzz:
            item.add_marker("fuzz")
        once = name in _ONCE or item.path.parent == _RUNS
        if fuzz or once or (tier == "unit" and name not in _VERSIONS):
            item.add_marker("once")
        elif name in _MATRIX:
            item.add_marker("matrix")
        if getattr(item, "originalname", "") in _LONG:
            item.add_marker("long")


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end, so that no look for garbage need go through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def practice() -> Iterator[Practice]:
    """A running practice service; every process that runs tests has its own."""
    with Practice() as running:
        yield running


@pytest.fixture
def tenant(practice: Practice) -> Practice:
    """The practice service with its tenant begun anew."""
    practice.reset()
    return practice
