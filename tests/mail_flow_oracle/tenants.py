# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated tenants: snapshots with what we know of the vendor for them. The same choices for plain random and hypothesis."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from .rarities import RARITIES

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
US_IN = ["35.174.145.124", "44.211.178.96/28"]
US_OUT = ["3.214.204.181", "44.211.178.112/28"]
EU = ["52.212.19.177", "3.252.108.160/28", "52.17.62.50"]
OURS = [
    "Avanan - Protect",
    "Avanan - Protect (groups)",
    "Avanan - Protect Outgoing",
    "Avanan - Protect Internal",
]
HEADER = "X-CLOUD-SEC-AV-Info"
HOME, OTHER, RELAY, OUTER = "contoso.example", "fabrikam.example", "relay.example", "shared.example"
GATEWAY = ["203.0.113.0/28", "203.0.113.64"]
Tenant = dict[str, Any]
Case = tuple[Tenant, dict[str, Any]]


def integration() -> dict[str, Any]:
    return {
        "portal": "customer-x",
        "brand": "avanan",
        "smart_hosts": ["customer-x-host.avanan.net"],
        "dlp_smart_hosts": ["customer-x-dlp.avanan.net"],
        "return_addresses": list(US_IN),
        "dlp_addresses": list(US_OUT),
        "loop_guard": [*US_IN, *US_OUT],
        "journal_address": "customer-x@customer-x-mail.avanan.net",
        "protect_rules": list(OURS),
        "header_name": HEADER,
    }


def rule(
    name: str, conditions: Any = None, exceptions: Any = None, actions: Any = None, **more: Any
) -> Tenant:
    return {
        "name": name,
        "enabled": True,
        "mode": "Enforce",
        "comments": "",
        "activation_date": "",
        "expiry_date": "",
        "rule_error_action": "Ignore",
        "sender_address_location": "Header",
        "recipient_address_type": "Resolved",
        "conditions": conditions or {},
        "exceptions": exceptions or {},
        "actions": actions or {},
        **more,
    }


def inbound(name: str, **more: Any) -> Tenant:
    return {
        "name": name,
        "connector_type": "Partner",
        "enabled": True,
        "sender_domains": ["*"],
        "sender_ip_addresses": [],
        "require_tls": True,
        "restrict_domains_to_ip_addresses": False,
        "restrict_domains_to_certificate": False,
        "tls_sender_certificate_name": "",
        "associated_accepted_domains": [],
        "cloud_services_mail_enabled": False,
        "treat_messages_as_internal": False,
        "ef_skip_last_ip": False,
        "ef_skip_ips": [],
        "ef_users": [],
        **more,
    }


def outbound(name: str, **more: Any) -> Tenant:
    return {
        "name": name,
        "connector_type": "Partner",
        "enabled": True,
        "use_mx_record": False,
        "smart_hosts": [],
        "recipient_domains": [],
        "is_transport_rule_scoped": True,
        "tls_settings": "EncryptionOnly",
        "tls_domain": "",
        "smtp_dane_mode": "Opportunistic",
        "test_mode": False,
        "all_accepted_domains": False,
        "cloud_services_mail_enabled": False,
        "route_all_messages_via_on_premises": False,
        "sender_rewriting_enabled": False,
        **more,
    }


def protect(**more: Any) -> Tenant:
    """Our rule, complete."""
    return rule(
        OURS[0],
        {"from_scope": "NotInOrganization", "sent_to_scope": "InOrganization"},
        {"sender_ip_ranges": [*US_IN, *US_OUT]},
        {
            "route_message_outbound_connector": "Avanan Outbound",
            "set_header_name": HEADER,
            "set_header_value": "customer-x,office365_emails,inline",
            "stop_rule_processing": True,
        },
        **more,
    )


