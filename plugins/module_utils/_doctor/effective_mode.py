# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What really happens to incoming mail of each accepted domain: what the walks show, and where its MX points. Pure.

The portal shows the wanted mode. Where a gateway stands in front and mail from its addresses passes uninspected, mail is only monitored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._schema.ip_ranges import overlapping, uncovered
from .._schema.names import cut
from .._vendor.portals import VENDOR_DOMAINS
from .finding import DoctorFinding, finding
from .products import Product, owner_of_mx
from .tenant_view import TenantObject, TenantView, in_domain, strings
from .walked_modes import NOT_PROVED, WalkedModes

# Domains of the service itself, whose mail hosts are Microsoft's.
_SERVICE_DOMAINS = ("onmicrosoft.com", "onmicrosoft.us", "onmschina.cn")


@dataclass(frozen=True)
class Exchanger:
    """One MX host of a domain. addresses: its A records."""

    host: str
    addresses: Sequence[str] = ()


@dataclass(frozen=True)
class MxAnswer:
    """What DNS says of a domain. problem: why it says nothing, "" when it answered.

    fallback: without any MX, the domain's own addresses, to which senders turn then (RFC 5321, 5.1).
    """

    exchangers: Sequence[Exchanger] = ()
    problem: str = ""
    fallback: Sequence[str] = ()


@dataclass
class Mode:
    """The effective mode of a domain, one line; the same for machines; why; and what is found about it.

    protection: inline, as_scoped, with_gaps, partly, monitored, none, held_up, lost, loop or not_proved as walked, and
    monitored_only where a gateway is excepted. entrance: what the MX says: microsoft, gateway, mixed, vendor, none, address or
    unknown. kind: which of the findings.
    others: who stands in front of Microsoft. beyond: excepted addresses that nobody knows. problem: why DNS said nothing.
    """

    domain: str
    mode: str
    protection: str
    entrance: str
    evidence: list[str] = field(default_factory=list)
    kind: str = ""
    others: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def claimed(self) -> bool:
        """Whether mail of the internet is said to be inspected."""
        return self.protection in ("inline", "as_scoped", "with_gaps", "partly")

    def to_result(self) -> dict[str, Any]:
        """As an element of the result."""
        names = ("domain", "mode", "protection", "entrance", "evidence")
        return {name: getattr(self, name) for name in names}


def domains_to_ask(view: TenantView, products: Sequence[Product]) -> list[str]:
    """The accepted domains of which the MX says something: not the service's own, not those that products add."""
    added = [suffix for product in products for suffix in product.get("domains") or ()]
    known = view.those(
        view.topic("accepted_domains"), lambda item: bool(item.get("domain_name")), "mx-not-looked-at"
    )
    names = [str(item["domain_name"]) for item in known]
    return [name for name in names if name and not in_domain(name, [*_SERVICE_DOMAINS, *added])]


def modes(
    view: TenantView,
    products: Sequence[Product],
    answers: Mapping[str, MxAnswer] | None,
    reason: str,
    walked: WalkedModes,
) -> list[Mode]:
    """The effective mode of each domain. answers: None when DNS was not asked, for the reason."""
    return [
        _mode(view, products, domain, (answers or {}).get(domain) or MxAnswer(problem=reason), walked)
        for domain in domains_to_ask(view, products)
    ]


def _mode(
    view: TenantView, products: Sequence[Product], domain: str, answer: MxAnswer, walked: WalkedModes
) -> Mode:
    protection, words = walked.of_domain(domain)
    mode = Mode(domain, words, protection, "", _exempt(walked, domain))
    if answer.problem:
        return _mx_unknown(mode, answer, walked)
    if not answer.exchangers:
        return _without_mx(mode, answer)
    owners = {item.host: _owner(item.host, products) for item in answer.exchangers}
    mode.evidence[:0] = [f"MX {host}" for host in owners]
    mode.others = sorted({name for name in owners.values() if name != "Microsoft"})
    mixed = bool(mode.others) and "Microsoft" in owners.values()
    if not mode.others:
        mode.entrance = "microsoft"
    elif mode.others == ["the vendor"]:
        mode.entrance = mode.kind = "mixed" if mixed else "vendor"
        mode.mode += f"; {'an' if mixed else 'the'} MX is the vendor's own"
    else:
        mode.entrance = mode.kind = "mixed" if mixed else "gateway"
        _behind(mode, _sending_addresses(view, answer, owners), walked)
    return mode


def _exempt(walked: WalkedModes, domain: str) -> list[str]:
    found = [*walked.exempt(domain), *walked.exempt(domain, some=True)]
    return [f"not inspected, or not all of it: mail that comes in from {', '.join(found)}"] if found else []


