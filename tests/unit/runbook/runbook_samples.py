# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents as runs of the playbooks on the practice tenant leave them, with undo by hand, and a hostile one."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]
Document = dict[str, Any]

HOSTILE = (
    "'; Remove-TransportRule *; '",
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "’; Remove-TransportRule * ‘‚‛",
    '" “ ” „ $(Remove-TransportRule *) $env:TEMP',
    "`r`n`0 ``` `````` ~~~",
    "– — ― --%",
    "line\r\nRemove-TransportRule *\n# heading\n- item",
    "next\u0085line\u2028line\u2029paragraph",
    "a\u202egpj.exe\u202c \u2066x\u2069 \u061c\u200f\u200b\ufeff",
    "nul\x00esc\x1b[31m\x07del\x7f",
    "a | b \\| c || d",
    "# Heading",
    "1. one",
    "- item",
    "![image](https://evil.example/x.png) [link](javascript:alert(1)) <https://evil.example>",
    "www.evil.example someone@evil.example https://evil.example/",
    "SIG # Begin signature block",
    "#> Remove-TransportRule * <#",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "&lt;b&gt; &amp; &#124;",
    "@{a=1} @('x') %{ $_ }",
    "tail backslash \\",
    " leading and trailing ",
    "שלום עולם",
    "\U0001f600 \U000e0041\U000e0042",
    "half \ud800 pair",
    "*bold* _italic_ ~~gone~~ $x^2$ ==x== :smile:",
)

INCOMING = ["3.101.216.128/28", "35.174.145.124", "44.211.178.96/28"]
ALL_ADDRESSES = [
    "3.101.216.128/28",
    "3.101.216.144/28",
    "3.214.204.181",
    "35.174.145.124",
    "44.211.178.96/28",
    "44.211.178.112/28",
]
FOREIGN = ["Mark external mail", "Disclaimer", "Archive finance", "Block executables", "Old spam bypass"]
PROTECT = "Avanan - Protect"
GUID = "f2741e5c-7e61-5c11-8089-de36db7e9c47"


def step(cmdlet: str, **parameters: Any) -> dict[str, Any]:
    return {"cmdlet": cmdlet, "parameters": parameters}


def entry(noun: str, title: str, name: str, steps: list[dict[str, Any]], **more: Any) -> Entry:
    """An entry with what nearly every one has; everything can be given."""
    base: Entry = {
        "module": "o365_mail_flow_rule",
        "options": {},
        "reason": "",
        "object": {"noun": noun, "title": title, "name": name},
        "before": None,
        "after": None,
        "order_before": [],
        "order_after": [],
        "steps": steps,
        "undo": [],
        "preconditions": [],
        "warnings": [],
    }
    return {**base, **more}


def document(kind: str, title: str, entries: list[Entry], **more: Any) -> Document:
    base: Document = {
        "format": 1,
        "kind": kind,
        "title": title,
        "tenant": {"id": "7a0b1d2c-1111-4222-8333-444455556666", "name": "contoso.example"},
        "collection": {"name": "avanan.office365", "version": "1.0.0"},
        "created": "2026-11-25T10:00:00Z",
        "expires": "2026-12-02T10:00:00Z" if kind == "plan" else None,
        "finished": "2026-11-25T10:03:20Z" if kind == "record" else None,
        "protection": None,
        "findings": [],
        "remarks": [],
        "entries": entries,
    }
    if kind == "plan":
        base["hash"] = "sha256:5f7b1c9f0a4d3e2b8c6a7d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c"
    return {**base, **more}


# ---------------------------------------------------------------------------------------------- the footprint


def contact() -> Entry:
    address = "customer-x@mt-prod-3-journal-error.avanan.net"
    name = "Avanan - Undeliverable Journal Reports"
    return entry(
        "MailContact",
        "mail contact",
        name,
        [
            step("New-MailContact", Name=name, ExternalEmailAddress=address),
            step("Set-MailContact", Identity=name, HiddenFromAddressListsEnabled=True),
        ],
        module="o365_mail_contact",
        reason="Undeliverable journal reports go to the vendor, and the portal's picker wants a recipient for them.",
        after={"name": name, "external_email_address": address, "hidden_from_address_lists_enabled": True},
        undo=[step("Remove-MailContact", Identity=name, Confirm=False)],
    )


