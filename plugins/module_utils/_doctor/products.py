# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products of others, recognized by data: what each is for, why it matters, what to do. Pure.

The data comes from the caller (module_utils/_mail_flow_objects/products.yml says where each fact is from). One product:
{"id", "name", "role", "hosts": [domains of its hosts, in smart hosts, certificates, sender and journal domains],
"mx": [further domains of its MX hosts], "domains": [accepted domains that it adds], "names": [words in the names of its
connectors and rules], "headers": [...], "addresses": [...], "connector_sources": [...], "advice": "instead of the role's"}.
One role: {"title", "severity", "danger", "advice"}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .._schema.ip_ranges import overlapping
from .._schema.severities import SEVERITIES
from .finding import DoctorFinding, finding
from .odd_settings import Unreadable
from .tenant_view import TITLES, TenantObject, TenantView, in_domain, strings

Product = Mapping[str, Any]
_CONNECTORS = (("inbound_connectors", "inbound connector"), ("outbound_connectors", "outbound connector"))
_HEADERS = (
    "header_contains_message_header",
    "header_matches_message_header",
    "set_header_name",
    "remove_header",
)
_MOST = 6


@dataclass
class Recognized:
    """A product that was found. evidence: sentences; active: whether anything of it is switched on."""

    product: Product
    evidence: list[str] = field(default_factory=list)
    active: bool = False
    rules: list[str] = field(default_factory=list)
    connectors: list[str] = field(default_factory=list)

    def to_result(self) -> dict[str, Any]:
        """As an element of the result."""
        names = {key: str(self.product.get(key) or "") for key in ("id", "name", "role")}
        return {**names, "active": self.active, "evidence": self.evidence}


def owner_of_mx(host: str, products: Sequence[Product]) -> Product | None:
    """The product whose mail host this is."""
    return next(
        (
            product
            for product in products
            if in_domain(host, [*(product.get("mx") or ()), *(product.get("hosts") or ())])
        ),
        None,
    )


def recognize(
    view: TenantView, products: Sequence[Product], mx_hosts: Mapping[str, Sequence[str]]
) -> list[Recognized]:
    """The products of which there is a sign, those of Microsoft aside. mx_hosts: by domain."""
    topics = ("inbound_connectors", "outbound_connectors", "mail_flow_rules", "journal_rules")
    foreign = {topic: view.foreign(topic) for topic in topics}
    foreign["accepted_domains"] = view.topic("accepted_domains")
    found = []
    for product in products:
        if product.get("role") == "microsoft":
            continue
        seen = Recognized(product)
        for evidence, active in _signs(view, foreign, product, mx_hosts, seen):
            seen.evidence.append(evidence if active else f"{evidence} (switched off)")
            seen.active = seen.active or active
        if seen.evidence:
            found.append(seen)
    return found


def _signs(
    view: TenantView,
    foreign: Mapping[str, Sequence[TenantObject]],
    product: Product,
    mx_hosts: Mapping[str, Sequence[str]],
    seen: Recognized,
) -> Iterator[tuple[str, bool]]:
    """What tells a product, and whether it is switched on. foreign: the objects of others by topic."""
    for topic, title in _CONNECTORS:
        for item, why in _telling(
            view, foreign[topic], partial(_of_connector, view, topic, product), product
        ):
            seen.connectors.append(str(item["name"]))
            yield f'{title} "{item["name"]}": {why}', bool(item.get("enabled"))
    of_rule = partial(_of_rule, seen.connectors, product)
    for rule, why in _telling(view, foreign["mail_flow_rules"], of_rule, product):
        seen.rules.append(str(rule["name"]))
        yield f'rule "{rule["name"]}": {why}', bool(rule.get("enabled"))
    for rule, why in _telling(view, foreign["journal_rules"], partial(_of_journal, product), product):
        yield f'journal rule "{rule["name"]}": {why}', bool(rule.get("enabled"))
    for _item, domain in _telling(view, foreign["accepted_domains"], partial(_of_domain, product), product):
        yield f"accepted domain {domain}", True
    for domain, hosts in mx_hosts.items():
        for host in hosts:
            if owner_of_mx(host, [product]):
                yield f"MX of {domain}: {host}", True


def _telling(
    view: TenantView, items: Sequence[TenantObject], sign: Callable[[TenantObject], str], product: Product
) -> Iterator[tuple[TenantObject, str]]:
    """The objects that tell a product, each with what in it does; whether it is enabled is known of them."""
    for item in items:
        try:
            if why := sign(item):
                item.get("enabled")
                yield item, why
        except Unreadable as odd:
            view.set_aside(odd, f"product-{product['id']}")


