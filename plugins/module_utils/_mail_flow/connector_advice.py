# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to say of connectors, the connection filter and recipients because of which mail does not arrive, and the edits that may help.

A cause names the object and the field that decides. No edit is said before it is proved: see remedies.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.edit import (
    FILTER,
    INBOUND,
    OUTBOUND,
    RULES,
    Edit,
    Edits,
    adding,
    off,
    set_part,
    set_to,
)
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import Inbound, Outbound, TransportRule
from .._mail_flow_objects.regions import addresses_of_all_regions
from .._schema.ip_ranges import overlapping, uncovered
from .bifurcations import Route
from .phrases import capital, quoted, returning, rule_name
from .trace import Cause

# ------------------------------------------------------------------------------------------------------------ outbound


def missing(route: Route, hosts: Sequence[str] = ()) -> Cause:
    """A rule routes to a connector that is not there. hosts: of the vendor, where the connector is to lead there."""
    connector = quoted(route.connector)
    settings = (
        ("enabled", True),
        ("connector_type", "Partner"),
        ("use_mx_record", False),
        ("smart_hosts", tuple(hosts)),
        ("tls_settings", "EncryptionOnly"),
        ("is_transport_rule_scoped", True),
        # Said, because nothing can be proved of a connector of which they are not known.
        ("test_mode", False),
        ("smtp_dane_mode", "Opportunistic"),
        ("route_all_messages_via_on_premises", False),
    )
    created: tuple[Edits, ...] = (
        ((Edit(OUTBOUND, route.connector, "", "create", settings),),) if hosts else ()
    )
    ask = "" if hosts else f"Ask who keeps {route.taker} where its mail is to go."
    return Cause(
        "connector-missing",
        route.connector,
        f"Mail is lost: {route.taker} routes it to {connector}, which does not exist.",
        "",
        (*created, *_rule_off(route)),
        ask,
    )


def disabled(route: Route) -> Cause:
    """A rule routes to a connector that is off."""
    connector = quoted(route.connector)
    return Cause(
        "connector-disabled",
        route.connector,
        f"Mail is lost: {route.taker} routes it to {connector}, which is switched off.",
        "",
        (set_to(OUTBOUND, route.connector, enabled=True), *_rule_off(route)),
    )


def _rule_off(route: Route) -> tuple[Edits, ...]:
    foreign = route.rule is not None and not route.rule.vendor_managed
    return (off(RULES, route.subject),) if foreign else ()


def not_for_rules(route: Route, connector: Outbound) -> Cause:
    """A rule routes to a connector that may not take its mail."""
    states = (
        (connector.enabled is None, "may be switched off", {"enabled": True}),
        (connector.by_rule is False, "is not meant for mail-flow rules", {"is_transport_rule_scoped": True}),
        (
            connector.by_rule is None,
            "may not be meant for mail-flow rules",
            {"is_transport_rule_scoped": True},
        ),
        (connector.test_mode is True, "is in test mode", {"test_mode": False}),
        (connector.test_mode is None, "may be in test mode", {"test_mode": False}),
    )
    found = [(state, change) for holds, state, change in states if holds]
    settings = {name: value for _state, change in found for name, value in change.items()}
    return Cause(
        "connector-not-rule-scoped",
        connector.name,
        f"Mail may be lost: {route.taker} routes it to {quoted(connector.name)}, which {' and '.join(state for state, _way in found)}.",
        "",
        (set_to(OUTBOUND, connector.name, **settings), *_rule_off(route)),
    )


def tls_mismatch(connector: Outbound, *, certain: bool = False) -> Cause:
    """The vendor's server has not, or may not have, the certificate that is asked for."""
    hosts = ", ".join(sorted(connector.hosts))
    named = connector.tls == "domainvalidation"
    demand = (
        f"a certificate for {connector.tls_domain or 'a name that is not given'} (tls_domain)"
        if named
        else "more of the other server than a certificate (tls_settings, smtp_dane_mode)"
    )
    dane = {"smtp_dane_mode": "Opportunistic"} if connector.dane in (None, "mandatory") else {}
    plain = {"tls_settings": "EncryptionOnly", **({"tls_domain": None} if connector.tls_domain else {})}
    settings = {
        **({} if connector.tls in ("", "none", "encryptiononly", "certificatevalidation") else plain),
        **dane,
    }
    return Cause(
        "tls-name-mismatch",
        connector.name,
        f"Mail {'is' if certain else 'may be'} held up and then lost: {quoted(connector.name)} demands {demand}, which {hosts} "
        f"{'does not' if certain else 'may not'} have.",
        "",
        (set_to(OUTBOUND, connector.name, **settings),),
    )


