# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole tenants, each with the verdict that is right, as an administrator would judge it before any check was run.

A company in Europe with a portal of the other brand: `Judgement.tenant()` gives the snapshot. Products of others are set up as
their vendors describe it; defects are those that were seen in the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.unit.mail_flow.mail_flow_samples import (
    Change,
    Plain,
    first,
    group,
    inbound,
    knows,
    last,
    less,
    mailbox,
    more,
    named,
    outbound,
    rule,
)

RULES, INBOUND, OUTBOUND = "mail_flow_rules", "inbound_connectors", "outbound_connectors"
HOME, SECOND = "tailspin.example", "toys.example"
ANNA, BERND, CLARA, DORA = (f"{name}@{HOME}" for name in ("anna", "bernd", "clara", "dora"))
SALES, EVERYBODY = f"sales@{HOME}", f"everybody@{HOME}"
INCOMING = ["52.212.19.177", "3.252.108.160/28", "13.39.103.0/28"]
OUTGOING = ["52.17.62.50", "3.252.108.176/28", "13.39.103.16/28"]
GUARD = [*INCOMING, *OUTGOING]
AMERICA = ["35.174.145.124", "44.211.178.96/28", "44.211.178.112/28"]
IN_HOST, DLP_HOST = "tailspin-host.checkpointcloudsec.com", "tailspin-dlp.checkpointcloudsec.com"
JOURNAL = "tailspin@tailspin-mail.checkpointcloudsec.com"
HEADER = "X-CLOUD-SEC-AV-Info"
PROTECT, OUTBOUND_RULE, INTERNAL_RULE, WHITELIST = (
    f"Check Point - {name}" for name in ("Protect", "Protect Outgoing", "Protect Internal", "Whitelist")
)
BY_GROUP, BY_DOMAIN = f"{PROTECT} groups", f"{PROTECT} domains"
TO_VENDOR, FROM_VENDOR = "Check Point Outbound", "Check Point Inbound"
TO_DLP, FROM_DLP = "Check Point DLP Outbound", "Check Point DLP Inbound"
INTEGRATION: Plain = {
    "portal": "tailspin",
    "brand": "checkpoint",
    "smart_hosts": [IN_HOST],
    "dlp_smart_hosts": [DLP_HOST],
    "return_addresses": INCOMING,
    "dlp_addresses": OUTGOING,
    "loop_guard": GUARD,
    "addresses_complete": True,
    "journal_address": JOURNAL,
    "header_name": HEADER,
    "protect_rules": [PROTECT, BY_GROUP, BY_DOMAIN, WHITELIST, OUTBOUND_RULE, INTERNAL_RULE],
}
INSIDE, OUTSIDE = "InOrganization", "NotInOrganization"
COMES_IN: Plain = {"from_scope": OUTSIDE, "sent_to_scope": INSIDE}
GOES_OUT: Plain = {"from_scope": INSIDE, "sent_to_scope": OUTSIDE}


@dataclass(frozen=True)
class Judgement:
    """A tenant and what is right to say of it.

    changes: what makes it differ from `base`; finding: the id that must carry a verdict other than safe, or, for a safe tenant,
    must be told as a note ("" for none); names: what cause, remedy or subject of the finding must name; remedy: words that it
    must have; entries: of a plan whose outcome is checked instead.
    """

    verdict: str
    changes: tuple[Change, ...] = ()
    finding: str = ""
    names: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    base: Callable[[], Plain] = field(default=lambda: inline())
    integration: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Plain, ...] = ()

    def tenant(self) -> Plain:
        """The snapshot before a plan."""
        snapshot = deepcopy(self.base())
        for change in self.changes:
            change(snapshot)
            # A change may put in rows that it shares with other tenants.
            snapshot = deepcopy(snapshot)
        return snapshot


def _domain(name: str, *, kind: str = "Authoritative", default: bool = False) -> Plain:
    return {"domain_name": name, "domain_type": kind, "default": default, "match_subdomains": False}


def company() -> Plain:
    """The tenant with nothing in its mail flow."""
    people = [
        mailbox(ANNA, f"anna@{SECOND}"),
        mailbox(BERND),
        mailbox(CLARA, f"clara.m@{HOME}"),
        mailbox(DORA),
        group(SALES, [BERND, CLARA]),
    ]
    return {
        RULES: [],
        INBOUND: [],
        OUTBOUND: [],
        "journal_rules": [],
        "transport_config": {"journaling_report_ndr_to": ""},
        "connection_filter": {"ip_allow_list": [], "ip_block_list": []},
        "accepted_domains": [
            _domain(HOME, default=True),
            _domain(SECOND),
            _domain("tailspin.onmicrosoft.example"),
        ],
        "organization_config": {},
        "recipients": {item["address"]: item for item in people},
    }


def monitor() -> Plain:
    """The phase monitor is done: journal rule, its connector, the address for what cannot be delivered, the inbound connector."""
    tenant = company()
    tenant["journal_rules"] = [
        {
            "name": "Check Point - Monitor",
            "journal_email_address": JOURNAL,
            "recipient": "",
            "scope": "Global",
            "enabled": True,
        }
    ]
    tenant["transport_config"]["journaling_report_ndr_to"] = (
        "tailspin@mt-prod-cp-eu-2-journal-error.checkpointcloudsec.com"
    )
    tenant[INBOUND].append(inbound(FROM_VENDOR, sender_ip_addresses=INCOMING))
    return tenant


def protecting(name: str = PROTECT, connector: str = TO_VENDOR, **conditions: Any) -> Plain:
    """One of the vendor's rules as the vendor prescribes it."""
    return rule(
        name,
        conditions=conditions,
        exceptions={"sender_ip_ranges": list(GUARD)},
        actions={
            "route_message_outbound_connector": connector,
            "set_header_name": HEADER,
            "set_header_value": "tailspin,office365_emails,inline",
            "stop_rule_processing": True,
        },
    )


def of_wingtip(made: Plain) -> Plain:
    """The same for the portal wingtip."""
    return {**made, "actions": {**made["actions"], "set_header_value": "wingtip,office365_emails,inline"}}


def _whitelist() -> Plain:
    return rule(
        WHITELIST,
        conditions={"sender_ip_ranges": list(INCOMING)},
        exceptions={
            "header_matches_message_header": "X-CLOUD-SEC-AV-SCL",
            "header_matches_patterns": ["true"],
        },
        actions={"set_scl": "-1"},
    )


def connector_out(name: str = TO_VENDOR, host: str = IN_HOST, **more_of_it: Any) -> Plain:
    """The vendor's outbound connector."""
    return outbound(name, smart_hosts=[host], tls_settings="EncryptionOnly", **more_of_it)


def inline() -> Plain:
    """Everybody is inline, incoming mail only."""
    tenant = monitor()
    tenant[RULES] = [protecting(**COMES_IN), _whitelist()]
    tenant[OUTBOUND].append(connector_out())
    tenant["connection_filter"]["ip_allow_list"] = list(GUARD)
    return tenant


