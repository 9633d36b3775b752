# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where each Microsoft cloud has its admin API and its login service.

The addresses are those of Microsoft's own module (ExchangeOnlineManagement 3.9.2). Microsoft's documentation names
another host for China; endpoint and authority can be given for such cases.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cloud:
    """endpoint and authority: base addresses without a path."""

    endpoint: str
    authority: str


CLOUDS = {
    "worldwide": Cloud("https://outlook.office365.com", "https://login.microsoftonline.com"),
    "gcc_high": Cloud("https://outlook.office365.us", "https://login.microsoftonline.us"),
    "dod": Cloud("https://outlook-dod.office365.us", "https://login.microsoftonline.us"),
    "china": Cloud("https://partner.outlook.cn", "https://login.partner.microsoftonline.cn"),
}