def report_address() -> Entry:
    address = "customer-x@mt-prod-3-journal-error.avanan.net"
    return entry(
        "TransportConfig",
        "transport configuration",
        "",
        [step("Set-TransportConfig", JournalingReportNdrTo=address)],
        module="o365_transport_config",
        reason="Exchange Online takes no journal rule before it knows where undeliverable reports go.",
        before={"journaling_report_ndr_to": "", "message_expiration": "1.00:00:00", "clear_categories": True},
        after={
            "journaling_report_ndr_to": address,
            "message_expiration": "1.00:00:00",
            "clear_categories": True,
        },
        undo=[step("Set-TransportConfig", JournalingReportNdrTo="<>")],
    )


def journal_rule() -> Entry:
    name = "Avanan - Monitor"
    address = "customer-x@customer-x-mail.avanan.net"
    return entry(
        "JournalRule",
        "journal rule",
        name,
        [step("New-JournalRule", Name=name, JournalEmailAddress=address, Scope="Global", Enabled=True)],
        module="o365_journal_rule",
        reason="The vendor sees a copy of every message, without delaying it.",
        after={
            "name": name,
            "journal_email_address": address,
            "recipient": "",
            "scope": "Global",
            "enabled": True,
        },
        undo=[step("Remove-JournalRule", Identity=name, Confirm=False)],
        preconditions=[
            {
                "text": "the organization has a recipient for undeliverable journal reports "
                "(journaling_report_ndr_to of o365_transport_config)",
                "met": False,
            }
        ],
    )


def inbound_connector(name: str = "Avanan Inbound", kind: str = "Partner") -> Entry:
    parameters: dict[str, Any] = {
        "ConnectorType": kind,
        "Enabled": True,
        "SenderDomains": ["*"],
        "SenderIPAddresses": INCOMING,
        "RequireTls": True,
        "RestrictDomainsToIPAddresses": False,
        "RestrictDomainsToCertificate": False,
    }
    after = {
        "name": name,
        "connector_type": kind,
        "enabled": True,
        "sender_domains": ["*"],
        "sender_ip_addresses": INCOMING,
        "require_tls": True,
        "restrict_domains_to_ip_addresses": False,
        "restrict_domains_to_certificate": False,
    }
    if kind == "OnPremises":
        parameters["CloudServicesMailEnabled"] = after["cloud_services_mail_enabled"] = False
    return entry(
        "InboundConnector",
        "inbound connector",
        name,
        [step("New-InboundConnector", Name=name, **parameters)],
        module="o365_connector",
        reason="Mail that comes back from the vendor is recognized by its addresses and must come encrypted.",
        after=after,
        undo=[step("Remove-InboundConnector", Identity=name, Confirm=False)],
    )


def outbound_connector(name: str = "Avanan Outbound") -> Entry:
    parameters = {
        "ConnectorType": "Partner",
        "Enabled": True,
        "UseMXRecord": False,
        "SmartHosts": ["customer-x-host.avanan.net"],
        "IsTransportRuleScoped": True,
        "TlsSettings": "EncryptionOnly",
    }
    return entry(
        "OutboundConnector",
        "outbound connector",
        name,
        [step("New-OutboundConnector", Name=name, **parameters)],
        module="o365_connector",
        reason="The protect rule sends mail to the vendor through it; nothing else does.",
        after={
            "name": name,
            "connector_type": "Partner",
            "enabled": True,
            "use_mx_record": False,
            "smart_hosts": ["customer-x-host.avanan.net"],
            "is_transport_rule_scoped": True,
            "tls_settings": "EncryptionOnly",
        },
        undo=[step("Remove-OutboundConnector", Identity=name, Confirm=False)],
    )


