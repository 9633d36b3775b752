# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cmdlets do: one behaviour for each verb, the tables and couplings for the rest."""

from __future__ import annotations

import copy
from typing import Any

from . import directory, errors, message_trace
from .binding import bind, stored
from .classes import ACTIONS, CLASSES, CONDITIONS, TRANSPORT_RULE, Class
from .couplings import COUPLINGS, still_referenced
from .tenant import Record, Tenant

_MOST_RULES = 300
_NOT_KEPT = ("Force", *directory.NOT_KEPT)
_UNREADABLE = {"TransportRule": ("Name", "Enabled", "Priority"), "JournalRule": ("Name", "Enabled")}


def known(cmdlet: str) -> bool:
    """Whether there is such a cmdlet."""
    verb, _dash, noun = cmdlet.partition("-")
    if cmdlet.lower() in ("enable-organizationcustomization", message_trace.NAME.lower()):
        return True
    table = _table(noun)
    return table is not None and verb.capitalize() in ("Get", *table.verbs)


def exported() -> list[str]:
    """All cmdlets."""
    names = [f"{verb}-{noun}" for noun, table in CLASSES.items() for verb in ("Get", *table.verbs)]
    return [*names, "Enable-OrganizationCustomization", message_trace.NAME]


def _table(noun: str) -> Class | None:
    return next((table for name, table in CLASSES.items() if name.lower() == noun.lower()), None)


def execute(tenant: Tenant, cmdlet: str, parameters: dict[str, Any]) -> list[Record]:
    """Carry out a cmdlet; its output. CmdletError when it fails, and then nothing has changed."""
    verb, _dash, noun = cmdlet.partition("-")
    verb = verb.capitalize()
    if noun.lower() == "organizationcustomization":
        return _customize(tenant)
    if cmdlet.lower() == message_trace.NAME.lower():
        return message_trace.get(tenant, parameters)
    table = _table(noun)
    assert table is not None
    bound = bind(table, verb, parameters)
    if table.noun == "DistributionGroupMember" and verb != "Get":
        directory.change_members(tenant, verb, bound)
        return []
    if verb == "Get":
        return _get(tenant, table, bound)
    if verb == "New":
        return [_new(tenant, table, bound)]
    record = _addressed(tenant, table, bound)
    if record is None:
        raise errors.not_found(parameters.get("Identity"))
    if table.noun == "DistributionGroup":
        directory.check_manager(bound)
    if verb == "Set":
        _set(tenant, table, record, bound)
    elif verb == "Remove":
        _remove(tenant, table, record)
    else:
        _switch(tenant, table, record, verb == "Enable", bound)
    return []


def _addressed(tenant: Tenant, table: Class, bound: dict[str, Any]) -> Record | None:
    if table.singleton:
        return tenant.objects[table.noun][0]
    identity = bound.pop("Identity")
    if not table.details:
        return tenant.find(table.noun, identity)
    return next(
        (row for row in tenant.recipients(identity) if row["RecipientTypeDetails"] in table.details), None
    )


def _customize(tenant: Tenant) -> list[Record]:
    config = tenant.objects["OrganizationConfig"][0]
    if not config["IsDehydrated"]:
        raise errors.invalid_operation(
            "This operation is not required. Organization is already enabled for customization."
        )
    config["IsDehydrated"] = False
    tenant.faults["shown_dehydrated"] = tenant.faults.pop("late_customization", 0)
    return []


def _organization(tenant: Tenant) -> list[Record]:
    rows = copy.deepcopy(tenant.seen("OrganizationConfig"))
    if tenant.faults.get("shown_dehydrated"):
        tenant.faults["shown_dehydrated"] -= 1
        rows[0]["IsDehydrated"] = True
    return rows


