# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A submission enters: which recipients it is let in for, and why not for the others (section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._mail_flow_objects.inspection import Inspection, come_back
from .._mail_flow_objects.logic import Truth, any_of
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule
from . import advice, connector_advice, entry_advice
from .attribution import DISABLED, ConnectorAttribution, Rejection, disabled_recipient, rejects_recipient
from .bifurcations import Bifurcation
from .submission import MOST_ENTRIES, Disposition, Entered, Submission
from .tenant import Tenant
from .trace import SENDS, Cause, Trace, after, last


def enter(tenant: Tenant, submission: Submission) -> Entered:
    """Attributed to connectors, rejected or let in (2.1)."""
    attribution, view = tenant.entered(submission.message, submission.source, submission.headers)
    notes = list(_notes(tenant, submission, attribution))
    entered = Entered(attribution, view, None, [], notes, _inspected(submission, attribution))
    certain = _admitted(tenant, submission, entered)
    if certain is None:
        return entered
    entered.dispositions.extend(_beyond_limit(submission))
    users, certain = _accepted(tenant, submission, entered, certain=certain)
    if not users:
        return entered
    bifurcation = Bifurcation(
        users,
        submission.headers,
        certain=certain,
        trace=_traced(submission, attribution, certain),
        copied=submission.copied,
        copied_by=submission.copied_by,
    )
    return replace(entered, bifurcation=bifurcation)


def _inspected(submission: Submission, attribution: ConnectorAttribution) -> Inspection:
    if submission.hop is None or not submission.hop.is_vendor:
        return submission.inspection
    return come_back(submission.inspection, recognized=attribution.recognized)


def _traced(submission: Submission, attribution: ConnectorAttribution, certain: bool) -> Trace:
    """The trace with how the message comes in."""
    before, source, hop = submission.trace, submission.source, submission.hop
    if source.kind == "submitted":
        sender = submission.message.origin.written
        return after(before, "mailbox", sender, SENDS, certain=certain)
    if source.kind == "internal":
        return after(before, "service", "Exchange Online", "makes the message", certain=certain)
    through = f", recognized by {', '.join(attribution.connectors)}" if attribution.connectors else ""
    what = f"comes in from {source.text}{through}"
    if hop:
        return after(before, hop.place, hop.text, what, certain=certain)
    return after(before, "internet", "internet", what, certain=certain)


# ------------------------------------------------------------------------------------- the message as a whole (2.5 to 2.7)


def _admitted(tenant: Tenant, submission: Submission, entered: Entered) -> bool | None:
    """Whether the message is certainly let in; None when it is certainly not."""
    certain = submission.certain
    for rejection in entered.attribution.rejections:
        sure = certain and rejection.value is True
        what = f"rejects ({rejection.by})"
        trace = after(submission.trace, "connector", rejection.connector, what, certain=sure)
        cause = _why_rejected(tenant, rejection, submission)
        counts = submission.hop is not None or rejection.vendor_managed
        entered.dispositions.extend(
            Disposition(user, "rejected", sure, cause, counts, trace) for user in submission.recipients
        )
        if rejection.value:
            return None
        certain = False
    return certain


def _why_rejected(tenant: Tenant, rejection: Rejection, submission: Submission) -> Cause:
    addresses, guard = submission.source.text, tenant.known.guard
    if rejection.vendor_managed and submission.hop is None:
        own = next(item for item in tenant.objects.inbound if item.name == rejection.connector)
        return connector_advice.vendor_lock_down(own, certain=rejection.value is True)
    if rejection.by == "direct send":
        certain = rejection.value is True
        idle = [item.name for item in tenant.objects.inbound if not item.enabled]
        return entry_advice.direct_send(submission.message.origin.domain, addresses, idle, certain=certain)
    if rejection.by == DISABLED:
        return entry_advice.sending_disabled(submission.message.origin.domain)
    if rejection.by == "block list":
        entries = [span.text for span in tenant.objects.blocked.spans]
        return connector_advice.blocked(addresses, entries, certain=rejection.value is True)
    connector = next(item for item in tenant.objects.inbound if item.name == rejection.connector)
    rejects = rejection.value is True
    sure = rejects and submission.certain
    return connector_advice.lock_down(connector, addresses, guard, rejects=rejects, certain=sure)