def wrong_host(route: Route, there: Destination, portal: str, hosts: Sequence[str]) -> Cause:
    """A slip in the smart host: mail of this portal goes to another one, which does not take it. hosts: where it belongs."""
    return Cause(
        "wrong-smart-host",
        route.connector,
        f"Mail is held up and then lost: {quoted(route.connector)} delivers to {there.text} (smart_hosts), which is not the host of the "
        f"portal {portal} whose name the header has.",
        "",
        (set_to(OUTBOUND, route.connector, smart_hosts=tuple(hosts)),) if hosts else (),
        "Ask the vendor for the host of the portal, and carry out the inline phase with the right portal_name.",
    )


def unclear_hosts(connector: str) -> Cause:
    """Nothing can be said of where a connector delivers."""
    name = quoted(connector)
    return Cause(
        "content-decides",
        connector,
        f"It is not proved where mail goes: {name} gets mail for recipients of the organization, and its smart_hosts, or the MX that "
        "it uses, do not say who takes it.",
        f"Ask who keeps {name} where its mail goes; accept this finding if it arrives.",
    )


def unpaired(there: Destination, connector: str) -> Cause:
    """Nobody says from where a foreign product returns."""
    return Cause(
        "foreign-hop-unpaired",
        connector,
        f"It is not proved that mail arrives: mail for recipients of the organization goes through {quoted(connector)} to {there.text}, "
        "and no inbound connector says from where it comes back.",
        f"Ask who runs {there.text} from which addresses, or with which certificate, it sends mail back, and name these in an inbound "
        "connector.",
    )


def centralised(connector: Outbound) -> Cause:
    """Everything goes through premises."""
    return Cause(
        "centralised-mail-flow",
        connector.name,
        f"It is not proved that mail arrives: {quoted(connector.name)} sends all mail through servers on premises first "
        "(route_all_messages_via_on_premises). It comes back from their addresses.",
        "Ask who runs these servers from which addresses they send mail back, and try it with a few pilot users. Accepting this finding "
        "means: every protected message may be scanned twice, or loop.",
    )


# ------------------------------------------------------------------------------------------------------------- inbound


def hidden_address(route: Route, connector: str, addresses: str) -> Cause:
    """Enhanced filtering lets the rules see another address."""
    name = quoted(connector, "inbound")
    return Cause(
        "enhanced-filtering",
        connector,
        f"Mail may loop: enhanced filtering on {name} skips {addresses}, from where the vendor returns mail, so that {route.taker} may "
        "not see that this mail is excepted, and send it to the vendor again.",
        "",
        (
            set_to(INBOUND, connector, ef_skip_last_ip=False),
            set_to(INBOUND, connector, ef_skip_ips=()),
            set_to(INBOUND, connector, ef_skip_last_ip=False, ef_skip_ips=()),
        ),
    )


def lock_down(
    connector: Inbound, addresses: str, guard: Sequence[str] = (), *, rejects: bool, certain: bool
) -> Cause:
    """What comes back may not enter. rejects: the connector certainly does not take it; certain: nothing else is in doubt."""
    name, by_certificate = quoted(connector.name, "inbound"), connector.restricts_certificate is not False
    own = tuple(span.text for span in connector.addresses.spans)
    lacking = tuple(uncovered(returning(addresses, guard), own))
    by = (
        "servers with its certificate (restrict_domains_to_certificate)"
        if by_certificate
        else "its own addresses (sender_ip_addresses)"
    )
    open_it = set_to(INBOUND, connector.name, restrict_domains_to_certificate=False)
    locked = set_to(
        INBOUND, connector.name, restrict_domains_to_certificate=False, restrict_domains_to_ip_addresses=True
    )
    added = adding(INBOUND, connector.name, "sender_ip_addresses", lacking) if lacking else ()
    edits: tuple[Edits, ...] = (added,) if added else ()
    ask = ""
    if by_certificate:
        # Without its own addresses a lock-down by addresses would shut the gateway out.
        edits = (((*added, *locked),) if own else ()) + (open_it,)
        ask = "" if own else _restricting_otherwise(", ".join(lacking) or addresses)
    verb = "is" if certain and rejects else "may be"
    return Cause(
        "return-rejected-by-lock-down" if rejects else "return-lock-down-unclear",
        connector.name,
        f"Mail {verb} {'lost' if certain and rejects else 'rejected'}: {name} lets in {_whose(connector)} only from {by}, and it comes back "
        f"from {addresses}.",
        ask,
        (*edits, off(INBOUND, connector.name)),
    )


def _whose(connector: Inbound) -> str:
    """The mail that a restriction concerns, for people."""
    return "mail of the internet" if connector.for_everyone else f"mail from {', '.join(connector.domains)}"


def _restricting_otherwise(addresses: str) -> str:
    return (
        "To keep others out, ask who runs its gateway from which addresses it sends, and restrict by these addresses instead of by "
        f"certificate, with {addresses} among them."
    )


