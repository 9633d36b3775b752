# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the resource tables; change a table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  gather:
    description:
      - What to read; everything unless given. Each is one key of the result.
    type: list
    elements: str
    choices:
      - transport_config
      - journal_rules
      - inbound_connectors
      - outbound_connectors
      - mail_flow_rules
      - connection_filter
      - accepted_domains
      - organization_config
      - limits
    default:
      - transport_config
      - journal_rules
      - inbound_connectors
      - outbound_connectors
      - mail_flow_rules
      - connection_filter
      - accepted_domains
      - organization_config
      - limits
seealso:
  - module: avanan.office365.o365_connection_filter
  - module: avanan.office365.o365_connector
  - module: avanan.office365.o365_journal_rule
  - module: avanan.office365.o365_mail_flow_rule
  - module: avanan.office365.o365_transport_config
"""