def _of_journal(product: Product, rule: TenantObject) -> str:
    address = str(rule.get("journal_email_address") or "")
    theirs = in_domain(address.rpartition("@")[2], list(product.get("hosts") or ()))
    return f"reports go to {address}" if theirs else ""


def _of_domain(product: Product, item: TenantObject) -> str:
    domain = str(item.get("domain_name") or "")
    return domain if in_domain(domain, list(product.get("domains") or ())) else ""


def _of_connector(view: TenantView, topic: str, product: Product, item: TenantObject) -> str:
    """What in a connector tells the product, "" when nothing does."""
    domains = list(product.get("hosts") or ())
    for option in ("smart_hosts", "tls_domain", "tls_sender_certificate_name", "sender_domains"):
        for text in strings(item, option):
            if in_domain(text.removeprefix("*.").partition(";")[0], domains):
                return text
    theirs = overlapping(strings(item, "sender_ip_addresses"), product.get("addresses") or ())
    if theirs:
        return f"address {theirs[0]}"
    source = str((view.noted(topic).get(str(item["name"])) or {}).get("connector_source") or "")
    if source and source in (product.get("connector_sources") or ()):
        return f"made by {source}"
    return "by its name" if _named(str(item["name"]), product) else ""


def _of_rule(connectors: Sequence[str], product: Product, rule: TenantObject) -> str:
    for route in strings(rule, "actions", "route_message_outbound_connector"):
        if route in connectors:
            return f"routes to {route}"
    headers = {str(text).lower() for text in product.get("headers") or ()}
    for section in ("conditions", "exceptions", "actions"):
        for option in _HEADERS:
            for text in strings(rule, section, option):
                if text.lower() in headers:
                    return f"header {text}"
    theirs = overlapping(strings(rule, "conditions", "sender_ip_ranges"), product.get("addresses") or ())
    if theirs:
        return f"address {theirs[0]}"
    return "by its name" if _named(str(rule["name"]), product) else ""


def _named(name: str, product: Product) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(word)}", name, re.IGNORECASE) for word in product.get("names") or ()
    )


def check(
    view: TenantView, found: Sequence[Recognized], roles: Mapping[str, Mapping[str, str]]
) -> Iterator[DoctorFinding]:
    """One finding for each product, and those that nobody knows."""
    for item in found:
        role = roles.get(str(item.product.get("role"))) or roles["other"]
        severity = role["severity"] if item.active else SEVERITIES[-1]
        if item.product.get("role") == "simulation" and _stands_above(view, item.rules):
            severity = SEVERITIES[-1]
        more = len(item.evidence) - _MOST
        evidence = "; ".join(item.evidence[:_MOST]) + (f"; and {more} more" if more > 0 else "")
        yield finding(
            f"product-{item.product['id']}",
            severity,
            product=item.product["name"],
            title=role["title"],
            evidence=evidence,
            danger=role["danger"],
            advice=item.product.get("advice") or role["advice"],
        )
    yield from _unknown(view, {name for item in found for name in item.connectors}, roles["other"])


def _stands_above(view: TenantView, rules: Sequence[str]) -> bool:
    placed, protect = view.placed_rules(), view.acting_protect_rules()
    managed = [place for place, rule in enumerate(placed) if rule in protect]
    theirs = [place for place, rule in enumerate(placed) if str(rule["name"]) in rules]
    return bool(theirs and managed) and max(theirs) < min(managed)


def _unknown(view: TenantView, known: set[str], role: Mapping[str, str]) -> Iterator[DoctorFinding]:
    for topic, _title in _CONNECTORS:
        check = partial(_unknown_end, topic=topic, known=known, role=role)
        yield from view.each(view.foreign(topic), check, "unknown-third-party")


def _unknown_end(
    _view: TenantView, item: TenantObject, *, topic: str, known: set[str], role: Mapping[str, str]
) -> Iterator[DoctorFinding]:
    if item["name"] in known or not item.get("enabled"):
        return
    where = strings(item, "smart_hosts") or strings(item, "tls_sender_certificate_name")
    where = where or strings(item, "sender_ip_addresses")
    if where:
        verb = "sends to" if topic == "outbound_connectors" else "takes mail from"
        yield finding(
            "unknown-third-party",
            role["severity"],
            title=TITLES[topic],
            object=item["name"],
            verb=verb,
            ends=", ".join(where[:4]),
            danger=role["danger"],
            advice=role["advice"],
        )
