# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sheets of all classes of objects: from the YAML file beside the table, or from the table itself. Strict.

A key that is not known, a name that nothing has and a claim without a source are errors. Each sheet is read once, when
somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ...module_utils._resources import index
from ...module_utils._schema.data_file import load
from ...module_utils._schema.resource import Resource
from ...module_utils._schema.severities import SEVERITIES
from .sheet import (
    LATE,
    OBJECT,
    ORDER,
    PEERS,
    REST,
    Audit,
    Control,
    Controls,
    ControlVariant,
    EffectTest,
    Navigation,
    ReadBack,
    Reference,
    Screen,
    SettingSeverity,
    Severity,
    SeverityTable,
    Sheet,
    SheetError,
    TakesEffect,
    Wait,
)

Data = Mapping[str, Any]
Made = TypeVar("Made")

FOLDER = Path(index.__file__).parent
SHARED = "shared.yml"
GENERIC = "any_object"
"""The severities of what nobody has ranked, in the shared file."""
SAME_MEANING = "same_meaning"
"""The phrase on a difference that makes none, in the shared file."""

_NOUN = re.compile(r"^noun: (\w+)$", re.MULTILINE)
_NAMED = ("sources", "screens", "pages", "values", "phrases", "severity_tables", "unmanaged_parameters")
_POWERSHELL_ONLY = "PowerShell only"
_UNSET = "unset"
_ORDER = {"above": (ORDER, "priority"), "late": (LATE,), "ours": (PEERS,)}


def table_of(noun: str) -> Resource | None:
    """The resource table of a class; None for one that is no table."""
    return index.BY_NOUN.get(noun)


@cache
def sheet_of(noun: str) -> Sheet:
    """What is said about a class of objects; of one that has no sheet, what holds for any. SheetError for a wrong form."""
    table = table_of(noun)
    data = table.sheet if table else None
    if data is None:
        data = load(sheet_files()[noun]) if noun in sheet_files() else {}
    return read(noun, data)


def read(noun: str, data: Data) -> Sheet:
    """The sheet that stands in this data, which has the form of the files. SheetError for another form."""
    return _Reader(noun, {"noun": noun, **data}, shared()).sheet()


@cache
def same_meaning() -> Severity:
    """How bad a difference is that makes none."""
    return _Reader(SHARED, shared(), {}).severity(SAME_MEANING)


