# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether those whom the protect rules name are there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import DoctorFinding, finding, listed
from .tenant_view import TenantObject, TenantView, strings

_OPTIONS = ("sent_to", "sent_to_member_of")


def people_to_look_up(view: TenantView) -> list[str]:
    """The identities about which the checks ask: in protect rules, in journal rules, and for undeliverable reports."""
    named = [
        text for rule in view.protect_rules() for option in _OPTIONS for text in _named(view, rule, option)
    ]
    named += [
        str(rule.get("journal_email_address") or "")
        for rule in view.those(view.topic("journal_rules"), _journals)
    ]
    config = view.single("transport_config")
    if view.holds(lambda item: bool(item.get("journaling_report_ndr_to")), config):
        named.append(str(config["journaling_report_ndr_to"]))
    return [text for text in dict.fromkeys(named) if text and text != "<>"]


def _journals(rule: TenantObject) -> bool:
    return bool(rule.get("enabled") and rule.get("journal_email_address"))


def _named(view: TenantView, rule: TenantObject, option: str) -> list[str]:
    known = view.holds(lambda item: bool(strings(item, "conditions", option)), rule)
    return strings(rule, "conditions", option) if known else []


def scope(view: TenantView) -> Iterator[DoctorFinding]:
    """Recipients that are missing, groups without members, and groups whose members cannot be known."""
    yield from view.each(
        view.acting_protect_rules(),
        _scope_of,
        "scope-recipient-missing",
        "scope-group-missing",
        "scope-group-empty",
        "scope-group-unknown",
    )


def _scope_of(view: TenantView, rule: TenantObject) -> Iterator[DoctorFinding]:
    name = str(rule["name"])
    people = [text for option in _OPTIONS for text in strings(rule, "conditions", option)]
    found = {text: view.recipients.get(text.strip().lower()) or {"kind": "unknown"} for text in people}
    missing = [text for text, known in found.items() if known["kind"] == "missing"]
    named_groups = strings(rule, "conditions", "sent_to_member_of")
    groups = {text: known for text, known in found.items() if known["kind"] == "group"}
    empty = [text for text, known in groups.items() if known.get("members") == []]
    open_groups = [text for text, known in groups.items() if known.get("members") is None]
    unknown = [text for text, known in found.items() if known["kind"] == "unknown"]
    whole = "critical" if people and len(missing) + len(empty) == len(people) else "warning"
    for kind, severity, gone in (
        ("scope-group-missing", whole, [text for text in missing if text in named_groups]),
        ("scope-recipient-missing", whole, [text for text in missing if text not in named_groups]),
        ("scope-group-empty", whole, empty),
        ("scope-group-unknown", "warning", open_groups),
    ):
        if gone:
            yield finding(kind, severity, rule=name, names=listed(gone))
    if unknown:
        view.leave_out(
            f'whom the protect rule "{name}" protects',
            f"{listed(unknown)} could not be looked up",
            "scope-recipient-missing",
            "scope-group-missing",
            "scope-group-empty",
        )
