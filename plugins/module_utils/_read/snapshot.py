# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the mail-flow check looks at, as the tenant is: every topic once, by option names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets
from .._exchange.errors import InvalidValue, NotPermitted, ServiceError
from .._resources.index import TOPICS
from .topics import topic_records, topic_result

Snapshot = dict[str, Any]

# Predicates that rules can have and the modules do not offer; the rule is then narrower than it looks.
_HIDDEN = (
    "HasSenderOverride",
    "MessageContainsDataClassifications",
    "RecipientInSenderList",
    "SenderInRecipientList",
)
_CLASSES = {
    topic: replace(resource, fields=(*resource.fields, *resource.mail_flow.more))
    for topic, resource in TOPICS.items()
    if resource.mail_flow
}


def mail_flow_snapshot(cmdlets: Cmdlets, progress: Progress) -> Snapshot:
    """Every topic once; None for what may not be read."""
    snapshot: Snapshot = {}
    for topic, resource in _CLASSES.items():
        try:
            records = topic_records(resource, cmdlets)
        except (NotPermitted, InvalidValue, ServiceError) as error:
            progress.warn(
                f"{topic} could not be read, so that nothing can be proved that hangs on it: {error}"
            )
            snapshot[topic] = None
            continue
        snapshot[topic] = topic_result(resource, records)
        if topic == "mail_flow_rules":
            _mark_hidden_parts(snapshot[topic], records, progress)
    if not snapshot.get("accepted_domains"):
        # Every organization has one; a draft knows none.
        snapshot["accepted_domains"] = None
    return snapshot


def _mark_hidden_parts(
    rules: list[dict[str, Any]], records: Iterable[Mapping[str, Any]], progress: Progress
) -> None:
    """A condition that nobody can evaluate for rules of which the cmdlets do not show everything."""
    by_name = {str(record.get("Name")): record for record in records}
    for rule in rules:
        record = by_name.get(str(rule.get("name"))) or {}
        edited = record.get("ManuallyModified") or record.get("IsRuleConfigurationSupported") is False
        hidden = [name for name in _HIDDEN if record.get(name) or record.get(f"ExceptIf{name}")]
        if edited or hidden:
            what = ", ".join(hidden) or "parts that the cmdlets do not show"
            progress.warn(
                f'The mail-flow rule "{rule.get("name")}" has {what}; when it matches is not known.'
            )
            rule["conditions"] = {**(rule.get("conditions") or {}), "what the modules do not show": True}
