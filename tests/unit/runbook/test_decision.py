# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first page of a runbook: what a change board decides on."""

from __future__ import annotations

from typing import Any

from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.decision import (
    request,
    tenant_name,
    third_parties,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.render import render
from ansible_collections.avanan.office365.plugins.plugin_utils._runbook.view import view

from tests.unit.runbook import runbook_samples as samples

_READ: dict[str, Any] = {
    "accepted_domains": [
        {"name": "other.example", "default": False, "domain_type": "InternalRelay"},
        {"name": "contoso.example", "default": True, "domain_type": "Authoritative"},
    ],
    "mail_flow_rules": [
        {
            "name": "Disclaimer",
            "enabled": False,
            "mode": "Enforce",
            "conditions": {"from_scope": "InOrganization"},
            "actions": {"apply_html_disclaimer_text": "<b>"},
        },
        {"name": "Trial", "enabled": True, "mode": "Audit"},
    ],
    "outbound_connectors": [
        {
            "name": "To partner",
            "enabled": True,
            "smart_hosts": ["mx.partner.example"],
            "is_transport_rule_scoped": True,
        }
    ],
}
_PROOF = {"integration": {"portal": "customer-x", "brand": "avanan"}, "tenant": _READ}


def _proved(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**document, "proof": _PROOF, **more}


def test_copies_of_all_mail_and_routed_mail_are_told() -> None:
    assert third_parties(_proved(samples.manual())) == [
        (
            "Avanan gets a copy of ALL mail of everyone, internal mail included: journal reports go to "
            "customer-x@customer-x-mail.avanan.net, outside the tenant."
        ),
        (
            "Incoming mail to pilot@contoso.example is routed through Avanan, customer-x-host.avanan.net "
            "(connector Avanan Outbound), before it is delivered."
        ),
    ]


def test_what_ends_is_told() -> None:
    assert third_parties(_proved(samples.remove())) == [
        "Incoming mail to pilot@contoso.example is no longer routed through the connector Avanan Outbound."
    ]
    journal = samples.journal_rule()
    gone = {**journal, "before": journal["after"], "after": None}
    (text,) = third_parties(_proved(samples.document("plan", "Removal", [gone])))
    assert text == "Avanan no longer gets copies of mail from the journal rule Avanan - Monitor."


def test_a_rule_that_is_off_routes_nothing() -> None:
    rule = samples.protect_rule()
    rule["after"]["enabled"] = False
    assert third_parties(samples.document("plan", "Off", [rule])) == []


def test_the_tenant_has_its_name() -> None:
    assert tenant_name(_proved(samples.manual(), tenant={"id": samples.GUID, "name": samples.GUID})) == (
        "contoso.example"
    )
    assert tenant_name(samples.document("plan", "x", [], tenant={"id": "1", "name": "named"})) == "named"


def test_what_nobody_said_is_printed_empty() -> None:
    said = _proved(samples.manual(), request={"ticket": "CHG-1", "approver": None})
    assert dict(request(said)) == {
        "Customer": "",
        "Portal": "customer-x",
        "Requested by": "",
        "Approved by": "",
        "Ticket": "CHG-1",
        "Change window": "",
    }
    texts = render(said)
    assert "* Ticket: `CHG-1`" in texts["md"]
    assert "* Requested by: \n" in texts["md"]
    assert texts["html"].count('class="blank"') == 4


def test_a_job_is_told_where_there_is_one() -> None:
    said = _proved(samples.manual(), request={"job": "Go inline, job 7"})
    assert dict(request(said))["Job"] == "Go inline, job 7"
    assert "* Job: `Go inline, job 7`" in render(said)["md"]


def test_the_mail_flow_before_the_change_is_an_appendix() -> None:
    tables = {table.title: table.rows for table in view(_proved(samples.manual())).baseline}
    assert tables["Mail-flow rules in their order"] == [
        [
            ["1"],
            ["Disclaimer"],
            ["off"],
            ["from scope: InOrganization"],
            [],
            ["apply html disclaimer text: <b>"],
        ],
        [["2"], ["Trial"], ["on, test mode (Audit)"], [], [], []],
    ]
    assert tables["Outbound connectors"] == [
        [["To partner", ""], ["on"], ["rules only"], ["mx.partner.example"], ["opportunistic"]]
    ]
    assert "Journal rules" not in tables
    assert view(samples.manual()).baseline == []
    assert "&lt;b&gt;" in render(_proved(samples.manual()))["html"]


def test_the_first_page_answers_before_the_steps() -> None:
    page = render(_proved(samples.manual()))["html"]
    first = page[page.index('id="decision"') : page.index("<main>")]
    for said in (
        "Set recipient of undeliverable journal reports",
        "Avanan gets a copy of ALL mail",
        "1 group: group pilot@contoso.example",
        "Every message that was walked arrives.",
        (
            "One command: the playbook undo with the record of the run, or runbook.ps1 -Undo. Not rolled back: "
            "Switch on organization customization."
        ),
        "Allow 60 minutes",
    ):
        assert said in first.replace("<bdi>", "").replace("</bdi>", ""), said


def test_the_foot_of_each_page_has_the_hash_and_nothing_else_of_the_document() -> None:
    document = samples.manual()
    assert f'content: "{document["hash"]}"' in render(document)["html"]
    odd = {**document, "hash": 'x"; } body { display: none } /*'}
    page = render(odd)["html"]
    assert 'content: ""' in page
    assert "} body {" not in page.partition("<style>")[2].partition("</style>")[0]


def test_the_guides_hints_and_the_validation_stand_with_the_steps() -> None:
    shown = view(samples.manual())
    assert "contact the vendor's support" in shown.hints[0]
    assert "has to be repeated here" in shown.hints[1]
    assert view(samples.failed_record()).hints == []
    validated = [step.headline for step in shown.steps if step.validation]
    assert validated == ["Create outbound connector: Avanan Outbound"]
    for form in ("html", "md"):
        assert "Validate this connector" in render(samples.manual())[form]
