# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A third judge of the mail flow: a solver that is asked for any message that loops or is lost.

It knows only what can be decided: scopes, addresses, order, stop and exceptions. Tenants of that kind are generated, and what the solver
finds must be what the mail-flow check says. It shares no code with either evaluator but the plain forms of rules and connectors.
"""

from __future__ import annotations
