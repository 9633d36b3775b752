# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The products of others that are known, from the data file beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def known_products() -> dict[str, Any]:
    """date, roles and products; see products.yml for their form."""
    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("products.yml").read_text("utf-8"))
    return data