def group() -> Entry:
    name, address = "avanan_inline_incoming", "avanan_inline_incoming@contoso.example"
    return entry(
        "DistributionGroup",
        "distribution group",
        name,
        [
            step(
                "New-DistributionGroup",
                Name=name,
                ManagedBy=["user09@contoso.example"],
                Members=["pilot@contoso.example"],
                PrimarySmtpAddress=address,
                Notes="Whose incoming mail is protected",
            )
        ],
        module="o365_distribution_group",
        options={"name": name, "notes": "Whose incoming mail is protected"},
        reason="The protect rule acts for the members of this group.",
        after={
            "name": name,
            "managed_by": ["user09@contoso.example"],
            "members": ["pilot@contoso.example"],
            "primary_smtp_address": address,
        },
        undo=[
            step(
                "Remove-DistributionGroup", Identity=name, BypassSecurityGroupManagerCheck=True, Confirm=False
            )
        ],
    )


def group_members() -> Entry:
    guid = "6f2b1c3d-0a1b-4c2d-8e3f-4a5b6c7d8e9f"
    fixed = {"Identity": guid, "BypassSecurityGroupManagerCheck": True}
    return entry(
        "DistributionGroup",
        "distribution group",
        "avanan_inline_incoming",
        [
            step("Add-DistributionGroupMember", **fixed, Member="user01@contoso.example"),
            step("Remove-DistributionGroupMember", **fixed, Member="pilot@contoso.example", Confirm=False),
        ],
        module="o365_distribution_group",
        before={
            "name": "avanan_inline_incoming",
            "members": ["pilot@contoso.example", "user02@contoso.example"],
        },
        after={
            "name": "avanan_inline_incoming",
            "members": ["user01@contoso.example", "user02@contoso.example"],
        },
        undo=[
            step("Add-DistributionGroupMember", **fixed, Member="pilot@contoso.example"),
            step("Remove-DistributionGroupMember", **fixed, Member="user01@contoso.example", Confirm=False),
        ],
    )


def connection_filter() -> Entry:
    def part(**parts: list[str]) -> dict[str, Any]:
        return {"@odata.type": "#Exchange.GenericHashTable", **parts}

    return entry(
        "HostedConnectionFilterPolicy",
        "connection filter",
        "",
        [step("Set-HostedConnectionFilterPolicy", Identity="Default", IPAllowList=part(Add=ALL_ADDRESSES))],
        module="o365_connection_filter",
        reason="Mail that comes back from the vendor is not taken for spam because of its last server.",
        before={"ip_allow_list": ["192.0.2.10"], "ip_block_list": [], "enable_safe_list": False},
        after={
            "ip_allow_list": ["192.0.2.10", *ALL_ADDRESSES],
            "ip_block_list": [],
            "enable_safe_list": False,
        },
        undo=[
            step(
                "Set-HostedConnectionFilterPolicy", Identity="Default", IPAllowList=part(Remove=ALL_ADDRESSES)
            )
        ],
        warnings=[
            (
                "Mail from addresses on the IP allow list skips spam filtering and sender authentication; audits such as "
                "CISA SCuBA and the CIS benchmark report every entry."
            )
        ],
    )


def whitelist_rule() -> Entry:
    name = "Avanan - Whitelist"
    return entry(
        "TransportRule",
        "mail-flow rule",
        name,
        [
            step(
                "New-TransportRule",
                Name=name,
                Enabled=True,
                Mode="Enforce",
                SenderIpRanges=INCOMING,
                ExceptIfHeaderMatchesMessageHeader="X-CLOUD-SEC-AV-SCL",
                ExceptIfHeaderMatchesPatterns=["true"],
                SetSCL=-1,
                Priority=0,
            )
        ],
        reason="What the vendor has scanned is not judged a second time.",
        after={
            "name": name,
            "enabled": True,
            "mode": "Enforce",
            "priority": 0,
            "conditions": {"sender_ip_ranges": INCOMING},
            "exceptions": {
                "header_matches_message_header": "X-CLOUD-SEC-AV-SCL",
                "header_matches_patterns": ["true"],
            },
            "actions": {"set_scl": -1},
        },
        order_before=FOREIGN,
        order_after=[name, *FOREIGN],
        undo=[step("Remove-TransportRule", Identity=name, Confirm=False)],
    )


