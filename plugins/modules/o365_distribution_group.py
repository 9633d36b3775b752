#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_distribution_group
short_description: Manage distribution groups and mail-enabled security groups of Exchange Online
version_added: 1.0.0
description:
  - Creates, changes and removes groups, and adds and removes their members.
  - An option left out leaves the setting alone; an empty one clears it.
  - Recipients may be given by address, name, alias or GUID; they are looked up on both sides before they are compared.
  - Members come and go one by one, never by a call that replaces all of them.
author:
  - avanan.office365 contributors (!UNKNOWN)
extends_documentation_fragment:
  - avanan.office365.distribution_group
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Make a group of pilot users
  avanan.office365.o365_distribution_group:
    name: Gateway pilot
    type: Security
    managed_by: [user01@contoso.example]
    members: [user02@contoso.example, user03@contoso.example]

- name: Let one more join
  avanan.office365.o365_distribution_group:
    name: Gateway pilot
    members: [user04@contoso.example]

- name: Let exactly these be in it
  avanan.office365.o365_distribution_group:
    name: Gateway pilot
    members: [user04@contoso.example, user05@contoso.example]
    mode: exact

- name: Take one out
  avanan.office365.o365_distribution_group:
    name: Gateway pilot
    members: [User 05]
    mode: remove

- name: Remove the group
  avanan.office365.o365_distribution_group:
    name: Gateway pilot
    state: absent
"""

RETURN = r"""
# Written by tools/render_docs.py: object
distribution_group:
  description: The distribution group after the run, or as it would be; keys are the option names. Empty when it
    does not exist.
  returned: success
  type: dict
before:
  description: The distribution group before the run, in the same form; null when it did not exist.
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

TASK = OBJECT_MODULES["o365_distribution_group"]


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
