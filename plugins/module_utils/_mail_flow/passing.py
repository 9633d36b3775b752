# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One pass of a message through the service, whatever it was handed to before: in, through the rules, and out (sections 2 to 7)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from itertools import chain

from .._mail_flow_objects.decisions import Decisions, join
from .._mail_flow_objects.effort import OF_AN_END
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule, header_names
from . import advice
from .actions import carry_out
from .authors import Authors
from .bifurcations import Bifurcation, Route, RuleDisposition, RulesOutcome
from .departure import Departed, Departures, HandOver
from .entry import enter
from .message import MessageView
from .passage import GONE, Baseline, Handed, Passage
from .rules import RuleSet
from .submission import MOST_ENTRIES, Disposition, Submission
from .tenant import Tenant
from .trace import DistinctTraces, Trace, last, length_of

# What the service writes at each entry: after the detour it says other things of the same message.
_STAMPS = ("authentication-results", "received-spf", "x-ms-exchange-organization-authas", "received")


class Passages:
    """Passes through the service, each worked out once. without_vendor: as if the vendor's rules did not exist (8.6)."""

    def __init__(
        self, tenant: Tenant, rules: RuleSet, authors: Authors, *, without_vendor: bool = False
    ) -> None:
        self._authors = authors
        self._tenant = tenant
        self._rules = rules
        self._without_vendor = without_vendor
        self._known: Decisions[Passage] = Decisions()

    def of(self, submission: Submission, baseline: Baseline) -> Passage:
        """The pass of a submission, or of one before of which the same comes but for the beginning of the trace, and who has written it."""
        key, answer = self._key_of(submission), self._authors.answer(submission.message.author)
        own = (key, submission.first_here)
        passage = self._known.find(key, answer) or self._known.find(own, answer)
        if passage is None:
            passage = _Passing(
                self._tenant,
                self._rules,
                self._authors,
                submission,
                baseline,
                without_vendor=self._without_vendor,
            ).passed()
            self._known.keep(own if passage.by_first else key, answer, passage.asked, passage)
        return passage

    @staticmethod
    def _key_of(submission: Submission) -> Hashable:
        trace = submission.trace
        # Rules and connectors have names, so that "" says that there was none.
        told = (last(trace, "rule"), last(trace, "connector"))
        past = (submission.touched, submission.certain, submission.forced, submission.first is None)
        beyond = submission.entries >= MOST_ENTRIES
        return (*submission.here, submission.inspection, *past, beyond, *told)


