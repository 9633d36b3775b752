# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of findings, the document and the code name the same ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._doctor.catalogue import FINDINGS, kind_of
from ansible_collections.avanan.office365.plugins.module_utils._schema.severities import SEVERITIES

from tests.unit.doctor import test_doctor, test_ways_to_the_vendor
from tests.unit.doctor.tenants import Facts, examined, healthy, troubled

_ROOT = Path(__file__).resolve().parents[3]


def _made(case: tuple[Any, ...]) -> Facts:
    facts = healthy()
    case[0](facts)
    return facts


_SECTION = re.compile(r"^### ([A-Za-z.-]+)\n\n\*([^*]+)\.\* \S", re.MULTILINE)


def test_every_finding_has_its_section_with_its_severities() -> None:
    told = {
        name.lower(): words for name, words in _SECTION.findall((_ROOT / "docs" / "findings.md").read_text())
    }
    for kind in FINDINGS:
        words = set(re.findall("[a-z]+", told[kind.section].lower()))
        assert words & set(SEVERITIES) == set(kind.severities), kind.id


def test_severities_are_known_and_the_worst_comes_first() -> None:
    for kind in FINDINGS:
        assert list(kind.severities) == sorted(kind.severities, key=SEVERITIES.index)


def test_the_code_makes_no_other_finding_than_those_of_the_table() -> None:
    folder = _ROOT / "plugins" / "module_utils" / "_doctor"
    words = {text for path in folder.glob("*.py") for text in re.findall(r'"([a-z-]+)"', path.read_text())}
    plain = {kind.id for kind in FINDINGS if not kind.id.endswith("...")}
    composed = {"limit-of-rules", "limit-of-patterns"}
    elsewhere = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "catalogue.py")
    assert plain <= words
    assert [name for name in plain - composed if f'"{name}"' not in elsewhere] == []


@pytest.mark.parametrize(
    "facts",
    [
        troubled(),
        *(
            _made(case)
            for cases in (test_doctor.TABLE, test_ways_to_the_vendor.CASES)
            for case in cases.values()
        ),
    ],
)
def test_what_is_found_is_in_the_table_with_its_severity(facts: Facts) -> None:
    for item in examined(facts)["findings"]:
        assert item["severity"] in kind_of(item["id"]).severities
