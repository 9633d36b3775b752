# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to say about a disposition or a tenant: what is wrong, where and with what effect; and what to do (section 10)."""

from __future__ import annotations

from collections.abc import Iterable

from .bifurcations import Route
from .mail_user import MailUser
from .message import Source
from .objects import Outbound, TransportRule
from .routing import Destination
from .trace import Cause, Trace

_UNKNOWN_ADDRESSES = Source("smtp").text


def rule_name(rule: TransportRule) -> str:
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
    if there.where == "hop":
        return _foreign_loop(route, there, addresses)
    if there.where == "portal":
        return two_portals(route, there)
    if route.rule is None:
        return _loop_by_domain(route, "the vendor", addresses, "loop-exception-missing")
    rule = rule_name(route.rule)
    again = f"to the vendor again that comes back from {addresses}, because it has no exception for these addresses"
    told = (
        f"Mail loops: {rule} sends mail {again}."
        if route.match
        else f"Mail may loop: {rule} may send mail {again}. Whether it does depends on what the check cannot know: "
        f"{_list(route.doubts)}."
    )
    return Cause(
        "loop-exception-missing",
        route.rule.name,
        told,
        f"Add {addresses} to the exceptions of {rule} (sender_ip_ranges), with all other addresses of the portal's region.",
    )


def _foreign_loop(route: Route, there: Destination, addresses: str) -> Cause:
    finding = "foreign-loop" if route.match else "foreign-loop-possible"
    if route.rule is None:
        return _loop_by_domain(route, there.text, addresses, finding)
    rule = rule_name(route.rule)
    again = f"to {there.text} that has already been there and comes in again from {addresses}"
    told = (
        f"Mail loops: {rule} sends mail {again}."
        if route.match
        else f"Mail may loop: {rule} may send mail {again}. Whether it does depends on what the check cannot know: "
        f"{_list(route.doubts)}."
    )
    change = f"except the header that {there.text} sets"
    if addresses != _UNKNOWN_ADDRESSES:
        change = f"add {addresses} to its exceptions (sender_ip_ranges)"
    otherwise = (
        "" if route.match else "; or accept this finding by name, if you know that the rule skips this mail"
    )
    return Cause(finding, route.rule.name, told, f"Change {rule}: {change}{otherwise}.")


def _loop_by_domain(route: Route, where: str, addresses: str, finding: str) -> Cause:
    """A connector sends by itself what has been there."""
    connector = quoted(route.connector)
    verb = "loops" if route.match else "may loop"
    return Cause(
        finding,
        route.connector,
        f"Mail {verb}: {connector} takes all mail for its recipient domains, so that mail which {where} gives back from {addresses} "
        "goes there again.",
        f"Let {where} deliver this mail instead of giving it back, or narrow the recipient_domains of {connector}.",
    )


def loop_through(route: Route, hop: Destination, addresses: str, trace: Trace | None) -> Cause:
    """What the vendor has returned goes to a foreign product, and from there to the vendor again.

    route: to the vendor; addresses: from where the product gives mail back.
    """
    sender = last_rule(trace)
    by = f'the mail-flow rule "{sender}"' if sender else "a connector"
    return Cause(
        "foreign-rule-reroutes",
        sender or _subject(route),
        f"Mail loops: {by} sends mail that the vendor has returned to {hop.text}; from there it comes in from {addresses}, and "
        f"{taker(route)} sends it to the vendor again.",
        f"Except the vendor's return addresses in {by}. Do not except {addresses} in {taker(route)} if mail of the internet comes in "
        "from there: it would no longer be inspected.",
    )


def last_rule(trace: Trace | None) -> str:
    """The rule that a message met last; "" for none."""
    names = [step.name for step in trace.steps() if step.at == "rule"] if trace else []
    return names[-1] if names else ""


def hidden_address(route: Route, connector: str, addresses: str) -> Cause:
    """Enhanced filtering lets the rules see another address."""
    name = quoted(connector, "inbound")
    return Cause(
        "enhanced-filtering",
        connector,
        f"Mail may loop: enhanced filtering on {name} skips {addresses}, from where the vendor returns mail, so that {taker(route)} may "
        "not see that this mail is excepted, and send it to the vendor again.",
        f"Switch enhanced filtering off on {name}, or let it skip only addresses that are not the vendor's (ef_skip_ips instead of "
        "ef_skip_last_ip).",
    )


def reversed_rule(rule: TransportRule) -> Cause:
    """A protect rule that is the wrong way round."""
    name = rule_name(rule)
    return Cause(
        "reversed-predicate",
        rule.name,
        f"{capital(name)} is the wrong way round: its conditions take mail that comes from the vendor, or that goes from inside to "
        "outside. Mail of the internet is not inspected, and what the vendor returns may be sent to it again.",
        f"Change the conditions of {name} to senders outside of the organization (from_scope) and recipients inside (sent_to_scope), "
        "and move the vendor's addresses or header to its exceptions.",
    )


