#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_info
short_description: Read the mail flow of an Exchange Online organization
version_added: 1.0.0
description:
  - Reads several classes of objects at once. The results have the option names of the modules that manage the objects.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
# Written by tools/render_docs.py: gather
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
# End of what is written
  raw:
    description:
      - Also return everything as the service answered it, under RV(raw).
    type: bool
    default: false
  resolve:
    description: Recipients to look up, by address, name, alias or GUID.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes.info
# Written by tools/render_docs.py: seealso
seealso:
  - module: avanan.office365.o365_connection_filter
  - module: avanan.office365.o365_connector
  - module: avanan.office365.o365_journal_rule
  - module: avanan.office365.o365_mail_flow_rule
  - module: avanan.office365.o365_transport_config
# End of what is written
"""

EXAMPLES = r"""
- name: Read the rules and both kinds of connectors
  avanan.office365.o365_info:
    gather: [mail_flow_rules, inbound_connectors, outbound_connectors]
  register: mail_flow

- name: Show the order of the rules
  ansible.builtin.debug:
    msg: "{{ mail_flow.mail_flow_rules | map(attribute='name') }}"
"""

RETURN = r"""
# Written by tools/render_docs.py: topics
transport_config:
  description: The transport configuration.
  returned: when gathered
  type: dict
journal_rules:
  description: The journal rules.
  returned: when gathered
  type: list
  elements: dict
inbound_connectors:
  description: The inbound connectors.
  returned: when gathered
  type: list
  elements: dict
outbound_connectors:
  description: The outbound connectors, those scoped to rules and in test mode included.
  returned: when gathered
  type: list
  elements: dict
mail_flow_rules:
  description: The mail-flow rules in their order.
  returned: when gathered
  type: list
  elements: dict
connection_filter:
  description: The connection filter, to be given back with O(avanan.office365.o365_connection_filter#module:mode=exact).
  returned: when gathered
  type: dict
accepted_domains:
  description: The accepted domains.
  returned: when gathered
  type: list
  elements: dict
organization_config:
  description: Facts of the organization.
  returned: when gathered
  type: dict
limits:
  description: How much of the limits of mail-flow rules is used, such as C(rules) and C(rules_maximum). Empty,
    with a warning, where it may not be read.
  returned: when gathered
  type: dict
# End of what is written
raw:
  description: For each gathered topic the records of the service.
  returned: when O(raw)
  type: dict
recipients:
  description:
    - What each identity in O(resolve) names, as C(address) and C(kind), and, when it was found, C(type), the service's C(RecipientTypeDetails).
    - A group whose members can be listed has their number as C(members).
    - The kind is V(group), V(individual), V(other), V(missing), or V(unknown) when the application may not look it up.
  returned: success
  type: dict
error:
  description: The parts of the message, with the service's own words, the cmdlet and the request id.
  returned: failure
  type: dict
"""

from ..module_utils._module import run
from ..module_utils._read.info import TASK


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
