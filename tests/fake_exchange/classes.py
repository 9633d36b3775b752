# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables: which parameters each class of objects has, of which kind, and how unset values read.

Names, types and limits: Exchange Online cmdlet reference (office-docs-powershell, August 2026). Read-back forms: live
answers that others have published in July and August 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Kinds: b bool, i int, s text, S text that reads "" when unset, l list, e enumeration, r recipient, R recipients,
# I individual recipients, G groups, w words, p patterns, d domains, n IP ranges, c connector IPs, a sender domains,
# h smart hosts, A attribute:words, z size, L spam level, t time, m SMTP address, M SMTP addresses, o connector, T span,
# f filter entries, q recipients kept by GUID, Q recipients kept by name, P proxy addresses, H text kept as HTML
KIND_TYPES = {"b": "System.Boolean", "i": "System.Int32", "t": "System.DateTime"}
LISTS = set("lRIGwpdncahAMEfqQP")


@dataclass(frozen=True)
class Parameter:
    """kind: see above; choices: of an enumeration; unset: how it reads; on: cmdlet verbs that take it."""

    kind: str
    choices: tuple[str, ...] = ()
    unset: object = None
    on: tuple[str, ...] = ("New", "Set")


@dataclass(frozen=True)
class Class:
    """noun: of the cmdlets; verbs: beside Get; required: on New; get: further parameters of Get-.

    details: the types of recipients that it consists of; they are kept among all recipients.
    """

    noun: str
    verbs: tuple[str, ...]
    parameters: dict[str, Parameter]
    required: tuple[str, ...] = ("Name",)
    get: dict[str, Parameter] = field(default_factory=dict)
    singleton: bool = False
    directory: bool = False
    listed_in_full: bool = False
    details: tuple[str, ...] = ()


def _e(*choices: str, unset: object = None) -> Parameter:
    return Parameter("e", choices, unset)


_ANY = {"ResultSize": Parameter("s", on=("Get",))}
_SCOPES = ("InOrganization", "NotInOrganization")
_MESSAGES = (
    "OOF AutoForward Encrypted Calendaring PermissionControlled Voicemail Signed ApprovalRequest ReadReceipt"
)
_ATTRIBUTES = (
    "City Company Country Department DisplayName Email FaxNumber FirstName HomePhoneNumber Initials LastName Manager "
    "MobileNumber Notes Office OtherFaxNumber OtherHomePhoneNumber OtherPhoneNumber PagerNumber PhoneNumber POBox State "
    "Street Title UserLogonName ZipCode " + " ".join(f"CustomAttribute{n}" for n in range(1, 16))
)
_INCIDENT = (
    "Sender Recipients Subject CC BCC Severity RuleDetections FalsePositive IdMatch AttachOriginalMail"
)


def _spread(**kinds: str) -> dict[str, Parameter]:
    table = {}
    for kind, names in kinds.items():
        for name in names.split():
            table[name] = Parameter(kind, unset=False if kind == "b" else None)
    return table


