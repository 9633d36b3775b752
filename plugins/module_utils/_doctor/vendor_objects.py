# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's objects: whose they are, under which names, whether its app manages them, and whether the protect rules guard. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from .._schema.ip_ranges import count, uncovered
from .._vendor.portals import portals
from .finding import EXCHANGE, OPERATOR, VENDOR, DoctorFinding, finding, listed
from .tenant_view import TITLES, TenantObject, TenantView, acts, strings
from .vendor_connectors import wrong_hosts

# Objects of which no two portals share one, so that they tell who uses the tenant.
PORTAL_TOPICS = ("mail_flow_rules", "inbound_connectors", "outbound_connectors", "journal_rules")
AUTOMATIC_ONLY = re.compile(r"\bjunk filter\b", re.IGNORECASE)


def other_names_and_portals(view: TenantView) -> Iterator[DoctorFinding]:
    """Portals beside ours, and objects that our roles would not recognize as the vendor's."""
    elsewhere = list(_other_portals(view))
    yield from elsewhere
    if not view.integration.get("names"):
        return
    for topic in PORTAL_TOPICS:
        if elsewhere and topic == "inbound_connectors":
            # Nothing in it tells the portal, and the other one has to have one, too.
            continue
        check = partial(_other_name, topic=topic)
        yield from view.each(view.topic(topic), check, "vendor-object-under-other-name")


def _other_name(view: TenantView, item: TenantObject, *, topic: str) -> Iterator[DoctorFinding]:
    name, own = str(item["name"]), str(view.integration.get("portal") or "").lower()
    wanted = {str(known).casefold() for known in (view.integration.get("names") or {}).get(topic) or ()}
    others = {portal for portal, _where in portals(topic, item)} - {own}
    if name.casefold() in wanted or AUTOMATIC_ONLY.search(name) or others:
        return
    if topic == "mail_flow_rules" and acts(item) and item in view.protect_rules():
        yield _older_rule(view, item)
    elif view.does_vendor_work(topic, item):
        yield finding(
            "vendor-object-under-other-name",
            "warning",
            f'The {TITLES[topic]} "{name}" does the vendor\'s work under a name that this collection does not look for.',
            "It would be left as it is and a second one made beside it; two rules then take the same mail to the vendor.",
            OPERATOR,
            f"Give its name in portal_values (such as {_option(topic)}), rename it, or remove it.",
        )


def _older_rule(view: TenantView, rule: TenantObject) -> DoctorFinding:
    """A protect rule of this portal that somebody has made by hand, or an older version under another name."""
    excepted = strings(rule, "exceptions", "sender_ip_ranges")
    missing = uncovered(view.known("return_addresses"), excepted)
    loops = bool(missing) or not excepted
    return finding(
        "older-protect-rule",
        "critical" if loops else "warning",
        f'The rule "{rule["name"]}" takes incoming mail to the vendor, and is not the one that this collection looks for'
        + (f"; it does not except {', '.join(missing) or 'any addresses'}." if loops else "."),
        (
            "Mail that the vendor gives back from there loops at this rule, already today."
            if loops
            else "The inline playbook would make a second one beside it, and both would take the same mail to the vendor."
        ),
        OPERATOR,
        "Adopt it: give its name as protect_rule_name in portal_values, and the inline playbook takes it over with all addresses. Until then "
        "leave it as it is, or switch it off where mail loops.",
    )


def _option(topic: str) -> str:
    return {
        "mail_flow_rules": "protect_rule_name",
        "inbound_connectors": "inbound_connector_name",
        "outbound_connectors": "outbound_connector_name",
        "journal_rules": "journal_rule_name",
    }[topic]


def _speaks_of_a_portal(view: TenantView, topic: str, item: TenantObject) -> bool:
    """A host that our own rule takes for the portal's by mistake is no sign of another portal."""
    mistaken = topic == "outbound_connectors" and wrong_hosts(view, item)[0]
    return any(portals(topic, item)) and not mistaken


def _other_portals(view: TenantView) -> Iterator[DoctorFinding]:
    found: dict[str, list[str]] = {}
    for topic in PORTAL_TOPICS:
        speaks = partial(_speaks_of_a_portal, view, topic)
        for item in view.those(view.topic(topic), speaks, "several-portals"):
            for portal, _where in portals(topic, item):
                found.setdefault(portal, []).append(f"{TITLES[topic]} {item['name']}")
    own = str(view.integration.get("portal") or "").lower()
    others = sorted(set(found) - {own}) if own else sorted(found)
    if not others or (not own and len(others) < 2):
        return
    several = len(found) > 1
    objects = [name for portal in others for name in dict.fromkeys(found[portal])]
    yield finding(
        "several-portals" if several else "other-portal",
        "warning",
        f"Objects of {'the portals' if len(others) > 1 else 'the portal'} {', '.join(others)} are in this tenant: "
        f"{listed(objects)}.",
        "Several portals can share a tenant only with one exclusive group of users each; nobody may be in two, because such "
        "mail would be inspected twice or go round in circles. Objects of another portal are never taken over.",
        VENDOR,
        "Correct portal_name if it is mistyped; remove what a former portal has left; or give this portal's objects names of "
        "their own (portal_values) and keep the scopes apart.",
    )


# ------------------------------------------------------------------------------------- the vendor's own app

_SERVICE_USER = re.compile(r"\b(?:avanan|check\s?point)[\s_-]*service[\s_-]*user\b", re.IGNORECASE)
_DECIDE = (
    "Decide who manages the tenant. For the manual mode: switch the portal to it, block the sign-in of the service user, and "
    "only then run this collection. To keep the automatic mode: use this collection for previews and the doctor only."
)


