# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .._exchange.errors import ConfigurationError


def private_directory(path: Path) -> Path:
    """The directory, made when it is missing; new ones are for their owner only. ConfigurationError when it cannot be."""
    try:
        missing = [place for place in (path, *path.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=0o700, exist_ok=True)
        if not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
            raise ConfigurationError(f'"{path}" is not a directory that can be written to.')
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigurationError(f'The directory "{path}" cannot be made: {why}.') from None
    return path


def new_private_directory(candidates: Iterable[Path]) -> Path:
    """The first of these directories that nobody has made yet, made for its owner only; see private_directory for its parents."""
    for path in candidates:
        private_directory(path.parent)
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            continue
        except OSError as error:
            raise ConfigurationError(
                f'The directory "{path}" cannot be made: {error.strerror or error}.'
            ) from None
        return path
    raise ConfigurationError("There is no name left for a new directory.")


def write_private(path: Path, content: bytes) -> None:
    """Put a file in place, for its owner only: whoever reads it sees the old content or the new one, never a part.

    ConfigurationError when that is not possible.
    """
    private_directory(path.parent)
    try:
        # mkstemp makes files that only their owner can read.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise ConfigurationError(f'"{path}" cannot be written: {error.strerror or error}.') from None


def read_file(path: Path) -> bytes:
    """The content of a file. ConfigurationError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f'"{path}" cannot be read: {error.strerror or error}.') from None
