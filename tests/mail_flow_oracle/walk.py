# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The walk of one message (6 to 8): entry, rules, routing, returns, until every recipient has an end in every world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from .directory import NOBODY, OUTSIDER, Directory, Person, below, domain_of, same_or_below
from .entrance import VENDOR, VENDOR_DOMAINS, Entrance, by_certificate, by_ip, vendors_own
from .networks import elsewhere, samples
from .predicates import Headers, Message, met
from .rules import Fork, Rules, Trail, Vector
from .values import Value, every, negate, setting, some

MOST_PASSES, MOST_ENTRIES = 8, 3
STAMPS = ("authentication-results", "received-spf", "x-ms-exchange-organization-authas", "received")
PRODUCTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "plugins/module_utils/_mail_flow_objects/products.yml").read_text("utf-8")
)["products"]
"""7.7, the data that the document names."""
Destination = tuple[str, frozenset[str]]
History = frozenset[tuple[Destination, str]]
Baseline = dict[tuple[int, Person], list[tuple[Vector, Trail]]]
Copied = tuple[frozenset[tuple[int, str]], bool]
"""5.3: which rules have copied the message to whom, and whether it is itself such a copy: kept over returns."""
NO_COPY: Copied = (frozenset(), False)


@dataclass(frozen=True)
class End:
    """How it ends for one recipient. inspected: of what is delivered, whether it was before (7.9)."""

    recipient: str
    end: str
    certain: bool
    counts: bool
    cause: str
    inspected: Value = None


@dataclass(frozen=True)
class Start:
    """A message as it first appears. forced: a route it gets whatever the rules do; skip_rules: 4.1 for bounces."""

    message: Message
    recipients: tuple[Person, ...]
    headers: Headers = ()
    history: History = frozenset()
    returned: bool = False
    forced: str = ""
    skip_rules: bool = False
    uncertain: bool = False
    baseline: Message | None = None


class Tenant:
    """Snapshot and integration, made ready for walks."""

    def __init__(self, snapshot: dict[str, Any], integration: dict[str, Any], now: datetime) -> None:
        self.snapshot, self.integration = snapshot, integration
        self.directory = Directory(snapshot)
        own = {str(name).casefold() for name in integration.get("protect_rules") or []}
        self.header = str(integration["header_name"]).lower()
        self.rules = Rules(snapshot, self.directory, own, self.header, now)
        self.entrance = Entrance(snapshot, self.directory)
        guard = integration.get("loop_guard") or []
        foreign = [one for one in self.entrance.connectors if not vendors_own(one, guard)]
        self.others = Entrance({**snapshot, "inbound_connectors": foreign}, self.directory)
        self.outbound = snapshot.get("outbound_connectors") or []
        self.set = {
            str((rule.get("actions") or {}).get("set_header_name")).lower()
            for place, rule in enumerate(self.rules.all)
            if (rule.get("actions") or {}).get("set_header_name") and self.rules.acts(place) is not False
        }
        self.borders = self._borders()
        self.nowhere = elsewhere(self.borders)
        self.forwarded: dict[Start, frozenset[End]] = {}

    def _borders(self) -> list[str]:
        found = [
            item
            for one in self.entrance.connectors
            for item in [*(one.get("sender_ip_addresses") or []), *(one.get("ef_skip_ips") or [])]
        ]
        found += [
            item
            for rule in self.rules.all
            for section in ("conditions", "exceptions")
            for item in (rule.get(section) or {}).get("sender_ip_ranges") or []
        ]
        for name in ("ip_allow_list", "ip_block_list"):
            found += self.entrance.filter.get(name) or []
        for name in ("return_addresses", "dlp_addresses", "loop_guard"):
            found += self.integration.get(name) or []
        return sorted(set(found))

    def returns_of_others(self) -> list[str]:
        """7.5, 7.8"""
        return [
            address
            for portal in self.integration.get("other_portals") or []
            for name in ("return_addresses", "dlp_addresses")
            for address in portal.get(name) or []
        ]

    def pieces(self, networks: list[str]) -> list[str | None]:
        return samples(networks, self.borders)

    def new_headers(self) -> Headers:
        """1.4"""
        marks = [mark for product in PRODUCTS for mark in product.get("marks") or []]
        names = {self.header, *(mark["header"].lower() for mark in marks), *self.set}
        names -= {mark["header"].lower() for mark in marks if mark.get("on_new_mail")}
        return tuple(sorted((name, False) for name in names if name in self.rules.tested))

    def kept(self, headers: Headers, *, vendor: bool, marks: dict[str, str] | None = None) -> Headers:
        """Headers of a message that comes back: from the vendor ours alone, from others what no rule sets."""
        found = {
            name: state
            for name, state in headers
            if (name == self.header if vendor else name not in self.set)
        }
        for name, value in (marks or {}).items():
            if name in self.rules.tested:
                found[name] = (True, value)
        return tuple(sorted(found.items()))