def complete() -> Plain:
    """Outgoing and internal mail go through the vendor, too."""
    tenant = inline()
    tenant[RULES] += [
        protecting(OUTBOUND_RULE, TO_DLP, **GOES_OUT),
        protecting(INTERNAL_RULE, TO_DLP, from_scope=INSIDE, sent_to_scope=INSIDE),
    ]
    tenant[OUTBOUND].append(connector_out(TO_DLP, DLP_HOST, connector_type="OnPremises"))
    tenant[INBOUND].append(inbound(FROM_DLP, connector_type="OnPremises", sender_ip_addresses=list(OUTGOING)))
    return tenant


# ------------------------------------------------------------------------------------------------------------ pieces

REJECT: Plain = {"reject_message_reason_text": "Not accepted", "reject_message_enhanced_status_code": "5.7.1"}
LOCK: Plain = {"restrict_domains_to_ip_addresses": True}
MIMECAST, PROOFPOINT, PREMISES = (
    ["91.220.42.0/24", "195.130.217.0/24"],
    ["185.132.180.0/24"],
    ["203.0.113.24/29"],
)


def conditions(name: str = PROTECT, **given: Any) -> Change:
    """Other conditions of a rule."""
    return named(RULES, name, conditions=given)


def exceptions(*addresses: str, name: str = PROTECT, **given: Any) -> Change:
    """Other exceptions of a rule."""
    ranges: Plain = {"sender_ip_ranges": list(addresses)} if addresses else {}
    return named(RULES, name, exceptions={**ranges, **given})


def without(topic: str, name: str) -> Change:
    """An object is not there."""
    return less(topic, name)


def stopping(name: str, actions: Plain | None = None, /, **given: Any) -> Plain:
    """A rule of somebody else that lets no later rule see what it takes."""
    return rule(name, conditions=given, actions={**(actions or {}), "stop_rule_processing": True})


FRIEND: Plain = {**mailbox("friend@partner.example", external="friend@partner.example"), "kind": "contact"}
GUEST: Plain = mailbox("guest@partner.example", external="guest@partner.example")
GONE: Plain = {**mailbox(f"gone@{HOME}"), "kind": "missing", "addresses": []}


def leavers(**exceptions: Any) -> Plain:
    """A rule that hands mail for somebody who has left to the vendor."""
    return rule(
        "Leavers",
        conditions={"sent_to": [GONE["address"]]},
        exceptions=exceptions,
        actions={"route_message_outbound_connector": TO_DLP},
    )


def signatures(
    product: str, host: str, mark: str, place: Callable[[Plain], Change] = first, **more_of_it: Any
) -> tuple[Change, ...]:
    """A signature product as its vendor sets it up: outgoing mail goes there and comes back with a mark that the rule excepts."""
    exception = {"header_matches_message_header": mark, "header_matches_patterns": ["true"]} if mark else {}
    return (
        place(
            rule(
                f"Send to {product}",
                conditions={"from_scope": INSIDE},
                exceptions=exception,
                actions={"route_message_outbound_connector": f"To {product}", **more_of_it},
            )
        ),
        more(OUTBOUND, outbound(f"To {product}", smart_hosts=[host], connector_type="OnPremises")),
        more(
            INBOUND,
            inbound(
                f"From {product}",
                connector_type="OnPremises",
                tls_sender_certificate_name=host,
                cloud_services_mail_enabled=True,
            ),
        ),
    )


EXCLAIMER = signatures(
    "Exclaimer",
    "smtp.exclaimer.net",
    "X-ExclaimerHostedSignatures-MessageProcessed",
    stop_rule_processing=True,
)
CODETWO = signatures("CodeTwo", "smtp.codetwo.com", "X-CodeTwoProcessed", stop_rule_processing=True)


def gateway(name: str, addresses: list[str], **settings: Any) -> Change:
    """The inbound connector of a gateway to which the MX points."""
    return more(INBOUND, inbound(name, sender_ip_addresses=addresses, **settings))


def hybrid(*, centralised: bool = False) -> tuple[Change, ...]:
    """What the hybrid configuration wizard makes."""
    return (
        more(
            INBOUND,
            inbound(
                "Inbound from premises",
                connector_type="OnPremises",
                tls_sender_certificate_name=f"mail.{HOME}",
                cloud_services_mail_enabled=True,
            ),
        ),
        more(
            OUTBOUND,
            outbound(
                "Outbound to premises",
                connector_type="OnPremises",
                smart_hosts=[f"mail.{HOME}"],
                recipient_domains=["*"] if centralised else [HOME],
                is_transport_rule_scoped=False,
                tls_settings="DomainValidation",
                tls_domain=f"mail.{HOME}",
                cloud_services_mail_enabled=True,
                route_all_messages_via_on_premises=centralised,
            ),
        ),
    )


def to_inline(*, guard: list[str] | None = None, order: tuple[str, ...] = ()) -> tuple[Plain, ...]:
    """The entries of a plan that switches everybody to inline."""
    new_rule = protecting(**COMES_IN)
    if guard is not None:
        new_rule["exceptions"] = {"sender_ip_ranges": guard}
    return (
        {
            "module": "o365_outbound_connector",
            "object": {"noun": "OutboundConnector", "name": TO_VENDOR},
            "before": None,
            "after": {
                "name": TO_VENDOR,
                "connector_type": "Partner",
                "use_mx_record": False,
                "smart_hosts": [IN_HOST],
                "tls_settings": "EncryptionOnly",
                "is_transport_rule_scoped": True,
            },
        },
        {
            "module": "o365_mail_flow_rule",
            "object": {"noun": "TransportRule", "name": PROTECT},
            "before": None,
            "after": {key: new_rule[key] for key in ("name", "conditions", "exceptions", "actions")},
            "order_after": [PROTECT, *order],
        },
    )


def _only(*addresses: str) -> Plain:
    """A rule that rejects mail of the internet from anywhere else."""
    return rule(
        "Only through the gateway",
        conditions={"from_scope": OUTSIDE},
        exceptions={"sender_ip_ranges": list(addresses)},
        actions=REJECT,
    )


def _no_cards(actions: Plain) -> tuple[Change, ...]:
    """Rules for what messages contain: card numbers in outgoing mail, then programs in all of it."""
    cards = {**GOES_OUT, "subject_or_body_contains_words": ["card number"]}
    programs = rule("Programs", conditions={"attachment_has_executable_content": True}, actions=REJECT)
    return last(rule("Cards", conditions=cards, actions=actions)), last(programs)


def _nobody(address: str) -> Plain:
    return {"address": address, "kind": "missing", "addresses": [], "members": None, "external": ""}


# ------------------------------------------------------------------------------------- well set up: all of these are safe

