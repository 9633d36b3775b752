# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a message comes into a mailbox without having been inspected, which mail that is, and what may help (7.9, section 10)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .._mail_flow.advice import reroutes
from .._mail_flow.message import MessageView
from .._mail_flow.predicates import Conjunct
from .._mail_flow.rules import RuleSet
from .._mail_flow.submission import Delivery, Disposition
from .._mail_flow.tenant import Tenant
from .._mail_flow.trace import Cause
from .._mail_flow_objects.edit import Edits, above
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule
from .._mail_flow_objects.rows import texts
from .._schema.ip_ranges import NOWHERE, networks
from .gap_edits import (
    acting,
    before,
    into_scope,
    leaving_out,
    naming_inner_groups,
    past_gateway,
    resolved,
    to_own_host,
    unrecognized,
    with_header,
)
from .protected import INVITATIONS, NARROWED, Gap, Sureness

OF_GAPS_ALONE = (
    "mode-header",
    "brought-uninspected",
    "outside-scope",
    "protect-passes",
    "protect-disabled",
    "not-protected",
)
"""The findings that nothing else gives."""
_OF_THE_MESSAGE = ("sender", "source", "header", "content")
_ADDRESSES = "sender_ip_ranges"
_MOST_OF_ONE_SENDER = 2**16
_MEMBERS = (
    'Name in "{}" the people themselves, or a group of which they are members themselves: whether members of a group inside a group count is '
    "not established."
)


def gap(
    tenant: Tenant,
    rules: RuleSet,
    protect: Sequence[TransportRule],
    delivered: Disposition,
    addressed: Sequence[MailUser],
) -> Gap | None:
    """Why what was delivered was not inspected, whoever has written it; None when it is inspected but for what the vendor itself delivers.

    protect: the rules that take incoming mail to the vendor; addressed: to whom it came.
    """
    delivery = delivered.delivery
    if delivery is None:
        raise ValueError(delivered.kind)
    passage = _Passage(tenant, rules, delivered, delivery, addressed)
    found = passage.gap(protect)
    narrowed = found is not None and NARROWED in found.mail
    address, origin = "" if passage.from_vendor else passage.origin, passage.origin if narrowed else ""
    return found and replace(found, address=address, origin=origin)


def stance(rules: RuleSet, protect: Sequence[TransportRule], author: MailUser) -> Hashable:
    """What the protect rules say of who has written a message: gaps are the same, where the walk is, for those with the same."""
    views = [replace(MessageView.of(author), authenticated=known) for known in (True, False, None)]
    parts = [part for rule in protect for part in rules.parts(rule)]
    values = [part.value(view, author, ()) for part in parts if part.aspect == "sender" for view in views]
    return (*values, *(part.of_author(author) for part in parts))


