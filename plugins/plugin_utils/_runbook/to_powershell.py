# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A runbook as a PowerShell script: comments, and the command lines of the steps."""

from __future__ import annotations

from .powershell import comment
from .runbook import Runbook
from .template import fill


def to_powershell(runbook: Runbook) -> str:
    """PowerShell 5.1 needs it as UTF-8 with byte order mark and CRLF line ends."""
    return fill("ps1", runbook, {"comment": comment})