CONDITIONS: dict[str, Parameter] = {
    **_spread(
        I="SentTo",
        G="FromMemberOf SentToMemberOf BetweenMemberOf1 BetweenMemberOf2 AnyOfToHeaderMemberOf AnyOfCcHeaderMemberOf "
        "AnyOfToCcHeaderMemberOf",
        R="From ManagerAddresses AnyOfToHeader AnyOfCcHeader AnyOfToCcHeader",
        w="FromAddressContainsWords RecipientAddressContainsWords AnyOfRecipientAddressContainsWords SubjectContainsWords "
        "SubjectOrBodyContainsWords HeaderContainsWords AttachmentContainsWords AttachmentExtensionMatchesWords "
        "ContentCharacterSetContainsWords SenderInRecipientList RecipientInSenderList",
        p="FromAddressMatchesPatterns RecipientAddressMatchesPatterns AnyOfRecipientAddressMatchesPatterns "
        "SubjectMatchesPatterns SubjectOrBodyMatchesPatterns HeaderMatchesPatterns AttachmentMatchesPatterns "
        "AttachmentNameMatchesPatterns",
        A="SenderADAttributeContainsWords SenderADAttributeMatchesPatterns RecipientADAttributeContainsWords "
        "RecipientADAttributeMatchesPatterns AttachmentPropertyContainsWords",
        d="SenderDomainIs RecipientDomainIs",
        n="SenderIpRanges",
        s="HasClassification HeaderContainsMessageHeader HeaderMatchesMessageHeader",
        b="HasNoClassification HasSenderOverride AttachmentIsUnsupported AttachmentProcessingLimitExceeded "
        "AttachmentHasExecutableContent AttachmentIsPasswordProtected",
        z="AttachmentSizeOver MessageSizeOver",
        L="SCLOver",
    ),
    "FromScope": _e(*_SCOPES),
    "SentToScope": _e(*_SCOPES, "ExternalPartner", "ExternalNonPartner"),
    "SenderManagementRelationship": _e("Manager", "DirectReport"),
    "ManagerForEvaluatedUser": _e("Sender", "Recipient"),
    "ADComparisonAttribute": _e(*_ATTRIBUTES.split()),
    "ADComparisonOperator": _e("Equal", "NotEqual"),
    "MessageTypeMatches": _e(*_MESSAGES.split()),
    "WithImportance": _e("Low", "Normal", "High"),
}
ACTIONS: dict[str, Parameter] = {
    **_spread(
        I="AddToRecipients CopyTo BlindCopyTo RedirectMessageTo ModerateMessageByUser",
        r="GenerateIncidentReport",
        b="ModerateMessageByManager DeleteMessage Quarantine StopRuleProcessing RouteMessageOutboundRequireTls ApplyOME "
        "RemoveOME RemoveOMEv2 RemoveRMSAttachmentEncryption Disconnect",
        s="RejectMessageReasonText RejectMessageEnhancedStatusCode PrependSubject ApplyHtmlDisclaimerText SetHeaderName "
        "SetHeaderValue RemoveHeader GenerateNotification ApplyClassification ApplyRightsProtectionTemplate "
        "ApplyRightsProtectionCustomizationTemplate LogEventText SmtpRejectMessageRejectText "
        "SmtpRejectMessageRejectStatusCode",
        L="SetSCL",
        o="RouteMessageOutboundConnector",
    ),
    "AddManagerAsRecipientType": _e("To", "Cc", "Bcc", "Redirect"),
    "ApplyHtmlDisclaimerLocation": _e("Append", "Prepend"),
    "ApplyHtmlDisclaimerFallbackAction": _e("Wrap", "Ignore", "Reject"),
    "SetAuditSeverity": Parameter("s"),
    "IncidentReportContent": Parameter("E", tuple(_INCIDENT.split())),
}
TRANSPORT_RULE = Class(
    "TransportRule",
    ("New", "Set", "Remove", "Enable", "Disable"),
    {
        "Name": Parameter("s"),
        "Enabled": Parameter("b", on=("New",)),
        "UseLegacyRegex": Parameter("b", unset=False, on=("New",)),
        "Priority": Parameter("i"),
        "Comments": Parameter("s"),
        "ActivationDate": Parameter("t"),
        "ExpiryDate": Parameter("t"),
        "Mode": _e("Audit", "AuditAndNotify", "Enforce", unset="Enforce"),
        "RuleErrorAction": _e("Ignore", "Defer", unset="Ignore"),
        "SenderAddressLocation": _e("Header", "Envelope", "HeaderOrEnvelope", unset="Header"),
        "RecipientAddressType": _e("Original", "Resolved", unset="Resolved"),
        "RuleSubType": _e("None", "Dlp", unset="None"),
        **CONDITIONS,
        **{f"ExceptIf{name}": row for name, row in CONDITIONS.items()},
        **ACTIONS,
    },
    get={
        **_ANY,
        "State": Parameter("s"),
        "Filter": Parameter("s"),
        "ExcludeConditionActionDetails": Parameter("b"),
    },
)
JOURNAL_RULE = Class(
    "JournalRule",
    ("New", "Set", "Remove", "Enable", "Disable"),
    {
        "Name": Parameter("s"),
        "JournalEmailAddress": Parameter("s"),
        "Recipient": Parameter("m"),
        "Scope": _e("Global", "Internal", "External", unset="Global"),
        "Enabled": Parameter("b", unset=False, on=("New",)),
    },
    required=("Name", "JournalEmailAddress"),
    listed_in_full=True,
)
_CONNECTOR = {
    "Enabled": Parameter("b", unset=True),
    "ConnectorType": _e("Partner", "OnPremises", unset="Partner"),
    "ConnectorSource": _e("Default", "HybridWizard", "Migrated", unset="Default"),
    "Comment": Parameter("S", unset=""),
    "CloudServicesMailEnabled": Parameter("b", unset=False),
}
INBOUND_CONNECTOR = Class(
    "InboundConnector",
    ("New", "Set", "Remove"),
    {
        "Name": Parameter("s"),
        **_CONNECTOR,
        "SenderIPAddresses": Parameter("c", unset=[]),
        "SenderDomains": Parameter("a", unset=[]),
        "TrustedOrganizations": Parameter("l", unset=[]),
        "ClientHostNames": Parameter("l", unset=[], on=("New",)),
        "AssociatedAcceptedDomains": Parameter("l", unset=[]),
        "RequireTls": Parameter("b", unset=False),
        "RestrictDomainsToIPAddresses": Parameter("b", unset=False),
        "RestrictDomainsToCertificate": Parameter("b", unset=False),
        "TreatMessagesAsInternal": Parameter("b", unset=False),
        "TlsSenderCertificateName": Parameter("s"),
        "EFTestMode": Parameter("b", unset=False),
        "ScanAndDropRecipients": Parameter("l", unset=[]),
        "EFSkipLastIP": Parameter("b", unset=False),
        "EFSkipIPs": Parameter("n", unset=[]),
        "EFSkipMailGateway": Parameter("l", unset=[]),
        "EFUsers": Parameter("M", unset=[]),
    },
    required=("Name", "SenderDomains"),
    get=_ANY,
    directory=True,
)
OUTBOUND_CONNECTOR = Class(
    "OutboundConnector",
    ("New", "Set", "Remove"),
    {
        "Name": Parameter("s"),
        **_CONNECTOR,
        "UseMXRecord": Parameter("b", unset=True),
        "RecipientDomains": Parameter("d", unset=[]),
        "SmartHosts": Parameter("h", unset=[]),
        "TlsDomain": Parameter("s"),
        "TlsSettings": _e("EncryptionOnly", "CertificateValidation", "DomainValidation"),
        "IsTransportRuleScoped": Parameter("b", unset=False),
        "RouteAllMessagesViaOnPremises": Parameter("b", unset=False),
        "AllAcceptedDomains": Parameter("b", unset=False),
        "SenderRewritingEnabled": Parameter("b", unset=False),
        "MtaStsMode": _e("Opportunistic", "None", unset="Opportunistic"),
        "SmtpDaneMode": _e("Opportunistic", "Mandatory", "None", unset="Opportunistic"),
        "TestMode": Parameter("b", unset=False),
        "LinkForModifiedConnector": Parameter("s", unset="00000000-0000-0000-0000-000000000000", on=("New",)),
        "ValidationRecipients": Parameter("M", unset=[], on=("Set",)),
        "IsValidated": Parameter("b", unset=False, on=("Set",)),
        "LastValidationTimestamp": Parameter("t", on=("Set",)),
    },
    get={**_ANY, "IncludeTestModeConnectors": Parameter("b"), "IsTransportRuleScoped": Parameter("b")},
    directory=True,
)


