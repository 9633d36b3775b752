# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in any notation, whole or cut, stand in nothing; and nothing else is lost."""

from __future__ import annotations

import base64
import html
import json
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange import masking
from ansible_collections.avanan.office365.plugins.module_utils._exchange.masking import (
    HIDDEN,
    SecretRegistry,
)
from hypothesis import given
from hypothesis import strategies as st

SECRET = 'fJ8~Q.w3k/Lm+v_2=Zp8&x<9>Tr"4\\Bé-Kd7'
TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9." + "".join(
    string.ascii_letters[(7 * place * place + place) % 52] for place in range(600)
)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


NOTATIONS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "bearer": lambda text: f"Authorization: Bearer {text}",
    "json": json.dumps,
    "json of json": lambda text: json.dumps({"body": json.dumps({"secret": text})}),
    "json unescaped": lambda text: json.dumps(text, ensure_ascii=False),
    "quoted": lambda text: quote(text, safe=""),
    "quoted, some": quote,
    "quoted, small": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "form": lambda text: urlencode({"client_id": "a", "client_secret": text}),
    "plus": quote_plus,
    "html": html.escape,
    "base64": _b64,
    "base64 without padding": lambda text: _b64(text).rstrip("="),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 in a form": lambda text: quote(_b64(text), safe=""),
    "basic": lambda text: f"Basic {_b64(f'aaaaaaaa-0000-4000-8000-000000000001:{text}')}",
    "basic, other": lambda text: f"Basic {_b64(f'user:{text}')} and so on",
    "in a longer base64": lambda text: _b64(f'{{"client": "x", "secret": "{text}", "more": true}}'),
}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("secret", [SECRET, TOKEN, "s3cr3t-9", "two words of a phrase"])
def test_no_notation_shows(secret: str, notation: str) -> None:
    shown = SecretRegistry([secret]).masked(f"The service said: {NOTATIONS[notation](secret)}!")
    assert HIDDEN in shown
    assert secret not in shown
    # Nothing is left of it but, in base64, the characters that it shares with its neighbours.
    frame = f"The service said: {NOTATIONS[notation]('x')}!"
    assert len(shown) <= len(frame) + 2 * len(HIDDEN)


@given(
    st.text(st.sampled_from(string.ascii_letters + string.digits + "-._~"), min_size=40, max_size=90),
    st.text(max_size=30),
    st.text(max_size=30),
    st.data(),
)
def test_a_piece_is_hidden_like_the_whole(secret: str, before: str, after: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(secret) - 16))
    last = data.draw(st.integers(first + 16, len(secret)))
    piece = secret[first:last]
    for kept in (piece, _b64(secret)[: len(piece) + 16]):
        shown = SecretRegistry([secret]).masked(f"{before} {kept} {after}")
        assert kept not in shown
        assert HIDDEN in shown


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_has_no_secret_in_it_stays(content: object) -> None:
    assert SecretRegistry([TOKEN, "s3cr3t-9", "client", "12"]).masked(content) in (content, _without(content))


def _without(content: object) -> object:
    """Texts that are one of the words that are hidden where they stand alone."""
    if isinstance(content, str):
        return HIDDEN if content == "client" else content
    if isinstance(content, list):
        return [_without(item) for item in content]
    if isinstance(content, dict):
        return {_without(key): _without(item) for key, item in content.items()}
    return content


@pytest.mark.parametrize(
    "secret", ["", "a", "12", "abc", "rule", "password", "Exchange", "20261125", "changeit"]
)
def test_short_and_common_secrets_do_not_shred_texts(secret: str) -> None:
    registry = SecretRegistry([secret])
    text = "The rule abc of 20261125 needs a password of Exchange, 12 letters, no changeit."
    assert registry.masked(text) == text
    assert registry.masked({"name": "the rule", "priority": 12}) == {"name": "the rule", "priority": 12}


def test_short_and_common_secrets_are_hidden_where_they_stand_alone() -> None:
    registry = SecretRegistry(["changeit"])
    assert registry.masked("changeit") == HIDDEN
    assert registry.masked("client_secret=changeit&x=1") == f"client_secret={HIDDEN}&x=1"
    assert registry.masked('{"password":"changeit"}') == f'{{"password":"{HIDDEN}"}}'


def test_keys_are_masked_too_and_other_values_stay() -> None:
    shown = SecretRegistry([TOKEN]).masked({TOKEN: [1, None, True, 2.5, (TOKEN,)]})
    assert shown == {HIDDEN: [1, None, True, 2.5, [HIDDEN]]}


def test_a_private_key_is_hidden_line_by_line() -> None:
    lines = [TOKEN[place : place + 64] for place in range(50, 400, 64)]
    key = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""])
    registry = SecretRegistry([key])
    for written in (key, key.replace("\n", "\\n"), "".join(lines), lines[2], key.replace("\n", "\r\n")):
        shown = registry.masked(f"a {written} b")
        assert not [line for line in lines if line[:20] in shown or line[-20:] in shown]


def test_a_secret_counts_from_the_moment_it_is_known() -> None:
    registry = SecretRegistry()
    assert registry.masked(TOKEN) == TOKEN
    registry.add(TOKEN)
    assert registry.masked(TOKEN) == HIDDEN
    assert registry.masked(registry.masked(f"x {TOKEN}")) == f"x {HIDDEN}"


def test_every_piece_of_a_secret_holds_a_whole_window() -> None:
    assert masking._WINDOW + masking._STRIDE - 1 <= masking._PIECE