def protect_rule(name: str = PROTECT, place: int = 0, **conditions: Any) -> Entry:
    parameters = {"SentToMemberOf": ["pilot@contoso.example"]}
    scope: dict[str, Any] = {"sent_to_member_of": ["pilot@contoso.example"]}
    if "sent_to" in conditions:
        parameters, scope = {"SentTo": conditions["sent_to"]}, dict(conditions)
    others = [PROTECT, *FOREIGN] if place else ["Avanan - Whitelist", *FOREIGN]
    connector = "Avanan Outbound"
    return entry(
        "TransportRule",
        "mail-flow rule",
        name,
        [
            step(
                "New-TransportRule",
                Name=name,
                Enabled=True,
                Mode="Enforce",
                FromScope="NotInOrganization",
                **parameters,
                SentToScope="InOrganization",
                ExceptIfSenderIpRanges=ALL_ADDRESSES,
                RouteMessageOutboundConnector=connector,
                SetHeaderName="X-CLOUD-SEC-AV-Info",
                SetHeaderValue="customer-x,office365_emails,inline",
                StopRuleProcessing=True,
                Priority=place,
            )
        ],
        reason="Mail from outside to protected recipients goes to the vendor first, and is let through when it comes back.",
        after={
            "name": name,
            "enabled": True,
            "mode": "Enforce",
            "priority": place,
            "conditions": {"from_scope": "NotInOrganization", **scope, "sent_to_scope": "InOrganization"},
            "exceptions": {"sender_ip_ranges": ALL_ADDRESSES},
            "actions": {
                "route_message_outbound_connector": connector,
                "set_header_name": "X-CLOUD-SEC-AV-Info",
                "set_header_value": "customer-x,office365_emails,inline",
                "stop_rule_processing": True,
            },
        },
        order_before=others,
        order_after=[*others[:place], name, *others[place:]],
        undo=[step("Remove-TransportRule", Identity=name, Confirm=False)],
        preconditions=[{"text": f'there is an outbound connector "{connector}"', "met": False}],
    )


def rescoped_rule() -> Entry:
    """The protect rule with other recipients, moved to the top, with a changed exception and comment."""
    before = protect_rule()["after"]
    after = {
        **before,
        "priority": 0,
        "comments": "",
        "conditions": {
            "from_scope": "NotInOrganization",
            "sent_to_scope": "InOrganization",
            "sent_to_member_of": ["finance-team@contoso.example", "pilot@contoso.example"],
        },
        "exceptions": {"sender_ip_ranges": ALL_ADDRESSES[:-1]},
    }
    order = ["Mark external mail", PROTECT, *FOREIGN[1:], *(f"Rule {number}" for number in range(1, 9))]
    return entry(
        "TransportRule",
        "mail-flow rule",
        PROTECT,
        [
            step(
                "Set-TransportRule",
                Identity=GUID,
                Comments=None,
                SentToMemberOf=after["conditions"]["sent_to_member_of"],
                ExceptIfSenderIpRanges=ALL_ADDRESSES[:-1],
            ),
            step("Set-TransportRule", Identity=GUID, Priority=0),
        ],
        reason="The finance team is protected too.",
        before={**before, "priority": 1, "comments": "first try"},
        after=after,
        order_before=order,
        order_after=[PROTECT, "Mark external mail", *order[2:]],
        undo=[
            step("Set-TransportRule", Identity=GUID, Priority=1),
            step(
                "Set-TransportRule",
                Identity=GUID,
                Comments="first try",
                SentToMemberOf=["pilot@contoso.example"],
                ExceptIfSenderIpRanges=ALL_ADDRESSES,
            ),
        ],
        preconditions=[{"text": 'the outbound connector "Avanan Outbound" is enabled', "met": True}],
    )


