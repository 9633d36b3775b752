# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody else edits between plan and apply.

A plan is applied only if the second evaluator of the mail-flow model finds nothing lost, looped or uninspected that was not so in what was
approved; it is refused otherwise, before the first write, in check mode and in the run, with the name of what changed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._run.run_state import RunState

from tests.fake_exchange.control import Practice
from tests.mail_flow_oracle.classes import classes
from tests.mail_flow_oracle.oracle import ORDER, verdicts
from tests.mail_flow_oracle.walk import Tenant, Walk
from tests.phase_run import PhaseRun

from .module_run import run

RETURNS = ["35.174.145.124", "44.211.178.96/28", "3.101.216.128/28"]
SCOPE: dict[str, Any] = {
    "protected_groups": ["pilot"],
    "protected_domains": ["fabrikam.example"],
    "inline_inbound_connector": False,
}
EXTERNAL, DISCLAIMER, FINANCE = "Mark external mail", "Disclaimer", "Archive finance"
PHASES = ("monitor", "inline")
GROUP = "o365_distribution_group"


def _rule(name: str, **changes: Any) -> tuple[str, dict[str, Any]]:
    return "TransportRule", {"Name": name, **changes}


# What is edited, and whether a plan that meets it may still be applied; None where both answers are right, as long as they are true.
EDITS: dict[str, tuple[list[tuple[str, dict[str, Any]]], bool | None]] = {
    "condition: another prefix": ([_rule(EXTERNAL, PrependSubject="[Outside] ")], True),
    "condition: other sender domains": ([_rule(EXTERNAL, SenderDomainIs=["partner.example"])], True),
    "exception added": ([_rule(EXTERNAL, ExceptIfSubjectContainsWords=["newsletter"])], True),
    "exception removed": ([_rule(EXTERNAL, ExceptIfSenderDomainIs=None)], True),
    "action: deletes returned mail": (
        [
            _rule(
                EXTERNAL,
                PrependSubject=None,
                SetAuditSeverity=None,
                SenderIpRanges=RETURNS,
                DeleteMessage=True,
            )
        ],
        False,
    ),
    "action: rejects all from outside": (
        [
            _rule(
                EXTERNAL,
                PrependSubject=None,
                SetAuditSeverity=None,
                ExceptIfSenderDomainIs=None,
                RejectMessageReasonText="No mail from outside",
                RejectMessageEnhancedStatusCode="5.7.1",
            )
        ],
        # As it does without the vendor.
        None,
    ),
    "action: quarantines what comes back": (
        [
            _rule(
                EXTERNAL,
                HeaderContainsMessageHeader="X-CLOUD-SEC-AV-Info",
                HeaderContainsWords=["inline"],
                Quarantine=True,
            )
        ],
        False,
    ),
    "action: redirects everything out": (
        [_rule(EXTERNAL, ExceptIfSenderDomainIs=None, RedirectMessageTo=["sink@elsewhere.example"])],
        None,
    ),
    "action: removes the vendor's header": ([_rule(EXTERNAL, RemoveHeader="X-CLOUD-SEC-AV-Info")], None),
    "action: routes everything to the archive": (
        [_rule(EXTERNAL, ExceptIfSenderDomainIs=None, RouteMessageOutboundConnector="To archive")],
        None,
    ),
    "action: moderation": ([_rule(EXTERNAL, ModerateMessageByUser=["user09@contoso.example"])], None),
    "action: stops processing": ([_rule(EXTERNAL, StopRuleProcessing=True)], None),
    "action: spam level": ([_rule(EXTERNAL, SetSCL="-1")], True),
    "state: a harmless rule switched off": ([_rule(EXTERNAL, State="Disabled")], True),
    "state: a bypass switched on": ([_rule("Old spam bypass", State="Enabled")], True),
    "mode: a rule only tested": ([_rule("Block executables", Mode="Audit")], True),
    "dates: expired": ([_rule(DISCLAIMER, ExpiryDate="2020-01-01T00:00:00Z")], True),
    "dates: to come": ([_rule(DISCLAIMER, ActivationDate="2099-01-01T00:00:00Z")], None),
    "comment": ([_rule(FINANCE, Comments="Ask legal first")], True),
    "order": ([_rule(DISCLAIMER, Priority=0)], False),
    "a new rule at the end": ([_rule("New one", PrependSubject="x", State="Enabled", Mode="Enforce")], False),
    "a lock-down": (
        [
            (
                "InboundConnector",
                {
                    "Name": "From scanner",
                    "ConnectorType": "Partner",
                    "SenderDomains": ["smtp:*;1"],
                    "SenderIPAddresses": ["203.0.113.0/28"],
                    "RestrictDomainsToIPAddresses": True,
                },
            )
        ],
        False,
    ),
    "a lock-down by certificate": (
        [
            (
                "InboundConnector",
                {
                    "Name": "From scanner",
                    "ConnectorType": "Partner",
                    "SenderDomains": ["smtp:*;1"],
                    "TlsSenderCertificateName": "mail.gateway.example",
                    "RequireTls": True,
                    "RestrictDomainsToCertificate": True,
                },
            )
        ],
        False,
    ),
    "a connector's comment": (
        [("InboundConnector", {"Name": "From scanner", "Comment": "Third floor"})],
        True,
    ),
    "a connector switched off": ([("InboundConnector", {"Name": "From scanner", "Enabled": False})], True),
    "all outgoing mail through an archive": (
        [
            (
                "OutboundConnector",
                {
                    "Name": "To partner",
                    "RecipientDomains": ["*"],
                    "UseMXRecord": False,
                    "SmartHosts": ["gateway.example"],
                },
            )
        ],
        None,
    ),
    "the archive's connector switched off": (
        [("OutboundConnector", {"Name": "To archive", "Enabled": False})],
        None,
    ),
    "the vendor's return addresses blocked": (
        [("HostedConnectionFilterPolicy", {"Name": "Default", "IPBlockList": RETURNS})],
        False,
    ),
    "somebody's address blocked": (
        [("HostedConnectionFilterPolicy", {"Name": "Default", "IPBlockList": ["192.0.2.66"]})],
        True,
    ),
    "an address allowed": (
        [("HostedConnectionFilterPolicy", {"Name": "Default", "IPAllowList": ["192.0.2.66"]})],
        True,
    ),
    "a domain that relays": (
        [("AcceptedDomain", {"Name": "fabrikam.example", "DomainType": "InternalRelay"})],
        None,
    ),
    "another domain": (
        [
            (
                "AcceptedDomain",
                {"Name": "new.example", "DomainName": "new.example", "DomainType": "Authoritative"},
            )
        ],
        True,
    ),
    "a member more": ([(GROUP, {"name": "Pilot users", "members": ["user05"]})], True),
    "a member less": ([(GROUP, {"name": "Pilot users", "members": ["user02"], "mode": "remove"})], None),
    "nobody left in the group": (
        [(GROUP, {"name": "Pilot users", "members": [], "mode": "exact", "force": True})],
        False,
    ),
    "another group": (
        [(GROUP, {"name": "New group", "managed_by": ["user09"], "members": ["user05"]})],
        True,
    ),
    "a group in the group": ([(GROUP, {"name": "Pilot users", "members": ["sales-team"]})], True),
    "our connector exists now": (
        [("OutboundConnector", {"Name": "Avanan Outbound", "Enabled": True})],
        False,
    ),
    "our rule exists now": (
        [_rule("Avanan - Protect", PrependSubject="x", State="Enabled", Mode="Enforce")],
        False,
    ),
    "our rule under an older name": (
        [_rule("Checkpoint – Protect", PrependSubject="x", State="Disabled")],
        False,
    ),
    "journal reports that cannot be delivered": (
        [("TransportConfig", {"JournalingReportNdrTo": "mine@archive.example"})],
        False,
    ),
}


