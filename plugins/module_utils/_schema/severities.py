# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How bad something is that was found in a tenant, for the doctor and for drift alike. Pure."""

from __future__ import annotations

SEVERITIES = ("critical", "warning", "info")
"""critical: mail is or would be lost or uninspected, or nothing can work; warning: to be decided before going inline."""
