# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data files beside the code. They are read on the controller only: no module process needs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(path: Path) -> dict[str, Any]:
    """The content of a YAML file; not to be changed."""
    # PyYAML is there on the controller, and need not be where modules run.
    import yaml

    # The same loader in C, several times as fast, where PyYAML has it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return data
