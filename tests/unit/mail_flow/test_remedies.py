# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every remedy that is offered helps, by the product's walk and by the second evaluator; and what is said is short enough to act on."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cached_property, partial
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._change.edit_entries import edit_entries
from ansible_collections.avanan.office365.plugins.module_utils._change.remedies import remedied
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.check import examined
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.comparison import refusals
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.findings import (
    Checked,
    Finding,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_check.remedies import (
    MOST_WALKS,
    MOST_WORDS,
    Search,
    told,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.edit import (
    Edit,
    Edits,
    NotEditable,
    adding,
    excepting,
    sentence,
    set_to,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.edited import edited
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.planned import after

from tests.mail_flow_oracle import verdicts
from tests.mail_flow_oracle.oracle import ORDER
from tests.unit.mail_flow.mail_flow_judgements import (
    ANNA,
    FROM_DLP,
    GUARD,
    INBOUND,
    INTEGRATION,
    JUDGEMENTS,
    LOCK,
    MIMECAST,
    OUTBOUND,
    OUTBOUND_RULE,
    OUTSIDE,
    PROTECT,
    RULES,
    SALES,
    TO_VENDOR,
    Judgement,
    complete,
    conditions,
    exceptions,
    gateway,
)
from tests.unit.mail_flow.mail_flow_samples import (
    NOW,
    Change,
    Plain,
    last,
    more,
    named,
    outbound,
    rule,
)

# What can be solved only by somebody who knows what the tenant does not say.
_TO_ASK = {
    "another portal takes the same users",
    "another portal has its own group, and nobody knows its region",
    "another product in line, and nobody says from where it comes back",
    "centralised mail flow",
    "centralised mail flow, in the plan",
    "reports go to an address of the company",
    "the region is not known",
    "a user in the scope whom nobody may look up",
    "the rules could not be read",
    # With the exception whose mail the pattern takes is still not known.
    "a protect rule by a pattern of addresses, without the exception",
}


class Tried:
    """A tenant with the remedies of its findings."""

    def __init__(self, snapshot: Plain, integration: Plain, most: int = MOST_WALKS) -> None:
        self.snapshot, self.integration = snapshot, integration
        self.examine = partial(examined, integration=integration, now=NOW)
        self.checked: Checked = self.examine(snapshot)
        self.search = Search([self.checked], self._walk, most=most)
        self._edited: dict[Edits, tuple[dict[str, Any], dict[str, str]]] = {}

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """Of the second evaluator."""
        return _judge(self.snapshot, self.integration)

    def edited(self, edits: Edits) -> tuple[dict[str, Any], dict[str, str]]:
        """What both evaluators say of the edited tenant; the same edits solve several findings."""
        if edits not in self._edited:
            snapshot = edited(self.snapshot, edits)
            self._edited[edits] = self.examine(snapshot).result, _judge(snapshot, self.integration)
        return self._edited[edits]

    def _walk(self, edits: Edits, _place: int) -> Checked:
        """As the gate does: what a cmdlet would refuse is no remedy."""
        edit_entries(self.snapshot, edits)
        return self.examine(edited(self.snapshot, edits))

    def offered(self) -> Iterator[tuple[Finding, str, list[Edits]]]:
        """Each finding, what is said of it, and the edits."""
        found = self.search.complete(self.checked.findings())
        for key, finding, cause in self.checked.findings():
            text = told(finding, cause, found[key], exhausted=self.search.exhausted)
            yield finding, f"{finding['cause']} {text}", [item.edits for item in found[key]]


def _tried(case: Judgement) -> Tried:
    return Tried(after(case.tenant(), case.entries), {**INTEGRATION, **case.integration})


def _judge(snapshot: Plain, integration: Plain) -> dict[str, str]:
    return verdicts(deepcopy(snapshot), integration, now=NOW)


@pytest.mark.parametrize("senders", [{"from_member_of": [SALES]}, {"from": [ANNA]}, {}])
def test_notices_that_may_be_lost_need_not_go_to_the_vendor(senders: Plain) -> None:
    """The vendor's own form of the rule for outgoing mail, which does not ask from which side mail comes."""
    case = Judgement("safe", (conditions(OUTBOUND_RULE, sent_to_scope=OUTSIDE, **senders),), base=complete)
    found = [
        edits for finding, _text, edits in _tried(case).offered() if finding["id"] == "null-sender-return"
    ]
    assert [edit.text for (edits,) in found for edit in edits] == [
        f'set the exception message_type_matches of the mail-flow rule "{OUTBOUND_RULE}" to OOF'
    ]


def assert_helps(tried: Tried, finding: Finding, edits: Edits) -> None:
    """By both evaluators, and in cmdlets that can be undone."""
    old, (result, new) = tried.verdicts, tried.edited(edits)
    same = [
        item
        for item in result["findings"]
        if (item["id"], item["subject"]) == (finding["id"], finding["subject"])
    ]
    assert same == [], [edit.text for edit in edits]
    walked = {traced["class"].partition("#")[0] for traced in result["classes"]}
    # A kind of mail that only the edit brings about may be doubtful, but neither loop nor be lost.
    worse = {
        name: (old.get(name, "not_proved"), verdict)
        for name, verdict in new.items()
        if name in walked and ORDER.index(verdict) > ORDER.index(old.get(name, "not_proved"))
    }
    assert worse == {}, [edit.text for edit in edits]
    assert result["verdict"] != "safe" or new[""] in ("safe", "not_proved"), [edit.text for edit in edits]
    for entry in edit_entries(tried.snapshot, edits):
        assert entry["steps"]


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_every_remedy_of_the_judgements_helps(name: str) -> None:
    tried = _tried(JUDGEMENTS[name])
    unsolved = []
    for finding, text, remedies in tried.offered():
        for edits in remedies:
            assert_helps(tried, finding, edits)
        assert len(text.split()) <= MOST_WORDS, text
        if finding["severity"] == "block" and not remedies:
            unsolved.append(finding["id"])
    assert bool(unsolved) == (name in _TO_ASK), unsolved


# ---------------------------------------------------------------------------------------------- remedies that did harm


def _remedies(*changes: Change, base: str = "nothing but the vendor, everybody inline") -> dict[str, str]:
    case = JUDGEMENTS[base]
    tried = _tried(Judgement(case.verdict, (*case.changes, *changes), base=case.base))
    return {finding["id"]: text for finding, text, _edits in tried.offered()}


def test_addresses_of_the_vendor_never_leave_the_exceptions() -> None:
    lock = gateway("Mimecast Inbound", [*MIMECAST, *GUARD], **LOCK)
    assert "gateway-exempted-monitor-only" not in _remedies(lock)
    said = _remedies(lock, exceptions(*GUARD, *MIMECAST))["gateway-exempted-monitor-only"]
    assert "Remove 91.220.42.0/24, 195.130.217.0/24 from the exception sender_ip_ranges" in said
    assert not any(address in said for address in GUARD)


def test_a_refusal_is_explained_in_few_words() -> None:
    """All of what the gate says of why, and of what to do: somebody has to act on it."""
    words: dict[str, int] = {}
    for name, case in JUDGEMENTS.items():
        known = {**INTEGRATION, **case.integration}
        result = remedied(after(case.tenant(), case.entries), partial(examined, integration=known, now=NOW))
        if told_why := refusals(result):
            words[name] = len(" ".join(told_why).split())
    long = {name for name, number in words.items() if number >= MOST_WORDS}
    assert long == set()
    assert len(words) - len(long) >= 50


def test_what_one_edit_clears_is_said_once() -> None:
    case = JUDGEMENTS["Exclaimer with outgoing mail inspected, and its mark may be gone then"]
    result = remedied(case.tenant(), partial(examined, integration=INTEGRATION, now=NOW))
    blocking = [item for item in result["findings"] if item["severity"] == "block"]
    (text,) = refusals(result)
    assert len(blocking) == 4
    assert text.count(blocking[0]["remedies"][0]["text"]) == 1
    assert all(item["id"] in text for item in blocking)


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_there_is_one_opinion_for_one_rule(name: str) -> None:
    case = JUDGEMENTS[name]
    known = {**INTEGRATION, **case.integration}
    found = examined(after(case.tenant(), case.entries), known, now=NOW).result["findings"]
    blamed = {item["subject"] for item in found if item["severity"] == "block"}
    assert not [item for item in found if item["id"] == "own-rule-ends" and item["subject"] in blamed]


def test_a_connector_that_is_not_for_rules_is_what_has_to_change() -> None:
    said = _remedies(named(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=False, recipient_domains=["*"]))
    assert not any("OnPremises." in text and "Set connector_type" in text for text in said.values())
    assert "Switch on is_transport_rule_scoped" in said["dlp-return-not-relayed"]


def test_a_connector_for_rules_is_not_for_domains_as_well() -> None:
    """The service takes either, so that both are said, made and undone together."""
    tenant = JUDGEMENTS["nothing but the vendor, everybody inline"].tenant()
    named(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=False, recipient_domains=["*"])(tenant)
    edits = set_to(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=True)
    assert sentence(edits) == (
        f'Switch on is_transport_rule_scoped of the outbound connector "{TO_VENDOR}", with empty recipient_domains.'
    )
    (entry,) = edit_entries(tenant, edits)
    (made,), (undone,) = entry["steps"], entry["undo"]
    assert (made["parameters"]["IsTransportRuleScoped"], made["parameters"]["RecipientDomains"]) == (True, [])
    assert (undone["parameters"]["IsTransportRuleScoped"], undone["parameters"]["RecipientDomains"]) == (
        False,
        ["*"],
    )


def test_what_a_connector_takes_for_its_domains_no_rule_is_blamed_for() -> None:
    case = JUDGEMENTS["nothing but the vendor, everybody inline"]
    archive = rule(
        "Archive",
        conditions={"header_contains_message_header": "X-Archive", "header_contains_words": ["yes"]},
        actions={"route_message_outbound_connector": "To archive"},
    )
    changes = (
        named(OUTBOUND, TO_VENDOR, is_transport_rule_scoped=False, recipient_domains=["*"]),
        last(archive),
        more(OUTBOUND, outbound("To archive", smart_hosts=["archive.example"])),
    )
    tried = _tried(Judgement(case.verdict, (*case.changes, *changes), base=case.base))
    found = [
        finding for finding, _text, _edits in tried.offered() if finding["id"] == "dlp-return-not-relayed"
    ]
    assert [finding["subject"] for finding in found] == [TO_VENDOR]


def test_a_lock_down_by_certificate_is_not_worded_as_loss() -> None:
    case = JUDGEMENTS["a gateway locks by its certificate"]
    (text,) = [text for finding, text, _edits in _tried(case).offered() if finding["severity"] == "block"]
    assert "lost" not in text
    assert "restrict by these addresses instead of by certificate" in text


# ------------------------------------------------------------------------------------------------ the edits themselves


def test_what_an_edit_says() -> None:
    assert Edit(RULES, "R", "exceptions.sender_ip_ranges", "add", ("192.0.2.1",)).text == (
        'add 192.0.2.1 to the exception sender_ip_ranges of the mail-flow rule "R"'
    )
    assert Edit(RULES, "R", "priority", "above", "S").text == (
        'move the mail-flow rule "R" above the mail-flow rule "S"'
    )
    assert set_to(INBOUND, "C", require_tls=False)[0].text == (
        'switch off require_tls of the inbound connector "C"'
    )
    assert set_to(OUTBOUND, "C", tls_domain=None)[0].text == 'empty tls_domain of the outbound connector "C"'


def test_an_edit_that_cannot_be_made() -> None:
    snapshot = JUDGEMENTS["outgoing and internal mail, too"].tenant()
    kept = deepcopy(snapshot)
    for edits in (
        excepting("nobody", GUARD),
        excepting(PROTECT, GUARD),
        set_to(INBOUND, FROM_DLP, enabled=True),
        (Edit(RULES, PROTECT, "priority", "above", "nobody"),),
        (Edit(OUTBOUND, TO_VENDOR, "", "create", ()),),
    ):
        with pytest.raises(NotEditable):
            edited(snapshot, edits)
    edited(snapshot, adding(INBOUND, FROM_DLP, "sender_ip_addresses", ["192.0.2.1"]))
    assert snapshot == kept


def test_the_search_is_bounded_and_says_so() -> None:
    tried = _tried(JUDGEMENTS["the exception is missing"])
    walks = []

    def walk(edits: Edits, _place: int) -> Checked:
        walks.append(edits)
        return tried.checked

    search = Search([tried.checked], walk, most=3)
    key, finding, cause = next(tried.checked.findings())
    many = [excepting(PROTECT, [f"192.0.2.{number}"]) for number in range(9)]
    cause = type(cause)(cause.finding, cause.subject, cause.cause, "", tuple(many), "Ask the vendor.")
    assert search.remedies(key, finding, cause) == []
    assert (len(walks), search.exhausted) == (3, True)
    assert told(finding, cause, [], exhausted=True) == "Not all remedies could be tried. Ask the vendor."
    assert told(finding, cause, [], exhausted=False) == "No proved remedy was found. Ask the vendor."
    assert MOST_WALKS > len(many)


def test_the_result_is_plain() -> None:
    case = JUDGEMENTS["a former gateway still locks"]
    result = remedied(case.tenant(), partial(examined, integration=INTEGRATION, now=NOW))
    finding = next(item for item in result["findings"] if item["severity"] == "block")
    assert finding["remedies"][0]["text"] in finding["remedy"]
    assert "Then arrives: " in finding["remedies"][0]["effect"]


def test_the_remedies_of_some_classes_are_proved_on_all() -> None:
    """What helps internal mail could send other mail past the vendor."""
    tenant = JUDGEMENTS["a signature product without its exception"].tenant()
    examine = partial(examined, integration=INTEGRATION, now=NOW)
    whole = remedied(tenant, examine)
    shown = remedied(tenant, examine, examine(tenant, classes=["internal"]))
    assert {item["class"].partition("#")[0] for item in shown["classes"]} == {"internal"}
    assert shown["findings"]
    told_of = {(item["id"], item["subject"]): item["remedies"] for item in whole["findings"]}
    for finding in shown["findings"]:
        assert finding["remedies"] == told_of[finding["id"], finding["subject"]]
    alone = remedied(tenant, partial(examine, classes=["internal"]))
    assert [item["remedies"] for item in alone["findings"]] != [
        item["remedies"] for item in shown["findings"]
    ]
