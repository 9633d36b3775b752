# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the resource tables; change a table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  journaling_report_ndr_to:
    description:
      - Address that receives journal reports which cannot be delivered. Empty clears it, which the service allows
        only while there is no journal rule.
    type: str
  journal_message_expiration_days:
    description:
      - Days, 0 to 7, for which a journal report is tried again.
    type: int
  prevent_duplicate_journaling_enabled:
    description:
      - Whether duplicate journal reports are suppressed.
    type: bool
  voicemail_journaling_enabled:
    description:
      - Whether voice mail messages are journaled.
    type: bool
  message_expiration:
    description:
      - How long a message is tried again, from 12:00:00 to 1.00:00:00.
    type: str
  max_recipient_envelope_limit:
    description:
      - 'Most recipients of a message: V(Unlimited) or up to 1000.'
    type: str
  smtp_client_authentication_disabled:
    description:
      - Whether authenticated SMTP submission is off for the organization.
    type: bool
  allow_legacy_tls_clients:
    description:
      - Whether clients may submit with TLS 1.0 and 1.1 at the legacy endpoint.
    type: bool
  address_book_policy_routing_enabled:
    description:
      - Whether address book policies separate recipients in routing.
    type: bool
  clear_categories:
    description:
      - Whether Outlook categories are removed from messages in transport.
    type: bool
  convert_disclaimer_wrapper_to_eml:
    description:
      - Whether a message wrapped for a disclaimer is attached as .eml file.
    type: bool
  rfc2231_encoding_enabled:
    description:
      - Whether MIME parameters are encoded as in RFC 2231.
    type: bool
  dsn_conversion_mode:
    description:
      - How delivery status notifications of other systems are shown.
    type: str
    choices:
      - DoNotConvert
      - PreserveDSNBody
      - UseExchangeDSNs
  header_promotion_mode_setting:
    description:
      - Whether named properties are created for X-headers.
    type: str
    choices:
      - MustCreate
      - MayCreate
      - NoCreate
  external_delay_dsn_enabled:
    description:
      - Whether external senders are told about delays.
    type: bool
  external_dsn_default_language:
    description:
      - Language of notifications to external senders, such as en-US.
    type: str
  external_dsn_language_detection_enabled:
    description:
      - Whether notifications to external senders take the language of the message.
    type: bool
  external_dsn_reporting_authority:
    description:
      - Domain named in notifications to external senders.
    type: str
  external_dsn_send_html:
    description:
      - Whether notifications to external senders are HTML.
    type: bool
  external_postmaster_address:
    description:
      - From address of notifications to external senders.
    type: str
  internal_delay_dsn_enabled:
    description:
      - Whether internal senders are told about delays.
    type: bool
  internal_dsn_default_language:
    description:
      - Language of notifications to internal senders, such as en-US.
    type: str
  internal_dsn_language_detection_enabled:
    description:
      - Whether notifications to internal senders take the language of the message.
    type: bool
  internal_dsn_reporting_authority:
    description:
      - Domain named in notifications to internal senders.
    type: str
  internal_dsn_send_html:
    description:
      - Whether notifications to internal senders are HTML.
    type: bool
  reply_all_storm_protection_enabled:
    description:
      - Whether reply-all storms are blocked.
    type: bool
  reply_all_storm_block_duration_hours:
    description:
      - Hours for which replies to a storm are blocked.
    type: int
  reply_all_storm_detection_minimum_recipients:
    description:
      - Recipients from which a conversation can be a storm.
    type: int
  reply_all_storm_detection_minimum_replies:
    description:
      - Replies to all within an hour that make a storm.
    type: int
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