@dataclass(frozen=True)
class _Passage:
    """One message on its way past the vendor."""

    tenant: Tenant
    rules: RuleSet
    delivered: Disposition
    delivery: Delivery
    addressed: Sequence[MailUser]

    @property
    def _user(self) -> MailUser:
        return self.delivered.recipient

    @property
    def _view(self) -> MessageView:
        return self.delivery.view

    @property
    def origin(self) -> str:
        """The address from which it comes in, "" for anywhere."""
        address = self._view.address
        return address.text if address and address != NOWHERE else ""

    def gap(self, protect: Sequence[TransportRule]) -> Gap | None:
        inspection = self.delivery.inspection
        if inspection.why:
            return self._handed_over_in_vain()
        if not protect:
            cause = Cause(
                "not-protected", "", "No mail-flow rule takes mail to the vendor.", "Run the inline phase."
            )
            return Gap(cause, self._mail(), "sure")
        nearest = min(protect, key=lambda rule: (rule.acts is False, len(self._missing(rule)), rule.place))
        if self._redirected_above(nearest) and self._comes_from_the_vendor(nearest):
            return None
        brought = self._forwarded(protect) or self._brought(protect)
        if brought:
            return brought
        if found := self._stopped(nearest) or self._idle(nearest):
            return found
        if self._comes_from_the_vendor(nearest):
            return None
        return self._not_met(nearest) or self._doubted(nearest)

    def _comes_from_the_vendor(self, protect: TransportRule) -> bool:
        """Whether all that keeps the protect rule from it, or may, is that it comes from the vendor, whom the rule has to except."""
        unmet = [*self._missing(protect), *self._unknown(protect)]
        theirs, excepted = self.tenant.known.returns_of_all, networks(texts(protect.exceptions, _ADDRESSES))
        routed = any(route.rule for route in self.delivery.bifurcation.routes)
        only = all(part.exception and part.name == _ADDRESSES for part in unmet)
        only_theirs = bool(excepted.spans) and all(theirs.contains(span) for span in excepted.spans)
        comes = self.from_vendor or (not self._missing(protect) and only_theirs)
        return bool(unmet) and only and comes and not routed

    def _missing(self, rule: TransportRule) -> list[Conjunct]:
        """The parts of a rule that are certainly not so."""
        return [part for part in self.rules.parts(rule) if self._value(part) is False]

    def _unknown(self, rule: TransportRule) -> list[Conjunct]:
        return [part for part in self.rules.parts(rule) if self._value(part) is None]

    def _value(self, part: Conjunct) -> bool | None:
        if part.signature not in self._values:
            self._values[part.signature] = part.value(self._view, self._user, (self._user,))
        return self._values[part.signature]

    @cached_property
    def _values(self) -> dict[str, bool | None]:
        """What the parts of rules come to, by their signature."""
        return {}

    def _mail(self, doubts: Sequence[Conjunct] = ()) -> str:
        """Which mail it is, for people."""
        view = self._view
        what = INVITATIONS if view.message.kind == "calendar" else "mail"
        # What hangs on the recipient alone is the same for every sender.
        by_recipient = bool(doubts) and all(part.aspect == "recipient" for part in doubts)
        if not by_recipient:
            what += NARROWED
        if doubts:
            what += f" by what the check cannot know ({', '.join(part.text for part in doubts)})"
        return what

    # ------------------------------------------------------------------------------------------------- the kinds of gaps

    def _handed_over_in_vain(self) -> Gap:
        inspection = self.delivery.inspection
        rule = next((item for item in self.tenant.objects.rules if item.name == inspection.through), None)
        by = (
            f'The mail-flow rule "{inspection.through}"'
            if rule
            else f'The outbound connector "{inspection.through}"'
        )
        told = f"{by} takes mail to the vendor, but {inspection.why}."
        edits, ask = self._of_hand_over(rule)
        cause = Cause(inspection.finding, inspection.through, told, "", edits, ask)
        return Gap(cause, self._mail(), "sure" if inspection.done is False else "unknown", rule)

    def _of_hand_over(self, rule: TransportRule | None) -> tuple[tuple[Edits, ...], str]:
        """What may help mail that the vendor gets and does not inspect, and whom to ask otherwise."""
        inspection = self.delivery.inspection
        if inspection.finding == "return-not-recognized":
            cause = unrecognized(self.tenant)
            return (
                cause.edits if cause else (),
                "Carry out the monitor phase, which creates the vendor's inbound connector.",
            )
        wrong_host = to_own_host(self.tenant, inspection.through)
        if inspection.finding == "two-portals":
            return (
                wrong_host,
                "Ask the vendor for the host of the portal, and carry out the inline phase with it."
                if wrong_host
                else "Ask who keeps the other portal to leave these people out of its rule.",
            )
        header = with_header(self.tenant, rule) if rule else ()
        return (
            *header,
            *wrong_host,
        ), f"Ask the vendor how it reads the header {self.tenant.known.header_name}."

    def _brought(self, protect: Sequence[TransportRule]) -> Gap | None:
        """A rule has put the recipient in, after the protect rule had seen the message for somebody else."""
        rule = self.delivery.bifurcation.brought_by
        meant = [item for item in protect if self.rules.recipient_match(item, self._user) is not False]
        others = [user for user in self.addressed if user.identity != self._user.identity]
        if rule is None or rule.vendor_managed or not meant or not others:
            return None
        # Whom the protect rule takes it has not let pass.
        passed = [user for user in others if self.rules.recipient_match(meant[0], user) is not True]
        first = ", ".join(user.written for user in passed or others)
        cause = Cause(
            "brought-uninspected",
            rule.name,
            f'The mail-flow rule "{rule.name}" brings mail for {first} to {self._user.written}, which "{meant[0].name}" has seen only '
            f"for {first} and let pass.",
            "",
            (*into_scope(self.tenant, meant[0], passed), above(rule.name, meant[0].name)),
            f'Ask who keeps the scope of "{meant[0].name}" to take {first} into it.',
        )
        sure: Sureness = "some" if meant[0].place < rule.place else "unknown"
        if self.delivered.certain:
            sure = "sure"
        return Gap(cause, f'mail that "{rule.name}" brings from {first}', sure, rule)

    def _redirected_above(self, protect: TransportRule) -> bool:
        """Whether a rule has put the recipient in the place of another one before the protect rule looked."""
        rule = self.delivery.bifurcation.brought_by
        return (
            rule is not None
            and rule.place < protect.place
            and bool(texts(rule.actions, "redirect_message_to"))
        )

    def _forwarded(self, protect: Sequence[TransportRule]) -> Gap | None:
        """A mailbox sends on what was not inspected for it."""
        box = self.delivery.forwarded_by
        if box is None:
            return None
        cause = Cause(
            "brought-uninspected",
            box.written,
            f"The mailbox {box.written} forwards to {self._user.written} what was not inspected before it came there.",
            "",
            tuple(edits for rule in protect for edits in into_scope(self.tenant, rule, [box])),
            f'Ask who keeps the scope of "{protect[0].name}" to take {box.written} into it.',
        )
        return Gap(cause, f"mail that {box.written} forwards", "some")

    def _stopped(self, protect: TransportRule) -> Gap | None:
        """A rule above stops the rules for mail that the protect rule would take."""
        rule = self.delivery.bifurcation.stopped_by
        if rule is None or rule.place > protect.place or self._missing(protect) or protect.acts is False:
            return None
        if rule.vendor_managed and rule.audited:
            # In test mode it stops the rules all the same.
            return self._idle(rule)
        doubts = self._unknown(rule)
        named = _ADDRESSES in rule.conditions and self._is_single and not self._from_gateway()
        finding = "foreign-rule-reroutes" if rule.connector else "foreign-rule-stops-before"
        stops = "may stop the rules, in test mode," if rule.audited else "stops the rules"
        cause = Cause(
            finding,
            rule.name,
            f'The mail-flow rule "{rule.name}" stands above "{protect.name}" and {stops} for the mail that it takes.',
            "Leave it so if this mail is meant to pass uninspected.",
            () if named else before(protect, rule),
        )
        sureness: Sureness = "unknown" if rule.audited else self._sureness(doubts)
        return Gap(cause, self._mail(doubts), sureness, rule, chosen=named)

    def _idle(self, protect: TransportRule) -> Gap | None:
        """The protect rule does not act."""
        if protect.acts is not False and not protect.audited:
            return None
        name = protect.name
        if protect.dormant:
            finding, why = "not-yet-active", "by its dates is not yet, or no longer, in force"
        elif protect.acts is False:
            finding, why = "protect-disabled", "is switched off"
        else:
            finding, why = "audit-mode", "is in test mode"
        chosen = finding == "protect-disabled"
        meant = "Leave it so as long as it is not meant to act."
        edits = () if chosen else acting(protect)
        cause = Cause(finding, name, f'The mail-flow rule "{name}" {why}.', meant, edits)
        return Gap(cause, self._mail(), "sure", protect, chosen)

    def _not_met(self, protect: TransportRule) -> Gap | None:
        """The protect rule does not take the message: a condition is not met, or an exception is."""
        missing = self._missing(protect)
        if not missing:
            return None
        name, part = protect.name, missing[0]
        if part.exception and part.name == _ADDRESSES:
            return self._excepted(protect)
        if part.aspect == "recipient" and not part.exception:
            return self._out_of_scope(protect, part)
        told = f'The {part.text} of the mail-flow rule "{name}" keeps this mail from it.'
        meant = "Leave it so if this mail is meant to pass uninspected."
        cause = Cause("protect-passes", name, told, meant, leaving_out(protect, missing, self._user))
        return Gap(cause, self._mail(), "sure", protect, personal=part.aspect in ("recipient", "together"))

    def _excepted(self, protect: TransportRule) -> Gap:
        """The protect rule excepts the addresses from which the message comes in."""
        name = protect.name
        chosen = self._is_single and not self._from_gateway()
        cause = Cause(
            "gateway-exempted-monitor-only",
            name,
            f'The mail-flow rule "{name}" excepts the addresses from which this mail comes in.',
            "Leave it so if this mail is only to be monitored.",
            () if chosen else past_gateway(self.tenant, protect),
        )
        return Gap(cause, self._mail(), "sure", protect, chosen=chosen)

    def _out_of_scope(self, protect: TransportRule, part: Conjunct) -> Gap:
        """Some condition on the recipient is not met."""
        name, person = protect.name, self._user.written
        asked = [
            item for item in self.rules.parts(protect) if item.aspect == "recipient" and not item.exception
        ]
        told = f'The {part.text} of the mail-flow rule "{name}" is not met for {person}.'
        if len([item for item in asked if item.name != "sent_to_scope"]) > 1:
            ask = "Carry out the rescope phase, which writes one rule for each of its recipient conditions."
            cause = Cause("scope-intersection", name, told, "", (), ask)
        else:
            ask = f'Ask who keeps the scope of "{name}" to take {person} into it, if this mail is to be inspected.'
            cause = Cause(
                "outside-scope", name, told, "", into_scope(self.tenant, protect, [self._user]), ask
            )
        return Gap(cause, self._mail(), "sure", protect, personal=True)

    def _doubted(self, protect: TransportRule) -> Gap:
        """Nothing keeps the protect rule from it for certain."""
        doubts = self._unknown(protect)
        routes = [route.rule for route in self.delivery.bifurcation.routes if route.rule]
        foreign = next((rule for rule in routes if not rule.vendor_managed), None)
        subject = foreign.name if foreign else protect.name
        why = (
            f'"{subject}" routes the same mail elsewhere, and which of both routes is taken is not documented'
            if foreign
            else f"that hangs on {', '.join(part.text for part in doubts) or 'what the check cannot know'}"
        )
        of_message = [part for part in doubts if part.aspect in _OF_THE_MESSAGE]
        cause = Cause(
            "foreign-rule-reroutes" if foreign else "content-decides",
            subject,
            f'Whether the mail-flow rule "{protect.name}" takes this mail is not known: {why}.',
            "",
            reroutes(foreign, protect).edits
            if foreign
            else (
                *(naming_inner_groups(self.tenant, protect, self._user) if _by_members(doubts) else ()),
                *leaving_out(protect, of_message, self._user),
                *resolved(protect),
            ),
            _MEMBERS.format(subject)
            if _by_members(doubts) and not foreign
            else f'Ask who keeps "{subject}" what it is to do.',
        )
        sureness = "unknown" if foreign or not doubts else self._sureness(doubts)
        return Gap(cause, self._mail(doubts), sureness, protect, by_members=_by_members(doubts))

    # --------------------------------------------------------------------------------------------------------- how sure

    def _sureness(self, doubts: Sequence[Conjunct]) -> Sureness:
        if self.delivered.certain or not doubts:
            return "sure"
        if self._view.address is None and any(part.name == _ADDRESSES for part in doubts):
            # All of this mail comes from the same addresses, whichever these are.
            return "unknown"
        return "some" if all(part.aspect in _OF_THE_MESSAGE for part in doubts) else "unknown"

    @property
    def from_vendor(self) -> bool:
        """Whether the message comes in from where the vendor returns mail, of whatever portal; a gateway's connector may name that, too."""
        return self.tenant.known.returns_of_all.contains(self._view.address) is True

    @property
    def _is_single(self) -> bool:
        """Whether the addresses are so few that one sender has them."""
        address = self._view.address
        return address is not None and address != NOWHERE and address.size <= _MOST_OF_ONE_SENDER

    def _from_gateway(self) -> bool:
        """Whether the message comes in from a gateway through which all mail of the internet may come (7.8)."""
        return any(
            item.enabled is not False
            and not item.vendor_managed
            and item.for_everyone
            and item.addresses.contains(self._view.address) is not False
            for item in self.tenant.objects.inbound
        )


def _by_members(doubts: Sequence[Conjunct]) -> bool:
    """Whether all that is not known is who counts as a member of a group."""
    return bool(doubts) and all(part.name == "sent_to_member_of" and not part.exception for part in doubts)
