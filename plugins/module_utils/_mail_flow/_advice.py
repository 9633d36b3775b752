# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to say about an end or a tenant: one sentence for the cause, one for the remedy (section 10)."""

from __future__ import annotations

from ._directory import Party
from ._forks import Route
from ._objects import Outbound, Rule
from ._routing import Destination
from ._trail import Cause


def rule_name(rule: Rule) -> str:
    """A rule for people."""
    return f'the mail-flow rule "{rule.name}"'


def taker(route: Route) -> str:
    """What routes, for people: a rule, or a connector by itself."""
    return rule_name(route.rule) if route.rule else quoted(route.connector)


def _subject(route: Route) -> str:
    return route.rule.name if route.rule else route.connector


def quoted(connector: str, direction: str = "outbound") -> str:
    """A connector for people."""
    return f'the {direction} connector "{connector}"'


def loop(route: Route, there: Destination, addresses: str) -> Cause:
    """A message goes where it came from, because a rule takes it again."""
    rule, name = taker(route), _subject(route)
    if there.where == "hop":
        return _foreign_loop(route, there, addresses, name)
    if there.where == "portal":
        return two_portals(route, there)
    may = "loops" if route.match else "may loop"
    hangs = "" if route.match else f"; whether it does hangs on {_list(route.doubts)}"
    return Cause(
        "loop-exception-missing",
        name,
        f"Mail {may}: {rule} sends mail to the vendor again that comes back from {addresses}, because it has no exception for these "
        f"addresses{hangs}.",
        f"Add {addresses} to the exception sender_ip_ranges of {rule}; it needs the whole list of the region.",
    )


def _foreign_loop(route: Route, there: Destination, addresses: str, name: str) -> Cause:
    rule = taker(route)
    if route.match:
        return Cause(
            "foreign-loop",
            name,
            f"Mail loops: {rule} sends mail to {there.text} again that has been there and comes in from {addresses}.",
            f"Except the header that {there.text} sets, or its addresses, in {rule}.",
        )
    return Cause(
        "foreign-loop-possible",
        name,
        f"Whether {rule} sends mail to {there.text} again that has been there and comes in from {addresses} hangs on what is not "
        f"known: {_list(route.doubts)}.",
        f"Except the header that {there.text} sets, or its addresses, in {rule}, or accept this finding by name.",
    )


def hidden_address(route: Route, connector: str, addresses: str) -> Cause:
    """Enhanced filtering lets the rules see another address."""
    return Cause(
        "enhanced-filtering",
        connector,
        f"Whether {taker(route)} skips mail that comes back from {addresses} is not known, because enhanced "
        f"filtering on {quoted(connector, 'inbound')} skips that address.",
        f"Switch enhanced filtering off on {quoted(connector, 'inbound')}, or take the vendor's addresses out of it.",
    )


def reversed_rule(rule: Rule) -> Cause:
    """A protect rule that is the wrong way round."""
    name = rule_name(rule)
    return Cause(
        "reversed-predicate",
        rule.name,
        f"The conditions of {name} are the wrong way round: it takes what comes from the vendor or goes from inside to outside, "
        "and inspects nothing that comes in.",
        f"Let {name} take senders outside of the organization and recipients inside, and make the vendor's addresses an exception.",
    )


def hop_without_addresses(route: Route, hop: Destination) -> Cause:
    """Mail comes back from a foreign product, nobody says from which address."""
    return Cause(
        "content-decides",
        _subject(route),
        f"Whether {taker(route)} sends mail to the vendor again that has been there and then comes back from {hop.text} is not "
        "known, because no inbound connector names the addresses from which that comes.",
        f"Let {taker(route)} stand below the rule that sends mail to {hop.text}, or except a header that {hop.text} sets in it.",
    )


def addresses_unknown(route: Route) -> Cause:
    """The region is not known."""
    name = _subject(route)
    return Cause(
        "return-addresses-unknown",
        name,
        f"Whether {taker(route)} skips what the vendor returns is not known, because not all addresses of the region "
        "are known.",
        "Give all addresses of the portal's region.",
    )


def two_portals(route: Route, there: Destination) -> Cause:
    """Another portal of the vendor takes part."""
    rule = taker(route)
    return Cause(
        "two-portals",
        _subject(route),
        f"{_capital(rule)} sends mail to {there.text}, which belongs to another portal of the vendor, from whose addresses "
        "nothing here is known.",
        f"Give each portal its own users, and remove or complete {rule}.",
    )


