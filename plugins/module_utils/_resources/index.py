# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Written by tools/render_docs.py from the files beside it.

"""Every class of objects; imported one by one, because Ansible ships to a host only what it sees imported."""

from __future__ import annotations

from .._schema.resource import Resource
from .accepted_domain import ACCEPTED_DOMAIN
from .connection_filter import CONNECTION_FILTER
from .distribution_group import DISTRIBUTION_GROUP
from .inbound_connector import INBOUND_CONNECTOR
from .journal_rule import JOURNAL_RULE
from .limits import LIMITS
from .mail_contact import MAIL_CONTACT
from .mail_flow_rule import MAIL_FLOW_RULE
from .organization_config import ORGANIZATION_CONFIG
from .outbound_connector import OUTBOUND_CONNECTOR
from .recipient import RECIPIENT
from .transport_config import TRANSPORT_CONFIG

RESOURCES: tuple[Resource, ...] = (
    TRANSPORT_CONFIG,
    JOURNAL_RULE,
    INBOUND_CONNECTOR,
    OUTBOUND_CONNECTOR,
    MAIL_FLOW_RULE,
    CONNECTION_FILTER,
    ACCEPTED_DOMAIN,
    ORGANIZATION_CONFIG,
    LIMITS,
    RECIPIENT,
    DISTRIBUTION_GROUP,
    MAIL_CONTACT,
)
BY_NOUN = {resource.noun: resource for resource in RESOURCES}
TOPICS = {resource.topic.name: resource for resource in RESOURCES if resource.topic}
"""What o365_info can read, by the keys of its result."""
