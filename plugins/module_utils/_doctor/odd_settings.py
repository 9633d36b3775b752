# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects of which a setting reads in a form that is not known: whoever needs that setting learns it, all else stays readable. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

OddSettings = Mapping[str, str]
"""What such settings of one object read, by their path: {"conditions.from_scope": "[1, 2]"}."""


class Unreadable(Exception):
    """A setting was needed that cannot be understood. what: the object, in words; setting: its path; reads: what stands there."""

    def __init__(self, what: str, setting: str, reads: str) -> None:
        super().__init__(f"{setting} of {what} reads {reads}")
        self.what = what
        self.setting = setting
        self.reads = reads


class GuardedObject(Mapping[str, Any]):
    """An object, or a section of one, in option names. Reading a setting that cannot be understood raises Unreadable."""

    def __init__(self, item: Mapping[str, Any], odd: OddSettings, what: str, prefix: str = "") -> None:
        self._item = item
        self._odd = odd
        self._what = what
        self._prefix = prefix

    def __getitem__(self, key: str) -> Any:
        path = f"{self._prefix}{key}"
        if path in self._odd:
            raise Unreadable(self._what, path, self._odd[path])
        value = self._item[key]
        return (
            GuardedObject(value, self._odd, self._what, f"{path}.") if isinstance(value, Mapping) else value
        )

    def __iter__(self) -> Iterator[str]:
        here = [path.removeprefix(self._prefix) for path in self._odd if path.startswith(self._prefix)]
        return iter(dict.fromkeys([*self._item, *(key for key in here if "." not in key)]))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __eq__(self, other: object) -> bool:
        """The same object of the tenant, whatever it holds."""
        return isinstance(other, GuardedObject) and self._item is other._item

    def __hash__(self) -> int:
        return id(self._item)
