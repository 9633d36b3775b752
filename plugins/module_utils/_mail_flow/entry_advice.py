# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the service may refuse a message at the door that claims to be the organization's, or comes too often (2.11, 2.12, 8.3)."""

from __future__ import annotations

from .trace import Cause


def direct_send(domain: str, addresses: str, *, certain: bool) -> Cause:
    """The organization rejects Direct Send, and no connector speaks for what comes back."""
    if certain:
        return Cause(
            "direct-send-rejected",
            "",
            f"Mail is lost: mail of {domain} that comes back from {addresses} is refused (5.7.68), because the organization rejects "
            "Direct Send and no enabled inbound connector names these addresses.",
            f"Create or enable the inbound connector that names {addresses}.",
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
        f"Switch SendingFromDomainDisabled and SendingToDomainDisabled of {domain} off, or use addresses of another domain.",
    )


def forward_sender_lost(address: str, addresses: str, *, certain: bool) -> Cause:
    """A forward comes back with a sender from outside, so that nothing relays it."""
    return Cause(
        "forward-sender-lost",
        "",
        f"Mail forwarded to {address} {'is' if certain else 'may be'} lost: it goes to the vendor with the sender from outside with "
        f"which it first came, comes back from {addresses}, and is refused there (5.7.64).",
        "Switch SenderRewritingEnabled on for the outbound connector of type OnPremises, or except the forwarding mailboxes in the "
        "rule for outgoing mail.",
    )


def entry_limit(most: int) -> Cause:
    """One message comes in too often."""
    return Cause(
        "entry-limit",
        "",
        f"Mail may be lost: one message comes in more than {most} times, and Exchange Online was seen to refuse that (5.4.14).",
        "Let fewer products take the same message out of the organization.",
    )
