# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor finds out in the tenant: every class once, and what the application may do. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._doctor.scope import people_to_look_up
from .._doctor.tenant_view import TenantView
from .._engine.progress import Progress
from .._exchange import permissions
from .._exchange.cmdlets import Cmdlets, Record
from .._exchange.errors import (
    AuthenticationError,
    ConfigurationError,
    NotPermitted,
    O365Error,
    ServiceError,
)
from .._mail_flow_objects.named_recipients import named_recipients
from .._resources.index import TOPICS
from .._schema.resource import Resource
from .odd_settings import odd_settings
from .recipient_lookup import RecipientLookup
from .topics import in_order, to_result, topic_records


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
                    "smart_hosts": texts,
                    "return_addresses": texts,
                    "loop_guard": texts,
                    "additional_addresses": texts,
                    "scope": texts,
                    "mail_flow": {"type": "dict", "default": {}},
                },
            },
            "probe_writes": {"type": "bool", "default": True},
            "lookup_mx": {"type": "bool", "default": True},
            "resolvers": texts,
            "products": {"type": "list", "elements": "dict", "default": []},
            "directory": {"type": "path"},
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
            "odd": {},
            "notes": {},
            "recipients": {},
        }
        try:
            facts["tenant"] = cmdlets.tenant
            if not facts["tenant"]:
                raise ConfigurationError("The doctor looks at a tenant; leave offline out.")
            for topic, resource in TOPICS.items():
                _read(topic, resource, cmdlets, facts)
            facts["recipients"] = _look_up(params, cmdlets, progress, facts)
            asked = (*permissions.READING, *(permissions.WRITING if params["probe_writes"] else ()))
            facts["may"].update({cmdlet: cmdlets.may(cmdlet) for cmdlet in asked})
        except AuthenticationError as error:
            facts.update(_refused(error))
        return {"changed": False, "facts": facts}


def _read(topic: str, resource: Resource, cmdlets: Cmdlets, facts: dict[str, Any]) -> None:
    cmdlet = f"Get-{resource.noun}"
    try:
        records = _ordered(resource, topic_records(resource, cmdlets))
    except (AuthenticationError, ConfigurationError):
        raise
    except O365Error as error:
        facts["may"][cmdlet] = False if isinstance(error, NotPermitted) else None
        facts["reasons"][cmdlet] = error.text
        return
    facts["may"][cmdlet] = True
    objects = [to_result(resource, record) for record in records]
    facts["snapshot"][topic] = objects[0] if resource.singleton else objects
    odd = [odd_settings(resource, record) for record in records]
    if any(odd):
        facts["odd"][topic] = odd
    if resource.notes:
        facts["notes"][topic] = {
            str(record.get("Name")): _noted(resource.notes, record) for record in records
        }


def _look_up(
    params: Mapping[str, Any], cmdlets: Cmdlets, progress: Progress, facts: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Who the identities are about which the checks ask."""
    view = TenantView(facts["snapshot"], facts["odd"], integration=params.get("integration") or {})
    try:
        asked = [*people_to_look_up(view), *named_recipients(facts["snapshot"])]
        return RecipientLookup(cmdlets, progress).recipients(list(dict.fromkeys(asked)))
    except (AuthenticationError, ConfigurationError):
        raise
    except O365Error as error:
        facts["reasons"]["Get-Recipient"] = error.text
        return {}


def _ordered(resource: Resource, records: list[Record]) -> list[Record]:
    """In their order; as the service lists them where a place is not known, which is then an odd setting of the object."""
    try:
        return in_order(resource, records)
    except ServiceError:
        return records


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