WELL: dict[str, Judgement] = {
    "nothing but the vendor, everybody inline": Judgement("safe"),
    "before anything of the vendor": Judgement("safe", base=company),
    "monitoring only": Judgement("safe", base=monitor),
    "outgoing and internal mail, too": Judgement("safe", base=complete),
    "outgoing mail of a group": Judgement(
        "safe",
        (
            conditions(OUTBOUND_RULE, **GOES_OUT, from_member_of=[SALES]),
            conditions(INTERNAL_RULE, from_scope=INSIDE, sent_to_scope=INSIDE, sent_to_member_of=[SALES]),
        ),
        base=complete,
    ),
    "scope: two users": Judgement("safe", (conditions(**COMES_IN, sent_to=[ANNA, CLARA]),)),
    "scope: a group": Judgement("safe", (conditions(**COMES_IN, sent_to_member_of=[SALES]),)),
    "scope: one of several accepted domains": Judgement(
        "safe", (conditions(**COMES_IN, recipient_domain_is=[SECOND]),)
    ),
    "scope: users, groups and domains, a rule for each": Judgement(
        "safe",
        (
            conditions(**COMES_IN, sent_to=[ANNA]),
            first(protecting(BY_GROUP, **COMES_IN, sent_to_member_of=[SALES])),
            first(protecting(BY_DOMAIN, **COMES_IN, recipient_domain_is=[SECOND])),
        ),
    ),
    "scope: a dynamic group whose members nobody knows": Judgement(
        "safe",
        (conditions(**COMES_IN, sent_to_member_of=[EVERYBODY]), knows(group(EVERYBODY, None))),
        "scope-group-unknown",
        (EVERYBODY, PROTECT),
    ),
    "scope: a group in a group": Judgement(
        "safe",
        (conditions(**COMES_IN, sent_to_member_of=[EVERYBODY]), knows(group(EVERYBODY, [SALES, DORA]))),
    ),
    "the outbound connector proves the vendor's certificate": Judgement(
        "safe",
        (named(OUTBOUND, TO_VENDOR, tls_settings="DomainValidation", tls_domain="*.checkpointcloudsec.com"),),
    ),
    "only the addresses of incoming mail are excepted, of which it comes back": Judgement(
        "safe", (exceptions(*INCOMING),)
    ),
    "a whole block around the vendor's addresses is excepted": Judgement(
        "safe", (exceptions("52.212.0.0/16", "3.252.108.128/25", "13.39.103.0/24"),)
    ),
    "the exception is by the vendor's header": Judgement(
        "safe",
        (exceptions(header_contains_message_header=HEADER, header_contains_words=["tailspin"]),),
    ),
    "Exclaimer": Judgement("safe", EXCLAIMER),
    "Exclaimer below the vendor's rule": Judgement(
        "safe",
        signatures("Exclaimer", "smtp.exclaimer.net", "X-ExclaimerHostedSignatures-MessageProcessed", last),
    ),
    "CodeTwo": Judgement("safe", CODETWO),
    "Mimecast in front, open for others": Judgement("safe", (gateway("Mimecast Inbound", MIMECAST),)),
    "Mimecast in front, locked, with the vendor's addresses": Judgement(
        "safe", (gateway("Mimecast Inbound", [*MIMECAST, *GUARD], **LOCK),)
    ),
    "Mimecast in front with enhanced filtering": Judgement(
        "safe", (gateway("Mimecast Inbound", MIMECAST, ef_skip_last_ip=True),)
    ),
    "Mimecast in front and for outgoing mail": Judgement(
        "safe",
        (
            gateway("Mimecast Inbound", MIMECAST),
            more(
                OUTBOUND,
                outbound(
                    "Mimecast Outbound",
                    smart_hosts=["eu-smtp-o365-outbound-1.mimecast.example"],
                    recipient_domains=["*"],
                    is_transport_rule_scoped=False,
                ),
            ),
        ),
    ),
    "Proofpoint in front, known by its certificate": Judgement(
        "safe",
        (more(INBOUND, inbound("Proofpoint Inbound", tls_sender_certificate_name="*.pphosted.example")),),
    ),
    "a gateway whose addresses the rule excepts": Judgement(
        "safe",
        (gateway("Mimecast Inbound", [*MIMECAST, *GUARD], **LOCK), exceptions(*GUARD, *MIMECAST)),
        "gateway-exempted-monitor-only",
        (PROTECT, *MIMECAST),
    ),
    "hybrid, mail goes straight to the internet": Judgement("safe", hybrid()),
    "hybrid, with outgoing and internal mail through the vendor": Judgement("safe", hybrid(), base=complete),
    "hybrid, a mailbox still on premises": Judgement(
        "safe",
        (
            *hybrid(),
            knows(
                {
                    "address": f"eva@{HOME}",
                    "kind": "individual",
                    "addresses": [f"eva@{HOME}"],
                    "members": None,
                    "external": f"eva@{HOME}",
                }
            ),
            conditions(**COMES_IN, sent_to=[ANNA, f"eva@{HOME}"]),
        ),
    ),
    "hybrid with a relayed domain": Judgement(
        "safe",
        (
            *hybrid(),
            more("accepted_domains", _domain("plant.example", kind="InternalRelay")),
            named(OUTBOUND, "Outbound to premises", recipient_domains=[HOME, "plant.example"]),
        ),
    ),
    "scanners and applications relay through a connector": Judgement(
        "safe",
        (more(INBOUND, inbound("Scanners", connector_type="OnPremises", sender_ip_addresses=PREMISES)),),
        base=complete,
    ),
    "outgoing mail with card numbers is rejected, and after that mail with programs": Judgement(
        "safe", _no_cards(REJECT), base=complete
    ),
    "only mail of the gateway and the vendor comes in, and after that no programs": Judgement(
        "safe",
        (
            last(_only(*MIMECAST, *GUARD)),
            last(rule("Programs", conditions={"attachment_has_executable_content": True}, actions=REJECT)),
        ),
    ),
    "a partner must use TLS": Judgement(
        "safe", (more(INBOUND, inbound("Bank", sender_domains=["bank.example"], require_tls=True)),)
    ),
    "mail to a partner through its own host": Judgement(
        "safe",
        (
            more(
                OUTBOUND,
                outbound(
                    "Bank",
                    smart_hosts=["mx.bank.example"],
                    recipient_domains=["bank.example"],
                    is_transport_rule_scoped=False,
                    tls_settings="DomainValidation",
                    tls_domain="*.bank.example",
                ),
            ),
        ),
        base=complete,
    ),
    "an archive of its own, with a journal rule": Judgement(
        "safe",
        (
            more(
                "journal_rules",
                {
                    "name": "Archive",
                    "journal_email_address": "tailspin@in.archive.example",
                    "recipient": "",
                    "scope": "Global",
                    "enabled": True,
                },
            ),
            more(
                OUTBOUND,
                outbound(
                    "Archive",
                    smart_hosts=["in.archive.example"],
                    recipient_domains=["in.archive.example"],
                    is_transport_rule_scoped=False,
                ),
            ),
        ),
        base=complete,
    ),
    "contacts outside, forwarding mailboxes": Judgement(
        "safe",
        (
            knows(
                mailbox("counsel@lawyers.example", external="counsel@lawyers.example"),
                mailbox(DORA, external="dora@elsewhere.example"),
            ),
            conditions(**COMES_IN, sent_to=[ANNA, DORA]),
        ),
    ),
    "contacts outside, forwarding mailboxes, outgoing mail inspected": Judgement(
        "safe",
        (
            knows(
                mailbox("counsel@lawyers.example", external="counsel@lawyers.example"),
                mailbox(DORA, external="dora@elsewhere.example"),
            ),
        ),
        base=complete,
    ),
    "mail of a leaver goes on to a contact": Judgement(
        "safe",
        (
            knows(FRIEND),
            first(
                rule(
                    "Leaver",
                    conditions={"sent_to": [DORA]},
                    actions={"redirect_message_to": [FRIEND["address"]]},
                )
            ),
        ),
    ),
    "a contact and a guest whose mail skips the spam filter": Judgement(
        "safe",
        (
            knows(FRIEND, GUEST),
            last(
                rule(
                    "Friends",
                    conditions={"from": [FRIEND["address"], GUEST["address"]]},
                    actions={"set_scl": "-1"},
                )
            ),
        ),
        base=complete,
    ),
    "a contact in the protected group": Judgement(
        "safe",
        (
            knows(FRIEND, group(SALES, [BERND, FRIEND["address"]])),
            conditions(**COMES_IN, sent_to_member_of=[SALES]),
        ),
    ),
    "a disclaimer on outgoing mail": Judgement(
        "safe",
        (
            last(
                rule(
                    "Disclaimer",
                    conditions={"sent_to_scope": OUTSIDE},
                    exceptions={"subject_or_body_contains_words": ["Tailspin Ltd"]},
                    actions={
                        "apply_html_disclaimer_text": "Ltd",
                        "apply_html_disclaimer_fallback_action": "Wrap",
                    },
                )
            ),
        ),
        base=complete,
    ),
    "a disclaimer that rejects what it cannot mark": Judgement(
        "safe",
        (
            last(
                rule(
                    "Disclaimer",
                    conditions={"sent_to_scope": OUTSIDE},
                    actions={
                        "apply_html_disclaimer_text": "Ltd",
                        "apply_html_disclaimer_fallback_action": "Reject",
                    },
                )
            ),
        ),
    ),
    "warnings, blocked attachments, and senders that skip the spam filter": Judgement(
        "safe",
        (
            last(
                rule(
                    "Mark external", conditions={"from_scope": OUTSIDE}, actions={"prepend_subject": "[EXT] "}
                )
            ),
            last(rule("Programs", conditions={"attachment_has_executable_content": True}, actions=REJECT)),
            last(
                rule(
                    "Phishing words",
                    conditions={
                        "from_scope": OUTSIDE,
                        "subject_or_body_contains_words": ["password expired"],
                    },
                    actions={"prepend_subject": "[PHISHING?] "},
                )
            ),
            last(
                rule(
                    "Allowed", conditions={"sender_domain_is": ["partner.example"]}, actions={"set_scl": "-1"}
                )
            ),
            last(
                rule(
                    "Allowed hosts",
                    conditions={"sender_ip_ranges": ["192.0.2.8/30"]},
                    actions={"set_scl": "-1"},
                )
            ),
        ),
        base=complete,
    ),
    "the same rules above the vendor's": Judgement(
        "safe",
        (
            first(
                rule(
                    "Mark external", conditions={"from_scope": OUTSIDE}, actions={"prepend_subject": "[EXT] "}
                )
            ),
            first(rule("Programs", conditions={"attachment_has_executable_content": True}, actions=REJECT)),
            first(
                rule(
                    "Block lists",
                    conditions={"sender_domain_is": ["spam.example"]},
                    actions={"delete_message": True},
                )
            ),
        ),
        base=complete,
    ),
    "forged mail of the own domain is quarantined": Judgement(
        "safe",
        (
            last(
                rule(
                    "Forged",
                    conditions={"from_scope": OUTSIDE, "sender_domain_is": [HOME, SECOND]},
                    exceptions={"sender_ip_ranges": PREMISES},
                    actions={"quarantine": True},
                )
            ),
        ),
    ),
    "automatic forwarding is refused": Judgement(
        "safe",
        (
            last(
                rule(
                    "No forwarding",
                    conditions={**GOES_OUT, "message_type_matches": "AutoForward"},
                    actions=REJECT,
                )
            ),
        ),
        base=complete,
    ),
    "mail to the board from outside waits for approval": Judgement(
        "safe",
        (
            last(
                rule(
                    "Board",
                    conditions={"from_scope": OUTSIDE, "sent_to": [DORA]},
                    actions={"moderate_message_by_user": [ANNA]},
                )
            ),
        ),
    ),
    "a copy of all mail of one person goes to another": Judgement(
        "safe",
        (last(rule("Copy", conditions={"sent_to": [BERND]}, actions={"blind_copy_to": [ANNA]})),),
    ),
    "simulated phishing passes above the vendor's rule": Judgement(
        "safe",
        (first(stopping("Simulation", {"set_scl": "-1"}, sender_ip_ranges=["147.160.167.0/26"])),),
        "foreign-rule-stops-before",
        ("Simulation", PROTECT),
    ),
    "mail with a word in the subject is encrypted": Judgement(
        "safe",
        (
            first(
                rule(
                    "Encrypt",
                    conditions={"sent_to_scope": OUTSIDE, "subject_contains_words": ["[secure]"]},
                    actions={"apply_rights_protection_template": "Encrypt"},
                )
            ),
        ),
        base=complete,
    ),
    "impersonation of the board is marked by the name shown": Judgement(
        "safe",
        (
            last(
                rule(
                    "Impersonation",
                    conditions={
                        "from_scope": OUTSIDE,
                        "header_matches_message_header": "From",
                        "header_matches_patterns": ["Dora Director"],
                    },
                    exceptions={"from": ["dora@elsewhere.example"]},
                    actions={"quarantine": True},
                )
            ),
        ),
    ),
    "outgoing mail comes back through the incoming connector, the older way": Judgement(
        "safe",
        (
            named(INBOUND, FROM_VENDOR, connector_type="OnPremises"),
            last(protecting(OUTBOUND_RULE, TO_VENDOR, **GOES_OUT)),
        ),
        "shared-address-attribution",
        (FROM_VENDOR,),
    ),
    "nobody names the vendor's addresses on the way back": Judgement(
        "safe",
        (named(INBOUND, FROM_VENDOR, sender_ip_addresses=AMERICA),),
        "return-not-recognized",
        (INCOMING[0],),
    ),
    "old lock-downs and rules that are switched off": Judgement(
        "safe",
        (
            gateway("Old gateway", MIMECAST, enabled=False, **LOCK),
            first(rule("Old", enabled=False, conditions={"from_scope": OUTSIDE}, actions=REJECT)),
            first(
                rule(
                    "Older",
                    expiry_date="2025-01-01T00:00:00Z",
                    conditions={"from_scope": OUTSIDE},
                    actions=REJECT,
                )
            ),
        ),
    ),
    "a user in the scope who has left": Judgement(
        "safe",
        (
            conditions(**COMES_IN, sent_to=[ANNA, f"gone@{HOME}"]),
            knows(
                {
                    "address": f"gone@{HOME}",
                    "kind": "missing",
                    "addresses": [],
                    "members": None,
                    "external": "",
                }
            ),
        ),
    ),
    "undeliverable reports go to a mailbox of the company": Judgement(
        "safe",
        (lambda tenant: tenant["transport_config"].update(journaling_report_ndr_to=ANNA),),
        "journal-undeliverable-recipient",
        (ANNA, "All other reports"),
    ),
    "our rule in test mode": Judgement(
        "safe", (named(RULES, PROTECT, mode="Audit"),), "audit-mode", (PROTECT,)
    ),
    "the condition asks for the sender's group instead of the recipient's": Judgement(
        "safe",
        (conditions(**COMES_IN, from_member_of=[SALES]),),
        "reversed-predicate",
        (PROTECT,),
    ),
    "users and groups in one rule": Judgement(
        "safe",
        (conditions(**COMES_IN, sent_to=[ANNA], sent_to_member_of=[SALES]),),
        "scope-intersection",
        (PROTECT,),
    ),
    "hybrid, outgoing mail leaves through premises": Judgement(
        "safe", (*hybrid(), named(OUTBOUND, "Outbound to premises", recipient_domains=["*"]))
    ),
    "hybrid, a domain whose mailboxes are on premises": Judgement(
        "safe",
        (
            *hybrid(),
            more("accepted_domains", _domain("plant.example", kind="InternalRelay")),
            named(OUTBOUND, "Outbound to premises", recipient_domains=["plant.example"]),
            knows(_nobody("foreman@plant.example")),
            conditions(**COMES_IN, sent_to=[ANNA, "foreman@plant.example"]),
        ),
    ),
    "Exclaimer with outgoing mail inspected, which it leaves alone when it returns": Judgement(
        "safe",
        (
            *EXCLAIMER,
            named(
                RULES,
                "Send to Exclaimer",
                exceptions={
                    "header_matches_message_header": "X-ExclaimerHostedSignatures-MessageProcessed",
                    "header_matches_patterns": ["true"],
                    "sender_ip_ranges": GUARD,
                },
            ),
        ),
        base=complete,
    ),
    "only the gateway and the vendor may deliver, by a rule": Judgement(
        "safe",
        (last(_only(*MIMECAST, *GUARD)), gateway("Mimecast Inbound", [*MIMECAST, *GUARD], **LOCK)),
        base=complete,
    ),
    "only mail with the vendor's header is let through, by a rule": Judgement(
        "safe",
        (
            last(
                rule(
                    "Only inspected",
                    conditions={"from_scope": OUTSIDE},
                    exceptions={
                        "header_contains_message_header": HEADER,
                        "header_contains_words": ["tailspin"],
                    },
                    actions=REJECT,
                )
            ),
        ),
    ),
    "a list for colleagues only, and internal mail comes back as internal": Judgement(
        "safe",
        (
            last(
                rule("Colleagues only", conditions={"from_scope": OUTSIDE, "sent_to": [DORA]}, actions=REJECT)
            ),
            named(INBOUND, FROM_DLP, treat_messages_as_internal=True),
        ),
        base=complete,
    ),
    "mail of a leaver is redirected, big mail rejected, card numbers held back": Judgement(
        "safe",
        (
            first(rule("Leaver", conditions={"sent_to": [DORA]}, actions={"redirect_message_to": [ANNA]})),
            last(rule("Big", conditions={"message_size_over": "30MB"}, actions=REJECT)),
            last(
                rule(
                    "Cards",
                    conditions={"sent_to_scope": OUTSIDE, "subject_or_body_matches_patterns": [r"\d{16}"]},
                    actions=REJECT,
                )
            ),
            last(rule("Temps", conditions={**GOES_OUT, "from_member_of": [SALES]}, actions=REJECT)),
            last(
                rule(
                    "Copy",
                    conditions={"from_scope": INSIDE},
                    actions={"blind_copy_to": ["box@archive.example"]},
                )
            ),
        ),
        base=complete,
    ),
    "a domain that others share": Judgement(
        "safe", (more("accepted_domains", _domain("shared.example", kind="ExternalRelay")),), base=complete
    ),
    "a partner must show its certificate, and nothing else is locked": Judgement(
        "safe",
        (
            more(
                INBOUND,
                inbound(
                    "Bank", sender_domains=["bank.example"], tls_sender_certificate_name="mail.bank.example"
                ),
            ),
        ),
    ),
    "mail of trusted senders is not inspected": Judgement(
        "safe", (exceptions(*GUARD, sender_domain_is=["partner.example"]),)
    ),
    "centralised mail flow that is switched off": Judgement(
        "safe", (*hybrid(centralised=True), named(OUTBOUND, "Outbound to premises", enabled=False))
    ),
    "planned: inline after monitoring": Judgement("safe", base=monitor, entries=to_inline()),
    "planned: inline, above the rules that are there": Judgement(
        "safe",
        (
            last(
                rule(
                    "Mark external", conditions={"from_scope": OUTSIDE}, actions={"prepend_subject": "[EXT] "}
                )
            ),
            last(rule("Programs", conditions={"attachment_has_executable_content": True}, actions=REJECT)),
        ),
        base=monitor,
        entries=to_inline(order=("Mark external", "Programs")),
    ),
}

