# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the resource tables: their index, documentation of the modules, and the action group.

Run it after a change to a table: python tools/render_docs.py. With --check it only says whether anything would change.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml
from package import link

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "ansible_collections.avanan.office365.plugins.module_utils"
PLUGINS = ROOT / "plugins"
RESOURCES = PLUGINS / "module_utils" / "_resources"

_DESCRIPTIONS = {
    "name": "Name of the object. Names are compared without regard to case.",
    "other_names": [
        "Other names under which an existing object is recognized, best first, when there is none with O(name).",
        "It is managed under the name that it has; it is neither renamed nor made a second time.",
    ],
    "state": "Whether the object shall exist.",
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
}
_COPYRIGHT = """# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
_FRAGMENT = f'''{_COPYRIGHT}# Written by tools/render_docs.py from the resource tables; change a table instead.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
{{}}"""
'''
_INDEX = f'''{_COPYRIGHT}# Written by tools/render_docs.py from the files beside it.

"""Every class of objects; imported one by one, because Ansible ships to a host only what it sees imported."""

from __future__ import annotations

from .._schema.resource import Resource
{{imports}}

RESOURCES: tuple[Resource, ...] = (
{{names}})
BY_NOUN = {{{{resource.noun: resource for resource in RESOURCES}}}}
TOPICS = {{{{resource.topic.name: resource for resource in RESOURCES if resource.topic}}}}
"""What o365_info can read, by the keys of its result."""
'''
# A part of a module's documentation; the word after the colon says which.
_PART = re.compile(
    r"^(# Written by tools/render_docs\.py: (?P<what>.*)\n)(?:(?!# End).*\n)*(# End of what is written\n)",
    re.MULTILINE,
)
_RETURNS: dict[str, dict[str, Any]] = {
    "plan": {
        "description": "The writing calls that were made, or would be made, in order.",
        "returned": "always",
        "type": "list",
        "elements": "dict",
        "contains": {
            "cmdlet": {"description": "Name of the cmdlet.", "type": "str"},
            "parameters": {"description": "Its parameters as they go over the wire.", "type": "dict"},
        },
    },
    "preconditions": {
        "description": "What must be true elsewhere in the tenant before the plan can be carried out; only for a plan that is "
        "not empty.",
        "returned": "always",
        "type": "list",
        "elements": "dict",
        "contains": {
            "text": {"description": "What must be so.", "type": "str"},
            "met": {
                "description": "Whether it is so now. A real run refuses to begin while one is not met; check mode only reports it.",
                "type": "bool",
            },
        },
    },
    "error": {
        "description": "The parts of the message, with the service's own words, the cmdlet, the object and the request id.",
        "returned": "failure",
        "type": "dict",
    },
    "done": {
        "description": "The calls that the service had accepted before the failure, each with its request id.",
        "returned": "failure",
        "type": "list",
        "elements": "dict",
    },
}


class _Dumper(yaml.SafeDumper):
    """Indents lists, as yamllint wants them, and repeats instead of pointing to an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)


# ---------------------------------------------------------------------------------------------- the index


def _tables() -> dict[str, Any]:
    """The tables by the names of their files, in the order of the index."""
    stems = [
        path.stem
        for path in sorted(RESOURCES.glob("*.py"))
        if f"\n{path.stem.upper()} = Resource(" in path.read_text()
    ]
    found = {stem: getattr(import_module(f"{PACKAGE}._resources.{stem}"), stem.upper()) for stem in stems}
    return dict(sorted(found.items(), key=lambda item: (item[1].rank, item[0])))


def _index(tables: dict[str, Any]) -> str:
    imports = "\n".join(f"from .{stem} import {stem.upper()}" for stem in sorted(tables))
    return _INDEX.format(imports=imports, names="".join(f"    {stem.upper()},\n" for stem in tables))


# ---------------------------------------------------------------------------------------------- options


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


def _module_options(module: Any) -> str:
    """The options of a module that manages objects, as a fragment."""
    described = {}
    for row in module.rows():
        only = module.only_for(row)
        described[row.path] = f"For O({module.selector}={only}) only. {row.help}" if only else row.help
    for resource in module.variants.values():
        own = {module.selector: resource.management.selector_help, "force": resource.management.force_help}
        described |= {**resource.sections, **{option: text for option, text in own.items() if text}}
    options = {key: _option(key, spec, described, key) for key, spec in module.argument_spec().items()}
    return _FRAGMENT.format(_yaml({"options": options}))


def _gather(resources: Sequence[Any]) -> dict[str, Any]:
    """What o365_info can read, as an option."""
    topics = [resource.topic.name for resource in resources if resource.topic]
    return {
        "gather": {
            "description": ["What to read; everything unless given. Each is one key of the result."],
            "type": "list",
            "elements": "str",
            "choices": topics,
            "default": topics,
        }
    }


def _managing_modules(resources: Sequence[Any]) -> dict[str, Any]:
    """The modules that manage what o365_info reads."""
    managed = {
        f"avanan.office365.o365_{resource.management.result}"
        for resource in resources
        if resource.topic and resource.management
    }
    return {"seealso": [{"module": name} for name in sorted(managed)]}


# ---------------------------------------------------------------------------------------------- results


def _object_results(module: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a module that manages objects returns."""
    titles = [resource.title for resource in module.variants.values()]
    title = titles[0] if len(titles) == 1 else module.result.replace("_", " ")
    after = f"The {title} after the run, or as it would be; keys are the option names. Empty when it does not exist."
    before = f"The {title} before the run, in the same form; null when it did not exist."
    yield module.result, {"description": after, "returned": "success", "type": "dict"}
    yield "before", {"description": before, "returned": "success", "type": "dict"}
    if module.ordered:
        order = f"The names of all {title}s in their order after the run, or as it would be."
        yield "order", {"description": order, "returned": "success", "type": "list", "elements": "str"}
    yield from _RETURNS.items()


def _topic_results(resources: Sequence[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What o365_info returns of each class."""
    for resource in resources:
        if resource.topic:
            kind = {"type": "dict"} if resource.singleton else {"type": "list", "elements": "dict"}
            yield (
                resource.topic.name,
                {"description": resource.topic.help, "returned": "when gathered", **kind},
            )


def _with_parts(text: str, module: Any, resources: Sequence[Any]) -> str:
    """The text of a module's file with the parts of its documentation that are marked in it. module: None without objects."""

    def part(match: re.Match[str]) -> str:
        what = match["what"]
        if what == "gather":
            return f"{match[1]}{indent(_yaml(_gather(resources)), '  ')}{match[3]}"
        if what == "object":
            content = dict(_object_results(module))
        elif what == "topics":
            content = dict(_topic_results(resources))
        elif what == "seealso":
            content = _managing_modules(resources)
        else:
            content = {name: _RETURNS[name] for name in what.split(", ")}
        return f"{match[1]}{_yaml(content)}{match[3]}"

    return _PART.sub(part, text)


# ---------------------------------------------------------------------------------------------- all of it


def index() -> dict[Path, str]:
    """The index of the tables, which the rest is imported with."""
    return {RESOURCES / "index.py": _index(_tables())}


def documentation() -> dict[Path, str]:
    """Every other file that follows from the tables, with its text."""
    resources = list(_tables().values())
    modules = import_module(f"{PACKAGE}._engine.object_module").object_modules(resources)
    fragments = PLUGINS / "doc_fragments"
    files = {fragments / f"{module.result}.py": _module_options(module) for module in modules.values()}
    paths = sorted((PLUGINS / "modules").glob("o365_*.py"))
    files |= {path: _with_parts(path.read_text(), modules.get(path.stem), resources) for path in paths}
    runtime = {
        "requires_ansible": ">=2.16.0",
        # What signs in nowhere takes none of the options that a group sets.
        "action_groups": {"o365": [path.stem for path in paths if "run(TASK)" in path.read_text()]},
    }
    files[ROOT / "meta" / "runtime.yml"] = f"---\n# Written by tools/render_docs.py.\n{_yaml(runtime)}"
    return files


def main() -> int:
    """Write, or with --check compare; 1 when something differs."""
    sys.path.insert(0, str(link()))
    checks = "--check" in sys.argv
    stale = []
    for files in (index, documentation):
        for path, text in files().items():
            if not path.exists() or path.read_text() != text:
                stale.append(path.name)
                if not checks:
                    path.write_text(text)
    if stale:
        print(("stale: " if checks else "written: ") + ", ".join(stale))
    return 1 if stale and checks else 0


if __name__ == "__main__":
    sys.exit(main())
