# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages for users: commands exist, every finding has its section, and every page is in the navigation."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "ansible_collections.avanan.office365.plugins"
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "roles").glob("*/README.md"),
        *(ROOT / ".github").rglob("*.md"),
    ]
)
_SITE = ROOT / "docs" / "site"
_CONTRIBUTORS = ("architecture.md", "lifecycle.md", "words-of-the-code.md", "adr/", "site/")
_ID = re.compile(r"[a-z]+(-[a-z]+)+")


def test_every_page_for_users_is_in_the_navigation() -> None:
    trees = re.findall(r"```\{toctree\}\n(.*?)```", (_SITE / "index.md").read_text(), re.DOTALL)
    lines = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    listed = [re.sub(r".*<(.*)>", r"\1", line) for line in lines]
    assert len(listed) == len(set(listed))
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    users = {page.removesuffix(".md") for page in pages if not page.startswith(_CONTRIBUTORS)}
    generated = {"collections/index", "roles/index", "variables", "changelog", "security"}
    assert set(listed) - generated == users


# ------------------------------------------------------------------------------------------------------------ findings


def _mail_flow_ids() -> set[str]:
    """Those that are in the order of findings, those of gaps alone, and the one for what could not be read at all."""
    module = import_module(f"{PACKAGE}.module_utils._mail_flow_check.findings")
    gaps = import_module(f"{PACKAGE}.module_utils._mail_flow_check.gaps")
    return {*module.ORDER, *gaps.OF_GAPS_ALONE, "not-read"}


def _doctor_ids() -> set[str]:
    """Ids where findings are made: texts of their form, and the beginnings of those that end in a name."""
    found: set[str] = set()
    for file in (ROOT / "plugins" / "module_utils" / "_doctor").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _ID.fullmatch(node.value):
                found.add(node.value)
    return found


# Ids that are put together: of a role, a product, a limit.
_COMPOSED = {"planner-lacks-role", "applier-lacks-role", "product-id", "limit-of-rules", "limit-of-patterns"}


def _sections() -> dict[str, str]:
    text = (ROOT / "docs" / "findings.md").read_text()
    parts = re.split(r"^### (.+)$", text, flags=re.MULTILINE)
    return {name.lower(): body for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def test_every_finding_has_its_section() -> None:
    """A new finding gets one in docs/findings.md: how bad, the cause, where it helps a picture, the remedy."""
    assert set(_sections()) == _mail_flow_ids() | _doctor_ids() | _COMPOSED


def test_every_section_says_how_bad_it_is_and_what_to_do() -> None:
    for name, body in _sections().items():
        assert re.search(r"^\*[A-Z][^*]*\.\* \S", body, re.MULTILINE), name
        assert re.search(r"^\*\*Remedy:\*\* \S", body, re.MULTILINE), name


# ------------------------------------------------------------------------------------------------------------ commands


def _variables() -> set[str]:
    names = {"portal_hosts", "manual_mode_inline", "drift_phases"}
    for file in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        names |= set(yaml.safe_load(file.read_text())["argument_specs"]["main"]["options"])
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_name_playbooks_and_variables_that_exist(page: Path) -> None:
    text = page.read_text()
    playbooks = set(re.findall(r"ansible-playbook avanan\.office365\.(\w+)", text))
    assert playbooks <= {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    commands = " ".join(re.findall(r"^.*ansible-playbook .*$", text, re.MULTILINE))
    assert set(re.findall(r"-e '?([a-z]\w*)=", commands)) <= _variables()
