# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions of mail-flow rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .._schema.resource import Field
from .._schema.value_type import enum, enum_list, longer
from .._schema.value_types import FLAG, HEADER, IDENTITY, INDIVIDUALS, RECIPIENT, SCL, TEXT

_INCIDENT_CONTENT = (
    "Sender",
    "Recipients",
    "Subject",
    "CC",
    "BCC",
    "Severity",
    "RuleDetections",
    "FalsePositive",
    "IdMatch",
    "AttachOriginalMail",
)


def _status_problem(value: Any) -> Iterable[str]:
    if not re.fullmatch(r"5\.7\.(?:1|9\d\d)", str(value).strip()):
        yield f'"{value}" is not 5.7.1 or a code from 5.7.900 to 5.7.999'


REASON = replace(TEXT, check=lambda value: longer(value, 1024), several_lines=True)
_MOST_MODERATORS = 10


def _moderators_problem(value: Any) -> Iterable[str]:
    yield from INDIVIDUALS.check(value)
    count = len(INDIVIDUALS.canonical(value) or ())
    if count > _MOST_MODERATORS:
        yield f"names {count} moderators; the service takes at most {_MOST_MODERATORS}"


MODERATORS = replace(INDIVIDUALS, check=_moderators_problem)
STATUS_CODE = replace(IDENTITY, check=_status_problem)
DISCLAIMER = replace(TEXT, check=lambda value: longer(value, 5000), several_lines=True)
NOTIFICATION = replace(TEXT, check=lambda value: longer(value, 5120), several_lines=True)

_ACTIONS = (
    Field(
        "RouteMessageOutboundConnector",
        IDENTITY,
        "Name of the outbound connector that delivers the message.",
        names="OutboundConnector",
    ),
    Field("RouteMessageOutboundRequireTls", FLAG, "Whether the message must leave encrypted."),
    Field("SetHeaderName", HEADER, "Header field that is set.", group="set_header"),
    Field("SetHeaderValue", TEXT, "What the header field is set to.", group="set_header"),
    Field("RemoveHeader", HEADER, "Header field that is removed."),
    Field("SetSCL", SCL, "Spam confidence level to set, from -1 to 9."),
    Field("StopRuleProcessing", FLAG, "Whether later rules are skipped."),
    Field("AddToRecipients", INDIVIDUALS, "Recipients to add to the To line."),
    Field("CopyTo", INDIVIDUALS, "Recipients to add to the Cc line."),
    Field("BlindCopyTo", INDIVIDUALS, "Recipients to add as blind copy."),
    Field("RedirectMessageTo", INDIVIDUALS, "Recipients who get the message instead."),
    Field(
        "AddManagerAsRecipientType",
        enum("To", "Cc", "Bcc", "Redirect", clear=None),
        "How the sender's manager is added.",
    ),
    Field("ModerateMessageByUser", MODERATORS, "Moderators who must approve the message."),
    Field("ModerateMessageByManager", FLAG, "Whether the sender's manager must approve the message."),
    Field("DeleteMessage", FLAG, "Whether the message is deleted without notice."),
    Field("RejectMessageReasonText", REASON, "Reason given when the message is rejected.", group="reject"),
    Field(
        "RejectMessageEnhancedStatusCode",
        STATUS_CODE,
        "Status code of the rejection, V(5.7.1) or 5.7.900 to 5.7.999.",
        group="reject",
    ),
    Field("Quarantine", FLAG, "Whether the message is quarantined."),
    Field("PrependSubject", TEXT, "Text put before the subject."),
    Field("ApplyHtmlDisclaimerText", DISCLAIMER, "Disclaimer, as HTML.", group="disclaimer"),
    Field(
        "ApplyHtmlDisclaimerLocation",
        enum("Append", "Prepend", clear=None),
        "Where the disclaimer goes.",
        group="disclaimer",
    ),
    Field(
        "ApplyHtmlDisclaimerFallbackAction",
        enum("Wrap", "Ignore", "Reject", clear=None),
        "What happens when the disclaimer cannot be inserted.",
        group="disclaimer",
    ),
    Field(
        "SetAuditSeverity",
        enum("DoNotAudit", "Low", "Medium", "High", clear=None),
        "Severity in the audit log.",
    ),
    Field("GenerateIncidentReport", RECIPIENT, "Recipient of an incident report.", group="incident"),
    Field(
        "IncidentReportContent",
        enum_list(*_INCIDENT_CONTENT),
        "What the incident report contains.",
        group="incident",
    ),
    Field("GenerateNotification", NOTIFICATION, "Notification to the recipients, as HTML."),
    Field("ApplyClassification", IDENTITY, "Classification to apply."),
    Field(
        "ApplyRightsProtectionTemplate", IDENTITY, "Rights protection template to apply, such as V(Encrypt)."
    ),
    Field(
        "ApplyRightsProtectionCustomizationTemplate", IDENTITY, "Branding template of the encrypted message."
    ),
    Field("ApplyOME", FLAG, "Whether the older message encryption is applied."),
    Field("RemoveOME", FLAG, "Whether the older message encryption is removed."),
    Field(
        "RemoveOMEv2",
        FLAG,
        "Whether message encryption is removed.",
        option="remove_ome_v2",
        group="remove_ome",
    ),
    Field(
        "RemoveRMSAttachmentEncryption",
        FLAG,
        "Whether encryption of attachments is removed.",
        group="remove_ome",
    ),
)

ACTIONS = tuple(replace(row, section="actions", option=row.name) for row in _ACTIONS)

EXCLUSIVE = (
    ("delete_message",),
    ("reject_message_reason_text", "reject_message_enhanced_status_code"),
    ("moderate_message_by_user",),
    ("moderate_message_by_manager",),
)
"""Actions that allow beside them only what COMPATIBLE lists (inferred)."""

COMPATIBLE = (
    "set_audit_severity",
    "generate_incident_report",
    "incident_report_content",
    "generate_notification",
    "stop_rule_processing",
)