def _on_set(kind: str, unset: object) -> Parameter:
    return Parameter(kind, unset=unset, on=("Set",))


TRANSPORT_CONFIG = Class(
    "TransportConfig",
    ("Set",),
    {
        "JournalingReportNdrTo": _on_set("m", "<>"),
        "JournalMessageExpirationDays": _on_set("i", 0),
        "PreventDuplicateJournalingEnabled": _on_set("b", False),
        "VoicemailJournalingEnabled": _on_set("b", True),
        "MessageExpiration": _on_set("T", "1.00:00:00"),
        "MaxRecipientEnvelopeLimit": _on_set("s", "Unlimited"),
        "SmtpClientAuthenticationDisabled": _on_set("b", True),
        "AllowLegacyTLSClients": _on_set("b", None),
        "AddressBookPolicyRoutingEnabled": _on_set("b", False),
        "ClearCategories": _on_set("b", True),
        "ConvertDisclaimerWrapperToEml": _on_set("b", False),
        "Rfc2231EncodingEnabled": _on_set("b", False),
        "DSNConversionMode": Parameter(
            "e", ("DoNotConvert", "PreserveDSNBody", "UseExchangeDSNs"), "UseExchangeDSNs", ("Set",)
        ),
        "HeaderPromotionModeSetting": Parameter(
            "e", ("MustCreate", "MayCreate", "NoCreate"), "NoCreate", ("Set",)
        ),
        **{
            f"{side}{name}": _on_set(kind, unset)
            for side in ("External", "Internal")
            for name, kind, unset in (
                ("DelayDsnEnabled", "b", True),
                ("DsnDefaultLanguage", "s", None),
                ("DsnLanguageDetectionEnabled", "b", True),
                ("DsnReportingAuthority", "s", None),
                ("DsnSendHtml", "b", True),
            )
        },
        "ExternalPostmasterAddress": _on_set("m", None),
        "ReplyAllStormProtectionEnabled": _on_set("b", True),
        "ReplyAllStormBlockDurationHours": _on_set("i", 6),
        "ReplyAllStormDetectionMinimumRecipients": _on_set("i", 2500),
        "ReplyAllStormDetectionMinimumReplies": _on_set("i", 10),
        "Force": _on_set("b", None),
    },
    required=(),
    singleton=True,
    listed_in_full=True,
)
_READ_ONLY = {
    "Filter": Parameter("s"),
    "Anr": Parameter("s"),
    "RecipientTypeDetails": Parameter("s"),
    "SortBy": Parameter("s"),
}
ACCEPTED_DOMAIN = Class("AcceptedDomain", (), {}, get=_ANY)
# Reads blank where it was never set (seen by others).
_REJECT_DIRECT_SEND = Parameter("b", on=("Set",))
ORGANIZATION_CONFIG = Class(
    "OrganizationConfig",
    ("Set",),
    {"RejectDirectSend": _REJECT_DIRECT_SEND},
    singleton=True,
    listed_in_full=True,
)
RECIPIENT = Class("Recipient", (), {}, get={**_ANY, **_READ_ONLY, "RecipientType": Parameter("s")})
_RECIPIENT_SET = {
    **{
        f"{side}{kind}": _on_set("Q", [])
        for side in ("AcceptMessagesOnlyFrom", "RejectMessagesFrom")
        for kind in ("", "DLMembers", "SendersOrMembers")
    },
    "BypassModerationFromSendersOrMembers": _on_set("Q", []),
    "GrantSendOnBehalfTo": _on_set("Q", []),
    "HiddenFromAddressListsEnabled": _on_set("b", False),
    "MailTip": _on_set("H", None),
    "MailTipTranslations": _on_set("l", []),
    "SimpleDisplayName": _on_set("S", ""),
    "EmailAddresses": _on_set("P", []),
    **{f"CustomAttribute{number}": _on_set("S", "") for number in range(1, 16)},
    **{f"ExtensionCustomAttribute{number}": _on_set("l", []) for number in range(1, 6)},
}
_MODERATION = {
    "ModerationEnabled": Parameter("b", unset=False),
    "ModeratedBy": Parameter("Q", unset=[]),
    "SendModerationNotifications": _e("Always", "Internal", "Never", unset="Always"),
}


