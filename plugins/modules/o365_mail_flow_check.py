#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_mail_flow_check
short_description: Walk messages through the mail flow of an Exchange Online organization, before or after a change
version_added: 1.0.0
description:
  - Says whether messages could loop, get lost, or whether that cannot be proved, when the vendor's rules route mail to it.
  - It reads the rules, connectors, journal rules and recipients of the organization, and walks classes of messages through them, such as
    mail from the internet to a protected recipient, and what comes back from the vendor. Nothing is sent and nothing is changed.
  - What cannot be known, such as the content of a message, makes a class V(not_proved), never V(safe).
  - How Exchange Online is taken to treat a message stands in C(docs/mail-flow-model.md) of the collection, with its sources.
  - The task does not fail because of a verdict.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  state:
    description:
      - V(present) looks at the organization as it is, V(planned) as it would be after O(entries), O(plan_path), O(rules) or what the tasks of
        this run have planned.
      - The default is V(planned) in check mode or when one of these is given, else V(present).
    type: str
    choices: [present, planned]
  entries:
    description:
      - Entries of a plan, as in the document of M(avanan.office365.o365_runbook).
      - Excludes O(plan_path).
    type: list
    elements: dict
  plan_path:
    description: File with a plan, on the machine that runs the task.
    type: path
  rules:
    description:
      - Mail-flow rules that are imagined to be written, after what the tasks of this run planned or did; each as options of
        M(avanan.office365.o365_mail_flow_rule).
    type: list
    elements: dict
  classes:
    description:
      - Classes of messages to judge, such as V(internet-to-protected); all by default.
      - Remedies are proved on all classes in any case. RV(protection) is judged only when all are asked for.
    type: list
    elements: str
    default: []
  accepted_findings:
    description:
      - Findings that are accepted. A dictionary has C(finding), the RV(findings[].id), C(object), the RV(findings[].subject), and if wanted
        C(reason) and C(expires), the last day on which it counts.
      - A text C(id:subject) is short for the first two; C(id) is enough where the finding has one subject only.
      - A certain loop cannot be accepted, and a certain loss only as a dictionary with C(object).
      - A class that is not safe because of them alone counts as V(safe), and says so.
    type: list
    elements: raw
    default: []
extends_documentation_fragment:
  - avanan.office365.integration
  - avanan.office365.connection
  - avanan.office365.attributes.info
seealso:
  - module: avanan.office365.o365_info
  - module: avanan.office365.o365_mail_flow_rule
  - module: avanan.office365.o365_runbook
"""

EXAMPLES = r"""
- name: Walk messages through the mail flow as it is
  avanan.office365.o365_mail_flow_check:
    state: present
    integration:
      portal: customer-x
      smart_hosts: [customer-x-host.avanan.net]
      return_addresses: [35.174.145.124, 44.211.178.96/28, 3.101.216.128/28]
      header_name: X-CLOUD-SEC-AV-Info
      protect_rules: [Avanan - Protect]
  register: mail_flow

- name: Refuse to go on while mail could loop or get lost
  ansible.builtin.assert:
    that: mail_flow.verdict == 'safe'
    fail_msg: "{{ mail_flow.findings | selectattr('severity', 'equalto', 'block') | map(attribute='cause') | join(' ') }}"
"""

RETURN = r"""
verdict:
  description: The worst of all classes, V(loop), V(lost), V(not_proved) or V(safe).
  returned: success
  type: str
state:
  description: Whether this is about the organization as it is or as it is planned.
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
        from V(with_gaps), and V(inline) where everybody is inspected. C(exempt) has the addresses from which mail passes uninspected, to
        C(all) of these people or in C(some) cases.
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
    otherwise:
      description: >-
        What becomes of mail that is not inspected, V(monitored) where its journal reports come to the vendor, V(none), or
        V(not_proved).
      type: str
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
    complete:
      description: Whether it was walked on all of its ways; one that was not is never V(safe) unless that was accepted.
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
  description: The same for the organization as it is, beside the planned one; V(none) with O(state=present).
  returned: success
  type: dict
baseline:
  description:
    - The same for the organization as it is, as it would be without the vendor. What is no worse with the vendor, and does not go there, is no
      matter of the vendor; P(avanan.office365.mail_flow_refusals#filter) leaves it out.
    - V(none) with O(state=planned), and where RV(verdict) is V(safe).
  returned: success
  type: dict
acceptances:
  description: Each of O(accepted_findings) with C(finding), C(object), C(reason) and C(expires), whether it is C(used), and its C(problem).
  returned: success
  type: list
  elements: dict
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

from ..module_utils._change.mail_flow_check import TASK
from ..module_utils._module import run


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
