# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the vendor prescribes, from vendor.yml, which says where each value comes from: brands, names, values, farms, addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from .._schema.data_file import load


@dataclass(frozen=True)
class Brand:
    """prefix: of the names of its objects; domain: of its hosts; group: how its groups begin; farms: the usual one by region.

    base: the brand that the service knows. names: by object, those that come before all others.
    """

    base: str
    prefix: str
    domain: str
    group: str
    farms: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Region:
    """incoming, outgoing: addresses from which inspected mail comes back; complete: whether these are all."""

    complete: bool
    incoming: Sequence[str]
    outgoing: Sequence[str]


NOWHERE = Region(complete=False, incoming=(), outgoing=())


@dataclass(frozen=True)
class Vendor:
    """The whole file. names, values: patterns with the placeholders that the file explains; farms: the region of each."""

    brands: Mapping[str, Brand]
    prefixes: Sequence[str]
    dashes: Sequence[str]
    names: Mapping[str, Sequence[str]]
    values: Mapping[str, str]
    farms: Mapping[str, str]
    regions: Mapping[str, Region]


@cache
def vendor() -> Vendor:
    """The vendor as the file describes it."""
    data = load(Path(__file__).with_name("vendor.yml"))
    return Vendor(
        brands=_brands(data["brands"]),
        values={name: row["value"] for name, row in data["values"].items()},
        regions={name: Region(**row) for name, row in data["regions"].items()},
        **{key: data[key] for key in ("prefixes", "dashes", "names", "farms")},
    )


def _brands(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Brand]:
    """A brand that is like another one has its values, and names of its own."""
    brands = {name: Brand(name, **row) for name, row in rows.items() if "like" not in row}
    for name, row in rows.items():
        if "like" in row:
            brands[name] = replace(brands[row["like"]], names=row["names"])
    return brands
