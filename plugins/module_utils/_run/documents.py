# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans and records: what they hold, their seal, and what is checked before one is used. Pure.

A document is plain data: a heading (kind, title, tenant, collection, times), notes for the reader, and entries, one for
each object that was to be changed, in order; see Account for an entry. A plan is sealed by a hash of everything else in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .._exchange.errors import ConfigurationError
from .version import COLLECTION, VERSION

Document = dict[str, Any]
RecordedChange = dict[str, Any]

FORMAT = 1
# What is said before a plan or record that cannot be used; nothing has been written then.
_REFUSED = "Nothing was written: "
# What a later note replaces: whom the change concerns, what becomes of mail, why the change is refused.
_SAID_ONCE: dict[str, Any] = {"protection": None, "mail_flow": None, "refused": ""}
_OF_RECORDS = {"status", "done", "error"}
_ENTRY_KEYS = {"module", "options", "object", "before", "after", "order_before", "order_after", "steps"}


_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def stamp(moment: datetime) -> str:
    """A time as it stands in documents."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def heading(
    kind: str, title: str, tenant: Mapping[str, str], now: datetime, lifetime: float | None
) -> Document:
    """The beginning of a document. kind: plan, record or draft. lifetime: hours for which a plan may be used."""
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
            raise ConfigurationError(f"{_REFUSED}{where} is not JSON ({error}).") from None
    if (
        not isinstance(document, Mapping)
        or not isinstance(document.get("entries"), list)
        or not all(isinstance(document.get(key), Mapping) for key in ("tenant", "collection"))
    ):
        raise ConfigurationError(f"{_REFUSED}{where} is not a {kind} of {COLLECTION}.")
    found = {key: document.get(key) for key in ("format", "kind")}
    if found["format"] != FORMAT:
        raise ConfigurationError(
            f"{_REFUSED}{where} has format {found['format']!r}, and this version reads {FORMAT}."
        )
    if found["kind"] != kind:
        raise ConfigurationError(f"{_REFUSED}{where} is a {found['kind']}, and a {kind} is needed.")
    for number, entry in enumerate(document["entries"], start=1):
        if not _is_entry(entry):
            raise ConfigurationError(f"{_REFUSED}entry {number} of {where} is not complete.")
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


def check_plan(document: Document, tenant: Mapping[str, str], now: datetime, approved_hash: str) -> None:
    """Whether a plan may be used here and now. ConfigurationError, naming what differs, when it may not.

    tenant: id and name of the tenant signed in to. approved_hash: what was approved; "" when nobody says.
    """
    problems = []
    if digest(document) != document.get("hash"):
        problems.append(
            f"the plan was changed after it was made: its content does not give the hash {document.get('hash')}"
        )
    if approved_hash and approved_hash.strip() != document.get("hash"):
        problems.append(
            f"the plan has the hash {document.get('hash')}, and {approved_hash.strip()} was approved"
        )
    if document.get("refused"):
        problems.append(f"the plan was refused when it was made: {document['refused']}")
    problems += tenant_problems(document, tenant, "plan")
    version = document["collection"].get("version")
    if version != VERSION:
        problems.append(f"the plan was made with version {version} of {COLLECTION}, and this is {VERSION}")
    expires = str(document.get("expires") or "")
    if not _STAMP.fullmatch(expires) or expires < stamp(now):
        problems.append(f"the plan expired on {expires or 'a day that it does not name'}")
    if problems:
        raise ConfigurationError(
            f"{_REFUSED}{'; '.join(problems)}. Make a new plan with a run in check mode."
        )


def tenant_problems(document: Mapping[str, Any], tenant: Mapping[str, str], kind: str) -> list[str]:
    """A sentence when the document was made for another tenant than the one signed in to."""
    made_for = document["tenant"]
    if str(made_for.get("id")).lower() == tenant["id"].lower():
        return []
    return [f"the {kind} was made for the tenant {_tenant(made_for)}, and this is {_tenant(tenant)}"]


def _tenant(tenant: Mapping[str, Any]) -> str:
    names = dict.fromkeys(str(tenant.get(key) or "") for key in ("name", "id"))
    return " / ".join(name for name in names if name) or "without a name"


def refuse(problems: Iterable[str], remedy: str) -> None:
    """ConfigurationError that says why nothing was written, when there are problems."""
    texts = list(problems)
    if texts:
        raise ConfigurationError(f"{_REFUSED}{'; '.join(texts)}. {remedy}")
