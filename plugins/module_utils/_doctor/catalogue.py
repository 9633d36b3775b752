# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of finding that the doctor has, by its stable id: how bad it can be, and what people are told of it. See catalogue.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .._schema.data_file import load

_FILE = Path(__file__).with_name("catalogue.yml")


@dataclass(frozen=True)
class FindingKind:
    """id: stable; one that ends in dots is the beginning of several. severities: those that it can have, the worst first.

    what, why, who, fix: what people are told, with {names} of what is filled in. cases: other texts, by situation.
    """

    id: str
    severities: tuple[str, ...]
    what: str
    why: str
    who: str
    fix: str
    cases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def section(self) -> str:
        """The anchor of its section in docs/findings.md."""
        return self.id.replace("...", "role" if "lacks" in self.id else "id")

    def fits(self, name: str) -> bool:
        """Whether a finding is of this kind."""
        return name.startswith(self.id[:-3]) if self.id.endswith("...") else name == self.id

    def texts(self, case: str, values: Mapping[str, object]) -> dict[str, str]:
        """What people are told in a situation, "" for the usual one. KeyError for a situation or a {name} that is not known."""
        texts = {"what": self.what, "why": self.why, "who": self.who, "fix": self.fix}
        texts |= self.cases[case] if case else {}
        who = load(_FILE)["who"][texts["who"]]
        return {**{key: text.format(**values) for key, text in texts.items()}, "who": who}


@cache
def kinds() -> tuple[FindingKind, ...]:
    """All of them, in the order of the document."""
    rows = load(_FILE)["findings"].items()
    return tuple(FindingKind(name, **{**row, "severities": tuple(row["severities"])}) for name, row in rows)


@cache
def kind_of(name: str) -> FindingKind:
    """The kind of a finding by its id. KeyError for one that is not in the table."""
    for kind in kinds():
        if kind.fits(name):
            return kind
    raise KeyError(name)
