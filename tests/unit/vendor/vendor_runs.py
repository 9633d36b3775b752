# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of phases with the variables of a portal, for the tests of what the vendor wants."""

from __future__ import annotations

from typing import Any

from ansible_collections.avanan.office365.plugins.module_utils._vendor.inputs import problems
from ansible_collections.avanan.office365.plugins.module_utils._vendor.run import Run
from ansible_collections.avanan.office365.plugins.module_utils._vendor.tenant import ObservedTenant
from ansible_collections.avanan.office365.plugins.module_utils._vendor.variables import defaults

PORTAL: dict[str, Any] = {"portal_name": "customer-x", "portal_region": "us"}
# Everything that the automatic mode makes, with what the vendor does not publish.
FULL: dict[str, Any] = {
    **PORTAL,
    "portal_footprint": "automatic",
    "portal_group_domain": "contoso.example",
    "portal_group_owners": ["user09"],
    "portal_values": {
        "journaling_smart_host": "journal.vendor.example",
        "journaling_connector_type": "Partner",
        "journaling_tls_settings": "EncryptionOnly",
        "dlp_require_tls": True,
        "internal_stop_processing": True,
    },
    "protected_users": ["user01"],
    "protected_groups": ["pilot"],
    "protected_domains": ["fabrikam.example"],
    "outbound_users": ["user02"],
    "outbound_groups": ["sales"],
}
EMPTY = ObservedTenant({})
PHASES = ("monitor", "inline", "rescope", "outbound", "remove")


def run_of(*phases: str, check_mode: bool = True, preview: bool = False, **inputs: Any) -> Run:
    """A run of these phases; what is not given has its default."""
    given = {**defaults(), **PORTAL, **inputs}
    return Run(inputs=given, roles=[], phases=list(phases), check_mode=check_mode, preview=preview)


def wrong(*phases: str, **inputs: Any) -> list[str]:
    """What is wrong with the variables of a real run."""
    return problems(run_of(*phases, check_mode=False, **inputs), {})