class _Passing:
    """One pass as it is worked out."""

    def __init__(
        self,
        tenant: Tenant,
        rules: RuleSet,
        authors: Authors,
        submission: Submission,
        baseline: Baseline,
        *,
        without_vendor: bool,
    ) -> None:
        self._tenant = tenant
        self._rules = rules
        self._authors = authors
        self._submission = submission
        self._baseline = baseline
        self._without_vendor = without_vendor
        self._passage = Passage(submission)
        self._traces = DistinctTraces()
        self._protecting: dict[MailUser, list[TransportRule]] = {}
        self._may_protect: list[TransportRule] | None = None
        # What it was asked by rules, as soon as it has met them.
        self._question = -1

    def passed(self) -> Passage:
        """All that comes of it."""
        submission = self._submission
        self._passage.asked[self._authors.of_entry(submission.message, submission.source)] = -1
        entered = enter(self._tenant, submission)
        self._add(entered.dispositions)
        self._passage.notes.update(dict.fromkeys(entered.notes))
        if entered.bifurcation is None:
            return self._passage
        outcome = self._through_rules(entered.view, entered.bifurcation)
        self._question = self._authors.of_rules(entered.view)
        self._ask(outcome.asked)
        self._rules.effort.spend(outcome.size)
        for ended in outcome.dispositions:
            self._end_by_rule(entered.view, ended, outcome.moved(ended.trace))
        departures = Departures(self._tenant, submission, entered)
        seen: set[tuple[object, ...]] = set()
        for part in outcome.bifurcations:
            if submission.forced and not part.is_request:
                part = replace(part, routes=(Route(submission.forced),))
            key = (*part.state, part.certain)
            if key not in seen:
                seen.add(key)
                self._add(departures.of(part))
            if not self._without_vendor:
                self._note_order(entered.view, part)
        return self._passage

    def _ask(self, bits: int) -> None:
        join(self._passage.asked, {self._question: bits})

    def _add(self, several: Iterable[Departed]) -> None:
        """More of what comes of it, unless it is known."""
        for found in several:
            self._rules.effort.spend(OF_AN_END)
            if isinstance(found, HandOver):
                loops = self._traces.is_new(("loop", found.loop_key), length_of(found.trace))
                comes_back = self._traces.is_new(("back", found.back_key), 0)
                if loops or comes_back:
                    self._passage.found.append(Handed(found, loops, comes_back))
            elif isinstance(found, Submission) or self._traces.is_new(found.key, length_of(found.trace)):
                self._passage.found.append(found)

    def _through_rules(self, view: MessageView, bifurcation: Bifurcation) -> RulesOutcome:
        """Through the rules, as far as they see messages of this type (4.1)."""
        kind = self._submission.message.kind
        if kind == "journal-report":
            return RulesOutcome([bifurcation], [])
        if kind != "bounce":
            return carry_out(self._rules, view, bifurcation, without_vendor=self._without_vendor)
        # Whether rules see it is not known, but they do without the vendor if they do with it.
        bifurcation = replace(bifurcation, certain=bifurcation.certain and self._without_vendor)
        outcome = carry_out(self._rules, view, bifurcation, without_vendor=self._without_vendor)
        outcome.bifurcations.append(bifurcation)
        return outcome

    # ------------------------------------------------------------------------------------------------ ends by rules (8.6)

    def _end_by_rule(self, view: MessageView, ended: RuleDisposition, trace: Trace | None) -> None:
        """It counts unless the rule would do the same without the vendor."""
        if self._without_vendor:
            self._passage.by_rules.append(ended)
            return
        rule, certain = ended.rule, ended.certain
        counts = rule.vendor_managed or not self._in_baseline(ended)
        if not self._traces.is_new(
            (rule.place, ended.recipient, ended.what, certain, counts), length_of(trace)
        ):
            return
        if counts:
            cause = advice.stops_return(
                rule, ended.what, self._submission.source.text, self._tenant.known.guard, certain=certain
            )
        else:
            cause = advice.own_rule(rule.name, ended.what)
            self._passage.notes[cause] = None
        self._add([Disposition(ended.recipient, "rejected", certain, cause, counts, trace)])
        protect = None if rule.vendor_managed else self._would_protect(view, rule, ended.recipient)
        if protect:
            self._passage.notes[advice.stops_before(rule, protect)] = None

    def _in_baseline(self, ended: RuleDisposition) -> bool:
        """Whether the same happens with the vendor's rules switched off."""
        submission = self._submission
        anew = submission.hop is not None and ended.match is None and _looks_at_stamps(ended.rule)
        if not (ended.touched or submission.touched or anew):
            return True
        self._passage.by_first = True
        baseline, asked = self._baseline(submission.first or submission)
        join(self._passage.asked, asked)
        # What a mailbox sends on is another message than what comes to the same recipient.
        kind = submission.message.kind
        others = (baseline.get((kind, place, ended.recipient), ()) for place in (ended.rule.place, GONE))
        return any(
            ended.is_like(other) and (other.match is True or not anew)
            for other in chain.from_iterable(others)
        )

    # ----------------------------------------------------------------------------- what keeps mail from the protect rule

    def _note_order(self, view: MessageView, bifurcation: Bifurcation) -> None:
        """Foreign rules that keep mail from the protect rule, or send it elsewhere (section 10)."""
        stopped, notes = bifurcation.stopped_by, self._passage.notes
        rules = [route.rule for route in bifurcation.routes if route.rule]
        protecting = next((rule for rule in rules if rule.vendor_managed), None)
        if stopped and not stopped.vendor_managed and not protecting:
            protect = self._would_protect(view, stopped, bifurcation.recipients[0])
            if protect and stopped.connector:
                notes[advice.reroutes(stopped, protect)] = None
            elif protect:
                notes[advice.stops_before(stopped, protect)] = None
        for rule in rules:
            if protecting and not rule.vendor_managed:
                notes[advice.reroutes(rule, protecting)] = None

    def _would_protect(self, view: MessageView, rule: TransportRule, user: MailUser) -> TransportRule | None:
        """The protect rule further down that would take the message as it first comes in."""
        if self._submission.hop is not None:
            return None
        rules = self._rules
        if self._may_protect is None:
            self._ask(rules.bits(rules.handing_over))
            may_match = [item for item in rules.protecting if rules.message_match(item, view) is not False]
            self._may_protect = may_match
        if user not in self._protecting:
            self._protecting[user] = [
                item for item in self._may_protect if rules.match(item, view, user) is not False
            ]
        return next((item for item in self._protecting[user] if item.place > rule.place), None)


def _looks_at_stamps(rule: TransportRule) -> bool:
    return any(not header_names(section).isdisjoint(_STAMPS) for section in rule.sections)
