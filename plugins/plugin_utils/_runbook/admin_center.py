# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a setting stands in Microsoft's admin centers, and under which label.

Labels as in Microsoft's articles on mail flow rules (conditions, actions, procedures), connectors, enhanced filtering,
connection filtering, groups and contacts (2021 to April 2026), the journaling guides of Cloudflare and TitanHQ (Purview
portal, 2025 and 2026) and the mail-flow settings of the Australian government's blueprint (2024). Microsoft moves and
renames things; a setting that none of them shows is left to PowerShell. Tables are in the order of the wizards. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

EXCHANGE = "Exchange admin center"
DEFENDER = "Microsoft Defender portal"
PURVIEW = "Microsoft Purview portal"


@dataclass(frozen=True)
class Screen:
    """A place where objects are managed.

    path: the clicks that lead there. create, edit, remove: what is selected there; {name} stands for the object, "" for
    nothing. finish: the last page of the wizard for a new object.
    """

    portal: str
    url: str
    path: tuple[str, ...]
    edit: str = ""
    create: str = ""
    remove: str = ""
    finish: str = ""


@dataclass(frozen=True)
class Control:
    """A setting as it stands on a screen.

    label: "" means that only PowerShell has it. page: of the wizard or the properties. slot: which of several inputs.
    values: what is chosen there for a value. silent: values that need no hand there, because another control implies them.
    screen: where it is, when that is not the place of its class. afterwards: what it is set apart from, after saving: the
    wizard for a "new" object, or any change ("always").
    """

    label: str
    page: str = ""
    slot: str = ""
    values: Mapping[Any, str | tuple[str, ...]] = field(default_factory=dict)
    silent: tuple[Any, ...] = ()
    screen: str = ""
    afterwards: Literal["", "new", "always"] = ""


ONLY_POWERSHELL = Control("")

_MAIL_FLOW = "https://admin.exchange.microsoft.com/#/"
SCREENS = {
    "TransportRule": Screen(
        EXCHANGE,
        f"{_MAIL_FLOW}transportrules",
        ("Mail flow", "Rules"),
        "Select the rule {name}, then Edit rule conditions or Edit rule settings.",
        "Select Add a rule > Create a new rule.",
        "Select the rule {name}, then Delete.",
        "Review and finish > Finish > Done. The new rule is switched off until it is switched on in the list.",
    ),
    "InboundConnector": Screen(
        EXCHANGE,
        f"{_MAIL_FLOW}connectors",
        ("Mail flow", "Connectors"),
        "Select the connector {name}, then edit the part concerned.",
        "Select Add a connector.",
        "Select the connector {name}, then Delete.",
        "Review connector > Create connector > Done.",
    ),
    "JournalRule": Screen(
        PURVIEW,
        "https://purview.microsoft.com/datalifecyclemanagement/exchange",
        ("Solutions", "Data Lifecycle Management", "Exchange (legacy)", "Journal rules"),
        "Select the rule {name}, then Edit.",
        "Select New rule.",
        "Select the rule {name}, then Delete.",
        "Next > Submit > Done.",
    ),
    "HostedConnectionFilterPolicy": Screen(
        DEFENDER,
        "https://security.microsoft.com/antispam",
        ("Email & collaboration", "Policies & rules", "Threat policies", "Anti-spam"),
        "Select Connection filter policy (Default), then Edit connection filter policy.",
    ),
    "DistributionGroup": Screen(
        EXCHANGE,
        f"{_MAIL_FLOW}groups",
        ("Recipients", "Groups"),
        "Select the group {name}.",
        "Select Add a group.",
        "Select the group {name}, then Delete group.",
        "Review and finish adding group > Create group > Close.",
    ),
    "MailContact": Screen(
        EXCHANGE,
        f"{_MAIL_FLOW}contacts",
        ("Recipients", "Contacts"),
        "Select the contact {name}.",
        "Select Add a mail contact.",
        "Select the contact {name}, then Delete.",
        "Review mail contact > Create > Done.",
    ),
    "TransportConfig": Screen(
        EXCHANGE,
        f"{_MAIL_FLOW}settings",
        ("Settings", "Mail flow"),
    ),
    "UndeliverableReports": Screen(
        PURVIEW,
        "https://purview.microsoft.com/settings/application-settings/datalifecyclemanagement",
        ("Settings", "Data Lifecycle Management", "Exchange (legacy)"),
    ),
    "EnhancedFiltering": Screen(
        DEFENDER,
        "https://security.microsoft.com/skiplisting",
        ("Email & collaboration", "Policies & rules", "Threat policies", "Enhanced filtering"),
        "Select the connector {name}.",
    ),
}
SCREENS["OutboundConnector"] = SCREENS["InboundConnector"]