@cache
def _approved(practice: Practice, directory: Path) -> dict[str, Any]:
    practice.reset()
    result = PhaseRun(practice, directory, check=True).carry_out(PHASES, **SCOPE)
    assert result.green, result.refused
    return result.document


def _snapshot(practice: Practice, directory: Path, integration: dict[str, Any]) -> dict[str, Any]:
    """The tenant as it is, read as every gate reads it."""
    env, state = practice.env(way="access_token"), RunState()
    for module, options in (
        ("o365_runbook", {"state": "begun", "directory": str(directory)}),
        ("o365_preflight", {"tasks": [], "integration": integration, "preview": True}),
        ("o365_runbook", {}),
    ):
        told = run(module, options, env, check=True, run_state=state)
        assert not told.get("failed"), told["msg"]
    snapshot: dict[str, Any] = told["document"]["proof"]["tenant"]
    return snapshot


def _uninspected(snapshot: dict[str, Any], integration: dict[str, Any]) -> set[str]:
    """The kinds of incoming mail to the protected of which some do not reach the vendor; all, when nobody is protected."""
    tenant = Tenant(snapshot, integration, datetime.now(UTC))
    kinds: dict[str, bool] = dict.fromkeys(("internet-to-protected", "calendar-to-protected"), True)
    seen = set()
    for name, places in classes(tenant).items():
        if name not in kinds:
            continue
        seen.add(name)
        for takers in places.values():
            for walk in (Walk(tenant, start) for starts in takers.values() for start in starts):
                walk.ends()
                kinds[name] = kinds[name] and "vendor" in walk.reached
    return {name for name, inspected in kinds.items() if not inspected or name not in seen}


