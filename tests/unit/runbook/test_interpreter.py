# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interpreter of scripts reads what PowerShell reads, and refuses what it cannot vouch for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.powershell.interpreter import Call, NotUnderstood, calls, decoded

_MARK = b"\xef\xbb\xbf"
_SINGLE = "'\u2018\u2019\u201a\u201b"


def _one(argument: str) -> Any:
    """The value of an argument, the same in both editions."""
    script = _MARK + f"New-X -A {argument} -Z\n".encode()
    (call,) = calls(script, "7")
    assert calls(script, "5.1") == [call]
    assert call.cmdlet == "New-X"
    assert list(call.parameters) == ["A", "Z"]
    return call.parameters["A"]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("''", ""),
        ("'it''s'", "it's"),
        ("''''''", "''"),
        ("'a\u2019\u2019b'", "a\u2019b"),
        ("'say \"\u201chi\u201d\"'", 'say "\u201chi\u201d"'),
        ("'$(Remove-Y) `n $x # @{'", "$(Remove-Y) `n $x # @{"),
        ("'one\ntwo\r\n; Remove-Y'", "one\ntwo\r\n; Remove-Y"),
        ("'\U0001f600\u202e\u2028\x85\u2014'", "\U0001f600\u202e\u2028\x85\u2014"),
        ('"it\'s \u2019"', "it's \u2019"),
        ('"a""b"', 'a"b'),
        ('"a\u201d\u201db"', "a\u201db"),
        ("5", 5),
        ("-5", -5),
        ("0x10", 16),
        ("1.5", 1.5),
        ("-1e-05", -1e-05),
        ("9999999999", 9999999999),
        ("'5'", "5"),
        ("$true", True),
        ("$FALSE", False),
        ("$null", None),
        ("'a','b'", ["a", "b"]),
        ("'a', $true,\n 5", ["a", True, 5]),
        ("@()", []),
        ("@('a')", ["a"]),
        ("@('a','b'; 'c'\n'd')", ["a", "b", "c", "d"]),
        ("@(\n  'a', # it's\n  'b'\n)", ["a", "b"]),
        ("('a')", "a"),
        ("('a', 'b')", ["a", "b"]),
        ("@(('a', 'b'))", ["a", "b"]),
        ("('a' + [char]0x202E + 'b')", "a\u202eb"),
        ("([char]39 + 'b' + 5)", "'b5"),
        ("([char]0x0)", "\0"),
        ("([char]0xD83D + [char]0xDE00)", "\U0001f600"),
        ("([string]5 + [string]'x')", "5x"),
        ("('a' +\n 'b')", "ab"),
        ("@(('a' + [char]10), 'b')", ["a\n", "b"]),
        ("@{}", {}),
        ("@{Add='a','b'; Remove=@('c')}", {"Add": ["a", "b"], "Remove": ["c"]}),
        ("@{\n  'x y' = @()\n  \"@odata.type\" = ('#' + 'X')\n}", {"x y": [], "@odata.type": "#X"}),
        ("<# it's #> 'a'", "a"),
    ],
)
def test_arguments(argument: str, value: Any) -> None:
    found = _one(argument)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("# it's nothing\n<# ' #>\n", []),
        ("New-X", [Call("New-X", {})]),
        ("New-X;New-Y;;\r\nNew-Z\r\n", [Call("New-X", {}), Call("New-Y", {}), Call("New-Z", {})]),
        ("New-X -A:'a' -B: $false -C:5 -D", [Call("New-X", {"A": "a", "B": False, "C": 5, "D": True})]),
        ("New-X -A -B 'a' # it's -C\n", [Call("New-X", {"A": True, "B": "a"})]),
        ("New-X `\n  -A 'a' `\r\n  -B 'b'", [Call("New-X", {"A": "a", "B": "b"})]),
        ("#Requires -Version 5.1\n#requires -Modules ExchangeOnlineManagement\nNew-X", [Call("New-X", {})]),
        ("$ErrorActionPreference = 'Stop'\n$confirmPreference='None'\nNew-X", [Call("New-X", {})]),
    ],
)
def test_scripts(script: str, expected: list[Call]) -> None:
    assert calls(_MARK + script.encode(), "5.1") == expected
    assert calls(script.encode(), "7") == expected


