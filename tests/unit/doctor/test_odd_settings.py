# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a setting reads: the examination goes on, nothing is lost without a word, nothing is concluded from it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._engine.progress import Progress
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ServiceError,
    Throttled,
    Transient,
)
from ansible_collections.avanan.office365.plugins.module_utils._read import doctor
from ansible_collections.avanan.office365.plugins.module_utils._resources.index import BY_NOUN, TOPICS
from ansible_collections.avanan.office365.plugins.module_utils._schema.value_type import NotClearable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.drawn import share
from tests.unit.doctor.tenants import INTEGRATION, examined, troubled

Records = dict[str, list[dict[str, Any]]]
_GONE = object()
_UNWALKED = {name: value for name, value in INTEGRATION.items() if name != "mail_flow"}
# What a setting reads that always has a value, and of which a tenant of these tests says nothing.
_ALWAYS: dict[str, Any] = {"bool": False, "int": 0, "str": "00:10:00", "list": ["*"]}


def _wire(noun: str, item: Mapping[str, Any], place: int) -> dict[str, Any]:
    """An object in option names as a record of the service; a setting of which nothing is said as the service has it by default."""
    resource = BY_NOUN[noun]
    record: dict[str, Any] = {} if resource.singleton else {"Name": item.get("name") or item["domain_name"]}
    for row in resource.fields:
        value = (item.get(row.section) or {}).get(row.name) if row.section else item.get(row.name)
        if value is None and isinstance(row.value.clear, NotClearable):
            value = row.value.choices[0] if row.value.choices else _ALWAYS[row.value.type]
        record[row.prop or row.parameter] = value
    if resource.priority:
        record["Priority"] = place
    return record


def _records() -> Records:
    snapshot = troubled()["snapshot"]
    found: Records = {}
    for topic, resource in TOPICS.items():
        objects = snapshot.get(topic) or {}
        rows = [objects] if resource.singleton else objects
        found[resource.noun] = [_wire(resource.noun, row, place) for place, row in enumerate(rows)]
    return found


class _Tenant:
    """Cmdlets that answer with given records, or fail."""

    tenant = "guid"

    def __init__(self, records: Records, failing: Mapping[str, Exception] | None = None) -> None:
        self._records, self._failing = records, failing or {}

    def read(self, noun: str, _parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        if noun in self._failing:
            raise self._failing[noun]
        return self._records.get(noun, [])

    def recipient(self, _identity: str) -> None:
        return None

    def may(self, _cmdlet: str) -> bool:
        return True


def _facts(records: Records, failing: Mapping[str, Exception] | None = None) -> dict[str, Any]:
    params = {"probe_writes": True, "integration": INTEGRATION}
    tenant: Any = _Tenant(records, failing)
    facts: dict[str, Any] = doctor.TASK.perform(params, tenant, Progress(), check_mode=True)["facts"]
    return facts


def _examined(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without walks, which test_generated_tenants.py does on tenants that are quickly walked."""
    return examined(dict(facts), integration=_UNWALKED)


def _told(examined: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Ids and texts; limits by their id alone, since a rule that is not known for ours changes their numbers."""
    return {
        (item["id"], "" if item["id"].startswith("limit-of") else item["what"])
        for item in examined["findings"]
        if item["id"] != "not-examined"
    }


_RECORDS = _records()
_SOUND = _examined(_facts(_RECORDS))
_PLACES = [
    (noun, index, prop) for noun, rows in _RECORDS.items() for index, row in enumerate(rows) for prop in row
]
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "Odd",
            "8 KB (8,192 bytes)",
            "8 KB (8.192 bytes)",
            "Unlimited",
            "True",
            "disabled",
            "*",
            "192.0.2.300",
            "198.51.100.0-",
            "\u202e",
            "smtp:*;x",
        ]
    ),
)
_VALUES = st.one_of(
    st.just(_GONE),
    _SCALARS,
    st.lists(_SCALARS, max_size=3),
    st.dictionaries(st.text(max_size=5), _SCALARS, max_size=2),
    st.lists(st.dictionaries(st.text(max_size=5), _SCALARS, max_size=2), max_size=2),
)


