# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recipients of any kind, which are only looked up one by one, when a table names some."""

from __future__ import annotations

from .._schema.resource import IDENTIFIED, Resource, Role

RECIPIENT = Resource(
    noun="Recipient",
    title="recipient",
    role=Role("View-Only Recipients", reader="View-Only Recipients", always=True),
    keys={**IDENTIFIED, "RecipientTypeDetails": "text"},
    rank=10,
    by_identity=True,
    fields=(),
)
