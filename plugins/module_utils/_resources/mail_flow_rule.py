# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mail-flow rules, which the cmdlets call transport rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .._schema.regular_expressions import doubtful
from .._schema.resource import (
    IDENTIFIED,
    Change,
    Field,
    MailFlowData,
    Management,
    Precondition,
    Reader,
    Resource,
    Role,
    State,
    Topic,
)
from .._schema.value_type import enum
from .._schema.value_types import ATTRIBUTE_PATTERNS, COMMENT, DATE, PATTERNS, PLACE, STATE, instant
from .outbound_connector import OUTBOUND_CONNECTOR
from .rule_actions import ACTIONS, COMPATIBLE, EXCLUSIVE
from .rule_predicates import CONDITIONS, EXCEPTIONS, NEEDS, PAIRS
from .rule_size import nearly_too_large, too_large

_CONNECTOR = "actions.route_message_outbound_connector"
_REJECT_DEFAULTS = {
    "actions.reject_message_reason_text": "Delivery not authorized, message refused",
    "actions.reject_message_enhanced_status_code": "5.7.1",
}


def _sections(names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Pairs of predicates as paths, for conditions and for exceptions."""
    return tuple(
        (f"{section}.{one}", f"{section}.{other}")
        for section in ("conditions", "exceptions")
        for one, other in names
    )


_PAIRED = (*_sections(PAIRS), ("actions.set_header_name", "actions.set_header_value"))
_QUALIFYING = (
    *_sections(NEEDS),
    ("actions.incident_report_content", "actions.generate_incident_report"),
    ("actions.apply_html_disclaimer_location", "actions.apply_html_disclaimer_text"),
    ("actions.apply_html_disclaimer_fallback_action", "actions.apply_html_disclaimer_text"),
    ("actions.remove_rms_attachment_encryption", "actions.remove_ome_v2"),
)
# Qualifier, what it qualifies, and what the service takes when it is not given (reference; Sender is inferred).
_DEFAULTS = (
    *(
        (f"{section}.{qualifier}", f"{section}.{main}", default)
        for section in ("conditions", "exceptions")
        for (qualifier, main), default in zip(NEEDS, ("Sender", "Equal"), strict=True)
    ),
    ("actions.apply_html_disclaimer_location", "actions.apply_html_disclaimer_text", "Append"),
    ("actions.apply_html_disclaimer_fallback_action", "actions.apply_html_disclaimer_text", "Wrap"),
)
# Clearing the second clears the first, when the task does not speak of it.
_FOLLOWING = (*_QUALIFYING, *_PAIRED, *((other, one) for one, other in _PAIRED))


def _imply(desired: State, before: State | None) -> State:
    """Defaults that the service fills in (cmdlet reference), halves that go together, dates that it forgets."""
    values, present = dict(desired), before or {}
    _imply_rejection(values, present)
    for qualifier, main, default in _DEFAULTS:
        if values.get(main, present.get(main)) is None:
            continue
        emptied = qualifier in values and values[qualifier] is None
        if emptied or (main in values and values.get(qualifier, present.get(qualifier)) is None):
            values[qualifier] = default
    for follower, main in _FOLLOWING:
        if main in values and values[main] is None and present.get(follower) is not None:
            values.setdefault(follower, None)
    date = values.get("activation_date")
    if date and not present.get("activation_date") and _is_past(date):
        # A date in the past is stored as none (inferred), and means none.
        del values["activation_date"]
    return values


def _is_past(date: str) -> bool:
    """Whether a date is over; one that the service shows in an unknown form is not."""
    try:
        return instant(date) <= datetime.now(UTC)
    except ValueError:
        return False


def _imply_rejection(values: State, present: State) -> None:
    """Text and code of a rejection are there together or not at all; the one that is not given is the default."""
    given = [path for path in _REJECT_DEFAULTS if path in values]
    if not given:
        return
    rejects = any(values[path] for path in given)
    for path, default in _REJECT_DEFAULTS.items():
        if not rejects:
            values[path] = None
        elif values.get(path) is None and (path in values or present.get(path) is None):
            values[path] = default


def _check(change: Change) -> Iterable[str]:
    """Combinations that the service refuses; those that it has accepted before are left alone."""
    before, after = change.before or {}, change.after or {}
    touched = {path for path in (*before, *after) if before.get(path) != after.get(path)}
    for one, other in _PAIRED:
        if touched & {one, other} and (after.get(one) is None) != (after.get(other) is None):
            yield f"{one} and {other} need each other"
    for qualifier, main in _QUALIFYING:
        if touched & {qualifier, main} and after.get(qualifier) is not None and after.get(main) is None:
            yield f"{qualifier} needs {main}"
    if change.before is None or any(path.startswith("actions.") for path in touched):
        yield from _check_actions(after)
    if touched & {"activation_date", "expiry_date"} and _ends_too_early(after):
        yield "expiry_date must be later than activation_date"
    yield from too_large(change)


def _ends_too_early(after: State) -> bool:
    activation, expiry = after.get("activation_date"), after.get("expiry_date")
    try:
        return bool(activation and expiry) and instant(str(expiry)) <= instant(str(activation))
    except ValueError:
        # The service shows a time in a form that nobody has seen yet.
        return False


def _check_actions(after: State) -> Iterable[str]:
    actions = [
        path.partition(".")[2]
        for path, value in after.items()
        if path.startswith("actions.") and value is not None
    ]
    if not actions:
        yield "a rule needs at least one action"
    yield from _check_exclusive(actions)


def _check_exclusive(actions: list[str]) -> Iterable[str]:
    for exclusive in EXCLUSIVE:
        others = [name for name in actions if name not in exclusive and name not in COMPATIBLE]
        if any(name in actions for name in exclusive) and others:
            yield f"actions.{exclusive[0]} cannot be combined with {', '.join(others)}"
            return


def _preconditions(change: Change, read: Reader) -> Iterable[Precondition]:
    # The service takes a route only to an enabled, rule-scoped connector (inferred); mail would be stranded otherwise.
    name = (change.after or {}).get(_CONNECTOR)
    before = change.before or {}
    rerouted = name is not None and before.get(_CONNECTOR) != name
    enabled = change.turns("enabled", True)
    if name is None or not (rerouted or enabled):
        return
    named: list[dict[str, Any]] = []
    exact: list[dict[str, Any]] = []
    for listing in OUTBOUND_CONNECTOR.listings:
        found = read("OutboundConnector", dict(listing))
        named += [row for row in found if str(row.get("Name")).strip().casefold() == name.casefold()]
        exact = [row for row in named if str(row["Name"]).casefold() == name.casefold()]
        if exact:
            break
    for record in (exact or named)[:1]:
        yield Precondition(f'the outbound connector "{name}" is enabled', bool(record.get("Enabled")))
        scoped = bool(record.get("IsTransportRuleScoped"))
        yield Precondition(f'the outbound connector "{name}" is scoped to mail-flow rules', scoped)
        if not exact:
            text = f'the outbound connector "{record["Name"]}" has no blank before or after its name'
            yield Precondition(text, False)
    if not named:
        yield Precondition(f'there is an outbound connector "{name}"', False)


def _cautions(change: Change, read: Reader) -> Iterable[str]:
    yield from nearly_too_large(change)
    before, after = change.before or {}, change.after or {}
    for row in (*CONDITIONS, *EXCEPTIONS):
        if row.value in (PATTERNS, ATTRIBUTE_PATTERNS):
            for pattern in row.value.lacking(after.get(row.path), before.get(row.path)):
                if fault := doubtful(pattern):
                    yield f'{row.path}: whether the service takes "{pattern}" is not certain ({fault}).'


def _uneditable(record: Mapping[str, Any]) -> str:
    if record.get("ManuallyModified"):
        return "it was edited in a way that the cmdlets cannot show (ManuallyModified); make it anew"
    if record.get("IsRuleConfigurationSupported") is False:
        reason = record.get("RuleConfigurationUnsupportedReason") or "no reason given"
        return f"the service does not support its configuration ({reason}); make it anew"
    return ""


MAIL_FLOW_RULE = Resource(
    noun="TransportRule",
    title="mail-flow rule",
    role=Role("Transport Rules", always=True),
    management=Management("mail_flow_rule"),
    topic=Topic("mail_flow_rules", "The mail-flow rules in their order."),
    mail_flow=MailFlowData(
        defaults={
            "enabled": True,
            "mode": "Enforce",
            "sender_address_location": "Header",
            "recipient_address_type": "Resolved",
        }
    ),
    notes={
        "CreatedBy": "created_by",
        "LastModifiedBy": "last_modified_by",
        "ManuallyModified": "manually_modified",
        "IsRuleConfigurationSupported": "supported",
    },
    twin="journal_rules",
    keys={**IDENTIFIED, "Priority": "number"},
    rank=5,
    priority=True,
    listings=({"ResultSize": "Unlimited"},),
    imply=_imply,
    check=_check,
    preconditions=_preconditions,
    cautions=_cautions,
    uneditable=_uneditable,
    sections={
        "conditions": "What a message must be like. All that are given must be true. Conditions left out are left alone.",
        "exceptions": "What keeps the rule from acting. One that is true is enough. Exceptions left out are left alone.",
        "actions": "What the rule does. A rule needs at least one action. Actions left out are left alone.",
    },
    fields=(
        Field(
            "Enabled",
            STATE,
            "Whether the rule acts. A new rule is enabled unless this is V(false).",
            prop="State",
            verbs="toggle",
            on_new=True,
        ),
        Field(
            "Priority", PLACE, "Place in the order of all rules, from 0. A new rule without it comes last."
        ),
        Field("Mode", enum("Audit", "AuditAndNotify", "Enforce"), "Whether the rule acts or is only tested."),
        Field("Comments", COMMENT, "A note for administrators."),
        Field("ActivationDate", DATE, "When the rule begins to act, in ISO 8601; UTC without a zone."),
        Field("ExpiryDate", DATE, "When the rule ceases to act, in ISO 8601; UTC without a zone."),
        Field(
            "RuleErrorAction",
            enum("Ignore", "Defer"),
            "What happens to a message when the rule cannot be evaluated.",
        ),
        Field(
            "SenderAddressLocation",
            enum("Header", "Envelope", "HeaderOrEnvelope"),
            "Where conditions on the sender look for the address.",
        ),
        Field(
            "RecipientAddressType",
            enum("Original", "Resolved"),
            "Whether conditions on recipients look at the address before or after it was resolved.",
        ),
        *CONDITIONS,
        *EXCEPTIONS,
        *ACTIONS,
    ),
)
