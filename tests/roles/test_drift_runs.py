# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift playbook: what somebody changed in the tenant, ranked; nothing is written, and it fails when asked to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.change_runs import SCENARIOS, ChangeRuns, Result
from tests.contract.module_run import run
from tests.fake_exchange.control import Practice

_VALUES = {key: value for key, value in SCENARIOS["automatic"].values.items() if key != "manual_mode_inline"}
_CONTACT = "Avanan - Undeliverable Journal Reports"


def _drift(changes: ChangeRuns, **values: Any) -> Result:
    before = changes.practice.state()
    result = changes.play("drift", **_VALUES, **values)
    assert (result.writes, result.state) == ([], before)
    assert "Traceback" not in result.run.text
    return result


def _findings(result: Result) -> list[dict[str, Any]]:
    handed = next(one for one in result.run.results if one["task"].endswith("Set the artifact of the drift"))
    found: list[dict[str, Any]] = json.loads(handed["ansible_stats"]["data"]["avanan_drift"]["localhost"])
    return found


def _rule(practice: Practice, name: str = "Avanan - Protect", **change: Any) -> None:
    practice.put("TransportRule", {"Name": name, **change})


def _exceptions(practice: Practice) -> list[str]:
    rule = next(row for row in practice.state()["TransportRule"] if row["Name"] == "Avanan - Protect")
    return list(rule["ExceptIfSenderIpRanges"])


def test_no_drift_after_the_run(changes: ChangeRuns) -> None:
    changes.end("automatic")
    result = _drift(changes, drift_fail_on="info")
    assert result.run.code == 0, result.run.text
    assert (_findings(result), result.document["entries"]) == ([], [])


def test_differences_are_ranked(changes: ChangeRuns) -> None:
    changes.end("automatic")
    practice = changes.practice
    # What the variables say nothing of is nobody's drift.
    _rule(practice, Comments="mine")
    lost, *kept = _exceptions(practice)
    _rule(practice, ExceptIfSenderIpRanges=kept, Priority=4)
    practice.put("JournalRule", {"Name": "Avanan - Monitor", "Enabled": False})
    practice.put("OutboundConnector", {"Name": "Avanan Outbound", "SmartHosts": ["other.example"]})
    practice.put("HostedConnectionFilterPolicy", {"Name": "Default", "IPAllowList": ["192.0.2.10"]})
    practice.put("Recipient", {"Name": _CONTACT, "HiddenFromAddressListsEnabled": False})
    practice.delete("InboundConnector", "Avanan Inbound")
    result = _drift(changes)
    assert result.run.code == 0, result.run.text
    found = _findings(result)
    assert {(one["severity"], one["object"], one["setting"]) for one in found} == {
        ("critical", 'mail-flow rule "Avanan - Protect"', "exceptions.sender_ip_ranges"),
        ("critical", 'mail-flow rule "Avanan - Protect"', "order"),
        ("critical", 'journal rule "Avanan - Monitor"', "enabled"),
        ("critical", 'outbound connector "Avanan Outbound"', "smart_hosts"),
        ("critical", 'inbound connector "Avanan Inbound"', ""),
        ("warning", "connection filter", "ip_allow_list"),
        ("info", f'mail contact "{_CONTACT}"', "hidden_from_address_lists_enabled"),
    }
    ranks = [("critical", "warning", "info").index(one["severity"]) for one in found]
    assert ranks == sorted(ranks)
    assert [lost] in [one["lost"] for one in found]
    shown = next(one["msg"] for one in result.run.results if one["task"].endswith("Show the drift"))
    text = "\n".join(shown)
    assert all(words in text for words in (lost, "other.example", "Avanan - Monitor", _CONTACT))
    assert text.index("other.example") < text.index(_CONTACT)
    # What repairs it is left as a plan that has passed the gate: once its way is open again, the rule would loop.
    assert result.document["kind"] == "plan"
    refused = run("o365_plan", {"plan": json.dumps(result.document)}, practice.env())
    assert "loop-exception-missing" in refused["msg"]
    assert practice.writes()[-1]["cmdlet"] != "Set-OutboundConnector"
    _rule(practice, ExceptIfSenderIpRanges=[lost, *kept])
    repaired = run("o365_plan", {"plan": json.dumps(_drift(changes).document)}, practice.env())
    assert not repaired.get("failed"), repaired["msg"]
    assert _findings(_drift(changes)) == []


@pytest.mark.parametrize(
    ("change", "fails", "passes"),
    [
        (lambda practice: _rule(practice, State="Disabled"), "critical", "none"),
        (
            lambda practice: _rule(practice, ExceptIfSenderIpRanges=[*_exceptions(practice), "192.0.2.3"]),
            "warning",
            "critical",
        ),
        (
            lambda practice: practice.put(
                "Recipient", {"Name": _CONTACT, "HiddenFromAddressListsEnabled": False}
            ),
            "info",
            "warning",
        ),
    ],
)
def test_it_fails_from_the_wanted_severity_on(
    changes: ChangeRuns, change: Callable[[Practice], None], fails: str, passes: str
) -> None:
    changes.end("automatic")
    change(changes.practice)
    passing = _drift(changes, drift_fail_on=passes)
    assert passing.run.code == 0, passing.run.text
    assert [one["severity"] for one in _findings(passing)] == [fails]
    failing = _drift(changes, drift_fail_on=fails)
    assert failing.run.code != 0, failing.run.text
    assert "The tenant differs from the variables in 1 ways of severity" in " ".join(
        failing.run.message.split()
    )
    assert str(failing.files["plan"]) in failing.run.message
