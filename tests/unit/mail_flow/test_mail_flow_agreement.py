# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail-flow check and a second evaluator of the same document say the same of generated tenants, and what is right of given ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from copy import deepcopy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.message import (
    Certificates,
    Message,
    Source,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.tenant import (
    tenant as product_tenant,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.headers import Headers
from ansible_collections.avanan.office365.plugins.module_utils._schema.ip_ranges import pieces
from hypothesis import HealthCheck, given, settings

from tests.drawn import share
from tests.mail_flow_oracle import compare, verdicts
from tests.mail_flow_oracle.compare import product_verdicts, shown
from tests.mail_flow_oracle.directory import OUTSIDER
from tests.mail_flow_oracle.entrance import VENDOR
from tests.mail_flow_oracle.predicates import Message as OracleMessage
from tests.mail_flow_oracle.protection import wrongly_inspected
from tests.mail_flow_oracle.rarities import RARITIES, Rarity
from tests.mail_flow_oracle.tenants import NOW, US_IN, Case, complete, inbound, rule, tenant, tenants
from tests.mail_flow_oracle.walk import Tenant as OracleTenant

CASES = sorted((Path(__file__).parents[2] / "mail_flow_oracle" / "cases").glob("*.json"))
CHUNK, CHUNKS = 25, share(8, 16)
GATEWAY = ["203.0.113.0/28"]


def _told(case: Case) -> str:
    return "\n".join(f"{one.name or 'tenant'}: {one.product}, {one.oracle}" for one in compare(case))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_agreement(chunk: int) -> None:
    cases = {number: tenant(number) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)}
    different = {number: found for number, case in cases.items() if (found := compare(case))}
    wrongly_safe = [number for number, found in different.items() if any(one.wrongly_safe for one in found)]
    worst = (wrongly_safe or list(different) or [0])[0]
    assert not wrongly_safe, f"tenant {worst}\n{_told(cases[worst])}\n{shown(cases[worst])}"
    assert not different, f"tenant {worst}\n{_told(cases[worst])}\n{shown(cases[worst])}"


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(tenants())
def test_agreement_where_tenants_can_shrink(case: Case) -> None:
    assert compare(case) == [], shown(case)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_given_tenants(path: Path) -> None:
    given_case: dict[str, Any] = json.loads(path.read_text())
    case = (given_case["snapshot"], given_case["integration"])
    wanted = {"": given_case["verdict"], **given_case["classes"]}
    for evaluator in (product_verdicts(case), verdicts(*case, now=NOW)):
        assert {name: evaluator[name] for name in wanted} == wanted, given_case["reason"]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nobody_is_called_inspected_who_gets_mail_that_was_not(chunk: int) -> None:
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        assert wrongly_inspected(tenant(number)) == [], f"tenant {number}\n{shown(tenant(number))}"


@pytest.mark.parametrize("change", RARITIES, ids=lambda change: change.__name__)
def test_every_rare_point_of_the_model_is_drawn(change: Rarity) -> None:
    def changes(number: int) -> bool:
        snapshot, known = tenant(number)
        before = deepcopy((snapshot, known))
        change(snapshot, known, random.Random(number))
        return before != (snapshot, known)

    assert RARITIES[change] > 0
    assert any(map(changes, range(40)))


def test_both_recognize_the_same_of_what_the_vendor_returns() -> None:
    """7.9: a wrong yes would call mail inspected that may be filtered."""
    seen: set[bool | None] = set()
    for number in range(150):
        snapshot, integration = tenant(number)
        mine, product = OracleTenant(snapshot, integration, NOW), product_tenant(snapshot, integration, NOW)
        stranger = product.directory.user("somebody@outside.invalid")
        for piece in [*pieces(product.known.returns, product.borders), None]:
            source = Source("smtp", piece, Certificates(of_vendor=True))
            found, _view = product.entered(Message(stranger, stranger), source, Headers())
            ip = str(ip_address(piece.first)) if piece else None
            message = OracleMessage(OUTSIDER, OUTSIDER, "ordinary", "smtp", ip, VENDOR)
            assert found.recognized is mine.entrance.recognizes(message), (number, ip)
            seen.add(found.recognized)
    assert seen == {True, False, None}


def _without_exception(case: Case) -> None:
    case[0]["mail_flow_rules"][0]["exceptions"] = {}


def _partial_exception(case: Case) -> None:
    case[0]["mail_flow_rules"][0]["exceptions"] = {"sender_ip_ranges": US_IN[:1]}


def _reversed(case: Case) -> None:
    first = case[0]["mail_flow_rules"][0]
    first["conditions"]["sender_ip_ranges"] = first["exceptions"].pop("sender_ip_ranges")


def _connector_off(case: Case) -> None:
    case[0]["outbound_connectors"][0]["enabled"] = False


def _locked(case: Case) -> None:
    lock = inbound("Lock", sender_ip_addresses=GATEWAY, restrict_domains_to_ip_addresses=True)
    case[0]["inbound_connectors"].append(lock)


def _enhanced_filtering(case: Case) -> None:
    case[0]["inbound_connectors"][0]["ef_skip_last_ip"] = True


def _only_from_the_gateway(case: Case) -> None:
    """What does not come from the gateway is rejected: by one rule, or by one that lets the gateway pass."""
    _gateway(case)
    stop = rule("Pass", {"sender_ip_ranges": GATEWAY}, {}, {"stop_rule_processing": True})
    reject = rule("Refuse", {"from_scope": "NotInOrganization"}, {}, {"delete_message": True})
    case[0]["mail_flow_rules"] += [stop, reject]


def _gateway(case: Case) -> None:
    case[0]["inbound_connectors"].append(
        inbound("Lock", sender_ip_addresses=[*GATEWAY, *US_IN], restrict_domains_to_ip_addresses=True)
    )


def _nothing(_case: Case) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (_nothing, "safe"),
        (_without_exception, "loop"),
        (_partial_exception, "loop"),
        (_reversed, "loop"),
        (_connector_off, "lost"),
        (_locked, "lost"),
        (_enhanced_filtering, "not_proved"),
        (_only_from_the_gateway, "lost"),
        (_gateway, "safe"),
    ],
)
def test_known_verdicts(change: Callable[[Case], None], verdict: str) -> None:
    case = complete()
    change(case)
    assert verdicts(*case, now=NOW)[""] == verdict
    assert product_verdicts(case)[""] == verdict