def senders_for_recipients(rule: TransportRule, groups: Iterable[str]) -> Cause:
    """A rule for mail from outside asks for senders in groups of the organization."""
    name = rule_name(rule)
    return Cause(
        "reversed-predicate",
        rule.name,
        f"{capital(name)} inspects nothing: it takes mail from outside, but only of senders who are members of {', '.join(groups)}.",
        f"Replace the condition from_member_of of {name} by sent_to_member_of, so that it asks for the group of the recipient.",
    )


def hop_without_addresses(route: Route, hop: Destination) -> Cause:
    """Mail comes back from a foreign product, nobody says from which address."""
    return Cause(
        "content-decides",
        _subject(route),
        f"Mail may loop: after the vendor it goes to {hop.text} and comes back from addresses that no inbound connector names, so that "
        f"{taker(route)} may send it to the vendor again.",
        f"Except the vendor's addresses in the rule that sends mail to {hop.text}, or except a header that {hop.text} sets in "
        f"{taker(route)}.",
    )


def addresses_unknown(route: Route) -> Cause:
    """The region is not known."""
    return Cause(
        "return-addresses-unknown",
        _subject(route),
        f"Mail may loop: not all addresses from which the vendor returns mail are known, so that {taker(route)} may send it to the "
        "vendor again.",
        "Give the region of the portal, or all of its addresses (portal_ip_addresses).",
    )


def two_portals(route: Route, there: Destination) -> Cause:
    """Another portal of the vendor takes part."""
    rule = taker(route)
    return Cause(
        "two-portals",
        _subject(route),
        f"Mail {'loops' if route.match else 'may loop'}: {rule} sends mail again to {there.text}, which belongs to another portal of the vendor.",
        f"Remove {rule} if that portal is no longer used or if the host is a mistake. If both portals are meant, name the other one with its "
        f"region in portal_others, give each its own users, and except the addresses of both regions in {rule}.",
    )


def other_portal_returns(route: Route, hop: Destination) -> Cause:
    """What another portal gives back may be taken again."""
    return Cause(
        "two-portals",
        _subject(route),
        f"Mail may loop: {taker(route)} may take mail that comes back from {hop.text}, which belongs to another portal of the vendor "
        "with addresses that are not known here.",
        f"Name the other portal with its region in portal_others, and give each its own users, so that {taker(route)} does not meet mail "
        "of the other one.",
    )


def content(rule: TransportRule, doubts: tuple[str, ...], what: str) -> Cause:
    """Something that is not known decides."""
    return Cause(
        "content-decides",
        rule.name,
        f"It is not proved where mail goes: whether {rule_name(rule)} {what} depends on what the check cannot know: "
        f"{_list(doubts) or 'whether the rule applies'}.",
        f"Look at {rule_name(rule)}. If it does what you want, accept this finding by name.",
    )


def stops_return(rule: TransportRule, what: str, addresses: str, *, certain: bool = True) -> Cause:
    """A rule of somebody else ends what comes back."""
    name = rule_name(rule)
    return Cause(
        "foreign-rule-stops-return",
        rule.name,
        f"Mail {'is' if certain else 'may be'} lost: {name} {what.rstrip(',')} that comes back from {addresses}, and that it lets "
        "pass when it first comes in.",
        f"Add {addresses} to the exceptions of {name} (sender_ip_ranges).",
    )


def own_rule(rule: TransportRule, what: str) -> Cause:
    """A rule does what it does without the vendor, too."""
    return Cause(
        "own-rule-ends",
        rule.name,
        f"{capital(rule_name(rule))} {what.rstrip(',')}, as it does without the vendor.",
        "Nothing is to be done.",
    )


def stops_before(rule: TransportRule, protect: TransportRule) -> Cause:
    """A rule above the protect rule keeps mail from it."""
    name = rule_name(rule)
    return Cause(
        "foreign-rule-stops-before",
        rule.name,
        f"{capital(name)} stands above {rule_name(protect)} and stops the rules for mail that it takes, or ends it; that mail is not "
        "inspected by the vendor.",
        f"Leave it so if this mail is meant to pass uninspected; otherwise move {rule_name(protect)} above {name}.",
    )


def reroutes(rule: TransportRule, protect: TransportRule) -> Cause:
    """A rule sends protected mail elsewhere."""
    name, protecting, there = rule_name(rule), rule_name(protect), quoted(rule.connector)
    if rule.stops:
        return Cause(
            "foreign-rule-reroutes",
            rule.name,
            f"{capital(name)} sends mail through {there} and stops the rules, so that {protecting} sees this mail only when it comes back.",
            f"Leave it so if the vendor is to see this mail after {there}; otherwise move {protecting} above {name}.",
        )
    return Cause(
        "foreign-rule-reroutes",
        rule.name,
        f"{capital(name)} routes mail to {there}, and {protecting} routes the same mail to the vendor; which of both happens is not "
        "documented, so that mail may go uninspected.",
        "Let that of the two rules that is to act first stop the rules after it (stop_rule_processing), and place it above the other.",
    )


