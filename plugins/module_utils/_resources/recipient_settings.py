# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings that groups and contacts have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._schema.address_types import SMTP
from .._schema.resource import Change, Field, Precondition, Reader
from .._schema.value_type import NOT_CLEARABLE, ValueType, enum, list_of, listed, longer
from .._schema.value_types import BOOLEAN, RECIPIENTS, TEXT, truth


def text(limit: int, clear: Any = None, *, several_lines: bool = False) -> ValueType:
    """A text of limited length."""
    return replace(TEXT, clear=clear, check=lambda value: longer(value, limit), several_lines=several_lines)


_WRAPPING = re.compile(r"</?(?:html|body)[^>]*>", re.IGNORECASE)


def _mail_tip(value: Any) -> str | None:
    # The service stores a mail tip inside <html><body>...</body></html> (cmdlet reference).
    return _WRAPPING.sub("", str(value)).strip() or None


MAIL_TIP = ValueType("str", _mail_tip, key=lambda value: value.replace("\r\n", "\n"), several_lines=True)


def _proxy_address(item: str) -> str:
    kind, separator, address = item.partition(":")
    return item if separator and kind.upper() != "SMTP" else f"smtp:{(address or kind).lower()}"


def _proxy_address_problem(item: str) -> Iterable[str]:
    kind, separator, address = item.partition(":")
    if not separator or kind.upper() == "SMTP":
        yield from SMTP.check(address or kind)


# The prefix of the primary address is in capitals; which one is primary is a setting of its own here.
PROXY_ADDRESSES = list_of(_proxy_address, check=_proxy_address_problem, clear=NOT_CLEARABLE)
PRIMARY = SMTP.clearing(NOT_CLEARABLE)
WORDS = replace(list_of(str, str), several_lines=True)
MODERATORS = list_of(recipients="individual")

ALIAS = Field(
    "Alias",
    text(64, NOT_CLEARABLE),
    "Its short name. The service makes one from the name when none is given.",
)
DISPLAY_NAME = Field(
    "DisplayName",
    text(256, NOT_CLEARABLE),
    "Its name in address lists. A new one is shown by its name unless this is given.",
)
MODERATION = (
    Field("ModerationEnabled", BOOLEAN, "Whether a moderator approves messages before they are delivered."),
    Field("ModeratedBy", MODERATORS, "Who approves them, by address, name, alias or GUID."),
    Field(
        "SendModerationNotifications",
        enum("Always", "Internal", "Never"),
        "Which senders are told that their message was not approved.",
    ),
)
COMMON = (
    Field(
        "BypassModerationFromSendersOrMembers",
        RECIPIENTS,
        "Senders, and groups of senders, whose messages need no approval.",
        verbs="set",
    ),
    Field(
        "AcceptMessagesOnlyFromSendersOrMembers",
        RECIPIENTS,
        "Senders, and groups of senders, whose messages alone are accepted; empty means everybody's.",
        verbs="set",
    ),
    Field(
        "RejectMessagesFromSendersOrMembers",
        RECIPIENTS,
        "Senders, and groups of senders, whose messages are rejected.",
        verbs="set",
    ),
    Field("GrantSendOnBehalfTo", RECIPIENTS, "Who may send on its behalf.", verbs="set"),
    Field("HiddenFromAddressListsEnabled", BOOLEAN, "Whether address lists leave it out.", verbs="set"),
    Field(
        "MailTip", MAIL_TIP, "What senders are shown while they write to it; HTML is allowed.", verbs="set"
    ),
    Field("SimpleDisplayName", text(256), "A display name in plain ASCII characters.", verbs="set"),
    Field(
        "EmailAddresses",
        PROXY_ADDRESSES,
        "Further addresses that it shall have; those that it has already are kept.",
        verbs="set",
        partial="add",
    ),
    *(
        Field(
            f"CustomAttribute{number}",
            text(1024, several_lines=True),
            f"Custom attribute {number}.",
            option=f"custom_attribute{number}",
            verbs="set",
        )
        for number in range(1, 16)
    ),
    *(
        Field(
            f"ExtensionCustomAttribute{number}",
            WORDS,
            f"Values of extension attribute {number}.",
            option=f"extension_custom_attribute{number}",
            verbs="set",
        )
        for number in range(1, 6)
    ),
)


def synchronized(record: Mapping[str, Any]) -> str:
    """Why a recipient of the local directory is left alone."""
    below = truth(record.get("IsDirSynced"))
    return "it is synchronized from the local directory; change it there" if below else ""


_IDENTIFYING = ("alias", "primary_smtp_address", "external_email_address")


def _held(record: Mapping[str, Any]) -> set[str]:
    """The names and addresses that nobody else can have beside this recipient."""
    addresses = listed(record.get("EmailAddresses") or ())
    texts = {str(record.get(key) or "") for key in ("Name", "Alias", "PrimarySmtpAddress")}
    return {
        text.casefold() for text in texts | {item.partition(":")[2] or item for item in addresses} if text
    }


def _holder(text: str, record: Mapping[str, Any]) -> str:
    details = record.get("RecipientTypeDetails") or record.get("RecipientType")
    name = str(record.get("Name"))
    same = name.casefold() == text.casefold()
    return f"a recipient of another kind ({details})" if same else f'the recipient "{name}" ({details})'


def name_is_free(kind: str) -> Any:
    """The precondition of a new recipient: no other recipient has its name, alias or address."""

    def preconditions(change: Change, read: Reader) -> Iterable[Precondition]:
        if change.before is not None or change.after is None:
            return
        desired = [change.name, *(str(change.after[path]) for path in _IDENTIFYING if change.after.get(path))]
        for text in dict.fromkeys(desired):
            for record in read("Recipient", {"Identity": text, "ResultSize": "Unlimited"}):
                if text.casefold() in _held(record):
                    yield Precondition(
                        f'"{text}" is free for a {kind}; {_holder(text, record)} has it', False
                    )

    return preconditions
