# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The organization's transport settings (Set-TransportConfig), as far as Exchange Online has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._schema.address_types import NULLABLE_SMTP, SMTP
from .._schema.resource import (
    Change,
    Field,
    MailFlowData,
    Management,
    Precondition,
    Reader,
    Resource,
    Role,
    Topic,
)
from .._schema.value_type import ValueType, enum, lowered, stripped
from .._schema.value_types import BOOLEAN, INTEGER, SPAN, TEXT, UNLIMITED_OR_NUMBER

_NDR = "journaling_report_ndr_to"


def _culture(value: Any) -> str | None:
    # Shown as an object with a name in PowerShell (seen by others).
    return stripped(value.get("Name") or "") if isinstance(value, Mapping) else stripped(value)


_CULTURE = ValueType("str", _culture, key=lowered)


def _expiration_problem(value: Any) -> Iterable[str]:
    yield from SPAN.check(value)
    if not list(SPAN.check(value)) and not 12 * 3600 <= SPAN.key(value) <= 24 * 3600:
        yield f'"{value}" is not from 12:00:00 to 1.00:00:00'


def _days_problem(value: Any) -> Iterable[str]:
    if not 0 <= int(value) <= 7:
        yield f"is {value}; the service takes 0 to 7 days"


def _envelope_problem(value: Any) -> Iterable[str]:
    yield from UNLIMITED_OR_NUMBER.check(value)
    if str(value).isdigit() and int(value) > 1000:
        yield f"is {value}; the service takes at most 1000, or Unlimited"


EXPIRATION = replace(SPAN, check=_expiration_problem)
EXPIRATION_DAYS = replace(INTEGER, check=_days_problem)
ENVELOPE_LIMIT = replace(UNLIMITED_OR_NUMBER, check=_envelope_problem)


def _preconditions(change: Change, read: Reader) -> Iterable[Precondition]:
    # The service refuses to forget the recipient while a journal rule exists, enabled or not (inferred).
    if change.turns(_NDR, None):
        rules = [str(record.get("Name")) for record in read("JournalRule", {})]
        named = f" (it has {', '.join(rules)})" if rules else ""
        yield Precondition(f"no journal rule needs the undeliverable recipient{named}", not rules)


TRANSPORT_CONFIG = Resource(
    noun="TransportConfig",
    title="transport configuration",
    role=Role("Organization Transport Settings", always=True),
    management=Management("transport_config"),
    topic=Topic("transport_config", "The transport configuration."),
    mail_flow=MailFlowData(),
    keys={"JournalingReportNdrTo": "any"},
    rank=1,
    singleton=True,
    preconditions=_preconditions,
    fields=(
        Field(
            "JournalingReportNdrTo",
            NULLABLE_SMTP,
            "Address that receives journal reports which cannot be delivered. Empty clears it, which the service "
            "allows only while there is no journal rule.",
            names="Recipient",
        ),
        Field(
            "JournalMessageExpirationDays",
            EXPIRATION_DAYS,
            "Days, 0 to 7, for which a journal report is tried again.",
        ),
        Field(
            "PreventDuplicateJournalingEnabled", BOOLEAN, "Whether duplicate journal reports are suppressed."
        ),
        Field("VoicemailJournalingEnabled", BOOLEAN, "Whether voice mail messages are journaled."),
        Field(
            "MessageExpiration", EXPIRATION, "How long a message is tried again, from 12:00:00 to 1.00:00:00."
        ),
        Field(
            "MaxRecipientEnvelopeLimit",
            ENVELOPE_LIMIT,
            "Most recipients of a message: V(Unlimited) or up to 1000.",
        ),
        Field(
            "SmtpClientAuthenticationDisabled",
            BOOLEAN,
            "Whether authenticated SMTP submission is off for the organization.",
        ),
        Field(
            "AllowLegacyTLSClients",
            BOOLEAN,
            "Whether clients may submit with TLS 1.0 and 1.1 at the legacy endpoint.",
        ),
        Field(
            "AddressBookPolicyRoutingEnabled",
            BOOLEAN,
            "Whether address book policies separate recipients in routing.",
        ),
        Field(
            "ClearCategories", BOOLEAN, "Whether Outlook categories are removed from messages in transport."
        ),
        Field(
            "ConvertDisclaimerWrapperToEml",
            BOOLEAN,
            "Whether a message wrapped for a disclaimer is attached as .eml file.",
        ),
        Field("Rfc2231EncodingEnabled", BOOLEAN, "Whether MIME parameters are encoded as in RFC 2231."),
        Field(
            "DSNConversionMode",
            enum("DoNotConvert", "PreserveDSNBody", "UseExchangeDSNs"),
            "How delivery status notifications of other systems are shown.",
        ),
        Field(
            "HeaderPromotionModeSetting",
            enum("MustCreate", "MayCreate", "NoCreate"),
            "Whether named properties are created for X-headers.",
        ),
        Field("ExternalDelayDsnEnabled", BOOLEAN, "Whether external senders are told about delays."),
        Field(
            "ExternalDsnDefaultLanguage",
            _CULTURE,
            "Language of notifications to external senders, such as en-US.",
        ),
        Field(
            "ExternalDsnLanguageDetectionEnabled",
            BOOLEAN,
            "Whether notifications to external senders take the language of the message.",
        ),
        Field("ExternalDsnReportingAuthority", TEXT, "Domain named in notifications to external senders."),
        Field("ExternalDsnSendHtml", BOOLEAN, "Whether notifications to external senders are HTML."),
        Field("ExternalPostmasterAddress", SMTP, "From address of notifications to external senders."),
        Field("InternalDelayDsnEnabled", BOOLEAN, "Whether internal senders are told about delays."),
        Field(
            "InternalDsnDefaultLanguage",
            _CULTURE,
            "Language of notifications to internal senders, such as en-US.",
        ),
        Field(
            "InternalDsnLanguageDetectionEnabled",
            BOOLEAN,
            "Whether notifications to internal senders take the language of the message.",
        ),
        Field("InternalDsnReportingAuthority", TEXT, "Domain named in notifications to internal senders."),
        Field("InternalDsnSendHtml", BOOLEAN, "Whether notifications to internal senders are HTML."),
        Field("ReplyAllStormProtectionEnabled", BOOLEAN, "Whether reply-all storms are blocked."),
        Field("ReplyAllStormBlockDurationHours", INTEGER, "Hours for which replies to a storm are blocked."),
        Field(
            "ReplyAllStormDetectionMinimumRecipients",
            INTEGER,
            "Recipients from which a conversation can be a storm.",
        ),
        Field(
            "ReplyAllStormDetectionMinimumReplies",
            INTEGER,
            "Replies to all within an hour that make a storm.",
        ),
    ),
)
