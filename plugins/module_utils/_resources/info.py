# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What o365_info can read: the managed objects, and facts of the organization that are only read."""

from __future__ import annotations

from .._read.info import InfoModule
from .._schema.resource import Field, Resource
from .._schema.value_types import BOOLEAN, INTEGER, TEXT
from .connection_filter import CONNECTION_FILTER
from .inbound_connector import INBOUND_CONNECTOR
from .journal_rule import JOURNAL_RULE
from .mail_flow_rule import MAIL_FLOW_RULE
from .outbound_connector import OUTBOUND_CONNECTOR
from .transport_config import TRANSPORT_CONFIG

_ACCEPTED_DOMAIN = Resource(
    noun="AcceptedDomain",
    title="accepted domain",
    listings=({"ResultSize": "Unlimited"},),
    fields=(
        Field("DomainName", TEXT, "The domain."),
        Field("DomainType", TEXT, "How its mail is treated, such as Authoritative."),
        Field("Default", BOOLEAN, "Whether it is the default domain."),
    ),
)
_ORGANIZATION_CONFIG = Resource(
    noun="OrganizationConfig",
    title="organization configuration",
    singleton=True,
    fields=(
        Field("Name", TEXT, "Name of the organization."),
        Field("IsDehydrated", BOOLEAN, "Whether it must be customized before some settings can be written."),
    ),
)
_LIMITS = Resource(
    noun="EtrLimits",
    title="limits of mail-flow rules",
    singleton=True,
    fields=tuple(
        Field(parameter, INTEGER, help, option=option)
        for parameter, option, help in (
            ("CurrentTransportRulesCount", "rules", "How many rules there are."),
            ("MaximumNumberOfTransportRules", "rules_maximum", "How many there can be."),
            ("CurrentLargestTransportRule", "largest_rule", "Size of the largest rule."),
            ("MaximumSizeOfAnIndividualTransportRule", "largest_rule_maximum", "How large a rule can be."),
            (
                "CurrentRegExCharacterCountInAllTransportRules",
                "pattern_characters",
                "Characters in all patterns.",
            ),
            (
                "CharacterLimitForAllRegExInTransportRules",
                "pattern_characters_maximum",
                "How many there can be.",
            ),
            (
                "CurrentAddedRecipientCountByAllTransportRules",
                "added_recipients",
                "Recipients that rules add.",
            ),
            (
                "MaximumNumberOfAddedRecipientsByAllTransportRules",
                "added_recipients_maximum",
                "How many they can add.",
            ),
        )
    ),
)

DEFINITION = InfoModule(
    topics={
        "transport_config": TRANSPORT_CONFIG,
        "journal_rules": JOURNAL_RULE,
        "inbound_connectors": INBOUND_CONNECTOR,
        "outbound_connectors": OUTBOUND_CONNECTOR,
        "mail_flow_rules": MAIL_FLOW_RULE,
        "connection_filter": CONNECTION_FILTER,
        "accepted_domains": _ACCEPTED_DOMAIN,
        "organization_config": _ORGANIZATION_CONFIG,
        "limits": _LIMITS,
    },
    optional=frozenset({"limits"}),
)
