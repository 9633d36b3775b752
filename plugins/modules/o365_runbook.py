#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_runbook
short_description: Write runbook, plan and record of a run
version_added: 1.0.0
description:
  - Collects what the tasks of this run did, or would do in check mode, in one tenant, and writes it into a folder of its own as
    C(runbook.md), C(runbook.html), C(runbook.ps1) and C(runbook.json).
  - In check mode also as C(plan.json), which M(avanan.office365.o365_plan) applies. In a run also as C(record.json), which
    M(avanan.office365.o365_undo) rolls back; the record is written from O(state=begun) on, before every change and after every call.
  - Works on the machine that runs Ansible and needs a local connection. It reads nothing from the tenant and changes nothing in it, so that it
    writes its files in check mode too. They are for their owner only, and hold no credentials.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  state:
    description:
      - V(begun) opens the folder; the first task of a run should do that. It does nothing when the run has begun already.
      - V(written) writes the runbook of everything so far; it can be done several times in a run.
    type: str
    choices: [begun, written]
    default: written
  title:
    description:
      - What the run is about.
    type: str
    default: Change of the mail flow
  directory:
    description:
      - Where the folder is made, in one for each tenant. Relative to the directory in which Ansible was started.
    type: path
    default: o365-changes
  lifetime:
    description:
      - Hours after which a plan is not applied any more.
    type: float
    default: 72.0
  protection:
    description:
      - Whom the change concerns, for the summary; each element a text such as C(user alice@example.com).
    type: dict
    suboptions:
      enters:
        description: Who will be protected.
        type: list
        elements: str
        default: []
      leaves:
        description: Who will not be protected any more.
        type: list
        elements: str
        default: []
      stays:
        description: Who stays protected.
        type: list
        elements: str
        default: []
  findings:
    description:
      - What audits will report because of the change.
    type: list
    elements: str
    default: []
  mail_flow:
    description:
      - What becomes of mail before and after the change, as C(before), C(after), C(findings) and C(outside_the_model) of
        M(avanan.office365.o365_mail_flow_check), for the picture.
    type: dict
  request:
    description: Who asked for the change, for its first page. What is left out is printed empty, to be filled in.
    type: dict
    suboptions:
      customer:
        description: Whose tenant it is.
        type: str
      portal:
        description: The vendor's portal; the one that the proof names when this is left out.
        type: str
      requester:
        description: Who asked for the change.
        type: str
      approver:
        description: Who approves it.
        type: str
      ticket:
        description: Number or address of the ticket.
        type: str
      window:
        description: When it is to be made.
        type: str
      job:
        description: The job of a controller that makes the run; nothing is printed where there is none.
        type: str
  refused:
    description:
      - Why the change is refused. A plan that says so cannot be applied.
    type: str
  expects:
    description:
      - What the run has to do before it is complete; given when it begins and when it ends. V(gate) is M(avanan.office365.o365_preflight)
        and every task that it was asked about, V(plan) is M(avanan.office365.o365_plan), V(record) is M(avanan.office365.o365_undo).
      - A run that ends before is documented as failed, and its plan is never applied. Until it is ended, the modules of this collection carry out
        the tasks that the gate has approved in their order and without gaps, and refuse any other.
    type: list
    elements: str
    choices: [gate, plan, record]
    default: []
  failed:
    description: Why the run failed, where that was not a task of this collection. A plan that says so cannot be applied.
    type: str
  purpose:
    description: What the document is made for. Only a plan for a V(change) can be applied.
    type: str
    choices: [change, preview, verification]
    default: change
  remarks:
    description:
      - What else a reader should know.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes.local
seealso:
  - module: avanan.office365.o365_plan
  - module: avanan.office365.o365_undo
"""

EXAMPLES = r"""
- name: Begin the record of this run
  avanan.office365.o365_runbook:
    state: begun
    title: Partner connector

- name: Change something
  avanan.office365.o365_connector:
    direction: outbound
    name: To partner
    reason: The partner asks for encrypted mail.
    recipient_domains: [partner.example.com]
    tls_settings: CertificateValidation

- name: Write the runbook
  avanan.office365.o365_runbook:
    remarks: [Asked for by the partner.]
"""

RETURN = r"""
folder:
  description: The folder of this run.
  returned: success
  type: str
files:
  description: What was written, by C(md), C(html), C(ps1), C(json), and C(plan) or C(record).
  returned: when O(state=written)
  type: dict
document:
  description: The plan, record or draft.
  returned: when O(state=written)
  type: dict
incomplete:
  description: What the run had to do and has not done, in a sentence; empty when nothing is left, or when the failure of a task is the reason.
  returned: when O(state=written)
  type: str
lines:
  description:
    - What the run comes to, for people; what becomes of mail, what changes, with counts, who is protected, what audits will report, where the runbook is, and
      what to do next.
    - Why a run was refused or failed stands in the message of the task that ended it, and is not repeated.
  returned: when O(state=written)
  type: list
  elements: str
summary:
  description: What the run comes to, in numbers and one line.
  returned: when O(state=written)
  type: dict
artifacts:
  description:
    - Artifacts for the next job of a workflow, as JSON texts, by C(summary), and C(plan) or C(record).
    - They are set as custom stats by the name of the host, as C(avanan_summary), C(avanan_plan) and C(avanan_record).
  returned: when O(state=written)
  type: dict
# Written by tools/render_docs.py: error, done
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

from ..module_utils._change.runbook import TASK
from ..module_utils._module import run


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
