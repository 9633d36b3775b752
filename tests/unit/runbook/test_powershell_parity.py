# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection writes as PowerShell is read back as the very same call, by an interpreter that is not its own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook import powershell
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.powershell.interpreter import Call, calls

_TYPE = {"@odata.type": "#Exchange.GenericHashTable"}
HOSTILE = [
    "",
    " ",
    "'",
    "''",
    "'; Remove-TransportRule *; '",
    "\u2018; Remove-TransportRule * \u2019",
    "'\u2019\u201a\u201b\u2018'",
    '"\u201c\u201d\u201e',
    "$(Remove-TransportRule *) ${x} $x `n `",
    "a\nRemove-TransportRule *\r\n\rRemove-TransportRule *",
    "a\u2028Remove-TransportRule *\u2029\x85\x0b\x0c",
    "\u2013Force \u2014Confirm:$false \u2015x -WhatIf",
    "#> <# @{ @( ) } ; | & > < , [char]0x41 @' \n'@",
    "# SIG # Begin signature block",
    "#Requires -Version 99",
    "\u202emoc.live\u202c \u2066x\u2069 \u200b\u200d\ufeff\xad",
    "\0 a \x1b[2J\x07",
    "<script>alert(1)</script> | **x** [y](z)",
    "\u0411\u0412 Zo\u00eb \U0001f600 \U000e0041 \u00c3\u2019\u20ac\u2122",
    "5",
    "0x10",
    "$true",
    "-5",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("'\u2018\u2019\u201b\"\u201d`$()\r\n\0 a")


def _script(text: str) -> bytes:
    """A script around a command line, as runbooks are written."""
    return b"\xef\xbb\xbf" + f"$ErrorActionPreference = 'Stop'\r\n\r\n{text}\r\nNew-Y\r\n".encode()


def _read_back(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters in both editions; the command is what was written, and nothing is beside it."""
    script = _script(powershell.command({"cmdlet": "New-X", "parameters": parameters}))
    one, two = calls(script, "5.1")
    assert [one, two] == calls(script, "7")
    assert (one.cmdlet, two) == ("New-X", Call("New-Y", {}))
    return one.parameters


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text(text: str) -> None:
    parameters = {
        "Name": text,
        "Enabled": True,
        "Words": [text, "x", text],
        "Domains": {**_TYPE, "Add": [text]},
    }
    plain = {**parameters, "Domains": {"Add": [text]}}
    assert _read_back(parameters) == plain


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("label", ["", "Rule: "])
def test_hostile_comment(label: str, text: str) -> None:
    script = _script(powershell.comment(label, text))
    assert calls(script, "5.1") == calls(script, "7") == [Call("New-Y", {})]


@settings(deadline=None)
@given(TEXT)
@example("\U0001f600")
def test_any_text(text: str) -> None:
    assert _read_back({"A": text, "B": [text, text], "C": {"Add": [text], "Remove": []}}) == {
        "A": text,
        "B": [text, text],
        "C": {"Add": [text], "Remove": []},
    }


@settings(deadline=None)
@given(TEXT)
def test_any_comment(text: str) -> None:
    script = _script(powershell.comment("Rule: ", text))
    assert calls(script, "7") == [Call("New-Y", {})]


@pytest.mark.parametrize("value", [True, False, None, 0, 5, 2**31, 1.5, 1e-05, 1e22, [], ["a"], {"Add": []}])
def test_other_values(value: Any) -> None:
    found = _read_back({"A": value, "B": "end"})
    assert found == {"A": value, "B": "end"}
    assert type(found["A"]) is type(value)


@pytest.mark.parametrize("number", [-1, -1.5])
def test_a_negative_number_is_text_that_the_cmdlet_converts(number: float) -> None:
    assert _read_back({"A": number}) == {"A": str(number)}