def _limits(tenant: Tenant) -> list[Record]:
    rules = tenant.objects["TransportRule"]
    sizes = [len(str({key: value for key, value in rule.items() if value})) for rule in rules]
    return [
        {
            "MaximumNumberOfTransportRules": _MOST_RULES,
            "CurrentTransportRulesCount": len(rules),
            "MaximumSizeOfAnIndividualTransportRule": 8192,
            "CurrentLargestTransportRule": max(sizes, default=0),
            "CharacterLimitForAllRegExInTransportRules": 20480,
            "CurrentRegExCharacterCountInAllTransportRules": sum(
                len(item)
                for rule in rules
                for key in rule
                if key.endswith("Patterns")
                for item in rule[key] or ()
            ),
            "MaximumNumberOfAddedRecipientsByAllTransportRules": 100,
            "CurrentAddedRecipientCountByAllTransportRules": sum(
                len(rule[key] or ()) for rule in rules for key in ("AddToRecipients", "CopyTo", "BlindCopyTo")
            ),
        }
    ]


# ---------------------------------------------------------------------------------------------- Get-


def _get(tenant: Tenant, table: Class, bound: dict[str, Any]) -> list[Record]:
    if table.noun == "DistributionGroupMember":
        return _limited(tenant, table, directory.members(tenant, bound), bound)
    if table.noun == "OrganizationConfig":
        return _organization(tenant)
    if table.noun == "EtrLimits":
        return _limits(tenant)
    rows = tenant.seen(table.noun)
    identity = bound.get("Identity")
    if table.noun == "Recipient" or table.details:
        rows = _recipients(tenant, table, identity)
    elif identity and not table.singleton:
        found = [
            row
            for row in rows
            if str(identity).lower() in (str(row["Name"]).lower(), str(row.get("Guid")).lower())
        ]
        if not found and not tenant.faults.get("unknown_identity_returns_all"):
            raise errors.not_found(identity)
        rows = found or rows
    return _limited(tenant, table, _visible(tenant, table, rows, bound), bound)


def _recipients(tenant: Tenant, table: Class, identity: Any) -> list[Record]:
    rows = [
        row
        for row in tenant.seen("Recipient")
        if not table.details or row["RecipientTypeDetails"] in table.details
    ]
    if identity:
        found = [row for row in rows if tenant.carries(row, str(identity))]
        if not found and not tenant.faults.get("unknown_identity_returns_all"):
            raise errors.not_found(identity)
        rows = found or rows
    return [directory.shown(row) for row in rows]


def _visible(tenant: Tenant, table: Class, rows: list[Record], bound: dict[str, Any]) -> list[Record]:
    if table.noun == "OutboundConnector" and not bound.get("Identity"):
        if bound.get("IncludeTestModeConnectors"):
            return [row for row in rows if row["TestMode"]]
        rows = [row for row in rows if not row["TestMode"]]
        if tenant.faults.get("hide_rule_scoped"):
            wanted = bool(bound.get("IsTransportRuleScoped"))
            rows = [row for row in rows if row["IsTransportRuleScoped"] == wanted]
    if table.noun == "TransportRule" and bound.get("State"):
        rows = [row for row in rows if row["State"].lower() == str(bound["State"]).lower()]
    return rows


def _limited(tenant: Tenant, table: Class, rows: list[Record], bound: dict[str, Any]) -> list[Record]:
    size = str(bound.get("ResultSize") or 1000)
    if table.listed_in_full or size.lower() == "unlimited" or len(rows) <= int(size):
        return rows
    tenant.warn(
        "There are more results available than are currently displayed. To view them, increase the value for the "
        "ResultSize parameter."
    )
    return rows[: int(size)]


# ---------------------------------------------------------------------------------------------- New-, Set-


def _taken(tenant: Tenant, table: Class, name: str, but: Record | None = None) -> None:
    holder = tenant.find(table.noun, name)
    if holder is None or holder is but:
        return
    if table.directory:
        raise errors.management(
            f"Error{table.noun}AlreadyExistsException", f"The {table.noun} '{name}' already exists."
        )
    raise errors.argument(f"The rule name '{name}' is already in use.", "Name")


