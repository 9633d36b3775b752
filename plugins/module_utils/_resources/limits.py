# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of the limits of mail-flow rules is used, which is only read."""

from __future__ import annotations

from .._schema.resource import Field, Resource, Role, Topic
from .._schema.value_types import BYTES, INTEGER

_SIZES = ("largest_rule", "largest_rule_maximum")

LIMITS = Resource(
    noun="EtrLimits",
    title="limits of mail-flow rules",
    role=Role("Transport Rules"),
    topic=Topic(
        "limits",
        "How much of the limits of mail-flow rules is used, such as C(rules) and C(rules_maximum). Empty, with a warning, "
        "where it may not be read.",
        optional=True,
    ),
    keys={"MaximumNumberOfTransportRules": "any"},
    follows="TransportRule",
    rank=9,
    singleton=True,
    fields=tuple(
        Field(parameter, BYTES if option in _SIZES else INTEGER, help, option=option)
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
