# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list that comes in pages: whole or not at all, and with an end whatever the service sends. Pure."""

from __future__ import annotations

import hashlib
import json

from .cmdlets import Record, Response
from .responses import NotUnderstood, Page

MOST_PAGES = 500
"""Of up to 1000 records each; the largest class, the recipients of an organization, is never listed whole."""
_MOST_EMPTY = 5
_TRUNCATED = "there are more results available"


class PagedResponse:
    """What the pages of one answer come to."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._links: set[str] = set()
        self._contents: set[bytes] = set()
        self._empty = 0

    def add(self, page: Page, *, reads: bool) -> None:
        """Take the next page. NotUnderstood when it leads nowhere: in a circle, on and on, or to less than there is."""
        self._pages.append(page)
        cut = [text for text in page.warnings if _is_notice(text)]
        if not page.following:
            if cut and reads:
                raise NotUnderstood(f"the list is not complete and there is no way to the rest: {cut[0]}")
            return
        self._empty = 0 if page.records else self._empty + 1
        content = hashlib.sha256(json.dumps(page.records, sort_keys=True).encode()).digest()
        if page.following in self._links or (page.records and content in self._contents):
            raise NotUnderstood("the same page came twice")
        if self._empty > _MOST_EMPTY or len(self._pages) >= MOST_PAGES:
            raise NotUnderstood(f"the list has no end: page {len(self._pages)} leads to a further one")
        self._links.add(page.following)
        self._contents.add(content)

    def whole(self) -> Response:
        """All records, each once though pages may overlap, and warnings, without the notices that there are further pages."""
        found: dict[str | int, Record] = {}
        for number, record in enumerate(record for page in self._pages for record in page.records):
            found[f"{record['Guid']} {record.get('Identity')}" if record.get("Guid") else number] = record
        warnings = [text for page in self._pages for text in page.warnings if not _is_notice(text)]
        return Response(list(found.values()), list(dict.fromkeys(warnings)), self._pages[-1].request_id)


def _is_notice(text: str) -> bool:
    return text.lower().startswith(_TRUNCATED)
