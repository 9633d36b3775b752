# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectors, journaling, Direct Send and scope: a tenant that has each finding, and the same tenant with one thing put right."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._doctor.scope import people_to_look_up
from ansible_collections.avanan.office365.plugins.module_utils._doctor.tenant_view import TenantView

from tests.unit.doctor.tenants import (
    GUARD,
    INCOMING,
    INTEGRATION,
    PROTECT,
    RETURN,
    Edit,
    Facts,
    all_of,
    examined,
    healthy,
    inbound,
    outbound,
    rule,
)

OUT = [address for address in GUARD if address not in RETURN]
ARCHIVE = {"name": "Archive", "enabled": True, "journal_email_address": "in@archive.example"}


def _findings(facts: Facts) -> list[dict[str, str]]:
    found: list[dict[str, str]] = examined(facts)["findings"]
    return found


def _severities(facts: Facts) -> dict[str, str]:
    return {item["id"]: item["severity"] for item in reversed(_findings(facts))}


def _change(topic: str, index: int, **settings: Any) -> Edit:
    return lambda facts: facts["snapshot"][topic][index].update(settings)


def _add(topic: str, item: dict[str, Any]) -> Edit:
    return lambda facts: facts["snapshot"][topic].append(dict(item))


def _single(topic: str, **settings: Any) -> Edit:
    return lambda facts: facts["snapshot"].setdefault(topic, {}).update(settings)


def _people(**kinds: dict[str, Any]) -> Edit:
    return lambda facts: facts.setdefault("recipients", {}).update(
        {f"{name}@contoso.example": known for name, known in kinds.items()}
    )


def _scope(**conditions: list[str]) -> Edit:
    return lambda facts: facts["snapshot"]["mail_flow_rules"][0]["conditions"].update(conditions)


def _outgoing(facts: Facts) -> None:
    """Outgoing mail is inspected, too, and comes back as it should."""
    facts["snapshot"]["mail_flow_rules"].append(
        rule(
            "Avanan - Protect Outgoing",
            conditions={"from_scope": "InOrganization", "sent_to_scope": "NotInOrganization"},
            exceptions={"sender_ip_ranges": list(GUARD)},
            actions={"route_message_outbound_connector": "Avanan DLP Outbound"},
        )
    )
    facts["snapshot"]["outbound_connectors"].append(
        outbound("Avanan DLP Outbound", smart_hosts=["customer-x-dlp.avanan.net"])
    )
    facts["snapshot"]["inbound_connectors"].append(
        inbound("Avanan DLP Inbound", connector_type="OnPremises", sender_ip_addresses=list(OUT))
    )


def _signatures(host: str = "smtp.exclaimer.net", **back: Any) -> Edit:
    """Mail of own senders goes through a service for signatures."""

    def edit(facts: Facts) -> None:
        snapshot = facts["snapshot"]
        snapshot["outbound_connectors"].append(outbound("To signatures", smart_hosts=[host]))
        snapshot["inbound_connectors"].append(
            inbound("From signatures", tls_sender_certificate_name=f"*.{host.partition('.')[2]}", **back)
        )
        snapshot["mail_flow_rules"].append(
            rule(
                "Signatures",
                conditions={"from_scope": "InOrganization"},
                actions={"route_message_outbound_connector": "To signatures"},
            )
        )

    return edit


GROUP = {"kind": "group", "members": ["a@contoso.example"], "external": ""}
MAILBOX = {"kind": "individual", "members": None, "external": ""}
CONTACT = {"kind": "individual", "members": None, "external": "x@farm.example"}
MISSING = {"kind": "missing", "members": None, "external": ""}
SIMULATION = rule("Simulation", conditions={"sender_ip_ranges": ["198.51.100.9"]}, actions={"set_scl": "-1"})
WIDE = {"recipient_domains": ["*"], "is_transport_rule_scoped": False}

