#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_phase
short_description: Decide what the phases of this collection write, from the variables of its roles
version_added: 1.0.0
description:
  - Reads the variables of the roles of this collection, such as C(portal_name), from the variables of the play, as the roles themselves do.
    They are not options of this module; see the README of each role.
  - Without O(found) it checks all of them before anything is read from the tenant, and says what M(avanan.office365.o365_info) is to read.
    It fails with one line for each thing that is wrong. A variable that looks like one of this collection and is none is wrong, too.
  - With O(found) it decides which objects the phases write, in which order and with which options, and fails if something in the tenant
    must not be taken over or taken away.
  - Works on the machine that runs Ansible, and neither reads nor writes anything in the tenant.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  roles:
    description:
      - The roles whose variables count, in order. Phases are carried out in the order in which they are named.
      - With V(change) also the phases of the variable C(change_phases), unless a plan or a record is to be carried out instead.
    type: list
    elements: str
    choices: [monitor, inline, rescope, outbound, remove, portal, change, verify, doctor]
    required: true
  earlier:
    description: Phases that this play has carried out before.
    type: list
    elements: str
    choices: [monitor, inline, rescope, outbound, remove]
    default: []
  found:
    description: What M(avanan.office365.o365_info) has found with RV(phase.gather) and RV(phase.resolve).
    type: dict
  approval:
    description: With O(found), the RV(phase.approval) of the task that has checked the variables.
    type: str
    default: ""
attributes:
  check_mode:
    support: full
    description: Only decides. In check mode, objects for which the vendor's values are not known are left out with a warning.
  diff_mode:
    support: N/A
    description: Changes nothing.
  idempotent:
    support: full
    description: Only decides.
  action:
    support: full
    description: Runs on the machine that runs Ansible, whatever the connection.
seealso:
  - module: avanan.office365.o365_info
  - module: avanan.office365.o365_mail_flow_check
"""

EXAMPLES = r"""
- name: Check the variables of the monitor phase
  avanan.office365.o365_phase:
    roles: [monitor]
  vars:
    portal_name: customer-x
    portal_region: us
  register: inputs

- name: Read what it needs to know
  avanan.office365.o365_info:
    gather: "{{ inputs.phase.gather }}"
    resolve: "{{ inputs.phase.resolve }}"
  register: tenant

- name: Decide what it writes
  avanan.office365.o365_phase:
    roles: [monitor]
    found: "{{ tenant }}"
  vars:
    portal_name: customer-x
    portal_region: us
  register: monitor

- name: Show it
  ansible.builtin.debug:
    msg: "{{ monitor.phase.decided.monitor.objects }}"
"""

RETURN = r"""
phase:
  description: What the tasks of the phases need.
  returned: success
  type: dict
  contains:
    phases:
      description: The phases to be carried out, in order.
      type: list
      elements: str
    instead:
      description: Without O(found), the variables that name a plan or a record to be carried out instead of phases.
      type: list
      elements: str
    parts:
      description: Without O(found), the files of tasks that carry it out, in order, by C(role) and C(tasks).
      type: list
      elements: dict
    expects:
      description: Without O(found), the option of M(avanan.office365.o365_runbook) of this name.
      type: list
      elements: str
    earlier:
      description: Without O(found), the option O(earlier).
      type: list
      elements: str
    inputs:
      description: Without O(found), every variable of the roles, converted, with its default where it was not given.
      type: dict
    approval:
      description: >-
        The option of M(avanan.office365.o365_preflight) of this name, another one each time the variables are checked. The roles of the phases
        write nothing unless the gate's answer carries it, so that an approval that was given earlier in the play counts for nothing.
      type: str
    gather:
      description: Without O(found), the option of M(avanan.office365.o365_info) of this name.
      type: list
      elements: str
    resolve:
      description: Without O(found), the option of M(avanan.office365.o365_info) of this name.
      type: list
      elements: str
    integration:
      description: The option of M(avanan.office365.o365_mail_flow_check) of this name.
      type: dict
    examined:
      description: Without O(found), the option C(integration) of M(avanan.office365.o365_doctor); empty without a portal.
      type: dict
    protect_rules:
      description: Without O(found), the names under which the protect rules for incoming mail are recognized.
      type: list
      elements: str
    protection:
      description: With O(found), who enters, leaves and stays protected, as C(enters), C(leaves) and C(stays); empty where nobody does.
      type: dict
    tasks:
      description: With O(found), the option of M(avanan.office365.o365_preflight) of this name; so are RV(phase.only_worse) and RV(phase.preview).
      type: list
      elements: dict
    only_worse:
      description: With O(found), see RV(phase.tasks).
      type: bool
    preview:
      description: With O(found), see RV(phase.tasks).
      type: bool
    decided:
      description: With O(found), by phase what it writes.
      type: dict
      contains:
        wanted:
          description: By task of the role, the options of its module; a list of them where the task writes several objects.
          type: dict
        objects:
          description: The same in the order in which they are written.
          type: list
          elements: dict
          contains:
            module:
              description: The module that writes the object.
              type: str
            options:
              description: Its options.
              type: dict
        scope:
          description: Who will be protected, who will not be any more and who stays so, for people.
          type: list
          elements: str
  sample:
    phases: [inline]
    decided:
      inline:
        wanted:
          outbound_connector:
            direction: outbound
            name: Avanan Outbound
            smart_hosts: [customer-x-host.avanan.net]
        objects:
          - module: o365_connector
            options:
              direction: outbound
              name: Avanan Outbound
              smart_hosts: [customer-x-host.avanan.net]
        scope: ["Protected from now on: everyone", "No longer protected: nobody", "Stays protected: nobody"]
    protection:
      enters: [everyone]
      leaves: []
      stays: []
"""