_SWITCH = {True: "On", False: "Off"}
_BOX = {True: "selected", False: "cleared", None: "cleared"}

# ---------------------------------------------------------------------------------------------- mail-flow rules

_INSIDE_OUTSIDE = {
    "InOrganization": "Inside the organization",
    "NotInOrganization": "Outside the organization",
}
_SENDER = "The sender > "
_RECIPIENT = "The recipient > "
_ANY_RECIPIENT = "Any recipient > "
_BOTH = "The sender and the recipient > "
_SUBJECT = "The subject or body > "
_ATTACHMENT = "Any attachment > "
_MESSAGE = "The message > "
_HEADER = "The message headers > "
_PROPERTIES = "The message properties > "
_MESSAGE_TYPES = {
    "OOF": "Automatic reply",
    "AutoForward": "Auto-forward",
    "PermissionControlled": "Permission controlled",
    "ApprovalRequest": "Approval request",
    "ReadReceipt": "Read receipt",
}
_BETWEEN = f"{_BOTH}the message is between members of these groups"
_MANAGER = f"{_BOTH}the manager of the sender or recipient is this person"
_COMPARES = f"{_BOTH}the sender and recipient property compares as"

_PREDICATES: dict[str, Control] = {
    "from": Control(f"{_SENDER}is this person"),
    "from_scope": Control(f"{_SENDER}is external/internal", values=_INSIDE_OUTSIDE),
    "from_member_of": Control(f"{_SENDER}is a member of this group"),
    "from_address_contains_words": Control(f"{_SENDER}address includes any of these words"),
    "from_address_matches_patterns": Control(f"{_SENDER}address matches any of these text patterns"),
    "sender_ad_attribute_contains_words": Control(
        f"{_SENDER}has specific properties including any of these words"
    ),
    "sender_ad_attribute_matches_patterns": Control(
        f"{_SENDER}has specific properties matching these text patterns"
    ),
    "sender_ip_ranges": Control(f"{_SENDER}IP address is in any of these ranges or exactly matches"),
    "sender_domain_is": Control(f"{_SENDER}domain is"),
    "sent_to": Control(f"{_RECIPIENT}is this person"),
    "sent_to_scope": Control(f"{_RECIPIENT}is external/internal", values=_INSIDE_OUTSIDE),
    "sent_to_member_of": Control(f"{_RECIPIENT}is a member of this group"),
    "recipient_address_contains_words": Control(f"{_RECIPIENT}address includes any of these words"),
    "recipient_address_matches_patterns": Control(f"{_RECIPIENT}address matches any of these text patterns"),
    "recipient_ad_attribute_contains_words": Control(
        f"{_RECIPIENT}has specific properties including any of these words"
    ),
    "recipient_ad_attribute_matches_patterns": Control(
        f"{_RECIPIENT}has specific properties matching these text patterns"
    ),
    "recipient_domain_is": Control(f"{_RECIPIENT}domain is"),
    "subject_or_body_contains_words": Control(f"{_SUBJECT}subject or body includes any of these words"),
    "subject_or_body_matches_patterns": Control(f"{_SUBJECT}subject or body matches these text patterns"),
    "subject_contains_words": Control(f"{_SUBJECT}subject includes any of these words"),
    "subject_matches_patterns": Control(f"{_SUBJECT}subject matches these text patterns"),
    "attachment_contains_words": Control(f"{_ATTACHMENT}content includes any of these words"),
    "attachment_matches_patterns": Control(f"{_ATTACHMENT}content matches these text patterns"),
    "attachment_is_unsupported": Control(f"{_ATTACHMENT}content can't be inspected"),
    "attachment_name_matches_patterns": Control(f"{_ATTACHMENT}file name matches these text patterns"),
    "attachment_extension_matches_words": Control(f"{_ATTACHMENT}file extension includes these words"),
    "attachment_size_over": Control(f"{_ATTACHMENT}size is greater than or equal to"),
    "attachment_processing_limit_exceeded": Control(f"{_ATTACHMENT}didn't complete scanning"),
    "attachment_has_executable_content": Control(f"{_ATTACHMENT}has executable content"),
    "attachment_is_password_protected": Control(f"{_ATTACHMENT}is password protected"),
    "attachment_property_contains_words": Control(
        f"{_ATTACHMENT}has these properties, including any of these words"
    ),
    "any_of_recipient_address_contains_words": Control(
        f"{_ANY_RECIPIENT}address includes any of these words"
    ),
    "any_of_recipient_address_matches_patterns": Control(
        f"{_ANY_RECIPIENT}address matches any of these text patterns"
    ),
    "any_of_to_header": Control(f"{_MESSAGE}To box contains this person"),
    "any_of_to_header_member_of": Control(f"{_MESSAGE}To box contains a member of this group"),
    "any_of_cc_header": Control(f"{_MESSAGE}Cc box contains this person"),
    "any_of_cc_header_member_of": Control(f"{_MESSAGE}Cc box contains a member of this group"),
    "any_of_to_cc_header": Control(f"{_MESSAGE}To or Cc box contains this person"),
    "any_of_to_cc_header_member_of": Control(f"{_MESSAGE}To or Cc box contains a member of this group"),
    "message_size_over": Control(f"{_MESSAGE}size is greater than or equal to"),
    "content_character_set_contains_words": Control(
        f"{_MESSAGE}character set name includes any of these words"
    ),
    "sender_management_relationship": Control(
        f"{_BOTH}the sender's relationship to a recipient is", values={"DirectReport": "Direct report"}
    ),
    "between_member_of1": Control(_BETWEEN, slot="groups"),
    "between_member_of2": Control(_BETWEEN, slot="and groups"),
    "manager_for_evaluated_user": Control(_MANAGER, slot="of"),
    "manager_addresses": Control(_MANAGER, slot="person"),
    "ad_comparison_attribute": Control(_COMPARES, slot="property"),
    "ad_comparison_operator": Control(_COMPARES, slot="compares", values={"NotEqual": "Not equal"}),
    "message_type_matches": Control(f"{_PROPERTIES}include the message type", values=_MESSAGE_TYPES),
    "has_classification": Control(f"{_PROPERTIES}include this classification"),
    "has_no_classification": Control(f"{_PROPERTIES}don't include any classification"),
    "scl_over": Control(f"{_PROPERTIES}include an SCL greater than or equal to"),
    "with_importance": Control(f"{_PROPERTIES}include the importance level"),
    "header_contains_message_header": Control(f"{_HEADER}includes any of these words", slot="Enter text"),
    "header_contains_words": Control(f"{_HEADER}includes any of these words", slot="Enter words"),
    "header_matches_message_header": Control(f"{_HEADER}matches these text patterns", slot="Enter text"),
    "header_matches_patterns": Control(f"{_HEADER}matches these text patterns", slot="Enter words"),
}

