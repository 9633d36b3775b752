# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to say of rules that make mail loop, keep it from the vendor or end it, and the edits that may help (section 10).

A cause names the object and the field that decides. No edit is said before it is proved: see remedies.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.edit import OUTBOUND, RULES, Edits, above, excepting, off, set_part, set_to
from .._mail_flow_objects.objects import TransportRule
from .._mail_flow_objects.rows import texts
from .._schema.ip_ranges import uncovered
from .bifurcations import Route
from .phrases import capital, quoted, returning, rule_name
from .trace import Cause, Trace, last

_RANGES = "sender_ip_ranges"


def _passing(rule: TransportRule, addresses: str, guard: Sequence[str]) -> tuple[Edits, ...]:
    """The rule with exceptions for what comes back."""
    lacking = uncovered(returning(addresses, guard), texts(rule.exceptions, _RANGES))
    return (excepting(rule.name, lacking),) if lacking else ()


# --------------------------------------------------------------------------------------------------------------- loops


def loop(
    route: Route, there: Destination, addresses: str, guard: Sequence[str] = (), marks: Sequence[Edits] = ()
) -> Cause:
    """A message goes where it came from, because a rule takes it again. marks: the header of a known product as exception."""
    if there.where == "hop":
        return _foreign_loop(route, there, addresses, guard, marks)
    if there.where == "portal":
        return two_portals(route, there)
    if route.rule is None:
        return _loop_by_domain(route, "the vendor", addresses, "loop-exception-missing")
    rule = route.rule
    lacks = f"the exceptions of {rule_name(rule)} (sender_ip_ranges) lack these addresses"
    told = (
        f"Mail loops: it comes back from {addresses}, and {lacks}, so that it goes to the vendor again."
        if route.match
        else f"Mail may loop: it comes back from {addresses}, and {lacks}, so that it may go to the vendor again. "
        f"That depends on what the check cannot know: {_list(route.doubts)}."
    )
    older = () if rule.vendor_managed else (off(RULES, rule.name),)
    ask = (
        "Ask who keeps the other rules that send this mail to the vendor to leave these people out."
        if rule.vendor_managed
        else f"Ask who keeps {rule_name(rule)} to except these addresses."
    )
    return Cause(
        "loop-exception-missing", rule.name, told, "", (*_passing(rule, addresses, guard), *older), ask
    )


def _foreign_loop(
    route: Route, there: Destination, addresses: str, guard: Sequence[str], marks: Sequence[Edits]
) -> Cause:
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
    ask = f"Ask who runs {there.text} which header it sets, and except it"
    otherwise = "" if route.match else "; or accept this finding, if the rule skips this mail"
    edits = (*_passing(route.rule, addresses, guard), *marks)
    return Cause(finding, route.rule.name, told, "", edits, f"{ask}{otherwise}.")


def _loop_by_domain(route: Route, where: str, addresses: str, finding: str) -> Cause:
    """A connector sends by itself what has been there."""
    connector = quoted(route.connector)
    verb = "loops" if route.match else "may loop"
    return Cause(
        finding,
        route.connector,
        f"Mail {verb}: {connector} takes all mail for its recipient_domains, so that mail which {where} gives back from {addresses} "
        "goes there again.",
        "",
        (set_to(OUTBOUND, route.connector, is_transport_rule_scoped=True),),
        f"Ask who runs {where} to deliver this mail instead of giving it back.",
    )


def loop_through(
    route: Route, hop: Destination, addresses: str, trace: Trace | None, guard: Sequence[str] = ()
) -> Cause:
    """What the vendor has returned goes to a foreign product, and from there to the vendor again.

    route: to the vendor; addresses: from where the product gives mail back.
    """
    sender = last(trace, "rule")
    by = f'the mail-flow rule "{sender}"' if sender else "a connector"
    return Cause(
        "foreign-rule-reroutes",
        sender or route.subject,
        f"Mail loops: {by} sends mail that the vendor has returned to {hop.text}; from there it comes in from {addresses}, and "
        f"{route.taker} sends it to the vendor again.",
        "",
        (excepting(sender, guard),) if sender and guard else (),
    )


