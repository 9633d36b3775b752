# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the resource tables; change a table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the object. Names are compared without regard to case.
    type: str
    required: true
  other_names:
    description:
      - Other names under which an existing object is recognized, best first, when there is none with O(name).
      - It is managed under the name that it has; it is neither renamed nor made a second time.
    type: list
    elements: str
    default: []
  state:
    description:
      - Whether the object shall exist.
    type: str
    choices:
      - present
      - absent
    default: present
  enabled:
    description:
      - Whether the rule acts. A new rule is enabled unless this is V(false).
    type: bool
  priority:
    description:
      - Place in the order of all rules, from 0. A new rule without it comes last.
    type: int
  mode:
    description:
      - Whether the rule acts or is only tested.
    type: str
    choices:
      - Audit
      - AuditAndNotify
      - Enforce
  comments:
    description:
      - A note for administrators.
    type: str
  activation_date:
    description:
      - When the rule begins to act, in ISO 8601; UTC without a zone.
    type: str
  expiry_date:
    description:
      - When the rule ceases to act, in ISO 8601; UTC without a zone.
    type: str
  rule_error_action:
    description:
      - What happens to a message when the rule cannot be evaluated.
    type: str
    choices:
      - Ignore
      - Defer
  sender_address_location:
    description:
      - Where conditions on the sender look for the address.
    type: str
    choices:
      - Header
      - Envelope
      - HeaderOrEnvelope
  recipient_address_type:
    description:
      - Whether conditions on recipients look at the address before or after it was resolved.
    type: str
    choices:
      - Original
      - Resolved
  conditions:
    description:
      - What a message must be like. All that are given must be true. Conditions left out are left alone.
    type: dict
    suboptions:
      ad_comparison_attribute:
        description:
          - Attribute of sender and recipient to compare.
        type: str
        choices:
          - City
          - Company
          - Country
          - CustomAttribute1
          - CustomAttribute2
          - CustomAttribute3
          - CustomAttribute4
          - CustomAttribute5
          - CustomAttribute6
          - CustomAttribute7
          - CustomAttribute8
          - CustomAttribute9
          - CustomAttribute10
          - CustomAttribute11
          - CustomAttribute12
          - CustomAttribute13
          - CustomAttribute14
          - CustomAttribute15
          - Department
          - DisplayName
          - Email
          - FaxNumber
          - FirstName
          - HomePhoneNumber
          - Initials
          - LastName
          - Manager
          - MobileNumber
          - Notes
          - Office
          - OtherFaxNumber
          - OtherHomePhoneNumber
          - OtherPhoneNumber
          - PagerNumber
          - PhoneNumber
          - POBox
          - State
          - Street
          - Title
          - UserLogonName
          - ZipCode
          - ''
      ad_comparison_operator:
        description:
          - How the attribute is compared.
        type: str
        choices:
          - Equal
          - NotEqual
          - ''
      any_of_cc_header:
        description:
          - One of these is in the Cc line.
        type: list
        elements: str
      any_of_cc_header_member_of:
        description:
          - A member of one of these groups is in the Cc line.
        type: list
        elements: str
      any_of_recipient_address_contains_words:
        description:
          - Any recipient's address contains one of these words.
        type: list
        elements: str
      any_of_recipient_address_matches_patterns:
        description:
          - Any recipient's address matches one of these regular expressions.
        type: list
        elements: str
      any_of_to_cc_header:
        description:
          - One of these is in the To or Cc line.
        type: list
        elements: str
      any_of_to_cc_header_member_of:
        description:
          - A member of one of these groups is in the To or Cc line.
        type: list
        elements: str
      any_of_to_header:
        description:
          - One of these is in the To line.
        type: list
        elements: str
      any_of_to_header_member_of:
        description:
          - A member of one of these groups is in the To line.
        type: list
        elements: str
      attachment_contains_words:
        description:
          - An attachment contains one of these words.
        type: list
        elements: str
      attachment_extension_matches_words:
        description:
          - An attachment has one of these file extensions.
        type: list
        elements: str
      attachment_has_executable_content:
        description:
          - An attachment is an executable file.
        type: bool
      attachment_is_password_protected:
        description:
          - An attachment is protected by a password.
        type: bool
      attachment_is_unsupported:
        description:
          - An attachment is of a kind that cannot be scanned.
        type: bool
      attachment_matches_patterns:
        description:
          - An attachment's text matches one of these regular expressions.
        type: list
        elements: str
      attachment_name_matches_patterns:
        description:
          - An attachment's name matches one of these regular expressions.
        type: list
        elements: str
      attachment_processing_limit_exceeded:
        description:
          - An attachment could not be scanned completely.
        type: bool
      attachment_property_contains_words:
        description:
          - A property of an attachment contains a word; each C(Property:word,word).
        type: list
        elements: str
      attachment_size_over:
        description:
          - An attachment is at least this large, such as V(10MB).
        type: str
      between_member_of1:
        description:
          - Mail between members of these groups and those of the second list.
        type: list
        elements: str
      between_member_of2:
        description:
          - The second list for O(conditions.between_member_of1).
        type: list
        elements: str
      content_character_set_contains_words:
        description:
          - The message uses one of these character sets.
        type: list
        elements: str
      from:
        description:
          - The sender is one of these.
        type: list
        elements: str
      from_address_contains_words:
        description:
          - The sender's address contains one of these words.
        type: list
        elements: str
      from_address_matches_patterns:
        description:
          - The sender's address matches one of these regular expressions.
        type: list
        elements: str
      from_member_of:
        description:
          - The sender is a member of one of these groups.
        type: list
        elements: str
      from_scope:
        description:
          - Where the sender is.
        type: str
        choices:
          - InOrganization
          - NotInOrganization
          - ''
      has_classification:
        description:
          - The message has this classification.
        type: str
      has_no_classification:
        description:
          - The message has no classification.
        type: bool
      header_contains_message_header:
        description:
          - Header field that is searched for words.
        type: str
      header_contains_words:
        description:
          - Words of which that header field contains one.
        type: list
        elements: str
      header_matches_message_header:
        description:
          - Header field that is matched.
        type: str
      header_matches_patterns:
        description:
          - Regular expressions of which one matches that header field.
        type: list
        elements: str
      manager_addresses:
        description:
          - The manager is one of these.
        type: list
        elements: str
      manager_for_evaluated_user:
        description:
          - Whose manager is looked at.
        type: str
        choices:
          - Sender
          - Recipient
          - ''
      message_size_over:
        description:
          - The message is at least this large, such as V(10MB).
        type: str
      message_type_matches:
        description:
          - The message is of this type.
        type: str
        choices:
          - OOF
          - AutoForward
          - Encrypted
          - Calendaring
          - PermissionControlled
          - Voicemail
          - Signed
          - ApprovalRequest
          - ReadReceipt
          - ''
      recipient_ad_attribute_contains_words:
        description:
          - An attribute of a recipient contains a word; each C(Attribute:word,word).
        type: list
        elements: str
      recipient_ad_attribute_matches_patterns:
        description:
          - An attribute of a recipient matches a pattern; each C(Attribute:word,word).
        type: list
        elements: str
      recipient_address_contains_words:
        description:
          - A recipient's address contains one of these words.
        type: list
        elements: str
      recipient_address_matches_patterns:
        description:
          - A recipient's address matches one of these regular expressions.
        type: list
        elements: str
      recipient_domain_is:
        description:
          - A recipient is in one of these domains or their subdomains.
        type: list
        elements: str
      scl_over:
        description:
          - The spam confidence level is at least this, from -1 to 9.
        type: str
      sender_ad_attribute_contains_words:
        description:
          - An attribute of the sender contains a word; each C(Attribute:word,word).
        type: list
        elements: str
      sender_ad_attribute_matches_patterns:
        description:
          - An attribute of the sender matches a pattern; each C(Attribute:word,word).
        type: list
        elements: str
      sender_domain_is:
        description:
          - The sender is in one of these domains or their subdomains.
        type: list
        elements: str
      sender_ip_ranges:
        description:
          - The last server before the service is in one of these addresses, blocks or ranges.
        type: list
        elements: str
      sender_management_relationship:
        description:
          - What the sender is to the recipient.
        type: str
        choices:
          - Manager
          - DirectReport
          - ''
      sent_to:
        description:
          - A recipient is one of these; single recipients only.
        type: list
        elements: str
      sent_to_member_of:
        description:
          - A recipient is a member of one of these groups.
        type: list
        elements: str
      sent_to_scope:
        description:
          - Where the recipients are.
        type: str
        choices:
          - InOrganization
          - NotInOrganization
          - ''
      subject_contains_words:
        description:
          - The subject contains one of these words.
        type: list
        elements: str
      subject_matches_patterns:
        description:
          - The subject matches one of these regular expressions.
        type: list
        elements: str
      subject_or_body_contains_words:
        description:
          - The subject or body contains one of these words.
        type: list
        elements: str
      subject_or_body_matches_patterns:
        description:
          - The subject or body matches one of these regular expressions.
        type: list
        elements: str
      with_importance:
        description:
          - The message has this importance.
        type: str
        choices:
          - Low
          - Normal
          - High
          - ''
  exceptions:
    description:
      - What keeps the rule from acting. One that is true is enough. Exceptions left out are left alone.
    type: dict
    suboptions:
      ad_comparison_attribute:
        description:
          - Attribute of sender and recipient to compare.
        type: str
        choices:
          - City
          - Company
          - Country
          - CustomAttribute1
          - CustomAttribute2
          - CustomAttribute3
          - CustomAttribute4
          - CustomAttribute5
          - CustomAttribute6
          - CustomAttribute7
          - CustomAttribute8
          - CustomAttribute9
          - CustomAttribute10
          - CustomAttribute11
          - CustomAttribute12
          - CustomAttribute13
          - CustomAttribute14
          - CustomAttribute15
          - Department
          - DisplayName
          - Email
          - FaxNumber
          - FirstName
          - HomePhoneNumber
          - Initials
          - LastName
          - Manager
          - MobileNumber
          - Notes
          - Office
          - OtherFaxNumber
          - OtherHomePhoneNumber
          - OtherPhoneNumber
          - PagerNumber
          - PhoneNumber
          - POBox
          - State
          - Street
          - Title
          - UserLogonName
          - ZipCode
          - ''
      ad_comparison_operator:
        description:
          - How the attribute is compared.
        type: str
        choices:
          - Equal
          - NotEqual
          - ''
      any_of_cc_header:
        description:
          - One of these is in the Cc line.
        type: list
        elements: str
      any_of_cc_header_member_of:
        description:
          - A member of one of these groups is in the Cc line.
        type: list
        elements: str
      any_of_recipient_address_contains_words:
        description:
          - Any recipient's address contains one of these words.
        type: list
        elements: str
      any_of_recipient_address_matches_patterns:
        description:
          - Any recipient's address matches one of these regular expressions.
        type: list
        elements: str
      any_of_to_cc_header:
        description:
          - One of these is in the To or Cc line.
        type: list
        elements: str
      any_of_to_cc_header_member_of:
        description:
          - A member of one of these groups is in the To or Cc line.
        type: list
        elements: str
      any_of_to_header:
        description:
          - One of these is in the To line.
        type: list
        elements: str
      any_of_to_header_member_of:
        description:
          - A member of one of these groups is in the To line.
        type: list
        elements: str
      attachment_contains_words:
        description:
          - An attachment contains one of these words.
        type: list
        elements: str
      attachment_extension_matches_words:
        description:
          - An attachment has one of these file extensions.
        type: list
        elements: str
      attachment_has_executable_content:
        description:
          - An attachment is an executable file.
        type: bool
      attachment_is_password_protected:
        description:
          - An attachment is protected by a password.
        type: bool
      attachment_is_unsupported:
        description:
          - An attachment is of a kind that cannot be scanned.
        type: bool
      attachment_matches_patterns:
        description:
          - An attachment's text matches one of these regular expressions.
        type: list
        elements: str
      attachment_name_matches_patterns:
        description:
          - An attachment's name matches one of these regular expressions.
        type: list
        elements: str
      attachment_processing_limit_exceeded:
        description:
          - An attachment could not be scanned completely.
        type: bool
      attachment_property_contains_words:
        description:
          - A property of an attachment contains a word; each C(Property:word,word).
        type: list
        elements: str
      attachment_size_over:
        description:
          - An attachment is at least this large, such as V(10MB).
        type: str
      between_member_of1:
        description:
          - Mail between members of these groups and those of the second list.
        type: list
        elements: str
      between_member_of2:
        description:
          - The second list for O(exceptions.between_member_of1).
        type: list
        elements: str
      content_character_set_contains_words:
        description:
          - The message uses one of these character sets.
        type: list
        elements: str
      from:
        description:
          - The sender is one of these.
        type: list
        elements: str
      from_address_contains_words:
        description:
          - The sender's address contains one of these words.
        type: list
        elements: str
      from_address_matches_patterns:
        description:
          - The sender's address matches one of these regular expressions.
        type: list
        elements: str
      from_member_of:
        description:
          - The sender is a member of one of these groups.
        type: list
        elements: str
      from_scope:
        description:
          - Where the sender is.
        type: str
        choices:
          - InOrganization
          - NotInOrganization
          - ''
      has_classification:
        description:
          - The message has this classification.
        type: str
      has_no_classification:
        description:
          - The message has no classification.
        type: bool
      header_contains_message_header:
        description:
          - Header field that is searched for words.
        type: str
      header_contains_words:
        description:
          - Words of which that header field contains one.
        type: list
        elements: str
      header_matches_message_header:
        description:
          - Header field that is matched.
        type: str
      header_matches_patterns:
        description:
          - Regular expressions of which one matches that header field.
        type: list
        elements: str
      manager_addresses:
        description:
          - The manager is one of these.
        type: list
        elements: str
      manager_for_evaluated_user:
        description:
          - Whose manager is looked at.
        type: str
        choices:
          - Sender
          - Recipient
          - ''
      message_size_over:
        description:
          - The message is at least this large, such as V(10MB).
        type: str
      message_type_matches:
        description:
          - The message is of this type.
        type: str
        choices:
          - OOF
          - AutoForward
          - Encrypted
          - Calendaring
          - PermissionControlled
          - Voicemail
          - Signed
          - ApprovalRequest
          - ReadReceipt
          - ''
      recipient_ad_attribute_contains_words:
        description:
          - An attribute of a recipient contains a word; each C(Attribute:word,word).
        type: list
        elements: str
      recipient_ad_attribute_matches_patterns:
        description:
          - An attribute of a recipient matches a pattern; each C(Attribute:word,word).
        type: list
        elements: str
      recipient_address_contains_words:
        description:
          - A recipient's address contains one of these words.
        type: list
        elements: str
      recipient_address_matches_patterns:
        description:
          - A recipient's address matches one of these regular expressions.
        type: list
        elements: str
      recipient_domain_is:
        description:
          - A recipient is in one of these domains or their subdomains.
        type: list
        elements: str
      scl_over:
        description:
          - The spam confidence level is at least this, from -1 to 9.
        type: str
      sender_ad_attribute_contains_words:
        description:
          - An attribute of the sender contains a word; each C(Attribute:word,word).
        type: list
        elements: str
      sender_ad_attribute_matches_patterns:
        description:
          - An attribute of the sender matches a pattern; each C(Attribute:word,word).
        type: list
        elements: str
      sender_domain_is:
        description:
          - The sender is in one of these domains or their subdomains.
        type: list
        elements: str
      sender_ip_ranges:
        description:
          - The last server before the service is in one of these addresses, blocks or ranges.
        type: list
        elements: str
      sender_management_relationship:
        description:
          - What the sender is to the recipient.
        type: str
        choices:
          - Manager
          - DirectReport
          - ''
      sent_to:
        description:
          - A recipient is one of these; single recipients only.
        type: list
        elements: str
      sent_to_member_of:
        description:
          - A recipient is a member of one of these groups.
        type: list
        elements: str
      sent_to_scope:
        description:
          - Where the recipients are.
        type: str
        choices:
          - InOrganization
          - NotInOrganization
          - ''
      subject_contains_words:
        description:
          - The subject contains one of these words.
        type: list
        elements: str
      subject_matches_patterns:
        description:
          - The subject matches one of these regular expressions.
        type: list
        elements: str
      subject_or_body_contains_words:
        description:
          - The subject or body contains one of these words.
        type: list
        elements: str
      subject_or_body_matches_patterns:
        description:
          - The subject or body matches one of these regular expressions.
        type: list
        elements: str
      with_importance:
        description:
          - The message has this importance.
        type: str
        choices:
          - Low
          - Normal
          - High
          - ''
  actions:
    description:
      - What the rule does. A rule needs at least one action. Actions left out are left alone.
    type: dict
    suboptions:
      add_manager_as_recipient_type:
        description:
          - How the sender's manager is added.
        type: str
        choices:
          - To
          - Cc
          - Bcc
          - Redirect
          - ''
      add_to_recipients:
        description:
          - Recipients to add to the To line.
        type: list
        elements: str
      apply_classification:
        description:
          - Classification to apply.
        type: str
      apply_html_disclaimer_fallback_action:
        description:
          - What happens when the disclaimer cannot be inserted.
        type: str
        choices:
          - Wrap
          - Ignore
          - Reject
          - ''
      apply_html_disclaimer_location:
        description:
          - Where the disclaimer goes.
        type: str
        choices:
          - Append
          - Prepend
          - ''
      apply_html_disclaimer_text:
        description:
          - Disclaimer, as HTML.
        type: str
      apply_ome:
        description:
          - Whether the older message encryption is applied.
        type: bool
      apply_rights_protection_customization_template:
        description:
          - Branding template of the encrypted message.
        type: str
      apply_rights_protection_template:
        description:
          - Rights protection template to apply, such as V(Encrypt).
        type: str
      blind_copy_to:
        description:
          - Recipients to add as blind copy.
        type: list
        elements: str
      copy_to:
        description:
          - Recipients to add to the Cc line.
        type: list
        elements: str
      delete_message:
        description:
          - Whether the message is deleted without notice.
        type: bool
      generate_incident_report:
        description:
          - Recipient of an incident report.
        type: str
      generate_notification:
        description:
          - Notification to the recipients, as HTML.
        type: str
      incident_report_content:
        description:
          - What the incident report contains.
        type: list
        elements: str
        choices:
          - Sender
          - Recipients
          - Subject
          - CC
          - BCC
          - Severity
          - RuleDetections
          - FalsePositive
          - IdMatch
          - AttachOriginalMail
      moderate_message_by_manager:
        description:
          - Whether the sender's manager must approve the message.
        type: bool
      moderate_message_by_user:
        description:
          - Moderators who must approve the message.
        type: list
        elements: str
      prepend_subject:
        description:
          - Text put before the subject.
        type: str
      quarantine:
        description:
          - Whether the message is quarantined.
        type: bool
      redirect_message_to:
        description:
          - Recipients who get the message instead.
        type: list
        elements: str
      reject_message_enhanced_status_code:
        description:
          - Status code of the rejection, V(5.7.1) or 5.7.900 to 5.7.999.
        type: str
      reject_message_reason_text:
        description:
          - Reason given when the message is rejected.
        type: str
      remove_header:
        description:
          - Header field that is removed.
        type: str
      remove_ome:
        description:
          - Whether the older message encryption is removed.
        type: bool
      remove_ome_v2:
        description:
          - Whether message encryption is removed.
        type: bool
      remove_rms_attachment_encryption:
        description:
          - Whether encryption of attachments is removed.
        type: bool
      route_message_outbound_connector:
        description:
          - Name of the outbound connector that delivers the message.
        type: str
      route_message_outbound_require_tls:
        description:
          - Whether the message must leave encrypted.
        type: bool
      set_audit_severity:
        description:
          - Severity in the audit log.
        type: str
        choices:
          - DoNotAudit
          - Low
          - Medium
          - High
          - ''
      set_header_name:
        description:
          - Header field that is set.
        type: str
      set_header_value:
        description:
          - What the header field is set to.
        type: str
      set_scl:
        description:
          - Spam confidence level to set, from -1 to 9.
        type: str
      stop_rule_processing:
        description:
          - Whether later rules are skipped.
        type: bool
  position:
    description:
      - Let the rule stand before (V(first)) or behind (V(last)) all others.
      - Only this rule is moved, and only when it does not stand there yet; all others keep their own order.
      - Of several rules that ask for the same end in one run, the one that asked first has the outermost place.
      - The next one follows it, so that they do not displace each other.
      - Rules that are managed by separate runs name each other in O(peers).
      - Excludes O(priority), O(before) and O(after).
    type: str
    choices:
      - first
      - last
  peers:
    description:
      - Rules that may stand further out than this one, for O(position).
    type: list
    elements: str
    default: []
  before:
    description:
      - Rules above all of which this one shall stand, near or far. Each must exist.
      - The rule is moved only when it does not, and then directly above the highest of them.
      - Together with O(after) it stands in between. Excludes O(priority) and O(position).
    type: list
    elements: str
    default: []
  after:
    description:
      - Rules below all of which this one shall stand, near or far. Each must exist.
      - The rule is moved only when it does not, and then directly below the lowest of them.
    type: list
    elements: str
    default: []
  purge:
    description:
      - Sections of which everything is cleared that is not given; otherwise what is left out is left alone.
    type: list
    elements: str
    choices:
      - conditions
      - exceptions
      - actions
    default: []
  reason:
    description:
      - Why the object shall be so, for the runbook and the record. It is not sent.
    type: str
  wait_timeout:
    description:
      - Seconds to wait until a change shows when it is read back.
    type: float
    default: 60.0
"""
