#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_connector
short_description: Manage inbound and outbound connectors of Exchange Online
version_added: 1.0.0
description:
  - Creates, changes and removes connectors. Inbound and outbound connectors are different objects and may bear the same name.
  - An option left out leaves the setting alone; an empty one clears it. Lists are set as a whole.
  - Settings that depend on each other are checked on the object as it would be, before anything is written.
  - A connector that a mail-flow rule routes to is not removed, disabled or taken from the rules.
author:
  - avanan.office365 contributors (!UNKNOWN)
extends_documentation_fragment:
  - avanan.office365.connector
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Accept mail from the gateway
  avanan.office365.o365_connector:
    direction: inbound
    name: From gateway
    sender_domains: ["*"]
    sender_ip_addresses: [198.51.100.10, 198.51.100.64/26]

- name: Deliver through the gateway what a mail-flow rule sends there
  avanan.office365.o365_connector:
    direction: outbound
    name: To gateway
    is_transport_rule_scoped: true
    smart_hosts: [gateway.example]
    tls_settings: EncryptionOnly

- name: Show what removing it would do
  avanan.office365.o365_connector:
    direction: outbound
    name: To gateway
    state: absent
  check_mode: true
  diff: true
"""

RETURN = r"""
# Written by tools/render_docs.py: object
connector:
  description: The connector after the run, or as it would be; keys are the option names. Empty when it does not
    exist.
  returned: success
  type: dict
before:
  description: The connector before the run, in the same form; null when it did not exist.
  returned: success
  type: dict
plan:
  description: The writing calls that were made, or would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    cmdlet:
      description: Name of the cmdlet.
      type: str
    parameters:
      description: Its parameters as they go over the wire.
      type: dict
preconditions:
  description: What must be true elsewhere in the tenant before the plan can be carried out; only for a plan that
    is not empty.
  returned: always
  type: list
  elements: dict
  contains:
    text:
      description: What must be so.
      type: str
    met:
      description: Whether it is so now. A real run refuses to begin while one is not met; check mode only reports
        it.
      type: bool
error:
  description: The parts of the message, with the service's own words, the cmdlet, the object and the request id.
  returned: failure
  type: dict
done:
  description: The calls that the service had accepted before the failure, each with its request id.
  returned: failure
  type: list
  elements: dict
# End of what is written
"""

from ..module_utils._engine.object_module import OBJECT_MODULES
from ..module_utils._module import run

TASK = OBJECT_MODULES["o365_connector"]


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
