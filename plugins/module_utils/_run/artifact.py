# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifacts of a run for the next job of a workflow: a plan or a record as one text. Pure.

A controller tags every text of an artifact, and newer ansible-core types a tagged text anew: "*" ends the run, "true" becomes a
boolean. A text that begins with "{" stays what it is, so that every artifact is JSON text, by host.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from .._exchange.errors import ConfigurationError
from .documents import REFUSED

FORMAT = 1
LONGEST = 150_000
"""Characters of an artifact. What is longer is referred to by its file; controllers keep artifacts in one row of their database."""
_MARK = "zlib+base64"
_LONGEST_DOCUMENT = 50_000_000


def packed(content: bytes, host: str, kind: str, place: str) -> str:
    """A document as an artifact: compressed, or above LONGEST the place of its file.

    content: of the file. host: of the inventory. kind: plan or record.
    """
    about = {"artifact": kind, "format": FORMAT, "host": host}
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    if len(text) <= LONGEST:
        return json.dumps({**about, "encoding": _MARK, "content": text})
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return json.dumps({**about, "encoding": "file", "path": place, "digest": digest})


def of_host(artifact: Any, host: str, name: str) -> str:
    """The text for one host of an artifact, which maps hosts to texts.

    The texts say whose they are: a host whose name is a number is another key on the other side. ConfigurationError when there is
    none, or when the artifact is of an older version and holds no texts. name: of the variable.
    """
    if isinstance(artifact, str):
        return artifact
    if is_artifact(artifact):
        # Older ansible-core makes a dictionary of a template that gives the text of one host; nothing in it can be changed by that.
        return json.dumps(artifact)
    if not isinstance(artifact, Mapping) or not all(isinstance(text, str) for text in artifact.values()):
        raise no_text(name)
    hosts = {_host(text): text for text in artifact.values()}
    if host not in hosts:
        raise ConfigurationError(
            f"{REFUSED}{name} has nothing for the host {host}; it is of {', '.join(sorted(hosts)) or 'no host'}."
        )
    return hosts[host]


def no_text(name: str) -> ConfigurationError:
    """What is said of a plan or record that came as a dictionary, as older versions left it."""
    return ConfigurationError(
        f"{REFUSED}{name} is not JSON text. Give the artifact of the run as it is, the content of the file as text, or the file: in a "
        "dictionary Ansible changes values such as * and true, and takes names of the tenant for templates."
    )


def _host(text: str) -> str:
    try:
        content = json.loads(text)
    except ValueError:
        return ""
    return str(content.get("host")) if isinstance(content, dict) else ""


def is_artifact(content: Any) -> bool:
    """Whether this is what packed() made, and not a document itself."""
    return isinstance(content, Mapping) and "artifact" in content


def unpacked(artifact: Mapping[str, Any], where: str) -> bytes | None:
    """The content of the file, or None when it is to be read from artifact["path"]. ConfigurationError when it is damaged."""
    if artifact.get("format") != FORMAT:
        raise ConfigurationError(
            f"{REFUSED}{where} has format {artifact.get('format')!r}, and this version reads {FORMAT}."
        )
    if artifact.get("encoding") == "file":
        return None
    try:
        if artifact.get("encoding") != _MARK:
            raise ValueError(f"its encoding is not {_MARK}")
        opener = zlib.decompressobj()
        content = opener.decompress(
            base64.b64decode(str(artifact.get("content")), validate=True), _LONGEST_DOCUMENT
        )
        if not opener.eof:
            raise ValueError("it is cut off or too large")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ConfigurationError(f"{REFUSED}{where} cannot be unpacked ({error}).") from None
    return content


def is_whole(artifact: Mapping[str, Any], content: bytes) -> bool:
    """Whether a file that an artifact refers to is still the same."""
    return artifact.get("digest") == f"sha256:{hashlib.sha256(content).hexdigest()}"
