# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules refuse of what they are given, before the service sees anything of it; and which object a name means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._engine.object_module import (
    OBJECT_MODULES,
    ObjectModule,
)
from ansible_collections.avanan.office365.plugins.module_utils._exchange.errors import (
    ConfigurationError,
)

from tests.fake_exchange.control import Practice

from .module_run import run

RULE = "o365_mail_flow_rule"
ACTIONS = {"prepend_subject": "[x] "}


def _do(tenant: Practice, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
    return run(module, options, tenant.env(way="access_token"), check=check)


# ------------------------------------------------------------------------------------------------------ empty elements


def _lists() -> Iterator[Any]:
    """Every list option of every module, with the options without which nothing can be said."""
    for name, module in OBJECT_MODULES.items():
        spec = module.argument_spec()
        for option, row in spec.items():
            if row["type"] == "list" and option != "purge":
                yield pytest.param(name, "", option, id=f"{name}-{option}")
            for inner, inside in (row.get("options") or {}).items():
                if inside["type"] == "list":
                    yield pytest.param(name, option, inner, id=f"{name}-{option}.{inner}")


def _options(module: ObjectModule, section: str, option: str, value: list[Any]) -> dict[str, Any]:
    params: dict[str, Any] = {"name": "X", "other_names": [], "state": "present"}
    given = {section: {option: value}} if section else {option: value}
    if module.selector:
        row = next((row for row in module.rows() if row.path == option), None)
        params[module.selector] = (module.only_for(row) if row else "") or next(iter(module.variants))
    return {**params, **given}


@pytest.mark.parametrize("blank", [[""], ["  "], [None], ["a.example", ""]])
@pytest.mark.parametrize(("name", "section", "option"), list(_lists()))
def test_an_empty_element_is_refused(name: str, section: str, option: str, blank: list[Any]) -> None:
    module = OBJECT_MODULES[name]
    path = f"{section}.{option}" if section else option
    with pytest.raises(ConfigurationError) as refused:
        module.desired(_options(module, section, option, blank))
    assert f"{path}: has an empty element" in str(refused.value)


@pytest.mark.parametrize(
    ("module", "options"),
    [
        (RULE, {"conditions": {"sent_to": [""]}, "actions": {"delete_message": True}}),
        (RULE, {"conditions": {"subject_matches_patterns": [""]}, "actions": ACTIONS}),
        (RULE, {"conditions": {"sender_ip_ranges": [""]}, "actions": ACTIONS}),
        (
            "o365_connector",
            {"direction": "inbound", "sender_domains": ["*"], "sender_ip_addresses": [""]},
        ),
        ("o365_connector", {"direction": "inbound", "sender_domains": ["a.example, ,b.example"]}),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_condition_does_not_vanish(
    tenant: Practice, module: str, options: dict[str, Any], check: bool
) -> None:
    refused = _do(tenant, module, check=check, name="X", **options)
    assert "has an empty element" in refused["msg"]
    assert tenant.calls() == []


def test_an_empty_list_clears(tenant: Practice) -> None:
    conditions = {"subject_contains_words": ["invoice"], "from_scope": "NotInOrganization"}
    _do(tenant, RULE, name="Tag", conditions=conditions, actions=ACTIONS)
    cleared = _do(tenant, RULE, name="Tag", conditions={"subject_contains_words": []})
    assert cleared["mail_flow_rule"]["conditions"] == {"from_scope": "NotInOrganization"}


def test_what_the_service_shows_may_have_empty_elements(tenant: Practice) -> None:
    _do(tenant, RULE, name="Tag", conditions={"subject_contains_words": ["invoice"]}, actions=ACTIONS)
    record = next(row for row in tenant.state()["TransportRule"] if row["Name"] == "Tag")
    tenant.put("TransportRule", {**record, "SubjectContainsWords": ["invoice", "", None]})
    again = _do(tenant, RULE, name="Tag", conditions={"subject_contains_words": ["invoice"]})
    assert not again["changed"]


# -------------------------------------------------------------------------------------------------- control characters


@pytest.mark.parametrize("character", ["\r\n", "\n", "\x00", "\x07", "\x85", "\ud800"])
@pytest.mark.parametrize(
    ("module", "options", "option"),
    [
        (RULE, {"name": "X{}Y"}, "name"),
        (RULE, {"name": "X", "other_names": ["Y{}Z"]}, "other_names"),
        (RULE, {"name": "X", "before": ["Y{}Z"]}, "before"),
        (RULE, {"name": "X", "actions": {"set_header_name": "X-A{}"}}, "actions.set_header_name"),
        (
            RULE,
            {"name": "X", "actions": {"set_header_name": "X-A", "set_header_value": "a{}X-B: b"}},
            "actions.set_header_value",
        ),
        (RULE, {"name": "X", "actions": {"prepend_subject": "a{}"}}, "actions.prepend_subject"),
        (
            RULE,
            {"name": "X", "conditions": {"subject_contains_words": ["a{}b"]}},
            "conditions.subject_contains_words",
        ),
        (
            "o365_distribution_group",
            {"name": "X", "managed_by": ["mia.roth@contoso.example"], "display_name": "a{}b"},
            "display_name",
        ),
    ],
)
def test_control_characters_are_refused(
    tenant: Practice, module: str, options: dict[str, Any], option: str, character: str
) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value.format(character)

    refused = _do(tenant, module, **filled(options))
    assert f"{option}: " in refused["msg"]
    assert "control character" in refused["msg"]
    assert tenant.calls() == []


def test_texts_of_several_lines_keep_their_lines(tenant: Practice) -> None:
    made = _do(tenant, RULE, name="Tag", comments="one\n\ttwo", actions=ACTIONS)
    assert made["mail_flow_rule"]["comments"] == "one\n\ttwo"
    refused = _do(tenant, RULE, name="Tag", comments="one\x00two")
    assert "comments: " in refused["msg"]


@pytest.mark.parametrize("address", ["a..b@archive.example", ".a@archive.example", "a@archive..example"])
def test_addresses_with_a_stray_dot_are_refused(tenant: Practice, address: str) -> None:
    refused = _do(tenant, "o365_journal_rule", name="X", journal_email_address=address)
    assert "is not an SMTP address" in refused["msg"]
    assert tenant.calls() == []


# ---------------------------------------------------------------------------------------------- blanks around a name

BLANKS = [
    (
        RULE,
        "TransportRule",
        {"name": "Tag outside", "conditions": {"from_scope": "NotInOrganization"}, "actions": ACTIONS},
        "Tag outside ",
    ),
    (
        "o365_connector",
        "InboundConnector",
        {
            "direction": "inbound",
            "name": "From gateway",
            "sender_domains": ["*"],
            "require_tls": True,
            "sender_ip_addresses": ["198.51.100.0/24"],
        },
        " From gateway ",
    ),
    (
        "o365_connector",
        "OutboundConnector",
        {
            "direction": "outbound",
            "name": "To gateway",
            "is_transport_rule_scoped": True,
            "use_mx_record": False,
            "smart_hosts": ["mx.gateway.example"],
        },
        " To gateway",
    ),
    (
        "o365_journal_rule",
        "JournalRule",
        {"name": "Archive", "journal_email_address": "j@archive.example"},
        "Archive ",
    ),
]


def _with_blanks(tenant: Practice, module: str, noun: str, options: dict[str, Any], shown: str) -> None:
    """An object as somebody typed it elsewhere: the module's own, under another name."""
    _do(tenant, "o365_transport_config", journaling_report_ndr_to="ndr@archive.example")
    _do(tenant, module, **options)
    record = next(row for row in tenant.state()[noun] if row["Name"] == options["name"])
    tenant.delete(noun, options["name"])
    tenant.put(noun, {**record, "Name": shown})


def _named(tenant: Practice, noun: str, name: str) -> list[str]:
    return [row["Name"] for row in tenant.state()[noun] if row["Name"].strip() == name]


@pytest.mark.parametrize(("module", "noun", "options", "shown"), BLANKS)
def test_blanks_around_a_name_make_no_second_object(
    tenant: Practice, module: str, noun: str, options: dict[str, Any], shown: str
) -> None:
    _with_blanks(tenant, module, noun, options, shown)
    for typed in (shown, options["name"]):
        result = _do(tenant, module, **{**options, "name": typed})
        assert not result["changed"], result
        assert _named(tenant, noun, options["name"]) == [shown]


@pytest.mark.parametrize(("module", "noun", "options", "shown"), BLANKS)
def test_absent_removes_the_object_that_is_meant(
    tenant: Practice, module: str, noun: str, options: dict[str, Any], shown: str
) -> None:
    _with_blanks(tenant, module, noun, options, shown)
    few = {key: options[key] for key in ("direction", "name") if key in options}
    assert _do(tenant, module, state="absent", **few)["changed"]
    assert _named(tenant, noun, options["name"]) == []


@pytest.mark.parametrize(
    ("typed", "left"), [("Tag outside", "Tag outside "), ("Tag outside ", "Tag outside")]
)
def test_of_two_names_the_exact_one_counts(tenant: Practice, typed: str, left: str) -> None:
    _module, noun, options, shown = BLANKS[0]
    _with_blanks(tenant, RULE, noun, options, shown)
    record = next(row for row in tenant.state()[noun] if row["Name"] == shown)
    tenant.put(noun, {**record, "Name": "Tag outside", "Guid": "7c1f4f0e-0f5b-4c52-9f5a-3f6f0c6d9b11"})
    assert _do(tenant, RULE, name=typed, state="absent")["changed"]
    assert _named(tenant, noun, "Tag outside") == [left]


# ------------------------------------------------------------------------------- limits that check mode knows already

OWNER = "user01@contoso.example"
PARTNERS = [f"partner-number-{number}.example" for number in range(420)]
SCOPE = {"from_scope": "NotInOrganization"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {
                "actions": {
                    "moderate_message_by_user": [f"m{number}@elsewhere.example" for number in range(11)]
                }
            },
            "names 11 moderators; the service takes at most 10",
        ),
        (
            {"conditions": {"subject_matches_patterns": ["(unclosed"]}, "actions": ACTIONS},
            'conditions.subject_matches_patterns: "(unclosed" is not a regular expression',
        ),
        (
            {"exceptions": {"sender_ad_attribute_matches_patterns": ["City:[a-z"]}, "actions": ACTIONS},
            "exceptions.sender_ad_attribute_matches_patterns",
        ),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_limits_of_rules_are_known_before_the_network(
    tenant: Practice, options: dict[str, Any], words: str, check: bool
) -> None:
    assert words in _do(tenant, RULE, check=check, name="X", **options)["msg"]
    assert tenant.calls() == []


def test_ten_moderators_are_taken(tenant: Practice) -> None:
    moderators = [f"m{number}@elsewhere.example" for number in range(10)]
    actions = {"moderate_message_by_user": [*moderators, moderators[0].upper()]}
    assert _do(tenant, RULE, check=True, name="X", actions=actions)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_rule_of_more_than_8_kilobytes_is_refused(tenant: Practice, check: bool) -> None:
    exceptions = {"sender_domain_is": PARTNERS}
    refused = _do(
        tenant, RULE, check=check, name="Large", conditions=SCOPE, exceptions=exceptions, actions=ACTIONS
    )
    assert "the service takes rules of at most 8192" in refused["msg"]
    assert tenant.writes() == []


def test_a_rule_of_nearly_8_kilobytes_is_a_warning(tenant: Practice) -> None:
    exceptions = {"sender_domain_is": PARTNERS[:290]}
    preview = _do(
        tenant, RULE, check=True, name="Large", conditions=SCOPE, exceptions=exceptions, actions=ACTIONS
    )
    assert preview["changed"]
    assert any("stores more than the texts" in text for text in preview["warnings"])


@pytest.mark.parametrize(
    ("pattern", "doubt"),
    [(r"^\[A\] (ticket|case) \(\d+\)$", False), ("[a-z-[aeiou]]", False), (r"(?<word>a)\p{L}", True)],
)
def test_a_pattern_that_python_reads_otherwise_is_a_warning(
    tenant: Practice, pattern: str, doubt: bool
) -> None:
    preview = _do(
        tenant,
        RULE,
        check=True,
        name="X",
        conditions={"subject_matches_patterns": [pattern]},
        actions=ACTIONS,
    )
    assert preview["changed"]
    assert any("is not certain" in text for text in preview["warnings"]) == doubt


def _both(tenant: Practice, module: str, words: str, **options: Any) -> None:
    """Check mode says the condition, and the run refuses for it."""
    preview = _do(tenant, module, check=True, **options)
    unmet = [row for row in preview["preconditions"] if not row["met"]]
    assert any(words in row["text"] for row in unmet), preview["preconditions"]
    before = tenant.writes()
    refused = _do(tenant, module, **options)
    assert words in refused["msg"]
    assert tenant.writes() == before


def test_an_eleventh_journal_rule_is_refused(tenant: Practice) -> None:
    _do(tenant, "o365_transport_config", journaling_report_ndr_to="ndr@archive.example")
    for number in range(10):
        made = _do(tenant, "o365_journal_rule", name=f"J{number}", journal_email_address="j@archive.example")
        assert made["changed"]
    _both(
        tenant,
        "o365_journal_rule",
        "fewer than 10 journal rules",
        name="J10",
        journal_email_address="j@archive.example",
    )
    assert not _do(tenant, "o365_journal_rule", name="J9", journal_email_address="j@archive.example")[
        "changed"
    ]


def test_a_mailbox_takes_no_journal_reports(tenant: Practice) -> None:
    _do(tenant, "o365_transport_config", journaling_report_ndr_to="ndr@archive.example")
    words = "is outside Exchange Online"
    _both(tenant, "o365_journal_rule", words, name="J", journal_email_address=OWNER)
    _do(tenant, "o365_journal_rule", name="J", journal_email_address="j@archive.example")
    _both(tenant, "o365_journal_rule", words, name="J", journal_email_address=OWNER)


def test_a_group_has_an_address_of_an_accepted_domain(tenant: Practice) -> None:
    group = {"name": "G", "managed_by": [OWNER]}
    words = '"g@elsewhere.example" is in an accepted domain'
    _both(tenant, "o365_distribution_group", words, **group, primary_smtp_address="g@elsewhere.example")
    assert _do(tenant, "o365_distribution_group", **group, primary_smtp_address="g@fabrikam.example")[
        "changed"
    ]
    _both(tenant, "o365_distribution_group", words, name="G", email_addresses=["g@elsewhere.example"])
