# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Journal rules (New-, Set-, Enable-, Disable-, Remove-JournalRule)."""

from __future__ import annotations

from collections.abc import Iterable

from .._schema.address_types import NULLABLE_SMTP, SMTP, smtp_addresses
from .._schema.resource import (
    IDENTIFIED,
    Change,
    Field,
    MailFlowData,
    Management,
    Precondition,
    Reader,
    Resource,
    Role,
    Topic,
)
from .._schema.value_type import NOT_CLEARABLE, enum
from .._schema.value_types import STATE


def _undeliverable_recipient(read: Reader) -> str | None:
    records = read("TransportConfig", {})
    value: str | None = NULLABLE_SMTP.canonical(
        (records[0] if records else {}).get("JournalingReportNdrTo") or ""
    )
    return value


# Exchange Online limits; newer numbers may be higher (inferred).
_MOST_RULES = 10
_OUTSIDE = ("mailuser", "guestmailuser", "mailcontact")


def _insiders(address: str, read: Reader) -> Iterable[str]:
    """The recipients of the tenant that have an address and keep their mail in the service."""
    for record in read("Recipient", {"Identity": address, "ResultSize": "Unlimited"}):
        details = str(record.get("RecipientTypeDetails") or record.get("RecipientType") or "")
        held = smtp_addresses([record.get("PrimarySmtpAddress") or "", *(record.get("EmailAddresses") or ())])
        if address.lower() in held and details.lower() not in _OUTSIDE:
            yield f'"{record.get("Name")}" ({details})'


def _preconditions(change: Change, read: Reader) -> Iterable[Precondition]:
    # A tenant refuses journal rules until it knows where undeliverable reports go (admin center; type inferred).
    if change.before is None and change.after is not None:
        yield Precondition(
            "the organization has a recipient for undeliverable journal reports "
            "(journaling_report_ndr_to of o365_transport_config)",
            _undeliverable_recipient(read) is not None,
        )
        count = len(read("JournalRule", {}))
        yield Precondition(
            f"there are fewer than {_MOST_RULES} journal rules, which is as many as the service takes; there are {count}",
            count < _MOST_RULES,
        )
    address = (change.after or {}).get("journal_email_address")
    if address and (change.before or {}).get("journal_email_address") != address:
        # The reference demands it; that a recipient that is no mailbox is refused too is inferred.
        for insider in _insiders(address, read):
            yield Precondition(
                f'the journal address "{address}" is outside Exchange Online; {insider} has it', False
            )


JOURNAL_RULE = Resource(
    noun="JournalRule",
    title="journal rule",
    role=Role("Journaling", always=True),
    management=Management("journal_rule"),
    topic=Topic("journal_rules", "The journal rules."),
    mail_flow=MailFlowData(defaults={"enabled": True, "scope": "Global"}),
    twin="mail_flow_rules",
    keys={**IDENTIFIED, "JournalEmailAddress": "any"},
    rank=2,
    preconditions=_preconditions,
    fields=(
        Field(
            "JournalEmailAddress",
            SMTP.clearing(NOT_CLEARABLE),
            "Address that receives the journal reports. It must lie outside Exchange Online.",
            required_on_new=True,
            names="Recipient",
        ),
        Field(
            "Recipient",
            SMTP,
            "The one sender or recipient whose messages are journaled. Empty means everyone.",
            names="Recipient",
        ),
        Field(
            "Scope",
            enum("Global", "Internal", "External"),
            "Which messages are journaled. V(Global) is every message; a new rule without a scope gets it.",
        ),
        Field(
            "Enabled",
            STATE,
            "Whether the rule acts. A new rule is enabled unless this is V(false).",
            verbs="toggle",
            on_new=True,
        ),
    ),
)
