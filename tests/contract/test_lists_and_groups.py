# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of which only a part is named: filter entries and members. And what a fresh organization needs first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_exchange.control import Practice

from .module_run import run

FILTER = "o365_connection_filter"
GROUP = "o365_distribution_group"


def _do(tenant: Practice, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
    return run(module, options, tenant.env(way="access_token"), check=check)


def _allowed(tenant: Practice) -> list[str]:
    policy = tenant.state()["HostedConnectionFilterPolicy"]
    return list((policy[0] if isinstance(policy, list) else policy)["IPAllowList"])


def _members(tenant: Practice, name: str) -> list[str]:
    people = tenant.state()["Recipient"]
    guids = next(row for row in people if row["Name"] == name)["Members"]
    return sorted(row["Alias"] for row in people if row["Guid"] in guids)


def test_entries_come_and_go_beside_those_of_others(tenant: Practice) -> None:
    tenant.put(
        "HostedConnectionFilterPolicy", {"Name": "Default", "IPAllowList": ["192.0.2.10", "192.0.2.64/26"]}
    )
    added = _do(tenant, FILTER, ip_allow_list=["192.0.2.10/32", "203.0.113.7", "192.0.2.64-192.0.2.127"])
    assert added["plan"][0]["parameters"]["IPAllowList"] == {
        "@odata.type": "#Exchange.GenericHashTable",
        "Add": ["203.0.113.7"],
    }
    assert _allowed(tenant) == ["192.0.2.10", "192.0.2.64/26", "203.0.113.7"]
    assert any("CISA SCuBA" in text for text in added["warnings"])
    _do(tenant, FILTER, ip_allow_list=["203.0.113.7", "203.0.113.8"], mode="remove")
    assert _allowed(tenant) == ["192.0.2.10", "192.0.2.64/26"]
    assert _do(tenant, FILTER, ip_allow_list=["203.0.113.9"], mode="exact")["changed"]
    assert _allowed(tenant) == ["203.0.113.9"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("198.51.0.0/16", "65536 addresses"),
        ("198.51.100.0-198.51.101.0", "257 addresses"),
        ("2001:db8::/64", "IPv6 range"),
        ("198.51.100.9-198.51.100.1", "ends before it begins"),
        ("gateway", "is not an IP address"),
    ],
)
def test_entries_that_the_service_would_refuse(tenant: Practice, entry: str, words: str) -> None:
    refused = _do(tenant, FILTER, ip_allow_list=[entry])
    assert words in refused["msg"]
    assert tenant.calls() == []


def test_the_service_refuses_what_no_entry_can_be(tenant: Practice) -> None:
    tenant.put("HostedConnectionFilterPolicy", {"Name": "Default", "IPAllowList": ["192.0.2.10"]})
    emptied = _do(tenant, FILTER, ip_allow_list=[], mode="exact")
    assert "set force if that is meant" in emptied["msg"]
    assert _allowed(tenant) == ["192.0.2.10"]
    assert _do(tenant, FILTER, ip_allow_list=[], mode="exact", force=True)["changed"]
    assert _allowed(tenant) == []


def test_a_fresh_organization_is_customized_first(tenant: Practice) -> None:
    tenant.put("OrganizationConfig", {"IsDehydrated": True})
    preview = _do(tenant, FILTER, check=True, ip_allow_list=["203.0.113.7"])
    assert any("o365_organization_customization" in text for text in preview["warnings"])
    refused = _do(tenant, FILTER, ip_allow_list=["203.0.113.7"])
    assert "isn't currently allowed in your organization" in refused["msg"]
    assert "o365_organization_customization" in refused["msg"]
    customize = "o365_organization_customization"
    assert _do(tenant, customize, check=True)["changed"]
    assert tenant.writes()[-1]["cmdlet"] == "Set-HostedConnectionFilterPolicy"
    tenant.faults(late_customization=2)
    assert _do(tenant, customize)["changed"]
    assert not _do(tenant, customize)["changed"]
    assert _do(tenant, FILTER, ip_allow_list=["203.0.113.7"])["changed"]