_MODIFY = "Modify the message properties > "
_SECURITY = "Modify the message security > "
_BLOCK = "Block the message > "
_ADD = "Add recipients > "
_DISCLAIMER = "Apply a disclaimer to the message > append or prepend a disclaimer"
_INCIDENT = "Generate incident report and send it to"
_SETTINGS = "Set rule settings"

_ACTIONS: dict[str, Control] = {
    "moderate_message_by_user": Control("Forward the message for approval > to these people"),
    "moderate_message_by_manager": Control("Forward the message for approval > to the sender's manager"),
    "redirect_message_to": Control("Redirect the message to > these recipients"),
    "quarantine": Control("Redirect the message to > hosted quarantine"),
    "route_message_outbound_connector": Control("Redirect the message to > the following connector"),
    "reject_message_reason_text": Control(f"{_BLOCK}reject the message and include an explanation"),
    "reject_message_enhanced_status_code": Control(
        f"{_BLOCK}reject the message with the enhanced status code of"
    ),
    "delete_message": Control(f"{_BLOCK}delete the message without notifying anyone"),
    "blind_copy_to": Control(f"{_ADD}to the Bcc box"),
    "add_to_recipients": Control(f"{_ADD}to the To box"),
    "copy_to": Control(f"{_ADD}to the Cc box"),
    "add_manager_as_recipient_type": Control(f"{_ADD}add the sender's manager as a recipient"),
    "apply_html_disclaimer_location": Control(_DISCLAIMER, slot="which"),
    "apply_html_disclaimer_text": Control(_DISCLAIMER, slot="Enter text"),
    "apply_html_disclaimer_fallback_action": Control(_DISCLAIMER, slot="Select one (fallback action)"),
    "remove_header": Control(f"{_MODIFY}remove a message header"),
    "set_header_name": Control(f"{_MODIFY}set a message header", slot="header"),
    "set_header_value": Control(f"{_MODIFY}set a message header", slot="to the value"),
    "apply_classification": Control(f"{_MODIFY}apply a message classification"),
    "set_scl": Control(
        f"{_MODIFY}set the spam confidence level (SCL)", values={-1: "Bypass spam filtering (-1)"}
    ),
    "apply_rights_protection_template": Control(
        f"{_SECURITY}Apply Office 365 Message Encryption and rights protection"
    ),
    "apply_rights_protection_customization_template": ONLY_POWERSHELL,
    "route_message_outbound_require_tls": Control(f"{_SECURITY}require TLS encryption"),
    "apply_ome": ONLY_POWERSHELL,
    "remove_ome": ONLY_POWERSHELL,
    "remove_ome_v2": Control(f"{_SECURITY}Remove Office 365 Message Encryption and rights protection"),
    "remove_rms_attachment_encryption": ONLY_POWERSHELL,
    "prepend_subject": Control("Prepend the subject of the message with"),
    "generate_incident_report": Control(_INCIDENT, slot="recipient"),
    "incident_report_content": Control(_INCIDENT, slot="content"),
    "generate_notification": Control("Notify the recipient with a message"),
    "set_audit_severity": Control(
        "Severity", _SETTINGS, values={"DoNotAudit": "Not audit", None: "Not specified"}
    ),
    "stop_rule_processing": Control("Stop processing more rules", _SETTINGS, values=_BOX),
}


