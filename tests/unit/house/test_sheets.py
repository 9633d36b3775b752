# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sheets: complete, about settings that exist, with a source for each claim; and that their form is enforced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.avanan.office365.plugins.module_utils._resources.index import BY_NOUN
from ansible_collections.avanan.office365.plugins.module_utils._schema.resource import (
    Field,
    Management,
    Resource,
    Role,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema.severities import SEVERITIES
from ansible_collections.avanan.office365.plugins.module_utils._schema.value_types import TEXT
from ansible_collections.avanan.office365.plugins.plugin_utils._drift.findings import findings
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.view import view
from ansible_collections.avanan.office365.plugins.plugin_utils._sheets import loader
from ansible_collections.avanan.office365.plugins.plugin_utils._sheets.sheet import (
    LATE,
    OBJECT,
    ORDER,
    PEERS,
    REST,
    Case,
    Reference,
    SettingSeverity,
    Severity,
    Sheet,
    SheetError,
)

from tests.unit.runbook import runbook_samples as samples

_NOUNS = sorted(loader.sheet_files())
_TABLES = [(noun, table) for noun in _NOUNS for table in loader.sheet_of(noun).severities]
_MANAGED = {noun: table for noun, table in BY_NOUN.items() if table.management}
_KINDS = ("sources", "screens", "pages", "values", "phrases", "severity_tables")


def _data(noun: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(loader.sheet_files()[noun].read_text("utf-8"))
    return data


def _paths(noun: str) -> set[str]:
    """The settings of a class; one that is no table has only a switch."""
    return set(_MANAGED[noun].by_path()) if noun in _MANAGED else {"enabled"}


def _parts(value: Any) -> Iterator[Any]:
    """Everything in a sheet, itself included."""
    yield value
    inner: list[Any] = []
    if is_dataclass(value):
        inner = [getattr(value, item.name) for item in fields(value)]
    elif isinstance(value, Mapping):
        inner = list(value.values())
    elif isinstance(value, (list, tuple)):
        inner = list(value)
    for item in inner:
        yield from _parts(item)


# ---------------------------------------------------------------------------------------------- what they say


def test_every_table_has_its_sheet_beside_it() -> None:
    assert set(_MANAGED) <= set(_NOUNS)
    for noun in _MANAGED:
        assert loader.sheet_files()[noun].with_suffix(".py").is_file()
    files = {path.name for path in loader.FOLDER.glob("*.yml")}
    assert files == {path.name for path in loader.sheet_files().values()} | {loader.SHARED}


@pytest.mark.parametrize("noun", _NOUNS)
def test_every_setting_has_a_control_or_is_left_to_powershell(noun: str) -> None:
    navigation = loader.sheet_of(noun).navigation
    assert navigation is not None
    assert set(navigation.controls) - {"name"} == _paths(noun)
    for variant in navigation.variants:
        assert set(variant.controls) <= set(navigation.controls)
    shown = any(control.label for control in navigation.controls.values())
    assert shown == (navigation.screen is not None)


@pytest.mark.parametrize("noun", _MANAGED)
def test_wordings_are_of_values_that_exist(noun: str) -> None:
    controls = loader.sheet_of(noun).controls({})
    for path, row in _MANAGED[noun].by_path().items():
        if row.value.choices:
            assert set(controls[path].values) - {None} <= set(row.value.choices), path


@pytest.mark.parametrize(("noun", "table"), _TABLES, ids=lambda item: getattr(item, "name", item))
def test_every_row_is_a_setting(noun: str, table: Any) -> None:
    sections = {path.partition(".")[0] for path in _paths(noun) if "." in path}
    known = _paths(noun) | {OBJECT, ORDER, LATE, PEERS, REST} | {f"{section}.{REST}" for section in sections}
    assert set(table.rows) <= known
    assert REST in table.rows


@pytest.mark.parametrize("noun", _NOUNS)
def test_one_table_of_severities_holds_for_every_object(noun: str) -> None:
    own = loader.sheet_of(noun).severities[:-1]
    assert [table.name for table in own if not (table.when or table.unless)] == [
        table.name for table in own[-1:]
    ]


@pytest.mark.parametrize("noun", _NOUNS)
def test_cases_and_placeholders_name_settings(noun: str) -> None:
    sheet = loader.sheet_of(noun)
    named = {path for part in _parts(sheet) if isinstance(part, Case) for path in (*part.when, *part.unless)}
    named |= {path for audit in sheet.audits for path in (*audit.becomes, audit.added_to) if path}
    named |= {path for test in sheet.takes_effect.tests for path in re.findall(r"\{(.*?)\}", test.test)}
    assert named <= _paths(noun)


def test_every_consequence_is_one_sentence() -> None:
    severities = {part for _noun, table in _TABLES for part in _parts(table) if isinstance(part, Severity)}
    severities.add(loader.same_meaning())
    assert {severity.severity for severity in severities} == set(SEVERITIES)
    for severity in severities:
        assert re.fullmatch(r"[A-Z][^.]*\.", severity.consequence), severity.consequence


@pytest.mark.parametrize("noun", _NOUNS)
def test_texts_are_texts_and_minutes_are_numbers(noun: str) -> None:
    sheet = loader.sheet_of(noun)
    assert sheet.noun == noun
    texts = [part for part in _parts(sheet) if isinstance(part, str)]
    assert texts
    for text in texts:
        assert text == " ".join(text.split())
    for wait in filter(None, (sheet.takes_effect, sheet.takes_effect.removed)):
        assert isinstance(wait.minutes, int)
        assert re.fullmatch(r"[A-Z0-9].*\.", wait.text)
    typed: dict[str, type] = {"label": str, "page": str, "slot": str, "test": str, "text": str, "code": str}
    for part in _parts(sheet):
        for name, kind in typed.items():
            assert isinstance(getattr(part, name, ""), kind)


@pytest.mark.parametrize("noun", _NOUNS)
def test_every_claim_has_a_source_with_its_date(noun: str) -> None:
    sheet = loader.sheet_of(noun)
    assert sheet.navigation
    assert sheet.navigation.sources
    assert sheet.takes_effect.sources or sheet.takes_effect.estimate
    assert sheet.severity_sources or len(sheet.severities) == 1
    for part in _parts(sheet):
        if isinstance(part, Reference):
            assert part.publisher
            assert re.fullmatch(r"(read )?20\d\d(-\d\d){0,2}( to 20\d\d)?", part.date), part.date


def _names(value: Any) -> Iterator[str]:
    """Every text in the data, keys included only where they are names of tables."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, str):
        yield value


def test_what_is_said_once_by_name_is_used_and_has_one_name() -> None:
    sheets = {noun: _data(noun) for noun in _NOUNS}
    used = {noun: set(_names(data)) for noun, data in sheets.items()}
    python = {loader.GENERIC, loader.SAME_MEANING}
    for kind in _KINDS:
        common = set(loader.shared().get(kind, {}))
        everywhere = set().union(*used.values(), _names(loader.shared()), python)
        assert common <= everywhere, kind
        for noun, data in sheets.items():
            assert set(data.get(kind, {})) <= used[noun], (noun, kind)
            assert not common & set(data.get(kind, {})), (noun, kind)


# ---------------------------------------------------------------------------------------------- their form

_GOOD: dict[str, Any] = {
    "sources": {"manual": {"publisher": "Contoso", "title": "Manual", "date": "2026-11"}},
    "screens": {
        "widgets": {"portal": "Widget center", "url": "https://widgets.example", "path": ["Widgets"]}
    },
    "values": {"sizes": {"L": "Large", "unset": "Any"}},
    "phrases": {"ugly": {"info": "It looks ugly: mail is handled alike."}},
    "navigation": {
        "sources": ["manual"],
        "screen": "widgets",
        "pages": [{"page": "Looks", "controls": {"colour": {"label": "Colour", "values": "sizes"}}}],
    },
    "takes_effect": {"sources": ["manual"], "minutes": 5, "text": "Five minutes."},
    "audits": [{"code": "W.1", "text": "Red.", "sources": ["manual"], "becomes": {"colour": "red"}}],
    "severities": {
        "sources": ["manual"],
        "tables": {
            "widget": {
                "object": {"always": {"critical": "Widgets are missing."}},
                "settings": [
                    {
                        "of": ["colour"],
                        "missing": "ugly",
                        "extra": "ugly",
                        "cases": [{"wanted": "red", "now": "blue", "severity": {"warning": "It is blue."}}],
                    }
                ],
                "other": {"always": "unranked"},
            }
        },
    },
}
_TABLE = ("severities", "tables", "widget")
_FAULTS: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "unknown part": (("colours",), {}, "colours"),
    "unknown key of navigation": (("navigation", "url"), "x", "url"),
    "unknown key of a page": (("navigation", "pages", 0, "title"), "x", "title"),
    "unknown key of a control": (("navigation", "pages", 0, "controls", "colour", "lable"), "x", "lable"),
    "page without controls": (("navigation", "pages", 0), {"page": "x"}, "controls"),
    "unknown screen": (("navigation", "screen"), "gadgets", "nothing in screens has the name gadgets"),
    "unknown values": (("navigation", "pages", 0, "controls", "colour", "values"), "tints", "tints"),
    "unknown page": (
        ("navigation", "pages", 0),
        {"shared": "gadgets"},
        "nothing in pages has the name gadgets",
    ),
    "screen without path": (("screens", "widgets"), {"portal": "x", "url": "x"}, "path"),
    "unknown key of a screen": (("screens", "widgets", "clicks"), [], "clicks"),
    "navigation without source": (("navigation", "sources"), [], "without a source"),
    "navigation without the word": (("navigation",), {"screen": "widgets", "pages": []}, "sources"),
    "unknown source": (("navigation", "sources"), ["rumour"], "nothing in sources has the name rumour"),
    "source without date": (("sources", "manual"), {"publisher": "x", "title": "x"}, "date"),
    "source without title": (
        ("sources", "manual"),
        {"publisher": "x", "date": "2026"},
        "title or an address",
    ),
    "wait without source": (("takes_effect",), {"minutes": 1, "text": "x"}, "sources, or the reason"),
    "wait without text": (("takes_effect",), {"minutes": 1, "estimate": "x"}, "text"),
    "unknown key of a test": (("takes_effect", "tests"), [{"test": "x", "if": {}}], "if"),
    "unknown key of an audit": (("audits", 0, "when"), {}, "when"),
    "audit without source": (("audits", 0, "sources"), [], "without a source"),
    "severities without source": (("severities", "sources"), [], "without a source"),
    "unknown severity": ((*_TABLE, "object", "always"), {"fatal": "x"}, "no severity"),
    "two severities": ((*_TABLE, "object", "always"), {"info": "x", "warning": "x"}, "no severity"),
    "unknown phrase": ((*_TABLE, "other", "always"), "pretty", "nothing in phrases has the name pretty"),
    "unknown direction": ((*_TABLE, "settings", 0, "more"), "ugly", "more"),
    "row without extra": ((*_TABLE, "object"), {"missing": "ugly"}, "extra"),
    "row of nothing": ((*_TABLE, "settings", 0), {"always": "ugly"}, "'of'"),
    "unknown key of a case": ((*_TABLE, "settings", 0, "cases", 0, "then"), 1, "then"),
    "unknown place": ((*_TABLE, "order"), {"below": "ugly"}, "below"),
    "unknown table": ((*_TABLE, "like"), "gadget", "nothing in severity_tables has the name gadget"),
    "unknown key of a table": ((*_TABLE, "rows"), [], "rows"),
    "unknown key of a reading": (("read_back",), {"noun": "x", "expect": {}, "by": 1}, "by"),
}


def test_a_good_sheet_is_read() -> None:
    sheet = loader.read("Widget", _GOOD)
    assert isinstance(sheet, Sheet)
    row = sheet.severity_table({}).row("colour")
    assert isinstance(row, SettingSeverity)
    assert row.cases == {("red", "blue"): Severity("warning", "It is blue.")}
    assert sheet.controls({})["colour"].values == {"L": "Large", None: "Any"}


@pytest.mark.parametrize(("place", "value", "words"), _FAULTS.values(), ids=_FAULTS)
def test_another_form_is_refused(place: tuple[Any, ...], value: Any, words: str) -> None:
    data = deepcopy(_GOOD)
    holder: Any = data
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    with pytest.raises(SheetError, match=re.escape(words)) as refused:
        loader.read("Widget", data)
    assert "The sheet Widget" in str(refused.value)


# ---------------------------------------------------------------------------------------------- other classes

_WIDGET = Resource(
    noun="Widget",
    title="widget",
    role=Role("Widgets"),
    management=Management("widget"),
    fields=(Field("Colour", TEXT, "Its colour."),),
    sheet=_GOOD,
)


def _widget(before: Any, after: Any) -> dict[str, Any]:
    steps = [samples.step("Set-Widget", Identity="W")]
    entry = samples.entry("Widget", "widget", "W", steps, before=before, after=after, module="o365_widget")
    return samples.document("plan", "Widgets", [entry])


@pytest.fixture
def _one_more_class(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    loader.sheet_of.cache_clear()
    monkeypatch.setitem(BY_NOUN, "Widget", _WIDGET)
    yield
    loader.sheet_of.cache_clear()


@pytest.mark.usefixtures("_one_more_class")
def test_a_class_may_bring_its_sheet_in_its_table() -> None:
    document = _widget({"name": "W", "colour": "blue"}, {"name": "W", "colour": "red"})
    (step,) = view(document).steps
    assert step.navigation["visits"][0]["portal"] == "Widget center"
    assert (step.minutes, step.wait) == (5, "Five minutes.")
    assert view(document).findings == ["Red."]
    (finding,) = findings(document)
    assert (finding["severity"], finding["consequence"]) == ("warning", "It is blue.")


def test_a_class_without_a_sheet_is_said_to_be_unknown() -> None:
    document = _widget({"name": "W", "colour": "blue"}, {"name": "W", "colour": "red"})
    (step,) = view(document).steps
    assert step.navigation == {"visits": [], "missing": ["Colour"]}
    assert (step.minutes, step.wait) == (60, "Microsoft publishes no time; allow 60 minutes.")
    assert [finding["severity"] for finding in findings(document)] == ["warning"]


def test_the_sheets_are_part_of_the_collection() -> None:
    root = Path(__file__).resolve().parents[3]
    ignored = yaml.safe_load((root / "galaxy.yml").read_text("utf-8"))["build_ignore"]
    for path in loader.FOLDER.glob("*.yml"):
        place = Path("plugins", *path.parts[path.parts.index("plugins") + 1 :])
        parents = [place, *place.parents]
        assert not any(parent.match(pattern) for parent in parents for pattern in ignored), place
