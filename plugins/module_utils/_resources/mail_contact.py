# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mail contacts (New-, Set-, Remove-MailContact)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._schema.address_types import SMTP
from .._schema.resource import IDENTIFIED, Change, Field, Management, Resource, Role
from .._schema.value_type import NOT_CLEARABLE, ValueType, enum, stripped
from .._schema.value_types import BOOLEAN, UNLIMITED_OR_NUMBER
from .recipient_settings import ALIAS, COMMON, DISPLAY_NAME, MODERATION, name_is_free, synchronized, text


def _external(value: Any) -> str | None:
    # Reads back with its type: SMTP:someone@example.com.
    shown = stripped(value)
    return shown[5:] if shown and shown[:5].upper() == "SMTP:" else shown


EXTERNAL_ADDRESS = ValueType(
    "str", _external, key=str.lower, clear=NOT_CLEARABLE, check=lambda value: SMTP.check(_external(value))
)


def _check(change: Change) -> Iterable[str]:
    after = change.after or {}
    if after.get("moderation_enabled") and not after.get("moderated_by"):
        yield "moderation_enabled needs moderated_by"


MAIL_CONTACT = Resource(
    noun="MailContact",
    title="mail contact",
    role=Role("Mail Recipient Creation", reader="View-Only Recipients"),
    management=Management(
        "mail_contact", force_help="Remove a contact that rules, journal rules or undeliverable reports use."
    ),
    keys={**IDENTIFIED, "ExternalEmailAddress": "any"},
    rank=12,
    listings=({"ResultSize": "Unlimited"},),
    by_identity=True,
    check=_check,
    preconditions=name_is_free("mail contact"),
    unwritable=synchronized,
    fields=(
        Field(
            "ExternalEmailAddress",
            EXTERNAL_ADDRESS,
            "The address outside the organization. Required for a new contact.",
            required_on_new=True,
        ),
        ALIAS,
        DISPLAY_NAME,
        Field("FirstName", text(64), "First name; only for a new contact, and not read back.", verbs="once"),
        Field("Initials", text(6), "Initials; only for a new contact, and not read back.", verbs="once"),
        Field("LastName", text(64), "Last name; only for a new contact, and not read back.", verbs="once"),
        Field(
            "MacAttachmentFormat",
            enum("BinHex", "UuEncode", "AppleSingle", "AppleDouble"),
            "Format of attachments for Macintosh mail programs.",
        ),
        Field("MessageBodyFormat", enum("Text", "Html", "TextAndHtml"), "Format of the message text."),
        Field("MessageFormat", enum("Text", "Mime"), "Format of the message."),
        Field(
            "UsePreferMessageFormat",
            BOOLEAN,
            "Whether the formats of the contact overrule those of the domain.",
        ),
        Field(
            "UseMapiRichTextFormat",
            enum("Never", "Always", "UseDefaultSettings"),
            "Whether messages are sent in rich text format.",
            verbs="set",
        ),
        Field(
            "MaxRecipientPerMessage",
            UNLIMITED_OR_NUMBER,
            "How many recipients its messages may have.",
            verbs="set",
        ),
        Field(
            "RequireSenderAuthenticationEnabled",
            BOOLEAN,
            "Whether only senders of the organization can write to the contact.",
            verbs="set",
        ),
        *MODERATION,
        *COMMON,
    ),
)
