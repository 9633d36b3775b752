#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_journal_rule
short_description: Manage journal rules of Exchange Online
version_added: 1.0.0
description:
  - Creates, changes, enables, disables and removes journal rules, which send a report of each message to an address outside the organization.
  - An option left out leaves the setting alone; an empty one clears it.
  - The organization needs a recipient for undeliverable journal reports first, see M(avanan.office365.o365_transport_config).
author:
  - avanan.office365 contributors (!UNKNOWN)
extends_documentation_fragment:
  - avanan.office365.journal_rule
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Journal every message to the archive
  avanan.office365.o365_journal_rule:
    name: Archive
    journal_email_address: journal@archive.example
    scope: Global

- name: Journal the messages of one user only
  avanan.office365.o365_journal_rule:
    name: Archive
    recipient: broker@contoso.example

- name: Journal everyone again
  avanan.office365.o365_journal_rule:
    name: Archive
    recipient: ""

- name: Stop journaling
  avanan.office365.o365_journal_rule:
    name: Archive
    state: absent
"""

RETURN = r"""
# Written by tools/render_docs.py: object
journal_rule:
  description: The journal rule after the run, or as it would be; keys are the option names. Empty when it does
    not exist.
  returned: success
  type: dict
before:
  description: The journal rule before the run, in the same form; null when it did not exist.
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

TASK = OBJECT_MODULES["o365_journal_rule"]


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
