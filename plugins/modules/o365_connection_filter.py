#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_connection_filter
short_description: Manage the IP allow and block lists of Exchange Online
version_added: 1.0.0
description:
  - Adds entries to, and takes entries out of, the lists of the connection filter policy C(Default).
  - Only the entries that are named are sent, never a whole list, so that nobody else's entries can get lost.
  - Two entries are the same when they cover the same addresses; an entry that lies within a larger one is an entry of its own.
  - A fresh organization may refuse the change, see M(avanan.office365.o365_organization_customization).
author:
  - avanan.office365 contributors (!UNKNOWN)
extends_documentation_fragment:
  - avanan.office365.connection_filter
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
  - module: avanan.office365.o365_organization_customization
"""

EXAMPLES = r"""
- name: Let mail of two gateways pass
  avanan.office365.o365_connection_filter:
    ip_allow_list: [198.51.100.10, 198.51.100.32/28]

- name: Take one of them out again, and nothing else
  avanan.office365.o365_connection_filter:
    ip_allow_list: [198.51.100.10]
    mode: remove

- name: Empty the allow list, as audits ask for
  avanan.office365.o365_connection_filter:
    ip_allow_list: []
    mode: exact
    force: true
"""

RETURN = r"""
# Written by tools/render_docs.py: object
connection_filter:
  description: The connection filter after the run, or as it would be; keys are the option names. Empty when it
    does not exist.
  returned: success
  type: dict
before:
  description: The connection filter before the run, in the same form; null when it did not exist.
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

TASK = OBJECT_MODULES["o365_connection_filter"]


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
