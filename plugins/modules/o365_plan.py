#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_plan
short_description: Apply an approved plan to Exchange Online, exactly
version_added: 1.0.0
description:
  - A run of the collection in check mode leaves a plan, see M(avanan.office365.o365_runbook). This applies it; exactly its calls, or none.
  - Before anything is written, the plan is refused when it was changed, has expired, was made for another tenant or with another
    version of the collection, when one of its objects or the order of the mail-flow rules is not as the plan found it, or when other
    calls would be needed now. The message names each difference.
  - What is applied already is not applied again; a plan of which only the first parts are applied is completed.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  path:
    description:
      - File with the plan, on the machine that runs the task.
      - Excludes O(plan) and O(variable).
    type: path
  plan:
    description:
      - The plan itself as text, as it stands in C(plan.json) or in the artifact C(avanan_plan) for one host.
      - Ansible takes texts for templates that come from C(--extra-vars), and the names in a plan come from the tenant; give
        such a plan as O(variable). A dictionary is refused, because Ansible changes values in it.
      - Excludes O(path) and O(variable).
    type: raw
  variable:
    description:
      - Name of the variable that holds the plan as text, or the texts of several hosts as the artifact C(avanan_plan) does. It is taken
        as it is; nothing in it is a template.
      - A variable whose own value is one template, such as one that names an artifact, is templated once.
      - Excludes O(path) and O(plan).
    type: str
  hash:
    description:
      - The hash of the plan that was approved. When it is given, no other plan is applied, even if it is valid in itself.
    type: str
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes
seealso:
  - module: avanan.office365.o365_runbook
  - module: avanan.office365.o365_undo
"""

EXAMPLES = r"""
- name: Apply what was approved
  avanan.office365.o365_plan:
    path: changes/plan.json
    hash: "{{ approved_hash }}"

- name: Apply what an earlier job of the workflow has planned
  avanan.office365.o365_plan:
    variable: avanan_plan
"""

RETURN = r"""
title:
  description: What the plan is about.
  returned: success
  type: str
already_applied:
  description: Whether everything was applied before.
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

from ..module_utils._change.apply import TASK
from ..module_utils._module import run


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
