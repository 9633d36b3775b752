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
  direction:
    description:
      - Whether mail comes in or goes out through the connector.
    type: str
    choices:
      - inbound
      - outbound
    required: true
  connector_type:
    description:
      - Whose servers are at the other end. A new connector is V(Partner) unless this says otherwise.
    type: str
    choices:
      - Partner
      - OnPremises
  enabled:
    description:
      - Whether the connector acts. A new connector is enabled unless this is V(false).
    type: bool
  comment:
    description:
      - A note for administrators.
    type: str
  sender_domains:
    description:
      - 'For O(direction=inbound) only. Domains whose mail the connector accepts: V(*), V(example.com) or V(*.example.com).
        Required for a new connector.'
    type: list
    elements: str
  sender_ip_addresses:
    description:
      - For O(direction=inbound) only. Public IPv4 addresses and blocks from /24 to /32 from which mail comes.
    type: list
    elements: str
  require_tls:
    description:
      - For O(direction=inbound) only. Whether mail must come encrypted. A new connector requires it unless this
        is V(false).
    type: bool
  restrict_domains_to_ip_addresses:
    description:
      - For O(direction=inbound) only. Whether mail of O(sender_domains) from other addresses is rejected. Refused
        together with sender domain V(*) unless O(force).
    type: bool
  restrict_domains_to_certificate:
    description:
      - For O(direction=inbound) only. Whether mail of O(sender_domains) without the certificate is rejected. Refused
        together with sender domain V(*) unless O(force).
    type: bool
  tls_sender_certificate_name:
    description:
      - For O(direction=inbound) only. Domain in the certificate of the sending server, or the full name of the
        certificate.
    type: str
  associated_accepted_domains:
    description:
      - For O(direction=inbound) only. Accepted domains to which the connector applies; empty means all.
    type: list
    elements: str
  cloud_services_mail_enabled:
    description:
      - Whether internal headers are kept; for hybrid organizations.
    type: bool
  treat_messages_as_internal:
    description:
      - For O(direction=inbound) only. Whether mail counts as internal; for O(connector_type=OnPremises).
    type: bool
  trusted_organizations:
    description:
      - For O(direction=inbound) only. Other Microsoft 365 organizations that are trusted as source.
    type: list
    elements: str
  ef_skip_last_ip:
    description:
      - For O(direction=inbound) only. Whether enhanced filtering skips the last source address.
    type: bool
  ef_skip_ips:
    description:
      - For O(direction=inbound) only. Addresses, blocks and ranges that enhanced filtering skips.
    type: list
    elements: str
  ef_users:
    description:
      - For O(direction=inbound) only. Recipients to whom enhanced filtering applies; empty means all.
    type: list
    elements: str
  use_mx_record:
    description:
      - For O(direction=outbound) only. Whether mail goes to the recipient domain's MX. V(false) needs O(smart_hosts),
        and follows from them.
    type: bool
  smart_hosts:
    description:
      - For O(direction=outbound) only. Host names or public IPv4 addresses that the connector delivers to.
    type: list
    elements: str
  recipient_domains:
    description:
      - For O(direction=outbound) only. Recipient domains for which the connector is used.
    type: list
    elements: str
  is_transport_rule_scoped:
    description:
      - For O(direction=outbound) only. Whether only mail-flow rules send mail through the connector, instead of
        O(recipient_domains).
    type: bool
  tls_settings:
    description:
      - For O(direction=outbound) only. What is demanded of the other server's TLS. Empty means opportunistic TLS.
    type: str
    choices:
      - EncryptionOnly
      - CertificateValidation
      - DomainValidation
      - ''
  tls_domain:
    description:
      - For O(direction=outbound) only. Domain in the other server's certificate, for O(tls_settings=DomainValidation).
    type: str
  mta_sts_mode:
    description:
      - For O(direction=outbound) only. How MTA-STS policies of recipient domains are used.
    type: str
    choices:
      - Opportunistic
      - None
  smtp_dane_mode:
    description:
      - For O(direction=outbound) only. How DANE for SMTP is used.
    type: str
    choices:
      - Opportunistic
      - Mandatory
      - None
  test_mode:
    description:
      - For O(direction=outbound) only. Whether the connector is in test mode, which hides it from plain listings.
    type: bool
  validation_recipients:
    description:
      - For O(direction=outbound) only. Recipients to which the admin center sends its test message.
    type: list
    elements: str
  all_accepted_domains:
    description:
      - For O(direction=outbound) only. Whether mail to all accepted domains goes through it; for O(connector_type=OnPremises).
    type: bool
  route_all_messages_via_on_premises:
    description:
      - For O(direction=outbound) only. Whether all outbound mail goes through it (centralized mail transport);
        for O(connector_type=OnPremises).
    type: bool
  sender_rewriting_enabled:
    description:
      - For O(direction=outbound) only. Whether the sender rewriting scheme is applied; for O(connector_type=OnPremises).
    type: bool
  force:
    description:
      - Accept settings that reject the mail of the whole internet, and take away an outbound connector that rules
        or journal rules use.
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
