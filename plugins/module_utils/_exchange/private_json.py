# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small files of one run that only their owner may read: whoever reads one sees a whole content or none."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_private_json(path: Path, content: Any) -> None:
    """Put a file in place. OSError when that is not possible; TypeError when the content is no plain data."""
    # mkstemp makes files that only their owner can read.
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            # In one go: written piece by piece, it is encoded in Python.
            file.write(json.dumps(content))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def read_private_json(path: Path) -> Any:
    """The content; None where there is none that can be read."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