def _placed(controls: Mapping[str, Control], section: str, page: str) -> dict[str, Control]:
    return {
        f"{section}.{name}": replace(control, page=control.page or page) for name, control in controls.items()
    }


_RULE = {
    "name": Control("Name", "Set rule conditions"),
    **_placed(_PREDICATES, "conditions", "Apply this rule if"),
    **_placed({name: row for name, row in _ACTIONS.items() if not row.page}, "actions", "Do the following"),
    **_placed(_PREDICATES, "exceptions", "Except if"),
    "mode": Control(
        "Rule mode",
        _SETTINGS,
        values={"Audit": "Test without Policy Tips", "AuditAndNotify": "Test with Policy Tips"},
    ),
    **_placed({name: row for name, row in _ACTIONS.items() if row.page}, "actions", ""),
    "activation_date": Control("Activate this rule on", _SETTINGS),
    "expiry_date": Control("Deactivate this rule on", _SETTINGS),
    "rule_error_action": Control(
        "Defer the message if rule processing doesn't complete",
        _SETTINGS,
        values={"Defer": "selected", "Ignore": "cleared"},
    ),
    "sender_address_location": Control(
        "Match sender address in message", _SETTINGS, values={"HeaderOrEnvelope": "Header or envelope"}
    ),
    "recipient_address_type": ONLY_POWERSHELL,
    "comments": Control("Comments", _SETTINGS),
    "priority": Control("Priority", "List of rules, Move up or Move down", afterwards="always"),
    "enabled": Control("Enable or disable rule", "Details of the rule", values=_SWITCH, afterwards="always"),
}

# ---------------------------------------------------------------------------------------------- connectors

_TYPES = {"Partner": "Partner organization", "OnPremises": "Your organization's email server"}
_NAME = "Connector name"
_SENDING = "Authenticating sent email"
_RESTRICTIONS = "Security restrictions"
_BY_ADDRESS = "By verifying that the IP address of the sending server matches one of the following IP addresses, which belong"
_TLS = "Always use Transport Layer Security (TLS) to secure the connection (recommended)"
_CERTIFICATE = "Connect only if the recipient's email server certificate matches this criteria"
_TRUSTED = ("selected", f"{_CERTIFICATE}: Issued by a trusted certificate authority (CA)")
_CERTIFICATES: dict[Any, str | tuple[str, ...]] = {
    "EncryptionOnly": (
        "selected",
        f"{_CERTIFICATE}: Any digital certificate, including self-signed certificates",
    ),
    "CertificateValidation": _TRUSTED,
    "DomainValidation": _TRUSTED,
    None: "cleared",
}

