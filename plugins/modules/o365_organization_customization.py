#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_organization_customization
short_description: Enable customization of a fresh Exchange Online organization
version_added: 1.0.0
description:
  - A fresh organization shares its settings with others and refuses some changes until it has been customized once.
  - This switches customization on where it is off. It can take minutes, and an hour until every server knows; there is no way back.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  state:
    description:
      - There is nothing but on.
    type: str
    choices:
      - enabled
    default: enabled
  reason:
    description:
      - Why, for the runbook and the record. It is not sent.
    type: str
  wait_timeout:
    description:
      - Seconds to wait until the change shows. When it does not in time, the task succeeds with a warning.
    type: float
    default: 60.0
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Customize the organization when it is not yet
  avanan.office365.o365_organization_customization:
    wait_timeout: 300
"""

RETURN = r"""
organization_customization:
  description: Whether the organization is customized after the run, or as it would be; keys are the option names. Empty when it does not exist.
  returned: success
  type: dict
before:
  description: Whether the organization is customized before the run, in the same form; null when it did not exist.
  returned: success
  type: dict
# Written by tools/render_docs.py: plan, preconditions, error, done
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

from ..module_utils._change.organization_customization import TASK
from ..module_utils._module import run


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
