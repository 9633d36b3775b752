# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses of the vendor in all of its regions."""

from __future__ import annotations

from .._vendor.values import vendor


def addresses_of_all_regions() -> list[str]:
    """From which the vendor returns mail, wherever a portal is."""
    regions = vendor().regions.values()
    return [address for region in regions for address in (*region.incoming, *region.outgoing)]
