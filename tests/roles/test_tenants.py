# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several tenants from one inventory: each with its own credential, and none of them touches another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ansible_run import Run, play, variables
from tests.change_runs import artifacts
from tests.fake_exchange.control import Practice
from tests.tenant_inventory import HOSTS, example, of_host

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
_WRONG = "this-is-not-the-secret-8Qz"


@pytest.fixture(scope="module")
def service() -> Iterator[Practice]:
    with Practice(tenants=3) as running:
        yield running


@pytest.fixture
def tenants(service: Practice) -> Practice:
    for number in range(3):
        service.reset(tenant=number)
    return service


def _summary(run: Run, host: str) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(artifacts(run, host)["summary"])
    return summary


def test_the_example_runs_on_three_tenants(tenants: Practice, tmp_path: Path) -> None:
    inventory = example(tenants, tmp_path)
    secret = inventory.parent / "host_vars" / "contoso" / "vault.yml"
    password = tmp_path / "password"
    password.write_text("of-the-vault-77")
    tool = Path(sys.executable).parent / "ansible-vault"
    subprocess.run(
        [tool, "encrypt", "--vault-password-file", password, secret], check=True, capture_output=True
    )
    before = tenants.counters()["tokens"]
    run = play(
        tmp_path,
        "avanan.office365.manual_mode",
        {},
        "-i",
        str(inventory),
        "--vault-password-file",
        str(password),
    )
    assert run.code == 0, run.text
    assert "WARNING" not in run.text
    assert tenants.counters()["tokens"] - before == 3
    for number, host in enumerate(HOSTS):
        summary = _summary(run, host)
        assert summary["tenant"]["id"] == tenants.guid(number)
        assert summary["outcome"] == "changed"
        written = json.dumps(tenants.writes(number))
        assert f"{host}@" in written or f"{host}-" in written
        assert not any(f"{other}@" in written or f"{other}-" in written for other in HOSTS if other != host)


def test_one_wrong_secret_fails_its_host_only(tenants: Practice, tmp_path: Path) -> None:
    inventory = example(tenants, tmp_path, contoso={"vault_client_secret": _WRONG})
    run = play(tmp_path, "avanan.office365.manual_mode", {}, "-i", str(inventory))
    assert run.code != 0
    assert {host: bool(stats["failures"]) for host, stats in run.stats.items()} == {
        "contoso": True,
        "fabrikam": False,
        "litware": False,
    }
    assert tenants.writes(0) == []
    assert tenants.writes(1) != []
    assert tenants.writes(2) != []
    assert _WRONG not in run.text
    # Nobody signed in, so that there is nothing to say of the tenant.
    assert artifacts(run, "contoso") == {}
    assert _summary(run, "litware")["outcome"] == "changed"


def test_the_credential_of_a_task_goes_before_that_of_its_host(tenants: Practice, tmp_path: Path) -> None:
    host = {**of_host(tenants, 1), "ansible_connection": "local"}
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": {"fabrikam": host}}}))
    tasks: list[dict[str, Any]] = [
        {"avanan.office365.o365_info": {"gather": ["organization_config"], **options}}
        for options in ({}, {"tenant_id": tenants.guid(2)}, {"tenant_id": ""})
    ]
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    environment = {"O365_TENANT_ID": tenants.guid(0)}
    calls = [len(tenants.calls(number)) for number in range(3)]
    run = play(tmp_path, str(tmp_path / "play.yml"), environment, "-i", str(tmp_path / "hosts.json"))
    assert run.code == 0, run.text
    seen = [len(tenants.calls(number)) - known for number, known in enumerate(calls)]
    assert (seen[0], seen[1] > 0, seen[2] > 0) == (0, True, True)


def test_a_misspelt_credential_is_no_reason_to_take_another(tenants: Practice, tmp_path: Path) -> None:
    """Otherwise the tenant of the environment would get what is meant for the host's."""
    inventory = example(tenants, tmp_path, contoso={"o365_tennant_id": tenants.guid(0)})
    run = play(tmp_path, "avanan.office365.manual_mode", {}, "-i", str(inventory), "--limit", "contoso")
    assert "o365_tennant_id is not a variable of this collection; did you mean o365_tenant_id?" in run.message
    assert tenants.writes(0) == []


def test_which_hosts(tenants: Practice, tmp_path: Path) -> None:
    """The group of tenants; all hosts where there is no such group; those that are asked for; localhost without an inventory."""
    given = variables(portal_name="customer-x", portal_region="us")
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"all": {"hosts": {"one": {"ansible_connection": "local"}}}}))
    both = ("-i", str(example(tenants, tmp_path)), "-i", str(other))
    listed = ("--list-hosts",)
    for arguments, hosts in (
        (both, set(HOSTS)),
        ((*both, *variables(portal_hosts="one")), {"one"}),
        ((*both, "--limit", "litware"), {"litware"}),
        (("-i", str(other)), {"one"}),
        ((), {"localhost"}),
    ):
        run = play(tmp_path, "avanan.office365.drift", tenants.env(), *listed, *given, *arguments)
        names = {line.strip() for line in run.text.partition("hosts (")[2].splitlines()[1:] if line.strip()}
        assert names == hosts, run.text


@pytest.mark.parametrize(
    "playbook", sorted(path.stem for path in PLAYBOOKS.glob("*.yml") if path.stem != "configure_awx")
)
def test_a_run_that_meets_no_tenant_is_red(tmp_path: Path, playbook: str) -> None:
    """Ansible alone ends green where no host matches."""
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({"office365_tenants": {"hosts": {}}, "all": {"hosts": {"other": {}}}}))
    for arguments in (variables(portal_hosts="nowhere"), ["-i", str(empty)]):
        run = play(tmp_path, f"avanan.office365.{playbook}", {}, *arguments)
        assert run.code != 0, run.text
        assert "There is no tenant to work on" in run.text
        assert run.results == []


def test_no_changes_needed_means_all_that_were_looked_at(tmp_path: Path) -> None:
    names = {"contoso": "unchanged", "fabrikam": "failed"}
    summaries = {name: json.dumps({"host": name, "outcome": outcome}) for name, outcome in names.items()}
    inventory = tmp_path / "hosts.json"
    hosts = {name: {"ansible_connection": "local"} for name in names}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    for limit in ("contoso", "all"):
        arguments = ("-i", str(inventory), "--limit", limit, *variables(avanan_summary=summaries))
        run = play(tmp_path, "avanan.office365.workflow_nothing", {}, *arguments)
        assert run.code != 0, run.text
        assert "fabrikam" in run.message