@cache
def sheet_files() -> Mapping[str, Path]:
    """The sheets that are files, by noun."""
    found = {path: _NOUN.search(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
    return {noun[1]: path for path, noun in found.items() if noun}


def shared() -> Data:
    """What several sheets say, by name, as it stands in its file."""
    return load(FOLDER / SHARED)


class _Reader:
    """Makes one sheet of its data. where: said in errors. shared: what can be named beside what the data names itself."""

    def __init__(self, where: str, data: Data, shared: Data) -> None:
        self._where, self._data, self._shared = where, data, shared

    def sheet(self) -> Sheet:
        """The whole sheet."""
        parts = {key: value for key, value in self._data.items() if key not in _NAMED}
        try:
            return self._made(self._sheet, parts)
        except KeyError as error:
            raise self._error(f"{error} is missing, or is not known there") from error

    def severity(self, said: Any) -> Severity:
        """A severity from the name of a phrase, or from {"critical": a sentence}."""
        if isinstance(said, str):
            said = self._named("phrases", said)
        if not isinstance(said, Mapping) or len(said) != 1 or not set(said) <= set(SEVERITIES):
            raise self._error(f"{said} is no severity; write one of {', '.join(SEVERITIES)} and a sentence")
        return Severity(*next(iter(said.items())))

    def _sheet(
        self,
        *,
        noun: str,
        navigation: Data | None = None,
        takes_effect: Data | None = None,
        severities: Data | None = None,
        audits: Iterable[Data] = (),
        read_back: Data | None = None,
        called: Mapping[str, str] | None = None,
        validation: str = "",
        unmanaged: Mapping[str, str] | None = None,
    ) -> Sheet:
        ranked, sources = self._made(self._severities, severities) if severities else ((), ())
        return Sheet(
            noun=noun,
            navigation=self._made(self._navigation, navigation) if navigation else None,
            takes_effect=self._made(self._takes_effect, takes_effect or self._shared["takes_effect"]),
            severities=(*ranked, self._table(GENERIC, {})),
            severity_sources=sources,
            audits=tuple(self._made(self._audit, audit) for audit in audits),
            read_back=self._made(ReadBack, read_back) if read_back else None,
            called=called or {},
            validation=validation,
            unmanaged=self._unmanaged(**unmanaged or {}),
        )

    def _made(self, kind: Callable[..., Made], data: Data) -> Made:
        """A part from its data; the keys that it takes are those that there are."""
        try:
            return kind(**data)
        except TypeError as error:
            raise self._error(str(error)) from error

    def _error(self, text: str) -> SheetError:
        return SheetError(f"The sheet {self._where}: {text}.")

    def _named(self, kind: str, name: Any) -> Any:
        for data in (self._data, self._shared):
            if name in data.get(kind, {}):
                return data[kind][name]
        raise self._error(f"nothing in {kind} has the name {name}")

    def _sources(self, names: Iterable[str]) -> tuple[Reference, ...]:
        if not names:
            raise self._error("a claim is without a source")
        return tuple(self._made(Reference, self._named("sources", name)) for name in names)

    def _takes_effect(
        self,
        *,
        removed: Data | None = None,
        tests: Iterable[Data] = (),
        sources: Iterable[str] | None = None,
        **rest: Any,
    ) -> TakesEffect:
        return TakesEffect(
            removed=self._made(Wait, removed) if removed else None,
            tests=tuple(self._made(EffectTest, test) for test in tests),
            sources=() if sources is None else self._sources(sources),
            **rest,
        )

    def _unmanaged(self, *, shared: str = "", **own: str) -> dict[str, str]:
        return {**(self._named("unmanaged_parameters", shared) if shared else {}), **own}

    def _audit(self, *, sources: Iterable[str], **rest: Any) -> Audit:
        return Audit(sources=self._sources(sources), **rest)

    # Navigation

    def _navigation(
        self,
        *,
        pages: Iterable[Data],
        sources: Iterable[str],
        screen: str = "",
        variants: Iterable[Data] = (),
    ) -> Navigation:
        return Navigation(
            controls=self._pages(pages),
            sources=self._sources(sources),
            screen=self._screen(screen) if screen else None,
            variants=tuple(self._made(self._variant, variant) for variant in variants),
        )

    def _variant(self, *, pages: Iterable[Data], **case: Any) -> ControlVariant:
        return ControlVariant(controls=self._pages(pages), **case)

    def _screen(self, name: str) -> Screen:
        data = self._named("screens", name)
        return self._made(Screen, {**data, "path": tuple(data["path"])})

    def _pages(self, pages: Iterable[Data]) -> Controls:
        controls: dict[str, Control] = {}
        for page in pages:
            if set(page) == {"powershell_only"}:
                controls.update(dict.fromkeys(page["powershell_only"], Control(label="")))
            elif set(page) == {"shared"}:
                controls.update(self._pages(self._named("pages", page["shared"])))
            else:
                controls.update(self._made(self._page, page))
        return controls

    def _page(
        self, *, controls: Mapping[str, Any], section: str = "", screen: str = "", **common: Any
    ) -> Controls:
        if screen:
            common["screen"] = self._screen(screen)
        prefix = f"{section}." if section else ""
        return {f"{prefix}{name}": self._control(control, common) for name, control in controls.items()}

    def _control(self, said: Any, common: Data) -> Control:
        data = {"label": said} if isinstance(said, str) else dict(said)
        if data.get("label") == _POWERSHELL_ONLY:
            data["label"] = ""
        values = data.get("values", {})
        if isinstance(values, str):
            values = self._named("values", values)
        data["values"] = {
            None if value == _UNSET else value: tuple(text) if isinstance(text, list) else text
            for value, text in values.items()
        }
        return self._made(Control, {**common, **data, "implied": tuple(data.get("implied", ()))})

    # Severities

    def _severities(
        self, *, tables: Data, sources: Iterable[str]
    ) -> tuple[list[SeverityTable], tuple[Reference, ...]]:
        return [self._table(name, tables) for name in tables], self._sources(sources)

    def _table(self, name: str, own: Data) -> SeverityTable:
        """The table of this name, of its own or a shared one, with the rows of the one that it is like."""
        data = dict(own[name] if name in own else self._named("severity_tables", name))
        like = data.pop("like", "")
        case = {key: data.pop(key) for key in ("when", "unless") if key in data}
        rows = {**(self._table(like, own).rows if like else {}), **self._made(self._rows, data)}
        return SeverityTable(name=name, rows=rows, **case)

    def _rows(
        self,
        *,
        object: Data | None = None,
        order: Data | None = None,
        settings: Iterable[Data] = (),
        other: Data | None = None,
    ) -> dict[str, SettingSeverity]:
        parts = {OBJECT: object, REST: other}
        rows = {path: self._row(part) for path, part in parts.items() if part}
        for key, said in (order or {}).items():
            rows.update(dict.fromkeys(_ORDER[key], self._row({"always": said})))
        for group in settings:
            row = self._row({key: said for key, said in group.items() if key != "of"})
            rows.update(dict.fromkeys(group["of"], row))
        return rows

    def _row(self, data: Data) -> SettingSeverity:
        said = {key: self.severity(value) for key, value in data.items() if key != "cases"}
        if "always" in said:
            always = said.pop("always")
            said = {"missing": always, "extra": always, **said}
        cases = dict(self._made(self._case, case) for case in data.get("cases", ()))
        return self._made(SettingSeverity, {**said, "cases": cases})

    def _case(self, *, wanted: Any, now: Any, severity: Any) -> tuple[tuple[Any, Any], Severity]:
        return (wanted, now), self.severity(severity)
