# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor with the real ansible-playbook on practice tenants: a healthy one, and one for each kind of finding."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._doctor.effective_mode import (
    Exchanger,
    MxAnswer,
)
from ansible_collections.avanan.office365.plugins.module_utils._doctor.examine import examine
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.integration import (
    known_products,
)

from tests.ansible_run import Run, play, variables
from tests.contract import module_run
from tests.fake_exchange.control import Practice
from tests.fake_exchange.dns_server import dns_server
from tests.scenarios import FULL, PORTAL, US_INCOMING, US_OUTGOING, run_playbook

DOMAINS = ("contoso.example", "fabrikam.example", "tailspin.example")
PEOPLE = {"protected_users": ["user01"], "outbound_users": ["user02"], "outbound_groups": ["sales-team"]}
MICROSOFT = {domain: [f"{domain.replace('.', '-')}.mail.protection.outlook.com"] for domain in DOMAINS}


@pytest.fixture(scope="module")
def protected(practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The records of a tenant that is inline with the whole footprint."""
    practice.reset("empty")
    folder = tmp_path_factory.mktemp("protected")
    for playbook in ("manual_mode", "monitor_to_inline", "outbound_protection"):
        run = run_playbook(folder, practice, playbook, **FULL, **PEOPLE)
        assert run.code == 0, run.text
    return practice.state()


@pytest.fixture
def healthy(practice: Practice, protected: dict[str, Any]) -> Practice:
    """That tenant, as nobody has touched it."""
    practice.reset("empty")
    for noun, rows in protected.items():
        for row in rows if isinstance(rows, list) else [rows]:
            if noun not in ("EtrLimits", "AcceptedDomain", "OrganizationConfig"):
                practice.put(noun, dict(row))
    organization = practice.state()["OrganizationConfig"]
    (known,) = organization if isinstance(organization, list) else [organization]
    practice.put("OrganizationConfig", {"Name": known["Name"], "RejectDirectSend": True})
    return practice


@pytest.fixture
def resolver() -> Iterator[str]:
    """A DNS server that knows the tenant's domains behind Microsoft."""
    with dns_server(MICROSOFT, {}) as address:
        yield address


def _doctor(tmp_path: Path, tenant: Practice, *arguments: str, **values: Any) -> Run:
    given = variables(**{**PORTAL, "doctor_lookup_mx": False, **values})
    return play(tmp_path, "avanan.office365.doctor", tenant.env(), *given, *arguments)


def _result(run: Run) -> dict[str, Any]:
    return next(result for result in run.results if "findings" in result)


def _nothing_happened(tenant: Practice, calls: Sequence[dict[str, Any]]) -> bool:
    done = [call for call in calls if not call["cmdlet"].startswith("Get-") and call["status"] < 300]
    return tenant.writes() == [] and done == []


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_a_healthy_tenant(
    tmp_path: Path, healthy: Practice, resolver: str, arguments: tuple[str, ...]
) -> None:
    before = healthy.state()
    run = _doctor(
        tmp_path, healthy, *arguments, **FULL, **PEOPLE, doctor_lookup_mx=True, doctor_resolvers=[resolver]
    )
    assert (run.code, run.changed) == (0, 0), run.text
    found = _result(run)
    assert [item for item in found["findings"] if item["severity"] != "info"] == []
    assert {row["domain"]: row["mode"] for row in found["domains"]} == {
        **dict.fromkeys(DOMAINS, "monitored: Nobody of the domain is in the scope."),
        "contoso.example": "inline for avanan_inline_incoming@contoso.example; all others are monitored",
    }
    assert all(found["permissions"]["planner"].values())
    refused = {name for name, allowed in found["permissions"]["applier"].items() if not allowed}
    assert refused == {"Set-TransportConfig"}
    assert _nothing_happened(healthy, healthy.calls())
    assert healthy.state() == before
    _workflows_get(run, healthy.guid())


def _workflows_get(run: Run, tenant: str) -> None:
    """What the statistic of a run has."""
    (told,) = (
        result["ansible_stats"]["data"]["avanan_doctor"]
        for result in run.results
        if "ansible_stats" in result
    )
    host = json.loads(told["localhost"])
    assert set(host) == {
        "tenant",
        "findings",
        "permissions",
        "domains",
        "scope",
        "everybody",
        "products",
        "not_examined",
    }
    assert host["tenant"] == tenant
    assert {(row["protection"], row["entrance"]) for row in host["domains"]} == {
        ("as_scoped", "microsoft"),
        ("monitored", "microsoft"),
    }
    assert host["permissions"]["applier"]["Set-TransportConfig"] is None


def test_the_report_and_the_last_lines(tmp_path: Path, healthy: Practice, resolver: str) -> None:
    healthy.put("InboundConnector", {"Name": "Avanan Inbound", "Enabled": False})
    run = _doctor(
        tmp_path,
        healthy,
        **FULL,
        **PEOPLE,
        doctor_lookup_mx=True,
        doctor_resolvers=[resolver],
        doctor_fail_on="critical",
        change_directory=str(tmp_path / "kept"),
    )
    assert run.code != 0
    found = _result(run)
    assert set(found["files"]) == {"html", "md", "json"}
    for path in map(Path, found["files"].values()):
        assert path.is_relative_to(tmp_path / "kept")
        assert path.name.startswith("doctor.")
        assert path.stat().st_mode & 0o077 == 0
    content = json.loads(Path(found["files"]["json"]).read_text())
    assert content["findings"] == found["findings"]
    assert content["tenant"] == healthy.env()["O365_TENANT_ID"]
    assert {item["domain_name"] for item in content["baseline"]["accepted_domains"]} >= set(DOMAINS)
    lines = next(result["msg"] for result in reversed(run.results) if isinstance(result.get("msg"), list))
    summary = lines[lines.index("=== SUMMARY") + 1 :]
    assert summary[0].startswith(f"Effective mode of {DOMAINS[0]}: ")
    assert summary[1].startswith(f"Effective mode of {', '.join(DOMAINS[1:])}: monitored: ")
    assert summary[2].startswith("Found: 1 critical, ")
    assert summary[3].startswith(
        'CRITICAL inbound-connector-disabled: The inbound connector "Avanan Inbound"'
    )
    assert summary[-2] == f"Report: {found['files']['html']} (beside it: .md, .json)"
    assert summary[-1].startswith("Next: inbound-connector-disabled, for an Exchange administrator")


def test_each_class_is_read_once(tmp_path: Path, healthy: Practice) -> None:
    assert _doctor(tmp_path, healthy, doctor_probe_writes=False).code == 0
    look_ups = ("Get-Recipient", "Get-DistributionGroupMember")
    done = [call for call in healthy.calls() if call["status"] == 200]
    asked = [str(call) for call in done if call["cmdlet"] in look_ups]
    assert len(asked) == len(set(asked)) > 0
    reads = [call["cmdlet"] for call in done if call["cmdlet"] not in look_ups]
    assert {name: reads.count(name) for name in reads if reads.count(name) > 1} == {
        "Get-OutboundConnector": 3
    }
    assert not [call for call in healthy.calls() if not call["cmdlet"].startswith("Get-")]


def test_without_anything_given(tmp_path: Path, tenant: Practice) -> None:
    run = play(tmp_path, "avanan.office365.doctor", tenant.env(), *variables(doctor_lookup_mx=False))
    assert run.code == 0, run.text
    assert "not proved: portal_name was not given" in run.text
    assert {item["severity"] for item in _result(run)["findings"]} == {"info"}


def test_gateway_in_front(tmp_path: Path, healthy: Practice) -> None:
    rule = next(row for row in healthy.state()["TransportRule"] if row["Name"] == "Avanan - Protect")
    excepted = [*rule["ExceptIfSenderIpRanges"], "198.51.100.0/28"]
    healthy.put("TransportRule", {"Name": rule["Name"], "ExceptIfSenderIpRanges": excepted})
    mx = {**MICROSOFT, "contoso.example": ["eu-smtp-inbound-1.mimecast.com"]}
    with dns_server(mx, {"eu-smtp-inbound-1.mimecast.com": ["198.51.100.9"]}) as address:
        run = _doctor(
            tmp_path,
            healthy,
            doctor_lookup_mx=True,
            doctor_resolvers=address,
            doctor_fail_on="critical",
            **FULL,
            **PEOPLE,
        )
    assert run.code != 0
    assert "monitored-only" in run.message
    modes = {row["domain"]: row["mode"] for row in _result(run)["domains"]}
    assert modes["contoso.example"] == "monitored only, because the addresses of Mimecast are excepted"
    assert modes["fabrikam.example"].startswith("monitored: ")
    assert next(item["id"] for item in _result(run)["findings"]) == "monitored-only"
    assert healthy.writes() == []


def test_a_sign_in_that_is_refused(tmp_path: Path, tenant: Practice) -> None:
    given = variables(**PORTAL, doctor_lookup_mx=False)
    wrong = {**tenant.env(), "O365_CLIENT_SECRET": "wrong"}
    run = play(tmp_path, "avanan.office365.doctor", wrong, *given)
    # Nothing was looked at, so that this is no good end, whatever doctor_fail_on says.
    assert run.code != 0
    assert [item["id"] for item in _result(run)["findings"]] == ["sign-in-refused"]
    assert "The doctor could not look at the tenant: The application could not sign in" in run.message


@pytest.mark.parametrize(
    ("fault", "name"), [("missing_permission", "token-refused"), ("missing_role", "no-role")]
)
def test_a_token_that_opens_nothing(tmp_path: Path, tenant: Practice, fault: str, name: str) -> None:
    tenant.faults(**{fault: True})
    run = _doctor(tmp_path, tenant)
    assert run.code != 0
    assert [item["id"] for item in _result(run)["findings"]] == [name]
    assert "could not look at the tenant" in run.message
    assert not [call for call in tenant.calls() if call["write"] and call["status"] < 300]


def test_a_planner_that_may_not_read_the_rules_claims_nothing(tmp_path: Path, healthy: Practice) -> None:
    healthy.faults(denied_cmdlets=["Get-TransportRule"], refuse_writes=True)
    run = _doctor(tmp_path, healthy)
    assert run.code == 0, run.text
    assert {row["protection"] for row in _result(run)["domains"]} == {"not_proved"}
    assert "Applier (writes): none of 26 cmdlets allowed" in run.text
    assert {"planner-lacks-transport-rules", "reads-only"} <= {
        item["id"] for item in _result(run)["findings"]
    }


def test_dns_that_fails_is_told_and_does_not_hang(tmp_path: Path, healthy: Practice) -> None:
    run = _doctor(tmp_path, healthy, doctor_lookup_mx=True, doctor_resolvers=["dns.contoso.example:x"])
    assert run.code == 0, run.text
    assert "dns.contoso.example:x: not an address of a DNS server" in run.text
    (found,) = (item for item in _result(run)["findings"] if item["id"] == "mx-not-looked-at")
    assert found["severity"] == "warning"


# ---------------------------------------------------------------------------------------------- one finding each

INTEGRATION = {
    "portal": "customer-x",
    "footprint": "automatic",
    "return_addresses": sorted(US_INCOMING),
    "loop_guard": sorted(US_INCOMING | US_OUTGOING),
    "names": {
        "mail_flow_rules": [
            "Avanan - Protect",
            "Avanan - Whitelist",
            "Avanan - Protect Outgoing",
            "Avanan - Protect Internal",
        ],
        "inbound_connectors": ["Avanan Inbound", "Avanan DLP Inbound"],
        "outbound_connectors": ["Avanan Outbound", "Avanan DLP Outbound", "Avanan Journaling Outbound"],
        "journal_rules": ["Avanan - Monitor"],
    },
}


def _found(tenant: Practice, **options: Any) -> dict[str, str]:
    """Findings with their severity, without the controller's part of Ansible."""
    result = module_run.run("o365_doctor", options, tenant.env(way="access_token"))
    answers = {name: MxAnswer([Exchanger(host) for host in hosts]) for name, hosts in MICROSOFT.items()}
    examined = examine(result["facts"], INTEGRATION, known_products(), answers, now=datetime.now(UTC))
    return {item["id"]: item["severity"] for item in reversed(examined["findings"])}


def _put(noun: str, **record: Any) -> Callable[[Practice], None]:
    return lambda tenant: tenant.put(noun, dict(record))


def _denied(*cmdlets: str) -> Callable[[Practice], None]:
    return lambda tenant: tenant.faults(denied_cmdlets=list(cmdlets))


PARTNER = {"ConnectorType": "Partner", "Enabled": True, "SenderDomains": ["smtp:*;1"]}
PREPARED: dict[str, tuple[Callable[[Practice], None], str, str]] = {
    "role for rules": (_denied("Get-TransportRule"), "planner-lacks-transport-rules", "critical"),
    "role for journaling": (_denied("Set-JournalRule"), "applier-lacks-journaling", "warning"),
    "role for limits": (_denied("Get-EtrLimits"), "planner-lacks-transport-rules", "critical"),
    "a planner": (lambda tenant: tenant.faults(refuse_writes=True), "reads-only", "info"),
    "no role": (lambda tenant: tenant.faults(missing_role=True), "no-role", "critical"),
    "dehydrated": (
        _put("OrganizationConfig", Name="x", IsDehydrated=True),
        "dehydrated-tenant",
        "warning",
    ),
    "kept disabled": (
        _put("InboundConnector", Name="Avanan DLP Inbound", Enabled=False),
        "inbound-connector-disabled",
        "critical",
    ),
    "another portal": (
        _put("JournalRule", Name="Old", JournalEmailAddress="customer-y@customer-y-mail.avanan.net"),
        "several-portals",
        "warning",
    ),
    "another name": (
        _put(
            "TransportRule",
            Name="Mail",
            SetHeaderName="X",
            SetHeaderValue="customer-x,office365_emails,inline",
        ),
        "vendor-object-under-other-name",
        "warning",
    ),
    "automatic mode": (
        _put("TransportRule", Name="Avanan - Protect", LastModifiedBy="avanan-service-user"),
        "automatic-mode-active",
        "critical",
    ),
    "edited by hand": (
        _put("TransportRule", Name="Avanan - Protect", ManuallyModified=True),
        "manually-modified-rule",
        "warning",
    ),
    "lock-down": (
        _put(
            "InboundConnector",
            Name="From Barracuda",
            **PARTNER,
            SenderIPAddresses=["198.51.100.0/24"],
            RestrictDomainsToIPAddresses=True,
        ),
        "lock-down-connector",
        "critical",
    ),
    "enhanced filtering": (
        _put("InboundConnector", Name="Avanan Inbound", EFSkipLastIP=True),
        "enhanced-filtering",
        "warning",
    ),
    "centralised": (
        _put("OutboundConnector", Name="To us", Enabled=True, RouteAllMessagesViaOnPremises=True),
        "centralised-mail-flow",
        "warning",
    ),
    "hybrid": (
        _put("OutboundConnector", Name="To servers", Enabled=True, ConnectorSource="HybridWizard"),
        "product-exchange-hybrid",
        "warning",
    ),
    "rule above": (
        _put("TransportRule", Name="Stop", Priority=0, SetSCL=1, StopRuleProcessing=True),
        "stops-before-protect",
        "warning",
    ),
    "guard": (
        _put("TransportRule", Name="Avanan - Protect", ExceptIfSenderIpRanges=["192.0.2.1"]),
        "loop-guard-incomplete",
        "critical",
    ),
}


def test_the_healthy_tenant_of_these_tests(healthy: Practice) -> None:
    assert _found(healthy) == {}


@pytest.mark.parametrize("case", PREPARED)
def test_each_finding_on_a_prepared_tenant(healthy: Practice, case: str) -> None:
    prepare, name, severity = PREPARED[case]
    prepare(healthy)
    assert _found(healthy).get(name) == severity
    assert not [call for call in healthy.calls() if call["write"] and call["status"] < 300]


def test_a_tenant_with_three_hundred_rules(practice: Practice) -> None:
    practice.reset("empty", foreign_rules=300)
    assert _found(practice)["limit-of-rules"] == "critical"


def test_gateway_beside_microsoft_and_lock_down_by_certificate(tmp_path: Path, tenant: Practice) -> None:
    record = {"Name": "In 7", **PARTNER, "TlsSenderCertificateName": "*.ess.barracudanetworks.com"}
    tenant.put("InboundConnector", {**record, "RestrictDomainsToCertificate": True})
    mx = {**MICROSOFT, "contoso.example": [*MICROSOFT["contoso.example"], "d1.ess.barracudanetworks.com"]}
    with dns_server(mx, {}) as address:
        run = _doctor(tmp_path, tenant, doctor_lookup_mx=True, doctor_resolvers=address)
    modes = {row["domain"]: row["mode"] for row in _result(run)["domains"]}
    assert modes["contoso.example"].startswith(
        "partly behind a gateway (Barracuda Email Gateway Defense): not protected: "
    )
    assert "lets in only mail with the certificate *.ess.barracudanetworks.com" in run.text


def test_an_odd_answer_to_the_question_is_not_an_answer(healthy: Practice) -> None:
    healthy.faults(
        fail={"cmdlet": "New-JournalRule", "times": 1, "status": 400, "type": "System.Odd", "text": "?"}
    )
    assert _found(healthy) == {"writing-not-established": "info"}
    assert healthy.state()["JournalRule"][0]["Name"] == "Avanan - Monitor"


def test_the_module_process_finds_the_same(healthy: Practice) -> None:
    process = module_run.run_process("o365_doctor", {}, healthy.env())
    assert process["facts"] == module_run.run("o365_doctor", {}, healthy.env())["facts"]