def other_portal_returns(route: Route, hop: Destination) -> Cause:
    """What another portal gives back may be taken again."""
    return Cause(
        "two-portals",
        _subject(route),
        f"Whether {taker(route)} skips mail that comes back from {hop.text} is not known, because that belongs to another portal of "
        "the vendor, whose addresses are not known here.",
        f"Give each portal its own users, so that {taker(route)} does not meet the mail of the other one.",
    )


def content(rule: Rule, doubts: tuple[str, ...], what: str) -> Cause:
    """Something that is not known decides."""
    return Cause(
        "content-decides",
        rule.name,
        f"Whether {rule_name(rule)} {what} hangs on what cannot be known: {_list(doubts) or 'whether it applies'}.",
        f"Look at {rule_name(rule)}, and accept this finding by name if it is meant so.",
    )


def stops_return(rule: Rule, what: str, addresses: str) -> Cause:
    """A rule of somebody else ends what comes back."""
    return Cause(
        "foreign-rule-stops-return",
        rule.name,
        f"{_capital(rule_name(rule))} {what} that comes back from {addresses}, and that it lets pass when it first comes in.",
        f"Except the vendor's addresses in {rule_name(rule)}.",
    )


def own_rule(rule: Rule, what: str) -> Cause:
    """A rule does what it does without us, too."""
    return Cause(
        "own-rule-ends",
        rule.name,
        f"{_capital(rule_name(rule))} {what}, as before.",
        "Nothing is to be done.",
    )


def stops_before(rule: Rule, protect: Rule) -> Cause:
    """A rule above the protect rule keeps mail from it."""
    return Cause(
        "foreign-rule-stops-before",
        rule.name,
        f"{_capital(rule_name(rule))} stands above {rule_name(protect)} and stops or ends mail, which is then not inspected.",
        f"Place {rule_name(protect)} above {rule_name(rule)}, unless its mail is meant to pass.",
    )


def reroutes(rule: Rule, protect: Rule) -> Cause:
    """A rule sends protected mail elsewhere."""
    return Cause(
        "foreign-rule-reroutes",
        rule.name,
        f"{_capital(rule_name(rule))} routes mail of protected users to {quoted(rule.connector)}, before, instead of or besides "
        f"{rule_name(protect)}; which route wins is not documented.",
        "Order the two rules, and let the first stop the processing of rules.",
    )


# ---------------------------------------------------------------------------------------------------------- connectors


def missing(route: Route) -> Cause:
    """A rule routes to a connector that is not there."""
    connector = quoted(route.connector)
    return Cause(
        "connector-missing",
        route.connector,
        f"Mail is stranded: {taker(route)} routes to {connector}, which does not exist.",
        f"Create {connector} for mail-flow rules; until then switch {taker(route)} off.",
    )


def disabled(route: Route) -> Cause:
    """A rule routes to a connector that is off."""
    connector = quoted(route.connector)
    return Cause(
        "connector-disabled",
        route.connector,
        f"Mail is stranded: {taker(route)} routes to {connector}, which is switched off.",
        f"Enable {connector}; until then switch {taker(route)} off.",
    )


def not_for_rules(route: Route, connector: Outbound) -> Cause:
    """A rule routes to a connector that may not take its mail."""
    states = (
        (connector.enabled is None, "of which it is not known whether it is enabled"),
        (connector.by_rule is False, "which is not scoped to mail-flow rules"),
        (connector.by_rule is None, "of which it is not known whether it is scoped to mail-flow rules"),
        (connector.test_mode is True, "which is in test mode"),
        (connector.test_mode is None, "of which it is not known whether it is in test mode"),
    )
    found = " and ".join(text for holds, text in states if holds)
    return Cause(
        "connector-not-rule-scoped",
        connector.name,
        f"What becomes of mail is not known: {taker(route)} routes to {quoted(connector.name)}, {found}.",
        f"Enable {quoted(connector.name)}, scope it to mail-flow rules and take it out of test mode; until then switch {taker(route)} "
        "off.",
    )


def tls_mismatch(connector: Outbound) -> Cause:
    """The vendor's server may not have the certificate that is asked for."""
    hosts = ", ".join(sorted(connector.hosts))
    named = connector.tls == "domainvalidation"
    demand = (
        f"a certificate for {connector.tls_domain or 'a name that is not given'}"
        if named
        else "proofs (TLS settings, DANE)"
    )
    return Cause(
        "tls-name-mismatch",
        connector.name,
        f"{_capital(quoted(connector.name))} demands {demand}, which {hosts} may not have.",
        f"Correct tls_settings, tls_domain and smtp_dane_mode of {quoted(connector.name)}.",
    )


