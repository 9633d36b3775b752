# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading several classes of objects at once, in the option names of the modules that manage them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.progress import Progress
from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import InvalidValue, NotPermitted, ServiceError
from .._resources.index import TOPICS
from .._schema.resource import Resource
from .recipient_lookup import RecipientLookup
from .topics import topic_records, topic_result


class InfoModule:
    """A module that only reads: one key for each topic."""

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        topics = list(TOPICS)
        return {
            "gather": {"type": "list", "elements": "str", "choices": topics, "default": topics},
            "raw": {"type": "bool", "default": False},
            "resolve": {"type": "list", "elements": "str", "default": []},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """One key for each topic: a list of objects, or one object where it exists once."""
        records = {topic: _records(TOPICS[topic], cmdlets, progress) for topic in params["gather"]}
        result = {topic: topic_result(TOPICS[topic], rows) for topic, rows in records.items()}
        recipients = RecipientLookup(cmdlets, progress).kinds(params["resolve"])
        raw = {"raw": records} if params["raw"] else {}
        return {"changed": False, **result, **raw, "recipients": recipients}


def _records(resource: Resource, cmdlets: Cmdlets, progress: Progress) -> list[Record]:
    try:
        return topic_records(resource, cmdlets)
    except (NotPermitted, InvalidValue, ServiceError) as error:
        if resource.topic is None or not resource.topic.optional:
            raise
        progress.warnings.append(f"{resource.topic.name} could not be read: {error}")
        return []


TASK = InfoModule()
