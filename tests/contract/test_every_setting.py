# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every setting of every table, over TLS: set, changed, cleared; each time as previewed, and done when repeated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._resources import (
    connection_filter,
    distribution_group,
    inbound_connector,
    journal_rule,
    mail_contact,
    mail_flow_rule,
    outbound_connector,
    recipient_settings,
    rule_actions,
    transport_config,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema import address_types as a
from ansible_collections.avanan.office365.plugins.module_utils._schema import value_type as c
from ansible_collections.avanan.office365.plugins.module_utils._schema import value_types as v
from ansible_collections.avanan.office365.plugins.module_utils._schema.resource import (
    Field,
    Resource,
)
from ansible_collections.avanan.office365.plugins.plugin_utils._sheets.loader import sheet_of

from tests.fake_exchange.classes import CLASSES
from tests.fake_exchange.control import Practice

from .module_run import run

# Two values for each kind of setting.
SAMPLES: list[tuple[c.ValueType, Any, Any]] = [
    (v.TEXT, "one ", "two words"),
    (v.COMMENT, "one", "Zwei"),
    (v.IDENTITY, "To archive", "Second"),
    (v.INTEGER, 1, 2),
    (v.SPAN, "12:00:00", "18:30:00"),
    (v.UNLIMITED_OR_NUMBER, "100", "unlimited"),
    (v.DATE, "2031-01-31T08:00:00Z", "2032-05-01T10:00:00+02:00"),
    (v.WORDS, ["alpha", "Beta gamma"], ["delta"]),
    (v.PATTERNS, ["^a+$", "B "], ["c|d"]),
    (v.RECIPIENTS, ["user01", "pilot"], ["User 02"]),
    (v.INDIVIDUALS, ["user01", "someone@outside.example"], ["User 02"]),
    (v.GROUPS, ["pilot", "Sales team"], ["research-all"]),
    (v.RECIPIENT, "user01", "User 02"),
    (v.HEADER, "X-One", "X-Two"),
    (v.SCL, "-1", "5"),
    (v.ATTRIBUTE_WORDS, ["City:Oslo,Rome"], ["Department:Sales", "City:Bern"]),
    (v.ATTRIBUTE_PATTERNS, [r"City:^\s", "Department:a|B"], [r"City:^\S", "Department:A|B"]),
    (v.EXTENSIONS, [".exe", "Bat"], ["ps1"]),
    (rule_actions.REASON, "No ", "two\nlines"),
    (rule_actions.MODERATORS, ["user01", "someone@outside.example"], ["User 02"]),
    (rule_actions.STATUS_CODE, "5.7.900", "5.7.1"),
    (rule_actions.DISCLAIMER, "<p>one</p>", "<p>two</p>\r\n"),
    (rule_actions.NOTIFICATION, "one", "two"),
    (transport_config.EXPIRATION, "12:00:00", "24:00:00"),
    (transport_config.EXPIRATION_DAYS, 1, 7),
    (transport_config.ENVELOPE_LIMIT, "100", "unlimited"),
    (v.SIZE, "10MB", "1500 KB"),
    (a.SMTP, "one@elsewhere.example", "Two@elsewhere.example"),
    (a.NULLABLE_SMTP, "one@elsewhere.example", "Two@elsewhere.example"),
    (a.DOMAINS, ["Contoso.example", "fabrikam.example"], ["tailspin.example"]),
    (a.DOMAIN_PATTERNS, ["a.example", "*.b.example"], ["*"]),
    (a.SMTP_LIST, ["one@a.example", "two@a.example"], ["three@a.example"]),
    (a.SENDER_DOMAINS, ["*"], ["A.example", "smtp:b.example;5"]),
    (a.HOSTS, ["mx.example", "203.0.113.9"], ["second.example"]),
    (a.CONNECTOR_IPS, ["203.0.113.4", "198.51.100.9/24"], ["192.0.2.0/28"]),
    (a.FILTER_ENTRIES, ["203.0.113.4", "198.51.100.1-198.51.100.9"], ["192.0.2.7/28", "203.0.113.4/32"]),
    (recipient_settings.PROXY_ADDRESSES, ["one@fabrikam.example"], ["smtp:Two@fabrikam.example"]),
    (recipient_settings.WORDS, ["alpha", "Beta gamma"], ["delta"]),
    (recipient_settings.MODERATORS, ["user01", "counsel"], ["User 02"]),
    (mail_contact.EXTERNAL_ADDRESS, "one@elsewhere.example", "SMTP:Two@elsewhere.example"),
    (distribution_group.OWNERS, ["user01", "User 02"], ["user03@contoso.example"]),
    (distribution_group.MEMBERS, ["user01", "Sales team"], ["User 01", "counsel"]),
    (a.IP_RANGES, ["203.0.113.4", "198.51.100.1-198.51.100.9"], ["192.0.2.7/28"]),
]
# What else must be given with a setting, by its path without the section.
COMPANIONS: dict[str, dict[str, Any]] = {
    "between_member_of1": {"between_member_of2": ["pilot"]},
    "between_member_of2": {"between_member_of1": ["pilot"]},
    "manager_for_evaluated_user": {"manager_addresses": ["user03"]},
    "ad_comparison_operator": {"ad_comparison_attribute": "City"},
    "header_contains_message_header": {"header_contains_words": ["yes"]},
    "header_contains_words": {"header_contains_message_header": "X-A"},
    "header_matches_message_header": {"header_matches_patterns": ["yes"]},
    "header_matches_patterns": {"header_matches_message_header": "X-A"},
    "set_header_name": {"set_header_value": "a"},
    "set_header_value": {"set_header_name": "X-A"},
    "apply_html_disclaimer_location": {"apply_html_disclaimer_text": "<p>a</p>"},
    "apply_html_disclaimer_fallback_action": {"apply_html_disclaimer_text": "<p>a</p>"},
    "incident_report_content": {"generate_incident_report": "user03"},
    "remove_rms_attachment_encryption": {"remove_ome_v2": True},
    "tls_sender_certificate_name": {"require_tls": True},
    "tls_domain": {"tls_settings": "DomainValidation"},
    "moderation_enabled": {"moderated_by": ["user05"]},
}
# What else has a say in other settings, or is tried in its own way.
ALONE = {
    "activation_date",
    "email_addresses",
    "expiry_date",
    "hidden_group_membership_enabled",
    "is_transport_rule_scoped",
    "recipient_domains",
    "room_list",
    "smart_hosts",
    "tls_domain",
    "tls_settings",
    "use_mx_record",
}
PREMISES_IN = {"connector_type": "OnPremises", "sender_ip_addresses": ["203.0.113.4"]}
PREMISES_OUT = {
    "connector_type": "OnPremises",
    "smart_hosts": ["a.example"],
    "recipient_domains": ["b.example"],
}
BASES: dict[str, tuple[str, Resource, dict[str, Any], dict[str, dict[str, Any]]]] = {
    "rule": (
        "o365_mail_flow_rule",
        mail_flow_rule.MAIL_FLOW_RULE,
        {"name": "Field", "actions": {"stop_rule_processing": True, "set_audit_severity": "Low"}},
        {},
    ),
    "journal": (
        "o365_journal_rule",
        journal_rule.JOURNAL_RULE,
        {"name": "Field", "journal_email_address": "base@elsewhere.example"},
        {},
    ),
    "config": ("o365_transport_config", transport_config.TRANSPORT_CONFIG, {}, {}),
    "inbound": (
        "o365_connector",
        inbound_connector.INBOUND_CONNECTOR,
        {"direction": "inbound", "name": "Field", "sender_domains": ["base.example"]},
        {
            "cloud_services_mail_enabled": PREMISES_IN,
            "treat_messages_as_internal": PREMISES_IN,
            "restrict_domains_to_ip_addresses": {"sender_ip_addresses": ["203.0.113.4"]},
            "restrict_domains_to_certificate": {"tls_sender_certificate_name": "a.example"},
            "connector_type": {"sender_ip_addresses": ["203.0.113.4"]},
        },
    ),
    "outbound": (
        "o365_connector",
        outbound_connector.OUTBOUND_CONNECTOR,
        {"direction": "outbound", "name": "Field", "recipient_domains": ["base.example"]},
        {
            "cloud_services_mail_enabled": PREMISES_OUT,
            "all_accepted_domains": PREMISES_OUT,
            "sender_rewriting_enabled": PREMISES_OUT,
            "route_all_messages_via_on_premises": PREMISES_OUT,
            "connector_type": {"smart_hosts": ["a.example"]},
            "is_transport_rule_scoped": {"recipient_domains": []},
        },
    ),
    "filter": (
        "o365_connection_filter",
        connection_filter.CONNECTION_FILTER,
        {"mode": "exact", "force": True},
        {},
    ),
    "group": (
        "o365_distribution_group",
        distribution_group.DISTRIBUTION_GROUP,
        {"name": "Field", "managed_by": ["user09"], "mode": "exact", "force": True},
        {},
    ),
    "contact": (
        "o365_mail_contact",
        mail_contact.MAIL_CONTACT,
        {"name": "Field", "external_email_address": "base@elsewhere.example"},
        {},
    ),
}


