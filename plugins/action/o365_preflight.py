# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..plugin_utils._once import kept_compiled, read

with kept_compiled():
    from ..module_utils._mail_flow_objects.integration import known_products
    from ..plugin_utils._action import FastPath

read(known_products)


class ActionModule(FastPath):
    """As the module of the same name."""
