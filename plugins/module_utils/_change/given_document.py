# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan or record that a task is given, and whether it may be used here and now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .._exchange.errors import ConfigurationError
from .._run.artifact import is_artifact, is_whole, no_text, unpacked
from .._run.documents import CHANGE, REFUSED, Document, digest, read, stamp
from .._run.private_files import read_file
from .._run.version import COLLECTION, VERSION

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def given_document(params: Mapping[str, Any], kind: str) -> Document:
    """The plan or record in a file, or as text: its JSON, or the artifact of a run.

    params: with `path` and an option of the name of the kind. ConfigurationError when it is none, when both are given, or when a
    variable was named and its value was not put in place of its name.
    """
    if params.get("variable"):
        raise ConfigurationError(f"variable is read where Ansible runs; give path or {kind}.")
    path, content = params.get("path"), params.get(kind)
    if bool(path) == bool(content):
        raise ConfigurationError(f"Give either path or {kind}.")
    if path:
        return read(_unpacked(read_file(Path(path)), f'"{path}"'), kind, f'"{path}"')
    if not isinstance(content, str):
        raise no_text(f"the {kind}")
    return read(_unpacked(content.encode(), f"the {kind}"), kind, f"the {kind}")


def _unpacked(content: bytes, where: str) -> bytes:
    """What an artifact holds or refers to; anything else as it is."""
    try:
        artifact = json.loads(content)
    except ValueError:
        return content
    if not is_artifact(artifact):
        return content
    if (document := unpacked(artifact, where)) is not None:
        return document
    path = Path(str(artifact.get("path")))
    document = read_file(path)
    if not is_whole(artifact, document):
        raise ConfigurationError(
            f'{REFUSED}"{path}" is not the file that {where} refers to; it was changed since.'
        )
    return document


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
    problems += not_applicable(document)
    problems += tenant_problems(document, tenant, "plan")
    version = document["collection"].get("version")
    if version != VERSION:
        problems.append(f"the plan was made with version {version} of {COLLECTION}, and this is {VERSION}")
    expires = str(document.get("expires") or "")
    if not _STAMP.fullmatch(expires) or expires < stamp(now):
        problems.append(f"the plan expired on {expires or 'a day that it does not name'}")
    if problems:
        raise ConfigurationError(f"{REFUSED}{'; '.join(problems)}. Make a new plan with a run in check mode.")


def not_applicable(document: Mapping[str, Any]) -> list[str]:
    """Why nobody may apply a plan, whatever the tenant."""
    problems = []
    if document.get("refused"):
        problems.append(f"the plan was refused when it was made: {document['refused']}")
    if document.get("failed") and document["failed"] != document.get("refused"):
        problems.append(f"the run that was to make the plan failed: {document['failed']}")
    purpose = document.get("purpose") or CHANGE
    if purpose != CHANGE:
        problems.append(f"the plan was made for a {purpose}, and such a plan is never applied")
    return problems


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