_INBOUND = {
    "connector_type": Control("Connection from", "New connector", values=_TYPES),
    "name": Control("Name", _NAME),
    "comment": Control("Description", _NAME),
    "enabled": Control("Turn it on", _NAME),
    "cloud_services_mail_enabled": Control("Retain internal Exchange email headers (recommended)", _NAME),
    "sender_domains": Control(
        "By verifying that the sender domain matches one of the following domains", _SENDING
    ),
    "sender_ip_addresses": Control(f"{_BY_ADDRESS} to your partner organization", _SENDING),
    "require_tls": Control("Reject email messages if they aren't sent over TLS", _RESTRICTIONS),
    "restrict_domains_to_certificate": Control(
        "And require that the subject name on the certificate that the partner uses to authenticate with Office 365 "
        "matches this domain name",
        _RESTRICTIONS,
    ),
    "tls_sender_certificate_name": Control("Domain name of the certificate", _RESTRICTIONS),
    "restrict_domains_to_ip_addresses": Control(
        "Reject email messages if they aren't sent from within this IP address range", _RESTRICTIONS
    ),
    "associated_accepted_domains": ONLY_POWERSHELL,
    "treat_messages_as_internal": ONLY_POWERSHELL,
    "trusted_organizations": ONLY_POWERSHELL,
    "ef_skip_last_ip": Control(
        "Automatically detect and skip the last IP address",
        "IP addresses to skip",
        screen="EnhancedFiltering",
    ),
    "ef_skip_ips": Control(
        "Skip these IP addresses that are associated with the connector",
        "IP addresses to skip",
        screen="EnhancedFiltering",
    ),
    "ef_users": Control("Apply to a small set of users", "Apply to these users", screen="EnhancedFiltering"),
}

_OUTBOUND = {
    "connector_type": Control("Connection from Office 365, Connection to", "New connector", values=_TYPES),
    "name": Control("Name", _NAME),
    "comment": Control("Description", _NAME),
    "enabled": Control("Turn it on", _NAME),
    "cloud_services_mail_enabled": Control("Retain internal Exchange email headers (recommended)", _NAME),
    "is_transport_rule_scoped": Control(
        "Only when I have a transport rule set up that redirects messages to this connector",
        "Use of connector",
        silent=(False,),
    ),
    "recipient_domains": Control("Only when email messages are sent to these domains", "Use of connector"),
    "all_accepted_domains": Control(
        "For email messages sent to all accepted domains in your organization",
        "Use of connector",
        silent=(False,),
    ),
    "route_all_messages_via_on_premises": ONLY_POWERSHELL,
    "use_mx_record": Control(
        "Use the MX record associated with the partner's domain", "Routing", silent=(False,)
    ),
    "smart_hosts": Control("Route email through these smart hosts", "Routing"),
    "tls_settings": Control(_TLS, _RESTRICTIONS, values=_CERTIFICATES),
    "tls_domain": Control(
        "Add the subject name or subject alternative name (SAN) matches this domain name", _RESTRICTIONS
    ),
    "validation_recipients": Control("Email addresses that receive the test message", "Validation email"),
    "mta_sts_mode": ONLY_POWERSHELL,
    "smtp_dane_mode": ONLY_POWERSHELL,
    "test_mode": ONLY_POWERSHELL,
    "sender_rewriting_enabled": ONLY_POWERSHELL,
}

# A connector for an organization's own servers has other pages, and no restrictions on domains.
_NO_RESTRICTION = replace(ONLY_POWERSHELL, silent=(False,))
_OWN_SERVERS = {
    "sender_ip_addresses": Control(f"{_BY_ADDRESS} exclusively to your organization", _SENDING),
    "tls_sender_certificate_name": Control(
        "By verifying that the subject name on the certificate that the sending server uses to authenticate with Office 365 "
        "matches the domain entered in the text box below (recommended)",
        _SENDING,
    ),
    "sender_domains": replace(ONLY_POWERSHELL, silent=(["*"],)),
    "require_tls": ONLY_POWERSHELL,
    "restrict_domains_to_certificate": _NO_RESTRICTION,
    "restrict_domains_to_ip_addresses": _NO_RESTRICTION,
}

