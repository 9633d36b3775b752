# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions of mail-flow rules. Each is at the same time an exception, with ExceptIf in front of its parameter."""

from __future__ import annotations

from dataclasses import replace

from .._schema.address_types import DOMAINS, IP_RANGES
from .._schema.resource import Field
from .._schema.value_type import enum
from .._schema.value_types import (
    ATTRIBUTE_PATTERNS,
    ATTRIBUTE_WORDS,
    EXTENSIONS,
    FLAG,
    GROUPS,
    HEADER,
    IDENTITY,
    INDIVIDUALS,
    PATTERNS,
    RECIPIENTS,
    SCL,
    SIZE,
    WORDS,
)

_SCOPE = enum("InOrganization", "NotInOrganization", clear=None)
_ATTRIBUTES = (
    "City",
    "Company",
    "Country",
    *(f"CustomAttribute{number}" for number in range(1, 16)),
    "Department",
    "DisplayName",
    "Email",
    "FaxNumber",
    "FirstName",
    "HomePhoneNumber",
    "Initials",
    "LastName",
    "Manager",
    "MobileNumber",
    "Notes",
    "Office",
    "OtherFaxNumber",
    "OtherHomePhoneNumber",
    "OtherPhoneNumber",
    "PagerNumber",
    "PhoneNumber",
    "POBox",
    "State",
    "Street",
    "Title",
    "UserLogonName",
    "ZipCode",
)
_MESSAGE_TYPES = (
    "OOF",
    "AutoForward",
    "Encrypted",
    "Calendaring",
    "PermissionControlled",
    "Voicemail",
    "Signed",
    "ApprovalRequest",
    "ReadReceipt",
)
_SAYS_ATTRIBUTE = "each C(Attribute:word,word)"

