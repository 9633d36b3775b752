# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the data files of the vendor: the argument specifications of the roles, the table of sources, and the
configuration of a controller.

Run it after a change to inputs.yml or vendor.yml: python tools/render_vendor.py. With --check it only says whether anything would change.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import render_controller
import yaml
from package import link

ROOT = Path(__file__).resolve().parents[1]
MODULE_UTILS = "ansible_collections.avanan.office365.plugins.module_utils"
PACKAGE = f"{MODULE_UTILS}._vendor"
_SPECIFIED = ("description", "type", "elements", "choices", "required", "default")
_HEAD = "---\n# Written by tools/render_vendor.py from plugins/module_utils/_vendor/inputs.yml.\n"
_BEGIN, _END = "<!-- written by tools/render_vendor.py -->\n", "<!-- end of what is written -->\n"


class _Dumper(yaml.SafeDumper):
    """Indents lists, as yamllint wants them, and repeats instead of pointing to an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = import_module(f"{MODULE_UTILS}._schema.data_file").load(
        ROOT / "plugins" / "module_utils" / "_vendor" / name
    )
    return data


def argument_specs(role: str) -> str:
    """The meta/argument_specs.yml of a role."""
    inputs = _load("inputs.yml")
    about, rows = inputs["roles"][role], inputs["variables"]
    otherwise = inputs["described_otherwise"].get(role, {})
    names = import_module(f"{PACKAGE}.variables").variables_of(role)
    main = {
        "short_description": about["short_description"],
        "description": about["description"],
        "author": "avanan.office365 contributors",
        "version_added": "1.0.0",
        "options": {
            name: _option({**rows[name], "description": otherwise.get(name, rows[name]["description"])})
            for name in names
        },
    }
    content = {"argument_specs": {"main": main}}
    return _HEAD + yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)


def _option(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: row[key] for key in _SPECIFIED if key in row}
    if "options" in row:
        shown["options"] = {name: _option(option) for name, option in row["options"].items()}
    return shown


def sources() -> Iterator[str]:
    """The lines of the table of sources."""
    data = _load("vendor.yml")
    yield f"As known in {data['date']}:\n"
    yield "\n"
    yield "| What | Source | How sure |\n"
    yield "|---|---|---|\n"
    for row in data["values"].values():
        what = f"{row['means'][0].upper()}{row['means'][1:]}: `{row['value']}`"
        yield f"| {what} | {row['source']} | {row['sure']} |\n"
    for row in data["statements"]:
        yield f"| {row['what']} | {row['source']} | {row['sure']} |\n"


def rendered() -> dict[Path, str]:
    """Every file that follows from the data, with its text."""
    roles = ROOT / "roles"
    files = {
        roles / role / "meta" / "argument_specs.yml": argument_specs(role)
        for role in _load("inputs.yml")["roles"]
    }
    page = ROOT / "docs" / "vendor-values.md"
    before, _begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    files[page] = "".join([before, _BEGIN, *sources(), _END, after])
    return {**files, **render_controller.rendered(ROOT, _load("inputs.yml")["variables"])}


def main() -> int:
    """Write, or with --check compare; 1 when something differs."""
    sys.path.insert(0, str(link()))
    stale = []
    for path, text in rendered().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if stale:
        print(("stale: " if "--check" in sys.argv else "written: ") + ", ".join(stale))
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
