#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_transport_config
short_description: Manage the transport configuration of an Exchange Online organization
version_added: 1.0.0
description:
  - Changes settings of the whole organization, such as the recipient of undeliverable journal reports.
  - An option left out leaves the setting alone; an empty one clears it. Only what changes is sent.
author:
  - avanan.office365 contributors (!UNKNOWN)
extends_documentation_fragment:
  - avanan.office365.transport_config
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Set the recipient of undeliverable journal reports
  avanan.office365.o365_transport_config:
    journaling_report_ndr_to: undeliverable@archive.example

- name: Clear it again, once there is no journal rule any more
  avanan.office365.o365_transport_config:
    journaling_report_ndr_to: ""
"""

RETURN = r"""
# Written by tools/render_docs.py: object
transport_config:
  description: The transport configuration after the run, or as it would be; keys are the option names. Empty when
    it does not exist.
  returned: success
  type: dict
before:
  description: The transport configuration before the run, in the same form; null when it did not exist.
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

TASK = OBJECT_MODULES["o365_transport_config"]


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