# ---------------------------------------------------------------------------------------------- recipients

_ATTRIBUTES = {
    **{f"custom_attribute{number}": ONLY_POWERSHELL for number in range(1, 16)},
    **{f"extension_custom_attribute{number}": ONLY_POWERSHELL for number in range(1, 6)},
}


def _later(table: Mapping[str, Control]) -> dict[str, Control]:
    """Controls that only the properties of an existing object have."""
    return {path: replace(control, afterwards="new") for path, control in table.items()}


_APPROVAL = "Message approval"
_NOTIFY = {
    "Always": "Only sender",
    "Internal": "Only senders in your organization",
    "Never": "No notifications",
}
_MEMBERSHIP = {"ApprovalRequired": "Owner approval"}

_GROUP = {
    "type": Control(
        "Group type",
        "Choose a group type",
        values={"Security": "Mail-enabled security"},
    ),
    "name": Control("Name", "Set up the basics"),
    "description": Control("Description", "Set up the basics"),
    "managed_by": Control("Owners", "Assign owners"),
    "members": Control("Members", "Add members"),
    "primary_smtp_address": Control("Group email address", "Edit settings"),
    "require_sender_authentication_enabled": Control(
        "Communication: Allow people outside of my organization to send email to this group",
        "Edit settings",
        values={True: "cleared", False: "selected"},
    ),
    "member_join_restriction": Control("Joining the group", "Edit settings", values=_MEMBERSHIP),
    "member_depart_restriction": Control("Leaving the group", "Edit settings", values=_MEMBERSHIP),
    **_later(
        {
            "display_name": Control("Name", "General"),
            "email_addresses": Control("Aliases", "Email options"),
            "accept_messages_only_from_senders_or_members": Control(
                "Specified senders", "Delivery management"
            ),
            "grant_send_on_behalf_to": Control("Edit delegates, Send on Behalf", "Manage delegates"),
            "moderation_enabled": Control(
                "Require moderator approval for messages sent to this group", _APPROVAL
            ),
            "moderated_by": Control("Group moderators", _APPROVAL),
            "bypass_moderation_from_senders_or_members": Control(
                "Add senders who don't require message approval", _APPROVAL
            ),
            "send_moderation_notifications": Control(
                "Notify a sender if their message isn't approved", _APPROVAL, values=_NOTIFY
            ),
            "hidden_from_address_lists_enabled": Control(
                "Hide this group from the global address list", "General settings"
            ),
        }
    ),
    "alias": ONLY_POWERSHELL,
    "notes": ONLY_POWERSHELL,
    "bcc_blocked": ONLY_POWERSHELL,
    "bypass_nested_moderation_enabled": ONLY_POWERSHELL,
    "copy_owner_to_member": ONLY_POWERSHELL,
    "room_list": ONLY_POWERSHELL,
    "hidden_group_membership_enabled": ONLY_POWERSHELL,
    "ignore_naming_policy": ONLY_POWERSHELL,
    "report_to_manager_enabled": ONLY_POWERSHELL,
    "report_to_originator_enabled": ONLY_POWERSHELL,
    "send_oof_message_to_originator_enabled": ONLY_POWERSHELL,
    "reject_messages_from_senders_or_members": ONLY_POWERSHELL,
    "mail_tip": ONLY_POWERSHELL,
    "simple_display_name": ONLY_POWERSHELL,
    **_ATTRIBUTES,
}

_BASIC = "Basic information"
_CONTACT = {
    "first_name": Control("First name", _BASIC),
    "last_name": Control("Last name", _BASIC),
    # The wizard makes the name from the display name.
    "name": Control("Display name", _BASIC),
    "display_name": Control("Display name", _BASIC),
    "alias": Control("Alias", _BASIC),
    "external_email_address": Control("External email address", _BASIC),
    "hidden_from_address_lists_enabled": Control(
        "Hide from address lists", "Properties of the contact", afterwards="new"
    ),
    **{
        name: ONLY_POWERSHELL
        for name in (
            "initials",
            "mac_attachment_format",
            "message_body_format",
            "message_format",
            "use_prefer_message_format",
            "use_mapi_rich_text_format",
            "max_recipient_per_message",
            "require_sender_authentication_enabled",
            "moderation_enabled",
            "moderated_by",
            "send_moderation_notifications",
            "bypass_moderation_from_senders_or_members",
            "accept_messages_only_from_senders_or_members",
            "reject_messages_from_senders_or_members",
            "grant_send_on_behalf_to",
            "mail_tip",
            "simple_display_name",
            "email_addresses",
        )
    },
    **_ATTRIBUTES,
}