@cache
def _expected(practice: Practice, directory: Path) -> tuple[dict[str, str], set[str]]:
    """What the second evaluator says of the tenant that was approved."""
    plan = _approved(practice, directory)
    practice.reset()
    applied = run("o365_plan", {"plan": json.dumps(plan)}, practice.env(way="access_token"))
    assert applied["changed"], applied
    integration = plan["proof"]["integration"]
    snapshot = _snapshot(practice, directory, integration)
    return verdicts(snapshot, integration, now=datetime.now(UTC)), _uninspected(snapshot, integration)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans")


def _named(edit: list[tuple[str, dict[str, Any]]], message: str) -> bool:
    words = [
        str(record.get("Name") or record.get("name") or "transport configuration") for _noun, record in edit
    ]
    topics = {"HostedConnectionFilterPolicy": "connection filter", GROUP: "pilot"}
    return all(
        any(text.lower() in message.lower() for text in (word, topics.get(noun, word)))
        for word, (noun, _record) in zip(words, edit, strict=True)
    )


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_between_plan_and_apply(practice: Practice, place: Path, name: str) -> None:
    plan, (approved, uninspected) = _approved(practice, place), _expected(practice, place)
    edit, applicable = EDITS[name]
    practice.reset()
    env = practice.env(way="access_token")
    for noun, record in edit:
        if noun == GROUP:
            assert run(noun, record, env)["changed"]
        else:
            practice.put(noun, record)
    before, written = practice.state(), practice.writes()
    answers = [run("o365_plan", {"plan": json.dumps(plan)}, env, check=check) for check in (True, False)]
    failed = [bool(answer.get("failed")) for answer in answers]
    assert failed[0] == failed[1], "check mode and run do not agree"
    if failed[1]:
        assert not applicable, answers[1]["msg"]
        assert practice.writes() == written
        assert practice.state() == before
        assert _named(edit, answers[1]["msg"]), answers[1]["msg"]
        return
    assert applicable is not False
    integration = plan["proof"]["integration"]
    snapshot = _snapshot(practice, place, integration)
    after = verdicts(snapshot, integration, now=datetime.now(UTC))
    worse = {
        kind: verdict
        for kind, verdict in after.items()
        if ORDER.index(verdict) > ORDER.index(approved.get(kind, "safe"))
    }
    assert worse == {}
    assert _uninspected(snapshot, integration) <= uninspected
