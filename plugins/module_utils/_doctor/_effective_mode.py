# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What really happens to incoming mail of each accepted domain: where its MX points, and what the protect rule excepts. Pure.

The portal shows the wanted mode. Where a gateway stands in front and its addresses are excepted, mail is only monitored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._portals import VENDOR_DOMAINS
from ._chart import Chart, Object, in_domain, strings
from ._finding import DNS, GATEWAY, OPERATOR, Finding, finding
from ._networks import overlapping
from ._products import Product, owner_of_mx

# Domains of the service itself, whose mail hosts are Microsoft's.
_SERVICE_DOMAINS = ("onmicrosoft.com", "onmicrosoft.us", "onmschina.cn")


@dataclass(frozen=True)
class Exchanger:
    """One MX host of a domain. addresses: its A records."""

    host: str
    addresses: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """What DNS says of a domain. problem: why it says nothing, "" when it answered."""

    exchangers: Sequence[Exchanger] = ()
    problem: str = ""


@dataclass
class Mode:
    """The effective mode of a domain, one line; why; and what is found about it.

    others: who stands in front of Microsoft. problem: why DNS said nothing.
    """

    domain: str
    mode: str
    evidence: list[str] = field(default_factory=list)
    kind: str = ""
    others: list[str] = field(default_factory=list)
    problem: str = ""

    def shown(self) -> dict[str, Any]:
        """As an element of the result."""
        return {"domain": self.domain, "mode": self.mode, "evidence": self.evidence}


def domains_to_ask(chart: Chart, products: Sequence[Product]) -> list[str]:
    """The accepted domains of which the MX says something: not the service's own, not those that products add."""
    added = [suffix for product in products for suffix in product.get("domains") or ()]
    names = [str(item.get("domain_name") or "") for item in chart.topic("accepted_domains")]
    return [name for name in names if name and not in_domain(name, [*_SERVICE_DOMAINS, *added])]


def modes(
    chart: Chart, products: Sequence[Product], answers: Mapping[str, Answer] | None, reason: str
) -> list[Mode]:
    """The effective mode of each domain. answers: None when DNS was not asked, for the reason."""
    return [
        _mode(chart, products, domain, (answers or {}).get(domain) or Answer(problem=reason))
        for domain in domains_to_ask(chart, products)
    ]


def _mode(chart: Chart, products: Sequence[Product], domain: str, answer: Answer) -> Mode:
    rules = [rule for rule in chart.acting_protect_rules() if _covers(rule, domain)]
    wanted = _wanted(chart, rules)
    if answer.problem:
        evidence = [f"MX not looked at: {answer.problem}"]
        return Mode(domain, wanted, evidence, "unknown", problem=answer.problem)
    if not answer.exchangers:
        return Mode(domain, "no incoming mail: the domain has no MX", [], "none")
    hosts = [item.host for item in answer.exchangers]
    evidence = [f"MX {host}" for host in hosts]
    owners = {host: _owner(host, products) for host in hosts}
    others = sorted({name for name in owners.values() if name != "Microsoft"})
    if not others:
        return Mode(domain, wanted, evidence, "direct")
    if others == ["the vendor"]:
        return Mode(
            domain, f"{wanted}; the MX is the vendor's own", evidence, "mixed" if _mixed(owners) else "vendor"
        )
    shown = ", ".join(others)
    hit = _excepted(chart, rules, answer, owners)
    if rules and hit:
        evidence.append(f"excepted from the protect rule: {', '.join(hit)}")
        why = f"because the addresses of {shown} are excepted"
        state = "monitored only" if chart.journaled() else "not inspected at all"
        return Mode(domain, f"{state}, {why}", evidence, "excepted", others)
    state = f"behind a gateway ({shown}): {wanted}"
    return Mode(domain, state, evidence, "mixed" if _mixed(owners) else "gateway", others)


def _mixed(owners: Mapping[str, str]) -> bool:
    return "Microsoft" in owners.values() and len(set(owners.values())) > 1


def _owner(host: str, products: Sequence[Product]) -> str:
    if in_domain(host, VENDOR_DOMAINS):
        return "the vendor"
    product = owner_of_mx(host, products)
    if product is None:
        return f"{host}, which nobody knows"
    return "Microsoft" if product.get("role") == "microsoft" else str(product["name"])


