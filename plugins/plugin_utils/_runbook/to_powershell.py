# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A runbook as a PowerShell script, which can be run again, and rolls back as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .effects import reading
from .powershell import command, comment, literal, value
from .readback import RESOURCES
from .runbook import Runbook
from .stages import RULE, Staged, backward, forward
from .template import Form

_DONE = ("", "done", "started", "failed")


@dataclass(frozen=True)
class Script:
    """What the script needs beside the steps.

    tenant: its id, "" where it is not known. readings: the calls that show all objects of a class, by noun.

    kept: of what cannot be rolled back, a sentence each.
    """

    tenant: str
    expires: str
    draft: bool
    readings: Mapping[str, Sequence[Mapping[str, Any]]]
    forward: Staged
    backward: Staged
    kept: Sequence[str]

    @property
    def has_rules(self) -> bool:
        return RULE in self.readings


def _script(document: Mapping[str, Any]) -> Script:
    """document: a plan, record or draft. Of a record, what was not done is not rolled back."""
    entries = document["entries"]
    done = [entry for entry in entries if (entry.get("status") or "") in _DONE]
    there = forward(entries)
    back = backward(done)
    nouns = dict.fromkeys(item.noun for item in (*there.objects, *back.objects))
    return Script(
        tenant=str(document["tenant"]["id"] or ""),
        expires=str(document.get("expires") or ""),
        draft=document["kind"] == "draft",
        readings={noun: _reading(noun) for noun in nouns},
        forward=there,
        backward=back,
        kept=[
            f"Cannot be rolled back and stays: {_label(entry)}"
            for entry in done
            if entry["steps"] and not entry["undo"]
        ],
    )


def _label(entry: Mapping[str, Any]) -> str:
    thing = entry["object"]
    return ": ".join(filter(None, (thing["title"], thing["name"])))


def _reading(noun: str) -> list[dict[str, Any]]:
    """The calls that list a class; what exists once is read by itself."""
    if noun not in RESOURCES or RESOURCES[noun].singleton:
        return reading(noun, "", [""])
    return [
        {"cmdlet": f"Get-{noun}", "parameters": dict(parameters)} for parameters in RESOURCES[noun].listings
    ]


FORM = Form("ps1", {"command": command, "comment": comment, "literal": literal, "value": value})


def to_powershell(runbook: Runbook) -> str:
    """PowerShell 5.1 needs it as UTF-8 with byte order mark and CRLF line ends."""
    return FORM.fill("runbook", runbook=runbook, script=_script(runbook.document))
