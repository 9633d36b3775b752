# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Off-boarding recognizes what was made with values of the user's own, also where the service writes them otherwise."""

from __future__ import annotations

from pathlib import Path

from tests.fake_exchange.control import Practice
from tests.scenarios import FULL, SCOPE, run_playbook, without_traces

OWN = {
    "smart_host": "Relay.Vendor.Example.",
    "dlp_smart_host": "DLP.Vendor.example",
    "header_value": "acme inline",
    "outgoing_header_value": "acme outgoing",
    "internal_header_value": "acme internal",
    "journal_address": "Journal@Vendor.Example",
}


def test_remove_takes_away_what_was_made_with_own_values(tmp_path: Path, tenant: Practice) -> None:
    before = without_traces(tenant)
    values = {**FULL, **SCOPE, "portal_values": {**FULL["portal_values"], **OWN}}
    others = {"protected_users": ["user03"]}
    for playbook in ("manual_mode", "monitor_to_inline", "outbound_protection", "rescope_inline", "remove"):
        run = run_playbook(
            tmp_path, tenant, playbook, **{**values, **(others if playbook == "rescope_inline" else {})}
        )
        assert run.code == 0, run.text
        assert run.changed
    assert without_traces(tenant) == before