# ---------------------------------------------------------------------------------------------- the rest

_JOURNAL = {
    "journal_email_address": Control("Send journal reports to"),
    "name": Control("Journal rule name"),
    "recipient": Control("Journal messages sent or received from", values={None: "Everyone"}),
    "scope": Control(
        "Type of message to journal",
        values={
            "Global": "All messages",
            "Internal": "Internal messages only",
            "External": "External messages only",
        },
    ),
    # A rule that the wizard has made acts at once.
    "enabled": Control("Status", "List of rules", values=_SWITCH, afterwards="always"),
}

_CONNECTION_FILTER = {
    "ip_allow_list": Control("Always allow messages from the following IP addresses or address range"),
    "ip_block_list": Control("Always block messages from the following IP addresses or address range"),
    "enable_safe_list": Control("Turn on safe list"),
    "admin_display_name": ONLY_POWERSHELL,
}

_STORM = "Reply-all storm protection"
_TRANSPORT = {
    "journaling_report_ndr_to": Control(
        "Send undeliverable journal reports to", screen="UndeliverableReports"
    ),
    "smtp_client_authentication_disabled": Control(
        "Turn off SMTP AUTH protocol for your organization", "Security"
    ),
    "allow_legacy_tls_clients": Control("Turn on use of legacy TLS clients", "Security"),
    "reply_all_storm_protection_enabled": Control("Enable reply-all storm protection", _STORM),
    "reply_all_storm_detection_minimum_recipients": Control("Minimum number of recipients", _STORM),
    "reply_all_storm_detection_minimum_replies": Control("Minimum number of reply-alls", _STORM),
    "reply_all_storm_block_duration_hours": Control("Block duration", _STORM),
    **{
        name: ONLY_POWERSHELL
        for name in (
            "journal_message_expiration_days",
            "prevent_duplicate_journaling_enabled",
            "voicemail_journaling_enabled",
            "message_expiration",
            "max_recipient_envelope_limit",
            "address_book_policy_routing_enabled",
            "clear_categories",
            "convert_disclaimer_wrapper_to_eml",
            "rfc2231_encoding_enabled",
            "dsn_conversion_mode",
            "header_promotion_mode_setting",
            "external_delay_dsn_enabled",
            "external_dsn_default_language",
            "external_dsn_language_detection_enabled",
            "external_dsn_reporting_authority",
            "external_dsn_send_html",
            "external_postmaster_address",
            "internal_delay_dsn_enabled",
            "internal_dsn_default_language",
            "internal_dsn_language_detection_enabled",
            "internal_dsn_reporting_authority",
            "internal_dsn_send_html",
        )
    },
}

_TABLES: dict[str, dict[str, Control]] = {
    "TransportRule": _RULE,
    "InboundConnector": _INBOUND,
    "OutboundConnector": _OUTBOUND,
    "DistributionGroup": _GROUP,
    "MailContact": _CONTACT,
    "JournalRule": _JOURNAL,
    "HostedConnectionFilterPolicy": _CONNECTION_FILTER,
    "TransportConfig": _TRANSPORT,
    "OrganizationCustomization": {"enabled": ONLY_POWERSHELL},
}


def controls(noun: str, state: Mapping[str, Any]) -> dict[str, Control]:
    """The controls of a class of objects by the path of their setting, in the order of the wizard.

    state: the object, by path; which controls there are depends on it. Empty for a class that is not known.
    """
    table = dict(_TABLES.get(noun, {}))
    if noun == "InboundConnector":
        table.update(_recognition(state))
    return table


def _recognition(state: Mapping[str, Any]) -> dict[str, Control]:
    """The controls of an inbound connector that depend on how it recognizes the sender."""
    if state.get("connector_type") == "OnPremises":
        return _OWN_SERVERS
    if state.get("restrict_domains_to_ip_addresses"):
        # Then the addresses are entered beside the restriction, and the domains say whom it concerns.
        return {"sender_ip_addresses": replace(_INBOUND["restrict_domains_to_ip_addresses"], slot="range")}
    if state.get("sender_ip_addresses"):
        # Whoever is recognized by address may send from every domain.
        return {"sender_domains": _OWN_SERVERS["sender_domains"]}
    return {}