def hosts(connector: dict[str, Any]) -> frozenset[str]:
    return frozenset(host.strip("[]").rstrip(".").lower() for host in connector.get("smart_hosts") or [])


def destination(tenant: Tenant, connector: dict[str, Any]) -> Destination | None:
    """6.5: vendor, vendor-dlp, vendor and dlp, portal, hop; None: cannot be said."""
    found = hosts(connector)
    ours = {host.lower() for host in tenant.integration.get("smart_hosts") or []}
    dlp = {host.lower() for host in tenant.integration.get("dlp_smart_hosts") or []}
    if not found:
        return None
    if found <= ours | dlp:
        if found & ours:
            return ("vendor", frozenset(found & dlp))
        return ("vendor-dlp", frozenset())
    if found & (ours | dlp):
        return None
    vendors = [any(below(host, domain) for domain in VENDOR_DOMAINS) for host in found]
    if all(vendors):
        return ("portal", found)
    return None if any(vendors) else ("hop", found)


class Walk:
    """The ends of one start."""

    def __init__(self, tenant: Tenant, start: Start, *, without_own: bool = False) -> None:
        self.tenant, self.start, self.directory = tenant, start, tenant.directory
        self._known: dict[Any, frozenset[End]] = {}
        self.reached: set[str] = set()
        self._without_own = without_own
        self._met: Baseline = {}
        self._gone: list[tuple[Person, Trail, str]] = []
        self._gone_before: list[tuple[Person, Trail, str]] = []
        self._baseline: Baseline = {} if without_own or start.skip_rules else self._without_us()

    def ends(self) -> frozenset[End]:
        start = self.start
        found = self._enter(start.message, start.recipients, start.headers, NO_COPY, start.history, 1)
        return _doubted(found) if start.uncertain else found

    def _without_us(self) -> Baseline:
        """8.6: where the class gets with our rules switched off."""
        start = self.start
        headers = self.tenant.new_headers() if start.baseline else start.headers
        first = Start(start.baseline or start.message, start.recipients, headers)
        walk = Walk(self.tenant, first, without_own=True)
        certain = {(end.recipient, end.cause) for end in walk.ends() if end.certain}
        self._gone_before = [one for one in walk._gone if (one[0].written, one[2]) in certain]
        return walk._met

    # ------------------------------------------------------------------------------------------ a pass

    def _enter(
        self,
        message: Message,
        recipients: tuple[Person, ...],
        headers: Headers,
        copied: Copied,
        history: History,
        passes: int,
    ) -> frozenset[End]:
        key = (message, recipients, headers, copied, history, passes)
        if key not in self._known:
            self._known[key] = frozenset(self._entered(*key))
        return self._known[key]

    def _entered(
        self,
        message: Message,
        recipients: tuple[Person, ...],
        headers: Headers,
        copied: Copied,
        history: History,
        passes: int,
    ) -> Iterator[End]:
        if passes > MOST_PASSES:
            yield from (End(one.written, "unknown", False, True, "too many passes") for one in recipients)
            return
        entry = self.tenant.entrance.enter(message, recipients)
        again = passes > 1 or self.start.returned
        without_us = self.tenant.others.enter(message, recipients)
        ours = without_us.locked is False and entry.locked is not False
        ours = ours or (without_us.locked is None and entry.locked is True)
        counts = again or (ours and without_us.refused is not True)
        if message.source == "smtp" and message.entries >= MOST_ENTRIES:
            yield from (End(one.written, "rejected", False, True, "too many entries") for one in recipients)
        let_in: dict[Person, None] = {}
        sure = entry.refused is False
        for one in recipients:
            cause = f"refused on entry {passes}"
            if entry.refused is not False:
                yield End(one.written, "rejected", entry.refused is True, counts, cause)
            if entry.refused is not True and entry.each[one] is not False:
                certain = entry.each[one] is True and entry.refused is False
                matters = again and not self.tenant.directory.nobody(one)
                yield End(one.written, "rejected", certain, matters, f"{cause} for this recipient")
            refused = some([entry.refused, entry.each[one]])
            for person in self._resolved(one) if refused is not True else []:
                let_in[person] = None
                sure = sure and refused is False
                if self.directory.nobody(person):
                    # 4.1: whether rules see it is not known.
                    yield End(person.written, "rejected", False, False, "no such recipient")
                    sure = False
        if let_in:
            fork = Fork(tuple(let_in), headers, copied=copied[0], is_copy=copied[1])
            found = self._rules(entry.message, fork, history, passes)
            yield from found if sure else _doubted(found)

    def _resolved(self, recipient: Person) -> list[Person]:
        """4.1: of a group its members, after the service has let it in."""
        if recipient.kind != "named" or self.directory.kind(recipient) != "group":
            return [recipient]
        members = self.tenant.rules.targets([recipient.written])
        return [one if one.group else Person(self.directory.primary(one) or one.written) for one in members]

    def _rules(self, message: Message, fork: Fork, history: History, passes: int) -> Iterator[End]:
        if self.start.skip_rules:
            yield from self._route(message, fork, history, passes)
            return
        outcome = self.tenant.rules.run(message, fork, without_own=self._without_own)
        for key, states in outcome.reached.items():
            self._met.setdefault(key, []).extend(states)
        for ended, certain in outcome.ended:
            name = self.tenant.rules.all[ended.rule].get("name")
            counts = not self._as_before(ended.rule, ended.recipient, ended.seen, ended.trail, passes)
            cause = f"rule {name} on pass {passes}"
            if self.tenant.rules.is_final(ended.rule):
                self._gone.append((ended.recipient, ended.trail, cause))
            yield End(ended.recipient.written, "rejected", certain, counts, cause)
        for person, certain in outcome.asked:
            # 5.1: the service makes the request, for a mailbox here.
            yield End(person.written, "delivered", certain, True, "", message.inspected)
        routed: dict[Fork, bool] = {}
        for after, certain in outcome.forks:
            forced = frozenset({self.start.forced.casefold()}) if self.start.forced and passes == 1 else None
            for routes in after.routes if forced is None else [forced]:
                same = replace(after, routes=frozenset({routes}), trail=())
                alone = len(after.routes) == 1 or forced is not None
                routed[same] = routed.get(same, False) or (certain and alone)
        for after, certain in routed.items():
            found = self._route(message, after, history, passes)
            yield from found if certain else _doubted(found)

    def _as_before(self, rule: int, recipient: Person, seen: Vector, trail: Trail, passes: int) -> bool:
        """8.6: the customer's rule would have done it without us."""
        if self.tenant.rules.is_own(rule):
            return False
        for before, way in self._baseline.get((rule, recipient), []):
            anew = (
                (passes > 1 or self.start.returned)
                and met(seen) is None
                and stamped(self.tenant.rules.all[rule])
            )
            if anew and met(before) is not True:
                continue
            if _follows(before, seen) and all(step in trail for step in way if step[1] == recipient):
                return True
        return any(
            person == recipient and all(step in trail for step in way if step[1] == recipient)
            for person, way, _cause in self._gone_before
        )

    # ------------------------------------------------------------------------------------------ routing out

    def _route(self, message: Message, fork: Fork, history: History, passes: int) -> Iterator[End]:
        (routes,) = fork.routes
        if not routes:
            for person in fork.recipients:
                alone = replace(fork, recipients=(person,))
                yield from self._unrouted(message, alone, person, history, passes)
            return
        for name in sorted(routes):
            named = [one for one in self.tenant.outbound if str(one.get("name")).casefold() == name]
            found = frozenset(self._by_rule(named, name, message, fork, history, passes))
            yield from found if len(routes) == 1 else _doubted(found)

    def _by_rule(
        self,
        named: list[dict[str, Any]],
        name: str,
        message: Message,
        fork: Fork,
        history: History,
        passes: int,
    ) -> Iterator[End]:
        """6.1"""
        if not named or setting(named[0], "enabled") is False:
            yield from self._all(fork, "stranded", True, f"connector {name} is missing or disabled")
            return
        scoped, test = setting(named[0], "is_transport_rule_scoped"), setting(named[0], "test_mode")
        usable = every([setting(named[0], "enabled"), scoped, negate(test)])
        if usable is not True:
            yield from self._all(fork, "unknown", False, f"connector {name} is not for rules")
            return
        yield from self._through(named[0], message, fork, history, passes)

    def _all(self, fork: Fork, end: str, certain: bool, cause: str) -> Iterator[End]:
        return (End(one.written, end, certain, True, cause) for one in fork.recipients)

    def _unrouted(
        self, message: Message, fork: Fork, person: Person, history: History, passes: int
    ) -> Iterator[End]:
        """6.2, 6.3"""
        central = some(
            every([setting(one, "enabled"), setting(one, "route_all_messages_via_on_premises")])
            for one in self.tenant.outbound
        )
        if message.source == "submitted" and self.directory.mailbox_inside(person) is True:
            central = False
        if central is not False:
            yield from self._all(fork, "unknown", False, "centralised mail flow")
        if central is True:
            return
        for end in self._addressed(message, fork, person, history, passes):
            yield end if central is False else replace(end, certain=False)

    def _addressed(
        self, message: Message, fork: Fork, person: Person, history: History, passes: int
    ) -> Iterator[End]:
        directory, kind = self.directory, self.directory.kind(person)
        if person.kind == "anybody":
            yield from self._all(fork, "unknown", False, f"{person.written} is not known")
            return
        external = directory.external(person)
        address = directory.primary(person) or person.written
        domain_type = directory.accepted(domain_of(address))[1] or "outside"
        if person.kind in ("symbolic", "alias"):
            domain_type = "authoritative"
        out = self._by_domain(
            message, fork, external if kind in ("other", "contact") and external else address, history, passes
        )
        if kind in ("other", "contact") and external or domain_type == "outside":
            yield from out
        elif domain_type == "externalrelay":
            yield from self._all(fork, "unknown", False, f"{person.written} is relayed to the outside")
        elif kind in ("individual", "group"):
            yield from self._delivered(message, fork, True)
            if kind == "individual" and external:
                yield from self._forwarded(message, fork.headers, person, external)
        elif domain_type == "internalrelay":
            if kind == "missing":
                yield from out
            else:
                yield from self._delivered(message, fork, False)
                yield from _doubted(out)
        elif kind == "missing":
            yield from (
                replace(end, counts=False) for end in self._all(fork, "rejected", True, "no such recipient")
            )
        else:
            yield from self._all(fork, "unknown", False, f"{person.written} is not known")

    def _delivered(self, message: Message, fork: Fork, certain: bool) -> Iterator[End]:
        for end in self._all(fork, "delivered", certain, ""):
            yield replace(end, inspected=message.inspected)

    def _forwarded(
        self, message: Message, headers: Headers, mailbox: Person, external: str
    ) -> frozenset[End]:
        """6.2: the copy that a mailbox sends on is a message of its own."""
        start = forward(self.tenant, mailbox, message.header_from, Person(external))
        sent = replace(start.message, inspected=message.inspected)
        start = replace(start, headers=headers, message=sent)
        if start not in self.tenant.forwarded:
            # Who forwards in a circle sends nothing new.
            self.tenant.forwarded[start] = frozenset()
            self.tenant.forwarded[start] = Walk(self.tenant, start).ends()
        return self.tenant.forwarded[start]

    def _by_domain(
        self, message: Message, fork: Fork, address: str, history: History, passes: int
    ) -> Iterator[End]:
        """6.4"""
        options = by_domain(self.tenant, domain_of(address))
        for connector in options:
            if connector is None:
                found: Iterable[End] = self._all(fork, "left", True, "")
            else:
                found = self._by_connector(connector, message, fork, history, passes)
            yield from found if len(options) == 1 else _doubted(found)

    def _by_connector(
        self, connector: dict[str, Any], message: Message, fork: Fork, history: History, passes: int
    ) -> Iterator[End]:
        """6.4, 7.6: what a hop for a domain gave back would be sent there again, so that none does."""
        goal = destination(self.tenant, connector)
        if goal and goal[0] == "hop" and setting(connector, "use_mx_record") is not True:
            return self._all(fork, "left", True, "")
        return self._through(connector, message, fork, history, passes)

    # ------------------------------------------------------------------------------------------ away and back

    def _through(
        self, connector: dict[str, Any], message: Message, fork: Fork, history: History, passes: int
    ) -> Iterator[End]:
        """6.5, 6.6"""
        mx = setting(connector, "use_mx_record")
        if mx is True or (mx is None and not hosts(connector)):
            for one in fork.recipients:
                inside = self.directory.mailbox_inside(one)
                end = "left" if inside is False else "unknown"
                yield End(one.written, end, end == "left", True, "by MX")
            return
        goal = destination(self.tenant, connector)
        if goal and goal[0] != "hop" and _of_another_vendor(connector):
            yield from self._all(fork, "stranded", True, f"certificate that {connector.get('name')} asks for")
            return
        if goal and goal[0] == "portal" and self._is_ours(fork):
            yield from self._all(fork, "stranded", True, f"{connector.get('name')} leads to another portal")
            return
        if goal is None or not _encrypted(connector, goal):
            yield from self._all(fork, "unknown", False, f"where {connector.get('name')} leads")
            return
        self.reached.add(goal[0])
        going = []
        place = (goal[0], goal[1] if goal[0] in ("portal", "hop") else frozenset[str]())
        for one in fork.recipients:
            if (place, one.written) in history:
                yield End(one.written, "loop", True, True, f"{goal[0]} again on pass {passes}")
            else:
                going.append(one)
        if going:
            fork = replace(fork, recipients=tuple(going))
            history = history | {(place, one.written) for one in going}
            away = self._vendor if goal[0] != "hop" else self._hop
            variants = leaving(connector, message)
            for sent in variants:
                found = away(goal, sent, fork, history, passes)
                yield from found if len(variants) == 1 else _doubted(found)

    def _is_ours(self, fork: Fork) -> bool:
        """6.5: whether the header names this portal."""
        found = dict(fork.headers).get(self.tenant.header)
        value = found[1] if isinstance(found, tuple) else None
        ours = str(self.tenant.integration.get("portal") or "").lower()
        return isinstance(value, str) and bool(ours) and value.split(",")[0].strip().lower() == ours

    def _vendor(
        self, goal: Destination, message: Message, fork: Fork, history: History, passes: int
    ) -> Iterator[End]:
        """7.1, 7.2, 7.5"""
        mine = self.tenant.integration
        addresses: list[str] = []
        if goal[0] == "vendor":
            addresses = [*mine["return_addresses"], *(mine["dlp_addresses"] if goal[1] else [])]
        elif goal[0] == "vendor-dlp":
            addresses = mine["dlp_addresses"]
        elif goal[0] == "portal":
            addresses = self._of_other(goal[1])
        headers = self.tenant.kept(fork.headers, vendor=True)
        inspected = message.inspected or (self._read(fork) if goal[0] == "vendor" else None)
        for ip in self.tenant.pieces(addresses) if addresses else [None]:
            back = replace(
                message,
                source="smtp",
                ip=ip,
                certificate=VENDOR,
                seen_ip=None,
                authenticated=None,
                entries=entries_after(message),
            )
            if inspected and self.tenant.entrance.recognizes(back) is not True:
                back = replace(back, inspected=None)
            else:
                back = replace(back, inspected=inspected)
            copied = (fork.copied, fork.is_copy)
            yield from self._enter(back, fork.recipients, headers, copied, history, passes + 1)

    def _read(self, fork: Fork) -> Value:
        """7.9: what the vendor reads in the header."""
        state = dict(fork.headers).get(self.tenant.header, (True, None))
        if not isinstance(state, tuple):
            return False
        if state[1] is None:
            return None
        portal, *rest = [part.strip().lower() for part in str(state[1]).split(",")]
        ours = str(self.tenant.integration.get("portal") or "").lower()
        if portal != ours or rest[-1:] != ["inline"]:
            return False if ours else None
        return True if rest == ["office365_emails", "inline"] else None

    def _of_other(self, goal: frozenset[str]) -> list[str]:
        """7.5: from where another portal returns mail, if it is one of those that are given."""
        for other in self.tenant.integration.get("other_portals") or []:
            incoming, outgoing = (frozenset(other[name]) for name in ("smart_hosts", "dlp_smart_hosts"))
            if goal <= incoming | outgoing:
                return [
                    *(other["return_addresses"] if goal & incoming else []),
                    *(other["dlp_addresses"] if goal & outgoing else []),
                ]
        return []

    def _hop(
        self, goal: Destination, message: Message, fork: Fork, history: History, passes: int
    ) -> Iterator[End]:
        """7.6"""
        returns = pairs(self.tenant, goal[1])
        for one in fork.recipients:
            inside = self.directory.mailbox_inside(one)
            alone = replace(fork, recipients=(one,))
            if inside is None or (inside and not returns):
                yield from self._all(alone, "unknown", False, f"hop {sorted(goal[1])} is not paired")
                continue
            marks = {
                mark["header"].lower(): mark["value"]
                for product in products_of(goal[1])
                for mark in product.get("marks") or []
                if mark.get("way", "both") in ("both", "incoming" if inside else "outgoing")
            }
            headers = self.tenant.kept(fork.headers, vendor=False, marks=marks)
            back_from = returns
            if not inside:
                back_from = [pair for pair in returns if pair[0].get("connector_type") == "OnPremises"]
                yield End(one.written, "left", not back_from, True, "")
            for connector, value in back_from:
                for source in through(self.tenant, connector):
                    entries = entries_after(message)
                    back = replace(
                        message, source="smtp", seen_ip=None, authenticated=None, entries=entries, **source
                    )
                    copied = (fork.copied, fork.is_copy)
                    found = self._enter(back, (one,), headers, copied, history, passes + 1)
                    yield from found if value is True and inside else _doubted(found)


