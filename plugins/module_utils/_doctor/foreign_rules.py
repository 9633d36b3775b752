# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of others that get in the way of the protect rule, and rules that do not read back as they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .._schema.ip_ranges import overlapping, uncovered
from .finding import DoctorFinding, finding, listed
from .tenant_view import TenantObject, TenantView, acts, incoming, strings

_ROUTES = ("route_message_outbound_connector", "redirect_message_to")
_BLOCKS = ("delete_message", "quarantine", "reject_message_reason_text")
_MODIFIES = (
    "prepend_subject",
    "apply_html_disclaimer_text",
    "apply_rights_protection_template",
    "apply_ome",
    "set_header_name",
    "remove_header",
)
# What the service notes about a rule, and which value of it is bad.
_MANUALLY_MODIFIED = ("manually_modified", True)
_UNSUPPORTED = ("supported", False)
# Conditions that leave most mail alone.
_NARROW = (
    "sender_ip_ranges",
    "sender_domain_is",
    "from",
    "from_member_of",
    "from_address_contains_words",
    "from_address_matches_patterns",
    "header_contains_message_header",
    "header_matches_message_header",
)


def in_the_way(view: TenantView) -> Iterator[DoctorFinding]:
    """What stands above the protect rule and matters; what routes or blocks the same mail, wherever it stands."""
    above = _above(view)
    stopping = view.those(above, _stops, "stops-before-protect")
    yield from _stopping(view, [rule for rule in stopping if str(rule["name"]) not in view.uninspected])
    yield from view.each(_foreign(view), lambda _view, rule: _routing(rule, rule in above), "competing-route")
    modifying = view.those(
        above, lambda rule: _does(rule, _MODIFIES) and not _does(rule, _ROUTES), "modifies-before-protect"
    )
    if modifying:
        yield finding("modifies-before-protect", rules=_names(modifying))
    known = view.those(view.acting_protect_rules(), lambda rule: bool(_conditions(rule)), "same-conditions")
    wanted = [_conditions(rule) for rule in known]
    yield from view.each(_foreign(view), lambda _view, rule: _same(wanted, rule), "same-conditions")


def _foreign(view: TenantView) -> list[TenantObject]:
    return view.those(view.foreign("mail_flow_rules"), lambda rule: acts(rule) and incoming(rule))


def _above(view: TenantView) -> list[TenantObject]:
    """The rules of others that see incoming mail before any protect rule does."""
    rules, protect, foreign = view.placed_rules(), view.acting_protect_rules(), _foreign(view)
    first = next((place for place, rule in enumerate(rules) if rule in protect), 0)
    return [rule for rule in rules[:first] if rule in foreign]


def _stops(rule: TenantObject) -> bool:
    return _does(rule, ("stop_rule_processing",))


def _does(rule: TenantObject, actions: Sequence[str]) -> bool:
    return any((rule.get("actions") or {}).get(action) for action in actions)


def _is_narrow(rule: TenantObject) -> bool:
    return any((rule.get("conditions") or {}).get(condition) for condition in _NARROW)


def _names(rules: Sequence[TenantObject]) -> str:
    return listed([rule["name"] for rule in rules])


def below(view: TenantView) -> Iterator[DoctorFinding]:
    """Rules below the protect rule that tell mail by the sender's address, which is the vendor's when it comes back."""
    rules, protect, foreign = view.placed_rules(), view.acting_protect_rules(), _foreign(view)
    stopping = view.those(protect, _stops, "address-rule-below-protect")
    last = next((place for place, rule in enumerate(rules) if rule in stopping), len(rules))

    def starves(rule: TenantObject) -> bool:
        wanted = strings(rule, "conditions", "sender_ip_ranges")
        if not wanted:
            return False
        passing = [text for one in stopping for text in strings(one, "exceptions", "sender_ip_ranges")]
        return bool(uncovered(wanted, passing)) and not overlapping(wanted, view.known("loop_guard"))

    later = [rule for rule in rules[last:] if rule in foreign]
    starved = view.those(later, starves, "address-rule-below-protect")
    if starved:
        yield finding("address-rule-below-protect", rules=_names(starved))


def _stopping(view: TenantView, rules: Sequence[TenantObject]) -> Iterator[DoctorFinding]:
    if wide := view.those(rules, lambda rule: not _is_narrow(rule)):
        yield finding("stops-before-protect", rules=_names(wide))
    if narrow := view.those(rules, _is_narrow):
        yield finding("stops-before-protect", "info", "narrow", rules=_names(narrow))


def _routing(rule: TenantObject, above: bool) -> Iterator[DoctorFinding]:
    if _does(rule, _ROUTES):
        place = "above the protect rule" if above else "for incoming mail"
        severity = "info" if _is_narrow(rule) else "warning"
        yield finding("competing-route", severity, rule=rule["name"], place=place)


def _same(wanted: Sequence[Mapping[str, object]], rule: TenantObject) -> Iterator[DoctorFinding]:
    if _does(rule, _BLOCKS) and _conditions(rule) in wanted:
        yield finding("same-conditions", rule=rule["name"])


def _conditions(rule: TenantObject) -> dict[str, object]:
    return {
        key: value for key, value in (rule.get("conditions") or {}).items() if value not in (None, "", [])
    }


def _switch(notes: TenantObject, name: str) -> bool | None:
    return {"true": True, "false": False}.get(str(notes.get(name)).strip().lower())


def not_as_they_read(view: TenantView) -> set[str]:
    """The rules that need not do what is read of them: those that the service notes as such, or notes something odd of."""
    return {
        rule
        for rule, notes in view.noted("mail_flow_rules").items()
        for note, bad in (_MANUALLY_MODIFIED, _UNSUPPORTED)
        if notes.get(note) is not None and _switch(notes, note) in (bad, None)
    }


def edited(view: TenantView) -> Iterator[DoctorFinding]:
    """A warning for ours, which cannot be managed so; the others for information."""
    ours = view.those(view.rules, lambda rule: view.is_vendor_managed("mail_flow_rules", rule))
    managed = {str(rule["name"]) for rule in ours}
    noted = view.noted("mail_flow_rules")
    for name, (note, bad) in (
        ("manually-modified-rule", _MANUALLY_MODIFIED),
        ("unsupported-rule", _UNSUPPORTED),
    ):
        marked = [rule for rule, notes in noted.items() if _switch(notes, note) is bad]
        for rule, notes in noted.items():
            if _switch(notes, note) is None and notes.get(note) is not None:
                view.leave_out(
                    f'mail-flow rule "{rule}"',
                    f"its note {note} reads {notes[note]!r:.60}, which is not understood",
                    name,
                )
        if own := [rule for rule in marked if rule in managed]:
            yield finding(name, "warning", rules=listed(own))
        if others := [rule for rule in marked if rule not in managed]:
            yield finding(name, "info", rules=listed(others))