def samples(row: Field) -> tuple[Any, Any]:
    """Two values for a setting; None for the second where there is only one."""
    if row.value.choices:
        first, *rest = row.value.choices
        if row.value.type == "list":
            return [first], [*rest[:2]]
        return first, rest[0]
    if row.value.type == "bool":
        return True, False
    if row.name == "primary_smtp_address":
        # A recipient of the organization has its address in one of its domains.
        return "one@contoso.example", "Two@contoso.example"
    same = [pair for known, *pair in SAMPLES if row.value is known]
    alike = [
        pair
        for known, *pair in SAMPLES
        if row.value.canonical is known.canonical and row.value.check is known.check
    ]
    if same or alike:
        one, other = (same or alike)[0]
        return one, other
    return "a.example", "*.b.example"


def _given(row: Field, value: Any) -> dict[str, Any]:
    return {row.section: {row.name: value}} if row.section else {row.name: value}


def _merged(*options: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key, value in (item for more in options for item in more.items()):
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _stable(tenant: Practice, module: str, options: dict[str, Any]) -> dict[str, Any]:
    """Preview, run and run again; the result of the run."""
    env = tenant.env(way="access_token")
    preview = run(module, options, env, check=True, diff=False)
    before = len(tenant.writes())
    real = run(module, options, env, diff=False)
    assert not real.get("failed"), (options, real["msg"])
    assert preview["plan"] == real["plan"] == tenant.writes()[before:]
    again = run(module, options, env, diff=False)
    assert (again["changed"], again["plan"]) == (False, []), (options, again["plan"])
    return real


def _alone(row: Field, needs: dict[str, dict[str, Any]]) -> bool:
    """Whether a setting has a say in what another one may be."""
    return row.section == "actions" or row.path in ALONE or row.name in COMPANIONS or row.path in needs


def _together() -> Iterator[Any]:
    """The settings that one write can hold, and each other one by itself."""
    for base, (_module, resource, _options, needs) in BASES.items():
        groups: dict[str, list[Field]] = {}
        for row in resource.fields:
            if row.path not in ("enabled", "priority") and row.verbs not in ("new", "once"):
                groups.setdefault(row.path if _alone(row, needs) else row.section, []).append(row)
        yield from (
            pytest.param(base, rows, id=f"{base}-{name or 'together'}") for name, rows in groups.items()
        )


@pytest.mark.parametrize("dialect", [False, True], ids=["", "dialect"])
@pytest.mark.parametrize(("base", "rows"), list(_together()))
def test_settings(tenant: Practice, base: str, rows: list[Field], dialect: bool) -> None:
    module, _resource, options, needs = BASES[base]
    tenant.faults(dialect=dialect)
    tenant.put("TransportConfig", {"JournalingReportNdrTo": "base@archive.example"})
    row = rows[0]
    if row.value is v.IDENTITY:
        connector_options = {"direction": "outbound", "name": "Second", "is_transport_rule_scoped": True}
        run("o365_connector", connector_options, tenant.env(way="access_token"))
    companions = {**COMPANIONS.get(row.name, {}), **needs.get(row.path, {})}
    exclusive = row.name.startswith(("reject", "moderate", "delete"))
    assert not (exclusive and companions)
    beside = {row.section: companions} if row.section else companions
    first = (_given(row, samples(row)[0]) for row in rows)
    plan = _stable(tenant, module, _merged(options, beside, *first))["plan"]
    if row.path == "use_mx_record":
        beside = {"smart_hosts": ["a.example"]}
    if row.path == "is_transport_rule_scoped":
        beside = {"recipient_domains": ["base.example"]}
    if row.path in ("room_list", "hidden_group_membership_enabled"):
        refused = run(module, _merged(options, _given(row, False)), tenant.env(way="access_token"))
        assert "cannot be switched off again" in refused["msg"]
        return
    changed = [
        row for row in rows if row.path == "smart_hosts" or row.value.type != "bool" or not row.section
    ]
    if changed:
        second = (_given(row, samples(row)[1]) for row in changed)
        plan = [*plan, *_stable(tenant, module, _merged(options, beside, *second))["plan"]]
    assert {row.parameter for row in rows} <= {name for step in plan for name in step["parameters"]}
    _clear(tenant, module, options, rows, companions)


def _clear(
    tenant: Practice, module: str, options: dict[str, Any], rows: list[Field], companions: dict[str, Any]
) -> None:
    clearable = [
        row
        for row in rows
        if not isinstance(row.value.clear, c.NotClearable)
        and row.path not in ("recipient_domains", "journaling_report_ndr_to")
    ]
    if not clearable:
        return
    row = rows[0]
    beside: dict[str, Any] = {
        "tls_domain": {"tls_settings": ""},
        "smart_hosts": {"use_mx_record": True},
        "tls_settings": {"tls_domain": ""},
    }.get(row.path, {})
    if row.section:
        beside = {row.section: {name: _emptied(value) for name, value in companions.items()}}
    empty = (_given(row, {"list": [], "bool": False}.get(row.value.type, "")) for row in clearable)
    real = _stable(tenant, module, _merged(options, beside, *empty))
    key = next(key for key in (module.removeprefix("o365_"), "connector") if key in real)
    for row in clearable:
        left = real[key].get(row.section, {}) if row.section else real[key]
        assert not left.get(row.name), row.path


def _emptied(value: Any) -> Any:
    return [] if isinstance(value, list) else False if isinstance(value, bool) else ""


@pytest.mark.parametrize("base", BASES)
def test_every_parameter_of_the_cmdlets_is_managed_or_has_a_reason(base: str) -> None:
    resource = BASES[base][1]
    table = CLASSES[resource.noun]
    managed = {row.parameter for row in resource.fields} | {"Name"}
    unmanaged = sheet_of(resource.noun).unmanaged
    twins = {f"ExceptIf{name}" for name in unmanaged}
    assert set(table.parameters) - managed - set(unmanaged) - twins == set()
    assert managed - set(table.parameters) <= {"Name"}
    assert all(unmanaged.values())
