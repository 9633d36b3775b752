# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data files of the vendor: of the form that they must have, and what follows from them for a portal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects import integration
from ansible_collections.avanan.office365.plugins.module_utils._schema.address_types import (
    CONNECTOR_IPS,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema.data_file import load
from ansible_collections.avanan.office365.plugins.module_utils._vendor import portals
from ansible_collections.avanan.office365.plugins.module_utils._vendor.portal import TOPICS, Portal
from ansible_collections.avanan.office365.plugins.module_utils._vendor.value_checks import _CHECKS
from ansible_collections.avanan.office365.plugins.module_utils._vendor.values import vendor
from ansible_collections.avanan.office365.plugins.module_utils._vendor.variables import (
    PHASES,
    defaults,
    unknown_variables,
    variables,
    variables_of,
)

from tests.unit.vendor.vendor_runs import PORTAL

_FOLDER = Path(portals.__file__).parent
VENDOR = load(_FOLDER / "vendor.yml")
INPUTS = load(_FOLDER / "inputs.yml")
_SECTIONS = {"date", "brands", "prefixes", "dashes", "names", "values", "farms", "regions", "statements"}
_PLACEHOLDERS = {"portal", "farm", "domain", "brand", "group", "prefix", "dash"}
_SPECIFIED = {"description", "type", "elements", "choices", "required", "default", "check", "options"}


def _portal(**inputs: Any) -> Portal:
    return Portal({**defaults(), **PORTAL, **inputs})


def _texts(data: Any) -> Iterator[Any]:
    """Every leaf."""
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else None
    if items is None:
        yield data
    else:
        for item in items:
            yield from _texts(item)


# ------------------------------------------------------------------------------------------------------------- vendor.yml


def test_the_vendors_file_has_its_form() -> None:
    assert set(VENDOR) == _SECTIONS
    assert re.fullmatch(r"\d{4}-\d\d", VENDOR["date"])
    assert all(
        isinstance(text, str) and text.strip()
        for key in _SECTIONS - {"regions"}
        for text in _texts(VENDOR[key])
    )
    assert all(set(row) == {"what", "source", "sure"} for row in VENDOR["statements"])
    assert all(set(row) == {"value", "means", "source", "sure"} for row in VENDOR["values"].values())
    patterns = [*_texts(VENDOR["names"]), *(row["value"] for row in VENDOR["values"].values())]
    assert set(re.findall(r"{(.*?)}", " ".join(patterns))) == _PLACEHOLDERS


def test_every_place_is_known() -> None:
    known = vendor()
    assert set(known.farms.values()) == set(known.regions)
    assert {farm for brand in known.brands.values() for farm in brand.farms.values()} <= set(known.farms)
    for brand in known.brands.values():
        assert all(known.farms[farm] == region for region, farm in brand.farms.items())
        assert set(brand.names) <= set(known.names)


def test_addresses_can_be_written() -> None:
    for region in vendor().regions.values():
        addresses = [*region.incoming, *region.outgoing]
        assert list(CONNECTOR_IPS.check(addresses)) == []
        assert len(set(addresses)) == len(addresses)
        # Without the addresses of one purpose the guard against loops has a hole.
        assert bool(region.outgoing) == region.complete


def test_every_object_has_names_and_is_ours() -> None:
    objects = {item for items in TOPICS.values() for item in items}
    others = {"protect_rule", "incoming_group", "outgoing_group", "undeliverable_contact"}
    assert objects | others == set(VENDOR["names"])
    assert {f"{item}_name" for item in VENDOR["names"]} <= set(
        INPUTS["variables"]["portal_values"]["options"]
    )
    assert set(INPUTS["variables"]["portal_region"]["choices"]) == set(vendor().regions)
    assert INPUTS["variables"]["portal_brand"]["choices"] == list(VENDOR["brands"])


def test_the_domains_are_said_alike_where_the_file_cannot_be_read() -> None:
    domains = tuple(dict.fromkeys(brand.domain for brand in vendor().brands.values()))
    assert portals.VENDOR_DOMAINS == integration.VENDOR_DOMAINS == domains


# -------------------------------------------------------------------------------------------------------------- of a portal


def test_names_of_a_brand_come_first_and_all_others_are_recognized() -> None:
    names = _portal(portal_brand="checkpoint").names("protect_rule")
    assert names[0] == "Check Point - Protect"
    assert {"Avanan - Protect", "Checkpoint – Protect", "Check Point — Protect"} <= set(names)
    assert len(set(names)) == len(names) == 9
    outgoing = _portal().names("protect_outgoing_rule")
    assert (outgoing[0], outgoing[-3]) == ("Avanan - Protect Outgoing", "customer-x - Protect Outgoing")
    assert _portal().names("outgoing_group") == ["avanan_inline_outgoing", "avanan_inline_outcoming"]
    assert _portal().names("journaling_connector")[-1] == "Journaling Outbound"


def test_the_guides_names_can_be_had() -> None:
    portal = _portal(portal_brand="guide")
    items = ("inbound_connector", "outbound_connector", "protect_rule")
    assert [portal.names(item)[0] for item in items] == [
        "Avanan Inbound",
        "Avanan Outbound",
        "Checkpoint – Protect",
    ]
    assert set(portal.names("protect_rule")) == set(_portal().names("protect_rule"))
    assert portal.value("smart_host") == "customer-x-host.avanan.net"
    assert portal.integration()["brand"] == "avanan"


def test_a_name_that_is_given_is_the_only_one() -> None:
    portal = _portal(portal_values={"protect_rule_name": "Second - Protect", "smart_host": "a.example"})
    assert portal.names("protect_rule") == ["Second - Protect"]
    assert portal.protect_rules == [
        f"Second - Protect{kind}" for kind in ("", " (groups)", " (users)", " (domains)")
    ]
    assert portal.value("smart_host") == "a.example"
    assert portal.value("dlp_smart_host") == "customer-x-dlp.avanan.net"


@pytest.mark.parametrize(
    ("inputs", "farm", "address"),
    [
        ({}, "mt-prod-3", "customer-x@mt-prod-3-journal-error.avanan.net"),
        (
            {"portal_brand": "checkpoint"},
            "mt-prod-cp-us-2",
            "customer-x@mt-prod-cp-us-2-journal-error.checkpointcloudsec.com",
        ),
        (
            {"portal_region": None, "portal_farm": "mt-prod-av-1"},
            "mt-prod-av-1",
            "customer-x@mt-prod-av-1-journal-error.avanan.net",
        ),
        ({"portal_region": "au"}, "", ""),
        ({"portal_region": "au", "monitor_undeliverable_recipient": "own@x.example"}, "", "own@x.example"),
    ],
)
def test_farm_and_address_for_undeliverable_reports(inputs: dict[str, Any], farm: str, address: str) -> None:
    portal = _portal(**inputs)
    assert (portal.farm, portal.undeliverable_address) == (farm, address)


def test_addresses_are_those_of_the_region_or_those_given() -> None:
    portal = _portal()
    assert set(portal.loop_guard) == {*portal.incoming_addresses, *portal.outgoing_addresses}
    assert not set(portal.incoming_addresses) & set(portal.outgoing_addresses)
    given = _portal(portal_region=None, portal_ip_addresses=["198.51.100.18/28", "198.51.100.16/28"])
    assert given.incoming_addresses == given.outgoing_addresses == given.loop_guard == ["198.51.100.16/28"]
    assert given.addresses.complete
    assert not _portal(portal_region="uk").addresses.complete
    assert _portal(portal_region=None).loop_guard == []


def test_other_portals_have_the_values_of_the_vendor() -> None:
    """Whatever is given for this portal alone."""
    own = {"portal_values": {"smart_host": "own.example"}, "portal_ip_addresses": ["198.51.100.16/28"]}
    others = [
        {"name": "customer-y", "region": "eu"},
        {"name": "customer-z", "region": "uk", "brand": "checkpoint"},
    ]
    one, other = _portal(**own, portal_others=others).integration()["other_portals"]
    assert one["smart_hosts"] == ["customer-y-host.avanan.net"]
    assert one["return_addresses"] == _portal(portal_region="eu").incoming_addresses
    assert one["addresses_complete"] and not other["addresses_complete"]
    assert other["smart_hosts"] == ["customer-z-host.checkpointcloudsec.com"]


# ------------------------------------------------------------------------------------------------------------- inputs.yml


def test_the_file_of_variables_has_its_form() -> None:
    assert set(INPUTS) == {"roles", "described_otherwise", "playbooks", "prefixes", "variables"}
    rows = dict(INPUTS["variables"])
    rows |= {f"portal_values.{name}": row for name, row in rows["portal_values"]["options"].items()}
    for name, row in rows.items():
        assert set(row) <= _SPECIFIED, name
        assert row.get("check", "label") in _CHECKS, name
    listed = [name for role in INPUTS["roles"] for name in variables_of(role)]
    assert set(listed) == set(variables())
    assert set(PHASES) <= set(INPUTS["roles"])
    own = ("change", "verify", "doctor", "fleet")
    assert all(name.startswith(tuple(INPUTS["prefixes"])) for name in (*variables(), *INPUTS["playbooks"]))
    assert all(
        set(variables_of("portal")) <= set(variables_of(role)) for role in INPUTS["roles"] if role not in own
    )


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("protected_user", "protected_users"),
        ("protected_uesrs", "protected_users"),
        ("portal_ip_address", "portal_ip_addresses"),
        ("Portal_Name", "portal_name"),
        ("portl_name", "portal_name"),
        ("potected_groups", "protected_groups"),
        ("rescope_protected_users", "protected_users"),
        ("change_plan_hsh", "change_plan_hash"),
        ("verify_user", "verify_users"),
        ("drift_fail", "drift_fail_on"),
        ("manual_mode_inlin", "manual_mode_inline"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest(name: str, nearest: str) -> None:
    (problem,) = unknown_variables([*variables(), name], [])
    assert problem.startswith(f"{name} is not a variable of this collection; did you mean {nearest}?")
    assert unknown_variables([name], [name]) == []


def test_variables_of_others_are_left_alone() -> None:
    others = [
        "tenant_environment",
        "monitoring_host",
        "portals",
        "ansible_user",
        "groups",
        "protection",
        "inlined",
    ]
    ours = [*variables(), *INPUTS["playbooks"], "portal__x", "monitor__wanted"]
    assert unknown_variables([*others, *ours], []) == []
    (problem,) = unknown_variables(["monitor_zzzzzzzzzzzzzzzzzzzz"], [])
    assert "portal_ignored_variables" in problem