def test_the_tenant_of_these_tests_has_something_to_lose() -> None:
    assert len({name for name, _what in _told(_SOUND)}) >= 12
    assert _SOUND["not_examined"] == []
    assert _facts(_RECORDS)["odd"] == {}


def _changed(place: tuple[str, int, str], value: Any) -> Records:
    noun, index, prop = place
    records = copy.deepcopy(_RECORDS)
    if value is _GONE:
        del records[noun][index][prop]
    else:
        records[noun][index][prop] = value
    return records


@settings(max_examples=share(300, 1000), deadline=None)
@given(st.sampled_from(_PLACES), _VALUES)
@example(("EtrLimits", 0, "MaximumSizeOfAnIndividualTransportRule"), "8 KB (8,192 bytes)")
@example(("TransportRule", 0, "Priority"), "first")
@example(("TransportRule", 0, "FromScope"), {"Value": 1})
def test_whatever_a_setting_reads(place: tuple[str, int, str], value: Any) -> None:
    _check(place, value)


def _check(place: tuple[str, int, str], value: Any) -> None:
    facts = _facts(_changed(place, value))
    found = _examined(facts)
    if not facts["odd"]:
        return
    told, lost = _told(found), _told(_SOUND) - _told(found)
    assert told <= _told(_SOUND)
    if lost:
        (reasons,) = {item["why"] for item in found["not_examined"]}
        assert "which is not understood" in reasons
        assert "not-examined" in {item["id"] for item in found["findings"]}
    assert {domain["protection"] for domain in found["domains"]} <= {"not_proved"}


@pytest.mark.parametrize("value", [{"odd": [1]}, _GONE], ids=["odd", "gone"])
@pytest.mark.parametrize("noun", _RECORDS)
def test_every_setting_in_a_form_that_is_not_known(noun: str, value: Any) -> None:
    seen: set[str] = set()
    for place in _PLACES:
        _noun, index, prop = place
        # Where nothing is set, one object stands for all; the test above tries the others.
        if place[0] == noun and (_RECORDS[noun][index][prop] or prop not in seen):
            seen.add(prop)
            _check(place, value)


def test_only_what_hangs_on_the_setting_is_left_out() -> None:
    (index,) = (i for i, row in enumerate(_RECORDS["InboundConnector"]) if row["Name"] == "Gateway")
    examined = _examined(_facts(_changed(("InboundConnector", index, "EFSkipLastIP"), "Odd")))
    lost = {name for name, _what in _told(_SOUND) - _told(examined)}
    assert lost <= {"enhanced-filtering"}
    assert examined["not_examined"] == [
        {
            "what": 'inbound connector "Gateway"',
            "why": 'its setting ef_skip_last_ip reads "Odd", which is not understood',
            "findings": ["enhanced-filtering"],
        }
    ]


@pytest.mark.parametrize("size", [8192, "8192", "8 KB (8,192 bytes)", "8KB", "8 KB (8 192 bytes)"])
def test_sizes_of_limits_in_every_form(size: Any) -> None:
    place = ("EtrLimits", 0, "MaximumSizeOfAnIndividualTransportRule")
    facts = _facts(_changed(place, size))
    assert facts["snapshot"]["limits"]["largest_rule_maximum"] == 8192
    assert facts["odd"] == {}


@pytest.mark.parametrize("noun", [resource.noun for resource in TOPICS.values()])
@pytest.mark.parametrize("error", [ServiceError("Odd."), Transient("Odd."), Throttled("Odd.")])
def test_a_class_that_cannot_be_read_ends_nothing(noun: str, error: Exception) -> None:
    examined = _examined(_facts(_RECORDS, {noun: error}))
    (left_out,) = (item for item in examined["findings"] if item["id"] == "not-examined")
    assert f"Get-{noun} failed" in left_out["what"]
    assert {item["why"] for item in examined["not_examined"]} == {f"Get-{noun} failed: Odd"}