@cache
def products_of(goal: frozenset[str]) -> list[dict[str, Any]]:
    """7.7: the products that have all of these hosts."""
    return [
        product
        for product in PRODUCTS
        if all(
            any(
                same_or_below(host, domain)
                for domain in [*(product.get("hosts") or []), *(product.get("smart_hosts") or [])]
            )
            for host in goal
        )
    ]


def entries_after(message: Message) -> int:
    """8.3: how often it has come in by SMTP."""
    return message.entries + (message.source == "smtp")


def leaving(connector: dict[str, Any], message: Message) -> list[Message]:
    """9.15: with which envelope sender a message leaves; that of a forward may be the one with which it first came."""
    if message.kind != "forward" or message.envelope == message.header_from:
        return [message]
    original = replace(message, envelope=message.header_from)
    kept = (
        connector.get("connector_type") == "OnPremises"
        and setting(connector, "sender_rewriting_enabled") is False
    )
    return [original] if kept else [message, original]


def stamped(rule: dict[str, Any]) -> bool:
    """Whether a rule looks at a header that the service writes anew at each entry (8.6)."""
    named = [
        str((rule.get(section) or {}).get(f"header_{way}_message_header")).lower()
        for section in ("conditions", "exceptions")
        for way in ("contains", "matches")
    ]
    return any(name in STAMPS for name in named)