def unclear_hosts(connector: str) -> Cause:
    """Nothing can be said of where a connector delivers."""
    return Cause(
        "content-decides",
        connector,
        f"Where {quoted(connector)} delivers mail for recipients of the organization cannot be told from its hosts.",
        f"Correct the hosts of {quoted(connector)}, or accept this finding by name.",
    )


def unpaired(there: Destination, connector: str) -> Cause:
    """Nobody says from where a foreign product returns."""
    return Cause(
        "foreign-hop-unpaired",
        connector,
        f"Mail for recipients of the organization goes through {quoted(connector)} to {there.text}, and no inbound connector says "
        "from where it comes back.",
        f"Name the addresses or the certificate of {there.text} in an inbound connector.",
    )


def centralised(connector: Outbound) -> Cause:
    """Everything goes through premises."""
    return Cause(
        "centralised-mail-flow",
        connector.name,
        f"{_capital(quoted(connector.name))} sends everything through premises (centralised mail flow), from where it comes back "
        "with another address.",
        "Except the addresses of the premises in the protect rules, prove it with a pilot, and accept this finding by name.",
    )


def lock_down(connector: str, addresses: str, *, certain: bool, by_certificate: bool) -> Cause:
    """What comes back may not enter."""
    verb = "rejects" if certain else "may reject"
    by = "with its certificate" if by_certificate else "from its addresses"
    way = (
        f"Let {quoted(connector, 'inbound')} restrict by addresses, with {addresses} among them, instead of by certificate"
        if by_certificate
        else f"Add {addresses} to {quoted(connector, 'inbound')}"
    )
    return Cause(
        "return-rejected-by-lock-down" if certain else "return-lock-down-unclear",
        connector,
        f"{_capital(quoted(connector, 'inbound'))} {verb} mail that comes back from {addresses}, because it takes mail of these "
        f"senders only {by}.",
        f"{way}, or switch its restriction off.",
    )


def vendor_lock_down(connector: str) -> Cause:
    """The vendor's connector keeps the internet out."""
    return Cause(
        "vendor-lock-down",
        connector,
        f"{_capital(quoted(connector, 'inbound'))} is the vendor's, and rejects mail of the internet that does not come from the "
        "vendor.",
        f"Switch restrict_domains_to_ip_addresses and restrict_domains_to_certificate off on {quoted(connector, 'inbound')}.",
    )


def blocked(addresses: str) -> Cause:
    """The connection filter rejects the vendor."""
    return Cause(
        "vendor-address-blocked",
        "Default",
        f"The connection filter blocks {addresses}, from where mail comes back.",
        f"Take {addresses} off the block list of the connection filter.",
    )


def not_relayed(party: Party, addresses: str, *, certain: bool) -> Cause:
    """Outgoing mail cannot go on."""
    verb = "is" if certain else "may be"
    return Cause(
        "dlp-return-not-relayed",
        "",
        f"Mail to {party.written} that comes back from {addresses} {verb} refused (5.7.64), because no enabled inbound connector of "
        "type OnPremises certainly takes it from there.",
        f"Enable the vendor's DLP inbound connector, which Microsoft may have to do, and name {addresses} in it.",
    )


def needs_tls(connector: str, addresses: str) -> Cause:
    """The connection is not encrypted."""
    return Cause(
        "return-rejected-by-lock-down",
        connector,
        f"{_capital(quoted(connector, 'inbound'))} demands TLS of mail from {addresses}.",
        f"Switch require_tls off on {quoted(connector, 'inbound')}.",
    )


def unknown_recipient(party: Party) -> Cause:
    """Nobody knows who a recipient is."""
    return Cause(
        "recipient-unknown",
        party.written,
        f"What becomes of mail to {party.written} is not known, because the recipient could not be looked up.",
        f"Let the application look up recipients (Get-Recipient), or correct {party.written}.",
    )


def too_long(passes: int) -> Cause:
    """The message is on its way for too long."""
    return Cause(
        "content-decides",
        "",
        f"A message comes in {passes} times, and its way does not end.",
        "Simplify the rules that route mail.",
    )


def journal_own_domain(rule: str, address: str, what: str) -> Cause:
    """Reports may not go to the organization itself."""
    return Cause(
        "journal-unroutable",
        rule,
        f'Reports of the journal rule "{rule}" are stranded: the {what} {address} is in a domain of the organization.',
        f"Correct the {what}; it must lie outside of Exchange Online.",
    )


def journal_unroutable(rule: str, cause: Cause) -> Cause:
    """The way of the reports is not sure."""
    return Cause(
        "journal-unroutable", rule, f'Reports of the journal rule "{rule}": {cause.cause}', cause.remedy
    )


def _list(parts: tuple[str, ...]) -> str:
    return ", ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
