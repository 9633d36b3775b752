# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sheet: what people are told about one class of objects.

Where its settings stand in Microsoft's admin centers, how long a change takes to take effect, how bad each difference from
the variables is, and what audits report. The texts are data (module_utils/_resources/*.yml, whose form shared.yml explains);
these are their types. A state is an object by path, such as "conditions.sent_to". Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

OBJECT, ORDER, LATE, PEERS, REST = "", "order", "order: late rules", "order: ours only", "*"
"""Rows that are no settings: the object itself; rules above that should not be there; rules below that should be above; only
rules of ours above. REST is every setting, with a section in front every setting of it, that has no row of its own."""


class SheetError(ValueError):
    """A sheet does not have the form that it should have. The text says which one and where."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Where a claim is from. date: of the page, or "read" and the month in which it was read when it has none."""

    publisher: str
    date: str
    title: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        if not (self.title or self.address):
            raise TypeError("a reference needs a title or an address")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Something that is said of certain objects only.

    when: what all must be so; unless: of what nothing may be so. By path: a value, or "set" for any but an empty one.
    """

    when: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, state: Mapping[str, Any]) -> bool:
        """Whether it is said of an object in this state."""

        def met(path: str, value: Any) -> bool:
            present = state.get(path)
            return bool(present) if value == "set" else str(present) == str(value)

        return all(met(*item) for item in self.when.items()) and not any(
            met(*item) for item in self.unless.items()
        )


# ---------------------------------------------------------------------------------------------- navigation


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A place where objects are managed.

    path: the clicks that lead there. create, edit, remove: what is selected there; {name} stands for the object, "" for
    nothing. finish: the last page of the wizard for a new object.
    """

    portal: str
    url: str
    path: tuple[str, ...]
    edit: str = ""
    create: str = ""
    remove: str = ""
    finish: str = ""


@dataclass(frozen=True, kw_only=True)
class Control:
    """A setting as it stands on a screen.

    label: "" means that only PowerShell has it. page: of the wizard or the properties. slot: which of several inputs.
    values: what is chosen there for a value. implied: values that need no hand there, because another control implies them.
    screen: where it is, when that is not the place of its class. afterwards: what it is set apart from, after saving: the
    wizard for a "new" object, or any change ("always").
    """

    label: str
    page: str = ""
    slot: str = ""
    values: Mapping[Any, str | tuple[str, ...]] = field(default_factory=dict)
    implied: tuple[Any, ...] = ()
    screen: Screen | None = None
    afterwards: Literal["", "new", "always"] = ""


Controls = Mapping[str, Control]
"""By path, in the order of the wizard."""


@dataclass(frozen=True, kw_only=True)
class ControlVariant(Case):
    """Controls that certain objects have in place of the others of their class."""

    controls: Controls


@dataclass(frozen=True, kw_only=True)
class Navigation:
    """Where a class of objects is managed. Of several variants the first one that holds counts. screen: None without any."""

    controls: Controls
    sources: tuple[Reference, ...]
    screen: Screen | None = None
    variants: tuple[ControlVariant, ...] = ()


# ---------------------------------------------------------------------------------------------- taking effect


@dataclass(frozen=True, kw_only=True)
class EffectTest(Case):
    """How to see a change take effect, beyond reading it back. {path} in it stands for the value of that setting."""

    test: str


@dataclass(frozen=True, kw_only=True)
class Wait:
    """minutes: to allow until a change takes effect; text: the same in words."""

    minutes: int
    text: str


@dataclass(frozen=True, kw_only=True)
class TakesEffect(Wait):
    """How long a change takes. removed: when an object goes, if that differs. Of several tests the first one that holds counts.

    estimate: why there are no sources.
    """

    removed: Wait | None = None
    tests: tuple[EffectTest, ...] = ()
    sources: tuple[Reference, ...] = ()
    estimate: str = ""

    def __post_init__(self) -> None:
        if bool(self.sources) == bool(self.estimate):
            raise TypeError("a waiting time needs sources, or the reason why it is an estimate")


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """How a class is read whose Get- cmdlet has another noun; expect: what properties show after the change."""

    noun: str
    expect: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit will report. added_to: of lists, for a new element; becomes: for a setting that gets this value."""

    code: str
    text: str
    sources: tuple[Reference, ...]
    added_to: str = ""
    becomes: Mapping[str, Any] = field(default_factory=dict)


# ---------------------------------------------------------------------------------------------- severities


class Severity(NamedTuple):
    """consequence: one sentence for somebody who has to act."""

    severity: str
    consequence: str


@dataclass(frozen=True, kw_only=True)
class SettingSeverity:
    """How bad a difference in one setting is; false counts as unset.

    missing: it is unset in the tenant, or the object is not there. extra: it is set, and should be unset.
    changed: it has another value; as missing unless given. lost, gained: elements of a list that lacks some, or has some
    too many; as missing and extra unless given. wide: gained addresses open the list to much of the internet.
    cases: by (wanted, present) value, where the two values decide.
    """

    missing: Severity
    extra: Severity
    changed: Severity | None = None
    lost: Severity | None = None
    gained: Severity | None = None
    wide: Severity | None = None
    cases: Mapping[tuple[Any, Any], Severity] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SeverityTable(Case):
    """The rows for certain objects of a class, by what they do for mail. rows: by path, OBJECT and so on."""

    name: str
    rows: Mapping[str, SettingSeverity]

    def row(self, path: str) -> SettingSeverity:
        """The row for a setting or a part of an object: its own, that of its section, or the rest."""
        section = f"{path.partition('.')[0]}.{REST}"
        return self.rows.get(path) or self.rows.get(section) or self.rows[REST]


# ---------------------------------------------------------------------------------------------- the whole


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is said about a class of objects. severities: the first table that holds counts; the last one always holds.

    called: what a setting of an object that exists once is for people, by path. validation: how the admin center tries an object out,
    "" where it does not. unmanaged: parameters of its cmdlets that are not
    offered, and why.
    """

    noun: str
    takes_effect: TakesEffect
    severities: tuple[SeverityTable, ...]
    severity_sources: tuple[Reference, ...] = ()
    navigation: Navigation | None = None
    audits: tuple[Audit, ...] = ()
    read_back: ReadBack | None = None
    called: Mapping[str, str] = field(default_factory=dict)
    validation: str = ""
    unmanaged: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown_otherwise(self) -> Mapping[str, str]:
        """What properties show after a change of a class that is no table."""
        return self.read_back.expect if self.read_back else {}

    def severity_table(self, state: Mapping[str, Any]) -> SeverityTable:
        """The rows for an object in this state."""
        return next(table for table in self.severities if table.holds(state))

    def controls(self, state: Mapping[str, Any]) -> Controls:
        """The controls of an object in this state by path; none for a class that is nowhere in the admin centers."""
        if self.navigation is None:
            return {}
        variant = next((item for item in self.navigation.variants if item.holds(state)), None)
        return {**self.navigation.controls, **(variant.controls if variant else {})}
