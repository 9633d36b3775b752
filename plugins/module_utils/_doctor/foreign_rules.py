# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of others that get in the way of the protect rule, and rules that do not read back as they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .._schema.ip_ranges import overlapping, uncovered
from .finding import EXCHANGE, DoctorFinding, finding, listed
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
    yield from _twice(
        view.those(
            above,
            lambda rule: _does(rule, _MODIFIES) and not _does(rule, _ROUTES),
            "modifies-before-protect",
        )
    )
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
    return listed([str(rule["name"]) for rule in rules])


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
        yield finding(
            "address-rule-below-protect",
            "warning",
            f"Rules below the protect rule look for certain sender addresses: {_names(starved)}.",
            "They never see them: on the first pass the protect rule stops, and when the message comes back its address is the vendor's. "
            "Phishing simulations that are let through so stop working.",
            EXCHANGE,
            "Move these rules above the protect rule and let them stop processing, or except their addresses from the protect rule.",
        )


def _stopping(view: TenantView, rules: Sequence[TenantObject]) -> Iterator[DoctorFinding]:
    rows = (
        ("warning", view.those(rules, lambda rule: not _is_narrow(rule))),
        ("info", view.those(rules, _is_narrow)),
    )
    for severity, some in rows:
        if some:
            yield finding(
                "stops-before-protect",
                severity,
                f"Rules above the protect rule keep later rules from acting: {_names(some)}.",
                "What they match never gets to the vendor and is not inspected."
                + (
                    " They are for certain senders only, as an exemption would be."
                    if severity == "info"
                    else ""
                ),
                EXCHANGE,
                "Leave it when that is meant, as for phishing simulations; otherwise move the protect rule above them.",
            )


def _routing(rule: TenantObject, above: bool) -> Iterator[DoctorFinding]:
    if _does(rule, _ROUTES):
        place = "above the protect rule" if above else "for incoming mail"
        yield finding(
            "competing-route",
            "info" if _is_narrow(rule) else "warning",
            f'The rule "{rule["name"]}" takes mail somewhere else, {place}.',
            "A message has one route: what this rule and the protect rule both match goes only one of the two ways, or first "
            "one and then the other when it comes back.",
            EXCHANGE,
            "Give one of the two an exception for the other's mail, and prove the path with the mail-flow check before going "
            "inline.",
        )


def _twice(rules: Sequence[TenantObject]) -> Iterator[DoctorFinding]:
    if rules:
        yield finding(
            "modifies-before-protect",
            "info",
            f"Rules above the protect rule change messages: {_names(rules)}.",
            "They act on the way to the vendor and again when the message comes back, so that a tag or banner stands there twice.",
            EXCHANGE,
            "Move them below the protect rule, which keeps later rules from acting on the first pass.",
        )


def _same(wanted: Sequence[Mapping[str, object]], rule: TenantObject) -> Iterator[DoctorFinding]:
    if _does(rule, _BLOCKS) and _conditions(rule) in wanted:
        yield finding(
            "same-conditions",
            "warning",
            f'The rule "{rule["name"]}" blocks mail under the same conditions as the protect rule.',
            "Mail that the vendor has passed is blocked when it comes back, or never gets there.",
            EXCHANGE,
            "Switch it off, or except the vendor's return addresses.",
        )


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
    rows = (
        ("manually-modified-rule", *_MANUALLY_MODIFIED, "edited below the cmdlets"),
        ("unsupported-rule", *_UNSUPPORTED, "in a form that the cmdlets cannot show completely"),
    )
    for name, note, bad, words in rows:
        marked = [
            rule for rule, notes in view.noted("mail_flow_rules").items() if _switch(notes, note) is bad
        ]
        for rule, notes in view.noted("mail_flow_rules").items():
            if _switch(notes, note) is None and notes.get(note) is not None:
                view.leave_out(
                    f'mail-flow rule "{rule}"',
                    f"its note {note} reads {notes[note]!r:.60}, which is not understood",
                    name,
                )
        for rules, severity in (
            ([rule for rule in marked if rule in managed], "warning"),
            ([rule for rule in marked if rule not in managed], "info"),
        ):
            if rules:
                yield finding(
                    name,
                    severity,
                    f"Rules that are {words}: {listed(rules)}.",
                    "What is read of such a rule need not be what it does, and writing it can lose the rest; what it does to "
                    "mail cannot be proved.",
                    EXCHANGE,
                    "Make the rule again in the admin center and remove this one.",
                )
