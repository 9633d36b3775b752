# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many states of a mail-flow rule, each reached from the one before, whatever that was."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._resources.mail_flow_rule import (
    MAIL_FLOW_RULE,
)
from ansible_collections.avanan.office365.plugins.module_utils._resources.rule_actions import (
    EXCLUSIVE,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema.resource import Field

from tests.drawn import share
from tests.fake_exchange.control import Practice

from .module_run import run
from .test_every_setting import COMPANIONS, samples

_ROWS = MAIL_FLOW_RULE.by_path()
_EXCLUSIVE = {f"actions.{name}" for names in EXCLUSIVE for name in names}
_FREE = [row for row in MAIL_FLOW_RULE.fields if row.section and row.path not in _EXCLUSIVE]
_PLAIN = [
    row
    for row in MAIL_FLOW_RULE.fields
    if not row.section and row.path not in ("priority", "enabled", "activation_date", "expiry_date")
]
# Settings that have a default while the other one is set.
_DEFAULTED = {
    "manager_for_evaluated_user": "manager_addresses",
    "ad_comparison_operator": "ad_comparison_attribute",
    "apply_html_disclaimer_location": "apply_html_disclaimer_text",
    "apply_html_disclaimer_fallback_action": "apply_html_disclaimer_text",
}
# States in one chain; each chain has a tenant of its own.
_LENGTH = 25


def _put(options: dict[str, Any], row: Field, value: Any) -> None:
    for name, companion in COMPANIONS.get(row.name, {}).items():
        options[row.section].setdefault(name, companion)
    options[row.section][row.name] = value


def _empty(row: Field) -> Any:
    return {"list": [], "bool": False}.get(row.value.type, "")


def _state(chance: random.Random) -> dict[str, Any]:
    """A whole rule: some settings at one of their values, and every other one cleared."""
    options: dict[str, Any] = {"name": "Corpus", "conditions": {}, "exceptions": {}, "actions": {}}
    for row in chance.sample(_FREE, chance.randint(1, 14)):
        _put(options, row, chance.choice([value for value in samples(row) if value not in (None, False)]))
    options["actions"]["prepend_subject"] = f"[{chance.randint(0, 9)}] "
    for row in chance.sample(_PLAIN, 3):
        value = chance.choice(samples(row))
        if value is not None:
            options[row.name] = value
    options["enabled"] = chance.random() < 0.7
    for row in MAIL_FLOW_RULE.fields:
        if row.section:
            options[row.section].setdefault(row.name, _empty(row))
    return options


def _read_back(options: dict[str, Any], shown: dict[str, Any]) -> list[str]:
    """The settings that read back as something else than was asked for."""
    wrong = []
    for row in MAIL_FLOW_RULE.fields:
        holder, left = (options, shown) if not row.section else (options[row.section], shown[row.section])
        if row.name not in holder or row.value.recipients:
            continue
        wished, present = holder[row.name], left.get(row.name)
        if not wished and holder.get(_DEFAULTED.get(row.name, "")):
            continue
        canonical = row.value.canonical(wished) if wished not in ("", [], None) else None
        if not row.value.same(
            canonical, row.value.canonical(present) if present not in ("", [], None) else None
        ):
            wrong.append(f"{row.path}: {present!r} instead of {wished!r}")
    return wrong


@pytest.mark.parametrize("seed", range(share(6, 16)))
def test_from_any_state_to_any_other(tenant: Practice, seed: int) -> None:
    chance = random.Random(seed)
    # Every second chain meets the service in its other forms.
    tenant.faults(dialect=seed % 2 == 1)
    env = tenant.env(way="access_token")
    connector = {"direction": "outbound", "is_transport_rule_scoped": True}
    for name in ("To archive", "Second"):
        run("o365_connector", {**connector, "name": name, "smart_hosts": ["a.example"]}, env)
    for number in range(_LENGTH):
        options = _state(chance)
        preview = run("o365_mail_flow_rule", options, env, check=True, diff=False)
        written = len(tenant.writes())
        real = run("o365_mail_flow_rule", options, env, diff=False)
        assert not real.get("failed"), (number, options, real["msg"])
        assert preview["plan"] == real["plan"] == tenant.writes()[written:]
        assert _read_back(options, real["mail_flow_rule"]) == []
        again = run("o365_mail_flow_rule", options, env, diff=False)
        assert (again["changed"], again["plan"]) == (False, []), (number, options)
