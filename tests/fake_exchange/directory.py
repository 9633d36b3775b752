# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups and contacts: recipients that can be made, changed and removed, and who is a member of which group."""

from __future__ import annotations

from typing import Any

from . import errors
from .binding import known_recipient
from .classes import Class
from .tenant import Record, Tenant

# Parameters that act and are not kept with the object.
NOT_KEPT = (
    "BypassSecurityGroupManagerCheck",
    "CopyOwnerToMember",
    "FirstName",
    "IgnoreNamingPolicy",
    "Initials",
    "LastName",
    "Members",
    "Notes",
    "RoomList",
    "Type",
)
_INTERNAL = ("Members",)
_NO_MEMBERS = ("GroupMailbox", "DynamicDistributionGroup")


def shown(record: Record) -> Record:
    """A recipient as Get- returns it."""
    return {key: value for key, value in record.items() if key not in _INTERNAL}


def new(tenant: Tenant, table: Class, bound: dict[str, Any], record: Record) -> Record:
    """A new group or contact with everything that follows from its name."""
    name = str(bound["Name"])
    alias = str(bound.get("Alias") or "".join(name.split()))
    domain = next(row["DomainName"] for row in tenant.objects["AcceptedDomain"] if row["Default"])
    contact = table.noun == "MailContact"
    address = str(
        bound["ExternalEmailAddress"] if contact else bound.get("PrimarySmtpAddress") or f"{alias}@{domain}"
    )
    for identity in (name, alias, address):
        if tenant.recipients(identity):
            raise errors.management(
                "ADObjectAlreadyExistsException",
                f'The name or address "{identity}" is already being used by the proxy addresses or LegacyExchangeDN of '
                f'"{tenant.recipients(identity)[0]["Name"]}". Please choose another one.',
            )
    details = "MailContact"
    if not contact:
        if not bound.get("ManagedBy"):
            raise errors.argument("A group needs an owner, and the caller is not a user.", "ManagedBy")
        security = bound.get("Type") == "Security"
        details = "MailUniversalSecurityGroup" if security else "MailUniversalDistributionGroup"
        record["GroupType"] = "Universal, SecurityEnabled" if security else "Universal"
        record["MemberDepartRestriction"] = "Closed" if security else "Open"
        record["Members"] = [
            known_recipient(tenant, "Members", item)["Guid"] for item in bound.get("Members") or ()
        ]
    for key in NOT_KEPT:
        if key not in _INTERNAL:
            record.pop(key, None)
    record.update(
        Alias=alias,
        DisplayName=bound.get("DisplayName") or name,
        PrimarySmtpAddress=address,
        EmailAddresses=[f"SMTP:{address}"],
        ExternalDirectoryObjectId=tenant.guid_for(f"entra/{alias}"),
        RecipientType=details,
        RecipientTypeDetails=details,
        IsDirSynced=False,
    )
    if not contact and bound.get("RoomList"):
        record["RecipientTypeDetails"] = "RoomList"
    return record


def check_manager(bound: dict[str, Any]) -> None:
    """An application owns no group, so that it must say that it acts as an administrator."""
    if not bound.pop("BypassSecurityGroupManagerCheck", False):
        raise errors.CmdletError(
            "Microsoft.Exchange.Configuration.Tasks.OperationRequiresGroupManagerException",
            "You don't have sufficient permissions. This operation can only be performed by a manager of the group.",
        )


def _group(tenant: Tenant, identity: Any) -> Record:
    for record in tenant.recipients(str(identity)):
        if "Members" in record and record["RecipientTypeDetails"] not in _NO_MEMBERS:
            return record
    raise errors.not_found(identity)


def members(tenant: Tenant, bound: dict[str, Any]) -> list[Record]:
    """The members of a group in their order among all recipients."""
    found = tenant.recipients(str(bound.get("Identity")))
    if not found:
        raise errors.not_found(bound.get("Identity"))
    return [shown(row) for row in tenant.objects["Recipient"] if row["Guid"] in found[0].get("Members", [])]


def change_members(tenant: Tenant, verb: str, bound: dict[str, Any]) -> None:
    """Add-, Remove- and Update-DistributionGroupMember."""
    group = _group(tenant, bound["Identity"])
    check_manager(bound)
    if verb == "Update":
        guids = [known_recipient(tenant, "Members", item)["Guid"] for item in bound.get("Members") or ()]
    else:
        if not bound.get("Member"):
            raise errors.missing("Member")
        person = known_recipient(tenant, "Member", bound["Member"])
        guids = list(group["Members"])
        if verb == "Add":
            if person["Guid"] in guids:
                raise errors.management(
                    "MemberAlreadyExistsException",
                    f'The recipient "{person["Name"]}" is already a member of the group "{group["Name"]}".',
                )
            if person["RecipientTypeDetails"] == "GroupMailbox":
                raise errors.argument(f"'{person['Name']}' cannot be a member of a group.", "Member")
            guids.append(person["Guid"])
        elif person["Guid"] not in guids:
            raise errors.management(
                "MemberNotFoundException",
                f'The recipient "{person["Name"]}" isn\'t a member of the group "{group["Name"]}".',
            )
        else:
            guids.remove(person["Guid"])
    tenant.about_to_write("Recipient")
    group["Members"] = guids


def group(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    """What a group must be like, and what its address and its list say of each other."""
    if not after["ManagedBy"]:
        raise errors.argument("A group needs an owner.", "ManagedBy")
    if after["RecipientTypeDetails"] == "MailUniversalSecurityGroup":
        for name in ("MemberJoinRestriction", "MemberDepartRestriction"):
            if after[name] == "Open":
                raise errors.argument(f"{name} of a security group cannot be Open.", name)
        if after["ModerationEnabled"] and not after["ModeratedBy"]:
            raise errors.argument("A moderated security group needs a moderator.", "ModeratedBy")
    if given.get("RoomList"):
        after["RecipientTypeDetails"] = "RoomList"
    _settle_addresses(before, after, given)


def contact(tenant: Tenant, before: Record | None, after: Record, given: Record) -> None:
    """A contact is known by its outside address."""
    if "ExternalEmailAddress" in given:
        address = str(after["ExternalEmailAddress"])
        after["ExternalEmailAddress"] = f"SMTP:{address}"
        after["PrimarySmtpAddress"] = address
        old = [item for item in after["EmailAddresses"] if not item.startswith("SMTP:")]
        after["EmailAddresses"] = [f"SMTP:{address}", *old]
    _settle_addresses(before, after, given)


def _settle_addresses(before: Record | None, after: Record, given: Record) -> None:
    for path in ("AcceptMessagesOnlyFrom", "RejectMessagesFrom"):
        if f"{path}SendersOrMembers" in given and (path in given or f"{path}DLMembers" in given):
            raise errors.argument(f"{path} and {path}SendersOrMembers exclude each other.", path)
    if "PrimarySmtpAddress" in given:
        if "EmailAddresses" in given:
            raise errors.argument(
                "EmailAddresses and PrimarySmtpAddress exclude each other.", "EmailAddresses"
            )
        address = str(after["PrimarySmtpAddress"])
        rest = [item for item in after["EmailAddresses"] if item.partition(":")[2].lower() != address.lower()]
        after["EmailAddresses"] = [
            f"SMTP:{address}",
            *(f"smtp:{item[5:]}" if item.startswith("SMTP:") else item for item in rest),
        ]
    if "EmailAddresses" in given and not any(item.startswith("SMTP:") for item in after["EmailAddresses"]):
        raise errors.argument("There is no primary address among the addresses.", "EmailAddresses")
