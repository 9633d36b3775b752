#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_undo
short_description: Roll back a recorded change of Exchange Online
version_added: 1.0.0
description:
  - Every run of the collection that changes something leaves a record, see M(avanan.office365.o365_runbook), also when it ends half way.
    This brings every object of a record back to what it was before that run, the newest first.
  - Before anything is written, each object is compared with what the record left. Where somebody else has changed it since, the task ends and
    says what differs.
  - An object that is made again gets a new GUID. Mail-flow rules return to their place between the same neighbours.
  - Customization of the organization and addresses added to recipients cannot be rolled back; a warning names them.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  path:
    description:
      - File with the record, on the machine that runs the task.
      - Excludes O(record) and O(variable).
    type: path
  record:
    description:
      - The record itself as text, as it stands in C(record.json) or in the artifact C(avanan_record) for one host. A dictionary is refused.
      - Excludes O(path) and O(variable).
    type: raw
  variable:
    description:
      - Name of the variable that holds the record as text, or the texts of several hosts as the artifact C(avanan_record) does. It is
        taken as it is; nothing in it is a template.
      - Excludes O(path) and O(record).
    type: str
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_runbook
  - module: avanan.office365.o365_plan
"""

EXAMPLES = r"""
- name: Roll back the change of this morning
  avanan.office365.o365_undo:
    path: changes/record.json

- name: Roll back what an earlier job of the workflow has done
  avanan.office365.o365_undo:
    variable: avanan_record
"""

RETURN = r"""
title:
  description: What the record is about.
  returned: success
  type: str
already_undone:
  description: Whether everything was as before the change already.
  returned: success
  type: bool
# Written by tools/render_docs.py: plan, error, done
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

from ..module_utils._change.undo import TASK
from ..module_utils._module import run


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
