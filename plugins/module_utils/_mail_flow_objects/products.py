# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The products of others that are known, from the data file beside this one, which says where each fact is from (7.7)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def known_products() -> Mapping[str, Any]:
    """date, roles and products; see products.yml for their form. Where a module runs alone, there is no file, and nothing is known."""
    path = Path(__file__).with_name("products.yml")
    if not path.is_file():
        return {"date": "", "roles": {}, "products": []}
    # PyYAML is there on the controller, and need not be where modules run.
    import yaml

    data: dict[str, Any] = yaml.load(
        path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return data
