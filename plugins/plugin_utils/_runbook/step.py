# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A step of a runbook, as all its forms show it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .powershell import CommandLine

_STATUS = {
    "planned": "not done",
    "started": "begun, outcome unknown",
    "done": "done",
    "failed": "failed",
}
SIGNS = {"created": "+", "changed": "~", "removed": "-"}
"""The kind of a change in one character."""
# Names shown on each side of a rule that moves; longer orders are shortened.
_NEIGHBOURS = 3
_SHORT = 10


class Marked(NamedTuple):
    """A value in a cell. mark: added, removed or ""."""

    text: str
    mark: str


class SettingRow(NamedTuple):
    """A setting before and after. area: of a rule; label: in the admin center, "" when it is not there; parameter: at the cmdlet."""

    area: str
    label: str
    parameter: str
    before: list[Marked]
    after: list[Marked]


class OrderLine(NamedTuple):
    """A rule in its order, 0 is the top; or a gap of so many."""

    number: int = 0
    name: str = ""
    own: bool = False
    gap: int = 0


class Expectation(NamedTuple):
    """A property and what it reads back as."""

    property: str
    items: list[str]


class Verification(NamedTuple):
    """lines: what to type; expect: what that shows; gone: whether the object must be gone; test: something to try."""

    lines: list[CommandLine]
    expect: list[Expectation]
    gone: bool
    test: str


class DoneCall(NamedTuple):
    """A call that a run made. at: in words."""

    cmdlet: str
    at: str
    request_id: str
    warnings: list[str]


@dataclass(frozen=True)
class RunbookStep:
    """An entry as its readers see it. index: of the entry in its document, which is of a kind; number: of the step, from 1.

    kind: created, changed or removed; verb: the same as a reader is told to do it; subject: what it is done to. navigation: the
    way through the admin centers. validation: how these try the object out, "" where they do not. minutes: to allow until the change
    takes effect; wait: the same in words.
    """

    entry: Mapping[str, Any]
    index: int
    number: int
    document_kind: str
    kind: str
    verb: str
    subject: str
    rows: list[SettingRow]
    navigation: dict[str, Any]
    validation: str
    minutes: int
    wait: str
    verify: Verification

    @property
    def object(self) -> dict[str, str]:
        """What the step is about, as it is named to a reader: title and name."""
        return {"title": self.subject, "name": self.entry["object"]["name"]}

    @property
    def sign(self) -> str:
        """The kind in one character, as plans of other tools have it."""
        return SIGNS[self.kind]

    @property
    def headline(self) -> str:
        """The change in one line."""
        name = self.entry["object"]["name"]
        return f"{self.verb} {self.subject}: {name}" if name else f"{self.verb} {self.subject}"

    @property
    def changed_settings(self) -> list[str]:
        """The settings that a named object gets another value for, as the admin center calls them."""
        if self.verb != "Change" or not self.entry["object"]["name"]:
            return []
        return [row.label or row.parameter for row in self.rows]

    @property
    def status(self) -> str:
        return self.entry.get("status") or ""

    @property
    def status_label(self) -> str:
        return _STATUS.get(self.status, self.status)

    @property
    def preconditions(self) -> list[tuple[str, str]]:
        """How each stands, and what it is."""
        draft = self.document_kind == "draft"
        return [
            ("to check" if draft else "met" if condition["met"] else "not met yet", condition["text"])
            for condition in self.entry["preconditions"]
        ]

    @property
    def powershell(self) -> list[CommandLine]:
        return [CommandLine(call) for call in self.entry["steps"]]

    @property
    def order(self) -> list[OrderLine]:
        """The resulting order around the object, when the change alters it."""
        names, former = list(self.entry["order_after"]), list(self.entry["order_before"])
        return [] if names == former else _around(self.entry["object"]["name"], names, former)

    @property
    def undo(self) -> list[CommandLine]:
        return [CommandLine(call) for call in self.entry["undo"]]

    @property
    def undo_note(self) -> str:
        if self.entry["undo"]:
            return "The object is created again, with a new GUID." if self.kind == "removed" else ""
        untouched = self.status == "planned" or (self.status == "failed" and not self.entry.get("done"))
        return "Nothing was done, so there is nothing to undo." if untouched else "This cannot be undone."

    @property
    def done(self) -> list[DoneCall]:
        return [
            DoneCall(
                call["cmdlet"],
                moment(call.get("at")),
                call.get("request_id") or "",
                list(call.get("warnings") or ()),
            )
            for call in self.entry.get("done") or ()
        ]

    @property
    def error(self) -> list[tuple[str, str]]:
        """The error of a run, each part with its label."""
        error = self.entry.get("error") or {}
        labels = {
            "text": "The service said" if error.get("status") else "Error",
            "hint": "What helps",
            "cmdlet": "Cmdlet",
            "object": "Object",
            "kind": "Kind",
            "type": "Type",
            "status": "HTTP status",
            "request_id": "Request id",
        }
        return [(label, str(error[key])) for key, label in labels.items() if error.get(key)]


def moment(text: str | None) -> str:
    """2026-11-25T10:00:00Z as 2026-11-25 10:00 UTC."""
    day, separator, clock = (text or "").partition("T")
    return f"{day} {clock[:5]} UTC" if separator and clock.endswith("Z") else text or ""


def _around(name: str, names: list[str], former: list[str]) -> list[OrderLine]:
    """The part of an order in which a name stands now, or stood before."""
    own, centre = (_index(each, name) for each in (names, former))
    seen = range(len(names))
    if len(names) > _SHORT:
        middle = (centre or 0) if own is None else own
        seen = range(max(0, middle - _NEIGHBOURS), min(len(names), middle + _NEIGHBOURS + 1))
    above, below = seen.start, len(names) - seen.stop
    return [
        *([OrderLine(gap=above)] if above > 0 else []),
        *(OrderLine(index, names[index], index == own) for index in seen),
        *([OrderLine(gap=below)] if below > 0 else []),
    ]


def _index(names: list[str], name: str) -> int | None:
    return next((index for index, item in enumerate(names) if item.casefold() == name.casefold()), None)
