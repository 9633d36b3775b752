# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many people a change concerns, from the labels of a document such as "group pilot@example.com (10 members)". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

NOBODY = "nobody"
_KINDS = ("user", "group", "domain")
_MEMBERS = re.compile(r" \((?:(\d+) members?|nobody yet)\)$")


def head_count(labels: Sequence[str]) -> str:
    """The labels counted by kind; groups with all their members, when these are known. "nobody" for none."""
    parts = [_of_kind(kind, [label for label in labels if label.startswith(f"{kind} ")]) for kind in _KINDS]
    others = [label for label in labels if label.partition(" ")[0] not in _KINDS]
    return ", ".join([*filter(None, parts), *others]) or NOBODY


def _of_kind(kind: str, labels: Sequence[str]) -> str:
    if not labels:
        return ""
    counted = f"{len(labels)} {kind}{'' if len(labels) == 1 else 's'}"
    sizes = [_MEMBERS.search(label) for label in labels]
    if kind != "group" or None in sizes:
        return counted
    members = sum(int(found[1] or 0) for found in sizes if found)
    return f"{counted} with {members} member{'' if members == 1 else 's'}"
