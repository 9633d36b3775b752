# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On generated tenants, and where settings are odd, the doctor's mode is never better than what somebody else finds by walking."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.doctor_render import render_doctor
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.doctor_report import (
    DoctorReport,
    Heading,
)

from tests.mail_flow_oracle import walk
from tests.mail_flow_oracle.classes import OUTSIDER, People
from tests.mail_flow_oracle.directory import Person
from tests.mail_flow_oracle.predicates import Message, scope
from tests.mail_flow_oracle.tenants import Case, tenant
from tests.unit.doctor.tenants import NOW, examined, group, healthy, mailbox

CHUNK, CHUNKS = 20, 10
_GOOD = ("inline", "as_scoped")
_ARRIVING = (*_GOOD, "with_gaps", "partly")
_HEADING = Heading("2026-11-30T08:00:00Z", "contoso.example", "customer-x", ("avanan.office365", "1.0.0"))


def _doctor(snapshot: Mapping[str, Any], integration: Mapping[str, Any], **facts: Any) -> dict[str, Any]:
    given = {"portal": integration["portal"], "mail_flow": integration}
    topics = {name: item for name, item in snapshot.items() if name != "recipients"}
    recipients = {key.lower(): row for key, row in snapshot["recipients"].items()}
    return examined(
        {**healthy(), "snapshot": topics, "recipients": recipients, **facts}, None, integration=given
    )


class _Watched(walk.Walk):
    """A walk that remembers for whom something was delivered which had not been at the vendor."""

    def ends(self) -> frozenset[walk.End]:
        self.uninspected: set[str] = set()
        return super().ends()

    def _addressed(
        self, message: Message, fork: Any, person: Person, history: Any, passes: int
    ) -> Iterator[walk.End]:
        for end in super()._addressed(message, fork, person, history, passes):
            # What a rule copies after the vendor has seen it is inspected for whomever it was addressed to.
            seen = any(place[0] == "vendor" for place, _whom in history)
            if end.end == "delivered" and end.recipient == person.written and not seen:
                self.uninspected.add(person.written)
            yield end


def _walked(where: walk.Tenant, person: Person) -> tuple[str, set[str]]:
    """What becomes of plain mail of the internet from nowhere in particular, and to whom it comes uninspected."""
    plain = Message(
        OUTSIDER, OUTSIDER, "ordinary", "smtp", authenticated=False, ip=where.nowhere, certificate=None
    )
    walked = _Watched(where, walk.Start(plain, (person,), where.new_headers()))
    certain = {
        end.end for end in walked.ends() if end.certain and end.counts and end.recipient == person.written
    }
    fate = next((name for name in ("loop", "rejected", "stranded") if name in certain), "")
    return fate, walked.uninspected


def _domain(where: walk.Tenant, person: Person) -> str:
    return (where.directory.primary(person) or person.written).rpartition("@")[2]


def _in_scope(where: walk.Tenant, person: Person) -> bool:
    """Whether one of our rules for incoming mail is for somebody."""
    message = Message(OUTSIDER, OUTSIDER, "ordinary", "smtp", authenticated=False)
    return any(
        where.rules.is_own(place)
        and where.rules.acts(place) is not False
        and (rule.get("conditions") or {}).get("from_scope") == "NotInOrganization"
        and scope(where.directory, rule, person, message) is True
        for place, rule in enumerate(where.rules.all)
    )


def _wrong(case: Case) -> list[str]:
    """What the doctor claims, and another evaluator does not find."""
    snapshot, integration = case
    found = _doctor(snapshot, integration)
    where = walk.Tenant(copy.deepcopy(snapshot), integration, NOW)
    people = People(where)
    everybody = found["everybody"]["protection"]
    domains = {row["domain"]: row["protection"] for row in found["domains"]}
    known = {person.written: person for person in people.inside}

    def claims(person: Person) -> set[str]:
        said = {everybody, domains.get(_domain(where, person), "")}
        return said if _in_scope(where, person) else said - {"as_scoped"}

    wrong = []
    for person in people.inside:
        if person.kind == "symbolic" or where.directory.kind(person) in ("missing", "outside"):
            continue
        fate, uninspected = _walked(where, person)
        if fate and claims(person) & set(_ARRIVING):
            wrong.append(f"{person.written}: {sorted(claims(person))}, and it ends in {fate}")
        # Mail for one is brought to another by rules: what is claimed is claimed of whom it comes to.
        for written in sorted(uninspected):
            reached = known.get(written) or Person(written)
            if claims(reached) & set(_GOOD):
                wrong.append(f"{written}: {sorted(claims(reached))}, and something passes uninspected")
    return wrong


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_mode_is_better_than_what_is_found_by_walking(chunk: int) -> None:
    wrong = {number: _wrong(tenant(number)) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)}
    assert {number: told for number, told in wrong.items() if told} == {}


