# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object under one of our names may be taken over, or belongs to another portal or is something else. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._resources.index import TOPICS
from .portals import portals

Object = dict[str, Any]


def ownership_problems(
    found: Mapping[str, Sequence[Object]], names: Mapping[str, Sequence[str]], portal: str
) -> list[str]:
    """A sentence for each object that must not be taken over.

    found: the objects of the tenant by topic, as o365_info returns them. names: the names under which ours would be
    recognized, by topic. portal: ours.
    """
    problems = []
    for topic, wanted in names.items():
        ours = {name.casefold() for name in wanted}
        for item in found.get(topic, ()):
            if str(item["name"]).casefold() not in ours:
                continue
            others = [(other, where) for other, where in portals(topic, item) if other != portal.lower()]
            problems += [
                f'the {TOPICS[topic].title} "{item["name"]}" belongs to portal {other} ({where})'
                for other, where in others
            ]
        twin = TOPICS[topic].twin
        taken = {name.casefold() for name in names.get(twin, ())}
        problems += [
            f'"{item["name"]}" is to be the name of the {TOPICS[topic].title}, but the {TOPICS[twin].title} has it'
            for item in found.get(twin, ())
            if str(item["name"]).casefold() in ours - taken
        ]
    return problems
