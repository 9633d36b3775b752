# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The object modules by their names: what a plan or a record can hold."""

from __future__ import annotations

from .connection_filter import DEFINITION as CONNECTION_FILTER
from .connector import DEFINITION as CONNECTOR
from .distribution_group import DEFINITION as DISTRIBUTION_GROUP
from .journal_rule import DEFINITION as JOURNAL_RULE
from .mail_contact import DEFINITION as MAIL_CONTACT
from .mail_flow_rule import DEFINITION as MAIL_FLOW_RULE
from .transport_config import DEFINITION as TRANSPORT_CONFIG

DEFINITIONS = {
    definition.module: definition
    for definition in (
        CONNECTION_FILTER,
        CONNECTOR,
        DISTRIBUTION_GROUP,
        JOURNAL_RULE,
        MAIL_CONTACT,
        MAIL_FLOW_RULE,
        TRANSPORT_CONFIG,
    )
}