def reversed_rule(rule: TransportRule, guard: Sequence[str] = ()) -> Cause:
    """A protect rule that is the wrong way round."""
    name = rule_name(rule)
    gone = [part for part in (_RANGES, *_HEADER_CONDITIONS) if rule.conditions.get(part)]
    lacking = uncovered(guard, texts(rule.exceptions, _RANGES))
    turned = (
        *set_part(rule.name, "conditions", **dict.fromkeys(gone)),
        *(
            edit
            for part, wanted in (("from_scope", "NotInOrganization"), ("sent_to_scope", "InOrganization"))
            if rule.conditions.get(part) != wanted
            for edit in set_part(rule.name, "conditions", **{part: wanted})
        ),
        *(excepting(rule.name, lacking) if lacking else ()),
    )
    return Cause(
        "reversed-predicate",
        rule.name,
        f"{capital(name)} is the wrong way round: its conditions take mail that comes from the vendor, or that goes from inside to "
        "outside. Mail of the internet is not inspected, and what the vendor returns may be sent to it again.",
        "",
        (turned,),
    )


_HEADER_CONDITIONS = (
    "header_contains_message_header",
    "header_contains_words",
    "header_matches_message_header",
    "header_matches_patterns",
)


def senders_for_recipients(rule: TransportRule, groups: Iterable[str]) -> Cause:
    """A rule for mail from outside asks for senders in groups of the organization."""
    name, wanted = rule_name(rule), tuple(groups)
    asked = tuple(dict.fromkeys([*texts(rule.conditions, "sent_to_member_of"), *wanted]))
    return Cause(
        "reversed-predicate",
        rule.name,
        f"{capital(name)} inspects nothing: it takes mail from outside, but only of senders who are members of {', '.join(wanted)} "
        "(from_member_of).",
        "",
        (set_part(rule.name, "conditions", from_member_of=None, sent_to_member_of=asked),),
    )


def hop_without_addresses(
    route: Route, hop: Destination, trace: Trace | None = None, guard: Sequence[str] = ()
) -> Cause:
    """Mail comes back from a foreign product, nobody says from which address."""
    sender = last(trace, "rule")
    return Cause(
        "content-decides",
        route.subject,
        f"Mail may loop: after the vendor it goes to {hop.text} and comes back from addresses that no inbound connector names, so that "
        f"{route.taker} may send it to the vendor again.",
        "",
        (excepting(sender, guard),) if sender and guard else (),
        f"Ask who runs {hop.text} from which addresses it sends mail back, and name them in its inbound connector.",
    )


def addresses_unknown(route: Route) -> Cause:
    """The region is not known."""
    return Cause(
        "return-addresses-unknown",
        route.subject,
        f"Mail may loop: not all addresses from which the vendor returns mail are known, so that {route.taker} may send it to the "
        "vendor again.",
        "Give the region of the portal, or all of its addresses (portal_ip_addresses).",
    )


_REGION = (
    "If both portals are meant, name the other one with its region in portal_others, and ask who keeps it to give each portal its own "
    "users, and to except the addresses of both regions in both rules."
)


def two_portals(route: Route, there: Destination) -> Cause:
    """Another portal of the vendor takes part. To switch its rule off would leave its own people uninspected, so that is no remedy."""
    return Cause(
        "two-portals",
        route.subject,
        f"Mail {'loops' if route.match else 'may loop'}: {route.taker} sends mail again to {there.text}, which belongs to another portal of "
        "the vendor.",
        ask=_REGION,
    )


def other_portal_returns(route: Route, hop: Destination) -> Cause:
    """What another portal gives back may be taken again."""
    return Cause(
        "two-portals",
        route.subject,
        f"Mail may loop: {route.taker} may take mail that comes back from {hop.text}, which belongs to another portal of the vendor "
        "with addresses that are not known here.",
        _REGION,
    )


# ------------------------------------------------------------------------------------------------- what ends or diverts


def content(rule: TransportRule, doubts: tuple[str, ...], what: str) -> Cause:
    """Something that is not known decides."""
    return Cause(
        "content-decides",
        rule.name,
        f"It is not proved where mail goes: whether {rule_name(rule)} {what} depends on what the check cannot know: "
        f"{_list(doubts) or 'whether the rule applies'}.",
        f"Ask who keeps {rule_name(rule)} what it is to do; if it does that, accept this finding.",
    )


