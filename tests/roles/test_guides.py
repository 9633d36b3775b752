# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every command of the guides, and the play of every role's page, as a reader would run them, in their order, on a practice tenant."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ansible_run import play, variables
from tests.fake_exchange.control import Practice
from tests.scenarios import run_playbook
from tests.tenant_inventory import of_host

ROOT = Path(__file__).resolve().parents[2]
_PORTAL = {"portal_name": "customer-x", "portal_region": "eu"}
_SCOPE = {"protected_groups": ["pilot"]}
_MONITORED = [("manual_mode", {})]
_INLINE = [*_MONITORED, ("monitor_to_inline", _SCOPE)]
# What a guide takes for granted.
_BEFORE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "docs/how-to/monitor-to-inline.md": _MONITORED,
    "docs/how-to/manual-mode-by-hand.md": _MONITORED,
    "docs/how-to/outbound.md": _INLINE,
    "docs/how-to/off-boarding.md": _INLINE,
    "docs/how-to/rescope.md": _INLINE,
    "docs/changes.md": _MONITORED,
}
_GUIDES = [
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
    *(ROOT / "docs" / f"{name}.md" for name in ("changes", "doctor")),
]
# Addresses of the examples, and who is in the practice tenant.
_PEOPLE = {
    "pilot@example.com": "pilot@contoso.example",
    "sales@example.com": "sales-team@contoso.example",
    "pilot@fabrikam.example": "pilot@contoso.example",
    "pilot.user@example.com": "user01@contoso.example",
    "alice@example.com": "user01@contoso.example",
    "bob@example.com": "user02@contoso.example",
}
# What ends with an error in a practice tenant, and the words that say why.
_ENDS = {
    "docs/changes.md drift": "differs from the variables",
}


def _blocks(page: Path, kind: str) -> list[str]:
    text = page.read_text()
    for address, practice in _PEOPLE.items():
        text = text.replace(address, practice)
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _commands(page: Path) -> Iterator[list[str]]:
    for block in _blocks(page, "console"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            assert words[0] == "ansible-playbook", f"{line}: who runs this?"
            yield words[1:]


def _latest(folder: Path, name: str) -> Path:
    return max(folder.glob(f"o365-changes/*/*/{name}"), key=lambda path: path.stat().st_mtime)


def _filled(word: str, folder: Path) -> str:
    """A word of a command with what a reader puts in: the plan, its hash, the record."""
    if found := re.fullmatch(r"(change_(?:plan|record)_file)=.*/(plan|record)\.json", word):
        return f"{found[1]}={_latest(folder, f'{found[2]}.json')}"
    if word.startswith("change_plan_hash="):
        plan = yaml.safe_load(_latest(folder, "plan.json").read_text())
        return f"change_plan_hash={plan['hash']}"
    return word


def _begin(tenant: Practice, folder: Path, before: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """The tenant after these playbooks, which are carried out once."""

    def make() -> None:
        for playbook, values in before:
            assert run_playbook(folder, tenant, playbook, **_PORTAL, **values).code == 0

    tenant.once(f"guides, after {', '.join(playbook for playbook, _values in before)}", make)


@pytest.fixture(scope="module")
def two() -> Iterator[Practice]:
    with Practice(tenants=2) as service:
        yield service


def _settings(page: Path, two: Practice, folder: Path) -> None:
    """The files that the commands of a guide name, as the guide or the tutorial shows them."""
    (folder / "customer-x.yml").write_text(yaml.safe_dump({**_PORTAL, **_SCOPE}))
    for block in _blocks(page, "yaml"):
        found = re.match(r"# (\w+\.yml)\n", block)
        if not found:
            continue
        content = yaml.safe_load(block)
        for number, values in enumerate(content.get("office365_tenants", {}).get("hosts", {}).values()):
            two.reset(tenant=number)
            values |= {"ansible_connection": "local", **of_host(two, number), "protected_groups": ["pilot"]}
        (folder / found[1]).write_text(yaml.safe_dump(content))


@pytest.mark.parametrize("page", _GUIDES, ids=lambda page: page.stem)
def test_the_commands_of_a_guide_work(page: Path, tenant: Practice, two: Practice, tmp_path: Path) -> None:
    name = page.relative_to(ROOT).as_posix()
    _settings(page, two, tmp_path)
    _begin(tenant, tmp_path, _BEFORE.get(name, ()))
    commands = list(_commands(page))
    assert commands
    for book, *words in commands:
        env = {} if "tenants.yml" in words else tenant.env()
        run = play(tmp_path, book, env, *(_filled(word, tmp_path) for word in words))
        ends = _ENDS.get(f"{name} {book.rpartition('.')[2]}", "")
        assert (run.code != 0) == bool(ends), f"{book} {words}\n{run.text}"
        assert ends in run.text
        assert "is not a variable of this collection" not in run.text


@pytest.mark.parametrize(
    "page", sorted((ROOT / "roles").glob("*/README.md")), ids=lambda page: page.parent.name
)
def test_the_play_of_a_role_works(page: Path, tenant: Practice, tmp_path: Path) -> None:
    for block in _blocks(page, "yaml"):
        if "\n  roles:" not in block:
            continue
        (tmp_path / "play.yml").write_text(block)
        _begin(tenant, tmp_path, _INLINE if page.parent.name in ("rescope", "remove", "verify") else ())
        run = play(
            tmp_path, str(tmp_path / "play.yml"), tenant.env(), "--check", *variables(verify_wait_minutes=0)
        )
        assert run.code == 0, run.text
        assert "is not a variable of this collection" not in run.text
