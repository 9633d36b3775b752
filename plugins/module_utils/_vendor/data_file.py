# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data files of this package. They are read on the controller only: no module process needs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The content of a file beside this one; not to be changed."""
    # PyYAML is there on the controller, and need not be where modules run.
    import yaml

    content = Path(__file__).with_name(name).read_text(encoding="utf-8")
    # The same loader in C, several times as fast, where PyYAML has it.
    data: dict[str, Any] = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return data
