# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of others that get in the way of the protect rule: above it, or for the same mail. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .finding import EXCHANGE, Finding, finding, listed
from .tenant_view import Object, TenantView, acts, incoming

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


def check(chart: TenantView) -> Iterator[Finding]:
    """What stands above the protect rule and matters; what routes or blocks the same mail, wherever it stands."""
    protect = chart.acting_protect_rules()
    foreign, above = _foreign(chart), _above(chart)
    yield from _stopping([rule for rule in above if _stops(rule)])
    yield from _routing(foreign, above)
    yield from _twice([rule for rule in above if _does(rule, _MODIFIES) and not _does(rule, _ROUTES)])
    yield from _same(protect, foreign)


def stopping(chart: TenantView) -> list[Object]:
    """Rules above the protect rule that keep it from acting, those for certain senders only aside."""
    return [rule for rule in _above(chart) if _stops(rule) and not _is_narrow(rule)]


def _foreign(chart: TenantView) -> list[Object]:
    return [rule for rule in chart.foreign("mail_flow_rules") if acts(rule) and incoming(rule)]


def _above(chart: TenantView) -> list[Object]:
    """The rules of others that see incoming mail before any protect rule does."""
    names = [str(rule["name"]) for rule in chart.rules]
    first = min((names.index(str(rule["name"])) for rule in chart.acting_protect_rules()), default=0)
    return [rule for rule in _foreign(chart) if names.index(str(rule["name"])) < first]


def _stops(rule: Object) -> bool:
    return _does(rule, ("stop_rule_processing",))


def _does(rule: Object, actions: Sequence[str]) -> bool:
    return any((rule.get("actions") or {}).get(action) for action in actions)


def _is_narrow(rule: Object) -> bool:
    return any((rule.get("conditions") or {}).get(condition) for condition in _NARROW)


def _names(rules: Sequence[Object]) -> str:
    return listed([str(rule["name"]) for rule in rules])


def _stopping(rules: Sequence[Object]) -> Iterator[Finding]:
    for narrow, severity in ((False, "warning"), (True, "info")):
        some = [rule for rule in rules if _is_narrow(rule) is narrow]
        if some:
            yield finding(
                "stops-before-protect",
                severity,
                f"Rules above the protect rule keep later rules from acting: {_names(some)}.",
                "What they match never gets to the vendor and is not inspected."
                + (" They are for certain senders only, as an exemption would be." if narrow else ""),
                EXCHANGE,
                "Leave it when that is meant, as for phishing simulations; otherwise move the protect rule above them.",
            )


def _routing(foreign: Sequence[Object], above: Sequence[Object]) -> Iterator[Finding]:
    for rule in foreign:
        if _does(rule, _ROUTES):
            place = "above the protect rule" if rule in above else "for incoming mail"
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


def _twice(rules: Sequence[Object]) -> Iterator[Finding]:
    if rules:
        yield finding(
            "modifies-before-protect",
            "info",
            f"Rules above the protect rule change messages: {_names(rules)}.",
            "They act on the way to the vendor and again when the message comes back, so that a tag or banner stands there twice.",
            EXCHANGE,
            "Move them below the protect rule, which keeps later rules from acting on the first pass.",
        )


def _same(protect: Sequence[Object], foreign: Sequence[Object]) -> Iterator[Finding]:
    wanted = [_conditions(rule) for rule in protect]
    for rule in foreign:
        if _conditions(rule) in wanted and _does(rule, _BLOCKS):
            yield finding(
                "same-conditions",
                "warning",
                f'The rule "{rule["name"]}" blocks mail under the same conditions as the protect rule.',
                "Mail that the vendor has passed is blocked when it comes back, or never gets there.",
                EXCHANGE,
                "Switch it off, or except the vendor's return addresses.",
            )


def _conditions(rule: Object) -> dict[str, object]:
    return {
        key: value for key, value in (rule.get("conditions") or {}).items() if value not in (None, "", [])
    }
