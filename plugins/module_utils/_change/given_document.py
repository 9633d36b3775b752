# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan or record that a task is given, and whether it may be used here and now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .._exchange.errors import ConfigurationError
from .._run.documents import REFUSED, Document, digest, read, stamp
from .._run.private_files import read_file
from .._run.version import COLLECTION, VERSION

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def given_document(path: Any, content: Any, kind: str) -> Document:
    """The plan or record in a file, or in a variable. ConfigurationError when it is none, or when both are given."""
    if bool(path) == bool(content):
        raise ConfigurationError(f"Give either path or {kind}.")
    if path:
        return read(read_file(Path(path)), kind, f'"{path}"')
    return read(content, kind, f"the {kind}")


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
        raise ConfigurationError(f"{REFUSED}{'; '.join(problems)}. Make a new plan with a run in check mode.")


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
        raise ConfigurationError(f"{REFUSED}{'; '.join(texts)}. {remedy}")
