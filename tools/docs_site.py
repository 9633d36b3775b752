# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site, built without the network and with warnings as errors: python tools/docs_site.py.

Needs PyYAML. Lays out the pages of docs, the READMEs of the roles and what antsibull-docs makes of the plugins, and calls Sphinx. Links to other
files of the repository lead to copies of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import package
import yaml
from environments import ROOT, make, python

SITE = package.BUILD / "site"
SOURCE = SITE / "source"
HTML = SITE / "html"
CONTRIBUTORS = (
    "docs/architecture.md",
    "docs/lifecycle.md",
    "docs/words-of-the-code.md",
    "docs/adr/",
    "docs/site/",
)
"""Pages that say how the collection is built, and are not for its users."""
_SECTIONS = re.compile(r"^\.\. (?=(?:Options|Examples|Return values)$)", re.MULTILINE)
_CONTENTS = re.compile(r"^\.\. contents::\n(?: +.*\n)+", re.MULTILINE)
# Where Ansible's own documentation explains what generated pages refer to.
_ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "callback_plugins": "plugins/callback.html#callback-plugins",
    "ansible_collections.ansible.builtin.default_callback": "collections/ansible/builtin/default_callback.html",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
}


def pages() -> dict[str, str]:
    """Where each page for users stands on the site, by its path in the repository."""
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")}
    own = {path: path.removeprefix("docs/") for path in found if not path.startswith(CONTRIBUTORS)}
    roles = {
        f"roles/{path.parent.name}/README.md": f"roles/{path.parent.name}.md" for path in _role_readmes()
    }
    top = {"CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md"}
    return {**own, **roles, **{name: place for name, place in top.items() if (ROOT / name).exists()}}


def _role_readmes() -> list[Path]:
    return sorted((ROOT / "roles").glob("*/README.md"))


def _relinked(text: str, origin: str, place: str, known: dict[str, str]) -> str:
    """A page with its links as they are on the site. origin and place: the page in the repository and on the site."""

    def moved(link: re.Match[str]) -> str:
        target = os.path.normpath(os.path.join(os.path.dirname(origin), link[1]))
        if target in known:
            return os.path.relpath(known[target], os.path.dirname(place) or ".") + (link[2] or "")
        if not (ROOT / target).exists():
            raise SystemExit(f"{origin} links to {link[1]}, which is not there.")
        copy = SOURCE / "files" / target
        if (ROOT / target).is_dir() or target.endswith(".md"):
            # What is for contributors stands in the repository only.
            return f"{package.home()}/blob/main/{target}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / target, copy)
        return os.path.relpath(copy, (SOURCE / place).parent)

    return package.LINK.sub(moved, text)


def _write(place: str, text: str) -> None:
    file = SOURCE / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _write_pages() -> None:
    known = pages()
    for origin, place in known.items():
        text = (ROOT / origin).read_text()
        _write(place, _relinked(text, origin, place, known))
    for image in (ROOT / "docs").rglob("*.png"):
        copy = SOURCE / image.relative_to(ROOT / "docs")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(image, copy)
    shutil.copy(ROOT / "docs" / "site" / "conf.py", SOURCE)
    start = (ROOT / "docs" / "site" / "index.md").read_text()
    # The first release writes the changelog.
    start = start if "CHANGELOG.md" in known else start.replace("\nchangelog\n", "\n")
    _write("index.md", _relinked(start, "docs/site/index.md", "index.md", known))


def _write_roles_index() -> None:
    names = "\n".join(path.parent.name for path in _role_readmes())
    _write(
        "roles/index.md",
        f"# Roles\n\nWhat each role does and how it is used. All their variables are in one [list](/variables.md).\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n{names}\n```\n",
    )


def _write_variables() -> None:
    """Every variable of every role, from the specifications that Ansible checks."""
    rows: dict[str, tuple[set[str], dict[str, Any]]] = {}
    for readme in _role_readmes():
        specification = yaml.safe_load((readme.parent / "meta" / "argument_specs.yml").read_text())
        for name, option in specification["argument_specs"]["main"]["options"].items():
            rows.setdefault(name, (set(), option))[0].add(readme.parent.name)
    lines = [
        f"| `{name}` | {option.get('type', 'str')} | {', '.join(f'[{role}](roles/{role}.md)' for role in sorted(roles))} "
        f"| {_first_sentence(option['description'])} |"
        for name, (roles, option) in sorted(rows.items())
    ]
    head = "# Variables\n\nEvery variable of every role. Defaults and allowed values are on the pages of the roles.\n\n"
    _write(
        "variables.md",
        f"{head}| Variable | Type | Roles | Meaning |\n|---|---|---|---|\n" + "\n".join(lines) + "\n",
    )


def _first_sentence(description: str | list[str]) -> str:
    text = description if isinstance(description, str) else description[0]
    # Markup of Ansible's documentation, which Markdown does not know.
    plain = re.sub(r"\b[A-Z]+\(([^)]*)\)", r"`\1`", text)
    return plain.replace("|", r"\|")


def _write_plugins() -> None:
    target = SOURCE / "collections"
    target.mkdir(mode=0o755, parents=True)
    command = [
        _tool("antsibull-docs"),
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--fail-on-error",
    ]
    _run([*command, "--no-add-antsibull-docs-version", "--dest-dir", str(target), "avanan.office365"])
    for page in target.glob("*.rst"):
        # The theme has a table of contents beside every page.
        page.write_text(_CONTENTS.sub("", examples_first(page.read_text())))


def examples_first(page: str) -> str:
    """A module's page with its examples before its options, which fill many screens."""
    parts = _SECTIONS.split(page)
    names = [part.partition("\n")[0] for part in parts]
    if names[1:] != ["Options", "Examples", "Return values"]:
        return page
    head, options, examples, returns = parts
    return f"{head}.. {examples}.. {options}.. {returns}"


def _write_inventory() -> None:
    """Labels of Ansible's documentation as Sphinx reads them, so that no build asks for them."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n# The remainder of this file is compressed using zlib.\n"
    rows = "".join(f"{label} std:label -1 {place} {label}\n" for label, place in _ANSIBLE_LABELS.items())
    (SOURCE / "ansible.inv").write_bytes(head.encode() + zlib.compress(rows.encode()))


def _tool(name: str) -> str:
    return str(python("site").parent / name)


def _run(command: list[str]) -> None:
    path = f"{python('site').parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "ANSIBLE_COLLECTIONS_PATH": str(package.link())}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def main() -> None:
    """Lay out, build, say where it is."""
    make("site")
    shutil.rmtree(SITE, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    _write_pages()
    _write_roles_index()
    _write_variables()
    _write_plugins()
    _write_inventory()
    sphinx = [_tool("sphinx-build"), "--fail-on-warning", "--keep-going", "--quiet", "--jobs", "2"]
    _run([*sphinx, "-b", "html", str(SOURCE), str(HTML)])
    print(f"The documentation site: {os.path.relpath(HTML / 'index.html')}")


if __name__ == "__main__":
    main()
