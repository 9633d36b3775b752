# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a tenant: classes walked, verdicts, findings. Pure; see docs/mail-flow-model.md.

`check(snapshot, integration, now=...)` gives {"verdict", "protection", "classes", "findings", "outside_the_model"}.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from .._mail_flow import connector_advice
from .._mail_flow.advice import senders_left_out
from .._mail_flow.authors import Authors
from .._mail_flow.classes import MOST_FROM_ADDRESSES, Generator
from .._mail_flow.passing import Passages
from .._mail_flow.people import People
from .._mail_flow.rules import RuleSet
from .._mail_flow.submission import Disposition, MessageClass, WalkResult
from .._mail_flow.tenant import Tenant, tenant
from .._mail_flow.trace import after
from .._mail_flow.walk import Walker
from .._mail_flow_objects.effort import without_collection
from .._mail_flow_objects.objects import JournalRule
from .acceptance import Acceptances, Given
from .evidence import Evidence, Walked
from .findings import ESSENTIAL, ORDER, Checked, Findings, class_results, unread
from .gaps import OF_GAPS_ALONE, gap, stance
from .notes import notes
from .protected import NOT_PROVED
from .protection import NOBODY, Protection
from .scope import domains, everybody, incoming_rules, scope
from .verdicts import kind_of, worst
from .without_vendor import without_vendor

OUTSIDE_THE_MODEL = (
    "verdicts on spam, malware and spoofing",
    "DNS, whether hosts can be reached, and the certificates that they really show",
    "limits of size and rate",
    "forged headers",
    "inbox rules, and forwarding that is set at mailboxes, which is not read from the service",
    "the outbound spam policy, which may forbid automatic forwarding (5.7.520)",
    "remote domains",
    "data loss prevention of Purview",
    "the time until settings act; for rules up to 30 minutes",
    "what the vendor thinks of a message",
)
"""8.8."""


def check(
    snapshot: Mapping[str, Any],
    integration: Mapping[str, Any],
    *,
    now: datetime,
    classes: Collection[str] | None = None,
    accepted: Iterable[Given] = (),
) -> dict[str, Any]:
    """As `examined`, without the edits that may help."""
    return examined(snapshot, integration, now=now, classes=classes, accepted=accepted).result


@without_collection()
def examined(
    snapshot: Mapping[str, Any],
    integration: Mapping[str, Any],
    *,
    now: datetime,
    classes: Collection[str] | None = None,
    accepted: Iterable[Given] = (),
    comparable: bool = False,
) -> Checked:
    """Walk the classes of messages through a tenant.

    snapshot: the tenant in option names, with `recipients`; integration: what is known of the vendor for this portal. now: with a
    time zone. comparable: as what a change is compared with, so that classes which the change adds are walked, without a say in the
    verdict. classes: ids to walk, all by default. accepted: findings that count for nothing, see acceptance.py; ValueError for what names none.
    """
    lacking = [topic for topic in ESSENTIAL if snapshot.get(topic) is None]
    found = tenant(snapshot, integration, now)
    if not lacking and not found.directory.default:
        # Every organization has a domain.
        lacking = ["accepted_domains"]
    if lacking:
        return unread(lacking, OUTSIDE_THE_MODEL)
    rules = RuleSet(found.directory, found.objects.rules)
    people = People(found.objects, found.directory, rules)
    authors = Authors(found, rules)
    passing, alone = (Passages(found, rules, authors, without_vendor=one).of for one in (False, True))
    walker = Walker(passing, alone, authors, rules.effort)
    walks = list(_walks(walker, Generator(found, people, comparable), classes))
    journals = snapshot.get("journal_rules") is not None
    protection = _protection(walker, found, people, walks, journals=journals) if not classes else None
    # All that an acceptance could mean is known before the first one counts.
    acceptances = Acceptances(accepted, now, [*_unsafe(walks), *_uninspected(protection)])
    findings = Findings(acceptances)
    results = list(class_results(walks, findings))
    for note in notes(found, people):
        findings.note(note)
    result = {
        "verdict": worst(
            item.verdict for item in results if people.protected or not _is_added(item.message_class)
        ),
        "classes": [item.to_result() for item in results],
        "protection": protection
        and protection.to_result(lambda item: findings.is_accepted(item.cause, "not_proved")),
        "findings": findings.to_result(),
        "acceptances": acceptances.to_result(),
        "outside_the_model": list(OUTSIDE_THE_MODEL),
    }
    gaps = [item.cause for item, _whom in protection.gaps] if protection else []
    return Checked(result, findings.causes(), gaps, rules.effort.spent, rules.effort.is_too_much)


def baseline(
    snapshot: Mapping[str, Any],
    integration: Mapping[str, Any],
    *,
    now: datetime,
    classes: Collection[str] = (),
) -> dict[str, Any]:
    """The check of the tenant as it would be without the vendor: which doubts are not its own. Arguments as for `examined`."""
    alone = without_vendor(snapshot, integration, now)
    return examined(alone, integration, now=now, classes=classes, comparable=True).result


