# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The classes of a tenant (9), without grouping: every representative is walked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from .directory import NOBODY, OUTSIDER, Person, domain_of
from .entrance import VENDOR, vendors_own
from .networks import Bounds, inside
from .predicates import Message, scope, vector
from .values import has_word, matches, setting
from .walk import Start, Tenant, destination, forward, through

_GROUPS = (
    "sent_to_member_of",
    "from_member_of",
    "between_member_of1",
    "between_member_of2",
    "any_of_to_header_member_of",
    "any_of_cc_header_member_of",
    "any_of_to_cc_header_member_of",
)
_PEOPLE = (
    "sent_to",
    "from",
    "any_of_to_header",
    "any_of_cc_header",
    "any_of_to_cc_header",
    "manager_addresses",
)
FROM_INSIDE = ("internal", "outbound", "internal-protected")
Classes = dict[str, dict[str, dict[str, list[Start]]]]
"""By class: by place in it (every place counts): by who takes it (where the document says "the first", each could be it)."""


class People:
    """Who stands for whom."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant, self.directory = tenant, tenant.directory
        self.rules = tenant.rules.all
        self.inside = list(self._inside())
        message = Message(OUTSIDER, OUTSIDER, "ordinary", "smtp", authenticated=False)
        own = [
            rule
            for place, rule in enumerate(self.rules)
            if tenant.rules.is_own(place)
            and (rule.get("actions") or {}).get("route_message_outbound_connector")
        ]
        scopes = {one: [scope(self.directory, rule, one, message) for rule in own] for one in self.inside}
        protected = [one for one in self.inside if any(value is not False for value in scopes[one])]
        # Those who certainly are come first.
        self.protected = sorted(protected, key=lambda one: True not in scopes[one])
        self.unprotected = [one for one in self.inside if one not in protected]

    def sections(self) -> Iterator[dict[str, Any]]:
        for place, rule in enumerate(self.rules):
            if self.tenant.rules.acts(place) is not False or self.tenant.rules.is_own(place):
                yield from (rule.get("conditions") or {}, rule.get("exceptions") or {})

    def _named(self, names: tuple[str, ...]) -> list[str]:
        found = [item for section in self.sections() for name in names for item in section.get(name) or []]
        return list(dict.fromkeys(item.lower() for item in found))

    def _forwarders(self) -> Iterator[str]:
        """Mailboxes that send their mail on to an address of the organization."""
        for row in (self.tenant.snapshot.get("recipients") or {}).values():
            to, own = str(row.get("external") or "").lower(), str(row.get("address") or "").lower()
            mine = {own, *(one.lower() for one in row.get("addresses") or [])}
            away = to not in {"", *mine} and self.directory.accepted(domain_of(to))[0] is not False
            if row.get("kind") == "individual" and away:
                yield from (own, to)

    def _all_named(self) -> tuple[list[str], list[Person]]:
        """Everybody whom rules name or who is in their groups, and those who stand for groups whose members nobody knows."""
        addresses = [*self._named(_PEOPLE), *self._forwarders()]
        addresses += [
            row["recipient"].lower()
            for row in self.tenant.snapshot.get("journal_rules") or []
            if row.get("recipient")
        ]
        symbolic = []
        for group in self.groups():
            row = self.directory.record(group)
            if row is None or (row.get("kind") in ("group", "unknown") and row.get("members") is None):
                symbolic.append(Person(f"member of {group}", "symbolic", group))
            elif row.get("members"):
                addresses += [member.lower() for member in row["members"]]
        return addresses, symbolic

    def _inside(self) -> Iterator[Person]:
        addresses, symbolic = self._all_named()
        seen = set()
        for address in addresses:
            row = self.directory.record(address)
            primary = str((row or {}).get("address") or address).lower()
            if primary in seen or "@" not in primary:
                continue
            seen.add(primary)
            if self.directory.accepted(domain_of(primary))[0] is not False and (row or {}).get(
                "kind"
            ) not in ("group", "other"):
                yield Person(primary)
        own = [
            row["domain_name"].lower()
            for row in self.directory.domains
            if row["domain_type"] in ("Authoritative", "InternalRelay")
        ]
        domains = [self.directory.default_domain, *own, *self._named(("recipient_domain_is",))]
        for domain in dict.fromkeys(domains):
            if self.directory.accepted(domain)[0] is not False:
                yield Person(f"someone@{domain}", "generic")
        yield from symbolic
        yield from self._like()

    def groups(self) -> list[str]:
        """Those that rules name, and the groups inside them."""
        found = self._named(_GROUPS)
        for group in found:
            nested = (self.directory.record(group) or {}).get("members") or []
            found += [one.lower() for one in nested if self._is_group(one) and one.lower() not in found]
        return found

    def protected_groups(self) -> set[str]:
        """Those that protect rules name; members of others that nobody knows are recipients of 9.1 and 9.2."""
        own = (rule for place, rule in enumerate(self.rules) if self.tenant.rules.is_own(place))
        return {
            one.lower()
            for rule in own
            for one in (rule.get("conditions") or {}).get("sent_to_member_of") or []
        }

    def _like(self) -> Iterator[Person]:
        """Mailboxes with the addresses that rules describe."""
        found: dict[Person, None] = {}
        for section in self.sections():
            for whose in ("from", "recipient", "any_of_recipient"):
                for word in section.get(f"{whose}_address_contains_words") or []:
                    found[self._with(word, words=True)] = None
                for pattern in section.get(f"{whose}_address_matches_patterns") or []:
                    found[self._with(pattern, words=False)] = None
        for person in found:
            if (
                person.kind == "symbolic"
                or self.directory.accepted(domain_of(person.written))[0] is not False
            ):
                yield person

    def _with(self, text: str, *, words: bool) -> Person:
        plain = text.lower().replace("\\", "").strip("^$")
        before, _at, domain = plain.partition("@")
        address = f"{before or 'someone'}@{domain or self.directory.default_domain}"
        fits = has_word(address, text) if words else matches(address, text)
        if fits is True:
            return Person(address, "named" if self.directory.record(address) else "generic")
        return Person(f"like {text}", "symbolic", f"like {text}")

    def decides_for_all(self, sender: Person, person: Person) -> bool:
        """Whether a predicate that is asked of the whole fork is not simply no for somebody alone (4.4)."""
        message = Message(sender, sender, "ordinary", "smtp", authenticated=False)
        vectors = (vector(self.directory, rule, message, (), (person,), person) for rule in self.rules)
        return any(
            name.lstrip("-").startswith(("any_of_recipient_", "between_")) and value is not False
            for values in vectors
            for name, value in values
        )

    def _is_elsewhere(self, address: str) -> bool:
        primary = self.directory.primary(Person(address)) or address
        return "@" in primary and self.directory.accepted(domain_of(primary))[0] is False

    def _is_group(self, address: str) -> bool:
        return (self.directory.record(address) or {}).get("kind") == "group"

    def can_send(self, person: Person) -> bool:
        """Whether a mailbox may be behind an address; somebody missing may have one on premises."""
        relay = self.directory.accepted(domain_of(person.written))[1] == "internalrelay"
        return relay or self.directory.kind(person) != "missing"

    def outsiders(self) -> list[Person]:
        """The generic sender, and those that rules and connectors name."""
        addresses = [
            one
            for one in self._named(("from",))
            if self._is_elsewhere(one)
            or self.directory.kind(Person(one)) in ("outside", "missing", "unknown")
        ] + [f"sender@{one}" for one in self._named(("sender_domain_is",))]
        for connector in self.tenant.entrance.connectors:
            if setting(connector, "enabled") is False:
                continue
            addresses += [f"sender@{one}" for one in sender_domains(connector) if one != "*"]
        addresses += [one for one in self._all_named()[0] if self._is_elsewhere(one)]
        found = [Person(address) for address in dict.fromkeys(addresses) if "@" in address]
        return [OUTSIDER, *found]


def sender_domains(connector: dict[str, Any]) -> list[str]:
    found = [
        item.lower().removeprefix("smtp:").partition(";")[0] for item in connector.get("sender_domains") or []
    ]
    return ["x." + item[2:] if item.startswith("*.") else item for item in found]


def classes(tenant: Tenant) -> Classes:
    """The starts of every class that has a verdict."""
    people = People(tenant)
    found: Classes = {}
    for part in (_from_internet, _from_inside, _gateways, _named_addresses, _special, _forwards):
        for name, place, taker, start in part(tenant, people):
            found.setdefault(name, {}).setdefault(place, {}).setdefault(taker, []).append(start)
    return found


# ---------------------------------------------------------------------------------------------- sources


def internet(tenant: Tenant) -> list[dict[str, Any]]:
    """What internet mail shows on entry: what lock-downs let pass, or whatever if there may be none; and 7.8."""
    locks = [one for one in tenant.others.locks() if "*" in sender_domains(one)]
    let_in = [source for one in locks for source in _let_in(tenant, one)]
    found = [
        one for one in let_in if inside(one["ip"], tenant.integration.get("loop_guard") or []) is not True
    ]
    found = found or let_in
    if not any(tenant.others.locked(one) is True for one in locks):
        found.append({"ip": tenant.nowhere, "certificate": None})
    excepted = [
        item
        for place, rule in enumerate(tenant.rules.all)
        for item in (rule.get("exceptions") or {}).get("sender_ip_ranges") or []
        if tenant.rules.is_own(place)
    ]
    guard = tenant.integration.get("loop_guard") or []
    for ip in tenant.pieces(excepted) if excepted else []:
        if not inside(ip, guard):
            found.append({"ip": ip, "certificate": None})
    return found


def _let_in(tenant: Tenant, lock: dict[str, Any]) -> list[dict[str, Any]]:
    """Addresses act only where a lock-down restricts to them; where it asks for a certificate alone, they are not known."""
    by_address = setting(lock, "restrict_domains_to_ip_addresses") is not False
    if by_address and lock.get("sender_ip_addresses"):
        return through(tenant, lock)
    return [{**source, "ip": None} for source in through(tenant, lock)]


def _smtp(sender: Person, source: dict[str, Any], kind: str = "ordinary") -> Message:
    return Message(sender, sender, kind, "smtp", authenticated=False, **source)


def _submitted(sender: Person) -> Message:
    return Message(sender, sender, "ordinary", "submitted", authenticated=True)


Starts = Iterator[tuple[str, str, str, Start]]


def _from_internet(tenant: Tenant, people: People) -> Starts:
    headers = tenant.new_headers()
    for source in internet(tenant):
        for sender in people.outsiders():
            message = _smtp(sender, source)
            for name, group in (
                ("internet-to-protected", people.protected),
                ("internet-to-unprotected", people.unprotected),
            ):
                for one in group:
                    if people.directory.nobody(one):
                        continue
                    place = one.written if sender is OUTSIDER else f"from {sender.written}"
                    yield name, place, one.written, Start(message, (one,), headers)
            for one, other in _pairs(people, sender):
                taker = f"{one.written} {other.written}"
                yield (
                    "internet-to-both",
                    "",
                    f"{sender.written} {taker}",
                    Start(message, (one, other), headers),
                )
        for one in people.protected:
            calendar = Start(_smtp(OUTSIDER, source, "calendar"), (one,), headers)
            yield "calendar-to-protected", "", one.written, calendar
            bounce = replace(_smtp(OUTSIDER, source, "bounce"), envelope=NOBODY)
            for skip in (True, False):
                start = Start(bounce, (one,), headers, skip_rules=skip, uncertain=True)
                yield "bounce-to-protected", "", one.written, start


def _pairs(people: People, sender: Person) -> list[tuple[Person, Person]]:
    """9.3: some of both, unless rules name who sends from outside; and those in whom a predicate of the whole fork may see all recipients."""
    some_of_both = 4 if sender == OUTSIDER or sender in people.inside else 0
    groups = [
        [one for one in group if not people.directory.nobody(one)]
        for group in (people.protected, people.unprotected)
    ]
    return [
        (one, other)
        for (first, one), (second, other) in product(*map(enumerate, groups))
        if max(first, second) < some_of_both
        or people.decides_for_all(sender, one)
        or people.decides_for_all(sender, other)
    ]


def _from_inside(tenant: Tenant, people: People) -> Starts:
    headers = tenant.new_headers()
    exists = [one for one in people.inside if people.can_send(one)]
    alone: list[tuple[Person, ...]] = [(one,) for one in [*people.protected, *people.unprotected]]
    acting = any(_acts_inside(tenant, place) for place in range(len(people.rules)))
    for sender in exists:
        for recipients in [*_pairs(people, sender), *alone]:
            taker = " ".join(one.written for one in recipients)
            yield "internal", "", taker, Start(_submitted(sender), recipients, headers)
        yield "outbound", sender.written, "", Start(_submitted(sender), (OUTSIDER,), headers)
        for one in people.protected if acting else []:
            start = Start(_submitted(sender), (one,), headers)
            yield "internal-protected", "", f"{sender.written} {one.written}", start


def _acts_inside(tenant: Tenant, place: int) -> bool:
    conditions = tenant.rules.all[place].get("conditions") or {}
    scoped = (conditions.get("from_scope"), conditions.get("sent_to_scope")) == ("InOrganization",) * 2
    return scoped and tenant.rules.is_own(place) and tenant.rules.acting(place) is True


def returned(tenant: Tenant, reached: dict[str, set[str]]) -> dict[str, dict[str, list[Start]]]:
    """9.6: what comes back from where no mail from outside, or none from inside, was handed. reached: by class."""
    people, mine = People(tenant), tenant.integration
    found: dict[str, dict[str, list[Start]]] = {}
    kept = tenant.kept(((tenant.header, (True, None)),), vendor=True)
    exists = [one for one in people.inside if tenant.directory.kind(one) != "missing"]
    recipients = [one for one in people.protected if one in exists] or exists
    if "vendor" not in reached.get("internet-to-protected", ()):
        before = _smtp(OUTSIDER, internet(tenant)[0])
        history = frozenset({(("vendor", frozenset[str]()), one.written) for one in recipients})
        shared = set(mine["smart_hosts"]) & set(mine["dlp_smart_hosts"])
        addresses = mine["return_addresses"] + (mine["dlp_addresses"] if shared else [])
        for ip in _pieces(tenant, addresses):
            message = replace(_smtp(OUTSIDER, {"ip": ip, "certificate": VENDOR}), entries=1)
            for one in recipients:
                start = Start(message, (one,), kept, history, returned=True, baseline=before)
                found.setdefault("vendor", {}).setdefault(one.written, []).append(start)
    from_inside = set[str]().union(*(reached.get(name, ()) for name in FROM_INSIDE))
    if "vendor-dlp" not in from_inside and _routes_to_dlp(tenant):
        history = frozenset({(("vendor-dlp", frozenset[str]()), OUTSIDER.written)})
        for ip in _pieces(tenant, mine["dlp_addresses"]):
            for sender in exists:
                message = replace(_smtp(sender, {"ip": ip, "certificate": VENDOR}))
                before = _submitted(sender)
                start = Start(message, (OUTSIDER,), kept, history, returned=True, baseline=before)
                found.setdefault("vendor-dlp", {}).setdefault(sender.written, []).append(start)
    return found


def _pieces(tenant: Tenant, networks: list[str]) -> list[str | None]:
    return tenant.pieces(networks) if networks else [None]


def _routes_to_dlp(tenant: Tenant) -> bool:
    routes = {
        str((rule.get("actions") or {}).get("route_message_outbound_connector")).casefold()
        for place, rule in enumerate(tenant.rules.all)
        if tenant.rules.acting(place) is not False
    }
    there = [one for one in tenant.outbound if str(one.get("name")).casefold() in routes]
    return any((destination(tenant, one) or ("",))[0] == "vendor-dlp" for one in there)


def foreign_outbound(tenant: Tenant) -> list[dict[str, Any]]:
    found = []
    for one in tenant.outbound:
        goal = destination(tenant, one)
        mine = goal is not None and goal[0] in ("vendor", "vendor-dlp")
        if setting(one, "enabled") is not False and not mine:
            found.append(one)
    return found


def _gateways(tenant: Tenant, people: People) -> Starts:
    headers = tenant.new_headers()
    for one in tenant.entrance.connectors:
        if setting(one, "enabled") is False or vendors_own(one, tenant.integration.get("loop_guard") or []):
            continue
        domain = (sender_domains(one) or ["*"])[0]
        outsider = OUTSIDER if domain == "*" else Person(f"sender@{domain}")
        senders = [outsider]
        if one.get("connector_type") == "OnPremises":
            senders = [OUTSIDER, *people.inside]
        for source in through(tenant, one):
            for sender in senders:
                for group, targets in (("p", people.protected), ("u", people.unprotected)):
                    for target in targets:
                        place = group + ("in" if sender in people.inside else "out")
                        taker = f"{target.written} {sender.written}"
                        start = Start(_smtp(sender, source), (target,), headers)
                        yield f"from-gateway:{one['name']}", place, taker, start
    senders = [one for one in people.inside if people.can_send(one)]
    for one in foreign_outbound(tenant):
        domains = [item.lower() for item in one.get("recipient_domains") or [] if item != "*"]
        name = f"to-gateway:{one['name']}"
        for sender in senders:
            if setting(one, "is_transport_rule_scoped") is True:
                goal = destination(tenant, one)
                if goal is not None and goal[0] == "portal":
                    continue
                start = Start(_submitted(sender), (OUTSIDER,), headers, forced=str(one["name"]))
                yield name, "", sender.written, start
            elif domains and tenant.directory.accepted(domains[0].removeprefix("*."))[0] is False:
                target = Person(f"recipient@{domains[0].replace('*.', 'x.')}")
                yield name, "", sender.written, Start(_submitted(sender), (target,), headers)


def _named_addresses(tenant: Tenant, people: People) -> Starts:
    """From addresses that rules name and that are not the vendor's."""
    named = [
        item
        for place, rule in enumerate(tenant.rules.all)
        if tenant.rules.acting(place) is not False
        for section in ("conditions", "exceptions")
        for item in (rule.get(section) or {}).get("sender_ip_ranges") or []
    ]
    guard = tenant.integration.get("loop_guard") or []
    for ip in tenant.pieces(named) if named else []:
        if inside(ip, guard) is False:
            senders = [
                one
                for one in people.outsiders()
                if tenant.directory.accepted(domain_of(one.written))[0] is False
            ]
            for sender, one in product(senders, [*people.protected, *people.unprotected]):
                message = _smtp(sender, {"ip": ip, "certificate": None})
                taker = f"{ip} {one.written} {sender.written}"
                yield "from-address", "", taker, Start(message, (one,), tenant.new_headers())


