# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor's checks as tables, its data of other products, the narrow door for questions, and what DNS says."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.action import o365_doctor
from ansible_collections.avanan.office365.plugins.filter import doctor_lines
from ansible_collections.avanan.office365.plugins.module_utils._doctor import effective_mode
from ansible_collections.avanan.office365.plugins.module_utils._doctor.effective_mode import (
    Exchanger,
    Mode,
    MxAnswer,
)
from ansible_collections.avanan.office365.plugins.module_utils._doctor.inspection import inspection
from ansible_collections.avanan.office365.plugins.module_utils._doctor.tenant_view import TenantView
from ansible_collections.avanan.office365.plugins.module_utils._doctor.walked_modes import (
    NOT_PROVED,
    WalkedModes,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange import client, permissions
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.integration import (
    known_products,
)
from ansible_collections.avanan.office365.plugins.module_utils._read import doctor
from ansible_collections.avanan.office365.plugins.module_utils._schema import ip_ranges
from ansible_collections.avanan.office365.plugins.plugin_utils._doctor import mx

from tests.contract.module_run import run
from tests.fake_exchange.control import Practice
from tests.fake_exchange.dns_server import dns_server
from tests.unit.doctor.tenants import (
    GUARD,
    INCOMING,
    INTEGRATION,
    MICROSOFT,
    RETURN,
    Facts,
    examined,
    group,
    healthy,
    inbound,
    mailbox,
    outbound,
    rule,
)

_LINES = doctor_lines.FilterModule().filters()["doctor_lines"]


def _severities(
    facts: Facts, answers: Mapping[str, MxAnswer] | None = MICROSOFT, **integration: Any
) -> dict[str, str]:
    """Findings by id, with the worst severity of each."""
    result = examined(facts, answers, {**INTEGRATION, **integration})
    found: dict[str, str] = {}
    for item in result["findings"]:
        assert all(item[key].strip() for key in ("what", "why", "who", "fix"))
        found.setdefault(item["id"], item["severity"])
    return found


def test_a_healthy_tenant_has_nothing() -> None:
    assert _severities(healthy()) == {}


def _put(topic: str, item: dict[str, Any], *, first: bool = False) -> Any:
    def change(facts: Facts) -> None:
        items = facts["snapshot"].setdefault(topic, [])
        items.insert(0 if first else len(items), item)

    return change


def _set(*path: Any, value: Any) -> Any:
    def change(facts: Facts) -> None:
        place = facts
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def _without_rule(facts: Facts) -> None:
    facts["snapshot"]["mail_flow_rules"] = []


def _denied(*cmdlets: str) -> Any:
    def change(facts: Facts) -> None:
        facts["may"].update(dict.fromkeys(cmdlets, False))

    return change


def _both(*changes: Any) -> Any:
    def change(facts: Facts) -> None:
        for part in changes:
            part(facts)

    return change


_FIRST_RULE = ("snapshot", "mail_flow_rules", 0)
TABLE: dict[str, tuple[Any, str, str]] = {
    "reading refused": (_denied("Get-TransportRule"), "planner-lacks-transport-rules", "critical"),
    "recipients refused": (_denied("Get-Recipient"), "planner-lacks-view-only-recipients", "critical"),
    "writing refused": (_denied("New-JournalRule"), "applier-lacks-journaling", "warning"),
    "further footprint refused": (
        _denied("Set-HostedConnectionFilterPolicy"),
        "applier-lacks-transport-hygiene",
        "info",
    ),
    "a planner": (_denied(*permissions.WRITING), "reads-only", "info"),
    "nothing allowed": (lambda facts: _denied(*facts["may"])(facts), "no-role", "critical"),
    "not established": (_set("may", "New-TransportRule", value=None), "writing-not-established", "info"),
    "not read": (
        _both(_set("may", "Get-EtrLimits", value=None), _set("reasons", "Get-EtrLimits", value="Odd.")),
        "not-examined",
        "warning",
    ),
    "sign-in": (_set("sign_in_problem", value="AADSTS7000215"), "sign-in-refused", "critical"),
    "dehydrated": (
        _set("snapshot", "organization_config", "is_dehydrated", value=True),
        "dehydrated-tenant",
        "warning",
    ),
    "own inbound connector disabled": (
        _set("snapshot", "inbound_connectors", 0, "enabled", value=False),
        "inbound-connector-disabled",
        "critical",
    ),
    "own inbound connector disabled before inline": (
        _both(_without_rule, _set("snapshot", "inbound_connectors", 0, "enabled", value=False)),
        "inbound-connector-disabled",
        "warning",
    ),
    "foreign connector disabled": (
        _put("inbound_connectors", inbound("Old", enabled=False, connector_type="OnPremises")),
        "inbound-connector-disabled",
        "info",
    ),
    "route to a disabled connector": (
        _set("snapshot", "outbound_connectors", 0, "enabled", value=False),
        "routed-connector-disabled",
        "critical",
    ),
    "rules full": (_set("snapshot", "limits", "rules", value=299), "limit-of-rules", "critical"),
    "rules nearly full": (_set("snapshot", "limits", "rules", value=280), "limit-of-rules", "warning"),
    "patterns nearly full": (
        _both(_without_rule, _set("snapshot", "limits", "pattern_characters", value=20480)),
        "limit-of-patterns",
        "warning",
    ),
    "under another name": (
        _put("outbound_connectors", outbound("Mail security", smart_hosts=["customer-x-host.avanan.net"])),
        "vendor-object-under-other-name",
        "warning",
    ),
    "two portals": (
        _put("outbound_connectors", outbound("Other", smart_hosts=["customer-y-host.avanan.net"])),
        "several-portals",
        "warning",
    ),
    "service user": (
        _set(
            "notes",
            "mail_flow_rules",
            value={"Avanan - Protect": {"created_by": "Admin", "last_modified_by": "Avanan-Service-User"}},
        ),
        "automatic-mode-active",
        "critical",
    ),
    "junk filter rule": (
        _put("mail_flow_rules", rule("Avanan - Junk Filter Low", actions={"set_scl": "6"})),
        "automatic-mode-traces",
        "warning",
    ),
    "own rule edited": (
        _set("notes", "mail_flow_rules", value={"Avanan - Protect": {"manually_modified": True}}),
        "manually-modified-rule",
        "warning",
    ),
    "foreign rule unsupported": (
        _set("notes", "mail_flow_rules", value={"Other": {"supported": False}}),
        "unsupported-rule",
        "info",
    ),
    "lock-down by address": (
        _put(
            "inbound_connectors",
            inbound(
                "Gateway", restrict_domains_to_ip_addresses=True, sender_ip_addresses=["198.51.100.0/24"]
            ),
        ),
        "lock-down-connector",
        "critical",
    ),
    "lock-down by certificate": (
        _put(
            "inbound_connectors",
            inbound(
                "Gateway", restrict_domains_to_certificate=True, tls_sender_certificate_name="gw.example"
            ),
        ),
        "lock-down-connector",
        "critical",
    ),
    "own connector locks down": (
        _set("snapshot", "inbound_connectors", 0, "restrict_domains_to_ip_addresses", value=True),
        "own-connector-locks-down",
        "critical",
    ),
    "lock-down by rule": (
        _put(
            "mail_flow_rules",
            rule(
                "Gateway only",
                conditions={"from_scope": "NotInOrganization"},
                exceptions={"sender_ip_ranges": ["198.51.100.0/24"]},
                actions={"delete_message": True},
            ),
        ),
        "lock-down-rule",
        "critical",
    ),
    "centralised": (
        _put("outbound_connectors", outbound("To us", route_all_messages_via_on_premises=True)),
        "centralised-mail-flow",
        "warning",
    ),
    "enhanced filtering on ours": (
        _set("snapshot", "inbound_connectors", 0, "ef_skip_last_ip", value=True),
        "enhanced-filtering",
        "warning",
    ),
    "enhanced filtering elsewhere": (
        _put("inbound_connectors", inbound("Other", ef_skip_ips=["198.51.100.1"])),
        "enhanced-filtering",
        "info",
    ),
    "stops above": (
        _put(
            "mail_flow_rules",
            rule("Stop", conditions=dict(INCOMING), actions={"set_scl": "1", "stop_rule_processing": True}),
            first=True,
        ),
        "uninspected-mail",
        "critical",
    ),
    "stops above for some senders": (
        _put(
            "mail_flow_rules",
            rule(
                "Exempt",
                conditions={"sender_ip_ranges": ["198.51.100.1"]},
                actions={"stop_rule_processing": True},
            ),
            first=True,
        ),
        "stops-before-protect",
        "info",
    ),
    "modifies above": (
        _put(
            "mail_flow_rules",
            rule("Tag", conditions=dict(INCOMING), actions={"prepend_subject": "[External] "}),
            first=True,
        ),
        "modifies-before-protect",
        "info",
    ),
    "routes the same mail": (
        _put(
            "mail_flow_rules",
            rule(
                "Elsewhere",
                conditions=dict(INCOMING),
                actions={"route_message_outbound_connector": "Other connector"},
            ),
        ),
        "competing-route",
        "warning",
    ),
    "blocks the same mail": (
        _put("mail_flow_rules", rule("Hold", conditions=dict(INCOMING), actions={"quarantine": True})),
        "same-conditions",
        "warning",
    ),
    "guard missing": (
        _set(*_FIRST_RULE, "exceptions", "sender_ip_ranges", value=["35.174.145.124"]),
        "loop-guard-incomplete",
        "critical",
    ),
    "excepts more": (
        _set(*_FIRST_RULE, "exceptions", "sender_ip_ranges", value=[*GUARD, "198.51.100.7"]),
        "uninspected-addresses",
        "info",
    ),
    "excepts much more": (
        _set(*_FIRST_RULE, "exceptions", "sender_ip_ranges", value=[*GUARD, "198.51.0.0/16"]),
        "uninspected-addresses",
        "warning",
    ),
    "unknown host": (
        _put("outbound_connectors", outbound("Relay", smart_hosts=["relay.nobody.example"])),
        "unknown-third-party",
        "info",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_what_each_check_says(case: str) -> None:
    change, name, severity = TABLE[case]
    facts = healthy()
    change(facts)
    assert _severities(facts).get(name) == severity


def test_a_gateway_that_lets_the_vendor_in_is_no_lock_down() -> None:
    facts = healthy()
    addresses = ["198.51.100.0/24", *RETURN]
    _put(
        "inbound_connectors",
        inbound("Gateway", restrict_domains_to_ip_addresses=True, sender_ip_addresses=addresses),
    )(facts)
    assert "lock-down-connector" not in _severities(facts)


def test_the_ticket_for_microsoft_names_the_connector() -> None:
    facts = healthy()
    _put("inbound_connectors", inbound("Avanan DLP", enabled=False, connector_type="OnPremises"))(facts)
    (found,) = (item for item in examined(facts)["findings"] if item["id"] == "inbound-connector-disabled")
    assert "EX505293" in found["fix"]
    assert '"Avanan DLP"' in found["what"]
    assert found["who"].startswith("Microsoft")
    # Nothing of the vendor goes out yet, so that nothing comes back through it.
    assert found["severity"] == "warning"
    outgoing = rule(
        "Out",
        conditions={"from_scope": "InOrganization"},
        actions={"route_message_outbound_connector": "Avanan Outbound"},
    )
    _put("mail_flow_rules", outgoing)(facts)
    assert _severities(facts)["inbound-connector-disabled"] == "critical"


def test_a_footprint_that_does_not_fit() -> None:
    people = [f"user{number:04}@contoso.example" for number in range(400)]
    assert _severities(healthy(), scope=people)["limit-of-rule-size"] == "critical"
    assert "limit-of-rule-size" not in _severities(healthy(), scope=people[:50])


def test_the_whole_footprint_needs_more_than_the_manual_mode() -> None:
    facts = healthy()
    _set("snapshot", "limits", "rules", value=297)(facts)
    assert _severities(facts)["limit-of-rules"] == "warning"
    assert _severities(facts, footprint="automatic")["limit-of-rules"] == "critical"
    _set("snapshot", "limits", "pattern_characters", value=20480)(facts)
    _without_rule(facts)
    assert _severities(facts, footprint="automatic")["limit-of-patterns"] == "critical"


def test_without_a_portal_the_vendor_is_known_by_what_it_does() -> None:
    facts = healthy()
    (found,) = examined(facts, integration={})["findings"]
    assert (found["id"], found["severity"]) == ("portal-not-known", "info")
    assert "portal_name and portal_region were not given" in found["what"]
    _put("outbound_connectors", outbound("Other", smart_hosts=["customer-y-host.avanan.net"]))(facts)
    found = examined(facts, integration={})["findings"]
    assert [item["id"] for item in found] == ["several-portals", "portal-not-known"]


# ---------------------------------------------------------------------------------------------- products of others

REQUIRED = {
    "mimecast": (
        "outbound_connectors",
        outbound("To them", smart_hosts=["eu-smtp-outbound-1.mimecast.com"]),
    ),
    "proofpoint-essentials": (
        "outbound_connectors",
        outbound("X", smart_hosts=["outbound-eu1.ppe-hosted.com"]),
    ),
    "proofpoint-enterprise": (
        "inbound_connectors",
        inbound("X", tls_sender_certificate_name="*.pphosted.com"),
    ),
    "barracuda": ("inbound_connectors", inbound("From Barracuda", sender_ip_addresses=["198.51.100.0/24"])),
    "cisco-secure-email": (
        "mail_flow_rules",
        rule("X", conditions={"header_contains_message_header": "X-IronPort-RemoteIP"}),
    ),
    "trend-micro": ("outbound_connectors", outbound("X", smart_hosts=["relay.tmes.trendmicro.eu"])),
    "sophos": ("accepted_domains", {"domain_name": "abc.xgeconnector.com"}),
    "knowbe4-defend": ("mail_flow_rules", rule("Egress Defend Microsoft Spam")),
    "hoxhunt": ("mail_flow_rules", rule("Training", conditions={"sender_ip_ranges": ["193.3.183.10"]})),
    "knowbe4-simulation": (
        "mail_flow_rules",
        rule("X", conditions={"header_matches_message_header": "x-phishtest"}),
    ),
    "exclaimer": ("mail_flow_rules", rule("Identify messages to send to Exclaimer Cloud")),
    "codetwo": ("accepted_domains", {"domain_name": "guid.smtp.codetwo.online"}),
    "crossware": (
        "inbound_connectors",
        inbound("CrosswareInboundConnector", connector_type="OnPremises"),
    ),
    "seppmail": ("mail_flow_rules", rule("[SEPPmail.cloud] - 100 Route incoming e-mails to SEPPmail")),
    "hornetsecurity": ("inbound_connectors", inbound("Hornetsecurity to O365")),
    "zivver": ("outbound_connectors", outbound("X", smart_hosts=["smtp.zivver.com"])),
    "exchange-hybrid": ("inbound_connectors", inbound("Inbound from servers", connector_type="OnPremises")),
}


@pytest.mark.parametrize("product", REQUIRED)
def test_products_are_recognized(product: str) -> None:
    topic, item = REQUIRED[product]
    facts = healthy()
    _put(topic, copy.deepcopy(item))(facts)
    if product == "exchange-hybrid":
        facts["notes"] = {"inbound_connectors": {item["name"]: {"connector_source": "HybridWizard"}}}
    result = examined(facts)
    assert [found["id"] for found in result["products"]] == [product]
    assert f"product-{product}" in {found["id"] for found in result["findings"]}
    assert "unknown-third-party" not in {found["id"] for found in result["findings"]}


def test_a_rule_is_recognized_by_the_connector_that_it_routes_to() -> None:
    facts = healthy()
    _put("outbound_connectors", outbound("Out", smart_hosts=["smtp.zivver.com"]))(facts)
    _put("mail_flow_rules", rule("Secure", actions={"route_message_outbound_connector": "Out"}))(facts)
    (found,) = examined(facts)["products"]
    assert found["evidence"] == [
        'outbound connector "Out": smtp.zivver.com',
        'rule "Secure": routes to Out',
    ]


def test_what_is_switched_off_is_no_danger() -> None:
    facts = healthy()
    _put("outbound_connectors", outbound("Mimecast", enabled=False))(facts)
    assert _severities(facts) == {"product-mimecast": "info"}


def test_a_simulation_above_the_protect_rule_is_where_it_should_be() -> None:
    facts = healthy()
    exempt = rule(
        "Hoxhunt", conditions={"sender_ip_ranges": ["35.156.0.138"]}, actions={"stop_rule_processing": True}
    )
    _put("mail_flow_rules", exempt, first=True)(facts)
    assert _severities(facts) == {"product-hoxhunt": "info", "stops-before-protect": "info"}
    facts["snapshot"]["mail_flow_rules"].reverse()
    assert _severities(facts) == {"product-hoxhunt": "warning", "address-rule-below-protect": "warning"}


def test_the_data_of_products_is_whole() -> None:
    data = known_products()
    assert set(REQUIRED) <= {product["id"] for product in data["products"]}
    keys = {
        "id",
        "name",
        "role",
        "hosts",
        "mx",
        "domains",
        "names",
        "headers",
        "addresses",
        "connector_sources",
        "smart_hosts",
        "return_certificates",
        "marks",
        "advice",
        "sources",
    }
    for product in data["products"]:
        assert set(product) <= keys
        assert product["role"] in {*data["roles"], "microsoft"}
        assert product["sources"]
        for source in product["sources"]:
            assert {"facts", "title", "publisher", "date"} == set(source)
        assert ip_ranges.networks(product.get("addresses", ())).complete
        for mark in product.get("marks", ()):
            assert {"header", "value"} <= set(mark) <= {"header", "value", "way", "on_new_mail"}
            assert mark["header"] in product["headers"]
            assert isinstance(mark["value"], str)
            assert mark.get("way", "incoming") in ("incoming", "outgoing")
        if product.get("marks") or product.get("return_certificates"):
            assert product.get("hosts") or product.get("smart_hosts")
    for role in data["roles"].values():
        assert {"title", "severity", "danger", "advice"} == set(role)


# ---------------------------------------------------------------------------------------------- effective mode

GATEWAY = MxAnswer([Exchanger("eu-smtp-inbound-1.mimecast.com", ["198.51.100.9"])])


def _mode(facts: Facts, answer: MxAnswer) -> tuple[str, dict[str, str]]:
    answers = {"contoso.example": answer}
    (domain,) = examined(facts, answers)["domains"]
    return domain["mode"], _severities(facts, answers)


def test_modes_behind_microsoft() -> None:
    facts = healthy()
    assert _mode(facts, MICROSOFT["contoso.example"])[0] == "inline"
    facts["snapshot"]["mail_flow_rules"][0]["conditions"]["sent_to_member_of"] = ["pilot@contoso.example"]
    facts["recipients"] = {
        "pilot@contoso.example": group("pilot@contoso.example", ["anna@contoso.example"]),
        "anna@contoso.example": mailbox("anna@contoso.example"),
    }
    assert _mode(facts, MICROSOFT["contoso.example"])[0] == (
        "inline for pilot@contoso.example; all others are monitored"
    )
    facts["snapshot"]["mail_flow_rules"][0]["conditions"]["recipient_domain_is"] = ["fabrikam.example"]
    mode, _found = _mode(facts, MICROSOFT["contoso.example"])
    assert mode.startswith("monitored: The condition recipient_domain_is of")
    facts["snapshot"]["journal_rules"] = []
    assert _mode(facts, MICROSOFT["contoso.example"])[0].startswith("not protected: The condition")


def test_a_gateway_whose_addresses_are_excepted_makes_it_monitored_only() -> None:
    facts = healthy()
    mode, found = _mode(facts, GATEWAY)
    assert mode == "behind a gateway (Mimecast): inline"
    assert found["behind-gateway"] == "warning"
    assert found["product-mimecast"] == "warning"
    facts["snapshot"]["mail_flow_rules"][0]["exceptions"]["sender_ip_ranges"].append("198.51.100.0/28")
    mode, found = _mode(facts, GATEWAY)
    assert mode == "monitored only, because the addresses of Mimecast are excepted"
    assert found["monitored-only"] == "critical"


def test_the_addresses_of_a_gateway_are_also_those_of_its_connector() -> None:
    facts = healthy()
    _put("inbound_connectors", inbound("Gateway", sender_ip_addresses=["203.0.113.0/24"]))(facts)
    facts["snapshot"]["mail_flow_rules"][0]["exceptions"]["sender_ip_ranges"].append("203.0.113.0/24")
    unknown = MxAnswer([Exchanger("mx.nobody.example", ["198.51.100.9"])])
    mode, found = _mode(facts, unknown)
    assert mode.startswith("monitored only, because the addresses of mx.nobody.example, which nobody knows")
    assert found["monitored-only"] == "critical"


@pytest.mark.parametrize(
    ("hosts", "name"),
    [
        (["contoso.mail.protection.outlook.com", "mx.nobody.example"], "mixed-mx"),
        (["customer-x-mx.avanan.net"], "mx-at-vendor"),
        ([], "no-mx"),
    ],
)
def test_other_mail_hosts(hosts: list[str], name: str) -> None:
    assert name in _mode(healthy(), MxAnswer([Exchanger(host) for host in hosts]))[1]


def _first_rule(facts: Facts) -> Any:
    return facts["snapshot"]["mail_flow_rules"][0]


def test_the_mode_is_not_known_when_the_rules_are_not() -> None:
    facts = healthy()
    del facts["snapshot"]["mail_flow_rules"]
    facts["may"]["Get-TransportRule"] = False
    mode, _found = _mode(facts, MICROSOFT["contoso.example"])
    assert mode == "not proved: the mail-flow rules could not be read"


def test_a_rule_whose_connector_is_off_protects_nobody() -> None:
    facts = healthy()
    _set("snapshot", "outbound_connectors", 0, "enabled", value=False)(facts)
    mode, found = _mode(facts, MICROSOFT["contoso.example"])
    assert mode.startswith("held up: ")
    assert '"Avanan Outbound", which is switched off' in mode
    assert found["routed-connector-disabled"] == "critical"


@pytest.mark.parametrize(
    ("change", "severity"),
    [({"mode": "Audit"}, "warning"), ({"mode": "AuditAndNotify"}, "warning"), ({"enabled": False}, "info")],
)
def test_a_protect_rule_that_does_not_act_is_told(change: dict[str, Any], severity: str) -> None:
    facts = healthy()
    _first_rule(facts).update(change)
    mode, found = _mode(facts, MICROSOFT["contoso.example"])
    assert mode.startswith('monitored: The mail-flow rule "Avanan - Protect" is ')
    assert found == {"protect-rule-idle": severity}


@pytest.mark.parametrize(
    ("section", "extra", "protection", "words"),
    [
        (
            "conditions",
            {"sender_domain_is": ["partner.example"]},
            "monitored",
            'condition sender_domain_is of the mail-flow rule "Avanan - Protect" keeps this mail from it',
        ),
        (
            "exceptions",
            {"sent_to": ["ceo@contoso.example"]},
            "as_scoped",
            "inline for whom the rule's conditions leave; all others are monitored",
        ),
    ],
)
def test_what_else_the_protect_rule_says(
    section: str, extra: dict[str, Any], protection: str, words: str
) -> None:
    facts = healthy()
    _first_rule(facts)[section].update(extra)
    facts["recipients"]["ceo@contoso.example"] = mailbox("ceo@contoso.example")
    (domain,) = examined(facts)["domains"]
    assert domain["protection"] == protection
    assert words in domain["mode"]


def test_rules_above_that_keep_mail_from_the_protect_rule() -> None:
    """They are told once, and by what the walk shows where there is one."""
    facts = healthy()
    stop = rule("Stop", conditions=dict(INCOMING), actions={"set_scl": "1", "stop_rule_processing": True})
    _put("mail_flow_rules", stop, first=True)(facts)
    (domain,) = examined(facts)["domains"]
    assert domain["protection"] == "monitored"
    assert '"Stop"' in domain["mode"]
    assert "stops-before-protect" not in _severities(facts)
    assert _severities(facts, mail_flow={})["stops-before-protect"] == "warning"


def test_rules_of_another_portal_are_not_ours() -> None:
    facts = healthy()
    rule = _first_rule(facts)
    rule["name"] = "Scanner"
    rule["actions"]["set_header_value"] = "customer-y,office365_emails,inline"
    rule["exceptions"]["sender_ip_ranges"] = ["52.212.19.177"]
    facts["snapshot"]["outbound_connectors"][0]["smart_hosts"] = ["customer-y-host.avanan.net"]
    (domain,) = examined(facts)["domains"]
    assert domain["protection"] == "not_proved"
    assert "loop-guard-incomplete" not in _severities(facts)
    rule["exceptions"] = {}
    assert _severities(facts)["loop-guard-incomplete"] == "critical"


def test_the_inbound_connector_of_another_portal_is_no_lost_one_of_ours() -> None:
    facts = healthy()
    _put("inbound_connectors", inbound("Y In", sender_ip_addresses=list(RETURN)))(facts)
    assert _severities(facts)["vendor-object-under-other-name"] == "warning"
    _put("outbound_connectors", outbound("Y Out", smart_hosts=["customer-y-host.avanan.net"]))(facts)
    assert "vendor-object-under-other-name" not in _severities(facts)


def test_a_gateway_for_part_of_the_mail() -> None:
    facts = healthy()
    hosts = [Exchanger("contoso.mail.protection.outlook.com"), *GATEWAY.exchangers]
    assert _mode(facts, MxAnswer(hosts))[0] == "partly behind a gateway (Mimecast): inline"
    _first_rule(facts)["exceptions"]["sender_ip_ranges"].append("198.51.100.0/28")
    mode, found = _mode(facts, MxAnswer(hosts))
    assert mode == (
        "what comes through Mimecast: monitored only, because the addresses of Mimecast are excepted; "
        "else inline for everybody, apart from mail that is let pass on purpose"
    )
    assert found["monitored-only"] == "critical"


def test_a_gateway_that_may_send_from_what_is_excepted() -> None:
    facts = healthy()
    _first_rule(facts)["exceptions"]["sender_ip_ranges"].append("203.0.113.0/24")
    mode, found = _mode(facts, GATEWAY)
    assert mode == (
        "behind a gateway (Mimecast): inline for everybody, apart from mail that is let pass on purpose, or monitored only, if it "
        "sends from 203.0.113.0/24"
    )
    assert found["perhaps-monitored-only"] == "warning"


def test_a_domain_without_mx_gets_mail_at_its_own_address() -> None:
    mode, found = _mode(healthy(), MxAnswer(fallback=["192.0.2.80"]))
    assert mode == "no MX: senders try the domain's own address 192.0.2.80, which is not Microsoft's"
    assert found["mail-to-own-address"] == "warning"


@pytest.mark.parametrize(
    ("answer", "protection", "entrance"),
    [
        (MICROSOFT["contoso.example"], "inline", "microsoft"),
        (GATEWAY, "inline", "gateway"),
        (MxAnswer([Exchanger("customer-x-mx.avanan.net")]), "inline", "vendor"),
        (MxAnswer(), "inline", "none"),
        (MxAnswer(problem="timeout"), "inline", "unknown"),
    ],
)
def test_modes_for_machines(answer: MxAnswer, protection: str, entrance: str) -> None:
    (domain,) = examined(healthy(), {"contoso.example": answer})["domains"]
    assert (domain["protection"], domain["entrance"]) == (protection, entrance)


def test_many_domains_are_not_a_wall_of_names() -> None:
    facts = healthy()
    (known, _other) = facts["snapshot"]["accepted_domains"]
    facts["snapshot"]["accepted_domains"] = [
        {**known, "domain_name": f"d{number}.example"} for number in range(40)
    ]
    (found,) = examined(facts, None)["findings"]
    assert "d11.example and 28 more" in found["what"]


def test_dns_that_does_not_answer_is_said() -> None:
    assert _severities(healthy(), None) == {"mx-not-looked-at": "info"}
    assert _mode(healthy(), MxAnswer(problem="timeout")) == (
        "inline, unless a gateway stands in front",
        {"mx-not-looked-at": "warning"},
    )


def test_domains_of_the_service_and_of_products_are_not_asked_for() -> None:
    facts = healthy()
    _put("accepted_domains", {"domain_name": "x.excl.cloud"})(facts)
    view = effective_mode.TenantView(snapshot=facts["snapshot"])
    assert effective_mode.domains_to_ask(view, known_products()["products"]) == ["contoso.example"]


# ---------------------------------------------------------------------------------------------- DNS


def test_what_dns_says() -> None:
    published = {
        "contoso.example": ["contoso.mail.protection.outlook.com", "mx2.gateway.example"],
        "none.example": [],
        "null.example": [""],
    }
    addresses = {"mx2.gateway.example": ["198.51.100.9", "198.51.100.10"], "web.example": ["192.0.2.80"]}
    with dns_server(published, addresses) as server:
        assert mx.look_up(["web.example"], [server])["web.example"] == MxAnswer(fallback=["192.0.2.80"])
        found = mx.look_up([*published, "unknown.example"], [server])
    assert found["contoso.example"] == MxAnswer(
        [
            Exchanger("contoso.mail.protection.outlook.com", []),
            Exchanger("mx2.gateway.example", ["198.51.100.10", "198.51.100.9"]),
        ]
    )
    for domain in ("none.example", "null.example", "unknown.example"):
        assert (list(found[domain].exchangers), found[domain].problem) == ([], "")


def test_a_server_that_is_not_there_is_a_problem_and_not_a_failure() -> None:
    found = mx.look_up(["contoso.example"], ["127.0.0.1:1"], timeout=0.5)
    problem = found["contoso.example"].problem
    assert problem == "the DNS server 127.0.0.1:1 did not answer within 0.5 seconds"
    wrong = mx.look_up(["contoso.example"], ["no address"], timeout=0.5)["contoso.example"].problem
    assert wrong.startswith("no address: not an address of a DNS server")
    assert mx.look_up([]) == {}
    assert (
        "too long" in mx.look_up(["contoso.example"], ["127.0.0.1:1"], budget=-1)["contoso.example"].problem
    )


def test_without_dnspython_the_doctor_says_that_it_did_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mx, "HAS_DNSPYTHON", False)
    answers, reason = o365_doctor._answers({"lookup_mx": True}, healthy(), known_products())
    assert answers is None
    assert "dnspython" in reason


# ---------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("wanted", "cover", "left"),
    [
        (["198.51.100.0/24"], ["198.51.100.0/25", "198.51.100.128/25"], []),
        (["198.51.100.0/24"], ["198.51.100.0/25"], ["198.51.100.0/24"]),
        (["198.51.100.1-198.51.100.9"], ["198.51.100.0/28"], []),
        (["2001:db8::1"], ["0.0.0.0/0"], ["2001:db8::1"]),
        (["nonsense"], ["0.0.0.0/0"], ["nonsense"]),
    ],
)
def test_what_addresses_cover(wanted: list[str], cover: list[str], left: list[str]) -> None:
    assert ip_ranges.uncovered(wanted, cover) == left


# ---------------------------------------------------------------------------------------------- the narrow door


def test_the_door_sends_one_parameter_and_nothing_else(
    tenant: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    real = client.Call.__init__

    def spied(self: Any, cmdlet: str, parameters: dict[str, Any], names: Mapping[str, str]) -> None:
        sent.append((cmdlet, dict(parameters)))
        real(self, cmdlet, parameters, names)

    monkeypatch.setattr(client.Call, "__init__", spied)
    run("o365_doctor", {}, tenant.env(), check=True)
    asked = [(cmdlet, parameters) for cmdlet, parameters in sent if permissions.PARAMETER in parameters]
    assert {cmdlet for cmdlet, _parameters in asked} == {*permissions.WRITING, *permissions.READING}
    assert all(parameters == {permissions.PARAMETER: True} for _cmdlet, parameters in asked)
    others = [cmdlet for cmdlet, parameters in sent if permissions.PARAMETER not in parameters]
    assert all(cmdlet.startswith("Get-") for cmdlet in others)


@pytest.mark.parametrize(
    "cmdlet",
    [
        "Enable-OrganizationCustomization",
        "Set-TransportConfig",
        "New-TransportRule -Name x",
        "Remove-Mailbox",
        "",
    ],
)
def test_the_door_is_closed_for_everything_else(cmdlet: str) -> None:
    admin = client.AdminClient.__new__(client.AdminClient)
    with pytest.raises(ConfigurationError):
        admin.may(cmdlet)


def test_only_cmdlets_that_demand_something_are_asked_for() -> None:
    assert not {"Enable-OrganizationCustomization", *permissions.UNASKED} & set(permissions.WRITING)
    assert all(cmdlet.startswith("Get-") for cmdlet in permissions.READING)


@pytest.mark.parametrize(
    ("kind", "status", "text", "verdict"),
    [
        ("X.AmbiguousParameterSetException", 400, f"Invalid ... {permissions.PARAMETER}", True),
        ("X.AmbiguousParameterSetException", 400, "Parameter set cannot be resolved.", None),
        (None, 403, "", False),
        ("X.DataValidationException", 400, "", None),
        (None, 500, "", None),
        (None, 429, "", None),
    ],
)
def test_what_a_refusal_says(kind: str | None, status: int, text: str, verdict: bool | None) -> None:
    assert permissions.verdict(kind, status, text) is verdict


def test_the_doctor_gets_a_client_that_cannot_write() -> None:
    assert doctor.TASK.reads_only is True


# ---------------------------------------------------------------------------------------------- lines


def test_lines_are_grouped_and_hide_nothing() -> None:
    facts = healthy()
    _put("inbound_connectors", inbound("Evil\u202e\nname", sender_ip_addresses=["198.51.100.1"]))(facts)
    _put(
        "outbound_connectors",
        outbound("To us", route_all_messages_via_on_premises=True, smart_hosts=["a.b"]),
    )(facts)
    found = examined(facts)
    lines = _LINES(found)
    assert lines[:4] == [
        "Planner (reads): 13 of 13 cmdlets allowed",
        "Applier (writes): 25 of 26 cmdlets allowed; not established: Set-TransportConfig",
        (
            'contoso.example: not proved: It is not proved that mail arrives: the outbound connector "To us" sends all mail through servers '
            "on premises first (route_all_messages_via_on_premises). It comes back from their addresses."
        ),
        "    MX contoso-example.mail.protection.outlook.com",
    ]
    assert [line for line in lines if line.startswith(("---", "==="))] == [
        "--- INFO: for information (2)",
        "--- WARNING: to be decided before going inline (2)",
        "=== SUMMARY",
    ]
    assert lines[lines.index("=== SUMMARY") + 1 : -1] == [
        lines[2].replace("contoso.example", "Effective mode of contoso.example"),
        "Found: 0 critical, 2 warning, 2 info; 0 not examined.",
        "Nothing critical. 2 findings to be decided before going inline.",
    ]
    assert lines[-1].startswith("Next: centralised-mail-flow, for an Exchange administrator of the tenant: ")
    assert any("Evil\\u202e\\u000aname" in line for line in lines)
    assert not any("\n" in line or "\u202e" in line for line in lines)
    nothing: dict[str, Any] = {
        "permissions": {},
        "domains": [],
        "scope": [],
        "findings": [],
        "not_examined": [],
    }
    assert _LINES(nothing)[-2:] == [
        "Nothing stands in the way.",
        "Next: Nothing is to be done; run the doctor again before the next change.",
    ]


def test_cmdlets_are_told_by_what_they_are_for() -> None:
    facts = healthy()
    _denied("New-JournalRule", "Set-JournalRule", "Get-EtrLimits")(facts)
    lines = _LINES(examined(facts))
    assert lines[0].endswith("; refused: Get-EtrLimits")
    assert "; refused: New- and Set-JournalRule; " in lines[1]
    _denied(*permissions.WRITING)(facts)
    lines = _LINES(examined(facts))
    assert lines[1] == "Applier (writes): none of 26 cmdlets allowed; not established: Set-TransportConfig"


def test_a_token_that_is_not_accepted_is_another_matter_than_none() -> None:
    facts = {"sign_in_problem": "HTTP 401", "sign_in_hint": "Grant it.", "token_refused": True}
    (found,) = examined(facts, None)["findings"]
    assert (found["id"], found["fix"]) == ("token-refused", "Grant it.")
    (found,) = examined({"sign_in_problem": "AADSTS"}, None)["findings"]
    assert found["id"] == "sign-in-refused"
    assert found["who"].startswith("whoever owns the application")


def test_a_planner_is_not_told_to_take_a_role_that_writes() -> None:
    facts = healthy()
    _denied("Get-TransportRule", "Get-EtrLimits", "Get-DistributionGroup")(facts)
    found = examined(facts)["findings"]
    rules, groups = (item for item in found if item["id"].startswith("planner-lacks"))
    assert "Get-TransportRule, Get-EtrLimits" in rules["what"]
    assert "for a planner View-Only Configuration is enough" in rules["fix"]
    assert groups["id"] == "planner-lacks-view-only-recipients"
    assert groups["severity"] == "info"


@pytest.mark.parametrize(
    ("name", "words"), [("X-Contoso-Inspected", "header X-Contoso-Inspected"), ("", "vendor's header")]
)
def test_findings_name_the_header_of_the_portal(name: str, words: str) -> None:
    header = TenantView(integration={"mail_flow": {"header_name": name}}).header
    assert header == words
    mode = Mode("contoso.example", "not proved: a doubt", NOT_PROVED, "microsoft")
    (found,) = inspection(WalkedModes({"verdict": "x"}), [mode], (), header)
    assert f"look at the {words} of it" in found["fix"]
    mode.kind = "perhaps"
    (found,) = effective_mode.check([mode], True, header)
    assert f"The {words} of a delivered message" in found["fix"]