def complete() -> Case:
    """A tenant with our footprint and nothing else."""
    person = {
        "address": f"user1@{HOME}",
        "kind": "individual",
        "addresses": [f"user1@{HOME}"],
        "members": None,
        "external": "",
    }
    snapshot = {
        "mail_flow_rules": [protect()],
        "inbound_connectors": [inbound("Avanan Inbound", sender_ip_addresses=list(US_IN))],
        "outbound_connectors": [outbound("Avanan Outbound", smart_hosts=["customer-x-host.avanan.net"])],
        "journal_rules": [
            {
                "name": "Avanan - Monitor",
                "enabled": True,
                "scope": "Global",
                "recipient": "",
                "journal_email_address": "customer-x@customer-x-mail.avanan.net",
            }
        ],
        "transport_config": {"journaling_report_ndr_to": "errors@mt-prod-3-journal-error.avanan.net"},
        "connection_filter": {"ip_allow_list": [], "ip_block_list": []},
        "accepted_domains": [
            {"domain_name": HOME, "domain_type": "Authoritative", "default": True, "match_subdomains": False}
        ],
        "organization_config": {"name": "contoso.onmicrosoft.example", "is_dehydrated": False},
        "recipients": {f"user1@{HOME}": person},
    }
    return snapshot, integration()


