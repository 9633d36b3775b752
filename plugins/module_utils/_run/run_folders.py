# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names for the folder that a run leaves. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def run_folders(directory: str, tenant: str, title: str, now: datetime) -> Iterator[Path]:
    """The best first: directory, tenant, time and title."""
    place = Path(directory).absolute() / (_file_name(tenant) or "draft")
    name = f"{now:%Y%m%dT%H%M%SZ}-{_file_name(title)}"
    yield place / name
    yield from (place / f"{name}-{number}" for number in range(2, 10_000))


def _file_name(text: str) -> str:
    """A text as part of a file name."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:60]
