# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rejection of Direct Send, switched on or off, means for mail and the vendor. Pure.

Exchange Online then refuses anonymous mail whose envelope sender is of an accepted domain, unless an inbound connector that is configured to
match its address or certificate lets it in (Set-OrganizationConfig, RejectDirectSend). Whether a Partner connector that
does not restrict to its addresses does so is not documented.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.ip_ranges import overlapping, uncovered
from .connectors import outgoing_rules
from .finding import DoctorFinding, finding, listed
from .tenant_view import WHOLE, TenantObject, TenantView, strings


def direct_send(view: TenantView) -> Iterator[DoctorFinding]:
    """What is to be known about Direct Send."""
    if not view.unread("organization_config", "inbound_connectors"):
        yield from view.each(
            WHOLE, _direct_send, "direct-send-open", "direct-send-unclear", "direct-send-rejected"
        )


def _direct_send(view: TenantView, _tenant: TenantObject) -> Iterator[DoctorFinding]:
    if not view.single("organization_config").get("reject_direct_send"):
        yield finding("direct-send-open")
        return
    yield from _outgoing(view)
    yield from _incoming(view)


def _outgoing(view: TenantView) -> Iterator[DoctorFinding]:
    """Outgoing and internal mail comes back in the name of own senders."""
    rules = outgoing_rules(view)
    theirs = uncovered(view.known("loop_guard"), view.known("return_addresses"))
    enabled = [item for item in view.entire("inbound_connectors") if item.get("enabled")]
    missing = uncovered(
        theirs, [text for item in enabled if _exempts(item) for text in strings(item, "sender_ip_addresses")]
    )
    if (
        not rules
        or not missing
        or any(_exempts(item) and item.get("tls_sender_certificate_name") for item in enabled)
    ):
        return
    perhaps = [item["name"] for item in enabled if overlapping(missing, strings(item, "sender_ip_addresses"))]
    name = "direct-send-unclear" if perhaps else "direct-send-rejected"
    yield finding(name, addresses=", ".join(missing), connectors=listed(perhaps))


def _incoming(view: TenantView) -> Iterator[DoctorFinding]:
    """Own-domain mail of scanners and services, which Protect takes and the vendor gives back."""
    if not view.acting_protect_rules():
        return
    foreign = view.those(
        view.foreign("inbound_connectors"), lambda item: bool(item.get("enabled")) and _exempts(item)
    )
    vendor = view.those(
        view.entire("inbound_connectors"),
        lambda item: (
            bool(item.get("enabled"))
            and view.is_vendor_managed("inbound_connectors", item)
            and not _exempts(item)
        ),
    )
    if foreign and vendor:
        names, theirs = (listed([item["name"] for item in some]) for some in (foreign, vendor))
        yield finding("direct-send-unclear", case="incoming", connectors=names, vendor=theirs)


def _exempts(item: TenantObject) -> bool:
    """Whether a connector certainly lets own-domain mail in that it matches."""
    by_address, by_certificate = strings(item, "sender_ip_addresses"), item.get("tls_sender_certificate_name")
    if item.get("connector_type") == "OnPremises":
        return bool(by_address or by_certificate)
    return bool(
        (item.get("restrict_domains_to_ip_addresses") and by_address)
        or (item.get("restrict_domains_to_certificate") and by_certificate)
    )