def _on_new(kind: str) -> Parameter:
    return Parameter(kind, on=("New",))


_RESTRICTIONS = ("Open", "Closed", "ApprovalRequired")
_BYPASS = {"BypassSecurityGroupManagerCheck": Parameter("b", on=("Set", "Remove", "Add", "Update"))}
GROUP = Class(
    "DistributionGroup",
    ("New", "Set", "Remove"),
    {
        "Name": Parameter("s"),
        "Alias": Parameter("s"),
        "DisplayName": Parameter("s"),
        "PrimarySmtpAddress": Parameter("m"),
        "Type": Parameter("e", ("Distribution", "Security"), on=("New",)),
        "ManagedBy": Parameter("q", unset=[]),
        "Members": _on_new("q"),
        "MemberJoinRestriction": _e(*_RESTRICTIONS, unset="Closed"),
        "MemberDepartRestriction": _e(*_RESTRICTIONS),
        "RequireSenderAuthenticationEnabled": Parameter("b", unset=True),
        "Description": Parameter("l", unset=[]),
        "Notes": _on_new("s"),
        "BccBlocked": Parameter("b", unset=False),
        "BypassNestedModerationEnabled": Parameter("b", unset=False),
        **_MODERATION,
        "CopyOwnerToMember": _on_new("b"),
        "RoomList": Parameter("b"),
        "HiddenGroupMembershipEnabled": Parameter("b", unset=False),
        "IgnoreNamingPolicy": Parameter("b"),
        "ReportToManagerEnabled": _on_set("b", False),
        "ReportToOriginatorEnabled": _on_set("b", True),
        "SendOofMessageToOriginatorEnabled": _on_set("b", False),
        **_RECIPIENT_SET,
        **_BYPASS,
    },
    get={**_ANY, **_READ_ONLY, "ManagedBy": Parameter("s")},
    directory=True,
    details=("MailUniversalDistributionGroup", "MailUniversalSecurityGroup", "RoomList"),
)
MEMBER = Class(
    "DistributionGroupMember",
    ("Add", "Remove", "Update"),
    {
        "Member": Parameter("s", on=("Add", "Remove")),
        "Members": Parameter("l", on=("Update",)),
        **_BYPASS,
    },
    get=_ANY,
)
MAIL_CONTACT = Class(
    "MailContact",
    ("New", "Set", "Remove"),
    {
        "Name": Parameter("s"),
        "ExternalEmailAddress": Parameter("m"),
        "Alias": Parameter("s"),
        "DisplayName": Parameter("s"),
        "FirstName": _on_new("s"),
        "Initials": _on_new("s"),
        "LastName": _on_new("s"),
        "MacAttachmentFormat": _e("BinHex", "UuEncode", "AppleSingle", "AppleDouble", unset="BinHex"),
        "MessageBodyFormat": _e("Text", "Html", "TextAndHtml", unset="TextAndHtml"),
        "MessageFormat": _e("Text", "Mime", unset="Mime"),
        "UsePreferMessageFormat": Parameter("b", unset=False),
        "UseMapiRichTextFormat": Parameter(
            "e", ("Never", "Always", "UseDefaultSettings"), "UseDefaultSettings", ("Set",)
        ),
        "MaxRecipientPerMessage": _on_set("s", "Unlimited"),
        "RequireSenderAuthenticationEnabled": _on_set("b", False),
        **_MODERATION,
        **_RECIPIENT_SET,
    },
    required=("Name", "ExternalEmailAddress"),
    get={**_ANY, **_READ_ONLY},
    directory=True,
    details=("MailContact",),
)
LIMITS = Class("EtrLimits", (), {}, singleton=True, listed_in_full=True)
CONNECTION_FILTER = Class(
    "HostedConnectionFilterPolicy",
    ("Set",),
    {
        "IPAllowList": _on_set("f", []),
        "IPBlockList": _on_set("f", []),
        "EnableSafeList": _on_set("b", False),
        "AdminDisplayName": _on_set("S", ""),
    },
    directory=True,
    listed_in_full=True,
)

CLASSES = {
    row.noun: row
    for row in (
        TRANSPORT_RULE,
        JOURNAL_RULE,
        INBOUND_CONNECTOR,
        OUTBOUND_CONNECTOR,
        TRANSPORT_CONFIG,
        ACCEPTED_DOMAIN,
        ORGANIZATION_CONFIG,
        RECIPIENT,
        GROUP,
        MEMBER,
        MAIL_CONTACT,
        LIMITS,
        CONNECTION_FILTER,
    )
}