def switched_off() -> Entry:
    state = protect_rule()["after"]
    return entry(
        "TransportRule",
        "mail-flow rule",
        PROTECT,
        [step("Disable-TransportRule", Identity=GUID, Confirm=False)],
        reason="No more mail goes to the vendor, before anything is taken away.",
        before=state,
        after={**state, "enabled": False},
        order_before=[PROTECT, *FOREIGN],
        order_after=[PROTECT, *FOREIGN],
        undo=[step("Enable-TransportRule", Identity=GUID)],
    )


def removed_rule() -> Entry:
    creation = protect_rule()
    parameters = {**creation["steps"][0]["parameters"], "Enabled": False}
    return entry(
        "TransportRule",
        "mail-flow rule",
        PROTECT,
        [step("Remove-TransportRule", Identity=GUID, Confirm=False)],
        before={**creation["after"], "enabled": False},
        order_before=[PROTECT, *FOREIGN],
        order_after=FOREIGN,
        undo=[step("New-TransportRule", **parameters)],
    )


def removed_connector() -> Entry:
    creation = outbound_connector()
    return entry(
        "OutboundConnector",
        "outbound connector",
        "Avanan Outbound",
        [step("Remove-OutboundConnector", Identity="9f919c87-bc28-5e5b-a6db-07b3df59dd21", Confirm=False)],
        module="o365_connector",
        before=creation["after"],
        undo=creation["steps"],
        preconditions=[{"text": f"no mail-flow rule routes to the connector ({PROTECT} does)", "met": False}],
    )


def customization() -> Entry:
    return entry(
        "OrganizationCustomization",
        "organization customization",
        "",
        [step("Enable-OrganizationCustomization")],
        module="o365_organization_customization",
        reason="A fresh organization refuses changes of the connection filter until it is customized.",
        before={"enabled": False},
        after={"enabled": True},
    )


# ---------------------------------------------------------------------------------------------- the path of mail

Traced = dict[str, Any]
HOST = "customer-x-host.avanan.net"
OUT, BACK = (
    ("connector", "Avanan Outbound", "to the vendor"),
    ("connector", "Avanan Inbound", "names the address"),
)
NET, SERVICE, MAILBOX = (
    ("internet", "", "a sender outside"),
    ("service", "", "enters"),
    ("mailbox", "", "delivered"),
)
TAKEN = ("rule", PROTECT, "routes to the connector Avanan Outbound and stops")
VENDOR = ("vendor", HOST, "inspects and returns")
INSPECTED = [NET, SERVICE, TAKEN, OUT, VENDOR, BACK, SERVICE, MAILBOX]
OUTSIDE = [
    "spam, malware and spoofing verdicts",
    "names in DNS, reachability and certificates that are really shown",
    "what the vendor judges",
]


def traced(name: str, title: str, path: list[tuple[str, ...]], verdict: str = "safe", **more: Any) -> Traced:
    """The trace of a class. path: at, name and what of each step, and a fourth item for what is not certain."""
    end = {"safe": "delivered", "loop": "loop", "lost": "rejected", "not_proved": "unknown"}[verdict]
    base: Traced = {
        "class": name,
        "title": title,
        "verdict": verdict,
        "ends": [{"recipient": "someone@contoso.example", "end": end, "cause": ""}],
        "path": [
            {"at": step[0], "name": step[1], "what": step[2], "certain": len(step) < 4} for step in path
        ],
        "cause": None,
        "remedy": None,
        "finding": None,
    }
    return {**base, **more}


def finding(name: str, classes: list[str], severity: str = "block", accepted: bool = False) -> dict[str, Any]:
    cause, remedy = FINDINGS[name]
    return {
        "id": name,
        "severity": severity,
        "cause": cause,
        "remedy": remedy,
        "classes": classes,
        "accepted": accepted,
    }


