# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run does once, in the process that Ansible forks for each task and tenant, so that none of these has to do it.

Ansible compiles what its plugins import anew in every run, which takes half of the time. The plugins themselves it imports as Python
does, which keeps what it compiled in __pycache__, where it may write there; so is what they import under `kept_compiled`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

_OURS = __name__.partition(".plugin_utils.")[0] + "."


class _KeepsCompiled(MetaPathFinder):
    """Finds the files of this collection as Python would; its folders, and all other files, are left to Ansible."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See MetaPathFinder."""
        if not fullname.startswith(_OURS):
            return None
        found = (_finder(folder).find_spec(fullname) for folder in path or ())
        return next((spec for spec in found if spec and spec.loader), None)


@cache
def _finder(folder: str) -> FileFinder:
    return FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))


@contextmanager
def kept_compiled() -> Iterator[None]:
    """What is imported meanwhile is compiled once for all runs; how Python imports is as before afterwards."""
    finder = _KeepsCompiled()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def imported(name: str) -> Any:
    """A module, before it is needed."""
    with kept_compiled():
        return import_module(name)


def read(*files: Callable[[], object]) -> None:
    """Have data files read by the functions that keep their content."""
    for file in files:
        file()
