# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  integration:
    description: What is known of the vendor for this portal.
    type: dict
    required: true
    suboptions:
      portal:
        description: Name of the portal.
        type: str
        default: ""
      brand:
        description: Brand of the vendor.
        type: str
        default: ""
      smart_hosts:
        description: Hosts that take incoming mail.
        type: list
        elements: str
        default: []
      dlp_smart_hosts:
        description: Hosts that take outgoing and internal mail.
        type: list
        elements: str
        default: []
      return_addresses:
        description: Addresses, blocks and ranges from which inspected incoming mail comes back.
        type: list
        elements: str
        default: []
      dlp_addresses:
        description: Those from which inspected outgoing and internal mail comes back.
        type: list
        elements: str
        default: []
      loop_guard:
        description: All addresses of the region; those of the two options before count in any case.
        type: list
        elements: str
        default: []
      addresses_complete:
        description: Whether these are all addresses of the region. If not, nothing that hangs on them can be proved.
        type: bool
        default: true
      journal_address:
        description: Where journal reports go.
        type: str
        default: ""
      header_name:
        description: Header that the protect rules set.
        type: str
        default: ""
      header_value:
        description:
          - Its value on incoming mail. By default the name of the portal, C(office365_emails) and C(inline).
          - Another value counts as inline only when it ends so.
        type: str
        default: ""
      protect_rules:
        description: Names of the mail-flow rules that are the vendor's.
        type: list
        elements: str
        default: []
      other_portals:
        description: Further portals of the vendor in this tenant, with what is known of them.
        type: list
        elements: dict
        default: []
        suboptions:
          portal:
            description: Name of the portal.
            type: str
            default: ""
          smart_hosts:
            description: Hosts that take incoming mail.
            type: list
            elements: str
            default: []
          dlp_smart_hosts:
            description: Hosts that take outgoing and internal mail.
            type: list
            elements: str
            default: []
          return_addresses:
            description: Addresses, blocks and ranges from which inspected incoming mail comes back.
            type: list
            elements: str
            default: []
          dlp_addresses:
            description: Those from which inspected outgoing and internal mail comes back.
            type: list
            elements: str
            default: []
          addresses_complete:
            description: Whether these are all addresses of the region.
            type: bool
            default: true
      foreign_marks:
        description: Headers that other products are known to set, beside those that are built in.
        type: list
        elements: dict
        default: []
        suboptions:
          hosts:
            description: Domain of the product's hosts.
            type: str
            required: true
          header:
            description: Name of the header.
            type: str
            required: true
          value:
            description: What it is set to.
            type: str
            required: true
"""
