# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read has the words of the glossary; these must not come back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Each with what is said instead; see "Words that are not used" in docs/words-of-the-code.md.
_NOT_USED = {
    r"\bas wished\b|\bwished\b": "no changes needed, desired state",
    r"\bacts? after\b|\buntil (it|everything|a change|the change) acts\b": "takes effect after",
    r"\bpaths? of (the )?mail\b|(?<!in the )\bway of (the )?mail\b": "mail flow",
    r"\b(take|takes|taken|taking|took) ((it|them|that|this|the|a|one|recorded|last|whole|run|change|plan) )*back\b": "roll back",
    r"\bthis is not so\b": "a condition is not met",
    r"\bhand(s|ed|ing)? (it|them|the [a-z ]{1,20}|what [a-z ]{1,20}) on\b": "set the artifact, pass to",
    r"\b(made|make|makes|making) anew\b": "created again",
}
_SEEN = ("plugins", "roles", "playbooks", "docs", "README.md")
_ENDINGS = {".py", ".yml", ".j2", ".md"}
# It lists the words that are not used.
_EXCEPT = ROOT / "docs" / "words-of-the-code.md"


def _files() -> Iterator[Path]:
    for place in _SEEN:
        path = ROOT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.suffix in _ENDINGS and file != _EXCEPT:
                yield file


def _found(text: str) -> list[str]:
    """The words that are not used in a text, however its lines are broken."""
    flat = re.sub(r"\s+", " ", text)
    return [
        f'"{match.group()}": say {instead}'
        for word, instead in _NOT_USED.items()
        for match in re.finditer(word, flat, re.IGNORECASE)
    ]


def test_words_that_are_not_used_do_not_come_back() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {said}" for file in _files() for said in _found(file.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "Everything is as wished.",
        "Acts after: about 15 minutes.",
        "an hour until it acts",
        "the path of\n  mail",
        "To take it back: record.json",
        "Takes a recorded run back.",
        "not changed, because this is not so: x",
        "Hand it on",
        "It is made anew.",
    ],
)
def test_the_words_are_recognized(text: str) -> None:
    assert len(_found(text)) == 1


@pytest.mark.parametrize(
    "text", ["what stands in the way of mail", "no inbound connector takes mail back", "an approval goes on"]
)
def test_other_words_are_not(text: str) -> None:
    assert _found(text) == []