# What the tenant has, the finding, its severity, and what puts it right.
CASES: dict[str, tuple[Edit, str, str, Edit]] = {
    "own connector for everything": (
        _change("outbound_connectors", 0, **WIDE),
        "connector-takes-all-mail",
        "critical",
        _change("outbound_connectors", 0, recipient_domains=[], is_transport_rule_scoped=True),
    ),
    "own connector beside journaling": (
        _change(
            "outbound_connectors", 0, recipient_domains=["contoso.example"], is_transport_rule_scoped=False
        ),
        "connector-takes-all-mail",
        "critical",
        _change("outbound_connectors", 0, recipient_domains=["customer-x-mail.avanan.net"]),
    ),
    "host of another portal": (
        _change("outbound_connectors", 0, smart_hosts=["customer-z-host.avanan.net"]),
        "wrong-smart-host",
        "critical",
        _change("outbound_connectors", 0, smart_hosts=["customer-x-host.avanan.net"]),
    ),
    "no host of the vendor": (
        _change("outbound_connectors", 0, smart_hosts=["mail.contoso.example"]),
        "wrong-smart-host",
        "critical",
        _change("outbound_connectors", 0, smart_hosts=["customer-x-host.checkpointcloudsec.com"]),
    ),
    "host of another portal, not used yet": (
        all_of(
            lambda facts: facts["snapshot"]["mail_flow_rules"].clear(),
            _change("outbound_connectors", 0, smart_hosts=["customer-z-host.avanan.net"]),
        ),
        "wrong-smart-host",
        "warning",
        _change("outbound_connectors", 0, smart_hosts=["customer-x-host.avanan.net"]),
    ),
    "certificate of the other brand": (
        _change(
            "outbound_connectors", 0, tls_settings="DomainValidation", tls_domain="*.checkpointcloudsec.com"
        ),
        "tls-name-mismatch",
        "critical",
        _change("outbound_connectors", 0, tls_domain="*.avanan.net"),
    ),
    "return address blocked": (
        _single("connection_filter", ip_block_list=["35.174.145.0/24"]),
        "vendor-address-blocked",
        "critical",
        _single("connection_filter", ip_block_list=["198.51.100.0/24"]),
    ),
    "return address blocked and allowed": (
        _single("connection_filter", ip_block_list=["35.174.145.124"], ip_allow_list=["35.174.145.124"]),
        "vendor-address-blocked",
        "warning",
        _single("connection_filter", ip_block_list=[]),
    ),
    "no inbound connector": (
        lambda facts: facts["snapshot"]["inbound_connectors"].clear(),
        "inbound-connector-missing",
        "critical",
        _add("inbound_connectors", inbound("Any name", sender_ip_addresses=list(RETURN))),
    ),
    "inbound connector with some addresses": (
        _change("inbound_connectors", 0, sender_ip_addresses=RETURN[:1]),
        "inbound-connector-missing",
        "warning",
        _change("inbound_connectors", 0, sender_ip_addresses=list(RETURN)),
    ),
    "outgoing mail comes back by a partner connector": (
        all_of(_outgoing, _change("inbound_connectors", 1, connector_type="Partner")),
        "outgoing-connector-type",
        "critical",
        _change("inbound_connectors", 1, connector_type="OnPremises"),
    ),
    "partner connector for outgoing mail, not used yet": (
        _add("inbound_connectors", inbound("Avanan DLP Inbound", sender_ip_addresses=list(OUT))),
        "outgoing-connector-type",
        "warning",
        _change("inbound_connectors", 1, connector_type="OnPremises"),
    ),
    "outgoing mail does not come back": (
        all_of(_outgoing, lambda facts: facts["snapshot"]["inbound_connectors"].pop()),
        "inbound-connector-missing",
        "critical",
        _add(
            "inbound_connectors",
            inbound("Avanan DLP Inbound", connector_type="OnPremises", sender_ip_addresses=list(OUT)),
        ),
    ),
    "empty group": (
        all_of(
            _scope(sent_to_member_of=["pilot@contoso.example"]),
            _people(pilot={**GROUP, "members": []}),
        ),
        "scope-group-empty",
        "critical",
        _people(pilot=GROUP),
    ),
    "one empty group of two": (
        all_of(
            _scope(sent_to_member_of=["pilot@contoso.example", "all@contoso.example"]),
            _people(pilot={**GROUP, "members": []}, all=GROUP),
        ),
        "scope-group-empty",
        "warning",
        _people(pilot=GROUP),
    ),
    "missing group": (
        all_of(_scope(sent_to_member_of=["pilot@contoso.example"]), _people(pilot=MISSING)),
        "scope-group-missing",
        "critical",
        _people(pilot=GROUP),
    ),
    "missing user of two": (
        all_of(_scope(sent_to=["a@contoso.example", "b@contoso.example"]), _people(a=MISSING, b=MAILBOX)),
        "scope-recipient-missing",
        "warning",
        _people(a=MAILBOX),
    ),
    "group whose members nobody can list": (
        all_of(
            _scope(sent_to_member_of=["pilot@contoso.example"]),
            _people(pilot={**GROUP, "members": None}),
        ),
        "scope-group-unknown",
        "warning",
        _people(pilot=GROUP),
    ),
    "scope that nobody could look up": (
        _scope(sent_to=["user01@contoso.example"]),
        "not-examined",
        "warning",
        _people(user01=MAILBOX),
    ),
    "journal to the inside": (
        _add("journal_rules", {**ARCHIVE, "journal_email_address": "journal@contoso.example"}),
        "journal-inside",
        "warning",
        _people(journal=CONTACT),
    ),
    "reports to a mailbox": (
        all_of(
            _single("transport_config", journaling_report_ndr_to="ndr@contoso.example"), _people(ndr=MAILBOX)
        ),
        "undeliverable-inside",
        "warning",
        _people(ndr=CONTACT),
    ),
    "reports to an own domain that nobody could look up": (
        _single("transport_config", journaling_report_ndr_to="ndr@contoso.example"),
        "undeliverable-inside",
        "warning",
        _single("transport_config", journaling_report_ndr_to="x@mt-prod-3-journal-error.avanan.net"),
    ),
    "journal reports through a gateway": (
        _add("outbound_connectors", outbound("Out", smart_hosts=["gw.example"], **WIDE)),
        "journal-reports-through-gateway",
        "warning",
        _add(
            "outbound_connectors",
            outbound(
                "Avanan Journaling Outbound",
                smart_hosts=["customer-x-host.avanan.net"],
                recipient_domains=["customer-x-mail.avanan.net"],
                is_transport_rule_scoped=False,
            ),
        ),
    ),
    "second archive": (
        _add("journal_rules", ARCHIVE),
        "journal-archive-twice",
        "info",
        lambda facts: facts["snapshot"]["mail_flow_rules"][0].update(enabled=False),
    ),
    "simulation below": (
        _add("mail_flow_rules", SIMULATION),
        "address-rule-below-protect",
        "warning",
        lambda facts: facts["snapshot"]["mail_flow_rules"].reverse(),
    ),
    "simulation below whose addresses pass": (
        _add("mail_flow_rules", SIMULATION),
        "address-rule-below-protect",
        "warning",
        _change("mail_flow_rules", 0, exceptions={"sender_ip_ranges": [*GUARD, "198.51.100.0/28"]}),
    ),
    "older protect rule, sound": (
        _add("mail_flow_rules", {**PROTECT, "name": "Mail security"}),
        "older-protect-rule",
        "warning",
        lambda facts: facts["snapshot"]["mail_flow_rules"].pop(),
    ),
    "older protect rule that excepts one address": (
        _add(
            "mail_flow_rules",
            {**PROTECT, "name": "Mail security", "exceptions": {"sender_ip_ranges": RETURN[:1]}},
        ),
        "older-protect-rule",
        "critical",
        _change("mail_flow_rules", 1, enabled=False),
    ),
    "simulation by its header below": (
        _add(
            "mail_flow_rules",
            rule(
                "Training",
                conditions={
                    "header_contains_message_header": "X-PHISHTEST",
                    "header_contains_words": ["KnowBe4"],
                },
                actions={"set_scl": "-1"},
            ),
        ),
        "simulation-stops-working",
        "warning",
        lambda facts: (
            facts["snapshot"]["mail_flow_rules"].reverse(),
            facts["snapshot"]["mail_flow_rules"][0]["actions"].update(stop_rule_processing=True),
        ),
    ),
    "simulation on the allow list": (
        all_of(
            _add("inbound_connectors", inbound("KnowBe4", sender_domains=["psm.knowbe4.com"])),
            _single("connection_filter", ip_allow_list=["147.160.167.0/26"]),
        ),
        "simulation-stops-working",
        "warning",
        _single("connection_filter", ip_allow_list=[]),
    ),
    "signature service that returns as external": (
        _signatures(connector_type="Partner"),
        "own-mail-returns-as-external",
        "warning",
        _change("inbound_connectors", 1, connector_type="OnPremises", cloud_services_mail_enabled=True),
    ),
    "signature service without a way back": (
        all_of(_signatures(), lambda facts: facts["snapshot"]["inbound_connectors"].pop()),
        "own-mail-returns-as-external",
        "warning",
        lambda facts: facts["snapshot"]["mail_flow_rules"].pop(),
    ),
    "service that nobody knows, and that returns as external": (
        _signatures("signatures.nobody.example", connector_type="OnPremises"),
        "own-mail-returns-as-external",
        "warning",
        _change("inbound_connectors", 1, treat_messages_as_internal=True),
    ),
    "Direct Send open": (
        _single("organization_config", reject_direct_send=False),
        "direct-send-open",
        "info",
        _single("organization_config", reject_direct_send=True),
    ),
    "Direct Send never set": (
        lambda facts: facts["snapshot"]["organization_config"].pop("reject_direct_send"),
        "direct-send-open",
        "info",
        _single("organization_config", reject_direct_send=True),
    ),
    "Direct Send refuses what comes back": (
        all_of(_outgoing, lambda facts: facts["snapshot"]["inbound_connectors"].pop()),
        "direct-send-rejected",
        "critical",
        _single("organization_config", reject_direct_send=False),
    ),
    "Direct Send and a connector that does not restrict": (
        all_of(_outgoing, _change("inbound_connectors", 1, connector_type="Partner")),
        "direct-send-unclear",
        "warning",
        _change("inbound_connectors", 1, restrict_domains_to_ip_addresses=True, sender_domains=["x.example"]),
    ),
    "Direct Send and devices with a connector": (
        _add(
            "inbound_connectors",
            inbound("Scanner", connector_type="OnPremises", sender_ip_addresses=["198.51.100.3"]),
        ),
        "direct-send-unclear",
        "warning",
        _change("inbound_connectors", 1, enabled=False),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_tenant_that_has_it_and_one_that_has_not(case: str) -> None:
    trouble, name, severity, remedy = CASES[case]
    facts = healthy()
    assert name not in _severities(facts)
    trouble(facts)
    assert _severities(facts).get(name) == severity
    remedy(facts)
    assert name not in _severities(facts)


def test_outgoing_mail_that_comes_back_as_it_should_has_nothing() -> None:
    facts = healthy()
    _outgoing(facts)
    assert _severities(facts) == {}


def test_a_slip_in_the_host_is_no_other_portal() -> None:
    facts = healthy()
    _change("outbound_connectors", 0, smart_hosts=["customer-z-host.avanan.net"])(facts)
    (found,) = _findings(facts)
    assert found["id"] == "wrong-smart-host"
    assert '"Avanan Outbound"' in found["fix"]


def test_a_missing_connector_that_is_only_disabled_is_told_once() -> None:
    facts = healthy()
    _change("inbound_connectors", 0, enabled=False)(facts)
    assert _severities(facts) == {"inbound-connector-disabled": "critical"}


def test_who_is_looked_up() -> None:
    facts = healthy()
    _scope(sent_to=["ceo@contoso.example"], sent_to_member_of=["Pilot"])(facts)
    _single("transport_config", journaling_report_ndr_to="ndr@contoso.example")(facts)
    _add("mail_flow_rules", rule("Other", conditions={**INCOMING, "sent_to": ["x@contoso.example"]}))(facts)
    view = TenantView(facts["snapshot"], integration=INTEGRATION)
    assert people_to_look_up(view) == [
        "ceo@contoso.example",
        "Pilot",
        "customer-x@customer-x-mail.avanan.net",
        "ndr@contoso.example",
    ]
