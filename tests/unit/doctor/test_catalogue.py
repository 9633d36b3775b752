# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of findings, the document and the code name the same ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._doctor.catalogue import kind_of, kinds
from ansible_collections.avanan.office365.plugins.module_utils._schema.severities import SEVERITIES

from tests.unit.doctor import test_doctor, test_ways_to_the_vendor
from tests.unit.doctor.tenants import INTEGRATION, Facts, examined, healthy, inbound, outbound, troubled

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
    for kind in kinds():
        words = set(re.findall("[a-z]+", told[kind.section].lower()))
        assert words & set(SEVERITIES) == set(kind.severities), kind.id


def test_severities_are_known_and_the_worst_comes_first() -> None:
    for kind in kinds():
        assert list(kind.severities) == sorted(kind.severities, key=SEVERITIES.index)


def test_the_code_makes_no_other_finding_than_those_of_the_table() -> None:
    folder = _ROOT / "plugins" / "module_utils" / "_doctor"
    words = {text for path in folder.glob("*.py") for text in re.findall(r'"([a-z-]+)"', path.read_text())}
    plain = {kind.id for kind in kinds() if not kind.id.endswith("...")}
    assert plain <= words


def _with(topic: str, *items: dict[str, Any]) -> Facts:
    facts = healthy()
    facts["snapshot"][topic] += items
    return facts


@pytest.mark.parametrize(
    ("facts", "integration", "finding", "text"),
    [
        (
            {"sign_in_problem": "AADSTS1.", "sign_in_hint": "Renew it."},
            {},
            "sign-in-refused",
            "Renew it. See docs",
        ),
        (
            {"sign_in_problem": "401", "token_refused": True},
            {},
            "token-refused",
            "Grant Exchange.ManageAsApp",
        ),
        (
            _with("inbound_connectors", inbound("Old", enabled=False)),
            {},
            "inbound-connector-disabled",
            "It does nothing as it is",
        ),
        (
            _with("outbound_connectors", outbound("Other", smart_hosts=["customer-y-host.avanan.net"])),
            {"portal": "customer-z", "names": {}},
            "several-portals",
            "the portals customer-x, customer-y",
        ),
        (healthy(), {"portal": "customer-z", "names": {}}, "other-portal", "the portal customer-x"),
        (
            healthy(),
            {"return_addresses": [], "loop_guard": []},
            "portal-not-known",
            "portal_region was not given",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_for_its_situation(facts: Facts, integration: dict[str, Any], finding: str, text: str) -> None:
    found = examined(facts, integration={**INTEGRATION, **integration})["findings"]
    (one,) = [item for item in found if item["id"] == finding]
    assert text in " ".join(one.values())
    assert "{" not in " ".join(one.values())


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