def vendor_lock_down(item: Inbound, *, certain: bool) -> Cause:
    """The vendor's connector keeps the internet out, or may."""
    connector, name = item.name, quoted(item.name, "inbound")
    lost, rejects = ("is lost", "rejects") if certain else ("may be lost", "may reject")
    return Cause(
        "vendor-lock-down",
        connector,
        f"Mail {lost}: {name} is the vendor's, and {rejects} all {_whose(item)} that does not come from the vendor "
        "(restrict_domains_to_ip_addresses, restrict_domains_to_certificate).",
        "",
        (
            set_to(INBOUND, connector, restrict_domains_to_ip_addresses=False),
            set_to(INBOUND, connector, restrict_domains_to_certificate=False),
            set_to(
                INBOUND,
                connector,
                restrict_domains_to_ip_addresses=False,
                restrict_domains_to_certificate=False,
            ),
        ),
    )


def blocked(addresses: str, entries: Iterable[str] = (), *, certain: bool) -> Cause:
    """The connection filter rejects the vendor, or may. entries: of its block list."""
    listed = tuple(overlapping(entries, addresses.split(", ")))
    told = (
        f"Mail is lost: the connection filter blocks {addresses} (ip_block_list), from where mail comes back."
        if certain
        else f"Mail may be lost: it is not known whether the connection filter blocks {addresses} (ip_block_list), from where mail comes back."
    )
    return Cause(
        "vendor-address-blocked",
        "Default",
        told,
        "",
        ((Edit(FILTER, "", "ip_block_list", "take", listed),),) if listed else (),
    )


def not_relayed(
    user: MailUser,
    addresses: str,
    guard: Sequence[str] = (),
    *,
    certain: bool,
    connectors: Iterable[Inbound] = (),
    relays: Iterable[Inbound] = (),
    sent_by: TransportRule | None = None,
    through: str = "",
) -> Cause:
    """Outgoing mail cannot go on.

    connectors: that name the addresses and do not help, because of their type or state. relays: through which it could come back.
    sent_by: the rule that sent it to the vendor; through: the outbound connector that did so for its domains, without a rule.
    """
    to = "the internet" if user.generic or user.group else user.written
    verb = "is" if certain else "may be"
    if through:
        return Cause(
            "dlp-return-not-relayed",
            through,
            f"Mail to {to} {verb} lost: {quoted(through)} takes it to the vendor's host for incoming mail without any rule "
            f"(is_transport_rule_scoped), and it is refused when it comes back from {addresses} (5.7.64).",
            "",
            (set_to(OUTBOUND, through, is_transport_rule_scoped=True),),
        )
    relays, named = list(relays), list(connectors)
    which = "".join(quoted(item.name, "inbound") for item in named[:1])
    told = (
        f"{which} is disabled or not of type OnPremises (enabled, connector_type)"
        if named
        else "no enabled inbound connector of type OnPremises takes it"
    )
    inside = (
        (set_part(sent_by.name, "conditions", sent_to_scope="InOrganization"),)
        if sent_by and not sent_by.conditions.get("sent_to_scope")
        else ()
    )
    single = sent_by and sent_by.vendor_managed and not user.generic and not user.group
    spared = (
        (adding(RULES, sent_by.name, "exceptions.sent_to", [user.written]),) if sent_by and single else ()
    )
    idle = any(item.enabled is not True for item in named)
    foreign = sent_by is not None and not sent_by.vendor_managed
    return Cause(
        "dlp-return-not-relayed",
        sent_by.name if sent_by and foreign else "",
        f"Mail to {to} {verb} lost: {'' if sent_by is None else rule_name(sent_by) + ' sends it to the vendor, and '}it is refused when "
        f"it comes back from {addresses} (5.7.64), because {told}.",
        "If it cannot be enabled, ask Microsoft's support." if idle else "",
        (*inside, *spared, *filter(None, (_relaying(item, returning(addresses, guard)) for item in relays))),
        _whom_to_ask(user, sent_by, outgoing=bool(guard) and not uncovered(addresses.split(", "), guard)),
    )


def _whom_to_ask(user: MailUser, sent_by: TransportRule | None, *, outgoing: bool) -> str:
    if sent_by and not outgoing and not user.generic and not user.group:
        return f"Ask who keeps the scope of {rule_name(sent_by)} to take {user.written} out of it."
    if sent_by and not sent_by.vendor_managed:
        return (
            f"Change or remove {rule_name(sent_by)}, or keep the integration's connector for outgoing mail."
        )
    return "Carry out the outbound phase, which creates the connector for outgoing mail."


