# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a tenant: classes walked, verdicts, findings. Pure; see docs/mail-flow-model.md.

`check(snapshot, integration, now=...)` gives {"verdict", "classes", "findings", "outside_the_model"}.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from . import advice
from .classes import Class, Generator
from .directory import Directory
from .findings import Findings, judged, unread
from .integration import integration as read_integration
from .model import Model
from .notes import notes
from .objects import JournalRule, objects, text
from .people import People
from .rules import RuleSet
from .state import Disposition, Walked
from .trace import Cause
from .verdicts import kind_of, worst
from .walk import Walk

_TOPICS = ("mail_flow_rules", "inbound_connectors", "outbound_connectors", "accepted_domains")
OUTSIDE_THE_MODEL = (
    "verdicts on spam, malware and spoofing",
    "DNS, whether hosts can be reached, and the certificates that they really show",
    "limits of size and rate",
    "forged headers",
    "inbox rules",
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
    accepted: Iterable[str] = (),
) -> dict[str, Any]:
    """Walk the classes of messages through a tenant.

    snapshot: the tenant in option names, with `recipients`; integration: what is known of the vendor for this portal. now: with a
    time zone. classes: ids to walk, all by default. accepted: findings that count for nothing, as id or as id:rule or connector.
    """
    lacking = [topic for topic in _TOPICS if snapshot.get(topic) is None]
    if not lacking and not Directory(snapshot).default:
        # Every organization has a domain.
        lacking = ["accepted_domains"]
    if lacking:
        return unread(lacking, OUTSIDE_THE_MODEL)
    model = _model(snapshot, integration, now)
    people = People(model)
    findings = Findings(accepted)
    results = [judged(item, walked, findings) for item, walked in _walks(model, people, classes)]
    for note in notes(model, people):
        findings.note(note)
    verdict = worst(item.verdict for item in results)
    return {
        "verdict": verdict,
        "classes": [item.to_result() for item in results],
        "findings": findings.to_result(),
        "outside_the_model": list(OUTSIDE_THE_MODEL),
    }


def _model(snapshot: Mapping[str, Any], integration: Mapping[str, Any], now: datetime) -> Model:
    known = read_integration(integration)
    found = objects(snapshot, known, now)
    directory = Directory(snapshot)
    acting = [rule for rule in found.rules if rule.acts is not False]
    looked_at = {
        text(section, f"header_{way}_message_header").lower()
        for rule in acting
        for section in (rule.conditions, rule.exceptions)
        for way in ("contains", "matches")
    }
    return Model(
        objects=found,
        directory=directory,
        known=known,
        rules=RuleSet(directory, found.rules),
        borders=found.borders(),
        tracked=frozenset(looked_at - {""}),
        set_by_rules=frozenset({text(rule.actions, "set_header_name").lower() for rule in acting} - {""}),
    )


def _walks(model: Model, people: People, wanted: Collection[str] | None) -> Iterable[tuple[Class, Walked]]:
    """Every class with what came of it."""
    generator = Generator(model, people)
    reached: dict[str, set[str]] = {}
    for item in generator.classes():
        walked = Walk(model).run(item.starts)
        reached.setdefault(kind_of(item.id), set()).update(walked.reached)
        if _is_wanted(item, wanted):
            yield item, walked
    for item in generator.others(reached):
        if _is_wanted(item, wanted):
            walked = Walk(model).run(item.starts)
            yield item, _of_journal(model, item.journal, walked) if item.journal else walked


def _is_wanted(item: Class, wanted: Collection[str] | None) -> bool:
    return not wanted or item.id in wanted or kind_of(item.id) in wanted


def _of_journal(model: Model, rule: JournalRule, walked: Walked) -> Walked:
    """Reports that go to the organization itself are stranded (3.4); all other troubles get the name of their rule."""
    for address, what in (
        (rule.address, "journal address"),
        (model.objects.undeliverable, "address for undeliverable reports"),
    ):
        if model.directory.treatment(address.rpartition("@")[2]) == "authoritative":
            cause = advice.journal_own_domain(rule.name, address, what)
            ends = [
                Disposition(end.recipient, "stranded", True, cause, True, end.trail) for end in walked.ends
            ]
            return replace(walked, ends=ends)
    ends = [
        replace(end, cause=advice.journal_unroutable(rule.name, end.cause))
        if isinstance(end.cause, Cause)
        else end
        for end in walked.ends
    ]
    return replace(walked, ends=ends)
