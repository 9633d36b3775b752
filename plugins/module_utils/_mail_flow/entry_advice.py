# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the service may refuse a message at the door that claims to be the organization's, or comes too often (2.11, 2.12, 8.3)."""

from __future__ import annotations

from collections.abc import Sequence

from .._mail_flow_objects.edit import INBOUND, OUTBOUND, set_to
from .trace import Cause


def direct_send(domain: str, addresses: str, idle: Sequence[str] = (), *, certain: bool) -> Cause:
    """The organization rejects Direct Send, and no connector speaks for what comes back. idle: connectors that are disabled."""
    if certain:
        return Cause(
            "direct-send-rejected",
            "",
            f"Mail is lost: mail of {domain} that comes back from {addresses} is refused (5.7.68), because the organization rejects "
            "Direct Send and no enabled inbound connector names these addresses.",
            "",
            tuple(set_to(INBOUND, name, enabled=True) for name in idle),
            "Carry out the outbound phase, which creates the connector for outgoing mail.",
        )
    return Cause(
        "direct-send-unclear",
        "",
        f"Mail may be lost: the organization rejects Direct Send, and it is not known whether an inbound connector that does not "
        f"restrict its senders speaks for mail of {domain} that comes back from {addresses}.",
        f"Send one message with an address of {domain} through the vendor; if it arrives, accept this finding by name.",
    )


def direct_send_later(domain: str, addresses: str) -> Cause:
    """It would be refused if the organization rejected Direct Send."""
    return Cause(
        "direct-send-would-reject",
        "",
        f"If the organization rejected Direct Send (RejectDirectSend), mail of {domain} that comes back from {addresses} would, or might, "
        "be refused (5.7.68).",
        f"Before RejectDirectSend is switched on, see to it that an inbound connector of type OnPremises names {addresses}.",
    )


def sending_disabled(domain: str) -> Cause:
    """Mail from or to a domain is switched off."""
    return Cause(
        "domain-sending-disabled",
        domain,
        f"Mail may be lost: sending from or to the accepted domain {domain} is disabled, and whether that counts for what comes back "
        "is not known.",
        f"Ask who keeps {domain} whether mail from and to it may be enabled again.",
    )


def forward_sender_lost(address: str, addresses: str, connector: str = "", *, certain: bool) -> Cause:
    """A forward comes back with a sender from outside, so that nothing relays it."""
    return Cause(
        "forward-sender-lost",
        "",
        f"Mail forwarded to {address} {'is' if certain else 'may be'} lost: it goes to the vendor with the sender from outside with "
        f"which it first came, comes back from {addresses}, and is refused there (5.7.64).",
        "",
        (set_to(OUTBOUND, connector, sender_rewriting_enabled=True),) if connector else (),
        "Ask the vendor how forwarded mail is to come back, or Microsoft whether the sender can be rewritten (SenderRewritingEnabled).",
    )


def entry_limit(most: int) -> Cause:
    """One message comes in too often."""
    return Cause(
        "entry-limit",
        "",
        f"Mail may be lost: one message comes in more than {most} times, and Exchange Online was seen to refuse that (5.4.14).",
        "Ask who keeps the rules that route mail whether fewer products can take the same message out of the organization.",
    )