@pytest.mark.parametrize(
    "argument",
    [
        pytest.param("'a\u2019b'", id="typographic quote closes"),
        pytest.param("'a\u2019; Remove-Y -B 'b'", id="typographic quote hides a command"),
        pytest.param("'a\u2018'b'", id="two different quotes are one, unknown to the grammar"),
        pytest.param("\u2018a\u2019", id="typographic literal, unknown to the grammar"),
        pytest.param("\u201ca\u201d", id="typographic double quotes"),
        pytest.param('"a\u201d; Remove-Y -B "b"', id="typographic double quote hides a command"),
        pytest.param("'a", id="open literal"),
        pytest.param("'a'''''b'", id="odd quotes"),
        pytest.param("'a'b", id="text behind a literal"),
        pytest.param("'a'.Length", id="member"),
        pytest.param('"$x"', id="variable in a string"),
        pytest.param('"a`n"', id="backtick in a string"),
        pytest.param("$x", id="variable"),
        pytest.param("$(Remove-Y)", id="subexpression"),
        pytest.param("(Remove-Y)", id="command in parentheses"),
        pytest.param("@(Remove-Y)", id="command in an array"),
        pytest.param("{ Remove-Y }", id="script block"),
        pytest.param("abc", id="bare word"),
        pytest.param("10MB", id="suffix"),
        pytest.param("007", id="leading zeros"),
        pytest.param("[char]0x41", id="cast as an argument"),
        pytest.param("[char]0x41,'a'", id="cast as an argument in a list"),
        pytest.param("([int]'5')", id="other cast"),
        pytest.param("([char]0xD83D)", id="half a character"),
        pytest.param("'a'+'b'", id="sum without parentheses"),
        pytest.param("'a' + 'b'", id="sum without parentheses, blanks"),
        pytest.param("(5 + 'a')", id="sum of a number"),
        pytest.param("('a','b' + 'c')", id="sum of a list"),
        pytest.param("('a'\n + 'b')", id="sum over lines"),
        pytest.param("@('a'\n + 'b')", id="sum over lines in an array"),
        pytest.param("@('a' 'b')", id="no comma"),
        pytest.param("@(,'a')", id="unary comma"),
        pytest.param("@(@('a'), 'b')", id="list in a list"),
        pytest.param("@{A='a' B='b'}", id="no separator in a table"),
        pytest.param("@{A='a'; a='b'}", id="key given twice"),
        pytest.param("@'\na\n'@", id="here string"),
        pytest.param("'a\0b'", id="NUL, unknown to the grammar"),
        pytest.param("\xa0'a'", id="no-break space"),
        pytest.param("'a' 'b'", id="argument without a name"),
        pytest.param("'a' -a 'b'", id="parameter given twice"),
        pytest.param("'a' \u2013B 'b'", id="en dash"),
        pytest.param("'a' \u2014B:'b'", id="em dash"),
        pytest.param("'a' \u2015B", id="horizontal bar"),
        pytest.param("'a' -- -B", id="two dashes"),
        pytest.param("'a' --% -B", id="stop parsing"),
        pytest.param("'a' -B'b'", id="quote in a parameter"),
        pytest.param("'a' -B :'b'", id="colon apart"),
        pytest.param("'a' -B: -C", id="colon without value"),
        pytest.param("'a' > x", id="redirection"),
        pytest.param("'a' | Remove-Y", id="pipeline"),
        pytest.param("'a' && Remove-Y", id="chain"),
        pytest.param("'a' &", id="background"),
        pytest.param("'a'\n-B 'b'", id="parameter on a line of its own"),
        pytest.param("'a' # x\rRemove-Y", id="carriage return ends a comment"),
        pytest.param("'a'\rRemove-Y", id="carriage return ends a command"),
        pytest.param("'a' ` \n -B 'b'", id="blank behind a backtick"),
        pytest.param("@x", id="splatting"),
    ],
)
def test_refused_arguments(argument: str) -> None:
    with pytest.raises(NotUnderstood, match=r"^line \d+: "):
        calls(_MARK + f"\nNew-X -A {argument}\n".encode(), "7")


@pytest.mark.parametrize(
    "script",
    [
        "New-X 'a'",
        "& 'New-X'",
        ". New-X",
        "iex 'New-X'",
        "Module\\New-X",
        "New\u2013X",
        "'a'",
        "@{}",
        "$x = 'a'",
        "$ErrorActionPreference = 'Continue'",
        "$WhatIfPreference = $true",
        "$PSDefaultParameterValues = @{}",
        "$ConfirmPreference += 'a'",
        "$null = New-X",
        "if ($true) { New-X }",
        "try { New-X } catch { }",
        "function New-X { }",
        "New-X\nexit\nNew-Y",
        "using module X",
        "#Requires -PSSnapin X\nNew-X",
        "#requiresX\nNew-X",
        "# SIG # Begin signature block\nNew-X",
        "# Sig # begin Signature blocks!\nNew-X",
        "<# open\nNew-X",
        "New-X -A \ufeff'a'",
    ],
)
def test_refused_scripts(script: str) -> None:
    with pytest.raises(NotUnderstood, match=r"^line \d+: "):
        calls(_MARK + script.encode(), "7")


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(NotUnderstood, match="^line 4: "):
        calls(b"New-X -A 'a\r\nb'\nNew-Y\nNew-Z -A $x\n", "7")


def test_windows_powershell_reads_a_file_without_mark_as_ansi() -> None:
    harmless = "New-X -A 'Zo\u00eb'".encode()
    assert calls(harmless, "7") == [Call("New-X", {"A": "Zo\u00eb"})]
    assert calls(harmless, "5.1") == [Call("New-X", {"A": "Zo\u00c3\u00ab"})]
    assert calls(_MARK + harmless, "5.1") == calls(harmless, "7")
    # The last byte of this letter is a single quote in code page 1252.
    hidden = "New-X -A '\u0411\u0412; Remove-Y -B '".encode()
    assert len(calls(hidden, "7")) == 1
    with pytest.raises(NotUnderstood):
        calls(hidden, "5.1")


def test_decoding_never_fails_but_for_wide_files() -> None:
    assert decoded(bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x80]), "5.1") == "\x81\x8d\x8f\x90\x9d\u20ac"
    assert decoded(b"\xff", "7") == "\ufffd"
    with pytest.raises(NotUnderstood):
        decoded("New-X".encode("utf-16"), "5.1")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_quoted_text_comes_back(text: str) -> None:
    quoted = "".join(2 * letter if letter in _SINGLE else letter for letter in text)
    assert _one(f"'{quoted}'") == text


@settings(deadline=None)
@given(st.text("'\u2019\"\u201d`$(){}@;#-\u2014 \r\na,+:=[]"))
def test_what_the_grammar_misreads_is_refused(tail: str) -> None:
    """Whatever follows, a command is either refused or exactly the one that the lexical rules show."""
    try:
        found = calls(_MARK + f"New-X -A 'a{tail}".encode(), "7")
    except NotUnderstood:
        return
    assert [call.cmdlet for call in found] == ["New-X"]
    assert isinstance(found[0].parameters["A"], (str, list))