FINDINGS = {
    "loop-exception-missing": (
        f'The rule "{PROTECT}" takes mail again that comes back from 44.211.178.96/28: its exceptions lack them.',
        f'Add 44.211.178.96/28 to the exceptions of the rule "{PROTECT}".',
    ),
    "foreign-rule-stops-return": (
        'The rule "Reject unsigned" rejects what comes back from the vendor, and not what came in.',
        'Except 44.211.178.96/28 in the rule "Reject unsigned".',
    ),
    "foreign-loop-possible": (
        'Whether the rule "Signatures" takes mail again that comes back from smtp.signatures.example cannot be excluded.',
        'Except the header of smtp.signatures.example in the rule "Signatures".',
    ),
    "scope-intersection": (
        f'The rule "{PROTECT}" has conditions on group and on user, which must both be true.',
        "Make one rule of each.",
    ),
}


def _because(name: str) -> Traced:
    cause, remedy = FINDINGS[name]
    return {"cause": cause, "remedy": remedy, "finding": name}


def _usual(inspected: list[Traced], verdict: str, findings: list[dict[str, Any]]) -> dict[str, Any]:
    """Before and after inline with what always stays, and other traces for the classes that are inspected."""
    plain = [NET, SERVICE, MAILBOX]
    titles = {
        "internet-to-protected": "From the internet to a protected user",
        "calendar-to-protected": "Calendar invitation to a protected user",
        "alias-of-protected": "From the internet to an alias of a protected user",
    }
    kept = [
        traced("internet-to-unprotected", "From the internet to an unprotected user", plain),
        traced("internal", "Between two mailboxes", [("mailbox", "", "sends"), SERVICE, MAILBOX]),
        traced("outbound", "From a mailbox to the internet", [("mailbox", "", "sends"), SERVICE, NET]),
    ]
    given = {one["class"] for one in inspected}
    before = [traced(name, title, plain) for name, title in titles.items()]
    after = [
        *inspected,
        *(traced(name, title, INSPECTED) for name, title in titles.items() if name not in given),
    ]
    return {
        "before": {"verdict": "safe", "classes": [*before, *kept]},
        "after": {"verdict": verdict, "classes": [*after, *kept]},
        "findings": findings,
        "outside_the_model": OUTSIDE,
    }


def safe_flow() -> dict[str, Any]:
    return _usual([], "safe", [])


def looping_flow() -> dict[str, Any]:
    """A missing exception, and a foreign rule that stops what returns."""
    looping = traced(
        "internet-to-protected",
        "From the internet to a protected user",
        [NET, SERVICE, TAKEN, OUT, VENDOR, BACK, SERVICE, TAKEN, OUT, VENDOR],
        "loop",
        **_because("loop-exception-missing"),
    )
    lost = traced(
        "calendar-to-protected",
        "Calendar invitation to a protected user",
        [*INSPECTED[:-1], ("rule", "Reject unsigned", "rejects the message")],
        "lost",
        **_because("foreign-rule-stops-return"),
    )
    findings = [
        finding("loop-exception-missing", ["internet-to-protected"]),
        finding("foreign-rule-stops-return", ["calendar-to-protected"]),
        finding("scope-intersection", ["internet-to-protected"], "note"),
    ]
    return _usual([looping, lost], "loop", findings)


