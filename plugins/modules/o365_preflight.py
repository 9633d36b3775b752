#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_preflight
short_description: Decide whether a change of an Exchange Online organization may be made, before anything is written
version_added: 1.0.0
description:
  - Carries the tasks out on a copy of what it reads of the organization. A condition counts as met when the organization meets it or an
    earlier task does.
  - Walks messages through the mail flow as it is, after each writing call, and as it would be in the end.
  - Fails when a task could not be carried out, or when messages could loop or get lost, in check mode and otherwise alike.
  - Nothing is written. What was decided stands in the documents of the run.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  tasks:
    description: What is to be written, in order.
    type: list
    elements: dict
    required: true
    suboptions:
      module:
        description: Name of a module that manages an object, such as V(o365_connector).
        type: str
        required: true
      options:
        description: Its options.
        type: dict
        required: true
      reason:
        description: Why, for the reader of the runbook.
        type: str
        default: ""
  accepted_findings:
    description:
      - Findings that are accepted. A dictionary has C(finding), the RV(findings[].id), C(object), the RV(findings[].subject), and if wanted
        C(reason) and C(expires), the last day on which it counts.
      - A text C(id:subject) is short for the first two; C(id) is enough where the finding has one subject only.
      - A certain loop cannot be accepted, and a certain loss only as a dictionary with C(object).
    type: list
    elements: raw
    default: []
  only_worse:
    description: Refuse only what is worse than now, as when a change leads out of a state that is not safe.
    type: bool
    default: false
  preview:
    description: Only say what would be refused.
    type: bool
    default: false
  approval:
    description: A text that the answer carries, such as the RV(avanan.office365.o365_phase#module:phase.approval) of what is judged.
    type: str
    default: ""
extends_documentation_fragment:
  - avanan.office365.integration
  - avanan.office365.connection
  - avanan.office365.attributes.info
seealso:
  - module: avanan.office365.o365_mail_flow_check
  - module: avanan.office365.o365_plan
"""

EXAMPLES = r"""
- name: Make sure that the connector may be written
  avanan.office365.o365_preflight:
    integration:
      portal: customer-x
      smart_hosts: [customer-x-host.avanan.net]
    tasks:
      - module: o365_connector
        options:
          direction: outbound
          name: Avanan Outbound
          is_transport_rule_scoped: true
          smart_hosts: [customer-x-host.avanan.net]
"""

RETURN = r"""
verdict:
  description: The worst of all classes, V(loop), V(lost), V(not_proved) or V(safe).
  returned: success
  type: str
protection:
  description: >-
    Whether incoming mail is inspected before it is delivered, from the same walks as C(verdict); V(none) when only some
    classes were walked.
  returned: success
  type: dict
  contains:
    verdict:
      description: >-
        Of all entries of the scope, V(inspected), V(in_part), V(not_inspected) or V(not_proved); V(none) when no rule that is
        switched on takes mail to the vendor.
      type: str
    gap:
      description: Whether mail of the scope passes uninspected that nobody has let pass on purpose, or that is not known.
      type: bool
    scope:
      description: >-
        Each user, group and domain that the protect rules name, or everybody. Each with C(kind), C(name), C(verdict), C(flow) (the
        verdict on whether its mail arrives), C(mode) (V(inline), V(partly), V(monitored), V(none), V(held_up), V(lost), V(loop) or
        V(not_proved)), C(gap), C(off) (the rule that names it is switched off) and C(why), a sentence.
      type: list
      elements: dict
    domains:
      description: >-
        The same for each accepted domain, by those of its people who are in the scope. C(mode) tells V(as_scoped), a sound pilot,
        from V(with_gaps), and V(inline) where everybody is inspected.
      type: list
      elements: dict
    everybody:
      description: The same for everybody with a mailbox.
      type: dict
    gaps:
      description: >-
        Every way past inspection, with C(id), C(subject) (the rule, connector or mailbox), C(whom), C(mail) (which), C(certain),
        C(chosen) (a rule that is switched off, or single addresses that pass), C(accepted), C(cause), C(remedy)
        and C(remedies), the proved edits as for RV(findings[].remedies).
      type: list
      elements: dict
findings:
  description: What was found, first what keeps a class from being safe.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Name of the kind of finding; see C(docs/mail-flow-model.md).
      type: str
    severity:
      description: V(block) for what keeps a class from being safe, else V(note).
      type: str
    subject:
      description: The rule or connector that it hangs on.
      type: str
    cause:
      description: What is wrong, one sentence.
      type: str
    remedy:
      description: What to do about it. An edit stands here only when it was proved.
      type: str
    remedies:
      description:
        - The proved edits, the smallest first, each with its C(text) and the C(effect) that it has on mail.
        - Proved means that the tenant with the edit was walked again. The finding was gone, and nothing else was worse.
      type: list
      elements: dict
    classes:
      description: The classes that show it.
      type: list
      elements: str
    accepted:
      description: Whether it is among O(accepted_findings), with C(reason) and C(expires) beside it.
      type: bool
classes:
  description: What becomes of each class of messages.
  returned: success
  type: list
  elements: dict
  contains:
    class:
      description: Its name.
      type: str
    title:
      description: What it is, for people.
      type: str
    verdict:
      description: V(safe), V(not_proved), V(lost) or V(loop).
      type: str
    informative:
      description: Whether it gives notes only, and no verdict.
      type: bool
    accepted:
      description: The findings that are accepted and without which the verdict would be another, as C(id:subject).
      type: list
      elements: str
    ends:
      description: What becomes of it for each recipient; those with C(counts) false are as they would be without the vendor.
      type: list
      elements: dict
    path:
      description: The way that decides on the verdict, step by step, with C(at), C(name), C(what) and C(certain).
      type: list
      elements: dict
    cause:
      description: Why it is not safe; empty when it is.
      type: str
    remedy:
      description: What to do about it.
      type: str
    finding:
      description: The finding that decides.
      type: str
before:
  description: The same for the organization as it is.
  returned: success
  type: dict
acceptances:
  description: Each of O(accepted_findings) with C(finding), C(object), C(reason) and C(expires), whether it is C(used), and its C(problem).
  returned: success
  type: list
  elements: dict
first:
  description:
    - What an administrator can do before the change so that it may be made. C(entries) are the edits as a document has them, C(effects) what they
      change for mail. C(together) is true when all of them were walked as one, and the change may be made then.
    - Empty when nothing keeps the change from being made, or when no remedy was proved.
  returned: success
  type: dict
problems:
  description: Why the tasks cannot be carried out, such as a limit of the service or a recipient that does not exist.
  returned: success
  type: list
  elements: str
refused:
  description: Why the change may not be made, in sentences; empty when it may. Only with O(preview=true) without a failure.
  returned: success
  type: str
approval:
  description: The option O(approval).
  returned: success
  type: str
outside_the_model:
  description: What the check knows nothing about.
  returned: success
  type: list
  elements: str
error:
  description: The parts of the message, with the service's own words, the cmdlet and the request id.
  returned: failure
  type: dict
"""

from ..module_utils._change.preflight import TASK
from ..module_utils._module import run


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
