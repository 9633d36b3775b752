# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the resource tables; change a table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the object. Names are compared without regard to case.
    type: str
    required: true
  other_names:
    description:
      - Other names under which an existing object is recognized, best first, when there is none with O(name).
      - It is managed under the name that it has; it is neither renamed nor made a second time.
    type: list
    elements: str
    default: []
  state:
    description:
      - Whether the object shall exist.
    type: str
    choices:
      - present
      - absent
    default: present
  journal_email_address:
    description:
      - Address that receives the journal reports. It must lie outside Exchange Online.
    type: str
  recipient:
    description:
      - The one sender or recipient whose messages are journaled. Empty means everyone.
    type: str
  scope:
    description:
      - Which messages are journaled. V(Global) is every message; a new rule without a scope gets it.
    type: str
    choices:
      - Global
      - Internal
      - External
  enabled:
    description:
      - Whether the rule acts. A new rule is enabled unless this is V(false).
    type: bool
  reason:
    description:
      - Why the object shall be so, for the runbook and the record. It is not sent.
    type: str
  wait_timeout:
    description:
      - Seconds to wait until a change shows when it is read back.
    type: float
    default: 60.0
"""
