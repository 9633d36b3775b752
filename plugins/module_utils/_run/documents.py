# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans and records: what they hold, and their seal. Pure.

A document is plain data: a heading (kind, title, tenant, collection, times), notes for the reader, and entries, one for
each object that was to be changed, in order; see ChangeRecorder for an entry. A plan is sealed by a hash of everything else in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .._exchange.errors import ConfigurationError
from .version import COLLECTION, VERSION

Document = dict[str, Any]
RecordedChange = dict[str, Any]

FORMAT = 1
CHANGE = "change"
REFUSED = "Nothing was written: "
"""What is said before a plan or record that cannot be used."""
# What a later note replaces: whom the change concerns, what becomes of mail, why the change is refused.
_SAID_ONCE: dict[str, Any] = {
    "protection": None,
    "mail_flow": None,
    "refused": "",
    "failed": "",
    "proof": None,
    "request": None,
}
_OF_RECORDS = {"status", "done", "error"}
_ENTRY_KEYS = {"module", "options", "object", "before", "after", "order_before", "order_after", "steps"}


def stamp(moment: datetime) -> str:
    """A time as it stands in documents."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def heading(
    kind: str,
    title: str,
    tenant: Mapping[str, str],
    now: datetime,
    lifetime: float | None,
    *,
    purpose: str = CHANGE,
) -> Document:
    """The beginning of a document. kind: plan, record or draft. lifetime: hours for which a plan may be used.

    purpose: what it is made for; a plan that is not made for a change is never applied.
    """
    expires = stamp(now + timedelta(hours=lifetime)) if lifetime and kind == "plan" else None
    return {
        "format": FORMAT,
        "kind": kind,
        "title": title,
        "tenant": dict(tenant),
        "collection": {"name": COLLECTION, "version": VERSION},
        "created": stamp(now),
        "expires": expires,
        "finished": None,
        "purpose": purpose,
    }


def assembled(
    head: Mapping[str, Any], notes: Iterable[Mapping[str, Any]], entries: list[RecordedChange]
) -> Document:
    """A document, not yet sealed. notes: each with some of protection, mail_flow, refused, findings and remarks."""
    if head.get("kind") != "record":
        # Nothing happens to the entries of a plan.
        entries = [{key: entry[key] for key in entry if key not in _OF_RECORDS} for entry in _once(entries)]
    document: Document = {**head, **_SAID_ONCE, "findings": [], "remarks": [], "entries": entries}
    for note in notes:
        for key in ("findings", "remarks"):
            document[key] += [text for text in note.get(key) or () if text not in document[key]]
        document.update({key: note[key] for key in _SAID_ONCE if note.get(key)})
    return document


def _once(entries: Iterable[RecordedChange]) -> list[RecordedChange]:
    """Without entries that repeat an earlier one: in check mode a second task does not see what the first would do."""
    seen: list[tuple[Any, ...]] = []
    kept = []
    for entry in entries:
        change = (entry["object"], entry["steps"])
        if change not in seen:
            kept.append(entry)
        seen.append(change)
    return kept


def digest(document: Mapping[str, Any]) -> str:
    """The hash of everything in a document but its hash."""
    content = {key: value for key, value in document.items() if key != "hash"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def sealed(document: Document) -> Document:
    """The document with its hash."""
    return {**document, "hash": digest(document)}


def written(document: Mapping[str, Any]) -> bytes:
    """The document as the content of a file."""
    return (json.dumps(document, indent=2, ensure_ascii=True) + "\n").encode()


def read(content: bytes | str | Mapping[str, Any], kind: str, where: str) -> Document:
    """A document from a file or a variable. ConfigurationError when it is none of this kind."""
    document: Any = content
    if isinstance(content, (bytes, str)):
        try:
            document = json.loads(content)
        except ValueError as error:
            raise ConfigurationError(f"{REFUSED}{where} is not JSON ({error}).") from None
    if (
        not isinstance(document, Mapping)
        or not isinstance(document.get("entries"), list)
        or not all(isinstance(document.get(key), Mapping) for key in ("tenant", "collection"))
    ):
        raise ConfigurationError(f"{REFUSED}{where} is not a {kind} of {COLLECTION}.")
    if document.get("format") != FORMAT:
        raise ConfigurationError(
            f"{REFUSED}{where} has format {document.get('format')!r}, and this version reads {FORMAT}."
        )
    if document.get("kind") != kind:
        raise ConfigurationError(f"{REFUSED}{where} is a {document.get('kind')}, and a {kind} is needed.")
    for number, entry in enumerate(document["entries"], start=1):
        if not _is_entry(entry):
            raise ConfigurationError(f"{REFUSED}entry {number} of {where} is not complete.")
    return dict(document)


def _is_entry(entry: Any) -> bool:
    """Whether something has the form of an entry, whatever it says."""
    if not isinstance(entry, Mapping) or not _ENTRY_KEYS <= set(entry):
        return False
    holds_lists = all(isinstance(entry[key], list) for key in ("order_before", "order_after", "steps"))
    holds_objects = all(isinstance(entry[key], Mapping) for key in ("options", "object")) and all(
        entry[key] is None or isinstance(entry[key], Mapping) for key in ("before", "after")
    )
    return (
        holds_lists
        and holds_objects
        and {"noun", "title", "name"} <= set(entry["object"])
        and all(
            isinstance(step, Mapping) and {"cmdlet", "parameters"} <= set(step) for step in entry["steps"]
        )
    )
