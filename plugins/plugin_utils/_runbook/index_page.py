# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that list the runbooks of a tenant, newest first, and the tenants of a directory. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from .visible import visible

_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\dZ-(.*)-(check|run|draft)(?:-\d+)?")
_KINDS = {"check": "Plan", "run": "Record", "draft": "Draft"}
_TITLE = re.compile("<title>(.*?)</title>", re.DOTALL)
_PAGE = Markup(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.55 system-ui, "Segoe UI", Roboto, Arial, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem 1.25rem; }}
h1 {{ font-size: 1.7rem; overflow-wrap: anywhere; }}
table {{ width: 100%; border-collapse: collapse; }}
th, td {{ text-align: left; padding: .45rem .7rem .45rem 0; border-top: 1px solid; overflow-wrap: anywhere; }}
thead th {{ border-top: 0; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<table>
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""
)


class Link(NamedTuple):
    """A row: where it leads to, relative to the page, and its texts, of which the first one is the link."""

    target: str
    texts: Sequence[str]


def runs_page(tenant: str, folders: Iterable[str]) -> str:
    """The runbooks of a tenant, from the names of the folders of its runs."""
    found = [(name, match) for name in folders if (match := _RUN.fullmatch(name))]
    rows = [
        Link(
            f"{name}/runbook.html",
            (
                match[6].replace("-", " ").capitalize(),
                _KINDS[match[7]],
                f"{match[1]}-{match[2]}-{match[3]} {match[4]}:{match[5]} UTC",
            ),
        )
        for name, match in sorted(found, reverse=True)
    ]
    return _page(tenant, ("Runbook", "Kind", "Made"), rows)


def tenants_page(pages: Iterable[tuple[str, str]]) -> str:
    """The tenants of a directory, from their folders and the pages in them, by name."""
    named = [(html.unescape(match[1]), folder) for folder, page in pages if (match := _TITLE.search(page))]
    rows = [Link(f"{folder}/index.html", (name, folder)) for name, folder in sorted(named)]
    return _page("Runbooks by tenant", ("Tenant", "Folder"), rows)


def _page(title: str, headings: Sequence[str], rows: Iterable[Link]) -> str:
    def row(link: Link) -> Markup:
        first, *others = link.texts
        cells = Markup("").join(Markup("<td>{0}</td>").format(visible(text)) for text in others)
        return Markup('<tr><th scope="row"><a href="{0}">{1}</a></th>{2}</tr>').format(
            link.target, visible(first), cells
        )

    return _PAGE.format(
        title=visible(title),
        headings=Markup("").join(Markup('<th scope="col">{0}</th>').format(text) for text in headings),
        rows=Markup("\n").join(row(link) for link in rows),
    )