def _follows(before: Vector, seen: Vector) -> bool:
    """8.6: whether a rule that matches now matches without us, too: what is undecided there is undecided here."""
    return all(
        value is (not name.startswith("-")) or (value is None and now is None)
        for (name, value), (_same, now) in zip(before, seen, strict=True)
    )


def _doubted(ends: Iterable[End]) -> frozenset[End]:
    return frozenset(replace(end, certain=False) for end in ends)


def _of_another_vendor(connector: dict[str, Any]) -> bool:
    """6.6: whether a certificate name is asked for that no host in the vendor's domain of the smart hosts can have."""
    name = str(connector.get("tls_domain") or "").lower().removeprefix("*.")
    if connector.get("tls_settings") != "DomainValidation" or not name:
        return False
    return not any(
        (name == domain or below(name, domain)) and below(host, domain)
        for domain in VENDOR_DOMAINS
        for host in hosts(connector)
    )


def _encrypted(connector: dict[str, Any], goal: Destination) -> bool:
    if goal[0] not in ("vendor", "vendor-dlp"):
        return True
    if connector.get("smtp_dane_mode") == "Mandatory":
        return False
    if connector.get("tls_settings") != "DomainValidation":
        return True
    name = str(connector.get("tls_domain") or "").lower()
    return any(below(host, name[2:]) if name.startswith("*.") else host == name for host in hosts(connector))


