# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests give to the playbooks, and how they run them on a practice tenant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.ansible_run import Run, play, variables
from tests.fake_exchange.control import Practice

PORTAL = {"portal_name": "customer-x", "portal_region": "us"}
OURS = ("Avanan", "Check Point", "Checkpoint")
US_INCOMING = {"35.174.145.124", "44.211.178.96/28", "3.101.216.128/28"}
US_OUTGOING = {"3.214.204.181", "44.211.178.112/28", "3.101.216.144/28"}
# Everything that the automatic mode makes, with what the vendor does not publish.
FULL: dict[str, Any] = {
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
}
LOCK_DOWN = {
    "Name": "Only from old gateway",
    "ConnectorType": "Partner",
    "Enabled": True,
    "SenderDomains": ["smtp:*;1"],
    "SenderIPAddresses": ["203.0.113.0/28"],
    "RestrictDomainsToIPAddresses": True,
    "RequireTls": False,
}
"""An inbound connector of somebody else that keeps out what the vendor gives back."""
FOOTPRINT = {
    "Avanan - Undeliverable Journal Reports",
    "Avanan Journaling Outbound",
    "Avanan - Monitor",
    "Avanan Inbound",
    "avanan_inline_incoming",
    "Avanan Outbound",
    "Avanan - Whitelist",
    "Avanan - Protect",
    "avanan_inline_outgoing",
    "Avanan DLP Inbound",
    "Avanan DLP Outbound",
    "Avanan - Protect Outgoing",
    "Avanan - Protect Internal",
}
SCOPE = {
    "protected_users": ["user01"],
    "protected_groups": ["pilot"],
    "outbound_users": ["user02"],
    "outbound_groups": ["sales-team"],
}
# Set up by hand with the names of years ago and wrong values.
OLD = (
    (
        "TransportRule",
        {
            "Name": "Checkpoint – Protect",
            "State": "Disabled",
            "FromScope": "NotInOrganization",
            "SubjectContainsWords": ["invoice"],
            "PrependSubject": "[old] ",
            "ExceptIfFrom": ["user05@contoso.example"],
        },
    ),
    (
        "InboundConnector",
        {
            "Name": "Avanan Inbound Connector",
            "ConnectorType": "Partner",
            "Enabled": False,
            "SenderDomains": ["smtp:old.example;1"],
            "SenderIPAddresses": ["192.0.2.1"],
            "RequireTls": False,
        },
    ),
    (
        "OutboundConnector",
        {
            "Name": "checkpoint outbound",
            "ConnectorType": "Partner",
            "Enabled": True,
            "IsTransportRuleScoped": False,
            "RecipientDomains": ["*"],
            "UseMXRecord": True,
            "SmartHosts": [],
        },
    ),
    (
        "JournalRule",
        {
            "Name": "Avanan – Monitor",
            "JournalEmailAddress": "old@archive.example",
            "Enabled": False,
            "Scope": "Internal",
            "Recipient": None,
        },
    ),
)


def run_playbook(tmp_path: Path, tenant: Practice, name: str, *arguments: str, **values: Any) -> Run:
    wanted = {**PORTAL, **values}
    given = variables(**{name: value for name, value in wanted.items() if value is not None})
    return play(tmp_path, f"avanan.office365.{name}", tenant.env(), *given, *arguments)


def without_traces(tenant: Practice) -> str:
    """The whole tenant apart from time stamps."""
    state = tenant.state()
    for rows in state.values():
        for row in rows if isinstance(rows, list) else [rows]:
            for name in [name for name in row if name.startswith("When")]:
                del row[name]
    return json.dumps(state, sort_keys=True)
