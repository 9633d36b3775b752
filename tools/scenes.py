# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the demo plays: the scenarios of the guide, from the examination of the tenant to the way out. Data only."""

from __future__ import annotations

from dataclasses import dataclass

_PORTAL = ("-e", "portal_name=customer-x", "-e", "portal_region=eu")
_PILOT = ("-e", "protected_groups=pilot@contoso.example")
_WIDER = (*_PILOT, "-e", "protected_users=user07@contoso.example")


@dataclass(frozen=True)
class Scene:
    """title and why: for an administrator who has never seen Ansible; writes: whether the tenant may change.

    {plan} and {record} in an argument are the files that earlier scenes left. best: whether its runbook is the one to read first.
    """

    title: str
    why: str
    playbook: str
    arguments: tuple[str, ...]
    writes: bool
    best: bool = False


SCENES = (
    Scene(
        "Is the tenant ready?",
        "The doctor looks at permissions, limits, other products in the mail flow and the mode of each domain. It cannot write.",
        "doctor",
        # The domains of the practice tenant are in no DNS.
        (*_PORTAL, "-e", "doctor_lookup_mx=false"),
        False,
    ),
    Scene(
        "What would the vendor's automatic mode change?",
        "The whole footprint, tried on a copy of the tenant. A preview cannot write, and it says what would go wrong.",
        "preview_automated_mode",
        (*_PORTAL, *_PILOT),
        False,
    ),
    Scene(
        "Manual mode: what would be done?",
        "Check mode reads the tenant and leaves a runbook: to approve, or to do by hand in the admin center.",
        "manual_mode",
        (*_PORTAL, "--check"),
        False,
    ),
    Scene(
        "Manual mode: do it",
        "The vendor gets a copy of every message. Nothing waits for it yet.",
        "manual_mode",
        _PORTAL,
        True,
    ),
    Scene(
        "Manual mode once more",
        "A second run finds no changes needed, so that a run can always be repeated.",
        "manual_mode",
        _PORTAL,
        False,
    ),
    Scene(
        "Inline for a pilot group: what would be done?",
        "From here on mail waits for the vendor, so every kind of message is walked before anything is written.",
        "monitor_to_inline",
        (*_PORTAL, *_PILOT, "--check"),
        False,
        best=True,
    ),
    Scene(
        "Inline: exactly the approved plan",
        "The plan of the scene before is applied: its calls and no others, or none if the tenant has changed.",
        "apply_plan",
        ("-e", "change_plan_file={plan}"),
        True,
    ),
    Scene(
        "One more user",
        "Exchange would protect only users who are also in the group, so users get a rule of their own.",
        "rescope_inline",
        (*_PORTAL, *_WIDER),
        True,
    ),
    Scene(
        "Has somebody changed it?",
        "Drift compares the tenant with the variables and ranks what differs by what it does to mail.",
        "drift",
        (*_PORTAL, *_WIDER),
        False,
    ),
    Scene(
        "Roll back the last change",
        "Every run leaves a record of what was there before; undo goes back to it.",
        "undo",
        ("-e", "change_record_file={record}"),
        True,
    ),
    Scene(
        "The way out: what would be removed?",
        "Rules first, then connectors, then journaling, so that no message is ever routed to something that is gone.",
        "remove",
        (*_PORTAL, "--check"),
        False,
    ),
)