PREDICATES = (
    Field("From", RECIPIENTS, "The sender is one of these."),
    Field("FromMemberOf", GROUPS, "The sender is a member of one of these groups."),
    Field("FromScope", _SCOPE, "Where the sender is."),
    Field("FromAddressContainsWords", WORDS, "The sender's address contains one of these words."),
    Field(
        "FromAddressMatchesPatterns",
        PATTERNS,
        "The sender's address matches one of these regular expressions.",
    ),
    Field(
        "SenderADAttributeContainsWords",
        ATTRIBUTE_WORDS,
        f"An attribute of the sender contains a word; {_SAYS_ATTRIBUTE}.",
    ),
    Field(
        "SenderADAttributeMatchesPatterns",
        ATTRIBUTE_PATTERNS,
        f"An attribute of the sender matches a pattern; {_SAYS_ATTRIBUTE}.",
    ),
    Field("SenderDomainIs", DOMAINS, "The sender is in one of these domains or their subdomains."),
    Field(
        "SenderIpRanges",
        IP_RANGES,
        "The last server before the service is in one of these addresses, blocks or ranges.",
    ),
    Field(
        "SenderManagementRelationship",
        enum("Manager", "DirectReport", clear=None),
        "What the sender is to the recipient.",
    ),
    Field("SentTo", INDIVIDUALS, "A recipient is one of these; single recipients only."),
    Field("SentToMemberOf", GROUPS, "A recipient is a member of one of these groups."),
    Field("SentToScope", _SCOPE, "Where the recipients are."),
    Field(
        "RecipientADAttributeContainsWords",
        ATTRIBUTE_WORDS,
        f"An attribute of a recipient contains a word; {_SAYS_ATTRIBUTE}.",
    ),
    Field(
        "RecipientADAttributeMatchesPatterns",
        ATTRIBUTE_PATTERNS,
        f"An attribute of a recipient matches a pattern; {_SAYS_ATTRIBUTE}.",
    ),
    Field("RecipientAddressContainsWords", WORDS, "A recipient's address contains one of these words."),
    Field(
        "RecipientAddressMatchesPatterns",
        PATTERNS,
        "A recipient's address matches one of these regular expressions.",
    ),
    Field("RecipientDomainIs", DOMAINS, "A recipient is in one of these domains or their subdomains."),
    Field(
        "AnyOfRecipientAddressContainsWords", WORDS, "Any recipient's address contains one of these words."
    ),
    Field(
        "AnyOfRecipientAddressMatchesPatterns",
        PATTERNS,
        "Any recipient's address matches one of these regular expressions.",
    ),
    Field("AnyOfToHeader", RECIPIENTS, "One of these is in the To line."),
    Field("AnyOfCcHeader", RECIPIENTS, "One of these is in the Cc line."),
    Field("AnyOfToCcHeader", RECIPIENTS, "One of these is in the To or Cc line."),
    Field("AnyOfToHeaderMemberOf", GROUPS, "A member of one of these groups is in the To line."),
    Field("AnyOfCcHeaderMemberOf", GROUPS, "A member of one of these groups is in the Cc line."),
    Field("AnyOfToCcHeaderMemberOf", GROUPS, "A member of one of these groups is in the To or Cc line."),
    Field(
        "BetweenMemberOf1",
        GROUPS,
        "Mail between members of these groups and those of the second list.",
        group="between",
    ),
    Field(
        "BetweenMemberOf2", GROUPS, "The second list for O(conditions.between_member_of1).", group="between"
    ),
    Field(
        "ManagerForEvaluatedUser",
        enum("Sender", "Recipient", clear=None),
        "Whose manager is looked at.",
        group="manager",
    ),
    Field("ManagerAddresses", RECIPIENTS, "The manager is one of these.", group="manager"),
    Field(
        "ADComparisonAttribute",
        enum(*_ATTRIBUTES, clear=None),
        "Attribute of sender and recipient to compare.",
        group="ad",
    ),
    Field(
        "ADComparisonOperator",
        enum("Equal", "NotEqual", clear=None),
        "How the attribute is compared.",
        group="ad",
    ),
    Field("HasClassification", IDENTITY, "The message has this classification."),
    Field("HasNoClassification", FLAG, "The message has no classification."),
    Field("SubjectContainsWords", WORDS, "The subject contains one of these words."),
    Field("SubjectOrBodyContainsWords", WORDS, "The subject or body contains one of these words."),
    Field("SubjectMatchesPatterns", PATTERNS, "The subject matches one of these regular expressions."),
    Field(
        "SubjectOrBodyMatchesPatterns",
        PATTERNS,
        "The subject or body matches one of these regular expressions.",
    ),
    Field(
        "HeaderContainsMessageHeader",
        HEADER,
        "Header field that is searched for words.",
        group="header_words",
    ),
    Field(
        "HeaderContainsWords", WORDS, "Words of which that header field contains one.", group="header_words"
    ),
    Field("HeaderMatchesMessageHeader", HEADER, "Header field that is matched.", group="header_patterns"),
    Field(
        "HeaderMatchesPatterns",
        PATTERNS,
        "Regular expressions of which one matches that header field.",
        group="header_patterns",
    ),
    Field("AttachmentContainsWords", WORDS, "An attachment contains one of these words."),
    Field(
        "AttachmentMatchesPatterns",
        PATTERNS,
        "An attachment's text matches one of these regular expressions.",
    ),
    Field(
        "AttachmentNameMatchesPatterns",
        PATTERNS,
        "An attachment's name matches one of these regular expressions.",
    ),
    Field("AttachmentExtensionMatchesWords", EXTENSIONS, "An attachment has one of these file extensions."),
    Field(
        "AttachmentPropertyContainsWords",
        ATTRIBUTE_WORDS,
        "A property of an attachment contains a word; each C(Property:word,word).",
    ),
    Field("AttachmentSizeOver", SIZE, "An attachment is at least this large, such as V(10MB)."),
    Field("MessageSizeOver", SIZE, "The message is at least this large, such as V(10MB)."),
    Field("AttachmentProcessingLimitExceeded", FLAG, "An attachment could not be scanned completely."),
    Field("AttachmentIsUnsupported", FLAG, "An attachment is of a kind that cannot be scanned."),
    Field("AttachmentHasExecutableContent", FLAG, "An attachment is an executable file."),
    Field("AttachmentIsPasswordProtected", FLAG, "An attachment is protected by a password."),
    Field("ContentCharacterSetContainsWords", WORDS, "The message uses one of these character sets."),
    Field("MessageTypeMatches", enum(*_MESSAGE_TYPES, clear=None), "The message is of this type."),
    Field("WithImportance", enum("Low", "Normal", "High", clear=None), "The message has this importance."),
    Field("SCLOver", SCL, "The spam confidence level is at least this, from -1 to 9."),
)

PAIRS = (
    ("between_member_of1", "between_member_of2"),
    ("header_contains_message_header", "header_contains_words"),
    ("header_matches_message_header", "header_matches_patterns"),
)
"""Predicates of which neither works without the other."""

NEEDS = (
    ("manager_for_evaluated_user", "manager_addresses"),
    ("ad_comparison_operator", "ad_comparison_attribute"),
)
"""Predicates of which the first qualifies the second."""


def _in(section: str, prefix: str, row: Field) -> Field:
    return replace(
        row,
        section=section,
        option=row.name,
        parameter=f"{prefix}{row.parameter}",
        help=row.help.replace("O(conditions.", f"O({section}."),
        group=f"{section}.{row.group}" if row.group else "",
    )


CONDITIONS = tuple(_in("conditions", "", row) for row in PREDICATES)
EXCEPTIONS = tuple(_in("exceptions", "ExceptIf", row) for row in PREDICATES)
