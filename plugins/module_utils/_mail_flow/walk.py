# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages walked through the tenant and back, from submission until every recipient has a disposition (sections 3 to 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule, header_names
from . import advice
from .actions import carry_out
from .arrivals import Arrivals
from .bifurcations import Bifurcation, Route, RuleDisposition, RulesOutcome
from .departure import depart
from .entry import enter
from .message import MessageView
from .rules import RuleSet
from .submission import Disposition, Submission, WalkResult
from .tails import Tails
from .tenant import Tenant

_PASSES = 8
# What the service writes at each entry: after the detour it says other things of the same message.
_STAMPS = ("authentication-results", "received-spf", "x-ms-exchange-organization-authas", "received")


class MessageWalk:
    """One class of messages, walked."""

    def __init__(
        self, tenant: Tenant, rules: RuleSet, tails: Tails | None = None, *, without_vendor: bool = False
    ) -> None:
        """rules: of the tenant. tails: what other classes have found. without_vendor: as if the vendor's rules did not exist (8.6)."""
        self._tenant = tenant
        self._rules = rules
        self._tails = tails
        self._without_vendor = without_vendor
        self._result = WalkResult()
        self._arrivals = Arrivals(without_vendor=without_vendor)
        self._baselines: dict[int, tuple[Submission, dict[tuple[int, MailUser], list[RuleDisposition]]]] = {}

    def run(self, starts: Iterable[Submission]) -> WalkResult:
        """Walk all of them."""
        for start in starts:
            self._arrivals.add(start)
        for submission in self._arrivals:
            if self._tails is None or submission.certain:
                self._enter(submission)
            else:
                self._append(self._tails.of(submission, self._tail))
        return self._result

    def _enter(self, submission: Submission) -> None:
        """One pass through the service: in, through the rules, and out."""
        if submission.passes > _PASSES:
            cause, trace = advice.too_long(_PASSES), submission.trace
            self._result.dispositions.extend(
                Disposition(user, "unknown", False, cause, True, trace) for user in submission.recipients
            )
            return
        entered = enter(self._tenant, submission)
        self._result.dispositions.extend(entered.dispositions)
        self._result.notes.update(dict.fromkeys(entered.notes))
        if entered.bifurcation is None:
            return
        outcome = self._pass(submission, entered.view, entered.bifurcation)
        for ended in outcome.dispositions:
            self._end_by_rule(submission, entered.view, ended)
        seen: set[tuple[object, ...]] = set()
        for part in outcome.bifurcations:
            if submission.forced:
                part = replace(part, routes=(Route(submission.forced),))
            key = (*part.state, part.certain)
            if key not in seen:
                seen.add(key)
                for found in depart(self._tenant, submission, entered, part):
                    self._take(found)
            if not self._without_vendor:
                self._note_order(submission, entered.view, part)

    def _take(self, found: Disposition | Submission) -> None:
        if isinstance(found, Disposition):
            self._result.dispositions.append(found)
            return
        if found.hop:
            self._result.reached.add(found.hop.key)
        self._arrivals.add(found)

    def _tail(self, submission: Submission) -> tuple[WalkResult, bool]:
        """What comes of a message, and whether that hangs on how it first came."""
        walk = MessageWalk(self._tenant, self._rules)
        found = walk.run([submission])
        return found, bool(walk._baselines)

    def _append(self, result: WalkResult) -> None:
        self._result.dispositions.extend(result.dispositions)
        self._result.notes.update(result.notes)
        self._result.reached.update(result.reached)

    def _pass(self, submission: Submission, view: MessageView, bifurcation: Bifurcation) -> RulesOutcome:
        """Through the rules, as far as they see messages of this type (4.1)."""
        if submission.message.kind == "journal-report":
            return RulesOutcome([bifurcation], [])
        if submission.message.kind != "bounce":
            return carry_out(self._rules, view, bifurcation, without_vendor=self._without_vendor)
        # Whether rules see it is not known.
        bifurcation = replace(bifurcation, certain=False)
        outcome = carry_out(self._rules, view, bifurcation, without_vendor=self._without_vendor)
        outcome.bifurcations.append(bifurcation)
        return outcome

    # ------------------------------------------------------------------------------------------------ ends by rules (8.6)

    def _end_by_rule(self, submission: Submission, view: MessageView, ended: RuleDisposition) -> None:
        """It counts unless the rule would do the same without the vendor."""
        self._result.by_rules.append(ended)
        if self._without_vendor:
            return
        rule, certain = ended.rule, ended.certain
        counts = rule.vendor_managed or not self._in_baseline(submission, ended)
        if counts:
            cause = advice.stops_return(
                rule, ended.what, submission.source.text, self._tenant.known.guard, certain=certain
            )
        else:
            cause = advice.own_rule(rule, ended.what)
            self._result.notes[cause] = None
        self._result.dispositions.append(
            Disposition(ended.recipient, "rejected", certain, cause, counts, ended.trace)
        )
        protect = (
            None if rule.vendor_managed else self._would_protect(submission, view, rule, ended.recipient)
        )
        if protect:
            self._result.notes[advice.stops_before(rule, protect)] = None

    def _in_baseline(self, submission: Submission, ended: RuleDisposition) -> bool:
        """Whether the same happens with the vendor's rules switched off."""
        anew = submission.hop is not None and ended.match is None and _looks_at_stamps(ended.rule)
        if not (ended.touched or submission.touched or anew):
            return True
        baseline = self._baseline(submission.first or submission)
        others = baseline.get((ended.rule.place, ended.recipient), ())
        return any(ended.is_like(other) and (other.match is True or not anew) for other in others)

    def _baseline(self, first: Submission) -> dict[tuple[int, MailUser], list[RuleDisposition]]:
        """What rules end, wherever a message comes, with the vendor's rules switched off; by place of the rule and recipient."""
        # By identity: returns carry the very object with which they began.
        if id(first) not in self._baselines:
            walk = MessageWalk(self._tenant, self._rules, without_vendor=True)
            found: dict[tuple[int, MailUser], list[RuleDisposition]] = {}
            for ended in walk.run([replace(first, certain=True, forced="")]).by_rules:
                found.setdefault((ended.rule.place, ended.recipient), []).append(ended)
            self._baselines[id(first)] = (first, found)
        return self._baselines[id(first)][1]

    # ----------------------------------------------------------------------------- what keeps mail from the protect rule

    def _note_order(self, submission: Submission, view: MessageView, bifurcation: Bifurcation) -> None:
        """Foreign rules that keep mail from the protect rule, or send it elsewhere (section 10)."""
        stopped, notes = bifurcation.stopped_by, self._result.notes
        rules = [route.rule for route in bifurcation.routes if route.rule]
        protecting = next((rule for rule in rules if rule.vendor_managed), None)
        if stopped and not stopped.vendor_managed and not protecting:
            protect = self._would_protect(submission, view, stopped, bifurcation.recipients[0])
            if protect and stopped.connector:
                notes[advice.reroutes(stopped, protect)] = None
            elif protect:
                notes[advice.stops_before(stopped, protect)] = None
        for rule in rules:
            if protecting and not rule.vendor_managed:
                notes[advice.reroutes(rule, protecting)] = None

    def _would_protect(
        self, submission: Submission, view: MessageView, rule: TransportRule, user: MailUser
    ) -> TransportRule | None:
        """The protect rule further down that would take the message as it first comes in."""
        if submission.hop is not None:
            return None
        below = (item for item in self._rules.protecting if item.place > rule.place)
        return next((item for item in below if self._rules.match(item, view, user) is not False), None)


def _looks_at_stamps(rule: TransportRule) -> bool:
    return any(not header_names(section).isdisjoint(_STAMPS) for section in rule.sections)
