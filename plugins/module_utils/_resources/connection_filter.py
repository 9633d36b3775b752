# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection filter policy (Set-HostedConnectionFilterPolicy); an organization has one, named Default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._schema.address_types import FILTER_ENTRIES
from .._schema.resource import (
    IDENTIFIED,
    Change,
    Field,
    MailFlowData,
    Management,
    Reader,
    Resource,
    Role,
    Topic,
)
from .._schema.value_type import longer
from .._schema.value_types import BOOLEAN, TEXT

# Widely quoted from Microsoft's guide, not verified (inferred): a warning, no refusal.
_MOST_ENTRIES = 1273


def _cautions(change: Change, read: Reader) -> Iterable[str]:
    after = change.after or {}
    allowed, blocked = after.get("ip_allow_list") or [], after.get("ip_block_list") or []
    only_allowed = set(FILTER_ENTRIES.lacking(allowed, blocked))
    both = [item for item in allowed if item not in only_allowed]
    if both:
        yield f"The connection filter allows and blocks {', '.join(both)}; the service lets the allow list win."
    for path, entries in (("ip_allow_list", allowed), ("ip_block_list", blocked)):
        if len(entries) > _MOST_ENTRIES:
            yield f"{path} would have {len(entries)} entries; the service is said to take {_MOST_ENTRIES}."
    if FILTER_ENTRIES.lacking(allowed, (change.before or {}).get("ip_allow_list")):
        yield (
            "Mail from addresses on the IP allow list skips spam filtering and sender authentication; audits such as "
            "CISA SCuBA and the CIS benchmark report every entry."
        )
    if any(record.get("IsDehydrated") for record in read("OrganizationConfig", {})):
        yield (
            "The organization is shown as not customized yet (IsDehydrated), and may refuse this change; "
            "see o365_organization_customization."
        )


CONNECTION_FILTER = Resource(
    noun="HostedConnectionFilterPolicy",
    title="connection filter",
    role=Role("Transport Hygiene"),
    management=Management(
        "connection_filter",
        force_help="Accept an empty list with O(mode=exact), which takes out every entry.",
    ),
    topic=Topic(
        "connection_filter",
        "The connection filter, to be given back with O(avanan.office365.o365_connection_filter#module:mode=exact).",
    ),
    mail_flow=MailFlowData(),
    keys={**IDENTIFIED, "IPAllowList": "any"},
    rank=6,
    singleton=True,
    identity="Default",
    listings=({"Identity": "Default"},),
    cautions=_cautions,
    fields=(
        Field(
            "IPAllowList",
            FILTER_ENTRIES,
            "Addresses whose mail is never filtered as spam: single addresses, IPv4 blocks from /24 to /32 and IPv4 ranges of "
            "up to 256 addresses, such as V(198.51.100.1-198.51.100.9). O(mode) says what happens to them.",
            verbs="set",
            partial="mode",
        ),
        Field(
            "IPBlockList",
            FILTER_ENTRIES,
            "Addresses whose mail is rejected, in the same forms. O(mode) says what happens to them.",
            verbs="set",
            partial="mode",
        ),
        Field(
            "EnableSafeList",
            BOOLEAN,
            "Whether senders on Microsoft's safe list are never filtered. Microsoft calls the setting reserved for its own use.",
            verbs="set",
        ),
        Field(
            "AdminDisplayName",
            replace(TEXT, clear="", check=lambda value: longer(value, 255)),
            "A note for administrators.",
            verbs="set",
        ),
    ),
)