def _unsafe(walks: Iterable[Walked]) -> Iterator[tuple[str, str, str]]:
    """Finding, object and verdict of everything that is not safe."""
    for walked in {id(walked): walked for _item, walked in walks}.values():
        for item in walked.dispositions:
            if item.counts and item.cause and item.verdict != "safe":
                yield item.cause.finding, item.cause.subject, item.verdict


def _uninspected(protection: Protection | None) -> Iterator[tuple[str, str, str]]:
    """The same of every way past inspection."""
    for item, _whom in protection.gaps if protection else ():
        yield item.cause.finding, item.cause.subject, "not_proved"


def _protection(
    walker: Walker, found: Tenant, people: People, walks: list[Walked], *, journals: bool
) -> Protection:
    """The second verdict: whether the mail that arrives was inspected. journals: whether the journal rules could be read."""
    protect, generator = incoming_rules(found, people), Generator(found, people)
    evidence = Evidence(
        people,
        walks,
        walk=lambda user: walker.walk_alone(generator.plain(user)),
        explain=lambda end, addressed, author: gap(found, people.rules, protect, end.by(author), addressed),
        stance=lambda author: stance(people.rules, protect, author),
    )
    return Protection(
        scope(people, protect),
        domains(people),
        everybody(people),
        evidence.of,
        otherwise=_monitored(found, walks) if journals else NOT_PROVED,
    )


def _monitored(found: Tenant, walks: Iterable[Walked]) -> str:
    """What becomes of incoming mail that is not inspected: its journal reports come to the vendor, there are none, or it is not proved."""
    reports = [
        (item.journal, walked) for item, walked in walks if item.journal and item.journal.scope != "internal"
    ]
    for rule, walked in reports:
        arrives = all(end.verdict == "safe" for end in walked.dispositions) and not _by_others(
            found, rule, walked
        )
        if arrives and rule.enabled and not rule.recipient and rule.scope in ("global", "external"):
            return "monitored"
    return NOT_PROVED if reports else NOBODY


def _by_others(found: Tenant, rule: JournalRule, walked: WalkResult) -> bool:
    """Whether reports are handed to somebody who is not the vendor, by a connector that is not for their domain alone."""
    steps = [step for end in walked.dispositions if end.trace for step in end.trace.steps()]
    names = {step.name.casefold() for step in steps if step.at == "connector"}
    domain = rule.address.rpartition("@")[2]
    others = (
        name for name in names & found.connectors.keys() if found.objects.outbound[name].domains != (domain,)
    )
    return any(found.connectors[name].where in ("hop", "unknown") for name in others)


def _is_added(item: MessageClass) -> bool:
    """Whether a class is only there when somebody is protected, or to compare one that a change adds with it."""
    return kind_of(item.id) == "auto-forward"


def _walks(
    walker: Walker, generator: Generator, wanted: Collection[str] | None
) -> Iterable[tuple[MessageClass, WalkResult]]:
    """Every class with what came of it."""
    reached: dict[str, set[str]] = {}
    for item in generator.classes():
        walked = walker.walk(item.starts)
        reached.setdefault(kind_of(item.id), set()).update(walked.reached)
        if _is_wanted(item, wanted):
            yield item, walked
    for item in generator.others(reached):
        if not item.starts:
            yield item, _left_out(generator.people)
        elif _is_wanted(item, wanted):
            walked = walker.walk(item.starts)
            yield item, _of_journal(generator.tenant, item.journal, walked) if item.journal else walked


def _is_wanted(item: MessageClass, wanted: Collection[str] | None) -> bool:
    return not wanted or item.id in wanted or kind_of(item.id) in wanted


def _left_out(people: People) -> WalkResult:
    """Mail of so many kinds that it is not walked: nothing is known of it, and it may go to the vendor where rules send mail there."""
    acting = [rule for rule in people.protect_rules if rule.acts is not False]
    trace = after(None, "vendor", "", "may get this mail", certain=False) if acting else None
    cause = senders_left_out(2 * MOST_FROM_ADDRESSES)
    return WalkResult([Disposition(people.outside, "unknown", False, cause, True, trace)])


def _of_journal(found: Tenant, rule: JournalRule, walked: WalkResult) -> WalkResult:
    """Reports that go to the organization itself are stranded (3.4); all other troubles get the name of their rule."""
    if found.directory.treatment(rule.address.rpartition("@")[2]) == "authoritative":
        cause = connector_advice.journal_own_domain(rule.name, rule.address)
        stranded = [
            Disposition(item.recipient, "stranded", True, cause, True, item.trace)
            for item in walked.dispositions
        ]
        return replace(walked, dispositions=stranded)
    told = [
        replace(item, cause=connector_advice.journal_unroutable(rule.name, item.cause))
        if item.cause and item.cause != walked.left_out
        else item
        for item in walked.dispositions
    ]
    return replace(walked, dispositions=told)


def unknown_findings(accepted: Iterable[str]) -> list[str]:
    """What is named as accepted and is no finding of this check."""
    return [finding for finding in accepted if finding.lower() not in (*ORDER, *OF_GAPS_ALONE)]
