# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of the forms."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template
from jinja2 import __version__ as version
from jinja2.bccache import Bucket

Filters = Mapping[str, Callable[..., Any]]
_TEMPLATES = FileSystemLoader(Path(__file__).parent / "templates")


class _CompiledTemplates(FileSystemBytecodeCache):
    """Keeps templates where Python keeps this file, and as it does: compiled for its version, where it may write there."""

    def __init__(self) -> None:
        compiled = Path(cache_from_source(__file__))
        super().__init__(str(compiled.parent), f"{compiled.stem}.%s.{version}.jinja")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """See BytecodeCache."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)


_COMPILED = _CompiledTemplates()


class Form:
    """The templates of one form. filters: what makes a text harmless there."""

    def __init__(self, ending: str, filters: Filters) -> None:
        self._ending = ending
        self._environment = Environment(
            loader=_TEMPLATES,
            bytecode_cache=_COMPILED,
            autoescape=ending == "html",
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update(filters)

    def template(self, name: str) -> Template:
        """The template of that name; compiled once a process, and in those that it forks no more."""
        return self._environment.get_template(f"{name}.{self._ending}.j2")

    def fill(self, name: str, **values: Any) -> str:
        """The template of that name, filled in."""
        return self.template(name).render(**values)
