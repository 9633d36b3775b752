# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows a change: how long until it acts, how to see that it does, what audits will say.

Waiting times as published: mail-flow rules 30 minutes or more (Microsoft, Manage mail flow rules, April 2026) and up to an
hour (CodeTwo user guide); connectors 15 minutes (CodeTwo); the vendor's inline scope up to an hour (Check Point, Sync times
with Microsoft); IP allow list up to an hour (Cisco, ta-p/3189638); new journal rules some minutes (Cloudflare journaling
guide); customization minutes, shown with delay (MicrosoftDocs/office-docs-powershell issues 6497 and 9228). For the rest
nobody publishes a time. Audit checks: CISA SCuBA baseline for Exchange Online, section 12; Maester MT.1043 (pull request
1016). Inbound connectors for own servers that Microsoft creates switched off: EX505293 (SEPPmail ExchangeOnline-FAQ). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Effect:
    """minutes: to allow until a change acts; text: the same in words. test: how to see it act, beyond reading it back."""

    minutes: int
    text: str
    test: str = ""


_UNPUBLISHED = "Microsoft publishes no time; allow 60 minutes."
_EFFECTS = {
    "TransportRule": Effect(60, "30 minutes or more, up to an hour."),
    "InboundConnector": Effect(
        15,
        "About 15 minutes.",
        "In the headers of a message that came back from the vendor: it was delivered, and its last server has one of the addresses.",
    ),
    "OutboundConnector": Effect(15, "About 15 minutes."),
    "JournalRule": Effect(
        15,
        "Some minutes.",
        "Send a message between two mailboxes; the vendor's portal shows it among the scanned mail.",
    ),
    "TransportConfig": Effect(60, _UNPUBLISHED),
    "HostedConnectionFilterPolicy": Effect(60, "Up to an hour."),
    "DistributionGroup": Effect(60, "Up to an hour, until rules see new members."),
    "MailContact": Effect(15, "Some minutes, until it can be chosen as a recipient."),
    "OrganizationCustomization": Effect(60, "Some minutes; it can be shown with a delay of up to an hour."),
}
_UNKNOWN = Effect(60, _UNPUBLISHED)
_AT_ONCE = Effect(0, "At once; nothing uses it any more.")

_READ = {"OrganizationCustomization": "OrganizationConfig"}
_BY_IDENTITY = {"HostedConnectionFilterPolicy": "Default"}
_MEMBERS = "members"


def effect(noun: str, change: str, after: Mapping[str, Any]) -> Effect:
    """How long a change takes to act. change: created, changed or removed. after: the object, by path."""
    known = _EFFECTS.get(noun, _UNKNOWN)
    if change == "removed":
        return _AT_ONCE if noun == "MailContact" else Effect(known.minutes, known.text)
    header = after.get("actions.set_header_name")
    if noun == "TransportRule" and header and after.get("enabled") is not False:
        value = after.get("actions.set_header_value")
        test = f"Send a message to which the rule applies; its headers carry {header}: {value}."
        return Effect(known.minutes, known.text, test)
    if noun == "InboundConnector" and after.get("connector_type") == "OnPremises":
        return Effect(
            known.minutes,
            known.text,
            "If Enabled reads False, Microsoft has created the connector switched off (EX505293), and only its support can "
            "switch it on: do not route mail to the vendor until it reads True.",
        )
    return known


def reading(noun: str, identity: str, paths: Iterable[str]) -> list[dict[str, Any]]:
    """The calls that show the object, as steps. identity: "" for what exists once; paths: of the settings to look at."""
    target = identity or _BY_IDENTITY.get(noun, "")
    parameters = {"Identity": target} if target else {}
    names = list(paths)
    calls = []
    if names != [_MEMBERS]:
        calls.append({"cmdlet": f"Get-{_READ.get(noun, noun)}", "parameters": parameters})
    if _MEMBERS in names:
        members = {**parameters, "ResultSize": "Unlimited"}
        calls.append({"cmdlet": f"Get-{noun}Member", "parameters": members})
    return calls


_ALLOWED = (
    "IP allow list: mail from these addresses, also that of the vendor's other customers, skips spam filtering. CISA SCuBA "
    "MS.EXO.12.1v1 (IP allow lists SHOULD NOT be created) and the CIS benchmark will report it."
)
_BYPASS = "SCL -1: a rule lets mail pass the spam filter. Maester MT.1043 (transport rules that set SCL -1) will report it."


def findings(entries: Iterable[Mapping[str, Any]], said: Iterable[str]) -> list[str]:
    """What audits will report of these entries, after what was said already."""
    texts = list(said)
    derived = {
        "MS.EXO.12.1v1": (_ALLOWED, _adds_allowed),
        "MT.1043": (_BYPASS, _bypasses),
    }
    listed = list(entries)
    for code, (text, applies) in derived.items():
        if any(applies(entry) for entry in listed) and not any(code in known for known in texts):
            texts.append(text)
    return texts


def _adds_allowed(entry: Mapping[str, Any]) -> bool:
    before = set((entry.get("before") or {}).get("ip_allow_list") or ())
    return bool(set((entry.get("after") or {}).get("ip_allow_list") or ()) - before)


def _bypasses(entry: Mapping[str, Any]) -> bool:
    before, after = (
        ((entry.get(key) or {}).get("actions") or {}).get("set_scl") for key in ("before", "after")
    )
    return str(after) == "-1" and str(before) != "-1"
