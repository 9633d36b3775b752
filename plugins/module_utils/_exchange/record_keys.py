# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every record of a class has, so that an answer can be told from one to another question. Pure.

Properties that live answers, public surveys of them or the cmdlet reference name for the class, and that are not left
out when they are unset. Values are looked at only where something is decided by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _is_there(_value: Any) -> bool:
    return True


_NAMED: dict[str, Test] = {"Name": _is_text, "Guid": _is_text}
_KEYS: dict[str, dict[str, Test]] = {
    "TransportRule": {**_NAMED, "Priority": _is_number},
    "JournalRule": {**_NAMED, "JournalEmailAddress": _is_there},
    "InboundConnector": {**_NAMED, "SenderDomains": _is_there},
    "OutboundConnector": {**_NAMED, "SmartHosts": _is_there},
    "HostedConnectionFilterPolicy": {**_NAMED, "IPAllowList": _is_there},
    "DistributionGroup": {**_NAMED, "PrimarySmtpAddress": _is_there},
    "MailContact": {**_NAMED, "ExternalEmailAddress": _is_there},
    "Recipient": {**_NAMED, "RecipientTypeDetails": _is_text},
    "DistributionGroupMember": {**_NAMED, "RecipientTypeDetails": _is_text},
    "AcceptedDomain": {"DomainName": _is_text, "DomainType": _is_text},
    "TransportConfig": {"JournalingReportNdrTo": _is_there},
    "OrganizationConfig": {"Name": _is_text, "IsDehydrated": _is_switch},
    "EtrLimits": {"MaximumNumberOfTransportRules": _is_there},
    "MessageTraceV2": {"MessageTraceId": _is_text, "Received": _is_text, "RecipientAddress": _is_text},
}
CLASSES = frozenset(_KEYS)
"""The nouns of the classes that are known."""
SINGLE = frozenset({"TransportConfig", "OrganizationConfig", "EtrLimits"})
"""Those of which there is one object, always."""


def problem(noun: str, record: Mapping[str, Any]) -> str:
    """What keeps a record from being one of this class: a missing or impossible property, or ""."""
    for key, fits in _KEYS.get(noun, {"Name": _is_text}).items():
        if key not in record:
            return f"{key} is missing"
        if not fits(record[key]):
            return f"{key} is {str(record[key])[:50]!r}"
    return ""