def _special(tenant: Tenant, people: People) -> Starts:
    headers, directory = tenant.new_headers(), tenant.directory
    for source in internet(tenant):
        message = _smtp(OUTSIDER, source)
        for one, alias in _aliases(tenant, people):
            yield (
                "alias-of-protected",
                "",
                f"{one.written} {alias.written}",
                Start(message, (alias,), headers),
            )
        named, protected = people.groups(), people.protected_groups()
        for key, row in directory._given.items():
            members = row.get("members") if key.lower() in named else []
            if row.get("kind") == "group" and members is None and key.lower() in protected:
                symbolic = Person(f"member of {key}", "symbolic", key)
                yield "group-with-protected", "", key, Start(message, (symbolic,), headers)
            elif row.get("kind") == "group" and members:
                yield "group-with-protected", "", key, Start(message, (Person(key.lower()),), headers)
            elif row.get("kind") in ("other", "contact") and row.get("external"):
                contact = Person(str(row.get("address") or key).lower())
                yield "external-contact", key, "", Start(message, (contact,), headers)


def _aliases(tenant: Tenant, people: People) -> Iterator[tuple[Person, Person]]:
    directory = tenant.directory
    others = [row["domain_name"].lower() for row in directory.domains]
    for one in people.protected:
        row = directory.record(one.written) if one.kind == "named" else None
        for address in (row or {}).get("addresses") or []:
            if address.lower() != one.written and directory.accepted(domain_of(address))[0]:
                yield one, Person(address.lower())
        for domain in others if one.kind == "symbolic" else []:
            yield one, Person(f"alias@{domain}", "alias", one.group)


def _forwards(tenant: Tenant, people: People) -> Starts:
    mailboxes = [one for one in people.protected if tenant.directory.external(one)]
    for one in mailboxes:
        target = Person(tenant.directory.external(one))
        yield "auto-forward", "", one.written, forward(tenant, one, OUTSIDER, target)
    for one in people.protected if not mailboxes else []:
        yield "auto-forward", "", one.written, forward(tenant, one, OUTSIDER, OUTSIDER)


__all__ = ["Bounds", "Classes", "classes"]