def by_domain(tenant: Tenant, domain: str) -> list[dict[str, Any] | None]:
    """6.4: the connectors that may take mail for a domain; None stands for its MX."""
    choices = []
    for one in tenant.outbound:
        fit = _specific(tenant, one, domain)
        usable = every(
            [
                setting(one, "enabled"),
                negate(setting(one, "is_transport_rule_scoped")),
                negate(setting(one, "test_mode")),
            ]
        )
        if fit and usable is not False:
            choices.append([(one, fit), None] if usable is None else [(one, fit)])
    found: list[dict[str, Any] | None] = []
    for world in product(*choices):
        there = [pair for pair in world if pair]
        best = max((fit for _one, fit in there), default=0)
        found += [one for one, fit in there if fit == best] or [None]
    return [one for place, one in enumerate(found) if not any(one is earlier for earlier in found[:place])]


def _specific(tenant: Tenant, connector: dict[str, Any], domain: str) -> int:
    found = [0]
    if setting(connector, "all_accepted_domains") is True and tenant.directory.accepted(domain)[0] is True:
        found.append(1000)
    for entry in connector.get("recipient_domains") or []:
        entry = entry.lower()
        if entry == "*":
            found.append(1)
        elif entry.startswith("*.") and below(domain, entry[2:]):
            found.append(1 + len(entry))
        elif entry == domain:
            found.append(1000)
    return max(found)


