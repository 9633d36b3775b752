#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_mail_flow_rule
short_description: Manage mail-flow (transport) rules of Exchange Online
version_added: 1.0.0
description:
  - Creates, changes, orders, enables, disables and removes mail-flow rules.
  - An option left out leaves the setting alone; an empty one clears it. Lists are set as a whole.
  - Recipients may be given by address, name, alias or GUID; they are looked up where they differ from what the rule has.
  - A rule is not made to route to a connector that is missing, disabled or not scoped to mail-flow rules.
author:
  - avanan.office365 contributors (!UNKNOWN)
extends_documentation_fragment:
  - avanan.office365.mail_flow_rule
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Mark mail from outside
  avanan.office365.o365_mail_flow_rule:
    name: Mark external mail
    conditions:
      from_scope: NotInOrganization
    exceptions:
      sender_domain_is: [partner.example]
    actions:
      prepend_subject: "[External] "

- name: Send mail to the pilot users through the gateway, before all other rules
  avanan.office365.o365_mail_flow_rule:
    name: Through the gateway
    position: first
    conditions:
      from_scope: NotInOrganization
      sent_to_member_of: [pilot@contoso.example]
    exceptions:
      sender_ip_ranges: [198.51.100.10]
    actions:
      route_message_outbound_connector: To gateway
      stop_rule_processing: true

- name: Let the rule do this one thing, whatever else somebody has made it do
  avanan.office365.o365_mail_flow_rule:
    name: Mark external mail
    actions:
      prepend_subject: "[External] "
    purge: [actions]

- name: Let the disclaimer come last, and below the mark in any case
  avanan.office365.o365_mail_flow_rule:
    name: Disclaimer
    after: [Mark external mail]

- name: Take the exception away
  avanan.office365.o365_mail_flow_rule:
    name: Mark external mail
    exceptions:
      sender_domain_is: []

- name: Switch the rule off
  avanan.office365.o365_mail_flow_rule:
    name: Through the gateway
    enabled: false
"""

RETURN = r"""
# Written by tools/render_docs.py: object
mail_flow_rule:
  description: The mail-flow rule after the run, or as it would be; keys are the option names. Empty when it does
    not exist.
  returned: success
  type: dict
before:
  description: The mail-flow rule before the run, in the same form; null when it did not exist.
  returned: success
  type: dict
order:
  description: The names of all mail-flow rules in their order after the run, or as it would be.
  returned: success
  type: list
  elements: str
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

TASK = OBJECT_MODULES["o365_mail_flow_rule"]


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
