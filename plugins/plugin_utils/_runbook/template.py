# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of the forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

Filters = Mapping[str, Callable[..., Any]]
_TEMPLATES = FileSystemLoader(Path(__file__).parent / "templates")


@cache
def _environment(form: str) -> Environment:
    return Environment(
        loader=_TEMPLATES,
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def fill(form: str, name: str, filters: Filters, **values: Any) -> str:
    """The template of that name in a form, filled in. filters: what makes a text harmless there."""
    environment = _environment(form)
    environment.filters.update(filters)
    return environment.get_template(f"{name}.{form}.j2").render(**values)
