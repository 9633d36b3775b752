# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that list the runbooks of a tenant, newest first, and the tenants of a directory. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from .table_page import Cell, Row, TablePage

_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\dZ-(.*)-(check|run|draft)(?:-\d+)?")
_KINDS = {"check": "Plan", "run": "Record", "draft": "Draft"}
_TITLE = re.compile("<title>(.*?)</title>", re.DOTALL)


def runs_page(tenant: str, folders: Iterable[str]) -> str:
    """The runbooks of a tenant, from the names of the folders of its runs."""
    found = [(name, match) for name in folders if (match := _RUN.fullmatch(name))]
    rows = [
        Row(
            [
                Cell(match[6].replace("-", " ").capitalize(), f"{name}/runbook.html"),
                Cell(_KINDS[match[7]]),
                Cell(f"{match[1]}-{match[2]}-{match[3]} {match[4]}:{match[5]} UTC"),
            ]
        )
        for name, match in sorted(found, reverse=True)
    ]
    return TablePage(tenant, ("Runbook", "Kind", "Made"), rows).html()


def tenants_page(pages: Iterable[tuple[str, str]]) -> str:
    """The tenants of a directory, from their folders and the pages in them, by name."""
    named = [(html.unescape(match[1]), folder) for folder, page in pages if (match := _TITLE.search(page))]
    rows = [Row([Cell(name, f"{folder}/index.html"), Cell(folder)]) for name, folder in sorted(named)]
    return TablePage("Runbooks by tenant", ("Tenant", "Folder"), rows).html()