def _mx_unknown(mode: Mode, answer: MxAnswer, walked: WalkedModes) -> Mode:
    """Whether a gateway stands in front is not known; where mail passes uninspected from some address, that decides."""
    mode.entrance = mode.kind = "unknown"
    mode.problem = answer.problem
    exempt = walked.exempt(mode.domain)
    if mode.claimed and exempt:
        mode.protection = NOT_PROVED
        mode.mode = f"{mode.mode}, or monitored only, if a gateway in front sends from {', '.join(exempt)}"
    elif mode.claimed:
        mode.mode += ", unless a gateway stands in front"
    mode.evidence.insert(0, f"MX not looked at: {answer.problem}")
    return mode


def _without_mx(mode: Mode, answer: MxAnswer) -> Mode:
    if not answer.fallback:
        return Mode(
            mode.domain, "no incoming mail: the domain has no MX", mode.protection, "none", [], "none"
        )
    shown = ", ".join(answer.fallback)
    mode.entrance = mode.kind = "address"
    mode.mode = f"no MX: senders try the domain's own address {shown}, which is not Microsoft's"
    mode.protection = NOT_PROVED
    return mode


def _behind(mode: Mode, sending: Sequence[str], walked: WalkedModes) -> None:
    """Where others stand in front: whether what comes from them passes uninspected, for certain or perhaps."""
    shown, mixed = ", ".join(mode.others), mode.entrance == "mixed"
    place = f"{'partly ' if mixed else ''}behind a gateway ({shown})"
    exempt = walked.exempt(mode.domain)
    passing = [*exempt, *walked.exempt(mode.domain, some=True)]
    hit = overlapping(sending, passing)
    if not mode.claimed:
        mode.mode = f"{place}: {mode.mode}"
    elif hit and not uncovered(sending, exempt):
        state = {True: "monitored only", False: "not inspected at all", None: "not inspected"}[
            walked.monitored
        ]
        why = f"because the addresses of {shown} are excepted"
        mode.mode = (
            f"what comes through {shown}: {state}, {why}; else {mode.mode}" if mixed else f"{state}, {why}"
        )
        mode.kind, mode.protection = "excepted", "partly" if mixed else "monitored_only"
    elif passing:
        mode.beyond = hit or passing
        mode.mode = f"{place}: {mode.mode}, or monitored only, if it sends from {', '.join(mode.beyond)}"
        mode.kind, mode.protection = "perhaps", NOT_PROVED
    else:
        mode.mode = f"{place}: {mode.mode}"


def _owner(host: str, products: Sequence[Product]) -> str:
    if in_domain(host, VENDOR_DOMAINS):
        return "the vendor"
    product = owner_of_mx(host, products)
    if product is None:
        return f"{host}, which nobody knows"
    return "Microsoft" if product.get("role") == "microsoft" else str(product["name"])


def _sending_addresses(view: TenantView, answer: MxAnswer, owners: Mapping[str, str]) -> list[str]:
    """From where the gateways send: as their connectors name it, else the addresses of their MX hosts."""
    named = [
        address
        for item in view.those(view.foreign("inbound_connectors"), _for_everybody, "perhaps-monitored-only")
        for address in strings(item, "sender_ip_addresses")
    ]
    return named or [
        address
        for item in answer.exchangers
        if owners[item.host] not in ("Microsoft", "the vendor")
        for address in item.addresses
    ]


def _for_everybody(item: TenantObject) -> bool:
    named = strings(item, "sender_ip_addresses")
    return bool(item.get("enabled") and named and "*" in strings(item, "sender_domains"))


_FINDINGS = {
    "excepted": "monitored-only",
    "perhaps": "perhaps-monitored-only",
    "gateway": "behind-gateway",
    "mixed": "mixed-mx",
    "vendor": "mx-at-vendor",
    "none": "no-mx",
    "address": "mail-to-own-address",
}


def check(found: Sequence[Mode], asked: bool, header: str) -> Iterator[DoctorFinding]:
    """One finding for the domains of each kind, apart from those that are as they should be. header: see TenantView."""
    for kind, name in _FINDINGS.items():
        some = [mode for mode in found if mode.kind == kind]
        if some:
            others = ", ".join(sorted({other for mode in some for other in mode.others}))
            beyond = ", ".join(dict.fromkeys(text for mode in some for text in mode.beyond))
            yield finding(name, domains=names_of(some), others=others, beyond=beyond, header=header)
    unknown = [mode for mode in found if mode.kind == "unknown"]
    if unknown:
        problems = "; ".join(dict.fromkeys(mode.problem for mode in unknown))
        severity, case = ("warning", "") if asked else ("info", "not_asked")
        yield finding("mx-not-looked-at", severity, case, domains=names_of(unknown), problems=problems)


def names_of(some: Sequence[Mode]) -> str:
    """The domains, cut where they are too many to read."""
    return cut([mode.domain for mode in some], most=12)
