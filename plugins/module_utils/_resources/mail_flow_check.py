# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the mail-flow check reads: the same as o365_info, and whether domains stand for those below them."""

from __future__ import annotations

from dataclasses import replace

from .._read.mail_flow_check import MailFlowCheckModule
from .._schema.resource import Field
from .._schema.value_types import BOOLEAN
from .info import DEFINITION as INFO
from .object_modules import DEFINITIONS

_TOPICS = (
    "mail_flow_rules",
    "inbound_connectors",
    "outbound_connectors",
    "journal_rules",
    "transport_config",
    "connection_filter",
    "accepted_domains",
)
_DOMAINS = INFO.topics["accepted_domains"]
_SUBDOMAINS = Field(
    "MatchSubDomains", BOOLEAN, "Whether domains below it count as well.", option="match_subdomains"
)

DEFINITION = MailFlowCheckModule(
    topics={
        **{topic: INFO.topics[topic] for topic in _TOPICS},
        "accepted_domains": replace(_DOMAINS, fields=(*_DOMAINS.fields, _SUBDOMAINS)),
    },
    definitions=DEFINITIONS,
)
