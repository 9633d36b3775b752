# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walks show of inspection, as the doctor tells it: the effective mode of each domain, each entry of the scope, and everybody. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._schema.names import cut

WalkedRow = Mapping[str, Any]
"""A domain, an entry of the scope or everybody, as the mail-flow check tells of its protection."""

NOT_PROVED = "not_proved"
_WORDS = {
    "inline": "inline",
    "as_scoped": "inline",
    "with_gaps": "inline with gaps",
    "partly": "inline in part",
    NOT_PROVED: "not proved",
    "monitored": "monitored",
    "none": "not protected",
    "held_up": "held up",
    "lost": "lost",
    "loop": "loops",
}
_OTHERS = {"monitored": "all others are monitored", "none": "all others are not protected"}
_OTHERS_UNKNOWN = "whether all others are monitored is not proved"
_NAMELESS = {"everybody": "everybody", "condition": "whom the rule's conditions leave"}
_MOST = 4


@dataclass(frozen=True)
class WalkedModes:
    """found: what the mail-flow check says of protection. doubt: why nothing is proved; found is empty then.

    hidden: because a rule need not do what is read of it.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    doubt: str = ""
    hidden: bool = False

    def of_domain(self, domain: str) -> tuple[str, str]:
        """The effective mode of a domain, for machines and in words."""
        row = self._row(domain)
        if row is None:
            return NOT_PROVED, f"not proved: {self.doubt or 'its mail is not delivered here'}"
        words = _told(row)
        if row["mode"] == "as_scoped":
            words = self._as_scoped(domain)
        return str(row["mode"]), words

    def exempt(self, domain: str, *, some: bool = False) -> list[str]:
        """The addresses from which mail passes uninspected to all of the domain who are in the scope; some: to some, or some of it."""
        row = self._row(domain)
        return list(row["exempt"]["some" if some else "all"]) if row else []

    @property
    def gaps(self) -> list[Mapping[str, Any]]:
        """The ways past inspection that nobody has chosen."""
        return [gap for gap in self.found.get("gaps", ()) if not gap["chosen"]]

    @property
    def blamed(self) -> frozenset[str]:
        """The objects on which those hang."""
        return frozenset(str(gap["subject"]) for gap in self.gaps)

    @property
    def monitored(self) -> bool | None:
        """Whether mail that is not inspected is monitored; None when that is not proved."""
        return {"monitored": True, "none": False}.get(self.found.get("otherwise", ""))

    @property
    def others(self) -> str:
        """What becomes of mail for those outside of the scope, in words."""
        return _OTHERS.get(self.found.get("otherwise", ""), _OTHERS_UNKNOWN)

    def scope(self) -> list[dict[str, str]]:
        """The effective mode of each entry of the scope: entry, mode in words, protection for machines."""
        return [
            {
                "entry": f"{row['kind']} {row['name']}" if row["name"] else _NAMELESS[row["kind"]],
                "mode": _told(row),
                "protection": str(row["mode"]),
            }
            for row in self.found.get("scope", ())
        ]

    def everybody(self) -> dict[str, str]:
        """The effective mode of everybody with a mailbox, in words and for machines."""
        row = self.found.get("everybody")
        if row is None:
            return {"mode": f"not proved: {self.doubt}", "protection": NOT_PROVED}
        if row["mode"] == "partly" and not self.found["gap"]:
            return {"mode": f"inline for those in the scope; {self.others}", "protection": "as_scoped"}
        return {"mode": _told(row), "protection": str(row["mode"])}

    def _row(self, domain: str) -> WalkedRow | None:
        rows: Sequence[WalkedRow] = self.found.get("domains", ())
        return next((row for row in rows if str(row["name"]).lower() == domain.lower()), None)

    def _as_scoped(self, domain: str) -> str:
        names = list(dict.fromkeys(self._entries(domain)))
        if "everybody" in names:
            return "inline for everybody, apart from mail that is let pass on purpose"
        return f"inline for {cut(names, _MOST)}; {self.others}"

    def _entries(self, domain: str) -> Iterator[str]:
        """The entries of the scope by which people of a domain can be in it."""
        for row in self.found["scope"]:
            name = str(row["name"])
            elsewhere = row["kind"] == "domain" and name.lower() != domain.lower()
            if not (row["off"] or elsewhere):
                yield name or _NAMELESS.get(str(row["kind"]), str(row["kind"]))


def _told(row: WalkedRow) -> str:
    mode, why = str(row["mode"]), str(row["why"])
    if mode == NOT_PROVED and row["verdict"] == "not_inspected":
        return f"not inspected, and whether it is monitored is not proved: {why}"
    return f"{_WORDS[mode]}: {why}" if why and mode != "inline" else _WORDS[mode]