def _covers(rule: Object, domain: str) -> bool:
    wanted = [text.lower() for text in strings(rule, "conditions", "recipient_domain_is")]
    excepted = [text.lower() for text in strings(rule, "exceptions", "recipient_domain_is")]
    return (not wanted or domain.lower() in wanted) and domain.lower() not in excepted


def _wanted(chart: Chart, rules: Sequence[Object]) -> str:
    """What the rules alone would make of it."""
    if not rules:
        return "monitored" if chart.journaled() else "not protected"
    people = [
        text
        for rule in rules
        for option in ("sent_to", "sent_to_member_of")
        for text in strings(rule, "conditions", option)
    ]
    everyone = any(
        not strings(rule, "conditions", "sent_to") and not strings(rule, "conditions", "sent_to_member_of")
        for rule in rules
    )
    if everyone:
        return "inline"
    rest = "; all others are monitored" if chart.journaled() else "; all others are not protected"
    shown = ", ".join(people[:4]) + (f" and {len(people) - 4} more" if len(people) > 4 else "")
    return f"inline for {shown}{rest}"


def _excepted(chart: Chart, rules: Sequence[Object], answer: Answer, owners: Mapping[str, str]) -> list[str]:
    """Addresses of the gateways that the protect rules except: those of their MX hosts, and those that connectors name."""
    named = [
        address
        for item in chart.foreign("inbound_connectors")
        if item.get("enabled") and "*" in strings(item, "sender_domains")
        for address in strings(item, "sender_ip_addresses")
    ]
    theirs = [
        address
        for item in answer.exchangers
        if owners[item.host] not in ("Microsoft", "the vendor")
        for address in item.addresses
    ]
    excepted = [text for rule in rules for text in strings(rule, "exceptions", "sender_ip_ranges")]
    return list(dict.fromkeys(overlapping([*theirs, *named], excepted)))


_ROWS = {
    "excepted": (
        "monitored-only",
        "critical",
        "{domains}: mail comes through {others}, whose addresses the protect rule excepts.",
        "Nothing of it is inspected before delivery, while the portal shows the inline mode.",
        OPERATOR,
        (
            "Decide which of the two stands in front. To inspect this mail, take the addresses out of the rule's exceptions "
            "(inline_additional_ip_addresses, inline_keep_ip_exceptions), after the gateway has been told to accept what comes back."
        ),
    ),
    "gateway": (
        "behind-gateway",
        "warning",
        "{domains}: the MX points to {others} and not to Microsoft.",
        (
            "The vendor sees the gateway's address instead of the sender's, and mail is filtered twice; what the gateway takes "
            "away the vendor never sees."
        ),
        GATEWAY,
        "Point the MX to Microsoft once the vendor is inline, or tell the vendor which gateway stands in front.",
    ),
    "mixed": (
        "mixed-mx",
        "warning",
        "{domains}: MX records point to Microsoft and to others.",
        "Senders choose, so that part of the mail goes round the gateway.",
        DNS,
        "Leave only one of them.",
    ),
    "vendor": (
        "mx-at-vendor",
        "warning",
        "{domains}: the MX points to the vendor itself.",
        "This collection puts the vendor behind Microsoft; mail would be inspected twice.",
        DNS,
        "Ask the vendor which of the two ways this portal uses, and point the MX to Microsoft for this one.",
    ),
    "none": (
        "no-mx",
        "info",
        "{domains}: no MX record.",
        "No mail from the internet finds its way here.",
        DNS,
        "Nothing, when the domain is not for mail.",
    ),
}


def judge(found: Sequence[Mode], asked: bool) -> Iterator[Finding]:
    """One finding for the domains of each kind, apart from those that are as they should be."""
    for kind, (name, severity, what, why, who, fix) in _ROWS.items():
        some = [mode for mode in found if mode.kind == kind]
        if some:
            others = ", ".join(sorted({other for mode in some for other in mode.others}))
            names = ", ".join(mode.domain for mode in some)
            yield finding(name, severity, what.format(domains=names, others=others), why, who, fix)
    unknown = [mode for mode in found if mode.kind == "unknown"]
    if unknown:
        yield finding(
            "mx-not-looked-at",
            "info",
            f"The MX of {', '.join(mode.domain for mode in unknown)} was not looked at: "
            f"{'; '.join(dict.fromkeys(mode.problem for mode in unknown))}.",
            "Whether a gateway stands in front, and so whether mail is really inspected, is not known.",
            DNS if asked else OPERATOR,
            "Run the doctor where DNS answers and the Python library dnspython is there, with doctor_lookup_mx.",
        )