def pairs(tenant: Tenant, goal: frozenset[str]) -> list[tuple[dict[str, Any], Value]]:
    """The inbound connectors through which a foreign hop returns, and whether each is enabled."""
    found = list[tuple[dict[str, Any], Value]]()
    for one in tenant.entrance.connectors:
        enabled = setting(one, "enabled")
        if enabled is False or vendors_own(one, tenant.integration.get("loop_guard") or []):
            continue
        name = (one.get("tls_sender_certificate_name") or "").lower().removeprefix("*.")
        related = any(name and name.split(".")[-2:] == host.split(".")[-2:] for host in goal)
        named = [
            domain for product in products_of(goal) for domain in product.get("return_certificates") or []
        ]
        related = related or any(name and same_or_below(name, domain) for domain in named)
        message = Message(NOBODY, NOBODY, "ordinary", "smtp")
        within = any(
            by_ip(one, replace(message, ip=host)) is True for host in goal if host.replace(".", "").isdigit()
        )
        if related or within:
            found.append((one, enabled))
    return found


def through(tenant: Tenant, connector: dict[str, Any]) -> list[dict[str, Any]]:
    """What a message that comes through a connector shows: addresses or certificate."""
    name = (connector.get("tls_sender_certificate_name") or "").lower()
    shown = frozenset({name}) if name and "=" not in name else None
    addresses = connector.get("sender_ip_addresses") or []
    if not addresses and not name:
        return [{"ip": tenant.nowhere, "certificate": None}]
    return [{"ip": ip, "certificate": shown} for ip in (tenant.pieces(addresses) if addresses else [None])]


def forward(tenant: Tenant, mailbox: Person, header_from: Person, target: Person) -> Start:
    kind = "forward by an inbox rule" if target == OUTSIDER else "forward"
    message = Message(mailbox, header_from, kind, "internal", authenticated=None)
    return Start(message, (target,), tenant.new_headers())


__all__ = [
    "OUTSIDER",
    "End",
    "Start",
    "Tenant",
    "Walk",
    "by_certificate",
    "by_domain",
    "destination",
    "pairs",
]
