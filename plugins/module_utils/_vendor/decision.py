# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the phases of a run do in a tenant, decided from its variables and from what o365_info has found. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import rules
from .footprint import by_task, wanted
from .ownership import not_ours, taken_by_others, with_blanks
from .recipients import named_by, odd_recipients, wrong_recipients
from .run import Run
from .scope import difference
from .standing import waiting_loops
from .tenant import ObservedTenant

_TOPICS = ("journal_rules", "inbound_connectors", "outbound_connectors", "mail_flow_rules")


def to_read(run: Run) -> dict[str, list[str]]:
    """The options of o365_info with which it finds everything that the decision needs."""
    filtered = {"monitor", "inline"} & set(run.phases) and run.portal.wants("connection_filter")
    topics = [
        *_TOPICS,
        *(["transport_config"] if {"monitor", "remove"} & set(run.phases) else []),
        *(["connection_filter"] if filtered else []),
    ]
    return {"gather": topics, "resolve": named_by(run)}


def refusals(run: Run, tenant: ObservedTenant) -> list[str]:
    """Why nothing may be written, a sentence each."""
    blanks = list(with_blanks(run.portal, tenant))
    if "remove" in run.phases:
        return [*blanks, *_not_removed(run, tenant)]
    found = [
        *blanks,
        *taken_by_others(run.portal, tenant),
        *wrong_recipients(run, tenant),
        *_without_rule(run, tenant),
    ]
    if not run.preview:
        found += [text for phase in run.phases for text in waiting_loops(phase, run.portal, tenant)]
    return list(dict.fromkeys(found))


def _not_removed(run: Run, tenant: ObservedTenant) -> Iterator[str]:
    if foreign := not_ours(run.portal, tenant):
        yield (
            f"this does not belong to the portal {run.portal.name}: {', '.join(foreign)}; correct portal_name or portal_brand, or "
            "name this portal's objects in portal_values"
        )


def _without_rule(run: Run, tenant: ObservedTenant) -> Iterator[str]:
    """A preview shows the rule that would be made; so does a run that makes one first."""
    makes_one = run.preview or "inline" in run.phases
    if "rescope" in run.phases and not makes_one and not rules.standing_protect_rule(run.portal, tenant):
        name = run.portal.names("protect_rule")[0]
        yield f"There is no protect rule ({name}) whose scope could be changed; run monitor_to_inline first"


def decided(run: Run, tenant: ObservedTenant) -> dict[str, dict[str, Any]]:
    """By phase: the wanted objects, by the task that writes them and in their order, and what people are told of it."""
    return {phase: _phase(phase, run, tenant) for phase in run.phases}


def _phase(phase: str, run: Run, tenant: ObservedTenant) -> dict[str, Any]:
    objects = wanted(phase, run.portal, tenant)
    return {
        "wanted": by_task(phase, objects),
        "objects": [{"module": item.module, "options": item.options} for item in objects],
        "scope": _scope_lines(phase, run, tenant),
    }


def gate(run: Run, tenant: ObservedTenant) -> dict[str, Any]:
    """The options with which o365_preflight judges all phases: what is written in which order, and how strictly."""
    return {
        "tasks": [
            {
                "module": item.module,
                "options": _plain(item.options),
                "reason": str(item.options.get("reason") or ""),
            }
            for phase in run.phases
            for item in wanted(phase, run.portal, tenant)
        ],
        "integration": run.portal.integration(),
        # What leads out of a state that is not safe must not be kept from doing so.
        "only_worse": "remove" in run.phases,
        "preview": run.preview,
    }


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a module, without the reason, which is none of its own."""
    return {key: value for key, value in options.items() if key != "reason"}


def protection(run: Run, tenant: ObservedTenant) -> dict[str, list[str]]:
    """Who enters, leaves and stays protected, groups with their number of members; nothing where no phase changes that."""
    if not {"inline", "rescope", "remove"} & set(run.phases):
        return {}
    after = {} if "remove" in run.phases else rules.scope(run.portal, tenant)
    who = difference(after, run.portal.names("protect_rule"), tenant.objects("mail_flow_rules"))
    sizes = {f"group {address}": size for address, size in tenant.members().items()}
    return {key: [_with_size(label, sizes.get(label)) for label in labels] for key, labels in who.items()}


def _with_size(label: str, members: int | None) -> str:
    if members is None:
        return label
    return f"{label} ({members} member{'' if members == 1 else 's'})" if members else f"{label} (nobody yet)"


def _scope_lines(phase: str, run: Run, tenant: ObservedTenant) -> list[str]:
    """The same in words."""
    if phase not in ("inline", "rescope"):
        return []
    who = protection(run, tenant)
    lines = [
        f"Protected from now on: {', '.join(who['enters']) or 'nobody'}",
        f"No longer protected: {', '.join(who['leaves']) or 'nobody'}",
        f"Stays protected: {', '.join(who['stays']) or 'nobody'}",
    ]
    there = rules.standing_protect_rule(run.portal, tenant) if phase == "rescope" else None
    if there.get("enabled") if there else run.inputs["inline_rule_enabled"]:
        return lines
    return [*lines, "The protect rule is switched off: until it is switched on, nobody is protected."]


def remarks(run: Run, tenant: ObservedTenant) -> list[str]:
    """What is not as the vendor would have it, because the organization has it otherwise."""
    return [*odd_recipients(run, tenant), *_kept_recipient(run, tenant)]


def _kept_recipient(run: Run, tenant: ObservedTenant) -> list[str]:
    present = str(tenant.setting("transport_config", "journaling_report_ndr_to") or "")
    address = run.portal.undeliverable_address
    kept = present and not run.inputs["monitor_replace_undeliverable_recipient"]
    if "monitor" not in run.phases or not kept or present.lower() == address.lower():
        return []
    return [
        f"Undeliverable journal reports keep going to {present}; set monitor_replace_undeliverable_recipient to send them to {address}."
    ]


def known(run: Run) -> Mapping[str, Any]:
    """What is known of the portal without the tenant, for the tasks that only look."""
    return {
        "integration": run.portal.integration(),
        "examined": run.portal.examined(),
        "protect_rules": run.portal.protect_rules,
    }
