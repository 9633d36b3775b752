# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor finds out in the tenant: every class once, and what the application may do. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.progress import Progress
from .._exchange import permissions
from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidValue,
    NotPermitted,
    ServiceError,
)
from .._resources.index import TOPICS
from .._schema.resource import Resource
from .topics import topic_records, topic_result


class DoctorModule:
    """A module that looks at a tenant and leaves the judgement to the controller."""

    reads_only = True

    def argument_spec(self) -> dict[str, Any]:
        """The options of the module, without those of the connection."""
        texts = {"type": "list", "elements": "str", "default": []}
        return {
            "integration": {
                "type": "dict",
                "default": {},
                "options": {
                    "portal": {"type": "str", "default": ""},
                    "footprint": {"type": "str", "choices": ["manual", "automatic"], "default": "manual"},
                    "names": {"type": "dict", "default": {}},
                    "return_addresses": texts,
                    "loop_guard": texts,
                    "additional_addresses": texts,
                    "scope": texts,
                },
            },
            "probe_writes": {"type": "bool", "default": True},
            "lookup_mx": {"type": "bool", "default": True},
            "resolvers": texts,
            "products": {"type": "list", "elements": "dict", "default": []},
        }

    def perform(
        self, params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, *, check_mode: bool
    ) -> dict[str, Any]:
        """The facts; see TenantView for their form."""
        facts: dict[str, Any] = {
            "tenant": "",
            "sign_in_problem": "",
            "sign_in_hint": "",
            "token_refused": False,
            "may": {},
            "reasons": {},
            "snapshot": {},
            "notes": {},
        }
        try:
            facts["tenant"] = cmdlets.tenant
            if not facts["tenant"]:
                raise ConfigurationError("The doctor looks at a tenant; leave offline out.")
            for topic, resource in TOPICS.items():
                _read(topic, resource, cmdlets, facts)
            asked = (*permissions.READING, *(permissions.WRITING if params["probe_writes"] else ()))
            facts["may"].update({cmdlet: cmdlets.may(cmdlet) for cmdlet in asked})
        except AuthenticationError as error:
            facts.update(_refused(error))
        return {"changed": False, "facts": facts}


def _read(topic: str, resource: Resource, cmdlets: Cmdlets, facts: dict[str, Any]) -> None:
    cmdlet = f"Get-{resource.noun}"
    try:
        records = topic_records(resource, cmdlets)
    except NotPermitted as error:
        facts["may"][cmdlet], facts["reasons"][cmdlet] = False, error.text
        return
    except (InvalidValue, ServiceError) as error:
        facts["may"][cmdlet], facts["reasons"][cmdlet] = None, error.text
        return
    facts["may"][cmdlet] = True
    facts["snapshot"][topic] = topic_result(resource, records)
    if resource.notes:
        facts["notes"][topic] = {str(record["Name"]): _noted(resource.notes, record) for record in records}


def _refused(error: AuthenticationError) -> dict[str, Any]:
    """Without its hint, which is advice. Only an answer of the service names the cmdlet that it answers to."""
    trace = f" (request id {error.request_id})" if error.request_id else ""
    return {
        "sign_in_problem": f"{error.text.rstrip('.')}{trace}",
        "sign_in_hint": error.hint or "",
        "token_refused": error.cmdlet is not None,
    }


def _noted(notes: Mapping[str, str], record: Record) -> dict[str, Any]:
    return {name: record.get(prop) for prop, name in notes.items()}


TASK = DoctorModule()