def automatic_mode(view: TenantView) -> Iterator[DoctorFinding]:
    """Rules that the app's service user made or changed; objects that only the automatic mode makes.

    The service user makes the rules again that somebody changes or removes (vendor's administration guide, automatic mode), so
    that this collection and the app would undo each other's work.
    """
    touched = [
        f"{name} ({author})"
        for name, notes in view.noted("mail_flow_rules").items()
        if (author := _author(notes.get("last_modified_by")) or _author(notes.get("created_by")))
    ]
    if touched:
        yield finding(
            "automatic-mode-active",
            "critical",
            f"The vendor's automated app has written rules of this tenant: {listed(touched)}.",
            "While it is active it makes its rules again, and hand edits are lost; two automations that write the first rule "
            "are an outage.",
            VENDOR,
            _DECIDE,
        )
    typical = view.those(
        view.rules,
        lambda rule: (
            bool(AUTOMATIC_ONLY.search(str(rule["name"]))) and view.is_vendor_managed("mail_flow_rules", rule)
        ),
        "automatic-mode-traces",
    )
    only = [str(rule["name"]) for rule in typical]
    if only and not touched:
        yield finding(
            "automatic-mode-traces",
            "warning",
            f"There are rules that only the vendor's automatic mode makes: {listed(only)}.",
            "The vendor's app is or was active here; if it still is, it undoes what this collection writes.",
            VENDOR,
            _DECIDE,
        )


def _author(name: object) -> str:
    found = _SERVICE_USER.search(str(name or ""))
    return found.group(0) if found else ""


# ---------------------------------------------------------------------------------------- the protect rules

# More addresses than this in one exception are hardly one gateway.
_MANY = 256


def loop_guard(view: TenantView) -> Iterator[DoctorFinding]:
    """What each acting protect rule excepts too little (critical) or beyond the vendor."""
    yield from view.each(
        view.acting_protect_rules(), _guards, "loop-guard-incomplete", "uninspected-addresses"
    )


def _guards(view: TenantView, rule: TenantObject) -> Iterator[DoctorFinding]:
    guard, excepted = view.known("loop_guard"), strings(rule, "exceptions", "sender_ip_ranges")
    if portal := view.other_portal(rule):
        # Its region, and with it its addresses, are not known here.
        if not excepted:
            yield _unguarded(str(rule["name"]), portal)
        return
    missing = uncovered(view.known("return_addresses"), excepted)
    if (missing or not excepted) and not _is_older(view, rule):
        yield finding(
            "loop-guard-incomplete",
            "critical",
            f'The protect rule "{rule["name"]}" does not except all addresses from which the vendor gives mail back'
            f"{': ' + ', '.join(missing) if missing else ''}.",
            "Such mail is taken to the vendor again when it comes back, round and round until it bounces.",
            OPERATOR,
            "Run the inline playbook with the right portal_region or portal_ip_addresses; until then switch the rule off.",
        )
    beyond = uncovered(excepted, [*guard, *view.known("additional_addresses")]) if guard else []
    if beyond:
        wide = [text for text in beyond if count([text]) > _MANY]
        yield finding(
            "uninspected-addresses",
            "warning" if wide else "info",
            f'The protect rule "{rule["name"]}" also excepts {", ".join(beyond)}.',
            "Mail from there is delivered without inspection. The vendor's automatic mode adds gateways so without a word.",
            OPERATOR,
            "Find out who that is; keep the addresses in inline_additional_ip_addresses, or set inline_keep_ip_exceptions to "
            "false and run the inline playbook.",
        )


def _is_older(view: TenantView, rule: TenantObject) -> bool:
    """Whether the finding older-protect-rule tells of it."""
    names = {
        str(name).casefold() for name in (view.integration.get("names") or {}).get("mail_flow_rules") or ()
    }
    return bool(names) and str(rule["name"]).casefold() not in names


def _unguarded(name: str, portal: str) -> DoctorFinding:
    return finding(
        "loop-guard-incomplete",
        "critical",
        f'The protect rule "{name}" of the portal {portal} excepts no addresses.',
        "Mail that the vendor gives back is taken to it again, round and round until it bounces.",
        VENDOR,
        "Switch the rule off until the addresses of that portal's region are among its exceptions; this collection never changes "
        "objects of another portal.",
    )


def idle_protect_rules(view: TenantView) -> Iterator[DoctorFinding]:
    """Protect rules that are there and do not act."""
    idle = view.those(view.protect_rules(), lambda rule: not acts(rule), "protect-rule-idle")
    for enabled, severity, words, fix in (
        (
            True,
            "warning",
            "in test mode",
            "Set its mode to Enforce (the inline playbook does), or switch it off.",
        ),
        (
            False,
            "info",
            "switched off",
            "Nothing, when going back to monitoring was meant; else run the inline playbook.",
        ),
    ):
        # Whether it is enabled was read to know that it is idle.
        names = [str(rule["name"]) for rule in idle if bool(rule.get("enabled")) is enabled]
        if names:
            yield finding(
                "protect-rule-idle",
                severity,
                f"Protect rules are there, but {words}: {listed(names)}.",
                "They take no mail to the vendor, whatever the portal shows.",
                EXCHANGE,
                fix,
            )


def portal_known(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding, when the portal or its addresses are not known."""
    if view.known("return_addresses"):
        return
    named = bool(view.integration.get("portal"))
    missing = "portal_region" if named else "portal_name and portal_region"
    yield finding(
        "portal-not-known",
        "info",
        f"The vendor's addresses are not known, because {missing} {'was' if named else 'were'} not given.",
        "Lock-downs and the exceptions of the protect rule were not compared with them.",
        OPERATOR,
        f"Run the doctor with {missing}, or with portal_ip_addresses.",
    )