def _relaying(connector: Inbound, addresses: Sequence[str]) -> Edits:
    """A connector made fit to take outgoing mail back."""
    own = [span.text for span in connector.addresses.spans]
    lacking = uncovered(addresses, own)
    # Those of another region are of no use here, and would count as somebody else's beside the right ones.
    stale = (
        bool(lacking) and not overlapping(own, addresses) and not uncovered(own, addresses_of_all_regions())
    )
    if stale:
        return set_to(INBOUND, connector.name, sender_ip_addresses=tuple(addresses))
    return (
        *(
            set_to(INBOUND, connector.name, connector_type="OnPremises")
            if connector.on_premises is not True
            else ()
        ),
        *(adding(INBOUND, connector.name, "sender_ip_addresses", lacking) if lacking else ()),
        *(set_to(INBOUND, connector.name, enabled=True) if connector.enabled is not True else ()),
    )


def unrecognized(lacking: Sequence[str], candidates: Iterable[Inbound]) -> Cause:
    """No enabled inbound connector names the addresses from which the vendor returns mail. candidates: the vendor's connectors."""
    edits = [
        (
            *(set_to(INBOUND, item.name, enabled=True) if item.enabled is not True else ()),
            *(set_to(INBOUND, item.name, sender_domains=("*",)) if not item.for_everyone else ()),
            *(
                adding(INBOUND, item.name, "sender_ip_addresses", missing_there)
                if (missing_there := uncovered(lacking, [span.text for span in item.addresses.spans]))
                else ()
            ),
        )
        for item in candidates
    ]
    return Cause(
        "return-not-recognized",
        "",
        f"Mail that the vendor returns from {', '.join(lacking)} counts as any mail of the internet, and may be taken for spam or be "
        "slowed down: no enabled inbound connector names these addresses for every sender (sender_ip_addresses, sender_domains).",
        "" if edits else "Carry out the monitor phase, which creates the vendor's inbound connector.",
        tuple(item for item in edits if item),
    )


def shared_addresses(connector: Inbound, shared: Sequence[str]) -> Cause:
    """9.18."""
    return Cause(
        "shared-address-attribution",
        connector.name,
        f"{capital(quoted(connector.name, 'inbound'))} is of type OnPremises and names {', '.join(shared)}. From there the vendor also "
        "delivers to its other customers; mail of this organization to them may be taken for outgoing mail of this tenant.",
        "If outgoing mail comes back through it, leave it so.",
        (set_to(INBOUND, connector.name, connector_type="Partner"),),
    )


def shared_on_premises(connector: str) -> Cause:
    """Microsoft may end connectors of this kind."""
    return Cause(
        "shared-address-onpremises",
        connector,
        f"{capital(quoted(connector, 'inbound'))} recognizes outgoing mail by addresses that other customers of the vendor share; "
        "Microsoft has announced that such connectors may stop working without notice (MC1226222).",
        "Watch outgoing mail, and ask the vendor for a certificate to name in this connector.",
    )


# ---------------------------------------------------------------------------------------------------------- recipients


def unknown_recipient(user: MailUser) -> Cause:
    """Nobody knows who a recipient is."""
    return Cause(
        "recipient-unknown",
        user.written,
        f"It is not proved that mail to {user.written} arrives: the recipient could not be looked up.",
        f"Correct {user.written} where a rule names it, or let the application look recipients up (Get-Recipient).",
    )


# ------------------------------------------------------------------------------------------------------------- reports


def journal_own_domain(rule: str, address: str) -> Cause:
    """Reports may not go to the organization itself."""
    return Cause(
        "journal-unroutable",
        rule,
        f'Reports of the journal rule "{rule}" cannot be delivered: its journal_email_address {address} is in a domain of the '
        "organization.",
        "Ask the vendor for the address that takes the reports, and set that one.",
    )


def journal_unroutable(rule: str, cause: Cause) -> Cause:
    """Whether the reports arrive is not sure."""
    remedy = cause.remedy
    if cause.finding == "centralised-mail-flow":
        remedy = "Ask who runs the servers on premises to pass these reports on; accepting this finding means that monitoring may see nothing."
    return replace(
        cause,
        finding="journal-unroutable",
        subject=rule,
        cause=f'Reports of the journal rule "{rule}" may not reach their address. {cause.cause}',
        remedy=remedy,
    )


def undeliverable_reports(address: str) -> Cause:
    """Undeliverable reports have nowhere to go. address: a mailbox of the organization, or "" for none."""
    why = f"{address} is in a domain of the organization" if address else "no address is set for them"
    return Cause(
        "journal-undeliverable-recipient",
        "",
        f"Journal reports that cannot be delivered have nowhere to go (journaling_report_ndr_to): {why}. All other reports and all mail "
        "arrive.",
        "Ask the vendor for the address that takes them, which is outside of Exchange Online, and set that one.",
    )