class Maker:
    """Makes one tenant out of a source of random choices."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.snapshot, self.integration = complete()

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def one(self, options: Any) -> Any:
        return options[self.random.randrange(len(options))]

    def some(self, options: list[Any], most: int = 2) -> list[Any]:
        count = 1 + self.random.randrange(min(most, len(options)))
        return self.random.sample(options, count)

    def case(self) -> Case:
        self._directory()
        if self.chance(20):
            self.snapshot["mail_flow_rules"] = []
        else:
            self._ours()
        for _number in range(self.one([0, 0, 0, 1, 1, 2, 2])):
            self._connector()
        for _number in range(self._how_many()):
            place = self.random.randrange(len(self.snapshot["mail_flow_rules"]) + 1)
            self.snapshot["mail_flow_rules"].insert(
                place, self._foreign(len(self.snapshot["mail_flow_rules"]))
            )
        self._rest()
        for change, percent in RARITIES.items():
            if self.chance(percent):
                change(self.snapshot, self.integration, self.random)
        for number, one in enumerate(self.snapshot["mail_flow_rules"]):
            one["priority"] = number
        return self.snapshot, self.integration

    def _how_many(self) -> int:
        most = self.one([0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 10])
        return most if self.chance(97) else most + 8

    # ------------------------------------------------------------------------------------------ directory

    def _directory(self) -> None:
        domains = self.snapshot["accepted_domains"]
        for name, kind, percent in (
            (OTHER, "Authoritative", 50),
            (RELAY, "InternalRelay", 25),
            (OUTER, "ExternalRelay", 15),
        ):
            if self.chance(percent):
                domains.append(
                    {"domain_name": name, "domain_type": kind, "default": False, "match_subdomains": False}
                )
        if self.chance(8):
            self.one(domains)["match_subdomains"] = self.one([True, None])
        people = self.snapshot["recipients"]
        people.clear()
        inside = [row["domain_name"] for row in domains if row["domain_type"] != "ExternalRelay"]
        for number in range(1, self.one([2, 3, 4])):
            address = f"user{number}@{self.one(inside[:2])}"
            addresses = [address, *([f"alias{number}@{self.one(inside)}"] if self.chance(40) else [])]
            external = f"me{number}@elsewhere.example" if self.chance(8) else ""
            people[address] = _person(address, "individual", addresses, None, external)
        if self.chance(12):
            people[f"gone@{self.one(inside)}"] = _person("", "missing", [], None, "")
            key = next(key for key in people if key.startswith("gone@"))
            people[key]["address"] = key
        if self.chance(8):
            people[f"veiled@{HOME}"] = _person(f"veiled@{HOME}", "unknown", [], None, "")
        if self.chance(12):
            people["counsel@lawyers.example"] = _person(
                "counsel@lawyers.example",
                "other",
                ["counsel@lawyers.example"],
                None,
                "counsel@lawyers.example",
            )
        self._groups()

    def _groups(self) -> None:
        people = self.snapshot["recipients"]
        users = [row["address"] for row in people.values() if row["kind"] == "individual"]
        for name, percent in (("pilot", 40), ("sales", 25)):
            if self.chance(percent):
                members = None if self.chance(25) else self.some(users)
                people[f"{name}@{HOME}"] = _person(f"{name}@{HOME}", "group", [f"{name}@{HOME}"], members, "")
        around = (people.get(f"sales@{HOME}") or {}).get("members")
        if f"pilot@{HOME}" in people and around is not None and self.chance(15):
            around.append(f"pilot@{HOME}")
        if self.chance(4):
            people[f"nogroup@{HOME}"] = _person(f"nogroup@{HOME}", "missing", [], None, "")

    def _of_kind(self, *kinds: str) -> list[str]:
        return [key for key, row in self.snapshot["recipients"].items() if row["kind"] in kinds]

    def users(self) -> list[str]:
        named = [
            one for one in self._of_kind("individual", "missing", "unknown") if not one.startswith("desk@")
        ]
        return self.some(named)

    def _desk(self) -> str:
        """A mailbox that no rule names but as a target."""
        address = f"desk@{HOME}"
        self.snapshot["recipients"][address] = _person(address, "individual", [address], None, "")
        return address

    def groups(self) -> list[str]:
        return self.some(self._of_kind("group") or [f"pilot@{HOME}"], 1)

    # ------------------------------------------------------------------------------------------ ours

    def _ours(self) -> None:
        rules = self.snapshot["mail_flow_rules"]
        if self.chance(45):
            self._narrow(rules[0])
        if self.chance(45):
            self._defect(rules[0])
        if self.chance(15):
            second = deepcopy(rules[0])
            second["name"] = OURS[1]
            second["conditions"].pop("sent_to", None)
            self._narrow(second)
            rules.append(second)
        if self.chance(20):
            self._outgoing()
        if self.chance(20):
            self._connector_defect()

    def _narrow(self, one: Tenant) -> None:
        kind = self.one(["sent_to", "sent_to_member_of", "recipient_domain_is", "both"])
        if kind in ("sent_to", "both"):
            one["conditions"]["sent_to"] = self.users()
        if kind in ("sent_to_member_of", "both"):
            one["conditions"]["sent_to_member_of"] = self.groups()
        if kind == "recipient_domain_is":
            inside = [
                row for row in self.snapshot["accepted_domains"] if row["domain_type"] != "ExternalRelay"
            ]
            one["conditions"]["recipient_domain_is"] = [self.one(inside)["domain_name"]]

    def _defect(self, one: Tenant) -> None:
        exceptions, conditions = one["exceptions"], one["conditions"]
        match self.random.randrange(14):
            case 0:
                exceptions.clear()
            case 1:
                exceptions["sender_ip_ranges"] = self.some(US_IN, 1)
            case 2:
                exceptions["sender_ip_ranges"] = list(EU)
            case 3:
                exceptions["sender_ip_ranges"] = ["35.174.145.124", "44.211.178.96-44.211.178.103"]
            case 4:
                conditions["sender_ip_ranges"] = exceptions.pop("sender_ip_ranges")
            case 5:
                conditions.update(from_scope="InOrganization", sent_to_scope="NotInOrganization")
            case 6:
                one["mode"] = self.one(["Audit", "AuditAndNotify"])
            case 7:
                one["enabled"] = False
            case 8:
                one["activation_date"] = self.one(["2026-12-01T00:00:00Z", "2026-01-01T00:00:00Z"])
            case 9:
                one["expiry_date"] = self.one(["2026-12-01T00:00:00Z", "2026-01-01T00:00:00Z"])
            case 10:
                exceptions.clear()
                exceptions.update(header_contains_message_header=HEADER, header_contains_words=["customer-x"])
            case 11:
                one["actions"].pop("stop_rule_processing")
            case 12:
                exceptions.setdefault("sender_ip_ranges", []).extend(GATEWAY)
            case _:
                conditions.pop(self.one(["from_scope", "sent_to_scope"]))

    def _connector_defect(self) -> None:
        connector = self.snapshot["outbound_connectors"][0]
        match self.random.randrange(9):
            case 0:
                connector["enabled"] = False
            case 1:
                self.snapshot["outbound_connectors"].remove(connector)
            case 2:
                connector.update(is_transport_rule_scoped=False, recipient_domains=["*"])
            case 3:
                connector["smart_hosts"] = ["customer-y-host.avanan.net"]
                if self.chance(60):
                    self.integration["other_portals"] = [_other_portal(self.one([US_IN, EU]))]
            case 4:
                connector.update(
                    tls_settings="DomainValidation", tls_domain=self.one(["*.avanan.net", "mail.example"])
                )
            case 5:
                connector["smart_hosts"].append("relay.foreign.example")
            case 6:
                self.snapshot["inbound_connectors"].clear()
            case 7:
                self.snapshot["inbound_connectors"][0]["enabled"] = False
            case _:
                connector.pop("enabled")

    def _outgoing(self) -> None:
        guard = {"sender_ip_ranges": [*US_IN, *US_OUT] if self.chance(75) else list(US_IN)}
        actions = {
            "route_message_outbound_connector": "Avanan DLP Outbound",
            "set_header_name": HEADER,
            "set_header_value": "customer-x,office365_emails,inline",
            "stop_rule_processing": True,
        }
        outgoing: Tenant = {"from_scope": "InOrganization", "sent_to_scope": "NotInOrganization"}
        if self.chance(50):
            outgoing["from_member_of"] = self.groups()
        self.snapshot["mail_flow_rules"].append(rule(OURS[2], outgoing, deepcopy(guard), dict(actions)))
        if self.chance(40):
            internal = {"from_scope": "InOrganization", "sent_to_scope": "InOrganization"}
            self.snapshot["mail_flow_rules"].append(rule(OURS[3], internal, deepcopy(guard), dict(actions)))
        dlp = outbound(
            "Avanan DLP Outbound", connector_type="OnPremises", smart_hosts=["customer-x-dlp.avanan.net"]
        )
        self.snapshot["outbound_connectors"].append(dlp)
        if self.chance(85):
            back = inbound(
                "Avanan DLP Inbound", connector_type="OnPremises", sender_ip_addresses=list(US_OUT)
            )
            back["enabled"] = self.chance(90)
            back["treat_messages_as_internal"] = self.chance(20)
            if self.chance(10):
                back["sender_ip_addresses"].pop()
            self.snapshot["inbound_connectors"].append(back)

    # ------------------------------------------------------------------------------------------ others' connectors

    def _connector(self) -> None:
        into, out = self.snapshot["inbound_connectors"], self.snapshot["outbound_connectors"]
        number = len(into) + len(out)
        match self.random.randrange(9):
            case 0:
                lock = inbound(
                    f"Lock {number}", sender_ip_addresses=list(GATEWAY), restrict_domains_to_ip_addresses=True
                )
                if self.chance(40):
                    lock["sender_ip_addresses"] += US_IN if self.chance(60) else US_IN[:1]
                lock["sender_domains"] = [self.one(["*", "*", "partner.example"])]
                into.append(lock)
            case 1:
                name = self.one(["*.gateway.example", "mail.gateway.example", "*.avanan.net"])
                lock = inbound(
                    f"Certified {number}",
                    tls_sender_certificate_name=name,
                    restrict_domains_to_certificate=True,
                )
                lock["sender_domains"] = [self.one(["*", "smtp:*.partner.example;1"])]
                into.append(lock)
            case 2:
                into.append(inbound(f"Gateway {number}", sender_ip_addresses=list(GATEWAY)))
            case 3:
                self._premises(number)
            case 4 | 5:
                self._signatures(number)
            case 6:
                skipped = inbound(f"Enhanced {number}", sender_ip_addresses=self.one([US_IN, GATEWAY]))
                skipped.update(self.one([{"ef_skip_last_ip": True}, {"ef_skip_ips": US_IN[:1]}]))
                into.append(skipped)
            case 7:
                target = self.one([["partner.example"], ["*.partner.example"], ["*"], ["elsewhere.example"]])
                mx = self.chance(50)
                more = {"use_mx_record": mx, "smart_hosts": [] if mx else ["mx.hop.example"]}
                out.append(
                    outbound(
                        f"Partner {number}", recipient_domains=target, is_transport_rule_scoped=False, **more
                    )
                )
            case _:
                into.append(
                    inbound(f"Scanner {number}", sender_domains=["scanner.example"], enabled=self.chance(70))
                )
        if self.chance(5):
            self.one(self.one([group for group in (into, out) if group] or [[{}]])).pop("enabled", None)

    def _premises(self, number: int) -> None:
        back = inbound(f"From premises {number}", connector_type="OnPremises")
        back.update(
            self.one(
                [
                    {"sender_ip_addresses": ["192.0.2.0/29"]},
                    {"tls_sender_certificate_name": f"mail.{HOME}"},
                    {"tls_sender_certificate_name": f"*.{HOME}", "sender_ip_addresses": ["192.0.2.0/29"]},
                    {"tls_sender_certificate_name": HOME},
                ]
            )
        )
        back["treat_messages_as_internal"] = self.chance(30)
        if self.chance(10):
            back["associated_accepted_domains"] = [OTHER]
        self.snapshot["inbound_connectors"].append(back)
        if self.chance(60):
            over = outbound(
                f"To premises {number}",
                connector_type="OnPremises",
                smart_hosts=[f"mail.{HOME}"],
                is_transport_rule_scoped=False,
                recipient_domains=[self.one([RELAY, "*", HOME])],
            )
            over["route_all_messages_via_on_premises"] = self.chance(25)
            self.snapshot["outbound_connectors"].append(over)

    def _signatures(self, number: int) -> None:
        """A product that mail goes to and comes back from."""
        domain, mark = self.one(
            [
                ("exclaimer.net", "X-ExclaimerHostedSignatures-MessageProcessed"),
                ("codetwo.com", "X-CodeTwoProcessed"),
                ("gate.seppmail.cloud", "X-SM-outgoing"),
                ("hop.example", "X-Hop"),
            ]
        )
        name = f"Signatures {number}"
        out = outbound(
            name, smart_hosts=[f"smtp.{domain}"], connector_type=self.one(["Partner", "OnPremises"])
        )
        self.snapshot["outbound_connectors"].append(out)
        if self.chance(75):
            back = inbound(f"From {name}", connector_type=self.one(["OnPremises", "OnPremises", "Partner"]))
            back.update(self.one([{"sender_ip_addresses": ["198.51.100.8/30"]}, {}]))
            back["tls_sender_certificate_name"] = f"*.{domain}" if self.chance(70) else f"{HOME}.excl.cloud"
            back["treat_messages_as_internal"] = self.chance(40)
            self.snapshot["inbound_connectors"].append(back)
        conditions: Tenant = self.one(
            [{"from_scope": "InOrganization"}, {}, {"sent_to_scope": "NotInOrganization"}]
        )
        exceptions = self.one(
            [
                {"header_matches_message_header": mark, "header_matches_patterns": ["true"]},
                {"header_contains_message_header": mark, "header_contains_words": ["true"]},
                {"sender_ip_ranges": ["198.51.100.8/30"]},
                {},
            ]
        )
        actions: Tenant = {"route_message_outbound_connector": name}
        if self.chance(30):
            actions["stop_rule_processing"] = True
        if self.chance(30):
            actions.update(set_header_name=mark, set_header_value="true")
        made = rule(f"Send to {name}", dict(conditions), exceptions, actions)
        place = self.random.randrange(len(self.snapshot["mail_flow_rules"]) + 1)
        self.snapshot["mail_flow_rules"].insert(place, made)

    # ------------------------------------------------------------------------------------------ others' rules

    def _foreign(self, number: int) -> Tenant:
        conditions = self._predicates(self.one([0, 1, 1, 1, 2, 2]))
        exceptions = self._predicates(self.one([0, 0, 0, 1, 1]))
        made = rule(f"Rule {number}", conditions, exceptions, self._actions())
        if self.chance(5):
            made.update(
                self.one(
                    [
                        {"enabled": False},
                        {"mode": "Audit"},
                        {"mode": ""},
                        {"expiry_date": "2026-01-01T00:00:00Z"},
                    ]
                )
            )
        if self.chance(8):
            made["sender_address_location"] = self.one(["Envelope", "HeaderOrEnvelope"])
        if self.chance(8):
            made["recipient_address_type"] = "Original"
        return made

    def _predicates(self, count: int) -> Tenant:
        found: Tenant = {}
        for _number in range(count):
            found.update(self._predicate())
        return found

    def _predicate(self) -> Tenant:
        simple: list[Tenant] = [
            {"from_scope": self.one(["InOrganization", "NotInOrganization"])},
            {"sent_to_scope": self.one(["InOrganization", "NotInOrganization"])},
            {"sender_ip_ranges": self.one([GATEWAY, US_IN, US_OUT, US_IN[:1], ["203.0.113.1-203.0.113.9"]])},
            {"sender_domain_is": [self.one(["partner.example", HOME, "lawyers.example"])]},
            {"from": [self.one(["ceo@partner.example", *self.users()])]},
            {"from_member_of": self.groups()},
            {"sent_to": self.users()},
            {"sent_to_member_of": self.groups()},
            {"recipient_domain_is": [self.one(["partner.example", HOME, OTHER, RELAY])]},
            {"recipient_address_contains_words": [self.one(["user1", "user", "alias1"])]},
            {
                "recipient_address_matches_patterns": [
                    self.one([r"^user1@", r"@fabrikam\.example$", r"(a+)+", r"alias\d"])
                ]
            },
            {"any_of_recipient_address_contains_words": [self.one(["user1", "user2"])]},
            {"from_address_matches_patterns": [self.one([r"^user\d@", r"@partner\.example$"])]},
            {
                "header_contains_message_header": self.one(["X-A", HEADER]),
                "header_contains_words": [self.one(["one", "customer-x"])],
            },
            {
                "header_matches_message_header": self.one(["X-A", HEADER]),
                "header_matches_patterns": [self.one(["one", "inline"])],
            },
            {"subject_contains_words": ["invoice"]},
            {"attachment_has_executable_content": True},
            {"message_type_matches": self.one(["Calendaring", "OOF", "Encrypted", "AutoForward"])},
            {"scl_over": "5"},
            {"between_member_of1": self.groups(), "between_member_of2": self.groups()},
            {"sender_ad_attribute_contains_words": ["Department:sales"]},
            {"recipient_ad_attribute_contains_words": ["Department:sales"]},
            {"has_no_classification": False, "subject_contains_words": []},
        ]
        return dict(self.one(simple))

    def _actions(self) -> Tenant:
        routes = [one["name"] for one in self.snapshot["outbound_connectors"]] or ["Nowhere"]
        found: Tenant = dict(
            self.one(
                [
                    {"prepend_subject": "[x] "},
                    {
                        "set_header_name": self.one(["X-A", "X-A", HEADER]),
                        "set_header_value": self.one(["one", "two"]),
                    },
                    {"remove_header": self.one(["X-A", HEADER])},
                    {"set_scl": "-1"},
                    {"reject_message_reason_text": "no", "reject_message_enhanced_status_code": "5.7.1"},
                    {"delete_message": True},
                    {"quarantine": True},
                    {"moderate_message_by_user": self.users()},
                    {"moderate_message_by_manager": True},
                    {"redirect_message_to": [self.one([self._desk(), "out@partner.example"])]},
                    {"blind_copy_to": self.one([self.users()[:1], ["archive@partner.example"]])},
                    {"route_message_outbound_connector": self.one(routes)},
                    {
                        "apply_html_disclaimer_text": "x",
                        "apply_html_disclaimer_fallback_action": self.one(["Wrap", "Reject"]),
                    },
                    {"stop_rule_processing": True},
                ]
            )
        )
        ends = {"reject_message_reason_text", "delete_message", "quarantine"} & set(found)
        if not ends and self.chance(25):
            found["stop_rule_processing"] = True
        return found

    # ------------------------------------------------------------------------------------------ the rest

    def _rest(self) -> None:
        lists = self.snapshot["connection_filter"]
        if self.chance(15):
            lists["ip_allow_list"] = self.one([US_IN, US_IN[:1], GATEWAY])
        if self.chance(6):
            lists["ip_block_list"] = self.one([["35.174.145.124"], ["44.211.178.96/30"], ["198.51.100.0/24"]])
        self._of_2026()
        match self.random.randrange(20):
            case 0:
                self.integration.update(return_addresses=[], dlp_addresses=[], loop_guard=[])
            case 1:
                self.snapshot["transport_config"]["journaling_report_ndr_to"] = f"user1@{HOME}"
            case 2:
                self.snapshot["journal_rules"].clear()
            case 3:
                self.snapshot["journal_rules"][0]["enabled"] = False
            case 4:
                self.snapshot["outbound_connectors"].append(
                    outbound(
                        "Avanan Journaling Outbound",
                        smart_hosts=["journal.vendor.example"],
                        recipient_domains=["customer-x-mail.avanan.net"],
                        is_transport_rule_scoped=False,
                        enabled=self.chance(70),
                    )
                )
            case 5:
                self.integration["smart_hosts"].append("customer-x-dlp.avanan.net")

    def _of_2026(self) -> None:
        """Direct Send, domains that may not send, forwards that are rewritten, connectors that restrict twice."""
        organization = self.snapshot["organization_config"]
        if self.chance(25):
            organization["reject_direct_send"] = self.one([True, True, None])
        elif self.chance(3):
            self.snapshot["organization_config"] = None
        if self.chance(4):
            way = self.one(["from", "to"])
            self.one(self.snapshot["accepted_domains"])[f"sending_{way}_domain_disabled"] = True
        for one in self.snapshot["outbound_connectors"]:
            if self.chance(10):
                one["sender_rewriting_enabled"] = self.one([True, None])
        for one in self.snapshot["inbound_connectors"]:
            if one["connector_type"] == "Partner" and self.chance(4):
                one.update(restrict_domains_to_ip_addresses=True, restrict_domains_to_certificate=True)


def _other_portal(addresses: list[str]) -> dict[str, Any]:
    return {
        "portal": "customer-y",
        "smart_hosts": ["customer-y-host.avanan.net"],
        "dlp_smart_hosts": ["customer-y-dlp.avanan.net"],
        "return_addresses": list(addresses),
        "dlp_addresses": list(US_OUT),
    }


def _person(address: str, kind: str, addresses: list[str], members: Any, external: str) -> Tenant:
    return {
        "address": address,
        "kind": kind,
        "addresses": addresses,
        "members": members,
        "external": external,
    }


def tenant(seed: int) -> Case:
    """The tenant of that number."""
    return Maker(random.Random(seed)).case()


def tenants() -> st.SearchStrategy[Case]:
    """The same for hypothesis, which can shrink the choices."""
    return st.randoms(use_true_random=False).map(lambda source: Maker(source).case())
