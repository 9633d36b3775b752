# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    description: Reads the tenant and shows the exact calls that a run would make, and makes none of them.
  diff_mode:
    support: full
    description: Shows the object before and after.
  idempotent:
    support: full
    description: A second run with the same options makes no writing call.
  action_group:
    support: full
    description: Options can be set for all modules at once by C(module_defaults).
    membership: [avanan.office365.o365]
"""

    INFO = r"""
attributes:
  check_mode:
    support: full
    description: Only reads.
  diff_mode:
    support: N/A
    description: Changes nothing.
  idempotent:
    support: full
    description: Only reads.
  action_group:
    support: full
    description: Options can be set for all modules at once by C(module_defaults).
    membership: [avanan.office365.o365]
"""

    LOCAL = r"""
attributes:
  check_mode:
    support: full
    description: Writes its local files in check mode too; nothing in the tenant is ever changed.
  diff_mode:
    support: N/A
    description: Changes nothing in the tenant.
  idempotent:
    support: full
    description: Writes the same files again.
  action_group:
    support: full
    description: Options can be set for all modules at once by C(module_defaults).
    membership: [avanan.office365.o365]
"""