def test_a_flag_that_lags_is_no_change_and_no_failure(tenant: Practice) -> None:
    tenant.put("OrganizationConfig", {"IsDehydrated": True})
    tenant.faults(late_customization=1000)
    first = _do(tenant, "o365_organization_customization", wait_timeout=0.1)
    assert first["changed"]
    assert any("still shows the organization as not customized" in text for text in first["warnings"])
    again = _do(tenant, "o365_organization_customization", wait_timeout=0.1)
    assert not again["changed"]
    assert any("customized already" in text for text in again["warnings"])


def test_members_in_any_spelling(tenant: Practice) -> None:
    assert _do(tenant, GROUP, name="Team", managed_by=["User 01"], members=["user02", "User 03"])["changed"]
    assert not _do(tenant, GROUP, name="Team", members=["USER02@fabrikam.example", "user03"])["changed"]
    assert _do(tenant, GROUP, name="Team", members=["User 04"])["changed"]
    assert _members(tenant, "Team") == ["user02", "user03", "user04"]
    exact = _do(tenant, GROUP, name="Team", members=["user03", "counsel"], mode="exact")
    assert [step["cmdlet"] for step in exact["plan"]] == [
        "Add-DistributionGroupMember",
        "Remove-DistributionGroupMember",
        "Remove-DistributionGroupMember",
    ]
    assert _members(tenant, "Team") == ["counsel", "user03"]
    assert _do(tenant, GROUP, name="Team", members=["User 03", "user40", "nobody"], mode="remove")["changed"]
    assert _members(tenant, "Team") == ["counsel"]
    emptied = _do(tenant, GROUP, name="Team", members=[], mode="exact")
    assert "set force if that is meant" in emptied["msg"]
    missing = _do(tenant, GROUP, name="Team", members=["nobody"])
    assert 'the recipient "nobody" of members exists' in missing["msg"]
    assert _members(tenant, "Team") == ["counsel"]


def test_owners_read_as_guids_are_the_same(tenant: Practice) -> None:
    assert _do(tenant, GROUP, name="Team", managed_by=["User 01", "user02"], moderated_by=["user03"])[
        "changed"
    ]
    again = _do(
        tenant, GROUP, name="Team", managed_by=["USER02@contoso.example", "user01"], moderated_by=["User 03"]
    )
    assert (again["changed"], again["plan"]) == (False, [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "New"}, "managed_by must be given"),
        ({"name": "New", "managed_by": []}, "managed_by cannot be emptied"),
        ({"name": "Sales team", "type": "Security"}, "type can be given only when it is created"),
        ({"name": "Pilot users", "member_join_restriction": "Open"}, "not for groups of type Security"),
        ({"name": "User 01", "managed_by": ["user02"]}, "a recipient of another kind (UserMailbox) has it"),
        (
            {"name": "Project north", "managed_by": ["user02"]},
            "a recipient of another kind (GroupMailbox) has it",
        ),
    ],
)
def test_a_group_that_cannot_be(tenant: Practice, options: dict[str, Any], words: str) -> None:
    refused = _do(tenant, GROUP, **options)
    assert words in refused["msg"], refused["msg"]
    assert tenant.writes() == []


def test_a_group_of_the_local_directory_is_left_alone(tenant: Practice) -> None:
    tenant.put("Recipient", {"Name": "Sales team", "IsDirSynced": True})
    for options in ({"bcc_blocked": True}, {"state": "absent"}):
        refused = _do(tenant, GROUP, name="Sales team", **options)
        assert "synchronized from the local directory" in refused["msg"]
    assert tenant.writes() == []


def test_members_of_a_large_group_are_not_looked_up_one_by_one(tenant: Practice) -> None:
    everyone = [f"user{number:02}@contoso.example" for number in range(1, 40)]
    assert _do(tenant, GROUP, name="Large", managed_by=["user01"], members=everyone)["changed"]
    before = len(tenant.calls())
    assert _do(tenant, GROUP, name="Large", members=["user40@contoso.example"])["changed"]
    looked_up = [call for call in tenant.calls()[before:] if call["cmdlet"] == "Get-Recipient"]
    assert len(looked_up) == 1