# --------------------------------------------------------------------------------------------- defects: none of these is safe

BAD: dict[str, Judgement] = {
    "the exception is missing": Judgement(
        "loop", (exceptions(),), "loop-exception-missing", (PROTECT, *INCOMING), ("sender_ip_ranges",)
    ),
    "the exception has another region": Judgement(
        "loop", (exceptions(*AMERICA),), "loop-exception-missing", (PROTECT, INCOMING[0])
    ),
    "one address of the region is missing": Judgement(
        "loop", (exceptions(*INCOMING[1:], *OUTGOING),), "loop-exception-missing", (PROTECT, INCOMING[0])
    ),
    "the exception is on a header that nobody sets": Judgement(
        "not_proved",
        (exceptions(header_contains_message_header="X-Scanned-By-Vendor", header_contains_words=["yes"]),),
        "loop-exception-missing",
        (PROTECT,),
    ),
    "planned: inline without exceptions": Judgement(
        "loop", base=monitor, entries=to_inline(guard=[]), finding="loop-exception-missing", names=(PROTECT,)
    ),
    "planned: inline with the exceptions of another region": Judgement(
        "loop",
        base=monitor,
        entries=to_inline(guard=AMERICA),
        finding="loop-exception-missing",
        names=(PROTECT,),
    ),
    "the vendor's addresses are a condition": Judgement(
        "loop",
        (named(RULES, PROTECT, conditions={**COMES_IN, "sender_ip_ranges": INCOMING}, exceptions={}),),
        "reversed-predicate",
        (PROTECT,),
    ),
    "the two scopes are swapped": Judgement(
        "lost", (conditions(**GOES_OUT),), "reversed-predicate", (PROTECT,)
    ),
    "outgoing mail without exception": Judgement(
        "not_proved",
        (exceptions(name=OUTBOUND_RULE),),
        "loop-exception-missing",
        (OUTBOUND_RULE, OUTGOING[0]),
        base=complete,
    ),
    "outgoing mail without exception, treated as internal": Judgement(
        "loop",
        (exceptions(name=OUTBOUND_RULE), named(INBOUND, FROM_DLP, treat_messages_as_internal=True)),
        "loop-exception-missing",
        (OUTBOUND_RULE, OUTGOING[0]),
        base=complete,
    ),
    "internal mail excepts the addresses of incoming mail only": Judgement(
        "not_proved",
        (exceptions(*INCOMING, name=INTERNAL_RULE),),
        "loop-exception-missing",
        (INTERNAL_RULE, OUTGOING[0]),
        base=complete,
    ),
    "Microsoft keeps the connector for outgoing mail switched off": Judgement(
        "lost",
        (named(INBOUND, FROM_DLP, enabled=False),),
        "dlp-return-not-relayed",
        (FROM_DLP,),
        ("Microsoft",),
        base=complete,
    ),
    "the connector for outgoing mail has another region": Judgement(
        "lost",
        (named(INBOUND, FROM_DLP, sender_ip_addresses=AMERICA),),
        "dlp-return-not-relayed",
        (OUTGOING[0],),
        base=complete,
    ),
    "the connector for outgoing mail is of the wrong type": Judgement(
        "lost",
        (named(INBOUND, FROM_DLP, connector_type="Partner"),),
        "dlp-return-not-relayed",
        (FROM_DLP,),
        base=complete,
    ),
    "a former gateway still locks": Judgement(
        "lost",
        (gateway("Barracuda Inbound", ["209.222.80.0/21"], **LOCK),),
        "return-rejected-by-lock-down",
        ("Barracuda Inbound",),
    ),
    "a former gateway still locks, before the switch": Judgement(
        "lost",
        (gateway("Barracuda Inbound", ["209.222.80.0/21"], **LOCK),),
        "return-rejected-by-lock-down",
        ("Barracuda Inbound",),
        base=monitor,
    ),
    "a former gateway still locks, in the plan": Judgement(
        "lost",
        (gateway("Barracuda Inbound", ["209.222.80.0/21"], **LOCK),),
        "return-rejected-by-lock-down",
        ("Barracuda Inbound",),
        base=monitor,
        entries=to_inline(),
    ),
    "a gateway locks and knows only half of the vendor's addresses": Judgement(
        "lost",
        (gateway("Mimecast Inbound", [*MIMECAST, *INCOMING[1:]], **LOCK),),
        "return-rejected-by-lock-down",
        ("Mimecast Inbound", INCOMING[0]),
    ),
    "a gateway locks by its certificate": Judgement(
        "not_proved",
        (
            more(
                INBOUND,
                inbound(
                    "Proofpoint Inbound",
                    tls_sender_certificate_name="*.pphosted.example",
                    restrict_domains_to_certificate=True,
                ),
            ),
        ),
        "return-rejected-by-lock-down",
        ("Proofpoint Inbound",),
    ),
    "a lock-down for one partner": Judgement(
        "lost",
        (gateway("Bank", ["198.51.100.64/28"], sender_domains=["bank.example"], **LOCK),),
        "return-rejected-by-lock-down",
        ("Bank",),
    ),
    "the vendor's own connector locks": Judgement(
        "lost",
        (named(INBOUND, FROM_VENDOR, **LOCK),),
        "vendor-lock-down",
        (FROM_VENDOR,),
        ("restrict_domains_to_ip_addresses",),
    ),
    "the vendor's connector locks, in the plan of monitoring": Judgement(
        "lost",
        base=company,
        finding="vendor-lock-down",
        names=(FROM_VENDOR,),
        entries=(
            {
                "object": {"noun": "InboundConnector", "name": FROM_VENDOR},
                "before": None,
                "after": {
                    "name": FROM_VENDOR,
                    "sender_domains": ["*"],
                    "sender_ip_addresses": INCOMING,
                    **LOCK,
                },
            },
        ),
    ),
    "a second lock-down that knows the vendor": Judgement(
        "not_proved",
        (gateway("Mimecast Inbound", MIMECAST, **LOCK), gateway("Second", GUARD + MIMECAST, **LOCK)),
        "return-lock-down-unclear",
        ("Mimecast Inbound",),
    ),
    "a vendor's address is blocked": Judgement(
        "lost",
        (
            lambda tenant: tenant["connection_filter"].update(
                ip_allow_list=[], ip_block_list=["52.212.19.0/24"]
            ),
        ),
        "vendor-address-blocked",
        (INCOMING[0],),
    ),
    "enhanced filtering on the vendor's connector": Judgement(
        "not_proved",
        (named(INBOUND, FROM_VENDOR, ef_skip_last_ip=True),),
        "enhanced-filtering",
        (FROM_VENDOR, PROTECT),
    ),
    "enhanced filtering on the gateway that lets the vendor in": Judgement(
        "not_proved",
        (gateway("Mimecast Inbound", [*MIMECAST, *GUARD], ef_skip_last_ip=True, **LOCK),),
        "enhanced-filtering",
        ("Mimecast Inbound", PROTECT),
    ),
    "the outbound connector is missing": Judgement(
        "lost", (without(OUTBOUND, TO_VENDOR),), "connector-missing", (TO_VENDOR, PROTECT)
    ),
    "the outbound connector is off": Judgement(
        "lost", (named(OUTBOUND, TO_VENDOR, enabled=False),), "connector-disabled", (TO_VENDOR, PROTECT)
    ),
    "the outbound connector is not for rules": Judgement(
        "not_proved",
        (named(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=False, recipient_domains=["portal.example"]),),
        "connector-not-rule-scoped",
        (TO_VENDOR, PROTECT),
    ),
    "the outbound connector wants another certificate": Judgement(
        "lost",
        (named(OUTBOUND, TO_VENDOR, tls_settings="DomainValidation", tls_domain="*.avanan.net"),),
        "tls-name-mismatch",
        (TO_VENDOR, IN_HOST),
    ),
    "the outbound connector has the host of another portal": Judgement(
        "lost",
        (named(OUTBOUND, TO_VENDOR, smart_hosts=["wingtip-host.checkpointcloudsec.com"]),),
        "wrong-smart-host",
        ("wingtip-host.checkpointcloudsec.com", TO_VENDOR),
        ("smart_hosts", IN_HOST),
    ),
    "another portal takes the same users": Judgement(
        "loop",
        (
            first(
                rule(
                    "Wingtip - Protect",
                    conditions=COMES_IN,
                    actions={"route_message_outbound_connector": "Wingtip"},
                )
            ),
            named(
                RULES,
                "Wingtip - Protect",
                actions={"route_message_outbound_connector": "Wingtip", "stop_rule_processing": True},
            ),
            more(OUTBOUND, connector_out("Wingtip", "wingtip-host.checkpointcloudsec.com")),
        ),
        "two-portals",
        ("Wingtip - Protect",),
    ),
    "another portal has its own group, and nobody knows its region": Judgement(
        "not_proved",
        (
            conditions(**COMES_IN, sent_to=[ANNA]),
            first(
                of_wingtip(protecting("Wingtip - Protect", "Wingtip", **COMES_IN, sent_to_member_of=[SALES]))
            ),
            more(OUTBOUND, connector_out("Wingtip", "wingtip-host.checkpointcloudsec.com")),
        ),
        "two-portals",
        ("Wingtip - Protect",),
    ),
    "a left-over rule of the automatic mode, without exception": Judgement(
        "loop",
        (
            conditions(**COMES_IN, sent_to=[ANNA]),
            last(
                rule(
                    "Checkpoint – Protect",
                    conditions={**COMES_IN, "sent_to_member_of": [SALES]},
                    actions={"route_message_outbound_connector": TO_VENDOR, "stop_rule_processing": True},
                )
            ),
        ),
        "loop-exception-missing",
        ("Checkpoint – Protect",),
    ),
    "a rule sends back to the gateway what did not come from it": Judgement(
        "loop",
        (
            gateway("Mimecast Inbound", MIMECAST, tls_sender_certificate_name="*.mimecast.example"),
            last(
                rule(
                    "Only through Mimecast",
                    conditions={"from_scope": OUTSIDE},
                    exceptions={"sender_ip_ranges": MIMECAST},
                    actions={"route_message_outbound_connector": "Mimecast", "stop_rule_processing": True},
                )
            ),
            more(OUTBOUND, outbound("Mimecast", smart_hosts=["eu-smtp-inbound-1.mimecast.example"])),
        ),
        "foreign-rule-reroutes",
        ("Only through Mimecast",),
    ),
    "a rule rejects what did not come from the gateway": Judgement(
        "lost",
        (
            gateway("Mimecast Inbound", MIMECAST),
            last(
                rule(
                    "Only through Mimecast",
                    conditions={"from_scope": OUTSIDE},
                    exceptions={"sender_ip_ranges": MIMECAST},
                    actions=REJECT,
                )
            ),
            named(RULES, PROTECT, conditions=COMES_IN),
        ),
        "foreign-rule-stops-return",
        ("Only through Mimecast",),
    ),
    "forged mail of the own domain is quarantined, outgoing mail inspected": Judgement(
        "not_proved",
        (
            last(
                rule(
                    "Forged",
                    conditions={"from_scope": OUTSIDE, "sender_domain_is": [HOME, SECOND]},
                    actions={"quarantine": True},
                )
            ),
        ),
        "foreign-rule-stops-return",
        ("Forged", OUTGOING[0]),
        base=complete,
    ),
    "a rule deletes what carries the vendor's header": Judgement(
        "lost",
        (
            last(
                rule(
                    "Strange",
                    conditions={
                        "header_contains_message_header": HEADER,
                        "header_contains_words": ["inline"],
                    },
                    actions={"delete_message": True},
                )
            ),
        ),
        "foreign-rule-stops-return",
        ("Strange",),
    ),
    "a signature product without its exception": Judgement(
        "not_proved",
        signatures("Exclaimer", "smtp.exclaimer.net", ""),
        "foreign-loop-possible",
        ("Send to Exclaimer",),
    ),
    "another product in line, without exception": Judgement(
        "loop",
        (
            last(rule("Defend", conditions=COMES_IN, actions={"route_message_outbound_connector": "Defend"})),
            more(OUTBOUND, outbound("Defend", smart_hosts=["in.defend.example"])),
            gateway("Defend Inbound", ["198.51.100.128/28"], tls_sender_certificate_name="*.defend.example"),
        ),
        "foreign-rule-reroutes",
        ("Defend",),
    ),
    "another product in line, and nobody says from where it comes back": Judgement(
        "not_proved",
        (
            last(rule("Defend", conditions=COMES_IN, actions={"route_message_outbound_connector": "Defend"})),
            more(OUTBOUND, outbound("Defend", smart_hosts=["in.defend.example"])),
        ),
        "foreign-hop-unpaired",
        ("Defend", "in.defend.example"),
    ),
    "the gateway has no connector, and a rule rejects what does not come from it": Judgement(
        "lost",
        (last(_only(*MIMECAST)),),
        "foreign-rule-stops-return",
        ("Only through the gateway", INCOMING[0]),
    ),
    "only mail of the gateway is inspected, and the outbound connector is missing": Judgement(
        "lost",
        (conditions(**COMES_IN, sender_ip_ranges=MIMECAST), without(OUTBOUND, TO_VENDOR)),
        "connector-missing",
        (TO_VENDOR,),
    ),
    "mail of one network goes through a product, and nobody says from where it comes back": Judgement(
        "not_proved",
        (
            first(
                rule(
                    "Branch",
                    conditions={"sender_ip_ranges": ["198.51.100.0/24"], "sent_to_scope": INSIDE},
                    actions={"route_message_outbound_connector": "Scanner"},
                )
            ),
            more(OUTBOUND, outbound("Scanner", smart_hosts=["in.scanner.example"])),
        ),
        "foreign-hop-unpaired",
        ("Scanner",),
    ),
    "mail that fails DMARC is quarantined, also when the vendor returns it": Judgement(
        "not_proved",
        (
            last(
                rule(
                    "DMARC",
                    conditions={
                        "from_scope": OUTSIDE,
                        "header_contains_message_header": "Authentication-Results",
                        "header_contains_words": ["dmarc=fail"],
                    },
                    actions={"quarantine": True},
                )
            ),
        ),
        "foreign-rule-stops-return",
        ("DMARC",),
    ),
    "outgoing mail with card numbers waits in quarantine, and mail with programs is rejected": Judgement(
        "not_proved",
        _no_cards({"quarantine": True}),
        "foreign-rule-stops-return",
        ("Programs", OUTGOING[0]),
        base=complete,
    ),
    "a list for colleagues only, and internal mail comes back as anybody's": Judgement(
        "not_proved",
        (
            last(
                rule("Colleagues only", conditions={"from_scope": OUTSIDE, "sent_to": [DORA]}, actions=REJECT)
            ),
        ),
        "foreign-rule-stops-return",
        ("Colleagues only", OUTGOING[0]),
        base=complete,
    ),
    "internal mail goes the way of incoming mail, and forged mail is quarantined": Judgement(
        "not_proved",
        (
            conditions(sent_to_scope=INSIDE),
            last(
                rule(
                    "Forged",
                    conditions={"from_scope": OUTSIDE, "sender_domain_is": [HOME]},
                    actions={"quarantine": True},
                )
            ),
        ),
        "foreign-rule-stops-return",
        ("Forged",),
    ),
    "forwarded mail goes to the vendor, too, and cannot leave": Judgement(
        "not_proved",
        (conditions(from_scope=OUTSIDE), knows(mailbox(ANNA, external="anna@elsewhere.example"))),
        "dlp-return-not-relayed",
        (INCOMING[0],),
    ),
    "a contact outside is in the protected group, and the rule does not ask where recipients are": Judgement(
        "lost",
        (
            knows(
                group(SALES, [BERND, "c@freelancer.example"]),
                mailbox("c@freelancer.example", external="c@freelancer.example"),
            ),
            conditions(from_scope=OUTSIDE, sent_to_member_of=[SALES]),
        ),
        "dlp-return-not-relayed",
        ("c@freelancer.example",),
    ),
    "a guest in the protected group": Judgement(
        "not_proved",
        (
            knows(GUEST, group(SALES, [BERND, GUEST["address"]])),
            conditions(**COMES_IN, sent_to_member_of=[SALES]),
        ),
        "dlp-return-not-relayed",
        (GUEST["address"],),
    ),
    "a guest in another group, who would not be the first to be walked": Judgement(
        "not_proved",
        (
            knows(GUEST, group(SALES, [GUEST["address"], BERND])),
            last(
                rule("Note", conditions={"sent_to_member_of": [SALES]}, actions={"prepend_subject": "[S] "})
            ),
        ),
        "dlp-return-not-relayed",
        (GUEST["address"],),
    ),
    "the exception is by the vendor's header, which a rule removes": Judgement(
        "loop",
        (
            exceptions(header_contains_message_header=HEADER, header_contains_words=["tailspin"]),
            first(rule("Strip", actions={"remove_header": HEADER})),
        ),
        "loop-exception-missing",
        (PROTECT,),
    ),
    "the exception is by the header of another portal": Judgement(
        "loop",
        (exceptions(header_contains_message_header=HEADER, header_contains_words=["wingtip"]),),
        "loop-exception-missing",
        (PROTECT,),
    ),
    "Exclaimer with outgoing mail inspected, and its mark may be gone then": Judgement(
        "not_proved",
        EXCLAIMER,
        "foreign-loop-possible",
        ("Send to Exclaimer",),
        (OUTGOING[0],),
        base=complete,
    ),
    "enhanced filtering on the connector for outgoing mail": Judgement(
        "not_proved",
        (named(INBOUND, FROM_DLP, ef_skip_last_ip=True),),
        "enhanced-filtering",
        (FROM_DLP,),
        base=complete,
    ),
    "it is not known whether the outbound connector is for rules": Judgement(
        "not_proved",
        (named(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=None),),
        "connector-not-rule-scoped",
        (TO_VENDOR, "may not be meant for mail-flow rules"),
        ("Switch on is_transport_rule_scoped",),
    ),
    "it is not known whether the outbound connector is in test mode": Judgement(
        "not_proved",
        (named(OUTBOUND, TO_VENDOR, test_mode=None),),
        "connector-not-rule-scoped",
        (TO_VENDOR, "may be in test mode"),
        ("Switch off test_mode",),
    ),
    "the outbound connector takes all mail, without any rule": Judgement(
        "lost",
        (named(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=False, recipient_domains=["*"]),),
        "dlp-return-not-relayed",
        (INCOMING[0],),
    ),
    "a lock-down for one partner by its certificate": Judgement(
        "not_proved",
        (
            more(
                INBOUND,
                inbound(
                    "Bank",
                    sender_domains=["bank.example"],
                    tls_sender_certificate_name="mail.bank.example",
                    restrict_domains_to_certificate=True,
                ),
            ),
        ),
        "return-rejected-by-lock-down",
        ("Bank",),
    ),
    "one of two rules of ours lacks the exception": Judgement(
        "loop",
        (
            conditions(**COMES_IN, sent_to=[ANNA]),
            first(protecting(BY_GROUP, **COMES_IN, sent_to_member_of=[SALES])),
            exceptions(name=BY_GROUP),
        ),
        "loop-exception-missing",
        (BY_GROUP,),
    ),
    "planned: outgoing mail, and its connector stays switched off": Judgement(
        "lost",
        (
            named(INBOUND, FROM_DLP, enabled=False),
            without(RULES, OUTBOUND_RULE),
            without(RULES, INTERNAL_RULE),
        ),
        "dlp-return-not-relayed",
        (FROM_DLP, OUTGOING[0]),
        base=complete,
        entries=(
            {
                "object": {"noun": "TransportRule", "name": OUTBOUND_RULE},
                "before": None,
                "after": protecting(OUTBOUND_RULE, TO_DLP, **GOES_OUT),
                "order_after": [PROTECT, WHITELIST, OUTBOUND_RULE],
            },
        ),
    ),
    "centralised mail flow": Judgement(
        "not_proved", hybrid(centralised=True), "centralised-mail-flow", ("Outbound to premises",)
    ),
    "centralised mail flow, in the plan": Judgement(
        "not_proved",
        hybrid(centralised=True),
        "centralised-mail-flow",
        ("Outbound to premises",),
        base=monitor,
        entries=to_inline(),
    ),
    "somebody else's journal rule reports to a mailbox of the company": Judgement(
        "safe",
        (
            lambda tenant: tenant["journal_rules"].append(
                {**tenant["journal_rules"][0], "name": "Archive", "journal_email_address": DORA}
            ),
        ),
        "journal-inside",
        (DORA, "Archive", "journal_email_address"),
    ),
    "a phishing simulation stands below": Judgement(
        "safe",
        (last(stopping("Simulation", {"set_scl": "-1"}, sender_ip_ranges=["198.51.100.7"])),),
        "address-rule-below-protect",
        ("Simulation", PROTECT, "sender_ip_ranges"),
    ),
    "a rule hands mail for somebody who has left to the vendor, again and again": Judgement(
        "not_proved", (knows(GONE), first(leavers())), "loop-exception-missing", ("Leavers",), base=complete
    ),
    "a rule hands mail for somebody who has left to the vendor once": Judgement(
        "safe", (knows(GONE), first(leavers(sender_ip_ranges=GUARD))), base=complete
    ),
    "the vendor's connector lets only its certificate in": Judgement(
        "not_proved",
        (
            named(
                INBOUND,
                FROM_VENDOR,
                tls_sender_certificate_name="*.checkpointcloudsec.com",
                restrict_domains_to_certificate=True,
            ),
        ),
        "vendor-lock-down",
        (FROM_VENDOR, "Mail may be lost"),
        ("Switch off restrict_domains_to_certificate",),
    ),
    "a protect rule by a word in the address, without the exception": Judgement(
        "loop",
        (conditions(**COMES_IN, recipient_address_contains_words=["vip"]), exceptions()),
        "loop-exception-missing",
        (PROTECT,),
    ),
    "a protect rule by a pattern of addresses, without the exception": Judgement(
        "not_proved",
        (conditions(**COMES_IN, recipient_address_matches_patterns=[r"^vip\d+@"]), exceptions()),
        "loop-exception-missing",
        (PROTECT,),
    ),
    "somebody else's rule hands mail for some addresses to the vendor again": Judgement(
        "loop",
        (
            last(
                rule(
                    "Some",
                    conditions={"recipient_address_matches_patterns": ["^vip"]},
                    actions={"route_message_outbound_connector": TO_VENDOR},
                )
            ),
        ),
        "loop-exception-missing",
        ("Some",),
    ),
    "reports go to an address of the company": Judgement(
        "lost",
        (lambda tenant: tenant["journal_rules"][0].update(journal_email_address=ANNA),),
        "journal-unroutable",
        (ANNA, "Check Point - Monitor"),
        integration={"journal_address": ANNA},
    ),
    "the region is not known": Judgement(
        "not_proved",
        integration={
            "return_addresses": [],
            "dlp_addresses": [],
            "loop_guard": [],
            "addresses_complete": False,
        },
        finding="return-addresses-unknown",
    ),
    "a user in the scope whom nobody may look up": Judgement(
        "not_proved",
        (conditions(**COMES_IN, sent_to=["ghost@toys.example"]),),
        "recipient-unknown",
        ("ghost@toys.example",),
    ),
    "the rules could not be read": Judgement(
        "not_proved", (lambda tenant: tenant.update({RULES: None}),), "not-read", ("mail-flow rules",)
    ),
}
JUDGEMENTS = {**WELL, **BAD}
