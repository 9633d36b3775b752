# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""To whom connectors deliver (section 6.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["vendor", "vendor-dlp", "portal", "hop", "mx", "unknown"]


@dataclass(frozen=True)
class Destination:
    """To whom a connector delivers. key: tells destinations apart for 8.2."""

    where: Where
    hosts: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The vendor is one, whatever the host; others are known by their hosts."""
        return self.where if self.where.startswith("vendor") else f"{self.where} {self.text}"

    @property
    def is_vendor(self) -> bool:
        """Whether it is this portal's."""
        return self.where.startswith("vendor")

    @property
    def place(self) -> Literal["vendor", "gateway"]:
        """What it is in a trace."""
        return "gateway" if self.where == "hop" else "vendor"

    @property
    def text(self) -> str:
        """For people."""
        return ", ".join(sorted(self.hosts))
