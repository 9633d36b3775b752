# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks against the practice tenant: what they make of variables, credentials and hosts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import FOOTPRINT, FULL, OURS, PORTAL, run_playbook


def _rules(tenant: Practice) -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule for rule in tenant.state()["TransportRule"] if rule["Name"].startswith(OURS)}


def test_preview_can_never_write(tmp_path: Path, tenant: Practice) -> None:
    tenant.faults(refuse_writes=True)
    run = run_playbook(tmp_path, tenant, "preview_automated_mode")
    assert run.code == 0, run.text
    assert tenant.writes() == []
    assert [(step["cmdlet"], step["parameters"].get("Name")) for step in run.plan] == [
        ("New-MailContact", "Avanan - Undeliverable Journal Reports"),
        ("Set-MailContact", None),
        ("Set-TransportConfig", None),
        ("New-JournalRule", "Avanan - Monitor"),
        ("New-InboundConnector", "Avanan Inbound"),
        ("Set-HostedConnectionFilterPolicy", None),
        ("New-OutboundConnector", "Avanan Outbound"),
        ("New-TransportRule", "Avanan - Whitelist"),
        ("New-TransportRule", "Avanan - Protect"),
        ("New-OutboundConnector", "Avanan DLP Outbound"),
        ("New-TransportRule", "Avanan - Protect Outgoing"),
    ]
    for unknown in (
        "journaling_smart_host",
        "dlp_require_tls",
        "internal_stop_processing",
        "portal_group_domain",
    ):
        assert f"{unknown}" in run.text
    assert "CISA SCuBA" in run.text
    assert "SCL -1" in run.text


def test_preview_shows_the_rest_when_it_is_given(tmp_path: Path, tenant: Practice) -> None:
    run = run_playbook(tmp_path, tenant, "preview_automated_mode", **FULL, protected_groups=["pilot"])
    assert run.code == 0, run.text
    assert tenant.writes() == []
    names = [step["parameters"]["Name"] for step in run.plan if step["cmdlet"].startswith("New-")]
    assert set(names) == FOOTPRINT - {"avanan_inline_outgoing"}


def test_preview_cannot_be_talked_into_writing(tmp_path: Path, tenant: Practice) -> None:
    more = {"inline_inbound_connector": True, "ansible_check_mode": False, "protected_groups": "pilot"}
    run = run_playbook(tmp_path, tenant, "preview_automated_mode", **more)
    assert run.code == 0, run.text
    assert tenant.writes() == []
    protect = next(step for step in run.plan if step["parameters"].get("Name") == "Avanan - Protect")
    assert protect["parameters"]["SentToMemberOf"] == ["pilot@contoso.example"]


def test_values_of_the_command_line_are_texts(tmp_path: Path, tenant: Practice) -> None:
    arguments = ("-e", "protected_users=user01@contoso.example,user02@contoso.example")
    switches = (
        "-e",
        "protect_everyone=false",
        "-e",
        "manual_mode_inline=yes",
        "-e",
        "inline_rule_enabled=no",
    )
    run = run_playbook(tmp_path, tenant, "manual_mode", *arguments, *switches)
    assert run.code == 0, run.text
    (rule,) = _rules(tenant).values()
    assert rule["SentTo"] == ["user01@contoso.example", "user02@contoso.example"]
    assert rule["State"] == "Disabled"
    report = next(result["msg"] for result in run.results if "who enters" in result["task"])
    assert "switched off" in report[-1]
    run = run_playbook(tmp_path, tenant, "rescope_inline", "-e", "protect_everyone=true")
    assert run.code == 0, run.text
    assert _rules(tenant)["Avanan - Protect"]["SentTo"] is None


def test_a_text_that_says_false_protects_nobody(tmp_path: Path, tenant: Practice) -> None:
    for playbook in ("monitor_to_inline", "rescope_inline", "preview_automated_mode"):
        run = run_playbook(tmp_path, tenant, playbook, "-e", "protect_everyone=false")
        assert run.code != 0
        assert "Nobody would be protected" in run.message
    assert tenant.writes() == []


@pytest.mark.parametrize("way", ["certificate", "federated"])
def test_other_ways_to_sign_in(tmp_path: Path, tenant: Practice, way: str) -> None:
    run = play(tmp_path, "avanan.office365.manual_mode", tenant.env(way=way), *variables(**PORTAL))
    assert run.code == 0, run.text
    assert tenant.writes() == run.plan != []


def test_several_tenants_in_one_run(tmp_path: Path) -> None:
    with Practice(tenants=2) as service:
        hosts = {f"tenant{number}": {"tenant_environment": service.env(number)} for number in range(2)}
        inventory = tmp_path / "tenants.json"
        inventory.write_text(json.dumps({"tenants": {"hosts": hosts}}))
        playbook = tmp_path / "tenants.yml"
        content = {
            "hosts": "tenants",
            "connection": "local",
            "gather_facts": False,
            "environment": "{{ tenant_environment }}",
            "roles": ["avanan.office365.monitor", "avanan.office365.inline"],
            "vars": {"inline_inbound_connector": False, "protect_everyone": True},
        }
        playbook.write_text(json.dumps([content]))
        shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
        run = play(tmp_path, str(playbook), shown, "-i", str(inventory), *variables(**PORTAL))
        assert run.code == 0, run.text
        text = run.text.partition("CUSTOM STATS")[2]
        stats = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]
        for number, host in enumerate(hosts):
            summary = json.loads(stats["avanan_summary"][host])
            assert (summary["host"], summary["tenant"]["id"]) == (host, service.guid(number))
            assert (summary["outcome"], summary["pending"]) == ("changed", 0)
            assert json.loads(stats["avanan_record"][host])["host"] == host
            assert service.writes(number) != []
