# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accepted domains, which are only read."""

from __future__ import annotations

from .._schema.resource import Field, MailFlowData, Resource, Role, Topic
from .._schema.value_types import BOOLEAN, TEXT

ACCEPTED_DOMAIN = Resource(
    noun="AcceptedDomain",
    title="accepted domain",
    role=Role("Remote and Accepted Domains"),
    topic=Topic("accepted_domains", "The accepted domains."),
    mail_flow=MailFlowData(
        more=(
            Field(
                "MatchSubDomains",
                BOOLEAN,
                "Whether domains below it count as well.",
                option="match_subdomains",
            ),
            Field("SendingFromDomainDisabled", BOOLEAN, "Whether mail from its addresses is refused."),
            Field("SendingToDomainDisabled", BOOLEAN, "Whether mail to its addresses is refused."),
        )
    ),
    keys={"DomainName": "text", "DomainType": "text"},
    rank=7,
    listings=({"ResultSize": "Unlimited"},),
    fields=(
        Field("DomainName", TEXT, "The domain."),
        Field("DomainType", TEXT, "How its mail is treated, such as Authoritative."),
        Field("Default", BOOLEAN, "Whether it is the default domain."),
    ),
)