# ---------------------------------------------------------------------------------------------- the way to a change


@dataclass(frozen=True)
class Click:
    """A change of one object, for the way to it.

    kind: created, changed or removed. before, after: the object by path, without what is unset. paths: what differs.
    """

    noun: str
    kind: str
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    paths: tuple[str, ...]


def texts(value: Any) -> list[str]:
    """A value as texts to read: one for each element of a list, none for what is unset."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def way(change: Click) -> dict[str, Any]:
    """The way through the admin centers.

    visits: places in order, each with portal, url, path, select, pages, finish and, after that, later pages; a page has its
    name and lines, a line its label and inputs, an input its slot and items, an item its text and mark: "", "add", "remove"
    or "clear".
    missing: paths of settings that only PowerShell has.
    """
    table = controls(change.noun, change.after or change.before)
    missing = [path for path in change.paths if not table.get(path, ONLY_POWERSHELL).label]
    if change.kind == "removed":
        screen = SCREENS.get(change.noun)
        return {"visits": [_visit(screen, change, screen.remove, "")] if screen else [], "missing": []}
    visits: dict[str, dict[str, Any]] = {}
    for path, control in table.items():
        screen = SCREENS.get(control.screen or change.noun)
        if screen and control.label and _touched(path, control, change, table):
            new = not control.screen and change.kind == "created"
            ends = (screen.create, screen.finish) if new else (screen.edit, "Save.")
            visit = visits.setdefault(screen.url, _visit(screen, change, *ends))
            later = control.afterwards == "always" or (new and control.afterwards)
            _enter(visit["later" if later else "pages"], path, control, change)
    for visit in visits.values():
        if not visit["pages"]:
            # Nothing is edited; what is switched or moved is there for the object that is selected.
            visit["finish"] = ""
            visit["select"]["after"] = "."
    silent = {path for path, control in table.items() if change.after.get(path) in control.silent}
    return {"visits": list(visits.values()), "missing": [path for path in missing if path not in silent]}


def _touched(path: str, control: Control, change: Click, table: Mapping[str, Control]) -> bool:
    """Whether the setting needs a hand."""
    if path in change.paths:
        if path == "name" and table.get("display_name") == control and "display_name" in change.paths:
            return False
        return change.after.get(path) not in control.silent
    # A wizard wants a choice where PowerShell leaves something out.
    return (
        change.kind == "created" and None in control.values and path not in change.after and "." not in path
    )


def _visit(screen: Screen, change: Click, select: str, finish: str) -> dict[str, Any]:
    before, named, after = select.partition("{name}")
    return {
        "portal": screen.portal,
        "url": screen.url,
        "path": list(screen.path),
        "select": {"before": before, "name": change.name if named else "", "after": after},
        "pages": [],
        "finish": finish,
        "later": [],
    }


def _enter(pages: list[dict[str, Any]], path: str, control: Control, change: Click) -> None:
    """Add an input to the last page, or to a new one; inputs of one control stand on one line."""
    if not pages or pages[-1]["page"] != control.page:
        pages.append({"page": control.page, "lines": []})
    lines = pages[-1]["lines"]
    if not lines or lines[-1]["label"] != control.label:
        lines.append({"label": control.label, "inputs": []})
    items = _items(path, control, change)
    if items:
        lines[-1]["inputs"].append({"slot": control.slot, "items": items})


def _items(path: str, control: Control, change: Click) -> list[dict[str, str]]:
    before, after = change.before.get(path), change.after.get(path)
    if isinstance(after, list) or (isinstance(before, list) and after is None):
        old, new = texts(before), texts(after)
        added = [{"text": text, "mark": "add" if old else ""} for text in new if text not in old]
        return added + [{"text": text, "mark": "remove"} for text in old if text not in new]
    if after in control.values:
        chosen = control.values[after]
        return [{"text": text, "mark": ""} for text in ((chosen,) if isinstance(chosen, str) else chosen)]
    if after is None:
        return [{"text": "remove it" if "." in path else "empty it", "mark": "clear"}]
    if isinstance(after, bool):
        # A condition or an action of this kind has nothing to fill in.
        return [] if "." in path else [{"text": "selected" if after else "cleared", "mark": ""}]
    return [{"text": str(after), "mark": ""}]
