# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as PowerShell, read back by a small reader of PowerShell's literals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook import powershell
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.visible import (
    HIDDEN,
    visible,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.runbook.runbook_samples import HOSTILE

QUOTES = "'\u2018\u2019\u201a\u201b"
CONTROLS = [
    *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))),
    *(chr(code) for code in (0x061C, *range(0x200B, 0x2010), 0x2028, 0x2029)),
    *(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)),
]


class Reader:
    """Reads what `_powershell.value` may write, as PowerShell's tokenizer does; anything else is an error."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> Any:
        found = self.item()
        assert self.at == len(self.text), self.text[self.at :]
        return found

    def take(self, expected: str) -> bool:
        if self.text.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False

    def item(self) -> Any:
        for text, found in (("$true", True), ("$false", False), ("$null", None)):
            if self.take(text):
                return found
        if self.take("@("):
            return self.items()
        if self.take("@{"):
            return self.table()
        if self.take("("):
            return self.joined()
        if self.text[self.at] in QUOTES:
            return self.literal()
        number = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?").match(self.text, self.at)
        assert number, self.text[self.at :]
        self.at = number.end()
        return float(number.group()) if number.group(1) or number.group(2) else int(number.group())

    def literal(self) -> str:
        """Any quote ends the text; two of any kind in a row stand for the second."""
        assert self.text[self.at] in QUOTES
        self.at += 1
        found = []
        while True:
            character = self.text[self.at]
            self.at += 1
            if character in QUOTES:
                if self.at >= len(self.text) or self.text[self.at] not in QUOTES:
                    return "".join(found)
                character = self.text[self.at]
                self.at += 1
            found.append(character)

    def joined(self) -> str:
        found = self.literal()
        while not self.take(")"):
            assert self.take(" + ")
            if self.take("[char]0x"):
                found += chr(int(self.text[self.at : self.at + 4], 16))
                self.at += 4
            else:
                found += self.literal()
        return found

    def items(self) -> list[Any]:
        found = []
        while not self.take(")"):
            assert not found or self.take(",")
            found.append(self.item())
        return found

    def table(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.take("}"):
            assert not found or self.take("; ")
            end = self.text.index("=", self.at)
            key = self.text[self.at : end]
            self.at = end + 1
            found[key] = self.item()
        return found


def read(text: str) -> Any:
    return Reader(text).whole()


ODD = st.text(
    st.sampled_from([*QUOTES, *CONTROLS, *'ab+()@$`"#;,{}-', "\u201c", "\u2013", "\U0001f600", "\ud800"])
)
TEXTS = st.one_of(st.text(), ODD, st.sampled_from(HOSTILE))


@given(TEXTS)
@settings(max_examples=400)
def test_a_text_reads_back(text: str) -> None:
    written = powershell.literal(text)
    assert read(written) == text
    assert not any(character in written for character in CONTROLS)
    assert written.startswith(("'", "('"))


@pytest.mark.parametrize("character", [*CONTROLS, "\ud800", "\u00ad", "\u180e", "\ufffe"])
def test_no_hidden_character_is_raw(character: str) -> None:
    assert powershell.literal(character) == f"('' + [char]0x{ord(character):04X})"
    assert powershell.literal(f"a{character}b") == f"('a' + [char]0x{ord(character):04X} + 'b')"
    assert visible(character) == f"\\u{ord(character):04x}"


@pytest.mark.parametrize("quote", QUOTES)
def test_every_quote_is_doubled_by_itself(quote: str) -> None:
    assert powershell.literal(f"a{quote}b") == f"'a{quote}{quote}b'"


VALUES = st.one_of(
    TEXTS,
    st.booleans(),
    st.none(),
    st.integers(),
    st.lists(TEXTS),
    st.dictionaries(st.sampled_from(["Add", "Remove"]), st.lists(TEXTS)),
)


@given(VALUES)
@settings(max_examples=200)
def test_a_value_reads_back(value: Any) -> None:
    found = read(powershell.value(value))
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        assert found == str(value)
    else:
        assert found == value
        assert type(found) is type(value)


def test_kinds_of_values() -> None:
    written = {
        "'-1'": -1,
        "0": 0,
        "2.5": 2.5,
        "'-2.5'": -2.5,
        "$true": True,
        "$null": None,
        "''": "",
        "@()": [],
        "@('a','b')": ["a", "b"],
        "@{Add=@('a'); Remove=@('b')}": {
            "@odata.type": "#Exchange.GenericHashTable",
            "Add": ["a"],
            "Remove": ["b"],
        },
    }
    assert {text: powershell.value(value) for text, value in written.items()} == {
        text: text for text in written
    }


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [1], [["a"]], {"a b": "c"}, b"x", object(), {"a'": "b"}]
)
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(powershell.NotQuotable):
        powershell.value(value)


@pytest.mark.parametrize(
    "cmdlet", ["", "Get-X; Remove-Y", "Get", "Get-X\n", "Gèt-X", "Get–X", "Get-X-Y", "& Get-X", "Get-X1"]
)
def test_odd_cmdlets_are_refused(cmdlet: str) -> None:
    with pytest.raises(powershell.NotQuotable):
        powershell.command({"cmdlet": cmdlet, "parameters": {}})


@pytest.mark.parametrize("name", ["", "Name ", "Na me", "1Name", "Name;", "Name\n", "Näme", "-Name", "Name:"])
def test_odd_parameters_are_refused(name: str) -> None:
    with pytest.raises(powershell.NotQuotable):
        powershell.command({"cmdlet": "Get-X", "parameters": {name: "a"}})


def test_a_command_line() -> None:
    step = {
        "cmdlet": "Set-TransportRule",
        "parameters": {"Identity": "a'b", "Enabled": True, "SetSCL": -1, "Comments": None},
    }
    assert (
        powershell.command(step)
        == "Set-TransportRule -Identity 'a''b' -Enabled:$true -SetSCL '-1' -Comments $null"
    )


@given(TEXTS)
def test_what_is_shown_has_no_hidden_character(text: str) -> None:
    assert not HIDDEN.search(visible(text))


@given(TEXTS)
def test_a_comment_stays_one(text: str) -> None:
    written = powershell.comment("Why: ", text)
    assert written.startswith("# Why:")
    assert not HIDDEN.search(written)


@pytest.mark.parametrize(
    "text", ["SIG # Begin signature block", "sig#end signature block", " S I G # begin signature"]
)
def test_a_comment_is_no_signature(text: str) -> None:
    assert powershell.comment("", text).endswith("(this comment is not the signature of the script)")
    assert powershell.comment("Caution: ", "a remark") == "# Caution: a remark"
