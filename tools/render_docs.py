# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the resource tables: documentation fragments of the modules, and the action group.

Run it after a change to a table: python tools/render_docs.py. With --check it only says whether anything would change.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from package import link

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "ansible_collections.avanan.office365.plugins.module_utils"
RESOURCES = ROOT / "plugins" / "module_utils" / "_resources"

_DESCRIPTIONS = {
    "name": "Name of the object. Names are compared without regard to case.",
    "other_names": [
        "Other names under which an existing object is recognized, best first, when there is none with O(name).",
        "It is managed under the name that it has; it is neither renamed nor made a second time.",
    ],
    "state": "Whether the object shall exist.",
    "direction": "Whether mail comes in or goes out through the connector.",
    "force": "Accept settings that reject the mail of the whole internet.",
    "position": [
        "Let the rule stand before (V(first)) or behind (V(last)) all others.",
        "Only this rule is moved, and only when it does not stand there yet; all others keep their own order.",
        "Of several rules that ask for the same end in one run, the one that asked first has the outermost place.",
        "The next one follows it, so that they do not displace each other.",
        "Rules that are managed by separate runs name each other in O(peers).",
        "Excludes O(priority), O(before) and O(after).",
    ],
    "peers": "Rules that may stand further out than this one, for O(position).",
    "before": [
        "Rules above all of which this one shall stand, near or far. Each must exist.",
        "The rule is moved only when it does not, and then directly above the highest of them.",
        "Together with O(after) it stands in between. Excludes O(priority) and O(position).",
    ],
    "after": [
        "Rules below all of which this one shall stand, near or far. Each must exist.",
        "The rule is moved only when it does not, and then directly below the lowest of them.",
    ],
    "purge": "Sections of which everything is cleared that is not given; otherwise what is left out is left alone.",
    "mode": [
        "What happens to the elements of the lists that name this option.",
        "V(add) adds those that are missing, V(remove) takes out those that are there, V(exact) does both until the list is "
        + "as given.",
    ],
    "reason": "Why the object shall be so, for the runbook and the record. It is not sent.",
    "wait_timeout": "Seconds to wait until a change shows when it is read back.",
    "conditions": "What a message must be like. All that are given must be true. Conditions left out are left alone.",
    "exceptions": "What keeps the rule from acting. One that is true is enough. Exceptions left out are left alone.",
    "actions": "What the rule does. A rule needs at least one action. Actions left out are left alone.",
}
# Where the same option means something else.
_OWN_DESCRIPTIONS = {
    ("connection_filter", "force"): "Accept an empty list with O(mode=exact), which takes out every entry.",
    ("distribution_group", "force"): "Accept an empty list with O(mode=exact), which takes out every member.",
}
_HEADER = '''# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the resource table; change the table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
'''


class _Dumper(yaml.SafeDumper):
    """Indents lists, as yamllint wants them, and repeats instead of pointing to an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _option(name: str, spec: dict[str, Any], described: dict[str, str], path: str) -> dict[str, Any]:
    text = described.get(path) or _DESCRIPTIONS[name]
    shown: dict[str, Any] = {"description": text if isinstance(text, list) else [text]}
    shown["type"] = spec["type"]
    shown.update({key: spec[key] for key in ("elements", "choices", "required", "default") if key in spec})
    if "options" in spec:
        shown["suboptions"] = {
            inner: _option(inner, inner_spec, described, f"{path}.{inner}")
            for inner, inner_spec in sorted(spec["options"].items())
        }
    return shown


def render(name: str) -> str:
    """The fragment of one module."""
    definition = import_module(f"{PACKAGE}._resources.{name}").DEFINITION
    described = {}
    for row in definition.rows():
        only = definition.only_for(row)
        described[row.path] = f"For O({definition.selector}={only}) only. {row.help}" if only else row.help
    described |= {option: text for (module, option), text in _OWN_DESCRIPTIONS.items() if module == name}
    options = {key: _option(key, spec, described, key) for key, spec in definition.argument_spec().items()}
    text = yaml.dump({"options": options}, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)
    return f'{_HEADER}{text}"""\n'


def names() -> list[str]:
    """The files of _resources that have a module each."""
    return sorted(path.stem for path in RESOURCES.glob("*.py") if "\nDEFINITION = " in path.read_text())


def rendered() -> dict[Path, str]:
    """Every file that follows from the tables, with its text."""
    package = f"{PACKAGE}._resources"
    tables = [name for name in names() if hasattr(import_module(f"{package}.{name}").DEFINITION, "rows")]
    files = {ROOT / "plugins" / "doc_fragments" / f"{name}.py": render(name) for name in tables}
    runtime = {
        "requires_ansible": ">=2.16.0",
        "action_groups": {"o365": [f"o365_{name}" for name in names()]},
    }
    header = "---\n# Written by tools/render_docs.py.\n"
    files[ROOT / "meta" / "runtime.yml"] = header + yaml.dump(runtime, Dumper=_Dumper, sort_keys=False)
    return files


def main() -> int:
    """Write, or with --check compare; 1 when something differs."""
    sys.path.insert(0, str(link()))
    stale = []
    for path, text in rendered().items():
        if not path.exists() or path.read_text() != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(text)
    if stale:
        print(("stale: " if "--check" in sys.argv else "written: ") + ", ".join(stale))
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
