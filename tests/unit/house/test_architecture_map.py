# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documents say of the code is so: packages, files, names, commands, and links between pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.house import test_layering as layering

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "roles/*/README.md", ".github/*.md")
    for path in ROOT.glob(pattern)
    # Written by a release, and not there before the first one.
    if path.name != "CHANGELOG.md"
)
# Where a path in a text can begin.
_BASES = (ROOT, *(ROOT / "plugins" / name for name in ("module_utils", "plugin_utils", "")))
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _page(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tables(text: str, *wanted: str) -> Iterator[dict[str, str]]:
    """The rows of every table that has these columns, as {column: cell}."""
    heading: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            heading = []
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        if not heading:
            heading = cells
        elif set(wanted) <= set(heading) and not set("".join(cells)) <= set("-: "):
            yield dict(zip(heading, cells, strict=True))


def _file(text: str) -> Path | None:
    """The file that a text names: by its path, or by its name alone where that says enough."""
    named = (base / text for base in _BASES if (base / text).exists())
    return next(named, None) or next((ROOT / "plugins").rglob(text) if "/" not in text else iter(()), None)


# ------------------------------------------------------------------------------------------------------- the packages


def _map() -> list[dict[str, str]]:
    return list(_tables((DOCS / "architecture.md").read_text(), "Floor", "Package", "Outside libraries"))


def test_the_map_shows_every_package_on_its_floor() -> None:
    floors: dict[int, set[str]] = {}
    for row in _map():
        floors.setdefault(int(row["Floor"]), set()).update(_CODE.findall(row["Package"]))
    assert floors == {height: set(names) for height, names in enumerate(layering._LAYERS, start=1)}


def test_the_map_names_the_outside_libraries() -> None:
    said = {
        name: set(_CODE.findall(row["Outside libraries"]))
        for row in _map()
        for name in _CODE.findall(row["Package"])
    }
    assert {name: libraries for name, libraries in said.items() if libraries} == layering._OUTSIDE


# ------------------------------------------------------------------------------------------------------- files and names


@pytest.mark.parametrize("path", PAGES, ids=_page)
def test_files_that_a_page_names_exist(path: Path) -> None:
    named = [
        text
        for text in _CODE.findall(_FENCE.sub("", path.read_text()))
        if re.fullmatch(r"[\w./-]+\.py|[\w./-]+/[\w.-]+\.yml", text)
    ]
    assert [text for text in named if _file(text) is None and not (path.parent / text).exists()] == []


def _defined(path: Path) -> set[str]:
    """The names that a file defines, methods and attributes of a class as Class.name."""
    if path.suffix != ".py":
        return set(re.findall(r"^ *- name: (.*)$", path.read_text(), re.MULTILINE))
    return set(_names(ast.parse(path.read_text()).body, ""))


def _names(body: list[ast.stmt], before: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield f"{before}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _names(node.body, f"{node.name}.")
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        yield from (f"{before}{target.id}" for target in targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("page", ["docs/words-of-the-code.md", "docs/lifecycle.md"])
def test_names_of_a_table_are_defined_in_their_file(page: str) -> None:
    rows = list(_tables((ROOT / page).read_text(), "File", "Name"))
    assert rows
    wrong = []
    for row in rows:
        path = _file(row["File"].strip("`"))
        known = _defined(path) if path else set()
        wrong += [f"{row['File']}: {name}" for name in _CODE.findall(row["Name"]) if name not in known]
    assert wrong == []


# ------------------------------------------------------------------------------------------------------- commands


def _code(path: Path) -> str:
    """What stands as code in a page."""
    text = path.read_text()
    return "\n".join([*_FENCE.findall(text), *_CODE.findall(_FENCE.sub("", text))])


@pytest.mark.parametrize("path", PAGES, ids=_page)
def test_commands_of_a_page_exist(path: Path) -> None:
    code = _code(path)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets
    scripts = re.findall(r"\b(tools/\w+\.py)", code)
    packages = [name.replace(".", "/") for name in re.findall(r"-m (tests\.\w+)", code)]
    assert [name for name in (*scripts, *packages) if not (ROOT / name).exists()] == []


def test_playbooks_roles_and_modules_of_the_pages_exist() -> None:
    known = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    known |= {path.name for path in (ROOT / "roles").iterdir()}
    known |= {
        path.stem
        for folder in ("modules", "filter", "callback")
        for path in (ROOT / "plugins" / folder).glob("*.py")
    }
    named = {
        (_page(path), name)
        for path in PAGES
        for name in re.findall(r"\bavanan\.office365\.(\w+)", path.read_text())
    }
    assert {(page, name) for page, name in named if name not in {*known, "o365"}} == set()


# ------------------------------------------------------------------------------------------------------- links


def _anchors(path: Path) -> set[str]:
    """The fragments under which a forge shows the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _links(path: Path) -> Iterator[tuple[Path, str]]:
    """The targets of the relative links of a page, with their fragments."""
    for target in _LINK.findall(_FENCE.sub("", path.read_text())):
        place, _hash, fragment = target.partition("#")
        if "://" not in target:
            yield (path.parent / place).resolve() if place else path, fragment


@pytest.mark.parametrize("path", PAGES, ids=_page)
def test_links_lead_somewhere(path: Path) -> None:
    dead = [
        f"{target.relative_to(ROOT)}#{fragment}"
        for target, fragment in _links(path)
        if not target.exists() or (fragment and fragment not in _anchors(target))
    ]
    assert dead == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [target for target, _fragment in _links(page)]
    assert {path for path in PAGES if path.parent.name != ".github"} - reached == set()


def test_decisions_are_numbered_and_listed_in_order() -> None:
    pages = sorted(path for path in (DOCS / "adr").glob("*.md") if path.name != "README.md")
    assert [int(path.name[:4]) for path in pages] == list(range(1, len(pages) + 1))
    assert [target for target, _fragment in _links(DOCS / "adr" / "README.md") if target in pages] == pages
    for path in pages:
        assert path.read_text().startswith(f"# {int(path.name[:4])}. ")
