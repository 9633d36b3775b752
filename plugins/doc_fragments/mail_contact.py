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
  external_email_address:
    description:
      - The address outside the organization. Required for a new contact.
    type: str
  alias:
    description:
      - Its short name. The service makes one from the name when none is given.
    type: str
  display_name:
    description:
      - Its name in address lists. A new one is shown by its name unless this is given.
    type: str
  first_name:
    description:
      - First name; only for a new contact, and not read back.
    type: str
  initials:
    description:
      - Initials; only for a new contact, and not read back.
    type: str
  last_name:
    description:
      - Last name; only for a new contact, and not read back.
    type: str
  mac_attachment_format:
    description:
      - Format of attachments for Macintosh mail programs.
    type: str
    choices:
      - BinHex
      - UuEncode
      - AppleSingle
      - AppleDouble
  message_body_format:
    description:
      - Format of the message text.
    type: str
    choices:
      - Text
      - Html
      - TextAndHtml
  message_format:
    description:
      - Format of the message.
    type: str
    choices:
      - Text
      - Mime
  use_prefer_message_format:
    description:
      - Whether the formats of the contact overrule those of the domain.
    type: bool
  use_mapi_rich_text_format:
    description:
      - Whether messages are sent in rich text format.
    type: str
    choices:
      - Never
      - Always
      - UseDefaultSettings
  max_recipient_per_message:
    description:
      - How many recipients its messages may have.
    type: str
  require_sender_authentication_enabled:
    description:
      - Whether only senders of the organization can write to the contact.
    type: bool
  moderation_enabled:
    description:
      - Whether a moderator approves messages before they are delivered.
    type: bool
  moderated_by:
    description:
      - Who approves them, by address, name, alias or GUID.
    type: list
    elements: str
  send_moderation_notifications:
    description:
      - Which senders are told that their message was not approved.
    type: str
    choices:
      - Always
      - Internal
      - Never
  bypass_moderation_from_senders_or_members:
    description:
      - Senders, and groups of senders, whose messages need no approval.
    type: list
    elements: str
  accept_messages_only_from_senders_or_members:
    description:
      - Senders, and groups of senders, whose messages alone are accepted; empty means everybody's.
    type: list
    elements: str
  reject_messages_from_senders_or_members:
    description:
      - Senders, and groups of senders, whose messages are rejected.
    type: list
    elements: str
  grant_send_on_behalf_to:
    description:
      - Who may send on its behalf.
    type: list
    elements: str
  hidden_from_address_lists_enabled:
    description:
      - Whether address lists leave it out.
    type: bool
  mail_tip:
    description:
      - What senders are shown while they write to it; HTML is allowed.
    type: str
  simple_display_name:
    description:
      - A display name in plain ASCII characters.
    type: str
  email_addresses:
    description:
      - Further addresses that it shall have; those that it has already are kept.
    type: list
    elements: str
  custom_attribute1:
    description:
      - Custom attribute 1.
    type: str
  custom_attribute2:
    description:
      - Custom attribute 2.
    type: str
  custom_attribute3:
    description:
      - Custom attribute 3.
    type: str
  custom_attribute4:
    description:
      - Custom attribute 4.
    type: str
  custom_attribute5:
    description:
      - Custom attribute 5.
    type: str
  custom_attribute6:
    description:
      - Custom attribute 6.
    type: str
  custom_attribute7:
    description:
      - Custom attribute 7.
    type: str
  custom_attribute8:
    description:
      - Custom attribute 8.
    type: str
  custom_attribute9:
    description:
      - Custom attribute 9.
    type: str
  custom_attribute10:
    description:
      - Custom attribute 10.
    type: str
  custom_attribute11:
    description:
      - Custom attribute 11.
    type: str
  custom_attribute12:
    description:
      - Custom attribute 12.
    type: str
  custom_attribute13:
    description:
      - Custom attribute 13.
    type: str
  custom_attribute14:
    description:
      - Custom attribute 14.
    type: str
  custom_attribute15:
    description:
      - Custom attribute 15.
    type: str
  extension_custom_attribute1:
    description:
      - Values of extension attribute 1.
    type: list
    elements: str
  extension_custom_attribute2:
    description:
      - Values of extension attribute 2.
    type: list
    elements: str
  extension_custom_attribute3:
    description:
      - Values of extension attribute 3.
    type: list
    elements: str
  extension_custom_attribute4:
    description:
      - Values of extension attribute 4.
    type: list
    elements: str
  extension_custom_attribute5:
    description:
      - Values of extension attribute 5.
    type: list
    elements: str
  force:
    description:
      - Remove a contact that rules, journal rules or undeliverable reports use.
    type: bool
    default: false
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
