# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Distribution groups and mail-enabled security groups (New-, Set-, Remove-DistributionGroup) with their members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._schema.address_types import smtp_addresses
from .._schema.resource import IDENTIFIED, Change, Field, Management, Precondition, Reader, Resource, Role
from .._schema.value_type import NOT_CLEARABLE, enum, list_of
from .._schema.value_types import BOOLEAN
from .recipient_settings import (
    ALIAS,
    COMMON,
    DISPLAY_NAME,
    MODERATION,
    PRIMARY,
    WORDS,
    name_is_free,
    synchronized,
    text,
)

OWNERS = list_of(recipients="any", clear=NOT_CLEARABLE)
MEMBERS = list_of(recipients="member")
_TYPES = {"mailuniversalsecuritygroup": "Security"}
# GroupType is a text of several words; the type of the recipient is not.
_TYPE = replace(
    enum("Distribution", "Security"),
    canonical=lambda value: (
        str(value)
        if str(value) in ("Distribution", "Security")
        else _TYPES.get(str(value).lower(), "Distribution")
    ),
)
_ROOM_LIST = replace(
    BOOLEAN, canonical=lambda value: value is True or str(value).lower() in ("roomlist", "true")
)
_IRREVERSIBLE = ("room_list", "hidden_group_membership_enabled")


def _with_members(record: dict[str, Any], read: Reader) -> dict[str, Any]:
    identity = record.get("Guid") or record["Name"]
    members = read("DistributionGroupMember", {"Identity": identity, "ResultSize": "Unlimited"})
    return {**record, "Members": [str(row.get("PrimarySmtpAddress") or row.get("Guid")) for row in members]}


def _check(change: Change) -> Iterable[str]:
    before, after = change.before or {}, change.after or {}
    security = after.get("type") == "Security"
    for path in _IRREVERSIBLE:
        if before.get(path) and after.get(path) is False:
            yield f"{path} cannot be switched off again; make a new group"
    if security and after.get("member_join_restriction") == "Open":
        yield "member_join_restriction Open is not for groups of type Security"
    if security and after.get("member_depart_restriction") == "Open":
        yield "member_depart_restriction Open is not for groups of type Security"
    if security and after.get("moderation_enabled") and not after.get("moderated_by"):
        yield "moderation_enabled needs moderated_by for groups of type Security"
    both = [
        path
        for path in ("primary_smtp_address", "email_addresses")
        if before and before.get(path) != after.get(path)
    ]
    if len(both) == 2:
        yield "primary_smtp_address and email_addresses cannot change in one task"


_name_is_free = name_is_free("distribution group")


def _preconditions(change: Change, read: Reader) -> Iterable[Precondition]:
    yield from _name_is_free(change, read)
    addresses = _new_addresses(change)
    domains = read("AcceptedDomain", {"ResultSize": "Unlimited"}) if addresses else []
    for address in addresses if domains else ():
        if not any(_in_domain(address, domain) for domain in domains):
            yield Precondition(f'"{address}" is in an accepted domain of the organization', False)


def _new_addresses(change: Change) -> list[str]:
    """The SMTP addresses that a group gets by a change; only those in an accepted domain can be had (cmdlet reference)."""
    before, after = (
        smtp_addresses([state.get("primary_smtp_address") or "", *(state.get("email_addresses") or ())])
        for state in (change.before or {}, change.after or {})
    )
    return [address for address in dict.fromkeys(after) if address and address not in before]


def _in_domain(address: str, record: Mapping[str, Any]) -> bool:
    domain, accepted = address.rpartition("@")[2], str(record.get("DomainName")).lower()
    return domain == accepted or (bool(record.get("MatchSubDomains")) and domain.endswith(f".{accepted}"))


DISTRIBUTION_GROUP = Resource(
    noun="DistributionGroup",
    title="distribution group",
    role=Role(
        "Distribution Groups and Security Group Creation and Membership", reader="View-Only Recipients"
    ),
    management=Management(
        "distribution_group",
        force_help="Accept an empty list with O(mode=exact), which takes out every member, and remove a group that rules use.",
    ),
    keys={**IDENTIFIED, "PrimarySmtpAddress": "any"},
    rank=11,
    listings=({"ResultSize": "Unlimited"},),
    by_identity=True,
    complete=_with_members,
    # The application is no owner of the group; without this the service refuses.
    constant={"BypassSecurityGroupManagerCheck": True},
    check=_check,
    preconditions=_preconditions,
    unwritable=synchronized,
    fields=(
        Field(
            "Type",
            _TYPE,
            "V(Security) groups can also be given permissions. A new group is V(Distribution) unless this says otherwise. "
            "It cannot be changed.",
            prop="RecipientTypeDetails",
            verbs="new",
        ),
        Field(
            "ManagedBy",
            OWNERS,
            "Owners, by address, name, alias or GUID. Required for a new group, because an application cannot be one.",
            required_on_new=True,
        ),
        Field(
            "Members",
            MEMBERS,
            "Recipients in the group, by address, name, alias or GUID. O(mode) says what happens to them.",
            verbs="each",
            partial="mode",
        ),
        ALIAS,
        DISPLAY_NAME,
        Field(
            "PrimarySmtpAddress",
            PRIMARY,
            "Its address. The service makes one from the alias when none is given.",
        ),
        Field("Description", WORDS, "What the group is for."),
        Field(
            "Notes",
            text(1024, several_lines=True),
            "A note; only for a new group, and not read back.",
            verbs="once",
        ),
        Field(
            "MemberJoinRestriction",
            enum("Open", "Closed", "ApprovalRequired"),
            "Whether users may join; V(Open) is not for security groups.",
        ),
        Field(
            "MemberDepartRestriction",
            enum("Open", "Closed", "ApprovalRequired"),
            "Whether users may leave; V(Open) is not for security groups.",
        ),
        Field(
            "RequireSenderAuthenticationEnabled",
            BOOLEAN,
            "Whether only senders of the organization can write to the group. The service's default is V(true).",
        ),
        Field("BccBlocked", BOOLEAN, "Whether members get no messages that name the group in Bcc."),
        Field(
            "BypassNestedModerationEnabled",
            BOOLEAN,
            "Whether moderators of groups in this group need not approve again.",
        ),
        *MODERATION,
        Field(
            "CopyOwnerToMember",
            BOOLEAN,
            "Make the owners members; only for a new group, and not read back.",
            verbs="once",
        ),
        Field(
            "RoomList",
            _ROOM_LIST,
            "Whether it is a room list. Cannot be undone.",
            prop="RecipientTypeDetails",
        ),
        Field(
            "HiddenGroupMembershipEnabled",
            BOOLEAN,
            "Whether members are hidden from each other. Cannot be undone.",
        ),
        Field(
            "IgnoreNamingPolicy",
            BOOLEAN,
            "Let a new group have its name even when the naming policy of the organization would change it.",
            verbs="once",
        ),
        Field("ReportToManagerEnabled", BOOLEAN, "Whether delivery reports go to the owner.", verbs="set"),
        Field(
            "ReportToOriginatorEnabled", BOOLEAN, "Whether delivery reports go to the sender.", verbs="set"
        ),
        Field(
            "SendOofMessageToOriginatorEnabled",
            BOOLEAN,
            "Whether absence notices of members go to the sender.",
            verbs="set",
        ),
        *COMMON,
    ),
)