def gateway_flow() -> dict[str, Any]:
    """A gateway in front and a signature service behind, whose return cannot be proved and was accepted."""
    gateway = ("gateway", "mx.gateway.example", "filters")
    signatures = [
        ("rule", "Signatures", "may route to the connector Signatures Outbound", "perhaps"),
        ("connector", "Signatures Outbound", "to the signature service"),
        ("gateway", "smtp.signatures.example", "may return it", "perhaps"),
        ("connector", "Signatures Inbound", "names its certificate"),
        SERVICE,
        ("rule", "Signatures", "may route again", "perhaps"),
        ("gateway", "smtp.signatures.example", "has had it before", "perhaps"),
    ]
    entered = [NET, gateway, ("connector", "Only from our gateway (lock-down)", "lets it in"), SERVICE]
    both = [
        {"recipient": "user01@contoso.example", "end": "loop", "cause": ""},
        {"recipient": "user09@contoso.example", "end": "delivered", "cause": ""},
    ]
    possible = traced(
        "internet-to-protected",
        "From the internet to a protected user",
        [*entered, *INSPECTED[2:-1], *signatures],
        "not_proved",
        ends=both,
        **_because("foreign-loop-possible"),
    )
    flow = _usual(
        [possible], "not_proved", [finding("foreign-loop-possible", ["internet-to-protected"], accepted=True)]
    )
    flow["before"]["classes"][0] = traced(
        "internet-to-protected", "From the internet to a protected user", [*entered, MAILBOX]
    )
    return flow


def hostile_flow(text: str) -> dict[str, Any]:
    kinds = ("internet", "rule", "connector", "vendor", "gateway", "service", text, "mailbox")
    steps: list[tuple[str, ...]] = [(kind, text, text) for kind in kinds]
    because = {"cause": text, "remedy": text, "finding": text}
    ends = [{"recipient": text, "end": end, "cause": text} for end in ("rejected", text)]
    traces = [
        traced(f"{text}{verdict}", text, [*steps, *steps[:count]], verdict, ends=ends, **because)
        for count, verdict in enumerate(("loop", "lost", "not_proved"), start=4)
    ]
    blocks = [
        {**because, "id": text, "severity": severity, "classes": [text], "accepted": accepted}
        for severity, accepted in (("block", False), ("block", True), ("note", False))
    ]
    before = [traced(f"{text}loop", text, steps)]
    return {
        "before": {"verdict": "safe", "classes": before},
        "after": {"verdict": "loop", "classes": [*traces, traced(text, text, steps)]},
        "findings": blocks,
        "outside_the_model": [text],
    }


# ---------------------------------------------------------------------------------------------- documents

_SCOPE = {"enters": ["group pilot@contoso.example"], "leaves": [], "stays": []}


def manual() -> Document:
    """Manual mode with inline and the whole footprint, as a plan."""
    entries = [
        contact(),
        report_address(),
        journal_rule(),
        inbound_connector(),
        customization(),
        connection_filter(),
        outbound_connector(),
        group(),
        whitelist_rule(),
        protect_rule(),
        inbound_connector("Avanan DLP Inbound", "OnPremises"),
    ]
    remark = "Undeliverable journal reports go to customer-x@mt-prod-3-journal-error.avanan.net from now on."
    return document(
        "plan", "Manual mode", entries, protection=_SCOPE, remarks=[remark], mail_flow=safe_flow()
    )


def refused() -> Document:
    """A plan that a gate refused."""
    entries = [outbound_connector(), protect_rule()]
    sentence = "Mail to protected users would loop between Exchange Online and the vendor."
    return document(
        "plan", "Manual mode", entries, protection=_SCOPE, mail_flow=looping_flow(), refused=sentence
    )


def accepted() -> Document:
    """A plan with a finding that was accepted by name."""
    entries = [outbound_connector(), protect_rule()]
    return document("plan", "Monitor to inline", entries, protection=_SCOPE, mail_flow=gateway_flow())


def rescope() -> Document:
    users = ["user01@contoso.example", "user02@contoso.example"]
    entries = [rescoped_rule(), protect_rule(f"{PROTECT} (users)", 1, sent_to=users), group_members()]
    scope = {
        "enters": ["group finance-team@contoso.example", *(f"user {user}" for user in users)],
        "leaves": ["user user07@contoso.example"],
        "stays": ["group pilot@contoso.example"],
    }
    return document("plan", "Rescope inline protection", entries, protection=scope)


def remove() -> Document:
    entries = [switched_off(), removed_rule(), removed_connector()]
    scope = {"enters": [], "leaves": ["everyone"], "stays": []}
    return document("plan", "Remove the integration", entries, protection=scope)


