# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a task, known from the moment they exist, and how they are kept out of all that is shown or kept. Pure.

A service or a proxy that echoes a request can send a secret back whole or cut, as it was or in another notation. So
a secret is registered with its notations, and a piece of one is hidden like the whole.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "********"
SHORTEST = 4
"""Shorter secrets are not hidden: they would shred every text and are no secrets."""
_ALONE, _PLAIN = 6, 16
"""Shorter ones than the first, and words and numbers shorter than the second, are hidden only where they stand alone."""
_PIECE = 16
"""So many characters of a secret in a row are hidden, too."""
_WINDOW, _STRIDE = 12, 5
# A text of _PIECE characters holds a window that begins at a multiple of the stride, wherever the text begins.
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----(.+?)-----END [A-Z ]+-----", re.DOTALL)


class SecretRegistry:
    """What must not show. One registry for a task; whoever gets hold of a secret adds it before using it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._alone: set[str] = set()
        self._short: list[str] = []
        self._windows: set[str] = set()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Keep these out of everything from now on, in all their notations."""
        for secret in {text for given in secrets for text in (given, given.strip())} - self._known:
            self._known.add(secret)
            if len(secret) < SHORTEST:
                continue
            if _is_common(secret):
                self._alone.add(secret)
                continue
            found = _notations(secret)
            short = [text for text in found if len(text) < _PIECE]
            self._short = sorted({*self._short, *short}, key=lambda text: (-len(text), text))
            self._windows.update(window for text in found for window in _windows(text))

    def masked(self, content: Any) -> Any:
        """Plain data of the same form without the secrets."""
        if isinstance(content, str):
            return self._masked_text(content)
        if isinstance(content, dict):
            return {self.masked(key): self.masked(item) for key, item in content.items()}
        if isinstance(content, (list, tuple)):
            return [self.masked(item) for item in content]
        return content

    def _masked_text(self, text: str) -> str:
        text = self._without_pieces(text)
        for secret in self._short:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        for word in self._alone:
            if word in text:
                text = re.sub(rf"""(?:^|(?<=[=:"'])){re.escape(word)}(?=$|[&"',;}}])""", HIDDEN, text)
        return text

    def _without_pieces(self, text: str) -> str:
        """The text without all runs of characters that a secret has, too."""
        shown, end = [], 0
        place = 0
        while place + _WINDOW <= len(text):
            if text[place : place + _WINDOW] not in self._windows:
                place += _STRIDE
                continue
            first, last = place, place
            while first > end and text[first - 1 : first - 1 + _WINDOW] in self._windows:
                first -= 1
            while text[last + 1 : last + 1 + _WINDOW] in self._windows:
                last += 1
            if last + _WINDOW - first < _PIECE:
                place += _STRIDE
                continue
            shown += [text[end:first], HIDDEN]
            end = place = last + _WINDOW
        return "".join([*shown, text[end:]]) if shown else text


def _is_common(secret: str) -> bool:
    """Whether a secret is so short or plain that ordinary texts can hold it by chance."""
    plain = secret.isalpha() or secret.isdecimal()
    return len(secret) < (_PLAIN if plain else _ALONE)


def _windows(text: str) -> Iterator[str]:
    if len(text) >= _PIECE:
        yield from (text[place : place + _WINDOW] for place in range(len(text) - _WINDOW + 1))


def _notations(secret: str) -> set[str]:
    """The secret as it can come back: as it is, in JSON, HTML, a form or an address, and in base64."""
    in_json = json.dumps(secret)[1:-1]
    plain = {secret, html.escape(secret), in_json, json.dumps(in_json)[1:-1]}
    plain |= {text.replace("/", "\\/") for text in plain}
    plain |= {"".join(body.split()) for body in _PEM.findall(secret)}
    found = set(plain)
    for text in plain:
        found |= _base64_notations(text.encode("utf-8", "surrogatepass"))
    for text in list(found):
        ways = (
            quote(text, errors="replace"),
            quote(text, safe="", errors="replace"),
            quote_plus(text, errors="replace"),
        )
        for escaped in ways:
            found |= {escaped, re.sub("%[0-9A-F]{2}", lambda match: match.group().lower(), escaped)}
    return {text for text in found if len(text) >= _ALONE}


def _base64_notations(data: bytes) -> set[str]:
    """What stands in the base64 text of the data, and of any longer text that holds them, such as basic authorization."""
    found = {base64.b64encode(data).decode().rstrip("=")}
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        # What shares a character with the neighbours is left out.
        found.add(whole[(0, 2, 3)[before] : len(whole) - bool((before + len(data)) % 3)])
    return found | {text.replace("+", "-").replace("/", "_") for text in found}
