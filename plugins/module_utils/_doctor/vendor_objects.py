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
from .finding import DoctorFinding, finding, listed
from .tenant_view import TITLES, TenantObject, TenantView, acts, strings
from .vendor_connectors import wrong_hosts

# Topics of which no two portals share an object, so that these tell who uses the tenant; with the option that gives the name of one.
_OPTIONS = {
    "mail_flow_rules": "protect_rule_name",
    "inbound_connectors": "inbound_connector_name",
    "outbound_connectors": "outbound_connector_name",
    "journal_rules": "journal_rule_name",
}
_AUTOMATIC_ONLY = re.compile(r"\bjunk filter\b", re.IGNORECASE)


def other_names_and_portals(view: TenantView) -> Iterator[DoctorFinding]:
    """Portals beside ours, and objects that our roles would not recognize as the vendor's."""
    elsewhere = list(_other_portals(view))
    yield from elsewhere
    if not view.integration.get("names"):
        return
    for topic in _OPTIONS:
        if elsewhere and topic == "inbound_connectors":
            # Nothing in it tells the portal, and the other one has to have one, too.
            continue
        check = partial(_other_name, topic=topic)
        yield from view.each(view.topic(topic), check, "vendor-object-under-other-name")


def _other_name(view: TenantView, item: TenantObject, *, topic: str) -> Iterator[DoctorFinding]:
    name, own = str(item["name"]), str(view.integration.get("portal") or "").lower()
    wanted = {str(known).casefold() for known in (view.integration.get("names") or {}).get(topic) or ()}
    others = {portal for portal, _where in portals(topic, item)} - {own}
    if name.casefold() in wanted or _AUTOMATIC_ONLY.search(name) or others:
        return
    if topic == "mail_flow_rules" and acts(item) and item in view.protect_rules():
        yield _older_rule(view, item)
    elif view.does_vendor_work(topic, item):
        values = {"title": TITLES[topic], "object": name, "option": _OPTIONS[topic]}
        yield finding("vendor-object-under-other-name", **values)


def _older_rule(view: TenantView, rule: TenantObject) -> DoctorFinding:
    """A protect rule of this portal that somebody has made by hand, or an older version under another name."""
    excepted = strings(rule, "exceptions", "sender_ip_ranges")
    missing = uncovered(view.known("return_addresses"), excepted)
    if excepted and not missing:
        return finding("older-protect-rule", "warning", rule=rule["name"])
    values = {"rule": rule["name"], "missing": ", ".join(missing) or "any addresses"}
    return finding("older-protect-rule", "critical", "loops", **values)


def _speaks_of_a_portal(view: TenantView, topic: str, item: TenantObject) -> bool:
    """A host that our own rule takes for the portal's by mistake is no sign of another portal."""
    mistaken = topic == "outbound_connectors" and wrong_hosts(view, item)[0]
    return any(portals(topic, item)) and not mistaken


def _other_portals(view: TenantView) -> Iterator[DoctorFinding]:
    found: dict[str, list[str]] = {}
    for topic in _OPTIONS:
        speaks = partial(_speaks_of_a_portal, view, topic)
        for item in view.those(view.topic(topic), speaks, "several-portals"):
            for portal, _where in portals(topic, item):
                found.setdefault(portal, []).append(f"{TITLES[topic]} {item['name']}")
    own = str(view.integration.get("portal") or "").lower()
    others = sorted(set(found) - {own}) if own else sorted(found)
    if not others or (not own and len(others) < 2):
        return
    objects = [name for portal in others for name in dict.fromkeys(found[portal])]
    names = f"{'the portals' if len(others) > 1 else 'the portal'} {', '.join(others)}"
    kind = "several-portals" if len(found) > 1 else "other-portal"
    yield finding(kind, portals=names, objects=listed(objects))


# ------------------------------------------------------------------------------------- the vendor's own app

_SERVICE_USER = re.compile(r"\b(?:avanan|check\s?point)[\s_-]*service[\s_-]*user\b", re.IGNORECASE)


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
        yield finding("automatic-mode-active", rules=listed(touched))
    typical = view.those(
        view.rules,
        lambda rule: (
            bool(_AUTOMATIC_ONLY.search(str(rule["name"])))
            and view.is_vendor_managed("mail_flow_rules", rule)
        ),
        "automatic-mode-traces",
    )
    if typical and not touched:
        yield finding("automatic-mode-traces", rules=listed([rule["name"] for rule in typical]))


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
            yield finding("loop-guard-incomplete", case="other_portal", rule=rule["name"], portal=portal)
        return
    missing = uncovered(view.known("return_addresses"), excepted)
    if (missing or not excepted) and not _is_older(view, rule):
        named = f": {', '.join(missing)}" if missing else ""
        yield finding("loop-guard-incomplete", rule=rule["name"], missing=named)
    meant = [*guard, *view.known("additional_addresses"), *view.returns_of_others]
    beyond = uncovered(excepted, meant) if guard else []
    if beyond:
        wide = [text for text in beyond if count([text]) > _MANY]
        severity = "warning" if wide else "info"
        yield finding("uninspected-addresses", severity, rule=rule["name"], addresses=", ".join(beyond))


def _is_older(view: TenantView, rule: TenantObject) -> bool:
    """Whether the finding older-protect-rule tells of it."""
    names = {
        str(name).casefold() for name in (view.integration.get("names") or {}).get("mail_flow_rules") or ()
    }
    return bool(names) and str(rule["name"]).casefold() not in names


def idle_protect_rules(view: TenantView) -> Iterator[DoctorFinding]:
    """Protect rules that are there and do not act."""
    idle = view.those(view.protect_rules(), lambda rule: not acts(rule), "protect-rule-idle")
    for enabled, severity, case in ((True, "warning", ""), (False, "info", "off")):
        # Whether it is enabled was read to know that it is idle.
        names = [rule["name"] for rule in idle if bool(rule.get("enabled")) is enabled]
        if names:
            yield finding("protect-rule-idle", severity, case, rules=listed(names))


def portal_known(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding, when the portal or its addresses are not known."""
    if not view.known("return_addresses"):
        yield finding("portal-not-known", case="named" if view.integration.get("portal") else "")