def _new(tenant: Tenant, table: Class, bound: dict[str, Any]) -> Record:
    name = str(bound["Name"])
    if len(name) > 64:
        raise errors.argument("The name is longer than 64 characters.", "Name")
    if table.details:
        record = directory.new(tenant, table, bound, tenant.fresh(table, name))
        _store(tenant, table, record, bound)
        COUPLINGS[table.noun](tenant, None, record, bound)
        tenant.about_to_write("Recipient")
        tenant.objects["Recipient"].append(record)
        return directory.shown(record)
    _taken(tenant, table, name)
    rules = tenant.objects[table.noun]
    if table is TRANSPORT_RULE:
        if len(rules) >= _MOST_RULES:
            raise errors.invalid_operation("There are too many transport rules.")
        _check_priority(bound.get("Priority"), len(rules))
    record = tenant.fresh(table, name)
    _store(tenant, table, record, bound)
    if table is TRANSPORT_RULE:
        record["State"] = "Disabled" if bound.get("Enabled") is False else "Enabled"
    COUPLINGS[table.noun](tenant, None, record, bound)
    tenant.about_to_write(table.noun)
    place = bound.get("Priority")
    rules.insert(len(rules) if place is None else place, record)
    if table is TRANSPORT_RULE:
        _describe(record)
        tenant.renumber()
    return record


def _check_priority(priority: int | None, highest: int) -> None:
    if priority is None:
        return
    if priority < 0:
        raise errors.argument("The priority must not be negative.", "Priority")
    if priority > highest:
        raise errors.CmdletError(
            "Microsoft.Exchange.Management.Tasks.InvalidPriorityException",
            f"The specified rule priority is invalid. Use a value between '0' (highest priority), and '{highest}' (lowest priority).",
        )


def _store(tenant: Tenant, table: Class, record: Record, bound: dict[str, Any]) -> None:
    for name, value in bound.items():
        if name in _UNREADABLE.get(table.noun, ("Name",)):
            continue
        if name == "Comments" and value is None:
            continue
        if name not in _NOT_KEPT:
            record[name] = stored(tenant, name, table.parameters[name], value, record.get(name))
    if table.noun == "JournalRule" and "Enabled" in bound:
        record["Enabled"] = bool(bound["Enabled"])


def _set(tenant: Tenant, table: Class, record: Record, bound: dict[str, Any]) -> None:
    after = copy.deepcopy(record)
    if "Name" in bound and not table.details:
        _taken(tenant, table, str(bound["Name"]), but=record)
        after["Name"] = after["Identity"] = bound["Name"]
    _store(tenant, table, after, bound)
    COUPLINGS[table.noun](tenant, record, after, bound)
    rules = tenant.objects.get(table.noun, [])
    place = bound.get("Priority") if table is TRANSPORT_RULE else None
    if place is not None:
        _check_priority(place, len(rules) - 1)
    if after == record and place in (None, record.get("Priority")):
        if table.directory or table.singleton:
            tenant.warn(
                f"The command completed successfully but no settings of '{record['Name']}' have been modified."
            )
        return
    tenant.about_to_write("Recipient" if table.details else table.noun)
    record.update(after)
    tenant.touch(table, record)
    if table is TRANSPORT_RULE:
        _describe(record)
        if place is not None:
            rules.remove(record)
            rules.insert(place, record)
        tenant.renumber()


def _describe(record: Record) -> None:
    """The read-only lists of what a rule consists of."""

    def present(names: dict[str, Any], prefix: str, suffix: str) -> list[str] | None:
        base = "Microsoft.Exchange.MessagingPolicies.Rules.Tasks."
        found = [
            f"{base}{name}{suffix}"
            for name in names
            if record[f"{prefix}{name}"] not in (None, False, "", [])
        ]
        return found or None

    record["Conditions"] = present(CONDITIONS, "", "Predicate")
    record["Exceptions"] = present(CONDITIONS, "ExceptIf", "Predicate")
    record["Actions"] = present(ACTIONS, "", "Action")


# ---------------------------------------------------------------------------------------------- Remove-, Enable-


def _remove(tenant: Tenant, table: Class, record: Record) -> None:
    if table.noun == "OutboundConnector":
        still_referenced(tenant, record)
    kept_in = "Recipient" if table.details else table.noun
    tenant.about_to_write(kept_in)
    tenant.objects[kept_in].remove(record)
    tenant.renumber()


def _switch(tenant: Tenant, table: Class, record: Record, on: bool, bound: dict[str, Any]) -> None:
    tenant.about_to_write(table.noun)
    if table is TRANSPORT_RULE:
        record["State"] = "Enabled" if on else "Disabled"
        if bound.get("Mode"):
            record["Mode"] = bound["Mode"]
    else:
        record["Enabled"] = on
    tenant.touch(table, record)