def stops_return(
    rule: TransportRule, what: str, addresses: str, guard: Sequence[str] = (), *, certain: bool = True
) -> Cause:
    """A rule of somebody else ends what comes back."""
    name = rule_name(rule)
    return Cause(
        "foreign-rule-stops-return",
        rule.name,
        f"Mail {'is' if certain else 'may be'} lost: {name} {what.rstrip(',')} that comes back from {addresses}, and that it lets "
        "pass when it first comes in.",
        "",
        _passing(rule, addresses, guard),
    )


@lru_cache(maxsize=1024)
def own_rule(name: str, what: str) -> Cause:
    """A rule does what it does without the vendor, too."""
    told = f'The mail-flow rule "{name}" {what.rstrip(",")}, as it does without the vendor.'
    return Cause("own-rule-ends", name, told, "No changes needed.")


def senders_left_out(most: int) -> Cause:
    """Not all senders that rules name were walked."""
    return Cause(
        "senders-left-out",
        "",
        f"It is not proved that mail arrives: rules name so many senders and addresses together that only the first {most} kinds of mail from "
        "them were walked.",
        ask="Send test mail from the senders that matter; if it arrives, accept this finding by name.",
    )


def too_many_ways(parting: Sequence[str]) -> Cause:
    """Not all ways of the messages were walked. parting: the rules that part them most often."""
    names = ", ".join(f'"{name}"' for name in parting)
    most = f" (most often {names})" if names else ""
    return Cause(
        "ways-left-out",
        "",
        f"It is not proved that mail arrives or is inspected: the mail-flow rules{most} part messages into more ways than the check can "
        "walk.",
        ask="Remove rules that are no longer needed, or have them ask for senders, recipients or addresses alone; else send test mail of "
        "the kinds that matter, and accept this finding by name.",
    )


def stops_before(rule: TransportRule, protect: TransportRule) -> Cause:
    """A rule above the protect rule keeps mail from it."""
    name = rule_name(rule)
    return Cause(
        "foreign-rule-stops-before",
        rule.name,
        f"{capital(name)} stands above {rule_name(protect)} and stops the rules for mail that it takes, or ends it; that mail is not "
        "inspected by the vendor.",
        "Leave it so if this mail is meant to pass uninspected.",
        (above(protect.name, rule.name),),
    )


def reroutes(rule: TransportRule, protect: TransportRule) -> Cause:
    """A rule sends protected mail elsewhere."""
    name, protecting, there = rule_name(rule), rule_name(protect), quoted(rule.connector)
    if rule.stops:
        return Cause(
            "foreign-rule-reroutes",
            rule.name,
            f"{capital(name)} sends mail through {there} and stops the rules, so that {protecting} sees this mail only when it comes back.",
            f"Leave it so if the vendor is to see this mail after {there}.",
            (above(protect.name, rule.name),),
        )
    return Cause(
        "foreign-rule-reroutes",
        rule.name,
        f"{capital(name)} routes mail to {there}, and {protecting} routes the same mail to the vendor; which of both happens is not "
        "documented, so that mail may go uninspected.",
        "",
        (
            set_part(rule.name, "actions", stop_rule_processing=True),
            above(protect.name, rule.name),
            (
                *set_part(protect.name, "actions", stop_rule_processing=True),
                *above(protect.name, rule.name),
            ),
        ),
    )


def null_sender(rule: str) -> Cause:
    """Mail without an envelope sender is not relayed. rule: that sends it to the vendor, "" when it is not known."""
    name = f'the mail-flow rule "{rule}"' if rule else "the rule for outgoing mail"
    return Cause(
        "null-sender-return",
        rule,
        f"Absence notices to the internet that {name} sends to the vendor may be lost: they have no envelope sender, by which what comes "
        "back is known as mail of the organization.",
        "",
        (set_part(rule, "exceptions", message_type_matches="OOF"),) if rule else (),
    )


def too_long(passes: int) -> Cause:
    """The message was still under way after too many entries."""
    return Cause(
        "content-decides",
        "",
        f"It is not proved that mail arrives: a message came in {passes} times, and was still on its way.",
        "Ask who keeps the rules that route mail to simplify them.",
    )


def _list(parts: tuple[str, ...]) -> str:
    return ", ".join(parts)
