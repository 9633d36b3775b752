# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows a change: how long until it takes effect, how to see that it has, what audits will say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._schema.resource import by_path
from .._sheets.loader import sheet_of, table_of
from .._sheets.sheet import Audit

_MEMBERS = "members"
_PLACEHOLDER = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True)
class Effect:
    """minutes: to allow until a change takes effect; text: the same in words. test: how to see it, beyond reading it back."""

    minutes: int
    text: str
    test: str = ""


def effect(noun: str, change: str, after: Mapping[str, Any]) -> Effect:
    """How long a change takes. change: created, changed or removed. after: the object, by path."""
    known = sheet_of(noun).takes_effect
    if change == "removed":
        wait = known.removed or known
        return Effect(wait.minutes, wait.text)
    test = next((item.test for item in known.tests if item.holds(after)), "")
    return Effect(known.minutes, known.text, _PLACEHOLDER.sub(lambda found: str(after.get(found[1])), test))


def reading(noun: str, identity: str, paths: Iterable[str]) -> list[dict[str, Any]]:
    """The calls that show the object, as steps. identity: "" for what exists once; paths: of the settings to look at."""
    table, other = table_of(noun), sheet_of(noun).read_back
    target = identity or (table.identity if table else "")
    parameters = {"Identity": target} if target else {}
    names = list(paths)
    calls = []
    if names != [_MEMBERS]:
        calls.append({"cmdlet": f"Get-{other.noun if other else noun}", "parameters": parameters})
    if _MEMBERS in names:
        members = {**parameters, "ResultSize": "Unlimited"}
        calls.append({"cmdlet": f"Get-{noun}Member", "parameters": members})
    return calls


def findings(entries: Iterable[Mapping[str, Any]], said: Iterable[str]) -> list[str]:
    """What audits will report of these entries, after what was said already; by the code of the check."""
    texts, listed = list(said), list(entries)
    audits = {audit.code: audit for entry in listed for audit in sheet_of(entry["object"]["noun"]).audits}
    for code, audit in sorted(audits.items()):
        if any(_reports(audit, entry) for entry in listed) and not any(code in known for known in texts):
            texts.append(audit.text)
    return texts


def _reports(audit: Audit, entry: Mapping[str, Any]) -> bool:
    before, after = by_path(entry.get("before")), by_path(entry.get("after"))
    added = set(after.get(audit.added_to) or ()) - set(before.get(audit.added_to) or ())
    return bool(added) or any(
        str(after.get(path)) == str(wanted) != str(before.get(path)) for path, wanted in audit.becomes.items()
    )