# ---------------------------------------------------------------------------------------------------------- connectors


def missing(route: Route) -> Cause:
    """A rule routes to a connector that is not there."""
    connector = quoted(route.connector)
    return Cause(
        "connector-missing",
        route.connector,
        f"Mail is lost: {taker(route)} routes it to {connector}, which does not exist.",
        f"Create {connector} for mail-flow rules; until then switch {taker(route)} off.",
    )


def disabled(route: Route) -> Cause:
    """A rule routes to a connector that is off."""
    connector = quoted(route.connector)
    return Cause(
        "connector-disabled",
        route.connector,
        f"Mail is lost: {taker(route)} routes it to {connector}, which is switched off.",
        f"Enable {connector}; until then switch {taker(route)} off.",
    )


def not_for_rules(route: Route, connector: Outbound) -> Cause:
    """A rule routes to a connector that may not take its mail."""
    states = (
        (connector.enabled is None, "may be switched off", "enable it"),
        (connector.by_rule is False, "is not meant for mail-flow rules", "scope it to mail-flow rules"),
        (connector.by_rule is None, "may not be meant for mail-flow rules", "scope it to mail-flow rules"),
        (connector.test_mode is True, "is in test mode", "take it out of test mode"),
        (connector.test_mode is None, "may be in test mode", "take it out of test mode"),
    )
    found = [(state, change) for holds, state, change in states if holds]
    name = quoted(connector.name)
    return Cause(
        "connector-not-rule-scoped",
        connector.name,
        f"Mail may be lost: {taker(route)} routes it to {name}, which {' and '.join(state for state, _way in found)}.",
        f"Change {name}: {' and '.join(change for _state, change in found)}. Until then switch {taker(route)} off.",
    )


def tls_mismatch(connector: Outbound, *, certain: bool = False) -> Cause:
    """The vendor's server may not have the certificate that is asked for."""
    hosts = ", ".join(sorted(connector.hosts))
    named = connector.tls == "domainvalidation"
    demand = (
        f"a certificate for {connector.tls_domain or 'a name that is not given'}"
        if named
        else "more of the other server than a certificate (tls_settings, smtp_dane_mode)"
    )
    return Cause(
        "tls-name-mismatch",
        connector.name,
        f"Mail {'is held up' if certain else 'may not leave'}: {quoted(connector.name)} demands {demand}, which {hosts} "
        f"{'does' if certain else 'may'} not have.",
        f"Correct tls_settings, tls_domain and smtp_dane_mode of {quoted(connector.name)}; EncryptionOnly without a domain is enough.",
    )


def wrong_host(route: Route, there: Destination, portal: str) -> Cause:
    """A slip in the smart host: mail of this portal goes to another one, which does not take it."""
    connector = quoted(route.connector)
    return Cause(
        "wrong-smart-host",
        route.connector,
        f"Mail is held up: {connector} delivers to {there.text}, which is not the host of the portal {portal} whose name the header has.",
        f"Correct smart_hosts of {connector}; until then switch {taker(route)} off.",
    )


def unclear_hosts(connector: str) -> Cause:
    """Nothing can be said of where a connector delivers."""
    name = quoted(connector)
    return Cause(
        "content-decides",
        connector,
        f"It is not proved where mail goes: {name} gets mail for recipients of the organization, and its smart hosts, or the MX that "
        "it uses, do not say who takes it.",
        f"Correct smart_hosts and use_mx_record of {name}, or accept this finding by name if its mail arrives.",
    )


def unpaired(there: Destination, connector: str) -> Cause:
    """Nobody says from where a foreign product returns."""
    return Cause(
        "foreign-hop-unpaired",
        connector,
        f"It is not proved that mail arrives: mail for recipients of the organization goes through {quoted(connector)} to {there.text}, "
        "and no inbound connector says from where it comes back.",
        f"Name the addresses or the certificate of {there.text} in an inbound connector.",
    )


def centralised(connector: Outbound) -> Cause:
    """Everything goes through premises."""
    return Cause(
        "centralised-mail-flow",
        connector.name,
        f"It is not proved that mail arrives: {quoted(connector.name)} sends all mail through servers on premises first (centralised mail "
        "flow). It comes back from their addresses, so that the vendor may get it twice.",
        "Except the addresses of these servers in the protect rules, try it with a few pilot users, and accept this finding by name.",
    )