def test_the_tenants_have_every_kind_of_mode() -> None:
    found = {row["protection"] for number in range(200) for row in _doctor(*tenant(number))["domains"]}
    assert {"inline", "as_scoped", "with_gaps", "not_proved", "loop", "lost", "none"} <= found


@pytest.mark.parametrize("number", range(0, 200, 20))
def test_every_form_of_the_report_is_made(number: int) -> None:
    snapshot, integration = tenant(number)
    found = _doctor(snapshot, integration)
    forms = render_doctor(DoctorReport(found, _HEADING, snapshot, {}))
    content = json.loads(forms["json"])
    for row in (*content["domains"], *content["scope"], content["everybody"]):
        assert row["mode"]
    assert all(len(forms[form]) > 1000 for form in ("html", "md"))


# ---------------------------------------------------------------------------------------------- odd settings


def _pilot() -> dict[str, Any]:
    facts = healthy()
    pilot, anna = "pilot@contoso.example", "anna@contoso.example"
    facts["snapshot"]["mail_flow_rules"][0]["conditions"]["sent_to_member_of"] = [pilot]
    facts["recipients"] = {pilot: group(pilot, [anna]), anna: mailbox(anna)}
    return facts


def _places(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Topic, number of the object and path of each setting."""
    for topic, items in snapshot.items():
        for place, item in enumerate(items if isinstance(items, list) else [items]):
            for name, value in item.items():
                yield topic, place, name
                parts = value if isinstance(value, dict) else {}
                yield from ((topic, place, f"{name}.{key}") for key in parts)


def _without(item: dict[str, Any], path: str) -> None:
    section, _dot, name = path.rpartition(".")
    (item[section] if section else item).pop(name)


@pytest.mark.parametrize("topic", list(_pilot()["snapshot"]))
def test_an_odd_setting_leaves_the_mode_as_it_is_or_makes_it_not_proved(topic: str) -> None:
    sound = examined(_pilot())["domains"]
    for name, place, path in _places(_pilot()["snapshot"]):
        if name != topic:
            continue
        facts = _pilot()
        items = facts["snapshot"][topic]
        rows = items if isinstance(items, list) else [items]
        odd: list[dict[str, str]] = [{} for _row in rows]
        odd[place][path] = '"Odd"'
        facts["odd"] = {topic: odd}
        # What cannot be understood is left out of the snapshot.
        _without(rows[place], path)
        for row, usual in zip(examined(facts)["domains"], sound, strict=False):
            assert row == usual or row["protection"] == "not_proved", path


@pytest.mark.parametrize("topic", list(_pilot()["snapshot"]))
def test_a_class_that_was_not_read_leaves_the_mode_as_it_is_or_makes_it_not_proved(topic: str) -> None:
    sound = {row["domain"]: row["protection"] for row in examined(_pilot())["domains"]}
    facts = _pilot()
    del facts["snapshot"][topic]
    for row in examined(facts)["domains"]:
        assert row["protection"] in (sound[row["domain"]], "not_proved")


def test_what_was_not_read_is_not_told_as_a_fact() -> None:
    facts = _pilot()
    del facts["snapshot"]["connection_filter"]
    (found,) = [item for item in examined(facts)["findings"] if item["id"] == "inspection-not-proved"]
    assert "it is not known whether the connection filter blocks" in found["what"]


def test_people_who_could_not_be_looked_up_make_it_not_proved() -> None:
    facts = {**_pilot(), "recipients": {}}
    assert {row["protection"] for row in examined(facts)["domains"]} == {"not_proved"}
