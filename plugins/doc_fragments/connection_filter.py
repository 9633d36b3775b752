# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the resource tables; change a table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  ip_allow_list:
    description:
      - 'Addresses whose mail is never filtered as spam: single addresses, IPv4 blocks from /24 to /32 and IPv4
        ranges of up to 256 addresses, such as V(198.51.100.1-198.51.100.9). O(mode) says what happens to them.'
    type: list
    elements: str
  ip_block_list:
    description:
      - Addresses whose mail is rejected, in the same forms. O(mode) says what happens to them.
    type: list
    elements: str
  enable_safe_list:
    description:
      - Whether senders on Microsoft's safe list are never filtered. Microsoft calls the setting reserved for its
        own use.
    type: bool
  admin_display_name:
    description:
      - A note for administrators.
    type: str
  mode:
    description:
      - What happens to the elements of the lists that name this option.
      - V(add) adds those that are missing, V(remove) takes out those that are there, V(exact) does both until the
        list is as given.
    type: str
    choices:
      - add
      - remove
      - exact
    default: add
  force:
    description:
      - Accept an empty list with O(mode=exact), which takes out every entry.
    type: bool
    default: false
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