def _done(item: Entry) -> Entry:
    calls = [
        {
            **call,
            "request_id": f"0b9c2f{number}e-9c0d-4f6b-8a55-d0c5a3b0f1aa",
            "warnings": [],
            "at": "2026-11-25T10:01:05Z",
        }
        for number, call in enumerate(item["steps"])
    ]
    return {**item, "status": "done", "done": calls, "error": None}


def failed_record() -> Document:
    """A run that failed half way: done, done with a warning, failed, not reached."""
    journal = _done(journal_rule())
    journal["done"][0]["warnings"] = ["The journal address is not in an accepted domain."]
    connector = {
        **outbound_connector(),
        "status": "failed",
        "done": [],
        "undo": [],
        "error": {
            "kind": "InvalidValue",
            "text": "The smart host 'customer-x-host.avanan.net' could not be resolved.",
            "cmdlet": "New-OutboundConnector",
            "object": "Avanan Outbound",
            "type": "Microsoft.Exchange.Management.SystemConfigurationTasks.SmartHostException",
            "status": 400,
            "request_id": "5d4f6a1c-2b3e-4f5a-9c8d-7e6f5a4b3c2d",
            "hint": "Check the portal name.",
        },
    }
    rule = {**protect_rule(), "status": "planned", "done": [], "undo": [], "error": None}
    entries = [_done(report_address()), journal, connector, rule]
    return document("record", "Manual mode", entries, protection=_SCOPE)


def draft() -> Document:
    entries = [report_address(), journal_rule(), inbound_connector(), outbound_connector(), protect_rule()]
    for item in entries:
        item["before"] = None
    return document("draft", "Manual mode", entries, tenant={"id": "", "name": ""}, protection=_SCOPE)


def nothing(kind: str = "plan") -> Document:
    return document(kind, "Manual mode", [{**report_address(), "steps": [], "undo": []}])


def hostile(text: str) -> Document:
    """A record and plan in one in which everything that can come from outside is the text."""
    rule = {
        "name": text,
        "enabled": True,
        "comments": text,
        "conditions": {"sent_to": [text, f"{text}2"], "subject_contains_words": [text]},
        "exceptions": {"header_matches_message_header": text, "header_matches_patterns": [text]},
        "actions": {"set_header_name": text, "set_header_value": text, "stop_rule_processing": True},
    }
    parameters = {
        "Comments": text,
        "SentTo": [text, f"{text}2"],
        "SetHeaderName": text,
        "SetHeaderValue": text,
    }
    made = entry(
        "TransportRule",
        "mail-flow rule",
        text,
        [step("New-TransportRule", Name=text, **parameters)],
        options={"name": text},
        reason=text,
        after=rule,
        order_before=[text + "x"],
        order_after=[text, text + "x"],
        undo=[step("Remove-TransportRule", Identity=text, Confirm=False)],
        preconditions=[{"text": text, "met": False}],
        warnings=[text],
        status="failed",
        done=[
            {
                **step("New-TransportRule"),
                "request_id": text,
                "warnings": [text],
                "at": "2026-11-25T10:00:00Z",
            }
        ],
        error={"kind": "ServiceError", "text": text, "type": text, "request_id": text, "hint": text},
    )
    changed = {
        **made,
        "before": {**rule, "comments": "", "conditions": {"sent_to": ["a@b.example"]}},
        "steps": [step("Set-TransportRule", Identity=GUID, **parameters)],
    }
    filtered = {**connection_filter(), "after": {"ip_allow_list": [text]}, "status": "done"}
    return document(
        "record",
        text,
        [made, changed, filtered],
        tenant={"id": text, "name": text},
        protection={"enters": [text], "leaves": [text], "stays": [text]},
        findings=[text],
        remarks=[text],
        mail_flow=hostile_flow(text),
        refused=text,
    )


SAMPLES = {
    "manual": manual,
    "rescope": rescope,
    "remove": remove,
    "failed record": failed_record,
    "draft": draft,
    "nothing": nothing,
    "refused": refused,
    "accepted": accepted,
}