def lock_down(connector: str, addresses: str, *, certain: bool, by_certificate: bool) -> Cause:
    """What comes back may not enter."""
    name = quoted(connector, "inbound")
    verb = "is lost" if certain else "may be lost"
    by = "from servers with its certificate" if by_certificate else "from its own addresses"
    change = (
        f"Let {name} restrict by addresses, with {addresses} among them, instead of by certificate"
        if by_certificate
        else f"Add {addresses} to sender_ip_addresses of {name}"
    )
    return Cause(
        "return-rejected-by-lock-down" if certain else "return-lock-down-unclear",
        connector,
        f"Mail {verb}: {name} {'rejects' if certain else 'may reject'} mail that comes back from {addresses}, because it lets mail of "
        f"these senders in only {by}.",
        f"{change}. If its gateway is no longer used, disable the connector.",
    )


def vendor_lock_down(connector: str) -> Cause:
    """The vendor's connector keeps the internet out."""
    name = quoted(connector, "inbound")
    return Cause(
        "vendor-lock-down",
        connector,
        f"Mail is lost: {name} is the vendor's, and rejects all mail of the internet that does not come from the vendor.",
        f"Switch restrict_domains_to_ip_addresses and restrict_domains_to_certificate off on {name}.",
    )


def blocked(addresses: str) -> Cause:
    """The connection filter rejects the vendor."""
    return Cause(
        "vendor-address-blocked",
        "Default",
        f"Mail is lost: the connection filter blocks {addresses}, from where mail comes back.",
        f"Take {addresses} off the block list of the connection filter (ip_block_list).",
    )


def not_relayed(user: MailUser, addresses: str, *, certain: bool, connectors: Iterable[str] = ()) -> Cause:
    """Outgoing mail cannot go on. connectors: that name the addresses and do not help, because of their type or state."""
    to = "the internet" if user.generic or user.group else user.written
    named = [quoted(name, "inbound") for name in connectors]
    which = " and ".join(named) or "the vendor's inbound connector for outgoing mail"
    return Cause(
        "dlp-return-not-relayed",
        "",
        f"Mail to {to} {'is' if certain else 'may be'} lost: it comes back from {addresses} and is refused there (5.7.64), because no "
        "enabled inbound connector of type OnPremises certainly takes it.",
        f"Give {which} the type OnPremises and the addresses {addresses}, and enable it. If it cannot be enabled, Microsoft's support "
        "has to do that.",
    )


def needs_tls(connector: str, addresses: str) -> Cause:
    """The connection is not encrypted."""
    name = quoted(connector, "inbound")
    return Cause(
        "return-rejected-by-lock-down",
        connector,
        f"Mail may be lost: {name} demands TLS of mail from {addresses}, which may come without.",
        f"Switch require_tls off on {name}.",
    )


def unknown_recipient(user: MailUser) -> Cause:
    """Nobody knows who a recipient is."""
    return Cause(
        "recipient-unknown",
        user.written,
        f"It is not proved that mail to {user.written} arrives: the recipient could not be looked up.",
        f"Correct {user.written} where a rule names it, or let the application look recipients up (Get-Recipient).",
    )


def too_long(passes: int) -> Cause:
    """The message was still under way after too many entries."""
    return Cause(
        "content-decides",
        "",
        f"It is not proved that mail arrives: a message came in {passes} times, and was still on its way.",
        "Simplify the rules that route mail.",
    )


def null_sender(rule: str) -> Cause:
    """Mail without an envelope sender is not relayed. rule: that sends it to the vendor, "" when it is not known."""
    name = f'the mail-flow rule "{rule}"' if rule else "the rule for outgoing mail"
    return Cause(
        "null-sender-return",
        rule,
        "Absence notices to the internet may be lost: they have no envelope sender, by which what the vendor returns is known as "
        "mail of the organization.",
        f"Except absence notices in {name} (message_type_matches: OOF).",
    )


def journal_own_domain(rule: str, address: str, what: str) -> Cause:
    """Reports may not go to the organization itself."""
    return Cause(
        "journal-unroutable",
        rule,
        f'Reports of the journal rule "{rule}" cannot be delivered: the {what} {address} is in a domain of the organization.',
        f"Set another {what}, outside of Exchange Online.",
    )


def journal_unroutable(rule: str, cause: Cause) -> Cause:
    """Whether the reports arrive is not sure."""
    remedy = cause.remedy
    if cause.finding == "centralised-mail-flow":
        remedy = "Let the servers on premises pass these reports on, try whether they arrive, and accept this finding by name."
    return Cause(
        "journal-unroutable",
        rule,
        f'Reports of the journal rule "{rule}" may not reach their address. {cause.cause}',
        remedy,
    )


def _list(parts: tuple[str, ...]) -> str:
    return ", ".join(parts)


def capital(text: str) -> str:
    """A sentence that begins as one."""
    return text[:1].upper() + text[1:]
