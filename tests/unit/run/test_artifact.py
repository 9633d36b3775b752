# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run hands on: whole on the other side, referred to when too long, refused in a sentence when it is anything else."""

from __future__ import annotations

import base64
import json
import random
import zlib
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import ConfigurationError
from ansible_collections.avanan.office365.plugins.module_utils._run.artifact import (
    LONGEST,
    is_artifact,
    is_whole,
    of_host,
    packed,
    unpacked,
)

_CONTENT = b'{"name": "*", "text": "{{ 1 + 1 }} \\u00e9"}\n'


def _packed(content: bytes = _CONTENT, host: str = "contoso") -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads(packed(content, host, "plan", "/runs/plan.json"))
    return artifact


def test_it_comes_back_as_it_was() -> None:
    text = packed(_CONTENT, "contoso", "plan", "/runs/plan.json")
    # Nothing that Ansible types anew or takes for a template, whatever the document says.
    assert text.startswith('{"')
    assert text.isascii()
    assert "{{" not in text
    artifact = json.loads(text)
    assert is_artifact(artifact)
    assert {key: artifact[key] for key in ("artifact", "format", "host", "encoding")} == {
        "artifact": "plan",
        "format": 1,
        "host": "contoso",
        "encoding": "zlib+base64",
    }
    assert unpacked(artifact, "it") == _CONTENT


def test_a_long_one_is_referred_to_by_its_file() -> None:
    noise = random.Random(1).randbytes(LONGEST)
    artifact = _packed(noise)
    assert len(json.dumps(artifact)) < 1000
    assert (artifact["encoding"], artifact["path"]) == ("file", "/runs/plan.json")
    assert unpacked(artifact, "it") is None
    assert is_whole(artifact, noise)
    assert not is_whole(artifact, noise[1:])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "has format 2, and this version reads 1"),
        ({"encoding": "gzip"}, "its encoding is not zlib"),
        ({"content": "%%%"}, "cannot be unpacked"),
        ({"content": "QUJD"}, "cannot be unpacked"),
        ({"content": _packed()["content"][:-8]}, "cannot be unpacked"),
        ({"content": base64.b64encode(zlib.compress(b"0" * 60_000_000)).decode()}, "too large"),
    ],
)
def test_a_damaged_one_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match="^Nothing was written: the plan.*") as refused:
        unpacked({**_packed(), **change}, "the plan")
    assert words in str(refused.value)


def test_each_host_gets_its_own() -> None:
    # A controller hands the names of hosts on as something else when they look like numbers.
    texts = {str(host): packed(_CONTENT, host, "plan", "") for host in ("contoso", "00123")}
    handed = {"contoso": texts["contoso"], 83: texts["00123"]}
    assert of_host(handed, "00123", "avanan_plan") == texts["00123"]
    assert of_host(texts["contoso"], "anybody", "avanan_plan") == texts["contoso"]
    with pytest.raises(
        ConfigurationError, match="avanan_plan has nothing for the host fabrikam; it is of 00123, contoso"
    ):
        of_host(handed, "fabrikam", "avanan_plan")


@pytest.mark.parametrize("given", [{"contoso": {"entries": []}}, {"entries": []}, [], 7, None])
def test_anything_but_text_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="Nothing was written: avanan_plan is not JSON text"):
        of_host(given, "contoso", "avanan_plan")