def _notes(tenant: Tenant, submission: Submission, attribution: ConnectorAttribution) -> Iterator[Cause]:
    """What comes back would be refused if the organization rejected Direct Send, which it does not yet (2.11)."""
    off = tenant.objects.rejects_direct_send is False
    if off and submission.hop and attribution.direct_send is not False:
        yield entry_advice.direct_send_later(submission.message.origin.domain, submission.source.text)


def _beyond_limit(submission: Submission) -> Iterator[Disposition]:
    """The service may refuse an entry after the third of one message (8.3)."""
    if submission.source.kind == "smtp" and submission.entries >= MOST_ENTRIES:
        cause, trace = entry_advice.entry_limit(MOST_ENTRIES), submission.trace
        for user in submission.recipients:
            yield Disposition(user, "rejected", False, cause, True, trace)


# ---------------------------------------------------------------------------------------------- each recipient (2.8, 4.1)


def _accepted(
    tenant: Tenant, submission: Submission, entered: Entered, *, certain: bool
) -> tuple[tuple[MailUser, ...], bool]:
    """The recipients for whom the message is let in, groups by their members; and whether it certainly is for all of them."""
    taken: list[MailUser] = []
    doubtful = False
    for user in submission.recipients:
        disabled = disabled_recipient(tenant.directory, user, submission.source)
        relayed: Truth = False
        if submission.source.kind == "smtp":
            relayed = rejects_recipient(tenant.directory, user, entered.attribution.relays)
        rejected = any_of((disabled, relayed))
        if rejected is not False:
            sure = certain and rejected is True
            cause = (
                _why_not_relayed(tenant, submission, user, certain=sure)
                if disabled is False
                else entry_advice.sending_disabled(user.domain)
            )
            trace = after(submission.trace, "service", "5.7.64", f"refuses {user.written}", certain=sure)
            counts = submission.hop is not None and not tenant.directory.is_nobody(user)
            entered.dispositions.append(Disposition(user, "rejected", sure, cause, counts, trace))
        if rejected is not True:
            expanded = tenant.directory.expanded(user)
            bounced = [one for one in expanded if tenant.directory.is_nobody(one)]
            entered.dispositions.extend(
                Disposition(one, "rejected", False, counts=False, trace=submission.trace) for one in bounced
            )
            taken += expanded
            doubtful = doubtful or rejected is None or bool(bounced)
    return tuple(dict.fromkeys(taken)), certain and not doubtful


def _why_not_relayed(tenant: Tenant, submission: Submission, user: MailUser, *, certain: bool) -> Cause:
    """Why mail for the outside may not go on: the rule that sent it to the vendor is wrong, or nothing accepts it when it returns."""
    sent_by = last(submission.trace, "rule")
    protecting = (item for item in tenant.objects.rules if item.vendor_managed and item.name == sent_by)
    rule = next(protecting, None)
    if rule and submission.hop and submission.hop.is_vendor and tenant.is_reversed(rule):
        return advice.reversed_rule(rule, tenant.known.guard)
    if submission.message.keeps_outside_sender:
        return entry_advice.forward_sender_lost(
            user.written, submission.source.text, last(submission.trace, "connector"), certain=certain
        )
    inbound, known = tenant.objects.inbound, tenant.known
    naming = [item for item in inbound if item.addresses.contains(submission.source.address) is not False]
    return connector_advice.not_relayed(
        user,
        submission.source.text,
        [span.text for span in known.dlp_returns.spans],
        certain=certain,
        connectors=naming,
        relays=[
            *naming,
            *(item for item in inbound if item.on_premises and item not in naming and item.addresses),
        ],
        sent_by=_sender(tenant, submission, sent_by),
        through=_domain_connector(tenant, submission),
    )


def _sender(tenant: Tenant, submission: Submission, name: str) -> TransportRule | None:
    """The rule that sent a message to where it comes back from: the one of its way, else somebody else's that sends there."""
    rules = tenant.objects.rules
    if name:
        return next((item for item in rules if item.name == name), None)
    foreign = (item for item in rules if item.acts is not False and not item.vendor_managed)
    connectors, hop = tenant.connectors, submission.hop
    return next((item for item in foreign if hop and connectors.get(item.connector.casefold()) == hop), None)


def _domain_connector(tenant: Tenant, submission: Submission) -> str:
    """The connector that handed mail to the vendor for its domains, without a rule; "" for none."""
    connector = tenant.objects.outbound.get(last(submission.trace, "connector").casefold())
    by_itself = submission.hop and submission.hop.is_vendor and connector and connector.by_rule is False
    return connector.name if connector and by_itself else ""
