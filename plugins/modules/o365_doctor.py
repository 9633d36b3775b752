#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_doctor
short_description: Examine whether a tenant is fit for the vendor in its mail flow
version_added: 1.0.0
description:
  - Looks at a tenant and says what stands in the way of mail, why it matters, and who can do something about it.
  - Reads every class of objects once and changes nothing, in and out of check mode alike.
  - Whether a writing cmdlet may be used is found out by calling it with a parameter that does not exist. The service refuses that before
    it runs anything.
  - The judgement is made on the controller, where the mail hosts of the accepted domains are looked up, too. That needs the Python library
    dnspython; without it that part is left out and a finding says so.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  integration:
    description:
      - What is known of the portal. Without it the vendor's objects are recognized by what they do only.
    type: dict
    default: {}
    suboptions:
      portal:
        description: Name of the portal.
        type: str
        default: ""
      footprint:
        description: Which of the objects are to be written; V(automatic) needs more roles.
        type: str
        choices: [manual, automatic]
        default: manual
      names:
        description: For each topic of M(avanan.office365.o365_info) the names under which the vendor's objects are recognized.
        type: dict
        default: {}
      mail_flow:
        description:
          - The option O(avanan.office365.o365_mail_flow_check#module:integration), with which mail is walked.
          - Without it nothing is walked, and whether mail is inspected is not proved.
        type: dict
        default: {}
      smart_hosts:
        description: Hosts of the vendor that the portal uses, for incoming and for outgoing mail.
        type: list
        elements: str
        default: []
      return_addresses:
        description: Where inspected incoming mail comes back from.
        type: list
        elements: str
        default: []
      loop_guard:
        description: All addresses of the vendor that the protect rule excepts.
        type: list
        elements: str
        default: []
      additional_addresses:
        description: Addresses that are excepted on purpose.
        type: list
        elements: str
        default: []
      scope:
        description: Users, groups and domains that are to be protected; only their number and length matter.
        type: list
        elements: str
        default: []
  probe_writes:
    description: Whether to find out which writing cmdlets may be used.
    type: bool
    default: true
  lookup_mx:
    description: Whether to look the mail hosts of the accepted domains up.
    type: bool
    default: true
  resolvers:
    description: DNS servers to ask, as V(192.0.2.1) or V(192.0.2.1:5353), instead of those of the controller.
    type: list
    elements: str
    default: []
  products:
    description:
      - Further products to recognize, each with C(id), C(name) and C(role), and with any of C(hosts), C(mx), C(domains), C(names), C(headers),
        C(addresses), C(connector_sources) and C(advice).
    type: list
    elements: dict
    default: []
  directory:
    description:
      - Where to make a folder for the report, in one for each tenant, as C(doctor.html), C(doctor.md) and C(doctor.json). Relative to the
        directory in which Ansible was started. Without it there is no report.
      - The report is written on the controller, in and out of check mode alike, and is for its owner only.
    type: path
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes.info
seealso:
  - module: avanan.office365.o365_info
"""

EXAMPLES = r"""
- name: Examine the tenant without looking at its DNS
  avanan.office365.o365_doctor:
    lookup_mx: false
  register: examined

- name: Show what is critical
  ansible.builtin.debug:
    msg: "{{ examined.findings | selectattr('severity', 'equalto', 'critical') | map(attribute='what') }}"
"""

RETURN = r"""
tenant:
  description: Id of the tenant, empty when the sign-in was refused.
  returned: success
  type: str
findings:
  description: What was found, worst first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: A stable name for this kind of finding.
      type: str
    severity:
      description: One of V(critical), V(warning) and V(info).
      type: str
    what:
      description: What was found.
      type: str
    why:
      description: Why it matters.
      type: str
    who:
      description: Who can do something about it.
      type: str
    fix:
      description: What can be done.
      type: str
permissions:
  description:
    - For C(planner) and C(applier) each cmdlet and whether the application may use it; null when that was not established.
    - The applier is empty when that was not asked for.
  returned: success
  type: dict
domains:
  description: The effective mode of each accepted domain.
  returned: success
  type: list
  elements: dict
  contains:
    domain:
      description: The domain.
      type: str
    mode:
      description: What happens to its incoming mail, in words.
      type: str
    protection:
      description:
        - The same for machines, as walked mail shows it. V(inline); V(as_scoped), a sound pilot; V(with_gaps), where mail of the scope passes
          uninspected; V(partly); V(held_up), at a connector; V(lost); V(loop); V(monitored); V(none); V(monitored_only), where the addresses of
          a gateway in front are excepted.
        - V(not_proved) where something that decides was not given, could not be read or is not known.
      type: str
    entrance:
      description:
        - Where its MX points. V(microsoft), V(gateway), V(mixed), V(vendor), V(none), V(address) for the domain's own address, or V(unknown).
      type: str
    evidence:
      description: What that is concluded from.
      type: list
      elements: str
scope:
  description: The effective mode of each entry of the scope, as walked, as C(entry), C(mode) in words, and C(protection) for machines.
  returned: success
  type: list
  elements: dict
everybody:
  description: >-
    The same for everybody with a mailbox, as C(mode) in words and C(protection) for machines, V(as_scoped) where the scope has no gap.
  returned: success
  type: dict
products:
  description: The products of others that were recognized, as C(id), C(name), C(role), C(active) and C(evidence).
  returned: success
  type: list
  elements: dict
not_examined:
  description: What nothing was concluded from, so that no silence is taken for an all-clear.
  returned: success
  type: list
  elements: dict
  contains:
    what:
      description: What was not examined.
      type: str
    why:
      description: Why not.
      type: str
    findings:
      description: Ids of the findings that it could have been; empty where everything that hangs on it is missing.
      type: list
      elements: str
files:
  description: Paths of the report by their endings, V(html), V(md) and V(json).
  returned: when O(directory) is given
  type: dict
error:
  description: The parts of the message, with the service's own words, the cmdlet and the request id.
  returned: failure
  type: dict
"""

from ..module_utils._module import run
from ..module_utils._read.doctor import TASK


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
